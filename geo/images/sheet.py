"""Images: the surface that everything is drawn on: one figure in layout units, y down.

A thin layer over matplotlib that keeps the artists few (one per layer, so that files stay small), names each for
the graphics desk (``gid``), and never reads text as mathematics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, TypeVar

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import Normal, Stroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedBbox
from shapely.geometry.base import BaseGeometry

from geo.images.presets import UNITS_PER_INCH, Box, Preset
from geo.images.type import ASCENT, LINE, POINTS, Face, Run, typeset
from geo.style import Ground as Colours
from geo.style import Style, Theme
from geo.words import Translator

#: Width of the outline behind a text, in sizes of type.
HALO = 0.34
_ALIGN = {"left": 0.0, "center": 0.5, "right": 1.0}
#: Steps to a layout unit that outlines of letters are rounded to.
_STEPS = 25
#: Outlines of letters are drawn over everything.
_ABOVE = 1_000_000
K = TypeVar("K")
Align = Literal["left", "center", "right"]


class Line(Text):
    """One line of text: a matplotlib text that also knows how it was set.

    ``halo`` is the colour of an outline behind it that keeps it readable over lines, or None.
    """

    run: Run
    left: float
    baseline: float
    size: float
    weight: int
    halo: str | None


class Shape(PathPatch):
    """A shape in layout units: a matplotlib patch that also knows how it was asked for.

    ``fill`` and ``stroke`` are #rrggbb or None; ``width`` and ``dashes`` are points.
    """

    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0
    dashes: tuple[float, ...] = ()
    cap: Literal["butt", "round"] = "butt"
    clip: Box | None = None
    #: Its runs of points in whole steps, once `vector` has made them.
    steps: list[tuple[list[int], list[int] | None, bool]] | None = None


class Page(Figure):
    """A figure that knows the language of its texts."""

    lang: str = "en"


def page_transform(figure: Figure) -> Transform:
    """Return the transform from layout units, y down, to the pixels or points of a figure.

    There is no axes: its ticks and limits would cost more time than the drawing.
    """
    upwards = Affine2D().scale(1 / UNITS_PER_INCH, -1 / UNITS_PER_INCH)
    return upwards.translate(0, figure.get_figheight()) + figure.dpi_scale_trans


class Sheet:
    """A page of one preset in one style and theme."""

    def __init__(self, preset: Preset, style: Style, theme: Theme, words: Translator) -> None:
        self.preset = preset
        self.words = words
        self.style = style
        self.theme = theme
        self.face = Face(style.fonts)
        self.figure = Page(
            figsize=(preset.width / UNITS_PER_INCH, preset.height / UNITS_PER_INCH),
            dpi=preset.dpi,
            facecolor=self.colours.paper,
        )
        self.figure.lang = words.ui
        self.transform = page_transform(self.figure)
        self._order = 0
        self._names: dict[str, int] = {}

    @property
    def colours(self) -> Colours:
        """Ground colours of the theme."""
        return self.style.ground.light if self.theme == "light" else self.style.ground.dark

    @property
    def page(self) -> Box:
        """The page inside its margins."""
        margin = self.preset.margin
        return Box(margin, margin, self.preset.width - 2 * margin, self.preset.height - 2 * margin)

    def line_width(self, units: float) -> float:
        """Return a line width in points, scaled to the preset."""
        return units * self.preset.stroke * POINTS

    # --- shapes -----------------------------------------------------------------------------------------------

    def shape(
        self,
        geometry: BaseGeometry | Iterable[BaseGeometry],
        *,
        name: str,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 1.0,
        dashes: tuple[float, ...] | None = None,
        cap: Literal["butt", "round"] = "butt",
        clip: Box | None = None,
    ) -> None:
        """Draw polygons or lines as one path; widths and dashes in layout units times the preset's stroke.

        ``clip`` cuts off what the stroke would draw beyond a box.
        """
        path = _path(geometry)
        if path is not None:
            self._drawn(path, name, fill=fill, stroke=stroke, width=width, dashes=dashes, cap=cap, clip=clip)

    def _drawn(
        self,
        path: Path,
        name: str,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 1.0,
        dashes: tuple[float, ...] | None = None,
        cap: Literal["butt", "round"] = "butt",
        clip: Box | None = None,
    ) -> None:
        patch = self._shape(path, fill, stroke, width, cap)
        patch.dashes = tuple(self.line_width(dash) for dash in dashes or ())
        patch.clip = clip
        if dashes:
            # matplotlib counts dashes in line widths.
            patch.set_linestyle((0, tuple(dash / width for dash in dashes)))
        path.should_simplify = False
        if cap == "round":
            # Snapped to whole pixels, dots would become lines of no length, which are not drawn.
            patch.set_snap(False)
        self._place(patch, name)
        if clip is not None:
            patch.set_clip_on(True)
            patch.set_clip_box(
                TransformedBbox(Bbox.from_bounds(clip.x, clip.y, clip.width, clip.height), self.transform)
            )

    def box(
        self, box: Box, *, name: str, fill: str | None = None, stroke: str | None = None, width: float = 1.0
    ) -> None:
        """Draw a rectangle."""
        corners = [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom), (box.x, box.y)]
        self._drawn(Path(corners, closed=True), name, fill=fill, stroke=stroke, width=width)

    def rule(
        self,
        points: Sequence[tuple[float, float]],
        *,
        name: str,
        stroke: str,
        width: float = 1.0,
        dashes: tuple[float, ...] | None = None,
    ) -> None:
        """Draw a line through points."""
        codes = [Path.MOVETO, *[Path.LINETO] * (len(points) - 1)]
        self._drawn(Path(points, codes), name, stroke=stroke, width=width, dashes=dashes)

    def dot(self, x: float, y: float, radius: float, *, name: str, fill: str, stroke: str | None = None) -> None:
        """Draw a disc."""
        circle = Path.unit_circle()
        path = Path(np.asarray(circle.vertices) * radius + (x, y), circle.codes)
        self._place(self._shape(path, fill, stroke, 1.2, "butt"), name)

    def _shape(
        self, path: Path, fill: str | None, stroke: str | None, width: float, cap: Literal["butt", "round"]
    ) -> Shape:
        points = self.line_width(width) if stroke else 0.0
        patch = Shape(
            path,
            facecolor=fill or "none",
            edgecolor=stroke or "none",
            linewidth=points,
            joinstyle="round",
            capstyle=cap,
        )
        patch.fill, patch.stroke, patch.width, patch.cap = fill, stroke, points, cap
        patch.set_clip_on(False)
        return patch

    def _place(self, artist: Artist, name: str) -> None:
        """Put an artist on top of the others, under a name of its own."""
        self._order += 1
        self._names[name] = self._names.get(name, 0) + 1
        number = self._names[name]
        artist.set_gid(name if number == 1 else f"{name}-{number}")
        artist.set_zorder(self._order)
        artist.set_transform(self.transform)
        self.figure.add_artist(artist)

    # --- text -------------------------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        *,
        size: float,
        name: str = "text",
        colour: str | None = None,
        weight: int = 400,
        align: Align = "left",
        halo: str | None = None,
    ) -> Line | None:
        """Write one line on a baseline; `halo` is the colour of an outline that keeps it readable over lines."""
        if not text:
            return None
        line = Line(
            x,
            baseline,
            text,
            color=colour or self.colours.ink,
            fontproperties=self.face.prop(text, weight),
            horizontalalignment=align,
            verticalalignment="baseline",
            parse_math=False,
        )
        line.run = typeset(text, self.face.names, weight)
        line.left = x - line.run.width * size * _ALIGN[align]
        line.baseline, line.size, line.weight, line.halo = baseline, size, weight, halo
        line.set_fontsize(size * POINTS)
        line.set_clip_on(False)
        if halo:
            stroke = Stroke(linewidth=HALO * size * POINTS, foreground=halo, joinstyle="round")
            line.set_path_effects([stroke, Normal()])
        self._place(line, name)
        return line

    def paragraph(
        self,
        x: float,
        top: float,
        text: str,
        *,
        size: float,
        width: float,
        name: str = "text",
        colour: str | None = None,
        weight: int = 400,
        most: int = 99,
        balanced: bool = False,
    ) -> float:
        """Write text in lines of a width from a top edge on; returns the lower edge.

        ``balanced`` makes the lines of a heading about equally long.
        """
        lines = self.face.lines(text, size, width, weight=weight, most=most)
        if balanced and 1 < len(lines) < most + 1 and not lines[-1].endswith("…"):
            lines = self.face.balanced(text, size, width, weight=weight)
        for i, line in enumerate(lines):
            baseline = top + (ASCENT + LINE * i) * size
            self.text(x, baseline, line, size=size, name=name, colour=colour, weight=weight)
        return top + LINE * size * len(lines)

    def paragraph_height(self, text: str, *, size: float, width: float, weight: int = 400, most: int = 99) -> float:
        """Return the height that `paragraph` takes."""
        return LINE * size * len(self.face.lines(text, size, width, weight=weight, most=most))


def _path(geometry: BaseGeometry | Iterable[BaseGeometry]) -> Path | None:
    """Return one path of all rings and lines of the geometries, None if there are none."""
    parts = np.array([geometry] if isinstance(geometry, BaseGeometry) else list(geometry), dtype=object)
    parts = shapely.get_parts(parts)
    types = shapely.get_type_id(parts)
    if (types > shapely.GeometryType.POLYGON).any():
        # Collections hold collections.
        parts = shapely.get_parts(parts)
        types = shapely.get_type_id(parts)
    polygons = parts[types == shapely.GeometryType.POLYGON]
    lines = parts[(types == shapely.GeometryType.LINESTRING) | (types == shapely.GeometryType.LINEARRING)]
    runs = np.concatenate([shapely.get_rings(polygons), lines]) if len(polygons) else lines
    vertices, owners = shapely.get_coordinates(runs, return_index=True)
    if not len(vertices):
        return None
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    ends = np.append(starts[1:], len(vertices)) - 1
    codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
    codes[starts] = Path.MOVETO
    closed = shapely.get_type_id(runs[owners[starts]]) == shapely.GeometryType.LINEARRING
    codes[ends[closed]] = Path.CLOSEPOLY
    return Path(vertices, codes)


def lines(figure: Figure) -> list[Line]:
    """Return the lines of text of a figure, in the order of drawing."""
    return sorted((one for one in figure.texts + figure.artists if isinstance(one, Line)), key=Line.get_zorder)


def shapes(figure: Figure) -> list[Shape]:
    """Return the shapes of a figure, in the order of drawing."""
    return sorted((one for one in figure.artists if isinstance(one, Shape)), key=Shape.get_zorder)


@contextmanager
def without_text(figure: Figure) -> Iterator[list[Line]]:
    """Hide the lines of text for as long as the context lasts, for a writer that sets them itself."""
    hidden = lines(figure)
    for line in hidden:
        line.set_visible(False)
    try:
        yield hidden
    finally:
        for line in hidden:
            line.set_visible(True)


@contextmanager
def outlined(figure: Figure) -> Iterator[None]:
    """Put outlines in place of the lines of text, one shape for each colour, for as long as the context lasts."""
    with without_text(figure) as hidden:
        transform = page_transform(figure)
        patches = [*_halos(hidden), *_letters(hidden)]
        for number, patch in enumerate(patches):
            patch.set_zorder(_ABOVE + number)
            patch.set_clip_on(False)
            patch.set_transform(transform)
            figure.add_artist(patch)
        try:
            yield
        finally:
            for patch in patches:
                patch.remove()


def _letters(hidden: list[Line]) -> Iterator[PathPatch]:
    for colour, members in _grouped(hidden, lambda line: str(line.get_color())):
        path = _outline(members)
        if path is not None:
            yield PathPatch(path, facecolor=colour, edgecolor="none", linewidth=0)


def _halos(hidden: list[Line]) -> Iterator[PathPatch]:
    haloed = [line for line in hidden if line.halo]
    for (colour, size), members in _grouped(haloed, lambda line: (str(line.halo), round(line.size, 3))):
        path = _outline(members)
        if path is not None:
            yield PathPatch(path, facecolor=colour, edgecolor=colour, linewidth=HALO * size * POINTS, joinstyle="round")


def _grouped(hidden: list[Line], key: Callable[[Line], K]) -> list[tuple[K, list[Line]]]:
    groups: dict[K, list[Line]] = {}
    for line in hidden:
        groups.setdefault(key(line), []).append(line)
    return list(groups.items())


def _outline(members: list[Line]) -> Path | None:
    outlines = [(line, line.run.outline) for line in members]
    placed = [
        (path[0] * (line.size, -line.size) + (line.left, line.get_position()[1]), path[1])
        for line, path in outlines
        if path is not None
    ]
    if not placed:
        return None
    vertices = np.concatenate([vertices for vertices, _codes in placed])
    # Short numbers make small files; a step is a hundredth of a millimetre.
    path = Path(np.rint(vertices * _STEPS) / _STEPS, np.concatenate([codes for _v, codes in placed]))
    path.should_simplify = False
    return path
