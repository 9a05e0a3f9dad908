"""The page in a real browser with the network off: what a reader sees, clicks, drags, types and downloads."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import folium
import msgspec
import pypdfium2
import pytest
from browser import Open, Opened
from page_atlases import atlas_of, claim, controlled, dated_readings, many_articles, reading, two_articles
from pyproj import Geod

from geo import build
from geo.models import Article, ArticleInfo, Interval
from geo.page import html_map
from geo.reading.reader import read_article

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DONETSK = 'path[data-region="UA-14"]'
SQUARE = "path.reported"
NEAR = "Russia demands that Ukraine cede the Donetsk region and leave the Kursk region."
FAR = "Venezuela demanded that Guyana hand over the Essequibo."
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@cache
def comparison(lang: str = "en") -> str:
    return html_map.render(html_map.build(two_articles(), lang=lang))


@cache
def single() -> str:
    return html_map.render(html_map.build(two_articles(), article="b"))


@cache
def many(count: int) -> str:
    return html_map.render(html_map.build(many_articles(count)))


@cache
def with_control() -> str:
    return html_map.render(html_map.build(controlled()))


def texts(page: Opened, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def middle(page: Opened, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def wait_until(page: Opened, expression: str) -> None:
    """Wait for a condition; Playwright's own way of waiting needs eval, which the page's policy forbids."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {expression}")


# --- it opens ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 640), (768, 1024), (1920, 1080)])
def test_opens_offline_at_every_size(open_page: Open, size: tuple[int, int], scheme: str) -> None:
    page = open_page(comparison(), viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    assert page.locator("path.region").count() == 27
    assert page.locator("path.claim").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame = page.locator(".folium-map").bounding_box()
    box = page.locator(DONETSK).bounding_box()
    assert box["width"] > 10
    assert frame["x"] <= box["x"]
    assert box["x"] + box["width"] <= frame["x"] + frame["width"]


def test_the_map_stays_beside_its_panels_and_never_over_the_table(open_page: Open) -> None:
    page = open_page(comparison(), viewport={"width": 1440, "height": 700})
    assert page.evaluate("document.documentElement.scrollHeight") > 1800
    for share in (0.3, 0.6, 1):
        page.evaluate(f"scrollTo(0, {share} * document.documentElement.scrollHeight)")
        bottom, top = (
            page.locator(selector).bounding_box()[end] + page.locator(selector).bounding_box()["height"] * at
            for selector, end, at in (("#stage", "y", 1), ("#table", "y", 0))
        )
        assert bottom <= top


def test_no_panel_is_empty_and_no_text_runs_out_of_its_box(open_page: Open) -> None:
    page = open_page(comparison(), viewport={"width": 360, "height": 740})
    empty = page.evaluate(
        "[...document.querySelectorAll('section, footer, header')]"
        ".filter(e => e.checkVisibility() && !e.textContent.trim()).map(e => e.id)"
    )
    assert empty == []
    cut = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,p,li,button,dd,label')]"
        ".filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1)"
        ".map(e => e.textContent)"
    )
    assert cut == []


OVERLAPS = """(() => {
  const map = document.querySelector('.folium-map');
  const box = (e) => e.getBoundingClientRect();
  const seen = (e) => e.checkVisibility({ visibilityProperty: true });
  const names = [...map.querySelectorAll('.name, .reported-name')].filter(seen);
  const others = [...map.querySelectorAll('.zoom button, .leaflet-control-scale, .side-name')].filter(seen);
  const hit = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const out = [];
  names.forEach((one, at) => {
    const [a, frame] = [box(one), box(map)];
    if (a.left < frame.left || a.right > frame.right || a.bottom > frame.bottom) out.push(one.textContent + ' is cut');
    for (const two of [...names.slice(at + 1), ...others]) {
      if (hit(a, box(two))) out.push(one.textContent + ' on ' + two.textContent);
    }
  });
  return { out, names: names.length };
})()"""


@pytest.mark.parametrize("view", ["map", "swipe"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_name_lies_on_another_or_on_a_control(open_page: Open, width: int, view: str) -> None:
    for html in (comparison(), comparison("uk")):
        page = open_page(html, f"#view={view}", viewport={"width": width, "height": 900})
        found = page.evaluate(OVERLAPS)
        assert found["out"] == []
        assert found["names"] >= 5
    assert page.locator(".name.named.off").count() <= 1


def test_on_a_phone_the_table_needs_no_sideways_scrolling(open_page: Open) -> None:
    page = open_page(comparison(), viewport={"width": 320, "height": 640})
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('#table .scroll'))")
    cell = page.locator("#table td").first
    assert cell.get_attribute("data-label") == "Measured, km²"
    assert cell.get_attribute("role") == "cell"
    label = "getComputedStyle(document.querySelector('#table td'), '::before').content"
    assert page.evaluate(label) == '"Measured, km²"'
    # What is said has more room than the name of its column.
    said = page.locator("#table td").nth(2)
    assert said.locator("span").bounding_box()["width"] > said.bounding_box()["width"] / 2


@pytest.mark.parametrize("width", [768, 1024, 1100, 1280])
def test_every_named_region_has_its_name_where_long_names_stand_close(open_page: Open, width: int) -> None:
    page = open_page(dated("uk"), viewport={"width": width, "height": 900})
    assert page.locator(".name.named").count() == 8
    assert texts(page, ".name.named.off") == []
    assert page.evaluate(OVERLAPS)["out"] == []


def test_drawn_colour_and_pattern_are_the_styles(open_page: Open) -> None:
    page = open_page(comparison())
    assert [p.get_attribute("fill") for p in page.locator("path.claim").all()] == [
        "url(#bands-demanded1-conceded0)",
        "url(#pattern-demanded-firm)",
        "url(#pattern-demanded-firm)",
        "url(#pattern-conceded-soft)",
        "url(#pattern-conceded-soft)",
    ]
    bands = page.locator("#bands-demanded1-conceded0 path")
    assert bands.count() == 4
    assert {b.get_attribute("fill") for b in bands.all()} == {
        "url(#pattern-demanded-firm)",
        "url(#pattern-conceded-soft)",
    }
    line = page.locator("#pattern-demanded-firm path").last
    assert line.evaluate("e => getComputedStyle(e).stroke") == "rgb(179, 54, 30)"


def test_works_inside_a_frame_and_in_a_notebook(open_page: Open) -> None:
    notebook = html_map.build(two_articles())._repr_html_()
    page = open_page(f"<!DOCTYPE html><title>t</title>{notebook}", ready=False)
    frame = page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(timeout=20_000, state="attached")
    assert frame.locator("path.claim").count() == 5


def test_works_in_a_sandboxed_frame_of_another_page(open_page: Open) -> None:
    open_page(comparison())
    outer = '<!DOCTYPE html><title>t</title><iframe sandbox="allow-scripts" src="page0.html" title="m"></iframe>'
    page = open_page(outer, ready=False)
    frame = page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(timeout=20_000, state="attached")
    frame.locator("[data-view=difference]").click()
    assert frame.locator("path.difference-both").count() == 1


def test_a_marker_of_folium_has_its_picture(open_page: Open) -> None:
    drawn = html_map.build(two_articles())
    folium.Marker([48.0, 37.8], tooltip="here").add_to(drawn)
    page = open_page(html_map.render(drawn))
    assert page.evaluate("document.querySelector('img.leaflet-marker-icon').naturalWidth") == 25


def test_a_layer_control_of_folium_has_its_picture(open_page: Open) -> None:
    drawn = html_map.build(two_articles())
    folium.FeatureGroup(name="own").add_to(drawn)
    folium.LayerControl().add_to(drawn)
    page = open_page(html_map.render(drawn))
    width = page.evaluate("""async () => {
      const toggle = document.querySelector('.leaflet-control-layers-toggle');
      const picture = new Image();
      picture.src = getComputedStyle(toggle).backgroundImage.slice(5, -2);
      await picture.decode();
      return picture.naturalWidth;
    }""")
    assert width > 0


# --- evidence ---------------------------------------------------------------------------------------------


def test_a_click_shows_the_quote_with_the_region_marked(open_page: Open) -> None:
    page = open_page(comparison())
    assert page.locator("#evidence").is_hidden()
    page.click(DONETSK)
    assert texts(page, "#evidence h2") == ["Donetsk"]
    assert texts(page, "#evidence mark") == ["Donetsk", "Donetsk"]
    assert texts(page, "#evidence blockquote")[0] == "He is demanding Donetsk, Luhansk and Zaporizhzhia."
    assert texts(page, "#evidence .flag") == ["hedged", "in part"]
    assert "26,599 km²" in page.inner_text("#evidence .facts")
    assert page.get_attribute("#evidence a", "href") == "https://example.org/b"


def test_a_tooltip_stays_inside_the_map(open_page: Open) -> None:
    page = open_page(comparison(), "#map=8,49,32")
    frame = page.locator(".folium-map").bounding_box()
    seen = 0
    for dx, dy in ((0.5, 0.03), (0.5, 0.97), (0.99, 0.5), (0.12, 0.5)):
        page.mouse.move(frame["x"] + dx * frame["width"], frame["y"] + dy * frame["height"])
        tip = page.locator(".tip")
        if not tip.count():
            continue
        seen += 1
        box = tip.bounding_box()
        assert box["y"] >= frame["y"] - 1
        assert frame["x"] - 1 <= box["x"] <= frame["x"] + frame["width"] + 1 - box["width"]
    assert seen >= 3


def test_a_tap_shows_the_quote(open_page: Open) -> None:
    page = open_page(comparison(), **PHONE)
    page.locator(DONETSK).tap()
    assert texts(page, "#evidence h2") == ["Donetsk"]


def test_the_keyboard_alone_reaches_reads_and_returns(open_page: Open) -> None:
    page = open_page(comparison())
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.region === 'UA-14'"):
            break
    assert "Donetsk, demanded" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.region") not in (None, "UA-14")
    page.keyboard.press("ArrowDown")
    page.locator(DONETSK).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "evidence-title"
    page.locator("#evidence .close").press("Enter")
    assert page.locator("#evidence").is_hidden()
    assert page.evaluate("document.activeElement.dataset.region") == "UA-14"


FOCUS = """(() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const style = getComputedStyle(e);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const thick = e.tagName === 'path' && parseFloat(style.strokeWidth) >= 4;
  return { seen: ring || thick, key: window.all.indexOf(e), what: e.outerHTML.slice(0, 80) };
})()"""
STOPS = """(() => {
  const all = document.querySelectorAll('button, select, input, summary, textarea, a[href], [tabindex="0"]');
  const there = (e) => e.id === 'skip' || e.checkVisibility({ visibilityProperty: true });
  window.all = [...all].filter((e) => there(e) && !e.disabled);
  return window.all.length;
})()"""


def test_every_control_is_reached_by_tab_and_shows_that_it_has_the_focus(open_page: Open) -> None:
    page = open_page(dated(), "#view=swipe&region=UA-14")
    expected = page.evaluate(STOPS)
    assert expected > 40
    reached: set[int] = set()
    for _ in range(expected + 5):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at is None:
            break
        assert at["seen"], at["what"]
        reached.add(at["key"])
    assert reached - {-1} == set(range(expected))


def test_focus_is_visible_on_a_region(open_page: Open) -> None:
    page = open_page(comparison())
    region = page.locator(DONETSK)
    before = region.evaluate("e => getComputedStyle(e).stroke")
    page.locator("#skip").focus()
    page.keyboard.press("Tab")
    region.focus()
    assert region.evaluate("e => getComputedStyle(e).stroke") != before


# --- layers -----------------------------------------------------------------------------------------------


def test_the_legend_shows_what_is_on_and_nothing_else(open_page: Open) -> None:
    page = open_page(comparison())
    square = "“roughly 20%” is 120,726 km²"
    assert texts(page, "#legend .label") == ["demanded", "offered, hedged or in part", square]
    assert "in bands side by side" in page.inner_text("#legend")
    page.locator(".roles input").nth(0).uncheck()
    assert texts(page, "#legend .label") == ["offered, hedged or in part", square]
    assert "in bands side by side" not in page.inner_text("#legend")
    page.click("text=Hide its square on the map")
    assert page.locator(SQUARE).count() == 0
    assert texts(page, "#legend .label") == ["offered, hedged or in part"]
    assert page.locator("path.role-demanded").count() == 0
    page.click("#layers >> text=None")
    assert texts(page, "#legend .label") == []
    assert page.locator("path.claim").count() == 0
    assert "No layer is switched on." in page.inner_text("#legend")
    page.click(".layers-tools >> text=All")
    assert page.locator("path.claim").count() == 5
    assert page.inner_text("#layer-count") == "2 of 2 on"


def test_what_is_only_mentioned_is_not_said_to_be_filled(open_page: Open) -> None:
    only = reading("a", [claim("UA-30", "mentioned", "A day in Kyiv.", "Kyiv")])
    page = open_page(html_map.render(html_map.build(atlas_of([only]))))
    assert texts(page, "#legend .label") == ["mentioned only"]
    assert "Whole regions are filled" not in page.inner_text("#legend")
    page.click("button[lang=uk]")
    assert page.inner_text("#legend .label") == "лише згадано"
    assert "Whole regions are filled" in open_page(comparison()).inner_text("#legend")


def test_a_bar_isolates_its_article(open_page: Open) -> None:
    page = open_page(comparison())
    page.locator("#figures button", has_text="Show only this article").nth(0).click()
    assert page.locator("path.claim").count() == 3
    assert page.locator(".figure.alone h3").inner_text() == "First article"
    # It reports no figure: the square of the other one goes.
    assert page.locator(SQUARE).count() == 0
    page.click("text=Show all articles again")
    assert page.locator("path.claim").count() == 5
    assert page.locator(SQUARE).count() == 1


def test_numbers_stand_beside_the_bars(open_page: Open) -> None:
    page = open_page(comparison())
    second = page.locator("#figures .figure").nth(1).inner_text()
    assert "Named (offered), at most: 8.8% · 52,945 km²" in second
    assert "“roughly 20%” · 18% to 22% · 108,653 km² to 132,798 km²" in second
    assert "“some land in the south”" in second
    assert "11.2 points" in second
    band = page.locator(".bar-reported").bounding_box()
    track = page.locator(".track").nth(1).bounding_box()
    assert band["x"] - track["x"] == pytest.approx(18 / 25 * track["width"], abs=2)


def test_opened_checks_stay_open_when_something_else_changes(open_page: Open) -> None:
    page = open_page(comparison())
    page.click(".checks summary")
    page.click(DONETSK)
    assert page.locator(".checks p").is_visible()
    assert page.inner_text("#figures blockquote mark") == "roughly 20%"


def test_a_figure_about_something_else_is_said_to_be(open_page: Open) -> None:
    sentence = "they need not agree"
    assert sentence not in open_page(comparison()).inner_text("#figures")
    atlas = two_articles()
    first, second = atlas.comparison.articles
    gap = msgspec.structs.replace(second.gaps[0], comparable=False)
    changed = msgspec.structs.replace(second, gaps=(gap,))
    told = msgspec.structs.replace(atlas.comparison, articles=(first, changed))
    page = open_page(html_map.render(html_map.build(dataclasses.replace(atlas, comparison=told))))
    assert page.inner_text("#figures").count(sentence) == 1


def test_a_figure_below_the_regions_has_a_range_of_the_same_sign(open_page: Open) -> None:
    atlas = two_articles()
    first, second = atlas.comparison.articles
    gap = msgspec.structs.replace(
        second.gaps[0], comparable=False, points=Interval(-4.2, -2.7, -1.2), km2=Interval(-25162, -16176, -7189)
    )
    told = msgspec.structs.replace(atlas.comparison, articles=(first, msgspec.structs.replace(second, gaps=(gap,))))
    made = html_map.build(dataclasses.replace(atlas, comparison=told))
    page = open_page(html_map.render(made))
    said = page.inner_text("#figures .is-gap")
    assert "2.7 points (16,176 km²) more than the figure, between 1.2 and 4.2 points. The figure" in said
    page.click("[lang=uk]")
    assert ".." not in page.inner_text("#figures .is-gap")


def test_a_region_on_another_continent_leaves_the_country_its_size(open_page: Open) -> None:
    near, far = (read_article(Article(ArticleInfo(text[:6]), text)) for text in (NEAR, FAR))
    plain, both = build.make_atlas([near]), build.make_atlas([near, far])
    assert both.far == {"GY-essequibo"}
    assert not plain.far
    wide = []
    for atlas in (plain, both):
        page = open_page(html_map.render(html_map.build(atlas)))
        wide.append(page.locator(DONETSK).bounding_box()["width"])
    assert wide[0] == wide[1]
    assert page.inner_text(".too-far") == "Outside the first view, too far away: Essequibo."
    assert "Essequibo" in page.inner_text("#table")
    page.click("[data-view=swipe]")
    divider = middle(page, ".divider")[0]
    # Amid what can be seen, not amid two continents.
    ends = [middle(page, f'path[data-region="{code}"]')[0] for code in ("UA-14", "RU-KRS")]
    assert divider == pytest.approx(sum(ends) / 2, abs=60)


def test_regions_say_how_many_articles_name_them(open_page: Open) -> None:
    page = open_page(comparison())
    named = dict(text.split("\n") for text in texts(page, ".name.named"))
    assert named["Donetsk"] == "2 articles"
    assert named["Luhansk"] == "1 article"


def test_the_table_says_what_the_map_shows(open_page: Open) -> None:
    page = open_page(comparison())
    rows = {row.split("\t")[0]: row for row in texts(page, "#table tbody tr")}
    assert set(rows) == {"Donetsk", "Luhansk", "Zaporizhzhia", "Crimea", "Sevastopol"}
    assert "demanded; offered, hedged or in part" in rows["Donetsk"]


def test_single_article_has_no_switch_between_articles(open_page: Open) -> None:
    page = open_page(single())
    assert page.title() == "Second article"
    assert page.inner_text("#byline") == "17 March 2025 · the article"
    assert page.get_attribute("#byline a", "href") == "https://example.org/b"
    described = page.locator("meta[name=description]").get_attribute("content")
    assert described
    assert page.inner_text("#standfirst").startswith(described)
    assert page.locator("#views").is_hidden()
    assert page.locator("#below").is_hidden()
    assert page.locator(".name .count").count() == 0


# --- a control layer --------------------------------------------------------------------------------------

HELD = "path.held"
FRONT = "path.front"


def test_a_control_layer_lies_under_what_is_said_and_can_be_switched_off(open_page: Open) -> None:
    page = open_page(with_control())
    assert page.locator(HELD).count() == page.locator(FRONT).count() == 1
    assert "held on 1 March 2025, by the control layer" in texts(page, "#legend .label")
    assert "A <b>desk</b> · named and not held: " in page.inner_text("#legend")
    east, west = (
        page.evaluate(f"(b => b.{end})(document.querySelector('{FRONT}').getBBox())") for end in ("width", "x")
    )
    assert east > 20
    assert west > 0
    page.locator("#control").uncheck()
    assert page.locator(HELD).count() == page.locator(FRONT).count() == 0
    assert not any("control layer" in label for label in texts(page, "#legend .label"))
    assert "Held, by the control layer" not in page.inner_text("#table thead")
    wait_until(page, "location.hash.includes('control=off')")
    assert open_page(with_control(), "#control=off").locator(HELD).count() == 0


def test_what_is_named_and_not_held_is_read_off(open_page: Open) -> None:
    page = open_page(with_control())
    page.click(DONETSK)
    facts = page.inner_text("#evidence .facts")
    assert "held by the control layer (" in facts
    assert "km² not held" in facts
    row = next(row for row in texts(page, "#table tbody tr") if row.startswith("Crimea"))
    assert "km² (100%)" in row
    first = page.locator("#figures .figure").nth(0).inner_text()
    assert "Of these held, by the control layer:" in first
    assert "Named and not held:" in first
    assert "held by the control layer" in page.locator(DONETSK).get_attribute("aria-label")
    assert "front.geojson · 1 March 2025 · A <b>desk</b> · " in page.inner_text("#foot")
    assert findings(page) == []


def test_the_control_layer_is_in_the_downloads(open_page: Open) -> None:
    page = open_page(with_control())
    drawing = saved(page, "svg").decode()
    assert "by the control layer" in drawing
    assert "Control layer: front.geojson, 1 March 2025, A" in drawing
    assert "&lt;b&gt;desk&lt;/b&gt;." in drawing
    assert "var(--" not in drawing
    crimea = next(f for f in json.loads(saved(page, "geojson"))["features"] if f["id"] == "UA-43")
    assert crimea["properties"]["held_percent"] == 100
    rows = list(csv.DictReader(io.StringIO(saved(page, "csv").decode("utf-8-sig"))))
    assert {row["held_percent"] for row in rows if row["region"] == "UA-09"} == {"0"}


# --- the reported figure ----------------------------------------------------------------------------------


def square_km2(page: Opened) -> float:
    ring = page.evaluate("ConcessionMap.share.current.shape.main.getLatLngs()[0].map(p => [p.lng, p.lat])")
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter([p[0] for p in ring], [p[1] for p in ring])
    return abs(area) / 1e6


def place(page: Opened) -> list[float]:
    return page.evaluate("(({lat, lng}) => [lat, lng])(ConcessionMap.share.current.shape.place)")


def drag(page: Opened, dx: float, dy: float) -> None:
    x, y = middle(page, SQUARE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()


def test_the_square_keeps_its_area_wherever_it_is_dragged(open_page: Open) -> None:
    page = open_page(comparison())
    expected = 0.20 * 603_628
    assert square_km2(page) == pytest.approx(expected, rel=1e-3)
    seen = [place(page)]
    for dx, dy in ((90, -60), (150, 120), (-260, 60)):
        box = page.locator(SQUARE).bounding_box()
        drag(page, dx, dy)
        moved = page.locator(SQUARE).bounding_box()
        assert moved["x"] - box["x"] == pytest.approx(dx, abs=3)
        assert square_km2(page) == pytest.approx(expected, rel=1e-3)
        assert place(page) not in seen
        seen.append(place(page))
    assert page.locator("#evidence").is_hidden()


def test_the_square_follows_the_keyboard_and_goes_home(open_page: Open) -> None:
    page = open_page(comparison())
    start = place(page)
    page.locator(SQUARE).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    assert place(page)[1] > start[1]
    assert place(page)[0] < start[0]
    page.keyboard.press("Home")
    assert place(page) == pytest.approx(start)


def test_the_square_follows_a_finger(open_page: Open) -> None:
    page = open_page(comparison(), **PHONE)
    x, y = middle(page, SQUARE)
    start = place(page)
    touch = page.context.new_cdp_session(page.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in (10, 30, 50):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + step, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert place(page)[1] > start[1] + 1
    assert square_km2(page) == pytest.approx(0.20 * 603_628, rel=1e-3)


def test_the_square_goes_to_a_region_without_dragging(open_page: Open) -> None:
    page = open_page(comparison())
    page.click(DONETSK)
    page.click("text=Put the reported figure on this region")
    assert place(page) == pytest.approx([48.0, 37.8], abs=0.5)


# --- two articles -----------------------------------------------------------------------------------------


def test_the_divider_shows_one_article_on_each_side(open_page: Open) -> None:
    page = open_page(comparison())
    page.click("[data-view=swipe]")
    assert page.locator(".leaflet-left-pane path.role-demanded").count() == 3
    assert page.locator(".leaflet-right-pane path.role-conceded").count() == 3
    # It starts amid the named regions, so that both sides have something to show.
    here = middle(page, ".divider")[0]
    west, east = (middle(page, f'path[data-region="{code}"]')[0] for code in ("UA-43", "UA-09"))
    assert west < here < east
    before = page.evaluate("document.querySelector('.leaflet-left-pane').style.clipPath")
    page.locator("input[type=range]").press("ArrowRight")
    after = page.evaluate("document.querySelector('.leaflet-left-pane').style.clipPath")
    assert before != after
    x, y = middle(page, ".divider")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 120, y)
    page.mouse.up()
    assert middle(page, ".divider")[0] == pytest.approx(x - 120, abs=2)
    page.click("[data-view=map]")
    assert page.evaluate("document.querySelector('.leaflet-left-pane').style.clipPath") == ""


def test_the_divider_follows_a_finger(open_page: Open) -> None:
    page = open_page(comparison(), "#view=swipe", **PHONE)
    x, y = middle(page, ".divider span")
    touch = page.context.new_cdp_session(page.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in (20, 50, 90):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - step, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert middle(page, ".divider span")[0] == pytest.approx(x - 90, abs=2)


def test_values_of_the_table_have_the_larger_part_of_a_phone(open_page: Open) -> None:
    page = open_page(comparison(), viewport={"width": 320, "height": 640})
    columns = "e => getComputedStyle(e).gridTemplateColumns.split(' ').map(parseFloat)"
    label, value = page.locator("#table td").nth(2).evaluate(columns)
    assert value > 1.4 * label
    assert label > 90


def test_the_words_above_the_map_stand_on_one_line(open_page: Open) -> None:
    page = open_page(comparison(), "#view=swipe", viewport={"width": 1440, "height": 900})
    labels = page.locator("#views label > span")
    assert [label.inner_text() for label in labels.all()] == ["First article", "Second article", "Divider"]
    assert len({round(label.bounding_box()["y"]) for label in labels.all()}) == 1


def test_the_grip_of_the_divider_covers_no_name(open_page: Open) -> None:
    crimea = "#lang=uk&view=swipe&a=d1&b=d6"
    for html, fragment, width in ((dated(), crimea, 1440), (comparison("uk"), "#view=swipe", 768)):
        page = open_page(html, fragment, viewport={"width": width, "height": 900})
        grip = page.locator(".divider span").bounding_box()
        names = [one.bounding_box() for one in page.locator(".name:not(.off), .side-name:visible").all()]
        assert len(names) > 6
        for name in names:
            aside = name["x"] >= grip["x"] + grip["width"] or name["x"] + name["width"] <= grip["x"]
            above = name["y"] >= grip["y"] + grip["height"] or name["y"] + name["height"] <= grip["y"]
            assert aside or above, name


def test_the_paper_behind_a_name_is_no_wider_than_its_words(open_page: Open) -> None:
    page = open_page(comparison("uk"), **PHONE)
    spare = page.evaluate(
        "[...document.querySelectorAll('.name.named:not(.off)')].map(box => { const range = document.createRange();"
        "range.selectNodeContents(box.firstChild.firstChild);"
        "return box.getBoundingClientRect().width - Math.max(...[...range.getClientRects()].map(r => r.width)); })"
    )
    assert len(spare) >= 4
    assert max(spare) <= 14


def test_the_difference_is_right(open_page: Open) -> None:
    page = open_page(comparison())
    page.click("[data-view=difference]")
    counts = {which: page.locator(f"path.difference-{which}").count() for which in ("a", "b", "both")}
    assert counts == {"a": 2, "b": 2, "both": 1}
    assert texts(page, "#legend .label")[:3] == [
        "only in: First article",
        "only in: Second article",
        "in both",
    ]
    page.select_option("[data-pair=b]", "0")
    assert texts(page, "#legend .label")[:-1] == ["in both"]


# --- many articles together -------------------------------------------------------------------------------


@cache
def counted_articles() -> str:
    """Seven articles; number n names the first n of the regions, so that the first is named by all."""
    places = ["UA-14", "UA-09", "UA-23", "UA-65", "UA-48", "UA-51", "UA-59"]
    return html_map.render(
        html_map.build(
            atlas_of(
                [
                    reading(str(n), [claim(place, "demanded", "They want the place.", "place") for place in places[:n]])
                    for n in range(1, 8)
                ]
            )
        )
    )


def test_many_articles_open_with_how_many_name_each_region(open_page: Open) -> None:
    page = open_page(counted_articles())
    assert page.get_attribute("[data-view=count]", "aria-pressed") == "true"
    assert texts(page, "#legend .label") == ["1 to 2 articles", "3 to 4 articles", "5 to 6 articles", "7 articles"]
    shades = page.evaluate(
        "[...document.querySelectorAll('path.counted')].map(p => Number(p.getAttribute('fill-opacity'))).sort()"
    )
    assert len(shades) == 7
    assert len(set(shades)) == 4
    named = dict(text.split("\n") for text in texts(page, ".name.named:not(.off)"))
    assert named["Donetsk"] == "7 articles"
    assert named["Luhansk"] == "6 articles"
    drawing = saved(page, "svg").decode()
    assert "1 to 2 articles" in drawing
    assert "var(--" not in drawing
    assert findings(page) == []
    page.click("[data-view=map]")
    assert page.locator("path.counted").count() == 0
    assert page.locator("path.role-demanded").count() == 7
    wait_until(page, "location.hash.includes('view=map')")
    again = open_page(counted_articles(), "#view=map")
    assert again.locator("path.role-demanded").count() == 7


def test_a_long_list_of_bars_keeps_its_place(open_page: Open) -> None:
    page = open_page(many(200))
    assert page.locator("#figures").bounding_box()["height"] < 900
    button = page.locator("#figures button", has_text="Show only this article").nth(40)
    button.scroll_into_view_if_needed()
    before = page.evaluate("document.querySelector('.bars').scrollTop")
    assert before > 1000
    button.click()
    assert page.evaluate("document.querySelector('.bars').scrollTop") == pytest.approx(before, abs=2)


# --- time -------------------------------------------------------------------------------------------------


def test_a_slider_over_the_dates_from_three_dated_articles_on(open_page: Open) -> None:
    page = open_page(many(5), clock=True)
    assert page.inner_text("#below output") == "5 of 5 articles up to 5 January 2025"
    page.locator("#until").press("Home")
    assert page.inner_text("#below output") == "1 of 5 articles up to 1 January 2025"
    assert page.locator(".leaflet-left-pane path.claim").count() == 3
    page.click(".play")
    assert page.inner_text("#below output") == "2 of 5 articles up to 2 January 2025"
    page.clock.run_for(10_000)
    assert page.input_value("#until") == "4"
    assert page.get_attribute(".play", "aria-label") == "Play through the dates"


@cache
def dated(lang: str = "en") -> str:
    return html_map.render(html_map.build(build.make_atlas(dated_readings()), lang=lang))


def test_everything_on_the_page_follows_the_slider(open_page: Open) -> None:
    page = open_page(dated())
    whole = page.inner_text("#standfirst")
    assert whole.startswith("7 of 7 articles up to 16 November 2025 (1 without a date)\n")
    assert "7 regions are named (demanded, offered)" in whole
    top = page.locator("#stage").bounding_box()["y"]
    for _ in range(3):
        page.locator("#until").press("ArrowLeft")
    counted = "4 of 7 articles up to 13 November 2025 (1 without a date)"
    assert texts(page, ".so-far") == [counted] * 3
    assert page.inner_text("#below output") == counted
    # The map: Crimea with Sevastopol, Donetsk (of the article without a date) and Luhansk.
    on_map = ["UA-09", "UA-14", "UA-30", "UA-40", "UA-43"]
    layers = "ConcessionMap.share.current.view"
    shown = page.evaluate(f"[...{layers}.marks.keys()].map(n => {layers}.model.data.regions[n].id).sort()")
    assert shown == on_map
    assert page.inner_text("#standfirst").startswith(
        f"{counted}\n4 regions are named (demanded), whole regions counted:"
    )
    assert texts(page, "#figures .figure:visible h3") == ["Number 0", "Number 1", "Number 2", "Number 3"]
    assert len(texts(page, "#table tbody tr")) == len(on_map)
    assert texts(page, "#tree .branch.later bdi") == ["Number 4", "Number 5", "Number 6"]
    assert texts(page, "#tree .when:visible") == ["after the chosen date"] * 3
    assert page.inner_text("#layer-count") == "4 of 7 on"
    # Nothing above the map became shorter.
    assert page.locator("#stage").bounding_box()["y"] == pytest.approx(top, abs=1)
    assert findings(page) == []
    page.click("button[lang=uk]")
    assert page.inner_text("#standfirst").startswith("4 із 7 статей станом на 13 листопада 2025 р. (1 без дати)\n")
    assert len(texts(page, "#figures .figure:visible")) == 4
    page.locator("#until").press("End")
    assert len(texts(page, "#figures .figure:visible")) == 7


def test_before_anything_is_at_stake_the_page_says_so(open_page: Open) -> None:
    atlas = build.make_atlas([one for one in dated_readings() if one.article.date])
    page = open_page(html_map.render(html_map.build(atlas)), "#until=2025-11-10")
    assert "1 of 6 articles up to 10 November 2025\nNo region is named" in page.inner_text("#standfirst")
    assert page.input_value("#until") == "0"
    assert texts(page, "#figures .figure:visible h3") == ["Number 0"]


def test_no_heading_is_left_alone_at_the_foot_of_a_printed_page(open_page: Open) -> None:
    page = open_page(dated())
    page.emulate_media(media="print")
    for place in ("#figures", "#table"):
        styles = "(one => { const style = getComputedStyle(one); return `${style.breakAfter} ${style.breakInside}`; })"
        before = f"e => [...e.children].slice(0, -1).map({styles})"
        found = page.locator(place).evaluate(before)
        assert len(found) >= 2
        assert set(found) == {"avoid avoid"}


def test_hours_and_months_among_the_dates(open_page: Open) -> None:
    days = ["2025-02", "2025-02-03T08:00:00Z", "2025-02-03", "2025-03-01"]
    names = [("UA-14", "Donetsk"), ("UA-09", "Luhansk"), ("UA-65", "Kherson"), ("UA-63", "Kharkiv")]
    found = [
        reading(f"h{at}", [claim(id_, "demanded", f"They want {name}.", name)], title=name, date=days[at])
        for at, (id_, name) in enumerate(names)
    ]
    page = open_page(html_map.render(html_map.build(build.make_atlas(found))), "#until=2025-02-03")
    assert page.inner_text("#below output") == "2 of 4 articles up to 3 February 2025"
    assert "2 regions are named" in page.inner_text("#standfirst")
    assert texts(page, "#figures .figure:visible h3") == ["Luhansk", "Kherson"]
    page.locator("#until").press("ArrowRight")
    assert page.inner_text("#below output") == "3 of 4 articles up to February 2025"
    assert "3 regions are named" in page.inner_text("#standfirst")
    assert page.get_attribute("#until", "max") == "2"


def test_why_nothing_is_drawn_is_told(open_page: Open) -> None:
    page = open_page(dated(), "#on=d6:conceded&until=2025-11-11")
    later = "The layers that are on are dated later than 11 November 2025."
    assert later in page.inner_text("#legend")
    assert later in page.inner_text("#table")
    page.click("button[lang=uk]")
    # The abbreviation for "year" ends in the only full stop.
    assert "Після 11 листопада 2025 р. датовано всі ввімкнені шари." in page.inner_text("#legend")
    page.click("button[lang=en]")
    page.locator("#until").press("End")
    assert "dated later" not in page.inner_text("#legend")
    page.click("#layers button:text-is('None')")
    assert "No layer is switched on." in page.inner_text("#legend")


def test_an_article_that_only_mentions_regions_is_said_to_name_none_at_stake(open_page: Open) -> None:
    page = open_page(dated())
    said = page.locator("#figures .figure", has=page.locator("h3", has_text="Number 0")).inner_text()
    assert "No region is named as demanded, offered, held or refused." in said
    assert "of this country" not in said


def test_articles_after_the_date_are_told_where_two_are_compared(open_page: Open) -> None:
    page = open_page(dated(), "#view=difference&a=d1&b=d5&until=2025-11-13")
    note = "Not shown, because it is dated later than 13 November 2025: Number 5"
    assert note in page.inner_text("#legend")
    # A picture without the note would say that the second article names nothing.
    written = " ".join(re.findall(r"<text[^>]*>([^<]*)", saved(page, "svg").decode()))
    assert note in written
    assert "administrative changes after" in written
    assert written.count("Whole regions are filled") == 1
    page.click("[data-view=swipe]")
    assert note in page.inner_text("#legend")
    page.locator("#until").press("End")
    assert "Not shown" not in page.inner_text("#legend")


def test_the_downloaded_data_are_all_the_data_whatever_the_date(open_page: Open) -> None:
    page = open_page(dated(), "#until=2025-11-11")
    features = json.loads(saved(page, "geojson"))["features"]
    assert sum(len(feature["properties"]["claims"]) for feature in features) == 8
    assert "3 of 7 articles up to 11 November 2025 (1 without a date)" in saved(page, "svg").decode()


def test_a_date_in_the_address_of_a_page_without_a_slider_hides_nothing(open_page: Open) -> None:
    page = open_page(comparison(), "#until=2025-03-17")
    assert page.locator("path.claim").count() == 5
    assert "until" not in page.evaluate("ConcessionMap.share.fragment(ConcessionMap.share.current)")


def test_no_slider_for_two(open_page: Open) -> None:
    assert open_page(comparison()).locator("#below").is_hidden()


# --- share and download -----------------------------------------------------------------------------------


def test_the_address_holds_the_state(open_page: Open) -> None:
    page = open_page(comparison())
    page.locator(".roles input").nth(1).uncheck()
    page.click(DONETSK)
    page.click("button[lang=uk]")
    wait_until(page, "location.hash.includes('lang=uk')")
    again = open_page(comparison(), page.evaluate("location.hash"))
    assert texts(again, "#evidence h2") == ["Донецька область"]
    assert again.locator("path.role-conceded").count() == 0
    assert again.locator("path.role-demanded").count() == 3


def test_a_link_opened_in_the_same_tab_is_followed(open_page: Open) -> None:
    page = open_page(comparison(), "#view=difference&region=UA-09&lang=uk")
    assert page.locator("path.difference-both").count() == 1
    page.evaluate("location.hash = '#view=swipe&region=UA-14&at=49.00,31.00&map=7,48.5,35'")
    wait_until(page, "document.querySelector('[data-view=swipe]').getAttribute('aria-pressed') === 'true'")
    assert page.locator("html").get_attribute("lang") == "en"
    assert texts(page, "#evidence h2") == ["Donetsk"]
    assert place(page) == pytest.approx([49, 31])
    assert page.evaluate("ConcessionMap.share.current.view.map.getZoom()") == 7
    page.evaluate("location.hash = '#table'")
    page.wait_for_timeout(100)
    assert page.get_attribute("[data-view=swipe]", "aria-pressed") == "true"


def test_a_forged_address_changes_nothing(open_page: Open) -> None:
    wrong = "#lang=xx&view=evil&a=zz&on=nothing&region=<img src=x>&until=2025&figure=9:9&at=a,b&map=1,NaN,x"
    page = open_page(comparison(), wrong)
    assert page.locator("path.region").count() == 27
    assert page.locator("img").count() == 0


def test_embed_code_has_a_title_and_the_link_the_state(open_page: Open) -> None:
    page = open_page(comparison(), "#view=difference&a=a&b=b")
    page.click(".links summary")
    code = page.input_value("[data-share=embed]")
    assert 'title="Ukraine: the regions at stake in 2 articles"' in code
    assert code.startswith("<iframe ")
    assert "view=difference" in page.input_value("[data-share=link]")


def test_copying_is_announced(open_page: Open) -> None:
    page = open_page(comparison())
    page.click(".links summary")
    page.locator(".share-field button").first.click()
    wait_until(page, "document.querySelector('#live').textContent === 'Copied.'")


def saved(page: Opened, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(f"[data-save={name}]")
    with open(waiting.value.path(), "rb") as file:  # noqa: PTH123
        return file.read()


def test_downloads_are_made_from_the_page_itself(open_page: Open) -> None:
    page = open_page(comparison())
    rows = list(csv.DictReader(io.StringIO(saved(page, "csv").decode("utf-8-sig"))))
    assert len(rows) == 5
    assert {row["region"] for row in rows} == {"UA-14", "UA-09", "UA-23", "UA-43"}
    regions = json.loads(saved(page, "geojson"))
    assert len(regions["features"]) == 27
    donetsk = next(f for f in regions["features"] if f["id"] == "UA-14")
    assert {c["role"] for c in donetsk["properties"]["claims"]} == {"demanded", "conceded"}
    assert saved(page, "png").startswith(b"\x89PNG")
    drawing = saved(page, "svg").decode()
    assert "Ukraine: the regions at stake" in drawing
    assert "var(--" not in drawing


def test_a_picture_of_two_articles_is_cut_at_the_divider(open_page: Open) -> None:
    page = open_page(comparison(), "#view=swipe")
    drawing = saved(page, "svg").decode()
    left, right = (
        re.search(f'<clipPath id="{side}"><rect x="([\\d.]+)" width="([\\d.]+)"', drawing) for side in ("left", "right")
    )
    assert left
    assert right
    assert float(left[2]) == pytest.approx(float(right[1]))
    assert float(left[2]) + float(right[2]) == pytest.approx(1120)
    assert drawing.count('clip-path="url(#left)"') == 3
    assert drawing.count('clip-path="url(#right)"') == 3
    for title in ("First article", "Second article"):
        assert f">{title}</text>" in drawing


def test_a_downloaded_geojson_has_the_areas_of_the_regions(open_page: Open) -> None:
    import shapely

    from geo.measure import area_km2

    regions = json.loads(saved(open_page(comparison()), "geojson"))
    for feature in regions["features"]:
        size = area_km2(shapely.geometry.shape(feature["geometry"]))
        assert size == pytest.approx(feature["properties"]["area_km2"], rel=0.005), feature["id"]


# --- languages --------------------------------------------------------------------------------------------


def test_the_page_can_be_read_in_ukrainian(open_page: Open) -> None:
    page = open_page(comparison("uk"))
    assert page.evaluate("document.documentElement.lang") == "uk"
    assert page.title() == "Україна: про які регіони йдеться в 2 статтях"
    assert "вимагають" in page.inner_text("#legend")
    assert "52 945 км²" in page.inner_text("#figures").replace("\xa0", " ")
    page.click(DONETSK)
    # Only titles of articles, names of formats and products, and quoted words stay in their language.
    own = ("First article", "Second article", "roughly 20%", "some land", "cue word")
    assert latin_words(page, own) == []


def latin_words(page: Opened, own: Sequence[str]) -> list[str]:
    """Texts in Latin letters that are not marked as being in another language, besides those that hold one of `own`."""
    found = page.evaluate(
        "(() => { const out = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
        "for (let n; (n = walk.nextNode());) { const e = n.parentElement;"
        "if (e.checkVisibility() && /[A-Za-z]{4,}/.test(n.data) && (e.closest('[lang]').lang === 'uk'))"
        " out.push(n.data.trim()); } return out; })()"
    )
    return [text for text in found if not any(word in text for word in (*own, "English", "GeoJSON", "Natural Earth"))]


def test_what_the_measures_say_of_real_articles_is_ukrainian_too(open_page: Open) -> None:
    root = Path(__file__).parent.parent
    atlas = build.make_atlas(build.read([root / "seeds"]))
    page = open_page(html_map.render(html_map.build(atlas, lang="uk")))
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.click(DONETSK)
    titles = [one.article.title or "" for one in atlas.readings]
    said = [text for one in atlas.comparison.articles for text in (*(u.surface for u in one.unmapped),)]
    cues = [claim.why.cue for one in atlas.readings for claim in one.claims if claim.why and claim.why.cue]
    speakers = [claim.speaker for one in atlas.readings for claim in one.claims if claim.speaker]
    figures = [figure.quantity.surface for one in atlas.comparison.articles for figure in one.reported]
    quotes = texts(page, "blockquote")
    found = latin_words(page, [*titles, *said, *cues, *speakers, *figures, "WGS"])
    assert [text for text in found if not any(text in quote for quote in quotes)] == []
    assert "Кордони — за резолюцією" in page.inner_text("#foot")
    assert page.locator("#figures .checks [lang=en], #foot [lang=en]").count() == 1


def test_another_language_brings_its_names_of_regions(open_page: Open) -> None:
    page = open_page(comparison("de"))
    assert page.locator(DONETSK).get_attribute("aria-label").startswith("Donezk")
    assert texts(page, "#languages button") == ["English", "Українська", "Deutsch"]


# --- accessible -------------------------------------------------------------------------------------------


def findings(page: Opened) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    response = Axe().run(page.page, options=options).response
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in response["violations"]]


def test_axe_would_see_a_fault(open_page: Open) -> None:
    page = open_page(comparison())
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert any("html-has-lang" in finding for finding in findings(page))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(open_page: Open, scheme: str) -> None:
    page = open_page(with_control(), color_scheme=scheme)
    assert findings(page) == []
    page.click(DONETSK)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = {"opened": findings(page)}
    for view in ("swipe", "difference"):
        page.click(f"[data-view={view}]")
        found[view] = findings(page)
    page.click("#layers >> text=None")
    page.click("button[lang=uk]")
    found["nothing on, Ukrainian"] = findings(page)
    assert found == {state: [] for state in found}


def test_axe_finds_nothing_on_a_phone_with_many_articles(open_page: Open) -> None:
    page = open_page(many(5), viewport={"width": 360, "height": 740})
    assert findings(page) == []


def test_print_keeps_map_legend_table_and_sources(open_page: Open) -> None:
    page = open_page(comparison())
    page.emulate_media(media="print")
    for selector in (".folium-map", "#legend", "#table", "#foot dl"):
        assert page.locator(selector).is_visible()
    for selector in ("#layers", ".share", ".zoom"):
        assert page.locator(selector).is_hidden()


def test_on_paper_what_is_folded_is_open_and_a_heading_stays_with_its_first_bar(open_page: Open) -> None:
    page = open_page(dated("uk"))
    page.emulate_media(media="print")
    for selector in (".checks li", ".conventions li"):
        assert page.locator(selector).first.is_visible()
        assert page.locator(selector).first.bounding_box()["height"] > 10
    paper = pypdfium2.PdfDocument(page.pdf(format="A4"))
    pages = [sheet.get_textpage().get_text_range() for sheet in paper]
    assert len(pages) > 1
    heading, hint, bar = (
        [at for at, text in enumerate(pages) if words in text]
        for words in ("Названо й повідомлено", "Рамка: величина", "Number 0")
    )
    assert heading == hint == bar


def test_the_whole_map_fits_on_paper(open_page: Open) -> None:
    page = open_page(comparison(), viewport={"width": 1440, "height": 900})
    before = page.locator(".folium-map").bounding_box()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 680, "height": 900})
    frame = page.locator("#frame").bounding_box()
    for selector in (".folium-map", 'path[data-region="UA-09"]'):
        box = page.locator(selector).bounding_box()
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 2
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".folium-map").bounding_box() == before


# --- hostile texts and many articles ----------------------------------------------------------------------


EVIL = (
    "</script><script>window.hit=1</script><img src=x onerror=window.hit=1> \"'`${window.hit=1}` "
    "\u202eabc\u202c &lt;b&gt; Donetsk"
)


def test_article_texts_stay_texts(open_page: Open) -> None:
    evil: dict[str, Any] = {"title": EVIL, "source": EVIL, "url": "javascript:window.hit=1", "date": EVIL}
    said = [claim("UA-14", "demanded", EVIL, "Donetsk", speaker=EVIL)]
    atlas = atlas_of([reading("<b>", said, **evil), reading("\"'", said, **evil)])
    page = open_page(html_map.render(html_map.build(atlas)))
    page.click(DONETSK)
    for view in ("swipe", "difference", "map"):
        page.click(f"[data-view={view}]")
    assert page.evaluate("window.hit") is None
    assert page.locator("main img, main script, header img").count() == 0
    assert page.locator("#evidence a").count() == 0
    assert page.locator("#evidence blockquote").first.evaluate("e => e.textContent") == EVIL
    assert page.locator("#figures h3").first.evaluate("e => e.textContent") == EVIL
    one = open_page(html_map.render(html_map.build(atlas, article="<b>")))
    assert one.title().split() == EVIL.split()
    assert one.evaluate("window.hit") is None


HEBREW = "\u05d0\u05d1\u05d2 \u05d3\u05d4 (2)!"


def test_texts_from_right_to_left_do_not_turn_what_stands_round_them(open_page: Open) -> None:
    said = f"{HEBREW} Donetsk"
    claims = [claim("UA-14", "demanded", said, "Donetsk", speaker=HEBREW)]
    info = {"title": HEBREW, "source": HEBREW, "date": "2025-01-01", "lang": "he"}
    atlas = atlas_of([reading("a", claims, **info), reading("b", [], title="Second")])
    page = open_page(html_map.render(html_map.build(atlas)), "#view=difference&region=UA-14")
    apart = f"\u2068{HEBREW}\u2069"
    assert page.locator("#legend .label").first.evaluate("e => e.textContent") == f"only in: {apart}"
    assert f"According to: {apart}" in page.locator("#evidence .note").first.evaluate("e => e.textContent")
    assert page.locator("#figures .by").first.evaluate("e => e.textContent") == f"{apart} \u00b7 1 January 2025"
    # Left to right, the date after the source; the quote and the title by themselves the other way round.
    direction = "e => getComputedStyle(e).direction"
    assert page.locator("#figures .by").first.evaluate(direction) == "ltr"
    assert page.locator("#evidence .role-line").first.evaluate(direction) == "ltr"
    assert page.locator("#evidence .by").first.evaluate("e => e.closest('[lang]').lang") == "en"
    assert page.locator("#evidence blockquote").first.evaluate(direction) == "rtl"
    assert page.locator("#figures h3").first.evaluate(direction) == "rtl"
    assert page.locator("[data-pair=a] option").first.evaluate(direction) == "rtl"
    assert page.locator("#tree bdi").first.evaluate(direction) == "rtl"
    one = open_page(html_map.render(html_map.build(atlas, article="a")))
    assert one.locator("#title").evaluate(direction) == "rtl"
    assert one.locator("#byline bdi").first.evaluate(direction) == "rtl"
    assert one.locator("#standfirst").evaluate(direction) == "ltr"


def test_marks_that_turn_text_do_not_get_out_of_a_title(open_page: Open) -> None:
    claims = [claim("UA-14", "demanded", "They want Donetsk.", "Donetsk")]
    titles = ["live \u202egniht \u2067on", "Second"]
    atlas = atlas_of([reading("a", claims, title=titles[0]), reading("b", [], title=titles[1])])
    page = open_page(html_map.render(html_map.build(atlas)), "#view=difference")
    label = page.locator("#legend .label").first.evaluate("e => e.textContent")
    assert label == "only in: \u2068live gniht on\u2069"


def test_two_hundred_articles(open_page: Open) -> None:
    page = open_page(many(200))
    assert page.locator("#tree .branch").count() == 200
    assert page.locator("path.region").count() == 27
    page.fill("#search", "number 157")
    assert page.locator("#tree .branch:visible").count() == 1
    page.fill("#search", "no such thing")
    assert page.locator("#no-match").is_visible()
    page.fill("#search", "")
    page.locator("#figures button", has_text="Show only this article").nth(150).click()
    assert page.locator("path.claim").count() <= 3


def test_nothing_named_is_said_so(open_page: Open) -> None:
    page = open_page(html_map.render(html_map.build(atlas_of([reading("none", [])]))))
    for part in ("#standfirst", "#legend", "#table"):
        assert "No region is named" in page.inner_text(part)
    assert "switched" not in page.inner_text("main")
    assert page.locator("#layers").is_hidden()
