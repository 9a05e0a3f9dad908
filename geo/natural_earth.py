"""Natural Earth's admin-1 features -> the tables of data/boundaries/: edited, keyed, measured.

One place for what `make boundaries` (from the npm package) and `concession-maps boundaries refresh` (from
Natural Earth's own archive) have in common. What is changed stands in data/boundaries/edits.toml.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.boundaries import LANGUAGES
from geo.errors import BoundaryDataError

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

CONTEXT_TOLERANCE_DEGREES = 0.01
ROWS_PER_GROUP = 128
#: The files that are made from the features; SOURCES.json holds their digests.
UNIT_FILES = ("ukraine.parquet", "world.parquet", "countries.parquet")

_CLDR = {"zh": "zh_Hans", "zht": "zh_Hant"}
_REAL_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_PLACEHOLDER = re.compile(r"[A-Z]{2}-X\d+")


@dataclass(frozen=True)
class Feature:
    """One admin-1 feature as Natural Earth has it: its attributes and its shape (EPSG:4326)."""

    attributes: Mapping[str, Any]
    shape: BaseGeometry

    @property
    def code(self) -> str:
        """Natural Earth's own key, unique."""
        return str(self.attributes["adm1_code"])


def tables(
    features: Sequence[Feature], edits: Mapping[str, Any], folder: Path, *, strict: bool = True
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Write `UNIT_FILES` into ``folder``; return the table of units and the edits that were left out.

    Raises `BoundaryDataError` for features that lack what is needed, and, if ``strict``, for an edit that no
    longer fits.
    """
    units, left_out = units_table(features, edits, strict=strict)
    write_parquet(units[units["country"] == "UA"].reset_index(drop=True), folder / "ukraine.parquet")
    write_parquet(units, folder / "world.parquet")
    write_parquet(countries_table(units), folder / "countries.parquet")
    return units, left_out


def units_table(
    features: Sequence[Feature], edits: Mapping[str, Any], *, strict: bool = True
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Make the table of all units, sorted by country and region, and name the edits that were left out.

    Columns as `geo.boundaries.COLUMNS` without published_km2; country is that of the viewpoint "un".
    """
    import geopandas as gpd
    import pandas as pd

    _check_features(features)
    edited, left_out = apply_edits([dict(feature.attributes) for feature in features], edits)
    if left_out and strict:
        raise BoundaryDataError(f"edits.toml no longer fits the data: {'; '.join(left_out)}")
    shapes = {feature.code: feature.shape for feature in features}
    broken = edits["geometry"]["make_valid"] if strict else [c for c, one in shapes.items() if not one.is_valid]
    shapes |= {code: _repaired(shapes[code]) for code in broken}
    codes = Counter(real_code(record) for record in edited)
    names = Counter((record["iso_a2"], record.get("name_en")) for record in edited)
    rows = [_row(record, shapes[record["adm1_code"]], codes, names, edits["country"]) for record in edited]
    table = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs="EPSG:4326")
    return table.sort_values(["country", "region"], ignore_index=True), left_out


def _check_features(features: Sequence[Feature]) -> None:
    missing = {key for f in features for key in ("adm1_code", "iso_a2", "admin") if not f.attributes.get(key)}
    if not features or missing:
        raise BoundaryDataError(f"no admin-1 features of Natural Earth: {', '.join(sorted(missing)) or 'empty'}")
    doubles = [code for code, count in Counter(feature.code for feature in features).items() if count > 1]
    if doubles:
        raise BoundaryDataError(f"adm1_code is not unique: {', '.join(doubles[:5])}")


# --- edits ----------------------------------------------------------------------------------


def apply_edits(
    records: Sequence[dict[str, Any]], edits: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Apply exchanges, then the edits of single units; return the records and what did not fit."""
    by_code = {record["adm1_code"]: record for record in records}
    left_out: list[str] = []
    for exchange in edits.get("exchange", ()):
        if all(by_code.get(code, {}).get("name") == name for code, name in exchange["was"].items()):
            by_code |= _exchanged(by_code, exchange["shapes"])
        else:
            left_out.append(f"exchange in {exchange['country']}")
    for edit in edits.get("unit", ()):
        code = edit["adm1_code"]
        record = by_code.get(code, {})
        if all(record.get(key) == value for key, value in edit["was"].items()):
            by_code[code] = _edited(record, edit)
        else:
            left_out.append(f"unit {code}")
    return [by_code[record["adm1_code"]] for record in records], tuple(left_out)


def _exchanged(by_code: Mapping[str, dict[str, Any]], shapes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Give each shape the attributes of the unit that it really is; the shape keeps its adm1_code."""
    if sorted(shapes) != sorted(shapes.values()):
        raise BoundaryDataError("edits.toml: an exchange uses each unit once as shape and once as what belongs to it")
    return {code: {**by_code[donor], "adm1_code": code} for code, donor in shapes.items()}


def _edited(record: Mapping[str, Any], edit: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        key: value for key, value in record.items() if not (edit.get("clear_other_names") and key.startswith("name_"))
    }
    return {**kept, **edit["set"], "edited_name": edit["set"].get("name")}


def _repaired(geometry: BaseGeometry) -> BaseGeometry:
    import shapely

    parts = shapely.get_parts(shapely.make_valid(geometry))
    return shapely.MultiPolygon(
        [ring for part in parts for ring in shapely.get_parts(part) if ring.geom_type == "Polygon"]
    )


# --- units and countries --------------------------------------------------------------------


def real_code(record: Mapping[str, Any]) -> str | None:
    """Give the ISO 3166-2 code, or None where Natural Earth has a placeholder such as ``EH-X01~``."""
    code = record.get("iso_3166_2") or ""
    return code if _REAL_CODE.fullmatch(code) and not _PLACEHOLDER.fullmatch(code) else None


def _row(
    record: Mapping[str, Any],
    geometry: BaseGeometry,
    codes: Counter[str | None],
    names: Counter[tuple[str, str | None]],
    country: Mapping[str, Any],
) -> dict[str, Any]:
    from geo.measure import area_km2

    iso, code = real_code(record), record["adm1_code"]
    clear = names[record["iso_a2"], record.get("name_en")] == 1
    name = (record.get("name_en") if clear else None) or record.get("name") or record["admin"]
    by_code = country["own_code"].get(iso, iso[:2]) if iso else record["iso_a2"]
    return {
        "region": iso if iso and codes[iso] == 1 else code,
        "adm1_code": code,
        "iso_3166_2": iso,
        "country": country["unit"].get(code, by_code),
        "country_de_facto": record["iso_a2"],
        "name": record.get("edited_name") or name,
        **{f"name_{language}": record.get(f"name_{language}") or None for language in LANGUAGES},
        "kind": record.get("type_en") or None,
        "wikidata": record.get("wikidataid") or None,
        "area_km2": round(area_km2(geometry), 6),
        "geometry": geometry,
    }


def countries_table(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make the land of each country, simplified, for drawing around a map.

    Columns: viewpoint ("un" or "ne"; "both" where they agree), country, units (how many), name,
    name_<language>, west, south, east, north (degrees), geometry. Simplified as one coverage before uniting,
    so that neighbours keep one border.
    """
    import geopandas as gpd
    import pandas as pd
    import shapely

    shapes = shapely.coverage_simplify(units.geometry.to_numpy(), CONTEXT_TOLERANCE_DEGREES)
    views = {view: _members(units, column) for view, column in (("un", "country"), ("ne", "country_de_facto"))}
    rows = []
    for code in sorted(views["un"].keys() | views["ne"].keys()):
        un, ne = views["un"].get(code, ()), views["ne"].get(code, ())
        wanted = [("both", un)] if un == ne else [("un", un), ("ne", ne)]
        rows += [_country(code, view, shapes[list(members)]) for view, members in wanted if members]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs="EPSG:4326")


def _members(units: gpd.GeoDataFrame, column: str) -> dict[str, tuple[int, ...]]:
    return {str(code): tuple(index) for code, index in units.groupby(column).groups.items()}


def _country(code: str, viewpoint: str, shapes: Any) -> dict[str, Any]:
    import shapely

    parts = [part for part in shapely.get_parts(shapely.union_all(shapes)) if part.geom_type == "Polygon"]
    land = shapely.normalize(shapely.MultiPolygon(parts))
    names = {f"name_{language}": country_name(code, language) for language in LANGUAGES}
    return {
        "viewpoint": viewpoint,
        "country": code,
        "units": len(shapes),
        "name": names["name_en"],
        **names,
        **dict(zip(("west", "south", "east", "north"), land.bounds, strict=True)),
        "geometry": land,
    }


def country_name(code: str, language: str) -> str:
    """Name a country in a language (Unicode CLDR by Babel); the code itself where CLDR has no name."""
    from babel import Locale

    return str(Locale.parse(_CLDR.get(language, language)).territories.get(code, code))


# --- files ----------------------------------------------------------------------------------


def write_parquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet whose bytes depend on the rows and the library versions alone."""
    frame.to_parquet(path, index=False, compression="zstd", compression_level=19, row_group_size=ROWS_PER_GROUP)


def digest(data: bytes) -> str:
    """Give the sha256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def made_with() -> dict[str, str]:
    """Name the versions that the bytes of the files depend on."""
    import shapely

    packages = ("babel", "geopandas", "pandas", "pyarrow", "pyproj", "shapely")
    return {name: importlib.metadata.version(name) for name in packages} | {"geos": shapely.geos_version_string}


def state(units: gpd.GeoDataFrame, edits: Mapping[str, Any]) -> str | None:
    """Give the date (ISO 8601) of the newest change of units that a table of units shows, None where it is not known.

    The codes of edits.toml tell: those of its [state] must be there, those of later changes must not.
    """
    known, there = edits.get("state", {}), set(units["iso_3166_2"])
    if not known or not there.issuperset(known["shown"]) or not there.isdisjoint(known["not_shown"]):
        return None
    return str(known["date"])


def sources_text(
    folder: Path,
    files: Iterable[str],
    *,
    state: str | None,
    data: str,
    inputs: Sequence[Mapping[str, Any]],
    edits: Mapping[str, Any],
    left_out: Sequence[str] = (),
) -> str:
    """Give SOURCES.json: what went in, what was changed, what came out (digests of files in ``folder``)."""
    record = {
        "data": data,
        "state": state,
        "viewpoints": {
            "un": edits["country"]["reason"],
            "ne": "Natural Earth's own: de facto control as its editors see it.",
        },
        "inputs": list(inputs),
        "edits": edits,
        "edits_left_out": list(left_out),
        "made_with": made_with(),
        "context_tolerance_degrees": CONTEXT_TOLERANCE_DEGREES,
        "files": {name: _file_entry(folder / name) for name in files},
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _file_entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": digest(content)}
