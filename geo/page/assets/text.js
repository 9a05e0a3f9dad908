// Texts, numbers and dates in the language of the page. English texts are the keys of the catalogues.
(function (app) {
  "use strict";

  // English here is international: day before month.
  const LOCALES = { en: "en-GB" };
  let catalogue = {};
  let plural = null;
  let locale = "en-GB";
  let signs = null;

  // `numbers` holds each language's signs in numbers, as the images write them.
  function use(lang, catalogues, numbers) {
    const ui = lang in catalogues ? lang : "en";
    catalogue = catalogues[ui] || {};
    locale = LOCALES[ui] || ui;
    signs = numbers[ui];
    plural = null;
    return ui;
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (place, name) => (values && name in values ? String(values[name]) : place));
  }

  function t(message, values) {
    const found = catalogue[message];
    return fill(typeof found === "string" ? found : message, values);
  }

  // Gettext numbers its plural forms in the order in which Unicode names them.
  const FORMS = ["one", "few", "many", "other"];

  function tn(one, many, n, values) {
    const forms = catalogue[one];
    const all = { n: number(n), ...values };
    if (!Array.isArray(forms)) return fill(n === 1 ? one : many, all);
    plural = plural || new Intl.PluralRules(locale);
    return fill(forms[Math.min(FORMS.indexOf(plural.select(n)), forms.length - 1)], all);
  }

  // By hand: the browser's own formats take longer to set up than the whole map takes to draw. Halves go away from
  // zero; figures are cut to 13 places first, so that 0.15 is a half although no binary number is just that.
  function number(x, digits = 0) {
    const size = Math.round(Number((Math.abs(x) * 10 ** digits).toPrecision(13)));
    const text = String(size).padStart(digits + 1, "0");
    const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, signs.group);
    const part = text.slice(text.length - digits).replace(/0+$/, "");
    return (x < 0 && size ? signs.minus : "") + whole + (part && signs.decimal + part);
  }

  const percent = (x, digits = 1) => signs.percent.replace("{n}", () => number(x, digits));

  const km2 = (x) => t("{n} km²", { n: number(x) });

  // A text of others inside a sentence of ours: one that is written from right to left must not turn the sentence.
  const TURNS = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]/;
  const isolated = (text) => (TURNS.test(text) ? `\u2068${text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "")}\u2069` : text);

  function date(iso) {
    const parts = /^(\d{4})-(\d{2})(?:-(\d{2}))?/.exec(iso || "");
    if (!parts) return iso || "";
    const day = new Date(Date.UTC(+parts[1], +parts[2] - 1, +(parts[3] || 1)));
    const shape = { year: "numeric", month: "long", timeZone: "UTC" };
    if (parts[3]) shape.day = "numeric";
    return new Intl.DateTimeFormat(locale, shape).format(day);
  }

  // Everything that a script puts on the page goes through here: texts become text nodes, never markup.
  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }

  const SVG = "http://www.w3.org/2000/svg";

  function s(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter(Boolean));
    return element;
  }

  function replace(element, ...children) {
    element.replaceChildren(...children.flat().filter(Boolean));
  }

  app.text = { use, t, tn, number, percent, km2, date, isolated };
  app.dom = { h, s, replace, byId: (id) => document.getElementById(id) };
})((window.ConcessionMap = window.ConcessionMap || {}));
