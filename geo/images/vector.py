"""Images: what SVG and PDF have in common: shapes and letters in whole steps, each letter's outline once.

Both are written here and not by matplotlib: its files hold each letter's outline anew wherever it stands, five times
the bytes, and take three times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path

from geo.images.presets import Box
from geo.images.sheet import Line, Shape
from geo.images.type import POINTS, glyphs

#: Shapes have this many steps to a point: 0.035 mm, less than half a pixel of print.
STEPS = 10
#: Outlines of letters have this many steps to the size of type.
UNITS = 500

Steps = npt.NDArray[np.int64]
#: One run of points as x, y, x, y, ..., closed or open; ``codes`` are matplotlib's where there are curves, else None.
Ring = tuple[list[int], "list[int] | None", bool]


def steps(units: float) -> int:
    """Return a length in layout units as whole steps."""
    return round(units * POINTS * STEPS)


def width(points: float) -> str:
    """Return a line width, or a dash, in points as steps with one decimal."""
    return f"{points * STEPS:.1f}".removesuffix(".0")


def box(clip: Box) -> tuple[int, int, int, int]:
    """Return left, top, width and height of a box in steps."""
    return steps(clip.x), steps(clip.y), steps(clip.width), steps(clip.height)


def rings(shape: Shape) -> list[Ring]:
    """Return the runs of points of a shape in steps; points that fall together are one."""
    if shape.steps is None:
        path = shape.get_path()
        points = np.rint(np.asarray(path.vertices) * (POINTS * STEPS)).astype(np.int64)
        shape.steps = list(_rings(points, np.asarray(path.codes, dtype=np.uint8)))
    return shape.steps


def glyph(name: str) -> list[Ring]:
    """Return the runs of points of a letter's outline, in `UNITS` to the size of type, y up."""
    vertices, codes = glyphs[name]
    return list(_rings(np.rint(vertices * UNITS).astype(np.int64), codes))


def letters(lines: Iterable[Line]) -> list[str]:
    """Return the names of the letters with an outline, sorted."""
    names = {name for line in lines for name, _x, _y in line.run.glyphs}
    return sorted(name for name in names if len(glyphs[name][0]))


def _rings(points: Steps, codes: npt.NDArray[np.uint8]) -> Iterator[Ring]:
    starts = np.flatnonzero(codes == Path.MOVETO)
    ends = np.append(starts[1:], len(codes))
    closed = codes[ends - 1] == Path.CLOSEPOLY
    kept = np.ones(len(points), dtype=bool)
    kinds: list[int] | None = None
    if ((codes == Path.CURVE3) | (codes == Path.CURVE4)).any():
        kinds = codes.tolist()
    else:
        # A point that repeats the one before it in its run draws nothing.
        kept[1:] = (points[1:] != points[:-1]).any(axis=1)
        kept[starts] = True
    kept[ends[closed] - 1] = False
    # Lines too short to see stay: with round ends they are dots.
    single = (np.add.reduceat(kept, starts, dtype=np.int64) == 1) & (ends - closed - starts > 1)
    kept[starts[single] + 1] = True
    stops = np.cumsum(np.add.reduceat(kept, starts, dtype=np.int64)).tolist()
    flat = points[kept].ravel().tolist()
    begin = 0
    for start, end, shut, stop in zip(starts.tolist(), ends.tolist(), closed.tolist(), stops, strict=True):
        own = kinds[start : end - shut] if kinds is not None else None
        yield flat[2 * begin : 2 * stop], own, shut
        begin = stop
