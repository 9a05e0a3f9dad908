"""The SVG files in a real browser, offline: drawn like the PNG, nothing fetched, an image to screen readers."""

from __future__ import annotations

import io

import image_atlases
import numpy as np
import pytest
from browser import Open
from PIL import Image

from geo import images
from geo.images.drawing import Studio

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("kind", "preset", "lang", "text_as_text"),
    [("map", "web", "en", False), ("panel", "square", "uk", False), ("map", "vertical", "uk", True)],
)
def test_svg_looks_like_the_png(
    kind: images.Kind, preset: str, lang: str, open_page: Open, *, text_as_text: bool
) -> None:
    made = Studio(image_atlases.with_control(image_atlases.two_articles()), lang=lang)
    figure = made.draw(kind, preset=preset, article=None, theme="light")
    alt, title = made.alt(kind, None), made.title(kind, None)
    png = Image.open(io.BytesIO(images.render(figure, "png", alt=alt, title=title))).convert("RGB")
    svg = images.render(figure, "svg", alt=alt, title=title, text_as_text=text_as_text).decode()
    size = {"width": png.width, "height": png.height}
    html = f'<!doctype html><html lang="{lang}"><title>x</title><body style="margin:0">{svg[svg.index("<svg") :]}'
    opened = open_page(html, ready=False, viewport=size)
    shot = Image.open(io.BytesIO(opened.screenshot())).convert("RGB")
    assert shot.size == png.size
    third = (png.width // 3, png.height // 3)
    one, other = (np.asarray(image.resize(third, Image.Resampling.BOX), dtype=int) for image in (png, shot))
    apart = np.abs(one - other).max(axis=2)
    # Each program smooths the letters of a font in its own way.
    assert apart.mean() < (6.0 if text_as_text else 4.0)
    assert (apart > 60).mean() < (0.02 if text_as_text else 0.005)
    assert opened.get_by_role("img", name=title).count() == 1
    assert (opened.requests, opened.errors) == ([], [])
