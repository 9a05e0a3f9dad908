"""The sentence room: a text cut into sentences, with exact offsets, in one pass and linear time.

A sentence ends at ``.``, ``!``, ``?``, ``…`` (with closing quotes and brackets) before white space and something that can
begin a sentence, and at every line end: headings and list items are sentences of their own. A full stop behind an
abbreviation, an initial or an ordinal does not end one.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from geo.reading.document import Sentence

_FILE = Path(__file__).parents[1] / "vocabulary" / "abbreviations.toml"
_CLOSERS = "\"'”’»)\\]›"
#: A possible end: a run of stops with its closing marks before white space, or a run of line ends.
_END = re.compile(rf"[.!?…。！？]+[{_CLOSERS}]*(?=\s)|[\r\n\u2028\u2029]+")
_NEXT = re.compile(r"[ \t\u00a0]*")
_WORD = re.compile(r"[\w.]{1,20}\Z")
_WINDOW = 24


@cache
def abbreviations() -> frozenset[str]:
    """Abbreviations of all languages, lower case, without their last full stop."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return frozenset(word.rstrip(".").lower() for words in table.values() for word in words.split())


def sentences(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences: spans without white space at their ends, in order, none empty."""
    found: list[Sentence] = []
    start = 0
    for end in _END.finditer(text):
        if end.group()[0] in "\r\n\u2028\u2029" or _ends(text, end.start(), end.end()):
            _add(found, text, start, end.end())
            start = end.end()
    _add(found, text, start, len(text))
    return tuple(found)


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    length = len(piece.strip())
    if length:
        found.append(Sentence(start + left, start + left + length))


def _ends(text: str, stop: int, end: int) -> bool:
    """Does the stop at text[stop:end] end a sentence?"""
    following = _following(text, end)
    if text[stop] != "." or text[stop : stop + 2] == "..":
        return not following.islower()
    if following.islower() or following in {",", ";", ")"}:
        return False
    if end - stop > 1:
        return True
    word = _WORD.search(text[max(0, stop - _WINDOW) : stop])
    if word is None:
        return True
    last = word.group().lower()
    if last in abbreviations() or (len(last) == 1 and last.isalpha() and text[stop - 1].isupper()):
        return False
    return not (last.isdigit() and len(last) <= 2 and following.islower())


def _following(text: str, end: int) -> str:
    found = _NEXT.match(text, end)
    position = found.end() if found else end
    return text[position : position + 1]
