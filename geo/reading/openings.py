"""The room of openings: what a pattern can begin with, so that one automaton tells where it is worth trying.

A search tries a pattern at every character of a text; most patterns of `vocabulary/contexts.toml` can only match where
one of a few words stands. `openings` reads those words off the pattern itself, `Openings` finds them for many patterns
in one pass. Compiling costs more than reading a short text, so a pattern can be had in `parts`, to compile only those
that are begun, and `without_cyrillic`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

#: So many characters are enough to tell places apart.
_LONGEST = 8
_GROUPS = ("?:", "?=", "?!", "?<=", "?<!")
#: Bounds of the letters that `without_cyrillic` knows.
CYRILLIC = ("\u0400", "\u052f")
K = TypeVar("K", bound=Hashable)


def openings(pattern: str) -> frozenset[str]:
    """The literal beginnings, one of which every match of a pattern has.

    Understands what the vocabularies use: literals, alternatives, groups, sets of letters, `?`, `*`, `+`, `{m,n}`,
    look-around. Raises ValueError where a match could begin with anything.
    """
    found, stop = _alternatives(pattern, 0)
    if stop != len(pattern):
        raise ValueError(f"unbalanced bracket in {pattern!r}")
    begun = frozenset(text[:_LONGEST] for text, _ in found)
    if "" in begun:
        raise ValueError(f"{pattern!r} can begin with anything")
    return begun


#: Beginnings so far, each with whether what follows still belongs to it.
_Begun = frozenset[tuple[str, bool]]
_NOTHING: _Begun = frozenset({("", True)})
_ANYTHING: _Begun = frozenset({("", False)})


def _alternatives(pattern: str, at: int) -> tuple[_Begun, int]:
    """Alternatives up to a closing bracket or the end."""
    every: set[tuple[str, bool]] = set()
    current = _NOTHING
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            every |= current
            current, at = _NOTHING, at + 1
            continue
        piece, at = _piece(pattern, at)
        least, most, at = _times(pattern, at)
        longer = _joined(current, piece)
        if most > 1:
            longer = frozenset((text, False) for text, _ in longer)
        current = longer if least else longer | current
    return frozenset(every | current), at


def _joined(first: _Begun, second: _Begun) -> _Begun:
    return frozenset(
        (text + more, go_on and goes_on and len(text + more) < _LONGEST) if go_on else (text, False)
        for text, go_on in first
        for more, goes_on in second
    )


def _piece(pattern: str, at: int) -> tuple[_Begun, int]:
    """One literal, set or group, and the position behind it."""
    char = pattern[at]
    if char == "\\":
        following = pattern[at + 1]
        literal = frozenset({(following, True)})
        return (_NOTHING if following == "b" else _ANYTHING if following.isalnum() else literal), at + 2
    if char == "[":
        stop = pattern.index("]", at + 2)
        letters = pattern[at + 1 : stop]
        plain = letters.isalpha()
        return (frozenset((letter, True) for letter in letters) if plain else _ANYTHING), stop + 1
    if char == "(":
        mark = _mark(pattern, at)
        inside, stop = _alternatives(pattern, at + 1 + len(mark))
        return (_NOTHING if mark not in ("", "?:") else inside), stop + 1
    return (_ANYTHING if char == "." else frozenset({(char, True)})), at + 1


def _mark(pattern: str, at: int) -> str:
    """What says of which kind the group at this bracket is."""
    return next((mark for mark in _GROUPS if pattern.startswith(mark, at + 1)), "")


def _times(pattern: str, at: int) -> tuple[int, int, int]:
    """How often a piece may stand at least and at most (2: more than once), and the position behind that."""
    sign = pattern[at : at + 1]
    if sign == "{":
        stop = pattern.index("}", at) + 1
        low, _, high = pattern[at + 1 : stop - 1].partition(",")
        times = int(low or 0), 2 if high != "1" else 1
    elif sign and sign in "?*+":
        stop, times = at + 1, {"?": (0, 1), "*": (0, 2), "+": (1, 2)}[sign]
    else:
        return 1, 1, at
    return *times, stop + (pattern[stop : stop + 1] in ("?", "+"))


# --- parts --------------------------------------------------------------------------------------------------------


def parts(pattern: str) -> list[str]:
    """The alternatives of a pattern in order, also those that stand in brackets around the whole of one."""
    found: list[str] = []
    for one in _cut(pattern):
        mark = _mark(one, 0)
        whole = one.startswith("(") and mark in ("", "?:") and _piece_end(one, 0) == len(one)
        found += parts(one[1 + len(mark) : -1]) if whole else [one]
    return found


def without_cyrillic(pattern: str) -> str | None:
    """The pattern less the alternatives that need a Cyrillic letter: the same on texts without one. None: no match."""
    kept = [less for one in _cut(pattern) if (less := _sequence_without(one)) is not None]
    return "|".join(kept) if kept else None


def _sequence_without(pattern: str) -> str | None:
    found, at = "", 0
    while at < len(pattern):
        end = _piece_end(pattern, at)
        least, _, stop = _times(pattern, end)
        piece: str | None = pattern[at:end]
        mark = _mark(pattern, at)
        if pattern[at] == "(" and mark in ("", "?:"):
            inside = without_cyrillic(pattern[at + 1 + len(mark) : end - 1])
            piece = None if inside is None else f"({mark}{inside})"
        elif CYRILLIC[0] <= pattern[at] <= CYRILLIC[1]:
            piece = None
        if piece is not None:
            found += piece + pattern[end:stop]
        elif least:
            return None
        at = stop
    return found


def _cut(pattern: str) -> list[str]:
    """Cut at the `|` that stand outside brackets."""
    found, start, at = [], 0, 0
    while at < len(pattern):
        if pattern[at] == "|":
            found.append(pattern[start:at])
            start = at + 1
            at += 1
        else:
            at = _piece_end(pattern, at)
    return [*found, pattern[start:]]


def _piece_end(pattern: str, at: int) -> int:
    """The position behind one literal, set or group, or behind one sign."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] == "[":
        return pattern.index("]", at + 2) + 1
    if pattern[at] == "(":
        at += 1
        while pattern[at] != ")":
            at = _piece_end(pattern, at)
    return at + 1


class Openings(Generic[K]):
    """An automaton over the openings of many patterns, each with a key of its own."""

    def __init__(self, patterns: Mapping[K, Iterable[str]]) -> None:
        keys: dict[str, list[K]] = {}
        for key, begun in patterns.items():
            for text in begun:
                keys.setdefault(text, []).append(key)
        self._keys = list(keys.values())
        self._scan = AhoCorasick(list(keys), implementation=Implementation.ContiguousNFA)

    def places(self, text: str) -> dict[K, list[int]]:
        """Where in a text each pattern may match, in no order; patterns that can't match at all are left out."""
        found: dict[K, list[int]] = {}
        for number, start, _ in self._scan.find_matches_as_indexes(text, overlapping=True):
            for key in self._keys[number]:
                found.setdefault(key, []).append(start)
        return found
