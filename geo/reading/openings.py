"""The room of openings: what a pattern can begin with, so that one automaton tells where it is worth trying.

A search tries a pattern at every character of a text; most patterns of `vocabulary/contexts.toml` can only match where
one of a few words stands. `openings` reads those words off the pattern itself, `Openings` finds them for many patterns
in one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ahocorasick_rs import AhoCorasick, Implementation

#: So many characters are enough to tell places apart.
_LONGEST = 8


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
        mark = next((m for m in ("?:", "?=", "?!", "?<=", "?<!") if pattern.startswith(m, at + 1)), "")
        inside, stop = _alternatives(pattern, at + 1 + len(mark))
        return (_NOTHING if mark not in ("", "?:") else inside), stop + 1
    return (_ANYTHING if char == "." else frozenset({(char, True)})), at + 1


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


class Openings:
    """An automaton over the openings of many named patterns."""

    def __init__(self, patterns: Mapping[str, Iterable[str]]) -> None:
        names: dict[str, list[str]] = {}
        for name, begun in patterns.items():
            for text in begun:
                names.setdefault(text, []).append(name)
        self._names = list(names.values())
        self._scan = AhoCorasick(list(names), implementation=Implementation.ContiguousNFA)

    def places(self, text: str) -> dict[str, list[int]]:
        """Where in a text each pattern may match, in no order; patterns that can't match at all are left out."""
        found: dict[str, list[int]] = {}
        for number, start, _ in self._scan.find_matches_as_indexes(text, overlapping=True):
            for name in self._names[number]:
                found.setdefault(name, []).append(start)
        return found
