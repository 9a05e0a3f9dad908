"""The room of what can't be mapped: phrases of territory without a unit ("parts of southern Ukraine"), kept and shown.

A phrase is the longest chain of words of `vocabulary/unmapped.toml` (nouns of land, directions, qualities, vague
amounts) and countries. It counts where a noun of land stands with something that says which land is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from operator import or_

from geo.models import Unmapped
from geo.reading.cues import LANGUAGES
from geo.reading.document import Doc
from geo.reading.hints import hints, kinds_of
from geo.reading.land import View, Words, land, row_of, view
from geo.reading.memory import Memory
from geo.reading.numbers import Row, fits, phrases, tokens
from geo.reading.tables import table

_KINDS = ("noun", "part", "direction", "compass", "quality", "amount", "adverb", "link", "article", "actor")
#: Kinds of words as bits: a word may be of several. PLACE: names and adjectives of countries; UNIT: of a region named;
#: ALONE: it begins a fixed phrase; HEAD: a sentence without one holds no phrase.
NOUN, PART, DIRECTION, COMPASS, QUALITY, AMOUNT, ADVERB, LINK, ARTICLE, ACTOR, PLACE, UNIT, ALONE, HEAD = (
    1 << k for k in range(14)
)
_CORE = NOUN | PART | DIRECTION | COMPASS | QUALITY | AMOUNT | ADVERB | PLACE
_STARTS = _CORE | ARTICLE
_ENDS = NOUN | PART | COMPASS | PLACE | QUALITY
_VERBAL = QUALITY | ADVERB
_SAYS_WHERE = DIRECTION | COMPASS | PLACE
#: A headline is told by its capitals: words of this length have one, and there are this many of them.
_LONG_WORD, _LONG_WORDS = 4, 3
#: The ending of a plural where languages make plurals by one (en, fr, es).
_PLURAL = "s"


class Vocabulary:
    """The lists of one language. What a word is, is looked up once and kept."""

    def __init__(self, lang: str) -> None:
        lists = table("unmapped")[lang]
        self.lists = {kind: Words(lists[kind]) for kind in _KINDS}
        self.vague = Words(lists["vague"])
        self.alone = phrases(lists["alone"].splitlines())
        self.land = land(lang)
        self.kinds = Memory(self._kinds)

    def _kinds(self, written: str) -> int:
        """The lists that a word is in, as bits."""
        token = tokens(written, 0, len(written))[0]
        word = token.word
        found = sum(1 << k for k, kind in enumerate(_KINDS) if word in self.lists[kind])
        if self.land.names_country(word) or word in self.land.words["country"]:
            found |= PLACE
        if word in self.alone or found & (NOUN | PART | COMPASS | DIRECTION):
            found |= HEAD
        if token.capital and self.land.lang != "de":
            found &= ~COMPASS
        return found | ALONE if word in self.alone else found


@cache
def vocabulary(lang: str | None) -> Vocabulary:
    """The lists of a language; English where it has none."""
    return Vocabulary(lang if lang in LANGUAGES else "en")


def unmapped(doc: Doc) -> list[Unmapped]:
    """Every phrase of territory that names no unit, in order, none overlapping, each wording once."""
    known = vocabulary(doc.lang)
    found: list[Unmapped] = []
    told: set[str] = set()
    for index, every in enumerate(hints(doc)):
        if not (every & HEAD and _promising(every)):
            continue
        sentence, written = doc.sentences[index], kinds_of(doc, index)
        if not (_may_chain(written) or (every & ALONE and _any_alone(row_of(doc, index), known, written))):
            continue
        seen = view(doc, index)
        for first, last in _phrases(seen, known, written):
            start, end = seen.row.span(first, last)
            surface = doc.text[start:end]
            if surface.lower() not in told:
                told.add(surface.lower())
                found.append(Unmapped(surface, start, end, doc.text[sentence.start : sentence.end], sentence.start))
    return found


def _promising(kinds: int) -> bool:
    """May words of all these kinds together be a phrase? The cheap question asked first."""
    if kinds & (ALONE | COMPASS):
        return True
    return bool(
        (kinds & NOUN and kinds & (DIRECTION | QUALITY | AMOUNT | PART))
        or (kinds & PART and kinds & PLACE)
        or (kinds & DIRECTION and kinds & PLACE)
    )


def _may_chain(written: Sequence[int]) -> bool:
    """May neighbouring words of a sentence be a phrase, whatever regions are named among them? Not asked of `alone`."""
    chain = 0
    for kinds in written:
        if kinds and kinds != ACTOR:
            chain |= kinds
        elif chain:
            if chain & HEAD and _promising(chain & ~ALONE):
                return True
            chain = 0
    return bool(chain & HEAD) and _promising(chain & ~ALONE)


def _any_alone(row: Row, known: Vocabulary, written: Sequence[int]) -> bool:
    """Does a fixed phrase stand in a sentence?"""
    return any(kinds & ALONE and _alone(row, known, k) is not None for k, kinds in enumerate(written))


def _phrases(seen: View, known: Vocabulary, written: Sequence[int]) -> list[tuple[int, int]]:
    """First and last token of every phrase in a sentence. ``written``: the kinds of each token by itself."""
    kinds = [w & ~(ALONE | HEAD) if n is None else UNIT for w, n in zip(written, seen.mention, strict=True)]
    found: list[tuple[int, int]] = []
    headline: bool | None = None
    k = 0
    while k < len(kinds):
        alone = _alone(seen.row, known, k) if written[k] & ALONE else None
        if alone is not None:
            found.append((k, alone - 1))
            k = alone
            continue
        if not kinds[k] & _STARTS:
            k += 1
            continue
        stop = _chain(kinds, k)
        if not _promising(reduce(or_, kinds[k : stop + 1])):
            k = stop + 1
            continue
        doubled = _doubled(seen, kinds, k, stop)
        first = _first(seen, kinds, k, doubled)
        last = _last(kinds, first, doubled)
        if first <= last and _counts(seen, kinds, first, last):
            headline = _headline(seen) if headline is None else headline
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


def _is_specific(seen: View, known: Vocabulary, kinds: list[int], first: int, last: int) -> bool:
    """Does a phrase say where the land is, or who has or claims it? "Key Regions" in a headline does not."""
    return any(
        kinds[k] & _SAYS_WHERE or (kinds[k] & QUALITY and seen.row[k].word not in known.vague)
        for k in range(first, last + 1)
    )


def _doubled(seen: View, kinds: list[int], first: int, last: int) -> int:
    """Where a chain ends before a doubled noun ("occupied lands | areas under threat"), else its last token.

    "Land areas" is a compound: only a plural before another noun is a slip. Languages that put one noun behind
    another without a link word mean a genitive.
    """
    if not seen.words.numbers.link:
        return last
    nouns = (kinds[k] & kinds[k + 1] & NOUN and seen.row[k].word.endswith(_PLURAL) for k in range(first, last))
    return next((first + k for k, both in enumerate(nouns) if both), last)


def _bare(kinds: list[int], first: int, last: int) -> int:
    """The first token without an article, unless the article makes the phrase ("the east")."""
    return first + 1 if last - first > 1 and not kinds[first] & ~(ARTICLE | LINK) else first


def _alone(row: Row, known: Vocabulary, k: int) -> int | None:
    for words in known.alone.get(row[k].word, ()):
        stop = fits(words, k, row)
        if stop is not None:
            return stop
    return None


def _chain(kinds: list[int], first: int) -> int:
    """The last token of the chain that begins here: words of the lists only, ending in one that carries meaning."""
    last = k = first
    while k + 1 < len(kinds) and kinds[k + 1] not in (0, ACTOR, UNIT):
        k += 1
        if kinds[k] & _CORE:
            last = k
    return last


def _first(seen: View, kinds: list[int], first: int, last: int) -> int:
    """Where the phrase begins: behind a party that acts and its verb ("Russia seized | parts of the south")."""
    k = first
    if kinds[k] & PLACE and not seen.is_("own", k) and _is_name(seen, k) and seen.possessive(k + 1) is None:
        k += 1
        while k <= last and kinds[k] & _VERBAL and not kinds[k] & (NOUN | PART):
            k += 1
    elif k > 0 and _acts(seen, kinds, k - 1):
        while k <= last and kinds[k] & _VERBAL and not kinds[k] & (NOUN | PART):
            k += 1
    while k <= last and not kinds[k] & _STARTS:
        k += 1
    return k


def _is_name(seen: View, k: int) -> bool:
    place = seen.place(k)
    return place is not None and place.name


def _acts(seen: View, kinds: list[int], k: int) -> bool:
    return bool(kinds[k] & ACTOR) or seen.words.party(seen.row[k].word) is not None


def _last(kinds: list[int], first: int, last: int) -> int:
    """Where the phrase ends: no adverb, vague amount or verb ("southern Ukraine | seized") hangs on behind."""
    while last > first and (not kinds[last] & _ENDS or _hangs_on(kinds, last)):
        last -= 1
    return last


def _hangs_on(kinds: list[int], last: int) -> bool:
    """Is the last word a verb or another beginning behind a country ("southern Ukraine | seized")?"""
    verbal = not kinds[last] & ~_VERBAL
    if kinds[last - 1] & PLACE and (verbal or kinds[last] & (PART | NOUN) == PART):
        return True
    return verbal and bool(kinds[last - 1] & PART)


def _counts(seen: View, kinds: list[int], first: int, last: int) -> bool:
    """Does a chain speak of land that no unit names?"""
    inside = kinds[first : last + 1]
    if _names_unit(seen, kinds, first, last):
        return False
    has = reduce(or_, inside)
    if has & NOUN and any(map(_says_which, inside)):
        return True
    if has & PART and any(each & (PLACE | COMPASS) and not each & PART for each in inside):
        return True
    if has & DIRECTION and has & PLACE:
        return True
    return bool(has & COMPASS and (has & PLACE or (len(inside) == 2 and inside[0] & ARTICLE) or _placed(seen, first)))


def _says_which(kinds: int) -> bool:
    return bool(kinds & (DIRECTION | QUALITY | AMOUNT | COMPASS)) or kinds & (PART | NOUN) == PART


def _placed(seen: View, first: int) -> bool:
    """Does "in" or "on" stand before a compass point, in a language without articles?"""
    return not seen.words.numbers.link and seen.is_("within", first - 1)


def _names_unit(seen: View, kinds: list[int], first: int, last: int) -> bool:
    """Is a region named right before, or right behind through "of" and the like?"""
    k = first - 1
    while k >= 0 and (
        seen.row[k].word in "-'’s" or (kinds[k] and not kinds[k] & ~(ARTICLE | LINK) and not _joins(seen, k))
    ):
        if seen.is_("link", k):
            break
        k -= 1
    if k >= 0 and kinds[k] == UNIT:
        return True
    k = last + 1
    while k < len(kinds) and kinds[k] & (LINK | ARTICLE) and not _joins(seen, k):
        k += 1
    if k < len(kinds) and kinds[k] == UNIT:
        return True
    return k > last + 1 and k < len(kinds) and seen.is_("link", last + 1) and not kinds[k] and not kinds[last] & PLACE


def _joins(seen: View, k: int) -> bool:
    return seen.row[k].word in seen.words.numbers.joins or seen.row[k].word == ","
