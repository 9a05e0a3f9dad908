"""The gazetteer room: the words of a text that name regions, in seven languages and their inflections.

One automaton finds every known form at once (`names`), the words around decide what it means (`context`), and words
that point back ("both regions", "the peninsula") stand for the regions named before (`anaphora`). All offsets index the
text as given, whatever letters, marks or hyphens it holds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from geo.reading.anaphora import anaphors
from geo.reading.context import Candidate, weigh
from geo.reading.document import Mention, Sentence
from geo.reading.names import Folded, Hit, Scanned, automaton, bounded, scanned

#: What composites expand to. Crimea is the peninsula: Sevastopol is listed where it is named.
UNITS = {"donbas": ("UA-14", "UA-09"), "crimea": ("UA-43",)}
#: Disputes far from Ukraine: named in an article on Ukraine, they are comparisons.
_ELSEWHERE = ("PS-", "SY-", "IN-", "EH", "GY-", "TW", "GL", "FK")
_NEAR = ("ukrain", "украин", "україн", "donb", "донб", "crim", "крим", "крым")
_SHORT = 3


def mentions(
    text: str, sentences: Sequence[Sentence], *, maybes: bool = False, found_in: Scanned | None = None
) -> tuple[Mention, ...]:
    """The regions named in a text, in order, none overlapping, each inside one of its sentences.

    ``maybes``: with the bare names that nothing beside them decides ("Moscow wants Donetsk"), each a `Mention.maybe`.
    ``found_in``: the text, if it has been scanned before.
    """
    return mentions_and_others(text, sentences, maybes=maybes, found_in=found_in)[0]


def mentions_and_others(
    text: str, sentences: Sequence[Sentence], *, maybes: bool = False, found_in: Scanned | None = None
) -> tuple[tuple[Mention, ...], tuple[str, ...]]:
    """The `mentions` of a text, and as written the names of regions in far disputes that are left out of them."""
    folded, hits = found_in or scanned(text)
    found = candidates(text, folded, hits, sentences)
    weigh(folded.text, found)
    asked = [one for one in found if one.region or (maybes and one.maybe)]
    kept = _of_the_dispute(asked)
    starts = [sentence.start for sentence in sentences]
    out = [_mention(folded, one, starts) for one in kept]
    sure = [mention for mention in out if not mention.maybe]
    named = tuple(sorted(out + anaphors(folded, found, sure, sentences), key=lambda m: m.start))
    if len(kept) == len(asked):
        return named, ()
    others = (text[slice(*folded.span(one.start, one.end))] for one in asked if one.id.startswith(_ELSEWHERE))
    return named, tuple(dict.fromkeys(others))


def candidates(text: str, folded: Folded, hits: Sequence[Hit], sentences: Sequence[Sentence]) -> list[Candidate]:
    """Every known form at word boundaries inside a sentence, the longest at each place, in order."""
    forms = automaton().forms
    found = [(start, -end, pattern) for pattern, start, end in hits if pattern < len(forms)]
    found.sort()
    bounds = [(folded.at(sentence.start), folded.at(sentence.end)) for sentence in sentences]
    lows = [low for low, _ in bounds]
    acronyms = any(word in folded.text for word in _NEAR)
    out: list[Candidate] = []
    for start, minus, pattern in found:
        end = -minus
        if (out and start < out[-1].end) or not bounded(folded.text, start, end):
            continue
        form = forms[pattern]
        first, last = folded.span(start, end)
        capital = text[first].isupper()
        if form.adj is None and not capital:
            continue
        if end - start <= _SHORT and form.city is None and not _is_acronym(text[first:last], near=acronyms):
            continue
        low, high = bounds[max(bisect_right(lows, start) - 1, 0)]
        if low <= start and end <= high:
            out.append(Candidate(start, end, form, capital, low, high))
    return out


def _is_acronym(written: str, *, near: bool) -> bool:
    """Capitals throughout; Latin ones mean much else, so they count only near a word of the dispute (``near``)."""
    return written.isupper() and (near or not written.isascii())


def _of_the_dispute(found: list[Candidate]) -> list[Candidate]:
    """Leave out far disputes where Ukraine's regions are the matter."""
    if any(one.region and (one.id.startswith("UA-") or one.id in UNITS) for one in found):
        return [one for one in found if not one.id.startswith(_ELSEWHERE)]
    return found


def _mention(folded: Folded, one: Candidate, starts: Sequence[int]) -> Mention:
    start, end = folded.span(one.start, one.end)
    area = one.id if one.id in UNITS else None
    return Mention(
        start,
        end,
        UNITS.get(one.id, (one.id,)),
        max(bisect_right(starts, start) - 1, 0),
        partial=one.partial,
        area=area,
        maybe=not one.region,
    )
