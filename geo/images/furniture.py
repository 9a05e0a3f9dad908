"""Images: what stands around the drawing: title, subtitle, legend, note and sources."""

from __future__ import annotations

from dataclasses import dataclass

from geo.images.maps import swatch
from geo.images.presets import Box
from geo.images.sheet import Sheet
from geo.images.story import Story
from geo.images.type import ASCENT, LINE
from geo.models import Role

#: Lines that titles, subtitles and the small print may take.
_TITLE_LINES = 2
_SUBTITLE_LINES = 2
_NOTE_LINES = 6
#: Width and height of a swatch, in sizes of body type.
_SWATCH = (1.9, 1.15)


def header(sheet: Sheet, title: str, subtitle: str) -> float:
    """Write title and subtitle at the top; returns the lower edge."""
    preset, page = sheet.preset, sheet.page
    y = sheet.paragraph(
        page.x,
        page.y - 0.1 * preset.title,
        title,
        size=preset.title,
        width=page.width,
        weight=700,
        most=_TITLE_LINES,
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


def footer(sheet: Sheet, story: Story, *, extra: tuple[str, ...] = ()) -> float:
    """Write note and sources at the bottom; returns the upper edge."""
    preset, page = sheet.preset, sheet.page
    size = preset.small
    note = " ".join((*story.notes, *extra))
    heights = [
        sheet.paragraph_height(text, size=size, width=page.width, most=_NOTE_LINES) for text in (note, story.sources)
    ]
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
        story.sources,
        size=size,
        width=page.width,
        most=_NOTE_LINES,
        colour=sheet.colours.muted,
        name="sources",
    )
    return top - 1.3 * size


@dataclass(frozen=True)
class Key:
    """One entry of a legend: the sample, its name and a line of figures."""

    role: Role | None
    weak: bool
    text: str
    figures: str


def keys(sheet: Sheet, story: Story, *, disputed: bool) -> list[Key]:
    """Return the legend: what is drawn, and nothing else."""
    entries = []
    for fill in story.fills:
        if fill.firm or fill.weak:
            entries.append(Key(fill.role, not fill.firm, story.role_and_actors(fill.role), story.figures(fill.role)))
    mixed = [fill for fill in story.fills if fill.weak]
    if mixed and any(fill.firm for fill in mixed):
        role = next(fill.role for fill in mixed if fill.firm)
        entries.append(Key(role, True, story.w.t("hedged, or only part of the region"), ""))
    elif mixed:
        entries.append(Key(mixed[0].role, True, story.w.t("hedged, or only part of the region"), ""))
    if disputed:
        entries.append(Key(None, False, story.w.t("disputed border"), ""))
    return entries


def legend_column(sheet: Sheet, entries: list[Key], box: Box) -> float:
    """Write the legend from top to bottom in a column; returns the lower edge."""
    y = box.y
    for entry in entries:
        y = _entry(sheet, entry, box.x, y, box.width) + 0.45 * sheet.preset.body
    return y


def legend_rows(sheet: Sheet, entries: list[Key], box: Box) -> float:
    """Write the legend in rows of as many entries as fit side by side; returns the lower edge."""
    if not entries:
        return box.y
    size = sheet.preset.body
    indent = (_SWATCH[0] + 0.5) * size
    widest = max(max(sheet.face.width(e.text, size, 600), sheet.face.width(e.figures, 0.84 * size)) for e in entries)
    columns = max(1, min(len(entries), int((box.width + size) // (indent + widest + size))))
    step = (box.width + size) / columns
    y = box.y
    for start in range(0, len(entries), columns):
        row = entries[start : start + columns]
        bottoms = [_entry(sheet, entry, box.x + i * step, y, step - size) for i, entry in enumerate(row)]
        y = max(bottoms) + 0.35 * size
    return y


def _entry(sheet: Sheet, entry: Key, x: float, y: float, width: float) -> float:
    size = sheet.preset.body
    sample = Box(x, y, _SWATCH[0] * size, _SWATCH[1] * size)
    if entry.role is None:
        middle = y + sample.height / 2
        sheet.rule(
            [(sample.x, middle), (sample.right, middle)],
            name="key-disputed",
            stroke=sheet.colours.border,
            width=2.0,
            dashes=(5.0, 3.2),
        )
    else:
        swatch(sheet, sample, entry.role, weak=entry.weak)
    left = sample.right + 0.5 * size
    room = width - (left - x)
    weight = 600 if entry.figures else 400
    lines = sheet.face.lines(entry.text, size, room, weight=weight, most=2)
    baseline = y + (_SWATCH[1] + ASCENT - 0.1) / 2 * size
    for line in lines:
        sheet.text(left, baseline, line, size=size, weight=weight, name="key")
        baseline += LINE * size
    bottom = baseline - LINE * size + 0.4 * size
    if entry.figures:
        small = 0.84 * size
        for line in sheet.face.lines(entry.figures, small, room, most=2):
            baseline = bottom + 0.9 * small
            sheet.text(left, baseline, line, size=small, colour=sheet.colours.muted, name="key-figures")
            bottom = baseline + 0.35 * small
    return max(bottom, sample.bottom)


def legend_height(sheet: Sheet, entries: list[Key]) -> float:
    """Return about how high `legend_column` is for short entries, to reserve room."""
    size = sheet.preset.body
    return sum((2.75 if entry.figures else 1.7) * size for entry in entries)
