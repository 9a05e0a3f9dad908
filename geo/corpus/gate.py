"""Corpus, the gate: a raw line of JSON that surely names no region is known before it is read as an article.

Most of a news corpus says nothing of any region. For such a line nothing is needed but what is known about the article.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO

from ahocorasick_rs import BytesAhoCorasick, Implementation

from geo.articles import ARTICLE_BYTES, LINE, info_of
from geo.models import Reading


@cache
def _scan() -> BytesAhoCorasick:
    """An automaton over how names begin, in UTF-8, and over what may hide one: escapes, and marks inside words."""
    from geo.reading.names import IGNORED, beginnings

    patterns = [*beginnings(), *IGNORED, "\\u"]
    return BytesAhoCorasick([one.encode() for one in patterns], implementation=Implementation.DFA)


def nothing_named(line: bytes) -> bool:
    """Tell whether a line of JSON surely holds nothing that makes a text `named`. False: perhaps it does."""
    return not _scan().find_matches_as_indexes(line)


def looked_at(block: bytes) -> Iterator[tuple[int, bytes, Reading | None]]:
    """Yield a block's lines: offset, line, and its reading where it surely names no region.

    Without one a line must be read as all others are. The block is looked through at once, as a look at each line costs
    half as much again; all its lines but the last must end.
    """
    hits = [start for _pattern, start, _end in _scan().find_matches_as_indexes(block)]
    hits.append(len(block))
    number = following = 0
    for line in BytesIO(block):  # cut at line feeds, and at nothing else
        start, following = following, following + len(line)
        if hits[number] >= following:
            yield start, line, _short(line)
            continue
        while hits[number] < following:
            number += 1
        yield start, line, None


def _short(line: bytes) -> Reading | None:
    try:
        record = LINE.decode(line)
    except (ValueError, RecursionError):
        return None
    # What can't be read, and a text without letters, is told where every line is read.
    if len(line) > ARTICLE_BYTES or not (record.text[:1].isalpha() or any(map(str.isalpha, record.text))):
        return None
    info = info_of(record)
    return Reading(info) if info is not None else None
