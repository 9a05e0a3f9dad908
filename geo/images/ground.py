"""Images: the country, its regions and its neighbours, projected once and fitted into frames of the page.

Frame coordinates are layout units (`presets`), x to the right and y down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import areas, load_cities, load_context
from geo.images.patterns import segments
from geo.images.presets import Box
from geo.images.projection import Floats, Projection, choose
from geo.images.type import clean

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.atlas import Atlas
    from geo.images.story import Story
    from geo.words import Translator

Geometries = npt.NDArray[np.object_]
Segments = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]

#: Above this many vertices the simplified shapes are the better start.
_DETAILED = 60_000
#: Shapes are simplified to this many pixels of the PNG.
_TOLERANCE = 0.9
#: Steps of detail from one size to its double.
_STEPS_OF_DETAIL = 4
#: Fills are so many times coarser.
_FILLS = 1.4
#: Neighbours are so many times coarser: they are background, and half of a file.
_COARSER = 1.5
#: The frames' widest and tallest proportions.
_WIDEST_FRAME = 3.0
_TALLEST_FRAME = 0.75
#: Degrees that the frame reaches beyond the country on the side of the pole.
_CORNER = 3.0
#: The locator shows so many times the country's larger side, between two limits in metres, so many pieces across.
_LOCATOR = 1.7
_LOCATOR_LEAST = 1.2e6
_LOCATOR_MOST = 5.0e6
_LOCATOR_DETAIL = 90
_LOCATOR_DEGREES = 35.0
#: Steps across the country that the finest image can show.
_FINEST = 4000
#: Parts of a country farther from its mainland than this many times the mainland's size are not framed.
_FAR = 0.6
#: Parts of a country, by ISO 3166-1 code, that lie on the far side of an ocean and that maps there call by name: boxes
#: of degrees that hold nothing else of the country.
_OVERSEAS = {
    "FR": {
        "GF": shapely.box(-56, 1, -50, 7),
        "GP": shapely.box(-62.5, 15.7, -60.5, 16.7),
        "MQ": shapely.box(-61.5, 14.2, -60.5, 15.1),
        "RE": shapely.box(55, -21.6, 56, -20.7),
        "YT": shapely.box(44.8, -13.2, 45.5, -12.4),
    }
}


@dataclass(frozen=True)
class Place:
    """A city: name, position in metres, whether it is its country's capital."""

    name: str
    x: float
    y: float
    capital: bool


@dataclass(frozen=True)
class Frame:
    """Regions, neighbours and places in one rectangle of the page.

    ``regions`` follow `Ground.ids`; ``scale`` is layout units per metre; ``held`` is what a control layer covers.
    """

    x: float
    y: float
    width: float
    height: float
    scale: float
    regions: Geometries
    neighbours: Geometries
    places: tuple[tuple[Place, float, float], ...]
    held: BaseGeometry
    tolerance: float

    @property
    def rectangle(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    @cached_property
    def fills(self) -> Geometries:
        """The regions coarser, for fills: their edges lie under border lines, and still fit together."""
        return polygonal(shapely.coverage_simplify(self.regions, _FILLS * self.tolerance))

    @cached_property
    def polygon(self) -> BaseGeometry:
        """The rectangle as a polygon."""
        return shapely.box(*self.rectangle)


@dataclass(frozen=True)
class Lines:
    """Line work of a frame: each border once."""

    outline: BaseGeometry
    inner: BaseGeometry
    named: BaseGeometry
    disputed: BaseGeometry


@dataclass
class Ground:
    """What every image of an atlas stands on, projected to metres.

    ``ids``, ``names``, ``disputed`` and ``regions`` are parallel. A region is disputed where its country and the one
    that Natural Earth draws it in differ.
    """

    projection: Projection
    ids: tuple[str, ...]
    names: tuple[str, ...]
    disputed: tuple[bool, ...]
    own: tuple[bool, ...]
    km2: tuple[float, ...]
    regions: Geometries
    neighbours: Geometries
    neighbour_names: tuple[str, ...]
    places: tuple[Place, ...]
    surroundings: Callable[[], Geometries]
    held: BaseGeometry = field(default_factory=shapely.Polygon)
    _frames: dict[tuple[Box, float, float, tuple[int, ...]], Frame] = field(default_factory=dict)
    _segments: dict[int, Segments] = field(default_factory=dict)
    _coarser: dict[int, Geometries] = field(default_factory=dict)

    def index(self, region: str) -> int | None:
        """Return the position of a region, None where it is not drawn."""
        return self._positions.get(region)

    def labels(self, story: Story, regions: Sequence[str]) -> list[tuple[str, float]]:
        """Return what regions are called, with their km2: areas that they make up by the area's name, largest first."""
        found = []
        for name, members in story.places(regions):
            at = [i for i in map(self.index, members) if i is not None]
            if at:
                found.append((name or self.names[at[0]], sum(self.km2[i] for i in at)))
        return sorted(found, key=lambda one: (-one[1], one[0]))

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {region: i for i, region in enumerate(self.ids)}

    def focus(self, always: tuple[int, ...] = ()) -> tuple[float, float, float, float]:
        """Return west, south, east, north in metres of the mainland, what lies near it, and the regions of `always`."""
        parts, owners = shapely.get_parts(self.regions, return_index=True)
        bounds = shapely.bounds(parts)
        order = np.argsort(-shapely.area(parts), kind="stable")
        main = bounds[order[0]]
        size = max(main[2] - main[0], main[3] - main[1])
        kept = [main]
        for i in order[1:]:
            near = _distance(_hull(kept), bounds[i]) < _FAR * size
            if near or owners[i] in always:
                kept.append(bounds[i])
        return _hull(kept)

    @property
    def shape(self) -> float:
        """The country's width for its height."""
        west, south, east, north = self.focus()
        return max(east - west, 1.0) / max(north - south, 1.0)

    def frame(
        self,
        box: Box,
        *,
        always: tuple[int, ...] = (),
        pad: float = 0.04,
        pixel: float = 1.0,
    ) -> Frame:
        """Fit the country into a box of the page, with a share of it left free on each side.

        ``always`` are regions that must be in it however far off; ``pixel`` is the size of the PNG's pixels in units.
        """
        key = (box, pad, pixel, always)
        if key not in self._frames:
            self._frames[key] = self._fitted(box, always, pad, pixel * _TOLERANCE)
        return self._frames[key]

    def _fitted(self, box: Box, always: tuple[int, ...], pad: float, tolerance: float) -> Frame:
        x, y, width, height = box.x, box.y, box.width, box.height
        west, south, east, north = self.focus(always)
        free = 1 - 2 * pad
        scale = min(width * free / max(east - west, 1.0), height * free / max(north - south, 1.0))
        left = x + width / 2 - scale * (west + east) / 2
        top = y + height / 2 + scale * (south + north) / 2

        def placed(coordinates: Floats) -> Floats:
            return coordinates * (scale, -scale) + (left, top)

        rectangle = (x, y, x + width, y + height)
        regions = shapely.transform(self._simplified(tolerance / scale), placed)
        regions = polygonal(shapely.clip_by_rect(regions, *rectangle))
        # What lies outside the frame goes first, at once: simplifying it would be the larger part of the work.
        neighbours = shapely.transform(self.neighbours, placed)
        neighbours = polygonal(shapely.clip_by_rect(neighbours, *rectangle))
        neighbours = polygonal(shapely.simplify(neighbours, _COARSER * tolerance, preserve_topology=True))
        places = tuple(
            (place, px, py)
            for place in self.places
            for px, py in [placed(np.array([[place.x, place.y]]))[0]]
            if rectangle[0] < px < rectangle[2] and rectangle[1] < py < rectangle[3]
        )
        held = shapely.transform(self.held, placed)
        if not held.is_empty:
            held = _areal(shapely.make_valid(shapely.simplify(shapely.clip_by_rect(held, *rectangle), tolerance)))
        return Frame(x, y, width, height, scale, regions, neighbours, places, held, tolerance)

    def _simplified(self, metres: float) -> Geometries:
        """Return the regions simplified to about so many metres; frames of about the same scale share them."""
        step = round(math.log2(metres) * _STEPS_OF_DETAIL)
        if step not in self._coarser:
            self._coarser[step] = shapely.coverage_simplify(self.regions, 2.0 ** (step / _STEPS_OF_DETAIL))
        return self._coarser[step]

    def lines(self, frame: Frame, named: Iterable[int] = ()) -> Lines:
        """Return the borders of a frame's regions, each once: the country's, the regions', the disputed ones.

        Borders of the regions of ``named`` that are none of the country's are apart from the others.
        """
        if id(frame) not in self._segments:
            self._segments[id(frame)] = _segments(frame)
        first, second, ends = self._segments[id(frame)]
        own, disputed = np.array(self.own), np.array(self.disputed)
        alone = second < 0
        # What separates the country from a region of another one is its border too.
        open_question = ~alone & (disputed[first] != disputed[second])
        national = (alone | (own[first] != own[second])) & ~open_question
        inner = ~national & ~open_question
        chosen = np.isin(first, list(named)) | np.isin(second, list(named))
        return Lines(
            outline=_joined(ends[national]),
            inner=_joined(ends[inner & ~chosen]),
            named=_joined(ends[inner & chosen]),
            disputed=_joined(ends[open_question]),
        )

    def locator(self, box: Box) -> tuple[BaseGeometry, BaseGeometry]:
        """Return the land of a part of the world and the country in it, fitted into a square box."""
        land, home = self._world
        scale = box.width / (2 * self._world_reach)

        def placed(coordinates: Floats) -> Floats:
            return coordinates * (scale, -scale) + (box.x + box.width / 2, box.y + box.height / 2)

        fitted = shapely.transform(np.array([land, home], dtype=object), placed)
        return fitted[0], fitted[1]

    @cached_property
    def _world_reach(self) -> float:
        """Half the side of the part of the world that the locator shows, in metres."""
        west, south, east, north = self.focus()
        return min(max(_LOCATOR * max(east - west, north - south), _LOCATOR_LEAST), _LOCATOR_MOST)

    @cached_property
    def _world(self) -> tuple[BaseGeometry, BaseGeometry]:
        """Land around and the country itself, in metres from the middle of the country, coarse."""
        west, south, east, north = self.focus()
        middle = ((west + east) / 2, (south + north) / 2)
        reach = self._world_reach
        coarse = reach / _LOCATOR_DETAIL
        window = shapely.box(-reach, -reach, reach, reach)

        def centred(shapes: Geometries) -> BaseGeometry:
            moved = shapely.transform(shapes, lambda c: c - middle)
            near = shapely.clip_by_rect(moved, *window.buffer(2 * coarse).bounds)
            simple = shapely.simplify(near, coarse, preserve_topology=False)
            return shapely.union_all(shapely.buffer(simple, coarse / 2, quad_segs=1))

        home = centred(self.regions[np.array(self.own)])
        return shapely.union(centred(self.surroundings()), home), home


def _segments(frame: Frame) -> Segments:
    """Return each segment of the regions' rings once: the region, the one on its other side (-1: none), both ends.

    Segments along the frame's edge are where shapes were cut: they are no borders and left out.
    """
    parts, part_owner = shapely.get_parts(frame.regions, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    same = ring_of[:-1] == ring_of[1:]
    start, end = points[:-1][same], points[1:][same]
    owner = part_owner[ring_part[ring_of[:-1][same]]]
    # A thousandth of a unit tells points apart: neighbours' points are equal to the last bit or cut alike.
    a, b = (np.round(p * 1000).astype(np.int64) @ np.array([1 << 31, 1]) for p in (start, end))
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((owner, high, low))
    low, high = low[order], high[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    firsts = np.flatnonzero(fresh)
    again = np.append(~fresh[1:], False)[firsts]
    first = owner[order[firsts]]
    second = np.where(again, owner[order[np.minimum(firsts + 1, len(order) - 1)]], -1)
    ends = np.stack([start[order[firsts]], end[order[firsts]]], axis=1)
    left, top, right, bottom = frame.rectangle
    x, y = ends[:, :, 0], ends[:, :, 1]
    cut = np.zeros(len(ends), dtype=bool)
    for value, edge in ((x, left), (x, right), (y, top), (y, bottom)):
        cut |= (np.abs(value - edge) < 0.01).all(axis=1)
    return first[~cut], second[~cut], ends[~cut]


def _joined(ends: Floats) -> BaseGeometry:
    """Join segments to lines, so that dashes run on over the vertices."""
    return shapely.line_merge(segments(ends))


def prepare(atlas: Atlas, translator: Translator) -> Ground:
    """Project an atlas's shapes, with names in a translator's language."""
    kept = _units_alone(atlas.regions) & ~np.isin(np.asarray(atlas.regions["region"], dtype=str), list(atlas.far))
    regions = atlas.regions[kept]
    detailed = int(shapely.get_num_coordinates(np.asarray(regions.geometry)).sum()) <= _DETAILED
    shapes = np.asarray((atlas.regions if detailed else atlas.drawn).geometry)[kept]
    own = _column(regions, "country", "") == atlas.country
    projection = choose(shapely.get_coordinates(shapes[own] if own.any() else shapes))
    neighbours = _neighbours(_context(atlas), translator)
    return Ground(
        projection=projection,
        ids=tuple(_column(regions, "region", "")),
        names=tuple(clean(translator.region_label(row), longest=80) for row in regions.to_dict("records")),
        disputed=tuple(compress(_disputed(atlas), kept)),
        own=tuple(bool(x) for x in own),
        km2=tuple(float(x) for x in _areas(regions)),
        regions=_thinned(shapely.transform(shapes, projection.project)),
        neighbours=polygonal(
            shapely.transform(np.array([shape for shape, _name in neighbours], dtype=object), projection.project)
        ),
        neighbour_names=tuple(name for _shape, name in neighbours),
        places=tuple(_places(atlas, projection, translator)),
        surroundings=lambda: _surroundings(atlas, projection),
        held=_held(atlas, projection),
    )


def _held(atlas: Atlas, projection: Projection) -> BaseGeometry:
    """Return the land that the control layer covers, in metres as one shape; empty without a layer."""
    if atlas.control is None:
        return shapely.Polygon()
    shapes = np.asarray(atlas.control.geometry[atlas.control["held"]])
    return merged(polygonal(shapely.transform(shapes, projection.project)))


def _units_alone(regions: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell which rows are drawn: areas whose units are all there are not, they would lie over their own units."""
    known, ids = areas(), set(regions["region"])
    whole = [one in known and bool(known[one].units) and ids.issuperset(known[one].units) for one in regions["region"]]
    return ~np.array(whole, dtype=bool)


def _thinned(shapes: Geometries) -> Geometries:
    """Leave out detail that no preset can show; each frame simplifies further."""
    west, south, east, north = shapely.total_bounds(shapes)
    return shapely.coverage_simplify(polygonal(shapes), max(east - west, north - south) / _FINEST)


def polygonal(shapes: Geometries) -> Geometries:
    """Return shapes as valid polygons, empty ones for what has no area left.

    Clipping leaves shapes that touch themselves, which would turn inside out when clipped again, and lines and points
    along the edge, which nothing can be joined with.
    """
    shapes = np.array(shapes, dtype=object)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    types = shapely.get_type_id(shapes)
    areal = (types == shapely.GeometryType.POLYGON) | (types == shapely.GeometryType.MULTIPOLYGON)
    for i in np.flatnonzero(~areal):
        shapes[i] = _areal(shapes[i])
    return shapes


def _areal(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons among the parts of a shape, joined."""
    # Twice, as a collection may hold shapes of many parts.
    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.union_all(parts) if len(parts) else shapely.Polygon()


def merged(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """Return the union of valid polygons: the quick way where they fit together without overlap, else the sure one."""
    chosen = np.array(list(shapes), dtype=object)
    try:
        whole = shapely.coverage_union_all(chosen)
    except shapely.GEOSException:
        return shapely.union_all(chosen)
    return whole if whole.is_valid else shapely.union_all(chosen)


def _disputed(atlas: Atlas) -> tuple[bool, ...]:
    """Tell which regions the two viewpoints put into different countries."""
    regions = atlas.regions
    de_facto = _column(regions, "country_de_facto", "")
    if atlas.viewpoint == "un":
        owners = _column(regions, "country", "")
    else:
        # Here the column holds the de facto country itself; the ISO code tells the other one.
        owners = np.array([code.split("-")[0] for code in _column(regions, "iso_3166_2", "")], dtype=object)
        owners = np.where(owners == atlas.country, owners, de_facto)
    return tuple(bool(a and b and a != b) for a, b in zip(owners, de_facto, strict=True))


def _near(atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the regions that are drawn, without those too far away for one map."""
    return atlas.regions[~atlas.regions["region"].isin(atlas.far)] if atlas.far else atlas.regions


def _context(atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the land around, enough of it for every shape of frame: a narrow country in a wide frame shows more."""
    regions = _near(atlas)
    west, south, east, north = (float(x) for x in regions.total_bounds)
    # Where the meridians are closest together, so that the frame's far corners hold land, too.
    shrink = max(math.cos(math.radians(min(max(abs(south), abs(north)) + _CORNER, 89.0))), 0.2)
    width, height = (east - west) * shrink, north - south
    needed = max((_WIDEST_FRAME * height - width) / shrink, width / _TALLEST_FRAME - height) / 2 + 1.0
    there = max(1.0, max(east - west, height) / 3)
    if needed <= there or atlas.context.empty:
        return atlas.context
    return load_context(regions, viewpoint=atlas.viewpoint, margin_degrees=needed)


def _surroundings(atlas: Atlas, projection: Projection) -> Geometries:
    """Return the land of a part of the world around the country, for the locator."""
    land = load_context(_near(atlas), viewpoint=atlas.viewpoint, margin_degrees=_LOCATOR_DEGREES)
    coarse = shapely.simplify(np.asarray(land.geometry), 0.1, preserve_topology=False)
    return polygonal(shapely.transform(coarse, projection.project))


def _neighbours(context: pd.DataFrame, translator: Translator) -> list[tuple[BaseGeometry, str]]:
    """Return the shapes of other countries with their names: parts overseas have their own, with the country's."""
    found: list[tuple[BaseGeometry, str]] = []
    for row in context.to_dict("records"):
        code, pieces = str(row.get("country")), shapely.get_parts(row["geometry"])
        name = translator.region_name(row) or translator.country(code)
        for part, box in _OVERSEAS.get(code, {}).items():
            there = shapely.contains(box, pieces)
            if there.any():
                found.append((shapely.MultiPolygon(list(pieces[there])), f"{translator.country(part)} ({name})"))
                pieces = pieces[~there]
        if code not in _OVERSEAS:
            found.append((row["geometry"], name))
        elif len(pieces):
            found.append((shapely.MultiPolygon(list(pieces)), name))
    return [(shape, clean(name, longest=60)) for shape, name in found]


def _places(atlas: Atlas, projection: Projection, translator: Translator) -> Iterable[Place]:
    """Give the country's capital and, in its regions, the seats and large cities of the same file."""
    cities = load_cities(atlas.country)
    if cities.empty:
        return
    metres = projection.project(np.asarray(cities[["lon", "lat"]], dtype=float))
    for row, (x, y) in zip(cities.to_dict("records"), metres, strict=True):
        name = row.get(f"name_{translator.lang}")
        if not isinstance(name, str) or not name:
            name = translator.city(str(row["name"]))
        yield Place(clean(name, longest=60), float(x), float(y), row["rank"] == 1)


def _column(frame: gpd.GeoDataFrame, name: str, default: Any) -> npt.NDArray[np.object_]:
    values = frame[name] if name in frame.columns else [default] * len(frame)
    return np.array([value if isinstance(value, str) else default for value in values], dtype=object)


def _areas(regions: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    if "area_km2" in regions.columns:
        return np.asarray(regions["area_km2"], dtype=float)
    from geo.measure import areas_km2

    return np.asarray(areas_km2(regions), dtype=float)


def _hull(boxes: list[Any]) -> tuple[float, float, float, float]:
    stacked = np.array(boxes)
    west, south = stacked[:, :2].min(axis=0)
    east, north = stacked[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _distance(box: tuple[float, float, float, float], other: Any) -> float:
    dx = max(other[0] - box[2], box[0] - other[2], 0.0)
    dy = max(other[1] - box[3], box[1] - other[3], 0.0)
    return float(max(dx, dy))
