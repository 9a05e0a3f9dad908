"""Boundaries: data/boundaries/ -> GeoDataFrames of regions, their neighbours' land and towns.

The files are Natural Earth's 1:10m first-level units (public domain), edited as SOURCES.json lists; nothing
is downloaded here. All coordinates are degrees in EPSG:4326, (longitude, latitude). Regions are full
resolution with areas measured when the files were built; `simplified` shapes are for drawing only. Regions
are chosen by their code, never by a country name.

The folder is the installed package's, or the checkout's, or the one that the environment variable
``CONCESSION_MAPS_BOUNDARIES`` names (a folder made by `concession-maps boundaries refresh`).
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import BoundaryDataError, UnknownRegionError
from geo.models import Denominators, Record, Viewpoint
from geo.words import N_

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_AREAS = Path(__file__).parent / "vocabulary" / "areas.toml"
FOLDER_VARIABLE = "CONCESSION_MAPS_BOUNDARIES"
#: Languages of the columns ``name_<language>``: ISO 639-1, and ``zht`` for traditional Chinese.
LANGUAGES: tuple[str, ...] = (
    *("ar", "bn", "de", "el", "en", "es", "fa", "fr", "he", "hi", "hu", "id", "it"),
    *("ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "uk", "ur", "vi", "zh", "zht"),
)
#: Columns of every frame of regions, in this order.
COLUMNS: tuple[str, ...] = (
    "region",
    "adm1_code",
    "iso_3166_2",
    "country",
    "country_de_facto",
    "name",
    *(f"name_{language}" for language in LANGUAGES),
    "kind",
    "wikidata",
    "area_km2",
    "published_km2",
    "geometry",
)
#: At this tolerance drawn areas keep within 0.05 % for Ukraine's large regions and 0.3 % for Sevastopol.
DRAWING_TOLERANCE_DEGREES = 0.01

_VIEWPOINT_COLUMN: dict[Viewpoint, str] = {"un": "country", "ne": "country_de_facto"}
_VIEWPOINT_TEXT: dict[Viewpoint, str] = {
    "un": N_("Borders follow UN General Assembly resolution 68/262: Crimea and Sevastopol are shown in Ukraine"),
    "ne": N_("Borders follow Natural Earth, by de facto control: Crimea and Sevastopol are shown in Russia"),
}
#: The same where Crimea is not on the map.
_VIEWPOINT_ELSEWHERE: dict[Viewpoint, str] = {
    "un": N_("Borders follow Natural Earth; regions belong to the countries of their ISO 3166-2 codes"),
    "ne": N_("Borders follow Natural Earth, by de facto control"),
}
#: Countries that Crimea belongs to under one viewpoint or the other, and where it lies: west, south, east, north.
_WITH_CRIMEA = frozenset({"UA", "RU"})
_CRIMEA_DEGREES = (32.5, 44.4, 36.6, 46.0)


class AreaOf(Record, frozen=True):
    """An entry of ``vocabulary/areas.toml``: an area that is not one first-level unit (see there)."""

    id: str
    name: str
    country: str
    units: tuple[str, ...]
    exact: bool
    note: str


# --- regions --------------------------------------------------------------------------------------


def load_regions(country: str = "UA", *, viewpoint: Viewpoint = "un") -> gpd.GeoDataFrame:
    """Load a country's first-level units at full resolution, sorted by region.

    Parameters
    ----------
    country
        ISO 3166-1 alpha-2 code, upper or lower case; XK for Kosovo.
    viewpoint
        "un": a unit belongs to the country of its ISO 3166-2 code (Crimea and Sevastopol in Ukraine). "ne":
        to the country that Natural Earth files it under, by de facto control.

    Returns
    -------
    regions
        EPSG:4326. Columns as in `COLUMNS`: region (ISO 3166-2; Natural Earth's adm1_code where its ISO code
        is not unique or a placeholder), adm1_code, iso_3166_2, country (alpha-2 under ``viewpoint``),
        country_de_facto (alpha-2 by Natural Earth), name (English), name_<language>, kind, wikidata, area_km2
        (geodesic, full resolution), published_km2 (NaN where unknown), geometry.

    Raises
    ------
    UnknownRegionError
        If no unit has that country.
    BoundaryDataError
        If the boundary files are missing, broken or changed.
    """
    code = country.upper()
    column = _column(viewpoint)
    if code == "UA":
        return _dressed(_read(_verified("ukraine.parquet"), filters=[(column, "==", code)]), viewpoint)
    known = _country_codes(_verified("world.parquet"), column)
    if code not in known:
        raise UnknownRegionError(country, _country_candidates(code, known), kind="country")
    return _dressed(_read(_verified("world.parquet"), filters=[(column, "==", code)]), viewpoint)


def regions_by_id(ids: Iterable[str], *, viewpoint: Viewpoint = "un") -> gpd.GeoDataFrame:
    """Load regions of any countries by their ids, and areas of ``areas.toml`` as dissolved rows.

    Columns and coordinates as in `load_regions`, one row for each id, sorted by region. An area's row has its
    id as region, "area" as kind, no adm1_code, and the sum of its units' areas. Areas that no unit matches
    have no row: ``frame.attrs["without_geometry"]`` is the tuple of their ids, ``frame.attrs["notes"]`` tells
    for each inexact area how its units differ from it. Raises `UnknownRegionError` with candidates.
    """
    import geopandas as gpd
    import pandas as pd

    wanted = sorted(set(ids))
    own = [one for one in wanted if one not in areas()]
    composite = [areas()[one] for one in wanted if one in areas()]
    units = _units([*own, *(unit for area in composite for unit in area.units)], viewpoint)
    rows = [units.loc[units["region"].isin(own)]]
    rows += [_dissolved(area, units, viewpoint) for area in composite if area.units]
    frame = gpd.GeoDataFrame(pd.concat(rows) if len(rows) > 1 else rows[0], geometry="geometry", crs="EPSG:4326")
    frame = _none_for_missing(frame.sort_values("region", ignore_index=True))
    frame.attrs["without_geometry"] = tuple(area.id for area in composite if not area.units)
    frame.attrs["notes"] = {area.id: area.note for area in composite if not area.exact}
    return frame


def expand(area_id: str) -> tuple[str, ...]:
    """Give the units of an area of ``areas.toml`` in its order; a region's own id for a region; () for an
    area without units.

    Raises `UnknownRegionError` for an id that is neither.
    """
    if area_id in areas():
        return areas()[area_id].units
    return (_known_unit(area_id),)


def areas() -> Mapping[str, AreaOf]:
    """Give the areas of ``geo/vocabulary/areas.toml`` by id."""
    return _areas(_AREAS)


@lru_cache
def _areas(path: Path) -> Mapping[str, AreaOf]:
    table = _toml(path)
    try:
        return {
            key: AreaOf(key, entry["name"], entry["country"], tuple(entry["units"]), entry["exact"], entry["note"])
            for key, entry in table.items()
        }
    except (KeyError, TypeError) as error:
        raise BoundaryDataError(
            f"{path.name}: an area lacks {error}, expected name, country, units, exact, note"
        ) from error


def _units(ids: Sequence[str], viewpoint: Viewpoint) -> gpd.GeoDataFrame:
    known = sorted({_known_unit(one) for one in ids})
    name = "ukraine.parquet" if known and all(one.startswith("UA-") for one in known) else "world.parquet"
    return _dressed(_read(_verified(name), filters=[("region", "in", known or [""])]), viewpoint)


def _known_unit(one: str) -> str:
    """Return the id if it is a unit's, else raise `UnknownRegionError`; nothing is guessed."""
    if one.startswith("UA-") and one in _region_codes(_verified("ukraine.parquet")):
        return one
    known = _region_codes(_verified("world.parquet"))
    if one in known:
        return one
    shared = [region for region, iso in known.items() if iso == one]
    names = _region_names(_verified("world.parquet"))
    named = [region for region, name in names.items() if name == one.casefold()]
    raise UnknownRegionError(one, shared or named[:3] or _candidates(one, [*known, *areas()]))


def _candidates(word: str, known: Sequence[str]) -> list[str]:
    return difflib.get_close_matches(word, known, n=3, cutoff=0.5)


def _dissolved(area: AreaOf, units: gpd.GeoDataFrame, viewpoint: Viewpoint) -> gpd.GeoDataFrame:
    import geopandas as gpd

    members = units.loc[units["region"].isin(area.units)]
    de_facto = members.groupby("country_de_facto")["area_km2"].sum().idxmax()
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "region": area.id,
        "country": area.country if viewpoint == "un" else de_facto,
        "country_de_facto": de_facto,
        "name": area.name,
        "name_en": area.name,
        "kind": "area",
        "area_km2": float(members["area_km2"].sum()),
        "published_km2": float(members["published_km2"].sum(skipna=False)),
        "geometry": members.geometry.union_all(),
    }
    return gpd.GeoDataFrame([row], geometry="geometry", crs="EPSG:4326").astype({"published_km2": "float64"})


def _none_for_missing(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Unknown words are None, not NaN, which is true in Python and would be printed."""
    words = ["adm1_code", "iso_3166_2", "kind", "wikidata", *(f"name_{language}" for language in LANGUAGES)]
    columns = {word: frame[word].astype(object) for word in words if word in frame}
    return frame.assign(**{word: column.where(column.notna(), None) for word, column in columns.items()})


def _dressed(table: gpd.GeoDataFrame, viewpoint: Viewpoint) -> gpd.GeoDataFrame:
    """Give the stored table the columns that depend on the viewpoint and on the reference file."""
    published = {region: entry["km2"] for region, entry in reference_areas().get("regions", {}).items()}
    table = table.assign(
        country=table[_column(viewpoint)], published_km2=table["region"].map(published).astype("float64")
    )
    return _none_for_missing(table.sort_values("region", ignore_index=True)[list(COLUMNS)])


def _column(viewpoint: Viewpoint) -> str:
    if viewpoint not in _VIEWPOINT_COLUMN:
        raise BoundaryDataError(f"unknown viewpoint {viewpoint!r}, expected one of {', '.join(_VIEWPOINT_COLUMN)}")
    return _VIEWPOINT_COLUMN[viewpoint]


# --- drawing --------------------------------------------------------------------------------------


def simplified(regions: gpd.GeoDataFrame, *, tolerance_degrees: float = DRAWING_TOLERANCE_DEGREES) -> gpd.GeoDataFrame:
    """Simplify shapes for drawing: same rows, order and columns, shared borders stay shared, no shape
    vanishes.

    ``area_km2`` stays the full-resolution area: never measure the result. Rows that overlap others (an area
    beside its own units) are simplified in a coverage of their own.
    """
    import shapely

    shapes = regions.geometry.to_numpy()
    drawn = shapes.copy()
    for members in _coverages(shapes):
        drawn[members] = shapely.coverage_simplify(shapes[members], tolerance_degrees)
    vanished = shapely.is_empty(drawn) | ~shapely.is_valid(drawn)
    drawn[vanished] = shapes[vanished]
    return regions.set_geometry(type(regions.geometry)(drawn, index=regions.index, crs=regions.crs))


def _coverages(shapes: Any) -> list[list[int]]:
    """Split row numbers into groups without overlaps inside a group; usually one group."""
    import shapely

    if shapely.coverage_is_valid(shapes):
        return [list(range(len(shapes)))]
    tree = shapely.STRtree(shapes)
    pairs = (tree.query(shapes, predicate=predicate).T for predicate in ("overlaps", "covers"))
    clashes: dict[int, set[int]] = {}
    for one, other in chain.from_iterable(pairs):
        if one != other:
            clashes.setdefault(int(one), set()).add(int(other))
            clashes.setdefault(int(other), set()).add(int(one))
    groups: list[list[int]] = []
    for number in range(len(shapes)):
        free = (group for group in groups if clashes.get(number, set()).isdisjoint(group))
        home = next(free, None)
        if home is None:
            groups.append([number])
        else:
            home.append(number)
    return groups


def load_context(
    regions: gpd.GeoDataFrame,
    *,
    viewpoint: Viewpoint = "un",
    margin_degrees: float | None = None,
) -> gpd.GeoDataFrame:
    """Load the land around regions, one row for each other country, simplified and clipped to the
    surroundings.

    Parameters
    ----------
    regions
        Frame as of `load_regions`. A country whose units are all among them is left out of the result.
    margin_degrees
        How far the surroundings reach beyond the regions' bounds; None: a third of their larger side, 1 at
        least.

    Returns
    -------
    context
        EPSG:4326, sorted by country. Columns country, name, name_<language>, geometry. For drawing under the
        regions.
    """
    import shapely

    table = _countries(_verified("countries.parquet"))
    west, south, east, north = _surroundings(regions, margin_degrees)
    near = (table["west"] <= east) & (table["east"] >= west) & (table["south"] <= north) & (table["north"] >= south)
    seen = table["viewpoint"].isin(("both", viewpoint))
    full = regions.loc[regions["kind"] != "area", _column(viewpoint)].value_counts()
    drawn = table["country"].map(full).fillna(0) >= table["units"]
    columns = ["country", "name", *(f"name_{language}" for language in LANGUAGES), "geometry"]
    rows = table.loc[near & seen & ~drawn, columns]
    clipped = rows.set_geometry(shapely.clip_by_rect(rows.geometry.to_numpy(), west, south, east, north), crs=table.crs)
    return clipped.loc[~clipped.geometry.is_empty].reset_index(drop=True)


def _surroundings(regions: gpd.GeoDataFrame, margin: float | None) -> tuple[float, float, float, float]:
    if regions.empty:
        raise BoundaryDataError("no regions: there are no surroundings to draw, load regions first")
    west, south, east, north = (float(value) for value in regions.total_bounds)
    reach = max(1.0, max(east - west, north - south) / 3) if margin is None else margin
    return (
        max(-180.0, west - reach),
        max(-90.0, south - reach),
        min(180.0, east + reach),
        min(90.0, north + reach),
    )


def load_cities(country: str | None = None) -> pd.DataFrame:
    """Load towns for labels: capitals, the seats of Ukraine's regions, cities of a million and more.

    Columns: name, name_uk (None where unknown), country (alpha-2 by GeoNames), region (of Ukraine's seats,
    else None), lon, lat (degrees, EPSG:4326), rank (1 capital, 2 seat of a region, 3 large city), population.
    Sorted by rank, country, name. ``country`` keeps one alpha-2 code. Credit: GeoNames, CC BY 4.0.
    """
    table = _cities(_verified("cities.csv"))
    wanted = table if country is None else table.loc[table["country"] == country.upper()]
    return wanted.reset_index(drop=True)


# --- what shares are taken of ---------------------------------------------------------------------


def denominators(country: str, regions: gpd.GeoDataFrame) -> Denominators:
    """Give the wholes that shares are taken of: the measured sum of ``regions`` and the published figures, in
    km2.

    Published figures and their sources come from reference_areas.toml; None for a country that is not in it.
    """
    code = country.upper()
    entry = reference_areas().get("countries", {}).get(code, {})
    published = tuple(
        f"{name}: {entry[key]}"
        for name, key in (("published total", "total_source"), ("published land", "land_source"))
        if key in entry
    )
    return Denominators(
        country=code,
        published_total_km2=_km2(entry.get("total_km2")),
        measured_total_km2=round(float(regions["area_km2"].sum()), 6),
        published_land_km2=_km2(entry.get("land_km2")),
        sources=(f"measured: geodesic sum of {len(regions)} units, {description()}", *published),
    )


def _km2(value: float | None) -> float | None:
    return None if value is None else float(value)


# --- what is bundled ------------------------------------------------------------------------------


def description() -> str:
    """Name the boundary data in one line, for every output: data set, version, scale, digest of the units.

    The digest is that of the file as it lies there now: it is compared first, so what is printed was verified.
    Raises `BoundaryDataError` if the file is missing, broken or changed.
    """
    record = _sources(_verified_sources())
    _verified("world.parquet")
    return f"{record['data']} (units sha256 {record['files']['world.parquet']['sha256'][:12]})"


def state_date() -> str | None:
    """Give the date (ISO 8601) of the newest change of units that the boundaries show, None where it is not known."""
    date = _sources(_verified_sources()).get("state")
    return date if isinstance(date, str) else None


def credit_lines() -> tuple[str, ...]:
    """Give the credit lines of the bundled data, one for each input."""
    return tuple(entry["credit"] for entry in _sources(_verified_sources())["inputs"])


def viewpoint_text(
    viewpoint: Viewpoint, countries: Iterable[str] | None = None, *, context: gpd.GeoDataFrame | None = None
) -> str:
    """Say in one sentence, without its full stop, whose borders are drawn, for every output.

    It is a message of the catalogues (`geo.words`). ``countries`` are the alpha-2 codes of what is measured (None: of
    all the world) and ``context`` the land that is drawn around, EPSG:4326: the sentence tells of Crimea only where
    Ukraine or Russia is measured or the peninsula is drawn.
    """
    _column(viewpoint)
    crimea = countries is None or not _WITH_CRIMEA.isdisjoint(countries)
    if not crimea and context is not None:
        crimea = bool(len(context.clip(_CRIMEA_DEGREES)))
    return (_VIEWPOINT_TEXT if crimea else _VIEWPOINT_ELSEWHERE)[viewpoint]


def countries(*, viewpoint: Viewpoint = "un") -> pd.DataFrame:
    """List what is bundled, a row a country.

    Columns: country (alpha-2), name, units (how many), area_km2 (measured), published_km2 (NaN: unknown).
    """
    import pyarrow.parquet as pq

    column = _column(viewpoint)
    wanted = [column, "region", "area_km2"]
    units: pd.DataFrame = pq.read_table(_verified("world.parquet"), columns=wanted).to_pandas()
    table = units.groupby(column).agg(units=("region", "size"), area_km2=("area_km2", "sum"))
    table = table.rename_axis("country").reset_index()
    named = _countries(_verified("countries.parquet")).drop_duplicates("country").set_index("country")["name"]
    published = {code: entry.get("total_km2") for code, entry in reference_areas().get("countries", {}).items()}
    table.insert(1, "name", table["country"].map(named))
    return table.assign(published_km2=table["country"].map(published).astype("float64"))


def data_dir() -> Path:
    """Give the folder of the boundary files. Raises `BoundaryDataError` if there is none."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    package = Path(__file__).parent
    folders = [Path(chosen)] if chosen else [package / "data" / "boundaries", package.parent / "data" / "boundaries"]
    for folder in folders:
        if (folder / "SOURCES.json").is_file():
            return folder
    where = f"{FOLDER_VARIABLE}={chosen}" if chosen else "the installation"
    raise BoundaryDataError(
        f"no boundary files in {where}: expected SOURCES.json and ukraine.parquet in {folders[-1]}; "
        "reinstall the package, or run `make boundaries` in the checkout"
    )


# --- files ----------------------------------------------------------------------------------------


def _verified_sources() -> Path:
    """Give the path of SOURCES.json; the edits that it lists must be those of the file beside it."""
    _verified("edits.toml")
    return data_dir() / "SOURCES.json"


def _verified(name: str) -> Path:
    """Give the path of a data file whose bytes are those that SOURCES.json records."""
    folder = data_dir()
    path = folder / name
    try:
        state = path.stat()
    except OSError as error:
        raise BoundaryDataError(
            f"boundary file {path} is missing: reinstall the package, or run `make boundaries`"
        ) from error
    _check_digest(path, state.st_mtime_ns, state.st_size)
    if name != "edits.toml":
        _verified("edits.toml")  # what was edited belongs to every file that was made by it
    return path


@lru_cache
def _check_digest(path: Path, _modified: int, _size: int) -> None:
    expected = _sources(path.with_name("SOURCES.json"))["files"].get(path.name, {}).get("sha256")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise BoundaryDataError(
            f"boundary file {path} is broken or changed: sha256 {found[:12]}, "
            f"SOURCES.json has {str(expected)[:12]}; "
            "reinstall the package, or run `make boundaries`"
        )


@lru_cache
def _sources(path: Path) -> Mapping[str, Any]:
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BoundaryDataError(
            f"{path} can't be read ({error}): reinstall the package, or run `make boundaries`"
        ) from error
    if not isinstance(record, dict) or not {"data", "files", "inputs"} <= record.keys():
        raise BoundaryDataError(f"{path} lacks data, files or inputs: reinstall the package, or run `make boundaries`")
    return record


def reference_areas() -> Mapping[str, Any]:
    """Give reference_areas.toml: published areas in km2 of countries and regions, with their sources."""
    return _toml(_verified("reference_areas.toml"))


@lru_cache
def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BoundaryDataError(f"{path} can't be read: {error}") from error


def _read(path: Path, *, filters: list[tuple[str, str, Any]]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    try:
        return gpd.read_parquet(path, filters=filters)
    except (OSError, ValueError, KeyError) as error:
        raise BoundaryDataError(f"boundary file {path} can't be read: {error}") from error


@lru_cache
def _country_codes(path: Path, column: str) -> tuple[str, ...]:
    import pyarrow.parquet as pq

    return tuple(sorted(set(pq.read_table(path, columns=[column])[column].to_pylist())))


def _country_candidates(word: str, known: Sequence[str]) -> list[str]:
    """Find alpha-2 codes for what was meant: an English name, an alpha-3 code, or a slip of the pen."""
    import pyarrow.parquet as pq

    named = pq.read_table(_verified("countries.parquet"), columns=["country", "name"]).to_pylist()
    units = pq.read_table(_verified("world.parquet"), columns=["country", "adm1_code"]).to_pylist()
    meant = {row["country"] for row in named if row["name"].upper() == word}
    meant |= {row["country"] for row in units if row["adm1_code"][:3] == word}
    return sorted(meant)[:3] or _candidates(word, known)


@lru_cache
def _region_codes(path: Path) -> Mapping[str, str | None]:
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=["region", "iso_3166_2"])
    return dict(zip(table["region"].to_pylist(), table["iso_3166_2"].to_pylist(), strict=True))


@lru_cache
def _region_names(path: Path) -> Mapping[str, str]:
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=["region", "name"])
    names = (name.casefold() for name in table["name"].to_pylist())
    return dict(zip(table["region"].to_pylist(), names, strict=True))


@lru_cache(maxsize=2)
def _countries(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd

    return _none_for_missing(gpd.read_parquet(path))


@lru_cache(maxsize=2)
def _cities(path: Path) -> pd.DataFrame:
    import pandas as pd

    table = pd.read_csv(path, keep_default_na=False, dtype={"name": str, "country": str})
    return table.assign(**{column: table[column].replace("", None) for column in ("name_uk", "region")})
