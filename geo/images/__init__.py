"""Images: an atlas -> matplotlib figures -> PNG, SVG, PDF and text alternatives, ready to publish.

    figure = images.draw(atlas, "panel", preset="square", theme="dark")
    images.save(figure, Path("map.png"), alt=images.alt_text(atlas, "panel"), title="...")

`story` decides what is said, `ground` what lies under it, `maps`, `panel`, `multiples` and `reach` draw,
`files` writes.
"""

from __future__ import annotations

from geo.images.drawing import KINDS, ImageFile, Kind, alt_text, draw, write_all
from geo.images.files import render, save, slug
from geo.images.presets import ALL, PRESETS, Preset

__all__ = [
    "ALL",
    "KINDS",
    "PRESETS",
    "ImageFile",
    "Kind",
    "Preset",
    "alt_text",
    "draw",
    "render",
    "save",
    "slug",
    "write_all",
]
