"""Images: what stands around the drawing: title, subtitle, legend, note and sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.images.ground import Ground
from geo.images.maps import band_swatch, control_swatch, crowded, swatch, weak_swatch
from geo.images.presets import Box
from geo.images.sheet import Sheet
from geo.images.story import Fill, Story, capitalised, drawing_order
from geo.images.type import ASCENT, LINE, glue
from geo.models import Role

#: Lines that titles, subtitles and the small print may take.
_TITLE_LINES = 2
_TITLE_SIZES = (1.0, 0.92, 0.85, 0.78)
#: So many of them are hardly smaller.
_NEARLY = 3
_SUBTITLE_LINES = 2
_NOTE_LINES = 6
#: Titles of articles are left out of the sources until they take no more lines than this.
_SOURCE_LINES = 5
#: Width and height of a swatch, in sizes of body type.
_SWATCH = (1.9, 1.15)
#: Size of the figures under a legend entry, in sizes of body type.
_FIGURES = 0.84


def header(sheet: Sheet, title: str, subtitle: str) -> float:
    """Write title and subtitle at the top; returns the lower edge."""
    preset, page = sheet.preset, sheet.page
    # The figure stands at the end of a title: a longer one is set smaller, then in one line more, before it is cut.
    sizes = [share * preset.title for share in _TITLE_SIZES]
    size = next((one for one in sizes if _title_lines(sheet, title, one) <= _TITLE_LINES), sizes[-1])
    if preset.wide:
        # Height is what wide pages lack: a line less is worth a little of the size.
        size = next((one for one in sizes[:_NEARLY] if _title_lines(sheet, title, one) == 1), size)
    most = _TITLE_LINES if _title_lines(sheet, title, size) <= _TITLE_LINES else _TITLE_LINES + 1
    y = sheet.paragraph(
        page.x,
        page.y - 0.1 * size,
        title,
        size=size,
        width=page.width,
        weight=700,
        most=most,
        balanced=True,
        name="title",
    )
    if subtitle:
        y = sheet.paragraph(
            page.x,
            y + 0.1 * preset.subtitle,
            subtitle,
            size=preset.subtitle,
            width=page.width,
            most=_SUBTITLE_LINES,
            colour=sheet.colours.muted,
            name="subtitle",
        )
    return y + 0.75 * preset.subtitle


def _title_lines(sheet: Sheet, title: str, size: float) -> int:
    return len(sheet.face.lines(glue(title), size, sheet.page.width, weight=700))


def footer(sheet: Sheet, story: Story, *, extra: tuple[str, ...] = ()) -> float:
    """Write note and sources at the bottom; returns the upper edge."""
    preset, page = sheet.preset, sheet.page
    size = preset.small
    note = " ".join((*story.notes, *extra))
    lines = {text: len(sheet.face.lines(text, size, page.width)) for text in story.sources}
    # Titles of articles give way, never whose borders they are and of when.
    sources = next((text for text, count in lines.items() if count <= _SOURCE_LINES), story.sources[-1])
    heights = [sheet.paragraph_height(text, size=size, width=page.width, most=_NOTE_LINES) for text in (note, sources)]
    top = page.bottom - sum(heights) + 0.3 * size
    sheet.rule(
        [(page.x, top - 0.5 * size), (page.right, top - 0.5 * size)],
        name="footer-rule",
        stroke=sheet.colours.boundary,
        width=1.0,
    )
    y = sheet.paragraph(page.x, top, note, size=size, width=page.width, most=_NOTE_LINES, name="note")
    sheet.paragraph(
        page.x,
        y,
        sources,
        size=size,
        width=page.width,
        most=_NOTE_LINES,
        colour=sheet.colours.muted,
        name="sources",
    )
    return top - 1.3 * size


@dataclass(frozen=True)
class Key:
    """One entry of a legend: the sample, its name, lines of figures, and its regions with area and share.

    ``neutral`` is the look of weak claims as such, in no role's colour; ``control`` that of a control layer,
    ``bands`` that of regions with many roles.
    """

    role: Role | None
    weak: bool
    text: str
    figures: tuple[str, ...] = ()
    regions: tuple[tuple[str, str, str], ...] = ()
    neutral: bool = False
    control: bool = False
    bands: bool = False


def keys(ground: Ground, stories: Sequence[Story], *, disputed: bool) -> list[Key]:
    """Return the legend of one story's map, or of several maps' together: what is drawn, and nothing else."""

    def solid(role: Role) -> bool:
        return stories[0].style.roles[role].pattern == "solid"

    entries = []
    weak: Role | None = None
    for role in sorted({fill.role for story in stories for fill in story.fills}, key=drawing_order):
        fills = [(story, fill) for story in stories for fill in story.fills if fill.role == role]
        firm = any(fill.firm for _story, fill in fills)
        if any(fill.weak for _story, fill in fills) and (weak is None or solid(weak)):
            weak = role
        figures, regions = _alone(ground, *fills[0]) if len(stories) == 1 else ((), ())
        text = stories[0].role_and_actors(role) if len(stories) == 1 else stories[0].role(role)
        entries.append(Key(role, not firm, text, figures, regions))
    if weak is not None:
        text = capitalised(stories[0].w.t("hedged, or only part of the region"))
        entries.append(Key(weak, True, text, neutral=True))
    if any(crowded(story.style, ground, story.fills) for story in stories):
        entries.append(Key(None, False, stories[0].w.t("Bands stand for roles, not places"), bands=True))
    if stories and stories[0].control is not None:
        figures = stories[0].control_figures if len(stories) == 1 else stories[0].control_figures[:1]
        entries.append(Key(None, False, stories[0].control_label, figures, control=True))
    if disputed:
        entries.append(Key(None, False, capitalised(stories[0].w.t("disputed border"))))
    return entries


def _alone(ground: Ground, story: Story, fill: Fill) -> tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    """Return the figures of a role in one story, and its regions, largest first."""
    w = story.w
    regions = [(name, w.km2(km2), w.percent(story.share_of(km2))) for name, km2 in ground.labels(story, fill.regions)]
    return (story.figures(fill.role),), tuple(regions)


def legend_column(sheet: Sheet, entries: Sequence[Key], box: Box, *, reserve: float = 0.0) -> float:
    """Write the legend from top to bottom in a column; returns the lower edge.

    The tables of the roles' regions, and then their figures, are left out where they would not leave ``reserve`` free
    below.
    """
    size, small = sheet.preset.body, sheet.preset.small
    gap = 0.55 * size
    room = box.height - reserve
    tables = sum(len(entry.regions) * LINE * small + 0.3 * small for entry in entries if entry.regions)
    plain = sum(_entry(sheet, entry, 0, 0, box.width, dry=True) + gap for entry in entries)
    with_tables = plain + tables <= room
    if plain > room:
        entries, gap = [brief(entry) for entry in entries], 0.3 * size
    y = box.y
    for entry in entries:
        y = _entry(sheet, entry, box.x, y, box.width)
        if with_tables and entry.regions:
            y = _table(sheet, entry, Box(box.x + (_SWATCH[0] + 0.5) * size, y, 0, 0), box.right)
        y += gap
    return y


def legend_column_height(sheet: Sheet, entries: Sequence[Key], width: float) -> float:
    """Return the height that `legend_column` takes at least."""
    return sum(_entry(sheet, brief(entry), 0, 0, width, dry=True) + 0.3 * sheet.preset.body for entry in entries)


def brief(entry: Key) -> Key:
    """Return an entry without its figures and regions; whose control layer it is stays."""
    return replace(entry, figures=entry.figures[:1] if entry.control else (), regions=())


def _table(sheet: Sheet, entry: Key, at: Box, right: float) -> float:
    """Write a role's regions: name on the left, area and share on the right; returns the lower edge."""
    small, muted = sheet.preset.small, sheet.colours.muted
    shares = sheet.face.widest([share for _name, _area, share in entry.regions], small)
    y = at.y + 0.3 * small
    for name, area, share in entry.regions:
        baseline = y + ASCENT * small
        middle = right - shares - 1.2 * small
        room = middle - sheet.face.width(area, small) - small - at.x
        shown = sheet.face.cut(name, small, room)
        sheet.text(at.x, baseline, shown, size=small, name="key-region")
        sheet.text(middle, baseline, area, size=small, align="right", colour=muted, name="key-area")
        sheet.text(right, baseline, share, size=small, align="right", colour=muted, name="key-share")
        y += LINE * small
    return y


def legend_rows(sheet: Sheet, entries: Sequence[Key], box: Box) -> float:
    """Write the legend in rows of as many entries as fit side by side; returns the lower edge."""
    if not entries:
        return box.y
    size = sheet.preset.body
    y = box.y
    for row in _rows(sheet, entries, box.width):
        bottoms = [_entry(sheet, entry, box.x + left, y, width) for entry, left, width in row]
        y = max(bottoms) + 0.35 * size
    return y


def legend_rows_height(sheet: Sheet, entries: Sequence[Key], width: float) -> float:
    """Return the height that `legend_rows` takes."""
    if not entries:
        return 0.0
    rows = [
        [_entry(sheet, entry, 0, 0, own, dry=True) for entry, _left, own in row] for row in _rows(sheet, entries, width)
    ]
    return sum(max(row) + 0.35 * sheet.preset.body for row in rows)


def _rows(sheet: Sheet, entries: Sequence[Key], width: float) -> list[list[tuple[Key, float, float]]]:
    """Return rows of entries with their left edge and width: in columns, or one after another if that is shorter."""
    size = sheet.preset.body
    indent, gap = (_SWATCH[0] + 0.5) * size, 1.2 * size
    widths = [
        indent + 1.0 + max(sheet.face.width(e.text, size, 600), sheet.face.widest(e.figures, _FIGURES * size))
        for e in entries
    ]
    columns = max(1, min(len(entries), int((width + gap) // (max(widths) + gap))))
    step = (width + gap) / columns
    flow: list[list[tuple[Key, float, float]]] = [[]]
    left = 0.0
    for entry, own in zip(entries, widths, strict=True):
        if flow[-1] and left + own > width:
            flow.append([])
            left = 0.0
        flow[-1].append((entry, left, min(own, width - left)))
        left += own + gap
    if len(flow) < math.ceil(len(entries) / columns):
        return flow
    return [
        [(entry, i * step, step - gap) for i, entry in enumerate(entries[start : start + columns])]
        for start in range(0, len(entries), columns)
    ]


def _entry(sheet: Sheet, entry: Key, x: float, y: float, width: float, *, dry: bool = False) -> float:
    """Write an entry; returns its lower edge. With ``dry`` nothing is drawn."""
    size = sheet.preset.body
    sample = Box(x, y, _SWATCH[0] * size, _SWATCH[1] * size)
    if not dry:
        _sample(sheet, entry, sample)
    left = sample.right + 0.5 * size
    room = width - (left - x)
    weight = 600 if entry.figures[1 if entry.control else 0 :] else 400
    baseline = bottom = y + (_SWATCH[1] + ASCENT - 0.1) / 2 * size
    for number, line in enumerate(sheet.face.lines(entry.text, size, room, weight=weight, most=2)):
        baseline += LINE * size if number else 0.0
        bottom = baseline + 0.4 * size
        if not dry:
            sheet.text(left, baseline, line, size=size, weight=weight, name="key")
    small = _FIGURES * size
    for line in (part for text in entry.figures for part in sheet.face.lines(text, small, room, most=2)):
        baseline = bottom + 0.9 * small
        bottom = baseline + 0.35 * small
        if not dry:
            sheet.text(left, baseline, line, size=small, colour=sheet.colours.muted, name="key-figures")
    return max(bottom, sample.bottom)


def _sample(sheet: Sheet, entry: Key, box: Box) -> None:
    if entry.role is not None and entry.neutral:
        weak_swatch(sheet, box, solid=sheet.style.roles[entry.role].pattern == "solid")
        return
    if entry.role is not None:
        swatch(sheet, box, entry.role, weak=entry.weak)
        return
    if entry.bands:
        band_swatch(sheet, box)
        return
    if entry.control:
        control_swatch(sheet, box)
        return
    middle = box.y + box.height / 2
    sheet.rule(
        [(box.x, middle), (box.right, middle)],
        name="key-disputed",
        stroke=sheet.colours.border,
        width=2.0,
        dashes=(5.0, 3.2),
    )


def key_figures(sheet: Sheet, story: Story, box: Box) -> float:
    """Write the named share and the reported one large, one over the other; returns the lower edge."""
    preset = sheet.preset
    size, small = preset.body, preset.small
    y = box.y
    for label, figure, note in story.key_figures:
        if y + _figure_height(sheet, note, box.width) > box.bottom + 0.8 * small:
            return y
        sheet.rule([(box.x, y), (box.right, y)], name="figure-rule", stroke=sheet.colours.boundary, width=1.0)
        y = sheet.paragraph(
            box.x, y + 0.5 * small, label, size=small, width=box.width, weight=600, most=1, name="figure-label"
        )
        large = min(2.0 * size, 2.0 * size * box.width / max(sheet.face.width(figure, 2.0 * size, 700), 1.0))
        y = sheet.paragraph(box.x, y, figure, size=large, width=box.width * 1.01, weight=700, most=1, name="figure")
        y = sheet.paragraph(
            box.x, y, note, size=small, width=box.width, most=3, colour=sheet.colours.muted, name="figure-note"
        )
        y += 0.8 * small
    phrases = _unmapped_height(sheet, story, box.width)
    if phrases and y + phrases <= box.bottom + 0.5 * small:
        sheet.rule([(box.x, y), (box.right, y)], name="figure-rule", stroke=sheet.colours.boundary, width=1.0)
        y = sheet.paragraph(
            box.x, y + 0.5 * small, story.unmapped_text, size=small, width=box.width, most=4, name="unmapped"
        )
    return y


def key_figures_height(sheet: Sheet, story: Story, width: float) -> float:
    """Return the height that `key_figures` takes if it may write everything."""
    blocks = sum(_figure_height(sheet, note, width) for _label, _figure, note in story.key_figures)
    return blocks + _unmapped_height(sheet, story, width)


def _figure_height(sheet: Sheet, note: str, width: float) -> float:
    size, small = sheet.preset.body, sheet.preset.small
    lines = sheet.paragraph_height(note, size=small, width=width, most=3)
    return (1.3 + LINE) * small + 2.0 * LINE * size + lines


def _unmapped_height(sheet: Sheet, story: Story, width: float) -> float:
    small = sheet.preset.small
    if not story.unmapped_text:
        return 0.0
    return 0.5 * small + sheet.paragraph_height(story.unmapped_text, size=small, width=width, most=4)
