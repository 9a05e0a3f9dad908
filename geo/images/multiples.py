"""Images: small multiples: one little map for each article, and the reported figure as a hundred squares."""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely

from geo.images.ground import Ground
from geo.images.maps import MapParts, draw_map
from geo.images.patterns import strokes
from geo.images.presets import Box
from geo.images.sheet import Sheet
from geo.images.story import Fill, Story, capitalised
from geo.images.type import ASCENT, LINE
from geo.style import blend

#: Narrower than this many sizes of small type a panel can't be read.
_NARROWEST = 11.0
#: Lines over a panel (the article's title) and under it: every role; of two, or two groups of roles with the same
#: regions, the regions, in at most two lines each, of one alone in three.
_TITLE_LINES = 3
_ROLES = 2
_NAME_LINES = 2
#: Words under a map take at most this share of a panel without its title.
_MOST_WORDS = 0.6
#: Height of a map for its width at most, and how many maps show what lies around the country.
_TALLEST = 1.1
_FRAMED = 8


@dataclass(frozen=True)
class _Panel:
    """Where a panel's title, its map and the words about it stand."""

    title: Box
    map: Box
    words: Box


def draw_multiples(sheet: Sheet, ground: Ground, stories: list[Story], box: Box) -> None:
    """Draw a grid of panels into a box: the articles, then the reported figures, one panel each."""
    reported = _reported(stories)
    wanted = len(stories) + len(reported)
    brief = wanted > _FRAMED
    panels = _rows(sheet, ground, stories, reported, box) or _stacks(sheet, ground, stories, box, wanted)
    articles = stories[: max(len(panels) - len(reported), 1)]
    left_out = len(stories) - len(articles)
    bounded = not brief and _bounded(sheet, stories, panels[0].words.width)
    for i, (story, panel) in enumerate(zip(articles, panels, strict=False)):
        more = left_out if i == len(articles) - 1 else 0
        _article(sheet, ground, story, panel, more=more, brief=brief, bounded=bounded)
    for story, panel in zip(reported, panels[len(articles) :], strict=False):
        _figure(sheet, story, panel)


def _stacks(sheet: Sheet, ground: Ground, stories: list[Story], box: Box, wanted: int) -> list[_Panel]:
    """Return panels side by side: title, map and words below one another."""
    columns, rows = _grid(sheet, ground, stories, box, wanted)
    small = sheet.preset.small
    gap = 1.2 * small
    width = (box.width - gap * (columns - 1)) / columns
    height = (box.height - gap * (rows - 1)) / rows
    title, words = _room(sheet, ground, stories, width, brief=wanted > _FRAMED)
    words = min(words, _MOST_WORDS * (height - title))
    # A frame shows what lies around where the page is higher than the country needs, but not endlessly.
    drawn = min(height - title - words, max(width * _TALLEST, _NARROWEST / 2 * small))
    height = title + drawn + words
    panels = []
    for i in range(min(wanted, columns * rows)):
        x, y = box.x + (i % columns) * (width + gap), box.y + (i // columns) * (height + gap)
        panels.append(
            _Panel(Box(x, y, width, title), Box(x, y + title, width, drawn), Box(x, y + title + drawn, width, words))
        )
    return panels


def _rows(sheet: Sheet, ground: Ground, stories: list[Story], reported: list[Story], box: Box) -> list[_Panel] | None:
    """Return panels below one another, the words beside the map, if the page is so high that maps become larger."""
    small = sheet.preset.small
    wanted = len(stories) + len(reported)
    gap = 1.2 * small
    width = (box.width - gap) / 2
    height = (box.height - gap * (wanted - 1)) / wanted
    columns, rows = _grid(sheet, ground, stories, box, wanted)
    stacked = _scale(sheet, ground, stories, box, wanted, columns)
    if wanted > _FRAMED or columns * rows < wanted or min(width, height * ground.shape) <= stacked:
        return None
    titles = [_title(story) for story in stories] + [_figure_title(story) for story in reported]
    lines = [len(sheet.face.lines(text, small, width, weight=600, most=_TITLE_LINES)) for text in titles]
    # Names of regions may be left out, roles may not.
    bounded = _bounded(sheet, stories, width)
    under = [
        sum(not quiet for _line, quiet in _under(sheet, ground, story, width, brief=False, bounded=bounded))
        for story in stories
    ] + [_NAME_LINES] * len(reported)
    if any((a + b) * LINE * small + 0.7 * small > height for a, b in zip(lines, under, strict=True)):
        return None
    panels = []
    for i, most in enumerate(lines):
        y, beside, title = box.y + i * (height + gap), box.x + width + gap, (most * LINE + 0.35) * small
        panels.append(
            _Panel(
                Box(beside, y, width, title),
                Box(box.x, y, width, min(height, width * _TALLEST)),
                Box(beside, y + title, width, height - title),
            )
        )
    return panels


def _room(sheet: Sheet, ground: Ground, stories: list[Story], width: float, *, brief: bool) -> tuple[float, float]:
    """Return the height that titles over the panels and words under them take."""
    small = sheet.preset.small
    titles = [_title(story) for story in stories]
    allowed = _TITLE_LINES - 1 if brief else _TITLE_LINES
    most = max((len(sheet.face.lines(t, small, width, weight=600, most=allowed)) for t in titles), default=1)
    bounded = not brief and _bounded(sheet, stories, width)
    under = max(
        (len(_under(sheet, ground, story, width, brief=brief, bounded=bounded)) for story in stories), default=1
    )
    return (most * LINE + 0.35) * small, (max(under, 2) * LINE + 0.35) * small


def _title(story: Story) -> str:
    info = story.assessment.article
    return story.article_name(info) if info else ""


def _reported(stories: list[Story]) -> list[Story]:
    """Return a story for each different reported interval, in order."""
    different: dict[tuple[float, float], Story] = {}
    for story in stories:
        if story.reported and story.reported.percent:
            different.setdefault((story.reported.percent.low, story.reported.percent.high), story)
    return list(different.values())[:3]


def _grid(sheet: Sheet, ground: Ground, stories: list[Story], box: Box, wanted: int) -> tuple[int, int]:
    """Choose columns and rows so that the little maps become as large as can be."""
    small = sheet.preset.small
    most = max(1, int(box.width // (_NARROWEST * small)))

    def scale(columns: int) -> float:
        return _scale(sheet, ground, stories, box, wanted, columns)

    columns = max(range(1, min(most, wanted) + 1), key=lambda n: (round(scale(n), 3), -n))
    rows = math.ceil(wanted / columns)
    words = sum(_room(sheet, ground, stories[:6], box.width / columns, brief=wanted > _FRAMED))
    tallest = max(1, int(box.height // (words + _NARROWEST / 2 * small)))
    return columns, min(rows, tallest)


def _scale(sheet: Sheet, ground: Ground, stories: list[Story], box: Box, wanted: int, columns: int) -> float:
    """Return how wide the little maps of stacked panels become in so many columns."""
    height, width = box.height / math.ceil(wanted / columns), box.width / columns
    words = sum(_room(sheet, ground, stories[:6], width, brief=wanted > _FRAMED))
    return min(width, (height - words) * ground.shape)


def _article(
    sheet: Sheet, ground: Ground, story: Story, panel: _Panel, *, more: int, brief: bool, bounded: bool
) -> None:
    small = sheet.preset.small
    _head(sheet, panel, _title(story))
    parts = MapParts(neighbours=not brief, names=False, scale_bar=False, locator=False)
    draw_map(sheet, ground, story, panel.map, parts)
    room = int(panel.words.height / (LINE * small))
    lines = _fitting(story, _under(sheet, ground, story, panel.words.width, brief=brief, bounded=bounded), room)
    if more:
        rest = story.w.tn("and {n} more article", "and {n} more articles", more)
        lines = [*_fitting(story, lines, max(room - 1, 0)), (rest, True)]
    _lines(sheet, panel.words, lines)


def _head(sheet: Sheet, panel: _Panel, text: str) -> None:
    """Write a panel's title in as many lines as have room."""
    small, box = sheet.preset.small, panel.title
    most = max(round(box.height / (LINE * small) - 0.3), 1)
    sheet.paragraph(box.x, box.y, text, size=small, width=box.width, weight=600, most=most, name="panel-article")


def _fitting(story: Story, lines: list[tuple[str, bool]], room: int) -> list[tuple[str, bool]]:
    """Return as many lines as have room: the regions' are left out before the roles', and of these it is said."""
    kept = list(lines)
    while len(kept) > room and any(quiet for _line, quiet in kept):
        last = max(i for i, (_line, quiet) in enumerate(kept) if quiet)
        del kept[last]
        before, quiet = kept[last - 1] if last else ("", False)
        if quiet and not before.endswith("…"):
            kept[last - 1] = (before.rstrip(" ,") + " …", True)
    if len(kept) <= room:
        return kept
    shown = kept[: max(room - 1, 0)]
    rest = story.w.tn("and {n} more role", "and {n} more roles", len(kept) - len(shown))
    return [*shown, (rest, True)][:room]


def _bounded(sheet: Sheet, stories: list[Story], width: float) -> bool:
    """Tell whether "up to" has room before all shares of all panels: before some alone it would set those apart."""
    shares = [_share(story, fill, bounded=True) for story in stories for fill in story.fills]
    return all(sheet.face.width(share, sheet.preset.small, 600) <= width for share in shares)


def _share(story: Story, fill: Fill, *, bounded: bool) -> str:
    """Return a role with its share, "" where it has none."""
    measured = story.named(fill.role)
    if measured is None:
        return ""
    share = story.percent(measured.area)
    if bounded:
        share = story.w.t("up to {share}", share=share)
    return f"{story.role(fill.role)}: {share}"


def _under(
    sheet: Sheet, ground: Ground, story: Story, width: float, *, brief: bool, bounded: bool
) -> list[tuple[str, bool]]:
    """Return the lines under a map, each with whether it is quiet: roles with their share, and their regions."""
    small = sheet.preset.small
    if not story.fills:
        return [(capitalised(story.w.t("no region is named")), False)]
    lines: list[tuple[str, bool]] = []
    # Roles of the same regions stand together over one list of these.
    groups: dict[str, list[Fill]] = {}
    for fill in story.fills:
        names = ", ".join(sorted(name for name, _km2 in ground.labels(story, fill.regions)))
        groups.setdefault(names, []).append(fill)
    # Where a map shows many roles, their names come before those of the regions.
    names_lines = {1: _NAME_LINES + 1, _ROLES: _NAME_LINES}.get(len(groups), 1)
    for number, (names, fills) in enumerate(groups.items()):
        for fill in fills:
            if text := _share(story, fill, bounded=bounded):
                lines += [(line, False) for line in sheet.face.lines(text, small, width, weight=600, most=2)]
        if not brief and number < _ROLES:
            lines += [(line, True) for line in sheet.face.lines(names, small, width, most=names_lines)]
    return lines


def _lines(sheet: Sheet, box: Box, lines: list[tuple[str, bool]]) -> None:
    small = sheet.preset.small
    y = box.y + 0.35 * small
    for line, quiet in lines:
        colour = sheet.colours.muted if quiet else sheet.colours.ink
        shown = sheet.face.cut(line, small, box.width)
        weight = 400 if quiet else 600
        sheet.text(box.x, y + ASCENT * small, shown, size=small, weight=weight, colour=colour, name="panel-figures")
        y += LINE * small


def _figure_title(story: Story) -> str:
    return story.w.t("{label}: “{words}”", label=story.reported_label, words=story.reported_words)


def _figure(sheet: Sheet, story: Story, panel: _Panel) -> None:
    """Draw a reported share as squares out of a hundred: filled up to its low end, hatched up to its high end."""
    if story.reported is None or story.reported.percent is None:
        return
    percent, small = story.reported.percent, sheet.preset.small
    _head(sheet, panel, _figure_title(story))
    side = min(panel.map.width, panel.map.height)
    waffle(sheet, percent.low, percent.high, Box(panel.map.x, panel.map.y, side, side))
    room = max(int(panel.words.height / (LINE * small)) - 1, 1)
    note = story.w.t("1 square = 1% of the area; which land is not said")
    quiet = [(line, True) for line in sheet.face.lines(note, small, panel.words.width, most=room)]
    _lines(sheet, panel.words, [(story.interval(percent), False), *quiet])


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
