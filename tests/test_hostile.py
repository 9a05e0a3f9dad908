"""Hostile texts in every field: nothing runs, nothing is asked for, nothing foreign is on the page, nothing breaks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import hostile
import pytest

from geo import exports, gallery, report
from geo.images import files
from geo.images.drawing import Studio
from geo.images.presets import find
from geo.images.sheet import Sheet
from geo.page import html_map
from geo.style import default
from geo.words import words

pytest_plugins = ["browser"]
BATCHES = 8
#: What a page may never hold by a text of others. Scripts and styles are counted apart.
FOREIGN = {
    "img",
    "iframe",
    "object",
    "embed",
    "base",
    "form",
    "link",
    "math",
    "foreignobject",
    "image",
    "audio",
    "video",
}
#: Their first letters differ, as those of the others do: where such a text is taken for a date, both have a slider.
HARMLESS = tuple(f"{n:02d}, a plain title of a report" for n in range(12))


def batch(number: int) -> tuple[str, ...]:
    return hostile.every()[number::BATCHES]


@cache
def comparison(texts: tuple[str, ...]) -> str:
    return html_map.render(html_map.build(hostile.atlas(texts), style=hostile.style(texts[0])))


@cache
def index(texts: tuple[str, ...]) -> str:
    atlas = hostile.atlas(texts)
    pages = {one.article.id: f"articles/{number}.html" for number, one in enumerate(atlas.readings)}
    skipped = [hostile.skipped(text) for text in texts]
    return gallery.render(atlas, pages=pages, images=[], skipped=skipped, style=hostile.style(texts[0]))


# --- without a browser --------------------------------------------------------------------------------------


def test_there_are_enough_payloads_and_none_twice() -> None:
    assert len(hostile.every()) == len(set(hostile.every())) >= 300
    assert all(len(members) >= 15 for members in hostile.payloads().values())


class _Outline(HTMLParser):
    """The tags and attribute names of a document, without its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))


def test_each_text_alone_leaves_the_document_as_it_is() -> None:
    """Every text as the title of an article's own page: same tags, same attributes as with a plain title."""
    plain = _Outline(_article(HARMLESS[0])).tags
    for text in hostile.every():
        assert _Outline(_article(text)).tags == plain, repr(text[:80])


def _article(text: str) -> str:
    page = html_map.Page({"title": text}, style=hostile.style(text), title=text, lang="en")
    return str(page.render())


@pytest.mark.parametrize("number", range(BATCHES))
def test_every_table_is_free_of_formulas_and_of_control_characters(number: int) -> None:
    readings = hostile.atlas(batch(number)).readings
    rows = list(csv.reader(io.StringIO(exports.claims_csv(readings), newline="")))
    assert len({len(row) for row in rows}) == 1
    _check_cells(rows, {"start", "end"})


def _check_cells(rows: list[list[str]], numbers: set[str]) -> None:
    for row in rows[1:]:
        for name, cell in zip(rows[0], row, strict=True):
            assert name in numbers or not re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]", _unquoted(cell)), cell
            # A reader with another list separator, or one that does not know quotes, sees these as cells.
            for piece in re.split(r"[;\t\r\n|]", cell)[1:]:
                assert not re.match(r"[=+\-@\uff1d\uff0b\uff0d\uff20]", piece), cell
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", cell), repr(cell)


def _unquoted(cell: str) -> str:
    """Give a cell without the one apostrophe that keeps it from being a formula; the rest is then no formula."""
    return "" if cell.startswith("'") else cell


def test_the_report_has_no_character_that_a_terminal_obeys() -> None:
    atlas = hostile.atlas(hostile.every())
    text = "\n".join(report.lines(atlas))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", text)


def test_every_text_gives_a_file_name_that_every_system_takes() -> None:
    reserved = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
    names = [files.slug(text) for text in hostile.every()]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert re.fullmatch(r"[a-z0-9_-]{1,57}", name)
        assert not reserved.fullmatch(name)
        assert not name.startswith("-")


# --- in a browser -------------------------------------------------------------------------------------------


@dataclass
class Watched:
    """A page that keeps all that must not happen."""

    page: Any
    found: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def watched(chromium: Any) -> Iterator[Watched]:
    context = chromium.new_context(offline=True, reduced_motion="reduce", accept_downloads=True)
    one = Watched(context.new_page())
    context.on("page", lambda page: one.found.append(f"window {page.url}"))
    context.on("request", lambda r: _is_own(r.url) or one.found.append(f"request {r.url[:200]}"))
    one.page.on("websocket", lambda socket: one.found.append(f"socket {socket.url}"))
    one.page.on("dialog", lambda dialog: (one.found.append(f"dialog {dialog.message[:200]}"), dialog.dismiss()))
    one.page.on("pageerror", lambda error: one.found.append(f"error {str(error)[:300]}"))
    one.page.on("console", lambda m: m.type in ("error", "warning") and one.found.append(f"console {m.text[:300]}"))
    yield one
    context.close()


def _is_own(url: str) -> bool:
    return re.fullmatch(r"file:///[^?]*/(?:map|index)\d+\.(?:html|svg)(?:#.*)?", url) is not None or url.startswith(
        ("data:image/png", "data:font/ttf", "blob:file", "blob:null")
    )


#: All elements with their attribute names, and where each link leads.
_LOOK = """() => {
  const all = [...document.querySelectorAll("*")];
  return {
    kinds: [...new Set(all.map(one => one.namespaceURI.split("/").pop() + " " + one.localName))],
    attributes: [...new Set(all.flatMap(one => one.getAttributeNames().map(name => one.localName + " " + name)))],
    scripts: document.scripts.length + document.querySelectorAll("style").length,
    links: [...document.querySelectorAll("[href]")].map(one => one.getAttribute("href")),
    canary: [typeof window.canary, typeof ({}).canary, typeof parent.canary, document.title === undefined],
  };
}"""
_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .filter(one => !one.closest("svg, .scroll, .sr, .skip, .folium-map"))
  .map(one => one.tagName + "." + one.className + ": " + one.textContent.slice(0, 60)).slice(0, 12)"""


def _look(page: Any) -> dict[str, Any]:
    found = dict(page.evaluate(_LOOK))
    assert found["canary"] == ["undefined"] * 3 + [False]
    own = r"https?://.*|#[\w-]*|articles/\d+\.html|comparison\.html|data/[\w.]+|build\.json"
    assert [one for one in found["links"] if not re.fullmatch(own, one, re.DOTALL | re.IGNORECASE)] == []
    return found


def _open(watched: Watched, html: str, path: Path) -> Any:
    path.write_text(html, encoding="utf-8")
    watched.page.goto(path.as_uri())
    return watched.page


def _use_map(page: Any) -> None:
    """Open and press all that shows texts of others."""
    page.wait_for_selector("html[data-ready]", timeout=20_000)
    for view in ("swipe", "difference", "map"):
        page.evaluate(f"document.querySelector('[data-view={view}]')?.click()")
    for region in ("UA-14", "UA-09", "UA-43"):
        path = f"document.querySelector('path[data-region=\"{region}\"]')"
        page.evaluate(f"{path}.dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def _check_width(page: Any) -> None:
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(_WIDE)


@pytest.fixture(scope="module")
def plain(watched: Watched, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What stands on pages of plain texts."""
    folder = tmp_path_factory.mktemp("plain")
    page = _open(watched, comparison(HARMLESS), folder / "map0.html")
    _use_map(page)
    found = {"map": _look(page)}
    found["index"] = _look(_open(watched, index(HARMLESS), folder / "index0.html"))
    assert watched.found == []
    return found


def _same_kinds(found: dict[str, Any], plain: dict[str, Any]) -> None:
    assert set(found["kinds"]) <= set(plain["kinds"])
    assert not {one.split()[-1] for one in found["kinds"]} & FOREIGN
    assert set(found["attributes"]) <= set(plain["attributes"])
    assert found["scripts"] == plain["scripts"]


@pytest.mark.browser
@pytest.mark.parametrize("number", range(BATCHES))
def test_in_the_map_nothing_runs_loads_or_breaks(
    number: int, watched: Watched, plain: dict[str, Any], tmp_path: Path
) -> None:
    page = _open(watched, comparison(batch(number)), tmp_path / f"map{number}.html")
    _use_map(page)
    _same_kinds(_look(page), plain["map"])
    _check_width(page)
    with page.expect_download() as waiting:
        page.evaluate("document.querySelector('[data-save=csv]').click()")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in rows}) == 1
    _check_cells(rows, set())
    assert watched.found == []


@pytest.mark.browser
@pytest.mark.parametrize("number", range(BATCHES))
def test_in_the_gallery_nothing_runs_loads_or_breaks(
    number: int, watched: Watched, plain: dict[str, Any], tmp_path: Path
) -> None:
    page = _open(watched, index(batch(number)), tmp_path / f"index{number}.html")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    _same_kinds(_look(page), plain["index"])
    _check_width(page)
    assert watched.found == []


# --- images -------------------------------------------------------------------------------------------------

_SVG = "{http://www.w3.org/2000/svg}"
_SVG_TAGS = {
    "svg",
    "title",
    "desc",
    "style",
    "defs",
    "g",
    "path",
    "rect",
    "use",
    "text",
    "clipPath",
    "pattern",
    "circle",
}


def _drawings(number: int) -> Iterator[bytes]:
    """SVG files: each text as title, description and drawn line; all of a batch as real text; a whole panel."""
    made = words("en")
    texts = batch(number)
    together = Sheet(find("page"), default(), "light", made)
    for row, text in enumerate(texts):
        alone = Sheet(find("web"), default(), "light", made)
        alone.text(100, 100, text, size=20)
        yield files.render(alone.figure, "svg", alt=text, title=text)
        together.text(10, 10 + 8 * row, text, size=6)
    yield files.render(together.figure, "svg", alt=texts[0], title=texts[0], text_as_text=True)
    studio = Studio(hostile.atlas(texts), style=hostile.style(texts[0]))
    figure = studio.draw("panel", preset="web", article=texts[1], theme="light")
    alt, title = studio.alt("panel", texts[1]), studio.title("panel", texts[1])
    yield files.render(figure, "svg", alt=alt, title=title, text_as_text=True)


@pytest.mark.browser
@pytest.mark.parametrize("number", range(BATCHES))
def test_in_images_nothing_runs_or_loads(number: int, watched: Watched, tmp_path: Path) -> None:
    names = []
    for at, svg in enumerate(_drawings(number)):
        root = ElementTree.fromstring(svg.decode("utf-8"))
        assert {one.tag.removeprefix(_SVG) for one in root.iter()} <= _SVG_TAGS
        for one in root.iter():
            assert not [name for name in one.attrib if name.lower().startswith("on")]
            for name, value in one.attrib.items():
                assert not name.endswith("href") or re.fullmatch(r"#[\w-]+", value)
        styles = "".join(one.text or "" for one in root.iter(f"{_SVG}style"))
        assert not re.search(r"url\((?!data:font/)|@import", styles)
        names.append(f"map{at}.svg")
        (tmp_path / names[-1]).write_bytes(svg)
    frames = "".join(f'<iframe src="{name}" width="80" height="60" title="x"></iframe>' for name in names)
    page = _open(watched, f"<!DOCTYPE html><title>t</title>{frames}", tmp_path / f"map{number}.html")
    assert len(page.frames) == len(names) + 1
    assert {frame.evaluate("typeof window.canary") for frame in page.frames} == {"undefined"}
    assert watched.found == []
