"""The exports room: readings and atlases -> JSON lines, CSV, GeoJSON, GeoPackage, GeoParquet and JSON.

`reading_line` and `claims_table` need msgspec only, so that `concession-maps extract` starts fast; the files of
`write_all` are for other people's programs, and say in their own metadata what units and whose borders they have.
The same atlas gives the same bytes: no clock, no random order. Titles, fields and units are in `exports.toml`.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from geo.errors import OutputError
from geo.models import ROLES, ArticleInfo, Claim, Held, Quantity, Reading, Record, Skipped, Unmapped

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.atlas import Atlas
    from geo.models import Check

Row = dict[str, Any]

#: Decimals of the coordinates in GeoJSON: about 0.1 m.
COORDINATE_DIGITS = 6
#: GeoPackage and GDAL want a time of change; a build has no clock, so it is always this one.
_NO_CLOCK = "1970-01-01T00:00:00.000Z"
#: A cell with one of these first, or behind spaces, is a formula to some spreadsheet (also the full-width forms).
_FORMULA = re.compile(r"^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
#: The same after a character that another list separator would make a cell's end.
_INNER_FORMULA = re.compile(r"(?<=[;\t\r\n|])(?=[\"']*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")
#: What a terminal that shows the table would obey.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class DataFile(Record, frozen=True):
    """One file under maps/data/: its name, what it is (English message), its media type, its size in bytes."""

    name: str
    title: str
    mediatype: str
    bytes: int


# --- JSON lines ---------------------------------------------------------------------------------------------


class _ClaimLine(msgspec.Struct, frozen=True):
    region: str
    role: str
    actor: str | None
    speaker: str | None
    hedged: bool
    partial: bool
    surface: str
    start: int
    end: int
    sentence: str


class _QuantityLine(msgspec.Struct, frozen=True):
    min: float
    max: float
    unit: str
    of: str | None
    approx: bool
    role: str
    surface: str
    start: int
    end: int
    sentence: str


class _UnmappedLine(msgspec.Struct, frozen=True):
    surface: str
    start: int
    end: int
    sentence: str


class _Line(msgspec.Struct, frozen=True):
    article: ArticleInfo
    claims: list[_ClaimLine]
    quantities: list[_QuantityLine]
    unmapped: list[_UnmappedLine]
    skipped: Skipped | None


_encoder = msgspec.json.Encoder()


def reading_line(reading: Reading, *, explain: bool = False) -> bytes:
    """Return one article's line of the reading contract, without the line end.

    ``start`` and ``end`` are character offsets into the text as read; unknown values are null. With ``explain`` claims,
    quantities and unmapped phrases have all that is known of them: where the sentence starts, and which rule and words
    they rest on.
    """
    if explain:
        return _encode(reading)
    return _encode(
        _Line(
            reading.article,
            [_claim_line(one) for one in reading.claims],
            [_quantity_line(one) for one in reading.quantities],
            [_unmapped_line(one) for one in reading.unmapped],
            reading.skipped,
        )
    )


def _claim_line(c: Claim) -> _ClaimLine:
    return _ClaimLine(c.region, c.role, c.actor, c.speaker, c.hedged, c.partial, c.surface, c.start, c.end, c.sentence)


def _quantity_line(q: Quantity) -> _QuantityLine:
    return _QuantityLine(q.min, q.max, q.unit, q.of, q.approx, q.role, q.surface, q.start, q.end, q.sentence)


def _unmapped_line(u: Unmapped) -> _UnmappedLine:
    return _UnmappedLine(u.surface, u.start, u.end, u.sentence)


def _encode(value: Any) -> bytes:
    """JSON in UTF-8; a text with half a surrogate pair, which UTF-8 can't hold, is escaped instead."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        import json

        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode()


def _document(value: Any) -> bytes:
    return msgspec.json.format(_encode(value), indent=1) + b"\n"


# --- the table of claims ------------------------------------------------------------------------------------


def claims_table(
    readings: Iterable[Reading], *, names: Mapping[str, str] | None = None, reviewed: str | None = None
) -> list[Row]:
    """Return a row for each claim, in the order of the articles and of the text.

    Columns: claim (stable id, see `geo.review.claim_ids`), article, title, date, source, url, region, region_name,
    role, actor, speaker, hedged, partial, surface, sentence, start, end (characters of the text), rule, cue, reviewed.
    Unknown is None. ``names`` are the regions' names by id; None takes the English ones of the boundaries.
    ``reviewed`` is the line of an editor's review, the same in each row.
    """
    from geo.review import claim_ids

    told = list(readings)
    known = region_names({c.region for one in told for c in one.claims}) if names is None else names
    return [
        _clean_row(_claim_row(one.article, claim, id_, known) | {"reviewed": reviewed})
        for one in told
        for claim, id_ in zip(one.claims, claim_ids(one), strict=True)
    ]


def _claim_row(article: ArticleInfo, claim: Claim, id_: str, names: Mapping[str, str]) -> Row:
    return {
        "claim": id_,
        "article": article.id,
        "title": article.title,
        "date": article.date,
        "source": article.source,
        "url": article.url,
        "region": claim.region,
        "region_name": names.get(claim.region),
        "role": claim.role,
        "actor": claim.actor,
        "speaker": claim.speaker,
        "hedged": claim.hedged,
        "partial": claim.partial,
        "surface": claim.surface,
        "sentence": claim.sentence,
        "start": claim.start,
        "end": claim.end,
        "rule": claim.why.rule if claim.why else None,
        "cue": claim.why.cue if claim.why else None,
    }


def claims_frame(readings: Iterable[Reading]) -> pd.DataFrame:
    """Return the claims as a DataFrame, a row a claim; columns as in `claims_table`."""
    import pandas as pd

    return pd.DataFrame(claims_table(readings), columns=_claim_columns())


def claims_csv(readings: Iterable[Reading], *, names: Mapping[str, str] | None = None) -> str:
    """Return the claims as CSV (RFC 4180) with empty columns for an editor's decisions; see `geo.review`.

    No cell can start a formula: see `exports.toml`, notes.
    """
    return _csv(claims_table(readings, names=names), _columns("claims"))


def region_names(ids: Iterable[str]) -> dict[str, str]:
    """Return the English names of regions and areas by id.

    Raises
    ------
    UnknownRegionError
        If the boundaries don't have one of them.
    """
    from geo import boundaries

    wanted = set(ids)
    names = {one: boundaries.areas()[one].name for one in wanted if one in boundaries.areas()}
    units = wanted - names.keys()
    if units:
        frame = boundaries.regions_by_id(units)
        names |= dict(zip(frame["region"], frame["name"], strict=True))
    return names


def _csv(rows: Iterable[Row], columns: Sequence[str]) -> str:
    import csv

    text = io.StringIO(newline="")
    # Every cell in quotes: no cell of text can end early, whatever list separator the reader's country has.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def cell(value: Any) -> str:
    """Return a value as the text of a CSV cell, which no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    text = _INNER_FORMULA.sub("'", _CONTROL.sub("\ufffd", _clean(value)))
    return f"'{text}" if _FORMULA.match(text) else text


def _clean(text: str) -> str:
    """Put U+FFFD for what no UTF-8 file can hold; the length stays, so offsets stay true."""
    return _UNWRITABLE.sub("\ufffd", text)


def _clean_row(row: Row) -> Row:
    return {key: _clean(value) if isinstance(value, str) else value for key, value in row.items()}


# --- the table of regions -----------------------------------------------------------------------------------


def regions_table(atlas: Atlas) -> list[Row]:
    """Return a row for each region of the atlas, in its order; columns as in `exports.toml`, fields.regions.

    Counts are of articles. ``main_role`` is the role of most articles, in a tie the first in the order of `ROLES`;
    ``mentioned`` only where there is no other.
    """
    claims: dict[str, list[tuple[str, Claim]]] = {}
    for reading in atlas.readings:
        for claim in reading.claims:
            claims.setdefault(claim.region, []).append((reading.article.id, claim))
    whole = atlas.comparison.denominators.measured_total_km2
    held = {one.region: one for one in (atlas.comparison.control.regions if atlas.comparison.control else ())}
    return [
        _clean_row(
            _region_row(unit, claims.get(unit["region"], []), whole if _home(unit, atlas) else None)
            | _held(held.get(unit["region"]))
            | {"reviewed": atlas.reviewed}
        )
        for unit in _records(atlas.regions)
    ]


def _records(regions: gpd.GeoDataFrame) -> list[Row]:
    return [
        {str(key): value for key, value in row.items()} for row in regions.drop(columns="geometry").to_dict("records")
    ]


def _home(unit: Row, atlas: Atlas) -> bool:
    return bool(unit["country"] == atlas.country and unit["kind"] != "area")


def _held(part: Held | None) -> Row:
    if part is None:
        return {"held_km2": None, "held_percent": None}
    return {"held_km2": round(part.held_km2, 3), "held_percent": round(part.held_percent, 4)}


def _region_row(unit: Row, claims: Sequence[tuple[str, Claim]], whole_km2: float | None) -> Row:
    articles = {role: {article for article, one in claims if one.role == role} for role in ROLES}
    said = [role for role in ROLES if articles[role]]
    ranked = sorted(said, key=lambda role: (role == "mentioned", -len(articles[role])))
    main = ranked[0] if ranked else None
    told = [(article, one) for article, one in claims if one.role != "mentioned"]
    quotes = ((one.sentence, article) for article, one in claims if one.role == main)
    quote = next(quotes, (None, None))
    published = float(unit["published_km2"])
    return {
        **{key: unit[key] or None for key in ("region", "name", "name_uk", "country", "country_de_facto", "kind")},
        "area_km2": round(float(unit["area_km2"]), 3),
        "published_km2": None if math.isnan(published) else round(published, 3),
        "share_percent": None if not whole_km2 else round(100 * float(unit["area_km2"]) / whole_km2, 4),
        "main_role": main,
        "roles": ";".join(said) or None,
        "actors": ";".join(sorted({one.actor for _, one in told if one.actor})) or None,
        "articles": len({article for article, _ in told}),
        **{role: len(articles[role]) for role in ROLES},
        "hedged": all(one.hedged for _, one in told) if told else None,
        "partial": all(one.partial for _, one in told) if told else None,
        "quote": quote[0],
        "quote_article": quote[1],
    }


# --- what stands in every file ------------------------------------------------------------------------------


def about(atlas: Atlas) -> dict[str, Any]:
    """Return what every file says about itself: program, viewpoint, boundaries, units, denominators, review."""
    from importlib.metadata import version

    notes, layer = _texts()["notes"], atlas.comparison.control
    named = {claim.region for one in atlas.readings for claim in one.claims}
    return {
        "program": f"concession-maps {version('concession-maps')}",
        "country": atlas.country,
        "viewpoint": atlas.viewpoint,
        "viewpoint_text": atlas.viewpoint_text,
        "boundaries": atlas.boundaries,
        "boundary_licence": notes["boundary_licence"],
        "coordinates": notes["coordinates"],
        "areas": notes["areas"],
        "note": notes["upper_bound"],
        "denominators": msgspec.to_builtins(atlas.comparison.denominators),
        "articles": len(atlas.readings),
        "without_geometry": sorted(named - set(atlas.regions["region"])),
        "reviewed": atlas.reviewed,
        "control": {"file": layer.file, "date": layer.date, "credit": layer.credit} if layer else None,
    }


def units(table: str) -> dict[str, str]:
    """Return the units of a table's columns, of those that have one."""
    return {name: field["unit"] for name, field in _fields(table).items() if "unit" in field}


@cache
def _texts() -> dict[str, Any]:
    import tomllib

    return tomllib.loads(Path(__file__).with_name("exports.toml").read_text(encoding="utf-8"))


def _fields(table: str) -> dict[str, dict[str, str]]:
    fields: dict[str, dict[str, str]] = _texts()["fields"][table]
    return fields


def _columns(table: str, *, without: Sequence[str] = ()) -> list[str]:
    return [name for name in _fields(table) if name not in without]


def _claim_columns() -> list[str]:
    """The columns of claims, without those that are an editor's."""
    from geo.review import EDITOR_COLUMNS

    return _columns("claims", without=EDITOR_COLUMNS)


def titles() -> dict[str, str]:
    """Return what each file of `write_all` is, by name, in the order in which they are listed (English messages)."""
    return {name: entry["title"] for name, entry in _texts()["files"].items()}


# --- files --------------------------------------------------------------------------------------------------


def write_all(atlas: Atlas, folder: Path) -> tuple[DataFile, ...]:
    """Write every data file of an atlas into a folder, and ``datapackage.json``, which describes them all.

    claims.jsonl, claims.csv (UTF-8 with a byte order mark, for Excel), regions.csv, regions.geojson (RFC 7946),
    regions.gpkg (layers regions and claims), regions.parquet (GeoParquet), comparison.json, checks.json. Coordinates
    are (longitude, latitude) on WGS 84 at full resolution; areas km2, shares percent. The same atlas gives the same
    bytes.

    Raises
    ------
    OutputError
        If the folder or a file can't be written.
    """
    names = dict(zip(atlas.regions["region"], atlas.regions["name"], strict=True))
    named = {claim.region for one in atlas.readings for claim in one.claims}
    names |= region_names(named - names.keys())
    claims = claims_table(atlas.readings, names=names, reviewed=atlas.reviewed)
    rows = regions_table(atlas)
    meta = about(atlas)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _lines(folder / "claims.jsonl", map(reading_line, atlas.readings))
        (folder / "claims.csv").write_bytes(_csv(claims, _columns("claims")).encode("utf-8-sig"))
        (folder / "regions.csv").write_bytes(_csv(rows, _columns("regions")).encode())
        _lines(folder / "regions.geojson", _geojson(atlas.regions, rows, meta))
        frame = _frame(atlas.regions, rows)
        _geopackage(folder / "regions.gpkg", frame, claims, meta)
        _geoparquet(folder / "regions.parquet", frame, meta)
        (folder / "comparison.json").write_bytes(_document(atlas.comparison))
        (folder / "checks.json").write_bytes(_document(_checks(atlas, meta)))
        (folder / "datapackage.json").write_bytes(_document(_package(folder, meta)))
        return tuple(
            DataFile(name, entry["title"], entry["mediatype"], (folder / name).stat().st_size)
            for name, entry in _texts()["files"].items()
        )
    except OSError as error:
        raise OutputError(
            f"{error.filename or folder}: can't be written ({error.strerror or error}); choose another folder"
        ) from error


def _lines(path: Path, lines: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(line + b"\n" for line in lines)


def _geojson(regions: gpd.GeoDataFrame, rows: Sequence[Row], meta: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield a FeatureCollection, a line a region: rounded, outer rings anticlockwise, without a crs member.

    Rounded by snapping to a grid, which keeps the shapes valid and shared borders shared.
    """
    import shapely

    shapes = shapely.set_precision(regions.geometry.to_numpy(), 10.0**-COORDINATE_DIGITS)
    shapes = shapely.orient_polygons(shapes, exterior_cw=False)
    west, south, east, north = (round(float(x), COORDINATE_DIGITS) for x in shapely.total_bounds(shapes))
    head = _encode({"name": "regions", "metadata": {**meta, "units": units("regions")}})
    yield b'{"type":"FeatureCollection",' + head[1:-1] + b","
    yield b'"bbox":' + _encode([west, south, east, north]) + b',"features":['
    for at, (row, shape) in enumerate(zip(rows, shapes, strict=True)):
        geometry = {"type": shape.geom_type, "coordinates": _rounded(shape.__geo_interface__["coordinates"])}
        feature = {"type": "Feature", "id": row["region"], "properties": row, "geometry": geometry}
        yield _encode(feature) + (b"," if at + 1 < len(rows) else b"")
    yield b"]}"


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates[0], float):
        return [round(value, COORDINATE_DIGITS) for value in coordinates]
    return [_rounded(one) for one in coordinates]


def _frame(regions: gpd.GeoDataFrame, rows: Sequence[Row]) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import pandas as pd

    table = _typed(pd.DataFrame(rows, columns=_columns("regions")), "regions")
    return gpd.GeoDataFrame(table, geometry=regions.geometry.to_numpy(), crs="EPSG:4326")


def _typed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give every column its kind, so that a file's schema doesn't depend on what the articles say."""
    kinds = {"string": "str", "integer": "int64", "number": "float64", "boolean": "boolean"}
    fields = _fields(name)
    return table.astype({column: kinds[fields[column]["type"]] for column in table.columns})


def _geopackage(path: Path, frame: gpd.GeoDataFrame, claims: Sequence[Row], meta: Mapping[str, Any]) -> None:
    import pandas as pd
    import pyogrio
    from pyogrio.errors import DataSourceError

    path.unlink(missing_ok=True)
    texts = {key: value if isinstance(value, str) else _encode(value).decode() for key, value in meta.items()}
    description = f"{meta['viewpoint_text']}. {meta['areas']}. {meta['boundaries']}"
    columns = _claim_columns()
    table = _typed(pd.DataFrame(claims, columns=columns), "claims")
    with _without_clock():
        try:
            pyogrio.write_dataframe(
                frame,
                path,
                layer="regions",
                driver="GPKG",
                geometry_type="MultiPolygon",
                promote_to_multi=True,
                dataset_metadata=texts,
                layer_metadata={"DESCRIPTION": description, "units": _encode(units("regions")).decode()},
            )
            pyogrio.write_dataframe(table, path, layer="claims", driver="GPKG", append=True)
        except DataSourceError as error:
            raise OSError(None, " ".join(str(error).split()), str(path)) from error


@contextmanager
def _without_clock() -> Iterator[None]:
    """Let GDAL write one fixed time instead of now."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_CLOCK})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _geoparquet(path: Path, frame: gpd.GeoDataFrame, meta: Mapping[str, Any]) -> None:
    """Write GeoParquet, with what the file says about itself beside the ``geo`` key of its schema.

    No CRS is spelt out: GeoParquet's default is OGC:CRS84, which is what the shapes have, and PROJ words a spelt-out
    one differently depending on what the process has loaded before. pandas' own notes are left out, too.
    """
    import json

    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = io.BytesIO()
    frame.to_parquet(plain, index=False)
    table = pq.read_table(io.BytesIO(plain.getvalue()))
    about_shapes = json.loads(table.schema.metadata[b"geo"])
    for column in about_shapes["columns"].values():
        column.pop("crs", None)
    own = {
        "geo": json.dumps(about_shapes),
        "concession-maps": _encode({**meta, "units": units("regions")}).decode(),
    }
    bare = pa.schema([field.remove_metadata() for field in table.schema], metadata=own)
    pq.write_table(table.cast(bare), path, compression="zstd")


def _checks(atlas: Atlas, meta: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Check] = {}
    for assessment in (*atlas.comparison.articles, atlas.comparison.overall):
        for one in assessment.checks:
            found.setdefault(one.id, one)
    counts = Counter(one.verdict for one in found.values())
    return {
        "metadata": meta,
        "verdicts": dict(sorted(counts.items())),
        "conventions": atlas.comparison.conventions,
        "checks": list(found.values()),
    }


def _package(folder: Path, meta: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the files as a Frictionless data package: digests, columns, units, whose borders."""
    import hashlib

    resources_ = []
    for name, entry in _texts()["files"].items():
        content = (folder / name).read_bytes()
        resource = {
            "name": name.replace(".", "-"),
            "path": name,
            "title": entry["title"],
            "mediatype": entry["mediatype"],
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        if "table" in entry:
            fields = [{"name": column, **field} for column, field in _fields(entry["table"]).items()]
            if entry["mediatype"] == "text/csv":
                resource |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
            key = "claim" if entry["table"] == "claims" else "region"
            resource["schema"] = {"fields": fields, "missingValues": [""], "primaryKey": key}
        resources_.append(resource)
    return {
        "profile": "data-package",
        "name": "concession-maps",
        "description": _texts()["notes"]["formulas"],
        "metadata": meta,
        "resources": resources_,
    }
