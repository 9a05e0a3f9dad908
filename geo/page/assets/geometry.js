// Shapes from shared arcs, and an equal-area projection: areas on screen compare as on the ground.
(function (app) {
  "use strict";

  const DIGITS = [];
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((c, i) => { DIGITS[c.charCodeAt(0)] = i; });

  // One arc: steps of longitude and latitude as zigzag numbers of five-bit digits. The points are shared by all
  // layers that are drawn from the arc.
  function decodeArc(text, scale) {
    const points = [];
    const at = [0, 0];
    let value = 0;
    let shift = 0;
    let axis = 0;
    for (let i = 0; i < text.length; i += 1) {
      const digit = DIGITS[text.charCodeAt(i)];
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit & 32) continue;
      at[axis] += value & 1 ? ~(value >> 1) : value >> 1;
      if (axis) points.push(new L.LatLng(at[1] / scale, at[0] / scale));
      axis = 1 - axis;
      value = shift = 0;
    }
    return points;
  }

  const decodeArcs = (coded) => (coded.text ? coded.text.split(",").map((arc) => decodeArc(arc, coded.scale)) : []);

  function ringOf(numbers, arcs) {
    const ring = [];
    for (const number of numbers) {
      const points = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
      ring.push(...points.slice(ring.length ? 1 : 0));
    }
    return ring;
  }

  const polygonsOf = (shape, arcs) => shape.map((rings) => rings.map((ring) => ringOf(ring, arcs)));

  // How many regions of the country lie along each arc: two is a boundary inside it, one is its own border.
  function arcUse(regions) {
    const uses = new Map();
    for (const region of regions) {
      for (const number of region.shape.flat(2)) {
        const arc = number < 0 ? ~number : number;
        const use = uses.get(arc) || { home: 0, away: 0 };
        use[region.home ? "home" : "away"] += 1;
        uses.set(arc, use);
      }
    }
    return uses;
  }

  // Lambert's azimuthal equal-area projection on the sphere that has the surface of the WGS 84 ellipsoid.
  const A = 6378137;
  const E2 = 0.0066943799901413165;
  const E = Math.sqrt(E2);
  const rad = Math.PI / 180;
  const q = (sine) => (1 - E2) * (sine / (1 - E2 * sine * sine) - Math.log((1 - E * sine) / (1 + E * sine)) / (2 * E));
  const POLE = q(1);
  const RADIUS = A * Math.sqrt(POLE / 2);
  const authalic = (lat) => Math.asin(Math.max(-1, Math.min(1, q(Math.sin(lat * rad)) / POLE)));

  function geodetic(beta) {
    const [e4, e6] = [E2 * E2, E2 * E2 * E2];
    const two = (E2 / 3 + (31 * e4) / 180 + (517 * e6) / 5040) * Math.sin(2 * beta);
    const four = ((23 * e4) / 360 + (251 * e6) / 3780) * Math.sin(4 * beta);
    return (beta + two + four + ((761 * e6) / 45360) * Math.sin(6 * beta)) / rad;
  }

  function equalArea(lat0, lng0) {
    const beta0 = authalic(lat0);
    const [sin0, cos0] = [Math.sin(beta0), Math.cos(beta0)];
    return {
      project(latlng) {
        const beta = authalic(latlng.lat);
        const turn = (latlng.lng - lng0) * rad;
        const cosine = sin0 * Math.sin(beta) + cos0 * Math.cos(beta) * Math.cos(turn);
        // The point opposite the centre has no place; keep just short of it.
        const k = RADIUS * Math.sqrt(2 / Math.max(1 + cosine, 1e-9));
        const north = cos0 * Math.sin(beta) - sin0 * Math.cos(beta) * Math.cos(turn);
        return L.point(k * Math.cos(beta) * Math.sin(turn), k * north);
      },
      unproject(point) {
        const rho = Math.hypot(point.x, point.y);
        if (rho < 1e-9) return L.latLng(lat0, lng0);
        const c = 2 * Math.asin(Math.min(1, rho / (2 * RADIUS)));
        const beta = Math.asin(Math.cos(c) * sin0 + (point.y * Math.sin(c) * cos0) / rho);
        const turn = Math.atan2(point.x * Math.sin(c), rho * cos0 * Math.cos(c) - point.y * sin0 * Math.sin(c));
        return L.latLng(geodetic(beta), lng0 + turn / rad);
      },
      bounds: L.bounds([-2 * RADIUS, -2 * RADIUS], [2 * RADIUS, 2 * RADIUS]),
    };
  }

  function equalAreaCrs(lat0, lng0) {
    const k = 0.5 / (Math.PI * A);
    return L.extend({}, L.CRS.Earth, {
      code: "equal-area",
      projection: equalArea(lat0, lng0),
      transformation: new L.Transformation(k, 0.5, -k, 0.5),
      infinite: true,
      // A point keeps its place in metres: it is worked out once, however many layers and zooms draw it.
      latLngToPoint(latlng, zoom) {
        const { x, y } = metresOf(this, latlng);
        const size = this.scale(zoom);
        return new L.Point(size * (k * x + 0.5), size * (0.5 - k * y));
      },
    });
  }

  const metresOf = (crs, latlng) => latlng.metres || (latlng.metres = crs.projection.project(latlng));

  // What a shape covers, in metres of the projection.
  function extentOf(crs, lines, arcs) {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const number of lines.flat()) {
      for (const point of arcs[number < 0 ? ~number : number]) {
        const { x, y } = metresOf(crs, point);
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < south) south = y;
        if (y > north) north = y;
      }
    }
    return east < west ? new L.Bounds() : new L.Bounds([west, south], [east, north]);
  }

  // The arcs in the pixels of the map as it stands, as text for SVG paths: each arc is worked out once for all the
  // shapes that run along it, and each shape once for all the layers that fill it.
  function sheetOf(map, arcs) {
    let key = "";
    let forwards = [];
    let backwards = [];
    let drawn = new Map();

    function pointsOf(arc) {
      const { crs } = map.options;
      const origin = map.getPixelOrigin();
      const size = crs.scale(map.getZoom());
      const { _a: a, _b: b, _c: c, _d: d } = crs.transformation;
      const points = [];
      let [lastX, lastY] = [NaN, NaN];
      for (const point of arc) {
        const metres = metresOf(crs, point);
        const x = Math.round(size * (a * metres.x + b)) - origin.x;
        const y = Math.round(size * (c * metres.y + d)) - origin.y;
        if (x !== lastX || y !== lastY) points.push(`${x} ${y}`);
        [lastX, lastY] = [x, y];
      }
      return points;
    }

    function textOf(number) {
      const at = number < 0 ? ~number : number;
      if (!forwards[at]) {
        const points = pointsOf(arcs[at]);
        forwards[at] = points.join("L");
        backwards[at] = points.reverse().join("L");
      }
      return number < 0 ? backwards[at] : forwards[at];
    }

    // `lines` are lists of arc numbers.
    return function path(lines, closed) {
      const { x, y } = map.getPixelOrigin();
      const now = `${map.getZoom()} ${x} ${y}`;
      if (now !== key) [key, forwards, backwards, drawn] = [now, [], [], new Map()];
      if (!drawn.has(lines)) drawn.set(lines, lines.map((line) => `M${line.map(textOf).join("L")}${closed ? "Z" : ""}`).join(""));
      return drawn.get(lines);
    };
  }

  // A layer of Leaflet that is drawn from shared arcs.
  const Shape = L.Path.extend({
    initialize(sheet, arcs, lines, options) {
      L.Util.setOptions(this, options);
      Object.assign(this, { sheet, arcs, lines });
    },
    getLatLngs() {
      return this.lines.map((line) => ringOf(line, this.arcs));
    },
    // Where a tooltip goes that is opened from the keyboard.
    getCenter() {
      return L.latLng(this.options.at);
    },
    _project() {},
    _update() {
      if (this._path) this._path.setAttribute("d", this.sheet(this.lines, !this.options.open) || "M0 0");
    },
  });

  // A square of so many km2 round a place, as [lat, lng] points close enough together to stay square.
  function squareOf(crs, centre, km2) {
    const middle = crs.projection.project(centre);
    const half = Math.sqrt(km2 * 1e6) / 2;
    const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
    const ring = [];
    corners.forEach((corner, i) => {
      const next = corners[(i + 1) % 4];
      for (let step = 0; step < 12; step += 1) {
        const along = step / 12;
        const x = corner[0] + (next[0] - corner[0]) * along;
        const y = corner[1] + (next[1] - corner[1]) * along;
        ring.push(crs.projection.unproject(L.point(middle.x + x * half, middle.y + y * half)));
      }
    });
    return ring;
  }

  app.geometry = { Shape, sheetOf, decodeArcs, polygonsOf, extentOf, metresOf, arcUse, equalAreaCrs, squareOf };
})(window.ConcessionMap);
