"""Images: the map itself: land, fills, borders, names, scale bar and locator in one box of the page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.images.ground import Frame, Ground, merged, polygonal
from geo.images.labels import Label, Placer, Wanted
from geo.images.patterns import strokes
from geo.images.presets import UNITS_PER_INCH, Box
from geo.images.sheet import Sheet
from geo.images.story import Fill, Story
from geo.images.type import ASCENT, DESCENT
from geo.models import Role
from geo.style import Style, blend, contrast

#: Distance of pattern lines and their width, in sizes of body type; weak claims have lines farther apart.
SPACING = 0.62
#: More patterns than this over one another can't be told apart: a region with more is cut into bands of one role
#: each, so many spacings high, in small regions down to a share of that.
_MOST_PATTERNS = 2
_BAND = 2.4
_LEAST_BAND = 0.4
LINE_WIDTH = 0.115
_WEAK = 1.65
#: Distance of the lines in a legend's sample of a weak claim.
_SAMPLE = 0.4
#: The legend's sample of weak claims has lines so much thinner.
_LIGHTER = 0.75
#: How much of a role's colour lies under its pattern.
TINT = 0.16
#: How much of the ink lies over what a control layer covers, and how wide its edge is.
HELD = 0.22
_FRONT = 2.6
#: Edges of the layer this near to a border are the border, and shorter ones are none, in layout units.
_BESIDE = 2.5
_SHORTEST = 10.0
#: How much of its colour a solid role keeps where it is hedged or meant in part.
_WEAK_SOLID = 0.34
#: Pattern lines of a small map come closer, in shares of its width, down to so many sizes of body type.
_SPACING_OF_WIDTH = 0.026
_CLOSEST = 0.3
#: Least contrast of solid fills with the country's ground (WCAG 2.2, 1.4.11).
_VISIBLE = 3.0
#: Print shows no more detail than this, in layout units: 0.15 mm.
_FINEST_PIXEL = 0.55
#: Small maps beside one another show so many times coarser borders.
_SMALL_DETAIL = 1.4
_ROUND_STEPS = (1, 2, 2.5, 5)


@dataclass(frozen=True)
class MapParts:
    """What a map shows besides the fills."""

    neighbours: bool = True
    names: bool = True
    scale_bar: bool = True
    locator: bool = True


def draw_map(sheet: Sheet, ground: Ground, story: Story, box: Box, parts: MapParts | None = None) -> Frame:
    """Draw a story's regions into a box of the page."""
    parts = parts or MapParts()
    detail = 1.0 if parts.names else _SMALL_DETAIL
    frame = _frame(sheet, ground, story, box, pad=0.045 if parts.neighbours else 0.01, detail=detail)
    _land(sheet, ground, frame, neighbours=parts.neighbours)
    draw_fills(sheet, ground, story.fills, frame)
    _borders(sheet, ground, frame, story)
    front = front_line(frame) if not frame.held.is_empty else shapely.MultiLineString()
    _front(sheet, front, _FRONT * min(1.0, max(0.5, frame.width / 600)))
    furniture = [_locator(sheet, ground, frame)] if parts.locator else []
    if parts.scale_bar:
        furniture.append(_scale_bar(sheet, frame, furniture))
    if parts.names:
        _names(sheet, ground, frame, story, [box for box in furniture if box], front)
    return frame


def _frame(sheet: Sheet, ground: Ground, story: Story, box: Box, *, pad: float, detail: float) -> Frame:
    wanted = (ground.index(region) for fill in story.fills for region in fill.regions)
    always = tuple(sorted({i for i in wanted if i is not None}))
    pixel = detail * max(UNITS_PER_INCH / sheet.preset.dpi, _FINEST_PIXEL)
    return ground.frame(box, always=always, pad=pad, pixel=pixel)


# --- land and borders -----------------------------------------------------------------------------------------


def _land(sheet: Sheet, ground: Ground, frame: Frame, *, neighbours: bool) -> None:
    colours = sheet.colours
    if neighbours:
        sheet.shape(frame.polygon, name="sea", fill=colours.sea)
        # The stroke in the land's own colour closes the hair-fine gaps between shapes simplified apart.
        sheet.shape(
            frame.neighbours,
            name="neighbours",
            fill=colours.land,
            stroke=colours.land,
            width=1.6,
            clip=Box(frame.x, frame.y, frame.width, frame.height),
        )
        sheet.shape(
            [_open_edges(shape, frame) for shape in frame.neighbours],
            name="neighbours-borders",
            stroke=colours.boundary,
            width=0.9,
        )
    own = [shape for shape, own in zip(frame.fills, ground.own, strict=True) if own]
    sheet.shape(merged(own), name="country", fill=colours.country, stroke=colours.country, width=1.6)


def _open_edges(shape: BaseGeometry, frame: Frame) -> BaseGeometry:
    """Return a neighbour's outline inside the frame, without the edges where it was cut."""
    return shapely.intersection(shapely.boundary(shape), frame.polygon)


def _borders(sheet: Sheet, ground: Ground, frame: Frame, story: Story) -> None:
    colours = sheet.colours
    lines = ground.lines(frame, {i for fill in story.fills for i in indices(ground, fill)})
    sheet.shape(lines.inner, name="regions-borders", stroke=colours.boundary, width=0.9)
    sheet.shape(lines.named, name="named-borders", stroke=colours.border, width=1.3)
    sheet.shape(lines.outline, name="country-border", stroke=colours.border, width=2.0)
    if not lines.disputed.is_empty:
        sheet.shape(lines.disputed, name="disputed-gap", stroke=colours.country, width=3.4)
        sheet.shape(lines.disputed, name="disputed-border", stroke=colours.border, width=2.0, dashes=(5.0, 3.2))


# --- fills ----------------------------------------------------------------------------------------------------


def indices(ground: Ground, fill: Fill, *, weak: bool | None = None) -> list[int]:
    """Return the positions of a fill's regions: all, the weak ones or the firm ones."""
    ids = fill.regions if weak is None else fill.weak if weak else fill.firm
    return [i for i in (ground.index(region) for region in ids) if i is not None]


def solid_colour(colour: str, ground: str) -> str:
    """Return a role's colour as a solid fill: as light as it may be and still be told from the ground."""
    share = 0.5
    while share < 1.0 and contrast(blend(colour, ground, share), ground) < _VISIBLE:
        share += 0.05
    return blend(colour, ground, min(share, 1.0))


def draw_fills(sheet: Sheet, ground: Ground, fills: tuple[Fill, ...], frame: Frame) -> None:
    """Draw roles: a tint and a pattern each; patterns of several roles lie over one another, all readable."""
    full = crowded(sheet.style, ground, fills)
    spacing = min(SPACING, max(_CLOSEST, _SPACING_OF_WIDTH * frame.width / sheet.preset.body))
    bands = _bands(frame, full, _BAND * spacing * sheet.preset.body)
    _tints(sheet, ground, fills, frame, bands)
    solids = [
        frame.regions[i] for fill in fills if _solid(sheet, fill.role) for i in indices(ground, fill) if i not in full
    ]
    under = shapely.union_all(np.array(solids, dtype=object)) if solids else None
    for fill in fills:
        for weak in (False, True):
            chosen = [i for i in indices(ground, fill, weak=weak) if i not in full]
            parts = [*frame.regions[chosen], *([bands[fill.role, weak]] if (fill.role, weak) in bands else [])]
            if parts:
                shape = shapely.union_all(np.array(parts, dtype=object))
                _pattern(sheet, fill.role, shape, under, weak=weak, spacing=spacing)
    edges = [shapely.boundary(band) for band in bands.values()]
    sheet.shape(edges, name="band-edges", stroke=sheet.colours.country, width=1.4)


def crowded(style: Style, ground: Ground, fills: Iterable[Fill]) -> dict[int, list[tuple[Role, bool]]]:
    """Return the regions with more patterns than lie over one another readably, with their roles and whether weak.

    What is solid is no pattern: lines lie on it as on the country.
    """
    roles: dict[int, list[tuple[Role, bool]]] = {}
    for fill in fills:
        for weak in (False, True):
            for i in indices(ground, fill, weak=weak):
                roles.setdefault(i, []).append((fill.role, weak))

    def patterns(found: list[tuple[Role, bool]]) -> int:
        return sum(style.roles[role].pattern != "solid" for role, _weak in found)

    return {i: found for i, found in roles.items() if patterns(found) > _MOST_PATTERNS}


def _bands(
    frame: Frame, full: dict[int, list[tuple[Role, bool]]], height: float
) -> dict[tuple[Role, bool], BaseGeometry]:
    """Cut crowded regions into level bands, one for each of their roles in turn; return each role's bands."""
    groups: dict[tuple[tuple[Role, bool], ...], list[int]] = {}
    for i, said in full.items():
        groups.setdefault(tuple(said), []).append(i)
    found: dict[tuple[Role, bool], list[BaseGeometry]] = {}
    for roles, members in groups.items():
        for i in members:
            shape = frame.regions[i]
            if shape.is_empty:
                continue
            left, top, right, bottom = shape.bounds
            if bottom - top > 2 * height * len(roles):
                # Bands run on from one region to the next.
                high, top = height, height * len(roles) * math.floor(top / (height * len(roles)))
            else:
                # A smaller region shows each of its roles, as far as that can be seen.
                high = max(min(height, (bottom - top) / len(roles)), _LEAST_BAND * height)
            tops = top + high * np.arange(math.ceil((bottom - top) / high))
            strips = shapely.intersection(shapely.box(left, tops, right, tops + high), shape)
            for at, role in enumerate(roles):
                found.setdefault(role, []).extend(polygonal(strips[at :: len(roles)]))
    return {role: shapely.union_all(np.array(parts, dtype=object)) for role, parts in found.items()}


def _solid(sheet: Sheet, role: Role) -> bool:
    return sheet.style.roles[role].pattern == "solid"


def _tints(
    sheet: Sheet,
    ground: Ground,
    fills: tuple[Fill, ...],
    frame: Frame,
    bands: dict[tuple[Role, bool], BaseGeometry],
) -> None:
    """Fill each region with the mixed tint of its firm roles; what is solid stays as it is under any other role."""
    full = crowded(sheet.style, ground, fills)
    colours: dict[int, list[str]] = {}
    solids: dict[int, list[str]] = {}
    base = sheet.colours.country
    for fill in fills:
        look = sheet.style.roles[fill.role]
        colour = look.colour(sheet.theme)
        for i in set(indices(ground, fill, weak=False)) - full.keys():
            if look.pattern == "solid":
                solids.setdefault(i, []).append(solid_colour(colour, base))
            elif look.pattern != "outline":
                colours.setdefault(i, []).append(blend(colour, base, TINT))
        for i in set(indices(ground, fill, weak=True)) - full.keys():
            if look.pattern == "solid":
                solids.setdefault(i, []).append(blend(colour, base, _WEAK_SOLID))
    colours |= solids
    groups: dict[str, list[int]] = {}
    for i in sorted(colours):
        mixed = colours[i][0]
        for number, colour in enumerate(colours[i][1:], start=2):
            mixed = blend(colour, mixed, 1 / number)
        groups.setdefault(mixed, []).append(i)
    pieces = [(colour, merged(frame.fills[members])) for colour, members in groups.items()]
    pieces += [(_band_colour(sheet, role, weak=weak), shape) for (role, weak), shape in bands.items()]
    for colour, shape in pieces:
        sheet.shape(shape, name="tint", fill=colour)
    if not frame.held.is_empty:
        plain = [i for i, own in enumerate(ground.own) if own and i not in colours and i not in full]
        _held(sheet, frame, [*pieces, (base, merged(frame.fills[plain]))])


def _band_colour(sheet: Sheet, role: Role, *, weak: bool) -> str:
    look, base = sheet.style.roles[role], sheet.colours.country
    colour = look.colour(sheet.theme)
    if look.pattern == "solid":
        return blend(colour, base, _WEAK_SOLID) if weak else solid_colour(colour, base)
    return base if weak or look.pattern == "outline" else blend(colour, base, TINT)


def _held(sheet: Sheet, frame: Frame, pieces: list[tuple[str, BaseGeometry]]) -> None:
    """Darken what a control layer covers: under every pattern, whatever tint is there."""
    for colour, shape in pieces:
        covered = shapely.intersection(shape, frame.held)
        sheet.shape(covered, name="control", fill=held_colour(sheet, colour))


def held_colour(sheet: Sheet, under: str) -> str:
    """Return the colour of what a control layer covers, over another one."""
    return blend(sheet.colours.ink, under, HELD)


def front_line(frame: Frame) -> BaseGeometry:
    """Return the edge of what a control layer covers, where it is not a region's border.

    Both are simplified apart: pieces beside a border and pieces too short to mean anything are left out.
    """
    size = min(1.0, frame.width / 600)
    near = shapely.union_all(shapely.buffer(shapely.boundary(frame.regions), size * _BESIDE, quad_segs=2))
    edge = shapely.difference(shapely.boundary(frame.held), near)
    lines = shapely.get_parts(shapely.line_merge(edge) if edge.geom_type == "MultiLineString" else edge)
    return shapely.MultiLineString(list(lines[shapely.length(lines) >= size * _SHORTEST]))


def _front(sheet: Sheet, line: BaseGeometry, width: float) -> None:
    sheet.shape(line, name="control-front-halo", stroke=sheet.colours.country, width=1.9 * width)
    sheet.shape(line, name="control-front", stroke=sheet.colours.ink, width=width)


def _pattern(
    sheet: Sheet,
    role: Role,
    shape: BaseGeometry,
    under: BaseGeometry | None,
    *,
    weak: bool,
    spacing: float = SPACING,
) -> None:
    """Draw a role's lines over a shape, ``spacing`` sizes of body type apart; cased where something solid is under."""
    look = sheet.style.roles[role]
    colour = look.colour(sheet.theme)
    size = sheet.preset.body
    name = f"{role}-hedged-or-part" if weak else role
    lines = strokes(shape, look.pattern, spacing * size * (_WEAK if weak else 1.0))
    fine = min(1.0, 0.35 + 0.65 * spacing / SPACING)
    width = fine * LINE_WIDTH * size / sheet.preset.stroke * (2.2 if look.pattern == "dots" else 1.0)
    cap: Literal["butt", "round"] = "round" if look.pattern == "dots" else "butt"
    if under is not None and not under.is_empty and look.pattern not in ("solid", "outline"):
        cased = shapely.intersection(lines, under)
        sheet.shape(cased, name=f"{name}-casing", stroke=sheet.colours.country, width=width * 2.4, cap=cap)
    sheet.shape(lines, name=name, stroke=colour, width=width, cap=cap)
    if look.pattern == "outline":
        sheet.shape(shapely.boundary(shape), name=name, stroke=colour, width=2.2, dashes=(2.4, 2.4) if weak else None)


def weak_swatch(sheet: Sheet, box: Box, *, solid: bool) -> None:
    """Draw a sample of what hedged or partial claims look like, in no role's colour: paler, or lines without a tint."""
    colours = sheet.colours
    shape = shapely.box(box.x, box.y, box.right, box.bottom)
    fill = blend(colours.muted, colours.country, _WEAK_SOLID) if solid else colours.country
    sheet.shape(shape, name="key-hedged-or-part", fill=fill)
    if not solid:
        lines = strokes(shape, "diagonal", SPACING * sheet.preset.body)
        width = LINE_WIDTH * _LIGHTER * sheet.preset.body / sheet.preset.stroke
        colour = blend(colours.muted, colours.country, 0.8)
        sheet.shape(lines, name="key-hedged-or-part-lines", stroke=colour, width=width)
    sheet.shape(shape, name="key-hedged-or-part-edge", stroke=colours.boundary, width=1.0)


def swatch(sheet: Sheet, box: Box, role: Role, *, weak: bool = False, name: str = "", held: float = 0.0) -> None:
    """Draw a sample of a role for a legend, or a bar; a share of it on the left is held, by a control layer."""
    look = sheet.style.roles[role]
    colour, base = look.colour(sheet.theme), sheet.colours.country
    shape = shapely.box(box.x, box.y, box.right, box.bottom)
    fill = base
    if look.pattern == "solid":
        fill = blend(colour, base, _WEAK_SOLID) if weak else solid_colour(colour, base)
    elif look.pattern != "outline" and not weak:
        fill = blend(colour, base, TINT)
    bar, name = bool(name), name or f"key-{role}"
    sheet.shape(shape, name=name, fill=fill)
    front = box.x + held * box.width
    if held:
        sheet.box(Box(box.x, box.y, front - box.x, box.height), name=f"{name}-held", fill=held_colour(sheet, fill))
    # A small sample shows a few lines at least.
    _pattern(sheet, role, shape, None, weak=weak, spacing=SPACING if bar or not weak else _SAMPLE)
    if 0.0 < held < 1.0:
        ends = [(front, box.y), (front, box.bottom)]
        sheet.rule(ends, name=f"{name}-front", stroke=sheet.colours.ink, width=_FRONT)
    sheet.shape(shape, name=f"{name}-edge", stroke=sheet.colours.border, width=1.0)


def band_swatch(sheet: Sheet, box: Box) -> None:
    """Draw a sample of a region cut into bands, in no role's colour."""
    colours = sheet.colours
    sheet.box(box, name="key-bands", fill=colours.country)
    third = box.height / 3
    for at, share in enumerate((0.45, 0.2, 0.45)):
        part = Box(box.x, box.y + at * third, box.width, third)
        sheet.box(part, name="key-bands", fill=blend(colours.muted, colours.country, share))
    sheet.box(box, name="key-bands-edge", stroke=colours.border, width=1.0)


def control_swatch(sheet: Sheet, box: Box) -> None:
    """Draw a sample of what a control layer covers: a part of the box, with the edge of it."""
    colours = sheet.colours
    middle = box.x + 0.62 * box.width
    sheet.box(box, name="key-control", fill=colours.country)
    held = Box(box.x, box.y, middle - box.x, box.height)
    sheet.box(held, name="key-control-held", fill=held_colour(sheet, colours.country))
    ends = [(middle, box.y), (middle, box.bottom)]
    sheet.rule(ends, name="key-control-front", stroke=colours.ink, width=_FRONT)
    sheet.box(box, name="key-control-edge", stroke=colours.border, width=1.0)


# --- names ----------------------------------------------------------------------------------------------------


def _names(sheet: Sheet, ground: Ground, frame: Frame, story: Story, blocked: list[Box], front: BaseGeometry) -> None:
    size = sheet.preset.body
    claimed = sorted({i for fill in story.fills for i in indices(ground, fill)})
    coloured = shapely.union_all(frame.regions[claimed]) if claimed else shapely.Polygon()
    edge = 0.3 * size
    inside = (frame.x + edge, frame.y + edge, frame.x + frame.width - edge, frame.y + frame.height - edge)
    taken = [shapely.box(b.x, b.y, b.right, b.bottom) for b in blocked]
    placer = Placer(sheet.face, inside, taken, least=sheet.preset.least)
    capital = _capital(sheet, placer, frame)
    areas = [(area, [i for i in map(ground.index, area.units) if i is not None]) for area in story.areas]
    together = {i for _area, units in areas for i in units}
    wanted = [_area_wanted(story.place(area.id), area.id, frame, units, size) for area, units in areas]
    wanted += [_wanted(ground, frame, i, size, required=True) for i in claimed if i not in together]
    for label in placer.place([one for one in wanted if one], avoid=coloured):
        _write(sheet, label, colour=sheet.colours.ink, name="name")
    _towns(sheet, placer, frame, coloured, skip={capital, *(ground.names[i] for i in claimed)})
    placer.block_line(front)
    small = max(size * 0.74, sheet.preset.least)
    units = [_wanted(ground, frame, i, small, required=False) for i in sorted(together)]
    for label in placer.place([one for one in units if one]):
        _write(sheet, label, colour=sheet.colours.ink, name="name-unit")
    others = [i for i in range(len(ground.ids)) if i not in claimed and ground.names[i] != capital]
    quiet = [_wanted(ground, frame, i, small, required=False) for i in others]
    for label in placer.place([one for one in quiet if one]):
        on_held = shapely.box(*label.box).intersects(frame.held)
        colour = sheet.colours.ink if on_held else sheet.colours.muted
        _write(sheet, label, colour=colour, name="name-quiet", halo=False)
    _neighbour_names(sheet, ground, frame, placer)


def _wanted(ground: Ground, frame: Frame, i: int, size: float, *, required: bool) -> Wanted | None:
    shape = frame.regions[i]
    if shape.is_empty or not ground.names[i]:
        return None
    return Wanted(ground.ids[i], ground.names[i], shape, size, 600 if required else 400, required)


def _area_wanted(name: str, key: str, frame: Frame, units: list[int], size: float) -> Wanted | None:
    shape = shapely.union_all(frame.regions[units])
    return Wanted(key, name, shape, size, 700, required=True) if not shape.is_empty and name else None


def _write(sheet: Sheet, label: Label, *, colour: str, name: str, halo: bool = True) -> None:
    paper = sheet.colours.country
    if label.leader:
        foot, end = label.leader
        sheet.rule([foot, end], name=f"{name}-leader-halo", stroke=paper, width=3.4)
        sheet.rule([foot, end], name=f"{name}-leader", stroke=sheet.colours.ink, width=1.2)
        sheet.dot(*foot, 0.13 * label.size, name=f"{name}-foot", fill=sheet.colours.ink)
    for x, baseline, line in label.lines:
        sheet.text(
            x,
            baseline,
            line,
            size=label.size,
            weight=label.weight,
            align="center",
            colour=colour,
            name=name,
            halo=paper if halo else None,
        )


def _capital(sheet: Sheet, placer: Placer, frame: Frame) -> str:
    """Draw the capital with its name; returns the name, which its region need not repeat."""
    for place, x, y in frame.places:
        if place.capital and _town(sheet, placer, place.name, x, y, size=sheet.preset.body * 0.84, capital=True):
            return place.name
    return ""


def _towns(sheet: Sheet, placer: Placer, frame: Frame, coloured: BaseGeometry, *, skip: set[str]) -> None:
    """Draw the towns of the coloured regions where their names fit, besides those whose names are there already."""
    for place, x, y in frame.places:
        if place.name not in skip and not place.capital and coloured.contains(shapely.Point(x, y)):
            _town(
                sheet, placer, place.name, x, y, size=max(sheet.preset.body * 0.72, sheet.preset.least), capital=False
            )


def _town(sheet: Sheet, placer: Placer, name: str, x: float, y: float, *, size: float, capital: bool) -> bool:
    """Draw a town's dot and name on the first free side."""
    radius = size * (0.24 if capital else 0.17)
    width = sheet.face.width(name, size, 600 if capital else 400)
    gap = radius + 0.28 * size
    middle = y + (ASCENT - DESCENT) / 2 * size
    sides = [
        (x + gap, middle),
        (x - gap - width, middle),
        (x - width / 2, y - gap),
        (x - width / 2, y + gap + ASCENT * size),
    ]
    for left, baseline in sides:
        box = (left, baseline - ASCENT * size, left + width, baseline + DESCENT * size)
        around = (min(box[0], x - radius), min(box[1], y - radius), max(box[2], x + radius), max(box[3], y + radius))
        if placer.free(around):
            paper = sheet.colours.country
            sheet.dot(x, y, radius, name="town", fill=sheet.colours.ink if capital else paper, stroke=sheet.colours.ink)
            sheet.text(
                left,
                baseline,
                name,
                size=size,
                weight=600 if capital else 400,
                halo=paper,
                name="town-name",
            )
            placer.block_box(around)
            return True
    return False


def _neighbour_names(sheet: Sheet, ground: Ground, frame: Frame, placer: Placer) -> None:
    size = sheet.preset.body * 0.8
    wanted = [
        Wanted(name, name.upper(), shape, size, 400, required=False)
        for name, shape in zip(ground.neighbour_names, _inset(frame, size * 0.4), strict=True)
        if name and not shape.is_empty
    ]
    for label in placer.place(wanted):
        _write(sheet, label, colour=sheet.colours.muted, name="neighbour-name", halo=False)


def _inset(frame: Frame, by: float) -> np.ndarray:
    """Return the neighbours inside the frame, a little off its edges."""
    left, top, right, bottom = frame.rectangle
    return shapely.clip_by_rect(frame.neighbours, left + by, top + by, right - by, bottom - by)


# --- furniture ------------------------------------------------------------------------------------------------


def _scale_bar(sheet: Sheet, frame: Frame, taken: list[Box]) -> Box:
    """Draw a scale bar of a round length at the lower edge, clear of what stands there."""
    size = sheet.preset.small
    kilometres = round_length(0.18 * frame.width / frame.scale / 1000)
    length = kilometres * 1000 * frame.scale
    text = sheet.words.t("{n} km", n=sheet.words.number(kilometres, 1))
    pad = 0.9 * size
    height = (ASCENT + 0.55) * size
    left = frame.x + pad
    if any(box.x < frame.x + frame.width / 2 and box.bottom > frame.y + frame.height / 2 for box in taken):
        left = frame.x + frame.width - pad - length
    top = frame.y + frame.height - pad - height
    base = top + height
    ink, halo = sheet.colours.ink, sheet.colours.sea
    tick = 0.35 * size
    points = [(left, base - tick), (left, base), (left + length, base), (left + length, base - tick)]
    sheet.rule(points, name="scale-bar-halo", stroke=halo, width=4.2)
    sheet.rule(points, name="scale-bar", stroke=ink, width=1.4)
    sheet.text(
        left + length / 2,
        base - 0.4 * size,
        text,
        size=size,
        align="center",
        name="scale-text",
        halo=halo,
    )
    width = max(length, sheet.face.width(text, size))
    return Box(left + length / 2 - width / 2, top, width, height)


def round_length(kilometres: float) -> float:
    """Return the largest 1, 2, 2.5 or 5 times a power of ten that is no longer."""
    power = 10.0 ** math.floor(math.log10(kilometres))
    return max(step * power for step in _ROUND_STEPS if step * power <= kilometres * (1 + 1e-9))


def _locator(sheet: Sheet, ground: Ground, frame: Frame) -> Box:
    """Draw where in the world the country lies, in the corner that hides least of it."""
    side = min(0.2 * frame.width, 0.26 * frame.height)
    pad = 0.5 * sheet.preset.small
    corners = [
        Box(x, y, side, side)
        for y in (frame.y + frame.height - side - pad, frame.y + pad)
        for x in (frame.x + pad, frame.x + frame.width - side - pad)
    ]
    country = merged(frame.regions)
    hidden = [country.intersection(shapely.box(c.x, c.y, c.right, c.bottom)).area for c in corners]
    box = corners[int(np.argmin(np.round(hidden, 3)))]
    colours = sheet.colours
    land, home = ground.locator(box)
    clip = shapely.Point(box.x + side / 2, box.y + side / 2).buffer(side / 2, quad_segs=24)
    sheet.shape(clip, name="locator-sea", fill=colours.sea, stroke=colours.paper, width=4.0)
    sheet.shape(shapely.intersection(land, clip), name="locator-land", fill=blend(colours.boundary, colours.land, 0.45))
    sheet.shape(shapely.intersection(home, clip), name="locator-country", fill=colours.ink)
    sheet.shape(clip, name="locator-edge", stroke=colours.boundary, width=1.0)
    return box
