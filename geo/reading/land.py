"""The room of land words: what means land in each language, what does not, and a sentence seen with these eyes.

Data: `vocabulary/land.toml`, `vocabulary/not_land.toml`; countries besides those named there come from the territory
names of the Unicode CLDR (through babel) and the parties of `vocabulary/actors.toml`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import msgspec

from geo.reading.cues import LANGUAGES, lexicon, parse_element
from geo.reading.document import Doc, Mention, Sentence
from geo.reading.gazetteer import mentions
from geo.reading.hints import written_of
from geo.reading.memory import Memory
from geo.reading.numbers import Numbers, Row, fits, numbers, split
from geo.reading.tables import table

_SLAVIC = ("uk", "ru", "pl")
_ENDINGS = "аяоеиіїуюьйaeyiąęo"


class Words:
    """A set of word forms: exact ones and beginnings. ``word in words``."""

    __slots__ = ("_begins", "_exact", "_held")

    def __init__(self, written: str) -> None:
        elements = [parse_element(line) for line in _lines(written)]
        self._exact = frozenset(form for e in elements for form in e.exact)
        self._begins = tuple(form for e in elements for form in e.begins)
        self._held = Memory(self._holds)

    def __contains__(self, word: str) -> bool:
        return self._held[word]

    def _holds(self, word: str) -> bool:
        return word in self._exact or word.startswith(self._begins)

    def pattern(self) -> str:
        """The forms as a regular expression: for telling which sentences hold one at all."""
        exact = [re.escape(form) for form in sorted(self._exact)]
        return "|".join((*exact, *(re.escape(form) + r"\w*" for form in self._begins)))


def _lines(written: str) -> list[str]:
    return [line.strip() for line in written.splitlines() if line.strip()]


class Place(msgspec.Struct, frozen=True):
    """A country named by a token: its code, whether by its name (else by an adjective), the position behind it."""

    code: str
    name: bool
    stop: int


class Land:
    """The land words of one language."""

    def __init__(self, lang: str) -> None:
        words = table("land")
        self.lang = lang
        self.numbers: Numbers = numbers(lang)
        self.words = {key: Words(value) for key, value in words[lang].items()}
        self.not_land = Words(table("not_land")[lang])
        self.names = {code: Words(forms["name"][lang]) for code, forms in words["places"].items()}
        self._listed = Memory(self._of_list)
        self.adjectives = {code: Words(forms["adjective"][lang]) for code, forms in words["places"].items()}

    @cached_property
    def ukraine(self) -> re.Pattern[str]:
        """The names and adjectives of Ukraine."""
        forms = f"{self.names['UA'].pattern()}|{self.adjectives['UA'].pattern()}"
        return re.compile(rf"(?<![^\W\d_])(?:{forms})(?![^\W\d_])", re.IGNORECASE)

    @cached_property
    def countries(self) -> dict[str, list[tuple[tuple[str, ...], str]]]:
        """Countries by the first word of their name in this language, longest names first."""
        from babel import Locale

        found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for code, name in Locale(self.lang).territories.items():
            if len(code) == 2 and code.isalpha() and code not in self.names:
                parts = split(name)
                if parts:
                    found.setdefault(parts[0], []).append((parts, code))
        for rest in found.values():
            rest.sort(key=lambda item: len(item[0]), reverse=True)
        return found

    @cached_property
    def _stems(self) -> dict[str, str]:
        """Countries with one-word names by the stem that their cases share (Slavic languages)."""
        return {
            first.rstrip(_ENDINGS): code
            for first, rest in self.countries.items()
            for parts, code in rest
            if len(parts) == 1 and len(first.rstrip(_ENDINGS)) >= 4
        }

    def place(self, row: Row, at: int) -> Place | None:
        """The country that the words at this position name, if they do."""
        word = row[at].word
        listed = self._listed[word]
        if listed is not None:
            return Place(*listed, at + 1)
        if len(word) < 3:
            return None
        for parts, code in self.countries.get(word, ()):
            stop = fits(parts, at, row)
            if stop is not None:
                return Place(code, True, stop)
        if self.lang in _SLAVIC:
            stem = word.rstrip(_ENDINGS)
            if stem in self._stems and len(word) - len(stem) <= 2:
                return Place(self._stems[stem], True, at + 1)
        party = self.party(word)
        return Place(party, False, at + 1) if party is not None else None

    def _of_list(self, word: str) -> tuple[str, bool] | None:
        """The country of land.toml that a word names, and whether by its name (else by an adjective)."""
        for code, forms in self.names.items():
            if word in forms or word in self.adjectives[code]:
                return code, word in forms
        return None

    def names_country(self, word: str) -> bool:
        """Is the word the name of a country of land.toml, or its adjective?"""
        return self._listed[word] is not None

    def party(self, word: str) -> str | None:
        """The party (ISO 3166-1 alpha-2) that a single word stands for, if any."""
        for line in lexicon(self.lang).actors.known[word].begins:
            if not line.steps:
                return line.head[1]
        return None


@cache
def land(lang: str | None) -> Land:
    """The land words of a language; English where it has none."""
    return Land(lang if lang in LANGUAGES else "en")


@dataclass(slots=True)
class View:
    """A sentence as tokens, with the mention that each token belongs to (None: none).

    ``owner`` is the country whose land the document is about (`owner`), ``before`` the whole of the last amount before.
    """

    doc: Doc
    index: int
    words: Land
    row: Row
    mention: list[int | None]
    owner: str | None
    before: str | None = None

    def is_(self, key: str, at: int) -> bool:
        """Is the token here one of the words `key` of land.toml?"""
        return 0 <= at < len(self.row) and self.row[at].word in self.words.words[key]

    def possessive(self, at: int) -> int | None:
        """The position behind a genitive 's (or a bare apostrophe) here, None where there is none."""
        if at < len(self.row) and self.row[at].word in ("'", "’") and self.row.touches(at):
            return at + 2 if at + 1 < len(self.row) and self.row[at + 1].word == "s" else at + 1
        return None

    def genitive(self, at: int) -> bool:
        """Do the words of the mention that ends with this token end in a genitive 's?"""
        number = self.mention[at] if 0 <= at < len(self.row) else None
        if number is None:
            return False
        mention = self.doc.mentions[number]
        return self.doc.text[mention.start : mention.end].endswith(("'s", "’s", "s'", "s’"))

    def place(self, at: int) -> Place | None:
        """The country named here, unless the words belong to a region."""
        return None if self.mention[at] is not None else self.words.place(self.row, at)

    def city(self, at: int) -> str | None:
        """The region of the city whose name stands here: an amount of land "of Kursk" can only mean the region."""
        if self.mention[at] is not None or not self.row[at].capital or self.is_("adjective", at):
            return None
        return _region_of(self.row[at].written)

    def earlier(self, index: int) -> View:
        """Another sentence of the same document."""
        return view(self.doc, index, self.owner)

    def behind(self, at: int) -> int:
        """The position behind the mention that this token belongs to."""
        k = at
        while k < len(self.row) and self.mention[k] == self.mention[at]:
            k += 1
        return k


@lru_cache(maxsize=1024)
def _region_of(name: str) -> str | None:
    """The region that bears a city's name."""
    asked = f"{name} region"
    found = mentions(asked, (Sentence(0, len(asked)),))
    return found[0].regions[0] if found and len(found[0].regions) == 1 else None


def owner(doc: Doc) -> str | None:
    """The country whose land a document is about: Ukraine if it names it or its regions, else that of most regions."""
    counts: dict[str, int] = {}
    for mention in doc.mentions:
        for code in mention.regions[:1]:
            country = code.split("-")[0]
            counts[country] = counts.get(country, 0) + 1
    if "UA" in counts or land(doc.lang).ukraine.search(doc.text) is not None:
        return "UA"
    counts.pop("RU", None)
    return max(counts, key=lambda code: counts[code]) if counts else None


def view(doc: Doc, index: int, whose: str | None = None) -> View:
    """Sentence `index` of a document as a view; ``whose``: the country that the document is about."""
    key = ("marked", index)
    if key not in doc.memo:
        doc.memo[key] = _marked(doc, index)
    return View(doc, index, land(doc.lang), row_of(doc, index), doc.memo[key], whose)


def row_of(doc: Doc, index: int) -> Row:
    """The tokens of sentence `index`."""
    key = ("row", index)
    if key not in doc.memo:
        doc.memo[key] = Row(doc.text, doc.sentences[index].start, written_of(doc, index))
    found: Row = doc.memo[key]
    return found


def _marked(doc: Doc, index: int) -> list[int | None]:
    """The mention that each token of a sentence belongs to."""
    row = row_of(doc, index)
    marked: list[int | None] = [None] * len(row)
    k = 0
    for number in range(
        bisect_left(doc.mentions, index, key=_sentence), bisect_right(doc.mentions, index, key=_sentence)
    ):
        mention = doc.mentions[number]
        while k < len(row) and row.span(k, k)[1] <= mention.start:
            k += 1
        while k < len(row) and row.starts[k] < mention.end:
            marked[k] = number
            k += 1
    return marked


def _sentence(mention: Mention) -> int:
    return mention.sentence
