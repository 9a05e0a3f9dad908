"""The room of what can't be mapped: phrases of territory without a unit ("parts of southern Ukraine"), kept and shown.

A phrase is the longest chain of words of `vocabulary/unmapped.toml` (nouns of land, directions, qualities, vague
amounts) and countries. It counts where a noun of land stands with something that says which land is meant.
"""

from __future__ import annotations

import tomllib
from functools import cache

from geo.models import Unmapped
from geo.reading.cues import LANGUAGES, VOCABULARY
from geo.reading.document import Doc
from geo.reading.land import View, Words, land, view
from geo.reading.numbers import fits, letters, phrases

_KINDS = ("noun", "part", "direction", "compass", "quality", "amount", "adverb", "link", "article", "actor")
_CORE = frozenset(("noun", "part", "direction", "compass", "quality", "amount", "adverb", "place"))
_STARTS = _CORE | {"article"}
_ENDS = frozenset(("noun", "part", "compass", "place", "quality"))
_VERBAL = frozenset(("quality", "adverb"))
_HEADS = frozenset(("noun", "part", "compass"))
_SAYS_WHERE = frozenset(("direction", "compass", "place"))
_KEPT = 50_000
#: A headline is told by its capitals: words of this length have one, and there are this many of them.
_LONG_WORD, _LONG_WORDS = 4, 3
#: The ending of a plural where languages make plurals by one (en, fr, es).
_PLURAL = "s"
_UNIT, _ACTOR = frozenset(("unit",)), frozenset(("actor",))


class Vocabulary:
    """The lists of one language. What a word is, is looked up once and kept."""

    def __init__(self, lang: str) -> None:
        table = tomllib.loads((VOCABULARY / "unmapped.toml").read_text(encoding="utf-8"))[lang]
        self.lists = {kind: Words(table[kind]) for kind in _KINDS}
        self.vague = Words(table["vague"])
        self.alone = phrases(table["alone"].splitlines())
        self.land = land(lang)
        self._known: dict[str, frozenset[str]] = {}

    def kind(self, word: str) -> frozenset[str]:
        """The lists that a word is in; `place` for the names and adjectives of countries and words that mean one."""
        known = self._known.get(word)
        if known is None:
            known = frozenset(kind for kind, listed in self.lists.items() if word in listed)
            if self.land.names_country(word) or word in self.land.words["country"]:
                known |= {"place"}
            if len(self._known) < _KEPT:
                self._known[word] = known
        return known

    def promising(self, sentence: str) -> bool:
        """May a sentence hold a phrase at all? The cheap question asked first."""
        return any(word in self.alone or self.kind(word) & _HEADS for word in letters(sentence))


@cache
def vocabulary(lang: str | None) -> Vocabulary:
    """The lists of a language; English where it has none."""
    return Vocabulary(lang if lang in LANGUAGES else "en")


def unmapped(doc: Doc) -> list[Unmapped]:
    """Every phrase of territory that names no unit, in order, none overlapping, each wording once."""
    known = vocabulary(doc.lang)
    found: list[Unmapped] = []
    told: set[str] = set()
    for index, sentence in enumerate(doc.sentences):
        if not known.promising(doc.text[sentence.start : sentence.end]):
            continue
        seen = view(doc, index)
        for first, last in _phrases(seen, known):
            start, end = seen.row[first].start, seen.row[last].end
            surface = doc.text[start:end]
            if surface.lower() not in told:
                told.add(surface.lower())
                found.append(Unmapped(surface, start, end, doc.text[sentence.start : sentence.end], sentence.start))
    return found


def _phrases(seen: View, known: Vocabulary) -> list[tuple[int, int]]:
    """First and last token of every phrase in a sentence."""
    kinds = [_kinds(seen, known, k) for k in range(len(seen.row))]
    found: list[tuple[int, int]] = []
    headline = _headline(seen)
    k = 0
    while k < len(kinds):
        alone = _alone(seen, known, k)
        if alone is not None:
            found.append((k, alone - 1))
            k = alone
            continue
        if not kinds[k] & _STARTS:
            k += 1
            continue
        stop = _chain(kinds, k)
        doubled = _doubled(seen, kinds, k, stop)
        first = _first(seen, kinds, k, doubled)
        last = _last(kinds, first, doubled)
        if first <= last and _counts(seen, kinds, first, last):
            if not headline or _is_specific(seen, known, kinds, first, last):
                found.append((_bare(kinds, first, last), last))
            last = stop if doubled < stop else last  # what follows a doubled noun speaks of the same land
        k = max(last, k) + 1
    return found


def _headline(seen: View) -> bool:
    """Is the sentence a headline in title case: no stop at its end, and a capital on each long word?"""
    sentence = seen.doc.sentences[seen.index]
    if seen.doc.text[sentence.start : sentence.end].rstrip("\"'”’»)")[-1:] in ".!…":
        return False
    long = [token for token in seen.row if len(token.word) >= _LONG_WORD and token.word.isalpha()]
    return len(long) >= _LONG_WORDS and all(token.capital for token in long)


def _is_specific(seen: View, known: Vocabulary, kinds: list[frozenset[str]], first: int, last: int) -> bool:
    """Does a phrase say where the land is, or who has or claims it? "Key Regions" in a headline does not."""
    return any(
        kinds[k] & _SAYS_WHERE or ("quality" in kinds[k] and seen.row[k].word not in known.vague)
        for k in range(first, last + 1)
    )


def _doubled(seen: View, kinds: list[frozenset[str]], first: int, last: int) -> int:
    """Where a chain ends before a doubled noun ("occupied lands | areas under threat"), else its last token.

    "Land areas" is a compound: only a plural before another noun is a slip. Languages that put one noun behind
    another without a link word mean a genitive.
    """
    if not seen.words.numbers.link:
        return last
    nouns = (
        "noun" in kinds[k] and "noun" in kinds[k + 1] and seen.row[k].word.endswith(_PLURAL) for k in range(first, last)
    )
    return next((first + k for k, both in enumerate(nouns) if both), last)


def _bare(kinds: list[frozenset[str]], first: int, last: int) -> int:
    """The first token without an article, unless the article makes the phrase ("the east")."""
    return first + 1 if last - first > 1 and kinds[first] <= {"article", "link"} else first


def _alone(seen: View, known: Vocabulary, k: int) -> int | None:
    for words in known.alone.get(seen.row[k].word, ()):
        stop = fits(words, k, seen.row)
        if stop is not None:
            return stop
    return None


def _kinds(seen: View, known: Vocabulary, k: int) -> frozenset[str]:
    if seen.mention[k] is not None:
        return _UNIT
    kinds = known.kind(seen.row[k].word)
    if "compass" in kinds and seen.row[k].capital and seen.words.lang != "de":
        return kinds - {"compass"}
    return kinds


def _chain(kinds: list[frozenset[str]], first: int) -> int:
    """The last token of the chain that begins here: words of the lists only, ending in one that carries meaning."""
    last = k = first
    while k + 1 < len(kinds) and kinds[k + 1] and kinds[k + 1] != _ACTOR and kinds[k + 1] != _UNIT:
        k += 1
        if kinds[k] & _CORE:
            last = k
    return last


def _first(seen: View, kinds: list[frozenset[str]], first: int, last: int) -> int:
    """Where the phrase begins: behind a party that acts and its verb ("Russia seized | parts of the south")."""
    k = first
    if "place" in kinds[k] and not seen.is_("own", k) and _is_name(seen, k) and seen.possessive(k + 1) is None:
        k += 1
        while k <= last and (kinds[k] & _VERBAL and not kinds[k] & {"noun", "part"}):
            k += 1
    elif k > 0 and _acts(seen, kinds, k - 1):
        while k <= last and kinds[k] & _VERBAL and not kinds[k] & {"noun", "part"}:
            k += 1
    while k <= last and not kinds[k] & _STARTS:
        k += 1
    return k


def _is_name(seen: View, k: int) -> bool:
    place = seen.place(k)
    return place is not None and place.name


def _acts(seen: View, kinds: list[frozenset[str]], k: int) -> bool:
    return "actor" in kinds[k] or seen.words.party(seen.row[k].word) is not None


def _last(kinds: list[frozenset[str]], first: int, last: int) -> int:
    """Where the phrase ends: no adverb, vague amount or verb ("southern Ukraine | seized") hangs on behind."""
    while last > first and (not kinds[last] & _ENDS or _hangs_on(kinds, last)):
        last -= 1
    return last


def _hangs_on(kinds: list[frozenset[str]], last: int) -> bool:
    """Is the last word a verb or another beginning behind a country ("southern Ukraine | seized")?"""
    return (
        "place" in kinds[last - 1] and (kinds[last] <= _VERBAL or (kinds[last] & {"part", "noun"}) == {"part"})
    ) or (kinds[last] <= _VERBAL and "part" in kinds[last - 1])


def _counts(seen: View, kinds: list[frozenset[str]], first: int, last: int) -> bool:
    """Does a chain speak of land that no unit names?"""
    inside = kinds[first : last + 1]
    if _names_unit(seen, kinds, first, last):
        return False
    has = {kind for each in inside for kind in each}
    if "noun" in has and any(_says_which(each) for each in inside):
        return True
    if "part" in has and any("place" in each or "compass" in each for each in inside if "part" not in each):
        return True
    if "direction" in has and "place" in has:
        return True
    return "compass" in has and (
        "place" in has or (len(inside) == 2 and "article" in inside[0]) or _placed(seen, first)
    )


def _says_which(kinds: frozenset[str]) -> bool:
    return bool(kinds & {"direction", "quality", "amount", "compass"}) or ("part" in kinds and "noun" not in kinds)


def _placed(seen: View, first: int) -> bool:
    """Does "in" or "on" stand before a compass point, in a language without articles?"""
    return not seen.words.numbers.link and seen.is_("within", first - 1)


def _names_unit(seen: View, kinds: list[frozenset[str]], first: int, last: int) -> bool:
    """Is a region named right before, or right behind through "of" and the like?"""
    k = first - 1
    while k >= 0 and (
        seen.row[k].word in "-'’s" or (kinds[k] and kinds[k] <= {"article", "link"} and not _joins(seen, k))
    ):
        if seen.is_("link", k):
            break
        k -= 1
    if k >= 0 and kinds[k] == _UNIT:
        return True
    k = last + 1
    while k < len(kinds) and kinds[k] & {"link", "article"} and not _joins(seen, k):
        k += 1
    if k < len(kinds) and kinds[k] == _UNIT:
        return True
    return (
        k > last + 1 and k < len(kinds) and seen.is_("link", last + 1) and not kinds[k] and "place" not in kinds[last]
    )


def _joins(seen: View, k: int) -> bool:
    return seen.row[k].word in seen.words.numbers.joins or seen.row[k].word == ","
