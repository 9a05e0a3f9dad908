"""Images: what it would take: units added one by one to the named regions, against the reported interval."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from geo.images.ground import Ground
from geo.images.panel import AXIS, Scale, axis, grid, interval, named_bar
from geo.images.presets import Box
from geo.images.sheet import Sheet
from geo.images.story import Story
from geo.images.type import ASCENT, DESCENT, LINE
from geo.models import ReachSet
from geo.style import blend

#: Sets that a chart shows at most.
_MOST_SETS = 6
#: Lines that each sentence under the chart may take.
_CLOSING_LINES = 5


def draw_reach(sheet: Sheet, ground: Ground, story: Story, box: Box) -> None:
    """Draw a row for what is named and one for each set of further units, best first."""
    reach, t = story.reach, story.w.t
    assert reach is not None, "the caller draws this chart only for a story with sets"
    percent = reach.reported.percent
    size, small = sheet.preset.body, sheet.preset.small
    closing = _closing(ground, story)
    room = sum(
        sheet.paragraph_height(text, size=small, width=box.width, most=_CLOSING_LINES) + 0.3 * small for text in closing
    )
    head = (LINE + 0.3) * small
    chart = Box(box.x, box.y + head, box.width, box.height - head - room - (AXIS + 0.6) * small)
    row_height = LINE * small + 1.9 * size
    fits = max(1, int(chart.height // row_height) - 1)
    sets = reach.sets[: min(fits, _MOST_SETS)]
    row_height = min(chart.height / (len(sets) + 1), 1.5 * row_height)
    bottom = chart.y + row_height * (len(sets) + 1)
    most = max([story.share(one.area) for one in sets] + ([percent.high] if percent else []))
    scale = Scale(Box(chart.x, 0, chart.width - 0.3 * size, 0), most)
    grid(sheet, scale, chart.y, bottom)
    if percent:
        interval(sheet, scale, percent.low, percent.high, chart.y, bottom)
        sheet.rule(
            [(scale(percent.mid), chart.y), (scale(percent.mid), bottom)],
            name="reported-mid",
            stroke=sheet.colours.reported,
            width=1.6,
            dashes=(4.0, 3.0),
        )
        _over(sheet, scale, percent.mid, t("reported: {interval}", interval=story.interval(percent)), chart)
    base = story.share(story.assessment.headline.area)
    band = scale(percent.low) if percent else chart.right
    rows: list[tuple[ReachSet | None, str]] = [(None, t("Named: up to {share}", share=story.w.percent(base)))]
    rows += zip(sets, _labels(sheet, ground, story, sets, chart, band), strict=True)
    for i, (one, label) in enumerate(rows):
        row = Box(chart.x, chart.y + i * row_height, chart.width, row_height)
        _row(sheet, ground, story, scale, row, base, one, label, band)
    y = axis(sheet, scale, bottom) + 0.3 * small
    for text in closing:
        y = sheet.paragraph(
            box.x, y + 0.3 * small, text, size=small, width=box.width, most=_CLOSING_LINES, name="reach-text"
        )


def _over(sheet: Sheet, scale: Scale, x: float, text: str, chart: Box) -> None:
    """Write a text centred over a share, inside the chart's width."""
    small = sheet.preset.small
    half = sheet.face.width(text, small, 600) / 2
    middle = min(max(scale(x), chart.x + half), chart.right - half)
    sheet.text(middle, chart.y - 0.35 * small, text, size=small, weight=600, align="center", name="reported-label")


def _labels(sheet: Sheet, ground: Ground, story: Story, sets: Sequence[ReachSet], chart: Box, band: float) -> list[str]:
    """Return what stands over each set's row: its units, as far as there is room for them, and its figure.

    ``band`` is where the interval begins. That bars end outside is said of all such rows or, where one of the labels
    would run into the interval, of none: it is to be seen, and a row without the words must not seem to end inside.
    """
    labels = [_label(sheet, ground, story, one, chart.width) for one in sets]
    outside = story.w.t("outside the interval")
    marked = [label if one.within else f"{label} ({outside})" for one, label in zip(sets, labels, strict=True)]
    longer = [text for text, label in zip(marked, labels, strict=True) if text != label]
    return marked if all(_end(sheet, chart, text) < band for text in longer) else labels


def _label(sheet: Sheet, ground: Ground, story: Story, one: ReachSet, width: float) -> str:
    """Return a set's units and figure; units for which there is no room are counted, the figure is never cut off."""
    small, t = sheet.preset.small, story.w.t
    names = [_name(ground, region) for region in one.added]
    share = story.w.percent(story.share(one.area))
    text = ""
    for named in range(len(names), 0, -1):
        more = len(names) - named
        regions = " + ".join(names[:named])
        if more:
            regions += " " + story.w.tn("and {n} more region", "and {n} more regions", more)
        text = t("+ {regions} = {share}", regions=regions, share=share)
        if sheet.face.width(text, small, 600) <= width:
            break
    return sheet.face.cut(text, small, width, weight=600)


def _end(sheet: Sheet, box: Box, label: str) -> float:
    """Return where the ground of a label ends."""
    return box.x + sheet.face.width(label, sheet.preset.small, 600) + 0.4 * sheet.preset.small


def _row(
    sheet: Sheet,
    ground: Ground,
    story: Story,
    scale: Scale,
    box: Box,
    base: float,
    one: ReachSet | None,
    label: str,
    band: float,
) -> None:
    """Draw a row: the named regions, then each added unit with its name if there is room for it.

    A label that runs into the interval, which begins at ``band``, breaks it.
    """
    size, small = sheet.preset.body, sheet.preset.small
    paper, ink = sheet.colours.paper, sheet.colours.ink
    total = story.share(one.area) if one else base
    end = _end(sheet, box, label)
    if end > band:
        sheet.box(Box(box.x, box.y, end - box.x, (LINE - 0.1) * small), name="reach-label-ground", fill=paper)
    sheet.text(
        box.x,
        box.y + ASCENT * small,
        label,
        size=small,
        weight=600,
        halo=paper,
        name="reach-label",
    )
    top = box.y + (LINE + 0.05) * small
    bottom = top + 1.35 * size
    if base > 0:
        named_bar(sheet, story, shapely.box(scale(0), top, scale(base), bottom))
    x = base
    for i, region in enumerate(one.added if one else ()):
        width = story.share_of(_km2(ground, region))
        fill = blend(ink, paper, 0.30 if i % 2 == 0 else 0.20)
        sheet.shape(
            shapely.box(scale(x), top, scale(x + width), bottom),
            name="bar-added",
            fill=fill,
            stroke=paper,
            width=1.2,
        )
        name = _name(ground, region)
        if sheet.face.width(name, small) + 0.6 * small < scale(x + width) - scale(x):
            baseline = (top + bottom) / 2 + (ASCENT - DESCENT) / 2 * small
            sheet.text((scale(x) + scale(x + width)) / 2, baseline, name, size=small, align="center", name="bar-name")
        x += width
    sheet.rule([(scale(total), top - 1), (scale(total), bottom + 1)], name="total", stroke=ink, width=2.0)


def _km2(ground: Ground, region: str) -> float:
    i = ground.index(region)
    return ground.km2[i] if i is not None else 0.0


def _name(ground: Ground, region: str) -> str:
    i = ground.index(region)
    return ground.names[i] if i is not None else region


def _closing(ground: Ground, story: Story) -> list[str]:
    """Say how much of a single further unit would do, and how the sets were found."""
    reach, w = story.reach, story.w
    assert reach is not None
    # Where nothing is missing, that comes first.
    texts = [story.gap_text()] if story.fits else []
    possible = [unit for unit in reach.units if 0 < unit.needed.mid <= 100]
    if possible:
        parts = [
            w.t("{share} of {region}", share=w.percent(unit.needed.mid, 0), region=_name(ground, unit.region))
            for unit in possible[:4]
        ]
        texts.append(w.t("One unit alone would close the gap with {parts}.", parts="; ".join(parts)))
    method = story.atlas.say(reach.method_said, w) or reach.method
    texts.append(w.t("Arithmetic only: nobody is quoted as meaning these sets. {method}", method=clean_method(method)))
    return texts


def clean_method(method: str) -> str:
    """Return the method as one sentence."""
    text = method.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
