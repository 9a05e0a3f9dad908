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

import re
from bisect import insort
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from functools import cache, reduce
from itertools import chain, product
from operator import attrgetter, or_
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import msgspec

from geo.reading.memory import Memory

T = TypeVar("T")
VOCABULARY = Path(__file__).parents[1] / "vocabulary"
#: Languages with a vocabulary of cues, ISO 639-1.
LANGUAGES = ("en", "uk", "ru", "de", "fr", "es", "pl")

#: What an element of a pattern asks of a token.
WORD, GAP, ACTOR, REGION, WIDE_GAP = 0, 1, 2, 3, 4
#: How many tokens `..` and `...` may skip.
GAP_WIDTH = {GAP: 5, WIDE_GAP: 20}
#: Marks of tokens that no vocabulary has to name.
COMMA, QUOTE, FIGURE = ",", '"', "0"
_QUOTES = frozenset('"“”„«»‘’‚‹›')
#: Polish verbs in the conditional: behind the ł, li of the past stands this.
_POLISH_CONDITIONAL = re.compile(r"(?<=[łl])([aoyi]?)by(?:m|ś|śmy|ście)?\Z")
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


class Cue(msgspec.Struct, frozen=True):
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


def _plain(word: str) -> str:
    """One sort of apostrophe; Russian ё is written е as often as not."""
    return word.replace("’", "'").replace("ʼ", "'").replace("ё", "е")


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
            (begins if form.endswith("*") else exact).append(_plain(form.rstrip("*")))
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
        for line in _spread(line.strip())
    )


def _spread(line: str) -> Iterable[str]:
    """A line with `#` or `@` among other alternatives ("контроль|#") as one line for each kind."""
    parts = line.split()
    choices = []
    for part in parts:
        forms = list(alternatives(part))
        marks = [form for form in forms if form in ("#", "@")]
        words = "|".join(form for form in forms if form not in marks)
        choices.append([*marks, words] if marks and words else [part])
    return (" ".join(chosen) for chosen in product(*choices))


# --- matching ---------------------------------------------------------------------------------------------------

#: Numbers kept free for the elements `@` and `#`, which count as present in every sentence.
_PARTIES, _REGIONS = 0, 1
_PRESENT = 1 << _PARTIES | 1 << _REGIONS
_NONE: frozenset[int] = frozenset()


class Step(NamedTuple):
    """An element behind the first: what it asks for, its number (equal ones share it), whether it may be missing."""

    asks: int
    number: int
    optional: bool


class Line(msgspec.Struct, frozen=True):
    """A pattern as the matcher follows it: its steps, and the numbers of all elements that a sentence must hold, as
    bits. ``head`` is its kind and name; ``acts``: is it an act or a demand? ``reach``: so many tokens may stand behind
    its first.
    """

    head: tuple[str, str]
    form: str
    steps: tuple[Step, ...]
    needs: int
    acts: bool
    reach: int


class Known(msgspec.Struct, frozen=True):
    """What a matcher knows of a word: the lines that it may begin, and the elements that it satisfies (``fits``, and
    as bits). Most words begin something; in a given sentence hardly any of it is possible.

    Places in ``begins``: ``following`` has those of lines that need an element right behind, by its number, ``keyed``
    those of others by the rarest element that they need. Those of ``free`` need none.
    """

    begins: tuple[Line, ...]
    fits: frozenset[int]
    bits: int
    free: tuple[int, ...]
    following: dict[int, list[int]]
    keyed: dict[int, list[int]]
    keys: int

    @classmethod
    def of(cls, begins: tuple[Line, ...], fits: Iterable[int], needed: Counter[int], *, apart: bool = True) -> Known:
        """``needed``: how many lines need each element; ``apart``: lines of ``following`` are kept apart."""
        following: dict[int, list[int]] = {}
        keyed: dict[int, list[int]] = {}
        for k, line in enumerate(begins):
            if apart and line.needs and line.steps[0].asks == WORD and not line.steps[0].optional:
                following.setdefault(line.steps[0].number, []).append(k)
            elif line.needs:
                rarest = min(_numbers(line.steps), key=lambda number: (needed[number], number))
                keyed.setdefault(rarest, []).append(k)
        free = tuple(k for k, line in enumerate(begins) if not line.needs)
        fitting = frozenset(fits) or _NONE
        return cls(begins, fitting, _bits(fitting), free, following, keyed, _bits(keyed))

    def among(
        self, lines: dict[int, list[int]], wanted: Container[int], present: int, found: tuple[int, ...]
    ) -> tuple[int, ...]:
        """``found`` and the places of those of the lines under a wanted number of which all elements are present."""
        for number, places in lines.items():
            if number in wanted:
                for k in places:
                    needs = self.begins[k].needs
                    if needs & present == needs:
                        found = (*found, k)
        return found


def _numbers(steps: Iterable[Step]) -> set[int]:
    """The elements that a sentence must hold."""
    return {step.number for step in steps if not step.optional and step.asks not in GAP_WIDTH}


def _bits(numbers: Iterable[int]) -> int:
    return reduce(or_, (1 << number for number in numbers), 0)


_BITS = attrgetter("bits")
_IN_ORDER = attrgetter("first", "last")
#: A cue as found: minus its length, minus how many of its tokens are words, its first token, its number, the cue.
_Found = tuple[int, int, int, int, Cue]


class Possible(NamedTuple):
    """What may stand in a sentence: its words, the lines by the token that begins them, and those a mark begins."""

    row: Sequence[Known]
    begun: list[tuple[int, list[Line]]]
    marked: dict[str, list[Line]]

    @property
    def lines(self) -> Iterable[Line]:
        """All of them."""
        return chain(*[lines for _, lines in self.begun], *self.marked.values())


class Matcher:
    """Finds every pattern of one vocabulary in a sentence's tokens.

    Each word is looked up once and remembered: which lines it begins, which elements it satisfies. Only lines whose
    elements all occur somewhere in the sentence are followed step by step.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._numbers: dict[Element, int] = {}
        self._begun: _Forms[Line] = _Forms()
        self._satisfied: _Forms[int] = _Forms()
        self._marked: dict[str, list[Line]] = {"a": [], "r": []}
        self._led: dict[str, Known] = {}
        self._needed: Counter[int] = Counter()
        self.known = Memory(self._look_up)
        for pattern in patterns:
            first, line = pattern.elements[0], self._line(pattern)
            if first.asks == WORD:
                self._begun.add(first, line)
            else:
                kind = "a" if first.asks == ACTOR else "r"
                self._marked[kind].append(line)

    @property
    def by_parties(self) -> Iterable[tuple[str, str]]:
        """Kind and name of the lines that a party begins."""
        return [line.head for line in self._marked["a"]]

    def _line(self, pattern: Pattern) -> Line:
        steps = tuple(Step(e.asks, self._number(e), e.optional) for e in pattern.elements[1:])
        needs = _numbers(steps)
        self._needed.update(needs)
        head = pattern.kind, pattern.name
        acts = head == ("op", "demand") or (pattern.kind == "act" and pattern.name != "none")
        reach = sum(GAP_WIDTH.get(step.asks, 1) for step in steps)
        return Line(head, pattern.form, steps, _bits(needs), acts, reach)

    def _number(self, element: Element) -> int:
        if element.asks != WORD:
            return _PARTIES if element.asks == ACTOR else _REGIONS
        number = self._numbers.get(element)
        if number is None:
            number = self._numbers[element] = len(self._numbers) + 2
            self._satisfied.add(element, number)
        return number

    def _look_up(self, word: str) -> Known:
        return Known.of(tuple(self._begun.of(word)), self._satisfied.of(word), self._needed)

    def match(self, words: Sequence[str], kinds: Sequence[str]) -> list[Cue]:
        """All cues of a sentence, in order. Where two share a token, the one with more elements stays.

        ``words`` are lower case; ``kinds`` says of each token: "w" word, "p" punctuation, "a" party, "r" region.
        """
        return self.found(self.possible([self.known[word] for word in words]), words, kinds)

    def possible(self, row: Sequence[Known]) -> Possible:
        """The lines that may stand in a sentence: they are begun, and all that they need is there."""
        present = reduce(or_, map(_BITS, row), _PRESENT)
        begun = []
        for i, known in enumerate(row):
            begins = known.begins
            if not begins:
                continue
            found = known.free
            if known.following and i + 1 < len(row) and not row[i + 1].fits.isdisjoint(known.following):
                found = known.among(known.following, row[i + 1].fits, present, found)
            if known.keys & present:
                found = known.among(known.keyed, known.keyed, present, found)
            if found:
                begun.append((i, [begins[k] for k in sorted(found)]))
        marked = {kind: self._led_by(kind, present) for kind in self._marked}
        return Possible(row, begun, marked)

    def _led_by(self, kind: str, present: int) -> list[Line]:
        """The lines that a party or a region may begin."""
        known = self._led.get(kind)
        if known is None:
            known = self._led[kind] = Known.of(tuple(self._marked[kind]), (), self._needed, apart=False)
        found = known.free
        if known.keys & present:
            found = known.among(known.keyed, known.keyed, present, found)
        return [known.begins[k] for k in sorted(found)]

    def found(self, possible: Possible, words: Sequence[str], kinds: Sequence[str]) -> list[Cue]:
        """The cues of a sentence among the possible lines."""
        row, begun, marked = possible
        started: list[tuple[int, Sequence[Line]]] = [(i, lines) for i, lines in begun if kinds[i] in "wp"]
        if marked["a"] or marked["r"]:
            started += [(i, marked[kind]) for i, kind in enumerate(kinds) if kind in marked]
        found: list[_Found] = []
        for i, lines in started:
            for line in lines:
                kind, name = line.head
                if not line.steps:
                    found.append((-1, -(kinds[i] in "wp"), i, len(found), Cue(kind, name, line.form, (i,), i, i)))
                    continue
                tokens = _fit(line.steps, 0, i + 1, row, words, kinds)
                if tokens is not None:
                    taken = (i, *tokens)
                    weight = len([t for t in taken if kinds[t] in "wp"])
                    cue = Cue(kind, name, line.form, taken, i, taken[-1])
                    found.append((-len(taken), -weight, i, len(found), cue))
        return _without_overlaps(found, kinds) if len(found) > 1 else [each[-1] for each in found]


class _Forms(Generic[T]):
    """Things by the forms of a word that they belong to, exact ones and beginnings."""

    def __init__(self) -> None:
        self._exact: dict[str, list[T]] = {}
        self._begins: dict[str, list[T]] = {}
        self._lengths: list[int] = []

    def add(self, element: Element, thing: T) -> None:
        for form in element.exact:
            self._exact.setdefault(form, []).append(thing)
        for form in element.begins:
            self._begins.setdefault(form, []).append(thing)
            if len(form) not in self._lengths:
                insort(self._lengths, len(form))

    def of(self, word: str) -> list[T]:
        """All that belongs to a word."""
        found = list(self._exact.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found += self._begins.get(word[:length], ())
        return found


def _without_overlaps(found: list[_Found], kinds: Sequence[str]) -> list[Cue]:
    """Longest first: an act takes its words from other acts, an operator from operators, a mark from its own name."""
    found.sort()
    taken: dict[str, set[int]] = {}
    kept = []
    for *_, cue in found:
        mine = [t for t in cue.tokens if kinds[t] in "wp"]
        by = cue.name if cue.kind == "mark" else cue.kind
        others = taken.get(by)
        if others is None:
            taken[by] = set(mine)
        elif others.isdisjoint(mine):
            others.update(mine)
        else:
            continue
        kept.append(cue)
    kept.sort(key=_IN_ORDER)
    return kept


def _fit(
    steps: tuple[Step, ...], k: int, i: int, row: Sequence[Known], words: Sequence[str], kinds: Sequence[str]
) -> tuple[int, ...] | None:
    """Token indices that satisfy steps[k:] from token i on, or None."""
    if k == len(steps):
        return ()
    asks, number, optional = steps[k]
    if asks in GAP_WIDTH:
        for j in range(i, min(i + GAP_WIDTH[asks] + 1, len(words))):
            rest = _fit(steps, k + 1, j, row, words, kinds)
            if rest is not None:
                return rest
            if words[j] in ";.:":
                return None
        return None
    if i < len(words):
        kind = kinds[i]
        if kind == "a" if asks == ACTOR else kind == "r" if asks == REGION else kind != "r" and number in row[i].fits:
            rest = _fit(steps, k + 1, i + 1, row, words, kinds)
            if rest is not None:
                return (i, *rest)
    return _fit(steps, k + 1, i, row, words, kinds) if optional else None


# --- loading ----------------------------------------------------------------------------------------------------


class Token(NamedTuple):
    """What is known of a token by its spelling, ``raw``: lower case, "w" word or "p" punctuation, its single marks, its
    cues.

    Marks that need no vocabulary are COMMA, QUOTE and FIGURE. ``would``: a Polish verb with the ending of the
    conditional, which ``word`` leaves out.
    """

    raw: str
    word: str
    kind: str
    marks: tuple[str, ...]
    actors: Known
    cues: Known
    would: bool = False


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
        #: The marks that more than one word, or the beginning of a word, may bear.
        self.longer = frozenset(pattern.name for pattern in longer if pattern.kind == "mark")
        self.marks = {name: frozenset(words) for name, words in sets.items()}
        self.disputes = vocabulary.disputes
        self._dispute_of = Memory(self._dispute)
        self._marked: dict[str, tuple[str, ...]] = {}
        for name, words in self.marks.items():
            for word in words:
                self._marked[word] = (*self._marked.get(word, ()), name)
        #: What is known of a token as written.
        self.tokens = Memory(self._token)

    def _token(self, raw: str) -> Token:
        word = _plain(raw.lower())
        would = self.lang == "pl" and _POLISH_CONDITIONAL.search(word) is not None
        if would:
            word = _POLISH_CONDITIONAL.sub(r"\1", word)
        kind = "w" if raw[0].isalnum() or raw[0] == "_" or word == "'s" else "p"
        own = COMMA if word == "," else QUOTE if word in _QUOTES else FIGURE if word[:1].isdigit() else None
        marks = (*self._marked.get(word, ()), *((own,) if own else ()))
        return Token(raw, word, kind, marks, self.actors.known[word], self.cues.known[word], would)

    def dispute(self, region: str) -> Dispute | None:
        """The dispute that a region belongs to, None if it is in none that is known."""
        return self._dispute_of[region]

    def _dispute(self, region: str) -> Dispute | None:
        for dispute in self.disputes:
            if region.startswith(dispute.regions):
                return dispute
        return None


@cache
def lexicon(lang: str) -> Lexicon:
    """The compiled vocabulary of a language (one of LANGUAGES)."""
    path = VOCABULARY / "cues" / f"{lang}.json"
    return Lexicon(msgspec.json.decode(path.read_bytes(), type=Vocabulary))
