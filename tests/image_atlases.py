"""Atlases for the tests of the images, made from a few claims: no reader and no comparison is involved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import geopandas as gpd
import msgspec
import shapely

from geo import boundaries
from geo.atlas import Atlas
from geo.control import from_frame, split_shapes
from geo.models import (
    ROLES,
    Area,
    ArticleInfo,
    Assessment,
    Claim,
    Comparison,
    ControlLayer,
    ControlSplit,
    Denominators,
    Gap,
    Held,
    Interval,
    Named,
    Quantity,
    Reach,
    ReachSet,
    ReachUnit,
    Reading,
    Reported,
    Role,
    Unmapped,
)


@cache
def frames(country: str) -> tuple[Any, Any, Any]:
    regions = boundaries.load_regions(country)
    return regions, boundaries.simplified(regions), boundaries.load_context(regions)


@cache
def sizes(country: str) -> dict[str, float]:
    regions = frames(country)[0]
    return dict(zip(regions["region"], regions["area_km2"], strict=True))


@cache
def wholes(country: str) -> Denominators:
    return boundaries.denominators(country, frames(country)[0])


def area(country: str, regions: Sequence[str]) -> Area:
    whole = wholes(country)
    km2 = sum(sizes(country)[region] for region in regions)

    def share(of: float | None) -> float | None:
        return 100 * km2 / of if of else None

    return Area(
        km2,
        share(whole.published_total_km2),
        share(whole.measured_total_km2),
        share(whole.published_land_km2),
    )


def claim(region: str, role: Role, *, actor: str | None = "RU", **more: Any) -> Claim:
    values: dict[str, Any] = {"speaker": None, "hedged": False, "partial": False} | more
    said = f"Words about {region}."
    return Claim(
        region=region,
        role=role,
        actor=actor,
        surface=region,
        start=12,
        end=12 + len(region),
        sentence=said,
        sentence_start=0,
        **values,
    )


def article(
    id_: str,
    claims: Sequence[Claim],
    *,
    country: str = "UA",
    percent: float | None = None,
    words: str = "",
    phrases: Sequence[str] = (),
    **info: Any,
) -> Reading:
    info.setdefault("title", f"Article {id_}")
    surface = words or f"roughly {percent}%"
    stated = Quantity(
        percent or 0,
        percent or 0,
        "percent",
        country,
        True,
        "mentioned",
        surface,
        0,
        len(surface),
        surface,
        0,
        "about",
    )
    return Reading(
        ArticleInfo(id=id_, **info),
        tuple(claims),
        (stated,) if percent else (),
        tuple(Unmapped(phrase, 0, len(phrase), phrase, 0) for phrase in phrases),
    )


def _named(country: str, article: str | None, role: Role | None, claims: Sequence[Claim]) -> Named:
    regions = tuple(sorted({c.region for c in claims}))
    actors = {c.actor for c in claims}
    actor = actors.pop() if role and len(actors) == 1 else None
    return Named(article, role, actor, regions, (), area(country, regions))


def _by_role(country: str, article: str | None, claims: Sequence[Claim]) -> tuple[Named, ...]:
    said = [(role, [c for c in claims if c.role == role]) for role in ROLES]
    return tuple(_named(country, article, role, found) for role, found in said if found)


def _reported(country: str, one: Reading) -> tuple[Reported, ...]:
    whole = wholes(country).measured_total_km2
    return tuple(
        Reported(
            one.article.id,
            quantity,
            country,
            whole,
            "of_measured_total",
            Interval(*(quantity.min * factor for factor in (0.9, 1.0, 1.1))),
            Interval(*(quantity.min * factor * whole / 100 for factor in (0.9, 1.0, 1.1))),
            "about: 10% either way",
        )
        for quantity in one.quantities
    )


def _gap(headline: Named, reported: Reported) -> Gap:
    share = headline.area.of_measured_total or 0.0
    assert reported.percent
    assert reported.km2
    points = (reported.percent.low - share, reported.percent.mid - share, reported.percent.high - share)
    km2 = (reported.km2.low, reported.km2.mid, reported.km2.high)
    return Gap(
        headline.article,
        reported,
        Interval(*points),
        Interval(*(value - headline.area.km2 for value in km2)),
        "a gap",
    )


def _reach(country: str, headline: Named, reported: Reported) -> Reach:
    """Return the sets of one or two further units (of the six largest) nearest to the figure."""
    assert reported.percent
    assert reported.km2
    others = sorted((r for r in sizes(country) if r not in headline.regions), key=lambda r: -sizes(country)[r])[:6]
    sets = []
    for added in [*combinations(others, 1), *combinations(others, 2)]:
        regions = (*headline.regions, *added)
        whole = area(country, regions)
        share = whole.of_measured_total or 0.0
        within = reported.percent.low <= share <= reported.percent.high
        sets.append(ReachSet(regions, added, whole, abs(share - reported.percent.mid), within))
    sets.sort(key=lambda one: (one.distance_points, one.added))
    missing = [value - headline.area.km2 for value in (reported.km2.low, reported.km2.mid, reported.km2.high)]
    units = tuple(ReachUnit(r, Interval(*(100 * km2 / sizes(country)[r] for km2 in missing))) for r in others[:3])
    return Reach(headline.article, reported, tuple(sets[:5]), units, "sets of up to two further units, nearest first")


def _assessment(country: str, one: Reading) -> Assessment:
    id_ = one.article.id
    headline = _named(country, id_, None, one.claims)
    named = _by_role(country, id_, one.claims)
    reported = _reported(country, one)
    return Assessment(
        one.article,
        headline,
        named,
        named,
        reported,
        tuple(_gap(headline, figure) for figure in reported),
        tuple(_reach(country, headline, figure) for figure in reported),
        one.unmapped,
        (),
    )


def atlas_of(readings: Sequence[Reading], country: str = "UA") -> Atlas:
    regions, drawn, context = frames(country)
    every = [c for one in readings for c in one.claims]
    headline = _named(country, None, None, every)
    named = _by_role(country, None, every)
    reported = tuple(figure for one in readings for figure in _reported(country, one))
    overall = Assessment(
        None,
        headline,
        named,
        named,
        reported,
        tuple(_gap(headline, figure) for figure in reported),
        tuple(_reach(country, headline, figure) for figure in reported[:1]),
        tuple(phrase for one in readings for phrase in one.unmapped),
        (),
    )
    text = boundaries.viewpoint_text("un", [country])
    comparison = Comparison(
        country,
        "un",
        text,
        boundaries.description(),
        wholes(country),
        tuple(_assessment(country, one) for one in readings),
        overall,
        (),
    )
    about, dated = boundaries.description(), boundaries.state_date()
    return Atlas(country, "un", readings, comparison, regions, drawn, context, about, text, boundaries_date=dated)


def apart() -> Atlas:
    """An article that demands a region beside a figure about land that is held: the two need not agree."""
    said = article("apart", [claim("UA-14", "demanded")], percent=20, title="Held and demanded")
    atlas = atlas_of([said])

    def held(one: Assessment) -> Assessment:
        quantity = msgspec.structs.replace(one.reported[0].quantity, role="controlled")
        reported = msgspec.structs.replace(one.reported[0], quantity=quantity)
        gap = msgspec.structs.replace(one.gaps[0], reported=reported, comparable=False)
        reach = msgspec.structs.replace(one.reach[0], reported=reported)
        return msgspec.structs.replace(one, reported=(reported,), gaps=(gap,), reach=(reach,))

    comparison = atlas.comparison
    changed = msgspec.structs.replace(
        comparison, articles=tuple(held(one) for one in comparison.articles), overall=held(comparison.overall)
    )
    return replace(atlas, comparison=changed)


def with_control(atlas: Atlas, *, east_of: float = 38.0) -> Atlas:
    """Add a control layer to an atlas: everything east of a meridian, dated and credited."""
    shapes = frames(atlas.country)[0]
    _west, south, east, north = shapes.total_bounds
    box = gpd.GeoDataFrame(geometry=[shapely.box(east_of, south - 1, east + 1, north + 1)], crs=4326)
    control = from_frame(box, name="held.gpkg", date="2025-08-16", credit="Made for a test")
    parts = split_shapes(control, shapes)
    km2 = dict(zip(parts["region"][parts["held"]], parts["km2"][parts["held"]], strict=True))
    country = atlas.country

    def area_of(amount: float) -> Area:
        whole = area(country, list(sizes(country))).km2
        return Area(amount, None, 100 * amount / whole, None)

    def held(region: str) -> Held:
        own, whole = km2.get(region, 0.0), sizes(country)[region]
        return Held(region, own, 100 * own / whole, whole - own)

    def split(one: Assessment) -> Assessment:
        own = tuple(held(region) for region in one.headline.regions)
        covered, rest = sum(part.held_km2 for part in own), sum(part.not_held_km2 for part in own)
        text = "Held by the layer held.gpkg: a part. Not held: the rest."
        return msgspec.structs.replace(one, control=ControlSplit(area_of(covered), area_of(rest), own, text))

    layer = ControlLayer(
        "held.gpkg",
        "2025-08-16",
        "Made for a test",
        "EPSG:4326",
        sum(km2.values()),
        area_of(sum(km2.values())),
        0.0,
        tuple(held(region) for region in sizes(country)),
    )
    comparison = msgspec.structs.replace(
        atlas.comparison,
        control=layer,
        articles=tuple(split(one) for one in atlas.comparison.articles),
        overall=split(atlas.comparison.overall),
    )
    return replace(atlas, comparison=comparison, control=parts)


def two_articles() -> Atlas:
    """A demands four regions; B offers three, one of them hedged, beside roughly 20% of the country."""
    a = [claim(region, "demanded") for region in ("UA-14", "UA-09", "UA-23", "UA-43", "UA-40")]
    b = [
        claim("UA-43", "conceded", actor="US"),
        claim("UA-40", "conceded", actor="US"),
        claim("UA-14", "conceded", actor="US", hedged=True),
        claim("UA-09", "conceded", actor="US", partial=True),
    ]
    return atlas_of(
        [
            article("a", a, title="Talks go on, and one side wants four regions", date="2025-08-16"),
            article("b", b, title="What may be given up", percent=20, phrases=["some land in the south"]),
        ]
    )


def every_role(country: str = "UA") -> Atlas:
    """One article that names a region in each role, and three regions in two roles."""
    regions = sorted(sizes(country))
    claims = [claim(regions[at * 3 % len(regions)], role) for at, role in enumerate(ROLES)]
    claims += [claim(regions[at * 3 % len(regions)], "controlled") for at in range(3)]
    return atlas_of([article("roles", claims, country=country, title="Every role")], country)


def abroad(country: str, regions: Sequence[str], *, actor: str) -> Atlas:
    """An article about another country."""
    claims = [claim(region, "demanded", actor=actor) for region in regions]
    return atlas_of([article("one", claims, country=country, title="A claim on land", percent=65)], country)


def named_area(id_: str, *, actor: str, also: str | None = None) -> Atlas:
    """An article that demands an area by its own name, which is drawn by its units, and maybe a region more."""
    known = boundaries.areas()[id_]
    said = [claim(id_, "demanded", actor=actor), *([claim(also, "demanded", actor=actor)] if also else [])]
    named = [claim(unit, "demanded", actor=actor) for unit in known.units] + said[1:]
    atlas = atlas_of([article("one", named, country=known.country, title="A claim on an area")], known.country)
    reading = msgspec.structs.replace(atlas.readings[0], claims=tuple(said))
    if known.units:
        return replace(atlas, readings=[reading])

    def without(one: Assessment) -> Assessment:
        lacking = tuple(msgspec.structs.replace(part, without_geometry=(id_,)) for part in one.named)
        return msgspec.structs.replace(one, named=lacking)

    comparison = msgspec.structs.replace(
        atlas.comparison,
        articles=tuple(without(one) for one in atlas.comparison.articles),
        overall=without(atlas.comparison.overall),
    )
    return replace(atlas, readings=[reading], comparison=comparison)


def dense() -> Atlas:
    """Twelve articles, every region of the country in two roles, half of them hedged, figures and phrases."""
    regions = sorted(sizes("UA"))
    readings = [
        article(
            f"d{number}",
            [
                claim(region, ROLES[(at + number + more) % (len(ROLES) - 1)], hedged=at % 2 == 0)
                for at, region in enumerate(regions)
                if at % 12 == number
                for more in (0, 3)
            ],
            title=f"Report number {number} with a title that is as long as those of agencies often are",
            date=f"2025-08-{1 + number:02}",
            percent=20 if number % 4 == 0 else None,
            phrases=[f"some land of kind {number} along the line of contact"],
        )
        for number in range(12)
    ]
    return atlas_of(readings)


def many_articles(count: int) -> Atlas:
    """Articles with dates a day apart, each with three of the regions in roles that take turns."""
    regions = sorted(sizes("UA"))
    readings = [
        article(
            f"n{number}",
            [
                claim(regions[(number * 3 + at) % len(regions)], ROLES[(number + at) % len(ROLES)], hedged=at == 1)
                for at in range(3)
            ],
            title=f"Report number {number} with a title that is as long as those of agencies often are",
            date=f"2025-{1 + number // 28 % 12:02}-{1 + number % 28:02}",
            percent=20 if number % 3 == 0 else None,
        )
        for number in range(count)
    ]
    return atlas_of(readings)


HOSTILE = "<b>x</b> $\\frac{1}{0}$ & \"quoted\" \u202egnp.exe\u202c <script>alert('1')</script> \x00\ud800 {place} %s"


def hostile() -> Atlas:
    """Texts of an article that try to be markup, mathematics, controls and format strings."""
    claims = [claim("UA-14", "demanded", hedged=True)]
    info = {"title": HOSTILE, "source": HOSTILE, "date": "2025-13-45"}
    reading = article("../../etc/<p>", claims, percent=20, words=HOSTILE, phrases=[HOSTILE], **info)
    return atlas_of([reading])
