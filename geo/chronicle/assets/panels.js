// Everything beside the map: what is chosen, the key, quotes, sources, the table, downloads, method.
(function (app) {
  "use strict";
  const { t, tn, number, km2, date } = app.text;
  const { h, s, replace, byId } = app.dom;
  const SHOWN = 12;
  let shown = SHOWN;

  const sourceName = (model, at) => (at === app.model.ANY ? t("All sources") : at === model.data.sources.length - 1 && model.data.others
    ? tn("{n} other source", "{n} other sources", model.data.others) : model.data.sources[at].name || t("Source not named"));

  // Labels begin with a capital where they begin a line.
  function name(role) {
    const label = app.roleLabel(role);
    return label.charAt(0).toLocaleUpperCase(document.documentElement.lang) + label.slice(1);
  }

  function period(model) {
    const { data, state } = model;
    if (state.mode === "all" || !data.months.length) return t("All months");
    const day = date(data.months[state.month]);
    return state.mode === "only" ? day : t("Until {month}", { month: day });
  }

  function heading(model) {
    const { data } = model;
    const title = data.title || t("{country}: what news stories say about its regions", { country: app.countryName(data.country) });
    document.title = title;
    byId("title").textContent = title;
    const { totals } = data;
    const facts = [tn("{n} article was read by a program.", "{n} articles were read by a program.", totals.read),
      tn("{n} story names a region.", "{n} stories name regions.", totals.stories)];
    if (totals.reprints) facts.push(tn("{n} article is a near copy of an earlier one and counts once with it.", "{n} articles are near copies of earlier ones and count once with them.", totals.reprints));
    byId("standfirst").textContent = facts.join(" ");
    const notes = missing(model).filter((note) => note.loud).map((note) => note.text);
    byId("warning").hidden = !notes.length;
    byId("warning").textContent = notes.join(" ");
    languages(model);
  }

  function languages(model) {
    const { data, state } = model;
    const names = (code) => new Intl.DisplayNames([code], { type: "language" }).of(code);
    byId("languages").hidden = data.langs.length < 2;
    replace(byId("languages"), data.langs.map((code) => h("button", {
      type: "button", lang: code, "aria-pressed": String(code === state.lang), on: { click: () => model.set({ lang: code }) },
    }, names(code))));
    byId("languages").setAttribute("aria-label", t("Language"));
  }

  function roles(model) {
    const { data, state } = model;
    byId("roles").setAttribute("aria-label", t("What is said of the regions"));
    replace(byId("roles"), data.roles.map((role) => h("button", {
      type: "button", "data-role": role.id, "aria-pressed": String(role.id === state.role), on: { click: () => model.set({ role: role.id }) },
    }, app.patterns.swatch(role.id, true, `--role-${role.id}`), h("span", {}, name(role.id)),
    h("span", { class: "count" }, number(app.model.count(model, { role: role.id }).stories)))));
  }

  function chosen(model) {
    const { state } = model;
    const sum = app.model.count(model);
    replace(byId("chosen-line"), h("strong", {}, name(state.role)), h("span", {}, ` · ${period(model)} · `),
      h("bdi", {}, sourceName(model, state.source)), h("span", {}, ` · ${app.counts.says(sum)}`));
  }

  function legend(view) {
    const { model, ends } = view;
    const { role } = model.state;
    const top = (at) => (at === ends.length - 1 ? view.highest : ends[at + 1] - 1);
    const label = (at) => (top(at) > ends[at] ? `${number(ends[at])}–${number(top(at))}` : number(ends[at]));
    replace(byId("legend"),
      h("h2", { class: "key" }, t("Stories that name the region")),
      ends.length ? h("ul", { class: "classes" }, ends.map((_low, at) => h("li", {}, app.counts.swatch(role, at, ends.length), h("span", {}, label(at)))))
        : h("p", { class: "hint" }, t("no story")),
      h("p", { class: "hint" }, `${name(role)}: ${app.roleNote(role)}. `, t("A count says how often it is reported, not how much land or who is right. Whole regions are filled, also where a part is meant.")));
  }

  // --- quotes ------------------------------------------------------------------------------------------------

  function evidence(view, why) {
    const { model } = view;
    const { data, state } = model;
    const place = byId("evidence");
    if (state.region === null) {
      replace(place, h("h2", {}, t("The words behind the map")), h("p", { class: "hint" }, t("Choose a region on the map or in the table: its quotes stand here.")));
      return;
    }
    const sum = app.model.count(model, { region: state.region });
    const found = app.model.quotes(model, state.region);
    const head = h("h2", { tabindex: "-1" }, app.regionName(model, state.region));
    const size = data.regions[state.region].km2;
    replace(place,
      h("div", { class: "evidence-head" }, head, h("button", { type: "button", class: "close", "aria-label": t("Close"), on: { click: () => close(view) } }, "×")),
      size ? h("p", { class: "facts" }, t("{area} measured on the ellipsoid", { area: km2(size) })) : null,
      byRole(model), spark(model),
      h("h3", {}, `${name(state.role)} · ${period(model)}`),
      h("p", { class: "hint" }, t("{shown} of {all} are quoted here, chosen from every month and source; every claim is in the corpus.", { shown: number(found.length), all: app.counts.says(sum) })),
      found.slice(0, shown).map((quote) => quoted(model, quote)),
      found.length > shown ? h("button", { type: "button", class: "quiet", on: { click: () => { shown += SHOWN; evidence(view, ""); } } }, t("Show more quotes")) : null);
    if (why === "keyboard") head.focus({ preventScroll: true });
    if (why && why !== "time" && place.getBoundingClientRect().top > window.innerHeight) place.scrollIntoView({ block: "start", behavior: "auto" });
  }

  function close(view) {
    const { region } = view.model.state;
    view.model.set({ region: null });
    view.reach[region].getElement().focus({ preventScroll: true });
  }

  // How often the region is named in each role: choosing one shows its quotes.
  function byRole(model) {
    const { data, state } = model;
    const rows = data.roles.map((role) => [role.id, app.model.count(model, { role: role.id, region: state.region })]).filter(([, sum]) => sum.stories);
    return h("ul", { class: "by-role" }, rows.map(([role, sum]) => h("li", {}, h("button", {
      type: "button", class: "quiet", "data-role": role, "aria-pressed": String(role === state.role), on: { click: () => model.set({ role }, "keep") },
    }, app.patterns.swatch(role, true, `--role-${role}`), h("span", {}, name(role)), h("span", { class: "count" }, number(sum.stories))))));
  }

  function spark(model) {
    const { data, state } = model;
    if (data.months.length < 2) return null;
    const values = app.model.monthly(model, state.region);
    const highest = Math.max(1, ...values);
    const step = 300 / values.length;
    const text = t("Stories by month, at most {n}", { n: number(highest) });
    return h("figure", { class: "spark" }, s("svg", { viewBox: "0 0 300 36", preserveAspectRatio: "none", role: "img", "aria-label": text },
      values.map((value, at) => s("rect", { x: (at * step).toFixed(1), y: (36 - (35 * value) / highest).toFixed(1), width: Math.max(0.4, step - 1).toFixed(1), height: ((35 * value) / highest).toFixed(1), fill: `var(--role-${state.role})` }))),
    h("figcaption", {}, text));
  }

  function quoted(model, quote) {
    const { data } = model;
    const article = data.articles[quote.article];
    const title = article.title || article.id;
    const link = article.url ? h("a", { href: article.url, rel: "noopener noreferrer", target: "_blank" }, title) : title;
    const by = [article.source || t("Source not named"), article.date ? date(article.date) : t("no date given")];
    if (article.printed > 1) by.push(tn("printed {n} time", "printed {n} times", article.printed));
    const flags = [quote.hedged ? t("hedged") : null, quote.partial ? t("in part") : null].filter(Boolean);
    const facts = [quote.actor ? t("Party: {name}", { name: app.actorName(quote.actor) }) : null,
      quote.speaker ? t("According to: {name}", { name: quote.speaker }) : null].filter(Boolean);
    const text = data.sentences[quote.sentence];
    const words = quote.mark ? [text.slice(0, quote.mark[0]), h("mark", {}, text.slice(...quote.mark)), text.slice(quote.mark[1])] : [text];
    return h("article", { class: "source" },
      h("blockquote", { dir: "auto", lang: article.lang }, words),
      h("p", { class: "by", dir: "auto" }, h("span", { lang: article.lang }, link), ` · ${by.join(" · ")} `, flags.map((flag) => h("span", { class: "flag" }, flag))),
      facts.length ? h("p", { class: "note", dir: "auto" }, facts.join(" · ")) : null);
  }

  // --- sources -----------------------------------------------------------------------------------------------

  function sources(model) {
    const { data, state } = model;
    const counted = data.sources.map((_source, at) => [at, app.model.count(model, { source: at }).stories]);
    const highest = Math.max(1, ...counted.map(([, stories]) => stories));
    const rest = data.others ? counted.pop() : null;
    counted.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    if (rest) counted.push(rest);
    const row = (at, stories) => h("li", {}, h("button", {
      type: "button", class: "bar-button", "data-source": at, "aria-pressed": String(at === state.source), on: { click: () => model.set({ source: at === state.source ? app.model.ANY : at }) },
    }, h("span", { class: "who", dir: "auto" }, sourceName(model, at)), h("span", { class: "count" }, number(stories)),
    s("svg", { class: "amount", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
      s("rect", { x: 0, y: 0, height: 4, width: ((100 * Math.min(stories, highest)) / highest).toFixed(1), fill: `var(--role-${state.role})` }))));
    const all = app.model.count(model, { source: app.model.ANY }).stories;
    replace(byId("sources"),
      h("h2", {}, t("By source")),
      h("p", { class: "hint" }, t("{role}, {period}: stories of each source. A story that several print counts once for each of them.", { role: name(state.role), period: period(model) })),
      h("ul", { class: "by-source" },
        h("li", {}, h("button", { type: "button", class: "bar-button", "data-source": app.model.ANY, "aria-pressed": String(state.source === app.model.ANY), on: { click: () => model.set({ source: app.model.ANY }) } },
          h("span", { class: "who" }, t("All sources")), h("span", { class: "count" }, number(all)))),
        counted.map(([at, stories]) => row(at, stories))));
  }

  // --- table -------------------------------------------------------------------------------------------------

  function table(view) {
    const { model } = view;
    const { data, state } = model;
    const sum = (region, role) => app.model.count(model, { region, role }).stories;
    const rows = data.regions.map((_region, region) => region).filter((region) => data.roles.some((role) => sum(region, role.id)))
      .sort((a, b) => sum(b, state.role) - sum(a, state.role) || (data.regions[b].km2 || 0) - (data.regions[a].km2 || 0));
    const title = t("The counts of the map as a table");
    const note = `${period(model)} · ${sourceName(model, state.source)}`;
    const look = (role) => (role.id === state.role ? "num chosen" : "num");
    const head = h("tr", { role: "row" }, h("th", { scope: "col", role: "columnheader" }, t("Region")), data.roles.map((role) => h("th", { scope: "col", role: "columnheader", class: look(role) }, name(role.id))));
    // On a phone each row is a block of its own, in which the cells name their columns; the roles keep it a table.
    const cell = (region, role) => h("td", { role: "cell", class: look(role), "data-label": name(role.id) }, h("span", {}, sum(region, role.id) ? number(sum(region, role.id)) : "–"));
    const open = (region) => h("button", { type: "button", class: "link", on: { click: () => model.set({ region }, "keyboard") } }, app.regionName(model, region));
    const body = rows.map((region) => h("tr", { role: "row" }, h("th", { scope: "row", role: "rowheader" }, open(region)), data.roles.map((role) => cell(region, role))));
    replace(byId("table"), h("h2", {}, title), h("p", { class: "hint" }, `${t("Stories")} · ${note}`),
      rows.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, h("table", { role: "table" }, h("thead", { role: "rowgroup" }, head), h("tbody", { role: "rowgroup" }, body)))
        : h("p", { class: "hint" }, t("no story")));
  }

  // --- what is missing, downloads, method -----------------------------------------------------------------------

  function missing(model) {
    const { totals, elsewhere } = model.data;
    const notes = [];
    const add = (text, loud) => notes.push({ text, loud: Boolean(loud) });
    if (!totals.complete) add(t("Not complete: parts of the inputs could not be read."), true);
    if (!totals.compared) add(t("Near copies were not looked for: each article counts as a story."), true);
    for (const [label, reason] of Object.entries(totals.quarantined)) add(t("Put aside: {label}: {reason}", { label, reason }));
    const skipped = Object.entries(totals.skipped);
    if (skipped.length) {
      const all = skipped.reduce((sum, [, count]) => sum + count, 0);
      add(tn("{n} record was skipped", "{n} records were skipped", all) + ` (${skipped.map(([stage, count]) => `${stage}: ${number(count)}`).join(", ")}).`);
    }
    if (totals.undated) add(tn("{n} story has no month: it counts under “All months” only.", "{n} stories have no month: they count under “All months” only.", totals.undated));
    if (totals.sameIds) add(tn("{n} article has the id of an earlier one.", "{n} articles have the id of an earlier one.", totals.sameIds));
    if (elsewhere.length) add(t("Regions of other countries, not drawn: {list}.", { list: elsewhere.map((one) => `${one.names[model.state.lang] || one.names.en} (${number(one.stories)})`).join(", ") + (model.data.moreElsewhere ? " …" : "") }));
    return notes;
  }

  function foot(model) {
    const { data } = model;
    const notes = missing(model);
    const items = [
      [t("Borders"), data.viewpoint, "en"],
      [t("Boundaries"), data.boundaries, "en"],
      [t("Reading"), t("Names of regions are found in every usual spelling; the role of each is decided from the words of its clause by stated rules. Read by machine from the articles; not reviewed by hand.")],
      [t("Counting"), t("Articles that have at least seven in ten of their word triples in common (estimated by MinHash) are one story. It counts in the month in which it was first printed.")],
      [t("Sources"), data.sourceLine],
      [t("Made with"), data.credits.join(" "), "en"],
      [t("Credit"), data.credit],
    ].filter(([, text]) => text);
    replace(byId("foot"),
      downloads(model),
      notes.length ? h("section", { class: "missing" }, h("h2", {}, t("What is not on the map")), h("ul", {}, notes.map((note) => h("li", {}, note.text)))) : null,
      h("h2", {}, t("Sources and method")),
      h("dl", {}, items.map(([term, text, lang]) => h("div", {}, h("dt", {}, term), h("dd", { lang: lang && lang !== document.documentElement.lang ? lang : null, dir: "auto" }, text)))));
  }

  function downloads(model) {
    const { files } = model.data;
    if (!files) return null;
    const list = (title, entries) => h("div", {}, h("h2", {}, title), h("ul", { class: "files" }, entries.map(({ label, links }) => h("li", {}, h("span", {}, t(label), ": "),
      links.flatMap(([name, file], at) => [at ? ", " : null, h("a", { href: file }, h("span", { class: "sr" }, `${t(label)}, `), name)])))));
    return h("div", { class: "share" }, files.images.length ? list(t("Images to publish"), files.images) : null, files.data.length ? list(t("Data"), files.data) : null);
  }

  app.panels = { heading, roles, chosen, legend, evidence, sources, table, foot, name, sourceName, period };
})(window.ConcessionMap);
