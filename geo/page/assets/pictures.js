// The current view as a picture: an SVG of its own with title, legend and sources, and a PNG made from it.
(function (app) {
  "use strict";
  const { t, date } = app.text;
  const { s } = app.dom;
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

  function wrap(text, width, size) {
    const limit = Math.floor(width / (size * 0.54));
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      const last = lines[lines.length - 1];
      if (last && last.length + word.length + 1 > limit) lines.push(word);
      else lines[lines.length - 1] = last ? `${last} ${word}` : word;
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
    const title = wrap(byTitle(), WIDTH - 2 * MARGIN, 30);
    const top = MARGIN + title.length * 41 + 12;
    const legend = legendOf(view, colour, top + height + 24);
    const sources = wrap(sourceLine(model), WIDTH - 2 * MARGIN, 13);
    const total = legend.bottom + sources.length * 18 + MARGIN;
    const root = s("svg", { xmlns: "http://www.w3.org/2000/svg", width: WIDTH, height: total, viewBox: `0 0 ${WIDTH} ${total}`, "font-family": `${colour("--sans")}, sans-serif`, role: "img" });
    const heading = s("title");
    heading.textContent = byTitle();
    root.append(heading, withClip(app.patterns.definitions(model.data.roles, colour), height));
    root.append(s("rect", { width: WIDTH, height: total, fill: colour("--paper") }), ...textBlock(title, MARGIN, MARGIN + 24, 30, { fill: colour("--ink"), "font-weight": 700 }));
    const stage = s("g", { transform: `translate(${MARGIN} ${top})`, "clip-path": "url(#frame)" });
    stage.append(...ground(view, colour, height), ...layersOf(view, colour, corner, k), ...namesOf(view, colour, k0));
    root.append(stage, ...legend.items, ...textBlock(sources, MARGIN, legend.bottom + 14, 13, { fill: colour("--muted") }));
    return { text: new XMLSerializer().serializeToString(root), width: WIDTH, height: total };

    function byTitle() {
      return document.title;
    }
  }

  function withClip(defs, height) {
    defs.append(s("clipPath", { id: "frame" }, s("rect", { width: WIDTH - 2 * MARGIN, height })));
    return defs;
  }

  const ground = (view, colour, height) => [s("rect", { width: WIDTH - 2 * MARGIN, height, fill: colour(view.model.data.around.box ? "--paper" : "--sea") })];

  function layersOf(view, colour, corner, k) {
    const out = [];
    const plain = (value) => (value || "").replace(/var\((--[\w-]+)\)/, (_all, variable) => colour(variable));
    const looks = {
      sea: { fill: colour("--sea") }, land: { fill: colour("--land"), stroke: colour("--land") }, country: { fill: colour("--country") },
      "abroad-line": { fill: "none", stroke: colour("--boundary"), "stroke-width": 1 },
      boundary: { fill: "none", stroke: colour("--boundary"), "stroke-width": 1 }, border: { fill: "none", stroke: colour("--border"), "stroke-width": 2 },
      held: { fill: colour("--ink"), "fill-opacity": 0.22 }, front: { fill: "none", stroke: colour("--ink"), "stroke-width": 2.6 },
      reported: { fill: colour("--reported"), "fill-opacity": 0.14, stroke: colour("--reported"), "stroke-width": 2.5 },
      "reported-end": { fill: "none", stroke: colour("--reported"), "stroke-dasharray": "4 5" },
    };
    // The order of the panes is the order of drawing; the invisible ones are left out.
    for (const name of ["ground", "held", "left", "right", "lines", "front", "reported"]) {
      const of = [];
      view.map.eachLayer((layer) => { if (layer.getLatLngs && layer.options.pane === name) of.push(layer); });
      of.sort((a, b) => L.stamp(a) - L.stamp(b));
      for (const layer of of) {
        const kind = layer.options.className.split(" ")[0];
        const close = !layer.options.open;
        const rings = flatRings(layer.getLatLngs());
        const look = looks[kind] || { fill: layer.options.fill === false ? "none" : plain(layer.options.fillColor), "fill-opacity": layer.options.fillOpacity, stroke: plain(layer.options.color), "stroke-width": layer.options.weight * 1.4, "stroke-dasharray": layer.options.dashArray };
        out.push(s("path", { d: rings.map((ring) => pathOf(view, ring, corner, k, close)).join(""), "fill-rule": "evenodd", "stroke-linejoin": "round", ...look }));
      }
    }
    return out;
  }

  const flatRings = (latlngs) => (latlngs.length && Array.isArray(latlngs[0]) ? latlngs.flatMap(flatRings) : [latlngs]);

  function namesOf(view, colour, k0) {
    const frame = view.map.getContainer().getBoundingClientRect();
    const labels = [...view.map.getContainer().querySelectorAll(".name:not(.off) span, .reported-name > :not(.drag)")];
    return labels.map((label) => {
      const box = label.getBoundingClientRect();
      const size = parseFloat(getComputedStyle(label).fontSize) * k0;
      const text = s("text", {
        x: (box.left + box.width / 2 - frame.left) * k0, y: (box.top + box.height / 2 - frame.top) * k0 + size * 0.35, "font-size": size, "text-anchor": "middle",
        "font-weight": getComputedStyle(label).fontWeight, fill: colour("--ink"), stroke: colour("--paper"), "stroke-width": size * 0.22, "paint-order": "stroke", "stroke-linejoin": "round",
      });
      text.textContent = label.textContent;
      return text;
    });
  }

  function legendOf(view, colour, top) {
    const items = [];
    let y = top;
    for (const line of document.querySelectorAll("#legend li")) {
      const rect = line.querySelector("rect").cloneNode();
      rect.setAttribute("x", MARGIN);
      rect.setAttribute("y", y - 13);
      for (const name of ["fill", "stroke"]) rect.setAttribute(name, rect.getAttribute(name).replace(/var\((--[\w-]+)\)/, (_all, variable) => colour(variable)));
      items.push(rect, ...textBlock([line.querySelector(".label").textContent], MARGIN + 38, y, 16, { fill: colour("--ink") }));
      y += 26;
    }
    return { items, bottom: y + 6 };
  }

  function sourceLine(model) {
    return [t("Whole regions are filled: an upper bound of what is meant or held."), t(model.data.viewpoint), model.data.boundaries, model.data.credits.map((line) => t(line)).join(" "), app.panels.review(model.data), controlLine(model), model.data.credit].filter(Boolean).map((text) => text.replace(/\.?$/, ".")).join(" ");
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
