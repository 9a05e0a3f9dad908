"""Corpus, the gate: a raw line of JSON that surely names no region is known before it is read as an article.

Most of a news corpus says nothing of any region. For such a line nothing is needed but what is known about the article.
"""

from __future__ import annotations

from functools import cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from geo.articles import parse_line
from geo.models import Article, Reading


@cache
def _scan() -> BytesAhoCorasick:
    """An automaton over how names begin, in UTF-8, and over what may hide one: escapes, and marks inside words."""
    from geo.reading.names import IGNORED, beginnings

    patterns = [*beginnings(), *IGNORED, "\\u"]
    return BytesAhoCorasick([one.encode() for one in patterns], implementation=Implementation.DFA)


def nothing_named(line: bytes) -> bool:
    """Tell whether a line of JSON surely holds nothing that makes a text `named`. False: perhaps it does."""
    return not _scan().find_matches_as_indexes(line)


def short_reading(line: bytes) -> Reading | None:
    """Give the reading of a line that surely names no region; None where it must be read as all others are."""
    if not nothing_named(line):
        return None
    one = parse_line(line, where="")
    # What can't be read, and a text without letters, is told where every line is read.
    return Reading(one.info) if isinstance(one, Article) and any(map(str.isalpha, one.text)) else None
