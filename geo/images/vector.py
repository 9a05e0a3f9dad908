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
#: One run of points, closed or open; ``codes`` are matplotlib's where there are curves, else None.
Ring = tuple[Steps, "npt.NDArray[np.uint8] | None", bool]


def steps(units: float) -> int:
    """Return a length in layout units as whole steps."""
    return round(units * POINTS * STEPS)


def width(points: float) -> str:
    """Return a line width, or a dash, in points as steps with one decimal."""
    return f"{points * STEPS:.1f}".removesuffix(".0")


def box(clip: Box) -> tuple[int, int, int, int]:
    """Return left, top, width and height of a box in steps."""
    return steps(clip.x), steps(clip.y), steps(clip.width), steps(clip.height)


def rings(shape: Shape) -> Iterator[Ring]:
    """Give the runs of points of a shape in steps; points that fall together are one."""
    path = shape.get_path()
    points = np.rint(np.asarray(path.vertices) * (POINTS * STEPS)).astype(np.int64)
    yield from _rings(points, np.asarray(path.codes, dtype=np.uint8))


def glyph(name: str) -> Iterator[Ring]:
    """Give the runs of points of a letter's outline, in `UNITS` to the size of type, y up."""
    vertices, codes = glyphs[name]
    yield from _rings(np.rint(vertices * UNITS).astype(np.int64), codes)


def letters(lines: Iterable[Line]) -> list[str]:
    """Return the names of the letters with an outline, sorted."""
    return sorted({name for line in lines for name, _x, _y in line.run.glyphs if len(glyphs[name][0])})


def _rings(points: Steps, codes: npt.NDArray[np.uint8]) -> Iterator[Ring]:
    starts = np.flatnonzero(codes == Path.MOVETO)
    curved = bool(((codes == Path.CURVE3) | (codes == Path.CURVE4)).any())
    ends = np.append(starts[1:], len(codes))
    closed = codes[ends - 1] == Path.CLOSEPOLY
    if not curved:
        # A point that repeats the one before it in its run draws nothing.
        fresh = np.ones(len(points), dtype=bool)
        fresh[1:] = (points[1:] != points[:-1]).any(axis=1)
        fresh[starts] = True
    for start, end, shut in zip(starts.tolist(), ends.tolist(), closed.tolist(), strict=True):
        last = end - 1 if shut else end
        if curved:
            yield points[start:last], codes[start:last], shut
            continue
        run = points[start:last]
        kept = run[fresh[start:last]] if end - start > 2 else run
        # Lines too short to see stay: with round ends they are dots.
        yield (kept if len(kept) > 1 else run[:2]), None, shut
