"""The anaphora room: words that stand for regions named before ("both regions", "the peninsula")."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from geo.reading.context import FOUR, Candidate
from geo.reading.document import Mention, Sentence
from geo.reading.names import Folded, names
from geo.reading.openings import Openings

#: How many sentences back "both regions" or "the region" may point.
_BACK = 3
#: How many mentions back they may point.
_LAST = 40
#: How many characters back the city may stand whose region is meant.
_CITY = 300
#: What may stand between "both regions" and their names, and how long it may be.
_AHEAD = 40
_LISTED = re.compile(r"[\s:,(–—-]*(?:\w+\s){0,3}[\s(–—-]*")
_KINDS = ("republics", "four", "two", "these", "peninsula", "region")


class _Patterns(NamedTuple):
    """Where anaphors may begin, by kind and alternative; what is said of the four; what other peninsulas there are."""

    openings: Openings[tuple[int, int]]
    claimed: re.Pattern[str]
    not_peninsula: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    p = names().patterns
    parts = names().parts
    return _Patterns(
        Openings(
            {(k, i): one.openings for k, kind in enumerate(_KINDS) for i, one in enumerate(parts[f"anaphor.{kind}"])}
        ),
        re.compile(p["anaphor.claimed"]),
        re.compile(rf"(?<!\w)(?:{p['anaphor.not_peninsula']})\s\Z"),
    )


@cache
def _compiled(kind: int, alternative: int) -> re.Pattern[str]:
    pattern = names().parts[f"anaphor.{_KINDS[kind]}"][alternative].pattern
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


def _hits(text: str) -> Iterator[tuple[str, int, int]]:
    """Every anaphor in a folded text, none overlapping: its kind and its span. Of two at one place the first kind."""
    places = _patterns().openings.places(text)
    stop = 0
    for low, key in sorted({(at, key) for key, found in places.items() for at in found}):
        if low < stop or (low and text[low - 1].isalpha()):
            continue
        hit = _compiled(*key).match(text, low)
        if hit is not None:
            stop = hit.end()
            yield _KINDS[key[0]], low, stop


def anaphors(
    folded: Folded, found: Sequence[Candidate], named: Sequence[Mention], sentences: Sequence[Sentence]
) -> list[Mention]:
    """The mentions that point back, in order; none where nothing fitting was named."""
    starts = [sentence.start for sentence in sentences]
    ends = [mention.end for mention in named]
    taken = [(one.start, one.end) for one in found if one.region]
    lows = [low for low, _ in taken]
    crimea = next((m.end for m in named if m.area == "crimea"), None)
    four = _all_named(named)
    seceded: tuple[str, ...] | None = None
    out: list[Mention] = []
    for kind, low, high in _hits(folded.text):
        near = bisect_left(lows, high)
        if near and taken[near - 1][1] > low:
            continue
        start, end = folded.span(low, high)
        index = max(bisect_right(starts, start) - 1, 0)
        if not sentences[index].start <= start < end <= sentences[index].end:
            continue
        position = bisect_right(ends, start)
        regions: tuple[str, ...] = ()
        if kind == "peninsula":
            told = crimea is not None and crimea <= start
            regions = ("UA-43",) if told and not _other_peninsula(folded.text, low) else ()
        elif not _listed_next(folded, high, named[position : position + 1]):
            if kind == "republics":
                seceded = _seceded(folded.text) if seceded is None else seceded
                regions = seceded
            elif kind == "four":
                told = four is not None and four <= start
                regions = FOUR if told or _claimed(folded, index, sentences) else ()
            else:
                regions = _recent(kind, named[max(0, position - _LAST) : position], index)
                if kind == "region" and not position:
                    regions = _of_a_city(found, low)
        if regions:
            area = {"peninsula": "crimea", "republics": "donbas"}.get(kind)
            out.append(Mention(start, end, regions, index, area=area, anaphor=True))
    return out


def _all_named(named: Sequence[Mention]) -> int | None:
    """The offset by which all four annexed regions have been named."""
    missing = set(FOUR)
    for mention in named:
        missing -= set(mention.regions)
        if not missing:
            return mention.end
    return None


def _other_peninsula(text: str, low: int) -> bool:
    return _patterns().not_peninsula.search(text[max(0, low - 20) : low]) is not None


def _seceded(text: str) -> tuple[str, ...]:
    """Donetsk's and Luhansk's, in a text on Ukraine that is not about Georgia's as well."""
    georgian = any(word in text for word in ("georgia", "abkhaz", "грузи", "грузі", "abcha", "абхаз"))
    ukrainian = any(word in text for word in ("ukrain", "україн", "украин", "ucrani"))
    return ("UA-14", "UA-09") if ukrainian and not georgian else ()


def _claimed(folded: Folded, index: int, sentences: Sequence[Sentence]) -> bool:
    """Is it said, here or in the sentence before, that regions are annexed, claimed or held?"""
    first = folded.at(sentences[max(index - 1, 0)].start)
    last = folded.at(sentences[index].end)
    return _patterns().claimed.search(folded.text, first, last) is not None


def _recent(kind: str, before: Sequence[Mention], index: int) -> tuple[str, ...]:
    """What "both regions", "these regions", "the region" mean, by the sentences just before."""
    recent = [m for m in before if m.sentence >= index - _BACK]
    if kind == "region":
        return _single(recent, index)
    latest = _latest_list(recent)
    if kind == "two":
        return latest if len(latest) == 2 else ()
    return latest


def _listed_next(folded: Folded, high: int, following: Sequence[Mention]) -> bool:
    """Do the regions themselves follow ("both regions, Donetsk and Luhansk")?"""
    if not following:
        return False
    between = folded.text[high : min(folded.at(following[0].start), high + _AHEAD + 1)]
    return len(between) <= _AHEAD and _LISTED.fullmatch(between) is not None


def _single(recent: Sequence[Mention], index: int) -> tuple[str, ...]:
    """The region named last, where it stood alone; further back, the only one named there."""
    if recent and len({m.regions for m in recent}) == 1:
        return recent[-1].regions if _one(recent[-1]) else ()
    recent = [m for m in recent if m.sentence >= index - 1]
    if not recent:
        return ()
    last = recent[-1]
    beside = {region for m in recent if m.sentence == last.sentence for region in m.regions}
    return last.regions if len(beside) == 1 or (_one(last) and len(beside) == len(last.regions)) else ()


def _one(mention: Mention) -> bool:
    """One region, or an area with a name of its own (the Donbas)?"""
    return len(mention.regions) == 1 or mention.area is not None


def _of_a_city(found: Sequence[Candidate], low: int) -> tuple[str, ...]:
    """ "Kyiv retook the city of Kherson; the region is still held": the region of the only city before it."""
    near = {one.id for one in found if not one.region and low - _CITY < one.start < low and one.id in FOUR}
    return (near.pop(),) if len(near) == 1 else ()


def _latest_list(recent: Sequence[Mention]) -> tuple[str, ...]:
    """The regions of the last sentence that names at least two."""
    for sentence in sorted({m.sentence for m in recent}, reverse=True):
        regions = list(_unique(m for m in recent if m.sentence == sentence))
        if len(regions) > 1:
            return tuple(regions)
    return ()


def _unique(found: Iterable[Mention]) -> Iterable[str]:
    seen: set[str] = set()
    for mention in found:
        for region in mention.regions:
            if region not in seen:
                seen.add(region)
                yield region
