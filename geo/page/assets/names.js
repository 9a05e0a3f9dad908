// What things are called in the language of the page.
(function (app) {
  "use strict";
  const { t } = app.text;

  function regionName(model, number) {
    const { names, id } = model.data.regions[number];
    return names[model.state.lang] || names.en || id;
  }

  // On the map there is less room: "обл." for "область".
  function regionLabel(model, number) {
    const { labels } = model.data.regions[number];
    return (labels && labels[model.state.lang]) || regionName(model, number);
  }

  const pick = (names, lang, code) => (names && (names[lang] || names.en)) || code;

  function setUp(model) {
    const roles = new Map(model.data.roles.map((role) => [role.id, role]));
    app.roleLabel = (id) => t(roles.get(id).label);
    app.roleNote = (id) => t(roles.get(id).note);
    app.verdictLabel = (verdict) => t(model.data.verdicts[verdict] || verdict);
    app.countryName = (country) => pick(country.names, model.state.lang, country.code);
    // A text that comes in the languages of the catalogues, for an element whose language is said where it differs.
    app.said = (texts) => (texts[document.documentElement.lang] ? [{}, texts[document.documentElement.lang]] : [{ lang: "en" }, texts.en]);
    app.areaName = (id) => pick(model.data.areas[id], document.documentElement.lang, "");
    app.actorName = (code) => pick(model.data.countries[code], model.state.lang, code);
  }

  app.regionName = regionName;
  app.regionLabel = regionLabel;
  app.names = { setUp };
})(window.ConcessionMap);
