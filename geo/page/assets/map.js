// The map: ground, claims by pattern, boundaries, labels, and regions that pointer and keyboard can reach.
(function (app) {
  "use strict";
  const { t, tn, km2, percent } = app.text;
  const { h } = app.dom;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Panes from below to above. Left and right carry the two articles of the swipe view.
  const PANES = { ground: 200, held: 250, left: 300, right: 301, lines: 400, front: 410, reach: 420, reported: 610, names: 620 };

  // Markers that somebody adds with folium: Leaflet would ask for a picture beside the page.
  const PIN = "data:image/svg+xml," + encodeURIComponent(
    "<svg xmlns='http://www.w3.org/2000/svg' width='25' height='41'><path d='M12.5 1C6 1 1 6 1 12.5 1 20 12.5 40 12.5 40S24 20 24 12.5C24 6 19 1 12.5 1z' fill='#1a5fb4' stroke='#fff'/><circle cx='12.5' cy='12.5' r='4.5' fill='#fff'/></svg>");

  function createMap(id, centre) {
    L.Marker.mergeOptions({ icon: L.icon({ iconUrl: PIN, iconSize: [25, 41], iconAnchor: [12, 41], tooltipAnchor: [12, -28], popupAnchor: [1, -34] }) });
    const map = L.map(id, {
      crs: app.geometry.equalAreaCrs(centre[0], centre[1]),
      center: centre,
      zoom: 5,
      minZoom: 1,
      maxZoom: 11,
      zoomSnap: 0.25,
      zoomDelta: 0.5,
      attributionControl: false,
      zoomControl: false,
      // A page that is scrolled by must not be caught by its map: the wheel zooms only with Ctrl or Cmd held.
      scrollWheelZoom: false,
      zoomAnimation: !still,
      fadeAnimation: !still,
      inertia: !still,
    });
    return map;
  }

  function start(model, map, camera) {
    const { data } = model;
    const arcs = app.geometry.decodeArcs(data.arcs);
    const sheet = app.geometry.sheetOf(map, arcs);
    // A region's rings, as lists of arc numbers.
    const rings = data.regions.map((region) => region.shape.flat());
    const renderers = {};
    for (const [name, zIndex] of Object.entries(PANES)) {
      map.createPane(name).style.zIndex = zIndex;
      if (name !== "names") renderers[name] = L.svg({ pane: name, padding: 0.5 });
    }
    const extents = rings.map((lines) => app.geometry.extentOf(map.options.crs, lines, arcs));
    const view = { map, model, arcs, sheet, rings, extents, renderers, claims: { left: [], right: [] }, reach: [], names: [], quiet: true };
    view.home = () => fit(view);
    // The view is set first: every shape is then drawn once, where it stays.
    fit(view);
    view.look = ([zoom, lat, lng]) => {
      map.setView([lat, lng], zoom, { animate: false });
      view.moved = true;
    };
    if (camera) view.look(camera);
    drawReach(view);
    drawGround(view);
    drawLines(view);
    drawControl(view);
    addControls(view);
    // A frame without a size (a hidden tab, a slow embed) gets its fit when it has one.
    new ResizeObserver(() => resized(view)).observe(map.getContainer());
    map.on("zoomend moveend", () => placeNames(view));
    window.addEventListener("beforeprint", () => shrink(view, true));
    window.addEventListener("afterprint", () => shrink(view, false));
    return view;
  }

  // Paper is narrower than most screens, and its width is not known before it is printed on: the map is made smaller
  // as it stands, so that nothing of it is cut off.
  const PAPER = 640;

  function shrink(view, on) {
    const box = view.map.getContainer();
    const { x, y } = view.map.getSize();
    const scale = Math.min(1, PAPER / x);
    const styles = on ? [`${x}px`, `${y}px`, `scale(${scale})`, `${y * scale}px`] : ["", "", "", ""];
    view.printing = on;
    [box.style.width, box.style.height, box.style.transform, box.parentElement.style.height] = styles;
  }

  function resized(view) {
    if (view.printing) return;
    const size = view.map.getSize();
    view.map.invalidateSize({ pan: false });
    const now = view.map.getSize();
    if (size.equals(now)) return;
    if (size.x !== now.x && !view.moved) fit(view);
    placeNames(view);
  }

  const shape = (view, lines, options) => new app.geometry.Shape(view.sheet, view.arcs, lines, { interactive: false, ...options }).addTo(view.map);

  function drawGround(view) {
    const { map, model, renderers } = view;
    const pane = { pane: "ground", renderer: renderers.ground, fill: true };
    const around = app.geometry.decodeArcs(model.data.around);
    drawSea(view, pane);
    const land = new app.geometry.Shape(app.geometry.sheetOf(map, around), around, model.data.around.shapes.flat(2), { ...pane, interactive: false, className: "land", weight: 1 });
    land.addTo(map);
    drawBorders(view, around, pane);
    for (const home of [false, true]) {
      const own = view.rings.filter((_rings, number) => model.data.regions[number].home === home).flat();
      if (own.length) shape(view, own, { ...pane, className: home ? "country" : "land", stroke: false });
    }
  }

  // Borders between the other countries: what two of them share.
  function drawBorders(view, arcs, pane) {
    const uses = new Map();
    for (const number of view.model.data.around.shapes.flat(3)) {
      const at = number < 0 ? ~number : number;
      uses.set(at, (uses.get(at) || 0) + 1);
    }
    const shared = [...uses].filter(([, count]) => count > 1).map(([at]) => [at]);
    const sheet = app.geometry.sheetOf(view.map, arcs);
    new app.geometry.Shape(sheet, arcs, shared, { ...pane, interactive: false, className: "abroad-line", fill: false, open: true, weight: 1 }).addTo(view.map);
  }

  // Where the data end the ground ends, too, so that missing land is not taken for sea.
  function drawSea(view, pane) {
    const { box } = view.model.data.around;
    if (!box) {
      view.map.getContainer().classList.add("all-sea");
      return;
    }
    const [west, south, east, north] = box;
    const along = (from, to) => Array.from({ length: 24 }, (_none, step) => from + ((to - from) * step) / 24);
    const ring = [
      ...along(west, east).map((lng) => L.latLng(north, lng)), ...along(north, south).map((lat) => L.latLng(lat, east)),
      ...along(east, west).map((lng) => L.latLng(south, lng)), ...along(south, north).map((lat) => L.latLng(lat, west)),
    ];
    new app.geometry.Shape(app.geometry.sheetOf(view.map, [ring]), [ring], [[0]], { ...pane, className: "sea", interactive: false, stroke: false }).addTo(view.map);
  }

  function drawLines(view) {
    const [inner, outer] = [[], []];
    for (const [number, use] of app.geometry.arcUse(view.model.data.regions)) {
      (use.home === 1 ? outer : inner).push([number]);
    }
    const pane = { pane: "lines", renderer: view.renderers.lines, open: true };
    shape(view, inner, { ...pane, className: "boundary", weight: 0.8 });
    shape(view, outer, { ...pane, className: "border", weight: 1.5 });
  }

  // What a control layer says is held: a ground below what is said, and above it the line to what is not.
  function drawControl(view) {
    const { control } = view.model.data;
    if (!control || !control.arcs) return;
    const arcs = app.geometry.decodeArcs(control.arcs);
    const sheet = app.geometry.sheetOf(view.map, arcs);
    const add = (pane, lines, options) => new app.geometry.Shape(sheet, arcs, lines, { pane, renderer: view.renderers[pane], interactive: false, ...options });
    const front = control.front.map((number) => [number]);
    view.control = [
      add("held", control.shape.flat(), { className: "held", fill: true, stroke: false }),
      add("front", front, { className: "front-halo", fill: false, open: true, weight: 4 }),
      add("front", front, { className: "front", fill: false, open: true, weight: 2.2 }),
    ];
  }

  function showControl(view) {
    const { state } = view.model;
    // Beside shades that count articles only the line can be told apart.
    (view.control || []).forEach((layer, at) => layer[state.control && (at || state.view !== "count") ? "addTo" : "removeFrom"](view.map));
  }

  // Invisible shapes on top: they take clicks and the keyboard, and show focus and selection.
  function drawReach(view) {
    const { model, map } = view;
    view.rings.forEach((rings, number) => {
      const layer = shape(view, rings, {
        pane: "reach", renderer: view.renderers.reach, className: "region", interactive: true, bubblingMouseEvents: false, fill: true, at: [...model.data.regions[number].at].reverse(),
      });
      layer.on("mouseover mousemove", (event) => keepInside(view, layer, event));
      layer.bindTooltip(() => tooltip(view, number), { sticky: true, direction: "top", className: "tip", opacity: 1 });
      layer.on("click", () => model.set({ region: number }, "pointer"));
      const path = layer.getElement();
      path.setAttribute("role", "button");
      path.dataset.region = model.data.regions[number].id;
      path.addEventListener("keydown", (event) => onRegionKey(view, number, event));
      view.reach.push(layer);
    });
    const svg = map.getPane("reach").querySelector("svg");
    svg.setAttribute("role", "group");
  }

  function onRegionKey(view, number, event) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      view.model.set({ region: number }, "keyboard");
      return;
    }
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = neighbour(view, number, step);
    if (next !== null) view.reach[next].getElement().focus();
  }

  // The nearest region in a direction: sideways distance counts double.
  function neighbour(view, from, [dx, dy]) {
    const place = (number) => {
      const [lng, lat] = view.model.data.regions[number].at;
      return view.map.latLngToContainerPoint([lat, lng]);
    };
    const here = place(from);
    let best = null;
    let least = Infinity;
    view.model.data.regions.forEach((_region, number) => {
      const there = place(number).subtract(here);
      const ahead = there.x * dx + there.y * dy;
      const aside = Math.abs(there.x * dy) + Math.abs(there.y * dx);
      if (number !== from && ahead > 0 && ahead + 2 * aside < least) {
        least = ahead + 2 * aside;
        best = number;
      }
    });
    return best;
  }

  // Near an edge of the map a tooltip opens inwards.
  function keepInside({ map }, layer, { containerPoint: { x, y } }) {
    const side = x < 130 ? "right" : x > map.getSize().x - 130 ? "left" : null;
    const tip = layer.getTooltip();
    if (tip) tip.options.direction = side || (y < 120 ? "bottom" : "top");
  }

  // How much of a region the control layer covers, while it is on.
  function heldText(model, number) {
    const covered = model.state.control && model.data.control.regions[number];
    return covered && covered[1] > 0 ? t("held by the control layer: {share}", { share: percent(covered[1]) }) : "";
  }

  const nameOf = (view, number) => app.regionName(view.model, number);

  function roleLine(view, roles) {
    return [...(roles || new Map())].map(([role, mark]) => {
      const many = view.model.data.articles.length > 1;
      const label = app.roleLabel(role);
      return many ? label + " (" + tn("{n} article", "{n} articles", mark.articles.size) + ")" : label;
    });
  }

  function tooltip(view, number) {
    const roles = view.marks.get(number);
    const region = view.model.data.regions[number];
    const lines = roleLine(view, roles);
    const held = heldText(view.model, number);
    return h("div", {}, h("strong", {}, nameOf(view, number)), h("div", {}, region.km2 ? km2(region.km2) : ""), held ? h("div", {}, held) : null,
      ...(lines.length ? lines : [t("not named by the articles shown")]).map((line) => h("div", {}, line)));
  }

  // --- claims ------------------------------------------------------------------------------------------------

  function clearClaims(view) {
    for (const side of ["left", "right"]) {
      view.claims[side].forEach((layer) => layer.remove());
      view.claims[side] = [];
    }
  }

  function fillRegion(view, side, number, options) {
    const layer = shape(view, view.rings[number], { pane: side, renderer: view.renderers[side], fill: true, fillOpacity: 1, ...options });
    view.claims[side].push(layer);
    return layer;
  }

  // One shape for each region. A bare mention shows only where nothing else is said.
  function drawMarks(view, side, marks) {
    for (const [number, roles] of marks) {
      const told = [...roles].filter(([role]) => role !== "mentioned");
      const shown = told.length ? told : [...roles];
      const firm = shown.some(([, mark]) => mark.firm);
      fillRegion(view, side, number, {
        className: ["claim", ...shown.map(([role]) => `role-${role}`)].join(" "),
        fill: told.length > 0,
        fillColor: `url(#${app.patterns.together(shown.map(([role, mark]) => [role, mark.firm]))})`,
        color: shown.length > 1 ? "var(--ink)" : `var(--role-${shown[0][0]})`,
        weight: firm ? 1.8 : 1.3,
        dashArray: firm && told.length ? null : "5 4",
      });
    }
  }

  function drawDifference(view) {
    for (const [number, which] of app.model.difference(view.model)) {
      const variable = app.patterns.DIFFERENCE[which][1];
      fillRegion(view, "left", number, {
        className: `claim difference-${which}`, fillColor: `url(#${app.patterns.id(which, true)})`, color: `var(${variable})`, weight: 1.8,
      });
    }
  }

  function drawCounts(view) {
    const { classes, found } = app.model.counts(view.model);
    for (const [number, place] of found) {
      fillRegion(view, "left", number, {
        className: "claim counted", fillColor: "var(--ink)", fillOpacity: app.patterns.shade(place, classes.length), color: "var(--ink)", weight: 1.2,
      });
    }
  }

  function update(view) {
    drawClaims(view);
    nameReach(view);
    drawNames(view);
  }

  function drawClaims(view) {
    const { model } = view;
    const { state } = model;
    showControl(view);
    clearClaims(view);
    if (state.view === "swipe") {
      drawMarks(view, "left", app.model.marks(model, (layer) => layer.article === state.a));
      drawMarks(view, "right", app.model.marks(model, (layer) => layer.article === state.b));
      view.marks = app.model.marks(model, (layer) => layer.article === state.a || layer.article === state.b);
    } else if (state.view === "difference") {
      drawDifference(view);
      view.marks = app.model.marks(model, (layer) => layer.article === state.a || layer.article === state.b);
    } else {
      view.marks = app.model.marks(model);
      if (state.view === "count") drawCounts(view);
      else drawMarks(view, "left", view.marks);
    }
  }

  // Named regions are tab stops; the arrow keys reach all the others.
  function nameReach(view) {
    const { data, state } = view.model;
    const named = app.model.namedRegions(view.model);
    const first = named.size ? null : 0;
    view.map.getPane("reach").querySelector("svg").setAttribute("aria-label", t("Regions of {country}", { country: app.countryName(data.country) }));
    view.reach.forEach((layer, number) => {
      const path = layer.getElement();
      const lines = roleLine(view, view.marks.get(number));
      const words = [nameOf(view, number), ...(lines.length ? lines : [t("not named by the articles shown")]), heldText(view.model, number)].filter(Boolean);
      path.setAttribute("aria-label", words.join(", "));
      path.setAttribute("tabindex", named.has(number) || number === first ? "0" : "-1");
      path.setAttribute("aria-pressed", String(state.region === number));
      path.classList.toggle("selected", state.region === number);
      if (state.region === number) layer.bringToFront();
    });
  }

  // --- names -------------------------------------------------------------------------------------------------

  // A text on the map that takes no clicks and is not read out: the regions have names of their own.
  function placeText(view, [lng, lat], box) {
    const icon = L.divIcon({ html: box, className: "nameplace", iconSize: null });
    const marker = L.marker([lat, lng], { icon, pane: "names", interactive: false, keyboard: false }).addTo(view.map);
    marker.getElement().setAttribute("aria-hidden", "true");
    return marker;
  }

  function drawNames(view) {
    view.names.forEach((name) => name.marker.remove());
    const { data, state } = view.model;
    const many = data.articles.length > 1;
    view.names = data.regions.map((region, number) => {
      const roles = view.marks.get(number);
      const naming = app.model.articlesNaming(roles).size;
      const count = many && naming ? h("span", { class: "count" }, tn("{n} article", "{n} articles", naming)) : null;
      const box = h("div", { class: roles ? "name named" : "name" }, h("span", {}, app.regionLabel(view.model, number)), count);
      const room = () => view.extents[number].getSize().x * pixels(view.map) * 1.25;
      return { marker: placeText(view, region.at, box), box, room, rank: (roles ? 1e9 : 0) + (region.km2 || 0), named: Boolean(roles) };
    });
    data.around.names.forEach((names, number) => {
      const box = h("div", { class: "name abroad" }, h("span", {}, names[state.lang] || names.en));
      view.names.push({ marker: placeText(view, data.around.at[number], box), box, room: () => Infinity, rank: 0, named: false });
    });
    placeNames(view);
  }

  // What a name must keep clear of: the controls, the reported figure's own words, the names of the two sides.
  const OCCUPIED = ".reported-name, .zoom, .leaflet-control-scale, .side-name:not([hidden])";
  // Places to try for a named region's name, in its own widths and heights from the middle of the region.
  const PLACES = [[0, 0], [0, -0.6], [0, 0.6], [0, -1.1], [0, 1.1], [0.6, 0], [-0.6, 0], [0.6, -0.7], [-0.6, -0.7], [0.6, 0.7], [-0.6, 0.7]];

  // Greedy: the most important names first; a name is left out where it would touch another one.
  function placeNames(view) {
    const container = view.map.getContainer();
    const frame = container.getBoundingClientRect();
    if (!frame.width || view.quiet) return;
    // First show all and measure, then hide: one layout instead of one for each name.
    view.names.forEach(({ box }) => {
      box.classList.remove("off");
      box.style.translate = box.style.width = "";
    });
    const taken = [...container.querySelectorAll(OCCUPIED)].map((box) => box.getBoundingClientRect());
    const edges = [...container.querySelectorAll("path.reported, path.reported-end")].map((path) => path.getBoundingClientRect());
    const sized = view.names.map((name) => ({ name, rect: hugging(name.box), room: name.room() }));
    sized.forEach(({ name, rect }) => { name.box.style.width = `${rect.width}px`; });
    sized.sort((x, y) => y.name.rank - x.name.rank);
    for (const { name, rect, room } of sized) {
      const free = (at) => within(at, frame) && !taken.some((other) => touch(at, other));
      const put = (place) => inside(moved(rect, place), frame);
      const usable = name.named || (rect.width <= room && !edges.some((edge) => touch(rect, edge) && !within(rect, edge)));
      const at = usable ? (name.named ? PLACES.map(put) : [rect]).find(free) : null;
      if (!at) name.box.classList.add("off");
      else {
        name.box.style.translate = `${at.x - rect.x}px ${at.y - rect.y}px`;
        taken.push(at);
      }
    }
  }

  // Where a name's box would be if it were just as wide as its longest line: one that wraps leaves room beside it.
  function hugging(box) {
    const rect = box.getBoundingClientRect();
    const lines = [...box.children].flatMap((part) => {
      const range = document.createRange();
      range.selectNodeContents(part);
      return [...range.getClientRects()].map((line) => line.width);
    });
    const padding = 2 * parseFloat(getComputedStyle(box).paddingInlineStart);
    const width = Math.min(rect.width, Math.ceil(Math.max(0, ...lines) + padding + 1));
    return new DOMRect(rect.x + (rect.width - width) / 2, rect.y, width, rect.height);
  }

  const moved = (rect, [dx, dy]) => new DOMRect(rect.x + dx * rect.width, rect.y + dy * rect.height, rect.width, rect.height);

  // A box moved sideways so that it does not stick out of a frame.
  const inside = (box, { left, right }) => new DOMRect(Math.max(left, Math.min(box.x, right - box.width)), box.y, box.width, box.height);

  const within = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;

  const touch = (a, b) => a.left < b.right + 3 && a.right > b.left - 3 && a.top < b.bottom + 2 && a.bottom > b.top - 2;

  // --- view --------------------------------------------------------------------------------------------------

  // Pixels for a metre of the projection.
  const pixels = (map, zoom = map.getZoom()) => map.options.crs.scale(zoom) * map.options.crs.transformation._a;

  // The whole country and every region named outside it that is not too far away for one map.
  function fit(view) {
    const { map, model } = view;
    const named = app.model.namedRegions(model);
    const all = model.data.regions.map((region, number) => number).filter((number) => model.data.regions[number].home || (named.has(number) && !model.data.regions[number].far));
    const size = map.getSize();
    if (!all.length || !size.x || !size.y) return;
    const bounds = new L.Bounds();
    all.forEach((number) => bounds.extend(view.extents[number]));
    const extent = bounds.getSize();
    const { crs } = map.options;
    const room = Math.min((size.x - 24) / extent.x, (size.y - 24) / extent.y);
    const zoom = Math.floor(4 * Math.log2(room / pixels(map, 0))) / 4;
    view.fitting = true;
    map.setMinZoom(Math.max(0, zoom - 2));
    map.setView(crs.projection.unproject(bounds.getCenter()), zoom, { animate: false });
    view.fitting = false;
    view.homeZoom = map.getZoom();
    view.moved = false;
    cooperate(view);
  }

  // On a touch screen one finger scrolls the page until the reader has zoomed in; then it moves the map.
  function cooperate(view) {
    const free = !L.Browser.mobile || view.map.getZoom() > view.homeZoom + 0.1;
    view.map.dragging[free ? "enable" : "disable"]();
  }

  function addControls(view) {
    const { map } = view;
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      view.buttons = h("div", { class: "zoom", role: "group" });
      L.DomEvent.disableClickPropagation(view.buttons);
      return view.buttons;
    };
    control.addTo(map);
    L.control.scale({ imperial: false, maxWidth: 120, position: "bottomleft" }).addTo(map);
    map.on("zoomend", () => {
      if (!view.fitting) view.moved = true;
      cooperate(view);
    });
    map.on("dragend", () => { view.moved = true; });
    map.getContainer().addEventListener("wheel", (event) => {
      map.scrollWheelZoom[event.ctrlKey || event.metaKey ? "enable" : "disable"]();
    }, { capture: true, passive: true });
    map.getContainer().setAttribute("role", "region");
  }

  // Texts of the controls, again after a change of language.
  function relabel(view) {
    const { map } = view;
    const button = (label, sign, act) => h("button", { type: "button", title: label, "aria-label": label, on: { click: act } }, sign);
    app.dom.replace(view.buttons,
      button(t("Zoom in"), "+", () => map.zoomIn()),
      button(t("Zoom out"), "−", () => map.zoomOut()),
      button(t("Show the whole country"), "⤢", () => fit(view)));
    view.buttons.setAttribute("aria-label", t("Zoom"));
    const container = map.getContainer();
    container.setAttribute("aria-label", t("Map. Tab reaches the named regions, the arrow keys the others, Enter shows what is said."));
  }

  app.createMap = createMap;
  app.map = { start, update, drawClaims, nameReach, relabel, placeNames, placeText, fillRegion, clearClaims };
})(window.ConcessionMap);
