"""The report says the figures, the verdicts and the quotes, and knows when something differs."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import geopandas as gpd
import msgspec
import shapely
from page_atlases import two_articles

from geo.build import Settings
from geo.models import Check, Quote
from geo.report import all_checks, bundled, check, lines


def checks(verdict: str) -> Check:
    quote = Quote("a", "They hold half of it.", "half", 0, 4)
    return Check("x", "kind", ("a",), verdict, "Half is not a third.", "Division.", {"said": 50.0}, (quote,))  # type: ignore[arg-type]


def test_the_report_names_figures_viewpoint_and_quotes() -> None:
    atlas = two_articles()
    text = "\n".join(lines(atlas))
    assert "68/262" in text
    assert atlas.comparison.boundaries in text
    assert "599,095 km²" in text
    assert "603,628 km²" in text
    assert "Donetsk" in text
    assert "roughly 20%" in text
    assert "DIFFERS" in text
    assert "Sum of the areas." in text


def test_a_check_that_stands_twice_is_told_once() -> None:
    atlas = two_articles()
    comparison = atlas.comparison
    one, *rest = comparison.articles
    same = checks("consistent")
    doubled = msgspec.structs.replace(
        comparison,
        articles=(msgspec.structs.replace(one, checks=(same,)), *(msgspec.structs.replace(r, checks=()) for r in rest)),
        overall=msgspec.structs.replace(comparison.overall, checks=(same,)),
    )
    assert all_checks(doubled) == [same]
    assert "1 check: consistent 1" in "\n".join(lines(dataclasses.replace(atlas, comparison=doubled)))


def test_the_report_speaks_ukrainian() -> None:
    text = "\n".join(lines(two_articles(), "uk"))
    assert "Донецька область" in text
    assert "599\xa0095 км²" in text
    assert "РІЗНИТЬСЯ" in text or "РОЗХОДИТЬСЯ" in text
    for word in ("Donetsk", "measured", "Reported", "method", "interval"):
        assert word not in text


def test_nothing_to_check_is_said() -> None:
    atlas = two_articles()
    comparison = atlas.comparison
    empty = msgspec.structs.replace(
        comparison, articles=tuple(msgspec.structs.replace(one, checks=()) for one in comparison.articles)
    )
    assert "The texts give nothing to check." in "\n".join(lines(dataclasses.replace(atlas, comparison=empty)))


def test_what_is_bundled() -> None:
    text = bundled()
    ukraine = next(line for line in text.splitlines() if line.startswith("UA"))
    assert "27 units" in ukraine
    assert "599,095 km2" in ukraine
    assert "published 603,628 km2" in ukraine
    de_facto = next(line for line in bundled("ne").splitlines() if line.startswith("UA"))
    assert "25 units" in de_facto


def test_a_control_layer_is_told_region_by_region(tmp_path: Path) -> None:
    text, layer = tmp_path / "a.txt", tmp_path / "held.gpkg"
    text.write_text("Moscow demands Donetsk. It holds 75% of Donetsk.", encoding="utf-8")
    box = shapely.box(37.8, 46.9, 42.0, 49.0)
    gpd.GeoDataFrame(geometry=[box], crs=4326).to_file(layer)
    found = check([text], Settings(control=layer, control_credit="Own count")).text
    assert "held.gpkg, Own count (EPSG:4326)" in found
    assert re.search(r"land\): .*Donetsk\s+[0-9.]+%", found, re.DOTALL)
    assert "lie outside Ukraine" in found


def test_how_much_of_each_further_unit_it_would_take() -> None:
    found = check([Path(__file__).parents[1] / "seeds"]).text
    assert re.search(r"Not enough alone, in percent of the unit: 1\d\d% of \w+", " ".join(found.split()))
