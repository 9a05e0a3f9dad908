"""Part of the page: shapes -> arcs that neighbours share, as short text that `assets/geometry.js` decodes.

Every border is written once, in steps of `1 / scale` degrees, however many layers are drawn from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from shapely.geometry.base import BaseGeometry

#: Points of an arc, each as one number: see `_points`.
Arc = tuple[int, ...]
#: Five bits a digit; the sixth says that more follow. No character needs escaping in JSON or HTML.
_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

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


@dataclass(frozen=True)
class _Rings:
    """All rings one after the other, not closed: their points, where each starts and ends, and whose it is."""

    points: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    part: list[int]
    shape: list[int]


def encode(geometries: Iterable[BaseGeometry], *, scale: int = 1000) -> Topology:
    """Cut polygons into the arcs that they share.

    Parameters
    ----------
    geometries
        Polygons or multipolygons, (longitude, latitude) in degrees; an empty one gives no polygons.
    scale
        Steps per degree; 1000 is about 110 m.
    """
    given = list(geometries)
    rings = _rings(given, scale)
    book: dict[Arc, int] = {}
    shapes: list[list[list[list[int]]]] = [[] for _ in given]
    before = None
    for ring, part, shape in zip(_cut(rings), rings.part, rings.shape, strict=True):
        if part != before:
            shapes[shape].append([])
        shapes[shape][-1].append([_number(arc, book) for arc in ring])
        before = part
    return Topology(scale, _text(list(book)), shapes)


def _rings(geometries: Sequence[BaseGeometry], scale: int) -> _Rings:
    """Return all rings in whole steps, without those that vanish at this scale; a hole goes with its outer ring."""
    import numpy as np
    import shapely

    parts, shape_of = shapely.get_parts(np.array(geometries, dtype=object), return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    degrees, ring_of = shapely.get_coordinates(rings, return_index=True)
    points = _points(np.rint(degrees * scale).astype(np.int64))
    new = np.ones(len(points), dtype=bool)
    new[1:] = (points[1:] != points[:-1]) | (ring_of[1:] != ring_of[:-1])
    points, ring_of = points[new], ring_of[new]

    starts, ends = (np.searchsorted(ring_of, np.arange(len(rings)), side=side) for side in ("left", "right"))
    many = np.flatnonzero(ends - starts > 1)
    closed = many[points[starts[many]] == points[ends[many] - 1]]
    used = np.ones(len(points), dtype=bool)
    used[ends[closed] - 1] = False
    sizes = np.bincount(ring_of[used], minlength=len(rings))

    outer = np.ones(len(rings), dtype=bool)
    outer[1:] = part_of[1:] != part_of[:-1]
    kept = (sizes > 2) & np.isin(part_of, part_of[outer & (sizes > 2)])
    ends = np.cumsum(sizes[kept])
    own = part_of[kept]
    return _Rings(points[used & kept[ring_of]], ends - sizes[kept], ends, own.tolist(), shape_of[own].tolist())


def _points(steps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return (n, 2) steps of lon and lat as one number each, which sort as the pairs do."""
    return steps[:, 0] * _ROW + steps[:, 1]


def _steps(points: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return numbers of points as (n, 2) steps of lon and lat."""
    import numpy as np

    # Latitudes are far below half the factor.
    lons = np.floor_divide(points + _ROW // 2, _ROW)
    return np.column_stack([lons, points - lons * _ROW])


def _junctions(rings: _Rings) -> npt.NDArray[np.bool_]:
    """Return for each point whether borders part there: whether it has more than two different neighbours."""
    import numpy as np

    size = len(rings.points)
    if not size:
        return np.zeros(0, dtype=bool)
    before, after = np.arange(size) - 1, np.arange(size) + 1
    before[rings.starts], after[rings.ends - 1] = rings.ends - 1, rings.starts
    ids = np.unique(rings.points, return_inverse=True)[1]
    pairs = np.unique(np.concatenate([ids * size + ids[before], ids * size + ids[after]]))
    many: npt.NDArray[np.bool_] = np.bincount(pairs // size)[ids] > 2
    return many


def _cut(rings: _Rings) -> Iterator[list[Arc]]:
    """Return each ring as arcs from junction to junction."""
    import numpy as np

    points, cuts = rings.points.tolist(), np.flatnonzero(_junctions(rings))
    bounds = zip(*(np.searchsorted(cuts, ends).tolist() for ends in (rings.starts, rings.ends)), strict=True)
    everywhere = cuts.tolist()
    for start, end, (low, high) in zip(rings.starts.tolist(), rings.ends.tolist(), bounds, strict=True):
        ring = points[start:end]
        # A ring without junctions is an island, or an enclave of two shapes: let both begin at the same point.
        inner = [at - start for at in everywhere[low:high]] or [ring.index(min(ring))]
        turned = ring[inner[0] :] + ring[: inner[0] + 1]
        yield [tuple(turned[a - inner[0] : b - inner[0] + 1]) for a, b in pairwise([*inner, len(ring) + inner[0]])]


def _number(arc: Arc, book: dict[Arc, int]) -> int:
    """Return the number of an arc, entering it into the book if neither it nor its reverse is there."""
    known = book.get(arc)
    if known is not None:
        return known
    backwards = book.get(arc[::-1])
    if backwards is not None:
        return ~backwards
    book[arc] = len(book)
    return book[arc]


def _text(arcs: Sequence[Arc]) -> str:
    """Return arcs as text: the steps from point to point, the first from nought."""
    import numpy as np

    if not arcs:
        return ""
    steps = _steps(np.fromiter(chain.from_iterable(arcs), dtype=np.int64))
    first = np.concatenate([[0], np.cumsum([len(arc) for arc in arcs])[:-1]])
    moves = np.diff(steps, axis=0, prepend=0)
    moves[first] = steps[first]
    values = np.where(moves >= 0, moves << 1, ~(moves << 1)).ravel()
    # A row for each value: a comma where an arc begins, then its digits, of which leading noughts are left out.
    left = values[:, None] >> np.arange(0, max(int(values.max()).bit_length(), 1), 5)
    digits = np.frombuffer(_DIGITS, dtype=np.uint8)[left & 31 | np.where(left > 31, 32, 0)]
    shown = np.concatenate([np.zeros((len(values), 1), dtype=bool), left > 0], axis=1)
    shown[:, 1] = True
    shown[2 * first[1:], 0] = True
    signs = np.concatenate([np.full((len(values), 1), ord(","), dtype=np.uint8), digits], axis=1)
    return str(signs[shown].tobytes(), "ascii")
