"""Refresh: Natural Earth's own archive of admin-1 units -> a checked folder of boundary files.

The only room that downloads boundaries, and only when asked: no build uses what it fetched unless the
environment variable ``CONCESSION_MAPS_BOUNDARIES`` names the folder. The archive is untrusted until its
digest and contents are checked.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geo.boundaries import FOLDER_VARIABLE, data_dir
from geo.errors import BoundaryDataError, FetchError, OutputError
from geo.models import Record

if TYPE_CHECKING:
    import geopandas as gpd
    import requests

    from geo.natural_earth import Feature

ARCHIVE_URL = "https://naciscdn.org/naturalearth/10m/cultural/ne_10m_admin_1_states_provinces.zip"

Progress = Callable[[int, int | None], None]
"""Called with the bytes received and, where known, the bytes in all."""

_CHUNK = 1 << 16
_MIB = 1 << 20
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_COPIED = ("edits.toml", "reference_areas.toml", "cities.csv")


@dataclass(frozen=True)
class Limits:
    """How long and how much. The defaults are about ten times what the archive needs."""

    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    all_seconds: float = 1800.0
    retries: int = 4
    backoff_seconds: float = 0.5
    wait_seconds: float = 30.0
    redirects: int = 5
    resumptions: int = 5
    archive_bytes: int = 200 * _MIB
    members: int = 100
    unpacked_bytes: int = 600 * _MIB


class Refreshed(Record, frozen=True):
    """What a refresh made: the folder to point ``CONCESSION_MAPS_BOUNDARIES`` at, and what is in it."""

    folder: str
    url: str
    sha256: str
    bytes: int
    units: int
    edits_left_out: tuple[str, ...]

    def advice(self) -> str:
        """Say in one line how to use the folder."""
        return f"to use it: {FOLDER_VARIABLE}={self.folder}"


def refresh(
    folder: Path | None = None,
    *,
    url: str = ARCHIVE_URL,
    sha256: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Refreshed:
    """Fetch Natural Earth's archive, check it, and make a folder of boundary files from it.

    Parameters
    ----------
    folder
        Where the new folder ``natural-earth-<digest>`` goes; None: `user_folder`. An interrupted download
        stays there and is resumed. Nothing that exists is changed.
    sha256
        Digest that the archive must have; None: any, and SOURCES.json of the new folder records what it was.

    Raises
    ------
    FetchError
        If the address does not give the archive: refused, too slow, too large, truncated, another digest.
    BoundaryDataError
        If the archive is unsafe or is not Natural Earth's admin-1.
    OutputError
        If the folder can't be written.
    """
    limits = limits or Limits()
    place = folder or user_folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        archive = place / "download.zip"
        found = download(url, archive, sha256=sha256, limits=limits, progress=progress)
        size = archive.stat().st_size
        target = place / f"natural-earth-{found[:12]}"
        with tempfile.TemporaryDirectory(dir=place, prefix=".new-") as scratch:
            made = Path(scratch) / "boundaries"
            try:
                shapefile = unpack(archive, Path(scratch) / "archive", limits=limits)
                units, left_out = _make(shapefile, made, {"file": url, "sha256": found, "bytes": size})
            finally:
                archive.unlink()
            _place(made, target)
    except OSError as error:
        raise OutputError(f"{place} can't be written ({error.strerror or error}): give another folder") from error
    return Refreshed(str(target), url, found, size, units, left_out)


def user_folder() -> Path:
    """Give the platform's folder for a user's data of this program."""
    home = Path.home()
    if sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "concession-maps" / "boundaries"


# --- download -------------------------------------------------------------------------------


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> str:
    """Fetch ``url`` into the file ``target``, which appears only whole and checked; return its sha256.

    An interrupted transfer leaves ``<target>.part``; the next one goes on from there if the server says that
    the file is still the same (If-Range with its ETag or date), else starts anew. Raises `FetchError`.
    """
    _check_address(url)
    if sha256 is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise FetchError(f"{sha256!r} is no sha256 digest: give its 64 hexadecimal digits, or leave it out")
    part = _Part(target.with_name(target.name + ".part"))
    _Transfer(url, part, limits or Limits(), progress).run()
    found = part.digest()
    if sha256 is not None and found != sha256.lower():
        part.drop()
        raise FetchError(
            f"{url}: sha256 is {found}, expected {sha256}; the file was deleted. "
            "Compare the digest with its source, or leave it out to accept and record what comes"
        )
    part.file.replace(target)
    part.drop()
    return found


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"{url}: not a valid address ({error})") from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError(f"{url}: expected an address that starts with https:// or http://")


@dataclass(frozen=True)
class _Part:
    """An unfinished download and, beside it, what identifies the file on the server."""

    file: Path

    @property
    def note(self) -> Path:
        return self.file.with_name(self.file.name + ".json")

    @property
    def size(self) -> int:
        return self.file.stat().st_size if self.file.is_file() else 0

    def validator(self, url: str) -> str | None:
        """Give the ETag or date under which the part was begun, if it was begun from this address."""
        try:
            noted = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return noted.get("validator") if isinstance(noted, dict) and noted.get("url") == url else None

    def begin(self, url: str, validator: str | None) -> None:
        self.file.write_bytes(b"")
        self.note.write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")

    def drop(self) -> None:
        self.file.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def digest(self) -> str:
        with self.file.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _session(limits: Limits) -> requests.Session:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    class BoundedRetry(Retry):
        """A server may ask to wait, but not for hours."""

        def get_retry_after(self, response: Any) -> float | None:
            seconds = super().get_retry_after(response)
            return None if seconds is None else min(seconds, limits.wait_seconds)

    retry = BoundedRetry(
        total=limits.retries,
        redirect=False,
        allowed_methods=("GET",),
        status_forcelist=(429, 500, 502, 503, 504),
        backoff_factor=limits.backoff_seconds,
        backoff_max=limits.wait_seconds,
        raise_on_status=False,
    )
    session = requests.Session()
    session.max_redirects = limits.redirects
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    session.headers.update({"User-Agent": "concession-maps", "Accept-Encoding": "identity"})
    return session


class _Transfer:
    """One file on its way: from an address into a `_Part`, within `Limits`."""

    def __init__(self, url: str, part: _Part, limits: Limits, progress: Progress | None) -> None:
        self.url = url
        self.part = part
        self.limits = limits
        self.progress = progress or (lambda _received, _total: None)
        self.deadline = time.monotonic() + limits.all_seconds

    def run(self) -> None:
        """Fetch until the part is whole. Raises `FetchError`."""
        attempts = self.limits.resumptions + 1
        with _session(self.limits) as session:
            if not any(self._attempt(session) for _ in range(attempts)):
                raise self._error(f"broke off {attempts} times; {self.part.size} bytes are kept, try again to go on")

    def _error(self, words: str) -> FetchError:
        return FetchError(f"{self.url}: {words}")

    def _attempt(self, session: requests.Session) -> bool:
        """Fetch what is missing: True when the part is whole, False when it broke off and can go on."""
        import requests

        try:
            return self._fetch(session)
        except requests.TooManyRedirects as error:
            raise self._error(f"more than {self.limits.redirects} redirections: check the address") from error
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            return False
        except requests.ConnectionError as error:
            if self.part.size > 0:
                return False
            raise self._error(f"no connection ({_root(error)}): check the address and the network") from error
        except requests.Timeout as error:
            raise self._error(f"no answer within {self.limits.read_seconds:g} s: try again later") from error
        except requests.RequestException as error:
            raise self._error(_root(error)) from error

    def _fetch(self, session: requests.Session) -> bool:
        import requests

        validator = self.part.validator(self.url)
        resume = validator is not None and self.part.size > 0
        headers = {"Range": f"bytes={self.part.size}-", "If-Range": validator} if resume else {}
        timeout = (self.limits.connect_seconds, self.limits.read_seconds)
        with session.get(self.url, headers=headers, stream=True, timeout=timeout) as response:
            if resume and response.status_code == requests.codes.requested_range_not_satisfiable:
                self.part.drop()
                return False
            self._check(response)
            total = self._begin(response, resumed=resume)
            self._check_size(total or 0)
            self._receive(response, total)
        return total is None or self.part.size == total

    def _check(self, response: requests.Response) -> None:
        if response.status_code not in (200, 206):
            answer = f"{response.status_code} {response.reason}"
            raise self._error(f"the server answers {answer}, expected 200: check the address")
        if urlsplit(self.url).scheme == "https" and urlsplit(response.url).scheme != "https":
            raise self._error(f"redirected to {response.url}, which is not encrypted: give an https address")

    def _check_size(self, size: int) -> None:
        if size > self.limits.archive_bytes:
            self.part.drop()
            raise self._error(f"larger than the {self.limits.archive_bytes} bytes expected at most")

    def _begin(self, response: requests.Response, *, resumed: bool) -> int | None:
        """Start anew unless the server goes on where the part ends; return the whole size, if known."""
        if response.status_code == 206:
            start, total = _content_range(response.headers.get("Content-Range", ""))
            if resumed and start == self.part.size:
                return total
            self.part.drop()
            raise self._error("the server sent another part than asked for: try again")
        validator = response.headers.get("ETag") or response.headers.get("Last-Modified")
        # A weak ETag does not promise the same bytes, so it can't be resumed on.
        self.part.begin(self.url, None if validator is None or validator.startswith("W/") else validator)
        length = response.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() else None

    def _receive(self, response: requests.Response, total: int | None) -> None:
        received = self.part.size
        with self.part.file.open("ab") as file:
            for chunk in response.iter_content(_CHUNK):
                received += len(chunk)
                self._check_size(received)
                file.write(chunk)
                if time.monotonic() > self.deadline:
                    raise self._error(f"not finished within {self.limits.all_seconds:g} s; try again to go on")
                self.progress(received, total)


def _content_range(header: str) -> tuple[int | None, int | None]:
    """Read ``bytes START-END/TOTAL``."""
    unit, _, rest = header.partition(" ")
    span, _, total = rest.partition("/")
    start = span.partition("-")[0]
    if unit != "bytes" or not start.isdecimal():
        return None, None
    return int(start), int(total) if total.isdecimal() else None


def _root(error: BaseException) -> str:
    """Give the last words of a chain of connection errors, without addresses of objects."""
    reason = getattr(error.args[0] if error.args else error, "reason", None) or error
    return str(reason).rsplit(">: ", 1)[-1].rsplit(": ", 1)[-1][:120]


# --- archive --------------------------------------------------------------------------------


def unpack(archive: Path, folder: Path, *, limits: Limits | None = None) -> Path:
    """Unpack the shapefile of a zip archive into the new ``folder``; return the path of its ``.shp``.

    Every member is checked before the first byte is written: no absolute or climbing path, no link, no
    encryption, no more members and bytes than ``limits``. Raises `BoundaryDataError`; nothing of a refused
    archive is left.
    """
    limits = limits or Limits()
    try:
        with zipfile.ZipFile(archive) as packed:
            members = _checked_members(packed, limits)
            folder.mkdir(parents=True)
            budget = limits.unpacked_bytes
            for member in members:
                budget -= _write_member(packed, member, folder, budget)
    except (zipfile.BadZipFile, EOFError, RuntimeError, zlib.error) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise BoundaryDataError(f"{archive.name} is no sound zip archive ({error}): fetch it again") from error
    except BoundaryDataError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return next(folder.glob("*.shp"))


def _checked_members(packed: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """Give the parts of the one shapefile, after a look at every member."""
    infos = packed.infolist()
    if len(infos) > limits.members:
        raise BoundaryDataError(f"the archive has {len(infos)} members, expected {limits.members} at most")
    for info in infos:
        fault = _fault(info)
        if fault:
            raise BoundaryDataError(f"the archive is refused: member {info.filename!r} is {fault}")
    if sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise BoundaryDataError(f"the archive unpacks to more than {limits.unpacked_bytes} bytes: it is refused")
    wanted = [info for info in infos if PurePosixPath(info.filename).suffix.lower() in _SHAPEFILE_PARTS]
    names = [PurePosixPath(info.filename) for info in wanted]
    shapes = [name for name in names if name.suffix.lower() == ".shp"]
    if len(shapes) != 1 or len({name.name.lower() for name in names}) != len(names):
        raise BoundaryDataError(f"the archive has {len(shapes)} shapefiles, expected one: it is not Natural Earth's")
    return [info for info in wanted if PurePosixPath(info.filename).with_suffix("") == shapes[0].with_suffix("")]


def _fault(info: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename:
        return "a path that leaves the folder"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link"
    if info.flag_bits & 0x1:
        return "encrypted"
    return None


def _write_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, budget: int) -> int:
    """Write one member under its bare name, counting what really comes out; return the bytes written."""
    written = 0
    with (
        packed.open(member) as source,
        (folder / PurePosixPath(member.filename).name.lower()).open("xb") as target,
    ):
        for chunk in iter(lambda: source.read(_CHUNK), b""):
            written += len(chunk)
            if written > budget:
                raise BoundaryDataError(f"member {member.filename!r} unpacks to more than it says: it is refused")
            target.write(chunk)
    return written


# --- boundary files -------------------------------------------------------------------------


def _make(shapefile: Path, made: Path, source: dict[str, Any]) -> tuple[int, tuple[str, ...]]:
    """Make the boundary files of a shapefile in the new folder ``made``; return units and edits left out."""
    from geo.natural_earth import UNIT_FILES, sources_text, state, tables

    made.mkdir()
    bundled = data_dir()
    for name in _COPIED:
        shutil.copyfile(bundled / name, made / name)
    edits = tomllib.loads((made / "edits.toml").read_text(encoding="utf-8"))
    units, left_out = tables(list(_features(shapefile)), edits, made, strict=False)
    _check_plausible(units)
    bundled_inputs = json.loads((bundled / "SOURCES.json").read_text(encoding="utf-8"))["inputs"]
    inputs = [
        {
            "package": "Natural Earth, admin-1 states and provinces, 1:10m",
            **source,
            "licence": "public domain",
            "credit": "Made with Natural Earth.",
        },
        *(entry for entry in bundled_inputs if "Natural Earth" not in entry["credit"]),
    ]
    data = f"Natural Earth archive {source['sha256'][:12]}, admin-1 states and provinces, 1:10m"
    text = sources_text(
        made,
        (*UNIT_FILES, *_COPIED),
        data=data,
        state=state(units, edits),
        inputs=inputs,
        edits=edits,
        left_out=left_out,
    )
    (made / "SOURCES.json").write_text(text, encoding="utf-8")
    return len(units), left_out


def _features(shapefile: Path) -> Iterator[Feature]:
    """Read the shapefile; country codes that Natural Earth leaves open are taken from the bundled file."""
    import geopandas as gpd
    import pandas as pd
    import shapely
    from pyogrio.errors import DataSourceError

    from geo.measure import require_wgs84
    from geo.natural_earth import Feature

    try:
        frame: gpd.GeoDataFrame = gpd.read_file(shapefile, encoding="utf-8")
    except (DataSourceError, UnicodeDecodeError) as error:
        raise BoundaryDataError(f"{shapefile.name} can't be read: {error}") from error
    require_wgs84(frame, name=shapefile.name)
    known = pd.read_parquet(data_dir() / "world.parquet", columns=["adm1_code", "country_de_facto"])
    countries = dict(zip(known["adm1_code"], known["country_de_facto"], strict=True))
    shapes = frame.geometry.to_numpy()
    for record, geometry in zip(frame.drop(columns="geometry").to_dict("records"), shapes, strict=True):
        attributes = {str(key): _cleaned(value) for key, value in record.items()}
        code = str(attributes.get("iso_a2") or "")
        if not (len(code) == 2 and code.isalpha()):
            attributes["iso_a2"] = countries.get(str(attributes.get("adm1_code")), "ZZ")
        if geometry is not None and not shapely.is_empty(geometry):
            yield Feature(attributes, geometry)


def _cleaned(value: Any) -> Any:
    """Strip what fixed-width fields are padded with; empty and missing values are None."""
    if isinstance(value, str):
        return value.strip().strip("\x00") or None
    return None if isinstance(value, float) and math.isnan(value) else value


def _check_plausible(units: gpd.GeoDataFrame) -> None:
    """An archive that is not admin-1 of the world must not become the map of Ukraine."""
    ukraine = units[units["country"] == "UA"]
    total = float(ukraine["area_km2"].sum())
    if len(ukraine) != 27 or not 590_000 < total < 610_000:
        raise BoundaryDataError(
            f"the archive has {len(ukraine)} units of Ukraine with {total:.0f} km2, "
            "expected 27 with about 599,000: it is another data set, or Natural Earth has changed its units; "
            "nothing was kept"
        )


def _place(made: Path, target: Path) -> None:
    """Move the finished folder to its name in one step; an older one of the same archive makes way."""
    if target.exists():
        old = made.with_name("old")
        target.rename(old)
    made.rename(target)
