"""The bundled boundaries: selection by code, viewpoints, published figures, drawing shapes, damaged files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from geo import boundaries, natural_earth
from geo.errors import BoundaryDataError, UnknownRegionError
from geo.measure import area_km2, areas_km2, union_area_km2

# design figures: geodesic km2 of Natural Earth's shapes, and the published areas beside them
MEASURED = {"UA-14": 26_599, "UA-09": 26_310, "UA-23": 27_081, "UA-65": 26_177, "UA-43": 26_346, "UA-40": 750}
PUBLISHED = {
    "UA-14": 26_517,
    "UA-09": 26_684,
    "UA-23": 27_183,
    "UA-65": 28_461,
    "UA-43": 26_081,
    "UA-40": 864,
}


@pytest.fixture(scope="module")
def ukraine():
    return boundaries.load_regions("UA")


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the bundled folder that a test may damage."""
    folder = tmp_path / "boundaries"
    shutil.copytree(boundaries.data_dir(), folder)
    monkeypatch.setenv(boundaries.FOLDER_VARIABLE, str(folder))
    return folder


def area_by_projection(geometry):
    """An independent area: an equal-area projection centred on the shape."""
    centre = geometry.representative_point()
    equal_area = f"+proj=laea +lat_0={centre.y} +lon_0={centre.x} +ellps=WGS84"
    dense = gpd.GeoSeries([shapely.segmentize(geometry, 0.02)], crs=4326)
    return float(dense.to_crs(equal_area).area.iloc[0]) / 1e6


# --- Ukraine --------------------------------------------------------------------------------


def test_all_27_units_sorted_with_the_documented_columns(ukraine):
    assert list(ukraine.columns) == list(boundaries.COLUMNS)
    assert list(ukraine["region"]) == sorted(ukraine["region"])
    assert len(ukraine) == 27
    assert ukraine.crs.to_epsg() == 4326
    assert ukraine.geometry.is_valid.all()
    west, south, east, north = ukraine.total_bounds
    assert (22 < west < 23, 44 < south < 45, 40 < east < 41, 52 < north < 53) == (True,) * 4


def test_areas_are_the_figures_that_the_product_promises(ukraine):
    areas = ukraine.set_index("region")["area_km2"]
    assert {region: round(areas[region]) for region in MEASURED} == MEASURED
    assert round(areas.sum()) == 599_095


def test_stored_areas_are_those_of_the_shapes(ukraine):
    assert areas_km2(ukraine).to_numpy() == pytest.approx(ukraine["area_km2"].to_numpy(), abs=1e-5)


def test_each_area_is_within_a_hundredth_of_a_percent_of_an_equal_area_projection(ukraine):
    other = ukraine.geometry.map(area_by_projection)
    assert ((ukraine["area_km2"] / other - 1).abs() < 1e-4).all()


def test_units_do_not_overlap(ukraine):
    assert union_area_km2(ukraine.geometry) == pytest.approx(ukraine["area_km2"].sum(), rel=1e-9)


def test_published_areas_stand_beside_the_measured_ones(ukraine):
    published = ukraine.set_index("region")["published_km2"]
    assert {region: published[region] for region in PUBLISHED} == PUBLISHED
    difference = (ukraine["area_km2"] / ukraine["published_km2"] - 1).abs() * 100
    far = set(ukraine.loc[difference > 2, "region"])
    assert far == {
        "UA-65",
        "UA-48",
        "UA-40",
        "UA-30",
        "UA-32",
    }  # lagoons and estuaries; the drawn city limits


def test_names_are_current_romanisations(ukraine):
    names = ukraine.set_index("region")["name"]
    expected = {
        "UA-32": "Kyiv",
        "UA-30": "Kyiv (city)",
        "UA-51": "Odesa",
        "UA-09": "Luhansk",
        "UA-43": "Crimea",
    }
    assert {region: names[region] for region in expected} == expected
    assert names["UA-23"] == "Zaporizhzhia"
    assert names.is_unique
    assert not names.str.contains("Oblast|'", regex=True).any()


def test_the_region_of_kyiv_no_longer_has_the_name_of_the_city(ukraine):
    names = ukraine.set_index("region")["name_uk"]
    assert names["UA-32"] == "Київська область"
    assert names["UA-30"] == "Київ"


def test_every_language_names_every_unit(ukraine):
    for language in boundaries.LANGUAGES:
        assert ukraine[f"name_{language}"].notna().all(), language


# --- viewpoints -----------------------------------------------------------------------------


def test_selection_by_code_keeps_crimea_where_the_country_field_would_lose_it(ukraine):
    de_facto = boundaries.load_regions("UA", viewpoint="ne")
    lost = set(ukraine["region"]) - set(de_facto["region"])
    assert lost == {"UA-43", "UA-40"}
    assert len(de_facto) == 25
    by_country_field = ukraine[ukraine["country_de_facto"] == "UA"]
    assert round(by_country_field["area_km2"].sum()) == round(de_facto["area_km2"].sum()) == 571_999


def test_crimea_is_in_exactly_one_country_under_each_viewpoint():
    for viewpoint, home, other in (("un", "UA", "RU"), ("ne", "RU", "UA")):
        units = boundaries.load_regions(home, viewpoint=viewpoint).set_index("region")
        assert units.loc["UA-43", "country"] == home
        assert units.loc["UA-43", "country_de_facto"] == "RU"
        assert "UA-43" not in set(boundaries.load_regions(other, viewpoint=viewpoint)["region"])


def test_by_id_the_viewpoint_changes_the_country_alone():
    un = boundaries.regions_by_id(["UA-43"])
    ne = boundaries.regions_by_id(["UA-43"], viewpoint="ne")
    assert (un["country"].item(), ne["country"].item()) == ("UA", "RU")
    assert un.geometry.item().equals(ne.geometry.item())


def test_viewpoint_is_said_in_words():
    assert "68/262" in boundaries.viewpoint_text("un")
    assert "de facto" in boundaries.viewpoint_text("ne")
    with pytest.raises(BoundaryDataError, match=r"'us'.*un, ne"):
        boundaries.viewpoint_text("us")


# --- the world ------------------------------------------------------------------------------


@pytest.mark.parametrize(("country", "units", "km2"), [("FR", 101, 632_734), ("GY", 10, 214_969), ("az", 78, 86_600)])
def test_any_country_can_be_loaded_and_drawn(country, units, km2):
    regions = boundaries.load_regions(country)
    assert len(regions) == pytest.approx(units, abs=2)
    assert regions["area_km2"].sum() == pytest.approx(km2, rel=0.025)  # the country's published area
    drawn = boundaries.simplified(regions)
    assert not drawn.geometry.is_empty.any()
    assert len(boundaries.load_context(regions)) >= 3


def test_all_units_of_the_world_are_there_once():
    listed = boundaries.countries()
    assert listed["units"].sum() == 4_596
    assert listed["country"].str.fullmatch("[A-Z]{2}").all()
    assert listed["name"].notna().all()
    assert listed.set_index("country").loc["UA", "published_km2"] == 603_628


def test_codes_that_are_not_unique_are_keyed_by_adm1_code():
    ireland = boundaries.load_regions("IE").set_index("region")
    dublin = ireland[ireland["iso_3166_2"] == "IE-D"]
    assert len(dublin) == 4
    assert all(dublin.index == dublin["adm1_code"])
    assert "IE-KE" in ireland.index
    with pytest.raises(UnknownRegionError) as caught:
        boundaries.regions_by_id(["IE-D"])
    assert sorted(caught.value.candidates) == sorted(dublin.index)


def test_placeholders_are_no_codes():
    sahara = boundaries.load_regions("EH").set_index("region")
    assert "SAH+00?" in sahara.index
    assert sahara.loc["SAH+00?", "iso_3166_2"] is None


def test_guyanas_regions_carry_their_own_names():
    regions = boundaries.load_regions("GY").set_index("region")
    # Published areas (Bureau of Statistics, Guyana), rounded; before the edit half of them are far off.
    published = {"GY-CU": 47_213, "GY-UT": 57_750, "GY-PM": 6_195, "GY-EB": 36_234, "GY-BA": 20_339}
    for region, km2 in published.items():
        assert regions.loc[region, "area_km2"] == pytest.approx(km2, rel=0.12), region
    assert regions.loc["GY-ES", "name"] == "Essequibo Islands-West Demerara"


def test_moscow_city_is_smaller_than_its_region():
    moscow = boundaries.regions_by_id(["RU-MOW", "RU-MOS"]).set_index("region")["area_km2"]
    assert moscow["RU-MOW"] < 3_000 < moscow["RU-MOS"]


@pytest.mark.parametrize(("code", "candidate"), [("UB", "UZ"), ("UKR", "UA"), ("Ukraine", "UA"), ("France", "FR")])
def test_unknown_country_is_refused_with_candidates(code, candidate):
    with pytest.raises(UnknownRegionError) as caught:
        boundaries.load_regions(code)
    assert repr(code) in str(caught.value)
    assert candidate in caught.value.candidates


@pytest.mark.parametrize("code", ["", "  ", "UA-14", "УА"])
def test_what_is_no_country_code_is_refused(code):
    with pytest.raises(UnknownRegionError, match="unknown country"):
        boundaries.load_regions(code)


@pytest.mark.parametrize(("wrong", "candidate"), [("UA-99", "UA-09"), ("donbaz", "donbas"), ("Donetsk", "UA-14")])
def test_unknown_region_is_refused_with_candidates(wrong, candidate):
    with pytest.raises(UnknownRegionError) as caught:
        boundaries.regions_by_id(["UA-14", wrong])
    assert candidate in caught.value.candidates


# --- areas ----------------------------------------------------------------------------------


def test_composites_expand_to_units():
    assert boundaries.expand("donbas") == ("UA-09", "UA-14")
    assert boundaries.expand("UA-14") == ("UA-14",)
    assert boundaries.expand("SY-golan") == ()
    with pytest.raises(UnknownRegionError):
        boundaries.expand("novorossiya")


def test_a_composite_is_one_row_with_the_sum_of_its_units(ukraine):
    units = ukraine[ukraine["region"].isin(["UA-09", "UA-14"])]
    donbas = boundaries.regions_by_id(["donbas"])
    assert donbas["area_km2"].item() == pytest.approx(units["area_km2"].sum())
    assert area_km2(donbas.geometry.item()) == pytest.approx(units["area_km2"].sum(), rel=1e-6)
    assert donbas["published_km2"].item() == 26_517 + 26_684
    assert (donbas["kind"].item(), donbas["adm1_code"].item()) == ("area", None)


def test_regions_of_several_countries_and_areas_in_one_frame():
    frame = boundaries.regions_by_id(["UA-65", "RU-BEL", "crimea", "UA-65"])
    assert list(frame["region"]) == ["RU-BEL", "UA-65", "crimea"]
    assert list(frame.columns) == list(boundaries.COLUMNS)
    assert frame["published_km2"].isna().tolist() == [True, False, False]


def test_an_area_without_units_is_reported_never_zero():
    frame = boundaries.regions_by_id(["SY-golan", "UA-14"])
    assert list(frame["region"]) == ["UA-14"]
    assert frame.attrs["without_geometry"] == ("SY-golan",)
    assert "Golan" not in frame["name"].to_list()
    assert "IL-Z" in frame.attrs["notes"]["SY-golan"]


def test_every_area_of_the_file_has_known_units_and_says_what_it_lacks():
    for area in boundaries.areas().values():
        frame = boundaries.regions_by_id([area.id])
        assert len(frame) == (1 if area.units else 0)
        assert area.note
        assert area.units or not area.exact
        assert len(set(area.units)) == len(area.units)


def test_kosovo_is_all_its_units():
    assert set(boundaries.expand("XK")) == set(boundaries.load_regions("XK")["region"])


# --- drawing --------------------------------------------------------------------------------


def test_simplified_keeps_rows_order_and_shared_borders(ukraine):
    drawn = boundaries.simplified(ukraine)
    assert list(drawn["region"]) == list(ukraine["region"])
    assert shapely.coverage_is_valid(drawn.geometry.to_numpy())
    assert shapely.get_num_coordinates(drawn.geometry.to_numpy()).sum() < 8_000
    assert shapely.get_num_coordinates(ukraine.geometry.to_numpy()).sum() > 20_000


def test_drawn_areas_stay_near_the_measured_ones(ukraine):
    error = (areas_km2(boundaries.simplified(ukraine)) / ukraine["area_km2"] - 1).abs() * 100
    assert error[ukraine["region"] != "UA-40"].max() < 0.05
    assert error[ukraine["region"] == "UA-40"].item() < 0.3


def test_simplifying_each_shape_alone_would_tear_the_borders(ukraine):
    alone = ukraine.geometry.simplify(0.01).to_numpy()
    assert not shapely.coverage_is_valid(alone)


def test_areas_beside_their_own_units_are_simplified_apart():
    frame = boundaries.regions_by_id(["donbas", "UA-09", "UA-14"])
    drawn = boundaries.simplified(frame).set_index("region")
    assert area_km2(drawn.loc["donbas", "geometry"]) == pytest.approx(
        drawn.loc["UA-09", "area_km2"] + drawn.loc["UA-14", "area_km2"], rel=5e-4
    )
    assert shapely.coverage_is_valid(drawn.loc[["UA-09", "UA-14"], "geometry"].to_numpy())


def test_shapes_smaller_than_the_tolerance_do_not_vanish():
    tiny = boundaries.load_regions("MV")
    drawn = boundaries.simplified(tiny, tolerance_degrees=1.0)
    assert not drawn.geometry.is_empty.any()
    assert drawn.geometry.is_valid.all()


@pytest.mark.parametrize(("viewpoint", "holder"), [("un", None), ("ne", "RU")])
def test_context_gives_crimea_to_the_right_country(viewpoint, holder):
    regions = boundaries.load_regions("UA", viewpoint=viewpoint)
    context = boundaries.load_context(regions, viewpoint=viewpoint)
    simferopol = shapely.Point(34.1, 44.95)
    holders = context.loc[context.geometry.contains(simferopol), "country"].to_list()
    assert holders == ([holder] if holder else [])
    assert "UA" not in set(context["country"])


def test_context_has_the_neighbours_named_and_clipped(ukraine):
    context = boundaries.load_context(ukraine, margin_degrees=2)
    assert {"PL", "SK", "HU", "RO", "MD", "BY", "RU"} <= set(context["country"])
    assert context.set_index("country").loc["PL", "name_uk"] == "Польща"
    west, south, east, north = ukraine.total_bounds
    left, bottom, right, top = context.total_bounds
    assert left >= west - 2
    assert bottom >= south - 2
    assert right <= east + 2
    assert top <= north + 2


def test_context_of_single_regions_includes_the_rest_of_their_country():
    context = boundaries.load_context(boundaries.regions_by_id(["UA-43", "RU-BEL"]))
    assert {"UA", "RU"} <= set(context["country"])


def test_context_needs_regions(ukraine):
    with pytest.raises(BoundaryDataError, match="no regions"):
        boundaries.load_context(ukraine.iloc[:0])


def test_cities_lie_in_the_regions_they_are_the_seats_of(ukraine):
    seats = boundaries.load_cities("ua").dropna(subset="region")
    shapes = ukraine.set_index("region").geometry
    assert len(seats) == 26  # the region of Kyiv has its seat in the city
    for seat in seats.itertuples():
        assert shapes[seat.region].distance(shapely.Point(seat.lon, seat.lat)) < 0.05, seat.name
    assert seats.set_index("region").loc["UA-12", "name_uk"] == "Дніпро"


def test_capitals_have_ukrainian_names_where_unicode_has_none():
    capital = boundaries.load_cities("gy").set_index("rank").loc[1]
    assert (capital["name"], capital["name_uk"]) == ("Georgetown", "Джорджтаун")


def test_town_and_district_of_one_name_are_told_apart():
    names = boundaries.load_regions("AZ").set_index("region")[["name", "name_uk"]]
    assert tuple(names.loc["AZ-SUS"]) == ("Shusha", "Шушинський район")
    assert tuple(names.loc["AZE-5565"]) == ("Shusha (town)", "Шуша")


def test_capitals_of_the_neighbours_are_there():
    cities = boundaries.load_cities()
    capitals = cities[cities["rank"] == 1].set_index("country")["name"]
    expected = {"UA": "Kyiv", "RU": "Moscow", "PL": "Warsaw", "MD": "Chisinau", "GY": "Georgetown"}
    got = {code: capitals[code].replace("ş", "s").replace("ă", "a").replace("ș", "s") for code in expected}
    assert got == expected
    assert len(capitals) > 220


# --- denominators ---------------------------------------------------------------------------


def test_denominators_of_ukraine_are_named_with_their_sources(ukraine):
    whole = boundaries.denominators("ua", ukraine)
    assert (whole.published_total_km2, whole.published_land_km2) == (603_628, 579_330)
    assert round(whole.measured_total_km2) == 599_095
    assert len(whole.sources) == 3
    four_and_crimea = ["UA-14", "UA-09", "UA-23", "UA-43", "UA-40"]
    km2 = ukraine.loc[ukraine["region"].isin(four_and_crimea), "area_km2"].sum()
    assert round(km2) == 107_086
    assert round(100 * km2 / whole.measured_total_km2, 1) == 17.9


def test_denominators_of_a_country_without_published_figures():
    whole = boundaries.denominators("FR", boundaries.load_regions("FR"))
    assert (whole.published_total_km2, whole.published_land_km2) == (None, None)
    assert whole.measured_total_km2 > 500_000


def test_reference_areas_cover_ukraine_and_mark_what_is_unconfirmed(ukraine):
    reference = boundaries.reference_areas()
    assert set(reference["regions"]) == set(ukraine["region"])
    for region, entry in reference["regions"].items():
        rounded = round(entry["km2"] / 1000 + 1e-9, 1)
        agrees = abs(rounded - entry["yearbook_thousand_km2"]) < 0.01
        assert entry["confirmed"] == agrees, region
        assert agrees or entry["note"]
    total = sum(entry["km2"] for entry in reference["regions"].values())
    assert total == pytest.approx(reference["countries"]["UA"]["total_km2"], rel=2e-4)


# --- files ----------------------------------------------------------------------------------


def test_description_names_data_scale_and_digest():
    text = boundaries.description()
    recorded = json.loads((boundaries.data_dir() / "SOURCES.json").read_text())["files"]["world.parquet"]["sha256"]
    assert "Natural Earth" in text
    assert "1:10m" in text
    assert recorded[:12] in text
    assert any("GeoNames" in line for line in boundaries.credit_lines())


def test_the_date_of_the_boundaries_is_that_of_the_newest_change_in_them():
    units = pq.read_table(boundaries.data_dir() / "world.parquet", columns=["iso_3166_2"]).to_pandas()
    edits = tomllib.loads((boundaries.data_dir() / "edits.toml").read_text(encoding="utf-8"))
    assert natural_earth.state(units, edits) == boundaries.state_date() == "2020-01-26"
    newer = pd.concat([units, pd.DataFrame({"iso_3166_2": ["KZ-10"]})])
    assert natural_earth.state(newer, edits) is None
    assert natural_earth.state(units[units["iso_3166_2"] != "IN-DH"], edits) is None
    assert natural_earth.state(units, {}) is None


def test_a_digest_is_printed_only_of_a_file_that_has_it(copied):
    assert len(boundaries.load_regions("UA")) == 27
    whole = boundaries.description()
    with (copied / "world.parquet").open("ab") as file:
        file.write(b"more")
    assert len(boundaries.load_regions("UA")) == 27  # the world's file is not read for Ukraine
    with pytest.raises(BoundaryDataError, match=r"world\.parquet is broken or changed") as caught:
        boundaries.description()
    assert whole[-13:-1] in str(caught.value)  # what was expected


@pytest.mark.parametrize("asked", [boundaries.load_regions, boundaries.description, boundaries.credit_lines])
def test_cut_off_edits_are_noticed(copied, asked):
    assert asked() is not None
    data = (copied / "edits.toml").read_bytes()
    (copied / "edits.toml").write_bytes(data[: len(data) // 2])
    with pytest.raises(BoundaryDataError, match=r"edits\.toml is broken or changed"):
        asked()


def test_a_changed_byte_is_noticed(copied):
    data = bytearray((copied / "ukraine.parquet").read_bytes())
    data[len(data) // 2] ^= 1
    (copied / "ukraine.parquet").write_bytes(data)
    with pytest.raises(BoundaryDataError, match=r"ukraine\.parquet is broken or changed.*make boundaries"):
        boundaries.load_regions("UA")


def test_a_file_changed_after_the_first_load_is_noticed(copied):
    assert len(boundaries.load_regions("UA")) == 27
    with (copied / "ukraine.parquet").open("ab") as file:
        file.write(b"more")
    with pytest.raises(BoundaryDataError, match="broken or changed"):
        boundaries.load_regions("UA")


@pytest.mark.parametrize("name", ["ukraine.parquet", "reference_areas.toml", "edits.toml"])
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(BoundaryDataError, match=f"{name} is missing"):
        boundaries.load_regions("UA")


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_broken_sources_are_named(copied, text):
    (copied / "SOURCES.json").write_text(text)
    with pytest.raises(BoundaryDataError, match=r"SOURCES\.json"):
        boundaries.load_regions("UA")


def test_a_folder_without_data_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(boundaries.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(BoundaryDataError, match="no boundary files in CONCESSION_MAPS_BOUNDARIES="):
        boundaries.data_dir()


def test_recorded_files_are_the_files_of_the_folder():
    folder = boundaries.data_dir()
    recorded = json.loads((folder / "SOURCES.json").read_text())
    assert set(recorded["files"]) == {path.name for path in folder.iterdir()} - {"SOURCES.json"}
    assert recorded["edits_left_out"] == []
    assert all(entry["licence"] and entry["credit"] for entry in recorded["inputs"])


def test_light_questions_load_no_pandas():
    code = (
        "import sys; from geo import boundaries as b;"
        "b.description(); b.areas(); b.viewpoint_text('un'); b.data_dir();"
        "sys.exit(any(name in sys.modules for name in ('pandas', 'geopandas', 'shapely', 'pyproj')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_crimea_is_spoken_of_only_where_it_is_on_the_map() -> None:
    assert "68/262" in boundaries.viewpoint_text("un", ["UA"])
    assert "Russia" in boundaries.viewpoint_text("ne", ["RU"])
    assert "Crimea" not in boundaries.viewpoint_text("un", ["GE"]) + boundaries.viewpoint_text("ne", ["GE"])
    around = {code: boundaries.load_context(boundaries.load_regions(code)) for code in ("PL", "TR")}
    assert "Crimea" not in boundaries.viewpoint_text("un", ["PL"], context=around["PL"])
    assert "Crimea" in boundaries.viewpoint_text("un", ["TR"], context=around["TR"])
