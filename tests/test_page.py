"""The page as a document, without a browser: size, bytes, policy, and the coding of shapes."""

from __future__ import annotations

import base64
import dataclasses
import gc
import gzip
import hashlib
import itertools
import json
import math
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import browser
import folium
import folium.plugins
import msgspec
import pytest
import shapely
from page_atlases import atlas_of, claim, controlled, dated_readings, frames, many_articles, reading, two_articles
from shapely.geometry import MultiPolygon, Polygon, box

from geo import build, style, texts
from geo.atlas import Atlas
from geo.errors import InputError, OutputError
from geo.measure import area_km2
from geo.models import GROUND_ROLES, ROLES, TALK_ROLES
from geo.page import html_map, inline, payload, topology
from geo.texts import msg
from geo.words import ROLE_LABELS, ROLE_NOTES, VERDICT_LABELS, messages, words

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def decoded(coded: topology.Topology) -> list[MultiPolygon]:
    """Read the coding back, written independently of the page's script."""
    arcs = []
    for text in coded.arcs.split(","):
        values, value, shift = [], 0, 0
        for digit in map(DIGITS.index, text):
            value |= (digit & 31) << shift
            shift += 5
            if digit < 32:
                values.append(~(value >> 1) if value & 1 else value >> 1)
                value = shift = 0
        points, x, y = [], 0, 0
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x / coded.scale, y / coded.scale))
        arcs.append(points)

    def ring(numbers: list[int]) -> list[Any]:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        for before, after in itertools.pairwise(parts):
            assert before[-1] == after[0]
        return [p for part in parts for p in part[1:]]

    return [MultiPolygon([Polygon(ring(p[0]), [ring(r) for r in p[1:]]) for p in shape]) for shape in coded.shapes]


def page_data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


# --- shapes -----------------------------------------------------------------------------------------------


def test_two_squares_share_their_border() -> None:
    coded = topology.encode([box(0, 0, 1, 1), box(1, 0, 2, 1)], scale=10)
    numbers = [n for shape in coded.shapes for polygon in shape for ring in polygon for n in ring]
    assert len(coded.arcs.split(",")) == 3
    assert sum(1 for n in numbers if n < 0) == 1
    assert [shape.area for shape in decoded(coded)] == [1, 1]


def test_holes_enclaves_and_islands_come_back() -> None:
    ring = Polygon(box(0, 0, 4, 4).exterior, [box(1, 1, 2, 2).exterior])
    islands = MultiPolygon([box(10, -5, 11, -4), box(-12, 7, -11, 8)])
    coded = topology.encode([ring, box(1, 1, 2, 2), islands], scale=100)
    back = decoded(coded)
    assert [shape.area for shape in back] == [15, 1, 2]
    assert back[2].equals(islands)
    # The hole and the enclave in it are one arc.
    assert len(coded.arcs.split(",")) == 4


def test_what_is_too_small_vanishes_and_an_empty_shape_stays_empty() -> None:
    coded = topology.encode([MultiPolygon([box(0, 0, 1, 1), box(5, 5, 5.01, 5.01)]), Polygon()], scale=10)
    assert [len(shape) for shape in coded.shapes] == [1, 0]


def test_every_region_comes_back_within_a_step() -> None:
    drawn = frames()[1]
    for region, shape, back in zip(
        drawn["region"], drawn.geometry, decoded(topology.encode(drawn.geometry)), strict=True
    ):
        assert back.is_valid, region
        assert back.area == pytest.approx(shape.area, rel=0.005), region
        assert shapely.hausdorff_distance(shape, back) < 0.002, region


# --- the document -----------------------------------------------------------------------------------------


def test_size_is_kept_small_and_each_shape_is_there_once() -> None:
    html = html_map.render(html_map.build(two_articles())).encode()
    assert len(html) <= 350_000
    assert len(gzip.compress(html, 9)) <= 110_000
    data = page_data(html.decode())
    assert len(json.dumps(data["arcs"])) < 20_000


@cache
def seeds() -> Atlas:
    return build.make_atlas(build.read([Path(__file__).parent.parent / "seeds"]))


def test_the_page_of_the_seeds_keeps_the_published_size() -> None:
    html = html_map.render(html_map.build(seeds())).encode()
    data = page_data(html.decode())
    assert [len(article["claims"]) > 0 for article in data["articles"]] == [True, True]
    assert len(html) <= 350_000
    assert len(gzip.compress(html, 9)) <= 110_000


def test_what_stands_with_each_article_is_not_repeated_for_all_together() -> None:
    found = page_data(html_map.render(html_map.build(seeds())))
    assert set(found["overall"]) == {"named", "control"}
    assert found["denominators"]["published_total_km2"] == 603_628


def test_layers_don_t_repeat_shapes() -> None:
    two, many = (page_data(html_map.render(html_map.build(a))) for a in (two_articles(), many_articles(60)))
    assert two["arcs"] == many["arcs"]
    assert len(many["articles"]) == 60


def test_the_picture_of_a_layer_control_comes_only_with_one() -> None:
    drawn = html_map.build(two_articles())
    assert "image/png;base64" not in html_map.render(drawn)
    folium.LayerControl().add_to(drawn)
    assert html_map.render(drawn).count("image/png;base64") == 1


def test_it_is_a_folium_map_that_takes_further_layers() -> None:
    drawn = html_map.build(two_articles())
    assert isinstance(drawn, folium.Map)
    folium.Circle([48.0, 37.8], radius=5000).add_to(drawn)
    html = html_map.render(drawn)
    assert "L.circle(" in html
    assert drawn._repr_html_().startswith("<iframe")


def test_nothing_that_asks_another_host_gets_in() -> None:
    drawn = html_map.build(two_articles())
    folium.plugins.Fullscreen().add_to(drawn)
    with pytest.raises(OutputError, match="other hosts"):
        html_map.render(drawn)


def test_a_popup_that_needs_jquery_is_refused() -> None:
    drawn = html_map.build(two_articles())
    folium.Marker([48.0, 37.8], popup="here").add_to(drawn)
    with pytest.raises(OutputError, match="tooltip instead"):
        html_map.render(drawn)


def test_no_file_is_asked_for() -> None:
    html = html_map.render(html_map.build(two_articles()))
    assert not re.search(r"<(script|link|img|iframe|source)[^>]*\s(src|href)=", html)
    assert not re.search(r"url\((?!data:|#|[`\"$])", html.replace('url("#', "url(#"))
    assert "@import" not in html
    assert "sourceMappingURL" not in html


def test_the_policy_admits_these_scripts_and_styles_only() -> None:
    html = html_map.render(html_map.build(two_articles()))
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert found
    policy = found[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    blocks = re.findall(r"<(script|style)>(.*?)</\1>", html, re.DOTALL)
    assert len(blocks) == 5
    for _kind, text in blocks:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
    assert not re.search(r"<[^>]*\sstyle\s*=", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))


def test_two_processes_write_the_same_bytes() -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, 'tests');"
        "from page_atlases import two_articles; from geo.page import html_map;"
        "print(hashlib.sha256(html_map.render(html_map.build(two_articles())).encode()).hexdigest())"
    )
    root = Path(__file__).parent.parent
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].strip()) == 64


def test_the_head_is_complete() -> None:
    html = html_map.render(html_map.build(two_articles(), lang="uk"))
    assert html.startswith('<!DOCTYPE html>\n<html lang="uk">')
    assert "<title>Україна: про які регіони йдеться в 2 статтях</title>" in html
    for landmark in ("<header", "<main", "<footer"):
        assert landmark in html


def test_texts_can_t_leave_the_data() -> None:
    evil = "</script><!--<script> ]]> \u2028 & Donetsk \ud800"
    html = html_map.render(
        html_map.build(
            atlas_of([reading("x", [claim("UA-14", "demanded", evil, "Donetsk")], title=evil.replace("\ud800", ""))])
        )
    )
    assert page_data(html)["quotes"] == [evil]
    assert html.count("</script>") == 4
    assert html.encode()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " vbscript:x", "//host/x", "file:///etc"])
def test_only_web_addresses_become_links(url: str) -> None:
    data = page_data(html_map.render(html_map.build(atlas_of([reading("x", [], url=url)]))))
    assert data["articles"][0]["url"] is None


def test_an_unknown_article_is_named() -> None:
    with pytest.raises(InputError, match="'zz'"):
        html_map.build(two_articles(), article="zz")


# --- the data ---------------------------------------------------------------------------------------------


def test_one_phrase_about_several_regions_is_one_claim() -> None:
    said = "They want the Donbas."
    both = [claim(region, "demanded", said, "Donbas") for region in ("UA-14", "UA-09")]
    area = [claim("donbas", "demanded", said, "Donbas")]
    for claims in (both, area):
        data = page_data(html_map.render(html_map.build(atlas_of([reading("x", claims)]))))
        (only,) = data["articles"][0]["claims"]
        assert sorted(data["regions"][n]["id"] for n in only["regions"]) == ["UA-09", "UA-14"]


def test_a_region_without_a_shape_is_kept() -> None:
    said = claim("RU-KRS", "mentioned", "Fighting in Kursk.", "Kursk")
    data = page_data(html_map.render(html_map.build(atlas_of([reading("x", [said])]))))
    assert data["articles"][0]["claims"][0]["elsewhere"] == ["RU-KRS"]


def test_marks_count_as_scripts_do() -> None:
    said = claim("UA-14", "demanded", "🗺🗺 of Donetsk", "Donetsk")
    data = page_data(html_map.render(html_map.build(atlas_of([reading("x", [said])]))))
    assert data["articles"][0]["claims"][0]["mark"] == [8, 15]
    assert "🗺🗺 of Donetsk".encode("utf-16-le")[16:30].decode("utf-16-le") == "Donetsk"


def test_colours_come_from_the_style(tmp_path: Path) -> None:
    house = tmp_path / "house.toml"
    house.write_text('[roles.demanded]\nlight = "#123456"\n[words]\ntitle_all = "House title"\n', encoding="utf-8")
    html = html_map.render(html_map.build(two_articles(), style=style.load(house)))
    assert "--role-demanded:#123456" in html
    assert "<title>House title</title>" in html


def test_only_the_shown_article_is_in_its_page() -> None:
    html = html_map.render(html_map.build(two_articles(), article="b"))
    assert [article["id"] for article in page_data(html)["articles"]] == ["b"]
    assert "demanding" not in json.dumps(page_data(html)["quotes"])


def test_numbers_are_rounded_and_unknown_is_null() -> None:
    assert payload._tidy({"a": [1.000004, float("inf")], "b": None}) == {"a": [1, None], "b": None}


@pytest.mark.parametrize("x", [40554.47053979044, 599095.449, 0.49, 0.5, 0.46, 2.0, -3.46, 17.749997, 6.7449, 0.1496])
@pytest.mark.parametrize(("kept", "shown"), [(1, 0), (3, 1)])
def test_rounding_twice_shows_what_rounding_once_does(x: float, kept: int, shown: int) -> None:
    short = payload._rounded(x, kept)
    assert short is not None
    assert words("en").number(short, shown) == words("en").number(x, shown)
    assert abs(short - x) <= 10**-kept


def test_own_scripts_are_shipped_without_comments() -> None:
    for name in (*html_map.SCRIPTS, "page.css"):
        assert not re.search(r"^\s*(//|/\*)", inline.asset(name), re.MULTILINE), name


def test_scripts_never_write_markup() -> None:
    for name in html_map.SCRIPTS:
        text = inline.asset(name)
        for forbidden in (
            "innerHTML",
            "outerHTML =",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert forbidden not in text, (name, forbidden)


def test_translated_texts_are_where_the_catalogue_tools_see_them() -> None:
    for name in html_map.SCRIPTS:
        assert not re.search(r"`[^`]*\$\{\s*tn?\(", inline.asset(name)), name


# --- other countries ----------------------------------------------------------------------------------------


@cache
def essequibo() -> Atlas:
    said = claim("GY-essequibo", "demanded", "They want the Essequibo.", "Essequibo", actor="VE")
    return build.make_atlas([reading("x", [said])], build.Settings(country="GY"))


def test_an_area_is_not_drawn_over_its_own_units() -> None:
    data = page_data(html_map.render(html_map.build(essequibo())))
    assert "GY-essequibo" not in {region["id"] for region in data["regions"]}
    (said,) = data["articles"][0]["claims"]
    assert {data["regions"][n]["id"] for n in said["regions"]} == {"GY-BA", "GY-CU", "GY-PM", "GY-PT", "GY-UT"}
    assert said["ids"] == ["GY-essequibo"]
    assert data["areas"]["GY-essequibo"]["en"] == "Essequibo"


def test_a_map_elsewhere_says_nothing_of_crimea() -> None:
    html = html_map.render(html_map.build(essequibo()))
    assert "Crimea" not in html
    assert "68/262" not in html


def test_the_land_around_fills_a_wide_frame() -> None:
    data = page_data(html_map.render(html_map.build(essequibo())))
    west, south, east, north = data["around"]["box"]
    own = essequibo().regions.total_bounds
    assert (east - west) * math.cos(math.radians(5)) > 2.1 * (own[3] - own[1])
    assert south < own[1]
    assert north > own[3]
    assert "Venezuela" in [names["en"] for names in data["around"]["names"]]


# --- over time --------------------------------------------------------------------------------------------


def test_what_is_named_up_to_a_date_is_what_the_articles_up_to_it_compare_to() -> None:
    atlas = build.make_atlas(dated_readings())
    data = page_data(html_map.render(html_map.build(atlas)))
    days = sorted({one.article.date for one in atlas.readings if one.article.date})
    seen = 0
    for day in days:
        past = [one for one in atlas.readings if not one.article.date or one.article.date <= day]
        whole = build.make_atlas(past)
        compared = payload.build(whole, past, style=style.default(), lang="en")["overall"]["named"]
        named = [entry for entry in data["timeline"] if entry["from"] <= day][-1]["named"]
        ids = [data["regions"][n]["id"] for n in named["regions"]]
        assert ids == list(whole.comparison.overall.headline.regions), day
        assert named["basis"] == compared["basis"]
        assert {key: named["area"][key] for key in ("km2", "measured")} == {
            key: compared["area"][key] for key in ("km2", "measured")
        }
        seen += 1
    assert seen == 6
    assert len({tuple(entry["named"]["regions"]) for entry in data["timeline"]}) > 4


def test_a_timeline_needs_three_dated_articles_and_two_dates() -> None:
    said = [claim("UA-14", "demanded", "They want Donetsk.", "Donetsk")]
    for dates, there in (
        (("2025-01-01", "2025-01-02", None), False),
        (("2025-01-01",) * 3, False),
        (("2025-01-01", "2025-01-01", "2025-01-02"), True),
    ):
        atlas = atlas_of([reading(str(at), said, date=day) for at, day in enumerate(dates)])
        data = page_data(html_map.render(html_map.build(atlas)))
        assert (data["timeline"] is not None) is there


def test_hours_of_one_day_are_one_date_and_a_month_counts_once_it_is_over() -> None:
    said = [claim("UA-14", "demanded", "They want Donetsk.", "Donetsk")]
    day = ("2025-01-01T08:00:00Z", "2025-01-01", "2025-01-01 19:30")
    one_day = atlas_of([reading(str(at), said, date=date) for at, date in enumerate(day)])
    assert page_data(html_map.render(html_map.build(one_day)))["timeline"] is None
    days = ("2025-02", "2025-02-03T08:00", "2025-02-03", "2025", "2025-03")
    regions = dict(zip(days, ("UA-14", "UA-09", "UA-63", "UA-65", "UA-59"), strict=True))
    found = [reading(day, [claim(id_, "demanded", "They want it.", "it")], date=day) for day, id_ in regions.items()]
    timeline = payload._timeline(build.make_atlas(found), found)
    assert timeline is not None
    assert [entry["from"] for entry in timeline] == ["2025-02-03", "2025-02-99", "2025-03-99", "2025-99-99"]
    assert [len(entry["named"]["regions"]) for entry in timeline] == [2, 3, 4, 5]


def test_the_control_layer_s_rest_is_told_for_each_date() -> None:
    base = controlled()
    info = [
        msgspec.structs.replace(one.article, date=f"2025-01-0{at}") for at, one in enumerate(base.readings, start=1)
    ]
    first, second = (msgspec.structs.replace(one, article=new) for one, new in zip(base.readings, info, strict=True))
    third = reading("c", [], date="2025-01-03")
    found = payload._timeline(base, [first, second, third])
    assert found is not None
    layer = base.comparison.control
    assert layer is not None
    free = {one.region: one.not_held_km2 for one in layer.regions}
    assert [entry["named"]["rest"] for entry in found] == [
        pytest.approx(sum(free[one] for one in ids), abs=0.1)
        for ids in (("UA-14", "UA-09", "UA-23"), ("UA-14", "UA-09", "UA-23", "UA-43", "UA-40"))
    ]


# --- a control layer --------------------------------------------------------------------------------------


def test_a_control_layer_is_drawn_once_and_measured_for_each_region() -> None:
    atlas = controlled()
    data = page_data(html_map.render(html_map.build(atlas)))
    control = data["control"]
    (shape,) = decoded(topology.Topology(1000, control["arcs"]["text"], [control["shape"]]))
    layer = atlas.comparison.control
    assert layer is not None
    assert area_km2(shape) == pytest.approx(layer.held.km2, rel=0.005)
    by_id = {data["regions"][int(number)]["id"]: held for number, held in control["regions"].items()}
    assert by_id["UA-43"][1] == pytest.approx(100)
    assert 30 < by_id["UA-14"][1] < 70
    assert by_id["UA-14"][0] + by_id["UA-14"][2] == pytest.approx(26_599, abs=1)
    assert by_id["UA-32"][0] == 0
    split = data["articles"][0]["assessment"]["control"]
    named = data["articles"][0]["assessment"]["named"]["area"]["km2"]
    assert split["held"]["km2"] == pytest.approx(by_id["UA-14"][0], abs=0.2)
    assert split["held"]["km2"] + split["rest"]["km2"] == pytest.approx(named, abs=0.2)


def test_without_a_control_layer_nothing_is_said_of_one() -> None:
    data = page_data(html_map.render(html_map.build(two_articles())))
    assert data["control"] is None
    assert data["articles"][0]["assessment"]["control"] is None


# --- texts of the measures ----------------------------------------------------------------------------------


def test_what_the_measures_say_comes_in_every_language() -> None:
    atlas = two_articles()
    first, second = atlas.comparison.articles
    check = msgspec.structs.replace(second.checks[0], method_said=(msg("consistent"),))
    changed = msgspec.structs.replace(second, checks=(check,))
    compared = msgspec.structs.replace(atlas.comparison, articles=(first, changed))
    data = page_data(html_map.render(html_map.build(dataclasses.replace(atlas, comparison=compared))))
    (found,) = data["articles"][1]["assessment"]["checks"]
    assert found["method"] == {"en": "consistent", "uk": "узгоджується"}
    assert found["finding"] == {"en": "The article says one thing, the measure another."}
    said = msg("{share} of {place}", share=texts.percent(13.4), place=texts.place("UA-14"))
    assert payload.Says(atlas)(said, "") == {"en": "13.4% of Donetsk", "uk": "13,4% (Донецька область)"}


def test_credits_and_viewpoint_are_translated() -> None:
    data = page_data(html_map.render(html_map.build(two_articles())))
    for message in (data["viewpoint"], *data["credits"]):
        assert data["texts"]["uk"][message]


def test_without_scripts_the_page_says_so_in_its_language() -> None:
    html = html_map.render(html_map.build(two_articles(), lang="uk"))
    found = re.search(r"<noscript>(.*?)</noscript>", html)
    assert found
    assert "Мапу малює скрипт" in found[1]


# --- the palette for everybody ------------------------------------------------------------------------------

#: What the three deficiencies make of linear red, green and blue: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes,
#: "A physiologically-based model for simulation of color vision deficiency" (2009), severity 1.0.
DEFICIENCIES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
Colour = tuple[float, ...]


def linear(colour: str) -> Colour:
    """Linear red, green and blue of #rrggbb."""
    return tuple(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in style.channels(colour))


def seen(colour: str, deficiency: str) -> Colour:
    """Linear red, green and blue as they arrive."""
    rows = DEFICIENCIES[deficiency]
    sums = (sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in rows)
    return tuple(min(1.0, max(0.0, one)) for one in sums)


def lab(colour: Colour) -> Colour:
    """CIE L*a*b* (D65) of linear red, green and blue."""
    red, green, blue = colour
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(one: Colour, other: Colour) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5


def contrast(one: Colour, other: Colour) -> float:
    lights = [0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] for c in (one, other)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_the_simulation_confuses_what_is_confused() -> None:
    red, green = seen("#c00000", "deuteranopia"), seen("#5c5c00", "deuteranopia")
    assert difference(red, green) < 12
    assert difference(seen("#c00000", "tritanopia"), seen("#5c5c00", "tritanopia")) > 50
    assert lab(seen("#ffffff", "protanopia")) == pytest.approx((100, 0, 0), abs=0.5)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_roles_are_told_apart_with_any_colour_vision(deficiency: str, theme: style.Theme) -> None:
    look = style.default()
    ground = look.ground.light if theme == "light" else look.ground.dark
    colours = {role: seen(look.roles[role].colour(theme), deficiency) for role in ROLES}
    country = seen(ground.country, deficiency)
    for role, colour in colours.items():
        assert contrast(colour, country) >= 3, role
    assert len({look.roles[role].pattern for role in ROLES}) == len(ROLES)
    mirrored = [role for role in ROLES if look.roles[role].pattern in ("diagonal", "antidiagonal")]
    hard = [tuple(mirrored), *itertools.product(TALK_ROLES, GROUND_ROLES)]
    for one, other in hard:
        assert difference(colours[one], colours[other]) >= 9, (one, other)
    # The ends of the difference view and its middle.
    ends = [seen(c, deficiency) for c in (ground.accent, look.roles["demanded"].colour(theme), ground.muted)]
    for one_end, other_end in itertools.combinations(ends, 2):
        assert difference(one_end, other_end) >= 9


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_shades_of_counts_stand_out_from_their_borders(theme: style.Theme) -> None:
    ground = style.default().ground.light if theme == "light" else style.default().ground.dark
    written = re.search(r"const shade = .* => ([\d.]+) \+ \(([\d.]+) \* place\)", inline.asset("patterns.js"))
    assert written
    least, span = float(written[1]), float(written[2])
    for share in (least, least + span):
        assert style.contrast(style.blend(ground.ink, ground.country, share), ground.ink) >= 3
    # Neighbouring classes differ in lightness, too; the number stands beside each name.
    steps = [lab(linear(style.blend(ground.ink, ground.country, least + span * at / 4)))[0] for at in range(5)]
    assert all(abs(one - other) >= 5 for one, other in itertools.pairwise(steps))
    # The lightest class can be told from a region that no article names.
    assert abs(steps[0] - lab(linear(ground.country))[0]) >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_a_control_layer_covers_leaves_patterns_readable(theme: style.Theme) -> None:
    look = style.default()
    ground = look.ground.light if theme == "light" else look.ground.dark
    share = re.search(r"path.held { fill: var\(--ink\); fill-opacity: ([\d.]+)", inline.asset("page.css"))
    assert share
    held = style.blend(ground.ink, ground.country, float(share[1]))
    assert abs(lab(linear(held))[0] - lab(linear(ground.country))[0]) >= 8
    assert style.contrast(ground.ink, held) >= 4.5
    for role in ROLES:
        assert style.contrast(look.roles[role].colour(theme), held) >= 3, role


# --- the browser that the other tests need --------------------------------------------------------------------


def test_a_missing_browser_is_a_skip_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("CONCESSION_MAPS_REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Chromium was found"):
        browser.give_up("no Chromium was found")


@pytest.mark.parametrize("variable", ["CI", "CONCESSION_MAPS_REQUIRE_BROWSER"])
def test_a_missing_browser_is_a_failure_where_one_is_required(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "true")
    with pytest.raises(pytest.fail.Exception, match="a browser is required here, but no Chromium was found"):
        browser.give_up("no Chromium was found")


# --- the texts of the page ------------------------------------------------------------------------------------


def test_the_page_carries_the_texts_that_its_scripts_ask_for_and_no_others() -> None:
    from babel.messages.extract import extract_from_dir

    assets = Path(inline.__file__).parent / "assets"
    found = extract_from_dir(assets, [("**.js", "javascript")], {}, {"t": None, "tn": (1, 2)})
    asked = {message if isinstance(message, str) else message[0] for _file, _line, message, *_ in found}
    carried = page_data(html_map.render(html_map.build(two_articles())))["texts"]["uk"]
    assert asked <= set(carried)
    # A word of another room may happen to stand in a script, too.
    labels = {*ROLE_LABELS.values(), *ROLE_NOTES.values(), *VERDICT_LABELS.values()}
    assert len(set(carried) - asked - labels) <= 5
    assert len(carried) < len(messages("uk"))


def test_a_stated_amount_is_marked_in_its_sentence() -> None:
    data = page_data(html_map.render(html_map.build(two_articles(), article="b")))
    (figure,) = data["articles"][0]["assessment"]["reported"]
    start, end = figure["mark"]
    assert figure["sentence"][start:end] == "roughly 20%"


def test_shapes_are_encoded_once_for_an_atlas_and_go_with_it() -> None:
    atlas = two_articles()
    before = len(payload._SHAPES)
    for article in (None, "a", "b"):
        html_map.build(atlas, article=article)
    assert len(payload._SHAPES) == before + 1
    del atlas
    gc.collect()
    assert len(payload._SHAPES) <= before
