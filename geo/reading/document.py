"""The document room: the records that the reading rooms share: an article cut into sentences, with its regions found.

All offsets are characters into `Doc.text`, half open, and ``text[start:end]`` is what was found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: ``text[start:end]``, without white space at its ends."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
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

    ``memo`` keeps what the rooms have worked out of it (parsed sentences), so that each is parsed once.
    """

    text: str
    lang: str | None
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    memo: dict[Any, Any] = field(init=False, default_factory=dict, compare=False, repr=False)
