"""The whole way, from articles to a folder of maps, on the two seed articles and on bad input."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from geo.build import Settings, build, main_country, make_atlas, read
from geo.errors import GeoError, InputError
from geo.models import ArticleInfo, Reading, Skipped

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
PUTIN_DEMANDS, TRUMP_CONSIDERS = "000_21799972783487f5", "002_4690160e7602602b"


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "maps"
    build([SEEDS], out, presets=["web"])
    return out


@pytest.fixture(scope="module")
def comparison(maps: Path) -> dict[str, dict]:
    found = json.loads((maps / "data" / "comparison.json").read_text(encoding="utf-8"))
    return {one["article"]["id"]: one for one in found["articles"]}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_everything_that_is_promised_is_there(maps: Path) -> None:
    names = set(digests(maps))
    data = {"claims.jsonl", "claims.csv", "regions.geojson", "regions.gpkg", "regions.parquet", "comparison.json"}
    assert {f"data/{name}" for name in (*data, "checks.json")} <= names
    assert {"index.html", "comparison.html", "build.json"} <= names
    assert {f"articles/{article}.html" for article in (PUTIN_DEMANDS, TRUMP_CONSIDERS)} <= names
    for ending in ("png", "svg", "pdf", "txt"):
        assert any(name.startswith("images/") and name.endswith(ending) for name in names), ending


def test_what_is_demanded_in_the_first_article(comparison: dict[str, dict]) -> None:
    headline = comparison[PUTIN_DEMANDS]["headline"]
    assert set(headline["regions"]) == {"UA-14", "UA-09", "UA-23", "UA-43", "UA-40"}
    assert "demanded" in headline["basis"]
    assert headline["area"]["km2"] == pytest.approx(107_086, abs=1)
    assert headline["area"]["of_measured_total"] == pytest.approx(17.9, abs=0.05)


def test_what_is_offered_in_the_second_article(comparison: dict[str, dict]) -> None:
    told = comparison[TRUMP_CONSIDERS]
    assert set(told["headline"]["regions"]) == {"UA-14", "UA-09", "UA-43", "UA-40"}
    assert "conceded" in told["headline"]["basis"]
    assert told["headline"]["area"]["km2"] == pytest.approx(80_005, abs=1)
    assert told["headline"]["area"]["of_measured_total"] == pytest.approx(13.4, abs=0.05)
    (reported,) = told["reported"]
    assert (reported["percent"]["low"], reported["percent"]["mid"], reported["percent"]["high"]) == (18, 20, 22)
    (gap,) = told["gaps"]
    assert gap["points"]["mid"] == pytest.approx(6.65, abs=0.06)
    assert "recently seized parts of southern Ukraine" in {phrase["surface"] for phrase in gap["may_explain"]}


def test_places_that_are_no_regions_give_no_claim(maps: Path) -> None:
    lines = (maps / "data" / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    found = {claim["surface"] for line in lines for claim in json.loads(line)["claims"]}
    assert found
    for word in ("Yalta", "Alaska", "Washington", "Vladimir", "Taiwan"):
        assert not any(word in surface for surface in found)


def test_quotes_stand_in_the_articles(maps: Path) -> None:
    for line in (maps / "data" / "claims.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = (SEEDS / f"{record['article']['id']}.txt").read_text(encoding="utf-8")
        for one in (*record["claims"], *record["quantities"], *record["unmapped"]):
            assert text[one["start"] : one["end"]] == one["surface"]
            assert one["sentence"] in text


def test_the_list_of_files_is_true(maps: Path) -> None:
    listed = json.loads((maps / "build.json").read_text(encoding="utf-8"))
    found = digests(maps)
    del found["build.json"]
    assert {name: entry["sha256"] for name, entry in listed["files"].items()} == found
    assert listed["counts"]["articles"] == 2
    assert listed["viewpoint"] == "un"


def test_same_inputs_same_bytes(maps: Path, tmp_path: Path) -> None:
    build([SEEDS], tmp_path / "again", presets=["web"])
    assert digests(tmp_path / "again") == digests(maps)


def test_the_other_viewpoint_has_no_crimea_in_ukraine() -> None:
    atlas = make_atlas(read([SEEDS]), Settings(viewpoint="ne"))
    assert "UA-43" not in set(atlas.regions.loc[atlas.regions["country"] == "UA", "region"])
    assert "UA-43" in set(atlas.regions["region"])


def test_a_failed_build_keeps_the_earlier_maps(maps: Path, tmp_path: Path) -> None:
    kept = tmp_path / "maps"
    shutil.copytree(maps, kept)
    before = digests(kept)
    (tmp_path / "empty.txt").write_text("Nothing is said here about any place.", encoding="utf-8")
    with pytest.raises(InputError, match=r"says how much of one \(empty\)"):
        build([tmp_path / "empty.txt"], kept)
    with pytest.raises(GeoError):
        build([SEEDS], kept, presets=["no such size"])
    assert digests(kept) == before


def test_other_articles_are_drawn_when_one_is_broken(tmp_path: Path) -> None:
    shutil.copy(SEEDS / f"{PUTIN_DEMANDS}.txt", tmp_path / "good.txt")
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02\xff\xfe\x00" * 50)
    built, readings = build([tmp_path], tmp_path / "maps", presets=["web"])
    assert (built.articles, built.skipped) == (1, 1)
    assert [one.article.id for one in readings if one.skipped] == ["bad"]
    listed = json.loads((tmp_path / "maps" / "build.json").read_text(encoding="utf-8"))
    assert listed["skipped"][0]["article"]["id"] == "bad"
    assert listed["skipped"][0]["skipped"]["reason"]


def test_nothing_but_skipped_is_an_error() -> None:
    skipped = Reading(ArticleInfo(id="a"), skipped=Skipped("read", "no such file"))
    with pytest.raises(InputError, match="a: no such file"):
        make_atlas([skipped])


def test_the_country_is_ukraine_where_it_is_named() -> None:
    assert main_country([]) == "UA"


def test_the_atlas_holds_the_shapes_of_a_control_layer(tmp_path: Path) -> None:
    import geopandas as gpd
    import shapely

    path = tmp_path / "held.geojson"
    gpd.GeoDataFrame(geometry=[shapely.box(37.0, 47.0, 39.0, 49.0)], crs=4326).to_file(path)
    readings = read([SEEDS])
    atlas = make_atlas(readings, Settings(control=path, control_date="2025-08-16", control_credit="Made for a test"))
    assert make_atlas(readings).control is None
    assert atlas.control is not None
    assert atlas.comparison.control is not None
    held = atlas.control[atlas.control["held"]]
    assert held["km2"].sum() == pytest.approx(atlas.comparison.control.held.km2)
    assert set(held["region"]) == {one.region for one in atlas.comparison.control.regions if one.held_km2}


def test_every_output_says_that_it_was_reviewed(tmp_path: Path) -> None:
    """Pages, tables, shapes and JSON; in an image the words are drawn, and in its text alternative, too."""
    import pyarrow.parquet as pq
    from PIL import Image

    text, table, out = tmp_path / "a.txt", tmp_path / "t.csv", tmp_path / "maps"
    text.write_text("Russia demands Donetsk. Nothing else was said about the Kherson region.", encoding="utf-8")
    table.write_text(
        "claim;article;decision;new_role;new_region;sentence\r\n"
        ";a;add;demanded;UA-65;Nothing else was said about the Kherson region.\r\n",
        encoding="utf-16",
    )
    built, _ = build([text], out, Settings(review=table), presets=["web"])
    line = "eviewed by hand: 1 of "
    assert line in str(built.reviewed)
    silent = [
        path.relative_to(out).as_posix()
        for path in sorted(out.rglob("*"))
        if path.suffix in (".html", ".txt", ".csv", ".json", ".geojson") and line not in path.read_text("utf-8")
    ]
    assert silent == []
    assert line in pq.read_schema(out / "data/regions.parquet").metadata[b"concession-maps"].decode()
    with sqlite3.connect(out / "data/regions.gpkg") as base:
        assert any(line in one for (one,) in base.execute("SELECT metadata FROM gpkg_metadata"))
    for path in (out / "images").glob("*.png"):
        with Image.open(path) as image:
            assert line in image.info["Description"]
    for path in (out / "images").glob("*.svg"):
        assert line in path.read_text("utf-8")
