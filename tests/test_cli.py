"""The command line: results, exit status, and wrong use of every command in one clear line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"


def run(*arguments: str | Path, stdin: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "geo.cli", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_extract_prints_the_contract() -> None:
    done = run("extract", SEEDS)
    assert done.returncode == 0
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(records) == 2
    for record in records:
        assert list(record) == ["article", "claims", "quantities", "unmapped", "skipped"]
        assert list(record["article"]) == ["id", "title", "date", "source", "url", "lang"]
        assert record["claims"]
        for claim in record["claims"]:
            assert list(claim) == [
                *("region", "role", "actor", "speaker", "hedged", "partial"),
                *("surface", "start", "end", "sentence"),
            ]
        for quantity in record["quantities"]:
            assert list(quantity) == [
                *("min", "max", "unit", "of", "approx", "role", "surface", "start", "end", "sentence"),
            ]


def test_extract_from_standard_input_in_order() -> None:
    lines = [{"id": str(n), "text": "Moscow demands the Donetsk region.", "lang": "en"} for n in range(3)]
    done = run("extract", "-", stdin="\n".join(json.dumps(line) for line in lines))
    assert done.returncode == 0
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["article"]["id"] for one in found] == ["0", "1", "2"]
    assert {(c["region"], c["role"], c["actor"]) for c in found[0]["claims"]} == {("UA-14", "demanded", "RU")}


def test_explain_says_which_rule_and_words() -> None:
    line = json.dumps({"id": "a", "text": "Moscow demands the Donetsk region.", "lang": "en"})
    (claim,) = json.loads(run("extract", "-", "--explain", stdin=line).stdout)["claims"]
    assert claim["why"]["rule"]
    assert claim["why"]["cue"] == "demands"


def test_extract_as_a_table() -> None:
    done = run("extract", SEEDS, "--format", "csv")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def test_a_broken_input_is_skipped_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Moscow demands the Donetsk region.", encoding="utf-8")
    done = run("extract", tmp_path / "no.txt", tmp_path / "a.txt")
    assert done.returncode == 1
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["skipped"]["reason"]
    assert second["claims"]
    assert "no.txt" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["extract"],
        ["extract", "seeds", "--format", "xml"],
        ["build"],
        ["build", "seeds", "--country", "ZZ", "-o", "{out}"],
        ["build", "seeds", "--viewpoint", "moon", "-o", "{out}"],
        ["build", "seeds", "--preset", "billboard", "-o", "{out}"],
        ["build", "seeds", "--theme", "pink", "-o", "{out}"],
        ["build", "seeds", "--lang", "xx", "-o", "{out}"],
        ["build", "seeds", "--style", "no-such.toml", "-o", "{out}"],
        ["build", "seeds", "--review", "no-such.csv", "-o", "{out}"],
        ["build", "seeds", "--control", "no-such.gpkg", "-o", "{out}"],
        ["build", "seeds", "-o", "pyproject.toml"],
        ["build", "seeds", "-o", "geo"],
        ["check"],
        ["check", "seeds", "--country", "ZZ"],
        ["check", "no-such-folder"],
        ["boundaries", "--viewpoint", "moon"],
        ["boundaries", "refresh", "--url", "ftp://127.0.0.1/x", "--folder", "{out}"],
        ["corpus", "seeds"],
        ["corpus", "seeds", "-o", "{out}", "--jobs", "0"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_line_and_status_2(arguments: list[str], tmp_path: Path) -> None:
    done = run(*(part.replace("{out}", str(tmp_path / "out")) for part in arguments))
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    assert len(done.stderr.strip().splitlines()) <= 4
    assert not (tmp_path / "out" / "index.html").exists()


def test_debug_shows_the_traceback() -> None:
    assert "Traceback" in run("check", "no-such-folder", "--debug").stderr


def test_check_reports_and_its_status_says_so(tmp_path: Path) -> None:
    text = "The four regions that Russia annexed, Donetsk, Luhansk, Zaporizhzhia and Kherson, are 15% of Ukraine."
    line = json.dumps({"id": "a", "text": text, "lang": "en"})
    done = run("check", "-", stdin=line)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "differs" in done.stdout
    assert run("check", "-", "--exit-zero", stdin=line).returncode == 0
    found = json.loads(run("check", "-", "--json", stdin=line).stdout)
    assert found["country"] == "UA"


def test_boundaries_are_listed() -> None:
    done = run("boundaries")
    assert done.returncode == 0
    assert "Natural Earth" in done.stdout
    assert any(line.startswith("UA") and "27 units" in line for line in done.stdout.splitlines())


ARTICLE = (
    "Russia demands Donetsk. It holds roughly 20% of Ukraine. Little was said about the south. Odesa was named once."
)


def test_an_own_table_of_hedges(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text(ARTICLE, encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text("[about]\nlow = 0.95\nhigh = 1.05\n", encoding="utf-8")
    done = run("check", text, "--conventions", own, "--json")
    found = json.loads(done.stdout)
    assert found["articles"][0]["reported"][0]["percent"] == {"low": 19.0, "mid": 20.0, "high": 21.0}
    assert {"hedge": "about", "low_factor": 0.95, "high_factor": 1.05}.items() <= next(
        one for one in found["conventions"] if one["hedge"] == "about"
    ).items()
    assert "20% is taken as 19% to 21%" in run("check", text, "--conventions", own).stdout


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (None, "can't be read"),
        ("[roughly]\nlow = 0.9\nhigh = 1.1", "no such kind of hedge: roughly; expected some of exact"),
        ("[about]\nlow = 1.2\nhigh = 1.1", "low = 1.2, high = 1.1; expected factors"),
        ("about = 3", "about is no table"),
        ("[about", "can't be read"),
    ],
)
def test_a_wrong_table_of_hedges_is_refused_in_one_line(tmp_path: Path, table: str | None, named: str) -> None:
    text, own = tmp_path / "a.txt", tmp_path / "own.toml"
    text.write_text(ARTICLE, encoding="utf-8")
    if table is not None:
        own.write_text(table, encoding="utf-8")
    done = run("check", text, "--conventions", own)
    assert done.returncode == 2
    assert named in done.stderr
    assert done.stderr.count("\n") == 1


def test_check_in_ukrainian_and_in_no_language(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text(ARTICLE, encoding="utf-8")
    assert "Донецька область" in run("check", text, "--lang", "uk").stdout
    done = run("check", text, "--lang", "xx")
    assert done.returncode == 2
    assert "choose one of en, uk" in done.stderr


def test_an_added_claim_is_looked_for_in_the_whole_text(tmp_path: Path) -> None:
    """Also in a sentence from which nothing was read."""
    text, table = tmp_path / "a.txt", tmp_path / "t.csv"
    text.write_text(ARTICLE, encoding="utf-8")
    row = "claim,article,decision,new_role,new_region,sentence\n,a,add,demanded,UA-51,{}\n"
    table.write_text(row.format("Little was said about the south."), encoding="utf-8")
    done = run("check", text, "--review", table, "--json")
    assert done.returncode in (0, 1)
    found = json.loads(done.stdout)
    assert found["reviewed"] == "reviewed by hand: 1 of 2 claims"
    assert "UA-51" in found["overall"]["headline"]["regions"]
    assert "not reviewed" in done.stderr
    table.write_text(row.format("It wants Odesa."), encoding="utf-8")
    done = run("check", text, "--review", table)
    assert done.returncode == 2
    assert "'It wants Odesa.' does not stand in article a" in done.stderr
