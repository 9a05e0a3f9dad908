// The state in the address, links and embed code, and downloads made from what the page holds.
(function (app) {
  "use strict";
  const { t } = app.text;
  const { h, byId } = app.dom;
  const VIEWS = ["map", "count", "swipe", "difference"];

  // --- the address -------------------------------------------------------------------------------------------

  function fragment(share) {
    const { model, view, shape } = share;
    const { state, data, layers } = model;
    const parts = new URLSearchParams();
    if (state.lang !== data.lang) parts.set("lang", state.lang);
    if (state.view !== app.model.firstView(data)) parts.set("view", state.view);
    if (state.view === "swipe" || state.view === "difference") {
      parts.set("a", data.articles[state.a].id);
      parts.set("b", data.articles[state.b].id);
    }
    const off = layers.filter((layer) => !state.on.has(layer.key)).map((layer) => layer.key);
    // The shorter list, and none at all while everything is on.
    if (off.length && off.length <= layers.length / 2) off.forEach((key) => parts.append("off", key));
    else if (off.length) (state.on.size ? [...state.on] : [""]).forEach((key) => parts.append("on", key));
    if (state.region !== null) parts.set("region", data.regions[state.region].id);
    if (data.control && !state.control) parts.set("control", "off");
    if (state.until) parts.set("until", state.until);
    if (state.reported !== share.initial) parts.set("figure", state.reported || "");
    if (shape && shape.main && share.moved) parts.set("at", [shape.place.lat, shape.place.lng].map((x) => x.toFixed(2)).join(","));
    if (view.moved) parts.set("map", [view.map.getZoom(), view.map.getCenter().lat.toFixed(3), view.map.getCenter().lng.toFixed(3)].join(","));
    return parts.toString();
  }

  // Whatever stands in the address is checked against what the page has; the rest is ignored.
  function read(model) {
    const { data, layers } = model;
    const parts = new URLSearchParams(window.location.hash.slice(1));
    const change = {};
    const keys = new Set(layers.map((layer) => layer.key));
    if (data.langs.includes(parts.get("lang"))) change.lang = parts.get("lang");
    if (VIEWS.includes(parts.get("view")) && data.articles.length > 1) change.view = parts.get("view");
    for (const which of ["a", "b"]) {
      const at = data.articles.findIndex((article) => article.id === parts.get(which));
      if (at >= 0) change[which] = at;
    }
    if (parts.has("on")) change.on = new Set(parts.getAll("on").filter((key) => keys.has(key)));
    else if (parts.has("off")) change.on = new Set([...keys].filter((key) => !parts.getAll("off").includes(key)));
    const region = data.regions.findIndex((entry) => entry.id === parts.get("region"));
    if (region >= 0) change.region = region;
    if (data.timeline && app.time.datesOf(data).includes(parts.get("until"))) change.until = parts.get("until");
    if (parts.get("control") === "off") change.control = false;
    if (parts.has("figure")) change.reported = parts.get("figure") || null;
    const place = numbers(parts.get("at"), 2);
    if (place) change.reportedAt = { lat: place[0], lng: place[1] };
    change.camera = numbers(parts.get("map"), 3);
    return change;
  }

  function numbers(text, count) {
    const values = (text || "").split(",").map(Number);
    return text && values.length === count && values.every(Number.isFinite) ? values : null;
  }

  function start(view, shape, initial) {
    const share = { view, model: view.model, shape, initial, moved: false };
    let timer = null;
    share.remember = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => write(share), 150);
    };
    view.map.on("moveend zoomend", share.remember);
    view.model.onChange(share.remember);
    app.share.remember = () => {
      share.moved = true;
      share.remember();
    };
    app.share.current = share;
    window.addEventListener("hashchange", () => follow(share));
    return share;
  }

  // A link to another state that is opened in the same tab; a place in the page ("#table") is no state.
  function follow({ model, view }) {
    if (!window.location.hash.includes("=")) return;
    const { camera, ...asked } = read(model);
    model.set({ ...model.first, ...asked });
    view.home();
    if (camera) view.look(camera);
  }

  function write(share) {
    const text = fragment(share);
    const address = text ? `#${text}` : `${window.location.pathname}${window.location.search}`;
    // Inside some frames (srcdoc, sandbox) the address can't be changed; the page works without it.
    try {
      window.history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "SecurityError") throw error;
    }
    for (const field of document.querySelectorAll("[data-share]")) field.value = field.dataset.share === "link" ? link(share) : embed(share);
  }

  function link(share) {
    const text = fragment(share);
    return window.location.href.replace(/#.*$/, "") + (text ? `#${text}` : "");
  }

  function embed(share) {
    const frame = document.createElement("iframe");
    frame.setAttribute("src", link(share));
    frame.setAttribute("title", document.title);
    frame.setAttribute("width", "100%");
    frame.setAttribute("height", "900");
    frame.setAttribute("loading", "lazy");
    return frame.outerHTML;
  }

  // --- the panel ---------------------------------------------------------------------------------------------

  function panel() {
    const { current } = app.share;
    const field = (kind, label) => {
      const box = h("textarea", { readonly: true, rows: kind === "link" ? 2 : 3, "data-share": kind, spellcheck: "false", on: { focus: () => box.select() } });
      box.value = kind === "link" ? link(current) : embed(current);
      return h("div", { class: "share-field" }, h("label", {}, h("span", {}, label), box),
        h("button", { type: "button", on: { click: () => copy(box) } }, t("Copy")));
    };
    const save = (name, label, make) => h("button", { type: "button", "data-save": name, on: { click: () => make() } }, label);
    return h("div", { class: "share" },
      h("section", { class: "save" }, h("h2", {}, t("Download")), h("div", { class: "buttons" },
        save("csv", t("Claims, CSV"), () => download("claims.csv", "text/csv", `\ufeff${csv(current)}`)),
        save("geojson", t("Regions, GeoJSON"), () => download("regions.geojson", "application/geo+json", geojson(current))),
        save("svg", t("This view, SVG"), () => download("map.svg", "image/svg+xml", app.pictures.svg(current.view).text)),
        save("png", t("This view, PNG"), async () => offer("map.png", await app.pictures.png(current.view))))),
      h("details", { class: "links" }, h("summary", {}, t("Share or embed this view")), field("link", t("Link")), field("embed", t("Code for embedding"))));
  }

  async function copy(box) {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      // Not allowed in this frame or from a file: the older way copies what is selected.
      document.execCommand("copy");
    }
    app.announce(t("Copied."));
  }

  // --- downloads ---------------------------------------------------------------------------------------------

  function offer(name, blob) {
    const address = URL.createObjectURL(blob);
    const anchor = h("a", { href: address, download: name });
    anchor.click();
    window.setTimeout(() => URL.revokeObjectURL(address), 10000);
    app.announce(t("{name} is ready.", { name }));
  }

  const download = (name, type, text) => offer(name, new Blob([text], { type: `${type};charset=utf-8` }));

  // As in the file claims.csv: every cell in quotes, none of them a formula, whatever list separator a spreadsheet has.
  const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
  const INNER_FORMULA = /(?<=[;\t\r\n|])(?=["']*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;
  const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

  function cell(value) {
    if (typeof value !== "string") return `"${value ?? ""}"`;
    const text = value.replace(CONTROL, "\ufffd").replace(INNER_FORMULA, "'");
    return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  }

  function csv({ model }) {
    const head = ["article", "title", "date", "source", "url", "region", "region_name", "area_km2", "role", "actor", "speaker", "hedged", "partial", "sentence", ...(model.data.control ? ["held_km2", "held_percent"] : [])];
    const rows = model.data.articles.flatMap((article) => article.claims.flatMap((claim) => {
      const row = (id, name, size) => [article.id, article.title, article.date, article.source, article.url, id, name, size, claim.role, claim.actor, claim.speaker, claim.hedged, claim.partial, model.data.quotes[claim.quote]];
      // As read, not as drawn: "Crimea" is one row, though the map fills the peninsula's two regions.
      return claim.ids.map((id) => {
        const at = model.data.regions.findIndex((region) => region.id === id);
        const held = heldOf(model, at);
        const cells = at < 0 ? row(id, app.areaName(id), "") : row(id, app.regionName(model, at), model.data.regions[at].km2);
        return [...cells, ...(model.data.control ? [held.held_km2, held.held_percent] : [])];
      });
    }));
    return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
  }

  // What the control layer covers of a region, where one was brought.
  function heldOf(model, at) {
    const [held, share] = (model.data.control && model.data.control.regions[at]) || [];
    return held === undefined ? {} : { held_km2: held, held_percent: share };
  }

  function geojson({ model, view }) {
    const close = (ring) => [...ring, ring[0]].map(({ lat, lng }) => [lng, lat]);
    const features = model.data.regions.map((region, at) => ({
      type: "Feature",
      id: region.id,
      properties: {
        id: region.id, name: app.regionName(model, at), area_km2: region.km2, ...heldOf(model, at),
        claims: app.model.claimsAbout(model, at, () => true).flatMap(({ article, claims }) => claims.map((claim) => ({ article: article.id, role: claim.role, actor: claim.actor, hedged: claim.hedged, partial: claim.partial, sentence: model.data.quotes[claim.quote] }))),
      },
      geometry: { type: "MultiPolygon", coordinates: app.geometry.polygonsOf(region.shape, view.arcs).map((polygon) => polygon.map((ring) => close(ring))) },
    }));
    return JSON.stringify({ type: "FeatureCollection", source: model.data.boundaries, viewpoint: t(model.data.viewpoint), features });
  }

  app.share = { start, read, panel, fragment, remember: () => {}, byId };
})(window.ConcessionMap);
