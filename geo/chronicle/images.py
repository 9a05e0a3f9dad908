"""Chronicle, the images: a small map for each role with its months below, and the sources side by side.

Sheet, ground, presets and files are those of the images of articles (`geo.images`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import shapely
from matplotlib.figure import Figure

from geo import style as styles
from geo.chronicle.tally import Tally, breaks
from geo.errors import OutputError
from geo.images.drawing import ImageFile, publish
from geo.images.furniture import header
from geo.images.ground import Frame, Ground, merged, prepare
from geo.images.labels import Placer, Wanted
from geo.images.maps import swatch
from geo.images.presets import ALL, UNITS_PER_INCH, Box, find
from geo.images.sheet import Sheet
from geo.images.story import Story
from geo.images.type import ASCENT, LINE, clean
from geo.models import ROLES, Role
from geo.style import Style, Theme, blend
from geo.words import N_, Translator, words

if TYPE_CHECKING:
    from geo.atlas import Atlas

__all__ = ["ALL", "KINDS", "LABELS", "alt_text", "draw", "write_all"]

Kind = Literal["regions", "sources"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: What the files are called in lists of downloads.
LABELS: dict[Kind, str] = {"regions": N_("A map for each role"), "sources": N_("Stories by source and role")}
#: Shares of a role's colour for the lightest and the darkest class.
_LIGHTEST, _DARKEST = 0.2, 0.85
#: Regions that are named under a map, and that the alternative text lists.
_NAMED = 3
_LISTED = 8
#: Sources that the image lists, and columns of roles beside them, before the rest is left to the table.
_MOST_SOURCES = 14
_MOST_ROLES = 6
_NOTE_LINES = 6
#: Finest detail of print, in layout units: 0.15 mm.
_FINEST = 0.55


class Studio:
    """A tally and its shapes made ready for drawing in one style and language."""

    def __init__(self, tally: Tally, atlas: Atlas, *, style: Style | None = None, lang: str = "en") -> None:
        self.tally = tally
        self.style = style or styles.default()
        self.words: Translator = words(lang)
        self.ground: Ground = prepare(atlas, self.words)
        self._story = Story(atlas, None, self.style, self.words)
        self._boundaries = clean(atlas.boundaries.split(" (")[0])
        # Names of the tally's regions by their numbers there.
        names = dict(zip(self.ground.ids, self.ground.names, strict=True))
        self.names = [names.get(region, region) for region in tally.regions]
        sizes = dict(zip(self.ground.ids, self.ground.km2, strict=True))
        self.sizes = [sizes.get(region, 0.0) for region in tally.regions]
        told = [role for role in tally.roles if role != "mentioned"]
        self.roles: tuple[Role, ...] = tuple(told) or tally.roles

    # --- words ------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The built-in title or the newsroom's."""
        own = self.style.words.title_all
        return (
            clean(own)
            if own
            else self.words.t("{country}: what news stories say about its regions", country=self._story.country)
        )

    @property
    def period(self) -> str:
        """From the first month to the last."""
        months = self.tally.months
        if not months:
            return ""
        first, last = self.words.date(months[0]), self.words.date(months[-1])
        return first if first == last else f"{first} – {last}"

    @property
    def subtitle(self) -> str:
        """How many stories of how many sources, and when."""
        w, tally = self.words, self.tally
        stories = w.tn("{n} story", "{n} stories", tally.totals.stories)
        sources = w.tn("{n} source", "{n} sources", len(tally.sources))
        return " · ".join(part for part in (stories, sources, self.period) if part)

    def role(self, role: Role) -> str:
        """Name of a role with a capital."""
        return self._story.role(role)

    def notes(self, kind: Kind) -> tuple[str, ...]:
        """What a reader must know about the counting."""
        w, totals = self.words, self.tally.totals
        shades = w.t("Darker regions are named in more stories; each map has its own scale, the numbers are stories.")
        found = (
            [shades] if kind == "regions" else [w.t("A story that several sources print counts once for each of them.")]
        )
        if totals.reprints:
            found.append(
                w.tn(
                    "{n} article is a near copy of an earlier one and counts once with it.",
                    "{n} articles are near copies of earlier ones and count once with them.",
                    totals.reprints,
                )
            )
        skipped = sum(totals.skipped.values())
        if skipped:
            found.append(w.tn("{n} record was skipped", "{n} records were skipped", skipped) + ".")
        if not totals.compared:
            found.append(w.t("Near copies were not looked for: each article counts as a story."))
        if not totals.complete:
            found.append(w.t("Not complete: parts of the inputs could not be read."))
        found.append(w.t("Read by machine from the articles; not reviewed by hand."))
        return tuple(found)

    @property
    def sources(self) -> str:
        """Sources, viewpoint and boundaries in one line of small print."""
        w, listed = self.words, self.tally.sources[:5]
        names = [
            f"{clean(one.name or w.t('Source not named'), longest=60)} ({w.number(one.stories)})" for one in listed
        ]
        more = len(self.tally.sources) - len(listed)
        if more:
            names.append(w.tn("{n} other source", "{n} other sources", more))
        parts = [
            w.t("Sources: {names}.", names=", ".join(names)),
            self._story.viewpoint,
            w.t("Boundaries: {source}.", source=self._boundaries),
            clean(self.style.words.credit),
        ]
        return " ".join(part for part in parts if part)

    def alt(self, kind: Kind) -> str:
        """Return the text alternative: what is shown, and the largest counts."""
        w = self.words
        opening = {
            "regions": w.t(
                "Small maps of {country}, one for each role, shaded by stories.", country=self._story.country
            ),
            "sources": w.t("Bars of stories by source and role."),
        }[kind]
        return clean(
            " ".join([opening, self.subtitle + ".", *map(self._told, self.roles), *self.notes(kind)]), longest=4000
        )

    def _told(self, role: Role) -> str:
        w = self.words
        stories = w.tn("{n} story", "{n} stories", self.tally.count(role=role)[0])
        regions = self.ranked(role)[:_LISTED]
        named = ", ".join(f"{self.names[region]} {w.number(count)}" for region, count in regions)
        return f"{self.role(role)}: {stories} ({named})."

    def ranked(self, role: Role) -> list[tuple[int, int]]:
        """Regions of a role with their stories, most first."""
        counted = self.tally.count(role=role, by="region", region=None)
        return sorted(counted.items(), key=lambda one: (-one[1], -self.sizes[one[0]], one[0]))

    # --- figures ----------------------------------------------------------------------------------------------

    def draw(self, kind: Kind, *, preset: str, theme: Theme) -> Figure:
        """Draw one image."""
        if kind not in KINDS:
            raise OutputError(f"unknown kind of image {kind!r}; the kinds are {', '.join(KINDS)}")
        sheet = Sheet(find(preset), self.style, theme, self.words)
        top = header(sheet, self.title, self.subtitle)
        bottom = _footer(sheet, " ".join(self.notes(kind)), self.sources)
        body = Box(sheet.page.x, top, sheet.page.width, bottom - top)
        if kind == "regions":
            self._regions(sheet, body)
        else:
            self._bars(sheet, body)
        return sheet.figure

    def _regions(self, sheet: Sheet, body: Box) -> None:
        size, small = sheet.preset.body, sheet.preset.small
        gap = 1.2 * size
        foot = LINE * small + self._months_height(sheet)

        def head(width: float) -> float:
            return LINE * (1.3 * size + (small if self._stacked(sheet, width) else 0.2 * size))

        least = sheet.face.widest([self.role(role) for role in self.roles], size, 700) + 2.0 * size
        columns = _columns(body, len(self.roles), gap, head=head, foot=foot, shape=self._shape(), least=least)
        rows = math.ceil(len(self.roles) / columns)
        width = (body.width - gap * (columns - 1)) / columns
        height = (body.height - gap * (rows - 1)) / rows
        for place, role in enumerate(self.roles):
            x = body.x + (place % columns) * (width + gap)
            y = body.y + (place // columns) * (height + gap)
            self._cell(sheet, role, Box(x, y, width, height))

    def _stacked(self, sheet: Sheet, width: float) -> bool:
        """Tell whether a role's name and its stories have to stand one over the other."""
        size, small = sheet.preset.body, sheet.preset.small
        names = sheet.face.widest([self.role(role) for role in self.roles], size, 700)
        return names + sheet.face.widest([self._total(role) for role in self.roles], small) + 2.7 * size > width

    def _total(self, role: Role) -> str:
        return self.words.tn("{n} story", "{n} stories", self.tally.count(role=role)[0])

    def _shape(self) -> float:
        west, south, east, north = self.ground.focus()
        return (east - west) / max(north - south, 1.0)

    def _months_height(self, sheet: Sheet) -> float:
        return 4.4 * sheet.preset.small if len(self.tally.months) > 1 else 0.0

    def _cell(self, sheet: Sheet, role: Role, box: Box) -> None:
        """Draw one role: its name and stories, the map, the regions named most, the months."""
        w, size, small = self.words, sheet.preset.body, sheet.preset.small
        sample = Box(box.x, box.y + 0.1 * size, 1.5 * size, 0.95 * size)
        swatch(sheet, sample, role)
        stacked = self._stacked(sheet, box.width)
        left, baseline = sample.right + 0.4 * size, box.y + ASCENT * size
        name = sheet.face.cut(self.role(role), size, box.right - left, weight=700)
        sheet.text(left, baseline, name, size=size, weight=700, name="role")
        muted = sheet.colours.muted
        if stacked:
            sheet.text(left, baseline + LINE * small, self._total(role), size=small, colour=muted, name="role-total")
        else:
            sheet.text(
                box.right, baseline, self._total(role), size=small, align="right", colour=muted, name="role-total"
            )
        months = self._months_height(sheet)
        top = box.y + LINE * (1.3 * size + (small if stacked else 0.2 * size))
        place = Box(box.x, top, box.width, max(box.bottom - top - months - 1.2 * LINE * small, 1.0))
        self._map(sheet, role, place)
        ranked = self.ranked(role)
        told = [f"{self.names[region]} {w.number(count)}" for region, count in ranked[:_NAMED]]
        while len(told) > 1 and sheet.face.width(" · ".join(told), small) > box.width:
            told.pop()
        y = place.bottom + (0.1 + ASCENT) * small
        sheet.text(box.x, y, sheet.face.cut(" · ".join(told), small, box.width), size=small, name="most-named")
        if months:
            self._months(sheet, role, Box(box.x, place.bottom + 1.5 * LINE * small, box.width, months - 0.4 * small))

    def _map(self, sheet: Sheet, role: Role, box: Box) -> None:
        colours, ground = sheet.colours, self.ground
        frame = ground.frame(box, pad=0.005, pixel=max(UNITS_PER_INCH / sheet.preset.dpi, _FINEST))
        own = [shape for shape, mine in zip(frame.regions, ground.own, strict=True) if mine]
        sheet.shape(merged(own), name="country", fill=colours.country, stroke=colours.country, width=1.6)
        ranked = self.ranked(role)
        ends = breaks(ranked[0][1]) if ranked else ()
        colour = self.style.roles[role].colour(sheet.theme)
        classes: dict[int, list[int]] = {}
        for region, count in ranked:
            at = ground.index(self.tally.regions[region])
            if at is not None:
                classes.setdefault(sum(count >= low for low in ends) - 1, []).append(at)
        for place, members in sorted(classes.items()):
            fill = blend(colour, colours.country, _share(place, len(ends)))
            sheet.shape(frame.regions[members], name=f"{role}-class-{place + 1}", fill=fill)
        named = {at for members in classes.values() for at in members}
        lines = ground.lines(frame, named)
        sheet.shape(lines.inner, name="regions-borders", stroke=colours.boundary, width=0.7)
        sheet.shape(lines.named, name="named-borders", stroke=colours.border, width=0.8)
        sheet.shape(lines.outline, name="country-border", stroke=colours.border, width=1.4)
        if not lines.disputed.is_empty:
            sheet.shape(lines.disputed, name="disputed-gap", stroke=colours.country, width=2.4)
            sheet.shape(lines.disputed, name="disputed-border", stroke=colours.border, width=1.4, dashes=(5.0, 3.2))
        self._numbers(sheet, frame, ranked)

    def _numbers(self, sheet: Sheet, frame: Frame, ranked: Sequence[tuple[int, int]]) -> None:
        """Write the stories into the regions that have room, those with most first."""
        size = max(sheet.preset.small * 0.9, sheet.preset.least)
        placer = Placer(sheet.face, frame.rectangle, [], least=sheet.preset.least)
        wanted = []
        for place, (region, count) in enumerate(ranked):
            at = self.ground.index(self.tally.regions[region])
            if at is not None and not frame.regions[at].is_empty:
                text, shape = self.words.number(count), frame.regions[at]
                wanted.append(Wanted(self.ground.ids[at], text, shape, size, 600, required=place < _NAMED))
        for label in placer.place(wanted):
            if label.leader:
                sheet.rule(list(label.leader), name="number-leader", stroke=sheet.colours.ink, width=1.0)
            for x, baseline, line in label.lines:
                sheet.text(
                    x,
                    baseline,
                    line,
                    size=label.size,
                    weight=600,
                    align="center",
                    halo=sheet.colours.country,
                    name="number",
                )

    def _months(self, sheet: Sheet, role: Role, box: Box) -> None:
        """Draw a bar for each month, with the first, the last and the highest one named."""
        small, colours, months = sheet.preset.small, sheet.colours, self.tally.months
        counted = self.tally.count(role=role, by="month")
        values = [counted.get(month, 0) for month in range(len(months))]
        highest = max(values)
        line = LINE * small
        area = Box(box.x, box.y + line, box.width, max(box.height - 2 * line, small))
        step = area.width / len(values)
        gap = min(0.18 * step, 0.25 * small)
        bars = [
            shapely.box(
                area.x + at * step + gap / 2,
                area.bottom - area.height * value / max(highest, 1),
                area.x + (at + 1) * step - gap / 2,
                area.bottom,
            )
            for at, value in enumerate(values)
            if value
        ]
        colour = self.style.roles[role].colour(sheet.theme)
        sheet.shape(bars, name=f"{role}-months", fill=blend(colour, colours.paper, _DARKEST))
        sheet.rule(
            [(area.x, area.bottom), (area.right, area.bottom)], name="months-axis", stroke=colours.border, width=1.0
        )
        low = area.bottom + (0.15 + ASCENT) * small
        ends = [self.words.date(months[0]), self.words.date(months[-1])]
        if sum(sheet.face.width(end, small) for end in ends) + small > area.width:
            ends = [months[0], months[-1]]
        sheet.text(area.x, low, ends[0], size=small, colour=colours.muted, name="months-first")
        sheet.text(area.right, low, ends[1], size=small, align="right", colour=colours.muted, name="months-last")
        if highest:
            at = values.index(highest)
            text = self.words.number(highest)
            half = sheet.face.width(text, small) / 2
            x = min(max(area.x + (at + 0.5) * step, area.x + half), area.right - half)
            sheet.text(x, area.y - 0.25 * small, text, size=small, align="center", name="months-most")

    # --- sources ----------------------------------------------------------------------------------------------

    def _bars(self, sheet: Sheet, body: Box) -> None:
        """Draw the sources in rows and the roles in columns, a bar with its number in each."""
        w, small = self.words, sheet.preset.small
        ranked = sorted(self.roles, key=lambda role: (-self.tally.count(role=role)[0], ROLES.index(role)))
        room = max(1, int(body.width * 0.72 / (7.5 * small)))
        roles = sorted(ranked[: min(_MOST_ROLES, room)], key=ROLES.index)
        counted = {role: self.tally.count(role=role, by="source", source=None) for role in roles}
        head = 2.4 * LINE * small
        fitting = max(3, int((body.height - head) / (2.0 * LINE * small)))
        listed = list(range(min(len(self.tally.sources), _MOST_SOURCES, fitting)))
        rest = len(self.tally.sources) - len(listed)
        step = min((body.height - head) / (len(listed) + (1 if rest else 0)), 2.6 * LINE * small)
        names = min(0.28 * body.width, max(sheet.face.width(self._source(at), small) for at in listed) + small)
        gap = 1.0 * small
        width = (body.width - names - gap * len(roles)) / len(roles)
        for column, role in enumerate(roles):
            x = body.x + names + gap + column * (width + gap)
            self._column(sheet, role, counted[role], listed, Box(x, body.y, width, body.height), head=head, step=step)
        for place, at in enumerate(listed):
            baseline = body.y + head + (place + 0.5) * step + 0.35 * small
            sheet.text(
                body.x, baseline, sheet.face.cut(self._source(at), small, names), size=small, weight=600, name="source"
            )
        if rest:
            baseline = body.y + head + (len(listed) + 0.5) * step + 0.35 * small
            text = w.tn("and {n} other source, in the table", "and {n} other sources, in the table", rest)
            sheet.text(body.x, baseline, text, size=small, colour=sheet.colours.muted, name="sources-more")

    def _column(
        self,
        sheet: Sheet,
        role: Role,
        counted: dict[int, int],
        listed: Sequence[int],
        box: Box,
        *,
        head: float,
        step: float,
    ) -> None:
        small, colours = sheet.preset.small, sheet.colours
        sheet.paragraph(
            box.x, box.y, self.role(role), size=small, width=box.width, weight=700, most=2, name="source-role"
        )
        highest = max((counted.get(at, 0) for at in listed), default=0)
        widest = sheet.face.widest([self.words.number(counted.get(at, 0)) for at in listed], small)
        room = max(box.width - widest - 0.5 * small, small)
        colour = blend(self.style.roles[role].colour(sheet.theme), colours.paper, _DARKEST)
        top = box.y + head
        thick = min(0.62 * step, 1.5 * small)
        bars = []
        for place, at in enumerate(listed):
            count = counted.get(at, 0)
            middle = top + (place + 0.5) * step
            length = room * count / max(highest, 1)
            if count:
                bars.append(shapely.box(box.x, middle - thick / 2, box.x + length, middle + thick / 2))
            text = self.words.number(count) if count else "–"
            sheet.text(box.x + length + 0.4 * small, middle + 0.35 * small, text, size=small, name="source-number")
        sheet.shape(bars, name=f"{role}-sources", fill=colour)
        foot = top + step * len(listed)
        sheet.rule([(box.x, top), (box.x, foot)], name="source-axis", stroke=colours.border, width=1.0)

    def _source(self, at: int) -> str:
        return clean(self.tally.sources[at].name or self.words.t("Source not named"), longest=80)


def _share(place: int, classes: int) -> float:
    return _LIGHTEST + (_DARKEST - _LIGHTEST) * (place / (classes - 1) if classes > 1 else 0.6)


def _columns(
    body: Box, count: int, gap: float, *, head: Callable[[float], float], foot: float, shape: float, least: float
) -> int:
    """Return how many columns, each at least ``least`` wide, for the largest maps of a shape (width to height)."""

    def scale(columns: int) -> float:
        rows = math.ceil(count / columns)
        width = (body.width - gap * (columns - 1)) / columns
        height = (body.height - gap * (rows - 1)) / rows - head(width) - foot
        return min(width, height * shape)

    # Among equal sizes the one that leaves fewest places empty.
    most = max(1, min(count, int((body.width + gap) // (least + gap))))
    return max(range(1, most + 1), key=lambda columns: (round(scale(columns), 1), -(-count % columns), columns))


def _footer(sheet: Sheet, note: str, sources: str) -> float:
    """Write note and sources at the bottom; returns the upper edge."""
    page, size = sheet.page, sheet.preset.small
    heights = [sheet.paragraph_height(text, size=size, width=page.width, most=_NOTE_LINES) for text in (note, sources)]
    top = page.bottom - sum(heights) + 0.3 * size
    rule = top - 0.5 * size
    sheet.rule([(page.x, rule), (page.right, rule)], name="footer-rule", stroke=sheet.colours.boundary, width=1.0)
    y = sheet.paragraph(page.x, top, note, size=size, width=page.width, most=_NOTE_LINES, name="note")
    muted = sheet.colours.muted
    sheet.paragraph(page.x, y, sources, size=size, width=page.width, most=_NOTE_LINES, colour=muted, name="sources")
    return top - 1.3 * size


def draw(
    tally: Tally,
    atlas: Atlas,
    kind: Kind = "regions",
    *,
    preset: str = "web",
    theme: Theme = "light",
    style: Style | None = None,
    lang: str = "en",
) -> Figure:
    """Draw one image of a tally: ``regions`` (a map for each role) or ``sources``. Raises `OutputError`."""
    return Studio(tally, atlas, style=style, lang=lang).draw(kind, preset=preset, theme=theme)


def alt_text(tally: Tally, atlas: Atlas, kind: Kind = "regions", lang: str = "en") -> str:
    """Return the text alternative of an image."""
    return Studio(tally, atlas, lang=lang).alt(kind)


def write_all(
    tally: Tally,
    atlas: Atlas,
    folder: Path,
    *,
    style: Style | None = None,
    lang: str = "en",
    themes: Sequence[Theme] = ("light",),
    presets: Sequence[str] = ALL,
    text_as_text: bool = False,
) -> tuple[ImageFile, ...]:
    """Write every image into a folder as ``corpus-<kind>-<preset>[-dark]`` .png, .svg, .pdf, and .txt with its text.

    The same tally gives the same bytes. Raises `OutputError` if a file can't be written or a preset is unknown.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: can't make the folder ({error.strerror}); choose another one") from error
    studio = Studio(tally, atlas, style=style, lang=lang)
    return tuple(
        _write(studio, folder, kind, preset, theme, text_as_text=text_as_text)
        for kind in KINDS
        for theme in themes
        for preset in presets
    )


def _write(studio: Studio, folder: Path, kind: Kind, preset: str, theme: Theme, *, text_as_text: bool) -> ImageFile:
    name = "-".join(["corpus", kind, preset] + ([theme] if theme != "light" else []))
    alt, title = studio.alt(kind), studio.title
    figure = studio.draw(kind, preset=preset, theme=theme)
    width, height = find(preset).pixels
    image = ImageFile(name, kind, None, preset, theme, studio.words.ui, title, alt, width, height, {})
    return publish(figure, folder, image, text_as_text=text_as_text)
