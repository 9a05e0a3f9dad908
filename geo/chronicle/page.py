"""Chronicle, the page: a tally + the shapes -> one HTML file with a slider over the months; it needs no network.

Shapes, texts, patterns and the ground of the map are those of the page of articles (`geo.page`); what is counted and
chosen has scripts of its own in ``assets/``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import msgspec
from jinja2 import Environment, Template

from geo import style as styles
from geo.chronicle.tally import Cited, Tally
from geo.models import ROLES, TALK_ROLES, Record, Role
from geo.page import html_map, inline, payload
from geo.words import N_, ROLE_LABELS, ROLE_NOTES, messages, words

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.style import Style

#: Scripts of the page of articles that this page builds on, and its own.
SHARED = ("text.js", "names.js", "geometry.js", "patterns.js", "map.js")
SCRIPTS = ("model.js", "counts.js", "months.js", "panels.js", "main.js")
#: Sources and regions elsewhere that the page lists one by one; further sources are counted together.
MOST_SOURCES = 30
MOST_ELSEWHERE = 40
Json = dict[str, Any]
#: Labels of downloads: `Download.label` is one of them.
FILE_LABELS = (
    "A map for each role",
    "Stories by source and role",
    N_("Counts by role, region and month"),
    N_("Counts by source, role, region and month"),
    N_("Articles that are one story"),
    N_("Versions, digests, counts, and what was skipped"),
)


class Download(Record, frozen=True):
    """A line of the page's downloads: a label (a message of the catalogues), and names with their relative files."""

    label: str
    links: tuple[tuple[str, str], ...]


def render(
    tally: Tally,
    atlas: Atlas,
    *,
    style: Style | None = None,
    lang: str = "en",
    downloads: Mapping[str, Sequence[Download]] | None = None,
) -> str:
    """Return the page as one HTML document, the same bytes for the same counts.

    Parameters
    ----------
    tally
        The counts, and quotes to show for them.
    atlas
        Shapes, names and viewpoint of the country; its readings are not used.
    style
        Colours, patterns and words; None takes the built-in ones.
    lang
        Language in which the page opens, ISO 639-1. The reader can switch to the others.
    downloads
        Files beside the page, under ``images`` and ``data``.
    """
    look = style or styles.default()
    w = words(lang)
    data = build(tally, atlas, style=look, lang=lang)
    data["files"] = {key: msgspec.to_builtins(list(lines)) for key, lines in (downloads or {}).items()} or None
    lat, lon = html_map.centre(data["regions"])
    begin = f"ConcessionMap.start(ConcessionMap.createMap({json.dumps('regions')}, [{lat}, {lon}]));"
    scripts = [inline.leaflet_script(), own_script(), begin]
    sheets = [inline.leaflet_style(), html_map.theme(look) + inline.asset("page.css") + _asset("chronicle.css")]
    return _document().render(
        lang=w.ui,
        title=data["title"] or title(tally, lang),
        policy=inline.policy(scripts, sheets),
        styles=sheets,
        scripts=scripts,
        data=inline.json_for_html(data),
        w=w,
    )


def title(tally: Tally, lang: str) -> str:
    """Return the built-in title."""
    w = words(lang)
    return w.t("{country}: what news stories say about its regions", country=w.country(tally.country))


def first_role(tally: Tally) -> Role:
    """Return the role that is shown first: of what is said in talks the one with most stories, else of all."""
    talk = [role for role in tally.roles if role in TALK_ROLES]
    return max(talk or tally.roles, key=lambda role: (tally.count(role=role)[0], -ROLES.index(role)))


def build(tally: Tally, atlas: Atlas, *, style: Style, lang: str) -> Json:
    """Return all that the page shows, ready for JSON."""
    data = payload.build(atlas, (), style=style, lang=lang)
    for unused in ("articles", "overall", "quotes", "verdicts", "conventions", "denominators"):
        data.pop(unused, None)
    listed, others, cells = _cells(tally)
    langs = data["langs"]
    elsewhere = list(tally.elsewhere.items())
    drawn = {region["id"]: at for at, region in enumerate(data["regions"])}
    places = [drawn.get(region) for region in tally.regions]
    quotes = _quotes(tally, listed, places)
    return data | {
        "texts": {code: _texts(code) for code in langs if messages(code)},
        "title": style.words.title_all or None,
        "roles": [role for role in data["roles"] if role["id"] in tally.roles],
        "countries": {
            code: {one: words(one).country(code) for one in langs}
            for code in sorted({quote.actor for quote in tally.quotes if quote.actor})
        },
        "first": first_role(tally),
        "months": tally.months,
        "sources": [{"name": tally.sources[at].name} for at in listed] + ([{"name": None}] if others else []),
        "others": others,
        "sourceLine": _source_line(tally, lang),
        "cells": [
            [source, ROLES[role], places[region] if region >= 0 else region, flat]
            for source, role, region, flat in cells
            if region < 0 or places[region] is not None
        ],
        **quotes,
        "totals": {
            "read": tally.totals.read,
            "naming": tally.totals.naming,
            "stories": tally.totals.stories,
            "reprints": tally.totals.reprints,
            "undated": tally.totals.undated,
            "skipped": tally.totals.skipped,
            "quarantined": dict(list(tally.totals.quarantined.items())[:10]),
            "sameIds": tally.totals.same_ids,
            "compared": tally.totals.compared,
            "complete": tally.totals.complete,
        },
        "elsewhere": _elsewhere(elsewhere[:MOST_ELSEWHERE], langs),
        "moreElsewhere": len(elsewhere) > MOST_ELSEWHERE,
    }


# --- counts ---------------------------------------------------------------------------------------------------


def _cells(tally: Tally) -> tuple[list[int], int, list[tuple[int, int, int, list[int]]]]:
    """Return the listed sources, how many others there are, and the cells: month, stories, articles one after another.

    The others are counted together as one more source: a story that two of them print counts for both.
    """
    listed = list(range(min(MOST_SOURCES, len(tally.sources))))
    others = len(tally.sources) - len(listed)
    if others == 1:
        listed, others = [*listed, len(listed)], 0
    cells = tally.cells.assign(source=tally.cells["source"].clip(upper=len(listed)))
    keys = ["source", "role", "region", "month"]
    summed = cells.groupby(keys, sort=True)[["stories", "articles"]].sum().reset_index()
    found: dict[tuple[int, int, int], list[int]] = {}
    for source, role, region, month, stories, articles in summed.itertuples(index=False):
        found.setdefault((int(source), int(role), int(region)), []).extend((int(month), int(stories), int(articles)))
    return listed, others, [(*key, flat) for key, flat in found.items()]


def _source_line(tally: Tally, lang: str) -> str:
    w = words(lang)
    names = [
        f"{source.name or w.t('Source not named')} ({w.number(source.stories)})"
        for source in tally.sources[:MOST_SOURCES]
    ]
    more = len(tally.sources) - len(names)
    if more:
        names.append(w.tn("{n} other source", "{n} other sources", more))
    return ", ".join(names)


def _elsewhere(counted: Sequence[tuple[str, int]], langs: Sequence[str]) -> list[Json]:
    """Return regions of other countries by name, with their stories; areas without a shape have an English name."""
    from geo import boundaries

    frame = boundaries.regions_by_id([region for region, _stories in counted])
    rows = {str(row["region"]): row for row in frame.to_dict("records")}
    known = {region: {"region": region, "name": area.name} for region, area in boundaries.areas().items()} | rows
    return [
        {"names": {lang: words(lang).region_name(known[region]) for lang in langs}, "stories": stories}
        for region, stories in counted
    ]


# --- quotes ---------------------------------------------------------------------------------------------------


def _quotes(tally: Tally, listed: Sequence[int], places: Sequence[int | None]) -> Json:
    sentences = payload.Book()
    numbers: dict[int, int] = {}
    articles: list[Json] = []
    quotes: list[Json] = []
    for one in tally.quotes:
        place = places[one.region]
        if place is None:
            continue
        if one.story not in numbers:
            numbers[one.story] = len(articles)
            articles.append(_article(one))
        sources = sorted({min(source, len(listed)) for source in one.sources})
        quotes.append(
            {
                "region": place,
                "role": one.role,
                "month": one.month,
                "article": numbers[one.story],
                "sources": sources,
                "sentence": sentences.number(one.sentence),
                "mark": [_utf16(one.sentence[:at]) for at in one.mark] if one.mark else None,
                "actor": one.actor,
                "speaker": one.speaker,
                "hedged": one.hedged,
                "partial": one.partial,
            }
        )
    return {"quotes": quotes, "sentences": sentences.values(), "articles": articles}


def _article(one: Cited) -> Json:
    linked = one.url if one.url and one.url.strip().lower().startswith(("http://", "https://")) else None
    return {
        "id": one.id,
        "title": one.title,
        "date": one.date,
        "source": one.source,
        "url": linked,
        "lang": one.lang,
        "printed": one.printed,
    }


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# --- the files that make up the page --------------------------------------------------------------------------


@cache
def own_script() -> str:
    """Return the page's scripts as one, those of the page of articles first."""
    return "\n".join([*map(inline.asset, SHARED), *map(_asset, SCRIPTS)])


@cache
def _asset(name: str) -> str:
    return inline.asset(name, package="geo.chronicle")


@cache
def _document() -> Template:
    text = resources.files("geo.chronicle").joinpath("templates", "chronicle.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)


def _texts(lang: str) -> dict[str, str | tuple[str, ...]]:
    """Return the part of a catalogue that this page's scripts ask for."""
    script = own_script()
    told = {*ROLE_LABELS.values(), *ROLE_NOTES.values(), *FILE_LABELS}
    return {message: text for message, text in messages(lang).items() if message in told or f'"{message}"' in script}
