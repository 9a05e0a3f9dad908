// Two articles: a divider between them on the map, or what only one of them names.
(function (app) {
  "use strict";
  const { t } = app.text;
  const { h, replace, byId } = app.dom;

  function start(view) {
    const swipe = { view, at: null };
    view.swipe = swipe;
    swipe.line = h("div", { class: "divider", "aria-hidden": "true" }, h("span", {}, "⇄"));
    swipe.names = [h("div", { class: "side-name left", dir: "auto" }), h("div", { class: "side-name right", dir: "auto" })];
    view.map.getContainer().append(swipe.line, ...swipe.names);
    L.DomEvent.disableClickPropagation(swipe.line);
    swipe.line.addEventListener("pointerdown", (event) => drag(swipe, event));
    view.map.on("move zoom viewreset resize moveend zoomend", () => clip(swipe));
    view.model.onChange(() => clip(swipe));
    return swipe;
  }

  // The panes move with the map, so the cut is given in their own pixels.
  function clip(swipe) {
    const { view } = swipe;
    const { map, model } = view;
    const on = model.state.view === "swipe";
    swipe.line.hidden = !on;
    swipe.names.forEach((name) => { name.hidden = !on; });
    const [left, right] = [map.getPane("left"), map.getPane("right")];
    if (!on) {
      left.style.clipPath = right.style.clipPath = "";
      return;
    }
    const size = map.getSize();
    if (swipe.at === null) set(swipe, middleOfNamed(view, size));
    const x = Math.round(size.x * swipe.at);
    const corner = (cx, cy) => map.containerPointToLayerPoint([cx, cy]);
    const box = (from, to) => {
      const [a, b] = [corner(from, 0), corner(to, size.y)];
      return `polygon(${a.x}px ${a.y}px, ${b.x}px ${a.y}px, ${b.x}px ${b.y}px, ${a.x}px ${b.y}px)`;
    };
    left.style.clipPath = box(0, x);
    right.style.clipPath = box(x, size.x);
    swipe.line.style.left = `${x}px`;
    // Each title keeps to its own side of the divider, and gives way where there is no room for it.
    const [left0, gap, least] = [54, 22, 70];
    const room = [x - left0 - gap, size.x - x - 2 * gap];
    [model.state.a, model.state.b].forEach((number, side) => {
      const name = swipe.names[side];
      name.textContent = app.model.articleName(model.data.articles[number]);
      name.hidden = room[side] < least;
      name.style.maxWidth = `${Math.max(least, Math.min(room[side], 320))}px`;
      if (side) name.style.left = `${x + gap}px`;
      else name.style.right = `${size.x - x + gap}px`;
    });
  }

  // The divider starts where both sides have something to show: in the middle of the regions that are named.
  function middleOfNamed(view, size) {
    const { data } = view.model;
    const places = [...app.model.namedRegions(view.model)].filter((number) => !data.regions[number].far).map((number) => {
      const [lng, lat] = data.regions[number].at;
      return view.map.latLngToContainerPoint([lat, lng]).x / size.x;
    });
    const middle = (Math.min(...places) + Math.max(...places)) / 2;
    return Number.isFinite(middle) ? Math.max(0.1, Math.min(0.9, middle)) : 0.5;
  }

  function set(swipe, share) {
    swipe.at = Math.max(0, Math.min(1, share));
    if (swipe.range) swipe.range.value = String(Math.round(swipe.at * 100));
    clip(swipe);
  }

  function drag(swipe, event) {
    event.preventDefault();
    const frame = swipe.view.map.getContainer();
    swipe.line.setPointerCapture(event.pointerId);
    const follow = (to) => {
      const rect = frame.getBoundingClientRect();
      set(swipe, (to.clientX - rect.left) / rect.width);
    };
    swipe.line.addEventListener("pointermove", follow);
    swipe.line.addEventListener("lostpointercapture", () => swipe.line.removeEventListener("pointermove", follow), { once: true });
  }

  // The switch between the views, and the choice of the two articles. Not there for a single article.
  function controls(swipe) {
    const { model } = swipe.view;
    const { data, state } = model;
    const place = byId("views");
    place.hidden = data.articles.length < 2;
    if (place.hidden) return;
    const views = [["count", t("Count")], ["map", t("Together")], ["swipe", t("Side by side")], ["difference", t("Difference")]];
    const offered = views.filter(([id]) => id !== "count" || data.articles.length > 2);
    const buttons = offered.map(([id, label]) => h("button", {
      type: "button", "aria-pressed": String(state.view === id), "data-view": id, on: { click: () => model.set({ view: id }) },
    }, label));
    replace(place, h("div", { class: "segments", role: "group", "aria-label": t("View") }, buttons));
    if (state.view !== "swipe" && state.view !== "difference") return;
    place.append(h("div", { class: "pair" }, choice(model, "a", t("First article")), choice(model, "b", t("Second article"))));
    if (state.view !== "swipe") return;
    swipe.range = h("input", { type: "range", min: 0, max: 100, value: Math.round((swipe.at === null ? 0.5 : swipe.at) * 100), "aria-label": t("Divider between the two articles"), on: { input: () => set(swipe, swipe.range.value / 100) } });
    place.append(h("label", { class: "slide" }, h("span", {}, t("Divider")), swipe.range));
  }

  function choice(model, which, label) {
    const options = model.data.articles.map((article, number) => h("option", { value: number, dir: "auto", selected: model.state[which] === number }, app.model.articleName(article)));
    const select = h("select", { "data-pair": which, on: { change: () => model.set({ [which]: Number(select.value) }) } }, options);
    return h("label", {}, h("span", {}, label), select);
  }

  app.compare = { start, controls, clip };
})(window.ConcessionMap);
