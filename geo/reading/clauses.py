"""The clause room: a sentence as tokens (words, punctuation, parties, regions), its cues, its groups of
regions, and how far things in it stand from each other.

Regions joined by commas, "and" and the like form one group: what is said of the group is said of each of them. Distance
is a cost, not a count: commas, new subjects and relative clauses keep a cue and a region apart, walls (semicolons,
"but", "while") separate them altogether.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from geo.reading.cues import Cue, Lexicon, lexicon

if TYPE_CHECKING:
    from geo.reading.document import Doc, Mention

WALL = 100.0
_WORD_COST, _GLUE_COST, _COMMA_COST, _RELATIVE_COST, _ACT_COST, _QUOTE_COST, _NEW_SUBJECT_COST = (
    0.3,
    0.1,
    1.4,
    3.0,
    2.2,
    0.5,
    2.0,
)
_QUOTES = frozenset('"“”„«»‘’‚‹›')
_OPENERS = frozenset("()[]")
#: Among how many first tokens a pronoun may open the sentence ("In return it wants ...").
_OPENING = 5

_POLISH_CONDITIONAL = ("łby", "łaby", "łoby", "liby", "łyby")
_NUMBER = r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+\b|\d+[.,]\d+|"
_TOKEN = re.compile(r"[Дд]е-(?:факто|юре)\b|" + _NUMBER + r"['’]s\b|\w+?(?=['’]s\b)|\w+(?:['’ʼ]\w+)*|[^\w\s]")
_FRENCH = re.compile(_NUMBER + r"\w+['’]|\w+|[^\w\s]")


class Group(NamedTuple):
    """Regions that are named in one breath: token indices of the first and last, the tokens of all its regions."""

    first: int
    last: int
    regions: tuple[int, ...]


@dataclass(slots=True)
class Clause:
    """A sentence as tokens: parallel lists, one entry per token.

    `mention` indexes `Doc.mentions` (-1: the asked span).
    """

    lexicon: Lexicon
    words: list[str]
    raw: list[str]
    starts: list[int]
    ends: list[int]
    kinds: list[str]
    mention: list[int | None]
    party: list[str | None]
    cues: list[Cue]
    marks: dict[str, frozenset[int]]
    groups: list[Group]
    costs: list[float]
    walls: list[int]
    would: set[int] = field(default_factory=set)

    def has(self, mark: str, i: int) -> bool:
        """Is token i a word of this mark?"""
        if not 0 <= i < len(self.words):
            return False
        singles = self.lexicon.marks.get(mark)
        if singles is not None and self.words[i] in singles:
            return True
        longer = self.marks.get(mark)
        return longer is not None and i in longer

    def any(self, mark: str, first: int, stop: int) -> bool:
        """Does a word of this mark stand in tokens[first:stop]?"""
        return any(self.has(mark, i) for i in range(max(first, 0), min(stop, len(self.words))))

    def between(self, i: int, j: int) -> float:
        """Cost of the tokens strictly between i and j."""
        low, high = (i, j) if i < j else (j, i)
        return max(self.costs[high] - self.costs[low + 1], 0.0) if high > low else 0.0

    def walled(self, i: int, j: int) -> bool:
        """Is there a wall between tokens i and j?"""
        low, high = (i, j) if i < j else (j, i)
        return self.walls[high] != self.walls[low]


_NOTHING: frozenset[str] = frozenset()


def _marked(words: Lexicon, mark: str) -> frozenset[str]:
    return words.marks.get(mark, _NOTHING)


def clause(doc: Doc, index: int, *, asked: tuple[int, int] | None = None) -> Clause | None:
    """Sentence `index` of a document, or None where its language has no cues.

    ``asked``: offsets of a span (an amount) that counts as a region of its own, mention -1.
    """
    if asked is not None:
        return _parsed(doc, index, asked)
    key = ("clause", index)
    if key not in doc.memo:
        doc.memo[key] = _parsed(doc, index, None)
    found: Clause | None = doc.memo[key]
    return found


def _parsed(doc: Doc, index: int, asked: tuple[int, int] | None) -> Clause | None:
    words_of = _lexicon(doc.lang)
    if words_of is None:
        return None
    sentence = doc.sentences[index]
    spans = [(m.start, m.end, k) for k, m in _mentions(doc, index)]
    if asked is not None:
        spans = [s for s in spans if s[1] <= asked[0] or s[0] >= asked[1]] + [(*asked, -1)]
    spans.sort()
    parsed = _tokens(doc.text, sentence.start, sentence.end, spans, words_of)
    _parties(parsed)
    _stand_ins(doc, index, parsed)
    found = words_of.cues.match(parsed.words, parsed.kinds)
    parsed.cues = [cue for cue in found if cue.kind != "mark" and cue.name != "none"]
    marks: dict[str, set[int]] = {}
    for cue in found:
        if cue.kind == "mark":
            marks.setdefault(cue.name, set()).update(cue.tokens)
    for name in ("modal", "hedge") if parsed.would else ():
        marks.setdefault(name, set()).update(parsed.would)
    parsed.marks = {name: frozenset(tokens) for name, tokens in marks.items()}
    _groups(parsed)
    _distances(parsed)
    return parsed


@cache
def _lexicon(lang: str | None) -> Lexicon | None:
    try:
        return lexicon(lang) if lang else None
    except FileNotFoundError:
        return None


def _mentions(doc: Doc, index: int) -> list[tuple[int, Mention]]:
    if "mentions" not in doc.memo:
        grouped: dict[int, list[tuple[int, Mention]]] = {}
        for k, mention in enumerate(doc.mentions):
            grouped.setdefault(mention.sentence, []).append((k, mention))
        doc.memo["mentions"] = grouped
    found: list[tuple[int, Mention]] = doc.memo["mentions"].get(index, [])
    return found


def _tokens(text: str, start: int, end: int, spans: Sequence[tuple[int, int, int]], words_of: Lexicon) -> Clause:
    """Cut text[start:end]; every span becomes one token of kind "r"."""
    pattern = _FRENCH if words_of.lang == "fr" else _TOKEN
    parsed = Clause(words_of, [], [], [], [], [], [], [], [], {}, [], [], [])
    position = start
    for first, last, number in [*spans, (end, end, None)]:
        if first < position and number is not None:
            continue
        for found in pattern.finditer(text, position, max(first, position)):
            _add(parsed, found.group(), found.start(), found.end(), None)
        if number is not None:
            _add(parsed, text[first:last], first, last, number)
            position = last
    return parsed


def _add(parsed: Clause, raw: str, start: int, end: int, number: int | None) -> None:
    word = raw.lower().replace("’", "'").replace("ʼ", "'")
    if parsed.lexicon.lang == "pl" and word.endswith(_POLISH_CONDITIONAL):
        word = word[:-2]
        parsed.would.add(len(parsed.words))
    parsed.words.append(word)
    parsed.raw.append(raw)
    parsed.starts.append(start)
    parsed.ends.append(end)
    parsed.kinds.append(
        "r" if number is not None else "w" if raw[0].isalnum() or raw[0] == "_" or word == "'s" else "p"
    )
    parsed.mention.append(number)
    parsed.party.append(None)


def _parties(parsed: Clause) -> None:
    """Find the parties: the first token of each carries its code and kind "a", the others become part of it."""
    for cue in parsed.lexicon.actors.match(parsed.words, parsed.kinds):
        i = cue.first
        if len(cue.tokens) == 1 and parsed.words[i] == "us" and not parsed.raw[i].isupper():
            continue
        parsed.kinds[i] = "a"
        for j in cue.tokens:
            parsed.party[j] = cue.name


def _stand_ins(doc: Doc, index: int, parsed: Clause) -> None:
    """ "In return it wants ...": a pronoun with no party before it stands for the one that led the sentence before."""
    first = next((k for k, code in enumerate(parsed.party) if code), len(parsed.words))
    k = next((k for k in range(min(first, _OPENING)) if _is_pronoun(parsed, k)), None)
    if k is None or index == 0:
        return
    before = doc.sentences[index - 1]
    earlier = _tokens(doc.text, before.start, before.end, (), parsed.lexicon)
    _parties(earlier)
    leader = next(
        (code for j, code in enumerate(earlier.party) if code and not _governed_by_preposition(earlier, j)), None
    )
    if leader is not None:
        parsed.kinds[k], parsed.party[k] = "a", leader


def _is_pronoun(parsed: Clause, k: int) -> bool:
    """Does a personal pronoun in the nominative stand there, with a verb behind it?"""
    return parsed.words[k] in _marked(parsed.lexicon, "heit") and parsed.kinds[k] == "w"


def _governed_by_preposition(parsed: Clause, k: int) -> bool:
    return any(parsed.words[j] in _marked(parsed.lexicon, "oblique") for j in range(max(k - 2, 0), k))


def _is_glue(parsed: Clause, i: int) -> bool:
    return parsed.words[i] in _OPENERS or parsed.has("glue", i) or parsed.has("amount", i) or is_number(parsed.words[i])


def is_number(word: str) -> bool:
    """Is the token a figure ("2014", "6,600")?"""
    return word[:1].isdigit()


def _groups(parsed: Clause) -> None:
    """Join neighbouring regions where nothing but glue stands between them."""
    current: list[int] = []
    for i, kind in enumerate(parsed.kinds):
        if kind != "r":
            continue
        if current and _container(parsed, current[-1], i):
            continue
        if current and not _joined(parsed, current[-1], i):
            parsed.groups.append(Group(current[0], current[-1], tuple(current)))
            current = []
        current.append(i)
    if current:
        parsed.groups.append(Group(current[0], current[-1], tuple(current)))


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
    return all(_is_glue(parsed, k) for k in between) and not _apposed(parsed, i, j)


def _apposed(parsed: Clause, i: int, j: int) -> bool:
    """Does a participle of its own hang on region i ("unlike Crimea, annexed in 2014, Kherson ...")?"""
    done = {t for cue in parsed.cues if cue.kind == "act" and cue.form == "past" for t in cue.tokens}
    if i + 2 >= j or parsed.words[i + 1] != "," or i + 2 not in done:
        return False
    return not any(parsed.has("and", k) for k in (j - 2, j - 1))


def _distances(parsed: Clause) -> None:
    """Running cost and wall count, so that `between` and `walled` look up two numbers."""
    acts = {cue.first for cue in parsed.cues if cue.kind == "act"}
    costs, walls = [], []
    for i, word in enumerate(parsed.words):
        wall = parsed.has("wall", i)
        walls.append(int(wall))
        costs.append(WALL if wall else _cost(parsed, i, word, i in acts))
    parsed.costs = list(accumulate(costs, initial=0.0))
    parsed.walls = list(accumulate(walls))


def _cost(parsed: Clause, i: int, word: str, is_act: bool) -> float:
    if parsed.kinds[i] == "r":
        return 0.8
    if parsed.has("include", i):
        return -1.0
    if word == ",":
        return _COMMA_COST
    if parsed.has("relative", i):
        return 0.0 if parsed.has("include", i + 1) else _RELATIVE_COST
    if parsed.has("and", i) and _new_subject(parsed, i + 1):
        return _NEW_SUBJECT_COST
    if is_act:
        return _ACT_COST
    if word in _QUOTES:
        return _QUOTE_COST
    if parsed.has("amount", i) or is_number(word):
        return _GLUE_COST
    return _GLUE_COST if word in _marked(parsed.lexicon, "glue") else _WORD_COST


def _new_subject(parsed: Clause, i: int) -> bool:
    """Does a party stand right behind this "and" (after at most one word), not as an adjective before a hyphen?"""
    for j in (i, i + 1):
        if j < len(parsed.kinds) and parsed.kinds[j] == "a":
            return j + 1 >= len(parsed.words) or parsed.words[j + 1] != "-"
    return False
