"""The articles room: files, folders, addresses and standard input -> `Article`, or why it could not be read.

Everything here is untrusted. One bad input costs that input only: it becomes a `Reading` with ``skipped`` set,
and the others go on. What is heavy (HTML, YAML, encodings, the network) is imported when an input needs it.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

import msgspec

from geo.errors import FetchError, InputError, MissingExtraError
from geo.models import Article, ArticleInfo, Reading, Record, Skipped

_MIB = 1 << 20
#: The most that one article may have: a file, a page or a line of JSON. Long reads are below 1 MiB.
ARTICLE_BYTES = 20 * _MIB
SIDECAR = "articles.toml"
STDIN = "-"

KINDS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "lines",
    ".ndjson": "lines",
}
_EXPECTED = "expected a .txt, .md, .html or .jsonl file"
#: Kinds of files that may well be articles: in a folder they are reported, where other files are left alone.
_DOCUMENTS = (".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".pages", ".json")
_CORPUS = (".gz", ".zst", ".parquet", ".warc")

#: Encodings tried where neither a mark nor UTF-8 fits: those of the languages that are read.
_LEGACY = ("cp1252", "cp1250", "cp1251", "koi8_u", "iso8859_2", "iso8859_5", "cp866", "mac_cyrillic", "mac_roman")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: What no title or source needs, and a terminal would obey.
_ALL_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_WIDE_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?", re.DOTALL)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_HEADING = re.compile(r"\s*# +(.+?)(?: +#+)? *(?:\r?\n|\Z)")


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    """An article that can't be read: the stage that gives up, and why."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(reason)
        self.skipped = Skipped(stage, reason)


def read_inputs(
    inputs: Sequence[str | Path], *, allow_private: bool = False, stdin: IO[bytes] | None = None
) -> Iterator[Article | Reading]:
    """Read articles in input order; what can't be read comes as a `Reading` with ``skipped`` set.

    Parameters
    ----------
    inputs
        Each a .txt, .md, .html or .jsonl file, a folder (read with its subfolders, sorted by name; hidden
        files and files of other kinds are left alone), an http(s) address, or ``-`` for JSON lines on ``stdin``.
    allow_private
        Whether an address may lead to this machine or the local network.
    stdin
        What ``-`` reads; None: standard input.

    Yields
    ------
    Article | Reading
        The text is as read, and every offset counts its characters: a .txt file's and a JSON line's own text,
        unchanged; a .md file's words without its marks (`geo.markdown.plain`); the main text of a page.
        Ids are unique: file stems (a second ``x`` becomes ``x-2``), ids of JSON lines as given (a second
        one is skipped). A file or page with the same text as one before it is skipped; lines of JSON are not.

    Raises
    ------
    InputError
        If ``inputs`` is empty, or is one folder with no article in it.
    """
    if not inputs:
        raise InputError("nothing to read: give a file, a folder, an address or -")
    run = _Run(allow_private=allow_private, stdin=stdin)
    for one in inputs:
        yield from run.read(str(one), alone=len(inputs) == 1)


def is_iso_date(value: str) -> bool:
    """Tell whether a date is ISO 8601: a year, a month or a day, with or without a time."""
    found = _ISO_DATE.fullmatch(value)
    if found is None:
        return False
    year, month, day = found.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def skipped(id: str, stage: str, reason: str, *, info: ArticleInfo | None = None) -> Reading:
    """Make the record of an article that could not be read."""
    return Reading(info or ArticleInfo(safe_id(id)), skipped=Skipped(stage, " ".join(reason.split())[:500]))


# --- one run --------------------------------------------------------------------------------------------------


class _Run:
    """Reads the inputs of one call: knows the ids in use, and each folder's sidecar."""

    def __init__(self, *, allow_private: bool, stdin: IO[bytes] | None) -> None:
        self._allow_private = allow_private
        self._stdin = stdin
        self._stdin_read = False
        self._used: set[str] = set()
        self._texts: dict[bytes, str] = {}
        self._sidecars: dict[Path, dict[str, Known]] = {}

    def read(self, one: str, *, alone: bool) -> Iterator[Article | Reading]:
        if one == STDIN:
            yield from self._from_stdin()
        elif "://" in one and one.partition("://")[0].isalnum():
            yield from self._from_address(one)
        else:
            path = Path(one)
            try:
                folder = path.is_dir()
            except (OSError, ValueError):
                folder = False
            yield from self._from_folder(path, alone=alone) if folder else self._from_file(path)

    def _unique(self, wanted: str) -> str:
        """Give a file's id: its name, with a number where that is taken."""
        chosen, number = wanted, 1
        while chosen in self._used:
            number += 1
            chosen = f"{wanted}-{number}"
        self._used.add(chosen)
        return chosen

    def _once(self, one: Article | Reading, where: str) -> Article | Reading:
        """Skip a file or page whose text was read before: one text must not count as two articles.

        Lines of JSON are left alone: a corpus keeps each of its records.
        """
        if isinstance(one, Reading):
            return one
        digest = hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).digest()
        first = self._texts.setdefault(digest, one.info.id)
        if first == one.info.id:
            return one
        return skipped(one.info.id, "read", f"{where}: the same text as {first}, which counts once", info=one.info)

    def _from_stdin(self) -> Iterator[Article | Reading]:
        if self._stdin_read:
            yield skipped("stdin", "read", "- is given more than once, and standard input can be read once only")
            return
        self._stdin_read = True
        yield from self._from_lines(self._stdin or sys.stdin.buffer, "stdin")

    def _from_folder(self, folder: Path, *, alone: bool) -> Iterator[Article | Reading]:
        refused: list[OSError] = []
        files = sorted(_walk(folder, refused))
        for error in refused:
            yield skipped(error.filename or str(folder), "read", f"can't be opened: {_os_words(error)}")
        if not files:
            words = f"{folder}: no articles in this folder, expected .txt, .md, .html or .jsonl files"
            if alone and not refused:
                raise InputError(words)
            yield skipped(folder.name or str(folder), "read", words)
        for _, path in files:
            yield from self._from_file(path)

    def _from_file(self, path: Path) -> Iterator[Article | Reading]:
        if KINDS.get(path.suffix.lower()) == "lines" and _is_file(path):
            try:
                with path.open("rb") as file:
                    yield from self._from_lines(file, path.name)
            except OSError as error:
                yield skipped(path.name, "read", f"{path}: {_os_words(error)}")
            return
        yield from self._read_sidecar(path.parent)
        known = self._sidecars[path.parent].get(unicodedata.normalize("NFC", path.stem))
        yield self._once(read_file(path, ArticleInfo(self._unique(safe_id(path.stem))), known=known), str(path))

    def _from_address(self, address: str) -> Iterator[Article | Reading]:
        from geo.fetch import fetch

        info = ArticleInfo(_address_id(address), url=address)
        try:
            answer = fetch(address, allow_private=self._allow_private)
        except FetchError as error:
            info = msgspec.structs.replace(info, id=self._unique(info.id))
            yield skipped(info.id, "fetch", str(error), info=info)
            return
        kind = _kind_of_answer(answer.content_type, answer.url)
        if kind == "lines":
            import io

            yield from self._from_lines(io.BytesIO(answer.data), address)
            return
        info = ArticleInfo(self._unique(info.id), source=urlsplit(answer.url).hostname, url=answer.url)
        yield self._once(_article(answer.data, kind, info, Known(), address, charset=answer.charset), address)

    def _from_lines(self, file: IO[bytes], where: str) -> Iterator[Article | Reading]:
        found = False
        try:
            for number, line in lines(file):
                if not line.strip():
                    continue
                found = True
                one = parse_line(line, where=f"{where}:{number}")
                if isinstance(one, Article) and one.info.id in self._used:
                    one = skipped(
                        one.info.id,
                        "read",
                        f"{where}:{number}: the id {one.info.id!r} is used already: ids must be unique",
                        info=one.info,
                    )
                self._used.add(one.info.id if isinstance(one, Article) else one.article.id)
                yield one
        except OSError as error:
            yield skipped(where, "read", f"{where}: {_os_words(error)}")
            return
        if not found:
            yield skipped(where, "read", f"{where}: empty, expected JSON lines with the keys id and text")

    def _read_sidecar(self, folder: Path) -> Iterator[Reading]:
        """Read a folder's sidecar once; a broken one is reported, and its articles are read without it."""
        if folder in self._sidecars:
            return
        self._sidecars[folder] = {}
        path = folder / SIDECAR
        if not _is_file(path):
            return
        try:
            self._sidecars[folder] = load_sidecar(path)
        except InputError as error:
            yield skipped(SIDECAR, "sidecar", str(error))


def _walk(folder: Path, refused: list[OSError]) -> Iterator[tuple[str, Path]]:
    """Yield the articles of a folder and its subfolders with their sort keys; hidden ones are left out."""
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in names:
            suffix = PurePosixPath(name).suffix.lower()
            if not name.startswith((".", "~$")) and (suffix in KINDS or suffix in _DOCUMENTS or suffix in _CORPUS):
                path = Path(parent, name)
                yield path.relative_to(folder).as_posix(), path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _check_file(path: Path, kind: str | None) -> None:
    """Raise `_Unreadable` unless it is a regular file of a known kind and an article's size."""
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise _Unreadable(
            "read", f"{path}: no such file or folder: check the path and the folder that you are in"
        ) from error
    if not stat.S_ISREG(found.st_mode):
        raise _Unreadable("read", f"{path}: not a regular file, {_EXPECTED}")
    if kind is None:
        advice = "`concession-maps corpus` reads it" if path.suffix.lower() in _CORPUS else "save it as one of these"
        raise _Unreadable("read", f"{path}: {_EXPECTED}: {advice}")
    if kind != "lines" and found.st_size > ARTICLE_BYTES:
        raise _Unreadable("read", f"{path}: {found.st_size} bytes, an article may have {ARTICLE_BYTES}")


def _os_words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def safe_id(name: str) -> str:
    """Make an id of a file name: valid Unicode (NFC) in one line, never empty."""
    text = os.fsencode(name).decode("utf-8", "replace")
    text = "".join(" " if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") else one for one in text)
    return " ".join(unicodedata.normalize("NFC", text).split())[:200] or "article"


def _address_id(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname or "address"
    except ValueError:
        return "address"
    last = PurePosixPath(unquote(parts.path)).stem
    return safe_id(re.sub(r"[^\w.-]+", "-", f"{host}-{last}" if last else host).strip("-."))


def _kind_of_answer(content_type: str, url: str) -> str:
    if content_type in ("text/html", "application/xhtml+xml"):
        return "html"
    if "json" in content_type:
        return "lines"
    if content_type == "text/markdown":
        return "markdown"
    kind = KINDS.get(PurePosixPath(urlsplit(url).path).suffix.lower(), "text")
    return "text" if kind == "html" else kind


# --- what is known besides the text ---------------------------------------------------------------------------


class Known(Record, frozen=True):
    """What a sidecar says of one article."""

    title: str | None = None
    date: str | None = None
    source: str | None = None
    url: str | None = None
    lang: str | None = None

    def over(self, info: ArticleInfo) -> ArticleInfo:
        """Give the info with what is known here put over it."""
        return ArticleInfo(
            info.id,
            title=one_line(self.title) or info.title,
            date=_date(self.date) or info.date,
            source=one_line(self.source) or info.source,
            url=one_line(self.url) or info.url,
            lang=_lang(self.lang) or info.lang,
        )


def load_sidecar(path: Path) -> dict[str, Known]:
    """Read ``articles.toml``: what is known about the articles beside it, by file name without suffix.

    Raises `InputError` if it is no TOML, too large, or has unknown keys or wrong values.
    """
    from geo import toml

    try:
        tables = toml.load(path)
        entries = msgspec.convert(_dates_as_text(tables), dict[str, Known])
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: can't be used ({_os_words(error)}): expected a TOML table for each article with "
            "title, date, source, url and lang, as text"
        ) from error
    for key, known in entries.items():
        if known.date is not None and not is_iso_date(known.date):
            raise InputError(f"{path}: the date {known.date!r} of {key} is not ISO 8601: write YYYY-MM-DD")
    return {unicodedata.normalize("NFC", key): known for key, known in entries.items()}


def _dates_as_text(tables: dict[str, Any]) -> dict[str, Any]:
    """Give TOML's own dates as text, like those in quotes."""
    return {
        key: {name: one.isoformat() if isinstance(one, date) else one for name, one in table.items()}
        if isinstance(table, dict)
        else table
        for key, table in tables.items()
    }


def one_line(value: object) -> str | None:
    """Give a metadata value as one line of text; None for what is empty or no text."""
    if not isinstance(value, str):
        return None
    if value.isprintable() and "  " not in value and value[:1] != " " and value[-1:] != " ":
        return value or None  # as nearly all are; the rest is for those that are not
    return " ".join(_ALL_CONTROL.sub(" ", value).split()) or None


@lru_cache(maxsize=10_000)  # of a million articles many share theirs
def _date(value: str | None) -> str | None:
    """Give a date in ISO 8601; None where it is none (a date that is not understood is not guessed)."""
    text = one_line(value)
    if text is None or is_iso_date(text):
        return text
    if re.fullmatch(r"\d{8}", text) and is_iso_date(f"{text[:4]}-{text[4:6]}-{text[6:]}"):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@lru_cache(maxsize=1000)
def _lang(value: str | None) -> str | None:
    """Give the ISO 639-1 code of a language tag ("en-GB" -> "en"); None where it has none."""
    if value is None:
        return None
    found = re.match(r"([A-Za-z]{2})(?![A-Za-z])", one_line(value) or "")
    return found[1].lower() if found else None


# --- one article ----------------------------------------------------------------------------------------------


def read_file(path: Path, info: ArticleInfo, *, known: Known | None = None) -> Article | Reading:
    """Read one .txt, .md or .html file; ``known`` goes over what the file says of itself. Never raises."""
    kind = KINDS.get(path.suffix.lower())
    try:
        _check_file(path, kind)
        with path.open("rb") as file:
            data = file.read(ARTICLE_BYTES + 1)
    except (OSError, ValueError) as error:
        return skipped(info.id, "read", f"{path}: {_os_words(error)}", info=info)
    except _Unreadable as error:
        return skipped(info.id, error.skipped.stage, error.skipped.reason, info=info)
    return _article(data, kind or "text", info, known or Known(), str(path))


def read_bytes(
    data: bytes, kind: str, info: ArticleInfo, *, where: str, charset: str | None = None
) -> Article | Reading:
    """Make an article of bytes of a ``kind`` of `KINDS` (but lines); ``where`` names them in reasons. Never raises."""
    return _article(data, kind, info, Known(), where, charset=charset)


def _article(
    data: bytes, kind: str, info: ArticleInfo, known: Known, where: str, *, charset: str | None = None
) -> Article | Reading:
    try:
        return parse(data, kind, info, known=known, where=where, charset=charset)
    except _Unreadable as error:
        return skipped(info.id, error.skipped.stage, error.skipped.reason, info=known.over(info))


def parse(
    data: bytes,
    kind: str,
    info: ArticleInfo,
    *,
    known: Known | None = None,
    where: str = "",
    charset: str | None = None,
) -> Article:
    """Make an article of the bytes of a file or page. Raises `_Unreadable`."""
    known = known or Known()
    notes: list[str] = []
    if len(data) > ARTICLE_BYTES:
        raise _Unreadable("read", f"{where}: more than the {ARTICLE_BYTES} bytes that an article may have")
    if kind == "html":
        info, text = _from_html(decode(data, where=where, charset=charset or _declared(data), notes=notes), info, where)
    else:
        text = decode(data, where=where, charset=charset, notes=notes)
        if kind == "markdown":
            info, text = _from_markdown(text, info, where)
    _check_text(text, where)
    return Article(known.over(info), text, tuple(notes))


def _check_text(text: str, where: str, *, controls: bool = True) -> None:
    if not text or text.isspace():
        raise _Unreadable("read", f"{where}: the article is empty, expected text: save its text there, or leave it out")
    if controls and ("\x00" in text or len(_CONTROL.findall(text[:100_000])) > 5 + len(text[:100_000]) // 200):
        raise _Unreadable("decode", f"{where}: binary data, expected text")


def decode(data: bytes, *, where: str = "", charset: str | None = None, notes: list[str] | None = None) -> str:
    """Decode text: by its byte order mark, the declared ``charset``, as UTF-8, else by what its bytes look like.

    Line ends stay as they are; a byte order mark is no part of the text. Where the encoding had to be guessed, a line
    that says so is added to ``notes``. Raises `_Unreadable`.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, where)
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise _Unreadable("decode", f"{where}: {name}, expected text")
    if b"\x00" in data:
        return _strict(data, _wide(data, where), where)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        broken = error
    if charset is not None:
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            pass  # a wrong declaration: judged by the bytes below
    _refuse_broken_utf8(data, broken, where)
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 4 * _MIB], cp_isolation=list(_LEGACY)).best()
    if best is None:
        raise _Unreadable("decode", f"{where}: the encoding is not recognised: save it as UTF-8")
    if notes is not None:
        notes.append(
            f"read as {_known_as(best.encoding)}, which was guessed: where letters are wrong, save it as UTF-8"
        )
    return _strict(data, best.encoding, where)


def _known_as(encoding: str) -> str:
    """Name an encoding as programs that save files do."""
    code = encoding.removeprefix("cp125")
    return f"Windows-125{code}" if code != encoding else encoding.upper().replace("_", "-")


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except ValueError as error:
        raise _Unreadable("decode", f"{where}: broken {encoding.upper()} ({error}): save it as UTF-8") from error


def _wide(data: bytes, where: str) -> str:
    """Tell UTF-16 without a mark, where every other byte of Latin text is zero, from binary data."""
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    half = max(1, len(data[:4096]) // 2)
    if len(data) % 2 == 0 and odd > half // 3 and even < half // 50 + 1:
        return "utf-16-le"
    if len(data) % 2 == 0 and even > half // 3 and odd < half // 50 + 1:
        return "utf-16-be"
    raise _Unreadable("decode", f"{where}: binary data (it has zero bytes), expected text")


def _refuse_broken_utf8(data: bytes, error: UnicodeDecodeError, where: str) -> None:
    """Refuse what is plainly UTF-8 with some damage: as any other encoding it would turn to wrong letters."""
    wide = len(_WIDE_UTF8.findall(data))
    stray = data.decode("utf-8", "replace").count("\ufffd")
    if wide > 3 * stray:
        raise _Unreadable("decode", f"{where}: UTF-8 that is damaged at byte {error.start}: save it again as UTF-8")


def _from_markdown(text: str, info: ArticleInfo, where: str) -> tuple[ArticleInfo, str]:
    """Take the front matter off and give the words of what follows it; the title may be the first heading."""
    from geo.markdown import plain

    front, body = _front_matter(text, where)
    heading = _HEADING.match(body)
    title = one_line(front.get("title")) or (one_line(plain(heading[1])) if heading else None)
    known = Known(
        title=title,
        date=one_line(front.get("date")),
        source=one_line(front.get("source")),
        url=one_line(front.get("url")),
        lang=one_line(front.get("lang")) or one_line(front.get("language")),
    )
    return known.over(info), plain(body)


def _front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    opening = re.match(r"-{3,}[ \t]*\r?\n", text)
    closing = re.compile(r"^-{3,}[ \t]*(?:\r?\n|\Z)", re.MULTILINE).search(text, opening.end()) if opening else None
    if closing is None:
        return {}, text
    if closing.end() > 1 << 16:
        raise _Unreadable("front matter", f"{where}: its front matter has more than {1 << 16} characters")
    import frontmatter
    import yaml  # type: ignore[import-untyped]
    from frontmatter.default_handlers import YAMLHandler

    class Handler(YAMLHandler):
        """Reads every value as text: YAML would make false of ``no`` and 750 of ``12:30``."""

        def load(self, fm: str, **_: object) -> Any:
            return yaml.load(fm, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but text, lists and tables

    try:
        front, _ = frontmatter.parse(text[: closing.end()], handler=Handler())
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise _Unreadable("front matter", f"{where}: its front matter is no YAML ({reason})") from error
    return front, text[closing.end() :]


def _declared(data: bytes) -> str | None:
    found = _META_CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else None


def _from_html(html: str, info: ArticleInfo, where: str) -> tuple[ArticleInfo, str]:
    """Take the main text and what the page says of itself."""
    if not html.strip():
        raise _Unreadable("read", f"{where}: the article is empty, expected text: save its text there, or leave it out")
    try:
        import trafilatura
    except ImportError as error:
        raise _Unreadable("html", f"{where}: {MissingExtraError('reading .html', 'html')}") from error
    try:
        tree = trafilatura.load_html(html)
        # "en" from <html lang="en-GB">: the library gives its own guess or none.
        lang = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") if tree is not None else None
        page = (
            trafilatura.bare_extraction(
                tree,
                url=info.url,
                fast=True,
                include_comments=False,
                with_metadata=True,
                date_extraction_params={"original_date": True, "extensive_search": False},
            )
            if tree is not None
            else None
        )
    except (
        Exception
    ) as error:  # the page is untrusted and the parsers are not ours: whatever they raise costs this page
        raise _Unreadable("html", f"{where}: the page can't be taken apart ({type(error).__name__})") from error
    if page is None or isinstance(page, dict) or not (page.text or "").strip():
        raise _Unreadable("html", f"{where}: no main text found in the page: save the article as .txt")
    known = Known(title=page.title, date=page.date, source=page.sitename, lang=lang)
    info = msgspec.structs.replace(known.over(info), url=info.url or one_line(page.url))
    return info, page.text or ""


# --- JSON lines -----------------------------------------------------------------------------------------------


class Line(msgspec.Struct, frozen=True):
    """One article as a line of JSON. Other keys are left alone."""

    id: str | int
    text: str
    title: str | None = None
    date: str | None = None
    source: str | None = None
    url: str | None = None
    lang: str | None = None


class _Named(msgspec.Struct, frozen=True):
    id: str | int


#: Of a line of JSON: raises ValueError or RecursionError where it is none of an article.
LINE = msgspec.json.Decoder(Line)
_NAMED = msgspec.json.Decoder(_Named)


def parse_line(line: bytes, *, where: str) -> Article | Reading:
    """Make an article of a line of JSON; ``where`` (file:line) names it where it has no id. Never raises."""
    if len(line) > ARTICLE_BYTES:
        return skipped(
            where, "read", f"{where}: a line of more than the {ARTICLE_BYTES} bytes that an article may have"
        )
    try:
        record = LINE.decode(line)
    except (ValueError, RecursionError) as error:
        return skipped(_line_id(line, where), "json", f"{where}: {error or type(error).__name__}")
    # JSON holds control characters only as \\u00xx, so that most lines need no look at each character.
    return article_of(record, where=where, checked=b"\\u00" not in line)


def article_of(record: Line, *, where: str, checked: bool = False) -> Article | Reading:
    """Make an article of a record, or tell why not. ``checked``: its text is known to hold no control characters."""
    info = info_of(record)
    if info is None:
        return skipped(where, "json", f"{where}: the id is empty, longer than 500 characters or not printable")
    if len(record.text) > ARTICLE_BYTES:
        return skipped(
            info.id, "read", f"{where}: more than the {ARTICLE_BYTES} characters that an article may have", info=info
        )
    try:
        _check_text(record.text, where, controls=not checked)
    except _Unreadable as error:
        return skipped(info.id, error.skipped.stage, error.skipped.reason, info=info)
    return Article(info, record.text)


def info_of(record: Line) -> ArticleInfo | None:
    """Give what a record says of its article besides the text; None where its id is none."""
    name = str(record.id).strip()
    if not name or len(name) > 500 or not name.isprintable():
        return None
    return ArticleInfo(
        name,
        one_line(record.title),
        _date(record.date),
        one_line(record.source),
        one_line(record.url),
        _lang(record.lang),
    )


def _line_id(line: bytes, where: str) -> str:
    try:
        return str(_NAMED.decode(line).id).strip() or where
    except (ValueError, RecursionError):
        return where


def lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their numbers from 1, none longer than an article by more than a byte: the rest is dropped.

    UTF-8 with or without mark; UTF-16 with its mark is decoded.
    """
    for number, line in enumerate(_capped(file), start=1):
        if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield from _wide_lines(line + file.read(20 * ARTICLE_BYTES))
            return
        yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _wide_lines(data: bytes) -> Iterable[tuple[int, bytes]]:
    text = data.decode("utf-16", "replace")
    return [(number, line.encode("utf-8", "replace")) for number, line in enumerate(text.split("\n"), start=1)]


def _capped(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(ARTICLE_BYTES + 1):
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(_MIB)):
            pass
        yield line
