"""Comparison: named, reported, gap and reach, against figures known from the issue and from sums of the units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import msgspec
import numpy as np
import pytest
import shapely
from comparison_readings import (
    ALL,
    CRIMEA,
    DONETSK,
    FOUR,
    KHERSON,
    LUHANSK,
    SEVASTOPOL,
    ZAPORIZHZHIA,
    article,
    claim,
    demand,
    figure,
    offer,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import boundaries, shares
from geo.compare import compare, headline_basis
from geo.errors import InputError, UnknownRegionError
from geo.measure import union_area_km2
from geo.models import Area, Comparison, Interval, Role, Skipped

REGIONS = boundaries.load_regions("UA")
LAND = shares.Land(REGIONS, country="UA", viewpoint="un")
CODES = tuple(str(code) for code in REGIONS["region"])
TABLE = shares.load_conventions()


def share(area: Area) -> float:
    assert area.of_measured_total is not None
    return area.of_measured_total


def km2(values: Interval) -> tuple[float, float, float]:
    return values.low, values.mid, values.high


# --- named -------------------------------------------------------------------------------------------


def test_the_demand_of_four_regions() -> None:
    named = compare([demand()]).articles[0].headline
    assert named.regions == ("UA-09", "UA-14", "UA-23", "UA-40", "UA-43")
    assert named.basis == ("demanded",)
    assert named.area.km2 == pytest.approx(107_086, abs=1)
    assert named.area.of_measured_total == pytest.approx(17.9, abs=0.05)
    assert named.area.of_published_total == pytest.approx(100 * 107_086 / 603_628, abs=1e-3)
    assert named.area.of_published_land == pytest.approx(100 * 107_086 / 579_330, abs=1e-3)
    assert named.weighted is None


def test_crimea_is_the_peninsula_and_that_is_said() -> None:
    named = compare([demand()]).articles[0].headline
    (text,) = named.assumptions
    assert "Crimea (UA-43) is measured as the whole peninsula, with Sevastopol (UA-40)" in text
    alone = compare([article("x", [claim("Sevastopol.", "Sevastopol", "UA-40", "demanded")])]).articles[0].headline
    assert (alone.regions, alone.assumptions) == (("UA-40",), ())
    assert alone.area.km2 == pytest.approx(SEVASTOPOL, abs=0.01)


@pytest.mark.parametrize(("one", "other"), [("crimea", "UA-43"), ("donbas", "UA-14")])
def test_a_composite_and_its_units_count_once(one: str, other: str) -> None:
    text = "Here and there."
    both = [claim(text, "Here", one, "demanded"), claim(text, "there", other, "demanded")]
    single = [claim(text, "Here", one, "demanded")]
    found = [compare([article("x", claims)]).articles[0].headline for claims in (both, single)]
    assert found[0].area == found[1].area
    assert found[0].regions == found[1].regions


def test_roles_and_actors_are_kept_apart() -> None:
    text = "Here and there and nowhere."
    found = compare(
        [
            article(
                "x",
                [
                    claim(text, "Here", "UA-14", "controlled"),
                    claim(text, "there", "UA-65", "conceded", actor="UA"),
                    claim(text, "nowhere", "UA-65", "conceded", actor=None),
                ],
            )
        ]
    ).articles[0]
    assert [(one.role, one.actor, one.regions) for one in found.named] == [
        ("conceded", None, ("UA-65",)),
        ("controlled", None, ("UA-14",)),
    ]
    assert [(one.role, one.actor) for one in found.by_actor] == [
        ("conceded", "UA"),
        ("conceded", None),
        ("controlled", "RU"),
    ]
    assert found.headline.basis == ("conceded",)


@pytest.mark.parametrize(
    ("roles", "basis"),
    [
        (["demanded", "conceded", "controlled"], ("demanded", "conceded")),
        (["conceded", "annexed", "frozen"], ("conceded",)),
        (["annexed", "controlled", "refused"], ("controlled", "annexed")),
        (["refused", "mentioned"], ("refused",)),
        (["mentioned"], ()),
        ([], ()),
    ],
)
def test_which_roles_are_the_headline(roles: list[Role], basis: tuple[Role, ...]) -> None:
    assert headline_basis([claim("Here.", "Here", "UA-14", role) for role in roles]) == basis


def test_overall_unites_the_articles() -> None:
    found = compare([demand(), offer()])
    assert found.overall.article is None
    assert found.overall.headline.regions == found.articles[0].headline.regions
    assert found.overall.headline.basis == ("demanded", "conceded")
    assert [one.quantity.surface for one in found.overall.reported] == ["roughly 20%"]


def test_regions_of_another_country_are_measured_but_no_share() -> None:
    text = "Here and there."
    found = compare(
        [
            article(
                "x", [claim(text, "Here", "UA-59", "demanded"), claim(text, "there", "RU-KRS", "demanded", actor="UA")]
            )
        ]
    ).articles[0]
    assert found.headline.regions == ("UA-59",)
    assert any("RU-KRS" in text and "not counted" in text for text in found.headline.assumptions)
    home, outside = found.named
    assert home.regions == ("UA-59",)
    assert outside.regions == ("RU-KRS",)
    kursk = boundaries.regions_by_id(["RU-KRS"])["area_km2"].iloc[0]
    assert outside.area == Area(kursk, None, None, None)


def test_what_has_no_shape_is_told_never_zero() -> None:
    text = "Here and there and nowhere."
    found = compare(
        [
            article(
                "x",
                [
                    claim(text, "Here", "UA-14", "demanded"),
                    claim(text, "there", "SY-golan", "demanded"),
                    claim(text, "nowhere", "QQ-1", "demanded"),
                ],
            )
        ]
    ).articles[0]
    assert found.headline.without_geometry == ("QQ-1", "SY-golan")
    assert found.headline.regions == ("UA-14",)
    assert found.headline.area.km2 == pytest.approx(DONETSK, abs=0.01)
    assert [one.without_geometry for one in found.named] == [("QQ-1", "SY-golan")]


def test_under_natural_earths_viewpoint_crimea_is_outside() -> None:
    found = compare([offer()], viewpoint="ne")
    assert found.articles[0].headline.regions == ("UA-09", "UA-14")
    assert found.denominators.measured_total_km2 == pytest.approx(ALL - CRIMEA - SEVASTOPOL, abs=0.1)
    outside = found.articles[0].named[1]
    assert outside.regions == ("UA-43",)
    assert outside.area.km2 == pytest.approx(CRIMEA + SEVASTOPOL, abs=0.1)
    assert "Natural Earth" in found.viewpoint_text


@pytest.mark.parametrize(
    ("country", "region", "total"), [("GY", "GY-essequibo", 211_213.68), ("az", "AZ-karabakh", 86_249.84)]
)
def test_other_countries(country: str, region: str, total: float) -> None:
    text = "They demand it, about two-thirds of the land."
    quantity = figure(text, "about two-thirds", 66.67, "percent", country.upper(), "demanded", "about")
    found = compare([article("x", [claim(text, "it", region, "demanded")], [quantity])], country=country)
    assert found.country == country.upper()
    assert found.denominators.published_total_km2 is None
    assert found.denominators.measured_total_km2 == pytest.approx(total, abs=0.01)
    (one,) = found.articles
    assert set(one.headline.regions) == set(boundaries.expand(region))
    assert one.headline.area.of_published_total is None
    assert share(one.headline.area) == pytest.approx(100 * one.headline.area.km2 / total, abs=1e-4)
    assert any(boundaries.areas()[region].note in text for text in one.headline.assumptions)
    assert len(one.gaps) == 1
    assert one.reach[0].sets


def test_no_reading_and_skipped_ones() -> None:
    empty = compare([])
    assert (empty.articles, empty.overall.headline.area.km2) == ((), 0.0)
    failed = msgspec.structs.replace(demand(), skipped=Skipped("read", "broken"))
    assert [one.article.id for one in compare([failed, offer()]).articles if one.article] == ["b"]
    with pytest.raises(UnknownRegionError):
        compare([], country="QQ")


# --- weighted ----------------------------------------------------------------------------------------


def test_stated_parts_weigh_their_regions() -> None:
    text = "They hold 75% of Donetsk and all of Luhansk."
    claims = [
        claim(text, "Donetsk", "UA-14", "controlled", partial=True),
        claim(text, "Luhansk", "UA-09", "controlled"),
    ]
    quantity = figure(text, "75%", 75, "percent", "UA-14", "controlled")
    named = compare([article("x", claims, [quantity])]).articles[0].named[0]
    assert named.area.km2 == pytest.approx(DONETSK + LUHANSK, abs=0.1)
    assert named.weighted is not None
    assert named.weighted.km2 == pytest.approx(0.75 * DONETSK + LUHANSK, abs=0.1)
    assert named.assumptions == ("Donetsk: 75% as stated", "Luhansk: counted whole, no share of it is stated")


def test_the_share_of_the_smallest_whole_weighs() -> None:
    text = "They hold 88% of the Donbas, 70% or 80% of Donetsk."
    claims = [claim(text, "Donbas", code, "controlled") for code in ("UA-09", "UA-14")]
    quantities = [
        figure(text, "88%", 88, "percent", "donbas", "controlled"),
        figure(text, "70%", 70, "percent", "UA-14", "controlled"),
        figure(text, "80%", 80, "percent", "UA-14", "controlled"),
    ]
    named = compare([article("x", claims, quantities)]).articles[0].named[0]
    assert named.weighted is not None
    assert named.weighted.km2 == pytest.approx(0.75 * DONETSK + 0.88 * LUHANSK, abs=0.1)
    assert any("mean of the stated 70%, 80%" in text for text in named.assumptions)
    assert any("88% as stated of 2 units together" in text for text in named.assumptions)


def test_shares_of_another_role_dont_weigh() -> None:
    text = "They hold 75% of Donetsk and demand it."
    claims = [claim(text, "Donetsk", "UA-14", "demanded")]
    quantity = figure(text, "75%", 75, "percent", "UA-14", "controlled")
    assert compare([article("x", claims, [quantity])]).articles[0].headline.weighted is None


# --- properties --------------------------------------------------------------------------------------

UNITS = st.sets(st.sampled_from(CODES), min_size=1)


def test_shares_of_all_units_sum_to_the_whole() -> None:
    found = compare([])
    assert sum(share(unit.area) for unit in found.units) == pytest.approx(100, abs=1e-9)
    assert share(LAND.area(LAND.km2(CODES))) == pytest.approx(100, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(UNITS, UNITS)
def test_a_union_of_disjoint_sets_is_their_sum(one: set[str], other: set[str]) -> None:
    other = other - one
    assert LAND.km2(one | other) == pytest.approx(LAND.km2(one) + LAND.km2(other), rel=1e-12)
    assert LAND.km2(one) <= LAND.km2(one | other)


@settings(max_examples=5, deadline=None)
@given(st.sets(st.sampled_from(CODES), min_size=2, max_size=4))
def test_the_sum_of_units_is_the_area_of_their_union(units: set[str]) -> None:
    shapes = REGIONS.loc[REGIONS["region"].isin(units)].geometry
    assert LAND.km2(units) == pytest.approx(union_area_km2(shapes), rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(UNITS)
def test_weighting_by_all_of_it_changes_nothing(units: set[str]) -> None:
    text = "All of it."
    claims = [claim(text, "it", unit, "demanded") for unit in sorted(units)]
    quantities = [figure(text, "All", 100, "percent", unit, "demanded") for unit in sorted(units)]
    named = compare([article("x", claims, quantities)], regions=REGIONS).articles[0].named[0]
    assert named.weighted is not None
    assert named.weighted.km2 == pytest.approx(named.area.km2, rel=1e-12)


def test_overlapping_regions_count_once() -> None:
    """Two rectangles of which one holds half of the other, measured as their union."""
    boxes = [shapely.box(30, 50, 32, 51), shapely.box(31, 50, 33, 51)]
    frame = gpd.GeoDataFrame(
        {
            "region": ["XX-1", "XX-2"],
            "name": ["One", "Two"],
            "area_km2": [union_area_km2([box]) for box in boxes],
            "published_km2": [np.nan, np.nan],
        },
        geometry=boxes,
        crs=4326,
    )
    land = shares.Land(frame, country="XX", viewpoint="un")
    assert land.km2(["XX-1", "XX-2"]) == pytest.approx(union_area_km2(boxes), rel=1e-9)
    assert land.km2(["XX-1", "XX-2"]) == pytest.approx(1.5 * land.km2(["XX-1"]), rel=1e-2)


# --- units beside published figures ------------------------------------------------------------------


def test_units_that_differ_from_the_published_area_say_why() -> None:
    units = {unit.region: unit for unit in compare([]).units}
    assert set(units) == set(CODES)
    assert {code for code, unit in units.items() if unit.reason} == {"UA-30", "UA-32", "UA-40", "UA-48", "UA-65"}
    kherson = units["UA-65"]
    assert kherson.published_km2 == 28_461
    assert kherson.difference_percent == pytest.approx(100 * (KHERSON / 28_461 - 1), abs=1e-3)
    assert kherson.reason is not None
    assert "lagoons" in kherson.reason
    assert units["UA-14"].reason is None


def test_units_without_published_areas() -> None:
    assert {(unit.published_km2, unit.reason) for unit in compare([], country="GY").units} == {(None, None)}


# --- hedges and reported figures ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "hedge", "expected"),
    [
        (20, None, (20, 20, 20)),
        (20, "about", (18, 20, 22)),
        (20, "nearly", (18, 20, 20)),
        (20, "more_than", (20, 20, 22)),
        (20, "up_to", (16, 20, 20)),
        ((18, 20), "between", (18, 19, 20)),
        ((18, 20), "about", (16.2, 19, 22)),
        (20, "unknown kind", (18, 20, 22)),
    ],
)
def test_hedges_widen(value: Any, hedge: str | None, expected: tuple[float, ...]) -> None:
    quantity = figure("Some 20% of it.", "20%", value, "percent", "UA", "controlled", hedge)
    assert km2(shares.interval(quantity, TABLE)) == pytest.approx(expected)


def test_the_table_of_hedges_is_shown_and_can_be_changed(tmp_path: Path) -> None:
    assert {one.hedge for one in compare([]).conventions} == set(TABLE)
    path = tmp_path / "own.toml"
    path.write_text("[about]\nlow = 0.95\nhigh = 1.05\n", encoding="utf-8")
    found = compare([offer()], conventions=path)
    assert found.articles[0].reported[0].percent == Interval(19.0, 20.0, 21.0)
    assert found.articles[0].reported[0].convention == "about: ×0.95 to ×1.05"
    about = next(one for one in found.conventions if one.hedge == "about")
    assert (about.low_factor, about.high_factor) == (0.95, 1.05)
    assert "19% to 21%" in about.example
    assert compare([offer()], conventions=TABLE) == compare([offer()])


@pytest.mark.parametrize(
    "content",
    [
        "about = 1",
        "[about]\nlow = 1.1",
        "[about]\nhigh = 0.9",
        "[about]\nlow = 'x'",
        "[about]\nlow = nan",
        "[abuot]\nlow = 0.9",
        "[about",
    ],
)
def test_tables_of_hedges_that_are_wrong(content: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"own\.toml"):
        shares.load_conventions(path)


@pytest.mark.parametrize(
    ("quantity", "percent", "square"),
    [
        (("20%", 20, "percent", "UA", "about"), (18, 20, 22), (0.18 * ALL, 0.2 * ALL, 0.22 * ALL)),
        (("20%", 20, "percent", "UA-14", None), (20, 20, 20), (0.2 * DONETSK,) * 3),
        (("20%", 98, "percent", "UA-14", "about"), (88.2, 98, 100), None),
        (("20%", 116_000, "km2", "UA", None), (100 * 116_000 / ALL,) * 3, (116_000,) * 3),
        (
            ("20%", 5_000, "km2", "UA-23+UA-65", None),
            (100 * 5_000 / (ZAPORIZHZHIA + KHERSON),) * 3,
            (5_000,) * 3,
        ),
        (("20%", 20, "percent", None, None), (20, 20, 20), None),
        (("20%", 20, "percent", "SY-golan", None), (20, 20, 20), None),
    ],
)
def test_reported_figures(quantity: Any, percent: Any, square: Any) -> None:
    surface, value, unit, of, hedge = quantity
    one = figure("Some 20% of it.", surface, value, unit, of, "controlled", hedge)
    found = shares.reported(one, article="x", land=LAND, conventions=TABLE)
    assert found.percent is not None
    assert km2(found.percent) == pytest.approx(percent, abs=1e-4)
    if square is not None:
        assert found.km2 is not None
        assert km2(found.km2) == pytest.approx(square, abs=0.1)
    if of in (None, "SY-golan"):
        assert (found.whole_km2, found.km2, found.denominator) == (None, None, "not known")
    assert found.whole == (of or "not stated")
    assert found.denominator == {"UA": "of_measured_total"}.get(str(of), found.denominator)


# --- gap ---------------------------------------------------------------------------------------------


def test_the_gap_of_the_offer() -> None:
    (one,) = compare([offer()]).articles
    assert one.headline.area.km2 == pytest.approx(80_005, abs=1)
    assert share(one.headline.area) == pytest.approx(13.4, abs=0.05)
    (gap,) = one.gaps
    assert gap.reported.percent == Interval(18.0, 20.0, 22.0)
    assert km2(gap.points) == pytest.approx((4.6, 6.6, 8.6), abs=0.05)
    assert km2(gap.km2) == pytest.approx((0.18 * ALL - 80_005, 0.2 * ALL - 80_005, 0.22 * ALL - 80_005), abs=1)
    assert [one.surface for one in gap.may_explain] == ["some of the south"]
    assert gap.comparable
    for part in ("roughly 20%", "18% to 22%", "13.4%", "6.6 points (4.6 to 8.6)", "39,814 km²"):
        assert part in gap.text


def test_a_gap_below_what_is_named_says_less() -> None:
    text = "They demand four regions, 15% of the country."
    claims = [claim(text, "four regions", code, "demanded") for code in FOUR]
    found = compare([article("x", claims, [figure(text, "15%", 15, "percent", "UA", "demanded")])]).articles[0]
    (gap,) = found.gaps
    assert gap.points.mid == pytest.approx(15 - 100 * (DONETSK + LUHANSK + ZAPORIZHZHIA + KHERSON) / ALL, abs=1e-3)
    assert "2.7 points, 16,302 km², less than them" in gap.text


def test_land_held_and_land_at_stake_need_not_agree() -> None:
    (one,) = compare([offer(role="controlled")]).articles
    (gap,) = one.gaps
    assert not gap.comparable
    assert "need not agree" in gap.text


def test_figures_to_compare_come_first() -> None:
    text = "They hold 3,000 km2, 60% of Donetsk, 19%, and demand Crimea, 4%."
    quantities = [
        figure(text, "3,000 km2", 3_000, "km2", "UA", "controlled"),
        figure(text, "60%", 60, "percent", "UA-14", "controlled"),
        figure(text, "19%", 19, "percent", "UA", "controlled"),
        figure(text, "4%", 4, "percent", "UA", "demanded"),
    ]
    (one,) = compare([article("x", [claim(text, "Crimea", "UA-43", "demanded")], quantities)]).articles
    assert [figure.quantity.surface for figure in one.reported] == ["4%", "19%", "3,000 km2", "60%"]


def test_a_small_piece_is_no_total() -> None:
    text = "They hold Donetsk and took 500 km2, 0.08% of the country."
    claims = [claim(text, "Donetsk", "UA-14", "controlled")]
    for surface, value, unit in (("500 km2", 500, "km2"), ("0.08%", 0.08, "percent")):
        quantity = figure(text, surface, value, unit, "UA", "controlled")  # type: ignore[arg-type]
        assert compare([article("x", claims, [quantity])]).articles[0].gaps == ()


# --- reach -------------------------------------------------------------------------------------------


def sets_of(found: Comparison) -> dict[tuple[str, ...], Any]:
    return {one.added: one for one in found.articles[0].reach[0].sets}


def test_what_it_would_take() -> None:
    found = compare([offer()])
    sets = sets_of(found)
    base = DONETSK + LUHANSK + CRIMEA + SEVASTOPOL
    assert share(sets[("UA-23",)].area) == pytest.approx(17.9, abs=0.05)
    assert share(sets[("UA-23", "UA-65")].area) == pytest.approx(22.2, abs=0.05)
    assert share(sets[("UA-23",)].area) == pytest.approx(100 * (base + ZAPORIZHZHIA) / ALL, abs=1e-4)
    assert not sets[("UA-23",)].within
    assert sets[("UA-12",)].within
    reach = found.articles[0].reach[0]
    assert "All 15 sets of 4 candidates" in reach.method
    assert "exact" in reach.method
    zaporizhzhia = next(unit for unit in reach.units if unit.region == "UA-23")
    needed = [100 * (share / 100 * ALL - base) / ZAPORIZHZHIA for share in (18, 20, 22)]
    assert km2(zaporizhzhia.needed) == pytest.approx(needed, abs=1e-2)


def test_the_best_sets_are_those_of_a_plain_search() -> None:
    """Every subset of the candidates by hand: the same distances in the same order."""
    from itertools import combinations

    reach = compare([offer()]).articles[0].reach[0]
    candidates = [unit.region for unit in reach.units]
    base = compare([offer()]).articles[0].headline.regions
    distances = sorted(
        abs(LAND.points(LAND.km2((*base, *chosen))) - 20)
        for size in range(1, len(candidates) + 1)
        for chosen in combinations(candidates, size)
    )
    assert [one.distance_points for one in reach.sets] == pytest.approx(distances[: len(reach.sets)], abs=1e-9)


def test_units_named_in_other_roles_are_candidates() -> None:
    reading = offer()
    lviv = claim("Lviv.", "Lviv", "UA-46", "mentioned")
    found = compare([msgspec.structs.replace(reading, claims=(*reading.claims, lviv))])
    assert "UA-46" in {unit.region for unit in found.articles[0].reach[0].units}


def test_a_figure_below_the_named_set_asks_for_parts_of_it() -> None:
    text = "They demand four regions, 9% of the country."
    claims = [claim(text, "four regions", code, "demanded") for code in FOUR]
    found = compare([article("x", claims, [figure(text, "9%", 9, "percent", "UA", "demanded")])])
    reach = found.articles[0].reach[0]
    assert reach.sets[0].added == ()
    assert len(reach.sets[0].regions) == 2
    assert reach.units == ()
    assert "parts of the named set" in reach.method


def test_the_peninsula_is_one_candidate() -> None:
    text = "They demand Kherson, 9% of the country."
    quantity = figure(text, "9%", 9, "percent", "UA", "demanded")
    found = compare([article("x", [claim(text, "Kherson", "UA-65", "demanded")], [quantity])])
    assert share(sets_of(found)[("UA-40", "UA-43")].area) == pytest.approx(
        100 * (KHERSON + CRIMEA + SEVASTOPOL) / ALL, abs=1e-4
    )
    assert "UA-40" not in {unit.region for unit in found.articles[0].reach[0].units}


def test_many_candidates_are_bounded_and_that_is_said() -> None:
    text = "They demand Kyiv, half of the country."
    claims = [claim(text, "Kyiv", "UA-32", "demanded")] + [claim(text, "They", code, "mentioned") for code in CODES]
    found = compare([article("x", claims, [figure(text, "half", 50, "percent", "UA", "demanded")])])
    reach = found.articles[0].reach[0]
    assert "16,383 sets of 14 candidates" in reach.method
    assert "11 more candidates were left out" in reach.method


# --- the whole ---------------------------------------------------------------------------------------


def test_the_same_readings_give_the_same_bytes_and_come_back() -> None:
    readings = [demand(), offer()]
    first, second = (msgspec.json.encode(compare(readings)) for _ in range(2))
    assert first == second
    assert msgspec.json.decode(first, type=Comparison) == compare(readings)
