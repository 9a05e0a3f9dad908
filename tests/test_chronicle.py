"""The chronicle: counts by hand, the page's and the images' numbers, the folder; each bad thing has a plain answer."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from corpora import PLAIN, jsonl

from geo import chronicle
from geo.chronicle import images, page
from geo.chronicle.tally import QUOTES, Tally, breaks, tally
from geo.chronicle.write import _atlas, _rows
from geo.cli import main
from geo.corpus import run
from geo.errors import InputError, OutputError
from geo.images.sheet import lines

FILL = (
    "Bakers in the valley sell more rye than wheat this winter, the guild found.",
    "A tram line closed for repair opens again on Friday after two years.",
    "Divers looked for the lost bell in the harbour and came back without it.",
    "Pupils planted sixty lime trees along the road to the old mill.",
    "The library lends tools as well as books, and most come back clean.",
    "Night trains run again between the two ports, with fewer coaches.",
)
DEMAND = "Russia demands that Ukraine cede Donetsk before any ceasefire."
REFUSE = "Kyiv refused to give up Kherson, the minister said."
ELSEWHERE = "Russia demands that Georgia cede Abkhazia, the envoy said."


def text(number: int, *told: str) -> str:
    """A text of its own for each number: no two are near copies."""
    own = [f"Item {number} word{number}x{at} stands beside word{number}y{at} and word{number}z{at}." for at in range(6)]
    return " ".join([FILL[number % 6], *told, *own])


ARTICLES: list[tuple[str, str, str | None, str | None]] = [
    # id, text, date, source: a story of January that B prints again in March, one of February by A, one without month
    ("first", text(1, DEMAND), "2025-01-10", "Paper A"),
    ("again", text(1, DEMAND), "2025-03-02", "Paper B"),
    ("second", text(2, DEMAND, REFUSE), "2025-02-05T08:00:00Z", "Paper A"),
    ("undated", text(3, DEMAND), None, None),
    ("crimea", text(4, "Russia annexed Crimea in 2014."), "2025-03-09", "Paper B"),
    ("far", text(5, ELSEWHERE), "2025-03-09", "Paper B"),
    ("nothing", text(6), "2025-03-09", "Paper B"),
]


def make(folder: Path, articles: list[tuple[str, str, str | None, str | None]], extra: bytes = b"") -> Path:
    keys = ("id", "text", "date", "source")
    items = [{key: value for key, value in zip(keys, one, strict=True) if value} for one in articles]
    (folder / "a.jsonl").write_bytes(jsonl(items) + extra)
    run([folder / "a.jsonl"], folder / "corpus", shard_bytes=600)
    return folder / "corpus"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("chronicle"), ARTICLES, b"{broken\n")


@pytest.fixture(scope="module")
def counted(corpus: Path) -> Tally:
    return tally(corpus)


def region(counted: Tally, code: str) -> int:
    return counted.regions.index(code)


# --- counts ---------------------------------------------------------------------------------------------------


def test_a_story_counts_once_in_the_month_of_its_first_printing(counted: Tally) -> None:
    assert counted.months == ("2025-01", "2025-02", "2025-03")
    donetsk = region(counted, "UA-14")
    assert counted.count(role="demanded", region=donetsk) == {0: 3}
    assert counted.count(role="demanded", region=donetsk, by="month") == {0: 1, 1: 1, -1: 1}
    assert counted.count(role="demanded", region=donetsk, by="month", what="articles") == {0: 1, 1: 1, 2: 1, -1: 1}
    assert counted.count(role="demanded", by="region", region=None) == {donetsk: 3}
    assert counted.count(role="refused", by="region", region=None) == {region(counted, "UA-65"): 1}


def test_each_source_that_prints_a_story_counts_it(counted: Tally) -> None:
    names = [source.name for source in counted.sources]
    assert {source.name: (source.articles, source.stories) for source in counted.sources} == {
        "Paper A": (2, 2),
        "Paper B": (3, 3),
        None: (1, 1),
    }
    by_source = counted.count(role="demanded", by="source", source=None)
    assert {names[at]: stories for at, stories in by_source.items()} == {"Paper A": 2, "Paper B": 1, None: 1}
    assert counted.count(role="demanded", source=names.index("Paper B"), by="month") == {2: 1}


def test_an_area_counts_for_its_units_and_other_countries_apart(counted: Tally) -> None:
    annexed = counted.count(role="annexed", by="region", region=None)
    assert {counted.regions[at] for at in annexed} == {"UA-43", "UA-40"}
    assert counted.count(role="annexed") == {0: 1}
    assert counted.elsewhere == {"GE-AB": 1}


def test_the_totals_say_what_is_not_counted(counted: Tally) -> None:
    totals = counted.totals
    assert (totals.read, totals.naming, totals.stories, totals.reprints, totals.undated) == (7, 6, 5, 1, 1)
    assert totals.skipped == {"json": 1}
    assert totals.complete
    assert counted.reprints.to_dict("records") == [
        {"story": "first", "id": "first", "source": "Paper A", "date": "2025-01-10", "url": None},
        {"story": "first", "id": "again", "source": "Paper B", "date": "2025-03-02", "url": None},
    ]


def test_every_region_and_role_has_a_quote_that_leads_back(counted: Tally) -> None:
    texts = {name: body for name, body, _date, _source in ARTICLES}
    found = {(quote.region, quote.role) for quote in counted.quotes}
    cells = counted.cells[(counted.cells["region"] >= 0) & (counted.cells["source"] == -1)]
    assert len(found) == len(cells[["region", "role"]].drop_duplicates())
    for quote in counted.quotes:
        assert quote.sentence in texts[quote.id]
        assert quote.mark is not None
    first = next(quote for quote in counted.quotes if quote.id == "first")
    assert first.mark is not None
    assert first.sentence[slice(*first.mark)] == "Donetsk"
    assert first.printed == 2
    assert {counted.sources[at].name for at in first.sources} == {"Paper A", "Paper B"}


def test_articles_with_the_same_id_keep_their_own_claims(tmp_path: Path) -> None:
    twice = [("x", text(1, DEMAND), "2025-01-01", "A"), ("x", text(2, REFUSE), "2025-02-01", "A")]
    found = tally(make(tmp_path, [*twice]))
    assert found.totals.stories == 2
    assert found.count(role="demanded", by="month") == {0: 1}
    assert found.count(role="refused", by="month") == {1: 1}
    assert found.totals.same_ids == 1


def test_quotes_are_capped_and_spread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.chronicle.tally.QUOTES", 6)
    many = [(f"a{i}", text(i, DEMAND), f"2025-{1 + i % 3:02d}-01", f"Paper {i % 2}") for i in range(30)]
    found = tally(make(tmp_path, [*many, ("r", text(99, REFUSE), "2025-01-01", "Paper 0")]))
    assert len(found.quotes) == 6
    assert QUOTES > 1000
    assert {quote.role for quote in found.quotes} == {"demanded", "refused"}
    assert {quote.month for quote in found.quotes} == {0, 1, 2}


def test_months_between_are_listed_and_wrong_ones_are_no_months(tmp_path: Path) -> None:
    dates = ["2024-11-30", "2025-02-01", "2024", "2025-02-28"]
    found = tally(make(tmp_path, [(f"a{i}", text(i, DEMAND), date, "A") for i, date in enumerate(dates)]))
    assert found.months == ("2024-11", "2024-12", "2025-01", "2025-02")
    assert found.count(role="demanded", by="month") == {0: 1, 3: 2, -1: 1}


def test_another_country_is_drawn_where_none_of_ukraine_is_named(tmp_path: Path) -> None:
    folder = make(tmp_path, [("far", text(5, ELSEWHERE), "2025-03-09", "B")])
    assert tally(folder).country == "GE"
    with pytest.raises(InputError, match="it names regions of GE, none of UA: choose the country"):
        tally(folder, country="ua")


def test_without_the_library_for_near_copies_every_output_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["geo.corpus.run"], "find_spec", lambda name: None)
    folder = make(tmp_path, ARTICLES)
    found = tally(folder)
    assert (found.totals.compared, found.totals.stories, found.totals.reprints) == (False, 6, 0)
    built = chronicle.build(folder, tmp_path / "maps", presets=("column",))
    assert any("near copies were not looked for" in one for one in built.notices)
    words = "Near copies were not looked for"
    assert words in (tmp_path / "maps" / "images" / "corpus-regions-column.txt").read_text()
    assert '"compared":false' in (tmp_path / "maps" / "index.html").read_text()


def test_without_any_date_there_is_no_month_and_a_note(tmp_path: Path) -> None:
    folder = make(tmp_path, [("a", text(1, DEMAND), None, "A")])
    built = chronicle.build(folder, tmp_path / "maps", presets=("web", "vertical"))
    assert built.months == 0
    assert any("no article has a date" in one for one in built.notices)


@pytest.mark.parametrize(
    ("most", "ends"), [(0, ()), (1, (1,)), (5, (1, 2, 3, 4, 5)), (6, (1, 2, 5)), (40, (1, 2, 5, 10, 20))]
)
def test_classes_are_round_numbers(most: int, ends: tuple[int, ...]) -> None:
    assert breaks(most) == ends


@pytest.mark.parametrize("most", [7, 99, 100, 12345, 10**7])
def test_classes_rise_and_hold_the_highest(most: int) -> None:
    ends = breaks(most)
    assert ends[0] == 1
    assert list(ends) == sorted(set(ends))
    assert ends[-1] <= most
    assert len(ends) <= 5


# --- what can go wrong ----------------------------------------------------------------------------------------


def test_no_region_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of its 1 articles names a region"):
        tally(make(tmp_path, [("a", " ".join(PLAIN), None, None)]))


def test_a_run_that_has_not_ended(tmp_path: Path) -> None:
    folder = make(tmp_path, ARTICLES)
    (folder / "manifest.json").unlink()
    with pytest.raises(InputError, match="has not ended: run the same command again"):
        tally(folder)
    found = CliRunner().invoke(main, ["build", str(folder), "-o", str(tmp_path / "maps")])
    assert found.exit_code == 2
    assert "has not ended" in found.output


def test_a_damaged_manifest_and_data_sets_of_two_runs(tmp_path: Path) -> None:
    folder = make(tmp_path, ARTICLES)
    (folder / "claims" / "part-000000.parquet").unlink()
    with pytest.raises(InputError, match="don't belong together"):
        tally(folder)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        tally(folder)


@pytest.mark.parametrize("options", [["--review", "x.csv"], ["--control", "x.gpkg"], ["--allow-private"]])
def test_options_for_articles_are_refused(corpus: Path, options: list[str]) -> None:
    found = CliRunner().invoke(main, ["build", str(corpus), *options])
    assert found.exit_code == 2
    assert "is for articles" in found.output


def test_a_corpus_stands_alone(corpus: Path) -> None:
    found = CliRunner().invoke(main, ["build", str(corpus), str(corpus)])
    assert found.exit_code == 2
    assert "give that one alone" in found.output


# --- the folder -----------------------------------------------------------------------------------------------


def test_the_folder_has_page_images_and_tables_and_the_same_bytes_twice(corpus: Path, tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["build", str(corpus), "-o", str(tmp_path / "a"), "--preset", "column"])
    assert found.exit_code == 0, found.output
    assert "5 stories in 6 articles, 3 months, 3 sources" in found.output
    assert "near copies (counted once with the first): 1" in found.output
    chronicle.build(corpus, tmp_path / "b", presets=("column",))
    digests = [
        {path.relative_to(one).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in one.rglob("*.*")}
        for one in (tmp_path / "a", tmp_path / "b")
    ]
    assert digests[0] == digests[1]
    manifest = json.loads((tmp_path / "a" / "build.json").read_text())
    assert manifest["counts"]["near_copies"] == 1
    assert manifest["skipped_by_stage"] == {"json": 1}
    assert set(manifest["files"]) == set(digests[0]) - {"build.json"}
    links = set(re.findall(r'"((?:images|data)/[^"]+|build\.json)"', (tmp_path / "a" / "index.html").read_text()))
    assert len(links) == 2 * 3 + 4
    assert all((tmp_path / "a" / link).is_file() for link in links)


def test_tables_hold_every_cell(corpus: Path, counted: Tally, tmp_path: Path) -> None:
    chronicle.build(corpus, tmp_path / "maps", presets=("column",))
    rows = list(csv.DictReader((tmp_path / "maps" / "data" / "counts.csv").open(encoding="utf-8-sig")))
    demanded = [row for row in rows if row["role"] == "demanded" and row["region"] == "UA-14"]
    assert [(row["month"], row["stories"], row["articles"]) for row in demanded] == [
        ("", "1", "1"),
        ("2025-01", "1", "1"),
        ("2025-02", "1", "1"),
        ("2025-03", "0", "1"),
    ]
    by_source = list(csv.DictReader((tmp_path / "maps" / "data" / "sources.csv").open(encoding="utf-8-sig")))
    assert len(rows) + len(by_source) == len(list(_rows(counted))) == len(counted.cells)
    assert sum(int(row["stories"]) for row in by_source if row["role"] == "demanded" and row["region"] == "any") == 4


def test_a_corpus_with_lost_parts_is_drawn_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "b.parquet").write_bytes(b"no such thing")
    keys = ("id", "text", "date", "source")
    (tmp_path / "a.jsonl").write_bytes(jsonl([dict(zip(keys, ARTICLES[0], strict=True))]))
    run([tmp_path / "a.jsonl", tmp_path / "b.parquet"], tmp_path / "corpus")
    found = CliRunner().invoke(main, ["build", str(tmp_path / "corpus"), "-o", str(tmp_path / "m"), "--preset", "web"])
    assert found.exit_code == 1
    assert "is not complete" in found.output
    assert "Not complete: parts of the inputs" in (tmp_path / "m" / "images" / "corpus-regions-web.txt").read_text()


# --- page and images ------------------------------------------------------------------------------------------


@cache
def drawn(folder: Path) -> tuple[Tally, Any]:
    found = tally(folder)
    return found, _atlas(found, "un")


def test_the_page_holds_the_counts(corpus: Path) -> None:
    found, atlas = drawn(corpus)
    html = page.render(found, atlas)
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index]
    numbers = {one["id"]: at for at, one in enumerate(data["regions"])}
    cells = {(source, role, place): flat for source, role, place, flat in data["cells"]}
    assert cells[-1, "demanded", numbers["UA-14"]] == [-1, 1, 1, 0, 1, 1, 1, 1, 1, 2, 0, 1]
    assert cells[-1, "demanded", -1] == cells[-1, "demanded", numbers["UA-14"]]
    assert data["first"] == "demanded"
    assert data["elsewhere"] == [{"names": {"en": "Abkhazia", "uk": data["elsewhere"][0]["names"]["uk"]}, "stories": 1}]
    assert "://" not in re.sub(r'"(boundaries|url|credits)":[^,]*', "", html.split("<script>")[0])


def test_many_sources_are_summed_into_one_entry(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, _shapes = drawn(corpus)
    monkeypatch.setattr(page, "MOST_SOURCES", 1)
    listed, others, cells = page._cells(found)
    assert (listed, others) == ([0], 2)
    summed = {(source, role, place): flat for source, role, place, flat in cells}
    role = 0  # demanded
    kept = found.sources[0].name
    rest = 4 - found.count(role="demanded", source=0)[0]
    assert kept == "Paper B"
    assert sum(summed[1, role, -1][1::3]) == rest


def test_an_untrusted_text_stays_a_text(tmp_path: Path) -> None:
    bad = "</script><script>alert(1)</script>"
    folder = make(tmp_path, [("a", text(1, f"{DEMAND[:-1]} {bad}."), "2025-01-01", bad)])
    found, atlas = drawn(folder)
    found = replace(
        found, quotes=tuple(msgspec.structs.replace(one, url="javascript:alert(1)") for one in found.quotes)
    )
    html = page.render(found, atlas)
    assert "alert(1)</script>" not in html
    assert '"url":"javascript' not in html


@pytest.mark.parametrize("preset", images.ALL)
@pytest.mark.parametrize("kind", images.KINDS)
def test_images_say_the_numbers(corpus: Path, kind: images.Kind, preset: str) -> None:
    found, atlas = drawn(corpus)
    figure = images.draw(found, atlas, kind, preset=preset)
    told = [line.get_text() for line in lines(figure)]
    assert any("January 2025 – March 2025" in one for one in told)
    assert "1 article is a near copy of an earlier one and counts once" in " ".join(told)
    if kind == "regions":
        assert "3 stories" in told
        assert any(one.startswith("Donetsk 3") for one in told)
    else:
        assert "Paper A" in told
        assert "Demanded" in told
    width, height = figure.get_size_inches() * 96
    for line in lines(figure):
        assert line.left >= -1
        assert line.left + line.run.width * line.size <= width + 1, line.get_text()
        assert 0 <= line.get_position()[1] <= height, line.get_text()


def test_the_text_alternative_says_what_is_drawn(corpus: Path) -> None:
    found, atlas = drawn(corpus)
    alt = images.alt_text(found, atlas, "regions")
    assert "Demanded: 3 stories (Donetsk 3)." in alt
    assert "Annexed: 1 story (Crimea 1, Sevastopol 1)." in alt
    assert "Вимагають" in images.alt_text(found, atlas, "regions", lang="uk")


def test_an_unknown_kind_of_image(corpus: Path) -> None:
    found, atlas = drawn(corpus)
    with pytest.raises(OutputError, match="the kinds are regions, sources"):
        images.draw(found, atlas, "other")  # type: ignore[arg-type]
