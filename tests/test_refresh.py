"""The refresh against a loopback server that fails in every way, and against hostile archives."""

from __future__ import annotations

import hashlib
import json
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas as gpd
import pytest

from geo import boundaries, refresh
from geo.errors import BoundaryDataError, FetchError, GeoError, OutputError

BODY = bytes(range(256)) * 2_000
LIMITS = refresh.Limits(
    connect_seconds=2, read_seconds=2, retries=3, backoff_seconds=0, wait_seconds=0.05, resumptions=3
)


@dataclass
class Site:
    """What the server does: a list of behaviours, one for each request (the last one goes on)."""

    body: bytes = BODY
    etag: str | None = '"one"'
    script: list[str] = field(default_factory=lambda: ["ok"])
    seen: list[dict[str, str]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/archive.zip"

    def next(self) -> str:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.site.seen.append({key.lower(): value for key, value in self.headers.items()})
        with suppress(ConnectionError):
            getattr(self, f"be_{self.site.next()}")()

    def head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if self.site.etag:
            self.send_header("ETag", self.site.etag)
        self.end_headers()

    def be_ok(self) -> None:
        self.head(200, Content_Length=len(self.site.body))
        self.wfile.write(self.site.body)

    def be_ranged(self) -> None:
        """Answer a range if it is asked of the same file, as RFC 9110 has it."""
        asked, condition = self.headers.get("Range"), self.headers.get("If-Range")
        if not asked or condition != self.site.etag:
            return self.be_ok()
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        body = self.site.body[start:]
        span = f"bytes {start}-{len(self.site.body) - 1}/{len(self.site.body)}"
        self.head(206, Content_Length=len(body), Content_Range=span)
        self.wfile.write(body)
        return None

    def be_truncated(self) -> None:
        self.head(200, Content_Length=len(self.site.body))
        self.wfile.write(self.site.body[: len(self.site.body) // 2])

    def be_shifted(self) -> None:
        self.head(206, Content_Length=10, Content_Range=f"bytes 5-14/{len(self.site.body)}")
        self.wfile.write(self.site.body[5:15])

    def be_too_far(self) -> None:
        self.head(416, Content_Length=0)

    def be_busy(self) -> None:
        self.head(503, Content_Length=0, Retry_After=3600)

    def be_missing(self) -> None:
        self.head(404, Content_Length=0)

    def be_loop(self) -> None:
        self.head(302, Content_Length=0, Location="/again")

    def be_silent(self) -> None:
        self.site.release.wait(30)

    def be_stalled(self) -> None:
        self.head(200, Content_Length=len(self.site.body))
        self.wfile.write(self.site.body[: len(self.site.body) // 2])
        self.wfile.flush()
        self.site.release.wait(30)

    def be_endless(self) -> None:
        self.head(200)
        while not self.site.release.is_set():
            self.wfile.write(b"x" * 65_536)


@pytest.fixture
def site() -> Iterator[Site]:
    state = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"site": state}))
    server.daemon_threads = True
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    state.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- download -------------------------------------------------------------------------------


def test_a_whole_file_arrives_with_its_digest(site, tmp_path):
    heard = []
    found = refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS, progress=lambda *step: heard.append(step))
    assert found == sha(BODY)
    assert (tmp_path / "a.zip").read_bytes() == BODY
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    assert heard[-1] == (len(BODY), len(BODY))
    assert site.seen[0]["accept-encoding"] == "identity"


def test_busy_server_is_asked_again_and_its_wish_for_an_hour_is_bounded(site, tmp_path):
    site.script = ["busy", "busy", "ok"]
    assert refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS) == sha(BODY)
    assert len(site.seen) == 3


def test_server_that_stays_busy_is_given_up(site, tmp_path):
    site.script = ["busy"]
    with pytest.raises(FetchError, match="503"):
        refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS)
    assert len(site.seen) == 1 + LIMITS.retries


def test_missing_file_is_not_asked_for_twice(site, tmp_path):
    site.script = ["missing"]
    with pytest.raises(FetchError, match=r"404.*check the address"):
        refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS)
    assert len(site.seen) == 1
    assert list(tmp_path.iterdir()) == []


def test_truncated_transfer_is_resumed_where_it_ended(site, tmp_path):
    site.script = ["truncated", "ranged"]
    assert refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS) == sha(BODY)
    start = int(site.seen[1]["range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= len(BODY) // 2
    assert site.seen[1]["if-range"] == '"one"'
    assert (tmp_path / "a.zip").read_bytes() == BODY


def test_server_without_ranges_starts_anew(site, tmp_path):
    site.script = ["truncated", "ok"]
    assert refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS) == sha(BODY)
    assert (tmp_path / "a.zip").read_bytes() == BODY


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_validator_nothing_is_resumed(site, tmp_path, etag):
    site.etag = etag
    site.script = ["truncated", "ranged"]
    assert refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS) == sha(BODY)
    assert "range" not in site.seen[1]


def test_a_later_run_resumes_what_an_earlier_one_left(site, tmp_path):
    site.script = ["truncated"]
    with pytest.raises(FetchError, match=r"broke off 1 times.*try again"):
        refresh.download(site.url, tmp_path / "a.zip", limits=replace(LIMITS, resumptions=0))
    assert not (tmp_path / "a.zip").exists()
    site.script = ["ranged"]
    assert refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS) == sha(BODY)
    assert "range" in site.seen[-1]


def test_a_file_that_changed_meanwhile_is_fetched_whole(site, tmp_path):
    site.script = ["truncated"]
    with pytest.raises(FetchError):
        refresh.download(site.url, tmp_path / "a.zip", limits=replace(LIMITS, resumptions=0))
    site.body, site.etag, site.script = BODY[::-1], '"two"', ["ranged"]
    assert refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS) == sha(BODY[::-1])


def test_the_part_of_another_address_is_not_used(site, tmp_path):
    (tmp_path / "a.zip.part").write_bytes(b"something else")
    (tmp_path / "a.zip.part.json").write_text(json.dumps({"url": "http://other/", "validator": '"one"'}))
    site.script = ["ranged"]
    assert refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS) == sha(BODY)


def test_a_part_longer_than_the_file_is_dropped(site, tmp_path):
    (tmp_path / "a.zip.part").write_bytes(BODY * 2)
    (tmp_path / "a.zip.part.json").write_text(json.dumps({"url": site.url, "validator": '"one"'}))
    site.script = ["too_far", "ok"]
    assert refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS) == sha(BODY)


def test_another_part_than_asked_for_is_refused(site, tmp_path):
    site.script = ["truncated", "shifted"]
    with pytest.raises(FetchError, match="another part"):
        refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS)


def test_wrong_digest_is_refused_and_nothing_is_left(site, tmp_path):
    (tmp_path / "a.zip").write_bytes(b"the earlier one")
    with pytest.raises(FetchError, match=f"sha256 is {sha(BODY)}, expected {'00' * 32}"):
        refresh.download(site.url, tmp_path / "a.zip", sha256="00" * 32, limits=LIMITS)
    assert (tmp_path / "a.zip").read_bytes() == b"the earlier one"
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_pinned_digest_in_any_case(site, tmp_path):
    assert refresh.download(site.url, tmp_path / "a.zip", sha256=sha(BODY).upper(), limits=LIMITS)


def test_redirection_without_end(site, tmp_path):
    site.script = ["loop"]
    with pytest.raises(FetchError, match="more than 5 redirections"):
        refresh.download(site.url, tmp_path / "a.zip", limits=LIMITS)
    assert len(site.seen) == 1 + LIMITS.redirects


def test_silent_server(site, tmp_path):
    site.script = ["silent"]
    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        refresh.download(site.url, tmp_path / "a.zip", limits=replace(LIMITS, read_seconds=0.1, retries=1))


def test_server_that_stalls_in_the_middle(site, tmp_path):
    site.script = ["stalled"]
    with pytest.raises(FetchError, match="broke off 2 times"):
        refresh.download(site.url, tmp_path / "a.zip", limits=replace(LIMITS, read_seconds=0.1, resumptions=1))


def test_server_that_never_ends_meets_the_size_limit(site, tmp_path):
    site.script = ["endless"]
    with pytest.raises(FetchError, match="larger than the 1000000 bytes"):
        refresh.download(site.url, tmp_path / "a.zip", limits=replace(LIMITS, archive_bytes=1_000_000))
    assert list(tmp_path.iterdir()) == []


def test_announced_size_beyond_the_limit_is_not_fetched(site, tmp_path):
    with pytest.raises(FetchError, match="larger than the 1000 bytes"):
        refresh.download(site.url, tmp_path / "a.zip", limits=replace(LIMITS, archive_bytes=1_000))


def test_transfer_beyond_the_time_limit(site, tmp_path):
    site.script = ["endless"]
    with pytest.raises(FetchError, match="not finished within 0 s"):
        refresh.download(site.url, tmp_path / "a.zip", limits=replace(LIMITS, all_seconds=0))


def test_nobody_listens(site, tmp_path):
    with pytest.raises(FetchError, match="no connection"):
        refresh.download("http://127.0.0.1:1/a.zip", tmp_path / "a.zip", limits=replace(LIMITS, retries=0))


@pytest.mark.parametrize("url", ["file:///etc/hosts", "ftp://127.0.0.1/a.zip", "archive.zip"])
def test_other_schemes_are_refused(url, tmp_path):
    with pytest.raises(FetchError, match="https://"):
        refresh.download(url, tmp_path / "a.zip")


# --- archive --------------------------------------------------------------------------------


def write_zip(path: Path, members: dict[str, bytes], *, link: str | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name == link:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, data)
    return path


GOOD = {"ne/a.shp": b"shape", "ne/a.dbf": b"table", "ne/a.shx": b"index", "README.html": b"<p>"}


def test_only_the_parts_of_the_shapefile_are_written(tmp_path):
    archive = write_zip(tmp_path / "a.zip", GOOD)
    assert refresh.unpack(archive, tmp_path / "out") == tmp_path / "out" / "a.shp"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.dbf", "a.shp", "a.shx"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.shp", "leaves the folder"),
        ("ne/../../evil.dbf", "leaves the folder"),
        ("/etc/evil.shp", "leaves the folder"),
        ("..\\evil.shp", "leaves the folder"),
        ("C:/evil.shp", "leaves the folder"),
    ],
)
def test_climbing_paths_are_refused_before_anything_is_written(tmp_path, name, words):
    archive = write_zip(tmp_path / "a.zip", {**GOOD, name: b"evil"})
    with pytest.raises(BoundaryDataError, match=words):
        refresh.unpack(archive, tmp_path / "deep" / "out")
    assert [path.name for path in tmp_path.rglob("*")] == ["a.zip"]


def test_links_are_refused(tmp_path):
    archive = write_zip(tmp_path / "a.zip", {**GOOD, "ne/a.prj": b"/etc/passwd"}, link="ne/a.prj")
    with pytest.raises(BoundaryDataError, match="is a link"):
        refresh.unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_bomb_that_says_so_is_refused(tmp_path):
    archive = write_zip(tmp_path / "a.zip", {**GOOD, "ne/a.cpg": bytes(5_000_000)})
    assert archive.stat().st_size < 10_000
    with pytest.raises(BoundaryDataError, match="more than 1000000 bytes"):
        refresh.unpack(archive, tmp_path / "out", limits=replace(LIMITS, unpacked_bytes=1_000_000))


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path):
    archive = write_zip(tmp_path / "a.zip", {**GOOD, "ne/a.cpg": bytes(5_000_000)})
    data = archive.read_bytes().replace((5_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    archive.write_bytes(data)
    with pytest.raises(BoundaryDataError):
        refresh.unpack(archive, tmp_path / "out", limits=replace(LIMITS, unpacked_bytes=1_000_000))
    assert not (tmp_path / "out").exists()


def test_too_many_members(tmp_path):
    archive = write_zip(tmp_path / "a.zip", {f"{number}.txt": b"" for number in range(30)})
    with pytest.raises(BoundaryDataError, match="30 members"):
        refresh.unpack(archive, tmp_path / "out", limits=replace(LIMITS, members=20))


@pytest.mark.parametrize("members", [{"a.txt": b""}, {"a.shp": b"", "b.shp": b""}, {"x/a.shp": b"", "y/A.SHP": b""}])
def test_not_one_shapefile(tmp_path, members):
    with pytest.raises(BoundaryDataError, match="shapefiles, expected one"):
        refresh.unpack(write_zip(tmp_path / "a.zip", members), tmp_path / "out")


@pytest.mark.parametrize("damage", ["cut", "no zip", "flipped"])
def test_damaged_archive(tmp_path, damage):
    archive = write_zip(tmp_path / "a.zip", {"a.shp": BODY, "a.dbf": b"", "a.shx": b""})
    data = bytearray(archive.read_bytes())
    if damage == "flipped":
        data[len(data) // 4] ^= 0xFF
    archive.write_bytes({"cut": data[:-40], "no zip": b"<html>", "flipped": data}[damage])
    with pytest.raises(BoundaryDataError, match="no sound zip archive"):
        refresh.unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# --- the whole ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def natural_earth(tmp_path_factory) -> bytes:
    """An archive as Natural Earth makes them, of the bundled units of Ukraine and Moldova."""
    folder = tmp_path_factory.mktemp("natural-earth")
    units = gpd.pd.concat([boundaries.load_regions(country) for country in ("UA", "MD")])
    frame = gpd.GeoDataFrame(
        {
            "adm1_code": units["adm1_code"],
            "iso_3166_2": units["iso_3166_2"].fillna("-99-X01~"),
            "iso_a2": units["country_de_facto"].replace("MD", "-1"),
            "admin": "somewhere",
            "name": units["name"],
            "name_en": units["name_en"],
            "name_uk": units["name_uk"],
            "type_en": units["kind"].fillna(""),
        },
        geometry=units.geometry.to_numpy(),
        crs=4326,
    )
    frame.to_file(folder / "ne_10m_admin_1_states_provinces.shp", encoding="utf-8")
    members = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return write_zip(folder / "ne.zip", members).read_bytes()


def test_refresh_makes_a_folder_that_the_boundaries_can_be_read_from(site, tmp_path, natural_earth, monkeypatch):
    site.body = natural_earth
    made = refresh.refresh(tmp_path / "data", url=site.url, sha256=sha(natural_earth), limits=LIMITS)
    assert made.folder == str(tmp_path / "data" / f"natural-earth-{sha(natural_earth)[:12]}")
    assert [path.name for path in (tmp_path / "data").iterdir()] == [Path(made.folder).name]
    bundled, before = boundaries.load_regions("UA"), boundaries.description()
    monkeypatch.setenv(boundaries.FOLDER_VARIABLE, made.folder)
    fresh = boundaries.load_regions("UA")
    assert list(fresh["region"]) == list(bundled["region"])
    assert fresh["area_km2"].to_numpy() == pytest.approx(bundled["area_km2"].to_numpy(), rel=1e-9)
    assert boundaries.description() != before
    assert sha(natural_earth)[:12] in boundaries.description()
    assert list(boundaries.load_regions("MD")["country_de_facto"].unique()) == ["MD"]
    assert "unit AZE-1735" in made.edits_left_out
    assert made.folder in made.advice()
    recorded = json.loads((Path(made.folder) / "SOURCES.json").read_text())
    assert recorded["inputs"][0]["sha256"] == sha(natural_earth)
    assert recorded["edits_left_out"] == list(made.edits_left_out)
    assert boundaries.state_date() is None  # the units that prove the date are not in this archive


def test_builds_never_use_what_was_fetched_unasked(site, tmp_path, natural_earth, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv(boundaries.FOLDER_VARIABLE, raising=False)
    before = boundaries.data_dir()
    site.body = natural_earth
    made = refresh.refresh(url=site.url, limits=LIMITS)
    assert Path(made.folder).parent == tmp_path / "concession-maps" / "boundaries"
    assert boundaries.data_dir() == before


def test_refresh_twice_is_the_same_folder_with_the_same_bytes(site, tmp_path, natural_earth):
    site.body = natural_earth
    first = refresh.refresh(tmp_path, url=site.url, limits=LIMITS)
    files = {path.name: path.read_bytes() for path in Path(first.folder).iterdir()}
    second = refresh.refresh(tmp_path, url=site.url, limits=LIMITS)
    assert second == first
    assert {path.name: path.read_bytes() for path in Path(second.folder).iterdir()} == files


@pytest.mark.parametrize("body", [b"<html>not found</html>", b""])
def test_refresh_of_something_else_leaves_nothing(site, tmp_path, body):
    site.body = body
    with pytest.raises(BoundaryDataError, match="no sound zip"):
        refresh.refresh(tmp_path, url=site.url, limits=LIMITS)
    assert list(tmp_path.iterdir()) == []


def test_refresh_of_another_data_set_leaves_nothing(site, tmp_path):
    frame = gpd.GeoDataFrame({"name": ["x"]}, geometry=gpd.points_from_xy([1], [2]).buffer(1), crs=4326)
    (tmp_path / "source").mkdir()
    frame.to_file(tmp_path / "source" / "other.shp")
    members = {path.name: path.read_bytes() for path in (tmp_path / "source").iterdir()}
    site.body = write_zip(tmp_path / "other.zip", members).read_bytes()
    with pytest.raises(BoundaryDataError, match="adm1_code"):
        refresh.refresh(tmp_path / "data", url=site.url, limits=LIMITS)
    assert list((tmp_path / "data").iterdir()) == []


def test_refresh_of_half_a_country_leaves_nothing(site, tmp_path):
    units = boundaries.load_regions("UA", viewpoint="ne")[["adm1_code", "iso_3166_2", "country", "name", "geometry"]]
    (tmp_path / "source").mkdir()
    units.assign(iso_a2="UA", admin="Ukraine").to_file(tmp_path / "source" / "ne.shp", encoding="utf-8")
    members = {path.name: path.read_bytes() for path in (tmp_path / "source").iterdir()}
    site.body = write_zip(tmp_path / "ne.zip", members).read_bytes()
    with pytest.raises(BoundaryDataError, match="25 units of Ukraine with 571999 km2"):
        refresh.refresh(tmp_path / "data", url=site.url, limits=LIMITS)
    assert list((tmp_path / "data").iterdir()) == []


def test_folder_that_cannot_be_written(site, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="give another folder"):
        refresh.refresh(tmp_path / "file" / "data", url=site.url, limits=LIMITS)


def test_every_failure_is_one_line_of_the_packages_own_kind(site, tmp_path):
    for behaviour in ("missing", "busy", "loop"):
        site.script = [behaviour]
        with pytest.raises(GeoError) as caught:
            refresh.refresh(tmp_path, url=site.url, limits=LIMITS)
        assert "\n" not in str(caught.value)
