"""The control layer: polygons made for the purpose, whose held parts are known from a closed form."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo import boundaries
from geo.compare import compare
from geo.control import from_frame, load_control, split_shapes
from geo.errors import CrsMismatchError, GeoError, InputError, InvalidGeometryError
from geo.models import ArticleInfo, Claim, Quantity, Reading

DATE = "2025-03-17"


def rectangle_km2(west: float, south: float, east: float, north: float) -> float:
    """Area between two meridians and two parallels of WGS 84 (Snyder 1987, Map Projections, equation 3-12)."""
    a, f = 6378.137, 1 / 298.257223563
    e = math.sqrt(f * (2 - f))

    def q(latitude: float) -> float:
        x = e * math.sin(math.radians(latitude))
        return math.sin(math.radians(latitude)) / (1 - x * x) + math.atanh(x) / e

    return a * a * (1 - f) ** 2 * math.radians(east - west) / 2 * (q(north) - q(south))


def frame(*shapes: Any, crs: Any = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": [str(i) for i in range(len(shapes))]}, geometry=list(shapes), crs=crs)


@pytest.fixture(scope="module")
def ukraine() -> Any:
    return boundaries.load_regions("UA")


@pytest.fixture(scope="module")
def donetsk(ukraine: Any) -> Any:
    return ukraine.loc[ukraine["region"] == "UA-14"]


def half_of(regions: Any) -> Any:
    """The part of a region east of the meridian through the middle of its bounds."""
    shape = regions.geometry.iloc[0]
    west, south, east, north = shape.bounds
    return shapely.intersection(shape, shapely.box((west + east) / 2, south, east, north))


def reading(*, quantity: float | None = None, date: str | None = None) -> Reading:
    text = "They demand Donetsk and Luhansk and hold 75% of Donetsk."
    claims = tuple(
        Claim(code, "demanded", "RU", None, False, False, name, text.index(name), text.index(name) + len(name), text, 0)
        for name, code in (("Donetsk", "UA-14"), ("Luhansk", "UA-09"))
    )
    at = text.index("75%")
    figure = Quantity(quantity or 0, quantity or 0, "percent", "UA-14", False, "controlled", "75%", at, at + 3, text, 0)
    return Reading(ArticleInfo("a", date=date), claims, (figure,) if quantity else ())


# --- areas -------------------------------------------------------------------------------------------


def test_a_rectangle_of_meridians_and_parallels_has_its_closed_form() -> None:
    held = from_frame(frame(shapely.box(30, 45, 35, 50)), name="made")
    assert held.km2 == pytest.approx(rectangle_km2(30, 45, 35, 50), rel=1e-7)


def test_long_edges_are_straight_in_the_files_own_coordinates() -> None:
    """An equal-area projection (EPSG:3035): a square of 1,000 km has 1,000,000 km2, which its corners alone miss."""
    square = gpd.GeoSeries([shapely.box(5_000_000, 2_500_000, 6_000_000, 3_500_000)], crs=3035)
    assert from_frame(square, name="made").km2 == pytest.approx(1_000_000, rel=1e-6)
    corners = square.to_crs(4326)
    assert from_frame(corners, name="made").km2 != pytest.approx(1_000_000, rel=1e-3)


def test_what_overlaps_counts_once() -> None:
    held = from_frame(frame(shapely.box(30, 45, 33, 50), shapely.box(32, 45, 35, 50)), name="made")
    assert held.km2 == pytest.approx(rectangle_km2(30, 45, 35, 50), rel=1e-6)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".parquet"])
def test_any_format_and_system(suffix: str, donetsk: Any, tmp_path: Path) -> None:
    path = tmp_path / f"held{suffix}"
    moved = donetsk[["region", "geometry"]].to_crs(4326 if suffix == ".geojson" else 32637)
    if suffix == ".parquet":
        moved.to_parquet(path)
    else:
        moved.to_file(path)
    found = compare([reading()], control=load_control(path, date=DATE, credit="Made for a test")).control
    assert found is not None
    assert (found.file, found.date, found.credit) == (path.name, DATE, "Made for a test")
    assert found.crs == ("EPSG:4326" if suffix == ".geojson" else "EPSG:32637")
    held = {one.region: one for one in found.regions}
    assert held["UA-14"].held_percent == pytest.approx(100, abs=1e-3)
    assert held["UA-09"].held_km2 == 0
    assert held["UA-09"].not_held_km2 == pytest.approx(26310, abs=1)
    assert found.held.of_measured_total == pytest.approx(4.44, abs=0.01)
    assert found.outside_km2 == pytest.approx(0, abs=0.1)


def test_the_country_as_its_own_control_layer_is_all_held(ukraine: Any) -> None:
    found = compare([reading()], control=from_frame(ukraine, name="all")).control
    assert found is not None
    assert found.held.of_measured_total == pytest.approx(100, abs=1e-3)
    assert all(one.held_percent == pytest.approx(100, abs=1e-2) for one in found.regions)


def test_land_outside_the_country_is_told_apart(donetsk: Any) -> None:
    sea = shapely.box(0, 45, 1, 46)
    found = compare([reading()], control=from_frame(frame(donetsk.geometry.iloc[0], sea), name="made")).control
    assert found is not None
    assert found.outside_km2 == pytest.approx(rectangle_km2(0, 45, 1, 46), rel=1e-4)


# --- the demand that is not held ---------------------------------------------------------------------


def test_the_rest_of_a_demand(donetsk: Any) -> None:
    half = half_of(donetsk)
    held = from_frame(frame(half), name="half.gpkg", date=DATE)
    split = compare([reading()], control=held).articles[0].control
    assert split is not None
    whole = 26598.98 + 26310.22
    assert split.held.km2 == pytest.approx(held.km2, rel=1e-6)
    assert split.held.km2 + split.not_held.km2 == pytest.approx(whole, abs=0.1)
    assert [one.region for one in split.regions] == ["UA-09", "UA-14"]
    assert split.regions[1].held_percent == pytest.approx(100 * held.km2 / 26598.98, abs=1e-3)
    assert "half.gpkg" in split.text
    assert "17 March 2025" in split.text


def test_no_control_layer_no_split() -> None:
    found = compare([reading()])
    assert found.control is None
    assert found.articles[0].control is None


def test_a_stated_amount_is_checked_against_the_layer(donetsk: Any) -> None:
    held = from_frame(frame(half_of(donetsk)), name="made")
    true = 100 * held.km2 / 26598.98

    def verdicts(percent: float, date: str | None = None) -> list[str]:
        layer = from_frame(frame(half_of(donetsk)), name="made", date=DATE)
        found = compare([reading(quantity=percent, date=date)], control=layer).articles[0].checks
        return [one.verdict for one in found if one.kind == "against control layer"]

    assert verdicts(round(true, 1)) == ["consistent"]
    assert verdicts(round(true) + 10) == ["differs"]
    assert verdicts(round(true) + 10, "2025-04-01") == ["differs"]
    assert verdicts(round(true) + 10, "2022-04-01") == ["not checkable"]


@pytest.mark.parametrize(
    ("text", "lang", "verdict"),
    [
        ("Moscow demands the remaining {}% of Donetsk.", "en", "consistent"),
        ("Moscow demands that Ukraine give up the rest, about {}% of Donetsk.", "en", "consistent"),
        ("Росія вимагає віддати решту {}% Донецької області.", "uk", "consistent"),
        ("Moscow demands {}% of Donetsk.", "en", None),
    ],
)
def test_the_rest_is_checked_against_what_the_layer_leaves(donetsk: Any, text: str, lang: str, verdict: str) -> None:
    from geo.models import Article
    from geo.reading.reader import read_article

    held = from_frame(frame(half_of(donetsk)), name="made")
    rest = round(100 - 100 * held.km2 / 26598.98)

    def checked(percent: int) -> list[Any]:
        told = read_article(Article(ArticleInfo("a", lang=lang), text.format(percent)))
        checks = compare([told], control=held).articles[0].checks
        return [one for one in checks if one.kind == "against control layer"]

    if verdict is None:
        assert checked(rest) == []
        return
    (fits,), (wrong,) = checked(rest), checked(rest - 30)
    assert (fits.verdict, wrong.verdict) == ("consistent", "differs")
    assert fits.numbers["not_held_km2"] == pytest.approx(26598.98 - held.km2, abs=0.1)
    assert "not known" in wrong.finding


def test_a_file_with_several_layers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    for layer in ("held", "other"):
        frame(shapely.box(37, 47, 38, 48)).to_file(path, layer=layer)
    with pytest.raises(InputError, match=r"2 layers of shapes in it \(held, other\)"):
        load_control(path)


def test_split_shapes_add_up(ukraine: Any, donetsk: Any) -> None:
    held = from_frame(frame(half_of(donetsk)), name="made")
    parts = split_shapes(held, ukraine)
    assert list(parts.columns) == ["region", "held", "km2", "geometry"]
    assert parts["km2"].sum() == pytest.approx(ukraine["area_km2"].sum(), abs=0.5)
    assert list(parts.loc[parts["region"] == "UA-14", "held"]) == [True, False]
    assert parts.loc[parts["held"], "km2"].sum() == pytest.approx(held.km2, rel=1e-6)
    with pytest.raises(CrsMismatchError):
        split_shapes(held, ukraine.to_crs(3857))


# --- what is refused ---------------------------------------------------------------------------------

BOW = shapely.Polygon([(30, 45), (35, 50), (35, 45), (30, 50)])
DATE_LINE = shapely.Polygon([(179, 45), (-179, 45), (-179, 50), (179, 50)])


@pytest.mark.parametrize(
    ("shapes", "crs", "error", "words"),
    [
        ([BOW], 4326, InvalidGeometryError, "row 0: invalid ring"),
        ([shapely.box(30, 45, 31, 46), BOW], 4326, InvalidGeometryError, "row 1: invalid ring"),
        ([DATE_LINE], 4326, InvalidGeometryError, "180th meridian"),
        ([shapely.box(3e5, 5e6, 4e5, 6e6)], 4326, InvalidGeometryError, "expected degrees"),
        ([shapely.box(30, 45, 31, 46)], None, CrsMismatchError, "no coordinate reference system"),
        ([shapely.Polygon()], 4326, InvalidGeometryError, "row 0: an empty shape"),
        ([None], 4326, InvalidGeometryError, "row 0: an empty shape"),
        ([shapely.Point(30, 45)], 4326, InvalidGeometryError, "Point has no area"),
        ([shapely.box(-9e9, 0, -8e9, 1e6)], 32636, InvalidGeometryError, "no numbers"),
        ([], 4326, InputError, "no shapes"),
    ],
)
def test_layers_that_cant_be_measured(
    shapes: list[Any], crs: Any, error: type[GeoError], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "layer.parquet"
    gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=crs)).to_parquet(path)
    with pytest.raises(error, match=words) as caught:
        load_control(path)
    assert "layer.parquet" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_coordinate_that_is_no_number_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "layer.geojson"
    ring = "[[1e308, 1e308], [NaN, 2], [3, Infinity], [1e308, 1e308]]"
    path.write_text(
        f'{{"type": "Feature", "properties": {{}}, "geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}'
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning would stand before the line that names the row
        with pytest.raises(InvalidGeometryError, match="row 0: invalid ring"):
            load_control(path)


@pytest.mark.parametrize("box", [(0, 45, 5, 50), (45, 30, 50, 35)])
def test_no_land_in_common(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(InvalidGeometryError, match="no land in common with Ukraine"):
        compare([reading()], control=from_frame(frame(shapely.box(*box)), name="made"))


def test_a_border_in_common_is_no_land_in_common() -> None:
    west, _, _, _ = boundaries.load_regions("UA").total_bounds
    layer = from_frame(frame(shapely.box(west - 1, 40, west, 55)), name="made")
    with pytest.raises(InvalidGeometryError, match="no land in common"):
        compare([reading()], control=layer)


@pytest.mark.parametrize("content", [b"", b"{}", b"words", b'{"type": "FeatureCollection"'])
def test_files_that_are_no_layers(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "layer.geojson"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"layer\.geojson"):
        load_control(path)


def test_a_missing_file_and_a_wrong_date(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_control(tmp_path / "none.gpkg")
    with pytest.raises(InputError, match="ISO 8601"):
        load_control(tmp_path / "none.gpkg", date="17 March")


def test_another_country() -> None:
    guyana = boundaries.load_regions("GY")
    one = guyana.loc[guyana["region"] == "GY-CU"]
    found = compare([], country="GY", control=from_frame(one, name="made")).control
    assert found is not None
    assert found.held.of_measured_total == pytest.approx(100 * 47967.8389 / 211213.68, abs=1e-4)
    assert found.held.of_published_total is None
