"""Fuzz every parser and the whole reading: whatever comes in, nothing but the package's own errors may come out.

python tools/fuzz.py --seconds 300            all targets, coverage-guided (atheris), the time shared out among them
python tools/fuzz.py --seconds 60 reading     one target
python tools/fuzz.py --replay FILE reading    one input that failed

The targets are also run by tests/test_fuzz.py, with inputs from Hypothesis. Exit status 1 where an input failed: it
stands in build/fuzz/<target>/, and becomes a test.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "fuzz"
_SCRATCH = Path(tempfile.gettempdir()) / "concession-maps-fuzz"
#: Pieces of which readable texts are made: random bytes would never name a region.
PIECES = (
    "Moscow",
    "Kyiv",
    "Washington",
    "Putin",
    "Zelensky",
    "Russia",
    "Ukraine",
    "Donetsk",
    "the Donetsk region",
    "Luhansk",
    "Donbas",
    "Crimea",
    "Kherson",
    "Zaporizhzhia",
    "Guyana",
    "Essequibo",
    "Москва",
    "Крим",
    "Донецьку область",
    "Київ",
    " demands",
    " offers",
    " would give up",
    " holds",
    " refuses to cede",
    " annexed",
    " may",
    " not",
    " never",
    " said",
    " вимагає",
    " відмовляється",
    " требует",
    " удерживает",
    " roughly",
    " 20%",
    " a fifth",
    " of Ukraine",
    " 26,517 square kilometres",
    " 1 000 км²",
    " two thirds",
    " between 10 and 12 percent",
    " parts of",
    " all of",
    " the rest of",
    " and",
    " or",
    " but",
    ",",
    ".",
    ". ",
    ";",
    ":",
    " \u201c",
    "\u201d",
    " (",
    ")",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "'",
    "\u2019s",
    "-",
    " \u2014 ",
    " the four regions",
    " in return for",
    " according to",
    " if",
    " that",
    " which",
    " it",
    " they",
    "\u00ad",
    "\u0301",
    "\u200b",
    "\u202e",
    "\x00",
)


def prose(data: bytes) -> str:
    """Make a text of bytes: low ones stand for pieces, high ones for any character."""
    return "".join(PIECES[one % len(PIECES)] if one < 200 else chr(one * 37 % 0x2FF) for one in data)


def _file(data: bytes, name: str) -> Path:
    _SCRATCH.mkdir(exist_ok=True)
    path = _SCRATCH / name
    path.write_bytes(data)
    return path


def _bytes_of(kind: str) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        from geo.articles import read_bytes
        from geo.models import ArticleInfo

        read_bytes(data, kind, ArticleInfo("x"), where="x")

    return target


def line(data: bytes) -> None:
    """A line of JSON, and what becomes of it on the way out."""
    from geo.articles import parse_line
    from geo.exports import reading_line
    from geo.models import Reading

    found = parse_line(data, where="x:1")
    reading_line(found if isinstance(found, Reading) else Reading(found.info))


def review(data: bytes) -> None:
    """An editor's table."""
    from geo.review import apply

    apply([_read("Moscow demands the Donetsk region.")], _file(data, "claims.csv"))


def style(data: bytes) -> None:
    """A newsroom's style file."""
    from geo.style import load

    load(_file(data, "style.toml"))


def hedges(data: bytes) -> None:
    """A table of hedges."""
    from geo.shares import load_conventions

    load_conventions(_file(data, "hedges.toml"))


def sidecar(data: bytes) -> None:
    """What is known of the articles beside them."""
    from geo.articles import load_sidecar

    load_sidecar(_file(data, "articles.toml"))


def control(data: bytes) -> None:
    """Polygons of held land."""
    from geo.control import load_control

    load_control(_file(data, "control.geojson"))


def address(data: bytes) -> None:
    """An address, as far as it is looked at before any connection."""
    from geo.articles import _address_id
    from geo.fetch import _checked_url, _content_type, _redirected
    from geo.gallery import _link
    from geo.refresh import _check_address

    text = data.decode("utf-8", "replace")
    _address_id(text)
    _content_type(text)
    _link(text)
    for check in (_checked_url, lambda url, asked: _redirected("https://example.org/", url, asked)):
        try:
            check(text, text)
        except _errors():
            pass
    _check_address(text)


def words(data: bytes) -> None:
    """What is done with any one text: names, dates, numbers, lines for a terminal."""
    from geo.articles import _date, _lang, is_iso_date, one_line, safe_id
    from geo.images.files import slug
    from geo.images.type import clean
    from geo.words import shown
    from geo.words import words as translator

    text = data.decode("utf-8", "replace")
    is_iso_date(text)
    if (day := _date(text)) is not None and not is_iso_date(day):
        raise AssertionError(f"{day!r} is no date")
    _lang(text)
    for made in (one_line(text) or "", safe_id(text), clean(text), shown(text.replace("\n", " "))):
        if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", made):
            raise AssertionError(f"{made!r} holds a control character")
    if not re.fullmatch(r"[a-z0-9_-]{1,57}", slug(text)):
        raise AssertionError(f"{slug(text)!r} is no file name")
    translator("uk").date(text)


def packed(data: bytes) -> None:
    """Corpus files: lines, packed lines, web archives, Parquet."""
    from geo.corpus.plan import plan
    from geo.corpus.sources import articles

    names = ("a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.warc", "a.warc.gz", "a.parquet")
    name = names[data[0] % len(names)] if data else names[0]
    for shard in plan([_file(data[1:], name)]):
        for _ in articles(shard):
            pass


def reading(data: bytes) -> None:
    """A text through the whole reader: every offset is exact, every output can be written."""
    from geo.exports import claims_csv, reading_line

    text = prose(data)
    found = _read(text)
    for one in (*found.claims, *found.quantities, *found.unmapped):
        if text[one.start : one.end] != one.surface:
            raise AssertionError(f"{one.surface!r} does not stand at {one.start}:{one.end}")
        if text[one.sentence_start :][: len(one.sentence)] != one.sentence:
            raise AssertionError(f"{one.sentence!r} does not stand at {one.sentence_start}")
        if not one.sentence_start <= one.start < one.end <= one.sentence_start + len(one.sentence):
            raise AssertionError(f"{one.surface!r} is not in its sentence")
    reading_line(found, explain=True)
    claims_csv([found])


def pipeline(data: bytes) -> None:
    """A text through all: read, measured, compared, as a page, a gallery and a report."""
    from geo import gallery, report
    from geo.build import make_atlas
    from geo.page import html_map

    atlas = make_atlas([_read(prose(data))])
    html_map.render(html_map.build(atlas)).encode()
    gallery.render(atlas, pages={"x": "articles/x.html"}, images=[]).encode()
    "\n".join(report.lines(atlas)).encode()


def _read(text: str):  # type: ignore[no-untyped-def]
    from geo.models import Article, ArticleInfo
    from geo.reading.reader import read_article

    return read_article(Article(ArticleInfo("x"), text))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "text": _bytes_of("text"),
    "markdown": _bytes_of("markdown"),
    "html": _bytes_of("html"),
    **{
        target.__name__: target
        for target in (line, review, style, hedges, sidecar, control, address, words, packed, reading, pipeline)
    },
}


def _errors() -> tuple[type[Exception], ...]:
    from geo.errors import GeoError

    return (GeoError,)


def run(name: str, data: bytes) -> None:
    """Give one input to a target; the package's own errors are right, any other is a finding."""
    try:
        TARGETS[name](data)
    except _errors():
        pass


# --- coverage-guided ----------------------------------------------------------------------------------------


def guided(name: str, seconds: int) -> None:
    """Run one target under atheris; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["geo"]):
        import geo.articles
        import geo.corpus.sources
        import geo.markdown
        import geo.reading.reader
        import geo.review  # noqa: F401
    folder = OUT / name
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=30", "-rss_limit_mb=4096", "-verbosity=1"]
    atheris.Setup(
        [sys.argv[0], *options, f"-artifact_prefix={folder}/", str(folder / "corpus")], lambda d: run(name, d)
    )
    atheris.Fuzz()


def campaign(names: Sequence[str], seconds: int) -> int:
    """Run targets one after the other in processes of their own; returns the number of findings."""
    findings = inputs = 0
    for name in names:
        share = max(5, seconds // len(names))
        done = subprocess.run(
            [sys.executable, __file__, "--guided", "--seconds", str(share), name],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=ROOT,
        )
        counts = [int(n) for n in re.findall(r"^#(\d+)\s", done.stderr, re.MULTILINE)]
        runs = max([*counts, *(int(n) for n in re.findall(r"Done (\d+) runs", done.stderr))], default=0)
        inputs += runs
        findings += done.returncode != 0
        told = "" if done.returncode == 0 else f"  FINDING\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
        sys.stdout.write(f"{name:<10} {runs:>9,} inputs{told}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{inputs:,} inputs, {findings} findings\n")
    return findings


def main() -> int:
    """Run targets, or replay an input."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--guided", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    names = list(asked.targets) or list(TARGETS)
    if asked.replay is not None:
        TARGETS[names[0]](asked.replay.read_bytes())
        return 0
    if asked.guided:
        guided(names[0], asked.seconds)
    return 1 if campaign(names, asked.seconds) else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
