"""Images: what an image says, in words and numbers, before anything is drawn.

Everything comes from the atlas: who says what stays with the article, and every figure with what it is a share of.
Shares are percent, areas km2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from geo.errors import InputError
from geo.images.type import clean
from geo.models import (
    GROUND_ROLES,
    ROLES,
    Area,
    ArticleInfo,
    Assessment,
    Claim,
    ControlLayer,
    Gap,
    Interval,
    Named,
    Reach,
    Reported,
    Role,
)
from geo.style import Style
from geo.words import DENOMINATOR_LABELS, Translator

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.boundaries import AreaOf

#: The denominator of shares where no reported figure says another.
_DENOMINATOR = "of_measured_total"
#: Titles of articles are cut to this many characters in lists of sources.
_TITLE = 110
#: So many articles are named among the sources, where there is room; the others are counted.
_TITLES = 3
#: Figures quoted in a title have at most this many characters.
_SHORT = 40
_EN_DASH = "–"


@dataclass(frozen=True)
class Fill:
    """Regions drawn in one role: ``firm`` ones are said outright, ``weak`` ones hedged or meant in part only."""

    role: Role
    firm: tuple[str, ...]
    weak: tuple[str, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        """All regions of the fill."""
        return self.firm + self.weak


class Story:
    """The words and figures of one article's images, or of all articles together (``article`` None)."""

    def __init__(self, atlas: Atlas, article: str | None, style: Style, words: Translator) -> None:
        self.atlas = atlas
        self.article = article
        self.style = style
        self.w = words
        self.assessment = assessment(atlas, article)

    # --- what is drawn ----------------------------------------------------------------------------------------

    @cached_property
    def fills(self) -> tuple[Fill, ...]:
        """What is drawn, ground roles first so that what is said lies over what is held."""
        regions: dict[Role, dict[str, None]] = {}
        for named in self.assessment.named:
            if named.role is not None:
                regions.setdefault(named.role, {}).update(dict.fromkeys(named.regions))
        drawn = set(self.atlas.regions["region"]) - self.atlas.far
        claimed = {region for role, ids in regions.items() if role != "mentioned" for region in ids}
        fills = []
        for role in sorted(regions, key=drawing_order):
            ids = [r for r in regions[role] if r in drawn and (role != "mentioned" or r not in claimed)]
            weak = tuple(region for region in ids if self._weak(region, role))
            fills.append(Fill(role, tuple(region for region in ids if region not in weak), weak))
        return tuple(fill for fill in fills if fill.regions)

    def _weak(self, region: str, role: Role) -> bool:
        """Whether every claim of this role on the region is hedged or about a part of it."""
        claims = [claim for claim in self.claims if claim.role == role]
        own = [claim for claim in claims if region in _units(claim)]
        return bool(own) and all(claim.hedged or claim.partial for claim in own)

    @cached_property
    def areas(self) -> tuple[AreaOf, ...]:
        """Areas of several units that are spoken of by a name of their own, all of their units drawn."""
        from geo.boundaries import areas

        drawn = {region for fill in self.fills if fill.role != "mentioned" for region in fill.regions}
        known = areas()
        named = dict.fromkeys(claim.region for claim in self.claims if claim.region in known)
        found = (known[one] for one in named)
        return tuple(one for one in found if len(one.units) > 1 and drawn.issuperset(one.units))

    def place(self, region: str) -> str:
        """Return the name of a region or an area by its id."""
        return clean(self._place_name(region), longest=80)

    @cached_property
    def _place_name(self) -> Callable[[str], str]:
        return self.atlas.place_name(self.w)

    def places(self, regions: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
        """Return names with their regions: an area that they make up whole stands for its units."""
        rest = list(regions)
        found = []
        for area in self.areas:
            if set(area.units) <= set(rest):
                found.append((self.place(area.id), area.units))
                rest = [region for region in rest if region not in area.units]
        return found + [("", (region,)) for region in rest]

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of the article, or of all."""
        return tuple(
            claim
            for reading in self.atlas.readings
            if self.article is None or reading.article.id == self.article
            for claim in reading.claims
        )

    # --- figures ----------------------------------------------------------------------------------------------

    @cached_property
    def reported(self) -> Reported | None:
        """The stated amount to set beside the named regions: with an interval in percent of the country.

        The first that a gap is worked out for, one about the same things before one that is not; else the first.
        """
        gaps = sorted(self.assessment.gaps, key=lambda gap: not gap.comparable)
        stated = [*(gap.reported for gap in gaps), *self.assessment.reported]
        whole = [one for one in stated if one.percent is not None and one.whole == self.atlas.country]
        return whole[0] if whole else None

    @property
    def reported_words(self) -> str:
        """The reported figure in the article's own words."""
        return clean(self.reported.quantity.surface, longest=90) if self.reported else ""

    @cached_property
    def gap(self) -> Gap | None:
        """The gap that belongs to `reported`."""
        if self.reported is None:
            return None
        same = [gap for gap in self.assessment.gaps if gap.reported == self.reported]
        return same[0] if same else None

    @property
    def compared(self) -> bool:
        """Whether the reported figure is about what the named regions are about, so that their gap means something."""
        return self.gap is not None and self.gap.comparable

    @cached_property
    def fits(self) -> bool:
        """Whether the named regions lie within the interval of the reported figure that they are set against."""
        return self.compared and self.gap is not None and self.gap.points.low <= 0 <= self.gap.points.high

    @cached_property
    def reach(self) -> Reach | None:
        """The first "what it takes" that has units to add; a figure below the named regions has none.

        Nor has one about other things than the named regions: units that close a gap which is none say nothing.
        """
        apart = [gap.reported for gap in self.assessment.gaps if not gap.comparable]
        found = (one for one in self.assessment.reach if one.reported not in apart)
        return next((reach for reach in found if any(one.added for one in reach.sets)), None)

    @cached_property
    def reported_label(self) -> str:
        """What the reported figure is called; with its role where it is about other things than the regions."""
        if self.reported is None or self.gap is None or self.gap.comparable:
            return self.w.t("Reported")
        return self.w.t("Reported as “{role}”", role=self.role(self.reported.quantity.role).lower())

    @cached_property
    def denominator(self) -> str:
        """What shares are taken of: the reported figure's whole where there is one, so that both can be compared."""
        name = self.reported.denominator if self.reported else _DENOMINATOR
        usable = name in DENOMINATOR_LABELS and getattr(self.assessment.headline.area, name) is not None
        return name if usable else _DENOMINATOR

    def share(self, area: Area) -> float:
        """Return an area's share of the denominator in percent."""
        value = getattr(area, self.denominator)
        return float(value) if value is not None else 0.0

    def share_of(self, km2: float) -> float:
        """Return the share of the denominator that so many km2 are, in percent."""
        return 100 * km2 / self.whole_km2

    @cached_property
    def whole_km2(self) -> float:
        """The denominator of the shares in km2."""
        wholes = self.atlas.comparison.denominators
        known = {
            "of_published_total": wholes.published_total_km2,
            "of_measured_total": wholes.measured_total_km2,
            "of_published_land": wholes.published_land_km2,
        }
        return float(known[self.denominator] or wholes.measured_total_km2)

    def reported_line(self, interval: Interval) -> str:
        """Return the reported figure as the label of a bar, with its role where it is about other things."""
        figure = self.interval(interval)
        if self.reported is None or self.gap is None or self.gap.comparable:
            return self.w.t("reported: {interval}", interval=figure)
        role = self.role(self.reported.quantity.role).lower()
        return self.w.t("reported as “{role}”: {interval}", role=role, interval=figure)

    @cached_property
    def key_figures(self) -> tuple[tuple[str, str, str], ...]:
        """What the finding rests on: label, figure, what it means; named first, then reported if anything is."""
        t, area = self.w.t, self.assessment.headline.area
        km2 = t("{area}, {of}", area=self.w.km2(area.km2), of=self.of)
        found = [(t("Named regions, in whole"), t("up to {share}", share=self.percent(area)), km2)]
        split = self.assessment.control
        if split is not None and self.assessment.headline.regions:
            rest = t("{area}, by the control layer", area=self.w.km2(split.not_held.km2))
            found.append((t("Named and not held"), self.percent(split.not_held), rest))
        if self.reported and self.reported.percent:
            quoted, interval = t("“{text}”", text=self.reported_words), self.interval(self.reported.percent)
            if len(quoted) <= _SHORT / 2:
                found.append((self.reported_label, quoted, t("read as {interval}", interval=interval)))
            else:
                found.append((self.reported_label, interval, quoted))
        return tuple(found)

    def percent(self, area: Area) -> str:
        """Return an area's share, formatted."""
        return self.w.percent(self.share(area))

    def interval(self, interval: Interval, digits: int = 1) -> str:
        """Return low–high in percent, or the middle alone where they are the same."""
        low, high = self.w.number(interval.low, digits), self.w.percent(interval.high, digits)
        return high if interval.low == interval.high else f"{low}{_EN_DASH}{high}"

    # --- words ------------------------------------------------------------------------------------------------

    @cached_property
    def country(self) -> str:
        """Name of the country."""
        return clean(self.w.country(self.atlas.country))

    def role(self, role: Role) -> str:
        """Return the name of a role with a capital, as the newsroom or the catalogue calls it."""
        return capitalised(clean(self.style.words.roles.get(role) or self.w.role(role)))

    def actors(self, role: Role) -> str:
        """Return the parties that act in a role, by name."""
        named = (*self.assessment.by_actor, *self.assessment.named)
        far = self.atlas.far
        codes = dict.fromkeys(
            one.actor for one in named if one.role == role and one.actor and not far.issuperset(one.regions or [""])
        )
        return ", ".join(clean(self.w.country(code)) for code in codes)

    def role_and_actors(self, role: Role) -> str:
        """Return the role with the parties that act, if known."""
        actors = self.actors(role)
        return f"{self.role(role)} ({actors})" if actors else self.role(role)

    def named(self, role: Role) -> Named | None:
        """Return the measured union of a role's regions."""
        return next((one for one in self.assessment.named if one.role == role), None)

    def figures(self, role: Role) -> str:
        """Return count, area and share of a role's regions."""
        named = self.named(role)
        if named is None:
            return ""
        count = self.w.tn("{n} region", "{n} regions", len(named.regions))
        parts = [count, self.w.km2(named.area.km2), self.percent(named.area)]
        return " · ".join(parts)

    @cached_property
    def title(self) -> str:
        """The finding in one line, or what the newsroom set."""
        if self.article is None and self.style.words.title_all:
            return clean(self.style.words.title_all)
        t, area = self.w.t, self.assessment.headline.area
        if not self.assessment.headline.regions:
            return t("{country}: no region is named", country=self.country)
        if self.article is None:
            return self.w.tn(
                "{country}: regions named in {n} article cover up to {share}",
                "{country}: regions named in {n} articles cover up to {share}",
                len(self.atlas.comparison.articles),
                country=self.country,
                share=self.percent(area),
            )
        if self.compared and len(self.reported_words) <= _SHORT:
            return t(
                "{country}: named regions cover up to {share}, the article says {reported}",
                country=self.country,
                share=self.percent(area),
                reported=t("“{text}”", text=self.reported_words),
            )
        return t("{country}: named regions cover up to {share}", country=self.country, share=self.percent(area))

    @cached_property
    def subtitle(self) -> str:
        """Where it is read: the article, or how many there are."""
        info = self.assessment.article
        if info is not None:
            return self.w.t("As read in {article}", article=self.article_name(info))
        return self.w.t("Who is reported to demand, offer or hold which region; shares are {of}", of=self.of)

    @cached_property
    def reach_subtitle(self) -> str:
        """What the chart of further units is about: the figure in the article's words, and as it is read."""
        if self.reach is None or self.reach.reported.percent is None:
            return self.subtitle
        return self.w.t(
            "Reported: “{words}”, read as {interval}; units are added to the named regions",
            words=clean(self.reach.reported.quantity.surface, longest=60),
            interval=self.interval(self.reach.reported.percent),
        )

    @property
    def of(self) -> str:
        """What shares are taken of, in words."""
        return self.w.t(DENOMINATOR_LABELS[self.denominator])

    def article_name(self, info: ArticleInfo) -> str:
        """Return title in quotation marks, source and date, as far as known; the id where there is no title."""
        title = clean(info.title or "", longest=_TITLE)
        parts = [
            self.w.t("“{text}”", text=title) if title else clean(info.id, longest=_TITLE),
            clean(info.source or "", longest=60),
            self.w.date(clean(info.date or "")),
        ]
        return ", ".join(part for part in parts if part)

    @cached_property
    def articles(self) -> tuple[ArticleInfo, ...]:
        """The articles that the image rests on."""
        if self.assessment.article is not None:
            return (self.assessment.article,)
        return tuple(one.article for one in self.atlas.comparison.articles if one.article is not None)

    @cached_property
    def unmapped(self) -> tuple[str, ...]:
        """Phrases that speak of territory but of no region, each once; first those of the article with `reported`."""
        every = dict.fromkeys(one.surface for one in self.assessment.unmapped)
        beside = {
            one.surface
            for assessed in self.atlas.comparison.articles
            if self.reported and assessed.article and assessed.article.id == self.reported.article
            for one in assessed.unmapped
        }
        ordered = sorted(every, key=lambda surface: surface not in beside)
        return tuple(dict.fromkeys(clean(surface, longest=120) for surface in ordered))

    @cached_property
    def unmapped_text(self) -> str:
        """One sentence about what could not be drawn; empty if there is nothing."""
        if not self.unmapped:
            return ""
        return self.w.t("Not drawn, as it names no region: {phrases}", phrases=self._quoted(self.unmapped, most=3))

    def _quoted(self, phrases: tuple[str, ...], *, most: int) -> str:
        shown = [self.w.t("“{text}”", text=phrase) for phrase in phrases[:most]]
        return "; ".join(shown) + (" …" if len(phrases) > most else "")

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know about the drawing."""
        t = self.w.t
        notes = [self.w.upper_bound()]
        shares = t("Shares are {of}.", of=self.of)
        notes.append(shares)
        basis = self.assessment.headline.basis
        if basis and any(one.role not in (*basis, "mentioned") for one in self.assessment.named):
            roles = ", ".join(dict.fromkeys(self.role(role).lower() for role in basis))
            notes.append(t("Counted as named regions: {roles}.", roles=roles))
        missing = tuple(dict.fromkeys(region for one in self.assessment.named for region in one.without_geometry))
        if missing:
            names = ", ".join(self.place(region) for region in missing)
            notes.append(t("Named, but without a shape to draw: {regions}.", regions=names))
        far = sorted(
            {r for one in self.assessment.named if one.role != "mentioned" for r in one.regions} & self.atlas.far
        )
        if far:
            names = ", ".join(name or self.place(ids[0]) for name, ids in self.places(far))
            notes.append(t("Named, but too far away for this map: {regions}.", regions=names))
        near = [self.place(area.id) for area in self.areas if not area.exact]
        if near:
            notes.append(t("Drawn by the regions that come near it: {areas}.", areas=", ".join(near)))
        if self.control is not None:
            notes.append(t("What the control layer shows is no article's claim."))
        return (*notes, self.reviewed) if self.reviewed else tuple(notes)

    @cached_property
    def reviewed(self) -> str:
        """How many claims an editor decided on, in a sentence; "" where nobody did."""
        if not self.atlas.reviewed:
            return ""
        said = self.atlas.say(self.atlas.comparison.reviewed_said, self.w) or self.atlas.reviewed
        return capitalised(clean(said)).rstrip(".") + "."

    @property
    def sources(self) -> tuple[str, ...]:
        """Articles, boundaries and viewpoint in one line of small print: the longest first, then with fewer titles."""
        return tuple(self._sources(titles) for titles in range(min(_TITLES, max(len(self.articles), 1)), 0, -1))

    def _sources(self, titles: int) -> str:
        t = self.w.t
        names = [self.article_name(info) for info in self.articles]
        shown = names[:titles]
        if len(names) > titles:
            more = len(names) - titles
            shown.append(self.w.tn("and {n} more article", "and {n} more articles", more))
        boundaries = clean(self.atlas.boundaries_in(self.w))
        parts = [
            t("Articles: {names}.", names="; ".join(shown).rstrip(".")) if shown else "",
            self.viewpoint,
            t("Boundaries: {source}.", source=boundaries),
            self.control_source,
            clean(self.style.words.credit),
        ]
        return " ".join(part for part in parts if part)

    @cached_property
    def viewpoint(self) -> str:
        """Whose borders are drawn, in a sentence; of Crimea only where Ukraine or Russia is on the map."""
        return clean(self.w.t(self.atlas.viewpoint_text)).rstrip(".") + "."

    # --- the control layer ------------------------------------------------------------------------------------

    @property
    def control(self) -> ControlLayer | None:
        """The layer of held land that the user brought, where its shapes are there to draw."""
        return self.atlas.comparison.control if self.atlas.control is not None else None

    @cached_property
    def control_label(self) -> str:
        """What the control layer is called in a legend, with its date."""
        if self.control is None:
            return ""
        if self.control.date:
            return capitalised(self.w.t("held on {date}, by the control layer", date=self.w.date(self.control.date)))
        return capitalised(self.w.t("held, by the control layer"))

    @cached_property
    def control_figures(self) -> tuple[str, ...]:
        """Whose layer it is, and how much of the named regions it covers and leaves."""
        if self.control is None:
            return ()
        credit = clean(self.control.credit or self.control.file, longest=80)
        split = self.assessment.control
        if split is None or not self.assessment.headline.regions:
            return (credit, f"{self.w.km2(self.control.held.km2)} · {self.percent(self.control.held)}")
        t = self.w.t
        held = t("named and held: {km2} · {share}", km2=self.w.km2(split.held.km2), share=self.percent(split.held))
        rest = t(
            "named and not held: {km2} · {share}",
            km2=self.w.km2(split.not_held.km2),
            share=self.percent(split.not_held),
        )
        return (credit, held, rest)

    @cached_property
    def held_share(self) -> float:
        """What share of the named regions the control layer covers, 0 to 1."""
        split, whole = self.assessment.control, self.assessment.headline.area.km2
        return split.held.km2 / whole if self.control is not None and split is not None and whole else 0.0

    @cached_property
    def control_source(self) -> str:
        """The control layer in the line of sources: file, date and credit."""
        if self.control is None:
            return ""
        date = self.w.date(self.control.date) if self.control.date else ""
        parts = (clean(self.control.file, longest=80), date, clean(self.control.credit or "", longest=120))
        return self.w.t("Control layer: {parts}.", parts=", ".join(part for part in parts if part).rstrip("."))

    @cached_property
    def control_text(self) -> str:
        """What the control layer covers of the named regions, in a sentence; empty without a layer."""
        split = self.assessment.control
        if self.control is None or split is None:
            return ""
        return clean(self.atlas.say(split.text_said, self.w) or split.text, longest=1200).rstrip(".") + "."

    # --- sentences --------------------------------------------------------------------------------------------

    def finding(self) -> str:
        """The comparison of named and reported in one sentence; empty if nothing is reported."""
        if self.reported is None or self.reported.percent is None:
            return ""
        said = {
            "words": self.reported_words,
            "interval": self.interval(self.reported.percent),
            "share": self.percent(self.assessment.headline.area),
        }
        if self.article is None and (articles := len(self.atlas.comparison.articles)) > 1:
            # The article with the figure need not have named all these regions.
            text = self.w.tn(
                "Reported: “{words}” ({interval}); the regions named in {n} article cover up to {share}.",
                "Reported: “{words}” ({interval}); the regions named in {n} articles cover up to {share}.",
                articles,
                **said,
            )
        else:
            text = self.w.t(
                "The article says “{words}” ({interval}); the regions it names cover up to {share}.", **said
            )
        return f"{text} {self.gap_text()}".strip()

    def gap_text(self) -> str:
        """Return how far apart named and reported are, in points."""
        if self.gap is None:
            return ""
        if not self.gap.comparable:
            return self.w.t(
                "The figure and the named regions are about different things, land held and land at stake in talks:"
                " they need not agree."
            )
        points, within = self.gap.points, self.gap.reported.percent
        number = self.w.number
        if within is not None and self.fits:
            return self.w.t(
                "The named regions lie within the reported interval, {interval}.", interval=self.interval(within)
            )
        if points.mid < 0:
            return self.w.t(
                "The named regions are {points} points more than reported ({low} to {high}).",
                points=number(-points.mid, 1),
                low=number(-points.high, 1),
                high=number(-points.low, 1),
            )
        return self.w.t(
            "{points} points are not accounted for by the named regions ({low} to {high}).",
            points=number(points.mid, 1),
            low=number(points.low, 1),
            high=number(points.high, 1),
        )


def assessment(atlas: Atlas, article: str | None) -> Assessment:
    """Return the assessment of an article, or of all together.

    Raises
    ------
    InputError
        If the atlas has no article of that id.
    """
    if article is None:
        return atlas.comparison.overall
    for one in atlas.comparison.articles:
        if one.article is not None and one.article.id == article:
            return one
    known = ", ".join(one.article.id for one in atlas.comparison.articles if one.article) or "none"
    raise InputError(f"no article {article!r} in this atlas; it has {known}")


def _units(claim: Claim) -> tuple[str, ...]:
    from geo.boundaries import areas
    from geo.shares import STANDS_FOR

    area = areas().get(STANDS_FOR.get(claim.region, claim.region))
    return (claim.region, *area.units) if area else (claim.region,)


def drawing_order(role: Role) -> tuple[bool, int]:
    """Return the order of drawing and of legends: what is held, then what is said, each as in `ROLES`."""
    return role not in GROUND_ROLES, ROLES.index(role)


def capitalised(text: str) -> str:
    """Return text with its first letter large."""
    return text[:1].upper() + text[1:]
