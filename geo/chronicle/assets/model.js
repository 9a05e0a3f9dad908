// What is counted, and what of it is chosen. Nothing here touches the document.
(function (app) {
  "use strict";

  // "Any region" and "all sources" have this number; the place after the last month holds what has no month.
  const ANY = -1;
  const MODES = ["all", "until", "only"];

  // Counts by source, role and region: one number for each month, and one for "month not known".
  function index(data) {
    const counts = new Map();
    const size = data.months.length + 1;
    for (const [source, role, region, flat] of data.cells) {
      const one = { stories: new Int32Array(size), articles: new Int32Array(size) };
      for (let at = 0; at < flat.length; at += 3) {
        const month = flat[at] < 0 ? size - 1 : flat[at];
        one.stories[month] += flat[at + 1];
        one.articles[month] += flat[at + 2];
      }
      counts.set(`${source}/${role}/${region}`, one);
    }
    return counts;
  }

  function create() {
    const data = JSON.parse(document.getElementById("data").textContent);
    const state = {
      lang: data.lang, role: data.first, mode: "all", month: Math.max(0, data.months.length - 1), source: ANY, region: null,
    };
    const listeners = [];
    function set(change, why) {
      Object.assign(state, change);
      for (const listener of listeners) listener(change, why || "");
    }
    return { data, counts: index(data), state, set, onChange: (listener) => listeners.push(listener) };
  }

  const inMode = (state, month) => state.mode === "all" || (month >= 0 && (state.mode === "only" ? month === state.month : month <= state.month));

  // Stories and articles in the chosen months; undated ones only where no month is chosen.
  function count(model, { role = model.state.role, region = ANY, source = model.state.source } = {}) {
    const { state, data } = model;
    const one = model.counts.get(`${source}/${role}/${region}`);
    const sum = { stories: 0, articles: 0 };
    if (!one) return sum;
    const last = data.months.length;
    for (let month = 0; month <= last; month += 1) {
      if (!inMode(state, month === last ? ANY : month)) continue;
      sum.stories += one.stories[month];
      sum.articles += one.articles[month];
    }
    return sum;
  }

  // Stories of each month in the chosen role and source, the slider left aside.
  function monthly(model, region = ANY) {
    const one = model.counts.get(`${model.state.source}/${model.state.role}/${region}`);
    return one ? [...one.stories.subarray(0, model.data.months.length)] : model.data.months.map(() => 0);
  }

  // The most that any region has: over all months, or in a single one, so that shades keep their meaning as the slider moves.
  function most(model) {
    const { state, data } = model;
    let best = 0;
    data.regions.forEach((_region, number) => {
      const one = model.counts.get(`${state.source}/${state.role}/${number}`);
      if (!one) return;
      const values = state.mode === "only" ? one.stories.subarray(0, data.months.length) : [one.stories.reduce((sum, n) => sum + n, 0)];
      for (const value of values) best = Math.max(best, value);
    });
    return best;
  }

  // Lower ends of the classes, round numbers; the images use the same ones.
  function breaks(highest, classes = 5) {
    if (highest <= classes) return Array.from({ length: highest }, (_, at) => at + 1);
    const steps = [];
    for (let power = 1; power <= highest; power *= 10) for (const step of [1, 2, 5]) if (step * power > 1 && step * power <= highest) steps.push(step * power);
    return [1, ...steps.slice(1 - classes)];
  }

  const classOf = (ends, value) => ends.filter((low) => value >= low).length - 1;

  function quotes(model, region) {
    const { state, data } = model;
    return data.quotes.filter((quote) => quote.region === region && quote.role === state.role && inMode(state, quote.month)
      && (state.source === ANY || quote.sources.includes(state.source)));
  }

  function namedRegions(model) {
    return new Set(model.data.regions.map((_region, number) => number).filter((number) => count(model, { region: number }).stories));
  }

  app.model = { ANY, MODES, create, count, monthly, most, breaks, classOf, quotes, namedRegions };
})(window.ConcessionMap);
