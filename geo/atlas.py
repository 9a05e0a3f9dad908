"""The bundle that every output draws from: what was read, what was measured, and the shapes to draw.

Pages, images and exports take an `Atlas` and nothing else, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.models import Comparison, Reading, Viewpoint

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Atlas:
    """Readings, their comparison, and the regions of the country (plus any region outside it that is named).

    ``regions`` are at full resolution, columns as in `geo.boundaries.load_regions`, EPSG:4326 (longitude, latitude);
    ``drawn`` are the same rows in the same order with simplified shapes that keep shared borders; ``context`` are the
    neighbouring countries' land, clipped to the surroundings, for drawing only. ``control`` are the country's regions
    cut into their held and not held parts where a control layer was brought, as of `geo.control.split_shapes`.
    """

    country: str
    viewpoint: Viewpoint
    readings: Sequence[Reading]
    comparison: Comparison
    regions: gpd.GeoDataFrame
    drawn: gpd.GeoDataFrame
    context: gpd.GeoDataFrame
    boundaries: str
    viewpoint_text: str
    reviewed: str | None = None
    control: gpd.GeoDataFrame | None = None
