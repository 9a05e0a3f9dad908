// Puts the parts together, and keeps what is chosen in the address.
(function (app) {
  "use strict";
  const { byId } = app.dom;
  const { t } = app.text;

  function start(map) {
    const model = app.model.create();
    app.names.setUp(model);
    Object.assign(model.state, read(model));
    app.patterns.install(model.data.roles);
    speak(model);
    const view = app.counts.start(model, map);
    model.onChange((change, why) => redraw(view, change, why));
    drawAll(view);
    document.documentElement.dataset.ready = "true";
  }

  function speak(model) {
    document.documentElement.lang = app.text.use(model.state.lang, { en: {}, ...model.data.texts }, model.data.numbers);
  }

  function drawAll(view) {
    const { model } = view;
    byId("skip").textContent = t("Skip the map: the data as a table");
    app.map.relabel(view);
    app.panels.heading(model);
    app.months.controls(model);
    app.panels.foot(model);
    draw(view, "");
  }

  function draw(view, why) {
    const { model } = view;
    app.counts.update(view);
    app.panels.roles(model);
    app.panels.chosen(model);
    app.panels.legend(view);
    app.panels.evidence(view, why);
    app.panels.sources(model);
    app.panels.table(view);
  }

  function redraw(view, change, why) {
    const focus = focused();
    if ("lang" in change) {
      speak(view.model);
      drawAll(view);
    } else {
      app.months.update(view.model);
      draw(view, "region" in change ? why : "");
    }
    restore(focus);
    if (why !== "time") byId("live").textContent = byId("chosen-line").textContent;
    remember(view.model);
  }

  // Panels are drawn anew; the control that was used gets the focus back, by what it stands for.
  const KEYS = ["data-role", "data-source", "lang"];

  function focused() {
    const one = document.activeElement;
    const place = one && one.closest("#roles, #sources, #evidence, #languages");
    const key = place && KEYS.find((name) => one.hasAttribute(name));
    return key ? `#${place.id} button[${key}="${CSS.escape(one.getAttribute(key))}"]` : null;
  }

  function restore(selector) {
    const again = selector && document.querySelector(selector);
    if (again && document.activeElement === document.body) again.focus({ preventScroll: true });
  }

  // --- the address -------------------------------------------------------------------------------------------

  // Whatever stands in the address is checked against what the page has; the rest is ignored.
  function read({ data }) {
    const parts = new URLSearchParams(window.location.hash.slice(1));
    const change = {};
    const month = data.months.indexOf(parts.get("month"));
    const source = data.sources.findIndex((one, at) => one.name === parts.get("source") && !(data.others && at === data.sources.length - 1));
    const region = data.regions.findIndex((one) => one.id === parts.get("region"));
    if (data.langs.includes(parts.get("lang"))) change.lang = parts.get("lang");
    if (data.roles.some((role) => role.id === parts.get("role"))) change.role = parts.get("role");
    if (month >= 0) change.month = month;
    if (month >= 0 && app.model.MODES.includes(parts.get("show"))) change.mode = parts.get("show");
    if (parts.has("source") && source >= 0) change.source = source;
    if (region >= 0) change.region = region;
    return change;
  }

  function remember({ data, state }) {
    const parts = new URLSearchParams();
    if (state.lang !== data.lang) parts.set("lang", state.lang);
    parts.set("role", state.role);
    if (state.mode !== "all") {
      parts.set("show", state.mode);
      parts.set("month", data.months[state.month]);
    }
    if (state.source !== app.model.ANY && data.sources[state.source].name) parts.set("source", data.sources[state.source].name);
    if (state.region !== null) parts.set("region", data.regions[state.region].id);
    try {
      window.history.replaceState(null, "", `#${parts}`);
    } catch {
      // An embedded or sandboxed page may not change its address: the map works all the same.
    }
  }

  app.start = start;
})(window.ConcessionMap);
