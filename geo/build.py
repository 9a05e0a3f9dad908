"""The build room: runs the stages (articles -> readings -> comparison -> atlas) and writes every map in one step."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from geo.atlas import Atlas
from geo.errors import InputError, OutputError
from geo.models import Message, Reading, Record, Viewpoint
from geo.replace import MARK, check_target, replacing
from geo.words import LANGUAGES

if TYPE_CHECKING:
    from geo.images.drawing import ImageFile
    from geo.review import ReviewReport
    from geo.style import Style, Theme

DEFAULT_COUNTRY = "UA"
_LIBRARIES = ("folium", "branca", "geopandas", "shapely", "pyproj", "matplotlib", "pandas", "XStatic-Leaflet")


class Built(Record, frozen=True):
    """What a build wrote: the folder, how many articles were drawn and skipped, and how many files there are."""

    folder: str
    country: str
    articles: int
    skipped: int
    claims: int
    files: int
    reviewed: str | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What is measured and how: the options that `build` and `geo.report.check` share.

    Parameters
    ----------
    country
        ISO 3166-1 alpha-2; None takes Ukraine, or the country whose regions are named where no region of Ukraine is.
    viewpoint
        Whose borders: see `geo.boundaries.load_regions`.
    review
        A table of claims with an editor's decisions (`geo.review.apply`).
    control, control_date, control_credit
        A file of held land, its date and whose it is (`geo.control.load_control`).
    conventions
        A table of hedges where it differs from the bundled one (`geo.shares.load_conventions`).
    """

    country: str | None = None
    viewpoint: Viewpoint = "un"
    review: Path | None = None
    control: Path | None = None
    control_date: str | None = None
    control_credit: str | None = None
    conventions: Path | None = None


def read(
    inputs: Sequence[str | Path], *, allow_private: bool = False, texts: dict[str, str] | None = None
) -> list[Reading]:
    """Read articles and the claims in them, in input order; what can't be read is a `Reading` with ``skipped`` set.

    ``inputs`` as in `geo.articles.read_inputs`. The articles' texts are put into ``texts`` by id where one is given.
    Raises `InputError` where there is nothing to read at all.
    """
    from geo.articles import read_inputs
    from geo.reading.reader import read_article

    found: list[Reading] = []
    for one in read_inputs(inputs, allow_private=allow_private):
        if isinstance(one, Reading):
            found.append(one)
            continue
        if texts is not None:
            texts[one.info.id] = one.text
        found.append(read_article(one))
    return found


def make_atlas(
    readings: Sequence[Reading], settings: Settings | None = None, *, reviewed: Message | None = None
) -> Atlas:
    """Join readings with boundaries and measure them.

    Skipped readings are left out of the atlas. A table of review is applied before, by `reviewed`, whose line goes
    into ``reviewed`` here. Raises `InputError` where no article names a region.
    """
    import geopandas as gpd
    import pandas as pd

    from geo import boundaries
    from geo.compare import compare

    chosen = settings or Settings()
    viewpoint = chosen.viewpoint
    if chosen.control is None and (chosen.control_date or chosen.control_credit):
        raise InputError("the date or credit of a control file is given, but no file: add it with --control")
    told = [one for one in readings if one.skipped is None]
    _check_told(readings, told)
    code = (main_country(told) if chosen.country is None else chosen.country).upper()
    own = boundaries.load_regions(code, viewpoint=viewpoint)
    named = {claim.region for one in told for claim in one.claims}
    foreign = sorted(named - set(own["region"]))
    regions = own
    if foreign:
        others = boundaries.regions_by_id(foreign, viewpoint=viewpoint)
        regions = gpd.GeoDataFrame(pd.concat([own, others], ignore_index=True), geometry="geometry", crs=own.crs)
    measured = shapes = None
    if chosen.control is not None:
        from geo.control import load_control, split_shapes

        measured = load_control(chosen.control, date=chosen.control_date, credit=chosen.control_credit)
    comparison = compare(
        told,
        country=code,
        viewpoint=viewpoint,
        regions=own,
        control=measured,
        conventions=chosen.conventions,
        reviewed=reviewed,
    )
    if measured is not None:
        shapes = split_shapes(measured, own)
    context = boundaries.load_context(own, viewpoint=viewpoint)
    whose = boundaries.viewpoint_text(viewpoint, {code, *regions["country"]}, context=context)
    comparison = msgspec.structs.replace(comparison, viewpoint_text=whose)
    return Atlas(
        country=code,
        viewpoint=viewpoint,
        readings=told,
        comparison=comparison,
        regions=regions,
        drawn=boundaries.simplified(regions),
        context=context,
        boundaries=boundaries.description(),
        boundaries_date=boundaries.state_date(),
        viewpoint_text=whose,
        reviewed=comparison.reviewed,
        control=shapes,
    )


def _check_told(readings: Sequence[Reading], told: Sequence[Reading]) -> None:
    """Raise `InputError` where nothing could be read, or nothing that was read names a region."""
    if not told:
        reasons = "; ".join(f"{one.article.id}: {one.skipped.reason}" for one in readings if one.skipped is not None)
        raise InputError(f"nothing could be read ({reasons}): give other articles")
    if not any(one.claims or any(said.of for said in one.quantities) for one in told):
        ids = ", ".join(one.article.id for one in told[:5]) + (" ..." if len(told) > 5 else "")
        raise InputError(
            f"none of the articles names a region that is known or says how much of one ({ids}), so there is nothing "
            "to measure: `concession-maps extract` shows what was read"
        )


def main_country(readings: Iterable[Reading]) -> str:
    """Choose the country to draw: Ukraine where one of its regions is named, else the one named most often."""
    from geo import boundaries

    areas = boundaries.areas()
    read = list(readings)
    named = [claim.region for one in read for claim in one.claims]
    # Where no region is named, the wholes that figures are shares of.
    ids = named or [part for one in read for said in one.quantities if said.of for part in said.of.split("+")]
    counts = Counter(areas[one].country if one in areas else one[:2] for one in ids)
    if DEFAULT_COUNTRY in counts or not counts:
        return DEFAULT_COUNTRY
    return min(counts, key=lambda code: (-counts[code], code))


def build(
    inputs: Sequence[str | Path],
    out: Path,
    settings: Settings | None = None,
    *,
    style: Path | None = None,
    lang: str = "en",
    themes: Sequence[Theme] = ("light",),
    presets: Sequence[str] | None = None,
    text_as_text: bool = False,
    allow_private: bool = False,
    readings: Sequence[Reading] | None = None,
) -> tuple[Built, list[Reading]]:
    """Read ``inputs`` and write everything that design.md section 6 lists into the folder ``out``.

    The folder is replaced as a whole when all is written; a build that fails leaves it as it was. The same inputs give
    the same bytes. Returns what was written, and all readings with the skipped ones.

    Raises
    ------
    GeoError
        Any of its kinds: nothing to read, unknown country, damaged boundaries, a review table that doesn't fit,
        an output that can't be written.
    """
    from geo import style as styles

    check_language(lang)
    _check_presets(presets)
    look = styles.load(style)
    check_target(out)
    chosen = settings or Settings()
    texts: dict[str, str] = {}
    found = list(readings) if readings is not None else read(inputs, allow_private=allow_private, texts=texts)
    told, report = reviewed(found, chosen.review, texts=texts)
    notices = report.notices if report else ()
    atlas = make_atlas(told, chosen, reviewed=report.said if report else None)
    if chosen.country is None and atlas.country != DEFAULT_COUNTRY:
        notices = (
            *notices,
            f"no region of Ukraine is named: the map shows {atlas.country}; choose with --country",
        )
    if not set(atlas.comparison.overall.headline.regions) & set(_country_regions(atlas)):
        notices = (*notices, f"no region of {atlas.country} is named: the map shows it all the same")
    skipped = [one for one in found if one.skipped is not None]
    with replacing(out) as folder:
        _pages(atlas, folder, look, lang)
        images = _images(atlas, folder / "images", look, lang, themes, presets, text_as_text)
        _data(atlas, folder / "data")
        _gallery(atlas, folder, look, lang, images, skipped)
        files = _manifest(atlas, folder, skipped, lang)
    return (
        Built(
            folder=str(out),
            country=atlas.country,
            articles=len(atlas.readings),
            skipped=len(skipped),
            claims=sum(len(one.claims) for one in atlas.readings),
            files=files,
            reviewed=atlas.reviewed,
            notices=notices,
        ),
        found,
    )


def check_language(lang: str) -> None:
    """Raise `InputError` for a language that has no catalogue of messages."""
    if lang not in LANGUAGES:
        raise InputError(f"language {lang!r} has no catalogue of messages: choose one of {', '.join(LANGUAGES)}")


def _check_presets(presets: Sequence[str] | None) -> None:
    """Refuse a wrong preset before anything is read."""
    from geo.images.presets import find

    for name in presets or ():
        find(name)


def _country_regions(atlas: Atlas) -> list[str]:
    own = atlas.regions
    return [str(code) for code in own.loc[own["country"] == atlas.country, "region"]]


def reviewed(
    readings: Sequence[Reading], table: Path | None, *, texts: Mapping[str, str] | None = None
) -> tuple[list[Reading], ReviewReport | None]:
    """Apply an editor's table: the changed readings, and what was done and no longer fits; None without a table.

    ``texts`` are the articles' texts by id, where quotes of added claims are looked for.
    """
    if table is None:
        return list(readings), None
    from geo.review import apply

    return apply(readings, table, texts=texts)


def page_name(article: str) -> str:
    """File name of an article's page, safe on every system."""
    from geo.images.files import slug

    return f"{slug(article)}.html"


def _pages(atlas: Atlas, folder: Path, look: Style, lang: str) -> None:
    from geo.page import html_map

    _write(folder / "comparison.html", html_map.render(html_map.build(atlas, style=look, lang=lang)))
    for one in atlas.readings:
        page = html_map.render(html_map.build(atlas, article=one.article.id, style=look, lang=lang))
        _write(folder / "articles" / page_name(one.article.id), page)


def _images(
    atlas: Atlas,
    folder: Path,
    look: Style,
    lang: str,
    themes: Sequence[Theme],
    presets: Sequence[str] | None,
    text_as_text: bool,
) -> tuple[ImageFile, ...]:
    from geo import images

    return images.write_all(
        atlas,
        folder,
        style=look,
        lang=lang,
        themes=themes,
        presets=tuple(presets) if presets else images.ALL,
        text_as_text=text_as_text,
    )


def _data(atlas: Atlas, folder: Path) -> None:
    from geo import exports

    folder.mkdir(parents=True, exist_ok=True)
    exports.write_all(atlas, folder)


def _gallery(
    atlas: Atlas,
    folder: Path,
    look: Style,
    lang: str,
    images: Sequence[ImageFile],
    skipped: Sequence[Reading],
) -> None:
    from geo import gallery

    pages = {one.article.id: f"articles/{page_name(one.article.id)}" for one in atlas.readings}
    _write(
        folder / "index.html",
        gallery.render(atlas, pages=pages, images=images, skipped=skipped, style=look, lang=lang),
    )


def _manifest(atlas: Atlas, folder: Path, skipped: Sequence[Reading], lang: str) -> int:
    """Write build.json: versions, digests, viewpoint, counts, what was skipped and why. There is no clock in it."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    content = {
        "program": f"concession-maps {version('concession-maps')}",
        "libraries": {name: version(name) for name in _LIBRARIES},
        "country": atlas.country,
        "viewpoint": atlas.viewpoint,
        "viewpoint_text": atlas.viewpoint_text,
        "boundaries": atlas.boundaries,
        "language": lang,
        "reviewed": atlas.reviewed,
        "counts": {
            "articles": len(atlas.readings),
            "articles_without_claims": sum(not one.claims for one in atlas.readings),
            "skipped": len(skipped),
            "claims": sum(len(one.claims) for one in atlas.readings),
            "quantities": sum(len(one.quantities) for one in atlas.readings),
            "unmapped": sum(len(one.unmapped) for one in atlas.readings),
        },
        "skipped": [{"article": one.article, "skipped": one.skipped} for one in skipped],
        "notes": [{"article": one.article.id, "notes": one.notes} for one in atlas.readings if one.notes],
        "files": {
            name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
            for name, path in files.items()
        },
    }
    encoded = msgspec.json.format(msgspec.json.encode(content), indent=1)
    (folder / MARK).write_bytes(encoded + b"\n")
    return len(files) + 1


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: can't be written ({error.strerror or error}); choose another folder") from error
