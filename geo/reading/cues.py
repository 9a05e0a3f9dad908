"""The cue room: the words that carry an act (cede, occupy, demand ...), as patterns over tokens, and the matcher.

A vocabulary is `vocabulary/cues/<lang>.toml`; the actors of every language stand in `vocabulary/actors.toml`. One
line is one pattern. Its elements are separated by spaces:

    ced(e|es|ed|ing)        forms by ending; `|` separates alternatives, groups in brackets are multiplied out
    оккупирован*            every word that begins so
    giv(e|es|ing) .. up     up to five tokens between (or none); `...` up to twenty (split verbs)
    hold(s)? onto?          `?` after an element: it may be missing (after a bracket group: `(s|)`)
    @                       a party (Russia, Kyiv, Zelensky ...)
    #                       a region
    ,                       that punctuation mark

`compile_vocabulary` turns the text into the compact form that `<lang>.json` caches, so that reading needs no TOML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import msgspec

VOCABULARY = Path(__file__).parents[1] / "vocabulary"
#: Languages with a vocabulary of cues, ISO 639-1.
LANGUAGES = ("en", "uk", "ru", "de", "fr", "es", "pl")

#: What an element of a pattern asks of a token.
WORD, GAP, ACTOR, REGION, WIDE_GAP = 0, 1, 2, 3, 4
#: How many tokens `..` and `...` may skip.
GAP_WIDTH = {GAP: 5, WIDE_GAP: 20}
#: Kinds of sections in a vocabulary: acts on land, operators over acts, and marks that shape a sentence.
KINDS = ("act", "op", "mark")


class Element(msgspec.Struct, frozen=True, array_like=True):
    """One element of a pattern: what it asks for, its exact forms and its beginnings, and whether it may be missing."""

    asks: int
    exact: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    optional: bool = False


class Pattern(msgspec.Struct, frozen=True, array_like=True):
    """One line of a vocabulary: `kind` and `name` of its section (act/cede), form (verb, past ...), elements."""

    kind: str
    name: str
    form: str
    elements: tuple[Element, ...]


class Dispute(msgspec.Struct, frozen=True, array_like=True):
    """Whose land it is and who took, holds or demands it, for all regions whose id begins with one of ``regions``."""

    regions: tuple[str, ...]
    claimant: tuple[str, ...]
    owner: str


class Vocabulary(msgspec.Struct, frozen=True, array_like=True):
    """The compiled patterns of one language: cues, the parties' names in that language, and the disputes."""

    lang: str
    digest: str
    patterns: tuple[Pattern, ...]
    actors: tuple[Pattern, ...]
    disputes: tuple[Dispute, ...]


class Cue(NamedTuple):
    """A pattern found in a sentence: token indices of its elements; `first` and `last` are the outermost."""

    kind: str
    name: str
    form: str
    tokens: tuple[int, ...]
    first: int
    last: int


# --- notation ---------------------------------------------------------------------------------------------------


def expand(text: str) -> list[str]:
    """Write out the groups in brackets: `ced(e|es)` -> `cede`, `cedes`."""
    parts: list[list[str]] = []
    for piece in _split(text, "()"):
        parts.append(piece[1:-1].split("|") if piece.startswith("(") else [piece])
    return ["".join(chosen) for chosen in product(*parts)]


def _split(text: str, brackets: str) -> Iterable[str]:
    """Cut into plain pieces and bracket groups (brackets don't nest)."""
    opening, closing = brackets[0], brackets[1]
    while opening in text:
        head, text = text.split(opening, 1)
        group, text = text.split(closing, 1)
        yield head
        yield opening + group + closing
    yield text


def alternatives(text: str) -> Iterable[str]:
    """Cut at the `|` that stand outside brackets."""
    depth, current = 0, ""
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            yield current
            current = ""
        else:
            current += char
    yield current


def parse_element(text: str) -> Element:
    """One element of the notation above. Raises ValueError for an unbalanced bracket or an empty alternative."""
    if text in ("..", "..."):
        return Element(GAP if text == ".." else WIDE_GAP)
    optional = len(text) > 1 and text.endswith("?")
    body = text[:-1] if optional else text
    if body in "@#" and body:
        return Element(ACTOR if body == "@" else REGION, optional=optional)
    if body.count("(") != body.count(")"):
        raise ValueError(f"unbalanced bracket in {text!r}")
    exact: list[str] = []
    begins: list[str] = []
    for alternative in alternatives(body):
        for form in expand(alternative):
            if not form.strip("*"):
                raise ValueError(f"empty alternative in {text!r}")
            (begins if form.endswith("*") else exact).append(form.rstrip("*").replace("’", "'"))
    return Element(WORD, tuple(dict.fromkeys(exact)), tuple(dict.fromkeys(begins)), optional)


def parse_pattern(kind: str, name: str, form: str, line: str) -> Pattern:
    """One line of a vocabulary. Raises ValueError where it begins with a gap or an optional element."""
    elements = tuple(parse_element(part) for part in line.split())
    if not elements or elements[0].asks in GAP_WIDTH or elements[0].optional:
        raise ValueError(f"{line!r} begins with a gap or an optional element")
    return Pattern(kind, name, form, elements)


def compile_patterns(sections: dict[str, dict[str, dict[str, str]]]) -> tuple[Pattern, ...]:
    """`{kind: {name: {form: lines}}}` as read from TOML -> patterns."""
    return tuple(
        parse_pattern(kind, name, form, line.strip())
        for kind, names in sections.items()
        for name, forms in names.items()
        for form, lines in forms.items()
        for line in lines.splitlines()
        if line.strip()
    )


# --- matching ---------------------------------------------------------------------------------------------------


class Matcher:
    """Finds every pattern of one vocabulary in a sentence's tokens, looking patterns up by their first word."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._exact: dict[str, list[Pattern]] = {}
        self._begins: dict[str, list[Pattern]] = {}
        self._marked: dict[int, list[Pattern]] = {ACTOR: [], REGION: []}
        for pattern in patterns:
            first = pattern.elements[0]
            if first.asks != WORD:
                self._marked[first.asks].append(pattern)
            for form in first.exact:
                self._exact.setdefault(form, []).append(pattern)
            for form in first.begins:
                self._begins.setdefault(form, []).append(pattern)
        self._lengths = sorted({len(form) for form in self._begins})

    def starting_with(self, word: str) -> list[Pattern]:
        """The patterns that may begin with this (lower-case) word."""
        found = list(self._exact.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found += self._begins.get(word[:length], ())
        return found

    def match(self, words: Sequence[str], kinds: Sequence[str]) -> list[Cue]:
        """All cues of a sentence, in order. Where two share a token, the one with more elements stays.

        ``words`` are lower case; ``kinds`` says of each token: "w" word, "p" punctuation, "a" party, "r" region.
        """
        found: list[tuple[int, int, Cue]] = []
        for i, word in enumerate(words):
            if kinds[i] == "w" or kinds[i] == "p":
                candidates = self.starting_with(word)
            else:
                candidates = self._marked[ACTOR if kinds[i] == "a" else REGION]
            for pattern in candidates:
                tokens = _fit(pattern.elements, 1, i + 1, words, kinds) if len(pattern.elements) > 1 else ()
                if tokens is not None:
                    taken = (i, *tokens)
                    weight = sum(kinds[t] in "wp" for t in taken)
                    found.append((-len(taken), -weight, Cue(*pattern_head(pattern), taken, i, taken[-1])))
        return _without_overlaps(found, kinds)


def _without_overlaps(found: list[tuple[int, int, Cue]], kinds: Sequence[str]) -> list[Cue]:
    """Longest first: an act takes its words from other acts, an operator from operators, a mark from its own name."""
    found.sort(key=lambda item: (item[0], item[1], item[2].first))
    taken: set[tuple[str, int]] = set()
    kept = []
    for _, _, cue in found:
        layer = cue.name if cue.kind == "mark" else cue.kind
        mine = {(layer, t) for t in cue.tokens if kinds[t] in "wp"}
        if taken.isdisjoint(mine):
            taken |= mine
            kept.append(cue)
    kept.sort(key=lambda cue: (cue.first, cue.last))
    return kept


def pattern_head(pattern: Pattern) -> tuple[str, str, str]:
    """Kind, name and form of a pattern."""
    return pattern.kind, pattern.name, pattern.form


def _fits(element: Element, word: str, kind: str) -> bool:
    if element.asks == ACTOR:
        return kind == "a"
    if element.asks == REGION:
        return kind == "r"
    if kind == "r":
        return False
    return word in element.exact or (bool(element.begins) and word.startswith(element.begins))


def _fit(
    elements: tuple[Element, ...], k: int, i: int, words: Sequence[str], kinds: Sequence[str]
) -> tuple[int, ...] | None:
    """Token indices that satisfy elements[k:] from token i on, or None."""
    if k == len(elements):
        return ()
    element = elements[k]
    if element.asks in GAP_WIDTH:
        for j in range(i, min(i + GAP_WIDTH[element.asks] + 1, len(words))):
            rest = _fit(elements, k + 1, j, words, kinds)
            if rest is not None:
                return rest
            if words[j] in ";.:":
                return None
        return None
    if i < len(words) and _fits(element, words[i], kinds[i]):
        rest = _fit(elements, k + 1, i + 1, words, kinds)
        if rest is not None:
            return (i, *rest)
    return _fit(elements, k + 1, i, words, kinds) if element.optional else None


# --- loading ----------------------------------------------------------------------------------------------------


class Lexicon:
    """All that reading needs of one language: matchers for parties and cues, sets of single marks, the disputes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.lang = vocabulary.lang
        self.actors = Matcher(vocabulary.actors)
        sets: dict[str, set[str]] = {}
        longer = []
        for pattern in vocabulary.patterns:
            if pattern.kind == "mark" and len(pattern.elements) == 1 and not pattern.elements[0].begins:
                sets.setdefault(pattern.name, set()).update(pattern.elements[0].exact)
            else:
                longer.append(pattern)
        self.cues = Matcher(longer)
        self.marks = {name: frozenset(words) for name, words in sets.items()}
        self.disputes = vocabulary.disputes

    def dispute(self, region: str) -> Dispute | None:
        """The dispute that a region belongs to, None if it is in none that is known."""
        for dispute in self.disputes:
            if region.startswith(dispute.regions):
                return dispute
        return None


@cache
def lexicon(lang: str) -> Lexicon:
    """The compiled vocabulary of a language (one of LANGUAGES)."""
    path = VOCABULARY / "cues" / f"{lang}.json"
    return Lexicon(msgspec.json.decode(path.read_bytes(), type=Vocabulary))
