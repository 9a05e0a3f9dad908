"""Part of the page: an atlas -> a folium map that renders to one HTML file, and needs no network to open.

`build` returns a real `folium.Map`, so it shows itself in a notebook and takes further folium layers;
`render` gives the file's text. The map is drawn in an equal-area projection round the country, so areas on
screen compare as on the ground.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Environment, Template

from geo import style as styles
from geo.errors import InputError, OutputError
from geo.models import ROLES, Reading
from geo.page import inline, payload
from geo.words import words

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.style import Ground, Style, Theme

SCRIPTS = inline.SCRIPTS


class ArticleMap(folium.Map):
    """A folium map without tiles and without the scripts and fonts that folium loads from other hosts."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 (folium's own interface)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    _template = Template(
        "{% macro html(this, kwargs) %}"
        '<div class="folium-map" id="{{ this.get_name() }}"></div>'
        "{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = ConcessionMap.createMap("
        "{{ this.get_name()|tojson }}, {{ this.location|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, location: tuple[float, float], page: Page) -> None:
        super().__init__(location=list(location), tiles=None)
        # Fixed names instead of folium's random ones: the same atlas gives the same bytes.
        self._id = "regions"
        page.add_child(self)


class Layers(MacroElement):
    """Everything the page draws on its map, started once the map is there."""

    _template = Template(
        "{% macro script(this, kwargs) %}ConcessionMap.start({{ this._parent.get_name() }});{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "Layers", "claims"


class Page(Figure):
    """The HTML document: head, landmarks, data and scripts, with a policy that lets nothing else in."""

    def __init__(self, data: payload.Json, *, style: Style, title: str, description: str = "", lang: str) -> None:
        super().__init__(title=title, height="900px")
        self._id, self.description = "page", description
        self.data, self.style, self.lang = data, style, words(lang).ui
        self.header.add_child(Element(""), name="meta_http")

    def render(self, **kwargs: Any) -> str:
        """Return the document.

        Raises
        ------
        OutputError
            If a folium element was added that loads scripts or styles from another host.
        """
        for child in self._children.values():
            child.render(**kwargs)
        header = self.header.render(**kwargs)
        if "://" in header:
            raise OutputError(
                "the page loads nothing from other hosts, but a folium element that was added asks for files "
                "there: remove it, or draw it in a folium.Map of its own"
            )
        if "$(" in self.script.render(**kwargs):
            raise OutputError(
                "the page has no jQuery, but a folium popup that was added needs it: give the layer a tooltip instead"
            )
        scripts, begin = [inline.leaflet_script(), inline.own_script()], self.script.render(**kwargs)
        controlled = "L.control.layers(" in begin
        sheets = [inline.leaflet_style(layer_control=controlled), theme(self.style) + _own_style()]
        return _document().render(
            lang=self.lang,
            title=self.title,
            description=self.description,
            policy=inline.policy([*scripts, begin], sheets),
            styles=sheets,
            scripts=scripts,
            begin=begin,
            data=inline.json_for_html(self.data),
            map=self.html.render(**kwargs),
            t=words(self.lang).t,
        )


def build(atlas: Atlas, *, article: str | None = None, style: Style | None = None, lang: str = "en") -> folium.Map:
    """Build the interactive map of one article, or of all of them side by side.

    Parameters
    ----------
    atlas
        What was read and measured, and the shapes.
    article
        Id of the article to show; None shows all and compares them.
    style
        Colours, patterns and words; None takes the built-in ones.
    lang
        Language in which the page opens, ISO 639-1. The reader can switch to the others.

    Raises
    ------
    InputError
        If the atlas has no such article.
    """
    look = style or styles.default()
    readings = _chosen(atlas, article)
    data = payload.build(atlas, readings, style=look, lang=lang)
    title = _title(atlas, readings, article, look, lang)
    data["title"] = None if title == _title_all(atlas, readings, lang) else title
    page = Page(data, style=look, title=title, description=_description(data, lang), lang=lang)
    drawn = ArticleMap(centre(data["regions"]), page)
    drawn.add_child(Layers())
    return drawn


def render(drawn: folium.Map) -> str:
    """Return the map's page as one HTML document.

    Raises
    ------
    OutputError
        As in `Page.render`.
    """
    return str(drawn.get_root().render())


def _chosen(atlas: Atlas, article: str | None) -> Sequence[Reading]:
    if article is None:
        return list(atlas.readings)
    found = [reading for reading in atlas.readings if reading.article.id == article]
    if not found:
        known = ", ".join(reading.article.id for reading in atlas.readings[:5])
        raise InputError(f"no article {article!r} among those read ({known}, ...): give one of their ids")
    return found


def _title(atlas: Atlas, readings: Sequence[Reading], article: str | None, style: Style, lang: str) -> str:
    if article is not None:
        return readings[0].article.title or readings[0].article.id
    return style.words.title_all or _title_all(atlas, readings, lang)


def _title_all(atlas: Atlas, readings: Sequence[Reading], lang: str) -> str:
    w = words(lang)
    return w.tn(
        "{country}: the regions at stake in {n} article",
        "{country}: the regions at stake in {n} articles",
        len(readings),
        country=w.country(atlas.country),
    )


def _description(data: payload.Json, lang: str) -> str:
    """Return what the page says first, for lists of links and search results."""
    w = words(lang)
    found = data["overall"] or data["articles"][0]["assessment"] if data["articles"] else None
    if not found or not found["named"]["regions"]:
        return w.t("No region is named as demanded, offered, held or refused.")
    area = found["named"]["area"]
    return w.tn(
        "{n} region is named ({roles}), whole regions counted: {km2}, {share} of {country} as measured.",
        "{n} regions are named ({roles}), whole regions counted: {km2}, {share} of {country} as measured.",
        len(found["named"]["regions"]),
        roles=", ".join(w.role(role) for role in found["named"]["basis"]),
        km2=w.km2(area["km2"]),
        share=w.percent(area["measured"] or 0),
        country=w.country(data["country"]["code"]),
    )


def centre(regions: Sequence[payload.Json]) -> tuple[float, float]:
    """Return (latitude, longitude), the order that folium wants, in the middle of the country's regions.

    Longitudes are averaged as directions: a country on both sides of the 180th meridian has its middle there.
    """
    home = [region["at"] for region in regions if region["home"]] or [region["at"] for region in regions]
    if not home:
        return (0.0, 0.0)
    east = sum(math.sin(math.radians(lon)) for lon, _lat in home)
    north = sum(math.cos(math.radians(lon)) for lon, _lat in home)
    lat = sum(lat for _lon, lat in home) / len(home)
    return (round(lat, 2), round(math.degrees(math.atan2(east, north)), 2))


# --- the files that make up the page --------------------------------------------------------------------


@cache
def _document() -> Template:
    text = resources.files("geo.page").joinpath("templates", "page.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)


def _own_style() -> str:
    return inline.asset("page.css")


def theme(style: Style) -> str:
    """Return the style's colours and fonts as custom properties, for light and dark."""
    fonts = ", ".join(f'"{name}"' for name in style.fonts.sans)
    light, dark = (_variables(style, theme) for theme in ("light", "dark"))
    return f":root{{--sans:{fonts};{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _variables(style: Style, theme: Theme) -> str:
    ground: Ground = style.ground.light if theme == "light" else style.ground.dark
    colours = {name: getattr(ground, name) for name in ground.__struct_fields__}
    colours |= {f"role-{role}": style.roles[role].colour(theme) for role in ROLES}
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())
