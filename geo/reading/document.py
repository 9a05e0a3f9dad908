"""The document room: the records that the reading rooms share: an article cut into sentences, with its regions found.

All offsets are characters into `Doc.text`, half open, and ``text[start:end]`` is what was found.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec


class Sentence(msgspec.Struct, frozen=True):
    """A sentence: ``text[start:end]``, without white space at its ends."""

    start: int
    end: int


class Mention(msgspec.Struct, frozen=True):
    """Words that name one or more regions.

    ``regions`` are ISO 3166-2 codes or area ids without units of their own (`geo/vocabulary/areas.toml`): composites
    are expanded already. ``area`` is the composite's id where one is meant (``donbas``, ``crimea``), else the region.
    ``sentence`` indexes `Doc.sentences`. ``partial``: only a part of it is meant. ``anaphor``: it points back to
    regions named earlier ("both regions", "the peninsula"). ``maybe``: a bare name that may as well be the city's; it
    counts as the region where something is said of it that is said of land (`roles.claims`).
    """

    start: int
    end: int
    regions: tuple[str, ...]
    sentence: int
    partial: bool = False
    area: str | None = None
    anaphor: bool = False
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class Doc:
    """An article ready for reading. ``lang`` is ISO 639-1, None where unknown.

    ``others`` are the names of regions that are left out, being of another dispute than the article's, as written.
    ``memo`` keeps what the rooms have worked out of it (parsed sentences), so that each is parsed once.
    """

    text: str
    lang: str | None
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    others: tuple[str, ...] = ()
    memo: dict[Any, Any] = field(init=False, default_factory=dict, compare=False, repr=False)


#: What is remembered that depends on the text alone, not on its mentions.
_OF_TEXT = frozenset(("quoted", "reporting", "split", "hints", "row"))


def with_mentions_only(doc: Doc, mentions: tuple[Mention, ...]) -> Doc:
    """The document with other mentions. What depends on its text alone is remembered."""
    made = replace(doc, mentions=mentions)
    made.memo.update({key: one for key, one in doc.memo.items() if key[0] in _OF_TEXT})
    return made


def mentions_of(doc: Doc, index: int) -> list[tuple[int, Mention]]:
    """The mentions in sentence `index` with their numbers in `Doc.mentions`."""
    return _by_sentence(doc).get(index, [])


def nearest_mention(doc: Doc, index: int) -> Mention | None:
    """The first mention in the sentence nearest to sentence `index` that has one."""
    grouped = _by_sentence(doc)
    if ("named", None) not in doc.memo:
        doc.memo["named", None] = sorted(grouped)
    named: list[int] = doc.memo["named", None]
    k = bisect_left(named, index)
    near = min(named[max(k - 1, 0) : k + 1], key=lambda sentence: abs(sentence - index), default=None)
    return grouped[near][0][1] if near is not None else None


def _by_sentence(doc: Doc) -> dict[int, list[tuple[int, Mention]]]:
    if ("mentions", None) not in doc.memo:
        grouped: dict[int, list[tuple[int, Mention]]] = {}
        for k, mention in enumerate(doc.mentions):
            grouped.setdefault(mention.sentence, []).append((k, mention))
        doc.memo["mentions", None] = grouped
    found: dict[int, list[tuple[int, Mention]]] = doc.memo["mentions", None]
    return found
