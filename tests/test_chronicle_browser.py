"""The page of a corpus in a real browser with the network off: what a reader sees, slides, chooses and reads."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from browser import Open, Opened
from corpora import jsonl
from test_chronicle import ARTICLES, DEMAND, REFUSE, text
from test_page_browser import findings

from geo.chronicle import page
from geo.chronicle.tally import tally
from geo.chronicle.write import _atlas
from geo.corpus import run

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser
DONETSK = 'path[data-region="UA-14"]'
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
MANY = [
    (f"m{i}", text(i, REFUSE if i % 3 else DEMAND), f"2024-{1 + i % 12:02d}-03", f"Paper {i % 37}") for i in range(90)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chronicle-browser")


@cache
def html(folder: Path, *, many: bool = False, lang: str = "en") -> str:
    keys = ("id", "text", "date", "source")
    name = "many" if many else "few"
    items = [
        {key: value for key, value in zip(keys, one, strict=True) if value} for one in (MANY if many else ARTICLES)
    ]
    if not (folder / name).exists():
        (folder / f"{name}.jsonl").write_bytes(jsonl(items) + b"{broken\n")
        run([folder / f"{name}.jsonl"], folder / name)
    found = tally(folder / name)
    return page.render(found, _atlas(found, "un"), lang=lang)


def chosen(opened: Opened) -> str:
    return str(opened.locator("#chosen-line").inner_text())


def test_it_opens_with_the_counts_of_all_months(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder))
    assert opened.title() == "Ukraine: what news stories say about its regions"
    assert chosen(opened) == "Demanded · All months · All sources · 3 stories in 4 articles"
    assert opened.locator(DONETSK).get_attribute("aria-label") == "Donetsk, demanded, 3 stories in 4 articles"
    assert opened.locator("path.claim").count() == 1
    standfirst = opened.locator("#standfirst").inner_text()
    assert standfirst.startswith("7 articles were read by a program. 5 stories name regions. 1 article is a near copy")
    missing = opened.locator(".missing").inner_text()
    assert "1 record was skipped (json: 1)." in missing
    assert "1 story has no month" in missing
    assert "Abkhazia (1)" in missing
    foot = opened.locator("#foot").inner_text()
    assert "resolution 68/262" in foot
    assert "Paper B (3), Paper A (2), Source not named (1)" in foot


def test_the_slider_by_keyboard_and_by_mouse(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder))
    opened.focus("#month")
    opened.keyboard.press("ArrowLeft")
    assert "February 2025" in chosen(opened)
    assert chosen(opened).endswith("1 story")
    assert opened.locator("#month").get_attribute("aria-valuetext") == "February 2025: 1 story"
    opened.keyboard.press("Home")
    assert chosen(opened) == "Demanded · January 2025 · All sources · 1 story"
    opened.keyboard.press("End")
    assert chosen(opened) == "Demanded · March 2025 · All sources · no new story in 1 article"
    box = opened.locator("#month").bounding_box()
    opened.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "February 2025" in chosen(opened)
    opened.click("[data-mode=until]")
    assert chosen(opened) == "Demanded · Until February 2025 · All sources · 2 stories"
    opened.click("[data-mode=all]")
    assert "3 stories" in chosen(opened)


def test_it_plays_and_stops_at_the_last_month(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder))
    opened.click(".months .play")
    assert "January 2025" in chosen(opened)
    assert opened.locator(".months .play").get_attribute("aria-label") == "Pause"
    opened.wait_for_timeout(2 * 1100 + 600)
    assert "March 2025" in chosen(opened)
    assert opened.locator(".months .play").get_attribute("aria-label") == "Play through the months"


def test_roles_and_sources_change_the_map(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder))
    opened.click("#roles [data-role=annexed]")
    assert opened.locator("path.claim").count() == 2
    opened.click("#roles [data-role=demanded]")
    opened.click("#sources button:has-text('Paper B')")
    assert chosen(opened) == "Demanded · All months · Paper B · 1 story"
    assert opened.locator("#sources button:has-text('Paper B')").get_attribute("aria-pressed") == "true"
    opened.click("#sources button:has-text('Paper B')")
    assert "All sources" in chosen(opened)


def test_quotes_behind_a_region(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder))
    opened.focus(DONETSK)
    opened.keyboard.press("Enter")
    evidence = opened.locator("#evidence")
    assert opened.evaluate("document.activeElement.textContent") == "Donetsk"
    assert evidence.locator("article.source").count() == 3
    assert evidence.locator("mark").first.inner_text() == "Donetsk"
    assert "printed 2 times" in evidence.inner_text()
    assert "3 of 3 stories in 4 articles are quoted here" in evidence.inner_text()
    opened.click("#evidence .close")
    assert opened.evaluate("document.activeElement.dataset.region") == "UA-14"
    opened.click("#table button:has-text('Kherson')")
    assert "Kherson" in evidence.inner_text()
    assert evidence.locator("article.source").count() == 0
    opened.click("#evidence [data-role=refused]")
    assert REFUSE in evidence.inner_text()
    assert opened.evaluate("document.activeElement.dataset.role") == "refused"


def test_quotes_follow_month_and_source(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder, many=True), "#role=demanded")
    opened.click(DONETSK)
    assert opened.locator("#evidence article.source").count() == 12
    opened.click("#evidence button:has-text('Show more quotes')")
    assert opened.locator("#evidence article.source").count() > 12
    opened.focus("#month")
    opened.keyboard.press("Home")
    dates = opened.locator("#evidence .by").all_inner_texts()
    assert dates
    assert all("January 2024" in one for one in dates)


def test_the_address_keeps_what_is_chosen(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder), "#role=refused&show=until&month=2025-02&source=Paper+A&region=UA-65&lang=uk")
    assert opened.locator("html").get_attribute("lang") == "uk"
    assert "По лютий 2025" in chosen(opened)
    assert "Paper A" in chosen(opened)
    assert REFUSE in opened.locator("#evidence").inner_text()
    opened.click("#languages [lang=en]")
    assert "region=UA-65" in opened.url
    assert "lang=" not in opened.url


def test_nonsense_in_the_address_is_ignored(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder), "#role=x&show=y&month=2031-13&source=&region=<b>&lang=zz")
    assert chosen(opened).startswith("Demanded · All months · All sources")


def test_many_sources_end_in_one_line_for_the_others(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder, many=True))
    assert opened.locator("#sources li").count() == 1 + 30 + 1
    assert "7 other sources" in opened.locator("#sources").inner_text()
    total = opened.locator("#sources li .count").all_inner_texts()
    assert sum(map(int, total[1:])) == int(total[0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, folder: Path, scheme: str) -> None:
    opened = open_page(html(folder, many=True), color_scheme=scheme)
    assert findings(opened) == []
    opened.click(DONETSK)
    opened.click("[data-mode=only]")
    opened.click("#sources button:has-text('Paper 3')")
    assert findings(opened) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1000, 1280, 1920])
@pytest.mark.parametrize("lang", ["en", "uk"])
def test_nothing_sticks_out(open_page: Open, folder: Path, width: int, lang: str) -> None:
    opened = open_page(html(folder, many=True, lang=lang), viewport={"width": width, "height": 800})
    opened.click("#table button >> nth=0")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.evaluate("document.querySelector('#table').getBoundingClientRect().top") >= opened.evaluate(
        "document.querySelector('#legend').getBoundingClientRect().bottom"
    )


def test_axe_finds_nothing_on_a_phone(open_page: Open, folder: Path) -> None:
    opened = open_page(html(folder, many=True), **PHONE)
    assert findings(opened) == []
    opened.tap(DONETSK)
    assert findings(opened) == []


def test_one_month_has_no_slider(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl([{"id": "a", "text": text(1, DEMAND), "date": "2025-01-01"}]))
    run([tmp_path / "a.jsonl"], tmp_path / "out")
    found = tally(tmp_path / "out")
    opened = open_page(page.render(found, _atlas(found, "un")))
    assert opened.locator("#months").is_hidden()
    assert chosen(opened) == "Demanded · All months · All sources · 1 story"
