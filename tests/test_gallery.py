"""The gallery: everything that was written is there, figures agree with the images, texts stay texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import page_atlases as made
import pytest
from browser import Open, Opened
from PIL import Image

from geo import build, exports, gallery
from geo import style as styles
from geo.atlas import Atlas
from geo.images.drawing import KINDS, ImageFile
from geo.images.presets import PRESETS
from geo.images.story import Story
from geo.models import ROLES, ArticleInfo, ControlLayer, ControlSplit, Held, Reading, Skipped
from geo.words import words

pytest_plugins = ["browser"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def image(kind: str, article: str | None, preset: str = "web", theme: str = "light") -> ImageFile:
    name = f"{article or 'comparison'}-{kind}-{preset}-{theme}"
    files = {ending: f"{name}.{ending}" for ending in ("png", "svg", "pdf", "txt")}
    return ImageFile(name, kind, article, preset, theme, "en", f"Title {name}", f"Alt {name}", 160, 90, files)


def images(atlas: Atlas, presets: Sequence[str] = ("web", "square"), themes: Sequence[str] = ("light",)) -> list[Any]:
    return [
        image(kind, article, preset, theme)
        for article, kinds in [(one.article.id, ("map", "panel")) for one in atlas.readings] + [(None, KINDS)]
        for kind in kinds
        for theme in themes
        for preset in presets
    ]


def render(atlas: Atlas | None = None, **more: Any) -> str:
    atlas = atlas or made.two_articles()
    more.setdefault("images", images(atlas))
    pages = {one.article.id: f"articles/{at}.html" for at, one in enumerate(atlas.readings)}
    return gallery.render(atlas, pages=pages, **more)


class Document(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name))]


# --- what is on it ------------------------------------------------------------------------------------------


def test_every_page_image_and_download_is_linked_and_nothing_else() -> None:
    atlas = made.two_articles()
    links = {unquote(link) for link in Document(render(atlas)).values("href") if not link.startswith("#")}
    expected = {"comparison.html", "articles/0.html", "articles/1.html", "build.json", "data/datapackage.json"}
    expected |= {f"data/{name}" for name in exports.titles()}
    expected |= {f"images/{file}" for one in images(atlas) for file in one.files.values()}
    assert links == expected | {"https://example.org/b"}


def test_every_data_file_is_explained() -> None:
    assert set(gallery.DATA_LABELS) == {*exports.titles(), "datapackage.json"}
    text = Document(render()).text
    assert all(f"{name} {label}" in text.replace(" .", ".") for name, label in gallery.DATA_LABELS.items())


def test_every_kind_and_size_of_image_has_a_name() -> None:
    assert set(gallery.KIND_LABELS) == set(KINDS)
    assert set(gallery.PRESET_LABELS) == set(PRESETS)


def test_figures_are_those_of_the_images() -> None:
    atlas = made.two_articles()
    text = Document(render(atlas)).text
    for article in ("a", "b", None):
        story = Story(atlas, article, styles.default(), words("en"))
        assert story.percent(story.assessment.headline.area) in text
        if story.reported and story.reported.percent:
            assert f"{story.interval(story.reported.percent)} {story.reported_words}" in text
        assert story.gap_text() in text
    assert "13.4%" in text
    assert "18–22%" in text
    assert "up to 13.4% of the measured area · 79,990 km²" in text


def test_a_further_figure_names_its_whole_and_not_its_code() -> None:
    atlas = made.two_articles()
    first, second = atlas.comparison.articles
    one = second.reported[0]
    other = msgspec.structs.replace(one, quantity=msgspec.structs.replace(one.quantity, surface="a fifth or so"))
    told = msgspec.structs.replace(second, reported=(one, other))
    comparison = msgspec.structs.replace(atlas.comparison, articles=(first, told))
    text = Document(render(replace(atlas, comparison=comparison))).text
    assert "(Ukraine)" in text
    assert "(UA)" not in text


def test_roles_with_their_regions_parties_and_patterns() -> None:
    html = render()
    text = Document(html).text
    assert (
        "Demanded (Russia) Donetsk, Luhansk, Zaporizhzhia" in text or "Demanded Donetsk, Luhansk, Zaporizhzhia" in text
    )
    assert "some land in the south" in text
    for role in ("demanded", "conceded"):
        pattern = styles.default().roles[role].pattern
        assert re.search(rf'class="role-{role}"><span class="swatch pattern-{pattern}"', html)


def test_an_article_that_only_mentions_regions_has_no_share_of_nought() -> None:
    claims = [made.claim("UA-30", "mentioned", "A day in Kyiv.", "Kyiv")]
    text = Document(render(build.make_atlas([made.reading("a", claims)]))).text
    assert text.count("Named regions, in whole No region is named as demanded, offered, held or refused.") == 2
    assert "up to 0%" not in text


def test_every_pattern_of_the_style_is_drawn() -> None:
    sheet = render()
    for role in ROLES:
        pattern = styles.default().roles[role].pattern
        assert pattern == "outline" or f".pattern-{pattern} " in sheet


def test_bars_are_to_one_scale() -> None:
    html = render()
    named = [int(x) for x in re.findall(r'class="is-named" x="0" y="6" width="(\d+)"', html)]
    ((low, width),) = [
        (int(a), int(b)) for a, b in re.findall(r'class="is-reported" x="(\d+)" y="1" width="(\d+)"', html)
    ]
    atlas = made.two_articles()
    shares = [one.headline.area.of_measured_total or 0.0 for one in atlas.comparison.articles]
    assert named[0] / named[1] == pytest.approx(shares[0] / shares[1], rel=0.01)
    assert int(low) / named[0] == pytest.approx(18 / shares[0], rel=0.01)
    assert int(width) / int(low) == pytest.approx(4 / 18, rel=0.02)


def test_viewpoint_boundaries_method_and_review() -> None:
    atlas = made.two_articles()
    text = Document(render(atlas)).text
    assert atlas.viewpoint_text in text
    assert atlas.boundaries in text
    assert "603,628 km²" in text
    assert "roughly 20% is 18 to 22%" in text
    assert "not reviewed by hand" in text
    atlas = replace(atlas, reviewed="reviewed by hand: 5 of 7 claims")
    text = Document(render(atlas)).text
    assert text.count("Reviewed by hand: 5 of 7 claims") == 2
    assert "not reviewed by hand" not in text


def test_up_to_when_the_boundaries_are_right_is_said() -> None:
    atlas = replace(made.two_articles(), boundaries_date="2020-01-26")
    assert f"{atlas.boundaries}; administrative changes after 26 January 2020 not shown" in "".join(
        Document(render(atlas)).words
    )
    assert "26 січня 2020" in render(atlas, lang="uk")


def test_a_control_file_is_credited_and_its_share_shown() -> None:
    atlas = made.two_articles()
    held = (Held("UA-14", 13_000.0, 48.9, 13_599.0),)
    layer = ControlLayer(
        "front <b>.geojson", "2025-03-01", "A desk", "EPSG:4326", 13_000.0, made.area(13_000), 0.0, held
    )
    split = ControlSplit(made.area(13_000), made.area(66_990), held, "text")
    first = msgspec.structs.replace(atlas.comparison.articles[0], control=split)
    articles = (first, *atlas.comparison.articles[1:])
    comparison = msgspec.structs.replace(atlas.comparison, control=layer, articles=articles)
    text = Document(render(replace(atlas, comparison=comparison))).text
    assert "front <b>.geojson, 1 March 2025, A desk" in text
    assert "Of these held, by the control layer 2.2% of the measured area · 13,000 km²" in text
    assert "Named and not held 11.2% of the measured area · 66,990 km²" in text


def test_data_and_towns_are_credited() -> None:
    text = Document(render()).text
    assert "Natural Earth" in text
    assert "GeoNames, CC BY 4.0" in text


def test_what_was_skipped_and_why() -> None:
    assert "What is not on the maps" not in Document(render()).text
    skipped = [Reading(ArticleInfo(f"x{n}"), skipped=Skipped("decode", f"binary {n}")) for n in range(203)]
    text = Document(render(skipped=skipped)).text
    assert "203 inputs were not read" in text
    assert "x0 decode binary 0" in text
    assert "binary 199" in text
    assert "binary 200" not in text
    assert "The others are listed in build.json." in text


def test_an_article_that_names_no_region() -> None:
    said = "Kyiv stays."
    atlas = made.atlas_of(
        [made.reading("a", [made.claim("UA-30", "refused", said, "Kyiv")]), made.reading("quiet", [])]
    )
    text = Document(render(atlas)).text
    assert "Read, but no region is named Article quiet quiet" in text


def test_dark_images_are_shown_in_the_dark() -> None:
    atlas = made.two_articles()
    html = render(atlas, images=images(atlas, themes=("light", "dark")))
    assert '<source media="(prefers-color-scheme: dark)" srcset="images/a-map-web-dark.png">' in html
    assert "<source" not in render(atlas)


def test_only_dark_images() -> None:
    atlas = made.two_articles()
    html = render(atlas, images=images(atlas, themes=("dark",)))
    assert 'src="images/a-map-web-dark.png"' in html


def test_without_any_image() -> None:
    html = render(images=[])
    assert "<img" not in html
    assert "comparison.html" in html


def test_in_ukrainian() -> None:
    html = render(lang="uk")
    text = Document(html).text
    assert '<html lang="uk">' in html
    assert "Донецька область" in text
    assert "Усі статті разом" in text
    assert "All articles" not in text
    assert "13,4%" in text


def test_house_colours_reach_the_page(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text('[ground.light]\naccent = "#123456"\n[words]\ncredit = "The <b>Desk"\n')
    html = render(style=styles.load(tmp_path / "house.toml"))
    assert "--accent:#123456" in html
    assert "The &lt;b&gt;Desk" in html


def test_the_same_bytes_every_time() -> None:
    assert render() == render()


# --- hostile texts ------------------------------------------------------------------------------------------

EVIL = "</style></title><script>window.hit=1</script><img src=x onerror=window.hit=1> \"'\u202e Donetsk \ud800"


def hostile() -> Atlas:
    claim = made.claim("UA-14", "demanded", EVIL, "Donetsk", speaker=EVIL)
    return made.atlas_of(
        [
            made.reading("e", [claim], title=EVIL, source=EVIL, date=EVIL, url="javascript:window.hit=1", lang='"><b>'),
            made.reading("f", [claim], title=EVIL, url=f"https://example.org/{EVIL}"),
        ]
    )


def test_hostile_texts_stay_texts() -> None:
    evil = Reading(ArticleInfo(EVIL), skipped=Skipped(EVIL, EVIL))
    document = Document(render(hostile(), skipped=[evil]))
    assert not [tag for tag, _ in document.tags if tag in ("script", "b")]
    assert not [name for _, attributes in document.tags for name in attributes if name.startswith("on")]
    assert not [value for value in document.values("href") if value.lower().startswith("javascript")]
    assert "<script>window.hit=1</script>" in document.text
    render(hostile()).encode()


def test_the_policy_admits_only_the_style_and_images_beside_the_page() -> None:
    html = render()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert "default-src &#39;none&#39;" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert "<script" not in html
    assert not re.search(r"\sstyle=", html)


# --- in a browser -------------------------------------------------------------------------------------------


def open_gallery(open_page: Open, folder: Path, atlas: Atlas | None = None, **options: Any) -> Opened:
    atlas = atlas or made.two_articles()
    (folder / "images").mkdir(exist_ok=True)
    shown = images(atlas, themes=("light", "dark"))
    for one in shown:
        Image.new("RGB", (160, 90), "#888").save(folder / "images" / one.files["png"])
    skipped = [Reading(ArticleInfo("x" * 80), skipped=Skipped("decode", "binary file"))]
    return open_page(render(atlas, images=shown, skipped=skipped), ready=False, **options)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 768, 1280, 1920])
def test_nothing_runs_over_the_edge_and_images_load(open_page: Open, tmp_path: Path, width: int) -> None:
    page = open_gallery(open_page, tmp_path, viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate("document.querySelectorAll('img').forEach(one => one.loading = 'eager')")
    page.wait_for_function("[...document.images].every(one => one.complete)")
    assert page.evaluate("[...document.images].filter(one => !one.naturalWidth).length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    over = page.evaluate(
        "[...document.querySelectorAll('body *:not(.sr):not(.skip)')].filter(one => !one.closest('.scroll, .sr, .skip')"
        " && one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 80))"
    )
    assert over == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, tmp_path: Path, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_gallery(open_page, tmp_path, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    violations = Axe().run(page.page, options=options).response["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations] == []


@pytest.mark.browser
def test_hostile_texts_do_nothing(open_page: Open, tmp_path: Path) -> None:
    page = open_gallery(open_page, tmp_path, hostile())
    assert page.evaluate("window.hit") is None
    assert page.locator("article h3").first.inner_text().startswith("</style></title><script>")


@pytest.mark.browser
def test_by_keyboard(open_page: Open, tmp_path: Path) -> None:
    page = open_gallery(open_page, tmp_path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the maps"
    assert page.evaluate("document.activeElement.getBoundingClientRect().width") > 50
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "comparison.html"


@pytest.mark.browser
def test_two_hundred_articles(open_page: Open, tmp_path: Path) -> None:
    atlas = made.many_articles(200)
    page = open_page(render(atlas, images=[]), ready=False, viewport={"width": 360, "height": 740})
    assert page.locator(".card").count() == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_checks_and_conventions_are_told_in_the_language() -> None:
    from geo.build import make_atlas
    from geo.models import Article, ArticleInfo
    from geo.reading.reader import read_article

    said = "Russia wants Donetsk, Luhansk, Kherson and Zaporizhzhia. The four regions make up 15% of Ukraine."
    atlas = make_atlas([read_article(Article(ArticleInfo("x"), said))])
    text = gallery.render(atlas, pages={"x": "articles/x.html"}, images=(), lang="uk")
    assert "сказано про: Луганська область" in text
    assert "кругле число: одна десята в обидва боки" in text
    for english in ("is said of", "is taken as", "Borders follow"):
        assert english not in text


def test_many_reported_figures_are_folded_and_each_is_there_once() -> None:
    atlas = made.two_articles()
    first, second = atlas.comparison.articles
    (figure,) = second.reported
    others = [
        msgspec.structs.replace(
            figure, whole="UA-14", quantity=msgspec.structs.replace(figure.quantity, surface=f"some {n} parts")
        )
        for n in (1, 2, 3, 4, 5, 5, 5)
    ]
    told = msgspec.structs.replace(second, reported=(figure, *others))
    atlas = replace(atlas, comparison=msgspec.structs.replace(atlas.comparison, articles=(first, told)))
    text = render(atlas)
    for n in range(1, 6):
        assert text.count(f"some {n} parts") == 1
    assert "<dt>Also reported</dt>" in text
    assert text.count("<summary>2 more figures</summary>") == 1
    folded = re.search(r"2 more figures</summary>(.*?)</details>", text, re.DOTALL)
    assert folded
    assert re.findall(r"some (\d) parts", folded[1]) == ["4", "5"]
    assert "roughly 20%" in text
