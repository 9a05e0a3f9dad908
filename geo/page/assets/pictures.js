// The current view as a picture: an SVG of its own with title, legend and sources, and a PNG made from it.
(function (app) {
  "use strict";
  const { t, date } = app.text;
  const { h, s } = app.dom;
  const WIDTH = 1200;
  const MARGIN = 40;

  // Variables don't exist outside the page: take the light scheme's values as they are now.
  function colours() {
    const style = getComputedStyle(document.documentElement);
    return (variable) => style.getPropertyValue(variable).trim();
  }

  function pathOf(view, ring, origin, k, close) {
    const points = ring.map((point) => {
      const place = app.geometry.metresOf(view.map.options.crs, point);
      return `${((place.x - origin.x) * k).toFixed(1)},${((origin.y - place.y) * k).toFixed(1)}`;
    });
    return `M${points.join("L")}${close ? "Z" : ""}`;
  }

  const ruler = document.createElement("canvas").getContext("2d");

  function widthOf(text, size, weight = 400) {
    ruler.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    return ruler.measureText(text).width;
  }

  // A little narrower than there is room: another program may have another font.
  function wrap(text, width, size, weight) {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      const longer = `${lines[lines.length - 1]} ${word}`.trim();
      if (lines[lines.length - 1] && widthOf(longer, size, weight) > 0.95 * width) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  }

  function textBlock(lines, x, y, size, attributes) {
    return lines.map((line, at) => {
      const text = s("text", { x, y: y + at * size * 1.35, "font-size": size, ...attributes });
      text.textContent = line;
      return text;
    });
  }

  function svg(view) {
    const { map, model } = view;
    const colour = colours();
    const size = map.getSize();
    const k0 = (WIDTH - 2 * MARGIN) / size.x;
    const height = Math.round(size.y * k0);
    const { crs } = map.options;
    const corner = crs.projection.project(map.containerPointToLatLng([0, 0]));
    const k = crs.scale(map.getZoom()) * crs.transformation._a * k0;
    const title = wrap(document.title, WIDTH - 2 * MARGIN, 30, 700);
    const until = document.querySelector("#below:not([hidden]) output");
    const subtitle = until ? [until.textContent] : [];
    const under = MARGIN + title.length * 41;
    const top = under + 12 + subtitle.length * 24;
    const legend = legendOf(view, colour, top + height + 30);
    const sources = wrap(sourceLine(model), WIDTH - 2 * MARGIN, 13);
    const total = legend.bottom + sources.length * 18 + MARGIN;
    const root = s("svg", { xmlns: "http://www.w3.org/2000/svg", width: WIDTH, height: total, viewBox: `0 0 ${WIDTH} ${total}`, "font-family": `${colour("--sans")}, sans-serif`, role: "img" });
    const heading = s("title");
    heading.textContent = document.title;
    root.append(heading, withClips(view, app.patterns.definitions(model.data.roles, colour), height));
    root.append(s("rect", { width: WIDTH, height: total, fill: colour("--paper") }), ...textBlock(title, MARGIN, MARGIN + 24, 30, { fill: colour("--ink"), "font-weight": 700 }),
      ...textBlock(subtitle, MARGIN, under + 12, 17, { fill: colour("--muted") }));
    const stage = s("g", { transform: `translate(${MARGIN} ${top})`, "clip-path": "url(#frame)" });
    stage.append(...ground(view, colour, height), ...layersOf(view, colour, corner, k), ...dividerOf(view, colour, height, k0), ...namesOf(view, colour, k0));
    root.append(stage, ...legend.items, ...textBlock(sources, MARGIN, legend.bottom + 14, 13, { fill: colour("--muted") }));
    return { text: new XMLSerializer().serializeToString(root), width: WIDTH, height: total };
  }

  // Where the divider between two articles stands, in the picture's own units; null in the other views.
  const dividerAt = (view) => (view.model.state.view === "swipe" ? view.swipe.at * (WIDTH - 2 * MARGIN) : null);

  function withClips(view, defs, height) {
    const width = WIDTH - 2 * MARGIN;
    const clip = (id, x, end) => s("clipPath", { id }, s("rect", { x, width: end - x, height }));
    const at = dividerAt(view);
    defs.append(clip("frame", 0, width), ...(at === null ? [] : [clip("left", 0, at), clip("right", at, width)]));
    return defs;
  }

  function dividerOf(view, colour, height, k0) {
    const at = dividerAt(view);
    if (at === null) return [];
    const frame = view.map.getContainer().getBoundingClientRect();
    const names = view.swipe.names.filter((name) => !name.hidden).flatMap((name) => {
      const box = name.getBoundingClientRect();
      const size = parseFloat(getComputedStyle(name).fontSize) * k0;
      const all = wrap(name.textContent, box.width * k0, size);
      const lines = all.length > 2 ? [all[0], `${all[1]} …`] : all;
      const [x, y] = [(box.left - frame.left) * k0, (box.top - frame.top) * k0];
      return [s("rect", { x, y, width: box.width * k0, height: (lines.length * 1.35 + 0.5) * size, fill: colour("--paper") }), ...textBlock(lines, x + 0.5 * size, y + 1.15 * size, size, { fill: colour("--ink") })];
    });
    return [s("path", { d: `M${at.toFixed(1)},0V${height}`, stroke: colour("--ink"), "stroke-width": 3 }), ...names];
  }

  const ground = (view, colour, height) => [s("rect", { width: WIDTH - 2 * MARGIN, height, fill: colour(view.model.data.around.box ? "--paper" : "--sea") })];

  function layersOf(view, colour, corner, k) {
    const out = [];
    const plain = (value) => (value || "").replace(/var\((--[\w-]+)\)/, (_all, variable) => colour(variable));
    const looks = {
      sea: { fill: colour("--sea") }, land: { fill: colour("--land"), stroke: colour("--land") }, country: { fill: colour("--country") },
      "abroad-line": { fill: "none", stroke: colour("--boundary"), "stroke-width": 1 },
      boundary: { fill: "none", stroke: colour("--boundary"), "stroke-width": 1 }, border: { fill: "none", stroke: colour("--border"), "stroke-width": 2 },
      held: { fill: colour("--ink"), "fill-opacity": 0.16 }, front: { fill: "none", stroke: colour("--ink"), "stroke-width": 2.8 }, "front-halo": { fill: "none", stroke: colour("--country"), "stroke-width": 5 },
      reported: { fill: colour("--reported"), "fill-opacity": 0.14, stroke: colour("--reported"), "stroke-width": 2.5 },
      "reported-end": { fill: "none", stroke: colour("--reported"), "stroke-dasharray": "4 5" },
    };
    // The order of the panes is the order of drawing; the invisible ones are left out.
    for (const name of ["ground", "held", "left", "right", "lines", "front", "reported"]) {
      const of = [];
      view.map.eachLayer((layer) => { if (layer.getLatLngs && layer.options.pane === name) of.push(layer); });
      of.sort((a, b) => L.stamp(a) - L.stamp(b));
      const clipped = dividerAt(view) !== null && (name === "left" || name === "right") ? { "clip-path": `url(#${name})` } : {};
      for (const layer of of) {
        const kind = layer.options.className.split(" ")[0];
        const close = !layer.options.open;
        const rings = flatRings(layer.getLatLngs());
        const look = looks[kind] || { fill: layer.options.fill === false ? "none" : plain(layer.options.fillColor), "fill-opacity": layer.options.fillOpacity, stroke: plain(layer.options.color), "stroke-width": layer.options.weight * 1.4, "stroke-dasharray": layer.options.dashArray };
        out.push(s("path", { d: rings.map((ring) => pathOf(view, ring, corner, k, close)).join(""), "fill-rule": "evenodd", "stroke-linejoin": "round", ...look, ...clipped }));
      }
    }
    return out;
  }

  const flatRings = (latlngs) => (latlngs.length && Array.isArray(latlngs[0]) ? latlngs.flatMap(flatRings) : [latlngs]);

  function namesOf(view, colour, k0) {
    const frame = view.map.getContainer().getBoundingClientRect();
    const boxes = [...view.map.getContainer().querySelectorAll(".name:not(.off), .reported-name")];
    return boxes.flatMap((box) => {
      const lines = [...box.querySelectorAll(":scope > :not(.drag)")].filter((line) => line.checkVisibility()).map((line) => {
        const style = getComputedStyle(line);
        const text = style.textTransform === "uppercase" ? line.textContent.toLocaleUpperCase(document.documentElement.lang) : line.textContent;
        return { text, size: parseFloat(style.fontSize) * k0, weight: style.fontWeight };
      });
      const rect = box.getBoundingClientRect();
      const middle = [(rect.left + rect.width / 2 - frame.left) * k0, (rect.top + rect.height / 2 - frame.top) * k0];
      return nameOf(lines, middle, colour, box.matches(".named, .reported-name"));
    });
  }

  // The lines of a name one below the other round a point; a name that matters has paper behind it.
  function nameOf(lines, [x, y], colour, backed) {
    const heights = lines.map((line) => line.size * 1.2);
    const height = heights.reduce((sum, one) => sum + one, 0);
    const width = Math.max(...lines.map((line) => widthOf(line.text, line.size, line.weight)));
    const halo = { stroke: colour("--paper"), "stroke-opacity": 0.85, "paint-order": "stroke", "stroke-linejoin": "round" };
    let top = y - height / 2;
    const texts = lines.map((line, at) => {
      const text = s("text", {
        x, y: top + heights[at] * 0.8, "font-size": line.size, "font-weight": line.weight, "text-anchor": "middle", fill: colour(backed ? "--ink" : "--muted"),
        ...(backed ? {} : { ...halo, "stroke-width": line.size * 0.25 }),
      });
      text.textContent = line.text;
      top += heights[at];
      return text;
    });
    const back = { x: x - width / 2 - 6, y: y - height / 2 - 2, width: width + 12, height: height + 4, rx: 2, fill: colour("--paper"), "fill-opacity": 0.86 };
    return backed ? [s("rect", back), ...texts] : texts;
  }

  // In columns, as many as the longest line leaves room for.
  function legendOf(view, colour, top) {
    const lines = [...document.querySelectorAll("#legend li")].map((line) => ({ mark: line.querySelector("svg"), label: line.querySelector(".label").textContent }));
    const room = WIDTH - 2 * MARGIN;
    const widest = Math.max(1, ...lines.map(({ label }) => widthOf(label, 16) * 1.06 + 38 + 28));
    const columns = Math.max(1, Math.min(3, Math.floor(room / widest), lines.length));
    const rows = Math.ceil(lines.length / columns);
    const items = lines.flatMap(({ mark, label }, at) => {
      const [x, y] = [MARGIN + Math.floor(at / rows) * (room / columns), top + (at % rows) * 26];
      const drawn = [...mark.querySelectorAll("rect, path")].map((part) => part.cloneNode());
      for (const part of drawn) {
        for (const name of ["fill", "stroke"]) if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/var\((--[\w-]+)\)/, (_all, variable) => colour(variable)));
      }
      const sample = s("g", { transform: `translate(${x} ${y - 14})` }, drawn);
      return [sample, ...textBlock([label], x + 38, y, 16, { fill: colour("--ink") })];
    });
    return { items, bottom: top + rows * 26 + 6 };
  }

  // First what the legend warns of on the page.
  function sourceLine(model) {
    const caveats = [...document.querySelectorAll("#legend .caveat")].map((line) => line.textContent);
    return [...caveats, t(model.data.viewpoint), h("p", {}, app.panels.boundaries(model.data)).textContent, model.data.credits.map((line) => t(line)).join(" "), app.panels.review(model.data), controlLine(model), model.data.credit].filter(Boolean).map((text) => text.replace(/\.?$/, ".")).join(" ");
  }

  function controlLine(model) {
    const { control } = model.data;
    if (!control || !model.state.control) return "";
    return t("Control layer: {credit}", { credit: [control.file, control.date && date(control.date), control.credit].filter(Boolean).join(", ") });
  }

  async function png(view) {
    const picture = svg(view);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.width * 2;
    canvas.height = picture.height * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  }

  app.pictures = { svg, png };
})(window.ConcessionMap);
