"""The clause room: a sentence as tokens (words, punctuation, parties, regions), its cues, its groups of
regions, and how far things in it stand from each other.

Regions joined by commas, "and" and the like form one group: what is said of the group is said of each of them. Distance
is a cost, not a count: commas, new subjects and relative clauses keep a cue and a region apart, walls (semicolons,
"but", "while") separate them altogether.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from geo.reading.cues import COMMA, FIGURE, QUOTE, Cue, Known, Lexicon, Possible, Token, lexicon
from geo.reading.document import mentions_of, with_mentions_only
from geo.reading.hints import spaced, split
from geo.reading.memory import Memory, lazy

if TYPE_CHECKING:
    from geo.reading.document import Doc, Mention

WALL = 100.0
#: Fewer tokens than this are looked through sooner than a set of them is made.
_FEW = 4
_WORD_COST, _GLUE_COST, _COMMA_COST, _RELATIVE_COST, _ACT_COST, _QUOTE_COST = 0.3, 0.1, 1.4, 3.0, 2.2, 0.5
_NEW_SUBJECT_COST, _INCLUDE_COST, _REGION_COST = 2.0, -1.0, 0.8
_NOUN_FIRST = frozenset({"fr", "es"})
_OPENERS = frozenset("()[]")
#: In small letters a direction, not the allies.
_COMPASS = frozenset({"west", "western"})
_QUOTES = frozenset('"“”„«»')
#: Among how many first tokens a pronoun may open the sentence ("In return it wants ...").
_OPENING = 5
#: How many tokens an aside may have.
_ASIDE = 7
_SLAVIC = frozenset({"uk", "ru", "pl"})

_NUMBER = r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+\b|\d+[.,]\d+|"
_TOKEN = re.compile(r"[Дд]е-(?:факто|юре)\b|" + _NUMBER + r"['’]s\b|\w++(?:(?=['’]s\b)|(?:['’ʼ]\w+)*)|[^\w\s]")
_SPANISH = re.compile(_NUMBER + r"\w+[aei]r(?=l[ao]s?\b)|" + _TOKEN.pattern)  # "entregar|la"
_FRENCH = re.compile(_NUMBER + r"\w+['’]|\w+|[^\w\s]")
_PATTERNS = {"fr": _FRENCH, "es": _SPANISH}


class Group(msgspec.Struct, frozen=True):
    """Regions that are named in one breath: token indices of the first and last, the tokens of all its regions."""

    first: int
    last: int
    regions: tuple[int, ...]


class Marks(dict[str, Collection[int]]):
    """The tokens of each mark. Most marks that are asked for are not there."""

    __slots__ = ("_places",)

    def __init__(self, places: Mapping[str, Sequence[int]]) -> None:
        super().__init__()
        self._places = places

    def __missing__(self, mark: str) -> Collection[int]:
        found = self._places.get(mark, ())
        self[mark] = found if len(found) < _FEW else frozenset(found)
        return self[mark]


@dataclass
class Clause:
    """A sentence as tokens: parallel lists, one entry per token.

    `mention` indexes `Doc.mentions` (-1: the asked span). `places` holds the tokens of each mark, in order; `actors`
    and `row` are what the matchers of parties and of cues know of each token. What not
    every sentence is asked for (offsets, groups of regions, distances) is worked out when it is.
    """

    lexicon: Lexicon
    text: str
    start: int
    words: list[str]
    raw: list[str]
    kinds: list[str]
    mention: list[int | None]
    party: list[str | None]
    places: dict[str, list[int]]
    actors: Sequence[Known]
    row: Sequence[Known]
    glue: Sequence[int] = ()
    cues: list[Cue] = field(default_factory=list)
    marks: Marks = field(default_factory=lambda: Marks({}))
    outside: str | None = None
    #: What the scope room has worked out of this sentence: asked again for each act that stands in it.
    memo: dict[Any, Any] = field(default_factory=dict)

    @lazy
    def possible(self) -> Possible:
        """The lines of cues that may stand in the sentence."""
        return self.lexicon.cues.possible(self.row)

    @lazy
    def covered(self) -> frozenset[int]:
        """The tokens of all acts and operators."""
        return frozenset(t for cue in self.cues for t in cue.tokens)

    @lazy
    def starts(self) -> list[int]:
        """Where each token begins: nothing but white space stands between two."""
        found, position = [], self.start
        for raw in self.raw:
            position = self.text.index(raw, position)
            found.append(position)
            position += len(raw)
        return found

    @lazy
    def groups(self) -> list[Group]:
        """The regions, those named in one breath together."""
        return _groups(self)

    @lazy
    def costs(self) -> list[float]:
        """Running cost, so that `between` looks up two numbers."""
        return list(accumulate(_costs(self), initial=0.0))

    def end(self, i: int) -> int:
        """Where token i ends."""
        return self.starts[i] + len(self.raw[i])

    def has(self, mark: str, i: int) -> bool:
        """Is token i a word of this mark?"""
        return i in self.marks[mark]

    def any(self, mark: str, first: int, stop: int) -> bool:
        """Does a word of this mark stand in tokens[first:stop]?"""
        places = self.places.get(mark)
        if places is None:
            return False
        k = bisect_left(places, first)
        return k < len(places) and places[k] < stop

    def next(self, mark: str, first: int, stop: int) -> int | None:
        """The first word of this mark in tokens[first:stop]."""
        places = self.places.get(mark)
        if places is None:
            return None
        k = bisect_left(places, first)
        return places[k] if k < len(places) and places[k] < stop else None

    def between(self, i: int, j: int) -> float:
        """Cost of the tokens strictly between i and j."""
        low, high = (i, j) if i < j else (j, i)
        return max(self.costs[high] - self.costs[low + 1], 0.0) if high > low else 0.0

    def walled(self, i: int, j: int) -> bool:
        """Is there a wall between tokens i and j?"""
        return "wall" in self.places and (self.any("wall", i + 1, j + 1) if i < j else self.any("wall", j + 1, i + 1))


_BEGINS = attrgetter("begins")
#: What a document remembers of each sentence that depends on its mentions.
_OF_SENTENCE = ("cut", "clause")


def clause(doc: Doc, index: int) -> Clause | None:
    """Sentence `index` of a document, or None where its language has no cues."""
    key = ("clause", index)
    if key not in doc.memo:
        parsed = cut(doc, index)
        doc.memo[key] = None if parsed is None else _parsed(doc, index, parsed)
    found: Clause | None = doc.memo[key]
    return found


def asked_clause(doc: Doc, index: int, start: int, end: int) -> Clause | None:
    """Sentence `index` with a span of it (an amount) as a region of its own, mention -1.

    None where its language has no cues, or where no act or demand may stand in it.
    """
    spans = [(m.start, m.end, k) for k, m in mentions_of(doc, index) if m.end <= start or m.start >= end]
    parsed = _cut(doc, index, [*spans, (start, end, -1)])
    return _parsed(doc, index, parsed) if parsed is not None and _holds_act(parsed) else None


def cut(doc: Doc, index: int) -> Clause | None:
    """Sentence `index` cut into tokens, without its parties, cues and marks: what `may_act` and the like look at."""
    key = ("cut", index)
    if key not in doc.memo:
        doc.memo[key] = _cut(doc, index, [(m.start, m.end, k) for k, m in mentions_of(doc, index)])
    found: Clause | None = doc.memo[key]
    return found


def may_act(doc: Doc, index: int) -> bool:
    """May an act or a demand stand in a sentence? The cheap question, asked before the sentence is parsed."""
    parsed = cut(doc, index)
    return parsed is not None and _holds_act(parsed)


def _holds_act(parsed: Clause) -> bool:
    _, begun, marked = parsed.possible
    for lines in marked.values():
        for line in lines:
            if line.acts:
                return True
    for _, lines in begun:
        for line in lines:
            if line.acts:
                return True
    return False


def may_hold(doc: Doc, index: int, heads: frozenset[tuple[str, str]]) -> bool:
    """May a cue of one of these kinds and names stand in a sentence?"""
    words_of = _lexicon(doc.lang)
    if words_of is None or (not mentions_of(doc, index) and not _may_begin(doc, index, words_of, heads)):
        return False
    parsed = cut(doc, index)
    return parsed is not None and any(line.head in heads for line in parsed.possible.lines)


def _may_begin(doc: Doc, index: int, words_of: Lexicon, heads: frozenset[tuple[str, str]]) -> bool:
    """Does a sentence without regions hold a word that such a cue may begin with, or may a party begin it?"""
    if not heads.isdisjoint(words_of.cues.by_parties):
        return True
    known = _pieces(words_of)
    return any(not heads.isdisjoint(known[word].heads) for word in split(doc)[index])


def with_mentions(doc: Doc, more: Sequence[Mention]) -> Doc:
    """The document with more mentions behind the others. What was parsed of other sentences is kept."""
    made = with_mentions_only(doc, (*doc.mentions, *more))
    changed = {mention.sentence for mention in more}
    made.memo.update({key: one for key, one in doc.memo.items() if key[0] in _OF_SENTENCE and key[1] not in changed})
    return made


def _cut(doc: Doc, index: int, spans: list[tuple[int, int, int]]) -> Clause | None:
    words_of = _lexicon(doc.lang)
    if words_of is None:
        return None
    return _tokens(doc, index, sorted(spans), words_of)


def _parsed(doc: Doc, index: int, parsed: Clause) -> Clause:
    """The same clause with its parties, cues and marks."""
    _parties(parsed)
    _stand_ins(doc, index, parsed)
    found = parsed.lexicon.cues.found(parsed.possible, parsed.words, parsed.kinds)
    parsed.cues = [cue for cue in found if cue.kind != "mark" and cue.name != "none"]
    longer: dict[str, set[int]] = {}
    for cue in found:
        if cue.kind == "mark":
            longer.setdefault(cue.name, set()).update(cue.tokens)
    places = parsed.places
    parsed.glue = places.get("glue", ())
    for name, tokens in longer.items():
        places[name] = sorted(tokens.union(places.get(name, ())))
    for name in ("relative", "that", "neg") if "whatsleft" in places else ():
        places[name] = [k for k in places.get(name, ()) if k not in places["whatsleft"]]
    if "joining" in places:  # "legally Ukrainian but occupied since 2014": one attribute, not a new clause
        places["wall"] = [k for k in places.get("wall", ()) if k not in places["joining"]]
    parsed.marks = Marks(places)
    return parsed


@cache
def _lexicon(lang: str | None) -> Lexicon | None:
    try:
        return lexicon(lang) if lang else None
    except FileNotFoundError:
        return None


class Piece(msgspec.Struct, frozen=True):
    """What is known of the tokens that stand between white space, and their marks with their places among them.

    ``heads``: kind and name of the cues that they may begin.
    """

    known: tuple[Token, ...]
    marks: tuple[tuple[str, int], ...]
    heads: frozenset[tuple[str, str]]


def _piece(raw: Sequence[str], words_of: Lexicon) -> Piece:
    known = tuple([words_of.tokens[one] for one in raw])
    marks = tuple([(mark, k) for k, token in enumerate(known) for mark in token.marks])
    return Piece(known, marks, frozenset([line.head for token in known for line in token.cues.begins]))


@cache
def _pieces(words_of: Lexicon) -> Memory[Piece]:
    """The pieces of a language, by what is written between white space."""
    pattern = _PATTERNS.get(words_of.lang, _TOKEN)
    return Memory(lambda written: _piece(pattern.findall(written), words_of))


def _pieces_of(text: str, start: int, end: int, words_of: Lexicon, *, spaced: bool) -> Iterable[Piece]:
    """The pieces of text[start:end]; all of it is one where a number has spaces in it."""
    if spaced:
        return (_piece(_PATTERNS.get(words_of.lang, _TOKEN).findall(text, start, end), words_of),)
    return map(_pieces(words_of).__getitem__, text[start:end].split())


def _tokens(doc: Doc, index: int, spans: Sequence[tuple[int, int, int]], words_of: Lexicon) -> Clause:
    """Cut a sentence; every span becomes one token of kind "r"."""
    text, start, end = doc.text, doc.sentences[index].start, doc.sentences[index].end
    apart = spaced(doc, index)
    places: dict[str, list[int]] = defaultdict(list)
    known: list[Token] = []
    regions: list[tuple[int, int]] = []
    position = start
    for first, last, number in (*spans, (end, end, 0)):
        if first < position:
            continue
        for piece in _pieces_of(text, position, first, words_of, spaced=apart):
            if piece.marks:
                base = len(known)
                for mark, at in piece.marks:
                    places[mark].append(base + at)
            known += piece.known
        if last > first:
            regions.append((len(known), number))
            token = words_of.tokens[text[first:last]]
            for mark in token.marks:
                places[mark].append(len(known))
            known.append(token)
            position = last
    if words_of.lang == "pl":
        _conditionals(known, places)
    raw, words, kinds, _, actors, cues, _ = zip(*known, strict=True) if known else ((),) * len(Token._fields)
    nothing: list[Any] = [None] * len(known)
    parsed = Clause(
        words_of, text, start, list(words), list(raw), list(kinds), nothing, nothing.copy(), places, actors, cues
    )
    for k, number in regions:
        parsed.kinds[k], parsed.mention[k] = "r", number
    return parsed


def _conditionals(known: Sequence[Token], places: dict[str, list[int]]) -> None:
    """Polish verbs that carry the ending of the conditional are modal and hedged."""
    would = [k for k, token in enumerate(known) if token.would]
    for mark in ("modal", "hedge", "would") if would else ():
        places[mark] = sorted({*places.get(mark, ()), *would})


def _parties(parsed: Clause) -> None:
    """Find the parties: the first token of each carries its code and kind "a", the others become part of it."""
    actors = parsed.lexicon.actors
    if not any(map(_BEGINS, parsed.actors)):
        return
    for cue in actors.found(actors.possible(parsed.actors), parsed.words, parsed.kinds):
        i = cue.first
        if len(cue.tokens) == 1 and parsed.words[i] == "us" and not parsed.raw[i].isupper():
            continue
        if len(cue.tokens) == 1 and parsed.raw[i] in _COMPASS:
            continue
        parsed.kinds[i] = "a"
        for j in cue.tokens:
            parsed.party[j] = cue.name


def _stand_ins(doc: Doc, index: int, parsed: Clause) -> None:
    """ "In return it wants ...": a pronoun with no party before it stands for the one that led the sentence before."""
    _speakers(doc, index, parsed)
    pronouns = parsed.places.get("heit", ())
    k = next((k for k in pronouns if parsed.kinds[k] == "w"), _OPENING)
    if k >= _OPENING or index == 0 or any(parsed.party[:k]):
        return
    leader = _leader(doc, index - 1, parsed.lexicon)
    if leader is not None:
        parsed.kinds[k], parsed.party[k] = "a", leader


def _speakers(doc: Doc, index: int, parsed: Clause) -> None:
    """ "We will not leave," Zelensky said: "we" stands for whoever speaks the quoted words."""
    from geo.reading.quoted import outside, quoted, speaking

    here = quoted(doc)[index]
    if not (here.before or here.behind or here.marked):
        return
    own = speaking(parsed, parsed.places.get("say", ()))
    parsed.outside = None if own else outside(doc, index)
    code, inside = own or parsed.outside, here.before
    pronouns = frozenset(parsed.places.get("we", ())) if code else frozenset()
    for k, word in enumerate(parsed.words if pronouns else ()):
        if word in _QUOTES:
            inside = word != "”" and (not inside if word == '"' else word in "“„«")
        elif inside and k in pronouns and parsed.kinds[k] == "w":
            parsed.kinds[k], parsed.party[k] = "a", code
    _others(doc, index, parsed, code)


def _others(doc: Doc, index: int, parsed: Clause, speaking: str | None) -> None:
    """ "They want our Donbas," Kyiv says: the other side, where the sentence before names nobody."""
    k = next((k for k in parsed.places.get("they", ()) if k < _OPENING and parsed.kinds[k] == "w"), None)
    if k is None or speaking is None or not doc.mentions or (index and _leader(doc, index - 1, parsed.lexicon)):
        return
    dispute = parsed.lexicon.dispute(doc.mentions[0].regions[0])
    if dispute is not None and speaking in (dispute.owner, *dispute.claimant):
        other = dispute.claimant[0] if speaking == dispute.owner else dispute.owner
        parsed.kinds[k], parsed.party[k] = "a", other


def with_parties(doc: Doc, index: int) -> Clause | None:
    """Sentence `index` with its parties found and nothing more, its pronouns as the sentence before has them."""
    parsed = _cut(doc, index, [])
    if parsed is None:
        return None
    _parties(parsed)
    said = frozenset(parsed.places.get("say", ()))
    for k in parsed.places.get("heit", ()):
        if parsed.kinds[k] == "w" and (k + 1 in said or k - 1 in said) and index:
            leader = _leader(doc, index - 1, parsed.lexicon)
            if leader is not None:
                parsed.kinds[k], parsed.party[k] = "a", leader
    return parsed


def _leader(doc: Doc, index: int, words_of: Lexicon) -> str | None:
    """The first party of a sentence that no preposition governs."""
    parsed = _tokens(doc, index, (), words_of)
    _parties(parsed)
    return next((code for k, code in enumerate(parsed.party) if code and not _governed_by_preposition(parsed, k)), None)


def _governed_by_preposition(parsed: Clause, k: int) -> bool:
    """ "talks with Russian President Vladimir Putin": does a preposition stand before the name and its titles?"""
    j = k - 1
    while j >= 0 and k - j < 6 and (parsed.party[j] or parsed.any("title", j, j + 1) or _joins_party(parsed, j)):
        j -= 1
    return parsed.any("oblique", j - 1, j + 1)


def _joins_party(parsed: Clause, j: int) -> bool:
    """ "in Washington and Moscow"."""
    return j > 0 and parsed.any("and", j, j + 1) and parsed.party[j - 1] is not None


def _is_glue(parsed: Clause, i: int) -> bool:
    return parsed.words[i] in _OPENERS or any(parsed.has(mark, i) for mark in ("glue", "amount", FIGURE))


def is_number(word: str) -> bool:
    """Is the token a figure ("2014", "6,600")?"""
    return word[:1].isdigit()


def _groups(parsed: Clause) -> list[Group]:
    """Join neighbouring regions where nothing but glue stands between them."""
    groups: list[Group] = []
    current: list[int] = []
    for i, kind in enumerate(parsed.kinds):
        if kind != "r" or (current and _container(parsed, current[-1], i)):
            continue
        if current and not _joined(parsed, current[-1], i):
            groups.append(Group(current[0], current[-1], tuple(current)))
            current = []
        current.append(i)
    if current:
        groups.append(Group(current[0], current[-1], tuple(current)))
    return groups


def _container(parsed: Clause, i: int, j: int) -> bool:
    """Is region j only where region i lies ("the Donetsk region of the Donbas")?"""
    between = range(i + 1, j)
    within = 0 < len(between) <= 4 and any(parsed.has("inside", k) for k in between)
    return within and all(_is_glue(parsed, k) and parsed.kinds[k] == "w" and not parsed.has("and", k) for k in between)


def _joined(parsed: Clause, i: int, j: int) -> bool:
    """Are regions i and j members of one list?"""
    if j - i > 12:
        return False
    between = range(i + 1, j)
    if any(parsed.has("except", k) for k in between):
        return False
    if any(_contrast(parsed, k) for k in between):
        return False
    return all(_is_glue(parsed, k) for k in between) and not (_apposed(parsed, i, j) or _swapped(parsed, i, j))


def _contrast(parsed: Clause, k: int) -> bool:
    """Slavic: ", а в ...": another thing is said of what stands behind."""
    if parsed.lexicon.lang not in _SLAVIC or parsed.words[k] not in ("а", "a") or parsed.words[k - 1] != ",":
        return False
    return parsed.has("inplace", k + 1)


def _swapped(parsed: Clause, i: int, j: int) -> bool:
    """Is region j the price of region i ("обміняти Сумщину на Донеччину")?"""
    price = next((k for k in range(i + 1, j) if parsed.has("exchange", k)), None)
    if price is None or parsed.words[price - 1] == "," or parsed.has("and", price - 1):
        return False
    return any(cue.name == "swap" and cue.first < i for cue in parsed.cues)


def _apposed(parsed: Clause, i: int, j: int) -> bool:
    """Does a participle of its own hang on region i ("unlike Crimea, annexed in 2014, Kherson ...")?"""
    done = {t for cue in parsed.cues if cue.kind == "act" and cue.form == "past" for t in cue.tokens}
    if i + 2 >= j or parsed.words[i + 1] != "," or i + 2 not in done:
        return False
    return not any(parsed.has("and", k) for k in (j - 2, j - 1))


def _qualifies(parsed: Clause, cue: Cue) -> bool:
    """Is it a participle behind its noun of land, as in French ("les parties occupées des régions")?"""
    last = cue.first == cue.last and cue.form == "past"
    return (
        last
        and parsed.lexicon.lang in _NOUN_FIRST
        and parsed.has("land", cue.first - 1)
        and parsed.has("of", cue.last + 1)
    )


def _costs(parsed: Clause) -> list[float]:
    """The cost of each token. What says more of a token overrides what says less: later lines win."""
    places = parsed.places
    costs = [_WORD_COST] * len(parsed.words)
    light = (parsed.glue, *(places.get(name, ()) for name in ("amount", FIGURE, "whatsleft")))
    for k in (k for tokens in light for k in tokens):
        costs[k] = _GLUE_COST
    for k in places.get(QUOTE, ()):
        costs[k] = _QUOTE_COST
    for cue in parsed.cues:
        if cue.kind == "act" and not _qualifies(parsed, cue):
            costs[cue.first] = _ACT_COST
    for k in places.get("and", ()):
        if _new_subject(parsed, k + 1):
            costs[k] = _NEW_SUBJECT_COST
    for k in places.get("relative", ()):
        costs[k] = 0.0 if parsed.has("include", k + 1) else _RELATIVE_COST
    for k in places.get(COMMA, ()):
        costs[k] = _COMMA_COST
    for k in places.get("include", ()):
        costs[k] = _INCLUDE_COST
    for k, kind in enumerate(parsed.kinds):
        if kind == "r":
            costs[k] = _REGION_COST
    for first, last in _asides(parsed):
        costs[first : last + 1] = [0.0] * (last + 1 - first)
    for k in places.get("wall", ()):
        costs[k] = WALL
    return costs


def _asides(parsed: Clause) -> list[tuple[int, int]]:
    """Who says it, between commas (", як стверджує джерело,", ", za slovami X,"): such an aside keeps nothing apart."""
    commas = parsed.places.get(COMMA, ())
    if len(commas) < 2 or parsed.lexicon.lang not in _SLAVIC:
        return []
    found = []
    for first, last in pairwise(commas):
        inside = range(first + 1, last)
        told = any(parsed.has("say", k) or parsed.has("accordingto", k) for k in inside)
        if not 2 <= len(inside) <= _ASIDE or not told or any(parsed.kinds[k] == "r" for k in inside):
            continue
        if parsed.has("as", first + 1) or parsed.has("accordingto", first + 1) or len(inside) <= 3:
            found.append((first, last))
    return found


def _new_subject(parsed: Clause, i: int) -> bool:
    """Does a party stand right behind this "and" (after at most one word), not as an adjective before a hyphen?"""
    for j in (i, i + 1):
        if j < len(parsed.kinds) and parsed.kinds[j] == "a":
            return j + 1 >= len(parsed.words) or parsed.words[j + 1] != "-"
    return False
