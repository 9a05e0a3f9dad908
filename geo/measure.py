"""Areas: geometry -> square kilometres on the WGS 84 ellipsoid.

Every area of the package comes from here. Edges are geodesics between the vertices (Karney's method in
`pyproj.Geod`), so there is no projection and no planar area: coordinates that are not degrees in EPSG:4326
are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.errors import CrsMismatchError, InvalidGeometryError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from pyproj import Geod

_SQUARE_METRES_PER_KM2 = 1e6


@cache
def _wgs84() -> Geod:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def area_km2(geometry: BaseGeometry) -> float:
    """Measure a polygon or multipolygon on the WGS 84 ellipsoid.

    Parameters
    ----------
    geometry
        Valid Polygon or MultiPolygon, (longitude, latitude) in degrees, EPSG:4326. A shape that crosses the
        180th meridian is split there into parts (the Natural Earth files are).

    Returns
    -------
    area
        Square kilometres, more than zero: holes subtracted, parts added, whatever the direction of the rings.

    Raises
    ------
    InvalidGeometryError
        If the geometry is empty, no polygon, invalid, outside the range of degrees, or one ring runs over the
        180th meridian.
    """
    _check(geometry)
    return sum(_polygon_area(polygon) for polygon in _polygons(geometry))


def union_area_km2(geometries: Iterable[BaseGeometry]) -> float:
    """Measure the union of polygons, so that what overlaps counts once: square kilometres, 0 for no geometry.

    Coordinates and errors as in `area_km2`; each geometry is checked before the union.
    """
    members = list(geometries)
    for geometry in members:
        _check(geometry)
    return area_km2(shapely.union_all(members)) if members else 0.0


def areas_km2(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.Series[float]:
    """Measure every row of a frame: square kilometres on the frame's index, named ``area_km2``.

    Raises
    ------
    CrsMismatchError
        If the frame has no reference system or another one than EPSG:4326.
    InvalidGeometryError
        As in `area_km2`, with the row's label.
    """
    import pandas as pd

    require_wgs84(frame)
    areas = []
    for label, geometry in frame.geometry.items():
        try:
            areas.append(area_km2(geometry))
        except InvalidGeometryError as error:
            raise InvalidGeometryError(f"row {label!r}: {error}") from error
    return pd.Series(areas, index=frame.index, name="area_km2", dtype="float64")


def require_wgs84(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, name: str = "the geometries") -> None:
    """Refuse coordinates that are not longitude and latitude on WGS 84.

    ``name`` says in the message what is refused. Raises `CrsMismatchError`, which names both systems and the
    way out.
    """
    found = frame.crs
    if found is None:
        raise CrsMismatchError(
            f"{name} have no coordinate reference system, expected EPSG:4326 (longitude, latitude): "
            "say which one it is with set_crs(), then to_crs(4326)"
        )
    if not _is_wgs84(found):
        raise CrsMismatchError(
            f"{name} are in {found.to_string()}, expected EPSG:4326 (longitude, latitude): "
            "convert them with to_crs(4326)"
        )


def _is_wgs84(crs: Any) -> bool:
    from pyproj import CRS

    return bool(CRS.from_user_input(crs).equals(CRS.from_epsg(4326), ignore_axis_order=True))


def _check(geometry: BaseGeometry | None) -> None:
    if geometry is None or geometry.is_empty:
        raise InvalidGeometryError("empty geometry: there is nothing to measure, expected a polygon")
    if not isinstance(geometry, (Polygon, MultiPolygon)):
        raise InvalidGeometryError(f"a {geometry.geom_type} has no area, expected Polygon or MultiPolygon")
    coordinates = shapely.get_coordinates(geometry)
    if not np.isfinite(coordinates).all():
        raise InvalidGeometryError("coordinates that are no numbers (NaN or infinite), expected degrees")
    if (np.abs(coordinates) > (180.0, 90.0)).any():
        west, south, east, north = geometry.bounds
        raise InvalidGeometryError(
            f"coordinates reach from ({west:g}, {south:g}) to ({east:g}, {north:g}), "
            "expected degrees within 180 and 90: convert to EPSG:4326 with to_crs(4326)"
        )
    for ring in _rings(geometry):
        _check_antimeridian(ring)
    if not geometry.is_valid:
        raise InvalidGeometryError(
            f"invalid geometry ({shapely.is_valid_reason(geometry)}): "
            "repair it with shapely.make_valid and look at the result"
        )


def _check_antimeridian(ring: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    """Refuse an edge of more than 180 degrees: the ring runs over the date line, unless at a pole."""
    long_edges = np.abs(np.diff(ring[:, 0])) > 180.0
    at_pole = np.abs(ring[:, 1]) == 90.0
    if (long_edges & ~(at_pole[:-1] & at_pole[1:])).any():
        raise InvalidGeometryError(
            "a ring runs over the 180th meridian: split the shape there into parts within -180 to 180 degrees"
        )


def _polygons(geometry: BaseGeometry) -> Iterator[Polygon]:
    yield from shapely.get_parts(geometry)


def _rings(geometry: BaseGeometry) -> Iterator[np.ndarray[Any, np.dtype[np.float64]]]:
    for ring in shapely.get_rings(geometry):
        yield shapely.get_coordinates(ring)


def _polygon_area(polygon: Polygon) -> float:
    """Outer ring minus holes, each measured alone: the sign of Geod's area depends on the direction."""
    outer, *holes = (_ring_area(shapely.get_coordinates(ring)) for ring in shapely.get_rings(polygon))
    return outer - sum(holes)


def _ring_area(ring: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    area, _ = _wgs84().polygon_area_perimeter(ring[:, 0], ring[:, 1])
    return abs(float(area)) / _SQUARE_METRES_PER_KM2
