"""Checks: verdicts on figures whose answer is known, the same in every unit, none where the text says too little."""

from __future__ import annotations

from typing import Any

import pytest
from comparison_readings import (
    ALL,
    DONETSK,
    FOUR,
    KHERSON,
    LUHANSK,
    ZAPORIZHZHIA,
    article,
    claim,
    figure,
    offer,
    verdicts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import boundaries, checks, phrases
from geo.compare import compare
from geo.models import Check, Claim, Comparison, Interval, Quantity, Reading, Role

REGIONS = boundaries.load_regions("UA")
SQUARE_MILE = 2.589988110336
DONBAS = DONETSK + LUHANSK
FOUR_KM2 = DONETSK + LUHANSK + ZAPORIZHZHIA + KHERSON


def run(*readings: Reading) -> Comparison:
    return compare(readings, regions=REGIONS)


def only(found: Comparison, kind: str) -> Check:
    (check,) = [one for part in (*found.articles, found.overall) for one in part.checks if one.kind == kind]
    return check


def four(text: str, role: Role = "annexed", surface: str = "four oblasts") -> list[Claim]:
    return [claim(text, surface, code, role) for code in FOUR]


# --- percent against km2 ------------------------------------------------------------------------------


def pair(
    text: str,
    area: float,
    share: float,
    *,
    of: str = "donbas",
    roles: tuple[Role, Role] = ("controlled", "controlled"),
    printed: str | None = None,
) -> Reading:
    quantities = [
        figure(text, f"{area:,.0f} km2", area, "km2", of, roles[0]),
        figure(text, printed or f"{share:g}%", share, "percent", of, roles[1]),
    ]
    return article("x", (), quantities)


def test_the_donbas_pair() -> None:
    check = only(run(pair("They hold 46,579 km2, 88% of the Donbas.", 46_579, 88)), "percent against km2")
    assert check.verdict == "consistent"
    assert check.numbers["percent_of_stated_km2"] == pytest.approx(100 * 46_579 / DONBAS, abs=1e-3)
    assert check.numbers["km2_of_stated_percent"] == pytest.approx(0.88 * DONBAS, abs=0.1)
    assert check.numbers["whole_km2_measured"] == pytest.approx(DONBAS, abs=0.1)
    assert check.numbers["whole_km2_high"] == 26_517 + 26_684
    assert [quote.surface for quote in check.quotes] == ["46,579 km2", "88%"]
    assert "is 88% of Donbas" in check.finding
    assert "within 2%" in check.method


@pytest.mark.parametrize(
    ("text", "area", "share", "verdict"),
    [
        ("They hold 46,579 km2, 78% of the Donbas.", 46_579, 78, "differs"),
        ("They hold 78% (46,579 km2) of the Donbas.", 46_579, 78, "differs"),
        ("They hold 41,000 km2 or 78% of the Donbas.", 41_000, 78, "consistent"),
        # Two statements in a sentence, or in two sentences: the text does not say that they mean the same land.
        ("They hold 46,579 km2 and 78% of the Donbas.", 46_579, 78, "not checkable"),
        ("They hold 46,579 km2. It is said that 78% is lost.", 46_579, 78, "not checkable"),
        ("They hold 46,579 km2. It is said that 88% is lost.", 46_579, 88, "consistent"),
    ],
)
def test_percent_against_km2(text: str, area: float, share: float, verdict: str) -> None:
    assert only(run(pair(text, area, share)), "percent against km2").verdict == verdict


def test_figures_of_two_roles_or_wholes_are_no_pair() -> None:
    text = "They hold 78%, with 46,579 km2 left."
    assert verdicts(run(pair(text, 46_579, 78, roles=("mentioned", "controlled"))), "percent against km2") == []
    mixed = article(
        "x",
        (),
        [
            figure(text, "46,579 km2", 46_579, "km2", "UA-65", "controlled"),
            figure(text, "78%", 78, "percent", "UA-14", "controlled"),
        ],
    )
    assert verdicts(run(mixed), "percent against km2") == []


def test_a_third_figure_between_separates() -> None:
    text = "They hold 20% (125,000 km2), 80,000 km2 since 2022."
    quantities = [
        figure(text, "20%", 20, "percent", "UA", "controlled"),
        figure(text, "125,000 km2", 125_000, "km2", "UA", "controlled"),
        figure(text, "80,000 km2", 80_000, "km2", "UA", "controlled"),
    ]
    assert verdicts(run(article("x", (), quantities)), "percent against km2") == ["consistent"]


def test_the_language_of_the_article_separates() -> None:
    text = "Вони тримають 46,579 km2 та 78% Донбасу."
    reading = pair(text, 46_579, 78)
    english = article("x", (), reading.quantities, lang="en")
    ukrainian = article("x", (), reading.quantities, lang="uk")
    assert only(run(english), "percent against km2").verdict == "differs"
    assert only(run(ukrainian), "percent against km2").verdict == "not checkable"


@pytest.mark.parametrize("total", [603_628, 579_330, 599_095])
def test_any_of_the_three_denominators_will_do(total: int) -> None:
    area = round(0.2 * total)
    reading = pair(f"They hold {area:,} km2, 20.0% of it.", area, 20, of="UA", printed="20.0%")
    assert verdicts(run(reading), "percent against km2") == ["consistent"]


# --- share of whole units -----------------------------------------------------------------------------


def whole(text: str, surface: str, value: float, hedge: str | None = None, role: Role = "annexed", **more: Any) -> Any:
    unit = "km2" if "km" in surface else "percent"
    quantity = figure(text, surface, value, unit, "UA", role, hedge)  # type: ignore[arg-type]
    return article("x", four(text, role), [quantity], **more)


def test_the_four_oblasts_are_not_15_percent() -> None:
    check = only(run(whole("The four oblasts are 15% of Ukraine.", "15%", 15)), "share of whole units")
    assert check.verdict == "differs"
    assert check.numbers["measured_percent"] == pytest.approx(100 * FOUR_KM2 / ALL, abs=1e-3)
    assert check.numbers["published_percent"] == pytest.approx(18.0, abs=0.05)
    assert "17.7%" in check.finding
    assert "18% by the published areas" in check.finding
    assert {quote.surface for quote in check.quotes} == {"15%", "four oblasts"}


@pytest.mark.parametrize(
    ("text", "surface", "value", "hedge", "verdicts_"),
    [
        ("The four oblasts are 15% of Ukraine.", "15%", 15, "about", ["differs"]),
        ("The four oblasts, 15% of Ukraine, were annexed.", "15%", 15, None, ["differs"]),
        ("The four oblasts (15% of Ukraine) were annexed.", "15%", 15, None, ["differs"]),
        ("Annexed is 15% of Ukraine: the four oblasts.", "15%", 15, None, ["differs"]),
        ("The four oblasts make up 18% of Ukraine.", "18%", 18, None, ["consistent"]),
        ("The four oblasts make up nearly a fifth.", "a fifth", 20, "nearly", ["consistent"]),
        ("The four oblasts cover 106,000 km2.", "106,000 km2", 106_000, None, ["consistent"]),
        ("The four oblasts cover 108,800 km2.", "108,800 km2", 108_800, None, ["consistent"]),
        ("The four oblasts cover 90,000 km2.", "90,000 km2", 90_000, None, ["differs"]),
        # Not said of exactly these regions: no check.
        ("The four oblasts and others are 15% of Ukraine.", "15%", 15, None, []),
        ("Parts of Ukraine, 15% of it, including the four oblasts.", "15%", 15, None, []),
        ("The four oblasts were annexed. They hold 15% now.", "15%", 15, None, []),
        ("In the four oblasts people were asked whether they saw a loss of 15%.", "15%", 15, None, []),
    ],
)
def test_share_of_whole_units(text: str, surface: str, value: float, hedge: Any, verdicts_: list[str]) -> None:
    assert verdicts(run(whole(text, surface, value, hedge)), "share of whole units") == verdicts_


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("They hold the four oblasts (15% of Ukraine).", 15, ["consistent"]),
        ("They hold the four oblasts (25% of Ukraine).", 25, ["exceeds the upper bound"]),
        ("They hold the four oblasts, 25% of Ukraine.", 25, []),
        ("They hold the four oblasts, which are 25% of Ukraine.", 25, ["differs"]),
    ],
)
def test_what_is_held_may_be_less_than_the_regions(text: str, value: float, expected: list[str]) -> None:
    reading = whole(text, f"{value}%", value, role="controlled")
    assert verdicts(run(reading), "share of whole units") == expected


def test_parts_of_regions_are_no_whole_units() -> None:
    text = "Parts of the four oblasts are 15% of Ukraine."
    claims = [claim(text, "four oblasts", code, "annexed", partial=True) for code in FOUR]
    quantity = figure(text, "15%", 15, "percent", "UA", "annexed")
    assert verdicts(run(article("x", claims, [quantity])), "share of whole units") == []


def test_a_list_of_regions() -> None:
    text = "They want Donetsk, Luhansk and Kherson, which make up 30% of Ukraine."
    names = {"Donetsk": "UA-14", "Luhansk": "UA-09", "Kherson": "UA-65"}
    claims = [claim(text, name, code, "demanded") for name, code in names.items()]
    check = only(
        run(article("x", claims, [figure(text, "30%", 30, "percent", "UA", "demanded")])), "share of whole units"
    )
    assert check.verdict == "differs"
    assert check.numbers["regions"] == "UA-09+UA-14+UA-65"


def test_regions_that_are_named_again_are_found_again() -> None:
    """A reading has one claim for a region and a role: "the four oblasts" of the second sentence has none."""
    text = "They demand Donetsk, Luhansk, Zaporizhzhia and Kherson. The four oblasts account for 15% of Ukraine."
    names = {"Donetsk": "UA-14", "Luhansk": "UA-09", "Zaporizhzhia": "UA-23", "Kherson": "UA-65"}
    claims = [claim(text, name, code, "demanded") for name, code in names.items()]
    found = run(article("x", claims, [figure(text, "15%", 15, "percent", "UA", "mentioned")]))
    check = only(found, "share of whole units")
    assert check.verdict == "differs"
    assert "four oblasts" in {quote.surface for quote in check.quotes}


def test_a_language_that_is_not_known_is_found_out() -> None:
    text = "Росія вимагає Донецьку та Луганську області, які становлять 15% території України."
    claims = [claim(text, "Донецьку", "UA-14", "demanded"), claim(text, "Луганську", "UA-09", "demanded")]
    found = run(article("x", claims, [figure(text, "15%", 15, "percent", "UA", "demanded")]))
    assert only(found, "share of whole units").verdict == "differs"


def test_what_is_judged_strictly_is_not_judged_again() -> None:
    found = run(whole("The four oblasts are 15% of Ukraine.", "15%", 15))
    assert [check.kind for check in found.articles[0].checks] == ["share of whole units"]


# --- symmetric in the unit ----------------------------------------------------------------------------


def printed(kind: str, km2: float, of: str, whole_km2: float) -> tuple[str, Quantity]:
    """The same amount as it would be printed in one of three units, with as many digits."""
    number = {"percent": 100 * km2 / whole_km2, "km2": km2, "miles": km2 / SQUARE_MILE}[kind]
    surface = f"{number:.6f}"
    text = f"The four oblasts are {surface} of it."
    unit = "percent" if kind == "percent" else "km2"
    value = number if kind == "percent" else km2
    return text, figure(text, surface, value, unit, of, "annexed")  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 1.5))
def test_verdicts_dont_hang_on_the_unit(factor: float) -> None:
    found = set()
    for kind in ("percent", "km2", "miles"):
        text, quantity = printed(kind, factor * FOUR_KM2, "UA", ALL)
        found.add(only(run(article("x", four(text), [quantity])), "share of whole units").verdict)
    assert len(found) == 1
    inside = 0.98 <= factor <= 1.04
    outside = factor < 0.97 or factor > 1.06
    if inside:
        assert found == {"consistent"}
    if outside:
        assert found == {"differs"}


@settings(max_examples=40, deadline=None)
@given(st.floats(0.3, 1.6))
def test_upper_bounds_dont_hang_on_the_unit(factor: float) -> None:
    found = set()
    for kind in ("percent", "km2", "miles"):
        number = {"percent": 100 * factor, "km2": factor * DONETSK, "miles": factor * DONETSK / SQUARE_MILE}[kind]
        text = f"They hold {number:.6f} of Donetsk."
        value = number if kind == "percent" else factor * DONETSK
        unit = "percent" if kind == "percent" else "km2"
        quantity = figure(text, f"{number:.6f}", value, unit, "UA-14", "controlled")  # type: ignore[arg-type]
        found.add(only(run(article("x", (), [quantity])), "upper bound").verdict)
    assert len(found) == 1
    if factor > 1.03:
        assert found == {"exceeds the upper bound"}
    if factor <= 1:
        assert found == {"consistent"}


AREAS = st.floats(0, 1e6).flatmap(
    lambda low: st.floats(low, 2e6).map(lambda high: Interval(low, (low + high) / 2, high))
)


@given(AREAS, AREAS)
def test_agreement_is_symmetric(one: Interval, other: Interval) -> None:
    assert checks.agree(one, other) == checks.agree(other, one)
    assert checks.agree(one, one)


@pytest.mark.parametrize(
    ("surface", "value", "unit", "part"),
    [
        ("20%", 20, "percent", 0.5 / 20),
        ("about 17.7%", 17.7, "percent", 0.05 / 17.7),
        ("17,7 %", 17.7, "percent", 0.05 / 17.7),
        ("a fifth", 20, "percent", 0.5 / 20),
        ("46,579 km2", 46_579, "km2", 0.5 / 46_579),
        ("46 579 км2", 46_579, "km2", 0.5 / 46_579),
        ("46.579 km2", 46_579, "km2", 0.5 / 46_579),
        ("116,000 km2", 116_000, "km2", 500 / 116_000),
        ("45,000 square miles", 45_000 * SQUARE_MILE, "km2", 500 / 45_000),
        ("5,000 km2", 5_000, "km2", 0.05),
        ("125 тыс. км2", 125_000, "km2", 0.5 / 125),
        ("thousands of km2", 5_000, "km2", 0.05),
    ],
)
def test_rounding_is_that_of_the_printed_digits(surface: str, value: float, unit: Any, part: float) -> None:
    assert checks.rounding(figure(surface, surface, value, unit, "UA", "controlled")) == pytest.approx(part)


# --- upper bound and sums -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "of", "expected"),
    [
        (17_000, "UA-14", ["consistent"]),
        (30_000, "UA-14", ["exceeds the upper bound"]),
        # The published area of Kherson is 8% more than the measured one: within it nothing exceeds.
        (28_461, "UA-65", ["consistent"]),
        (29_500, "UA-65", ["exceeds the upper bound"]),
        (28_901, "crimea", ["exceeds the upper bound"]),
        (116_000, "UA", []),
        (700_000, "UA", ["exceeds the upper bound"]),
        (30_000, None, []),
        (30_000, "SY-golan", []),
    ],
)
def test_held_amounts_against_their_upper_bound(value: float, of: str | None, expected: list[str]) -> None:
    text = f"They hold {value:,} km2 there."
    quantity = figure(text, f"{value:,} km2", value, "km2", of, "controlled")
    assert verdicts(run(article("x", (), [quantity])), "upper bound") == expected


@pytest.mark.parametrize(
    ("donetsk", "donbas", "luhansk", "expected"),
    [
        (75, 88, 100, ["consistent"]),
        (75, 60, 100, ["differs"]),
        (75, 99, 100, ["differs"]),
        (75, 88, None, []),
        (99, 30, None, []),
    ],
)
def test_parts_against_the_whole(donetsk: float, donbas: float, luhansk: float | None, expected: list[str]) -> None:
    text = "They hold D of Donetsk, L of Luhansk, B of the Donbas."
    quantities = [
        figure(text, "D of", donetsk, "percent", "UA-14", "controlled"),
        figure(text, "B of", donbas, "percent", "donbas", "controlled"),
    ]
    if luhansk is not None:
        quantities.append(figure(text, "L of", luhansk, "percent", "UA-09", "controlled"))
    assert verdicts(run(article("x", (), quantities)), "sum of parts") == expected


@pytest.mark.parametrize(
    ("donbas", "expected"), [(88, "consistent"), (60, "consistent"), (30, "differs"), (95, "differs")]
)
def test_a_region_named_beside_parts_counts_up_to_its_whole(donbas: float, expected: str) -> None:
    """75% of Donetsk is 37.7% of the Donbas, with all of Luhansk 87.4%: between them nothing is contradicted."""
    text = "They hold 75% of Donetsk and Luhansk, N of the Donbas."
    quantities = [
        figure(text, "75%", 75, "percent", "UA-14", "controlled"),
        figure(text, "N of", donbas, "percent", "donbas", "controlled"),
    ]
    check = only(run(article("x", [claim(text, "Luhansk", "UA-09", "controlled")], quantities)), "sum of parts")
    assert check.verdict == expected
    assert check.numbers["taken_whole"] == "UA-09"
    assert check.numbers["sum_km2"] == pytest.approx(0.75 * DONETSK + LUHANSK, abs=0.1)


def test_parts_that_are_not_all_are_not_checkable_but_never_more_than_the_whole() -> None:
    text = "A of Donetsk, B of Luhansk, C of the four."

    def verdict(share: float) -> list[str]:
        quantities = [
            figure(text, "A of", 90, "percent", "UA-14", "controlled"),
            figure(text, "B of", 90, "percent", "UA-09", "controlled"),
            figure(text, "C of", share, "percent", "UA-09+UA-14+UA-23+UA-65", "controlled"),
        ]
        return verdicts(run(article("x", (), quantities)), "sum of parts")

    assert verdict(70) == ["not checkable"]
    assert verdict(30) == ["differs"]


def test_parts_that_overlap_are_added_once() -> None:
    """The Donbas holds Donetsk: beside Luhansk, Zaporizhzhia and Kherson it would be added a second time."""
    text = "A of Donetsk, B of Donbas, L of Luhansk, Z and K of others, C of the four."
    parts = {"A of": "UA-14", "B of": "donbas", "L of": "UA-09", "Z and": "UA-23", "K of": "UA-65"}
    quantities = [figure(text, words, 50, "percent", of, "controlled") for words, of in parts.items()]
    quantities.append(figure(text, "C of", 50, "percent", "UA-09+UA-14+UA-23+UA-65", "controlled"))
    found = run(article("x", (), quantities)).articles[0].checks
    (check,) = [one for one in found if one.kind == "sum of parts" and one.numbers["whole"] != "donbas"]
    assert check.verdict == "consistent"
    assert check.numbers["sum_km2"] == pytest.approx(FOUR_KM2 / 2, abs=0.1)


# --- reported against named -----------------------------------------------------------------------------


def test_land_without_a_name_leaves_it_open() -> None:
    check = only(run(offer()), "reported against named")
    assert check.verdict == "not checkable"
    assert check.numbers["gap_points"] == pytest.approx(6.6, abs=0.05)
    assert check.numbers["unmapped"] == "some of the south"
    assert {quote.surface for quote in check.quotes} == {"roughly 20%", "Crimea", "Donbas"}


@pytest.mark.parametrize(
    ("value", "expected"), [(13, ["consistent"]), (20, ["exceeds the upper bound"]), (9, ["not checkable"])]
)
def test_a_demand_against_what_it_names(value: float, expected: list[str]) -> None:
    import msgspec

    reading = offer()
    quantity = msgspec.structs.replace(reading.quantities[0], min=value, max=value)
    changed = msgspec.structs.replace(reading, quantities=(quantity,), unmapped=())
    assert verdicts(run(changed), "reported against named") == expected


def test_what_is_held_is_not_judged_by_what_is_named() -> None:
    text = "They hold Donetsk. In all they have 20% of it."
    quantity = figure(text, "20%", 20, "percent", "UA", "controlled")
    found = run(article("x", [claim(text, "Donetsk", "UA-14", "controlled")], [quantity]))
    assert verdicts(found, "reported against named") == ["not checkable"]
    other = run(article("x", [claim(text, "Donetsk", "UA-14", "demanded")], [quantity]))
    assert verdicts(other, "reported against named") == []


# --- across articles --------------------------------------------------------------------------------------


def told(id: str, share: float, date: str | None, unit: str = "percent") -> Reading:
    text = f"They hold {share}% of it."
    value = share if unit == "percent" else share / 100 * ALL
    quantity = figure(text, f"{share}%", value, unit, "UA", "controlled", "about")  # type: ignore[arg-type]
    return article(id, (), [quantity], date=date)


@pytest.mark.parametrize(
    ("shares", "dates", "expected"),
    [
        ((19, 20), (None, None), ["consistent"]),
        ((12, 20), ("2025-03-01", "2025-03-17"), ["differs"]),
        ((12, 20), ("2022-03-01", "2025-03-17"), ["not checkable"]),
        ((12, 20), (None, "2025-03-17"), ["not checkable"]),
    ],
)
def test_the_same_figure_across_articles(shares: Any, dates: Any, expected: list[str]) -> None:
    for unit in ("percent", "km2"):
        readings = [told(key, share, date, unit) for key, share, date in zip("ab", shares, dates, strict=True)]
        found = run(*readings)
        assert verdicts(found, "same figure across articles") == expected
    check = only(found, "same figure across articles")
    assert check.articles == ("a", "b")
    assert check in found.overall.checks
    assert len(check.quotes) == 2


def test_one_article_is_no_comparison_of_articles() -> None:
    assert verdicts(run(told("a", 20, None)), "same figure across articles") == []


# --- records ------------------------------------------------------------------------------------------------


def test_ids_are_stable_and_unique() -> None:
    readings = [offer(), pair("They hold 46,579 km2, 88% of the Donbas.", 46_579, 88), told("a", 12, None)]
    first, second = run(*readings), run(*reversed(readings))
    ids = [
        [check.id for part in (*found.articles, found.overall) for check in part.checks] for found in (first, second)
    ]
    assert len(ids[0]) == len(set(ids[0]))
    assert set(ids[0]) == set(ids[1])


def test_every_check_has_its_evidence() -> None:
    readings = [offer(), pair("They hold 46,579 km2, 88% of the Donbas.", 46_579, 88), told("a", 12, None)]
    found = [check for part in run(*readings).articles for check in part.checks]
    assert found
    for check in found:
        assert check.numbers
        assert check.method
        assert check.quotes
        assert check.finding.endswith(".")
        for quote in check.quotes:
            assert quote.surface in quote.sentence


def test_words_of_the_table_are_single_and_lower_case() -> None:
    table = phrases.table()
    for kind in ("equates", "separates"):
        for lang, words in table[kind].items():
            assert len(words) == len(set(words)), (kind, lang)
            assert all(word == word.lower().strip() for word in words), (kind, lang)
    assert set(table["equates"]) == set(table["separates"])


# --- read from text, in every language ----------------------------------------------------------------------


def read(text: str, lang: str | None = None) -> Reading:
    from geo.models import Article, ArticleInfo
    from geo.reading.reader import read_article

    return read_article(Article(ArticleInfo("x", lang=lang), text))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Russia now holds 46,579 square kilometers of Donetsk and Luhansk, about 88% of the Donbas."),
        ("en", "Russia controls 46,579 square kilometres, or 88% of the Donbas."),
        ("uk", "Росія контролює 46 579 квадратних кілометрів, або 88% Донбасу."),
        ("ru", "Россия контролирует 46 579 квадратных километров, или 88% Донбасса."),
        ("de", "Russland kontrolliert 46.579 Quadratkilometer, also 88 Prozent des Donbass."),
        ("fr", "La Russie contrôle 46 579 kilomètres carrés, soit 88 % du Donbass."),
        ("es", "Rusia controla 46.579 kilómetros cuadrados, es decir, el 88 % del Donbás."),
        ("pl", "Rosja kontroluje 46 579 kilometrów kwadratowych, czyli 88% Donbasu."),
    ],
)
def test_the_donbas_pair_in_every_language(lang: str, text: str) -> None:
    (check,) = [one for one in compare([read(text, lang)]).articles[0].checks if one.kind == "percent against km2"]
    assert check.verdict == "consistent"
    assert check.numbers["stated_km2"] == 46_579
    assert check.numbers["percent_of_stated_km2"] == pytest.approx(88.0, abs=0.1)
    wrong = text.replace("88", "68")
    (check,) = [one for one in compare([read(wrong, lang)]).articles[0].checks if one.kind == "percent against km2"]
    assert check.verdict == "differs"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Russia controls 116,000 square kilometers (20,000 square miles) of Ukraine.", "differs"),
        ("It took 600 sq km, or 500 sq mi, of Kharkiv.", "differs"),
        ("Росія контролює 116 000 кв. км (20 000 кв. миль) України.", "differs"),
    ],
)
def test_one_area_in_two_units(text: str, verdict: str) -> None:
    (check,) = [one for one in compare([read(text)]).articles[0].checks if one.kind == "one area in two units"]
    assert check.verdict == verdict
    assert len(check.quotes) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Russia took 600 sq km of Kharkiv and 500 sq mi of Sumy.",
        "Russia took 600 sq km of Kharkiv, 40 sq km more than the 200 sq mi of last year.",
        "Russia took 600 sq km, or 650 sq km, of Kharkiv.",
    ],
)
def test_other_areas_are_no_second_unit(text: str) -> None:
    assert [one for one in compare([read(text)]).articles[0].checks if one.kind == "one area in two units"] == []


@pytest.mark.parametrize(
    "text",
    [
        "Together the five regions and Crimea make up 22% of Ukraine.",
        "The five regions with Crimea are 22% of Ukraine.",
        "That is 22% of Ukraine: Crimea and five other regions.",
        "П'ять областей та Крим разом становлять 22% України.",
    ],
)
def test_a_list_with_members_that_name_no_region_is_no_list(text: str) -> None:
    assert [one for one in compare([read(text)]).articles[0].checks if one.kind == "share of whole units"] == []


def test_a_list_alone_is_one_in_any_order() -> None:
    checks = compare([read("The Donbas and Crimea make up 22% of Ukraine.")]).articles[0].checks
    (check,) = [one for one in checks if one.kind == "share of whole units"]
    assert (check.verdict, check.numbers["regions"]) == ("differs", "UA-09+UA-14+UA-40+UA-43")


def test_a_figure_in_other_words_means_the_same_land() -> None:
    text = "Venezuela claims Essequibo, about 160,000 square kilometres or one third of Guyana."
    checks = compare([read(text)], country="GY").articles[0].checks
    (check,) = [one for one in checks if one.kind == "percent against km2"]
    assert check.verdict == "differs"


def test_an_old_figure_does_not_hide_that_two_new_ones_differ() -> None:
    text = "They hold {}% of the country."

    def one(id_: str, share: float, date: str) -> Reading:
        said = text.format(share)
        return article(id_, (), [figure(said, f"{share}%", share, "percent", "UA", "controlled")], date=date)

    check = only(
        run(one("a", 19, "2025-08-10"), one("b", 25, "2025-08-14"), one("c", 30, "2022-03-20")),
        "same figure across articles",
    )
    assert check.verdict == "differs"
    assert [quote.article for quote in check.quotes[:2]] == ["a", "b"]
    check = only(run(one("a", 19, "2025-08-10"), one("c", 30, "2022-03-20")), "same figure across articles")
    assert check.verdict == "not checkable"


def test_an_article_of_figures_alone_is_checked() -> None:
    from geo.build import make_atlas

    atlas = make_atlas([read("Russia controls 116,000 square kilometres of Ukraine, or 30% of it.")])
    assert atlas.country == "UA"
    assert atlas.comparison.overall.headline.regions == ()
    assert len(atlas.comparison.articles[0].reported) >= 1
