"""The gallery room: everything that a build wrote -> maps/index.html, which a reader understands without the README.

The page has no script and loads nothing but the images beside it. All texts of articles are escaped by the template;
figures and findings are those of the images (`geo.images.story`), so that the two can't disagree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from geo import boundaries
from geo import style as styles
from geo.images.story import Story
from geo.images.type import clean
from geo.models import ROLES, Reading, Verdict
from geo.page import inline
from geo.words import N_, Translator, words

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.images.drawing import ImageFile
    from geo.models import Area, Assessment, Check, Reported, Role
    from geo.style import Style, Theme

Item = dict[str, Any]

#: What each kind of image shows, as a heading.
KIND_LABELS: dict[str, str] = {
    "map": N_("Map of what is said"),
    "panel": N_("Map with the comparison"),
    "multiples": N_("A small map for each article"),
    "reach": N_("What the reported figure would take"),
}
#: What each size of image is for.
PRESET_LABELS: dict[str, str] = {
    "web": N_("article on the web"),
    "square": N_("square post"),
    "vertical": N_("upright post"),
    "column": N_("print, one column"),
    "page": N_("print, page width"),
}
#: The files under data/, each with what it is good for.
DATA_LABELS: dict[str, str] = {
    "claims.csv": N_("Every claim with its sentence; correct it in a spreadsheet and build again with --review."),
    "claims.jsonl": N_("Claims and stated amounts, one line an article, for programs."),
    "regions.csv": N_("A row for each region by its ISO code, for Datawrapper, Flourish and spreadsheets."),
    "regions.geojson": N_("The regions with their shapes, for web maps."),
    "regions.gpkg": N_("The regions and the claims, for QGIS and other GIS programs."),
    "regions.parquet": N_("The regions with their shapes, for data analysis (GeoParquet)."),
    "comparison.json": N_("All measures: named, reported, gap, and what the figure would take."),
    "checks.json": N_("Every check of the figures with its numbers, method and quotes."),
    "datapackage.json": N_("What stands in each file and column, with units and digests."),
}
#: What the pages are made with, besides the data that `geo.boundaries` credits.
_MAP_CREDITS = ("Maps: Leaflet (BSD-2-Clause), folium (MIT), matplotlib.",)
FORMATS = ("png", "svg", "pdf", "txt")
_LINK = re.compile(r"https?://", re.IGNORECASE)
_DIFFERS: tuple[Verdict, ...] = ("differs", "exceeds the upper bound")
#: Skipped articles by name before "see build.json".
_LISTED = 200


def render(
    atlas: Atlas,
    *,
    pages: Mapping[str, str],
    images: Sequence[ImageFile],
    skipped: Sequence[Reading] = (),
    style: Style | None = None,
    lang: str = "en",
) -> str:
    """Return the gallery as one HTML document that stands beside comparison.html, images/ and data/.

    Parameters
    ----------
    atlas
        What was read and measured.
    pages
        The page of each article: article id -> path from the gallery's folder.
    images
        What `geo.images.write_all` wrote into images/.
    skipped
        Inputs that were not read: readings with ``skipped`` set.
    style, lang
        Colours and words as of the pages and images; the language of the texts, ISO 639-1.
    """
    look = style or styles.default()
    w = words(lang)
    builder = _Builder(atlas, look, w, pages, images)
    sheet = _theme(look) + inline.asset("gallery.css")
    return _document().render(w=w, t=w.t, tn=w.tn, sheet=sheet, policy=_policy(sheet), **builder.content(skipped))


@cache
def _document() -> Template:
    text = resources.files("geo.page").joinpath("templates", "gallery.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    return environment.from_string(text)


def _policy(sheet: str) -> str:
    """Return a Content-Security-Policy: this style and the images beside the page, nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {inline.digest(sheet)}",
            # 'self' is not enough everywhere where the page is opened from the file system.
            "img-src 'self' file:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _theme(style: Style) -> str:
    """Return the style's colours and fonts as custom properties, for light and dark."""
    fonts = ", ".join(f'"{name}"' for name in style.fonts.sans)
    light, dark = (_colours(style, theme) for theme in ("light", "dark"))
    roles = "".join(f".role-{role}{{--role:var(--role-{role})}}" for role in ROLES)
    return (
        f":root{{--sans:{fonts};{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{roles}\n"
    )


def _colours(style: Style, theme: Theme) -> str:
    ground = style.ground.light if theme == "light" else style.ground.dark
    colours = {name: getattr(ground, name) for name in ground.__struct_fields__}
    colours |= {f"role-{role}": style.roles[role].colour(theme) for role in ROLES}
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


class _Builder:
    """Turns the atlas and the written images into the plain values that the template shows."""

    def __init__(
        self,
        atlas: Atlas,
        style: Style,
        w: Translator,
        pages: Mapping[str, str],
        images: Sequence[ImageFile],
    ) -> None:
        self.atlas, self.style, self.w = atlas, style, w
        self.pages, self.images = pages, images
        self.names = {row["region"]: clean(w.region_name(row)) for _, row in atlas.regions.iterrows()}
        self.overall = Story(atlas, None, style, w)
        ids = [one.article.id for one in atlas.comparison.articles if one.article is not None]
        self.stories = [Story(atlas, id_, style, w) for id_ in ids]
        self.scale = self._scale()

    def content(self, skipped: Sequence[Reading]) -> Item:
        """Return all values of the template."""
        atlas, w = self.atlas, self.w
        return {
            "lang": w.ui,
            "title": self.overall.title,
            "country": self.overall.country,
            "count": len(atlas.readings),
            "claims": sum(len(one.claims) for one in atlas.readings),
            "overall": self._overall(),
            "articles": [self._article(story) for story in self.stories],
            "of": self.overall.of,
            "data": [(f"data/{name}", name, _whole_options(w.t(label))) for name, label in DATA_LABELS.items()],
            "method": self._method(),
            "silent": [self._info(one) for one in atlas.readings if not one.claims],
            "skipped": [
                {
                    **self._info(one),
                    "stage": clean(one.skipped.stage),
                    "reason": clean(one.skipped.reason),
                }
                for one in skipped[:_LISTED]
                if one.skipped is not None
            ],
            "more_skipped": max(len(skipped) - _LISTED, 0),
            "all_skipped": len(skipped),
            "program": f"concession-maps {version('concession-maps')}",
        }

    # --- all together, and each article -----------------------------------------------------------------------

    def _overall(self) -> Item:
        return {
            **self._figures(self.overall),
            "page": "comparison.html",
            "images": self._images(None),
        }

    def _article(self, story: Story) -> Item:
        info = story.assessment.article
        if info is None:
            raise ValueError("an article's story has an article")
        reading = next(one for one in self.atlas.readings if one.article.id == info.id)
        return {
            **self._info(reading),
            **self._figures(story),
            "page": quote(self.pages[info.id]),
            "images": self._images(info.id),
        }

    def _info(self, reading: Reading) -> Item:
        info = reading.article
        facts = [clean(info.source or "", longest=80), self.w.date(clean(info.date or "", longest=40))]
        return {
            "id": clean(info.id, longest=120),
            "title": clean(info.title or info.id, longest=200),
            "language": info.lang if re.fullmatch(r"[a-z]{2,3}", info.lang or "") else None,
            "facts": [fact for fact in facts if fact],
            "url": _link(info.url),
        }

    def _figures(self, story: Story) -> Item:
        found = story.assessment
        split = found.control
        reported = story.reported.percent if story.reported else None
        weighted = found.headline.weighted
        return {
            "stake": bool(found.headline.basis),
            "named": story.percent(found.headline.area),
            "km2": self.w.km2(found.headline.area.km2),
            "of": story.of,
            "weighted": story.percent(weighted) if weighted else None,
            "reported": story.interval(reported) if reported else None,
            "said": story.reported_words,
            "others": _once([self._other(one) for one in found.reported if one != story.reported]),
            "gap": story.gap_text(),
            "held": self._area(story, split.held if split else None),
            "rest": self._area(story, split.not_held if split else None),
            "roles": [self._role(story, role) for role in self._roles(found)],
            "unmapped": list(story.unmapped),
            "verdicts": self._verdicts(found.checks),
            "differs": [self._finding(one) for one in found.checks if one.verdict in _DIFFERS],
            "bar": self._bar(story),
        }

    def _other(self, reported: Reported) -> Item:
        """A stated amount that is not set against the country: of a region, or without a whole."""
        w = self.w
        if reported.percent is not None:
            figure = self.overall.interval(reported.percent)
        elif reported.km2 is not None:
            figure = w.km2(reported.km2.mid)
        else:
            figure = ""
        whole = self.atlas.place_name(w)(reported.whole)
        return {"said": clean(reported.quantity.surface, longest=120), "figure": figure, "whole": clean(whole)}

    def _area(self, story: Story, area: Area | None) -> Item | None:
        return {"share": story.percent(area), "km2": self.w.km2(area.km2)} if area else None

    @staticmethod
    def _roles(found: Assessment) -> list[Role]:
        there = {one.role for one in found.named if one.regions or one.without_geometry}
        return [role for role in ROLES if role in there]

    def _role(self, story: Story, role: Role) -> Item:
        named = [one for one in story.assessment.named if one.role == role]
        regions = dict.fromkeys(region for one in named for region in (*one.regions, *one.without_geometry))
        return {
            "id": role,
            "pattern": self.style.roles[role].pattern,
            "label": story.role_and_actors(role),
            "regions": sorted(self.names.get(region, clean(region)) for region in regions),
            "figures": story.figures(role),
        }

    def _finding(self, check: Check) -> str:
        said = self.atlas.say(check.finding_said, self.w)
        return clean(f"{_capital(said)}." if said else check.finding, longest=400)

    def _verdicts(self, checks: Iterable[Check]) -> list[str]:
        counts = Counter(one.verdict for one in checks)
        return [f"{self.w.verdict(verdict)}: {self.w.number(n)}" for verdict, n in sorted(counts.items())]

    # --- the bar ----------------------------------------------------------------------------------------------

    def _scale(self) -> float:
        """Percent at the right end of every bar: the largest figure, so that all bars compare."""
        ends = [1.0]
        for story in (self.overall, *self.stories):
            ends.append(story.share(story.assessment.headline.area))
            if story.reported and story.reported.percent:
                ends.append(story.reported.percent.high)
        return 1.04 * max(ends)

    def _bar(self, story: Story) -> Item:
        """Named share and reported band in thousandths of the bar's width."""
        area: Area = story.assessment.headline.area
        bar: Item = {"named": self._at(story.share(area)), "low": None, "width": None}
        if story.reported and story.reported.percent:
            low, high = self._at(story.reported.percent.low), self._at(story.reported.percent.high)
            bar |= {"low": low, "width": max(high - low, 4)}
        return bar

    def _at(self, percent: float) -> int:
        return round(1000 * percent / self.scale)

    # --- images -----------------------------------------------------------------------------------------------

    def _images(self, article: str | None) -> list[Item]:
        """One entry for each kind of image: the picture to show, and every size and format to download."""
        mine = [one for one in self.images if one.article == article]
        # The comparison leads for all together, the plain map for an article.
        first = "panel" if article is None else "map"
        kinds = sorted(dict.fromkeys(one.kind for one in mine), key=lambda kind: kind != first)
        return [self._kind(kind, [one for one in mine if one.kind == kind]) for kind in kinds]

    def _kind(self, kind: str, images: Sequence[ImageFile]) -> Item:
        light = [one for one in images if one.theme == "light"]
        dark = [one for one in images if one.theme == "dark"]
        shown = (light or dark)[0]
        night = next((one for one in dark if one.preset == shown.preset and one is not shown), None)
        return {
            "label": self.w.t(KIND_LABELS[kind]) if kind in KIND_LABELS else kind,
            "file": _image(shown.files["png"]),
            "dark": _image(night.files["png"]) if night else None,
            "width": shown.width,
            "height": shown.height,
            "alt": clean(shown.alt, longest=4000),
            "title": clean(shown.title, longest=300),
            "sizes": [self._size(one) for one in images],
        }

    def _size(self, image: ImageFile) -> Item:
        t = self.w.t
        label = t(PRESET_LABELS[image.preset]) if image.preset in PRESET_LABELS else image.preset
        files = [name for name in FORMATS if name in image.files]
        return {
            "label": f"{label}, {t('dark')}" if image.theme == "dark" else label,
            "pixels": f"{image.width} × {image.height}",
            "files": [(t("text") if name == "txt" else name.upper(), _image(image.files[name])) for name in files],
        }

    def _control(self) -> str | None:
        layer = self.atlas.comparison.control
        if layer is None:
            return None
        parts = [layer.file, self.w.date(clean(layer.date or "", longest=40)), layer.credit]
        return ", ".join(clean(part, longest=300) for part in parts if part)

    # --- how it was made --------------------------------------------------------------------------------------

    def _method(self) -> Item:
        atlas, w = self.atlas, self.w
        wholes, changed = atlas.comparison.denominators, atlas.boundaries_date
        known = [
            (w.t("measured"), wholes.measured_total_km2),
            (w.t("published"), wholes.published_total_km2),
            (w.t("published, land only"), wholes.published_land_km2),
        ]
        return {
            "viewpoint": self.overall.viewpoint.rstrip("."),
            "boundaries": clean(atlas.boundaries, longest=600),
            # Behind the name of the source, which has a language of its own.
            "changed": w.t("{source}; administrative changes after {date} not shown", source="", date=w.date(changed))
            if changed
            else "",
            "wholes": [f"{label}: {w.km2(km2)}" for label, km2 in known if km2 is not None],
            "sources": [clean(text, longest=600) for text in wholes.sources],
            "conventions": [
                clean(f"{w.hedge(one.hedge)}: {atlas.say(one.example_said, w) or one.example}", longest=300)
                for one in atlas.comparison.conventions
            ],
            "control": self._control(),
            "credits": [clean(line, longest=300) for line in (*boundaries.credit_lines(), *_MAP_CREDITS)],
            "reviewed": self.overall.reviewed.rstrip(".") or None,
            "credit": clean(self.style.words.credit, longest=600),
        }


def _whole_options(text: str) -> Markup:
    """Keep options of the command line from breaking after a hyphen."""
    return Markup(re.sub(r"(--\w+)", r'<span class="option">\1</span>', str(escape(text))))  # noqa: S704 - escaped


def _once(items: list[Item]) -> list[Item]:
    """Return each figure once: several articles, or several sentences of one, may state the same."""
    return list({tuple(item.items()): item for item in items}.values())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _link(url: str | None) -> str | None:
    """Return an http(s) address that a page can hold; None for any other."""
    if url is None or not _LINK.match(url):
        return None
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~-._", errors="replace")


def _image(name: str) -> str:
    return "images/" + quote(name)
