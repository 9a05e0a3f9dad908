"""The sentence room: a text cut into sentences, with exact offsets, in one pass and linear time.

A sentence ends at a run of ``. ! ? …`` (with closing quotes and brackets) before white space and something that can
begin a sentence, and at every line end: headings and list items are sentences of their own. A full stop behind an
abbreviation or an initial ends none; one that lacks its space ("ended.The next") ends one between a small and a
capital letter. A stretch that is too long for a sentence is cut at white space.
"""

from __future__ import annotations

import re
from functools import cache
from operator import methodcaller

from geo.reading.document import Sentence
from geo.reading.memory import Memory
from geo.reading.tables import table

_LINE_ENDS = "\n\r\u2028\u2029"
_WIDE = "。！？"
_STOPS = f".!?…{_WIDE}"
#: A possible end. Every run is taken whole, whatever follows it, so that no character is looked at twice. What it can
#: begin with stands in one set in front: that is what the engine skips to.
_END = re.compile(
    rf"[{_STOPS}{_LINE_ENDS}](?:(?<=[{_STOPS}])[{_STOPS}]*+[\"'”’»)\]›]*+|(?<=[{_LINE_ENDS}])[{_LINE_ENDS}]*+)"
)
_GAP = re.compile(r"[ \t\u00a0]{0,50}")
_WORD = re.compile(r"[\w.]+\Z")
#: So many characters before a stop tell whether an abbreviation stands there: they are longer than any.
_WINDOW = 8
_SPAN = methodcaller("span")
_WHITE = re.compile(r"\s")
#: No sentence is longer, in characters: that is a table, or a text without stops. Reading a sentence takes time that
#: grows faster than its length.
_LONGEST = 1_600


@cache
def abbreviations() -> frozenset[str]:
    """Abbreviations of all languages, lower case, without their last full stop."""
    return frozenset(word.rstrip(".").lower() for words in table("abbreviations").values() for word in words.split())


def sentences(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences: spans without white space at their ends, in order, none empty."""
    found: list[Sentence] = []
    start = 0
    for stop, end in map(_SPAN, _END.finditer(text)):
        if text[stop] in _LINE_ENDS or _ends(text, stop, end):
            _add(found, text, start, end)
            start = end
    _add(found, text, start, len(text))
    return tuple(found)


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    while end - start > _LONGEST:
        cut = _cut(text, start, end)
        if cut == end:
            break
        _add(found, text, start, cut)
        start = cut
    piece = text[start:end]
    bare = piece.lstrip()
    start += len(piece) - len(bare)
    length = len(bare.rstrip())
    if length:
        found.append(Sentence(start, start + length))


def _cut(text: str, start: int, end: int) -> int:
    """Where a stretch is cut that is too long for a sentence: behind a semicolon, a comma, else at white space."""
    for mark in ("; ", ", ", " "):
        at = text.rfind(mark, start + _LONGEST // 2, start + _LONGEST)
        if at >= 0:
            return at + len(mark)
    white = _WHITE.search(text, start + _LONGEST, end)
    return white.end() if white else end


def _ends(text: str, stop: int, end: int) -> bool:
    """Does the run of stops at text[stop:end] end a sentence?"""
    after = text[end : end + 1]
    if not after or text[stop] in _WIDE:
        return True
    if not after.isspace():
        return end - stop == 1 and text[stop] == "." and _lacks_space(text, stop)
    following = text[end + 1 : end + 2]
    if after != " " or following.isspace():
        gap = _GAP.match(text, end)
        following = text[gap.end() : gap.end() + 1] if gap else ""
    if following.islower() or following in (",", ";", ")"):
        return False
    if text[stop] != "." or text[stop + 1 : stop + 2] in (".", "!", "?"):
        return True
    return not _SHORT[text[max(0, stop - _WINDOW) : stop].rpartition(" ")[2]]


def _is_short(written: str) -> bool:
    """Does an abbreviation or an initial end here?"""
    word = _WORD.search(written)
    if word is None:
        return False
    last = word.group().lower()
    return last in abbreviations() or (len(last) == 1 and last.isalpha() and written[-1].isupper())


_SHORT = Memory(_is_short)


def _lacks_space(text: str, stop: int) -> bool:
    """ "The talks ended.The next day": words of some length on both sides, small before and capital behind."""
    before, after = text[max(0, stop - 3) : stop], text[stop + 1 : stop + 3]
    return before.isalpha() and before.islower() and len(before) == 3 and after.istitle() and len(after) == 2
