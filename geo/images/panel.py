"""Images: the comparison of named regions with the reported figure, as bars against an interval."""

from __future__ import annotations

import math

import shapely
from shapely.geometry.base import BaseGeometry

from geo.images.maps import swatch
from geo.images.patterns import strokes
from geo.images.presets import Box
from geo.images.sheet import Align, Sheet
from geo.images.story import Story
from geo.images.type import ASCENT, LINE
from geo.models import ROLES
from geo.style import blend

#: Room under a chart for its axis, in sizes of small type.
AXIS = 1.7
#: Room over a chart, in sizes of small type; lines that each sentence under it may take.
_TOP = 0.5
_CLOSING_LINES = 4


class Scale:
    """Percent of the denominator -> x on the page."""

    def __init__(self, box: Box, highest: float) -> None:
        self.step = _step(highest)
        self.highest = math.ceil(highest * 1.04 / self.step) * self.step
        self._box = box

    def __call__(self, percent: float) -> float:
        """Return x of a share, inside the box."""
        share = min(max(percent / self.highest, 0.0), 1.0)
        return self._box.x + share * self._box.width

    @property
    def ticks(self) -> list[float]:
        """Shares with a grid line."""
        return [i * self.step for i in range(round(self.highest / self.step) + 1)]


def _step(highest: float) -> float:
    for step in (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0):
        if highest / step <= 6:
            return step
    return 50.0


def draw_panel(sheet: Sheet, story: Story, rows: list[Story], box: Box) -> float:
    """Draw the panel of one story, with a row for each of `rows`; returns the lower edge of what was drawn."""
    preset, t = sheet.preset, story.w.t
    size, small = preset.body, preset.small
    y = sheet.paragraph(
        box.x,
        box.y,
        _heading(story, rows),
        size=size,
        width=box.width,
        weight=700,
        most=2,
        name="panel-title",
    )
    y = sheet.paragraph(
        box.x,
        y,
        t("Share {of}", of=story.of),
        size=small,
        width=box.width,
        colour=sheet.colours.muted,
        most=2,
        name="panel-note",
    )
    y += _TOP * small
    least = min(_chart_height(sheet, rows, all_=len(rows)), box.bottom - y)
    closing = _closing(sheet, story, rows, box.width, box.bottom - y - least)
    room = _closing_height(sheet, closing, box.width)
    y = _bars(sheet, rows, Box(box.x, y, box.width, box.bottom - y - room))
    for text in closing:
        y = sheet.paragraph(
            box.x, y + 0.3 * small, text, size=small, width=box.width, most=_CLOSING_LINES, name="panel-text"
        )
    return y


def panel_height(sheet: Sheet, story: Story, rows: list[Story], width: float) -> float:
    """Return the height that `draw_panel` takes if it may draw everything."""
    closing = _closing_height(sheet, _closing(sheet, story, rows, width, math.inf), width)
    return bars_height(sheet, story, rows, width) + closing


def _heading(story: Story, rows: list[Story]) -> str:
    """Return what the bars show; of a reported figure only where there is one."""
    if any(one.reported for one in rows):
        return story.w.t("Named regions and reported figure")
    return story.w.t("Named regions, in whole")


def bars_height(sheet: Sheet, story: Story, rows: list[Story], width: float) -> float:
    """Return the height that `draw_panel` takes without the sentences under the bars."""
    size, small, t = sheet.preset.body, sheet.preset.small, story.w.t
    title = sheet.paragraph_height(_heading(story, rows), size=size, width=width, weight=700, most=2)
    note = sheet.paragraph_height(t("Share {of}", of=story.of), size=small, width=width, most=2)
    return title + note + _TOP * small + _chart_height(sheet, rows, all_=len(rows))


def _closing(sheet: Sheet, story: Story, rows: list[Story], width: float, room: float) -> list[str]:
    """Return the sentences under the bars, as many as have room."""
    texts = [text for text in (rows[0].gap_text() if len(rows) == 1 else "", story.unmapped_text) if text]
    while texts and _closing_height(sheet, texts, width) > room:
        texts.pop()
    return texts


def _closing_height(sheet: Sheet, texts: list[str], width: float) -> float:
    small = sheet.preset.small
    heights = (sheet.paragraph_height(text, size=small, width=width, most=_CLOSING_LINES) for text in texts)
    return sum(height + 0.3 * small for height in heights)


def _chart_height(sheet: Sheet, rows: list[Story], *, all_: int) -> float:
    """Return the height of rows and axis, and of the line about rows that are left out of so many in all."""
    small = sheet.preset.small
    rest = LINE * small if len(rows) < all_ else 0.0
    return sum(_row_height(sheet, row, alone=all_ == 1) for row in rows) + AXIS * small + rest


def _bars(sheet: Sheet, rows: list[Story], box: Box) -> float:
    """Draw the rows that fit, the axis under them; returns the lower edge of the axis."""
    small, words = sheet.preset.small, sheet.words
    count = len(rows)
    while count > 1 and _chart_height(sheet, rows[:count], all_=len(rows)) > box.height + 0.5:
        count -= 1
    shown = rows[:count]
    heights = [_row_height(sheet, row, alone=len(rows) == 1) for row in shown]
    scale = Scale(Box(box.x, 0, box.width - 0.2 * sheet.preset.body, 0), max(highest(row) for row in shown))
    bottom = box.y + sum(heights)
    grid(sheet, scale, box.y, bottom)
    y = box.y
    for row, height in zip(shown, heights, strict=True):
        _row(sheet, row, scale, Box(box.x, y, box.width, height), alone=len(rows) == 1)
        y += height
    y = axis(sheet, scale, bottom)
    if count < len(rows):
        rest = words.tn("and {n} more article", "and {n} more articles", len(rows) - count)
        sheet.text(box.x, y + ASCENT * small, rest, size=small, colour=sheet.colours.muted, name="panel-more")
        y += LINE * small
    return y


def highest(row: Story) -> float:
    """Return the largest share that a row shows."""
    interval = row.reported.percent if row.reported else None
    return max(row.share(row.assessment.headline.area), interval.high if interval else 0.0, 1.0)


def grid(sheet: Sheet, scale: Scale, top: float, bottom: float) -> None:
    """Draw the grid lines of a chart."""
    lines = shapely.MultiLineString([[(scale(x), top), (scale(x), bottom)] for x in scale.ticks])
    sheet.shape(lines, name="grid", stroke=blend(sheet.colours.boundary, sheet.colours.paper, 0.55), width=0.8)


def axis(sheet: Sheet, scale: Scale, top: float) -> float:
    """Write the shares under a chart, as many as have room; returns the lower edge."""
    small, words = sheet.preset.small, sheet.words
    texts = [words.percent(x) for x in scale.ticks]
    widest = sheet.face.widest(texts, small) + 0.6 * small
    every = 1
    while (scale(scale.step) - scale(0.0)) * every < widest:
        every += 1
    for i, (x, text) in enumerate(zip(scale.ticks, texts, strict=True)):
        if i % every == 0:
            align: Align = "left" if i == 0 else "right" if i == len(texts) - 1 else "center"
            sheet.text(
                scale(x),
                top + (0.35 + ASCENT) * small,
                text,
                size=small,
                colour=sheet.colours.muted,
                align=align,
                name="axis",
            )
    return top + AXIS * small


def _row_height(sheet: Sheet, row: Story, *, alone: bool) -> float:
    size, small = sheet.preset.body, sheet.preset.small
    title = 0.0 if alone else LINE * small
    bars = 2 if row.reported else 1
    return title + bars * (LINE * small + 1.15 * size) + 0.75 * size


def _row(sheet: Sheet, row: Story, scale: Scale, box: Box, *, alone: bool) -> None:
    size, small = sheet.preset.body, sheet.preset.small
    y = box.y
    if not alone and row.assessment.article is not None:
        name = sheet.face.cut(row.article_name(row.assessment.article), small, box.width, weight=600)
        sheet.text(box.x, y + ASCENT * small, name, size=small, weight=600, name="panel-article")
        y += LINE * small
    share = row.share(row.assessment.headline.area)
    text = _named_label(sheet, row, box.width)
    y = _labelled(sheet, text, box.x, y)
    bar = shapely.box(scale(0), y, scale(share), y + size)
    if share > 0:
        named_bar(sheet, row, bar)
    y += 1.15 * size
    if row.reported and row.reported.percent:
        interval = row.reported.percent
        text = row.reported_line(interval)
        y = _labelled(sheet, text, box.x, y)
        band(sheet, scale, interval.low, interval.mid, interval.high, y, y + size)


def _named_label(sheet: Sheet, row: Story, room: float) -> str:
    """Return the label of the named regions' bar, with what a control layer covers of it where that has room."""
    t = row.w.t
    text = t("named: up to {share}", share=row.percent(row.assessment.headline.area))
    split = row.assessment.control
    if split is None or not row.held_share:
        return text
    held, rest = row.percent(split.held), row.percent(split.not_held)
    longer = (
        t("{named}, of that held {held}, not held {rest}", named=text, held=held, rest=rest),
        t("{named}, not held {rest}", named=text, rest=rest),
    )
    return next((one for one in longer if sheet.face.width(one, sheet.preset.small) <= room), text)


def _labelled(sheet: Sheet, text: str, x: float, y: float) -> float:
    small = sheet.preset.small
    sheet.text(x, y + ASCENT * small, text, size=small, name="panel-label", halo=sheet.colours.paper)
    return y + (LINE - 0.12) * small


def named_bar(sheet: Sheet, story: Story, bar: BaseGeometry) -> None:
    """Draw the bar of the named regions: in the look of their role if there is only one, else neutral.

    Its left part is what a control layer covers.
    """
    fills = [fill for fill in story.fills if fill.role in (story.assessment.headline.basis or ROLES)]
    left, top, right, bottom = bar.bounds
    box, held = Box(left, top, right - left, bottom - top), story.held_share
    if len(fills) == 1:
        swatch(sheet, box, fills[0].role, weak=not fills[0].firm, name="bar-named", held=held)
        return
    muted = sheet.colours.muted
    sheet.shape(bar, name="bar-named", fill=blend(muted, sheet.colours.paper, 0.55) if held else muted)
    if held:
        sheet.box(Box(left, top, held * box.width, box.height), name="bar-named-held", fill=muted)


def band(sheet: Sheet, scale: Scale, low: float, mid: float, high: float, top: float, bottom: float) -> None:
    """Draw the reported figure: a bar up to its low end, the interval hatched, the figure as said as a line."""
    colours = sheet.colours
    fill = blend(colours.reported, colours.paper, 0.28)
    sheet.shape(shapely.box(scale(0), top, scale(low), bottom), name="bar-reported", fill=fill)
    interval(sheet, scale, low, high, top, bottom)
    sheet.rule([(scale(mid), top), (scale(mid), bottom)], name="reported-mid", stroke=colours.reported, width=2.2)


def interval(sheet: Sheet, scale: Scale, low: float, high: float, top: float, bottom: float) -> None:
    """Draw an interval as a hatched band with an edge on both sides."""
    colours = sheet.colours
    if high <= low:
        return
    shape = shapely.box(scale(low), top, scale(high), bottom)
    sheet.shape(shape, name="reported-interval", fill=blend(colours.reported, colours.paper, 0.10))
    lines = strokes(shape, "diagonal", 0.42 * sheet.preset.body)
    sheet.shape(lines, name="reported-hatch", stroke=blend(colours.reported, colours.paper, 0.45), width=1.0)
    edges = shapely.MultiLineString([[(scale(x), top), (scale(x), bottom)] for x in (low, high)])
    sheet.shape(edges, name="reported-edges", stroke=colours.reported, width=1.2)
