// A slider over the dates of the articles, from three dated articles on.
(function (app) {
  "use strict";
  const { t, tn, number, date } = app.text;
  const { h, replace, byId } = app.dom;
  const PACE = 1200;

  const datesOf = (data) => {
    const { ends } = app.model;
    const days = data.articles.map((article) => (article.date || "").slice(0, 10)).filter(Boolean);
    return [...new Set(days)].sort((a, b) => (ends(a) < ends(b) ? -1 : 1));
  };

  // How many of the articles the page shows at the chosen date; "" where the page has no slider.
  function counted(model) {
    const { data, state } = model;
    if (!data.timeline) return "";
    const seen = data.articles.filter((_article, at) => app.model.inTime(model, at));
    const undated = seen.filter((article) => !article.date).length;
    const values = { seen: number(seen.length), date: date(state.until || datesOf(data).pop()) };
    const text = tn("{seen} of {n} article up to {date}", "{seen} of {n} articles up to {date}", data.articles.length, values);
    return undated ? [text, t("({n} without a date)", { n: number(undated) })].join(" ") : text;
  }

  function start(model) {
    const time = { model, dates: datesOf(model.data), timer: null };
    time.shown = Boolean(model.data.timeline);
    return time;
  }

  function controls(time) {
    const place = byId("below");
    place.hidden = !time.shown;
    if (place.hidden) return;
    const { dates, model } = time;
    const at = model.state.until ? dates.indexOf(model.state.until) : dates.length - 1;
    time.range = h("input", {
      type: "range", min: 0, max: dates.length - 1, value: at, id: "until",
      on: { input: () => { stop(time); goTo(time, Number(time.range.value)); } },
    });
    time.play = h("button", { type: "button", class: "play", on: { click: () => toggle(time) } });
    time.text = h("output", { for: "until" });
    replace(place, time.play, h("label", { class: "slide" }, h("span", {}, t("Articles until")), time.range), time.text);
    say(time);
  }

  // The slider itself stays in place while it moves: only its words change.
  function say(time) {
    const { dates, model } = time;
    const day = dates[Number(time.range.value)];
    time.text.textContent = counted(model);
    time.range.setAttribute("aria-valuetext", date(day));
    time.play.textContent = time.timer ? "❚❚" : "▶";
    time.play.setAttribute("aria-label", time.timer ? t("Pause") : t("Play through the dates"));
  }

  function goTo(time, place) {
    const last = place >= time.dates.length - 1;
    time.range.value = String(place);
    time.model.set({ until: last ? null : time.dates[place] }, "time");
    say(time);
  }

  function stop(time) {
    window.clearInterval(time.timer);
    time.timer = null;
  }

  function toggle(time) {
    if (time.timer) {
      stop(time);
      say(time);
      return;
    }
    const from = Number(time.range.value);
    time.timer = window.setInterval(() => step(time), PACE);
    goTo(time, from >= time.dates.length - 1 ? 0 : from + 1);
  }

  function step(time) {
    const next = Number(time.range.value) + 1;
    if (next >= time.dates.length - 1) stop(time);
    goTo(time, Math.min(next, time.dates.length - 1));
  }

  app.time = { start, controls, counted, datesOf };
})(window.ConcessionMap);
