"""The hint room: sentences as words between white space, and what each word may be the beginning of.

News repeats its words, so what one tells is worked out once: how it is cut into tokens, and whether it may belong to an
amount, a phrase of land or a pronoun. Sentences without such a word need no closer look.
"""

from __future__ import annotations

import re
from functools import cache, reduce
from operator import or_

import msgspec

from geo.reading.cues import LANGUAGES
from geo.reading.document import Doc
from geo.reading.memory import Memory
from geo.reading.numbers import written

#: What may stand in a sentence, as bits above those of `unmapped`, which tell the kinds of its words.
AMOUNT, PRONOUN, FIGURES = 1 << 20, 1 << 21, 1 << 22
#: A number with a space in it: a token of more than one word.
_SPACED = re.compile(r"\d[ \u00a0\u202f\u2009]\d")


class Word(msgspec.Struct, frozen=True):
    """What stands between white space: its tokens as written, the kinds of each (`unmapped`), what it hints at."""

    written: tuple[str, ...]
    kinds: tuple[int, ...]
    hints: int


class Hints:
    """The words of one language."""

    def __init__(self, lang: str) -> None:
        from geo.reading.amounts import words
        from geo.reading.pronouns import holds_pronoun
        from geo.reading.unmapped import vocabulary

        self.lang = lang
        self.kinds = vocabulary(lang).kinds
        self._is_sign = words(lang).is_sign
        self._holds_pronoun = holds_pronoun
        self.words = Memory(self._word)
        self.told = Memory(self._told)

    def _word(self, text: str) -> Word:
        tokens = written(text, 0, len(text))
        kinds = tuple([self.kinds[token] for token in tokens])
        hints = reduce(or_, kinds, 0)
        if "/" in tokens or any(map(self._is_sign, tokens)):
            hints |= AMOUNT
        if self._holds_pronoun(text.lower(), self.lang):
            hints |= PRONOUN
        if any(map(str.isdecimal, text)):
            hints |= FIGURES
        return Word(tuple(tokens), kinds, hints)

    def _told(self, text: str) -> int:
        return self.words[text].hints


@cache
def _hints(lang: str) -> Hints:
    return Hints(lang)


def _of(doc: Doc) -> Hints:
    return _hints(doc.lang if doc.lang in LANGUAGES else "en")


def split(doc: Doc) -> list[list[str]]:
    """The sentences of a document as words between white space."""
    key = ("split", None)
    if key not in doc.memo:
        text = doc.text
        doc.memo[key] = [text[sentence.start : sentence.end].split() for sentence in doc.sentences]
    found: list[list[str]] = doc.memo[key]
    return found


def hints(doc: Doc) -> list[int]:
    """What may stand in each sentence; by the words of English where its language has none."""
    key = ("hints", None)
    if key not in doc.memo:
        told = _of(doc).told.__getitem__
        doc.memo[key] = [reduce(or_, map(told, words), 0) for words in split(doc)]
    found: list[int] = doc.memo[key]
    return found


def spaced(doc: Doc, index: int) -> bool:
    """May sentence `index` hold a number with spaces in it?"""
    sentence = doc.sentences[index]
    return bool(hints(doc)[index] & FIGURES) and _SPACED.search(doc.text, sentence.start, sentence.end) is not None


def written_of(doc: Doc, index: int) -> list[str]:
    """The tokens of sentence `index` as they are written."""
    if spaced(doc, index):
        return written(doc.text, doc.sentences[index].start, doc.sentences[index].end)
    known = _of(doc).words
    return [token for word in split(doc)[index] for token in known[word].written]


def kinds_of(doc: Doc, index: int) -> list[int]:
    """The kinds (`unmapped`) of each token of sentence `index` by itself."""
    known = _of(doc)
    if spaced(doc, index):
        return [known.kinds[token] for token in written_of(doc, index)]
    return [kind for word in split(doc)[index] for kind in known.words[word].kinds]
