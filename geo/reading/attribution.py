"""The attribution room: who says it, and how sure it is.

The speaker is named as in the text ("Trump", "sources close to the talks", "The New York Times"); None means that the
journalist says it. A claim is hedged where its clause reports, conditions or quotes anonymous sources.
"""

from __future__ import annotations

from geo.reading.clauses import Clause

_LONGEST_NAME = 8
_QUOTES = frozenset('"“”„«»')


def hedged(clause: Clause, i: int) -> bool:
    """Is what is said around token i reported, conditional or anonymous?"""
    return "anonymous" in clause.places or any(not clause.walled(k, i) for k in clause.places.get("hedge", ()))


def speaker(clause: Clause, i: int, text: str) -> str | None:
    """Who says what stands around token i, or None."""
    for mark, find in (("anonymous", _from_here), ("accordingto", _from_next), ("say", _subject_of)):
        for k in sorted(clause.places.get(mark, ()), key=lambda k: abs(k - i)):
            found = find(clause, k)
            if found is not None:
                return text[clause.starts[found[0]] : clause.end(found[1])]
    return None


def _ends_name(clause: Clause, k: int) -> bool:
    return (
        k >= len(clause.words)
        or clause.words[k] in (",", ".", ";", ":", ")")
        or clause.words[k] in _QUOTES
        or clause.has("say", k)
        or clause.has("that", k)
        or clause.has("modal", k)
    )


def _from_here(clause: Clause, k: int) -> tuple[int, int] | None:
    """A phrase that begins at k: "sources close to the talks"."""
    stop = k
    while not _ends_name(clause, stop) and stop - k < _LONGEST_NAME:
        stop += 1
    return (k, stop - 1) if stop > k else None


def _from_next(clause: Clause, k: int) -> tuple[int, int] | None:
    """The name behind "according to"."""
    while k + 1 < len(clause.words) and clause.has("accordingto", k + 1):
        k += 1
    return _from_here(clause, k + 1)


def _subject_of(clause: Clause, k: int) -> tuple[int, int] | None:
    """The name in front of a verb of saying, else behind it."""
    last = k - 1
    while last >= 0 and k - last < 4 and not _is_name(clause, last) and clause.words[last] not in (",", "."):
        last -= 1
    if last >= 0 and _is_name(clause, last):
        first = last
        while first > 0 and _is_name(clause, first - 1):
            first -= 1
        return _without_title(clause, first, last)
    first = k + 1
    if first < len(clause.words) and _is_name(clause, first):
        last = first
        while last + 1 < len(clause.words) and _is_name(clause, last + 1):
            last += 1
        return _without_title(clause, first, last)
    return None


def _is_name(clause: Clause, k: int) -> bool:
    return clause.raw[k][:1].isupper() and clause.kinds[k] != "r" and not clause.has("say", k)


def _without_title(clause: Clause, first: int, last: int) -> tuple[int, int]:
    """ "Russian President Vladimir Putin" -> "Vladimir Putin"."""
    for k in range(last - 1, first - 1, -1):
        if clause.has("title", k):
            return k + 1, last
    return first, last
