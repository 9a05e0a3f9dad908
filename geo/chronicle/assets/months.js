// The months: a bar for each, and a slider that chooses one of them or all until it.
(function (app) {
  "use strict";
  const { t, tn, date, number } = app.text;
  const { h, s, replace, byId } = app.dom;
  const PACE = 1100;
  const WIDTH = 1000;
  const HEIGHT = 72;
  let timer = null;
  let parts = null;

  const TEXTS = { all: () => t("All months"), until: () => t("Until the month"), only: () => t("Only the month") };

  function controls(model) {
    const { data, state } = model;
    const place = byId("months");
    place.hidden = data.months.length < 2;
    if (place.hidden) return;
    const range = h("input", {
      type: "range", id: "month", min: 0, max: data.months.length - 1, step: 1, value: state.month, "aria-label": t("Month"),
      on: { input: () => { stop(); goTo(model, Number(range.value)); } },
    });
    const play = h("button", { type: "button", class: "play", on: { click: () => toggle(model) } });
    const modes = app.model.MODES.map((mode) => h("button", {
      type: "button", "data-mode": mode, on: { click: () => { stop(); model.set({ mode }); } },
    }, TEXTS[mode]()));
    const bars = s("svg", { class: "bars", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" });
    const output = h("output", { for: "month", id: "chosen" });
    parts = { range, play, modes, bars, output };
    replace(place,
      h("div", { class: "months-head" }, h("div", { class: "segments", role: "group", "aria-label": t("Months shown") }, modes), output),
      h("div", { class: "months-row" }, play, h("div", { class: "months-scale" }, bars, range,
        h("div", { class: "months-ends", "aria-hidden": "true" }, h("span", {}, date(data.months[0])), h("span", {}, date(data.months[data.months.length - 1]))))),
      h("p", { class: "hint", id: "months-most" }));
    update(model);
  }

  function update(model) {
    const { data, state } = model;
    if (byId("months").hidden) return;
    const values = app.model.monthly(model);
    const highest = Math.max(1, ...values);
    const step = WIDTH / values.length;
    const gap = values.length > 120 ? 0 : Math.min(4, step * 0.15);
    replace(parts.bars, values.map((value, at) => {
      const shown = state.mode === "all" || (state.mode === "only" ? at === state.month : at <= state.month);
      const height = (value / highest) * (HEIGHT - 2);
      return s("rect", { class: shown ? "month shown" : "month", x: (at * step + gap / 2).toFixed(1), y: (HEIGHT - height).toFixed(1), width: (step - gap).toFixed(1), height: height.toFixed(1) });
    }));
    parts.bars.style.setProperty("--bar", `var(--role-${state.role})`);
    parts.range.value = String(state.month);
    for (const button of parts.modes) button.setAttribute("aria-pressed", String(button.dataset.mode === state.mode));
    const day = date(data.months[state.month]);
    parts.range.setAttribute("aria-valuetext", `${day}: ${tn("{n} story", "{n} stories", values[state.month])}`);
    const words = { all: () => t("All months"), until: () => t("Until {month}", { month: day }), only: () => day };
    parts.output.textContent = words[state.mode]();
    parts.play.textContent = timer ? "❚❚" : "▶";
    parts.play.setAttribute("aria-label", timer ? t("Pause") : t("Play through the months"));
    byId("months-most").textContent = t("Highest bar: {n} stories in a month.", { n: number(highest) });
  }

  function goTo(model, month) {
    model.set({ month, mode: model.state.mode === "all" ? "only" : model.state.mode }, "time");
  }

  function stop() {
    window.clearInterval(timer);
    timer = null;
  }

  function toggle(model) {
    const last = model.data.months.length - 1;
    if (timer) {
      stop();
      update(model);
      return;
    }
    const step = () => {
      const next = model.state.month + 1;
      if (next >= last) stop();
      goTo(model, Math.min(next, last));
    };
    timer = window.setInterval(step, PACE);
    goTo(model, model.state.mode === "all" || model.state.month >= last ? 0 : model.state.month + 1);
  }

  app.months = { controls, update };
})(window.ConcessionMap);
