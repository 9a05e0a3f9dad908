"""Control: a user's polygons of held land -> how much of each region, and of the country, is really held.

No control layer is bundled (licences forbid it): users bring a file in any format that geopandas reads and in any
coordinate reference system. Nothing is repaired in silence: what can't be measured is refused with its row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo import texts
from geo.errors import CrsMismatchError, InputError, InvalidGeometryError
from geo.measure import area_km2, require_wgs84
from geo.models import ControlLayer, ControlSplit, Held, Message, Named
from geo.shares import Land
from geo.texts import msg

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

#: Pieces of a region below this (a hectare) are slivers of borders that don't fit exactly, and count as not held.
_SLIVER_KM2 = 0.01
#: Distance between points along an edge: a geodesic and a straight line in the file differ by less than 0.1 m on it.
_STEP_METRES = 2000.0
_STEP_DEGREES = 0.02
#: Characters of a library's own words that are passed on.
_LONGEST = 160
#: Formats of GDAL that are no data but say where data is: virtual layers, services, pipelines.
_LEADS_ELSEWHERE = re.compile(
    rb"<OGRVRT|<OGRWFS|<GDAL_WMS|<OGCAPI|<WFS_Capabilities|gdal_streamed_alg|<VRTDataset|schemaLocation\s*=\s*['\"][^'\"]*://",
    re.IGNORECASE,
)
_SQLITE = b"SQLite format 3\x00"
_PARQUET = (".parquet", ".geoparquet", ".pq")
_FEATHER = (".feather", ".arrow")
_CRS_WAYS = (
    "say which one it is in the file (GeoPackage, GeoParquet, a .prj beside the shapefile), for example EPSG:4326"
)


@dataclass(frozen=True)
class Control:
    """Held land as one shape: (longitude, latitude) in degrees, EPSG:4326, measured in km2."""

    geometry: BaseGeometry
    km2: float
    file: str
    crs: str
    date: str | None = None
    credit: str | None = None


def load_control(path: Path | str, *, date: str | None = None, credit: str | None = None) -> Control:
    """Read a file of held land.

    Parameters
    ----------
    path
        Any file that geopandas reads (GeoJSON, GeoPackage, shapefile, GeoParquet, ...), Polygons and MultiPolygons,
        any coordinate reference system that the file names.
    date
        ISO 8601 date of the situation; printed.
    credit
        Whose data it is; printed.

    Raises
    ------
    InputError
        If the file can't be read, has no shapes, or the date is no ISO 8601 date.
    CrsMismatchError
        If the file names no reference system.
    InvalidGeometryError
        If a row is empty, no polygon, invalid, or runs over the 180th meridian.
    """
    source = Path(path)
    _check_date(date, source)
    return from_frame(_read(source), name=source.name, date=date, credit=credit)


def from_frame(
    frame: gpd.GeoDataFrame | gpd.GeoSeries, *, name: str, date: str | None = None, credit: str | None = None
) -> Control:
    """Take held land from a frame in any reference system; errors as in `load_control`, with ``name`` in them."""
    import shapely

    if len(frame) == 0:
        raise InputError(f"{name}: no shapes in it; expected polygons of held land")
    if frame.crs is None:
        raise CrsMismatchError(f"{name}: no coordinate reference system; {_CRS_WAYS}")
    for row, shape in frame.geometry.items():
        _check_row(shape, f"{name}, row {row}")
    degrees = _to_degrees(frame.geometry)
    require_wgs84(degrees, name=f"{name}: the converted coordinates")
    for row, shape in degrees.items():
        try:
            area_km2(shape)
        except InvalidGeometryError as error:
            raise InvalidGeometryError(f"{name}, row {row}: {error}") from error
    union = shapely.union_all(degrees.to_numpy())
    return Control(union, area_km2(union), name, _crs_name(frame.crs), date, credit)


def _read(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import numpy as np

    if not _exists(path):
        raise InputError(f"{path}: no such file; expected polygons of held land (GeoJSON, GeoPackage, GeoParquet, ...)")
    _check_content(path)
    suffix = path.suffix.lower()
    try:
        with np.errstate(invalid="ignore"):
            # A coordinate that is no number is told by its row below; the library's own words would come before it.
            if suffix in _PARQUET:
                found = gpd.read_parquet(path)
            elif suffix in _FEATHER:
                found = gpd.read_feather(path)
            else:
                _check_layers(path)
                found = gpd.read_file(path)
    except InputError:
        raise
    except Exception as error:  # each format's driver has exceptions of its own
        raise InputError(
            f"{path}: can't be read as polygons ({_first_line(error)}); expected GeoJSON, GeoPackage, GeoParquet, ..."
        ) from error
    if not isinstance(found, gpd.GeoDataFrame):
        raise InputError(f"{path}: a table without shapes; expected polygons of held land")
    return found


def _check_content(path: Path) -> None:
    """Refuse what makes GDAL read other files, ask other hosts or run queries: the file is somebody else's."""
    if path.is_dir():
        return
    try:
        if not path.is_file():
            raise InputError(f"{path}: not a regular file; expected polygons of held land")
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror or error}); check the path and its rights") from error
    if _LEADS_ELSEWHERE.search(head):
        raise InputError(f"{path}: a file that leads to other files or hosts; give the polygons themselves")
    if head.startswith(_SQLITE):
        _check_tables(path)


def _check_tables(path: Path) -> None:
    """Refuse a GeoPackage whose layer is a view: it is a query, which may never end."""
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            kinds = dict(base.execute("select name, type from sqlite_master"))
            layers = [name for (name,) in base.execute("select table_name from gpkg_contents")]
    except sqlite3.Error as error:
        raise InputError(f"{path}: no sound GeoPackage ({_first_line(error)}); save the layer anew") from error
    queries = [name for name in layers if kinds.get(name) != "table"]
    if queries:
        raise InputError(f"{path}: the layer {queries[0]!r} is no table; save it as a layer of its own")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _check_layers(path: Path) -> None:
    """Refuse a file with several layers of shapes: which of them is the held land, only its maker knows."""
    import pyogrio

    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if len(layers) > 1:
        raise InputError(
            f"{path}: {len(layers)} layers of shapes in it ({', '.join(layers)}); expected one: "
            "write the one of held land to a file of its own"
        )


def _first_line(error: Exception) -> str:
    """Say in one short line what a library says in many words: GDAL lists all its drivers."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    words = lines[0].partition(";")[0].partition(". ")[0].strip().rstrip(".")
    return words if len(words) <= _LONGEST else words[:_LONGEST].rstrip() + " ..."


def _check_date(date: str | None, source: Path) -> None:
    import datetime

    if date is None:
        return
    try:
        datetime.date.fromisoformat(date)
    except ValueError as error:
        raise InputError(f"{source}: date {date!r}; expected an ISO 8601 date such as 2025-03-17") from error


def _check_row(shape: BaseGeometry | None, row: str) -> None:
    """Refuse a shape before it is converted: afterwards its fault may look like another one."""
    import shapely

    if shape is None or shape.is_empty:
        raise InvalidGeometryError(f"{row}: an empty shape; remove the row, or give it its polygon")
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise InvalidGeometryError(f"{row}: a {shape.geom_type} has no area; expected Polygon or MultiPolygon")
    if not shape.is_valid:
        raise InvalidGeometryError(
            f"{row}: invalid ring ({shapely.is_valid_reason(shape)}); "
            "repair it with shapely.make_valid and look at the result"
        )


def _to_degrees(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Convert to EPSG:4326 with points added along long edges, which are straight in the file's own coordinates.

    Areas are measured with geodesic edges: without these points a long edge would be another line.
    """
    import shapely

    flat = shapes.force_2d()
    if flat.crs is not None and flat.crs.is_projected:
        metres = float(flat.crs.axis_info[0].unit_conversion_factor)
        flat = flat.segmentize(_STEP_METRES / metres)
    degrees = flat.to_crs(4326)
    sound = [_is_finite(shape) and not _is_long(shape) for shape in degrees]
    dense = [
        shapely.segmentize(shape, _STEP_DEGREES) if one else shape for shape, one in zip(degrees, sound, strict=True)
    ]
    return type(degrees)(dense, index=degrees.index, crs=degrees.crs)


def _is_finite(shape: BaseGeometry) -> bool:
    return all(math.isfinite(x) for x in shape.bounds)


def _is_long(shape: BaseGeometry) -> bool:
    """Whether a shape is so wide that it may run over the 180th meridian: then its edges are judged as they are."""
    west, south, east, north = shape.bounds
    return east - west > 180.0 or max(map(abs, (west, east))) > 180.0 or max(map(abs, (south, north))) > 90.0


def _crs_name(crs: Any) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


# --- measured against regions -------------------------------------------------------------------------


def control_layer(control: Control, land: Land) -> ControlLayer:
    """Measure a control layer against a country: every unit, the country, and what lies outside.

    Raises `InvalidGeometryError` if layer and country have no land in common: then it is the wrong file, or its
    coordinates are in another order or system than it says.
    """
    regions = tuple(
        _held(str(region), shape, control, land)
        for region, shape in zip(land.regions["region"], land.regions.geometry, strict=True)
    )
    held = math.fsum(one.held_km2 for one in regions)
    if held == 0:
        west, south, east, north = control.geometry.bounds
        raise InvalidGeometryError(
            f"{control.file}: no land in common with {land.name(land.country)}; its shapes reach from "
            f"({west:.2f}, {south:.2f}) to ({east:.2f}, {north:.2f}) in longitude, latitude: "
            "check the file, the order of its coordinates and its reference system"
        )
    return ControlLayer(
        file=control.file,
        date=control.date,
        credit=control.credit,
        crs=control.crs,
        km2=control.km2,
        held=land.area(held),
        outside_km2=max(0.0, control.km2 - held),
        regions=regions,
    )


def _held(region: str, shape: BaseGeometry, control: Control, land: Land) -> Held:
    whole = land.km2([region])
    held = min(whole, _polygon_km2(_common(shape, control.geometry)))
    return Held(region, held, 100 * held / whole if whole else 0.0, whole - held)


def _common(shape: BaseGeometry, held: BaseGeometry) -> BaseGeometry:
    """Intersect, keeping what has an area: a border in common is no land in common."""
    import shapely

    common = shapely.intersection(shape, held)
    polygons = [part for part in shapely.get_parts(common) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(polygons) if polygons else shapely.MultiPolygon()


def _polygon_km2(shape: BaseGeometry) -> float:
    if shape.is_empty:
        return 0.0
    area = area_km2(shape)
    return area if area > _SLIVER_KM2 else 0.0


def control_split(headline: Named, layer: ControlLayer, land: Land) -> ControlSplit:
    """Split the headline set into what the layer covers and the rest ("the rest of Donetsk")."""
    own = tuple(one for one in layer.regions if one.region in headline.regions)
    held, rest = math.fsum(one.held_km2 for one in own), math.fsum(one.not_held_km2 for one in own)
    said = _split_text(own, rest, layer, land)
    return ControlSplit(land.area(held), land.area(rest), own, texts.english(said, place=land.name) + ".", said)


def _split_text(own: Sequence[Held], rest: float, layer: ControlLayer, land: Land) -> tuple[Message, ...]:
    if not own:
        return (msg("No region is named, so there is nothing to split"),)
    parts = texts.listed(
        msg("{place} {share}", place=texts.place(one.region), share=texts.percent(one.held_percent)) for one in own
    )
    return (
        msg("Held by the layer {file} of {date}: {parts}", file=layer.file, date=texts.date(layer.date), parts=parts)
        if layer.date
        else msg("Held by the layer {file}: {parts}", file=layer.file, parts=parts),
        msg(
            "not held: {km2}, {share} of {country}",
            km2=texts.km2(rest),
            share=texts.percent(land.points(rest)),
            country=texts.place(land.country),
        ),
    )


def split_shapes(control: Control, regions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut regions into their held and not held parts, for drawing and exporting.

    Returns the columns region, held (bool), km2 and geometry, EPSG:4326, sorted by region, held first; a part without
    any land has no row. ``regions`` is as of `geo.boundaries.load_regions`.
    """
    import geopandas as gpd
    import shapely

    require_wgs84(regions, name="the regions")
    rows = []
    for region, shape in zip(regions["region"], regions.geometry, strict=True):
        held = _common(shape, control.geometry)
        rest = _common(shape, shapely.difference(shape, control.geometry))
        for is_held, part in ((True, held), (False, rest)):
            km2 = _polygon_km2(part)
            if km2:
                rows.append({"region": str(region), "held": is_held, "km2": km2, "geometry": part})
    columns = ["region", "held", "km2", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs="EPSG:4326").sort_values(
        ["region", "held"], ascending=[True, False], ignore_index=True
    )
