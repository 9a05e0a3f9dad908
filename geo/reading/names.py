"""The name room: every known form of every region's name, as one automaton, and the folding of texts.

`geo/vocabulary/regions.toml` holds names with their endings, `contexts.toml` the words around them;
`tools/build_names.py` writes both out into `regions.json`, so that reading needs no TOML.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from geo.reading.cues import alternatives, expand
from geo.reading.openings import openings, parts, without_cyrillic

VOCABULARY = Path(__file__).parents[1] / "vocabulary"
COMPILED = VOCABULARY / "regions.json"
#: Patterns of `contexts.toml` that are tried only where a word stands that they begin with (`openings`).
OPENED = frozenset(
    (
        "partial.before",
        "words.singular",
        "words.plural",
        "words.land",
        "context.before",
        "context.city_before",
        "context.towns",
        "context.block_before",
        *(f"anaphor.{kind}" for kind in ("republics", "four", "two", "these", "peninsula", "region")),
    )
)
#: A pattern that matches nothing.
NEVER = "(?!)"
#: Ways to name a region: names that only the area bears, names that a city bears too, adjectives.
KINDS = ("area", "city", "adj")

#: What shapes a word and is no part of it: soft hyphen, stress mark, joiners, direction marks, byte order mark.
IGNORED = "\u00ad\u0301\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff"
_IGNORED = re.compile(f"[{IGNORED}]")
_SAME = (
    ("’", "'"),
    ("ʼ", "'"),
    ("`", "'"),
    ("‘", "'"),
    ("‐", "-"),
    ("‑", "-"),
    ("ё", "е"),
    ("\u00a0", " "),
    ("\u202f", " "),
)


#: The first look needs an automaton of its own, which a run over fewer texts than this does without.
_FEW = 20
_LOOKS = count()
#: How many first letters of a name the first look compares.
_BEGINNING = 6


class Form(msgspec.Struct, frozen=True, array_like=True):
    """What a form may mean: a region id (or `donbas`, `crimea`) for each kind of name."""

    area: str | None = None
    city: str | None = None
    adj: str | None = None


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One alternative of a pattern, and what it begins with."""

    pattern: str
    openings: tuple[str, ...]


class Names(msgspec.Struct, frozen=True, array_like=True):
    """The compiled vocabulary: regular expressions by `section.name`, those that are shorter for texts without Cyrillic
    letters, and the parts of those of `OPENED`.
    """

    digest: str
    forms: dict[str, Form]
    triggers: tuple[str, ...]
    patterns: dict[str, str]
    without_cyrillic: dict[str, str]
    parts: dict[str, tuple[Part, ...]]


class Automaton(NamedTuple):
    """The automaton: its patterns are the forms, then the triggers."""

    scan: AhoCorasick
    forms: tuple[Form, ...]


#: What the automaton finds: the number of a pattern, and where in the folded text it begins and ends.
Hit = tuple[int, int, int]


class Folded(NamedTuple):
    """A text made comparable. ``places``: where each of its characters stands in the text (None: at the same place)."""

    text: str
    places: list[int] | None

    def at(self, offset: int) -> int:
        """Where in the folded text an offset of the text lies."""
        return offset if self.places is None else bisect_left(self.places, offset)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the folded text as offsets into the text."""
        return (start, end) if self.places is None else (self.places[start], self.places[end - 1] + 1)


class Scanned(NamedTuple):
    """A folded text and what the automaton finds in it, also inside of words."""

    folded: Folded
    hits: Sequence[Hit]


# --- folding ------------------------------------------------------------------------------------------------------


def same_length(text: str) -> str:
    """Lower case, one sort of apostrophe, hyphen and space: character for character."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(char if len(char.lower()) != 1 else char.lower() for char in text)
    if not low.isascii():
        for odd, plain in _SAME:
            low = low.replace(odd, plain)
    return low


def _shaped(text: str) -> bool:
    """Does a text hold a mark that only shapes a word?"""
    return any(map(text.__contains__, IGNORED))  # quicker than a regular expression


def fold(text: str) -> Folded:
    """Fold a text and leave out the marks that only shape it. Lone surrogates become NUL: they can't be scanned."""
    places = None
    if not text.isascii():
        if _shaped(text):
            places = [i for i, char in enumerate(text) if char not in IGNORED]
            text = _IGNORED.sub("", text)
        try:
            text.encode()
        except UnicodeEncodeError:
            text = "".join("\0" if "\ud800" <= char <= "\udfff" else char for char in text)
    return Folded(same_length(text), places)


# --- vocabulary ---------------------------------------------------------------------------------------------------


def compile_names(regions: Mapping[str, Any], contexts: Mapping[str, Mapping[str, str]], digest: str) -> Names:
    """Write out the vocabularies. Raises ValueError where a form means two regions in the same way, or a
    pattern that is looked for by its openings can begin with anything.
    """
    known: dict[str, Form] = {}
    for kind, section in (("area", regions["group"]), *((kind, regions[kind]) for kind in KINDS)):
        for region, text in section.items():
            for form in written_out(text, regions["endings"]):
                old = known.get(form, Form())
                if getattr(old, kind) not in (None, region):
                    raise ValueError(f"{form!r} is {kind} of both {getattr(old, kind)} and {region}")
                known[form] = msgspec.structs.replace(old, **{kind: region})
    triggers = tuple(
        word.replace("_", " ")
        for line in regions["trigger"].values()
        for part in line.split()
        for word in part.split("|")
        if word
    )
    patterns = {
        f"{section}.{name}": "|".join(line.strip() for line in lines.splitlines() if line.strip())
        for section, table in contexts.items()
        for name, lines in table.items()
    }
    for pattern in patterns.values():
        re.compile(pattern)
    shorter = {name: without_cyrillic(pattern) or NEVER for name, pattern in patterns.items()}
    begun = {
        name: tuple(Part(one, tuple(sorted(openings(one)))) for one in parts(patterns[name]))
        for name in sorted(OPENED & patterns.keys())
    }
    shorter = {name: pattern for name, pattern in shorter.items() if pattern != patterns[name]}
    return Names(digest, dict(sorted(known.items())), triggers, patterns, shorter, begun)


def written_out(text: str, endings: Mapping[str, str]) -> Iterable[str]:
    """The folded forms of one entry: groups in brackets multiplied out, {x} filled in."""
    for line in text.splitlines():
        for name in alternatives(line.strip()):
            filled = name
            for key, value in endings.items():
                filled = filled.replace("{" + key + "}", value)
            yield from (same_length(form.strip()) for form in expand(filled) if form.strip())


@cache
def names() -> Names:
    """The compiled vocabulary."""
    return msgspec.json.decode(COMPILED.read_bytes(), type=Names)


@cache
def automaton() -> Automaton:
    """The automaton over all forms and triggers."""
    known = names()
    scan = AhoCorasick([*known.forms, *known.triggers], implementation=Implementation.ContiguousNFA)
    return Automaton(scan, tuple(known.forms.values()))


@cache
def _beginnings() -> AhoCorasick:
    """An automaton over `beginnings`."""
    return AhoCorasick(beginnings(), implementation=Implementation.DFA)


@cache
def beginnings() -> tuple[str, ...]:
    """How names and triggers begin, as written: Capitalised, CAPITALS, some small. No text is `named` without one."""
    known = names()
    small = {word[:_BEGINNING] for word in known.triggers}
    small |= {word[:_BEGINNING] for word, form in known.forms.items() if form.adj is not None}
    every = small | {word[:_BEGINNING] for word in known.forms}
    written = small | {way for word in every for way in (word.capitalize(), word.title(), word.upper())}
    spelled = {way for word in written for way in _spellings(word)}
    return tuple(sorted(spelled))


def _spellings(word: str) -> Iterable[str]:
    """A word with each sort of apostrophe, hyphen and space that folding takes for the same."""
    yield word
    for odd, plain in _SAME:
        if plain in word and not plain.isalpha():
            yield word.replace(plain, odd)


def named(text: str) -> bool:
    """Does a text hold any name or any trigger at all?"""
    return looked(text) is not None


def looked(text: str) -> Scanned | None:
    """The text scanned, None where it holds no name and no trigger: the cheap question that is asked first."""
    if next(_LOOKS) >= _FEW and (text.isascii() or not _shaped(text)):
        try:
            if not _beginnings().find_matches_as_indexes(text):
                return None
        except UnicodeEncodeError:  # a lone surrogate: folding takes it out
            pass
    found, forms = scanned(text), len(automaton().forms)
    for pattern, start, end in found.hits:
        if pattern >= forms or bounded(found.folded.text, start, end):
            return found
    return None


def scanned(text: str) -> Scanned:
    """A text folded and scanned."""
    folded = fold(text)
    return Scanned(folded, automaton().scan.find_matches_as_indexes(folded.text, overlapping=True))


def bounded(text: str, start: int, end: int) -> bool:
    """Does text[start:end] begin and end at word boundaries?"""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")
