"""The hint room: which sentences may hold an amount, a phrase of land or a pronoun at all, in one pass over the text.

A hint is no more than a word that stands there: the rooms that ask look closer, but only at sentences with a hint, so
that the others need not be cut into tokens.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation

from geo.reading.cues import LANGUAGES
from geo.reading.document import Doc
from geo.reading.names import same_length

#: What may be in a sentence, as bits.
AMOUNT, LAND, PRONOUN = 1, 2, 4
_ALL = AMOUNT | LAND | PRONOUN


class Hints:
    """The words of one language that are hints: signs, whole words, beginnings of words, by what they tell."""

    def __init__(
        self, signs: Mapping[str, int], whole: Iterable[tuple[str, int]], begun: Iterable[tuple[str, int]]
    ) -> None:
        known: dict[str, tuple[int, int]] = {same_length(sign): (told, told) for sign, told in signs.items()}
        self._signs = len(known)
        for forms, open_end in ((whole, False), (begun, True)):
            for form, told in forms:
                low = same_length(form)
                alone, beginning = known.get(low, (0, 0))
                known[low] = (alone | told, beginning | told if open_end else beginning)
        self._told = list(known.values())
        self._scan = AhoCorasick(list(known), implementation=Implementation.ContiguousNFA)

    def told(self, doc: Doc) -> list[int]:
        """What each sentence of a document may hold. A lone surrogate can't be scanned: then all may be anywhere."""
        text = doc.memo.get(("low", None)) or same_length(doc.text)
        try:
            hits = self._scan.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            return [_ALL] * len(doc.sentences)
        found = [0] * len(doc.sentences)
        starts = [sentence.start for sentence in doc.sentences]
        signs, told = self._signs, self._told
        for number, start, end in hits:
            if number >= signs and start and text[start - 1].isalpha():
                continue  # inside of a word
            bits = told[number][text[end : end + 1].isalpha()]
            if bits:
                found[max(bisect_right(starts, start) - 1, 0)] |= bits
        return found


@cache
def _hints(lang: str) -> Hints:
    from geo.reading.amounts import SIGNS, words
    from geo.reading.pronouns import pronoun_words
    from geo.reading.unmapped import vocabulary

    land, amounts = vocabulary(lang), words(lang)
    whole = [(word, AMOUNT) for word in amounts.signs] + [(word, LAND) for word in land.heads()]
    whole += [(word.rstrip("'’"), PRONOUN) for word in pronoun_words(lang)]
    return Hints(dict.fromkeys((*SIGNS, "/"), AMOUNT), whole, [(word, LAND) for word in land.beginnings()])


def hints(doc: Doc) -> list[int]:
    """What each sentence of a document may hold; by the words of English where its language has none."""
    key = ("hints", None)
    if key not in doc.memo:
        doc.memo[key] = _hints(doc.lang if doc.lang in LANGUAGES else "en").told(doc)
    found: list[int] = doc.memo[key]
    return found
