"""Part of the page: shapes -> arcs that neighbours share, as short text that `assets/geometry.js` decodes.

Every border is written once, in steps of `1 / scale` degrees, however many layers are drawn from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from shapely.geometry.base import BaseGeometry

Point = tuple[int, int]
Ring = list[Point]
#: Five bits a digit; the sixth says that more follow. No character needs escaping in JSON or HTML.
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

#: More than twice the steps of latitude at any scale.
_ROW = 1 << 32


@dataclass(frozen=True)
class Topology:
    """Shapes as lists of polygons, each a list of rings, each a list of arc numbers (``~n``: n backwards).

    `arcs` holds the encoded arcs, separated by commas: zigzag steps of lon and lat, low digits first.
    """

    scale: int
    arcs: str
    shapes: list[list[list[list[int]]]]


def encode(geometries: Iterable[BaseGeometry], *, scale: int = 1000) -> Topology:
    """Cut polygons into the arcs that they share.

    Parameters
    ----------
    geometries
        Polygons or multipolygons, (longitude, latitude) in degrees; an empty one gives no polygons.
    scale
        Steps per degree; 1000 is about 110 m.
    """
    shapes = [_rings(geometry, scale) for geometry in geometries]
    junctions = _junctions(ring for shape in shapes for polygon in shape for ring in polygon)
    book: dict[tuple[Point, ...], int] = {}
    coded = [[[_coded(ring, junctions, book) for ring in polygon] for polygon in shape] for shape in shapes]
    return Topology(scale, ",".join(_text(arc) for arc in book), coded)


def _rings(geometry: BaseGeometry, scale: int) -> list[list[Ring]]:
    """Return polygons -> rings (not closed) in whole steps, without the rings that vanish at this scale."""
    import shapely

    polygons = []
    for part in getattr(geometry, "geoms", [geometry]):
        if part.is_empty:
            continue
        rings = [_stepped(shapely.get_coordinates(line), scale) for line in (part.exterior, *part.interiors)]
        if rings[0]:
            polygons.append([ring for ring in rings if ring])
    return polygons


def _stepped(coordinates: npt.NDArray[np.float64], scale: int) -> Ring:
    """Return an (n, 2) array of degrees as whole steps, points that fall together once."""
    import numpy as np

    steps = np.rint(coordinates * scale).astype(np.int64)
    new = np.ones(len(steps), dtype=bool)
    new[1:] = (steps[1:] != steps[:-1]).any(axis=1)
    ring: Ring = [(lon, lat) for lon, lat in steps[new].tolist()]
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return ring if len(ring) > 2 else []


def _junctions(rings: Iterable[Ring]) -> set[Point]:
    """Return the points where borders part: those with more than two different neighbours."""
    import numpy as np

    pairs = [np.empty((0, 2), dtype=np.int64)]
    for ring in rings:
        points = np.array(ring, dtype=np.int64)
        # A point as one number: latitudes are far below half the factor.
        keys = points[:, 0] * _ROW + points[:, 1]
        pairs += [np.column_stack([keys, np.roll(keys, 1)]), np.column_stack([keys, np.roll(keys, -1)])]
    found = np.concatenate(pairs)
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    new = np.ones(len(found), dtype=bool)
    new[1:] = (found[1:] != found[:-1]).any(axis=1)
    points, counts = np.unique(found[new, 0], return_counts=True)
    lons = np.floor_divide(points + _ROW // 2, _ROW)
    return {
        (int(lon), int(key - lon * _ROW)) for lon, key, count in zip(lons, points, counts, strict=True) if count > 2
    }


def _coded(ring: Ring, junctions: set[Point], book: dict[tuple[Point, ...], int]) -> list[int]:
    """Return a ring as arc numbers, entering arcs not met before into the book."""
    return [_number(arc, book) for arc in _cut(ring, junctions)]


def _cut(ring: Ring, junctions: set[Point]) -> Iterator[tuple[Point, ...]]:
    cuts = [at for at, point in enumerate(ring) if point in junctions]
    # A ring without junctions is an island, or an enclave of two shapes: let both begin at the same point.
    start = cuts[0] if cuts else min(range(len(ring)), key=ring.__getitem__)
    turned = ring[start:] + ring[: start + 1]
    ends = [at - start for at in cuts[1:]] + [len(ring)]
    begin = 0
    for end in ends:
        yield tuple(turned[begin : end + 1])
        begin = end


def _number(arc: tuple[Point, ...], book: dict[tuple[Point, ...], int]) -> int:
    known = book.get(arc)
    if known is not None:
        return known
    backwards = book.get(arc[::-1])
    if backwards is not None:
        return ~backwards
    book[arc] = len(book)
    return book[arc]


def _text(arc: tuple[Point, ...]) -> str:
    parts: list[str] = []
    x = y = 0
    for lon, lat in arc:
        for step in (lon - x, lat - y):
            value = step << 1 if step >= 0 else ~(step << 1)
            parts.append(_SHORT[value] if value < len(_SHORT) else _digits(value))
        x, y = lon, lat
    return "".join(parts)


def _digits(value: int) -> str:
    digits = ""
    while value > 31:
        digits += _DIGITS[32 | value & 31]
        value >>= 5
    return digits + _DIGITS[value]


#: Almost every step is one of these.
_SHORT = tuple(map(_digits, range(1024)))
