"""The bundle that every output draws from: what was read, what was measured, and the shapes to draw.

Pages, images and exports take an `Atlas` and nothing else, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geo import boundaries, texts
from geo.models import Comparison, Message, Reading, Viewpoint
from geo.shares import NOT_STATED

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.words import Translator


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

    def say(self, messages: Message | Iterable[Message] | None, w: Translator) -> str:
        """Put what a record's field that ends in ``_said`` holds into the words of a language, "" where it is None.

        Several messages become the clauses of one sentence, without its full stop. Places are named as on the map.
        """
        return "" if messages is None else texts.say(messages, w, place=self.place_name(w))

    @cached_property
    def _rows(self) -> dict[str, Any]:
        """The regions' rows by id, without their shapes."""
        rows = self.regions.drop(columns="geometry").to_dict("records")
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
