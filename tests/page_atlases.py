"""Atlases for the tests of the page, made from a few words: no reader and no comparison is involved."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache
from typing import Any

import geopandas as gpd
import msgspec
import shapely

from geo import boundaries, control
from geo.atlas import Atlas
from geo.models import (
    ROLES,
    Area,
    ArticleInfo,
    Assessment,
    Check,
    Claim,
    Comparison,
    Convention,
    Gap,
    Interval,
    Named,
    Quantity,
    Quote,
    Reading,
    Reported,
    Role,
    Unmapped,
    Why,
)
from geo.shares import Land

COUNTRY = "UA"


@cache
def frames() -> Any:
    regions = boundaries.load_regions(COUNTRY)
    return regions, boundaries.simplified(regions), boundaries.load_context(regions)


@cache
def sizes() -> dict[str, float]:
    regions = frames()[0]
    return dict(zip(regions["region"], regions["area_km2"], strict=True))


def area(km2: float) -> Area:
    return Area(km2, 100 * km2 / 603_628, 100 * km2 / sum(sizes().values()), 100 * km2 / 579_320)


def claim(region: str, role: Role, sentence: str, surface: str, **more: Any) -> Claim:
    """A claim whose article is its sentence."""
    start = sentence.index(surface)
    values: dict[str, Any] = {"actor": "RU", "speaker": None, "hedged": False, "partial": False}
    values |= {"why": Why("test", "cue word")} | more
    return Claim(
        region=region,
        role=role,
        surface=surface,
        start=start,
        end=start + len(surface),
        sentence=sentence,
        sentence_start=0,
        **values,
    )


def reading(id_: str, claims: Sequence[Claim], *, percent: float | None = None, **info: Any) -> Reading:
    """An article with claims, and with a reported share of the country if one is given."""
    info.setdefault("title", f"Article {id_}")
    sentence = f"They speak of roughly {percent}% of the country and of some land in the south."
    surface = f"roughly {percent}%"
    at = sentence.index(surface)
    quantity = Quantity(
        percent or 0,
        percent or 0,
        "percent",
        COUNTRY,
        True,
        "conceded",
        surface,
        at,
        at + len(surface),
        sentence,
        0,
        "about",
    )
    phrase = "some land in the south"
    start = sentence.index(phrase)
    unmapped = Unmapped(phrase, start, start + len(phrase), sentence, 0)
    return Reading(
        ArticleInfo(id=id_, **info),
        tuple(claims),
        (quantity,) if percent else (),
        (unmapped,) if percent else (),
    )


def _named(article: str | None, role: Role | None, claims: Sequence[Claim]) -> Named:
    regions = tuple(sorted({c.region for c in claims if c.region in sizes()}))
    whole = area(sum(sizes()[region] for region in regions))
    weighted = area(whole.km2 * 0.75) if any(c.partial for c in claims) else None
    return Named(article, role, None, regions, (), whole, weighted, basis=tuple(dict.fromkeys(c.role for c in claims)))


def _assessment(one: Reading) -> Assessment:
    headline = _named(one.article.id, None, one.claims)
    roles = [(role, [c for c in one.claims if c.role == role]) for role in ROLES]
    reported = tuple(
        Reported(
            one.article.id,
            quantity,
            COUNTRY,
            603_628.0,
            "published total area",
            Interval(quantity.min * 0.9, quantity.min, quantity.min * 1.1),
            Interval(*(603_628 * quantity.min * factor / 100 for factor in (0.9, 1.0, 1.1))),
            "about: 10 % either way",
        )
        for quantity in one.quantities
    )
    share, km2 = headline.area.of_published_total or 0.0, headline.area.km2
    gaps = tuple(
        Gap(
            one.article.id,
            figure,
            Interval(*(getattr(figure.percent, end) - share for end in ("low", "mid", "high"))),
            Interval(*(getattr(figure.km2, end) - km2 for end in ("low", "mid", "high"))),
            "a gap",
            one.unmapped,
        )
        for figure in reported
    )
    checks = tuple(
        Check(
            "check",
            "share of whole units",
            (one.article.id,),
            "differs",
            "The article says one thing, the measure another.",
            "Sum of the areas.",
            {"said": quantity.min},
            (Quote(one.article.id, quantity.sentence, quantity.surface, 0, 5),),
        )
        for quantity in one.quantities
    )
    named = tuple(_named(one.article.id, role, claims) for role, claims in roles if claims)
    return Assessment(one.article, headline, named, (), reported, gaps, (), one.unmapped, checks)


def atlas_of(readings: Sequence[Reading]) -> Atlas:
    regions, drawn, context = frames()
    found = tuple(_assessment(one) for one in readings)
    every = [c for one in readings for c in one.claims]
    overall = Assessment(None, _named(None, None, every), (), (), (), (), (), (), ())
    comparison = Comparison(
        COUNTRY,
        "un",
        boundaries.viewpoint_text("un"),
        boundaries.description(),
        boundaries.denominators(COUNTRY, regions),
        found,
        overall,
        (Convention("about", 0.9, 1.1, "roughly 20% is 18 to 22%"),),
    )
    return Atlas(
        COUNTRY,
        "un",
        readings,
        comparison,
        regions,
        drawn,
        context,
        boundaries.description(),
        boundaries.viewpoint_text("un"),
    )


DEMAND = "He is demanding Donetsk, Luhansk and Zaporizhzhia."
OFFER = "They may let it keep Crimea and parts of Donetsk."


def two_articles() -> Atlas:
    """A demands three regions; B offers two, hedged and one in part, beside roughly 20% of the country."""
    a = [
        claim("UA-14", "demanded", DEMAND, "Donetsk"),
        claim("UA-09", "demanded", DEMAND, "Luhansk"),
        claim("UA-23", "demanded", DEMAND, "Zaporizhzhia"),
    ]
    b = [
        claim("UA-43", "conceded", OFFER, "Crimea", hedged=True),
        claim("UA-14", "conceded", OFFER, "Donetsk", hedged=True, partial=True),
    ]
    address = "https://example.org/b"
    return atlas_of(
        [
            reading("a", a, title="First article", lang="en"),
            reading("b", b, percent=20, title="Second article", date="2025-03-17", url=address, lang="en"),
        ]
    )


def controlled() -> Atlas:
    """The two articles with a control layer: all of Crimea and Sevastopol, and Donetsk east of its middle."""
    atlas = two_articles()
    regions = atlas.regions.set_index("region").geometry
    west, south, east, north = regions["UA-14"].bounds
    eastern = shapely.box((west + east) / 2, south, east, north)
    parts = [regions["UA-43"], regions["UA-40"], shapely.intersection(regions["UA-14"], eastern)]
    frame = gpd.GeoDataFrame(geometry=parts, crs=4326)
    held = control.from_frame(frame, name="front.geojson", date="2025-03-01", credit="A <b>desk</b>")
    land = Land(atlas.regions, country=COUNTRY, viewpoint="un")
    layer = control.control_layer(held, land)
    articles = tuple(
        msgspec.structs.replace(one, control=control.control_split(one.headline, layer, land))
        for one in atlas.comparison.articles
    )
    split = control.control_split(atlas.comparison.overall.headline, layer, land)
    overall = msgspec.structs.replace(atlas.comparison.overall, control=split)
    comparison = msgspec.structs.replace(atlas.comparison, control=layer, articles=articles, overall=overall)
    return dataclasses.replace(atlas, comparison=comparison, control=control.split_shapes(held, atlas.regions))


def dated_readings() -> list[Reading]:
    """Seven articles: nothing at stake in the first, then one more region each time; the third has no date."""
    names = ["Crimea", "Donetsk", "Luhansk", "Zaporizhzhia", "Kherson", "Kharkiv"]
    ids = ["UA-43", "UA-14", "UA-09", "UA-23", "UA-65", "UA-63"]
    said = [f"They want {name} now." for name in names]
    found = [
        reading("d0", [claim("UA-30", "mentioned", "A day in Kyiv.", "Kyiv")], title="Number 0", date="2025-11-10")
    ]
    for at, (name, id_) in enumerate(zip(names, ids, strict=True), start=1):
        day = None if at == 2 else f"2025-11-{10 + at}"
        claims = [claim(id_, "conceded" if at == 6 else "demanded", said[at - 1], name)]
        found.append(reading(f"d{at}", claims, percent=20 if at == 3 else None, title=f"Number {at}", date=day))
    return found


def many_articles(count: int) -> Atlas:
    """Articles with dates a day apart, each with three of the regions in roles that take turns."""
    regions = sorted(sizes())
    found = []
    for number in range(count):
        said = f"Report {number} names one place, another place and a third place."
        places = ("one place", "another place", "a third place")
        claims = [
            claim(regions[(number * 3 + at) % len(regions)], ROLES[(number + at) % len(ROLES)], said, place)
            for at, place in enumerate(places)
        ]
        day = f"2025-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        found.append(reading(f"n{number}", claims, title=f"Report number {number}", date=day))
    return atlas_of(found)
