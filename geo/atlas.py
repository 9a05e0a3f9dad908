"""The bundle that every output draws from: what was read, what was measured, and the shapes to draw.

Pages, images and exports take an `Atlas` and nothing else, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geo import boundaries, texts
from geo.models import Comparison, Message, Reading, Viewpoint
from geo.shares import NOT_STATED

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.words import Translator


#: A region of another country is drawn within so many times the country's own reach, and within so many km.
_NEAR, _NEAR_LEAST_KM = 3.0, 1000.0
_EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True)
class Atlas:
    """Readings, their comparison, and the regions of the country (plus any region outside it that is named).

    ``regions`` are at full resolution, columns as in `geo.boundaries.load_regions`, EPSG:4326 (longitude, latitude);
    ``drawn`` are the same rows in the same order with simplified shapes that keep shared borders; ``context`` are the
    neighbouring countries' land, clipped to the surroundings, for drawing only. ``control`` are the country's regions
    cut into their held and not held parts where a control layer was brought, as of `geo.control.split_shapes`.
    ``boundaries_date`` (ISO 8601) is that of the newest change of units that ``boundaries`` show.
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
    boundaries_date: str | None = None

    @cached_property
    def far(self) -> frozenset[str]:
        """Ids of regions of other countries too far away for one map: the country would be a spot on it.

        Near is what lies, from the middle of the country's regions on the sphere, within three times the distance of
        the farthest of them, and within 1,000 km in any case. Without a region of the country nothing is far.
        """
        import numpy as np

        points = self.regions.geometry.representative_point()
        lon, lat = np.radians(points.x.to_numpy()), np.radians(points.y.to_numpy())
        where = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        own = self.regions["country"].to_numpy() == self.country
        if not own.any():
            return frozenset()
        middle = where[own].mean(axis=0)
        away = np.arccos(np.clip(where @ (middle / np.linalg.norm(middle)), -1.0, 1.0))
        reach = max(_NEAR * float(away[own].max()), _NEAR_LEAST_KM / _EARTH_RADIUS_KM)
        return frozenset(str(one) for one in self.regions["region"][~own & (away > reach)])

    def boundaries_in(self, w: Translator) -> str:
        """Name the boundary data, without its digest, and the newest change that it shows, in a language."""
        source = self.boundaries.split(" (")[0]
        if self.boundaries_date is None:
            return source
        return w.t(
            "{source}; administrative changes after {date} not shown", source=source, date=w.date(self.boundaries_date)
        )

    def say(self, messages: Message | Iterable[Message] | None, w: Translator) -> str:
        """Put what a record's field that ends in ``_said`` holds into the words of a language, "" where it is None.

        Several messages become the clauses of one sentence, without its full stop. Places are named as on the map.
        """
        return "" if messages is None else texts.say(messages, w, place=self.place_name(w))

    @cached_property
    def _rows(self) -> dict[str, Any]:
        """The regions' rows by id, without their shapes."""
        rows = records(self.regions, set(self.regions.columns) - {"geometry"})
        return {str(row["region"]): row for row in rows}

    def place_name(self, w: Translator) -> Callable[[str], str]:
        """Return what names a region, area or country by its id, or ids joined by "+", in a language."""
        known = self._rows
        areas = boundaries.areas()

        def name(id_: str) -> str:
            if "+" in id_ and id_ not in known:
                return " + ".join(name(one) for one in id_.split("+"))
            # An area that is drawn has a row, too, but its name in other languages is in the catalogues.
            if id_ in areas:
                return w.t(areas[id_].name)
            if id_ in known:
                return w.region_name(known[id_])
            return w.t(id_) if id_ == NOT_STATED else w.country(id_)

        return name


def records(frame: gpd.GeoDataFrame, columns: Collection[str]) -> list[dict[str, Any]]:
    """Return these columns of a frame, in the frame's order, as a dict for each row."""
    # A frame's own way is to make a smaller frame first, and then a record of each row of it.
    names = [str(column) for column in frame.columns if column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True)]
