"""Images: where names stand, so that none overlaps another or leaves its region.

A name stands inside its region if a box of its size fits there, in one line, in two, or a little smaller; a small
region that must be named gets its name outside, at the end of a leader line. Nothing here is random: the same input
gives the same places.
Coordinates are layout units, y down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.images.type import ASCENT, DESCENT, LINE, Face

Point = tuple[float, float]
#: Rows of left, top, right, bottom.
Boxes = npt.NDArray[np.float64]

#: Smaller than asked for, down to this share, before a name goes out of its region.
_SMALLER = (1.0, 0.88, 0.78)
#: Points tried across a region in each direction.
_GRID = 9
_STEPS = np.linspace(0.0, 1.0, _GRID)
_SQUARE = np.column_stack([np.tile(_STEPS, _GRID), np.repeat(_STEPS, _GRID)])
#: Leader lines are tried in these directions and lengths (in sizes of type).
_DIRECTIONS = 24
_ANGLES = 2 * np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
_RAYS = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])
#: Where a name stands to the end of its line: -1 before, 0 centred on, 1 after.
_SIDES = np.where(np.abs(_RAYS) < 0.35, 0.0, np.sign(_RAYS))
_LENGTHS = (1.4, 2.2, 3.2, 4.6, 6.4, 9.0, 12.0)
#: Names keep this far from one another, and (those that need not be there) from the edge of their region, in sizes
#: of type.
_APART = 0.18
_INSET = 0.12
#: What a name costs that lies over coloured regions, in sizes of type of its leader line; and each size of that line
#: over regions that aren't its own. So little isn't worth a smaller or broken name; what no place at all costs.
_OVER = 30.0
_LINE_OVER = 3.0
_WORTH = 3.0
_MISSING = 100.0
#: The middle of a region is found to so many units.
_EXACT = 0.5


@dataclass(frozen=True)
class Wanted:
    """A name to place: in which shape, how large, and whether it must be there (then it may stand outside)."""

    key: str
    text: str
    shape: BaseGeometry
    size: float
    weight: int
    required: bool


@dataclass(frozen=True)
class Label:
    """A placed name: its lines with the baseline's middle of each, and the leader line if it stands outside."""

    key: str
    lines: tuple[tuple[float, float, str], ...]
    size: float
    weight: int
    box: tuple[float, float, float, float]
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None


class Placer:
    """Places names in one frame, none smaller than ``least``: remembers what is taken."""

    def __init__(
        self,
        face: Face,
        frame: tuple[float, float, float, float],
        blocked: Sequence[BaseGeometry] = (),
        *,
        least: float = 0.0,
    ) -> None:
        self._face = face
        self._least = least
        self._frame = frame
        self._boxes = np.array([shape.bounds for shape in blocked]).reshape(-1, 4)
        self._leaders: list[BaseGeometry] = []
        self._middles: dict[str, tuple[Polygon, Point, float] | None] = {}

    def place(self, wanted: Sequence[Wanted], *, avoid: BaseGeometry | None = None) -> list[Label]:
        """Place names, the required ones first; the others only where they fit inside.

        ``avoid`` is what names of leader lines should not cover if they can help it (other coloured regions).
        """
        placed: list[Label] = []
        outside: list[Wanted] = []
        share = self._common_share([one for one in wanted if one.required])
        for one in sorted(wanted, key=lambda w: (not w.required, -w.shape.area, w.key)):
            label = self._inside(one, [share] if one.required else _SMALLER)
            if label is not None:
                placed.append(label)
                self.block(label)
            elif one.required:
                outside.append(one)
        return placed + self._outside(outside, avoid, share)

    def free(self, box: tuple[float, float, float, float]) -> bool:
        """Tell whether a box is inside the frame and overlaps nothing that was placed."""
        return bool(self._free(np.array([box]))[0])

    def block(self, label: Label) -> None:
        """Keep others off a label and its leader line."""
        gap = _APART * label.size
        left, top, right, bottom = label.box
        self.block_box((left - gap, top - gap, right + gap, bottom + gap))
        if label.leader:
            self._leaders.append(shapely.buffer(shapely.LineString(label.leader), gap))

    def block_box(self, box: tuple[float, float, float, float]) -> None:
        """Keep names off a rectangle."""
        self._boxes = np.vstack([self._boxes, box])

    def block_line(self, line: BaseGeometry) -> None:
        """Keep names off a line."""
        if not line.is_empty:
            self._leaders.append(line)

    def _free(self, boxes: Boxes) -> npt.NDArray[np.bool_]:
        """Tell which boxes are inside the frame and overlap nothing that was placed."""
        left, top, right, bottom = self._frame
        free = (boxes[:, 0] >= left) & (boxes[:, 1] >= top) & (boxes[:, 2] <= right) & (boxes[:, 3] <= bottom)
        taken = self._boxes
        over = (boxes[:, None, 0] <= taken[:, 2]) & (boxes[:, None, 2] >= taken[:, 0])
        over &= (boxes[:, None, 1] <= taken[:, 3]) & (boxes[:, None, 3] >= taken[:, 1])
        free &= ~over.any(axis=1)
        if self._leaders and free.any():
            leaders = np.array(self._leaders, dtype=object)
            free[free] = ~shapely.intersects(leaders[:, None], shapely.box(*boxes[free].T)).any(axis=0)
        return free

    def _middle(self, one: Wanted) -> tuple[Polygon, Point, float] | None:
        """Return the largest part of a name's shape, prepared, the point farthest from its edge, and how far."""
        if one.key not in self._middles:
            shape = _largest(one.shape)
            if shape is not None:
                shapely.prepare(shape)
            self._middles[one.key] = (shape, *_centre(shape)) if shape is not None else None
        return self._middles[one.key]

    # --- inside -----------------------------------------------------------------------------------------------

    def _common_share(self, wanted: Sequence[Wanted]) -> float:
        """Return the largest share of the size at which as many names stand inside as at any: they look alike."""
        if not wanted:
            return 1.0
        best, most = _SMALLER[0], -1
        for share in _SMALLER:
            inside = sum(self._inside(one, [share]) is not None for one in wanted)
            if inside > most:
                best, most = share, inside
            if inside == len(wanted):
                break
        return best

    def _inside(self, one: Wanted, shares: Sequence[float]) -> Label | None:
        found = self._middle(one)
        if found is None:
            return None
        shape, centre, radius = found
        left, top, right, bottom = shape.bounds
        for smaller in shares:
            size = max(one.size * smaller, self._least)
            for lines in _breaks(one.text):
                width = self._face.widest(lines, size, one.weight)
                height = _height(len(lines), size)
                free = 0.0 if one.required else 2 * _INSET * size
                if width + free > right - left or height + free > bottom - top:
                    continue
                # A box holds a circle, so where no circle of its height fits it doesn't either.
                if min(width, height) + free > 2 * radius or (width + free) * (height + free) > shape.area:
                    continue
                at = self._fitting(shape, centre, width + free, height + free)
                if at is not None:
                    return _label(one, lines, size, at, width)
        return None

    def _fitting(self, shape: BaseGeometry, centre: Point, width: float, height: float) -> Point | None:
        """Return where a box fits into a shape and on free ground, as near to its centre as can be."""
        for points in (np.array([centre]), _tries(shape.bounds, centre, width, height)):
            half = np.array([width / 2, height / 2])
            boxes = np.hstack([points - half, points + half])
            fits = self._free(boxes)
            fits[fits] = shapely.contains_properly(shape, shapely.box(*boxes[fits].T))
            found = np.flatnonzero(fits)
            if len(found):
                return float(points[found[0], 0]), float(points[found[0], 1])
        return None

    # --- outside ----------------------------------------------------------------------------------------------

    def _outside(self, wanted: Sequence[Wanted], avoid: BaseGeometry | None, share: float) -> list[Label]:
        """Place names outside their regions, large regions first; small ones first if that covers less of `avoid`."""
        best: tuple[float, list[Label], Boxes, list[BaseGeometry]] | None = None
        before = self._boxes, self._leaders
        for order in (wanted, wanted[::-1]):
            self._boxes, self._leaders = before[0], list(before[1])
            found = [self._beside_any(one, avoid, share) for one in order]
            labels = [one[1] for one in found if one is not None]
            cost = sum(one[0] if one is not None else _MISSING for one in found)
            if best is None or cost < best[0]:
                best = cost, labels, self._boxes, self._leaders
            if cost <= 0.0:
                break
        assert best is not None
        self._boxes, self._leaders = best[2:]
        return best[1]

    def _beside_any(self, one: Wanted, avoid: BaseGeometry | None, share: float) -> tuple[float, Label] | None:
        """Place a name in one line or, where it or its line lies over some of `avoid`, in two or smaller.

        Returns how much that is, too.
        """
        tries = [(smaller, lines) for smaller in dict.fromkeys((share, _SMALLER[-1])) for lines in _breaks(one.text)]
        best: tuple[float, Label] | None = None
        for smaller, lines in tries:
            found = self._beside(one, lines, avoid, smaller)
            if found is not None and (best is None or found[0] < best[0] - _WORTH):
                best = found
            if best is not None and best[0] <= _WORTH:
                break
        if best is None:
            return None
        self.block(best[1])
        return (best[0] if best[0] > _WORTH else 0.0), best[1]

    def _beside(
        self, one: Wanted, lines: Sequence[str], avoid: BaseGeometry | None, share: float
    ) -> tuple[float, Label] | None:
        """Place a name outside its region where it hits nothing, near by and over as little of `avoid` as can be.

        Returns what lies over `avoid`, too: the name, and the part of its line over others than its own region.
        """
        middle = self._middle(one)
        if middle is None:
            return None
        foot = middle[1]
        size = max(one.size * share, self._least)
        width = self._face.widest(lines, size, one.weight)
        half = np.array([width / 2, _height(len(lines), size) / 2])
        others = avoid.difference(one.shape) if avoid is not None else None
        best: tuple[float, float, Label] | None = None
        for length in _LENGTHS:
            if best is not None and best[0] <= length:
                break
            ends = foot + length * size * _RAYS
            places = ends + _SIDES * half
            boxes = np.hstack([places - half, places + half])
            for i in np.flatnonzero(self._free(boxes + _APART * size * np.array([-1, -1, 1, 1]))):
                line = shapely.LineString([foot, ends[i]])
                if self._crossed(line):
                    continue
                over = _OVER * _covered(shapely.box(*boxes[i]), avoid)
                if others is not None:
                    over += _LINE_OVER * float(line.intersection(others).length) / size
                cost = length + over
                if best is None or cost < best[0]:
                    at, end = (float(places[i, 0]), float(places[i, 1])), (float(ends[i, 0]), float(ends[i, 1]))
                    best = cost, over, _label(one, lines, size, at, width, leader=(foot, end))
        return best[1:] if best else None

    def _crossed(self, line: BaseGeometry) -> bool:
        """Tell whether a leader line would run over anything that was placed."""
        left, top, right, bottom = line.bounds
        taken = self._boxes
        near = (taken[:, 0] <= right) & (taken[:, 2] >= left) & (taken[:, 1] <= bottom) & (taken[:, 3] >= top)
        boxes = shapely.box(*taken[near].T)
        return bool(shapely.intersects(line, boxes).any() or any(leader.intersects(line) for leader in self._leaders))


def _covered(box: BaseGeometry, avoid: BaseGeometry | None) -> float:
    """Return the share of a box that lies over `avoid`."""
    return float(box.intersection(avoid).area / box.area) if avoid is not None else 0.0


def _tries(
    bounds: tuple[float, float, float, float], centre: Point, width: float, height: float
) -> npt.NDArray[np.float64]:
    """Return a grid of points to try, by their distance from the centre."""
    left, top, right, bottom = bounds
    points = _SQUARE * (right - left - width, bottom - top - height) + (left + width / 2, top + height / 2)
    # Names read better a little off to the side than off upwards.
    far = np.hypot(points[:, 0] - centre[0], 1.6 * (points[:, 1] - centre[1]))
    return points[np.lexsort((points[:, 0], points[:, 1], np.round(far, 3)))]


def _largest(shape: BaseGeometry) -> Polygon | None:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and not part.is_empty]
    return max(parts, key=lambda part: part.area) if parts else None


def _centre(shape: Polygon) -> tuple[Point, float]:
    """Return the point farthest from the shape's edge (to half a unit), and at most how far that is."""
    radius = shapely.maximum_inscribed_circle(shape, tolerance=_EXACT)
    point = shapely.get_point(radius, 0)
    return (float(shapely.get_x(point)), float(shapely.get_y(point))), float(shapely.length(radius)) + _EXACT


def _breaks(text: str) -> list[tuple[str, ...]]:
    """Return the text in one line, and in two lines of lengths as equal as can be (after a space or a hyphen)."""
    halves = [
        (text[: i + 1].rstrip(), text[i + 1 :].lstrip())
        for i, char in enumerate(text)
        if char in " -" and 0 < i < len(text) - 1
    ]
    return [(text,), *([min(halves, key=lambda half: (max(map(len, half)), half))] if halves else [])]


def _height(lines: int, size: float) -> float:
    return (ASCENT + DESCENT + LINE * (lines - 1)) * size


def _label(
    one: Wanted,
    lines: Sequence[str],
    size: float,
    at: tuple[float, float],
    width: float,
    *,
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None,
) -> Label:
    height = _height(len(lines), size)
    top = at[1] - height / 2
    return Label(
        key=one.key,
        lines=tuple((at[0], top + (ASCENT + LINE * i) * size, line) for i, line in enumerate(lines)),
        size=size,
        weight=one.weight,
        box=(at[0] - width / 2, top, at[0] + width / 2, top + height),
        leader=leader,
    )
