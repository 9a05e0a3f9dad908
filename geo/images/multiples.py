"""Images: small multiples: one little map for each article, and the reported figure as a hundred squares."""

from __future__ import annotations

import math

import shapely

from geo.images.ground import Ground
from geo.images.maps import MapParts, draw_map
from geo.images.panel import interval, named_colour  # noqa: F401  (shared drawing)
from geo.images.patterns import strokes
from geo.images.presets import Box
from geo.images.sheet import Sheet
from geo.images.story import Story
from geo.images.type import ASCENT, LINE
from geo.style import blend

#: Narrower than this many sizes of small type a panel can't be read.
_NARROWEST = 11.0
#: Lines of an article's title over its panel.
_TITLE_LINES = 2


def draw_multiples(sheet: Sheet, ground: Ground, stories: list[Story], overall: Story, box: Box) -> None:
    """Draw a grid of panels into a box: the articles, then the reported figures, one panel each."""
    reported = _reported(stories)
    wanted = len(stories) + len(reported)
    columns, rows = _grid(sheet, ground, box, wanted)
    gap = 0.9 * sheet.preset.small
    width = (box.width - gap * (columns - 1)) / columns
    height = (box.height - gap * (rows - 1)) / rows
    cells = [
        Box(box.x + (i % columns) * (width + gap), box.y + (i // columns) * (height + gap), width, height)
        for i in range(min(wanted, columns * rows))
    ]
    articles = stories[: max(len(cells) - len(reported), 1)]
    left_out = len(stories) - len(articles)
    for i, (story, cell) in enumerate(zip(articles, cells, strict=False)):
        last = i == len(articles) - 1
        _article(sheet, ground, story, cell, more=left_out if last else 0)
    for story, cell in zip(reported, cells[len(articles) :], strict=False):
        _figure(sheet, story, cell)


def _reported(stories: list[Story]) -> list[Story]:
    """Return a story for each different reported interval, in order."""
    different: dict[tuple[float, float], Story] = {}
    for story in stories:
        if story.reported and story.reported.percent:
            different.setdefault((story.reported.percent.low, story.reported.percent.high), story)
    return list(different.values())[:3]


def _grid(sheet: Sheet, ground: Ground, box: Box, wanted: int) -> tuple[int, int]:
    """Choose columns and rows so that the little maps become as large as can be."""
    west, south, east, north = ground.focus()
    shape = max(east - west, 1.0) / max(north - south, 1.0)
    words = (_TITLE_LINES + 1.6) * LINE * sheet.preset.small
    most = max(1, int(box.width // (_NARROWEST * sheet.preset.small)))

    def scale(columns: int) -> float:
        rows = math.ceil(wanted / columns)
        width, height = box.width / columns, box.height / rows - words
        return min(width, height * shape)

    columns = max(range(1, min(most, wanted) + 1), key=lambda n: (round(scale(n), 3), -n))
    rows = math.ceil(wanted / columns)
    tallest = max(1, int(box.height // (words + _NARROWEST / 2 * sheet.preset.small)))
    return columns, min(rows, tallest)


def _article(sheet: Sheet, ground: Ground, story: Story, cell: Box, *, more: int) -> None:
    preset = sheet.preset
    small = preset.small
    info = story.assessment.article
    title = story.article_name(info) if info else ""
    sheet.paragraph(
        cell.x, cell.y, title, size=small, width=cell.width, weight=600, most=_TITLE_LINES, name="panel-article"
    )
    map_top = cell.y + (_TITLE_LINES * LINE + 0.15) * small
    lines = _figures(story)
    if more:
        lines = [*lines[:1], story.w.tn("and {n} more article", "and {n} more articles", more)]
    words = (LINE * len(lines) + 0.2) * small
    draw_map(
        sheet,
        ground,
        story,
        Box(cell.x, map_top, cell.width, cell.bottom - map_top - words),
        MapParts(neighbours=False, names=False, scale_bar=False, locator=False),
    )
    y = cell.bottom - words + 0.2 * small
    for line in lines:
        text = sheet.face.cut(line, small, cell.width)
        sheet.text(cell.x, y + ASCENT * small, text, size=small, name="panel-figures", colour=sheet.colours.ink)
        y += LINE * small


def _figures(story: Story) -> list[str]:
    """Return one line for each role (two at most), or that there is none."""
    named = [fill.role for fill in story.fills]
    if not named:
        return [story.w.t("no region is named")]
    lines = []
    for role in named[:2]:
        measured = story.named(role)
        if measured:
            lines.append(f"{story.role(role)}: {story.percent(measured.area)}")
    return lines


def _figure(sheet: Sheet, story: Story, cell: Box) -> None:
    """Draw a reported share as squares out of a hundred: filled up to its low end, hatched up to its high end."""
    if story.reported is None or story.reported.percent is None:
        return
    percent, small, t = story.reported.percent, sheet.preset.small, story.w.t
    title = t("Reported: “{words}”", words=story.reported_words)
    sheet.paragraph(
        cell.x, cell.y, title, size=small, width=cell.width, weight=600, most=_TITLE_LINES, name="panel-article"
    )
    top = cell.y + (_TITLE_LINES * LINE + 0.35) * small
    lines = [story.interval(percent), t("1 square = 1% of the area; which land is not said")]
    words = (LINE * 2 + 0.2) * small
    side = min(cell.width, cell.bottom - top - words)
    waffle(sheet, percent.low, percent.high, Box(cell.x, top, side, side))
    y = cell.bottom - words + 0.2 * small
    for line in lines:
        sheet.text(
            cell.x, y + ASCENT * small, sheet.face.cut(line, small, cell.width), size=small, name="panel-figures"
        )
        y += LINE * small


def waffle(sheet: Sheet, low: float, high: float, box: Box) -> None:
    """Draw a hundred squares from the lower left on: full up to `low` percent, hatched up to `high`."""
    colours = sheet.colours
    step = box.width / 10
    free = 0.08 * step

    def squares(first: float, last: float) -> list[shapely.Polygon]:
        """Squares between two percentages, parts of squares included."""
        found = []
        for i in range(100):
            start, end = max(first - i, 0.0), min(last - i, 1.0)
            if end > start:
                column, row = i // 10, i % 10
                x, y = box.x + column * step, box.bottom - (row + 1) * step
                inner = step - 2 * free
                found.append(
                    shapely.box(
                        x + free,
                        y + free + (1 - end) * inner,
                        x + step - free,
                        y + free + (1 - start) * inner,
                    )
                )
        return found

    sheet.shape(squares(0, 100), name="squares", fill=blend(colours.boundary, colours.paper, 0.3))
    sheet.shape(squares(0, low), name="squares-reported", fill=colours.reported)
    between = squares(low, high)
    if between:
        sheet.shape(between, name="squares-interval", fill=blend(colours.reported, colours.paper, 0.2))
        lines = strokes(shapely.union_all(between), "diagonal", 0.24 * step)
        sheet.shape(lines, name="squares-hatch", stroke=colours.reported, width=1.0)
