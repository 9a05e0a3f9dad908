"""Images: the sizes that newsrooms ask for, and the type that goes with each.

The layout unit of every image is the CSS pixel (1/96 inch), on screen and in print; y runs down from the top.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from geo.errors import OutputError
from geo.models import Record

#: Layout units in an inch.
UNITS_PER_INCH = 96.0
_UNITS_PER_MM = UNITS_PER_INCH / 25.4
_LEAST_PRINT = 5 / 0.75
_LEAST_SCREEN = 10.0
#: What floating-point arithmetic may lose of a pixel.
_HAIR = 1e-6


class Box(Record, frozen=True):
    """A rectangle of the page: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.height

    def below(self, y: float) -> Box:
        """Return what is left of the box under a line."""
        return Box(self.x, y, self.width, max(self.bottom - y, 0.0))

    def above(self, y: float) -> Box:
        """Return what is left of the box over a line."""
        return Box(self.x, self.y, self.width, max(y - self.y, 0.0))


class Preset(Record, frozen=True):
    """One size: width and height in layout units, pixels per inch of the PNG, and sizes of type in layout units.

    ``body`` is the size of labels and legends, ``small`` of notes and sources, ``stroke`` scales every line.
    ``panel`` is the share of the width that the side column takes; 0 puts it below the map.
    """

    name: str
    width: float
    height: float
    dpi: int
    margin: float
    title: float
    subtitle: float
    body: float
    small: float
    stroke: float
    panel: float

    @property
    def wide(self) -> bool:
        """Whether the side column stands beside the map."""
        return self.panel > 0

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the PNG in whole pixels."""
        scale = self.dpi / UNITS_PER_INCH
        return math.floor(self.width * scale + _HAIR), math.floor(self.height * scale + _HAIR)

    @property
    def least(self) -> float:
        """Smallest size of type: 10 pixels on screen, 5 points in print, in layout units."""
        return _LEAST_PRINT if self.dpi > UNITS_PER_INCH else _LEAST_SCREEN


def _print(name: str, width_mm: float, height_mm: float, panel: float, title: float, body: float) -> Preset:
    """Return a print preset at 300 dpi; sizes of type come in layout units, none under 6 pt."""
    return Preset(
        name=name,
        width=width_mm * _UNITS_PER_MM,
        height=height_mm * _UNITS_PER_MM,
        dpi=300,
        margin=0.8 * body,
        title=title,
        subtitle=body * 1.12,
        body=body,
        small=8.0,
        stroke=0.5,
        panel=panel,
    )


#: Every preset by name, in the order in which galleries show them.
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset("web", 1600, 900, 96, 44, 42, 24, 20, 16.5, 1.0, 0.29),
            Preset("square", 1080, 1080, 96, 40, 42, 25, 21, 17.5, 1.05, 0),
            Preset("vertical", 1080, 1350, 96, 44, 46, 27, 23, 19, 1.1, 0),
            _print("column", 89, 140, 0, 14.0, 9.0),
            _print("page", 183, 118, 0.30, 18.5, 9.6),
        )
    }
)
ALL: tuple[str, ...] = tuple(PRESETS)


def find(name: str) -> Preset:
    """Return a preset by its name.

    Raises
    ------
    OutputError
        If there is none of that name.
    """
    try:
        return PRESETS[name]
    except KeyError:
        raise OutputError(f"unknown preset {name!r}; the presets are {', '.join(PRESETS)}") from None
