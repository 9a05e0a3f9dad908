// The panels beside the map: legend, comparison, evidence, layers, table, sources.
(function (app) {
  "use strict";
  const { t, tn, number, percent, km2, date, isolated } = app.text;
  const { h, replace, byId } = app.dom;

  // --- heading -----------------------------------------------------------------------------------------------

  function heading(model) {
    const { data } = model;
    const count = data.articles.length;
    const title = data.title || tn("{country}: the regions at stake in {n} article", "{country}: the regions at stake in {n} articles", count, { country: app.countryName(data.country) });
    byId("title").textContent = title;
    document.title = title;
    byId("skip").textContent = t("Skip the map: the data as a table");
    const by = count === 1 ? byline(data.articles[0]) : [];
    replace(byId("byline"), by);
    byId("byline").hidden = !by.length;
    byId("standfirst").style.minHeight = "";
    opening(model);
    const old = byId("languages");
    if (old) old.remove();
    byId("top").append(languages(model));
  }

  // What the articles say together, of those up to the chosen date where there is a slider.
  function opening(model) {
    const counted = app.time.counted(model);
    replace(byId("standfirst"), counted && h("strong", { class: "so-far" }, counted), standfirst(model));
  }

  // While the slider moves a shorter sentence leaves its room, or the map would jump under the pointer.
  function reopen(model) {
    const place = byId("standfirst");
    if (!place.style.minHeight) window.addEventListener("resize", () => { place.style.minHeight = ""; }, { once: true });
    place.style.minHeight = `${place.getBoundingClientRect().height}px`;
    opening(model);
  }

  function standfirst(model) {
    const { data } = model;
    const found = app.model.headline(model);
    if (!found || !found.regions.length) return t("No region is named as demanded, offered, held or refused.");
    const values = { share: percent(found.area.measured), km2: km2(found.area.km2), country: app.countryName(data.country) };
    values.roles = rolesOf(found);
    const named = tn("{n} region is named ({roles}), whole regions counted: {km2}, {share} of {country} as measured.", "{n} regions are named ({roles}), whole regions counted: {km2}, {share} of {country} as measured.", found.regions.length, values);
    const caveat = t("This is an upper bound: the map fills whole regions, whatever part of them is meant.");
    return `${named} ${caveat}`;
  }

  // What is said of the regions that are counted: others may be on the map, too.
  const rolesOf = (named) => named.basis.map(app.roleLabel).join(", ");

  // Whose article it is, of when, and where it stands.
  function byline(article) {
    const link = article.url ? h("a", { href: article.url, rel: "noopener noreferrer", target: "_blank" }, t("the article")) : null;
    const parts = [article.source && h("bdi", {}, article.source), article.date && h("bdi", {}, date(article.date)), link].filter(Boolean);
    return parts.flatMap((part, at) => (at ? [" · ", part] : [part]));
  }

  const LANGUAGE_NAMES = { en: "English", uk: "Українська" };

  // Languages of the texts; a further language, in which only the names of regions are known, by its own name.
  function languages(model) {
    const { langs } = model.data;
    const label = (lang) => LANGUAGE_NAMES[lang] || new Intl.DisplayNames([lang], { type: "language" }).of(lang);
    const buttons = langs.map((lang) => h("button", {
      type: "button", lang, "aria-pressed": String(lang === model.state.lang), on: { click: () => model.set({ lang }) },
    }, label(lang)));
    return h("div", { class: "languages segments", id: "languages", role: "group", "aria-label": t("Language") }, buttons);
  }

  // --- legend ------------------------------------------------------------------------------------------------

  // Only what is drawn right now, so that the legend can't promise more than the map shows.
  function legend(view, shape) {
    const { model } = view;
    const entries = ({ difference: differenceEntries, count: countEntries }[model.state.view] || roleEntries)(model, view);
    const square = shape && app.reported.legendEntry(shape);
    const held = controlEntry(model);
    const lines = [...entries, ...(held ? [held] : []), ...(square ? [square] : [])].map(([mark, label, note]) => h("li", {}, mark, h("span", { class: "label" }, label), note ? h("span", { class: "note" }, note) : null));
    // What is only mentioned has an outline and no filling.
    const filling = [...view.marks.values()].map((roles) => [...roles.keys()].filter((role) => role !== "mentioned").length);
    const banded = filling.some((roles) => roles > 1) && (model.state.view === "map" || model.state.view === "swipe");
    const filled = model.state.view === "count" ? entries.length : filling.some(Boolean);
    const empty = entries.length ? null : h("p", { class: "hint" }, nothing(model));
    replace(byId("legend"), h("h2", { class: "sr" }, t("Legend")), empty, h("ul", {}, lines),
      unseen(model).map((title) => h("p", { class: "caveat" }, t("Not shown, because it is dated later than {date}: {title}", { date: date(model.state.until), title }))),
      banded ? h("p", { class: "caveat" }, t("Where several things are said of one region, they stand in bands side by side.")) : null,
      filled ? h("p", { class: "caveat" }, t("Whole regions are filled: an upper bound of what is meant or held.")) : null, tooFar(view));
  }

  // Of two articles set against each other, those after the chosen date: an empty side would seem to say nothing.
  function unseen({ data, state }) {
    if (state.view !== "swipe" && state.view !== "difference") return [];
    return [...new Set([state.a, state.b])].filter((number) => !app.model.inTime({ data, state }, number)).map((number) => isolated(app.model.articleName(data.articles[number])));
  }

  function nothing(model) {
    const { layers, state } = model;
    const on = layers.filter((layer) => state.on.has(layer.key));
    if (layers.length && !on.length) return t("No layer is switched on.");
    if (!on.length || on.some((layer) => app.model.isOn(model, layer))) return t("No region is named as demanded, offered, held or refused.");
    return t("The layers that are on are dated later than {date}.", { date: date(state.until) });
  }

  // Regions that the map does not begin with: it would show little else than what lies between.
  function tooFar({ model, marks }) {
    const far = [...marks.keys()].filter((number) => model.data.regions[number].far).map((number) => app.regionName(model, number));
    return far.length ? h("p", { class: "caveat too-far" }, t("Outside the first view, too far away: {regions}.", { regions: far.join(", ") })) : null;
  }

  // Whose layer of held land it is, and of when.
  function controlEntry(model) {
    const { control } = model.data;
    if (!control || !model.state.control) return null;
    const label = control.date ? t("held on {date}, by the control layer", { date: date(control.date) }) : t("held, by the control layer");
    const found = app.model.headline(model);
    const rest = found && found.rest !== null ? t("named and not held: {km2}", { km2: km2(found.rest) }) : "";
    return [app.patterns.controlSwatch(), label, [isolated(control.credit || control.file), rest].filter(Boolean).join(" · ")];
  }

  function countEntries(model) {
    const { classes, found } = app.model.counts(model);
    const used = new Set(found.values());
    return classes.map(([low, high], place) => {
      const label = low === high ? tn("{n} article", "{n} articles", low) : tn("{low} to {n} article", "{low} to {n} articles", high, { low: number(low) });
      return [app.patterns.shadeSwatch(app.patterns.shade(place, classes.length)), label, "", place];
    }).filter((entry) => used.has(entry[3]));
  }

  function roleEntries(_model, view) {
    const seen = new Map();
    for (const roles of view.marks.values()) {
      for (const [role, mark] of roles) {
        const strengths = seen.get(role) || new Set();
        strengths.add(mark.firm);
        seen.set(role, strengths);
      }
    }
    return view.model.data.roles.filter((role) => seen.has(role.id)).flatMap((role) => [true, false]
      .filter((firm) => seen.get(role.id).has(firm))
      .map((firm) => [
        app.patterns.swatch(role.id, firm, `--role-${role.id}`),
        firm ? app.roleLabel(role.id) : t("{role}, hedged or in part", { role: app.roleLabel(role.id) }),
        app.roleNote(role.id),
      ]));
  }

  function differenceEntries(model) {
    const { data, state } = model;
    const found = new Set(app.model.difference(model).values());
    const title = (number) => isolated(app.model.articleName(data.articles[number]));
    const lines = [["a", t("only in: {title}", { title: title(state.a) })], ["b", t("only in: {title}", { title: title(state.b) })], ["both", t("in both")]];
    return lines.filter(([which]) => found.has(which))
      .map(([which, label]) => [app.patterns.swatch(which, true, app.patterns.DIFFERENCE[which][1]), label, ""]);
  }

  // --- comparison --------------------------------------------------------------------------------------------

  function figures(model) {
    const rows = model.data.articles.map((article, at) => ({ article, at })).filter((row) => row.article.assessment);
    const place = byId("figures");
    place.hidden = !rows.length;
    if (!rows.length) return;
    const scrolled = place.querySelector(".bars");
    const kept = scrolled ? scrolled.scrollTop : 0;
    const opened = new Set([...place.querySelectorAll(".checks[open]")].map((details) => Number(details.dataset.article)));
    const top = axisTop(model, rows.map((row) => row.article.assessment));
    replace(place,
      h("h2", {}, t("Named and reported")),
      h("p", { class: "hint" }, t("Share of the measured area of {country}. Bar: whole regions named, an upper bound. Band: the figure as reported, with the width of its wording.", { country: app.countryName(model.data.country) })),
      model.data.timeline ? h("p", { class: "so-far" }) : null,
      h("ol", { class: rows.length > app.model.MANY ? "bars long" : "bars" }, rows.map((row) => figureRow(model, row, top, opened.has(row.at)))));
    syncFigures(model);
    if (kept) place.querySelector(".bars").scrollTop = kept;
  }

  // Bars of articles after the chosen date go; the others keep their place and their scale.
  function syncFigures(model) {
    for (const row of byId("figures").querySelectorAll(".figure")) row.hidden = !app.model.inTime(model, Number(row.dataset.article));
    const counted = byId("figures").querySelector(".so-far");
    if (counted) counted.textContent = app.time.counted(model);
  }

  const shareOf = (area) => (area ? area.measured : null);

  const ofCountry = (model, reported) => reported.filter((figure) => figure.percent && figure.whole === model.data.country.code);

  // A round end of the axis that leaves a little room behind the largest share.
  function axisTop(model, assessments) {
    const highs = (found) => ofCountry(model, found.reported).map((figure) => figure.percent.high);
    const all = assessments.flatMap((found) => [shareOf(found.named.area) || 0, ...highs(found)]);
    return Math.ceil((Math.max(5, ...all) * 1.08) / 5) * 5;
  }

  function figureRow(model, { article, at }, top, opened) {
    const found = article.assessment;
    const alone = isAlone(model, at);
    const one = model.data.articles.length === 1;
    const title = app.model.articleName(article);
    const label = alone ? t("Show all articles again") : t("Show only this article");
    const heading = one ? null : h("h3", { dir: "auto" }, title);
    const by = [article.source && isolated(article.source), article.date && date(article.date)].filter(Boolean).join(" · ");
    return h("li", { class: alone && !one ? "figure alone" : "figure", "data-article": at },
      heading, by && !one ? h("p", { class: "by" }, by) : null,
      bar(model, found, top),
      h("ul", { class: "lines" }, lines(model, article, found)),
      checks(found, at, opened),
      one ? null : h("button", { type: "button", class: "quiet", "aria-pressed": String(alone), on: { click: () => isolate(model, at) } }, label));
  }

  function bar(model, found, top) {
    const place = (share) => `${(100 * Math.max(0, Math.min(share, top))) / top}%`;
    const track = h("div", { class: "track", "aria-hidden": "true" });
    const named = h("div", { class: "bar-named" });
    named.style.width = place(shareOf(found.named.area) || 0);
    track.append(named);
    if (found.named.weighted) {
      const tick = h("div", { class: "bar-weighted" });
      tick.style.left = place(shareOf(found.named.weighted));
      track.append(tick);
    }
    for (const figure of ofCountry(model, found.reported)) {
      const band = h("div", { class: "bar-reported" });
      band.style.left = place(figure.percent.low);
      band.style.width = `calc(${place(figure.percent.high)} - ${place(figure.percent.low)})`;
      const mid = h("div", { class: "bar-middle" });
      mid.style.left = place(figure.percent.mid);
      track.append(band, mid);
    }
    const ticks = h("div", { class: "ticks", "aria-hidden": "true" });
    for (let share = 0; share <= top; share += top > 40 ? 20 : 5) {
      const tick = h("span", {}, share ? number(share) : percent(0));
      tick.style.left = place(share);
      ticks.append(tick);
    }
    return h("div", { class: "bar" }, track, ticks);
  }

  function lines(model, article, found) {
    const out = [];
    const { named } = found;
    const line = (kind, label, text, extra) => out.push(h("li", { class: kind }, h("strong", {}, label), " ", text, ...[extra].flat()));
    if (!named.basis.length) out.push(h("li", {}, t("No region is named as demanded, offered, held or refused.")));
    else line("is-named", t("Named ({roles}), at most:", { roles: rolesOf(named) }), named.regions.length ? `${percent(shareOf(named.area))} · ${km2(named.area.km2)}` : t("no region of this country"));
    if (named.weighted) line("is-weighted", t("With the stated parts, an estimate:"), `${percent(shareOf(named.weighted))} · ${km2(named.weighted.km2)}`);
    found.reported.forEach((figure, place) => line("is-reported", t("Reported:"), reportedText(model, figure), [
      h("blockquote", { lang: article.lang, dir: "auto" }, marked(figure.sentence, figure.mark)), showOnMap(model, article, figure, place),
    ]));
    found.gaps.forEach((gap) => line("is-gap", t("Gap:"), gapText(gap), gap.comparable ? null : h("span", { class: "note" }, gapText(gap).endsWith(".") ? " " : ". ", t("The figure and the named regions are about different things, land held and land at stake in talks: they need not agree."))));
    if (found.control) {
      const { held, rest } = found.control;
      line("is-held", t("Of these held, by the control layer:"), `${percent(shareOf(held))} · ${km2(held.km2)}`);
      line("is-held", t("Named and not held:"), `${percent(shareOf(rest))} · ${km2(rest.km2)}`);
    }
    if (found.unmapped.length) line("is-unmapped", t("Said, but on no map:"), found.unmapped.map(quoted).join(", "));
    named.assumptions.forEach((texts) => {
      const [lang, text] = app.said(texts);
      out.push(h("li", { class: "note", ...lang }, text));
    });
    return out;
  }

  const quoted = (text) => t("“{text}”", { text: isolated(text) });

  function interval(range, format) {
    return range.low === range.high ? format(range.mid) : t("{low} to {high}", { low: format(range.low), high: format(range.high) });
  }

  function reportedText(model, figure) {
    const parts = [quoted(figure.surface)];
    const share = figure.percent ? interval(figure.percent, percent) : null;
    if (share) parts.push(figure.whole === model.data.country.code ? share : t("{share} of {place}", { share, place: app.said(figure.of)[1] }));
    if (figure.km2) parts.push(interval(figure.km2, km2));
    return parts.join(" · ");
  }

  function gapText(gap) {
    const { points, km2: land } = gap;
    const size = { points: number(Math.abs(points.mid), 1), km2: km2(Math.abs(land.mid)) };
    // Where the figure is the smaller one, the sentence says by how much the regions exceed it: so does its range.
    const [low, high] = points.mid > 0 ? [points.low, points.high] : [-points.high, -points.low];
    const range = t("between {low} and {high} points", { low: number(low, 1), high: number(high, 1) });
    if (points.low <= 0 && points.high >= 0) return t("none that the wording of the figure does not cover ({range})", { range });
    const text = points.mid > 0
      ? t("the figure is {points} points ({km2}) more than all named regions together", size)
      : t("the named regions are {points} points ({km2}) more than the figure", size);
    return points.low === points.high ? text : `${text}, ${range}`;
  }

  function showOnMap(model, article, figure, place) {
    if (!figure.km2 || !(figure.km2.mid > 0)) return null;
    const key = `${article.id}:${place}`;
    const on = model.state.reported === key;
    return h("button", { type: "button", class: "quiet inline", "aria-pressed": String(on), on: { click: () => model.set({ reported: on ? null : key }) } },
      on ? t("Hide its square on the map") : t("Show to scale on the map"));
  }

  function checks(found, at, opened) {
    if (!found.checks.length) return null;
    return h("details", { class: "checks", "data-article": at, open: opened },
      h("summary", {}, tn("{n} check of the figures", "{n} checks of the figures", found.checks.length)),
      h("ul", {}, found.checks.map((check) => {
        const [[inLang, finding], [byLang, method]] = [app.said(check.finding), app.said(check.method)];
        return h("li", {}, h("span", { class: `verdict ${check.verdict.replaceAll(" ", "-")}` }, app.verdictLabel(check.verdict)),
          " ", h("span", inLang, finding), h("p", { class: "note", ...byLang }, method));
      })));
  }

  function isAlone(model, at) {
    const { layers, state } = model;
    const own = layers.filter((layer) => layer.article === at);
    return own.length > 0 && state.on.size === own.length && own.every((layer) => state.on.has(layer.key));
  }

  function isolate(model, at) {
    const all = isAlone(model, at);
    const keep = model.layers.filter((layer) => all || layer.article === at).map((layer) => layer.key);
    const own = app.model.reportedFigures(model.data).find((entry) => entry.article === at);
    // No square of another article stays beside the one that is shown.
    const reported = all ? model.state.reported || model.first.reported : own ? own.key : null;
    model.set({ on: new Set(keep), view: all ? app.model.firstView(model.data) : "map", reported });
  }

  // --- evidence ----------------------------------------------------------------------------------------------

  function evidence(view, shape, why) {
    const { model } = view;
    const region = model.state.region;
    const place = byId("evidence");
    place.hidden = region === null;
    if (region === null) return;
    const entries = app.model.claimsAbout(model, region);
    const title = h("h2", { tabindex: "-1", id: "evidence-title" }, app.regionName(model, region));
    place.setAttribute("aria-labelledby", "evidence-title");
    replace(place,
      h("div", { class: "evidence-head" }, title, h("button", { type: "button", class: "close", "aria-label": t("Close"), on: { click: () => close(view) } }, "×")),
      regionFacts(model, model.data.regions[region]),
      entries.length ? null : h("p", { class: "hint" }, t("None of the articles that are on names this region.")),
      entries.map((entry) => articleEvidence(model, entry)),
      shape && shape.main ? h("button", { type: "button", class: "quiet", on: { click: () => app.reported.putOn(shape, region) } }, t("Put the reported figure on this region")) : null);
    if (!why) return;
    if (why === "keyboard") title.focus({ preventScroll: true });
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    place.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  function close(view) {
    const region = view.model.state.region;
    view.model.set({ region: null });
    view.reach[region].getElement().focus({ preventScroll: true });
  }

  function regionFacts(model, region) {
    const whole = model.data.denominators;
    const shares = [
      [whole.measured_total_km2, t("of the measured area")],
      [whole.published_total_km2, t("of the published area")],
      [whole.published_land_km2, t("of the published land area")],
    ].filter(([total]) => total && region.home && region.km2);
    const facts = [region.km2 ? h("li", {}, h("strong", {}, km2(region.km2)), " ", t("measured on the ellipsoid")) : null];
    if (region.published) facts.push(h("li", {}, h("strong", {}, km2(region.published)), " ", t("as published")));
    shares.forEach(([total, of]) => facts.push(h("li", {}, h("strong", {}, percent((100 * region.km2) / total)), " ", of, ` (${km2(total)})`)));
    const covered = model.data.control && model.data.control.regions[model.data.regions.indexOf(region)];
    if (covered) {
      facts.push(h("li", { class: "held-fact" }, h("strong", {}, percent(covered[1])), " ", t("held by the control layer ({km2})", { km2: km2(covered[0]) })));
      facts.push(h("li", { class: "held-fact" }, h("strong", {}, km2(covered[2])), " ", t("not held")));
    }
    return h("ul", { class: "facts" }, facts);
  }

  function articleEvidence(model, { article, claims }) {
    const by = [article.source && isolated(article.source), article.date ? date(article.date) : t("no date given")].filter(Boolean).join(" · ");
    const title = app.model.articleName(article);
    const link = article.url ? h("a", { href: article.url, rel: "noopener noreferrer", target: "_blank" }, title) : title;
    return h("article", { class: "source", lang: article.lang },
      h("h3", { dir: "auto" }, link), h("p", { class: "by", lang: document.documentElement.lang }, by),
      claims.map((claim) => claimEvidence(model, claim)));
  }

  function claimEvidence(model, claim) {
    const flags = [claim.hedged ? t("hedged") : null, claim.partial ? t("in part") : null].filter(Boolean);
    const facts = [
      claim.actor ? t("Party: {name}", { name: app.actorName(claim.actor) }) : null,
      claim.speaker ? t("According to: {name}", { name: isolated(claim.speaker) }) : null,
      claim.cue ? t("Read from: “{words}”", { words: isolated(claim.cue) }) : null,
    ].filter(Boolean);
    const firm = !flags.length;
    return h("div", { class: "claim-text" },
      h("p", { class: "role-line", lang: document.documentElement.lang }, app.patterns.swatch(claim.role, firm, `--role-${claim.role}`), h("strong", {}, app.roleLabel(claim.role)), flags.map((flag) => h("span", { class: "flag" }, flag))),
      h("blockquote", { dir: "auto" }, quote(model, claim)),
      facts.length ? h("p", { class: "note", lang: document.documentElement.lang }, facts.join(" · ")) : null);
  }

  // The sentence as text, the words that name the region marked.
  function quote(model, claim) {
    return marked(model.data.quotes[claim.quote], claim.mark);
  }

  function marked(text, mark) {
    if (!mark) return [text];
    const [from, to] = mark;
    return [text.slice(0, from), h("mark", {}, text.slice(from, to)), text.slice(to)];
  }

  // --- layers ------------------------------------------------------------------------------------------------

  function layers(model) {
    const place = byId("layers");
    place.hidden = !model.layers.length;
    if (place.hidden) return;
    const search = h("input", { type: "search", id: "search", autocomplete: "off", on: { input: () => filter(search.value) } });
    const all = model.layers.map((layer) => layer.key);
    const many = model.data.articles.length > 4;
    replace(place,
      h("div", { class: "layers-head" }, h("h2", {}, t("Layers")), h("span", { class: "count", id: "layer-count" })),
      h("div", { class: "layers-tools" },
        many ? h("label", { class: "search" }, h("span", {}, t("Find an article")), search) : null,
        h("button", { type: "button", class: "quiet", on: { click: () => model.set({ on: new Set(all) }) } }, t("All")),
        h("button", { type: "button", class: "quiet", on: { click: () => model.set({ on: new Set() }) } }, t("None"))),
      roleSwitches(model),
      controlSwitch(model),
      h("ul", { class: "tree", id: "tree" }, model.data.articles.map((article, at) => branch(model, article, at))),
      h("p", { class: "hint", id: "no-match", hidden: true }, t("No article matches.")));
    syncLayers(model);
  }

  function controlSwitch(model) {
    if (!model.data.control) return null;
    const box = h("input", { type: "checkbox", id: "control", on: { change: () => model.set({ control: box.checked }) } });
    return h("div", { class: "roles" }, h("label", { class: "check" }, box, app.patterns.controlSwatch(), h("span", {}, t("held, by the control layer"))));
  }

  // One switch for each role across all articles.
  function roleSwitches(model) {
    const roles = model.data.roles.filter((role) => model.layers.some((layer) => layer.role === role.id));
    if (model.data.articles.length < 2) return null;
    return h("fieldset", { class: "roles" }, h("legend", {}, t("In all articles")), roles.map((role) => {
      const own = model.layers.filter((layer) => layer.role === role.id).map((layer) => layer.key);
      return checkbox(model, own, [app.patterns.swatch(role.id, true, `--role-${role.id}`), h("span", {}, app.roleLabel(role.id))], tn("{n} article", "{n} articles", own.length));
    }));
  }

  function branch(model, article, at) {
    const own = model.layers.filter((layer) => layer.article === at);
    const title = app.model.articleName(article);
    const text = [title, article.source, article.date, article.id].filter(Boolean).join(" ").toLocaleLowerCase();
    if (!own.length) {
      const why = article.skipped ? t("not read: {reason}", { reason: article.skipped.reason }) : t("names no region");
      return h("li", { class: "branch none", "data-text": text }, h("bdi", {}, title), h("span", { class: "note" }, why), later());
    }
    const leaves = own.map((layer) => h("li", {}, checkbox(model, [layer.key],
      [app.patterns.swatch(layer.role, layer.claims.some((claim) => !claim.hedged && !claim.partial), `--role-${layer.role}`), h("span", {}, app.roleLabel(layer.role))],
      tn("{n} region", "{n} regions", layer.regions.size))));
    return h("li", { class: "branch", "data-text": text }, checkbox(model, own.map((layer) => layer.key), h("span", {}, h("bdi", {}, title), later())), h("ul", {}, leaves));
  }

  const later = () => h("span", { class: "note when", hidden: true }, t("after the chosen date"));

  function checkbox(model, keys, label, count) {
    const box = h("input", { type: "checkbox", "data-keys": JSON.stringify(keys) });
    box.addEventListener("change", () => {
      const on = new Set(model.state.on);
      keys.forEach((key) => on[box.checked ? "add" : "delete"](key));
      model.set({ on });
    });
    return h("label", { class: "check" }, box, label, count ? h("span", { class: "count" }, count) : null);
  }

  // Boxes keep their place (and the focus) when layers change; only their marks are set.
  function syncLayers(model) {
    const { on } = model.state;
    byId("layers").querySelectorAll(".branch").forEach((item, at) => {
      const later = !app.model.inTime(model, at);
      item.classList.toggle("later", later);
      item.querySelector(".when").hidden = !later;
    });
    for (const box of byId("layers").querySelectorAll("input[data-keys]")) {
      const keys = JSON.parse(box.dataset.keys);
      const shown = keys.filter((key) => on.has(key)).length;
      box.checked = shown === keys.length;
      box.indeterminate = shown > 0 && shown < keys.length;
    }
    const control = byId("control");
    if (control) control.checked = model.state.control;
    const count = byId("layer-count");
    if (count) count.textContent = t("{on} of {all} on", { on: number(model.layers.filter((layer) => app.model.isOn(model, layer)).length), all: number(model.layers.length) });
  }

  function filter(wanted) {
    const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of byId("tree").querySelectorAll(".branch")) {
      item.hidden = !words.every((word) => item.dataset.text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    byId("no-match").hidden = shown > 0;
  }

  // --- table -------------------------------------------------------------------------------------------------

  function table(view) {
    const { model } = view;
    const rows = [...view.marks.keys()].sort((a, b) => (model.data.regions[b].km2 || 0) - (model.data.regions[a].km2 || 0));
    const total = model.data.denominators.measured_total_km2;
    const head = [t("Region"), t("Measured, km²"), t("Share of the measured area"), t("What is said"), t("Articles"), ...(heldShown(model) ? [t("Held, by the control layer"), t("Not held, km²")] : [])];
    const body = rows.map((region) => tableRow(view, region, total, head));
    const place = byId("table");
    const counted = app.time.counted(model);
    replace(place, h("h2", {}, t("The data of the map as a table")), counted && h("p", { class: "so-far" }, counted),
      rows.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("The data of the map as a table") },
        h("table", { role: "table" }, h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, head.map((text, at) => h("th", { scope: "col", role: "columnheader", class: at === 0 || at === 3 ? null : "num" }, text)))), h("tbody", { role: "rowgroup" }, body)))
        : h("p", { class: "hint" }, nothing(model)));
  }

  const heldShown = (model) => model.data.control && model.state.control;

  // On a phone each row is a block of its own, in which the cells name their columns; the roles keep it a table.
  function tableRow(view, region, total, head) {
    const { model } = view;
    const { km2: size, home } = model.data.regions[region];
    const roles = view.marks.get(region);
    const said = [...roles].map(([role, mark]) => (mark.firm ? app.roleLabel(role) : t("{role}, hedged or in part", { role: app.roleLabel(role) }))).join("; ");
    const open = h("button", { type: "button", class: "link", on: { click: () => model.set({ region }, "keyboard") } }, app.regionName(model, region));
    const cell = (at, text, kind) => h("td", { role: "cell", class: kind, "data-label": head[at] }, h("span", {}, text));
    return h("tr", { role: "row" }, h("th", { scope: "row", role: "rowheader" }, open),
      cell(1, size ? number(size) : "–", "num"), cell(2, home && size && total ? percent((100 * size) / total) : "–", "num"),
      cell(3, said), cell(4, number(app.model.articlesNaming(roles).size), "num"), ...heldCells(model, region, cell));
  }

  function heldCells(model, region, cell) {
    if (!heldShown(model)) return [];
    const [held, share, rest] = model.data.control.regions[region] || [];
    return [cell(5, held === undefined ? "–" : `${km2(held)} (${percent(share)})`, "num"), cell(6, rest === undefined ? "–" : number(rest), "num")];
  }

  // --- sources -----------------------------------------------------------------------------------------------

  function boundaries(data) {
    const source = h("span", { lang: "en" }, data.boundaries);
    if (!data.boundariesDate) return source;
    // The sentence round the name of the data, which has a language of its own.
    const [before, after] = t("{source}; administrative changes after {date} not shown", { source: "\n", date: date(data.boundariesDate) }).split("\n");
    return [before, source, after];
  }

  function foot(model) {
    const { data } = model;
    const whole = data.denominators;
    const wholes = [
      [t("measured"), whole.measured_total_km2], [t("published"), whole.published_total_km2], [t("published, land only"), whole.published_land_km2],
    ].filter(([, size]) => size).map(([label, size]) => `${label} ${km2(size)}`).join("; ");
    const items = [
      [t("Borders"), t(data.viewpoint)],
      [t("Boundaries"), boundaries(data)],
      [t("Area of {country}", { country: app.countryName(data.country) }), wholes],
      [t("Control layer"), controlSource(data.control)],
      [t("Review"), review(data)],
      [t("Made with"), data.credits.map((line) => t(line)).join(" ")],
      [t("Credit"), data.credit && isolated(data.credit)],
    ].filter(([, text]) => text);
    replace(byId("foot"), app.share ? app.share.panel(model) : null,
      h("h2", {}, t("Sources and method")),
      h("dl", {}, items.map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text)))),
      data.conventions.length ? h("details", { class: "conventions" }, h("summary", {}, t("How wordings become intervals")),
        h("ul", {}, data.conventions.map((texts) => {
          const [lang, text] = app.said(texts);
          return h("li", lang, text);
        }))) : null,
      h("p", { class: "hint" }, t("Areas are measured on the WGS 84 ellipsoid from unsimplified boundaries. The map is drawn in an equal-area projection with simplified ones.")));
  }

  function controlSource(control) {
    if (!control) return null;
    const parts = [isolated(control.file), control.date && date(control.date), control.credit && isolated(control.credit), t("{km2} held", { km2: km2(control.held.km2) })];
    if (control.outside > 0.5) parts.push(t("{km2} of it outside the country", { km2: km2(control.outside) }));
    return parts.filter(Boolean).join(" · ");
  }

  const capital = (text) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

  const review = (data) => (data.reviewed ? capital(app.said(data.reviewed)[1]) : t("Read by machine from the articles; not reviewed by hand."));

  app.panels = { boundaries, review, heading, reopen, legend, figures, syncFigures, evidence, layers, syncLayers, table, foot, standfirst, reportedText, gapText };
})(window.ConcessionMap);
