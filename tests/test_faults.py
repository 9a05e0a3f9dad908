"""Files that lie, disks that are full, rights that are missing, builds that meet: told in one line, nothing harmed."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geo import style
from geo.articles import ARTICLE_BYTES, read_inputs
from geo.build import build
from geo.cli import main
from geo.control import load_control
from geo.corpus.plan import plan
from geo.corpus.sources import articles
from geo.errors import GeoError, InputError, OutputError, StyleError
from geo.models import Article, Reading
from geo.replace import replacing
from geo.shares import load_conventions

ROOT = Path(__file__).parents[1]
ARTICLE = "Moscow demands the Donetsk region, roughly 20% of Ukraine."
GOOD = json.dumps({"id": "good", "text": ARTICLE}).encode() + b"\n"


def digests(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("article") / "a.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def maps(article: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole result, to be copied."""
    out = tmp_path_factory.mktemp("built") / "maps"
    build([article], out, presets=["web"])
    return out


# --- large and deep -----------------------------------------------------------------------------------------

PEAK = """
import sys
from pathlib import Path
def peak():
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))) // 1024
kind, path = sys.argv[1:]
from geo.reading.reader import read_article
if kind == "corpus":
    from geo.corpus.plan import plan
    from geo.corpus.sources import articles
    import pyarrow.parquet
    found = lambda: (one for shard in plan([path]) for one in articles(shard))
else:
    from geo.articles import read_inputs
    found = lambda: read_inputs([path])
before = peak()
told = [(getattr(one, "skipped", None) and one.skipped.stage) or one.info.id for one in found()]
print(peak() - before, *told)
"""


def peak(kind: str, path: Path) -> tuple[int, list[str]]:
    """Mebibytes that reading a file takes at most on top of the program, and the ids or stages of its records."""
    command = [sys.executable, "-c", PEAK, kind, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    more, *told = done.stdout.split()
    return int(more), told


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
@pytest.mark.parametrize("kind", ["files", "corpus"])
def test_a_line_of_a_gigabyte_costs_that_line_and_no_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(GOOD.replace(b"good", b"before") + b'{"id":"x","text":"')
        file.seek(1 << 30)  # a hole: zeros that take no place on the disk
        file.write(b'"}\n' + GOOD)
    more, told = peak(kind, path)
    assert told == ["before", "read", "good"]
    assert more < 150


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_packed_lines_that_unpack_to_much_more_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", 1) as file:
        for _ in range(160):
            file.write(b" " * (1 << 20))
        file.write(b"\n" + GOOD)
    assert path.stat().st_size < 4 << 20
    more, told = peak("corpus", path)
    assert told[-1] == "good"
    assert more < 150


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_a_text_that_stands_in_every_row_of_a_parquet_file_takes_no_memory(tmp_path: Path) -> None:
    """Three megabytes a row, a thousand rows, in a small file."""
    path = tmp_path / "a.parquet"
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1000), pa.array([ARTICLE + " x" * 1_500_000]))
    pq.write_table(pa.table({"id": [str(n) for n in range(1000)], "text": text}), path, compression="zstd")
    assert path.stat().st_size < 1 << 20
    more, told = peak("corpus", path)
    assert len(told) == 1000
    assert more < 250


def test_a_parquet_text_larger_than_an_article_costs_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["x", "good"], "text": ["x" * (ARTICLE_BYTES + 1), ARTICLE]}), path)
    first, second = (one for shard in plan([path]) for one in articles(shard))
    assert isinstance(first, Reading)
    assert first.skipped is not None
    assert isinstance(second, Article)


def test_a_parquet_file_whose_columns_are_other_things(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [[1], [2]], "text": [{"a": 1}, {"a": 2}], "date": [1.5, None]}), path)
    found = [one for shard in plan([path]) for one in articles(shard)]
    assert found
    assert all(isinstance(one, Reading) and one.skipped for one in found)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", b'{"id":"x","text":' + b"[" * 200_000 + b"\n"),
        ("a.jsonl", b'{"id":"x","text":"y","more":' + b'{"a":' * 200_000 + b"\n"),
        ("a.html", b"<html><body>" + b"<div>" * 200_000 + b"x"),
        ("a.html", b"<html><body>" + b"<b><i>" * 20_000 + ARTICLE.encode() * 3),
        ("a.html", b"<p " + b"a=1 " * 200_000 + b">x"),
        ("a.html", b"<!DOCTYPE x [" + b"<!ENTITY a '&b;&b;&b;'>" * 1000 + b"]><p>&a;"),
        ("a.md", b"---\n" + b"- " * 20_000 + b"\n---\nText"),
        ("a.md", b"---\na: " + b"{a: " * 5000 + b"\n---\nText"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:30].decode(),
)
def test_deep_and_wide_files_are_read_or_skipped(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    (found,) = read_inputs([tmp_path / name])
    assert isinstance(found, Article) or found.skipped is not None


@pytest.mark.parametrize(
    "data",
    [
        b"a = " + b"[" * 100_000,
        b"a = " + b"{a = " * 20_000,
        ".".join(["a"] * 100_000).encode() + b" = 1",
        b"[" + b".".join([b"a"] * 50_000) + b"]",
        b"x = 1\n" * 10,
        b"\xff\xfe\x00",
        b"#" * (2 << 20),
        b'a = "' + b"\\u0000" * 10 + b'"',
    ],
    ids=lambda value: value[:20].decode("latin-1"),
)
def test_settings_that_are_bombs(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(data)
    with pytest.raises(StyleError) as styled:
        style.load(path)
    with pytest.raises(InputError) as hedged:
        load_conventions(path)
    assert max(len(str(styled.value)), len(str(hedged.value))) < 1000


@pytest.mark.parametrize("load", [style.load, load_conventions, load_control])
def test_a_pipe_is_not_waited_for(load: object, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(GeoError, match="regular file"):
        load(tmp_path / "pipe")  # type: ignore[operator]


@pytest.mark.parametrize("name", ['x";}</style><script>', "a{b}", "url(x)", "", "x" * 200, "a\nb", "a;b", "\\3c"])
def test_a_font_name_cant_leave_the_style_sheet(name: str, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(f"[fonts]\nsans = [{json.dumps(name)}]", encoding="utf-8")
    with pytest.raises(StyleError, match="no font's name"):
        style.load(tmp_path / "s.toml")


def test_font_files_that_are_none(tmp_path: Path) -> None:
    from geo.images.type import families

    (tmp_path / "s.toml").write_text('[fonts]\nfiles = ["f.ttf"]', encoding="utf-8")
    (tmp_path / "f.ttf").write_bytes(b"no font")
    with pytest.raises(StyleError, match="no font file"):
        style.load(tmp_path / "s.toml")
    (tmp_path / "f.ttf").write_bytes(b"\x00\x01\x00\x00" + b"\xff" * 500)
    with pytest.raises(StyleError, match=r"f\.ttf: the font can't be read"):
        families(style.load(tmp_path / "s.toml").fonts)


# --- control layers that lie --------------------------------------------------------------------------------


class _Asked(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    """A server on this machine that must not be asked for anything."""
    _Asked.asked.clear()
    server = http.server.HTTPServer(("127.0.0.1", 0), _Asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    assert _Asked.asked == []


def virtual(source: str) -> str:
    layer = f"<OGRVRTLayer name='x'><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>"
    return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.vrt", "x.json", "x.gml", "x.kml", "x"])
@pytest.mark.parametrize(
    "content",
    [
        virtual("{secret}"),
        virtual("/vsicurl/{host}/x.geojson"),
        virtual("{host}/x.geojson"),
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector convert {secret} --output-format stream y"}',
        "<OGRWFSDataSource><URL>{host}/wfs</URL></OGRWFSDataSource>",
        '<x:FeatureCollection xmlns:x="x" xmlns:gml="http://www.opengis.net/gml" '
        'xsi:schemaLocation="x {host}/x.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>',
        '<!DOCTYPE kml [<!ENTITY e SYSTEM "{host}/e">]><kml><Document><name>&e;</name></Document></kml>',
        "{host}/x.geojson",
    ],
    ids=["file", "curl", "http", "pipeline", "service", "schema", "entity", "address"],
)
def test_a_layer_that_leads_elsewhere_is_refused(name: str, content: str, host: str, tmp_path: Path) -> None:
    square = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(37, 47, 38, 48)], crs=4326)
    square.to_file(tmp_path / "secret.geojson")
    text = content.replace("{host}", host).replace("{secret}", str(tmp_path / "secret.geojson"))
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(GeoError) as told:
        load_control(tmp_path / name)
    assert len(str(told.value)) < 500 + len(str(tmp_path))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "x.gpkg"
    square = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(37, 47, 38, 48)], crs=4326)
    square.to_file(path, layer="held", driver="GPKG")
    return path


def test_a_geopackage_whose_layer_is_an_endless_query_is_refused(package: Path) -> None:
    with sqlite3.connect(package) as base:
        base.execute("alter table held rename to kept")
        endless = (
            "with recursive n(x) as (select 1 union all select x + 1 from n) select x as fid, a, geom from n, kept"
        )
        base.execute(f"create view held as {endless}")
    with pytest.raises(InputError, match="is no table"):
        load_control(package)


@pytest.mark.parametrize(
    "change",
    [
        "update held set geom = x'00'",
        "update held set geom = x'4750000100000000ffffffffffffffff'",
        "update held set geom = 'text'",
        "update held set geom = zeroblob(1000)",
        "update gpkg_contents set table_name = 'sqlite_master'",
        "update gpkg_geometry_columns set column_name = 'a'",
        "delete from gpkg_geometry_columns",
        "delete from gpkg_contents",
        "drop table gpkg_contents",
        "delete from held",
    ],
)
def test_a_geopackage_that_lies_is_refused(package: Path, change: str) -> None:
    with sqlite3.connect(package) as base:
        for (trigger,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{trigger}"')
        base.execute(change)
    base.close()
    with pytest.raises(GeoError):
        load_control(package)


@pytest.mark.parametrize("cut", [100, 5000, 60_000])
def test_a_geopackage_that_is_cut_off_is_refused(package: Path, cut: int) -> None:
    package.write_bytes(package.read_bytes()[:cut])
    with pytest.raises(GeoError):
        load_control(package)


@pytest.mark.parametrize("meta", [b"{", b"[]", b'{"columns": 3}', b'{"primary_column": "b", "columns": {}}'])
def test_a_geoparquet_that_lies_is_refused(meta: bytes, tmp_path: Path) -> None:
    table = pa.table({"geometry": [b"\x01\x02", b""]}).replace_schema_metadata({b"geo": meta})
    pq.write_table(table, tmp_path / "x.parquet")
    with pytest.raises(GeoError):
        load_control(tmp_path / "x.parquet")


# --- disks and rights ---------------------------------------------------------------------------------------


@contextmanager
def _files_of_at_most(count: int) -> Iterator[None]:
    """Let no file of this process grow over so many bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize("most", [0, 1000, 20_000, 60_000, 150_000])
def test_a_file_that_cannot_be_written_to_its_end_leaves_the_old_maps(
    most: int, article: Path, maps: Path, tmp_path: Path
) -> None:
    out = tmp_path / "maps"
    shutil.copytree(maps, out)
    with _files_of_at_most(most), pytest.raises(OutputError):
        build([article], out, presets=["web"], lang="uk")
    assert digests(out) == digests(maps)
    assert [path.name for path in tmp_path.iterdir()] == ["maps"]


@contextmanager
def _disk(folder: Path, size: int) -> Iterator[Path]:
    """Mount a disk of so many KiB, where this user may."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("free", [0, 64, 400, 900, 1500])
def test_a_full_disk_leaves_the_old_maps(free: int, article: Path, maps: Path, tmp_path: Path) -> None:
    used = sum(4 + path.stat().st_size // 1024 for path in maps.rglob("*"))
    with _disk(tmp_path / "disk", used + 64 + free) as disk:
        shutil.copytree(maps, disk / "maps")
        with pytest.raises(OutputError):
            build([article], disk / "maps", presets=["web", "square"], lang="uk")
        assert digests(disk / "maps") == digests(maps)
        assert [path.name for path in disk.iterdir()] == ["maps"]


@contextmanager
def _nobody() -> Iterator[None]:
    """Be a user without rights for a while: root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def _run(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main.main(list(map(str, words)), prog_name="concession-maps")
    return int(ended.value.code or 0)


@pytest.fixture
def open_folder(tmp_path: Path, article: Path) -> Path:
    """A folder that everybody may enter, also in pytest's own, with an article in it."""
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o777)
    shutil.copy(article, tmp_path / "a.txt")
    return tmp_path


@pytest.mark.parametrize("option", ["--style", "--review", "--control", "--conventions"])
def test_a_file_that_may_not_be_read_is_named(
    option: str, open_folder: Path, capfd: pytest.CaptureFixture[str], maps: Path
) -> None:
    secret = open_folder / "secret.geojson"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0)
    with _nobody():
        assert _run("build", open_folder / "a.txt", "-o", open_folder / "maps", option, secret) == 2
    told = capfd.readouterr().err.strip()
    assert len(told.splitlines()) == 1
    assert "secret.geojson" in told
    assert "ermission denied" in told


def test_an_output_that_may_not_be_written_is_named(
    open_folder: Path, maps: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shut = open_folder / "shut"
    shut.mkdir()
    shutil.copytree(maps, shut / "maps")
    shut.chmod(0o555)
    with _nobody():
        assert _run("build", open_folder / "a.txt", "-o", shut / "maps") == 2
        assert _run("build", open_folder / "a.txt", "-o", shut / "new" / "maps") == 2
    told = capfd.readouterr().err.strip().splitlines()
    assert len(told) == 2
    assert all("can't be written (Permission denied)" in line for line in told)
    assert digests(shut / "maps") == digests(maps)


def test_two_builds_at_once(article: Path, maps: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(maps, tmp_path / "maps")
    with replacing(tmp_path / "maps") as folder:
        assert _run("build", article, "-o", tmp_path / "maps", "--preset", "web") == 2
        shutil.copytree(maps, folder, dirs_exist_ok=True)
    assert "another build is writing there" in capfd.readouterr().err
    assert digests(tmp_path / "maps") == digests(maps)
    assert [path.name for path in tmp_path.iterdir()] == ["maps"]


def test_a_file_in_the_way_of_the_output_is_named(article: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match=r"/file is a file, expected a folder"):
        build([article], tmp_path / "file" / "maps")


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "maps").symlink_to("real")
    for text in ("first", "second"):
        with replacing(tmp_path / "maps") as folder:
            (folder / "a").write_text(text, encoding="utf-8")
            (folder / "build.json").write_text('{"files": {"a": 1}}', encoding="utf-8")
    assert (tmp_path / "maps").is_symlink()
    assert (tmp_path / "real" / "a").read_text(encoding="utf-8") == "second"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["maps", "real"]


def test_a_lock_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "thesis").write_text("ten years", encoding="utf-8")
    (tmp_path / ".maps.lock").symlink_to("thesis")
    with pytest.raises(OutputError, match="can't be written"), replacing(tmp_path / "maps"):
        pass
    assert (tmp_path / "thesis").read_text(encoding="utf-8") == "ten years"


def test_what_a_killed_build_left_is_cleared_away_whatever_the_folder_is_called(tmp_path: Path) -> None:
    target = tmp_path / "maps [1] *"
    (tmp_path / ".maps [1] *.new-abc").mkdir()
    (tmp_path / ".maps [1] other.new-abc").mkdir()
    with replacing(target) as folder:
        (folder / "build.json").write_text('{"files": {}}', encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".maps [1] other.new-abc", target.name]


def test_a_list_of_files_that_is_a_bomb_is_named(maps: Path, article: Path, tmp_path: Path) -> None:
    shutil.copytree(maps, tmp_path / "maps")
    (tmp_path / "maps" / "build.json").write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(OutputError, match="damaged"), replacing(tmp_path / "maps"):
        pass
