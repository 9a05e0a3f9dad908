"""Areas against closed forms: a box between meridians and parallels has an exact area on the ellipsoid."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo.errors import CrsMismatchError, InvalidGeometryError
from geo.measure import area_km2, areas_km2, require_wgs84, union_area_km2

# WGS 84: semi-major axis in km and flattening (NGA.STND.0036).
A_KM = 6378.137
FLATTENING = 1 / 298.257223563


def exact_box_km2(west: float, south: float, east: float, north: float) -> float:
    """Area between two meridians and two parallels: the integral of M N cos(latitude), in closed form."""
    e2 = FLATTENING * (2 - FLATTENING)
    e, b2 = math.sqrt(e2), A_KM**2 * (1 - e2)

    def strip(latitude: float) -> float:
        s = math.sin(math.radians(latitude))
        return s / (1 - e2 * s * s) + math.atanh(e * s) / e

    return math.radians(east - west) * b2 / 2 * (strip(north) - strip(south))


def drawn_box(west: float, south: float, east: float, north: float) -> Polygon:
    """The same box as a polygon, with points along the parallels, which are no geodesics."""
    return shapely.segmentize(box(west, south, east, north), 0.01)


def test_box_equals_closed_form():
    assert area_km2(drawn_box(36, 46, 40, 50)) == pytest.approx(exact_box_km2(36, 46, 40, 50), rel=1e-7)


def test_closed_form_knows_the_whole_earth():
    assert exact_box_km2(-180, -90, 180, 90) == pytest.approx(510_065_621.7, rel=1e-9)


@given(
    west=st.integers(-179, 150),
    south=st.integers(-80, 60),
    width=st.integers(1, 12),
    height=st.integers(1, 15),
)
def test_any_box_equals_closed_form(west, south, width, height):
    corners = (west, south, west + width, south + height)
    polygon = shapely.segmentize(box(*corners), 0.05)
    assert area_km2(polygon) == pytest.approx(exact_box_km2(*corners), rel=2e-6)


def test_planar_areas_are_far_off_where_ours_is_right():
    frame = gpd.GeoSeries([drawn_box(36, 46, 40, 50)], crs=4326)
    exact = exact_box_km2(36, 46, 40, 50)
    assert frame.to_crs(3857).area.iloc[0] / 1e6 > 2 * exact
    assert areas_km2(frame).iloc[0] == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("outer_reversed", [False, True])
@pytest.mark.parametrize("hole_reversed", [False, True])
def test_hole_is_subtracted_whatever_the_direction_of_the_rings(outer_reversed, hole_reversed):
    outer = list(drawn_box(10, 40, 14, 44).exterior.coords)[:: -1 if outer_reversed else 1]
    hole = list(drawn_box(11, 41, 12, 42).exterior.coords)[:: -1 if hole_reversed else 1]
    expected = exact_box_km2(10, 40, 14, 44) - exact_box_km2(11, 41, 12, 42)
    assert area_km2(Polygon(outer, [hole])) == pytest.approx(expected, rel=1e-7)


def test_parts_of_a_multipolygon_add_up():
    parts = MultiPolygon([drawn_box(0, 0, 1, 1), drawn_box(20, 50, 21, 52), drawn_box(-70, -40, -69, -39)])
    expected = exact_box_km2(0, 0, 1, 1) + exact_box_km2(20, 50, 21, 52) + exact_box_km2(-70, -40, -69, -39)
    assert area_km2(parts) == pytest.approx(expected, rel=1e-7)


def test_union_counts_overlap_once():
    overlapping = [drawn_box(0, 50, 2, 51), drawn_box(1, 50, 3, 51)]
    assert union_area_km2(overlapping) == pytest.approx(exact_box_km2(0, 50, 3, 51), rel=1e-7)
    assert sum(map(area_km2, overlapping)) == pytest.approx(exact_box_km2(0, 50, 4, 51), rel=1e-7)


def test_union_of_nothing_is_zero():
    assert union_area_km2([]) == 0.0


def test_both_halves_beside_the_180th_meridian():
    halves = MultiPolygon([drawn_box(178, 60, 180, 62), drawn_box(-180, 60, -178, 62)])
    assert area_km2(halves) == pytest.approx(exact_box_km2(0, 60, 4, 62), rel=1e-7)


def test_an_edge_along_the_pole_is_no_date_line_fault():
    edge = np.arange(-180, 180.5, 0.5)
    cap = Polygon([*((x, -80) for x in edge), (180, -90), (-180, -90)])
    assert area_km2(cap) == pytest.approx(exact_box_km2(-180, -90, 180, -80), rel=1e-4)


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (Polygon(), "empty"),
        (None, "empty"),
        (Point(1, 2), "Point has no area"),
        (LineString([(0, 0), (1, 1)]), "LineString has no area"),
        (Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), "Self-intersection"),
        (Polygon([(170, 60), (-170, 60), (-170, 65), (170, 65)]), "180th meridian"),
        (box(179, 60, 185, 65), "within 180 and 90"),
        (box(4_000_000, 5_000_000, 4_100_000, 5_100_000), "to_crs(4326)"),
        (Polygon([(0, 0), (math.inf, 0), (1, 1)]), "no numbers"),
    ],
)
def test_what_cannot_be_measured_is_refused(geometry, words):
    with pytest.raises(InvalidGeometryError) as caught:
        area_km2(geometry)
    assert words in str(caught.value)


def test_union_refuses_an_invalid_member():
    with pytest.raises(InvalidGeometryError, match="invalid"):
        union_area_km2([box(0, 0, 1, 1), Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])


def test_frame_in_another_system_is_refused_with_both_names_and_the_way_out():
    frame = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=3857)
    with pytest.raises(CrsMismatchError) as caught:
        areas_km2(frame)
    assert all(words in str(caught.value) for words in ("EPSG:3857", "EPSG:4326", "to_crs(4326)"))


def test_frame_without_a_system_is_refused():
    with pytest.raises(CrsMismatchError, match="set_crs"):
        areas_km2(gpd.GeoSeries([box(0, 0, 1, 1)]))


def test_crs84_is_the_same_system():
    require_wgs84(gpd.GeoSeries([box(0, 0, 1, 1)], crs="OGC:CRS84"))


def test_nad83_is_another_system():
    with pytest.raises(CrsMismatchError, match="the file's shapes are in EPSG:4269"):
        require_wgs84(gpd.GeoSeries([box(0, 0, 1, 1)], crs=4269), name="the file's shapes")


def test_frame_keeps_its_index_and_names_the_bad_row():
    good = gpd.GeoDataFrame(geometry=[drawn_box(0, 0, 1, 1)], index=["UA-14"], crs=4326)
    assert areas_km2(good).to_dict() == {"UA-14": pytest.approx(exact_box_km2(0, 0, 1, 1), rel=1e-7)}
    bad = gpd.GeoDataFrame(geometry=[Polygon()], index=["UA-09"], crs=4326)
    with pytest.raises(InvalidGeometryError, match="UA-09"):
        areas_km2(bad)
