"""Hostile texts (payloads.toml), and atlases that hold one in every field that others may write."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import page_atlases as made

from geo.atlas import Atlas
from geo.models import (
    ArticleInfo,
    Assessment,
    Check,
    Claim,
    ControlLayer,
    ControlSplit,
    Held,
    Quantity,
    Quote,
    Reading,
    Skipped,
    Unmapped,
    Why,
)
from geo.style import Style, default

FILE = Path(__file__).with_name("payloads.toml")
SEPARATOR = " Donetsk "


@cache
def payloads() -> dict[str, tuple[str, ...]]:
    """By class; a pair in the file is a text so many times."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: tuple(one if isinstance(one, str) else one[0] * one[1] for one in members)
        for name, members in table.items()
    }


@cache
def every() -> tuple[str, ...]:
    return tuple(one for members in payloads().values() for one in members)


def reading(text: str, number: int) -> Reading:
    """An article that is this text wherever an article holds text: also what the reader took out of it."""
    sentence = f"{text}{SEPARATOR}{text}"
    start = len(text) + 1
    claim = Claim(
        region=("UA-14", "UA-09", "UA-43")[number % 3],
        role=("demanded", "conceded", "refused")[number % 3],  # type: ignore[arg-type]
        actor="RU",
        speaker=text,
        hedged=True,
        partial=False,
        surface="Donetsk" if number % 2 else sentence,
        start=start if number % 2 else 0,
        end=start + 7 if number % 2 else len(sentence),
        sentence=sentence,
        sentence_start=0,
        why=Why(text, text, 0, len(text)),
    )
    amount = Quantity(15, 20, "percent", "UA", True, "conceded", text, 0, len(text), sentence, 0, "about", Why(text))
    # Half of the addresses are the text itself, half hold it behind a scheme that a page may link to.
    url = text if number % 2 else f"https://canary.invalid/{text}"
    info = ArticleInfo(id=text, title=text, date=text, source=text, url=url, lang=text)
    return Reading(info, (claim,), (amount,), (Unmapped(text, 0, len(text), sentence, 0),))


def atlas(texts: Sequence[str]) -> Atlas:
    """One article for each text, and the first text in what belongs to all of them."""
    first = texts[0]
    found = made.atlas_of([reading(text, number) for number, text in enumerate(texts)])
    held = Held("UA-14", 100.0, 1.0, 26_000.0)
    layer = ControlLayer(first, first, first, first, 100.0, made.area(100.0), 0.0, (held,))
    split = ControlSplit(made.area(100.0), made.area(26_000.0), (held,), first)
    comparison = msgspec.structs.replace(
        found.comparison,
        articles=tuple(_assessed(one, split) for one in found.comparison.articles),
        overall=msgspec.structs.replace(found.comparison.overall, control=split, unmapped=found.readings[0].unmapped),
        control=layer,
        reviewed=first,
    )
    return replace(found, comparison=comparison, reviewed=first)


def _assessed(one: Assessment, split: ControlSplit) -> Assessment:
    """Put the article's text into what the comparison says of it, too."""
    text = one.article.id if one.article else ""
    headline = msgspec.structs.replace(one.headline, assumptions=(text,), without_geometry=(text,))
    checks = tuple(
        Check(text, text, (text,), verdict, text, text, {text: text}, (Quote(text, text, text, 0, len(text)),))
        for verdict in ("differs", "consistent")
    )
    reported = tuple(msgspec.structs.replace(r, whole=text, denominator=text, convention=text) for r in one.reported)
    gaps = tuple(msgspec.structs.replace(gap, reported=r, text=text) for gap, r in zip(one.gaps, reported, strict=True))
    return msgspec.structs.replace(one, headline=headline, checks=checks, reported=reported, gaps=gaps, control=split)


def style(text: str) -> Style:
    """A newsroom's style whose words are this text."""
    look = default()
    words = msgspec.structs.replace(
        look.words, credit=text, title_all=text, roles=dict.fromkeys(("demanded", "conceded", "refused"), text)
    )
    return msgspec.structs.replace(look, words=words)


def skipped(text: str) -> Reading:
    return Reading(ArticleInfo(text, text, text, text, text, text), skipped=Skipped(text, text))
