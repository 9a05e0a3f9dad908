"""Images: the style's patterns as real lines, cut to the shape.

Lines instead of a renderer's hatch: they look the same in PNG, SVG and PDF, run on across shared borders, and two roles
on one region interleave. Coordinates are layout units, y down; a line's place depends on the page alone, not on the
shape.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from geo.style import Pattern

#: Directions of each pattern's lines: (x, y) of the normal that the lines are counted along.
_ROOT = 0.5**0.5
_NORMALS: dict[Pattern, tuple[tuple[float, float], ...]] = {
    "diagonal": ((_ROOT, _ROOT),),
    "antidiagonal": ((_ROOT, -_ROOT),),
    "horizontal": ((0.0, 1.0),),
    "vertical": ((1.0, 0.0),),
    "crosshatch": ((_ROOT, _ROOT), (_ROOT, -_ROOT)),
}
#: Where each pattern starts, in spacings: those that share a direction run between one another's lines.
_PHASES: dict[Pattern, float] = {"crosshatch": 0.5}
#: A dot is a line too short to see, with round ends.
_DOT = 0.02


def strokes(shape: BaseGeometry, pattern: Pattern, spacing: float) -> BaseGeometry:
    """Return the lines that fill a shape with a pattern; empty for ``solid`` and ``outline``.

    ``dots`` come as lines of `_DOT` length, to be drawn with round caps.
    """
    if shape.is_empty:
        return MultiLineString()
    if pattern == "dots":
        return _dots(shape, spacing)
    lines = [_parallels(shape, normal, spacing, _PHASES.get(pattern, 0.0)) for normal in _NORMALS.get(pattern, ())]
    if not lines:
        return MultiLineString()
    # One direction at a time: lines that cross must not be cut at one another.
    cut = shapely.intersection(np.array(lines, dtype=object), shape)
    parts = shapely.get_parts(cut)
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)]
    return _together(parts)


def segments(ends: npt.NDArray[np.float64]) -> MultiLineString:
    """Return lines of an array of shape (lines, 2 ends, 2 coordinates); made at once, one by one would be slow."""
    return _together(shapely.linestrings(ends)) if len(ends) else MultiLineString()


def _together(lines: Any) -> MultiLineString:
    return cast(MultiLineString, shapely.multilinestrings(lines))


def _parallels(shape: BaseGeometry, normal: tuple[float, float], spacing: float, phase: float) -> BaseGeometry:
    left, top, right, bottom = shape.bounds
    corners = np.array([(left, top), (right, top), (left, bottom), (right, bottom)])
    across = corners @ np.array(normal)
    along = corners @ np.array((-normal[1], normal[0]))
    first = np.ceil(across.min() / spacing - phase)
    offsets = np.arange(first, np.floor(across.max() / spacing - phase) + 1) * spacing + phase * spacing
    start, end = along.min() - 1, along.max() + 1
    foot = offsets[:, None] * np.array(normal)
    direction = np.array((-normal[1], normal[0]))
    ends: npt.NDArray[np.float64] = np.stack([foot + start * direction, foot + end * direction], axis=1)
    return segments(ends)


def _dots(shape: BaseGeometry, spacing: float) -> BaseGeometry:
    left, top, right, bottom = shape.bounds
    columns = np.arange(np.floor(left / spacing), np.ceil(right / spacing) + 1)
    rows = np.arange(np.floor(top / spacing), np.ceil(bottom / spacing) + 1)
    x, y = np.meshgrid(columns, rows)
    xs = ((x + 0.5 * (y % 2)) * spacing).ravel()
    ys = (y * spacing).ravel()
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, xs, ys)
    points = np.column_stack([xs[inside], ys[inside]])
    return segments(np.stack([points, points + np.array((_DOT, 0.0))], axis=1))
