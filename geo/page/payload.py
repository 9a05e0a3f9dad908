"""Part of the page: an atlas -> the plain values that the page's scripts draw from.

Sentences, names and shapes are written once; claims refer to them by number. Offsets count UTF-16 units, as
JavaScript does. Nothing here is trusted by the scripts as markup: article texts stay texts.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from geo import texts
from geo.atlas import records
from geo.boundaries import areas, expand, load_context
from geo.compare import headline_basis
from geo.models import (
    ROLES,
    Area,
    Assessment,
    Claim,
    ControlSplit,
    Denominators,
    Message,
    Named,
    Quantity,
    Reading,
    Record,
    Reported,
    Role,
)
from geo.page import inline, topology
from geo.shares import STANDS_FOR
from geo.words import LANGUAGES, N_, ROLE_LABELS, ROLE_NOTES, VERDICT_LABELS, messages, words

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.atlas import Atlas
    from geo.style import Style

#: Steps per degree of the drawn shapes: about 110 m for regions, 1.1 km for the land around.
REGION_SCALE = 1000
CONTEXT_SCALE = 100
CONTEXT_TOLERANCE_DEGREES = 0.045
#: The widest and the tallest proportions of the map's frame, which the land around has to fill.
WIDEST_FRAME = 2.2
TALLEST_FRAME = 0.85
#: Dated articles from which on a page has a slider over the dates.
LEAST_DATED = 3
HOME = ("region", "country", "area_km2")
CREDITS = (
    N_("Boundaries: Natural Earth (public domain)."),
    N_("Country names: Unicode CLDR."),
    N_("Map: Leaflet (BSD-2-Clause), folium (MIT)."),
)
#: Addresses that a page may link to.
_LINKS = ("http://", "https://")
Json = dict[str, Any]


class Book:
    """Values in the order in which they came, each once, by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, value: str) -> int:
        """Return the number of a value, entering it if it is new."""
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[str]:
        """Return the values by number."""
        return list(self._numbers)


def build(atlas: Atlas, readings: Sequence[Reading], *, style: Style, lang: str) -> Json:
    """Return all that one page shows, ready for JSON.

    Parameters
    ----------
    atlas
        What was read and measured, and the shapes.
    readings
        The articles of this page, in the order in which they are listed.
    style
        Colours and patterns.
    lang
        The language in which the page opens; the page can be switched to every language with a catalogue.
    """
    langs = _languages(lang)
    units = Units(atlas)
    quotes = Book()
    says = Says(atlas)
    found = {one.article.id: one for one in atlas.comparison.articles if one.article}
    articles = [_article(one, found.get(one.article.id), units, quotes, says) for one in readings]
    overall = atlas.comparison.overall
    return {
        "lang": words(lang).lang,
        "langs": langs,
        "texts": {code: _texts(code, atlas.viewpoint_text) for code in langs if messages(code)},
        "numbers": {code: _signs(code) for code in LANGUAGES},
        "country": {"code": atlas.country, "names": _country_names(atlas.country, langs)},
        "countries": {code: _country_names(code, langs) for code in _actors(readings)},
        "areas": {one: says.place(one) for one in _areas(readings)},
        "roles": [
            {
                "id": role,
                "pattern": style.roles[role].pattern,
                "label": style.words.roles.get(role) or ROLE_LABELS[role],
                "note": ROLE_NOTES[role],
            }
            for role in ROLES
        ],
        "verdicts": VERDICT_LABELS,
        **_shapes_once(atlas, langs),
        "quotes": quotes.values(),
        "articles": articles,
        "overall": _together(overall, units, says) if len(articles) > 1 else None,
        "timeline": _timeline(atlas, readings),
        "denominators": _wholes(atlas.comparison.denominators),
        "conventions": [says(line.example_said, line.example) for line in atlas.comparison.conventions],
        "control": _control(atlas, units),
        "viewpoint": atlas.viewpoint_text,
        "boundaries": atlas.boundaries,
        "boundariesDate": atlas.boundaries_date,
        "credits": CREDITS,
        "reviewed": says(atlas.comparison.reviewed_said, atlas.reviewed) if atlas.reviewed else None,
        "credit": style.words.credit,
    }


class Units:
    """The numbers of the regions by their ids, composites as the units they consist of."""

    def __init__(self, atlas: Atlas) -> None:
        self._ids = [str(region) for region in _drawn(atlas)["region"]]
        self._numbers = {region: at for at, region in enumerate(self._ids)}

    def own(self, region: str) -> list[int]:
        """Return the number of just this unit, as a list; an empty one where there is no shape."""
        return [self._numbers[region]] if region in self._numbers else []

    def numbers(self, region: str) -> list[int]:
        """Return the numbers of a region's units; none where there is no shape."""
        if region in self._numbers and region not in STANDS_FOR:
            return [self._numbers[region]]
        # What is measured is what is drawn: "Crimea" is the peninsula in both.
        return [self._numbers[unit] for unit in expand(STANDS_FOR.get(region, region)) if unit in self._numbers]

    def ids(self, region: str) -> list[str]:
        """Return the ids of a region's units; none where there is no shape."""
        return [self._ids[number] for number in self.numbers(region)]


class Says:
    """Texts that the measures make, in every language with a catalogue: language -> text."""

    def __init__(self, atlas: Atlas) -> None:
        self._words = [words(lang) for lang in LANGUAGES]
        self._places = [atlas.place_name(w) for w in self._words]

    def __call__(self, said: Message | Sequence[Message] | None, plain: str) -> dict[str, str]:
        """Return a text in each language; only as it stands in English where no message is behind it."""
        if not said:
            return {"en": plain}
        return {w.lang: texts.say(said, w, place=place) for w, place in zip(self._words, self._places, strict=True)}

    def place(self, id_: str) -> dict[str, str]:
        """Return the name of a region, an area or a country in each language."""
        return {w.lang: place(id_) for w, place in zip(self._words, self._places, strict=True)}


@cache
def _texts(lang: str, viewpoint: str) -> dict[str, str | tuple[str, ...]]:
    """Return the part of a catalogue that the page's scripts ask for; the images and the gallery have more."""
    labels = {*ROLE_LABELS.values(), *ROLE_NOTES.values(), *VERDICT_LABELS.values(), *CREDITS, viewpoint}
    script = inline.own_script()
    return {message: text for message, text in messages(lang).items() if message in labels or f'"{message}"' in script}


def _signs(lang: str) -> dict[str, str]:
    """Return how a language writes numbers, so that page and images write them alike."""
    locale = words(lang).locale
    signs = locale.number_symbols["latn"]
    percent = str(locale.percent_formats[None].pattern).replace("#,##0", "{n}")
    return {"group": signs["group"], "decimal": signs["decimal"], "minus": signs["minusSign"], "percent": percent}


def _languages(lang: str) -> list[str]:
    return list(dict.fromkeys([*LANGUAGES, words(lang).lang]))


def _country_names(code: str, langs: Iterable[str]) -> dict[str, str]:
    return {lang: words(lang).country(code) for lang in langs}


def _actors(readings: Iterable[Reading]) -> list[str]:
    return sorted({claim.actor for reading in readings for claim in reading.claims if claim.actor})


def _areas(readings: Iterable[Reading]) -> list[str]:
    return sorted({claim.region for reading in readings for claim in reading.claims} & areas().keys())


# --- shapes --------------------------------------------------------------------------------------------


#: Shapes are the same on every page of an atlas: a build with many articles encodes them once.
_SHAPES: dict[tuple[int, tuple[str, ...]], Json] = {}


def _shapes_once(atlas: Atlas, langs: Sequence[str]) -> Json:
    key = (id(atlas), tuple(langs))
    if key not in _SHAPES:
        _SHAPES[key] = _shapes(atlas, langs)
        # Gone with its atlas, so that nothing is kept alive and no other atlas can take over its number.
        weakref.finalize(atlas, _SHAPES.pop, key, None)
    return _SHAPES[key]


def _shapes(atlas: Atlas, langs: Sequence[str]) -> Json:
    """Return regions and surroundings: names, areas, where to put a label, and shared arcs."""
    drawn = _drawn(atlas)
    regions = topology.encode(drawn.geometry, scale=REGION_SCALE)
    context, box = _context(atlas)
    land = _coarse(context)
    around = topology.encode(land, scale=CONTEXT_SCALE)
    return {
        "regions": [
            {
                "id": str(row["region"]),
                "names": _names(row, langs),
                "labels": _labels(row, langs),
                "home": row["country"] == atlas.country,
                **({"far": True} if str(row["region"]) in atlas.far else {}),
                "km2": _rounded(row["area_km2"], 1),
                "published": _rounded(row["published_km2"], 1),
                "at": at,
                "shape": shape,
            }
            for row, at, shape in zip(_rows(drawn, langs), _centres(drawn.geometry.values), regions.shapes, strict=True)
        ],
        "arcs": {"scale": regions.scale, "text": regions.arcs},
        "around": {
            "scale": around.scale,
            "text": around.arcs,
            "shapes": around.shapes,
            "names": [_names(row, langs) for row in _rows(context, langs)],
            "at": _centres(land),
            "box": box,
        },
    }


def _drawn(atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the simplified regions without areas whose units are all there: they would lie over their own units."""
    known, ids = areas(), set(atlas.drawn["region"])
    whole = [
        one in known and bool(known[one].units) and ids.issuperset(known[one].units) for one in atlas.drawn["region"]
    ]
    return atlas.drawn[[not one for one in whole]] if any(whole) else atlas.drawn


def _context(atlas: Atlas) -> tuple[gpd.GeoDataFrame, list[float] | None]:
    """Return the land around, enough for every frame, and its bounds: west, south, east, north, None round the world.

    A narrow country in a wide frame shows more of its neighbours than the atlas holds.
    """
    import shapely

    shapes = atlas.regions.geometry.values
    own = [shape for shape, code in zip(shapes, atlas.regions["country"], strict=True) if code == atlas.country]
    west, south, east, north = (float(x) for x in shapely.total_bounds(own or list(shapes)))
    if east - west > 180:
        return atlas.context, None
    shrink = max(math.cos(math.radians(min(max(abs(south), abs(north)), 89.0))), 0.2)
    width, height = (east - west) * shrink, north - south
    there = max(1.0, max(east - west, height) / 3)
    needed = max((WIDEST_FRAME * height - width) / shrink, width / TALLEST_FRAME - height) / 2 + 0.5
    margin = max(there, needed)
    context = atlas.context
    if needed > there and len(context):
        context = load_context(atlas.regions, viewpoint=atlas.viewpoint, margin_degrees=margin)
    bounds = (
        max(-180.0, west - margin),
        max(-90.0, south - margin),
        min(180.0, east + margin),
        min(90.0, north + margin),
    )
    return context, [round(one, 2) for one in bounds]


def _labels(row: Json, langs: Iterable[str]) -> dict[str, str]:
    """Return the shorter names for the map, where there are any."""
    labels = {lang: words(lang).region_label(row) for lang in langs}
    return {lang: label for lang, label in labels.items() if label != words(lang).region_name(row)}


def _coarse(context: gpd.GeoDataFrame) -> list[Any]:
    """Simplify the land around, which is only a backdrop: a few km off at most, borders stay shared."""
    import shapely

    return list(shapely.coverage_simplify(context.geometry.values, CONTEXT_TOLERANCE_DEGREES))


def _rows(frame: gpd.GeoDataFrame, langs: Iterable[str]) -> list[Json]:
    """Return the columns that the page shows, a dict for each row."""
    wanted = {"region", "country", "area_km2", "published_km2", "name", "name_en", *(f"name_{lang}" for lang in langs)}
    return records(frame, wanted)


def _names(row: Json, langs: Iterable[str]) -> dict[str, str]:
    return {lang: words(lang).region_name(row) for lang in langs}


def _centres(shapes: Any) -> list[list[float]]:
    """Return (longitude, latitude) of the centre of each shape's largest circle, where its name goes."""
    import shapely

    # What comes back is the circle's radius as a line, from its centre to its edge.
    lines = shapely.maximum_inscribed_circle(shapes, 0.02)
    return [[round(x, 3), round(y, 3)] for x, y in shapely.get_coordinates(shapely.get_point(lines, 0))]


# --- articles ------------------------------------------------------------------------------------------


def _article(reading: Reading, found: Assessment | None, units: Units, quotes: Book, says: Says) -> Json:
    info = reading.article
    return {
        "id": info.id,
        "title": info.title,
        "date": info.date,
        "source": info.source,
        "url": _link(info.url),
        "lang": info.lang,
        "claims": _claims(reading, units, quotes),
        "skipped": _plain(reading.skipped),
        "assessment": _assessment(found, units, says) if found else None,
    }


def _link(url: str | None) -> str | None:
    """Return an address only if a page may link to it; a script address never gets through."""
    return url if url and url.strip().lower().startswith(_LINKS) else None


def _claims(reading: Reading, units: Units, quotes: Book) -> list[Json]:
    """Return claims; those that one phrase makes about several regions ("Donbas") are one entry."""
    merged: dict[tuple[Any, ...], Json] = {}
    for claim in reading.claims:
        key = (claim.role, claim.actor, claim.speaker, claim.hedged, claim.partial, claim.start, claim.end)
        entry = merged.setdefault(key, _claim(claim, quotes))
        entry["regions"] += [n for n in units.numbers(claim.region) if n not in entry["regions"]]
        entry["ids"].append(claim.region)
        if not units.numbers(claim.region):
            entry["elsewhere"].append(claim.region)
    return list(merged.values())


def _claim(claim: Claim, quotes: Book) -> Json:
    return {
        "ids": [],
        "regions": [],
        "elsewhere": [],
        "role": claim.role,
        "actor": claim.actor,
        "speaker": claim.speaker,
        "hedged": claim.hedged,
        "partial": claim.partial,
        "quote": quotes.number(claim.sentence),
        "mark": _mark(claim),
        "cue": claim.why.cue if claim.why else None,
    }


def _mark(said: Claim | Quantity) -> list[int] | None:
    """Return where in its sentence the words stand that name the region or the amount."""
    start = said.start - said.sentence_start
    end = said.end - said.sentence_start
    inside = 0 <= start < end <= len(said.sentence)
    return [_utf16(said.sentence[:start]), _utf16(said.sentence[:end])] if inside else None


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# --- measures ------------------------------------------------------------------------------------------


def _assessment(found: Assessment, units: Units, says: Says) -> Json:
    """Return the parts of an assessment that the page shows."""
    return {
        "named": _named(found.headline, units, says),
        "reported": [_reported(one, says) for one in found.reported],
        "gaps": [
            {
                "reported": found.reported.index(gap.reported) if gap.reported in found.reported else None,
                "points": _plain(gap.points),
                "km2": _plain(gap.km2),
                "comparable": gap.comparable,
            }
            for gap in found.gaps
        ],
        "unmapped": list(dict.fromkeys(u.surface for u in found.unmapped)),
        "checks": [
            {
                "verdict": check.verdict,
                "finding": says(check.finding_said, check.finding),
                "method": says(check.method_said, check.method),
            }
            for check in found.checks
        ],
        "control": _split(found.control) if found.control else None,
    }


def _together(found: Assessment, units: Units, says: Says) -> Json:
    """Return what the page shows of all articles together: their figures stand with each of them."""
    return {
        "named": _named(found.headline, units, says),
        "control": _split(found.control) if found.control else None,
    }


def _wholes(found: Denominators) -> Json:
    """Return the areas that shares refer to, by name; where they come from stands in the gallery."""
    names = ("measured_total_km2", "published_total_km2", "published_land_km2")
    return {name: _rounded(getattr(found, name), 4) for name in names}


def _reported(one: Reported, says: Says) -> Json:
    return {
        "surface": one.quantity.surface,
        "sentence": one.quantity.sentence,
        "mark": _mark(one.quantity),
        "unit": one.quantity.unit,
        "whole": one.whole,
        "of": says.place(one.whole),
        "percent": _plain(one.percent),
        "km2": _plain(one.km2),
    }


def _named(named: Named, units: Units, says: Says) -> Json:
    said = named.assumptions_said or (None,) * len(named.assumptions)
    return {
        "regions": sorted({n for region in named.regions for n in units.numbers(region)}),
        "basis": list(named.basis),
        "area": _area(named.area),
        "weighted": _area(named.weighted) if named.weighted else None,
        "assumptions": [says(one, plain) for one, plain in zip(said, named.assumptions, strict=True)],
    }


# --- over time -------------------------------------------------------------------------------------------


def _timeline(atlas: Atlas, readings: Sequence[Reading]) -> list[Json] | None:
    """Return what the articles up to each date name together, for the page's slider; None where it has none.

    Only dates on which it changes are there. Articles without a date count from the first one on, as on the map.
    """
    days = {reading.article.id: _last_day(reading.article.date) for reading in readings}
    dated = [day for day in days.values() if day]
    if len(dated) < LEAST_DATED or len(set(dated)) < 2:
        return None
    home = {str(row["region"]): row for row in records(_drawn(atlas), HOME) if row["country"] == atlas.country}
    units, land = Units(atlas), atlas.comparison.denominators.measured_total_km2
    layer = atlas.comparison.control
    rest = {one.region: one.not_held_km2 for one in layer.regions} if layer else {}
    by_day = sorted(readings, key=lambda reading: days[reading.article.id])
    first: dict[Role, Claim] = {}
    regions: dict[Role, set[str]] = {}
    found: list[Json] = []
    for day, group in groupby(by_day, key=lambda reading: days[reading.article.id]):
        for claim in (claim for reading in group for claim in reading.claims):
            first.setdefault(claim.role, claim)
            regions.setdefault(claim.role, set()).update(one for one in units.ids(claim.region) if one in home)
        basis = headline_basis(first.values())
        named = sorted(set().union(*(regions[role] for role in basis)))
        km2 = sum(home[one]["area_km2"] for one in named)
        now = {
            "regions": sorted(n for one in named for n in units.own(one)),
            "basis": list(basis),
            "area": {"km2": _rounded(km2, 1), "measured": _rounded(100 * km2 / land if land else None, 3)},
            "rest": _rounded(sum(rest.get(one, 0.0) for one in named), 1) if layer else None,
        }
        if not found or now != found[-1]["named"]:
            found.append({"from": day, "named": now})
    return found


def _last_day(date: str | None) -> str:
    """Return what the page sorts dates by: a year or a month counts once it is over, an hour as its day."""
    return f"{date}-99-99"[:10] if date else ""


# --- the control layer ---------------------------------------------------------------------------------


def _control(atlas: Atlas, units: Units) -> Json | None:
    """Return the user's layer of held land: whose it is, how much of each region it covers, and its shape."""
    layer = atlas.comparison.control
    if layer is None:
        return None
    held = _held_once(atlas)
    return {
        "file": layer.file,
        "date": layer.date,
        "credit": layer.credit,
        "held": _area(layer.held),
        "outside": _rounded(layer.outside_km2, 1),
        "regions": {
            number: [
                _rounded(one.held_km2, 1),
                _rounded(one.held_percent, 1, again=False),
                _rounded(one.not_held_km2, 1),
            ]
            for one in layer.regions
            for number in units.own(one.region)
        },
        **(held or {"arcs": None, "shape": [], "front": []}),
    }


def _split(split: ControlSplit) -> Json:
    return {"held": _area(split.held), "rest": _area(split.not_held)}


#: As with `_SHAPES`.
_HELD: dict[int, Json] = {}


def _held_once(atlas: Atlas) -> Json | None:
    if atlas.control is None:
        return None
    if id(atlas) not in _HELD:
        _HELD[id(atlas)] = _held(atlas.control)
        weakref.finalize(atlas, _HELD.pop, id(atlas), None)
    return _HELD[id(atlas)]


def _held(parts: gpd.GeoDataFrame) -> Json:
    """Return all that is held as one shape, and where it borders on what is not; simplified as the regions are."""
    import shapely

    from geo.boundaries import DRAWING_TOLERANCE_DEGREES

    drawn = shapely.coverage_simplify(parts.geometry.values, DRAWING_TOLERANCE_DEGREES)
    held, rest = (
        shapely.union_all(
            [shape for shape, is_held in zip(drawn, parts["held"], strict=True) if bool(is_held) is wanted]
        )
        for wanted in (True, False)
    )
    coded = topology.encode([held, rest], scale=REGION_SCALE)
    own, other = (
        {number if number >= 0 else ~number for polygon in shape for ring in polygon for number in ring}
        for shape in coded.shapes
    )
    # The arcs of what is held come first; those that only the rest has are not drawn.
    arcs = ",".join(coded.arcs.split(",")[: max(own, default=-1) + 1])
    return {"arcs": {"scale": coded.scale, "text": arcs}, "shape": coded.shapes[0], "front": sorted(own & other)}


def _area(area: Area) -> Json:
    return {
        "km2": _rounded(area.km2, 1),
        "published": _rounded(area.of_published_total, 3),
        "measured": _rounded(area.of_measured_total, 3),
        "land": _rounded(area.of_published_land, 3),
    }


def _plain(record: Record | None) -> Any:
    return None if record is None else _tidy(msgspec.to_builtins(record))


def _tidy(value: Any) -> Any:
    """Round every number to what a page can show, so that a page does not hang on the last bit of a sum."""
    if isinstance(value, float):
        return _rounded(value, 4)
    if isinstance(value, dict):
        return {key: _tidy(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_tidy(member) for member in value]
    return value


def _rounded(x: float | None, digits: int, *, again: bool = True) -> float | int | None:
    """Round for JSON: whole numbers without a fraction, unknown and not finite as null.

    Where the page rounds ``again``, to fewer digits, what became a half by rounding up is cut instead, or it would
    show 40,555 where the report shows 40,554.
    """
    if x is None or not math.isfinite(x):
        return None
    short = round(float(x), digits)
    if again and abs(short) > abs(x) and f"{short:.{digits}f}".rstrip("0").endswith("5"):
        short = round(math.copysign(abs(short) - 10**-digits, short), digits)
    return int(short) if short == int(short) else short
