// The reported figure as a square of just that area. It can be moved anywhere and keeps its square kilometres,
// because the map's projection keeps areas. Dashed squares show the low and the high end of the figure.
(function (app) {
  "use strict";
  const { t, km2, percent, isolated } = app.text;
  const { h } = app.dom;
  const STEP = 20;

  function start(view) {
    const shape = { view, place: view.model.state.reportedAt || null, layers: [] };
    draw(shape);
    return shape;
  }

  // Another figure starts from its own place.
  function changed(shape, change) {
    if ("reported" in change) shape.place = change.reportedAt || null;
    draw(shape);
  }

  const current = (view) => {
    const { state, data } = view.model;
    const found = app.model.reportedFigures(data).find((entry) => entry.key === state.reported);
    return found && app.model.inTime(view.model, found.article) ? found : null;
  };

  // Away from the named regions: mirrored through the middle of the country.
  function startPlace(view) {
    const { project, unproject } = view.map.options.crs.projection;
    const { regions } = view.model.data;
    const middle = (numbers) => {
      const points = numbers.map((number) => project({ lat: regions[number].at[1], lng: regions[number].at[0] }));
      const sum = points.reduce((a, b) => a.add(b), L.point(0, 0));
      return points.length ? sum.divideBy(points.length) : sum;
    };
    const home = regions.map((_region, number) => number).filter((number) => regions[number].home);
    const centre = middle(home);
    const named = [...app.model.namedRegions(view.model)].filter((number) => regions[number].home);
    const away = named.length ? centre.subtract(middle(named)).multiplyBy(0.6) : L.point(0, 0);
    return unproject(centre.add(away));
  }

  function clear(shape) {
    shape.layers.forEach((layer) => layer.remove());
    shape.layers = [];
  }

  function draw(shape) {
    const { view } = shape;
    const entry = current(view);
    const focused = shape.main && shape.main.getElement() === document.activeElement;
    clear(shape);
    shape.main = null;
    if (!entry) return;
    shape.place = shape.place || startPlace(view);
    const { figure } = entry;
    const pane = { pane: "reported", renderer: view.renderers.reported };
    const outline = { ...pane, className: "reported-end", fill: false, interactive: false, weight: 1, dashArray: "3 4" };
    shape.ends = [figure.km2.low, figure.km2.high].filter((size) => size > 0 && Math.abs(size - figure.km2.mid) > 1)
      .map((size) => ({ size, layer: L.polygon([], outline).addTo(view.map) }));
    shape.main = L.polygon([], { ...pane, className: "reported", weight: 2, fillOpacity: 1 }).addTo(view.map);
    shape.size = figure.km2.mid;
    shape.label = label(view, figure);
    shape.layers = [...shape.ends.map((end) => end.layer), shape.main, shape.label];
    move(shape, shape.place);
    bind(shape, figure);
    app.map.placeNames(view);
    if (focused) shape.main.getElement().focus();
  }

  function figureName(figure) {
    if (figure.unit === "percent" && figure.percent) {
      return t("“{surface}” is {km2}", { surface: isolated(figure.surface), km2: km2(figure.km2.mid) });
    }
    return t("“{surface}”: {km2}", { surface: isolated(figure.surface), km2: km2(figure.km2.mid) });
  }

  function label(view, figure) {
    const short = figure.unit === "percent" && figure.percent ? percent(figure.percent.mid) : km2(figure.km2.mid);
    const box = h("div", { class: "reported-name" }, h("strong", {}, short), h("span", {}, t("as reported, to scale")), h("span", { class: "drag" }, t("drag it")));
    return app.map.placeText(view, [0, 0], box);
  }

  function move(shape, place) {
    const { crs } = shape.view.map.options;
    shape.place = L.latLng(place);
    shape.main.setLatLngs(app.geometry.squareOf(crs, shape.place, shape.size));
    shape.ends.forEach((end) => end.layer.setLatLngs(app.geometry.squareOf(crs, shape.place, end.size)));
    shape.label.setLatLng(shape.place);
  }

  function bind(shape, figure) {
    const path = shape.main.getElement();
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "button");
    path.setAttribute("aria-roledescription", t("movable shape"));
    const help = t("The arrow keys move it, Home puts it back.");
    path.setAttribute("aria-label", `${figureName(figure)}. ${help}`);
    path.addEventListener("keydown", (event) => onKey(shape, event));
    path.addEventListener("pointerdown", (event) => drag(shape, path, event));
    // Leaflet must not pan, and a click on the square is no click on the region below.
    L.DomEvent.on(path, "mousedown touchstart click", L.DomEvent.stopPropagation);
    path.dataset.km2 = Math.round(shape.size);
  }

  function drag(shape, path, event) {
    if (event.button) return;
    event.preventDefault();
    path.focus({ preventScroll: true });
    const { map } = shape.view;
    const grip = map.latLngToContainerPoint(shape.place).subtract(map.mouseEventToContainerPoint(event));
    path.setPointerCapture(event.pointerId);
    const follow = (to) => move(shape, map.containerPointToLatLng(map.mouseEventToContainerPoint(to).add(grip)));
    const stop = () => {
      path.removeEventListener("pointermove", follow);
      settle(shape);
    };
    path.addEventListener("pointermove", follow);
    path.addEventListener("lostpointercapture", stop, { once: true });
  }

  function onKey(shape, event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step && event.key !== "Home") return;
    event.preventDefault();
    event.stopPropagation();
    const { map } = shape.view;
    const pixels = event.shiftKey ? STEP / 4 : STEP;
    const to = step
      ? map.containerPointToLatLng(map.latLngToContainerPoint(shape.place).add(L.point(step).multiplyBy(pixels)))
      : startPlace(shape.view);
    move(shape, to);
    settle(shape);
  }

  function settle(shape) {
    app.map.placeNames(shape.view);
    if (app.share) app.share.remember();
    app.announce(figureNameAt(shape));
  }

  const figureNameAt = (shape) => t("The square stays {km2} wherever it is.", { km2: km2(shape.size) });

  // For readers who can't drag: put it on a region.
  function putOn(shape, number) {
    if (!shape.main) return;
    const [lng, lat] = shape.view.model.data.regions[number].at;
    move(shape, [lat, lng]);
    settle(shape);
  }

  // What the legend says of the square: its words, its size, and what the dashed outlines are.
  function legendEntry(shape) {
    if (!shape.main) return null;
    const note = shape.ends.length ? t("to scale; the dashed squares are the ends of its range") : t("as reported, to scale");
    return [app.patterns.squareSwatch(), figureName(current(shape.view).figure), note];
  }

  app.reported = { start, changed, putOn, legendEntry };
})(window.ConcessionMap);
