"""Exports: every file opened with another reader than the one that wrote it."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import math
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import page_atlases as made
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shapely.geometry import shape

from geo import exports
from geo.errors import OutputError
from geo.measure import area_km2
from geo.models import ArticleInfo, Comparison, ControlLayer, Held, Quantity, Reading, Skipped, Unmapped, Why

HOSTILE = '=HYPERLINK("x";"y")'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data")
    exports.write_all(made.two_articles(), path)
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def rings(geometry: dict[str, Any]) -> Iterator[tuple[int, list[list[float]]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield from enumerate(polygon)


def turn(ring: list[list[float]]) -> float:
    """Twice the signed area: positive anticlockwise (the shoelace formula)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))


# --- lines --------------------------------------------------------------------------------------------------


def a_reading() -> Reading:
    claim = made.claim("UA-14", "refused", made.DEMAND, "Donetsk", why=Why("rule", "demanding", 6, 15))
    quantity = Quantity(18, 22, "percent", None, True, "conceded", "a fifth", 0, 7, "a fifth", 0, "about")
    return Reading(ArticleInfo("x", lang="en"), (claim,), (quantity,), (Unmapped("south", 0, 5, "south", 0),))


def test_a_line_has_the_keys_of_the_contract_in_order() -> None:
    line = json.loads(exports.reading_line(a_reading()))
    assert list(line) == ["article", "claims", "quantities", "unmapped", "skipped"]
    assert list(line["article"]) == ["id", "title", "date", "source", "url", "lang"]
    assert " ".join(line["claims"][0]) == "region role actor speaker hedged partial surface start end sentence"
    assert " ".join(line["quantities"][0]) == "min max unit of approx role surface start end sentence"
    assert list(line["unmapped"][0]) == ["surface", "start", "end", "sentence"]
    assert line["skipped"] is None
    assert line["article"]["title"] is None
    assert line["claims"][0]["speaker"] is None
    assert b"\n" not in exports.reading_line(a_reading())


def test_a_line_can_explain_itself() -> None:
    line = exports.reading_line(a_reading(), explain=True)
    assert json.loads(line)["claims"][0]["why"] == {"rule": "rule", "cue": "demanding", "cue_start": 6, "cue_end": 15}
    assert msgspec.json.decode(line, type=Reading) == a_reading()


def test_a_skipped_article_keeps_its_reason() -> None:
    line = exports.reading_line(Reading(ArticleInfo("x"), skipped=Skipped("decode", "binary")))
    assert json.loads(line)["skipped"] == {"stage": "decode", "reason": "binary"}


def test_half_a_surrogate_pair_is_escaped() -> None:
    text = "Donetsk \ud83d falls"
    line = exports.reading_line(Reading(ArticleInfo("x"), (made.claim("UA-14", "demanded", text, "Donetsk"),)))
    assert json.loads(line.decode("utf-8"))["claims"][0]["sentence"] == text
    assert list(json.loads(line)) == ["article", "claims", "quantities", "unmapped", "skipped"]


def test_lines_load_nothing_heavy() -> None:
    code = (
        "import sys\nfrom geo.exports import reading_line\nfrom geo.models import *\n"
        "reading_line(Reading(ArticleInfo('x')))\n"
        "print([n for n in ('pandas', 'numpy', 'pyarrow', 'geopandas', 'shapely', 'requests') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- the table of claims ------------------------------------------------------------------------------------


def test_claims_csv_has_a_row_a_claim_and_room_for_the_editor(folder: Path) -> None:
    rows = table(folder / "claims.csv")
    assert [(row["article"], row["region"], row["role"]) for row in rows] == [
        ("a", "UA-14", "demanded"),
        ("a", "UA-09", "demanded"),
        ("a", "UA-23", "demanded"),
        ("b", "UA-43", "conceded"),
        ("b", "UA-14", "conceded"),
    ]
    assert list(rows[0])[-4:] == ["decision", "new_role", "new_region", "note"]
    last = rows[-1]
    assert (last["region_name"], last["date"], last["hedged"], last["partial"]) == (
        "Donetsk",
        "2025-03-17",
        "true",
        "true",
    )
    assert last["sentence"][int(last["start"]) : int(last["end"])] == last["surface"] == "Donetsk"
    assert len({row["claim"] for row in rows}) == len(rows)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", " =", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_starts_a_formula(first: str) -> None:
    said = f"{first}1+1 Donetsk"
    reading = Reading(
        ArticleInfo(said, title=said, source=said, url=said),
        (made.claim("UA-14", "demanded", said, "Donetsk", speaker=said),),
    )
    (row,) = csv.DictReader(io.StringIO(exports.claims_csv([reading]), newline=""))
    for column in ("article", "title", "source", "url", "speaker", "sentence"):
        assert row[column].startswith("'"), column
        assert row[column].lstrip("'") == said


@pytest.mark.parametrize("separator", [";", "\t", "|", "\n"])
def test_no_formula_behind_another_list_separator(separator: str) -> None:
    said = f'Donetsk{separator}=1+1 and "{separator}"=2'
    text = exports.claims_csv([Reading(ArticleInfo("x"), (made.claim("UA-14", "demanded", said, "Donetsk"),))])
    for line in text.splitlines():
        for cell in line.split(separator):
            assert not cell.lstrip('"').startswith("=")


def test_no_cell_gives_a_terminal_orders_and_offsets_stay_true() -> None:
    said = "\x1b[2J\x9b31m\x07 Donetsk"
    (row,) = csv.DictReader(
        io.StringIO(
            exports.claims_csv([Reading(ArticleInfo("x"), (made.claim("UA-14", "demanded", said, "Donetsk"),))])
        )
    )
    assert row["sentence"] == "\ufffd[2J\ufffd31m\ufffd Donetsk"
    assert row["sentence"][int(row["start"]) : int(row["end"])] == "Donetsk"


def test_texts_that_utf8_cannot_hold_keep_their_length() -> None:
    said = "Donetsk \ud83d\x00 falls"
    (row,) = exports.claims_table([Reading(ArticleInfo("x"), (made.claim("UA-14", "demanded", said, "Donetsk"),))])
    assert row["sentence"] == "Donetsk \ufffd\ufffd falls"
    assert exports.claims_csv([Reading(ArticleInfo("x\ud800"))]).encode()


def test_names_of_areas_and_of_regions_abroad() -> None:
    assert exports.region_names(["UA-14", "crimea", "RU-BEL"]) == {
        "UA-14": "Donetsk",
        "crimea": "Crimea",
        "RU-BEL": "Belgorod",
    }


def test_claims_as_a_frame() -> None:
    frame = exports.claims_frame(made.two_articles().readings)
    assert list(frame["region"]) == ["UA-14", "UA-09", "UA-23", "UA-43", "UA-14"]
    assert not set(frame.columns) & {"decision", "note"}
    assert list(exports.claims_frame([]).columns) == list(frame.columns)


# --- regions ------------------------------------------------------------------------------------------------


def test_regions_csv_joins_by_iso_code(folder: Path) -> None:
    rows = {row["region"]: row for row in table(folder / "regions.csv")}
    assert len(rows) == 27
    donetsk = rows["UA-14"]
    assert (donetsk["main_role"], donetsk["roles"], donetsk["articles"]) == ("demanded", "demanded;conceded", "2")
    assert (donetsk["demanded"], donetsk["conceded"], donetsk["refused"]) == ("1", "1", "0")
    assert donetsk["actors"] == "RU"
    assert rows["UA-30"]["main_role"] == ""
    assert rows["UA-43"]["hedged"] == "true"
    assert sum(float(row["share_percent"]) for row in rows.values()) == pytest.approx(100, abs=0.01)
    assert sum(float(row["area_km2"]) for row in rows.values()) == pytest.approx(599_095, abs=1)
    assert not (folder / "regions.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_claim_outweighs_mentions() -> None:
    said = "Kyiv said that Kyiv stays."
    readings = [
        made.reading("a", [made.claim("UA-30", "mentioned", said, "Kyiv")]),
        made.reading("b", [made.claim("UA-30", "mentioned", said, "Kyiv")]),
        made.reading("c", [made.claim("UA-30", "refused", said, "Kyiv")]),
    ]
    row = next(row for row in exports.regions_table(made.atlas_of(readings)) if row["region"] == "UA-30")
    assert (row["main_role"], row["mentioned"], row["articles"]) == ("refused", 2, 1)


def test_geojson_follows_rfc_7946(folder: Path) -> None:
    text = (folder / "regions.geojson").read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert not {"coordinates", "geometries", "geometry", "properties"} & set(found)
    assert len(found["features"]) == 27
    for feature in found["features"]:
        assert feature["type"] == "Feature"
        for number, ring in rings(feature["geometry"]):
            assert ring[0] == ring[-1]
            assert (turn(ring) > 0) == (number == 0), feature["id"]
            assert all(len(point) == 2 and point == [round(x, 6) for x in point] for point in ring)
    west, south, east, north = found["bbox"]
    assert 22 < west < east < 41
    assert 44 < south < north < 53


def test_geojson_areas_are_those_of_the_full_shapes(folder: Path) -> None:
    for feature in json.loads((folder / "regions.geojson").read_text(encoding="utf-8"))["features"]:
        geometry = shape(feature["geometry"])
        assert geometry.is_valid
        assert area_km2(geometry) == pytest.approx(feature["properties"]["area_km2"], rel=1e-6)


def test_geojson_opens_in_gdal(folder: Path) -> None:
    info = pyogrio.read_info(folder / "regions.geojson")
    assert info["features"] == 27
    assert "4326" in info["crs"]


def test_every_file_says_its_units_and_viewpoint(folder: Path) -> None:
    geojson = json.loads((folder / "regions.geojson").read_text(encoding="utf-8"))["metadata"]
    parquet = json.loads((pq.read_schema(folder / "regions.parquet").metadata or {})[b"concession-maps"])
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for found in (geojson, parquet):
        assert found["viewpoint"] == "un"
        assert "68/262" in found["viewpoint_text"]
        assert found["units"]["area_km2"] == "km2"
        assert found["units"]["share_percent"] == "percent"
    assert package["metadata"]["viewpoint"] == "un"
    checks = json.loads((folder / "checks.json").read_text(encoding="utf-8"))
    assert checks["metadata"]["viewpoint"] == "un"
    with sqlite3.connect(folder / "regions.gpkg") as base:
        texts = " ".join(text for (text,) in base.execute("select metadata from gpkg_metadata"))
        (description,) = base.execute("select description from gpkg_contents where table_name='regions'").fetchone()
    base.close()
    assert 'key="viewpoint">un<' in texts
    assert '"area_km2":"km2"' in texts
    assert "68/262" in description


def test_geopackage_is_sqlite_with_regions_and_claims(folder: Path) -> None:
    base = sqlite3.connect(folder / "regions.gpkg")
    assert base.execute("pragma application_id").fetchone() == (0x47504B47,)
    assert base.execute("pragma integrity_check").fetchone() == ("ok",)
    joined = base.execute(
        "select regions.name, claims.role from claims join regions using (region) order by claims.fid"
    ).fetchall()
    changed = {time for (time,) in base.execute("select last_change from gpkg_contents")}
    (blob,) = base.execute("select geom from regions where region = 'UA-14'").fetchone()
    base.close()
    assert joined[0] == ("Donetsk", "demanded")
    assert len(joined) == 5
    assert changed == {"1970-01-01T00:00:00.000Z"}
    # GeoPackage binary: 8 bytes of header, 32 of the envelope, then well-known binary.
    assert area_km2(shapely.from_wkb(blob[40:])) == pytest.approx(26_599, rel=1e-4)


def test_geoparquet_opens_in_arrow(folder: Path) -> None:
    found = pq.read_table(folder / "regions.parquet")
    geo = json.loads((found.schema.metadata or {})[b"geo"])
    assert geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    rows = {row["region"]: row for row in found.to_pylist()}
    assert len(rows) == 27
    assert area_km2(shapely.from_wkb(rows["UA-40"]["geometry"])) == pytest.approx(750, abs=1)
    assert rows["UA-14"]["demanded"] == 1
    assert rows["UA-30"]["main_role"] is None


def test_geoparquet_is_longitude_and_latitude_to_geopandas(folder: Path) -> None:
    import geopandas as gpd

    frame = gpd.read_parquet(folder / "regions.parquet")
    assert frame.crs.to_authority() == ("OGC", "CRS84")
    assert frame.total_bounds[0] == pytest.approx(22.13, abs=0.01)


def test_schema_does_not_depend_on_the_articles(tmp_path: Path, folder: Path) -> None:
    said = "Kyiv stays."
    exports.write_all(made.atlas_of([made.reading("a", [made.claim("UA-30", "mentioned", said, "Kyiv")])]), tmp_path)
    assert pq.read_schema(tmp_path / "regions.parquet").equals(pq.read_schema(folder / "regions.parquet"))


def test_comparison_and_checks(folder: Path) -> None:
    atlas = made.two_articles()
    read = msgspec.json.decode((folder / "comparison.json").read_bytes(), type=Comparison)
    assert read == atlas.comparison
    checks = json.loads((folder / "checks.json").read_text(encoding="utf-8"))
    assert checks["verdicts"] == {"differs": 1}
    assert checks["checks"][0]["quotes"][0]["article"] == "b"


def test_lines_of_the_build_are_those_of_extract(folder: Path) -> None:
    lines = (folder / "claims.jsonl").read_bytes().splitlines()
    assert lines == [exports.reading_line(one) for one in made.two_articles().readings]


# --- files --------------------------------------------------------------------------------------------------


def test_the_package_describes_every_file_and_column(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    found = {resource["path"]: resource for resource in package["resources"]}
    assert set(found) | {"datapackage.json"} == {path.name for path in folder.iterdir()}
    for name, resource in found.items():
        content = (folder / name).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
    for name in ("claims.csv", "regions.csv"):
        fields = [field["name"] for field in found[name]["schema"]["fields"]]
        assert fields == list(table(folder / name)[0])
    assert [row["region"] for row in exports.regions_table(made.two_articles())] == [
        row["region"] for row in table(folder / "regions.csv")
    ]


def test_the_same_atlas_gives_the_same_bytes(tmp_path: Path, folder: Path) -> None:
    """In another process, a moment later and into another folder."""
    code = (
        "import sys; from pathlib import Path; import page_atlases as made; from geo import exports; "
        "exports.write_all(made.two_articles(), Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=Path(__file__).parent)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_files_are_replaced_not_appended_to(tmp_path: Path) -> None:
    atlas = made.two_articles()
    first = exports.write_all(atlas, tmp_path)
    assert exports.write_all(atlas, tmp_path) == first
    assert pyogrio.read_info(tmp_path / "regions.gpkg", layer="regions")["features"] == 27


def test_the_clock_of_gdal_is_given_back(tmp_path: Path) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    exports.write_all(made.two_articles(), tmp_path)
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def test_a_region_abroad_has_no_share_of_the_country(tmp_path: Path) -> None:
    import geopandas as gpd
    import pandas as pd

    from geo import boundaries

    atlas = made.two_articles()
    abroad = boundaries.regions_by_id(["RU-BEL"])
    regions = gpd.GeoDataFrame(pd.concat([atlas.regions, abroad], ignore_index=True), crs=atlas.regions.crs)
    atlas = replace(atlas, regions=regions)
    row = exports.regions_table(atlas)[-1]
    assert (row["region"], row["share_percent"], row["published_km2"]) == ("RU-BEL", None, None)
    assert row["area_km2"] == pytest.approx(27_100, rel=0.03)
    exports.write_all(atlas, tmp_path)
    found = json.loads((tmp_path / "regions.geojson").read_text(encoding="utf-8"))
    assert found["features"][-1]["properties"]["share_percent"] is None
    assert math.isnan(pyogrio.read_dataframe(tmp_path / "regions.gpkg", layer="regions")["share_percent"].iloc[-1])


def test_held_parts_of_a_control_file(tmp_path: Path, folder: Path) -> None:
    atlas = made.two_articles()
    held = (Held("UA-14", 13_000.12345, 48.87654, 13_599.0),)
    layer = ControlLayer("front.geojson", "2025-03-01", "A desk", "EPSG:4326", 13_000.0, made.area(13_000), 0.0, held)
    comparison = msgspec.structs.replace(atlas.comparison, control=layer)
    exports.write_all(replace(atlas, comparison=comparison), tmp_path)
    rows = {row["region"]: row for row in table(tmp_path / "regions.csv")}
    assert (rows["UA-14"]["held_km2"], rows["UA-14"]["held_percent"]) == ("13000.123", "48.8765")
    assert rows["UA-09"]["held_km2"] == ""
    found = json.loads((tmp_path / "regions.geojson").read_text(encoding="utf-8"))
    assert found["metadata"]["control"] == {"file": "front.geojson", "date": "2025-03-01", "credit": "A desk"}
    assert pq.read_schema(tmp_path / "regions.parquet").equals(pq.read_schema(folder / "regions.parquet"))


def test_hostile_texts_reach_every_file_as_text(tmp_path: Path) -> None:
    said = f"{HOSTILE} <script>alert(1)</script> \ud800 Donetsk"
    claim = made.claim("UA-14", "demanded", said, "Donetsk", speaker=HOSTILE)
    atlas = made.atlas_of([made.reading("a", [claim], title=HOSTILE, url=HOSTILE)])
    exports.write_all(atlas, tmp_path)
    assert table(tmp_path / "claims.csv")[0]["title"] == f"'{HOSTILE}"
    assert json.loads((tmp_path / "claims.jsonl").read_text(encoding="utf-8"))["article"]["title"] == HOSTILE


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=r"file.*choose another folder"):
        exports.write_all(made.two_articles(), tmp_path / "file" / "data")


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "regions.gpkg").mkdir()
    with pytest.raises(OutputError, match=r"regions\.gpkg.*choose another folder"):
        exports.write_all(made.two_articles(), tmp_path)


def test_every_file_is_named_with_what_it_is(folder: Path) -> None:
    assert set(exports.titles()) | {"datapackage.json"} == {path.name for path in folder.iterdir()}
