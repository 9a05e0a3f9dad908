// The patterns of the roles, drawn once for map, legend and downloads. Colours come from the style's variables.
(function (app) {
  "use strict";
  const { s } = app.dom;

  const LINES = {
    diagonal: (n) => `M${-n / 4},${n / 4}L${n / 4},${-n / 4}M0,${n}L${n},0M${(3 * n) / 4},${(5 * n) / 4}L${(5 * n) / 4},${(3 * n) / 4}`,
    antidiagonal: (n) => `M${-n / 4},${(3 * n) / 4}L${n / 4},${(5 * n) / 4}M0,0L${n},${n}M${(3 * n) / 4},${-n / 4}L${(5 * n) / 4},${n / 4}`,
    horizontal: (n) => `M0,${n / 2}H${n}`,
    vertical: (n) => `M${n / 2},0V${n}`,
  };
  LINES.crosshatch = (n) => LINES.diagonal(n) + LINES.antidiagonal(n);

  // Firm: dense, on a tint of the colour. Soft (hedged or in part): sparse and thin, on bare ground.
  const FIRM = { size: 8, width: 2, tint: 0.16 };
  const SOFT = { size: 12, width: 1.1, tint: 0 };

  function content(kind, colour, paper, look) {
    const { size, width, tint } = look;
    const ground = (opacity) => s("rect", { width: size, height: size, fill: colour, "fill-opacity": opacity });
    if (kind === "solid") return [ground(look === FIRM ? 0.72 : 0.3)];
    if (kind === "outline") return [];
    const marks = tint ? [ground(tint)] : [];
    if (kind === "dots") {
      const at = [[size / 4, size / 4], [(3 * size) / 4, (3 * size) / 4]];
      const radius = look === FIRM ? 1.7 : 1.1;
      return marks.concat(at.map(([cx, cy]) => s("circle", { cx, cy, r: radius, fill: colour, stroke: paper, "stroke-width": 0.5 })));
    }
    const d = LINES[kind](size);
    // A hairline of paper round each line keeps it apart from whatever lies below.
    marks.push(s("path", { d, stroke: paper, "stroke-width": width + 1.2, "stroke-opacity": 0.55, fill: "none" }));
    marks.push(s("path", { d, stroke: colour, "stroke-width": width, fill: "none" }));
    return marks;
  }

  function pattern(id, kind, colour, paper, firm) {
    const look = firm ? FIRM : SOFT;
    return s("pattern", { id, width: look.size, height: look.size, patternUnits: "userSpaceOnUse" }, content(kind, colour, paper, look));
  }

  const DIFFERENCE = { a: ["diagonal", "--accent"], b: ["antidiagonal", "--role-demanded"], both: ["crosshatch", "--muted"] };
  const id = (role, firm) => `pattern-${role}-${firm ? "firm" : "soft"}`;

  // Several roles on one region: bands side by side, each with the hatching of its role, so that none hides another.
  // The width of a band is a multiple of both hatchings' sizes: they run on without a break from tile to tile.
  const BAND = 24;
  const combined = new Map();

  function bands(key) {
    const parts = combined.get(key);
    const size = BAND * parts.length;
    const tile = s("pattern", { id: key, width: size, height: size, patternUnits: "userSpaceOnUse" });
    for (let at = 0; at < 2 * parts.length; at += 1) {
      const x = at * BAND;
      tile.append(s("path", { d: `M${x},0h${BAND}l${-size},${size}h${-BAND}Z`, fill: `url(#${parts[at % parts.length]})` }));
    }
    return tile;
  }

  // The pattern for roles with their strengths, [[role, firm], ...].
  function together(marks) {
    const parts = marks.map(([role, firm]) => id(role, firm));
    if (parts.length === 1) return parts[0];
    const key = ["bands", ...marks.map(([role, firm]) => role + (firm ? "1" : "0"))].join("-");
    if (!combined.has(key)) {
      combined.set(key, parts);
      const live = document.querySelector(".patterns defs");
      if (live) live.append(bands(key));
    }
    return key;
  }

  // All patterns; `colourOf` turns a variable's name into what stands in the attribute.
  function definitions(roles, colourOf) {
    const paper = colourOf("--paper");
    const defs = s("defs");
    for (const role of roles) {
      for (const firm of [true, false]) defs.append(pattern(id(role.id, firm), role.pattern, colourOf(`--role-${role.id}`), paper, firm));
    }
    for (const [name, [kind, variable]] of Object.entries(DIFFERENCE)) {
      defs.append(pattern(`pattern-${name}-firm`, kind, colourOf(variable), paper, true));
    }
    for (const key of combined.keys()) defs.append(bands(key));
    return defs;
  }

  // On the page the variables themselves are used, so that the colours follow the reader's scheme.
  function install(roles) {
    const svg = s("svg", { class: "patterns", width: 0, height: 0, "aria-hidden": "true", focusable: "false" });
    svg.append(definitions(roles, (variable) => `var(${variable})`));
    document.body.append(svg);
  }

  function swatch(name, firm, colour) {
    const outline = { x: 1, y: 1, width: 26, height: 16, fill: `url(#${id(name, firm)})`, stroke: `var(${colour})`, "stroke-width": firm ? 1.6 : 1.2 };
    if (!firm) outline["stroke-dasharray"] = "4 2.5";
    return s("svg", { class: "swatch", width: 28, height: 18, viewBox: "0 0 28 18", "aria-hidden": "true", focusable: "false" }, s("rect", outline));
  }

  // Shades for counts, from few to many; the numbers stand beside them.
  const shade = (place, classes) => 0.12 + (0.33 * place) / Math.max(1, classes - 1);

  function shadeSwatch(opacity) {
    const look = { x: 1, y: 1, width: 26, height: 16, fill: "var(--ink)", "fill-opacity": opacity.toFixed(2), stroke: "var(--ink)", "stroke-width": 1.2 };
    return s("svg", { class: "swatch", width: 28, height: 18, viewBox: "0 0 28 18", "aria-hidden": "true", focusable: "false" }, s("rect", look));
  }

  // The control layer: its own ground and its front line.
  function controlSwatch() {
    return s("svg", { class: "swatch", width: 28, height: 18, viewBox: "0 0 28 18", "aria-hidden": "true", focusable: "false" },
      s("rect", { x: 1, y: 1, width: 17, height: 16, fill: "var(--ink)", "fill-opacity": 0.16 }), s("path", { d: "M18,0V18", stroke: "var(--ink)", "stroke-width": 2.2 }));
  }

  // The reported figure: a square, with the ends of its range dashed round it.
  function squareSwatch() {
    const look = { fill: "var(--reported)", "fill-opacity": 0.12, stroke: "var(--reported)", "stroke-width": 1.8 };
    return s("svg", { class: "swatch", width: 28, height: 18, viewBox: "0 0 28 18", "aria-hidden": "true", focusable: "false" }, s("rect", { x: 6, y: 1, width: 16, height: 16, ...look }));
  }

  app.patterns = { definitions, install, swatch, together, shade, shadeSwatch, controlSwatch, squareSwatch, id, DIFFERENCE };
})(window.ConcessionMap);
