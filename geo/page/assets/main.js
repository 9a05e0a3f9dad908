// Puts the parts together once folium's own script has made the map.
(function (app) {
  "use strict";
  const { byId } = app.dom;

  app.announce = (text) => { byId("live").textContent = text; };

  function start(map) {
    const model = app.model.create();
    app.names.setUp(model);
    const initial = model.state.reported;
    const { camera, ...asked } = app.share.read(model);
    Object.assign(model.state, asked);
    app.patterns.install(model.data.roles);
    speak(model);
    app.panels.heading(model);
    const view = app.map.start(model, map, camera);
    const parts = { model, view };
    parts.swipe = app.compare.start(view);
    app.compare.controls(parts.swipe);
    app.map.drawClaims(view);
    afterPaint(() => finish(parts, initial));
  }

  // The map is on the screen by now; everything round it follows.
  function finish(parts, initial) {
    const { model, view } = parts;
    parts.time = app.time.start(model);
    app.map.update(view);
    parts.shape = app.reported.start(view);
    app.share.start(view, parts.shape, initial);
    model.onChange((change, why) => redraw(parts, change, why));
    drawAll(parts);
    // Names are placed once, when everything that they keep clear of is there.
    view.quiet = false;
    app.map.placeNames(view);
    document.documentElement.dataset.ready = "true";
    performance.mark("ready");
  }

  // Once the frame with the map has been made, handed on and shown; where no frames are shown (a hidden tab), soon.
  function afterPaint(act, frames = 3) {
    let done = false;
    const once = () => {
      if (!done) act();
      done = true;
    };
    const wait = (left) => requestAnimationFrame(() => (left > 1 ? wait(left - 1) : window.setTimeout(once)));
    wait(frames);
    window.setTimeout(once, 250);
  }

  // Texts in the reader's language; `lang` on the document follows.
  function speak(model) {
    const known = { en: {}, ...model.data.texts };
    document.documentElement.lang = app.text.use(model.state.lang, known, model.data.numbers);
  }

  function drawAll(parts) {
    const { model, view } = parts;
    app.map.relabel(view);
    app.panels.heading(model);
    app.panels.layers(model);
    app.time.controls(parts.time);
    app.panels.foot(model);
    drawState(parts, null, "");
  }

  // Draws what a change can have touched (null: everything): with hundreds of articles the rest would be felt.
  function drawState(parts, change, why) {
    const { model, view, swipe, shape } = parts;
    const touches = (...keys) => !change || keys.some((key) => key in change);
    const marks = !change || !onlyRegion(change);
    if (touches("view", "a", "b")) app.compare.controls(swipe);
    app.compare.clip(swipe);
    if (marks) app.panels.legend(view, shape);
    if (touches("on", "reported")) app.panels.figures(model);
    else if (touches("until")) app.panels.syncFigures(model);
    if (change && touches("until")) app.panels.reopen(model);
    if (touches("region", "until", "reported")) app.panels.evidence(view, shape, why);
    if (marks) app.panels.table(view);
    if (touches("on", "until", "control")) app.panels.syncLayers(model);
  }

  const onlyRegion = (change) => Object.keys(change).every((key) => key === "region");

  function redraw(parts, change, why) {
    const focus = focused();
    if ("lang" in change) speak(parts.model);
    if (onlyRegion(change)) app.map.nameReach(parts.view);
    else {
      app.map.update(parts.view);
      app.reported.changed(parts.shape, change);
    }
    if ("lang" in change) drawAll(parts);
    else drawState(parts, change, "region" in change ? why : "");
    restore(focus);
  }

  // Panels are drawn anew; the control that was used gets the focus back.
  const CONTROLS = "#views button, #views select, #figures button, #languages button, #table button";

  function focused() {
    const all = [...document.querySelectorAll(CONTROLS)];
    const at = all.indexOf(document.activeElement);
    return at < 0 ? null : { place: all[at].closest("[id]").id, at: [...all[at].closest("[id]").querySelectorAll("button, select")].indexOf(all[at]) };
  }

  function restore(focus) {
    if (!focus || (document.activeElement && document.activeElement !== document.body)) return;
    const again = byId(focus.place).querySelectorAll("button, select")[focus.at];
    if (again) again.focus({ preventScroll: true });
  }

  app.start = start;
})(window.ConcessionMap);
