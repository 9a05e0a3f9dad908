"""The images: sizes, text alternatives inside the files, labels that keep clear, safe text, the same bytes twice."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import image_atlases
import msgspec
import numpy as np
import pandas as pd
import pypdf
import pypdfium2
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.transforms import Bbox
from PIL import Image

from geo import boundaries, build, images, style
from geo.errors import InputError, OutputError
from geo.images import files, furniture, ground, labels, maps, multiples, patterns, presets, projection, sheet
from geo.images.drawing import Studio
from geo.images.type import ASCENT, Face, clean
from geo.models import Area, Named, ReachSet, Role

SVG = "{http://www.w3.org/2000/svg}"
#: Letters reach less far up and down than the room that lines are given.
TALL, DEEP = 0.72, 0.18
PIXELS = {
    "web": (1600, 900),
    "square": (1080, 1080),
    "vertical": (1080, 1350),
    "column": (int(89 / 25.4 * 300), int(140 / 25.4 * 300)),
    "page": (int(183 / 25.4 * 300), int(118 / 25.4 * 300)),
}


@cache
def studio(name: str, lang: str = "en") -> Studio:
    atlases = {
        "two": image_atlases.two_articles,
        "roles": image_atlases.every_role,
        "hostile": image_atlases.hostile,
        "apart": image_atlases.apart,
        "control": lambda: image_atlases.with_control(image_atlases.two_articles()),
        "dense": lambda: image_atlases.with_control(image_atlases.dense()),
        "essequibo": lambda: image_atlases.named_area("GY-essequibo", actor="VE"),
        "karabakh": lambda: image_atlases.named_area("AZ-karabakh", actor="AM"),
        "transnistria": lambda: image_atlases.named_area("MD-transnistria", actor="RU"),
        "ossetia": lambda: image_atlases.named_area("GE-SO", actor="RU", also="GE-AB"),
        "many": lambda: image_atlases.many_articles(40),
        "gy": lambda: image_atlases.abroad("GY", ["GY-CU", "GY-BA", "GY-PT", "GY-UT", "GY-ES", "GY-PM"], actor="VE"),
        "az": lambda: image_atlases.abroad("AZ", ["AZ-SUS", "AZ-XCI", "AZ-AGA", "AZ-KAL", "AZ-LAC"], actor="AM"),
    }
    return Studio(atlases[name](), lang=lang)


def drawings(name: str, lang: str = "en", chosen: tuple[str, ...] = images.ALL) -> Iterator[tuple[str, Figure]]:
    """Draw every kind in every chosen preset of one atlas: of all articles, and of the first one."""
    made = studio(name, lang)
    for article in (None, made.articles[0]):
        for kind in made.kinds(article):
            for preset in chosen:
                figure = made.draw(kind, preset=preset, article=article, theme="light")
                yield f"{name} {article} {kind} {preset}", figure


def box(line: sheet.Line) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the letters of a line, in layout units."""
    baseline = float(line.get_position()[1])
    right = line.left + line.run.width * line.size
    return line.left, baseline - TALL * line.size, right, baseline + DEEP * line.size


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that lie over one another."""
    written = sheet.lines(figure)
    boxes = np.array([box(line) for line in written])
    tree = shapely.STRtree(shapely.box(*boxes.T))
    first, second = tree.query(shapely.box(*boxes.T), predicate="intersects")
    return [
        (written[a].get_text(), written[b].get_text())
        for a, b in zip(first, second, strict=True)
        if a < b and min(boxes[a, 2], boxes[b, 2]) - max(boxes[a, 0], boxes[b, 0]) > 0.5
    ]


@pytest.mark.parametrize(("name", "lang"), [("two", "uk"), ("roles", "en"), ("hostile", "en"), ("control", "uk")])
def test_no_text_overlaps_another_or_leaves_the_page(name: str, lang: str) -> None:
    for what, figure in drawings(name, lang):
        assert overlaps(figure) == [], what
        width, height = figure.get_size_inches() * presets.UNITS_PER_INCH
        for line in sheet.lines(figure):
            left, top, right, bottom = box(line)
            inside = left >= 0 and top >= 0 and right <= width + 0.5 and bottom <= height
            assert inside, f"{what}: {line.get_text()!r}"


@pytest.mark.parametrize("name", ["two", "many", "gy", "az", "dense"])
def test_no_text_overlaps_in_other_atlases(name: str) -> None:
    for what, figure in drawings(name, chosen=images.ALL if name == "two" else ("web", "square", "column")):
        assert overlaps(figure) == [], what


def test_the_check_of_overlaps_sees_one() -> None:
    page = sheet.Sheet(presets.find("web"), style.default(), "light", studio("two").words)
    page.text(100, 100, "First", size=20)
    page.text(120, 104, "Second", size=20)
    assert overlaps(page.figure) == [("First", "Second")]


def test_text_is_never_smaller_than_can_be_read() -> None:
    for what, figure in drawings("two"):
        printed = "column" in what or "page" in what
        # 10 pixels on screen; 5 points in print (layout units are 0.75 points).
        least = 5 / 0.75 if printed else 10.0
        for line in sheet.lines(figure):
            assert line.size >= least, f"{what}: {line.get_text()!r} {line.size}"


@pytest.mark.parametrize("preset", images.ALL)
def test_pixel_sizes(preset: str) -> None:
    figure = studio("two").draw("map", preset=preset, article=None, theme="light")
    image = Image.open(io.BytesIO(images.render(figure, "png", alt="alt", title="title")))
    assert image.size == PIXELS[preset]
    assert image.size == images.PRESETS[preset].pixels
    if preset in ("column", "page"):
        assert round(image.info["dpi"][0]) == 300


def test_column_and_page_have_the_widths_of_print() -> None:
    for preset, millimetres in (("column", 89), ("page", 183)):
        assert images.PRESETS[preset].width / 96 * 25.4 == pytest.approx(millimetres)
        assert images.PRESETS[preset].small * 0.75 >= 6


ALT = 'Map of <x> & "y", with 13.4% — «Крим»'
TITLE = "A & B <c>"


@pytest.fixture(scope="module")
def figure() -> Figure:
    return studio("two").draw("map", preset="web", article="b", theme="light")


def test_png_holds_the_text_alternative(figure: Figure) -> None:
    image = Image.open(io.BytesIO(images.render(figure, "png", alt=ALT, title=TITLE)))
    image.load()
    assert image.text == {"Title": TITLE, "Description": ALT}  # type: ignore[attr-defined]


def test_svg_holds_the_text_alternative_and_its_role(figure: Figure) -> None:
    root = ElementTree.fromstring(images.render(figure, "svg", alt=ALT, title=TITLE))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    found = {child.get("id"): child.text for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert found == {"title": TITLE, "desc": ALT}


@pytest.mark.parametrize("text_as_text", [False, True])
def test_pdf_holds_the_text_alternative(figure: Figure, text_as_text: bool) -> None:
    data = images.render(figure, "pdf", alt=ALT, title=TITLE, text_as_text=text_as_text)
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert reader.metadata
    assert (reader.metadata.title, reader.metadata.subject) == (TITLE, ALT)
    assert reader.metadata.creation_date is None
    assert [float(x) for x in reader.pages[0].mediabox[2:]] == [1600 * 0.75, 900 * 0.75]


def rendered(data: bytes, width: int) -> Image.Image:
    """The first page of a PDF as PDFium draws it, so many pixels wide."""
    page = pypdfium2.PdfDocument(data)[0]
    return page.render(scale=width / page.get_width()).to_pil().convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> np.ndarray:
    """How far two images are apart at a third of the size of the first, 0 to 255 for each pixel."""
    size = (one.width // 3, one.height // 3)
    small = [np.asarray(image.resize(size, Image.Resampling.BOX), dtype=int) for image in (one, other)]
    return np.abs(small[0] - small[1]).max(axis=2)


@pytest.mark.parametrize(
    ("name", "kind", "preset", "theme"),
    [
        ("control", "map", "web", "light"),
        ("control", "panel", "column", "dark"),
        ("two", "reach", "page", "light"),
        ("roles", "multiples", "square", "light"),
    ],
)
@pytest.mark.parametrize("text_as_text", [False, True])
def test_pdf_looks_like_the_png(
    name: str, kind: images.Kind, preset: str, theme: style.Theme, *, text_as_text: bool
) -> None:
    drawn = studio(name, "uk" if text_as_text else "en").draw(kind, preset=preset, article=None, theme=theme)
    png = Image.open(io.BytesIO(images.render(drawn, "png", alt="", title=""))).convert("RGB")
    pdf = rendered(images.render(drawn, "pdf", alt=ALT, title=TITLE, text_as_text=text_as_text), png.width)
    apart = difference(png, pdf)
    # Each program smooths the letters of a font in its own way.
    assert apart.mean() < (6.0 if text_as_text else 4.0)
    assert (apart > 60).mean() < (0.02 if text_as_text else 0.005)


def test_pdf_is_tagged_as_one_figure_with_its_alternative(figure: Figure) -> None:
    reader = pypdf.PdfReader(io.BytesIO(images.render(figure, "pdf", alt=ALT, title=TITLE)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    element = root["/StructTreeRoot"]["/K"]
    assert (element["/S"], element["/Alt"], element["/T"]) == ("/Figure", ALT, TITLE)
    assert element["/Pg"] == reader.pages[0]
    content = reader.pages[0].get_contents()
    assert content is not None
    assert content.get_data().startswith(b"/Figure<</MCID 0>>BDC")
    assert content.get_data().rstrip().endswith(b"EMC")
    assert "/Font" not in reader.pages[0]["/Resources"]


def test_fonts_are_embedded_in_pdf_with_text() -> None:
    drawn = studio("two", "uk").draw("map", preset="web", article="b", theme="light")
    reader = pypdf.PdfReader(io.BytesIO(images.render(drawn, "pdf", alt=ALT, title=TITLE, text_as_text=True)))
    fonts: Any = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert len(fonts) > 0
    for font in fonts.values():
        for one in font.get_object().get("/DescendantFonts", [font]):
            assert "/FontFile2" in one.get_object()["/FontDescriptor"]


def test_text_is_outlined_unless_it_is_asked_for(figure: Figure) -> None:
    outlined = images.render(figure, "svg", alt=ALT, title=TITLE)
    root = ElementTree.fromstring(outlined)
    assert list(root.iter(f"{SVG}text")) == []
    kept = ElementTree.fromstring(images.render(figure, "svg", alt=ALT, title=TITLE, text_as_text=True))
    words = [element.text for element in kept.iter(f"{SVG}text") if element.get("aria-hidden") is None]
    assert "Donetsk" in words
    assert any("@font-face" in (one.text or "") for one in kept.iter(f"{SVG}style"))
    page = pypdf.PdfReader(io.BytesIO(images.render(figure, "pdf", alt=ALT, title=TITLE))).pages[0]
    assert page.extract_text().strip() == ""
    reader = pypdf.PdfReader(io.BytesIO(images.render(figure, "pdf", alt=ALT, title=TITLE, text_as_text=True)))
    assert "Donetsk" in reader.pages[0].extract_text()
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert len(fonts) > 0


def test_svg_refers_to_nothing_outside(figure: Figure) -> None:
    for kept in (False, True):
        text = images.render(figure, "svg", alt=ALT, title=TITLE, text_as_text=kept).decode()
        assert "<!DOCTYPE" not in text
        assert [url for url in re.findall(r'(?:href|src)="([^"]*)"', text) if not url.startswith("#")] == []
        assert [url for url in re.findall(r"url\(([^)]*)\)", text) if not url.startswith(("#", "data:font"))] == []


def test_saving_needs_a_known_ending_and_a_folder(figure: Figure, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="png, svg, pdf"):
        images.save(figure, tmp_path / "map.gif", alt=ALT, title=TITLE)
    with pytest.raises(OutputError, match="choose another folder"):
        images.save(figure, tmp_path / "none" / "map.png", alt=ALT, title=TITLE)


# --- files ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[images.ImageFile, ...]]:
    folder = tmp_path_factory.mktemp("images")
    return folder, images.write_all(image_atlases.two_articles(), folder)


def test_every_kind_and_preset_is_written(written: tuple[Path, tuple[images.ImageFile, ...]]) -> None:
    folder, found = written
    kinds = {(one.article, one.kind) for one in found}
    assert kinds == {
        ("a", "map"),
        ("a", "panel"),
        ("b", "map"),
        ("b", "panel"),
        ("b", "reach"),
        (None, "map"),
        (None, "panel"),
        (None, "multiples"),
        (None, "reach"),
    }
    assert {one.preset for one in found} == set(images.ALL)
    assert len(found) == len(kinds) * len(images.ALL)
    for one in found:
        assert set(one.files) == {"png", "svg", "pdf", "txt"}
        assert all((folder / name).is_file() for name in one.files.values())
        assert (folder / one.files["txt"]).read_text(encoding="utf-8") == f"{one.title}\n\n{one.alt}\n"
    assert {path.name for path in folder.iterdir()} == {name for one in found for name in one.files.values()}


WEB_PNG, SVG_FILE = 250_000, 150_000


def test_files_are_small(written: tuple[Path, tuple[images.ImageFile, ...]]) -> None:
    folder, found = written
    for one in found:
        if one.preset == "web":
            assert (folder / one.files["png"]).stat().st_size < WEB_PNG, one.name
        assert (folder / one.files["svg"]).stat().st_size < SVG_FILE, one.name


@pytest.mark.parametrize("name", ["control", "dense"])
def test_files_stay_small_however_much_is_drawn(name: str) -> None:
    """Two articles with a control layer; twelve with every region in two roles, half of them hedged."""
    made = studio(name)
    for kind in made.kinds(None):
        alt, title = made.alt(kind, None), made.title(kind, None)
        for preset in ("web", "page"):
            figure = made.draw(kind, preset=preset, article=None, theme="light")
            assert len(images.render(figure, "svg", alt=alt, title=title)) < SVG_FILE, f"{kind} {preset}"
            if preset == "web":
                assert len(images.render(figure, "png", alt=alt, title=title)) < WEB_PNG, kind


def test_text_alternative_stands_in_each_file(written: tuple[Path, tuple[images.ImageFile, ...]]) -> None:
    folder, found = written
    one = next(one for one in found if (one.article, one.kind, one.preset) == ("b", "panel", "square"))
    image = Image.open(folder / one.files["png"])
    image.load()
    assert image.text["Description"] == one.alt  # type: ignore[attr-defined]
    assert one.alt in (ElementTree.parse(folder / one.files["svg"]).getroot().findtext(f"{SVG}desc") or "")
    metadata = pypdf.PdfReader(folder / one.files["pdf"]).metadata
    assert metadata
    assert metadata.subject == one.alt


def test_the_same_bytes_in_two_processes(written: tuple[Path, tuple[images.ImageFile, ...]], tmp_path: Path) -> None:
    """Hashes of strings differ between the processes, so that an order that depends on them would show."""
    program = (
        "import sys, pathlib, image_atlases\n"
        "from geo import images\n"
        "images.write_all(image_atlases.two_articles(), pathlib.Path(sys.argv[1]), presets=('web', 'column'))\n"
    )
    here = Path(__file__).parent
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)]),
        "PYTHONHASHSEED": "4711",
        "SOURCE_DATE_EPOCH": "1",
        "TZ": "Asia/Tokyo",
    }
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, env=environment)
    again = sorted(tmp_path.iterdir())
    assert len(again) == 9 * 2 * 4
    for path in again:
        assert path.read_bytes() == (written[0] / path.name).read_bytes(), path.name


def test_the_same_bytes_twice(written: tuple[Path, tuple[images.ImageFile, ...]]) -> None:
    made = Studio(image_atlases.two_articles())
    one = next(one for one in written[1] if (one.article, one.kind, one.preset) == (None, "panel", "vertical"))
    for ending in files.FORMATS:
        figure = made.draw("panel", preset="vertical", article=None, theme="light")
        for _twice in range(2):
            data = images.render(figure, ending, alt=one.alt, title=one.title)
            assert data == (written[0] / one.files[ending]).read_bytes()


@pytest.mark.parametrize("ending", ["svg", "pdf"])
def test_the_same_bytes_twice_with_text(ending: str) -> None:
    def render() -> bytes:
        figure = Studio(image_atlases.two_articles()).draw("reach", preset="web", article="b", theme="light")
        return images.render(figure, ending, alt=ALT, title=TITLE, text_as_text=True)

    assert render() == render()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="choose another one"):
        images.write_all(image_atlases.two_articles(), tmp_path / "file" / "images")


def test_wrong_names_are_errors_that_name_the_right_ones() -> None:
    atlas = image_atlases.two_articles()
    with pytest.raises(OutputError, match="web, square, vertical, column, page"):
        images.draw(atlas, preset="poster")
    with pytest.raises(OutputError, match="map, panel, multiples, reach"):
        images.draw(atlas, "globe")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="it has a, b"):
        images.draw(atlas, article="c")
    with pytest.raises(InputError, match="nothing to draw as 'reach'; it has map, panel"):
        images.draw(atlas, "reach", article="a")


@pytest.mark.parametrize(
    "text", ["../../etc/passwd", "", "CON", "ä/ö", "a" * 300, "Ü", "<p>", "a\x00b", "..", "\ud800"]
)
def test_slugs_are_names_for_every_file_system(text: str) -> None:
    name = images.slug(text)
    assert re.fullmatch(r"[a-z0-9_-]{1,57}", name), name
    assert name != images.slug(text + "x")


@pytest.mark.parametrize("name", ["con", "aux", "nul", "prn", "com1", "lpt9"])
def test_slugs_are_no_devices(name: str) -> None:
    assert images.slug(name).startswith(f"{name}-")


def test_slugs_keep_plain_names() -> None:
    assert images.slug("console") == "console"
    assert images.slug("000_21799972783487f5") == "000_21799972783487f5"


# --- what is said ---------------------------------------------------------------------------------------------


def texts(figure: Figure) -> str:
    return " ".join(line.get_text() for line in sheet.lines(figure))


def test_a_map_says_what_it_must(figure: Figure) -> None:
    said = texts(figure)
    assert "Ukraine: named regions cover up to 13.4%" in said
    assert "“roughly 20%”" in said
    assert "an upper bound" in said
    assert "resolution 68/262" in said
    assert "Natural Earth" in said
    assert "What may be given up" in said
    assert "some land in the south" in said
    assert "Disputed border" in said
    assert re.search(r"\d+ km\b", said)
    assert "Offered (United States)" in said
    assert "Demanded" not in said


def test_the_interval_is_never_put_into_the_articles_mouth(figure: Figure) -> None:
    assert "the article says 18" not in texts(figure)


def test_alt_text_holds_what_is_shown_the_figures_and_the_finding() -> None:
    atlas = image_atlases.two_articles()
    alt = images.alt_text(atlas, "panel", "b")
    for part in ("Ukraine", "Offered (United States)", "Crimea, Donetsk, Luhansk, Sevastopol", "80,005 km²", "13.4%"):
        assert part in alt
    assert "Of these hedged, or only in part: Donetsk, Luhansk." in alt
    assert "“roughly 20%” (18–22%)" in alt
    assert "6.6 points" in alt
    assert "upper bound" in alt
    assert "\n" not in alt
    assert "17.9%" in images.alt_text(atlas, "map", "a")


def test_the_regions_of_all_articles_are_not_put_into_the_one_with_the_figure() -> None:
    """Article b names 13.4% and says "roughly 20%"; 17.9% is what both articles name together."""
    atlas = image_atlases.two_articles()
    together = images.alt_text(atlas, "panel")
    assert "Reported: “roughly 20%” (18–22%); the regions named in 2 articles cover up to 17.9%." in together
    assert "the regions it names" not in together
    assert "the regions it names cover up to 13.4%." in images.alt_text(atlas, "panel", "b")


@pytest.mark.parametrize(("article", "reported"), [("a", False), ("b", True)])
def test_a_panel_speaks_of_a_reported_figure_only_if_there_is_one(article: str, reported: bool) -> None:
    made = studio("two")
    figure = made.draw("panel", preset="square", article=article, theme="light")
    assert ("Named regions and reported figure" in texts(figure)) is reported
    assert ("the reported figure" in made.alt("panel", article)) is reported


def test_the_chart_of_further_units_says_that_shares_are_upper_bounds() -> None:
    figure = studio("two").draw("reach", preset="web", article="b", theme="light")
    assert "Named: up to 13.4%" in texts(figure)


@pytest.mark.parametrize("kind", ["map", "panel", "multiples"])
def test_dashes_stand_in_the_legend_wherever_they_are_drawn(kind: images.Kind) -> None:
    names = {
        artist.get_gid() or "" for artist in studio("two").draw(kind, preset="web", article=None, theme="light").artists
    }
    assert any(name.startswith("disputed-border") for name in names)
    assert any(name.startswith("key-disputed") for name in names)


def test_an_article_that_names_no_region_is_drawn_in_every_preset() -> None:
    made = Studio(image_atlases.atlas_of([image_atlases.article("one", [], country="AZ", percent=8)], "AZ"))
    for preset in images.ALL:
        for article in (None, "one"):
            for kind in made.kinds(article):
                figure = made.draw(kind, preset=preset, article=article, theme="light")
                assert overlaps(figure) == []
                assert not [artist for artist in figure.artists if (artist.get_gid() or "").startswith("key-")]


@pytest.mark.parametrize("kind", ["map", "panel", "multiples"])
def test_the_legend_shows_what_is_drawn_and_nothing_else(kind: images.Kind) -> None:
    figure = studio("two").draw(kind, preset="web", article=None, theme="light")
    names = {artist.get_gid() or "" for artist in figure.artists}
    drawn = {role for role in style.default().roles if any(re.fullmatch(rf"{role}(-\d+)?", name) for name in names)}
    shown = {match.group(1) for name in names if (match := re.fullmatch(r"key-([a-z]+)-edge(?:-\d+)?", name))}
    assert drawn == shown == {"demanded", "conceded"}


def test_cyrillic_is_drawn_in_letters_not_in_boxes() -> None:
    figure = studio("two", "uk").draw("map", preset="web", article=None, theme="light")
    said = texts(figure)
    assert "Україна" in said
    assert "Донецька обл." in said
    assert "Київ" in said
    face = Face(style.default().fonts)
    for line in sheet.lines(figure):
        assert face.prop(line.get_text()).get_file(), line.get_text()


def test_light_and_dark_differ_only_in_colour() -> None:
    light, dark = (studio("two").draw("panel", preset="web", article="b", theme=theme) for theme in style_themes())
    assert [line.get_text() for line in sheet.lines(light)] == [line.get_text() for line in sheet.lines(dark)]
    assert [box(line) for line in sheet.lines(light)] == [box(line) for line in sheet.lines(dark)]
    grounds = style.default().ground
    assert corner(light) == grounds.light.paper
    assert corner(dark) == grounds.dark.paper


def style_themes() -> tuple[style.Theme, ...]:
    return "light", "dark"


def corner(figure: Figure) -> str:
    image = Image.open(io.BytesIO(images.render(figure, "png", alt="", title=""))).convert("RGB")
    return "#" + "".join(f"{band:02x}" for band in image.getpixel((2, 2)))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "country", "wanted", "projected"),
    [("gy", "Guyana", "Cuyuni-Mazaruni", "laea"), ("az", "Azerbaijan", "Lachin", "+proj=")],
)
def test_other_countries(name: str, country: str, wanted: str, projected: str) -> None:
    made = studio(name)
    for preset in images.ALL:
        said = texts(made.draw("map", preset=preset, article="one", theme="light"))
        assert country in said
        assert wanted in said
    assert projected in made.ground.projection.proj
    assert not re.search("merc", made.ground.projection.proj)


@pytest.mark.parametrize("country", ["GY", "FR", "GB", "GE", "CL"])
def test_countries_whose_shapes_clipping_damages(country: str) -> None:
    regions = sorted(image_atlases.sizes(country))[:2]
    made = Studio(image_atlases.abroad(country, regions, actor="ZZ"))
    figure = made.draw("map", preset="web", article="one", theme="light")
    assert {"country", "demanded"} <= {artist.get_gid() for artist in figure.artists}
    for frame in made.ground._frames.values():
        shapes = np.concatenate([frame.regions, frame.neighbours])
        assert {shape.geom_type for shape in shapes} <= {"Polygon", "MultiPolygon"}
        assert shapely.is_valid(shapes).all()


def test_an_area_is_not_drawn_over_its_own_units() -> None:
    plain = image_atlases.two_articles()
    donbas = boundaries.regions_by_id(["donbas"])
    regions = pd.concat([plain.regions, donbas], ignore_index=True)
    both = replace(plain, regions=regions, drawn=boundaries.simplified(regions))
    alone, made = studio("two").ground, Studio(both).ground
    assert "donbas" in set(regions["region"])
    assert made.ids == alone.ids
    assert len(made.disputed) == len(made.own) == len(made.regions) == len(made.ids)
    frame = presets.Box(0, 0, 800, 600)
    assert made.lines(made.frame(frame)).outline.length == pytest.approx(
        alone.lines(alone.frame(frame)).outline.length, rel=1e-6
    )


def test_lines_and_points_that_clipping_leaves_are_dropped() -> None:
    square, bow = shapely.box(0, 0, 2, 2), shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    line = shapely.LineString([(0, 0), (5, 5)])
    mixed = shapely.GeometryCollection([shapely.MultiPolygon([square]), line, shapely.Point(9, 9)])
    found = ground.polygonal(np.array([square, mixed, line, bow], dtype=object))
    assert [shape.area for shape in found] == [4, 4, 0, 2]
    assert shapely.is_valid(found).all()
    assert ground.merged([square, shapely.box(1, 0, 3, 2)]).area == 6


def test_only_maps_of_ukraine_and_russia_speak_of_crimea() -> None:
    guyana = studio("gy").draw("map", preset="web", article="one", theme="light")
    assert "Crimea" not in texts(guyana)
    assert "Natural Earth" in texts(guyana)
    assert "Crimea" not in studio("gy").alt("map", "one")
    assert "Crimea and Sevastopol" in texts(studio("two").draw("map", preset="web", article="a", theme="light"))


# --- what stands beside the maps ------------------------------------------------------------------------------


def test_every_role_stands_under_its_small_map() -> None:
    made = studio("roles")
    figure = made.draw("multiples", preset="web", article=None, theme="light")
    under = [line.get_text() for line in sheet.lines(figure) if (line.get_gid() or "").startswith("panel-figures")]
    story = made.story(None)
    assert len(story.fills) == 8
    for fill in story.fills:
        assert any(line.startswith(f"{story.role(fill.role)}: ") for line in under), fill.role


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("preset", images.ALL)
def test_shares_under_small_maps_are_never_cut(preset: str, lang: str) -> None:
    made = studio("two", lang)
    figure = made.draw("multiples", preset=preset, article=None, theme="light")
    under = " ".join(line.get_text() for line in sheet.lines(figure) if (line.get_gid() or "").startswith("panel-fig"))
    for article in made.articles:
        for fill in made.story(article).fills:
            measured = made.story(article).named(fill.role)
            assert measured is not None
            assert made.story(article).percent(measured.area) in under


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("preset", ["column", "vertical"])
def test_small_maps_use_a_high_page(preset: str, lang: str) -> None:
    """On a page higher than wide, few panels stand below one another, words beside the maps, down to the footer."""
    regions, title = ("UA-14", "UA-09", "UA-23", "UA-43", "UA-40"), "What is asked for in the talks, and what is not: "
    readings = [
        image_atlases.article(
            id_,
            [
                *(image_atlases.claim(region, "annexed") for region in regions),
                *(image_atlases.claim(region, "demanded") for region in regions[:4]),
            ],
            title=title + id_,
            percent=percent,
        )
        for id_, percent in (("first", None), ("second", 20))
    ]
    made = Studio(image_atlases.atlas_of(readings), lang=lang)
    figure = made.draw("multiples", preset=preset, article=None, theme="light")
    assert overlaps(figure) == []
    page = figure.bbox

    def drawn(name: str) -> list[Bbox]:
        return [a.get_window_extent() for a in figure.artists if re.fullmatch(rf"{name}(-\d+)?", a.get_gid() or "")]

    first, second = drawn("sea")
    assert first.y0 > second.y1
    assert min(first.width, second.width) > 0.44 * page.width
    assert drawn("squares")[0].y0 - drawn("footer-rule")[0].y0 < 0.06 * page.height
    words = [line for line in sheet.lines(figure) if (line.get_gid() or "").startswith("panel-fig")]
    assert all(line.left > first.x1 / figure.dpi * presets.UNITS_PER_INCH for line in words)
    roles: tuple[Role, ...] = ("annexed", "demanded")
    for role in roles:
        named = made.story("first").named(role)
        assert named is not None
        upper = made.words.t("up to {share}", share=made.story("first").percent(named.area))
        assert sum(upper in line.get_text() for line in words) == 2


def test_roles_without_room_are_counted() -> None:
    lines = [("Held: 3%", False), ("Kherson", True), ("Demanded: 4%", False), ("Refused: 1%", False)]
    fitting = partial(multiples._fitting, studio("two").story(None), lines)
    assert fitting(4) == lines
    assert [line for line, _quiet in fitting(3)] == ["Held: 3%", "Demanded: 4%", "Refused: 1%"]
    assert [line for line, _quiet in fitting(2)] == ["Held: 3%", "and 2 more roles"]


def test_names_without_room_end_in_dots() -> None:
    lines = [("Held: 3%", False), ("Kherson,", True), ("Sumy", True), ("Demanded: 4%", False)]
    fitting = multiples._fitting(studio("two").story(None), lines, 3)
    assert [line for line, _quiet in fitting] == ["Held: 3%", "Kherson …", "Demanded: 4%"]


@pytest.mark.parametrize("width", range(60, 240, 30))
def test_shares_of_a_panel_are_said_alike(width: int) -> None:
    made = studio("roles")
    page = sheet.Sheet(presets.find("column"), made.style, "light", made.words)
    story = made.story(None)
    bounded = multiples._bounded(page, [story], width)
    assert bounded == (width >= 150)
    lines = multiples._under(page, made.ground, story, width, brief=False, bounded=bounded)
    said = "\n".join(line for line, quiet in lines if not quiet)
    assert said.count("up to") in (0, len(made.story(None).fills))


def test_the_sample_of_weak_claims_has_no_roles_colour() -> None:
    figure = studio("two").draw("map", preset="web", article="b", theme="light")
    (lines,) = [artist for artist in figure.artists if artist.get_gid() == "key-hedged-or-part-lines"]
    red, green, blue, _alpha = lines.get_edgecolor()
    assert max(red, green, blue) - min(red, green, blue) < 0.1


def test_phrases_of_the_article_with_the_figure_come_first() -> None:
    said = [image_atlases.claim("UA-14", "demanded")]
    one = image_atlases.article("one", said, phrases=["land for peace", "the line of contact"])
    two = image_atlases.article("two", said, percent=20, phrases=["a fifth of it", "land for peace"])
    made = Studio(image_atlases.atlas_of([one, two]))
    assert made.story(None).unmapped == ("land for peace", "a fifth of it", "the line of contact")
    assert made.story("one").unmapped == ("land for peace", "the line of contact")


# --- the control layer ----------------------------------------------------------------------------------------


def gids(figure: Figure) -> set[str]:
    return {re.sub(r"-\d+$", "", shape.get_gid() or "") for shape in sheet.shapes(figure)}


@pytest.mark.parametrize("preset", images.ALL)
@pytest.mark.parametrize("kind", ["map", "panel", "multiples"])
def test_a_control_layer_is_drawn_and_named(kind: images.Kind, preset: str) -> None:
    figure = studio("control").draw(kind, preset=preset, article=None, theme="light")
    assert {"control", "control-front", "key-control-held", "key-control-front"} <= gids(figure)
    said = texts(figure)
    assert "Held on 16 August 2025" in said
    assert said.count("Made for a test") >= 2  # in the legend and among the sources
    assert "held.gpkg" in said
    assert "no article's claim" in said


def test_what_is_demanded_and_not_held_can_be_seen() -> None:
    made = Studio(studio("control").atlas)
    figure = made.draw("map", preset="web", article="a", theme="light")
    split = made.story("a").assessment.control
    assert split is not None
    assert split.not_held.km2 > 20_000
    assert f"{made.words.km2(split.not_held.km2)}, by the control layer" in texts(figure)
    assert "Named and not held" in texts(figure)
    drawn = shapely.union_all([shapely.polygons(ring) for ring in rings_of(figure, "control")])
    frame = list(made.ground._frames.values())[-1]
    layer = made.atlas.comparison.control
    assert layer is not None
    # The shapes are drawn coarser than they are measured.
    assert drawn.area / frame.scale**2 / 1e6 == pytest.approx(layer.km2, rel=0.02)
    # The front is the meridian of 38 degrees, cut where it leaves the country.
    front = np.concatenate(rings_of(figure, "control-front"))
    back = (front - frame_origin(frame, made)) / (frame.scale, -frame.scale)
    longitudes = inverse(made.ground.projection.proj, back)
    assert longitudes == pytest.approx(np.full(len(longitudes), 38.0), abs=0.05)


def rings_of(figure: Figure, name: str) -> list[np.ndarray]:
    """The runs of points of every shape of a name, in layout units."""
    found = []
    for shape in sheet.shapes(figure):
        if re.fullmatch(rf"{name}(-\d+)?", shape.get_gid() or ""):
            path = shape.get_path()
            starts = np.flatnonzero(np.asarray(path.codes) == 1)
            found += [part for part in np.split(np.asarray(path.vertices), starts[1:]) if len(part) > 1]
    return found


def frame_origin(frame: ground.Frame, made: Studio) -> np.ndarray:
    """Where the projection's origin lies on the page."""
    west, south, east, north = made.ground.focus(always_of(made))
    middle = np.array([frame.x + frame.width / 2, frame.y + frame.height / 2])
    return middle - np.array([(west + east) / 2 * frame.scale, -(south + north) / 2 * frame.scale])


def always_of(made: Studio) -> tuple[int, ...]:
    wanted = {made.ground.index(region) for fill in made.story("a").fills for region in fill.regions}
    return tuple(sorted(i for i in wanted if i is not None))


def inverse(proj: str, metres: np.ndarray) -> np.ndarray:
    from pyproj import Transformer

    back = Transformer.from_crs(proj, "EPSG:4326", always_xy=True)
    return np.asarray(back.transform(metres[:, 0], metres[:, 1])[0])


def test_the_bar_shows_how_much_of_the_named_regions_is_held() -> None:
    made = studio("control")
    figure = made.draw("panel", preset="web", article="a", theme="light")
    (whole,), (held,) = rings_of(figure, "bar-named"), rings_of(figure, "bar-named-held")
    split = made.story("a").assessment.control
    assert split is not None
    share = split.held.km2 / (split.held.km2 + split.not_held.km2)
    assert np.ptp(held[:, 0]) / np.ptp(whole[:, 0]) == pytest.approx(share)
    assert "of that held" in texts(figure)


def test_the_text_alternative_tells_of_the_control_layer() -> None:
    alt = studio("control").alt("map", "a")
    assert "Held by the layer held.gpkg" in alt
    assert "16 August 2025, Made for a test" in alt


def test_without_a_control_layer_nothing_speaks_of_one(figure: Figure) -> None:
    assert not any("control" in name or "held" in name for name in gids(figure))
    assert "control layer" not in texts(figure)
    assert "control layer" not in studio("two").alt("map", "b")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_held_by_the_layer_has_a_look_of_its_own(theme: style.Theme) -> None:
    page = sheet.Sheet(presets.find("web"), style.default(), theme, studio("two").words)
    look, colours = style.default(), page.colours
    held = maps.held_colour(page, colours.country)
    assert style.contrast(colours.ink, held) >= 4.5
    assert style.contrast(colours.ink, colours.country) >= 3  # the front line
    for role in look.roles.values():
        solid = maps.solid_colour(role.colour(theme), colours.country)
        distance = sum((a - b) ** 2 for a, b in zip(style.channels(held), style.channels(solid), strict=True)) ** 0.5
        assert distance > 0.1


# --- figures that are about other things ----------------------------------------------------------------------


@pytest.mark.parametrize("article", [None, "apart"])
def test_a_figure_about_other_things_is_not_set_against_the_regions(article: str | None) -> None:
    made = studio("apart")
    assert "reach" not in made.kinds(article)
    assert "20%" not in made.title("panel", article)
    said = texts(made.draw("panel", preset="web", article=article, theme="light"))
    assert "reported as “held”: 18–22%" in said
    assert "not accounted for" not in said + made.alt("panel", article)
    assert "they need not agree" in made.alt("panel", article)
    if article:
        assert "they need not agree" in said
        assert "Reported as “held”" in texts(made.draw("map", preset="web", article=article, theme="light"))


def test_a_figure_that_agrees_is_said_to() -> None:
    said = [image_atlases.claim(region, "demanded") for region in ("UA-14", "UA-09", "UA-23", "UA-43", "UA-40")]
    made = Studio(image_atlases.atlas_of([image_atlases.article("one", said, percent=18)]))
    assert made.story("one").gap_text() == "The named regions lie within the reported interval, 16.2–19.8%."


# --- areas and names of other countries -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "label", "unit"),
    [
        ("essequibo", "Essequibo", "Cuyuni-Mazaruni"),
        ("karabakh", "Nagorno-Karabakh", "Khojali"),
        ("transnistria", "Transnistria", "Bender"),
    ],
)
def test_an_area_is_called_by_its_own_name(name: str, label: str, unit: str) -> None:
    made = studio(name)
    for preset in images.ALL:
        figure = made.draw("map", preset=preset, article="one", theme="light")
        names = [line.get_text() for line in sheet.lines(figure) if re.fullmatch(r"name(-\d+)?", line.get_gid() or "")]
        assert " ".join(names).replace("- ", "-") == label, preset
        assert overlaps(figure) == [], preset
        assert f"Drawn by the regions that come near it: {label}" in texts(figure)
    alt = made.alt("map", "one")
    assert f": {label} (" in alt
    assert unit not in alt
    ukrainian = Studio(made.atlas, lang="uk")
    assert label not in texts(ukrainian.draw("map", preset="web", article="one", theme="light"))


def test_an_area_without_a_shape_is_named_not_coded() -> None:
    said = texts(studio("ossetia").draw("map", preset="web", article="one", theme="light"))
    assert "without a shape to draw: South Ossetia" in said
    assert "Abkhazia" in said
    assert "GE-SO" not in said


@pytest.mark.parametrize(("name", "english", "own"), [("az", "Baku", "Баку"), ("transnistria", "Chisinau", "Кишинів")])
def test_capitals_are_named_in_the_language_of_the_texts(name: str, english: str, own: str) -> None:
    for lang, wanted in (("en", english), ("uk", own)):
        made = studio(name, lang)
        assert wanted in [place.name for place in made.ground.places if place.capital]
        assert "nan" not in [place.name for place in made.ground.places]


@pytest.mark.parametrize(("lang", "name"), [("en", "French Guiana (France)"), ("uk", "Французька Гвіана (Франція)")])
def test_land_overseas_is_called_by_its_own_name(lang: str, name: str) -> None:
    made = studio("gy", lang)
    assert name in made.ground.neighbour_names
    figure = made.draw("map", preset="web", article=None, theme="light")
    written = " ".join(line.get_text() for line in sheet.lines(figure) if line.get_gid().startswith("neighbour-name"))
    assert name.upper() in written


@pytest.mark.parametrize("name", ["gy", "az", "transnistria", "two"])
def test_the_locator_shows_the_country_in_the_middle(name: str) -> None:
    figure = studio(name).draw("map", preset="web", article=studio(name).articles[0], theme="light")
    edge, home = rings_of(figure, "locator-edge")[0], np.concatenate(rings_of(figure, "locator-country"))
    middle = (edge.min(axis=0) + edge.max(axis=0)) / 2
    size = np.ptp(edge[:, 0])
    assert np.abs((home.min(axis=0) + home.max(axis=0)) / 2 - middle).max() < 0.1 * size
    assert 0.02 * size < np.ptp(home, axis=0).max() < 0.5 * size


# --- where names stand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "lang"), [("two", "en"), ("two", "uk"), ("control", "en"), ("az", "uk")])
def test_each_name_stands_in_its_region_or_is_led_to_it(name: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever name is drawn on a map, in every preset: the names of required regions are all there."""
    found: list[labels.Label] = []
    write = maps._write

    def noted(page: sheet.Sheet, label: labels.Label, **more: Any) -> None:
        found.append(label)
        write(page, label, **more)

    monkeypatch.setattr(maps, "_write", noted)
    made = Studio(studio(name).atlas, lang=lang)
    article = made.articles[0]
    claimed = {region for fill in made.story(article).fills for region in fill.regions}
    for preset in images.ALL:
        found.clear()
        made.draw("map", preset=preset, article=article, theme="light")
        frame = list(made.ground._frames.values())[-1]
        assert claimed - {made.ground.ids[i] for i, n in enumerate(made.ground.names) if capital(made, n)} <= {
            label.key for label in found
        }
        for label in found:
            at = made.ground.index(label.key)
            if at is None:
                continue
            region = frame.regions[at].buffer(0.01)
            if label.leader is None:
                assert region.contains(shapely.box(*label.box)), f"{preset} {label.key}"
            else:
                assert region.contains(shapely.Point(label.leader[0])), f"{preset} {label.key}"


def capital(made: Studio, name: str) -> bool:
    return any(place.capital and place.name == name for place in made.ground.places)


def test_disputed_borders_are_dashed_and_others_are_not(figure: Figure) -> None:
    dashed = {shape.get_gid(): shape.dashes for shape in sheet.shapes(figure)}
    assert dashed["disputed-border"]
    assert dashed["key-disputed"] == dashed["disputed-border"]
    assert not dashed["country-border"]
    assert not dashed["regions-borders"]


# --- untrusted text -------------------------------------------------------------------------------------------


def test_text_of_articles_stays_text(tmp_path: Path) -> None:
    found = images.write_all(image_atlases.hostile(), tmp_path / "images", presets=("web",), text_as_text=True)
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / "images"}
    for one in found:
        text = (tmp_path / "images" / one.files["svg"]).read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert not tags & {"script", "b", "a", "foreignObject", "image"}
        words = " ".join(element.text or "" for element in root.iter(f"{SVG}text"))
        assert "<script>alert('1')</script>" in words + one.alt
        assert "$\\frac{1}{0}$" in words + one.alt
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", text)
        assert pypdf.PdfReader(tmp_path / "images" / one.files["pdf"]).pages


def test_clean_takes_out_what_cannot_be_drawn() -> None:
    assert clean("a\u202eb\x00c\n d\ud800") == "abc d"
    assert clean("x" * 500, longest=10) == "x" * 9 + "…"
    assert clean("Z\u0301") == "Ź"
    assert clean("Z" + "\u0489" * 500 + "a") == "Z" + "\u0489" * 8 + "a"


# --- parts ----------------------------------------------------------------------------------------------------


def test_lines_are_never_wider_than_asked_for() -> None:
    face = Face(style.default().fonts)
    text = "Borders follow a resolution: 68/262, and averyveryverylongwordwithoutanyspaceinit ends здесь."
    for width in range(60, 900, 23):
        lines = face.lines(text, 16.0, width)
        assert max(face.width(line, 16.0) for line in lines) <= width
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert face.width(face.cut(text, 16.0, 200), 16.0) <= 200
    assert face.cut(text, 16.0, 200).endswith("…")


def test_a_name_stands_inside_its_region_or_at_the_end_of_a_line() -> None:
    face = Face(style.default().fonts)
    wide, tiny = shapely.box(100, 100, 400, 200), shapely.box(500, 300, 508, 306)
    placer = labels.Placer(face, (0, 0, 800, 500))
    placed = placer.place(
        [
            labels.Wanted("wide", "Wide region", wide, 20, 600, required=True),
            labels.Wanted("tiny", "Tiny region", tiny, 20, 600, required=True),
            labels.Wanted("quiet", "Not needed", tiny, 20, 400, required=False),
        ]
    )
    found = {label.key: label for label in placed}
    assert set(found) == {"wide", "tiny"}
    assert found["wide"].leader is None
    assert wide.contains(shapely.box(*found["wide"].box))
    assert found["tiny"].leader
    assert tiny.contains(shapely.Point(found["tiny"].leader[0]))
    assert not tiny.intersects(shapely.box(*found["tiny"].box))
    for one, other in combinations(placed, 2):
        assert not shapely.box(*one.box).intersects(shapely.box(*other.box))


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_a_small_regions_name_does_not_lie_over_its_neighbour(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On this map both names stand outside; with the large region's first, the other's line ran through it."""
    found: dict[str, labels.Label] = {}
    write = maps._write

    def noted(page: sheet.Sheet, label: labels.Label, **more: Any) -> None:
        found[label.key] = label
        write(page, label, **more)

    monkeypatch.setattr(maps, "_write", noted)
    made = Studio(seeds(lang).atlas, lang=lang)
    made.draw("panel", preset="square", article=None, theme="light")
    frame = list(made.ground._frames.values())[-1]
    crimea, label = frame.regions[made.ground.index("UA-43")], found["UA-40"]
    assert label.leader
    assert shapely.box(*label.box).intersection(crimea).area < 0.1 * shapely.box(*label.box).area
    assert shapely.LineString(label.leader).intersection(crimea).length < label.size


def test_a_long_name_is_broken_at_the_end_of_its_line_where_that_keeps_it_off_others() -> None:
    face = Face(style.default().fonts)
    tall = shapely.box(110, 10, 130, 190)
    others = shapely.box(130, 0, 300, 200)
    wanted = [labels.Wanted("tall", "Northern-Southern", tall, 16, 600, required=True)]
    (label,) = labels.Placer(face, (0, 0, 300, 200)).place(wanted, avoid=shapely.union_all([tall, others]))
    assert len(label.lines) == 2
    assert not shapely.box(*label.box).intersects(others)


def test_a_source_that_ends_in_a_date_ends_in_one_full_stop() -> None:
    one = image_atlases.article("one", [image_atlases.claim("UA-14", "demanded")], date="2026-03-02")
    (said,) = Studio(image_atlases.atlas_of([one]), lang="uk").story(None).sources
    assert "2026\u202fр. Кордони" in said
    assert ".." not in said


def test_names_on_a_crowded_map_keep_apart_and_inside() -> None:
    face = Face(style.default().fonts)
    cells = [shapely.box(x, y, x + 60, y + 40) for x in range(0, 600, 60) for y in range(0, 400, 40)]
    wanted = [
        labels.Wanted(f"{i:03}", f"Region {i}", cell, 15, 400, required=i % 3 == 0) for i, cell in enumerate(cells)
    ]
    frame = (-50.0, -50.0, 650.0, 450.0)
    placed = labels.Placer(face, frame).place(wanted)
    assert len(placed) >= len(cells) // 2
    boxes = [shapely.box(*label.box) for label in placed]
    assert not any(one.intersects(other) for one, other in combinations(boxes, 2))
    for label, outline in zip(placed, boxes, strict=True):
        assert shapely.box(*frame).contains(outline)
        if label.leader is None:
            assert cells[int(label.key)].contains(outline)
        else:
            assert int(label.key) % 3 == 0
    assert placed == labels.Placer(face, frame).place(list(reversed(wanted)))


@pytest.mark.parametrize(
    ("kilometres", "length"), [(1.0, 1), (1.9, 1), (2.4, 2), (2.5, 2.5), (73, 50), (499.9, 250), (500, 500), (0.7, 0.5)]
)
def test_scale_bars_have_round_lengths(kilometres: float, length: float) -> None:
    assert maps.round_length(kilometres) == length


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    made = studio("two")
    figure = made.draw("map", preset="web", article=None, theme="light")
    (bar,) = [one for one in figure.artists if one.get_gid() == "scale-bar"]
    assert isinstance(bar, PathPatch)
    units = np.ptp(np.asarray(bar.get_path().vertices)[:, 0])
    (text,) = [line.get_text() for line in sheet.lines(figure) if line.get_gid() == "scale-text"]
    (frame,) = [f for f in made.ground._frames.values() if f.width > 700 and f.height < 700][:1]
    assert units / frame.scale / 1000 == pytest.approx(float(text.split()[0]), rel=1e-6)


@pytest.mark.parametrize("name", ["two", "gy", "az"])
def test_the_scale_bar_is_right_on_the_ground(name: str) -> None:
    """As long on the ellipsoid as it says, laid over the middle of the map: to the projection's own 2%."""
    from pyproj import Geod, Transformer

    made = Studio(studio(name).atlas)
    figure = made.draw("map", preset="square", article=made.articles[0], theme="light")
    (bar,) = rings_of(figure, "scale-bar")
    frame = list(made.ground._frames.values())[-1]
    metres = np.ptp(bar[:, 0]) / frame.scale
    (text,) = [line.get_text() for line in sheet.lines(figure) if line.get_gid() == "scale-text"]
    back = Transformer.from_crs(made.ground.projection.proj, "EPSG:4326", always_xy=True)
    west, south, east, north = made.ground.focus()
    x, y = (west + east) / 2, (south + north) / 2
    (lon, lon2), (lat, lat2) = back.transform([x - metres / 2, x + metres / 2], [y, y])
    ground_length = Geod(ellps="WGS84").inv(lon, lat, lon2, lat2)[2]
    assert ground_length / 1000 == pytest.approx(float(text.split()[0]), rel=0.02)


@pytest.mark.parametrize("pattern", ["diagonal", "antidiagonal", "horizontal", "vertical", "crosshatch", "dots"])
def test_patterns_stay_inside_their_shape_and_fill_it_evenly(pattern: style.Pattern) -> None:
    shape = shapely.Point(50, 60).buffer(45)
    lines = patterns.strokes(shape, pattern, 5.0)
    assert shape.buffer(1e-6).covers(lines) or pattern == "dots"
    halves = [
        shapely.intersection(lines, half).length for half in (shapely.box(0, 0, 50, 120), shapely.box(50, 0, 100, 120))
    ]
    assert halves[0] == pytest.approx(halves[1], rel=0.15)
    # Parallel lines a spacing apart have a length of the area for each spacing.
    if pattern != "dots":
        times = 2 if pattern == "crosshatch" else 1
        assert lines.length == pytest.approx(times * shape.area / 5.0, rel=0.05)
    else:
        assert len(lines.geoms) == pytest.approx(shape.area / 25.0, rel=0.1)


def test_solid_and_outline_have_no_lines() -> None:
    shape = shapely.box(0, 0, 10, 10)
    for pattern in ("solid", "outline"):
        assert patterns.strokes(shape, pattern, 2.0).is_empty  # type: ignore[arg-type]


def test_what_is_held_looks_the_same_under_what_is_said() -> None:
    """The solid fill is one flat colour, whatever other roles the region has."""
    figure = studio("roles").draw("map", preset="web", article="roles", theme="light")
    look = style.default()
    held = maps.solid_colour(look.roles["controlled"].light, look.ground.light.country)
    tints = [artist for artist in figure.artists if str(artist.get_gid()).startswith("tint")]
    held_tints = [one for one in tints if isinstance(one, PathPatch) and sheet_colour(one) == held]
    regions = sum(len(shapely.get_parts(studio("roles").ground.regions[i])) for i in held_regions())
    assert len(held_tints) == 1
    assert regions >= 4


def held_regions() -> list[int]:
    made = studio("roles")
    (fill,) = [fill for fill in made.story("roles").fills if fill.role == "controlled"]
    return maps.indices(made.ground, fill)


def sheet_colour(patch: PathPatch) -> str:
    return "#" + "".join(f"{round(band * 255):02x}" for band in patch.get_facecolor()[:3])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_solid_fills_stand_out_from_the_country(theme: style.Theme) -> None:
    look = style.default()
    country = (look.ground.light if theme == "light" else look.ground.dark).country
    assert style.contrast(maps.solid_colour(look.roles["controlled"].colour(theme), country), country) >= 3


@cache
def seeds(lang: str) -> Studio:
    """The articles that the project brings, as they are read."""
    return Studio(build.make_atlas(build.read([Path(__file__).parents[1] / "seeds"])), lang=lang)


@cache
def crowd() -> Studio:
    """One region in four roles, one in two."""
    roles: tuple[Role, ...] = ("controlled", "annexed", "demanded", "refused")
    claims = [image_atlases.claim("UA-14", role) for role in roles]
    claims += [image_atlases.claim("UA-63", role) for role in ("demanded", "refused")]
    return Studio(image_atlases.atlas_of([image_atlases.article("crowd", claims)]))


def test_a_region_with_many_roles_is_cut_into_bands_that_do_not_overlap() -> None:
    made = crowd()
    story = made.story(None)
    full = maps.crowded(made.style, made.ground, story.fills)
    donetsk = made.ground.index("UA-14")
    assert set(full) == {donetsk}
    assert {role for role, _weak in full[donetsk]} == {"controlled", "annexed", "demanded", "refused"}
    frame = made.ground.frame(presets.Box(0, 0, 900, 600))
    bands = maps._bands(frame, full, 12.0)
    whole = frame.regions[donetsk].area
    shares = [shape.area / whole for shape in bands.values()]
    assert sum(shares) == pytest.approx(1.0, abs=1e-6)
    # Each role has about a quarter, whatever its place in the order.
    assert min(shares) > 0.15
    for one, other in combinations(bands.values(), 2):
        assert one.intersection(other).area < 1e-6 * whole


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("preset", images.ALL)
def test_the_panel_of_the_seed_articles_has_all_of_its_bars(preset: str, lang: str) -> None:
    figure = seeds(lang).draw("panel", preset=preset, article=None, theme="light")
    bars = [one.get_gid() for one in sheet.shapes(figure) if one.get_gid() == "bar-reported"]
    assert bars
    assert len([one for one in sheet.lines(figure) if str(one.get_gid()).startswith("panel-article")]) == 2


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("preset", images.ALL)
def test_roles_of_the_same_regions_share_one_list_of_them(preset: str, lang: str) -> None:
    """Both seed articles say several things of one set of regions; no name is left out for want of room."""
    figure = seeds(lang).draw("multiples", preset=preset, article=None, theme="light")
    lines = [one for one in sheet.lines(figure) if str(one.get_gid()).startswith("panel-figures")]
    written = " ".join(line.get_text() for line in lines)
    assert "…" not in written
    said = {"en": ("Luhansk", "Zaporizhzhia"), "uk": ("Луганська обл.", "Запорізька обл.")}[lang]
    assert [written.count(name) for name in said] == [2, 1]


def test_bands_are_explained_where_they_are_drawn_and_nowhere_else() -> None:
    said = "Bands stand for roles, not places"
    for preset in images.ALL:
        assert said in texts(crowd().draw("map", preset=preset, article=None, theme="light")), preset
        assert said not in texts(studio("two").draw("map", preset=preset, article=None, theme="light")), preset


@cache
def near() -> Studio:
    """A reported figure so low that its band lies to the left, where the labels of further units are."""
    said = image_atlases.article("near", [image_atlases.claim("UA-40", "demanded")], percent=1.5)
    return Studio(image_atlases.atlas_of([said]), lang="uk")


@pytest.mark.parametrize("preset", images.ALL)
def test_no_label_of_a_set_crosses_the_band_of_the_reported_figure(preset: str) -> None:
    figure = near().draw("reach", preset=preset, article=None, theme="light")
    (band,) = [one for one in sheet.shapes(figure) if one.get_gid() == "reported-interval"]
    left = band.get_path().get_extents().x0
    grounds = [one for one in sheet.shapes(figure) if str(one.get_gid()).startswith("reach-label-ground")]
    covers = [shapely.box(*one.get_path().get_extents().extents) for one in grounds]
    labels = [line for line in sheet.lines(figure) if str(line.get_gid()).startswith("reach-label")]
    crossing = [line for line in labels if box(line)[2] > left]
    for line in crossing:
        assert any(cover.buffer(1).contains(shapely.box(*box(line))) for cover in covers), line.get_text()
        assert "поза інтервалом" not in line.get_text()
    if preset == "column":
        assert crossing


@pytest.mark.parametrize("preset", images.ALL)
def test_that_bars_end_outside_is_said_of_all_of_them_or_of_none(preset: str) -> None:
    """A row without the words beside rows with them would seem to end inside the interval."""
    for made in (near(), seeds("uk"), seeds("en")):
        reach = made.story(None).reach
        assert reach is not None
        figure = made.draw("reach", preset=preset, article=None, theme="light")
        labels = [one.get_text() for one in sheet.lines(figure) if str(one.get_gid()).startswith("reach-label")]
        # The first row is that of the named regions.
        shown = list(zip(reach.sets, labels[1:], strict=False))
        outside = made.words.t("outside the interval")
        assert any(not one.within for one, _label in shown)
        assert len({outside in label for one, label in shown if not one.within}) <= 1, labels
        assert not [label for one, label in shown if one.within and outside in label]


@pytest.mark.parametrize("preset", images.ALL)
@pytest.mark.parametrize(("percent", "said"), [(18, True), (30, False)])
def test_the_chart_says_where_nothing_is_missing(preset: str, percent: float, said: bool) -> None:
    regions = ("UA-14", "UA-09", "UA-23", "UA-43", "UA-40")
    claims = [image_atlases.claim(region, "demanded") for region in regions]
    made = Studio(image_atlases.atlas_of([image_atlases.article("a", claims, percent=percent)]))
    figure = made.draw("reach", preset=preset, article="a", theme="light")
    under = " ".join(one.get_text() for one in sheet.lines(figure) if str(one.get_gid()).startswith("reach-text"))
    assert ("The named regions lie within the reported interval" in under) is said


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("preset", images.ALL)
def test_the_figure_of_a_set_of_many_units_is_never_cut_off(preset: str, lang: str) -> None:
    atlas = image_atlases.abroad("AZ", ["AZ-LAC"], actor="AZ")
    overall = atlas.comparison.overall
    added = ("AZ-AGC", "AZ-AGM", "AZ-BAR", "AZ-FUZ", "AZ-KAL", "AZ-CAB")
    whole = image_atlases.area("AZ", ["AZ-LAC", *added])
    many = ReachSet(("AZ-LAC", *added), added, whole, 0.0, within=True)
    overall = msgspec.structs.replace(overall, reach=(msgspec.structs.replace(overall.reach[0], sets=(many,)),))
    made = Studio(replace(atlas, comparison=msgspec.structs.replace(atlas.comparison, overall=overall)), lang=lang)
    figure = made.draw("reach", preset=preset, article=None, theme="light")
    label = [one.get_text() for one in sheet.lines(figure) if str(one.get_gid()).startswith("reach-label")][-1]
    story = made.story(None)
    assert label.endswith(f"= {story.percent(whole)}")
    assert "…" not in label
    named = label.removeprefix("+ ").split(" = ")[0].split(" + ")
    counted = re.search(r"\b(\d)\b", named[-1])
    assert len(named) + (int(counted[1]) if counted else 0) == len(added)
    assert preset != "column" or lang == "en" or counted


@pytest.mark.parametrize("lang", ["en", "uk"])
@pytest.mark.parametrize("preset", images.ALL)
def test_all_small_maps_say_up_to_or_none(preset: str, lang: str) -> None:
    figure = seeds(lang).draw("multiples", preset=preset, article=None, theme="light")
    under = [line.get_text() for line in sheet.lines(figure) if (line.get_gid() or "").startswith("panel-figures")]
    roles = [line for line in under if re.search(r": .*%", line)]
    assert len(roles) == 5
    assert len({("up to" in line or "до " in line) for line in roles}) == 1


def test_a_weak_claim_is_drawn_otherwise_than_a_firm_one() -> None:
    figure = studio("two").draw("map", preset="web", article="b", theme="light")
    names = {artist.get_gid() for artist in figure.artists}
    assert {"conceded", "conceded-hedged-or-part"} <= names
    (fill,) = studio("two").story("b").fills
    assert set(fill.weak) == {"UA-14", "UA-09"}
    assert set(fill.firm) == {"UA-43", "UA-40"}


def test_projections_are_equal_area() -> None:
    for made in (studio("two"), studio("gy"), studio("az")):
        drawn = shapely.area(made.ground.regions).sum() / 1e6
        # Coarser outlines move areas by a few parts in a thousand.
        assert drawn == pytest.approx(sum(made.ground.km2), rel=0.003)


def test_a_country_over_the_180th_meridian_stays_in_one_piece() -> None:
    found = projection.choose(np.array([[170.0, -20.0], [178.0, -15.0], [-178.0, -17.0], [-179.0, -18.0]]))
    assert found.longitude == pytest.approx(176.0)
    east = found.project(np.array([[178.0, -16.0], [-178.0, -16.0]]))[:, 0]
    assert abs(east[1] - east[0]) < 450_000


def test_a_house_style_changes_colours_words_and_credit(tmp_path: Path) -> None:
    house = tmp_path / "house.toml"
    house.write_text(
        '[words]\ncredit = "Graphic: The Desk"\ntitle_all = "Our own title"\n[words.roles]\ndemanded = "asked for"\n'
        '[roles.demanded]\nlight = "#0000ff"\n[ground.light]\npaper = "#fefefe"\n',
        encoding="utf-8",
    )
    figure = images.draw(image_atlases.two_articles(), "map", style=style.load(house))
    said = texts(figure)
    assert "Graphic: The Desk" in said
    assert "Our own title" in said
    assert "Asked for (Russia)" in said
    strokes = {artist.get_gid(): artist for artist in figure.artists}
    line = strokes["demanded"]
    assert isinstance(line, PathPatch)
    assert tuple(line.get_edgecolor()[:3]) == (0.0, 0.0, 1.0)
    assert corner(figure) == "#fefefe"


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_titles_of_the_own_wording_are_never_cut(lang: str) -> None:
    made = studio("two", lang)
    for article in (None, *made.articles):
        for kind in made.kinds(article):
            for preset in images.ALL:
                page = sheet.Sheet(presets.find(preset), made.style, "light", made.words)
                furniture.header(page, made.title(kind, article), "")
                assert "…" not in texts(page.figure), f"{preset} {made.title(kind, article)}"


@pytest.mark.parametrize(
    "text",
    [
        "Whole regions are filled: an upper bound of what is meant, or held, by anybody at all. AVAVAV To Yes.",
        "Області зафарбовано повністю: це верхня межа того, що мається на увазі або утримується.",
        "האזורים צבועים במלואם זהו הגבול העליון של מה שנאמר 24 והוחזק",
    ],
)
def test_lines_are_as_long_as_the_width_allows_and_no_longer(text: str) -> None:
    """The width of a line is put together from its words; here it is measured whole."""
    face = Face(style.default().fonts)
    for width in (150.0, 231.0, 420.0):
        broken = face.lines(text, 16.0, width)
        assert " ".join(broken) == text
        for line, after in zip(broken, [*broken[1:], ""], strict=True):
            assert face.width(line, 16.0) <= width + 0.2
            if after:
                assert face.width(f"{line} {after.split()[0]}", 16.0) > width - 0.2


@pytest.mark.parametrize("preset", images.ALL)
def test_headings_keep_numbers_with_what_they_count(preset: str) -> None:
    for title in (
        "Азербайджан: регіони, названі в 1 статті, охоплюють щонайбільше 8,3%",
        "Україна: регіони, названі в 2 статтях, охоплюють щонайбільше 17,9%",
        "Guyana: regions named in 1 article cover up to 72.2%",
    ):
        page = sheet.Sheet(presets.find(preset), style.default(), "light", studio("two").words)
        furniture.header(page, title, "")
        written = [line.get_text() for line in sheet.lines(page.figure)]
        assert " ".join(written) == title
        assert not [line for line in written[:-1] if re.search(r"(\bв|\d)$", line)], written


def test_lines_know_how_high_letters_reach() -> None:
    assert DEEP < labels.DESCENT
    assert TALL < ASCENT


# --- references -----------------------------------------------------------------------------------------------

REFERENCES = Path(__file__).parent / "references"
CASES: list[tuple[images.Kind, str, str | None, style.Theme]] = [
    ("map", "web", "b", "light"),
    ("panel", "square", None, "light"),
    ("multiples", "web", None, "light"),
    ("reach", "vertical", None, "light"),
    ("panel", "web", "b", "dark"),
    ("map", "column", None, "light"),
]


@pytest.mark.parametrize(("kind", "preset", "article", "theme"), CASES)
def test_images_look_like_their_references(
    kind: images.Kind, preset: str, article: str | None, theme: style.Theme
) -> None:
    """Compared at a third of the size and with a tolerance, so that only what a reader would see counts.

    After a change that is meant: ``UPDATE_REFERENCES=1 pytest tests/test_images.py -k references``, and look at them.
    """
    figure = studio("two").draw(kind, preset=preset, article=article, theme=theme)
    image = Image.open(io.BytesIO(images.render(figure, "png", alt="", title=""))).convert("RGB")
    small = image.resize((image.width // 3, image.height // 3), Image.Resampling.BOX)
    path = REFERENCES / f"{kind}-{preset}-{article or 'all'}-{theme}.png"
    if os.environ.get("UPDATE_REFERENCES"):
        small.quantize(64).save(path, optimize=True)
    reference = Image.open(path).convert("RGB")
    assert small.size == reference.size
    apart = np.abs(np.asarray(small, dtype=int) - np.asarray(reference, dtype=int)).max(axis=2)
    assert apart.mean() < 4.0
    assert (apart > 60).mean() < 0.005


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "changes after 26 January 2020 not shown."), ("uk", "змін після 26 січня 2020 р. не показано.")],
)
@pytest.mark.parametrize("name", ["two", "dense"])
def test_the_small_print_tells_viewpoint_and_date_of_the_boundaries(name: str, lang: str, said: str) -> None:
    """However many articles there are: their titles give way."""
    made = studio(name, lang)
    for preset in images.ALL:
        figure = made.draw("map", preset=preset, article=None, theme="light")
        lines = [one for one in sheet.lines(figure) if str(one.get_gid()).startswith("sources")]
        small = " ".join(line.get_text() for line in lines)
        assert said in small, preset
        assert "68/262" in small
        assert not small.endswith(("…", ".."))


def test_a_region_on_another_continent_is_told_and_not_drawn() -> None:
    plain = image_atlases.two_articles()
    essequibo = boundaries.regions_by_id(["GY-essequibo"])
    regions = pd.concat([plain.regions, essequibo], ignore_index=True)
    overall = plain.comparison.overall
    abroad = Named(None, "demanded", "VE", ("GY-essequibo",), (), Area(149268.0, None, None, None))
    told = msgspec.structs.replace(overall, named=(*overall.named, abroad), by_actor=(*overall.by_actor, abroad))
    comparison = msgspec.structs.replace(plain.comparison, overall=told)
    both = replace(plain, regions=regions, drawn=boundaries.simplified(regions), comparison=comparison)
    assert both.far == {"GY-essequibo"}
    made, alone = Studio(both), studio("two")
    assert made.ground.ids == alone.ground.ids
    box = presets.Box(0, 0, 800, 600)
    assert made.ground.frame(box).scale == alone.ground.frame(box).scale
    said = texts(made.draw("map", preset="web", article=None, theme="light"))
    assert "Named, but too far away for this map: Essequibo." in said.replace("\n", " ")
    assert "Venezuela" not in said
