"""The anaphora room: words that stand for regions named before: "both regions", "the four annexed regions", "the peninsula"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache

from geo.reading.context import FOUR, Candidate
from geo.reading.document import Mention, Sentence
from geo.reading.names import Folded, names

#: How many sentences back "both regions" or "the region" may point.
_BACK = 3
_KINDS = ("four", "two", "these", "peninsula", "region")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """(all anaphors, each kind a group; said of the four; before other peninsulas)."""
    p = names().patterns
    kinds = "|".join(f"(?P<{kind}>{p[f'anaphor.{kind}']})" for kind in _KINDS)
    return (
        re.compile(rf"(?<!\w)(?:{kinds})(?!\w)"),
        re.compile(p["anaphor.claimed"]),
        re.compile(rf"(?<!\w)(?:{p['anaphor.not_peninsula']})\s\Z"),
    )


def anaphors(
    folded: Folded, found: Sequence[Candidate], named: Sequence[Mention], sentences: Sequence[Sentence]
) -> list[Mention]:
    """The mentions that point back, in order; none where nothing fitting was named."""
    pattern, _, _ = _patterns()
    starts = [sentence.start for sentence in sentences]
    taken = [(one.start, one.end) for one in found if one.region]
    out: list[Mention] = []
    for hit in pattern.finditer(folded.text):
        low, high = hit.span()
        if any(start < high and low < end for start, end in taken):
            continue
        start, end = folded.span(low, high)
        index = max(bisect_right(starts, start) - 1, 0)
        if not sentences[index].start <= start < end <= sentences[index].end:
            continue
        kind = hit.lastgroup or ""
        regions = _meant(kind, folded, low, high, index, start, end, named, sentences)
        if regions:
            area = "crimea" if kind == "peninsula" else None
            out.append(Mention(start, end, regions, index, area=area, anaphor=True))
    return out


def _meant(
    kind: str,
    folded: Folded,
    low: int,
    high: int,
    index: int,
    start: int,
    end: int,
    named: Sequence[Mention],
    sentences: Sequence[Sentence],
) -> tuple[str, ...]:
    before = [m for m in named if m.end <= start]
    if kind == "peninsula":
        return _peninsula(folded.text, low, high, before, named)
    if _listed_next(folded, high, end, named):
        return ()
    if kind == "four":
        return _four(folded, index, before, sentences)
    recent = [m for m in before if m.sentence >= index - _BACK]
    if kind == "region":
        return _single(recent, index)
    latest = _latest_list(folded, recent)
    if kind == "two":
        return latest[-2:] if len(latest) == 2 else ()
    return latest if len(latest) > 1 else ()


def _peninsula(text: str, low: int, high: int, before: Sequence[Mention], named: Sequence[Mention]) -> tuple[str, ...]:
    _, _, other = _patterns()
    crimea = any(m.area == "crimea" for m in before)
    return ("UA-43",) if crimea and not other.search(text[max(0, low - 20) : low]) else ()


def _listed_next(folded: Folded, high: int, end: int, named: Sequence[Mention]) -> bool:
    """Do the regions themselves follow ("both regions, Donetsk and Luhansk")?"""
    following = next((m for m in named if m.start >= end), None)
    if following is None:
        return False
    between = folded.text[high : folded.index(following.start)]
    return len(between) <= 40 and re.fullmatch(r"[\s:,(–—-]*(?:\w+\s){0,3}[\s(–—-]*", between) is not None


def _four(folded: Folded, index: int, before: Sequence[Mention], sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """The four where all were named before, or where they are said to be annexed, claimed or held."""
    _, claimed, _ = _patterns()
    if set(FOUR) <= {region for m in before for region in m.regions}:
        return FOUR
    first = folded.index(sentences[max(index - 1, 0)].start)
    last = folded.index(sentences[index].end)
    return FOUR if claimed.search(folded.text, first, last) else ()


def _single(recent: Sequence[Mention], index: int) -> tuple[str, ...]:
    """The region named last, where it stood alone."""
    recent = [m for m in recent if m.sentence >= index - 1]
    if not recent:
        return ()
    last = recent[-1]
    beside = {region for m in recent if m.sentence == last.sentence for region in m.regions}
    return last.regions if len(beside) == 1 else ()


def _latest_list(folded: Folded, recent: Sequence[Mention]) -> tuple[str, ...]:
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
