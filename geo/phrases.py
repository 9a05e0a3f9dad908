"""Part of the checks: what a text says of which figure, as far as words and places in the sentence tell.

The words and the limits are data: ``vocabulary/checks.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from geo.models import Claim, Quantity, Quote, Reading
from geo.reading.gazetteer import mentions
from geo.reading.language import language
from geo.reading.sentences import sentences

_TABLE = Path(__file__).parent / "vocabulary" / "checks.toml"
_UNITS = Path(__file__).parent / "vocabulary" / "units.toml"
_LETTERS = re.compile(r"[^\W\d_]+|[²2](?!\d)")
_DEFAULT_LANGUAGE = "en"
_WORDS = re.compile(r"\w+")
#: All that stands between a figure and the same in another unit, where no word does.
_BESIDE = ("(", "/", "[", "=")
_OPENS = re.compile(r"[(:–—]")

Said = Literal["equal", "beside"]


@dataclass(frozen=True)
class Tolerance:
    """What two figures may differ by and still agree, and how near words must stand; see the table for each."""

    area: float
    rounding_percent: float
    rounding_most: float
    piece: float
    days: int
    between: int
    list: int
    quotes: int


@cache
def table() -> Mapping[str, Any]:
    """Give the table of tolerances, phrases and reasons."""
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@cache
def tolerance() -> Tolerance:
    """Give the tolerances that every verdict rests on."""
    return Tolerance(**table()["tolerance"])


@cache
def area_unit(surface: str, lang: str) -> str | None:
    """Name the unit of area that a figure is printed in (km2, mi2, hectare, acre), None where none is found."""
    units = tomllib.loads(_UNITS.read_text(encoding="utf-8"))
    text = " ".join(_LETTERS.findall(surface.casefold()))
    forms = [
        (len(plain), name)
        for name, unit in units.items()
        if name != "percent"
        for form in (*unit["any"], *unit.get(lang, ()))
        if (plain := " ".join(_LETTERS.findall(form.casefold()))) and f" {text} ".endswith(f" {plain} ")
    ]
    return max(forms)[1] if forms else None


@dataclass(frozen=True)
class Spot:
    """Words that name regions, ``start`` to ``end`` in the article."""

    start: int
    end: int
    regions: tuple[str, ...]
    partial: bool


class Told:
    """An article's sentences as far as they were read, with everything in them that names regions.

    A reading holds one claim for a region and a role, so a region that is named again has no claim in that sentence;
    the gazetteer finds it there.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    @cached_property
    def text(self) -> str:
        """The sentences of claims, figures and phrases at their places, blank between them."""
        members: Iterable[Any] = (*self.reading.claims, *self.reading.quantities, *self.reading.unmapped)
        known = {member.sentence_start: member.sentence for member in members}
        text = ""
        for start, sentence in sorted(known.items()):
            text = text[:start].ljust(start - 1) + "\n" * (start > 0) + sentence
        return text

    @cached_property
    def lang(self) -> str:
        """The article's language, found out from its sentences where it is not known."""
        return language(self.text, self.reading.article.lang) or _DEFAULT_LANGUAGE

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Everything that names regions, in order: claims, and between them what the gazetteer finds."""
        claims: dict[tuple[int, int], list[Claim]] = {}
        for claim in self.reading.claims:
            claims.setdefault((claim.start, claim.end), []).append(claim)
        found = [
            Spot(start, end, tuple(dict.fromkeys(one.region for one in own)), any(one.partial for one in own))
            for (start, end), own in claims.items()
        ]
        text = self.text
        for mention in mentions(text, sentences(text)):
            if all(mention.end <= spot.start or spot.end <= mention.start for spot in found):
                found.append(Spot(mention.start, mention.end, mention.regions, mention.partial))
        return tuple(sorted(found, key=lambda spot: (spot.start, spot.end)))

    def says(self, words: str, kind: str) -> bool:
        """Whether one of the table's phrases of a kind stands in some words, in the article's language."""
        phrases = table()[kind].get(self.lang, table()[kind][_DEFAULT_LANGUAGE])
        inside = " " + " ".join(_WORDS.findall(words.casefold())) + " "
        return any(f" {phrase.casefold()} " in inside for phrase in phrases)

    def same_land(self, one: Quantity, other: Quantity) -> bool:
        """Whether two figures of a sentence stand side by side as the same land: close, and nothing separates."""
        first, second = sorted((one, other), key=lambda quantity: quantity.start)
        if first.sentence_start != second.sentence_start or second.start < first.end or first.role != second.role:
            return False
        if any(first.end <= quantity.start < second.start for quantity in self.reading.quantities):
            return False
        # Of two regions that are one whole, "and" is no mark of other land: "46,579 km2 of A and B, 88% of the two".
        end = self._behind_regions(first, second.start)
        return self._joined(_between(first, end, second.start))

    def _behind_regions(self, quantity: Quantity, stop: int) -> int:
        """Where the list of regions ends that a figure lies in, right behind it; else where the figure ends."""
        inside = [spot for spot in self._in_sentence(quantity) if spot.start >= quantity.end and spot.end <= stop]
        found = _list(inside)
        wholes = {region for spot in found for region in spot.regions}
        listed = len(found) > 1 and quantity.of is not None and wholes == set(quantity.of.split("+"))
        near = listed and self._joined(_between(quantity, quantity.end, found[0].start))
        return found[-1].end if near else quantity.end

    def same_figure(self, one: Quantity, other: Quantity) -> bool:
        """Whether one figure only gives another in a second unit: right behind it, in brackets or after "or"."""
        first, second = sorted((one, other), key=lambda quantity: quantity.start)
        if first.sentence_start != second.sentence_start or second.start < first.end:
            return False
        words = _between(first, first.end, second.start).strip()
        return words in _BESIDE or (words.strip(" ,(–—/").casefold() in table()["converts"].get(self.lang, ()))

    def speaks_of_rest(self, quantity: Quantity) -> bool:
        """Whether a figure is said of the rest of its region ("the remaining 25% of it"): right before or behind it."""
        start, reach = quantity.start - quantity.sentence_start, tolerance().between
        end = start + len(quantity.surface)
        return self.says(quantity.sentence[max(0, start - reach) : end + tolerance().list], "rest")

    def said_of(self, quantity: Quantity) -> tuple[list[Spot], Said | None]:
        """Find the list of whole regions that a figure is said of, and whether as an equation or only beside it.

        Two ways count: a phrase of the table ``equates`` between regions and figure; or the figure right after the
        regions behind a comma, dash or bracket, or the regions behind a colon, dash or bracket right after the figure.
        In both nothing between them separates. A list of what is held goes on behind a comma ("Crimea, 20% of the
        country"), so there a comma says nothing.
        """
        own = self._in_sentence(quantity)
        before = _nearest([spot for spot in reversed(own) if spot.end <= quantity.start])
        after = _nearest([spot for spot in own if spot.start >= quantity.end])
        if before and not self._goes_on(quantity, before[0].start, back=True):
            words = _between(quantity, before[-1].end, quantity.start)
            how = self._how(words, comma=quantity.role != "controlled")
            if how:
                return before, how
        if after and not self._goes_on(quantity, after[-1].end, back=False):
            how = self._how(_between(quantity, quantity.end, after[0].start), comma=False)
            if how:
                return after, how
        return [], None

    def spots_beside(self, quantity: Quantity) -> list[Spot]:
        """Find the whole regions that are named in the sentence of a figure."""
        return [spot for spot in self._in_sentence(quantity) if not spot.partial]

    def _goes_on(self, quantity: Quantity, place: int, *, back: bool) -> bool:
        """Whether a list of regions has another member that names none ("the five regions and Crimea")."""
        at = place - quantity.sentence_start
        words = _WORDS.findall((quantity.sentence[:at] if back else quantity.sentence[at:]).casefold())
        joining = table()["joins"].get(self.lang, ())
        articles = table()["articles"].get(self.lang, ())
        near = [word for word in (reversed(words) if back else words) if word not in articles][:1]
        return near != [] and near[0] in joining

    def _in_sentence(self, quantity: Quantity) -> list[Spot]:
        end = quantity.sentence_start + len(quantity.sentence)
        return [spot for spot in self.spots if quantity.sentence_start <= spot.start and spot.end <= end]

    def _how(self, words: str, *, comma: bool) -> Said | None:
        if not self._joined(words):
            return None
        if self.says(words, "equates"):
            return "equal"
        return "beside" if _OPENS.search(words) or (comma and words.strip().startswith(",")) else None

    def _joined(self, words: str) -> bool:
        return len(words) <= tolerance().between and not self.says(words, "separates")

    def quote(self, spot: Spot, sentence_of: Quantity) -> Quote:
        """Quote the words of a spot in the sentence of a figure."""
        return Quote(
            self.reading.article.id, sentence_of.sentence, self.text[spot.start : spot.end], spot.start, spot.end
        )


def _between(quantity: Quantity, start: int, end: int) -> str:
    """The words of a figure's sentence between two places of the article."""
    return quantity.sentence[start - quantity.sentence_start : end - quantity.sentence_start]


def _nearest(spots: Sequence[Spot]) -> list[Spot]:
    """Take the list of whole regions that comes first, in text order; none if a part of a region is among them."""
    found = _list(spots)
    return [] if any(spot.partial for spot in found) else found


def _list(spots: Sequence[Spot]) -> list[Spot]:
    """Take the list of regions that comes first: spots one after the other with little text between; in text order."""
    found: list[Spot] = []
    for spot in spots:
        if found:
            near = found[-1]
            if max(near.start, spot.start) - min(near.end, spot.end) > tolerance().list:
                break
        found.append(spot)
    return sorted(found, key=lambda spot: spot.start)
