"""The corpus: every engine and every interruption end in the same bytes, and each bad thing costs itself only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import PLAIN, TOLD, jsonl, packed, page, records, warc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.articles import read_inputs
from geo.corpus import datasets, engines, gate, repeated, run
from geo.corpus import task as tasks
from geo.corpus.columns import column
from geo.corpus.plan import Shard, plan
from geo.corpus.sources import articles, may_name_a_region
from geo.corpus.task import Task, work
from geo.errors import InputError, MissingExtraError, OutputError
from geo.models import Article, ArticleInfo, Claim, Quantity, Reading, Skipped, Unmapped, Why
from geo.reading.names import beginnings, named, names
from geo.reading.reader import read_article

SMALL = 20_000


def table(out: Path, name: str) -> list[dict[str, Any]]:
    """Give a data set's rows, shard by shard in order."""
    return [row for file in sorted((out / name).iterdir()) for row in pq.read_table(file).to_pylist()]


def digests(out: Path) -> dict[str, str]:
    """Digest every file of a result but its state."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and datasets.STATE not in path.parts
    }


def info(one: Article | Reading) -> ArticleInfo:
    """What is known of an article, whether it was read as far as its text or not."""
    return one.info if isinstance(one, Article) else one.article


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of every kind of input, with bad records in it."""
    folder = tmp_path_factory.mktemp("corpus")
    made = records(300)
    lines = jsonl(made[:200]).splitlines(keepends=True)
    lines[50:50] = [b"{broken\n", b"\n", b'{"id": "no-text"}\n', b'{"id": "empty", "text": " "}\n']
    (folder / "a.jsonl").write_bytes(b"".join(lines))
    (folder / "b.jsonl.gz").write_bytes(packed(jsonl(made[200:240])))
    columns = {key: [item[key] for item in made[240:280]] for key in made[0]}
    pq.write_table(pa.table(columns), folder / "c.parquet", row_group_size=10)
    (folder / "texts" / "deep").mkdir(parents=True)
    for item in made[280:]:
        (folder / "texts" / "deep" / f"{item['id']}.txt").write_text(item["text"], encoding="utf-8")
    warc(folder / "d.warc.gz", [("https://example.org/1", "text/html", page(TOLD[0]))])
    return folder


@pytest.fixture(scope="module")
def undisturbed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The digests of a serial run over the corpus."""
    out = tmp_path_factory.mktemp("out") / "serial"
    assert run([corpus], out, shard_bytes=SMALL).complete
    return digests(out)


# --- what comes out -------------------------------------------------------------------------------------------


def test_the_data_sets_hold_what_the_reader_reads_in_input_order(tmp_path: Path) -> None:
    made = records(40)
    (tmp_path / "a.jsonl").write_bytes(jsonl(made))
    report = run([tmp_path / "a.jsonl"], tmp_path / "out", shard_bytes=3000)
    assert report.complete
    assert report.shards > 3
    wanted = [read_article(one) for one in read_inputs([tmp_path / "a.jsonl"]) if isinstance(one, Article)]
    found = table(tmp_path / "out", "articles")
    assert [one["id"] for one in found] == [item["id"] for item in made]
    assert [(one["claims"], one["quantities"], one["unmapped"]) for one in found] == [
        (len(one.claims), len(one.quantities), len(one.unmapped)) for one in wanted
    ]
    claims = table(tmp_path / "out", "claims")
    assert [(one["article"], one["region"], one["role"], one["start"], one["sentence"]) for one in claims] == [
        (one.article.id, claim.region, claim.role, claim.start, claim.sentence)
        for one in wanted
        for claim in one.claims
    ]
    assert claims
    texts = {item["id"]: item["text"] for item in made}
    for name in ("claims", "quantities", "unmapped"):
        for one in table(tmp_path / "out", name):
            assert texts[one["article"]][one["start"] : one["end"]] == one["surface"]
            assert one["source"].startswith("Paper")
    assert report.rows == {name: len(table(tmp_path / "out", name)) for name in datasets.NAMES}


def test_the_columns_hold_every_field_of_the_records() -> None:
    lost = {"why"}  # spread over rule, cue, cue_start and cue_end
    for name, record in (("claims", Claim), ("quantities", Quantity), ("unmapped", Unmapped)):
        assert set(record.__struct_fields__) - lost <= set(datasets.schemas()[name].names)
    assert set(Why.__struct_fields__) <= set(datasets.schemas()["claims"].names)


def test_each_kind_of_input_gives_the_same_articles(tmp_path: Path) -> None:
    import zstandard

    made = records(30)
    plain = jsonl(made)
    (tmp_path / "a.jsonl").write_bytes(plain)
    (tmp_path / "a.jsonl.gz").write_bytes(packed(plain[:2000]) + packed(plain[2000:]))
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress(plain[:2000]) + zstandard.compress(plain[2000:]))
    pq.write_table(pa.Table.from_pylist(made), tmp_path / "a.parquet", row_group_size=7)
    wanted = [one for one in read_inputs([tmp_path / "a.jsonl"]) if isinstance(one, Article)]
    for name in ("a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet"):
        found = [one for shard in plan([tmp_path / name], shard_bytes=1500) for one in articles(shard)]
        assert [info(one) for one in found] == [one.info for one in wanted], name
        told = [one for one in wanted if named(one.text)]
        assert [one for one in found if isinstance(one, Article) and named(one.text)] == told, name
        assert 0 < len(told) < len(wanted)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 199, 200, 201, 1000, 10**6])
def test_byte_ranges_lose_and_double_no_line(size: int, tmp_path: Path) -> None:
    lines = [f'{{"id": "{"x" * (number % 5)}{number}", "text": "t"}}' for number in range(30)]
    for ending in ("\n", "\r\n", "\n\n"):
        (tmp_path / "a.jsonl").write_text("\ufeff" + ending.join(lines), encoding="utf-8", newline="")
        shards = plan([tmp_path / "a.jsonl"], shard_bytes=size)
        found = [info(one).id for shard in shards for one in articles(shard)]
        assert found == [json.loads(line)["id"] for line in lines]


def test_ids_and_sidecar_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in" / "2024").mkdir(parents=True)
    (tmp_path / "in" / "2024" / "x.txt").write_text(TOLD[0])
    (tmp_path / "in" / "x.md").write_text(PLAIN[0])
    (tmp_path / "in" / "2024" / "articles.toml").write_text('[x]\ntitle = "A title"\n')
    run([tmp_path / "in"], tmp_path / "out")
    assert [(one["id"], one["title"]) for one in table(tmp_path / "out", "articles")] == [
        ("2024/x", "A title"),
        ("x", None),
    ]


def test_parquet_dates_and_numbers(tmp_path: Path) -> None:
    import datetime

    when = datetime.date(2025, 3, 18)
    pq.write_table(pa.table({"id": [1, 2], "text": ["One.", None], "date": [when, when]}), tmp_path / "a.parquet")
    report = run([tmp_path / "a.parquet"], tmp_path / "out")
    assert [(one["id"], one["date"]) for one in table(tmp_path / "out", "articles")] == [("1", "2025-03-18")]
    assert [(one["id"], one["stage"]) for one in table(tmp_path / "out", "skipped")] == [("2", "parquet")]
    assert report.complete


def test_parquet_text_that_is_no_utf8_costs_its_row_only(tmp_path: Path) -> None:
    texts = pa.array([b"One.", b"\xff\xfe", b"Three."]).cast(pa.string(), safe=False)
    pq.write_table(pa.table({"id": ["1", "2", "3"], "text": texts}), tmp_path / "a.parquet")
    report = run([tmp_path / "a.parquet"], tmp_path / "out")
    assert [one["id"] for one in table(tmp_path / "out", "articles")] == ["1", "3"]
    assert report.stages == {"decode": 1}


# --- web archives ---------------------------------------------------------------------------------------------


def test_pages_of_a_web_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    taken: list[str] = []
    real = trafilatura.bare_extraction

    def extraction(*args: Any, **options: Any) -> Any:
        taken.append(options["url"])
        return real(*args, **options)

    monkeypatch.setattr(trafilatura, "bare_extraction", extraction)
    references = "".join(f"&#{ord(char)};" for char in TOLD[3])
    warc(
        tmp_path / "a.warc.gz",
        [
            ("https://example.org/told", "text/html; charset=utf-8", page(TOLD[0])),
            ("https://example.org/plain", "text/html", page("Nothing else happened.")),
            ("https://example.org/references", "text/html", page(references)),
            ("https://example.org/picture", "image/png", b"\x89PNG"),
        ],
    )
    report = run([tmp_path / "a.warc.gz"], tmp_path / "out")
    assert report.complete
    assert taken == ["https://example.org/told", "https://example.org/references"]
    found = table(tmp_path / "out", "articles")
    assert [one["url"].rpartition("/")[2] for one in found] == ["told", "plain", "references"]
    assert found[0]["id"] == "00000000-0000-0000-0000-000000000000"
    assert found[0]["claims"] > 0
    assert [one["stage"] for one in table(tmp_path / "out", "skipped")] == ["warc"]


def test_an_archive_that_is_cut_off_is_never_taken_for_whole(tmp_path: Path) -> None:
    pages = [(f"https://example.org/{number}", "text/html", page(PLAIN[0])) for number in range(3)]
    warc(tmp_path / "whole.warc.gz", pages)
    data = (tmp_path / "whole.warc.gz").read_bytes()
    plain = b"".join(_members(data))
    last = plain.rindex(b"WARC/1.0")
    end = plain.rindex(b"</html>")
    cuts = [*range(last + 9, last + 440), end]
    for name, whole, places in (("a.warc", plain, cuts), ("a.warc.gz", data, range(len(data) - 500, len(data) - 1, 9))):
        for cut in places:
            (tmp_path / name).write_bytes(whole[:cut])
            found = list(articles(Shard(0, "warc", (str(tmp_path / name),), (name,))))
            told = [one for one in found if isinstance(one, Reading) and one.skipped]
            assert [one.skipped.stage for one in told if one.skipped] == ["input"], (name, cut)
            assert len(found) - len(told) <= 3


def _members(data: bytes) -> Iterator[bytes]:
    import zlib

    while data:
        unpacked = zlib.decompressobj(31)
        yield unpacked.decompress(data)
        data = unpacked.unused_data


def test_the_cheap_look_never_hides_a_region() -> None:
    for text in TOLD[:4]:
        assert may_name_a_region(page(text))
    assert may_name_a_region("<p>Крым</p>".encode("cp1251"))
    assert not may_name_a_region(page(PLAIN[0]))


# --- the gate -------------------------------------------------------------------------------------------------


def looked_at(line: bytes) -> Reading | None:
    """What the gate says of a line by itself."""
    ((_at, whole, reading),) = gate.looked_at(line)
    assert whole == line
    return reading


_PARTS = st.one_of(
    st.sampled_from(
        [*TOLD, *PLAIN, "Donetsk", "ДОНЕЦЬК", "Kherson's", "Ivano\u2010Frankivsk", "K\u00adherson", "\u200bCrimea"]
    ),
    st.sampled_from(sorted(names().forms)[::7]).flatmap(lambda one: st.sampled_from([one, one.title(), one.upper()])),
    st.text(max_size=8),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PARTS, max_size=6), st.booleans())
def test_the_gate_never_hides_a_region(parts: list[str], ascii_only: bool) -> None:
    text = " ".join(parts)
    line = json.dumps({"id": "a", "text": text}, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    if gate.nothing_named(line):
        assert not named(text)
        short = looked_at(line)
        assert short is None or short == read_article(Article(ArticleInfo("a"), text))


def test_the_gate_knows_most_lines_without_regions_and_no_line_with_one() -> None:
    for text in PLAIN:
        assert looked_at(json.dumps({"id": "a", "text": text}).encode()) == Reading(ArticleInfo("a"))
    curly = json.dumps({"id": "a", "text": "It’s “cold” — très froid."}, ensure_ascii=False).encode()
    assert looked_at(curly) == Reading(ArticleInfo("a"))
    for text in TOLD[:4]:
        for plain in (True, False):
            assert not gate.nothing_named(json.dumps({"id": "a", "text": text}, ensure_ascii=plain).encode())


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b'{"id": 1}',
        b'{"id": "a", "text": " "}',
        b'{"id": "a", "text": "12 + 3"}',
        b'{"id": "", "text": "x"}',
        b'{"id": "a", "text": "\xff"}',
    ],
)
def test_what_can_not_be_read_is_told_where_every_line_is_read(line: bytes) -> None:
    assert gate.nothing_named(line)
    assert looked_at(line) is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([*TOLD, *PLAIN, "12", "\r", ""]), max_size=30),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_lines_looked_at_together_are_those_looked_at_alone(texts: list[str], ending: str, ended: bool) -> None:
    lines = [(json.dumps({"id": "a", "text": one}) + ending).encode() for one in texts]
    if lines and not ended:
        lines[-1] = lines[-1].rstrip()
    found = list(gate.looked_at(b"".join(lines)))
    assert [line for _at, line, _reading in found] == lines
    assert [at for at, _line, _reading in found] == [sum(map(len, lines[:number])) for number in range(len(lines))]
    assert [reading for _at, _line, reading in found] == [looked_at(line) for line in lines]


def test_every_beginning_is_looked_for() -> None:
    for word in beginnings():
        assert not gate.nothing_named(f"... {word} ...".encode())


# --- columns --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.string(), ["a", None, "", "Донецьк", None, "x" * 99]),
        (pa.binary(), [b"\x00\xff", None, b""]),
        (pa.bool_(), [True, None, False, *[True] * 9]),
        (pa.int32(), [1, -(2**31), 2**31 - 1, None]),
        (pa.float64(), [0.1, None, float("inf")]),
    ],
)
def test_columns_are_those_that_arrow_makes(kind: pa.DataType, values: list[Any]) -> None:
    for some in (values, values[:0], [one for one in values if one is not None], [None, None]):
        made = column(some, kind)
        made.validate(full=True)
        assert made.equals(pa.array(some, kind))


def test_a_column_of_another_type() -> None:
    with pytest.raises(TypeError, match="no column is of type"):
        column([1], pa.int64())


def test_reading_a_shard_loads_no_pandas(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(records(20)))
    script = "import sys; from geo.corpus import run; from pathlib import Path; run(sys.argv[1:2], Path(sys.argv[2])); "
    script += "print('pandas' in sys.modules)"
    command = [sys.executable, "-c", script, str(tmp_path / "a.jsonl"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_what_workers_are_forked_from_has_loaded_arrow_and_has_no_second_thread() -> None:
    script = (
        "import os, sys, geo.corpus.warm; print('pyarrow.parquet' in sys.modules, len(os.listdir('/proc/self/task')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "1"]


# --- repeated ids ---------------------------------------------------------------------------------------------


def test_repeated_ids_are_counted_told_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = records(40)
    (tmp_path / "a.jsonl").write_bytes(jsonl(made))
    (tmp_path / "b.jsonl").write_bytes(jsonl([*made[:7], made[0], *records(3, seed=2)]))
    for size in (repeated.PASS, 10):
        monkeypatch.setattr(repeated, "PASS", size)
        report = run([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], tmp_path / f"out{size}", shard_bytes=4000)
        assert report.repeated_ids == 7 + 1 + 3
        assert report.rows["articles"] == 51
        assert "11 articles have the id of an earlier one" in report.text
    manifest = json.loads((tmp_path / "out10" / "manifest.json").read_text())
    assert manifest["repeated"] == {"ids": 11}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(["a", "b", "aa", "", "ü", "x" * 300]), st.text(max_size=5)), max_size=40))
def test_hashes_are_equal_where_ids_are(ids: list[str]) -> None:
    clean = [one.encode("utf-8", "replace").decode() for one in ids]
    array = pa.array(["zzz", *clean], pa.string())
    for hashes in (repeated.hashed(array)[1:], repeated.hashed(array.slice(1))):
        assert len(set(hashes.tolist())) == len(set(clean))
        assert [hashes.tolist().index(one) for one in hashes.tolist()] == [clean.index(one) for one in clean]


def test_hashes_spread_over_the_passes() -> None:
    hashes = repeated.hashed(pa.array([f"article-{number}" for number in range(5000)]))
    assert len(set(hashes.tolist())) == 5000
    shares = [int((hashes % 5 == part).sum()) / 5000 for part in range(5)]
    assert max(shares) < 0.25


# --- engines --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_processes_and_dask_give_the_same_bytes(corpus: Path, undisturbed: dict[str, str], tmp_path: Path) -> None:
    for name, options in (("processes", {"jobs": 2}), ("dask", {"jobs": 2, "scheduler": "local"})):
        report = run([corpus], tmp_path / name, shard_bytes=SMALL, **options)
        assert report.complete, report.text
        assert digests(tmp_path / name) == undisturbed, name


def test_bad_records_are_counted_by_stage(corpus: Path, undisturbed: dict[str, str], tmp_path: Path) -> None:
    report = run([corpus], tmp_path / "out", shard_bytes=SMALL)
    assert report.rows["articles"] == 301
    assert report.rows["skipped"] == 3
    assert report.stages == {"json": 2, "read": 1}
    assert digests(tmp_path / "out") == undisturbed
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert manifest["rows"] == report.rows
    assert manifest["complete"] is True
    for shard in manifest["shards"]:
        for name, digest in shard["sha256"].items():
            assert undisturbed[f"{name}/{shard['file']}"] == digest


def test_a_cluster_without_workers_is_given_up_and_a_local_one_gets_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Client, LocalCluster

    (tmp_path / "a.jsonl").write_bytes(jsonl(records(3)))
    monkeypatch.setattr(engines, "_LOOK", 0.1)
    monkeypatch.setattr(engines, "WORKERLESS", 0)
    with LocalCluster(n_workers=0, processes=False, protocol="tcp", dashboard_address=None) as cluster:
        with pytest.raises(OutputError, match="no worker for 0 minutes; what is done is kept"):
            run([tmp_path / "a.jsonl"], tmp_path / "out", scheduler=cluster.scheduler_address)
        monkeypatch.setattr(engines, "WORKERLESS", 60)
        with Client(cluster, set_as_default=False) as client:
            shards = plan([tmp_path / "a.jsonl"])
            all_tasks = [Task(shard, str(tmp_path / "out"), signatures=False) for shard in shards]
            (outcome,) = engines._OnCluster(client, "local", cluster, 1).run(all_tasks)
    assert (outcome.articles, outcome.failure) == (3, None)


def test_no_scheduler_there(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(records(2)))
    with pytest.raises(InputError, match="no address of a Dask scheduler"):
        run([tmp_path / "a.jsonl"], tmp_path / "out", scheduler="nonsense")


# --- interruptions --------------------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from geo.corpus import run
if __name__ == "__main__":
    run([sys.argv[1]], Path(sys.argv[2]), jobs=int(sys.argv[3]), shard_bytes=int(sys.argv[4]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_killed_at_ten_random_moments_ends_in_the_same_bytes(
    jobs: int, corpus: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    command = [sys.executable, str(script), str(corpus), str(tmp_path / "out"), str(jobs), str(SMALL)]
    rng = random.Random(jobs)
    for _ in range(10):
        child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.05, 2.0))
        child.kill()
        child.wait()
    report = run([corpus], tmp_path / "out", shard_bytes=SMALL)
    assert report.complete
    assert digests(tmp_path / "out") == undisturbed
    assert not (tmp_path / "out" / datasets.STATE / "temporary").exists()


def test_a_rerun_reads_only_what_is_missing(corpus: Path, undisturbed: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run([corpus], out, shard_bytes=SMALL)
    (out / "articles" / "part-000001.parquet").unlink()
    (out / "manifest.json").unlink()
    again = run([corpus], out, shard_bytes=SMALL)
    assert (first.resumed, again.resumed) == (0, first.shards - 1)
    assert digests(out) == undisturbed


def _work_or_die(task: Task) -> int:
    """Stand in for `work` in a worker: one shard kills its process, each first try of another does."""
    mark = Path(task.out).parent / f"tried-{task.shard.index}"
    if task.shard.index == 1 or (task.shard.index == 3 and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return work(task)


def _work_or_raise(task: Task) -> int:
    """Stand in for `work`: one shard always fails."""
    if task.shard.index == 1:
        raise OSError(5, "Input/output error")
    return work(task)


def _work_until_full(task: Task) -> int:
    """Stand in for `work`: the disk is full when the third shard takes its names."""
    if task.shard.index == 2:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(datasets, "_sync", _full)
            return work(task)
    return work(task)


def _full(path: Path) -> None:
    raise OSError(28, "No space left on device", str(path))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_a_shard_that_kills_its_process_is_put_aside_and_the_rest_is_read(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = records(60)
    (tmp_path / "a.jsonl").write_bytes(jsonl(made))
    monkeypatch.setattr(engines, "work", _work_or_die)
    options: dict[str, Any] = {"jobs": 2, "shard_bytes": 5000}
    if engine == "dask":
        options["scheduler"] = "local"
    report = run([tmp_path / "a.jsonl"], tmp_path / "out", **options)
    assert not report.complete
    assert list(report.quarantined) == ["a.jsonl [5000:10000]"]
    assert "its process died 4 times" in report.quarantined["a.jsonl [5000:10000]"]
    assert "run the same command again" in report.text
    assert (tmp_path / "out" / "quarantine" / "part-000001.json").is_file()
    assert len(list((tmp_path / "out" / "articles").iterdir())) == report.shards - 1
    monkeypatch.undo()
    again = run([tmp_path / "a.jsonl"], tmp_path / "out", shard_bytes=5000)
    assert again.complete
    assert again.resumed == report.shards - 1
    assert again.rows["articles"] == 60
    assert not (tmp_path / "out" / "quarantine").exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_shard_that_always_fails_is_put_aside(jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(records(30)))
    monkeypatch.setattr(engines, "work", _work_or_raise)
    report = run([tmp_path / "a.jsonl"], tmp_path / "out", jobs=jobs, shard_bytes=5000)
    assert report.quarantined == {"a.jsonl [5000:10000]": "OSError: [Errno 5] Input/output error"}
    assert not list((tmp_path / "out").rglob("*.new"))


def test_an_article_on_which_the_reader_fails_costs_that_article_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import geo.reading.reader

    def fail(article: Article) -> Reading:
        if article.info.id == "a3":
            raise RecursionError("too deep")
        return read_article(article)

    monkeypatch.setattr(geo.reading.reader, "read_article", fail)
    (tmp_path / "a.jsonl").write_bytes(jsonl(records(6, share=1)))
    report = run([tmp_path / "a.jsonl"], tmp_path / "out")
    assert report.rows["articles"] == 5
    (one,) = table(tmp_path / "out", "skipped")
    assert (one["id"], one["stage"], one["reason"]) == ("a3", "reading", "RecursionError: too deep")


def test_a_failing_task_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Shard) -> Any:
        yield Article(next(iter(read_inputs([corpus_file]))).info, TOLD[0])  # type: ignore[union-attr]
        raise OSError("gone")

    corpus_file = tmp_path / "a.jsonl"
    corpus_file.write_bytes(jsonl(records(1)))
    monkeypatch.setattr(tasks, "articles", broken)
    (shard,) = plan([corpus_file])
    with pytest.raises(OSError, match="gone"):
        work(Task(shard, str(tmp_path / "out"), signatures=False))
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_ends_the_run_and_a_rerun_resumes(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(records(60)))
    monkeypatch.setattr(engines, "work", _work_until_full)
    with pytest.raises(OutputError, match=r"No space left on device.*run the same command again"):
        run([tmp_path / "a.jsonl"], tmp_path / "out", jobs=jobs, shard_bytes=5000)
    assert not (tmp_path / "out" / "quarantine").exists()
    monkeypatch.undo()
    report = run([tmp_path / "a.jsonl"], tmp_path / "out", shard_bytes=5000)
    assert report.complete
    assert report.resumed >= 1
    assert report.rows["articles"] == 60


# --- bad inputs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.jsonl.gz", packed(jsonl(records(200)))[:-400], "damaged after line"),
        ("a.jsonl.gz", b"no gzip", "damaged after line 0"),
        ("a.jsonl.zst", b"no zstd at all", "damaged after line 0"),
        ("a.parquet", b"PAR1 but not really PAR1", "no readable Parquet file"),
        ("a.warc", b"WARC/1.0\r\nnonsense", "damaged at record 1"),
        ("a.warc", b"nonsense", "damaged at record 1"),
        ("a.warc", b"", "damaged at record 1"),
        ("a.csv", b"id,text", "expected .jsonl"),
    ],
)
def test_a_damaged_input_is_told_and_the_others_are_read(name: str, data: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.jsonl").write_bytes(jsonl(records(3)))
    report = run([tmp_path / name, tmp_path / "good.jsonl", tmp_path / "gone.jsonl"], tmp_path / "out")
    reasons = [one["reason"] for one in table(tmp_path / "out", "skipped")]
    assert any(words in reason for reason in reasons), reasons
    assert any("No such file" in reason for reason in reasons)
    assert report.rows["articles"] >= 3
    assert not report.complete
    assert report.stages == {"input": 2}


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Sound files of each packed kind, small."""
    import zstandard

    folder = tmp_path_factory.mktemp("wholes")
    plain = jsonl(records(6))
    warc(folder / "a.warc.gz", [(f"https://example.org/{n}", "text/html", page(PLAIN[n])) for n in range(3)])
    data = (folder / "a.warc.gz").read_bytes()
    return {
        "a.jsonl": plain,
        "a.jsonl.gz": packed(plain),
        "a.jsonl.zst": zstandard.compress(plain),
        "a.warc.gz": data,
        "a.warc": b"".join(_members(data)),
    }


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.warc.gz", "a.warc"]),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=4),
    end=st.floats(0.1, 1),
)
def test_damaged_bytes_are_told_and_never_stop_a_run(
    name: str, changes: list[tuple[float, bytes]], end: float, wholes: dict[str, bytes], tmp_path: Path
) -> None:
    data = bytearray(wholes[name])
    for place, new in changes:
        start = int(place * len(data))
        data[start : start + len(new)] = new
    (tmp_path / name).write_bytes(data[: int(end * len(data))])
    for shard in plan([tmp_path / name], shard_bytes=700):
        for one in articles(shard):
            assert isinstance(one, Article | Reading)
            assert isinstance(one, Article) or one.skipped is None or one.skipped.reason


def test_parquet_without_the_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"], "body": ["x"]}), tmp_path / "a.parquet")
    run([tmp_path / "a.parquet"], tmp_path / "out")
    (one,) = table(tmp_path / "out", "skipped")
    assert "no column text" in one["reason"]


def test_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(records(3)))
    (tmp_path / "b.jsonl").write_bytes(jsonl(records(2)))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="nothing to read"):
        run([], tmp_path / "out")
    with pytest.raises(InputError, match="standard input"):
        run(["-"], tmp_path / "out")
    with pytest.raises(OutputError, match="is a file"):
        run([tmp_path / "a.jsonl"], tmp_path / "b.jsonl")
    with pytest.raises(OutputError, match="something else"):
        run([tmp_path / "a.jsonl"], tmp_path / "full")
    run([tmp_path / "a.jsonl"], tmp_path / "out")
    with pytest.raises(OutputError, match="other inputs"):
        run([tmp_path / "b.jsonl"], tmp_path / "out")
    (tmp_path / "out" / datasets.STATE / "plan.json").write_bytes(b"{")
    with pytest.raises(OutputError, match="other inputs"):
        run([tmp_path / "a.jsonl"], tmp_path / "out")


def test_two_runs_at_once(tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "a.jsonl").write_bytes(jsonl(records(3)))
    run([tmp_path / "a.jsonl"], tmp_path / "out")
    with (tmp_path / "out" / datasets.STATE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another run"):
            run([tmp_path / "a.jsonl"], tmp_path / "out")


def test_a_missing_extra_is_told_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "warcio" else real(name))
    (tmp_path / "a.warc.gz").write_bytes(b"")
    with pytest.raises(MissingExtraError, match="scale"):
        run([tmp_path / "a.warc.gz"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_addresses_are_opened_through_fsspec(tmp_path: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/corpus/a.jsonl", jsonl(records(20)))
    memory.pipe("/corpus/b/b.jsonl.gz", packed(jsonl(records(5, seed=2))))
    try:
        run(["memory://corpus"], tmp_path / "remote", shard_bytes=2000)
    finally:
        memory.rm("/corpus", recursive=True)
    (tmp_path / "a.jsonl").write_bytes(jsonl(records(20)))
    run([tmp_path / "a.jsonl"], tmp_path / "local", shard_bytes=2000)
    assert table(tmp_path / "remote", "articles")[:20] == table(tmp_path / "local", "articles")
    assert len(table(tmp_path / "remote", "articles")) == 25


def test_progress_is_drawn_where_it_is_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(records(5)))
    run([tmp_path / "a.jsonl"], tmp_path / "quiet")
    assert capsys.readouterr() == ("", "")
    run([tmp_path / "a.jsonl"], tmp_path / "shown", progress=True)
    assert "5 articles" in capsys.readouterr().err


def test_signatures_tell_copies_from_others(tmp_path: Path) -> None:
    words = " ".join(f"{sentence} {number}" for number, sentence in enumerate((PLAIN + TOLD[:3]) * 3))
    near = words.replace("two court cases", "three court cases", 1)
    other = " ".join(TOLD * 3)
    texts = {"one": words, "copy": words, "near": near, "other": other}
    (tmp_path / "a.jsonl").write_bytes(jsonl([{"id": name, "text": text} for name, text in texts.items()]))
    run([tmp_path / "a.jsonl"], tmp_path / "out")
    found = {one["id"]: one["signature"] for one in table(tmp_path / "out", "articles")}

    def alike(first: str, second: str) -> float:
        pairs = [(found[first][i : i + 4], found[second][i : i + 4]) for i in range(0, 4 * datasets.PERMUTATIONS, 4)]
        return sum(one == two for one, two in pairs) / len(pairs)

    assert alike("one", "copy") == 1
    assert alike("one", "near") > 0.8
    assert alike("one", "other") < 0.5


#: Prints the process's own peak in KiB; ``ru_maxrss`` would count what its parent had.
PEAK = (
    CHILD
    + """
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_memory_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    """One shard of four times the articles takes no more memory."""
    script = tmp_path / "child.py"
    script.write_text(PEAK)
    peaks = []
    for count in (15_000, 60_000):
        path = tmp_path / f"{count}.jsonl.gz"
        path.write_bytes(packed(jsonl(records(count, share=0))))
        command = [sys.executable, str(script), str(path), str(tmp_path / f"out-{count}"), "1", "1000000"]
        peaks.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) // 1024)
    assert peaks[1] - peaks[0] < 10, peaks


def test_skipped_readings_are_no_articles(tmp_path: Path) -> None:
    writer = datasets.Writer(tmp_path, "part.parquet", signatures=False)
    (one,) = (one for one in read_inputs([_file(tmp_path)]) if isinstance(one, Article))
    writer.add(Reading(one.info, skipped=Skipped("language", "no letters")), one)
    writer.finish()
    assert datasets.rows(tmp_path, "part.parquet") == dict.fromkeys(sorted(datasets.NAMES), 0) | {"skipped": 1}
    with contextlib.suppress(OSError):
        assert list(datasets.stages(tmp_path, "part.parquet")) == ["language"]


def _file(folder: Path) -> Path:
    path = folder / "x.txt"
    path.write_text("123")
    return path


@pytest.mark.parametrize(("mebibytes", "parts"), [(3, 1), (8, 2), (64, 16), (275, 16), (512, 16), (1024, 32)], ids=str)
def test_a_file_is_cut_into_parts_of_one_size_for_all_cores(tmp_path: Path, mebibytes: int, parts: int) -> None:
    path = tmp_path / "corpus.jsonl"
    with path.open("wb") as file:
        file.truncate(mebibytes << 20)  # of holes: nothing is written
    shards = plan([path])
    assert len(shards) == parts
    assert [shard.start for shard in shards] == [0, *(shard.end for shard in shards[:-1])]
    assert shards[-1].end == mebibytes << 20
    assert max(shard.weight for shard in shards) - min(shard.weight for shard in shards) <= parts
