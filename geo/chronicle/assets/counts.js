// Counts on the map: shades of the role's colour, and the number beside each region's name.
(function (app) {
  "use strict";
  const { t, tn, number } = app.text;
  const { h, s } = app.dom;

  // From few to many; the lightest still stands out from the ground, the number says the rest.
  const shade = (place, classes) => 0.2 + (0.6 * place) / Math.max(1, classes - 1);

  function start(model, map) {
    const view = app.map.start(model, map);
    view.marks = new Map();
    view.quiet = false;
    view.reach.forEach((layer, region) => {
      layer.unbindTooltip();
      layer.bindTooltip(() => tooltip(model, region), { sticky: true, direction: "top", className: "tip", opacity: 1 });
    });
    return view;
  }

  const says = ({ stories, articles }) => {
    if (!articles) return t("no story");
    // Reprints of a story that counts in an earlier month.
    const told = stories ? tn("{n} story", "{n} stories", stories) : t("no new story");
    return articles > stories ? t("{stories} in {articles}", { stories: told, articles: tn("{n} article", "{n} articles", articles) }) : told;
  };

  function tooltip(model, region) {
    const lines = model.data.roles.map((role) => [role.id, app.model.count(model, { role: role.id, region })]).filter(([, sum]) => sum.stories);
    return h("div", {}, h("strong", {}, app.regionName(model, region)),
      lines.length ? lines.map(([role, sum]) => h("div", {}, `${app.panels.name(role)}: ${says(sum)}`)) : h("div", {}, t("no story")));
  }

  function update(view) {
    const { model } = view;
    const { role } = model.state;
    app.map.clearClaims(view);
    view.highest = app.model.most(model);
    view.ends = app.model.breaks(view.highest);
    model.data.regions.forEach((_region, region) => {
      const { stories } = app.model.count(model, { region });
      if (!stories) return;
      app.map.fillRegion(view, "left", region, {
        className: "claim counted", fillColor: `var(--role-${role})`, color: `var(--role-${role})`, weight: 1.2,
        fillOpacity: shade(app.model.classOf(view.ends, stories), view.ends.length),
      });
    });
    nameReach(view);
    drawNames(view);
  }

  function nameReach(view) {
    const { model } = view;
    const { data, state } = model;
    const named = app.model.namedRegions(model);
    const first = named.size ? null : 0;
    view.map.getPane("reach").querySelector("svg").setAttribute("aria-label", t("Regions of {country}", { country: app.countryName(data.country) }));
    view.reach.forEach((layer, region) => {
      const path = layer.getElement();
      path.setAttribute("aria-label", [app.regionName(model, region), app.roleLabel(state.role), says(app.model.count(model, { region }))].join(", "));
      path.setAttribute("tabindex", named.has(region) || region === first ? "0" : "-1");
      path.setAttribute("aria-pressed", String(state.region === region));
      path.classList.toggle("selected", state.region === region);
      if (state.region === region) layer.bringToFront();
    });
  }

  function drawNames(view) {
    const { model } = view;
    const { data, state } = model;
    view.names.forEach((name) => name.marker.remove());
    view.names = data.regions.map((region, at) => {
      const { stories } = app.model.count(model, { region: at });
      const box = h("div", { class: stories ? "name named" : "name" }, h("span", {}, app.regionLabel(model, at)), stories ? h("span", { class: "count" }, number(stories)) : null);
      const room = () => view.reach[at].getElement().getBoundingClientRect().width * 1.25;
      return { marker: app.map.placeText(view, region.at, box), box, room, rank: stories ? 1e9 + stories : region.km2 || 0, named: Boolean(stories) };
    });
    data.around.names.forEach((names, at) => {
      const box = h("div", { class: "name abroad" }, h("span", {}, names[state.lang] || names.en));
      view.names.push({ marker: app.map.placeText(view, data.around.at[at], box), box, room: () => Infinity, rank: 0, named: false });
    });
    app.map.placeNames(view);
  }

  function swatch(role, place, classes) {
    const look = { x: 1, y: 1, width: 26, height: 16, fill: `var(--role-${role})`, "fill-opacity": shade(place, classes).toFixed(2), stroke: `var(--role-${role})`, "stroke-width": 1.2 };
    return s("svg", { class: "swatch", width: 28, height: 18, viewBox: "0 0 28 18", "aria-hidden": "true", focusable: "false" }, s("rect", look));
  }

  app.counts = { start, update, swatch, says };
})(window.ConcessionMap);
