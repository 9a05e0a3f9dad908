"""Readings for the tests of comparison and checks, made from a few sentences: no reader is involved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geo.models import ArticleInfo, Claim, Comparison, Quantity, Reading, Role, Unit, Unmapped

#: The figures of design and issue, in km2 on the ellipsoid.
DONETSK, LUHANSK, ZAPORIZHZHIA, KHERSON = 26_598.98, 26_310.22, 27_080.60, 26_176.80
CRIMEA, SEVASTOPOL, ALL = 26_346.36, 749.64, 599_094.59
FOUR = ("UA-09", "UA-14", "UA-23", "UA-65")


def claim(text: str, surface: str, region: str, role: Role, **more: Any) -> Claim:
    """A claim in the sentence of ``text`` that holds ``surface``; every sentence ends with a full stop."""
    start = text.index(surface)
    at, sentence = _sentence(text, start)
    values: dict[str, Any] = {"actor": "RU", "speaker": None, "hedged": False, "partial": False} | more
    return Claim(
        region=region,
        role=role,
        surface=surface,
        start=start,
        end=start + len(surface),
        sentence=sentence,
        sentence_start=at,
        **values,
    )


def figure(
    text: str,
    surface: str,
    value: float | tuple[float, float],
    unit: Unit,
    of: str | None,
    role: Role,
    hedge: str | None = None,
) -> Quantity:
    low, high = value if isinstance(value, tuple) else (value, value)
    start = text.index(surface)
    at, sentence = _sentence(text, start)
    end = start + len(surface)
    return Quantity(low, high, unit, of, hedge is not None, role, surface, start, end, sentence, at, hedge)


def phrase(text: str, surface: str) -> Unmapped:
    start = text.index(surface)
    at, sentence = _sentence(text, start)
    return Unmapped(surface, start, start + len(surface), sentence, at)


def _sentence(text: str, place: int) -> tuple[int, str]:
    start = text.rfind(". ", 0, place) + 2 if ". " in text[:place] else 0
    end = text.find(". ", place)
    return start, text[start : end + 1 if end >= 0 else len(text)]


def article(
    id: str,
    claims: Sequence[Claim] = (),
    quantities: Sequence[Quantity] = (),
    unmapped: Sequence[Unmapped] = (),
    **info: Any,
) -> Reading:
    return Reading(ArticleInfo(id, **info), tuple(claims), tuple(quantities), tuple(unmapped))


DEMAND = "They demand Donetsk, Luhansk, Zaporizhzhia and Crimea."
OFFER = "It may cede Crimea and the Donbas as well as some of the south. In all that is roughly 20% of the country."


def demand(id: str = "a") -> Reading:
    names = {"Donetsk": "UA-14", "Luhansk": "UA-09", "Zaporizhzhia": "UA-23", "Crimea": "UA-43"}
    return article(id, [claim(DEMAND, name, code, "demanded") for name, code in names.items()], lang="en")


def offer(id: str = "b", role: Role = "conceded") -> Reading:
    claims = [
        claim(OFFER, "Crimea", "UA-43", "conceded", actor="UA"),
        claim(OFFER, "Donbas", "UA-14", "conceded", actor="UA"),
        claim(OFFER, "Donbas", "UA-09", "conceded", actor="UA"),
    ]
    quantity = figure(OFFER, "roughly 20%", 20, "percent", "UA", role, "about")
    return article(id, claims, [quantity], [phrase(OFFER, "some of the south")], lang="en")


def verdicts(found: Comparison, kind: str) -> list[str]:
    return [check.verdict for one in (*found.articles, found.overall) for check in one.checks if check.kind == kind]
