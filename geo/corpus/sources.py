"""Corpus, the sources: a shard -> its articles, in order, a few at a time. A bad record costs that record only."""

from __future__ import annotations

import contextlib
import gzip
import html
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

import msgspec

from geo.articles import (
    ARTICLE_BYTES,
    SIDECAR,
    Known,
    Line,
    article_of,
    lines,
    load_sidecar,
    parse_line,
    read_bytes,
    read_file,
    safe_id,
    skipped,
)
from geo.corpus.gate import looked_at
from geo.corpus.plan import Shard, is_remote, open_bytes
from geo.errors import InputError
from geo.models import Article, ArticleInfo, Reading

#: The stage of what could not be read as a whole, so that it is not known how many articles are missing.
INPUT = "input"
_COLUMNS = ("id", "text", "title", "date", "source", "url", "lang")
#: Types of records that the WARC 1.1 standard knows.
_RECORDS = (
    "warcinfo",
    "response",
    "resource",
    "request",
    "metadata",
    "revisit",
    "conversion",
    "continuation",
)
_PAGES = ("text/html", "application/xhtml+xml")
_BATCH = 1000
#: Bytes of lines that are looked through at once: some hundred articles, in the nearest memory of the processor.
_BLOCK = 1 << 18


def articles(shard: Shard) -> Iterator[Article | Reading]:
    """Read a shard's articles; what can't be read comes as a `Reading` with ``skipped`` set.

    Memory is that of a few articles (for Parquet, of a row group's columns). Raises `OSError` and the like only where
    the storage fails: the shard is then tried again.
    """
    if shard.kind == "unreadable":
        yield skipped(shard.names[0], INPUT, shard.reason or "can't be read")
        return
    yield from _READERS[shard.kind](shard)


# --- JSON lines -----------------------------------------------------------------------------------------------


def _plain(shard: Shard) -> Iterator[Article | Reading]:
    name = shard.names[0]
    with open_bytes(shard.paths[0]) as file:
        if shard.start:
            # The line in which the range begins belongs to the range before, unless it begins exactly there.
            file.seek(shard.start - 1)
            _skip_line(file, until=shard.end)
        following = file.tell()
        while (start := following) < shard.end and (block := _block(file, shard.end - start)):
            following += len(block)
            if not block.endswith(b"\n"):
                _skip_line(file)
                following = file.tell()
            for at, line, reading in looked_at(block):
                if reading is not None:
                    yield reading
                    continue
                whole = line.removeprefix(b"\xef\xbb\xbf") if start + at == 0 else line
                if not whole.isspace():
                    yield parse_line(whole, where=f"{name}@{start + at}")


def _block(file: IO[bytes], most: int) -> bytes:
    """Read whole lines that begin in the next ``most`` bytes, some; of a line longer than an article its first part."""
    block = file.read(min(most, _BLOCK))
    if not block or block.endswith(b"\n"):
        return block
    last = len(block) - 1 - block.rfind(b"\n")
    return block + file.readline(ARTICLE_BYTES + 1 - last)


def _skip_line(file: IO[bytes], *, until: int | None = None) -> None:
    """Read to the end of a line, or past ``until``: a line through many shards is not read by each to its end."""
    while (rest := file.readline(1 << 20)) and not rest.endswith(b"\n"):
        if until is not None and file.tell() >= until:
            return


def _packed(shard: Shard) -> Iterator[Article | Reading]:
    name = shard.names[0]
    number = 0
    waiting: list[bytes] = []
    size = 0
    with open_bytes(shard.paths[0]) as raw, _unpacked(raw, name) as file:
        try:
            for number, line in lines(file):
                waiting.append(line)
                size += len(line)
                if size >= _BLOCK or not line.endswith(b"\n"):
                    yield from _together(waiting, number, name)
                    waiting, size = [], 0
        except _damage(name) as error:
            yield from _together(waiting, number, name)
            yield skipped(name, INPUT, f"{name}: damaged after line {number} ({error}): the rest is lost")
            return
        yield from _together(waiting, number, name)


def _together(some: list[bytes], last: int, name: str) -> Iterator[Article | Reading]:
    """Read lines that follow each other, of which the last has this number."""
    for number, (_at, line, reading) in enumerate(looked_at(b"".join(some)), start=last + 1 - len(some)):
        if reading is not None:
            yield reading
        elif not line.isspace():
            yield parse_line(line, where=f"{name}:{number}")


def _unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    """Unpack gzip or Zstandard, of any number of members, by the file's suffix."""
    if not name.lower().endswith((".gz", ".zst")):
        return raw
    if name.lower().endswith(".zst"):
        import zstandard

        limited = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        return io.BufferedReader(limited.stream_reader(raw, read_across_frames=True), 1 << 20)
    return io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 20)


def _damage(name: str) -> tuple[type[Exception], ...]:
    """What broken packed data raises."""
    if not name.lower().endswith(".zst"):
        return (EOFError, gzip.BadGzipFile, zlib.error)
    import zstandard

    broken: type[Exception] = zstandard.ZstdError
    return (broken,)


# --- Parquet --------------------------------------------------------------------------------------------------


def _parquet(shard: Shard) -> Iterator[Article | Reading]:
    import pyarrow.parquet as pq

    name = shard.names[0]
    with open_bytes(shard.paths[0]) as file:
        schema = pq.read_schema(file)
        columns = [column for column in _COLUMNS if column in schema.names]
        # A text that stands in a thousand rows is in memory once: a small file may say that there are gigabytes.
        texts = [column for column in columns if str(schema.field(column).type) in ("string", "large_string")]
        source = pq.ParquetFile(file, read_dictionary=texts)
        row = 0
        groups = list(range(shard.start, shard.end))
        for batch in source.iter_batches(_BATCH, row_groups=groups, columns=columns) if groups else ():
            for record in _dicts(batch):
                where = f"{name}#{shard.start}.{row}"
                row += 1
                if isinstance(record, UnicodeDecodeError):
                    yield skipped(where, "decode", f"{where}: broken UTF-8 ({record})")
                else:
                    yield _row(record, where)


def _dicts(batch: Any) -> Iterator[dict[str, Any] | UnicodeDecodeError]:
    """Yield a batch's rows one by one; one whose text is no UTF-8 gives the error, and the others go on."""
    columns = list(zip(batch.schema.names, batch.columns, strict=True))
    for number in range(batch.num_rows):
        try:
            yield {name: column[number].as_py() for name, column in columns}
        except UnicodeDecodeError as error:
            yield error


def _row(record: dict[str, Any], where: str) -> Article | Reading:
    when = record.get("date")
    if when is not None and not isinstance(when, str):
        record["date"] = when.isoformat() if hasattr(when, "isoformat") else str(when)
    try:
        line = msgspec.convert(record, Line)
    except msgspec.ValidationError as error:
        name = record.get("id")
        return skipped(str(name) if isinstance(name, str | int) else where, "parquet", f"{where}: {error}")
    return article_of(line, where=where)


# --- files ----------------------------------------------------------------------------------------------------


def _files(shard: Shard) -> Iterator[Article | Reading]:
    """Read small files. Their ids are their names in the folder, without suffix."""
    sidecars: dict[str, dict[str, Known]] = {}
    for path, name in zip(shard.paths, shard.names, strict=True):
        info = ArticleInfo(safe_id(PurePosixPath(name).with_suffix("").as_posix()))
        if is_remote(path):
            from geo.articles import KINDS

            with open_bytes(path) as file:
                data = file.read(ARTICLE_BYTES + 1)
            yield read_bytes(data, KINDS[PurePosixPath(name).suffix.lower()], info, where=name)
            continue
        folder = str(Path(path).parent)
        if folder not in sidecars:
            sidecars = {folder: {}}  # files come sorted, so the last folder's is enough
            try:
                sidecars[folder] = load_sidecar(Path(folder, SIDECAR)) if Path(folder, SIDECAR).is_file() else {}
            except InputError as error:
                yield skipped(SIDECAR, "sidecar", str(error))
        yield read_file(Path(path), info, known=sidecars[folder].get(Path(path).stem))


# --- WARC -----------------------------------------------------------------------------------------------------


def _warc(shard: Shard) -> Iterator[Article | Reading]:
    """Read the pages of a web archive; only those that name a region anywhere are taken apart, which is what costs."""
    name = shard.names[0]
    number = 0
    with open_bytes(shard.paths[0]) as raw, _unpacked(raw, name) as file:
        try:
            for number, record in enumerate(_records(file), start=1):
                if record.rec_type == "response" and record.http_headers is not None:
                    one = _page(record, f"{name}:{number}")
                    _check_whole(record)
                    yield one
                _check_whole(record)
            if not number:
                raise _DamagedError("no records")
        except (_DamagedError,) + _damage(name) as error:  # noqa: RUF005 - mypy knows the type of a sum only
            yield skipped(name, INPUT, f"{name}: damaged at record {max(number, 1)} ({error}): the rest is lost")


class _DamagedError(Exception):
    """An archive that does not hold what it announces."""


def _records(file: IO[bytes]) -> Iterator[Any]:
    """Yield an archive's records; raises `_DamagedError` where the library would end in silence or print a warning."""
    from warcio.archiveiterator import ArchiveIterator

    class Archive(ArchiveIterator):  # type: ignore[misc]
        def _next_record(self, next_line: Any) -> Any:
            try:
                return super()._next_record(next_line)
            except EOFError:
                if next_line:
                    raise _DamagedError("cut off within a record's head") from None
                raise

    archive = Archive(file)
    while True:
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                record = next(archive, None)
        except (OSError, EOFError, zlib.error, MemoryError, _DamagedError):
            raise
        except Exception as error:  # the archive is untrusted, and the library lets its own slips through
            words = " ".join(str(error).split())[:200]
            raise _DamagedError(f"{type(error).__name__}: {words}") from error
        if archive.err_count:
            raise _DamagedError("the record before is longer than it announces")
        if record is None:
            return
        if record.rec_type not in _RECORDS:
            raise _DamagedError(f"no record of a web archive: {record.rec_type}")
        yield record


def _check_whole(record: Any) -> None:
    """Raise where there is less than a record announces."""
    while record.raw_stream.read(1 << 16):
        pass
    announced = record.rec_headers.get_header("Content-Length") or ""
    if not announced.isdecimal() or getattr(record.raw_stream, "limit", 0) > 0:
        raise _DamagedError("cut off within a record")


def _page(record: Any, where: str) -> Article | Reading:
    headers = record.rec_headers
    address = headers.get_header("WARC-Target-URI")
    id = (headers.get_header("WARC-Record-ID") or where).strip("<>").removeprefix("urn:uuid:")  # noqa: A001
    info = ArticleInfo(safe_id(id), url=address)
    status = record.http_headers.get_statuscode()
    content, _, rest = (record.http_headers.get_header("Content-Type") or "").partition(";")
    if status != "200" or content.strip().lower() not in _PAGES:
        return skipped(info.id, "warc", f"{where}: {status} {content.strip() or 'without a type'}, no page", info=info)
    data = record.content_stream().read(ARTICLE_BYTES + 1)
    if not may_name_a_region(data):
        return Reading(info)
    charset = rest.partition("charset=")[2].partition(";")[0].strip(" \"'") or None
    return read_bytes(data, "html", info, where=where, charset=charset)


def may_name_a_region(page: bytes) -> bool:
    """Look cheaply whether a raw page may name a region, also by references; in old encodings it always may."""
    from geo.reading.names import named

    try:
        text = page.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return named(html.unescape(text) if "&" in text else text)


_READERS: dict[str, Callable[[Shard], Iterator[Article | Reading]]] = {
    "lines": _plain,
    "packed": _packed,
    "parquet": _parquet,
    "files": _files,
    "warc": _warc,
}
