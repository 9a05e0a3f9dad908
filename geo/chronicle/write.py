"""Chronicle, the folder: a corpus' counts as page, images and tables, written in one step with a list of all files."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from geo.chronicle import images, page
from geo.chronicle.tally import DEFAULT_COUNTRY, MANIFEST, Tally, tally
from geo.errors import InputError, OutputError
from geo.models import ROLES, Record, Viewpoint
from geo.replace import MARK, replacing
from geo.words import LANGUAGES

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.images import ImageFile
    from geo.style import Theme


class Chronicled(Record, frozen=True):
    """What was written: the folder, the country, articles that name a region, stories, months, sources, files."""

    folder: str
    country: str
    articles: int
    stories: int
    months: int
    sources: int
    files: int
    complete: bool
    notices: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """One line for a person."""
        return (
            f"{self.folder}: {self.stories:,} stories in {self.articles:,} articles, {self.months} months, "
            f"{self.sources:,} sources, {self.country}; {self.files} files"
        )


def build(
    corpus: Path,
    out: Path,
    *,
    country: str | None = None,
    viewpoint: Viewpoint = "un",
    style: Path | None = None,
    lang: str = "en",
    themes: Sequence[Theme] = ("light",),
    presets: Sequence[str] | None = None,
    text_as_text: bool = False,
) -> Chronicled:
    """Draw what a corpus says into the folder ``out``: ``index.html``, ``images/``, ``data/`` and ``build.json``.

    Parameters
    ----------
    corpus
        The results of `geo.corpus.run`.
    country
        ISO 3166-1 alpha-2; None takes Ukraine, or the country whose regions are named most where none of it is.
    style
        A newsroom's style file.
    presets
        Sizes of the images; None draws all.

    Returns
    -------
    Chronicled
        The folder is replaced as a whole when all is written. The same corpus gives the same bytes.

    Raises
    ------
    InputError, OutputError, StyleError, BoundaryDataError, UnknownRegionError
        If the corpus is not finished or names no region, or ``out`` can't be written.
    """
    from geo import style as styles

    if lang not in LANGUAGES:
        raise InputError(f"language {lang!r} has no catalogue of messages: choose one of {', '.join(LANGUAGES)}")
    look = styles.load(style)
    counted = tally(corpus, country=country, viewpoint=viewpoint)
    atlas = _atlas(counted, viewpoint)
    with replacing(out) as folder:
        pictures = images.write_all(
            counted,
            atlas,
            folder / "images",
            style=look,
            lang=lang,
            themes=themes,
            presets=tuple(presets) if presets else images.ALL,
            text_as_text=text_as_text,
        )
        _tables(counted, folder / "data")
        html = page.render(counted, atlas, style=look, lang=lang, downloads=_downloads(pictures))
        _write(folder / "index.html", html.encode())
        files = _manifest(counted, atlas, corpus, folder, lang)
    return Chronicled(
        folder=str(out),
        country=counted.country,
        articles=counted.totals.naming,
        stories=counted.totals.stories,
        months=len(counted.months),
        sources=len(counted.sources),
        files=files,
        complete=counted.totals.complete,
        notices=_notices(counted, corpus, country),
    )


def _notices(counted: Tally, corpus: Path, country: str | None) -> tuple[str, ...]:
    totals = counted.totals
    found = []
    if country is None and counted.country != DEFAULT_COUNTRY:
        found.append(f"no region of Ukraine is named: the map shows {counted.country}; choose with --country")
    if not counted.months:
        found.append(
            "no article has a date, so there is no slider over the months: dates are those of the records, of the "
            "pages, or of articles.toml beside the files"
        )
    if not totals.compared:
        found.append("near copies were not looked for: make the corpus anew with 'concession-maps[scale]' installed")
    if not totals.complete:
        found.append(f"{corpus} is not complete ({len(totals.quarantined)} parts put aside): the page says so")
    if totals.reprints:
        found.append(f"near copies (counted once with the first): {totals.reprints:,} articles")
    if totals.skipped:
        found.append(f"records that the corpus run skipped: {sum(totals.skipped.values()):,}; the page says why")
    if totals.same_ids:
        found.append(f"articles with the id of an earlier one: {totals.same_ids:,}; each counts")
    return tuple(found)


def _atlas(counted: Tally, viewpoint: Viewpoint) -> Atlas:
    """Shapes, names and areas of the country; there are no readings in it."""
    from geo import boundaries
    from geo.atlas import Atlas
    from geo.compare import compare

    own = boundaries.load_regions(counted.country, viewpoint=viewpoint)
    return Atlas(
        country=counted.country,
        viewpoint=viewpoint,
        readings=(),
        comparison=compare([], country=counted.country, viewpoint=viewpoint, regions=own),
        regions=own,
        drawn=boundaries.simplified(own),
        context=boundaries.load_context(own, viewpoint=viewpoint),
        boundaries=boundaries.description(),
        boundaries_date=boundaries.state_date(),
        viewpoint_text=boundaries.viewpoint_text(viewpoint),
    )


# --- tables ---------------------------------------------------------------------------------------------------


def _tables(counted: Tally, folder: Path) -> None:
    """Write counts by role, region and month: of all sources together, and of each; and what is one story."""
    head = ("role", "region", "month", "stories", "articles")
    _write(folder / "counts.csv", _csv(head, (row[1:] for row in _rows(counted) if row[0] is None)))
    _write(folder / "sources.csv", _csv(("source", *head), (row for row in _rows(counted) if row[0] is not None)))
    columns = ("story", "article", "source", "date", "url")
    _write(folder / "reprints.csv", _csv(columns, counted.reprints.itertuples(index=False, name=None)))


def _rows(counted: Tally) -> Iterable[tuple[Any, ...]]:
    """Yield the cells with names for numbers. "any" is any region of the country; no month: not known."""
    cells = counted.cells
    for source, role, region, month, stories, articles in zip(
        *(cells[name].tolist() for name in ("source", "role", "region", "month", "stories", "articles")), strict=True
    ):
        yield (
            (counted.sources[source].name or "") if source >= 0 else None,
            ROLES[role],
            counted.regions[region] if region >= 0 else "any",
            counted.months[month] if month >= 0 else "",
            stories,
            articles,
        )


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    from geo.exports import cell

    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _downloads(pictures: Sequence[ImageFile]) -> dict[str, list[page.Download]]:
    """List the files beside the page: a line for each kind of image, and the tables."""
    lines = []
    for kind in images.KINDS:
        links = tuple(
            (
                f"{one.preset}{' ' + one.theme if one.theme != 'light' else ''} {ending.upper()}",
                f"images/{one.files[ending]}",
            )
            for one in pictures
            if one.kind == kind
            for ending in ("png", "svg", "pdf")
        )
        if links:
            lines.append(page.Download(images.LABELS[kind], links))
    tables = (
        ("Counts by role, region and month", "data/counts.csv"),
        ("Counts by source, role, region and month", "data/sources.csv"),
        ("Articles that are one story", "data/reprints.csv"),
        ("Versions, digests, counts, and what was skipped", MARK),
    )
    return {
        "images": lines,
        "data": [page.Download(label, ((path.rpartition("/")[2], path),)) for label, path in tables],
    }


def _manifest(counted: Tally, atlas: Atlas, corpus: Path, folder: Path, lang: str) -> int:
    """Write build.json: versions, digests, viewpoint, counts, and what is not in them. There is no clock in it."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    content = {
        "program": f"concession-maps {version('concession-maps')}",
        "corpus": {"manifest_sha256": hashlib.sha256((corpus / MANIFEST).read_bytes()).hexdigest()},
        "country": counted.country,
        "viewpoint": atlas.viewpoint,
        "viewpoint_text": atlas.viewpoint_text,
        "boundaries": atlas.boundaries,
        "language": lang,
        "counts": {
            "articles": counted.totals.read,
            "articles_naming_a_region": counted.totals.naming,
            "stories": counted.totals.stories,
            "near_copies": counted.totals.reprints,
            "stories_without_month": counted.totals.undated,
            "articles_with_the_id_of_another": counted.totals.same_ids,
            "months": len(counted.months),
            "sources": len(counted.sources),
        },
        "complete": counted.totals.complete,
        "skipped_by_stage": counted.totals.skipped,
        "quarantined": counted.totals.quarantined,
        "regions_elsewhere": counted.elsewhere,
        "files": {
            name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
            for name, path in files.items()
        },
    }
    encoded = msgspec.json.format(msgspec.json.encode(content), indent=1)
    _write(folder / MARK, encoded + b"\n")
    return len(files) + 1


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise OutputError(f"{path}: can't be written ({error.strerror or error}); choose another folder") from error
