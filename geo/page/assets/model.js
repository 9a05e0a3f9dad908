// What is on the page and what is switched on. Nothing here touches the document.
(function (app) {
  "use strict";

  function readData() {
    return JSON.parse(document.getElementById("data").textContent);
  }

  // A layer is one role in one article. Its key survives a rebuild with other articles: it goes into links.
  function layersOf(data) {
    const layers = [];
    data.articles.forEach((article, number) => {
      for (const role of data.roles) {
        const claims = article.claims.filter((claim) => claim.role === role.id && claim.regions.length);
        if (!claims.length) continue;
        const regions = new Set(claims.flatMap((claim) => claim.regions));
        layers.push({ key: `${article.id}:${role.id}`, article: number, role: role.id, claims, regions });
      }
    });
    return layers;
  }

  function create() {
    const data = readData();
    const layers = layersOf(data);
    const state = {
      lang: data.lang,
      on: new Set(layers.map((layer) => layer.key)),
      region: null,
      view: firstView(data),
      a: 0,
      b: Math.min(1, data.articles.length - 1),
      until: null,
      reported: firstReported(data),
      control: Boolean(data.control),
    };
    // As the page opens without a link to one of its states.
    const first = { ...state };
    const listeners = [];
    // One way to change anything: set, then everybody redraws.
    function set(change, why) {
      Object.assign(state, change);
      for (const listener of listeners) listener(change, why || "");
    }
    return { data, layers, state, first, set, onChange: (listener) => listeners.push(listener) };
  }

  // With many articles the hatchings of all roles lie on every region: how many name it is what can be read.
  const MANY = 6;
  const firstView = (data) => (data.articles.length > MANY ? "count" : "map");

  // Reported figures that have an area, as article number and place in its list.
  function reportedFigures(data) {
    const figures = [];
    data.articles.forEach((article, number) => {
      const reported = (article.assessment && article.assessment.reported) || [];
      reported.forEach((figure, place) => {
        if (figure.km2 && figure.km2.mid > 0) figures.push({ key: `${article.id}:${place}`, article: number, figure });
      });
    });
    return figures;
  }

  function firstReported(data) {
    const figures = reportedFigures(data);
    const home = figures.filter((entry) => entry.figure.whole === data.country.code);
    return (home[0] || figures[0] || { key: null }).key;
  }

  // Its last day, to sort and compare by: a year or a month counts once it is over, an hour as its day.
  const ends = (date) => `${date}-99-99`.slice(0, 10);

  const inTime = (model, number) => {
    const { until } = model.state;
    const { date } = model.data.articles[number];
    return !until || !date || ends(date) <= ends(until);
  };

  // What all articles up to the chosen date name together: {regions, basis, area, rest}; null where nothing was measured.
  function headline(model) {
    const { data, state } = model;
    if (state.until && data.timeline) {
      const past = data.timeline.filter((entry) => entry.from <= ends(state.until));
      return past.length ? past[past.length - 1].named : null;
    }
    const found = data.overall || (data.articles[0] && data.articles[0].assessment);
    return found && { ...found.named, rest: found.control ? found.control.rest.km2 : null };
  }

  const isOn = (model, layer) => model.state.on.has(layer.key) && inTime(model, layer.article);

  // Region number -> role -> {firm, articles}: firm if any article says it without hedge and of the whole region.
  function marks(model, wanted) {
    const found = new Map();
    for (const layer of model.layers) {
      if (!isOn(model, layer) || (wanted && !wanted(layer))) continue;
      for (const claim of layer.claims) {
        for (const region of claim.regions) {
          if (!found.has(region)) found.set(region, new Map());
          const roles = found.get(region);
          const mark = roles.get(layer.role) || { firm: false, articles: new Set() };
          mark.firm = mark.firm || !(claim.hedged || claim.partial);
          mark.articles.add(layer.article);
          roles.set(layer.role, mark);
        }
      }
    }
    const order = model.data.roles.map((role) => role.id);
    const sorted = (roles) => new Map([...roles].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
    return new Map([...found].map(([region, roles]) => [region, sorted(roles)]));
  }

  const articlesNaming = (roles) => new Set([...(roles || new Map()).values()].flatMap((mark) => [...mark.articles]));

  // Region number -> place of its class among `classes`, by how many articles name it.
  function counts(model) {
    const naming = new Map([...marks(model)].map(([region, roles]) => [region, articlesNaming(roles).size]));
    const classes = naming.size ? classesOf(Math.min(...naming.values()), Math.max(...naming.values())) : [];
    const found = new Map([...naming].map(([region, size]) => [region, classes.findIndex(([, high]) => size <= high)]));
    return { classes, found };
  }

  // At most five classes of the same width.
  function classesOf(least, most) {
    const width = Math.ceil((most - least + 1) / 5);
    const classes = [];
    for (let low = least; low <= most; low += width) classes.push([low, Math.min(low + width - 1, most)]);
    return classes;
  }

  // Regions at stake (all roles that are on, besides a bare mention) of A and of B.
  function difference(model) {
    const { a, b } = model.state;
    const staked = (number) => {
      const of = marks(model, (layer) => layer.article === number && layer.role !== "mentioned");
      return new Set(of.keys());
    };
    const [inA, inB] = [staked(a), staked(b)];
    const result = new Map();
    for (const region of new Set([...inA, ...inB])) {
      result.set(region, inA.has(region) ? (inB.has(region) ? "both" : "a") : "b");
    }
    return result;
  }

  // Every claim about a region, by article, in the order of the articles.
  function claimsAbout(model, region, shown = (number) => inTime(model, number)) {
    return model.data.articles
      .map((article, number) => ({ article, number, claims: article.claims.filter((claim) => claim.regions.includes(region)) }))
      .filter((entry) => entry.claims.length && shown(entry.number));
  }

  function namedRegions(model) {
    return new Set(model.layers.flatMap((layer) => [...layer.regions]));
  }

  const articleName = (article) => article.title || article.id;

  app.model = {
    MANY, create, firstView, marks, counts, difference, claimsAbout, namedRegions, articlesNaming, articleName, ends, inTime, headline, isOn, reportedFigures,
  };
})(window.ConcessionMap);
