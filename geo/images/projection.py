"""Images: an equal-area projection chosen from where the country lies and how it is shaped.

Longitudes and latitudes are degrees, WGS 84, in that order; projected coordinates are metres.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo.models import Record

if TYPE_CHECKING:
    from pyproj import Transformer

Floats = npt.NDArray[np.float64]

#: Wider than this many times its height, and off the equator and the poles, a country gets a conic projection.
_WIDE = 1.4
_CONIC_LATITUDES = (15.0, 72.0)


class Projection(Record, frozen=True):
    """An equal-area projection: its PROJ string and the name to print."""

    proj: str
    name: str
    longitude: float
    latitude: float

    def project(self, coordinates: Floats) -> Floats:
        """Project an array of (longitude, latitude) rows to (east, north) in metres."""
        east, north = _transformer(self.proj).transform(coordinates[:, 0], coordinates[:, 1])
        return np.column_stack([east, north])


def choose(coordinates: Floats) -> Projection:
    """Choose the projection for what lies at these (longitude, latitude) rows.

    Albers' conic with standard parallels at one sixth and five sixths of the height (Snyder, "Map Projections: A
    Working Manual", USGS 1395, p. 99) for wide countries of the middle latitudes, else Lambert's azimuthal.
    """
    longitude, width = _middle_longitude(coordinates[:, 0])
    south, north = float(coordinates[:, 1].min()), float(coordinates[:, 1].max())
    latitude, height = (south + north) / 2, north - south
    low, high = _CONIC_LATITUDES
    conic = low < abs(latitude) < high and width * math.cos(math.radians(latitude)) > _WIDE * height > 0
    centre = f"+lat_0={latitude:.3f} +lon_0={longitude:.3f} +datum=WGS84 +units=m +no_defs"
    if conic:
        first, second = south + height / 6, north - height / 6
        return Projection(
            f"+proj=aea +lat_1={first:.3f} +lat_2={second:.3f} {centre}",
            "Albers",
            longitude,
            latitude,
        )
    return Projection(f"+proj=laea {centre}", "Lambert", longitude, latitude)


def _middle_longitude(longitudes: Floats) -> tuple[float, float]:
    """Return the middle and the width of the narrowest span that holds all longitudes, over the 180th meridian too."""
    ordered = np.sort(np.unique(np.round(longitudes, 3) % 360))
    gaps = np.diff(ordered, append=ordered[0] + 360)
    widest = int(gaps.argmax())
    start = ordered[(widest + 1) % len(ordered)]
    width = 360 - float(gaps[widest])
    middle = float(start) + width / 2
    return (middle + 180) % 360 - 180, width


@lru_cache(maxsize=16)
def _transformer(proj: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", proj, always_xy=True)
