"""Images: one figure of each kind, and the files of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from matplotlib.figure import Figure
from msgspec.structs import replace

from geo.errors import InputError, OutputError
from geo.images import files
from geo.images.alt import describe
from geo.images.furniture import (
    Key,
    brief,
    footer,
    header,
    key_figures,
    key_figures_height,
    keys,
    legend_column,
    legend_column_height,
    legend_rows,
    legend_rows_height,
)
from geo.images.ground import Ground, prepare
from geo.images.maps import draw_map
from geo.images.multiples import draw_multiples
from geo.images.panel import bars_height, draw_panel, panel_height
from geo.images.presets import ALL, Box, find
from geo.images.reach import draw_reach
from geo.images.sheet import Sheet
from geo.images.story import Story
from geo.models import Record
from geo.style import Style, Theme, default
from geo.words import words

if TYPE_CHECKING:
    from geo.atlas import Atlas

Kind = Literal["map", "panel", "multiples", "reach"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Share of the width that the side column takes beside the comparison panel, where it stands beside the map.
_PANEL_COLUMN = 0.36
#: Height that a map over the comparison panel should have for its width; its share of the width with the legend
#: beside it; its share of the height that it keeps however many articles there are.
_LEAST_MAP = 0.52
_PORTRAIT_MAP = 0.58
_LEAST_SHARE = 0.38


class ImageFile(Record, frozen=True):
    """One image that was written: what it shows, its files by format, its text alternative.

    ``article`` None: all articles together. ``files`` are names inside the folder by format (png, svg, pdf, txt); width
    and height are the PNG's.
    """

    name: str
    kind: str
    article: str | None
    preset: str
    theme: str
    lang: str
    title: str
    alt: str
    width: int
    height: int
    files: dict[str, str]


class Studio:
    """An atlas made ready for drawing in one style and language: shapes are projected once for all images."""

    def __init__(self, atlas: Atlas, *, style: Style | None = None, lang: str = "en") -> None:
        self.atlas = atlas
        self.style = style or default()
        self.words = words(lang)
        self.ground: Ground = prepare(atlas, self.words)
        self._stories: dict[str | None, Story] = {}
        self._alts: dict[tuple[Kind, str | None], str] = {}

    @property
    def articles(self) -> tuple[str, ...]:
        """Ids of the articles, in order."""
        return tuple(one.article.id for one in self.atlas.comparison.articles if one.article is not None)

    def story(self, article: str | None) -> Story:
        """Return the story of an article, or of all together."""
        if article not in self._stories:
            self._stories[article] = Story(self.atlas, article, self.style, self.words)
        return self._stories[article]

    def kinds(self, article: str | None) -> tuple[Kind, ...]:
        """Return the kinds of image that there is something to draw for.

        Small multiples compare articles, so they are drawn for all together; "what it takes" needs a reported figure.
        """
        chosen: list[Kind] = ["map", "panel"]
        if article is None and self.articles:
            chosen.append("multiples")
        if self.story(article).reach is not None:
            chosen.append("reach")
        return tuple(chosen)

    def draw(self, kind: Kind, *, preset: str, article: str | None, theme: Theme) -> Figure:
        """Draw one image."""
        story = self.story(article)
        if kind not in KINDS:
            raise OutputError(f"unknown kind of image {kind!r}; the kinds are {', '.join(KINDS)}")
        if kind not in self.kinds(article):
            whose = f"article {article!r}" if article is not None else "the comparison"
            raise InputError(f"{whose} has nothing to draw as {kind!r}; it has {', '.join(self.kinds(article))}")
        sheet = Sheet(find(preset), self.style, theme, self.words)
        top = header(sheet, self._title(story, kind), story.reach_subtitle if kind == "reach" else story.subtitle)
        bottom = footer(sheet, story)
        body = Box(sheet.page.x, top, sheet.page.width, bottom - top)
        draw = {"map": self._map, "panel": self._panel, "multiples": self._multiples, "reach": self._reach}
        draw[kind](sheet, story, body)
        return sheet.figure

    def title(self, kind: Kind, article: str | None) -> str:
        """Return the title of an image."""
        return self._title(self.story(article), kind)

    def alt(self, kind: Kind, article: str | None) -> str:
        """Return the text alternative of an image."""
        if (kind, article) not in self._alts:
            self._alts[kind, article] = describe(self.story(article), self.ground, kind)
        return self._alts[kind, article]

    def _title(self, story: Story, kind: Kind) -> str:
        if kind == "reach":
            return story.w.t("{country}: what the reported figure would take", country=story.country)
        return story.title

    # --- layouts ----------------------------------------------------------------------------------------------

    def _map(self, sheet: Sheet, story: Story, body: Box) -> None:
        entries = keys(self.ground, [story], disputed=self._disputed())
        if sheet.preset.wide:
            area, column = _beside(sheet, body, sheet.preset.panel)
            draw_map(sheet, self.ground, story, area)
            figures = key_figures_height(sheet, story, column.width)
            y = legend_column(sheet, entries, column, reserve=figures)
            key_figures(sheet, story, column.below(max(y + 0.5 * sheet.preset.body, body.bottom - figures)))
        else:
            y = legend_rows(sheet, entries, body)
            draw_map(sheet, self.ground, story, body.below(y + 0.3 * sheet.preset.body))

    def _panel(self, sheet: Sheet, story: Story, body: Box) -> None:
        entries = keys(self.ground, [story], disputed=self._disputed())
        rows = [self.story(one) for one in self.articles] if story.article is None else [story]
        if sheet.preset.wide:
            area, column = _beside(sheet, body, _PANEL_COLUMN)
            draw_map(sheet, self.ground, story, area)
            gap = 0.5 * sheet.preset.body
            chart = panel_height(sheet, story, rows, column.width)
            y = legend_column(sheet, entries, column, reserve=chart + gap) + gap
            draw_panel(sheet, story, rows, column.below(y))
        else:
            # The bars hold the figures.
            self._stacked(sheet, story, [brief(entry) for entry in entries], rows, body)

    def _stacked(self, sheet: Sheet, story: Story, entries: list[Key], rows: list[Story], body: Box) -> None:
        """Draw map and legend over the bars: the legend over the map, or beside it where that leaves the map larger."""
        gap = 0.6 * sheet.preset.body
        legend = legend_rows_height(sheet, entries, body.width) + 0.5 * gap
        # The sentences under the bars, which the text alternative has too, give way to the map.
        free = body.height - gap - bars_height(sheet, story, rows, body.width)
        spare = body.height - gap - panel_height(sheet, story, rows, body.width)
        shape, narrow = self.ground.shape, _PORTRAIT_MAP * body.width
        if min(body.width, (free - legend) * shape) >= min(narrow, free * shape):
            room = max(spare, min(free, legend + _LEAST_MAP * body.width), _LEAST_SHARE * body.height)
            y = legend_rows(sheet, entries, body) + 0.5 * gap
            draw_map(sheet, self.ground, story, Box(body.x, y, body.width, body.y + room - y))
        else:
            least = legend_column_height(sheet, entries, body.width - narrow)
            room = max(min(free, 1.15 * narrow / shape), least, _LEAST_SHARE * body.height)
            area, column = _beside(sheet, Box(body.x, body.y, body.width, room), 1 - _PORTRAIT_MAP)
            draw_map(sheet, self.ground, story, area)
            legend_column(sheet, entries, column)
        draw_panel(sheet, story, rows, body.below(body.y + room + gap))

    def _multiples(self, sheet: Sheet, _story: Story, body: Box) -> None:
        stories = [self.story(one) for one in self.articles]
        entries = keys(self.ground, stories, disputed=self._disputed())
        y = legend_rows(sheet, entries, body) + 0.3 * sheet.preset.body
        draw_multiples(sheet, self.ground, stories, body.below(y))

    def _reach(self, sheet: Sheet, story: Story, body: Box) -> None:
        draw_reach(sheet, self.ground, story, body)

    def _disputed(self) -> bool:
        return any(self.ground.disputed) and not all(self.ground.disputed)


def _beside(sheet: Sheet, body: Box, share: float) -> tuple[Box, Box]:
    """Split the body into the map's box and the column to its right."""
    gap = 1.4 * sheet.preset.body
    column = share * body.width
    return (
        Box(body.x, body.y, body.width - column - gap, body.height),
        Box(body.right - column, body.y, column, body.height),
    )


def draw(
    atlas: Atlas,
    kind: Kind = "map",
    *,
    preset: str = "web",
    article: str | None = None,
    style: Style | None = None,
    theme: Theme = "light",
    lang: str = "en",
) -> Figure:
    """Draw one image of an atlas.

    Parameters
    ----------
    kind
        map, panel (map with the comparison), multiples (a map for each article), reach (what the figure would take).
    preset
        A name of `PRESETS`: web, square, vertical, column, page.
    article
        Id of an article; None: all together.
    theme
        light or dark.
    lang
        Language of texts and names, ISO 639-1.

    Raises
    ------
    InputError
        If there is no such article, or nothing to draw in this kind.
    OutputError
        If kind or preset is unknown.
    """
    studio = Studio(atlas, style=style, lang=lang)
    return studio.draw(kind, preset=preset, article=article, theme=theme)


def alt_text(atlas: Atlas, kind: Kind = "map", article: str | None = None, lang: str = "en") -> str:
    """Return the text alternative of an image: what it shows, the figures, the finding."""
    return Studio(atlas, lang=lang).alt(kind, article)


def write_all(
    atlas: Atlas,
    folder: Path,
    *,
    style: Style | None = None,
    lang: str = "en",
    themes: Sequence[Theme] = ("light",),
    presets: Sequence[str] = ALL,
    text_as_text: bool = False,
) -> tuple[ImageFile, ...]:
    """Write every image of an atlas into a folder: each article's and the comparison's, in each theme and preset.

    Files are ``<article or comparison>-<kind>-<preset>[-dark]`` with .png, .svg and .pdf, and .txt for the text
    alternative.
    Names are made safe (`slug`). The same atlas gives the same bytes.

    Raises
    ------
    OutputError
        If a file can't be written, or a preset is unknown.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: can't make the folder ({error.strerror}); choose another one") from error
    studio = Studio(atlas, style=style, lang=lang)
    return tuple(
        _write(studio, folder, kind, article, preset, theme, text_as_text=text_as_text)
        for article in (*studio.articles, None)
        for kind in studio.kinds(article)
        for theme in themes
        for preset in presets
    )


def _write(
    studio: Studio,
    folder: Path,
    kind: Kind,
    article: str | None,
    preset: str,
    theme: Theme,
    *,
    text_as_text: bool,
) -> ImageFile:
    base = "comparison" if article is None else f"article-{files.slug(article)}"
    name = "-".join([base, kind, preset] + ([theme] if theme != "light" else []))
    alt, title = studio.alt(kind, article), studio.title(kind, article)
    figure = studio.draw(kind, preset=preset, article=article, theme=theme)
    width, height = find(preset).pixels
    image = ImageFile(name, kind, article, preset, theme, studio.words.ui, title, alt, width, height, {})
    return publish(figure, folder, image, text_as_text=text_as_text)


def publish(figure: Figure, folder: Path, image: ImageFile, *, text_as_text: bool) -> ImageFile:
    """Write a figure in every format and its text alternative beside it; ``image`` says all but the files.

    Raises
    ------
    OutputError
        A file can't be written.
    """
    written = {}
    for ending in files.FORMATS:
        path = folder / f"{image.name}.{ending}"
        files.save(figure, path, alt=image.alt, title=image.title, text_as_text=text_as_text)
        written[ending] = path.name
    text = folder / f"{image.name}.txt"
    try:
        text.write_text(f"{image.title}\n\n{image.alt}\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{text}: can't write the text ({error.strerror}); choose another folder") from error
    written["txt"] = text.name
    return replace(image, files=written)
