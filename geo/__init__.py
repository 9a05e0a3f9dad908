"""concession-maps: from news articles to measured, publishable maps of who claims which region.

In a notebook:

    import geo
    readings = geo.read(["articles/"])         # records, one for each article
    geo.claims_frame(readings)                 # pandas DataFrame, a row a claim
    geo.load_regions("UA")                     # GeoDataFrame, EPSG:4326, (longitude, latitude)
    comparison = geo.compare_readings(readings)  # areas in km2, shares in percent
    atlas = geo.make_atlas(readings)           # all that maps are drawn from; geo.Settings has country, control ...
    geo.build_map(atlas)                       # folium.Map
    geo.draw_image(atlas, "panel")             # matplotlib Figure

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.boundaries import load_regions
    from geo.build import Settings, make_atlas, read
    from geo.build import build as build_maps
    from geo.compare import compare as compare_readings
    from geo.exports import claims_frame
    from geo.images import draw as draw_image
    from geo.page.html_map import build as build_map
    from geo.reading.reader import read_article as extract

_WHERE = {
    "Settings": ("geo.build", "Settings"),
    "build_map": ("geo.page.html_map", "build"),
    "build_maps": ("geo.build", "build"),
    "claims_frame": ("geo.exports", "claims_frame"),
    "compare_readings": ("geo.compare", "compare"),
    "draw_image": ("geo.images", "draw"),
    "extract": ("geo.reading.reader", "read_article"),
    "load_regions": ("geo.boundaries", "load_regions"),
    "make_atlas": ("geo.build", "make_atlas"),
    "read": ("geo.build", "read"),
}

__all__ = [
    "Settings",
    "build_map",
    "build_maps",
    "claims_frame",
    "compare_readings",
    "draw_image",
    "extract",
    "load_regions",
    "make_atlas",
    "read",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'geo' has no attribute {name!r}")
    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)
