"""Corpus, the plan: inputs -> shards, the same ones every time; nothing is read but sizes, footers and names."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from geo.articles import KINDS
from geo.errors import InputError, MissingExtraError
from geo.models import Record

_MIB = 1 << 20
#: Bytes of one shard of plain JSON lines, some ten thousand articles: large enough that the cost of a task disappears.
SHARD_BYTES = 32 * _MIB
#: Small files in one shard.
SHARD_FILES = 1000
#: A file of JSON lines is cut into so many parts at least, none below `LEAST_BYTES`, so that all cores end together.
PARTS, LEAST_BYTES = 16, 4 * _MIB

Kind = Literal["lines", "packed", "parquet", "files", "warc", "unreadable"]


class Shard(Record, frozen=True):
    """A part of the inputs that one task reads.

    ``start`` and ``end`` are bytes for ``lines`` (the lines that begin in there) and row groups for ``parquet``.
    ``names`` are the ``paths`` relative to the input's folder: they stand in the results. ``weight`` is its size in
    bytes. ``reason`` says why an ``unreadable`` input is that.
    """

    index: int
    kind: Kind
    paths: tuple[str, ...]
    names: tuple[str, ...]
    start: int = 0
    end: int = 0
    weight: int = 1
    reason: str | None = None

    @property
    def file_name(self) -> str:
        """Name of its file in each data set."""
        return f"part-{self.index:06d}.parquet"

    @property
    def label(self) -> str:
        """Name it to a person."""
        more = f" and {len(self.names) - 1} more" if len(self.names) > 1 else ""
        ranged = f" [{self.start}:{self.end}]" if self.kind in ("lines", "parquet") else ""
        return f"{self.names[0]}{more}{ranged}"


def is_remote(path: str) -> bool:
    """Tell whether a path is an address for fsspec."""
    return "://" in path


def open_bytes(path: str) -> IO[bytes]:
    """Open a local file or, with fsspec, one in any storage that it knows."""
    if not is_remote(path):
        return Path(path).open("rb", buffering=_MIB)
    opened: IO[bytes] = _filesystem(path)[0].open(path, "rb")
    return opened


def _filesystem(path: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtraError(f"reading {path}", "scale") from error
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(path)
    except (ImportError, ValueError) as error:
        raise InputError(f"{path}: this kind of address can't be read ({error})") from error
    return found


def plan(inputs: Sequence[str | Path], *, shard_bytes: int = SHARD_BYTES) -> list[Shard]:
    """Cut inputs into shards, in input order; folders are sorted by name.

    An input that can't be found becomes an ``unreadable`` shard, so that the others go on. Raises `InputError` if there
    is nothing to read, `MissingExtraError` if an input needs a library that is not installed.
    """
    if not inputs:
        raise InputError("nothing to read: give files, folders or addresses")
    drafts: list[Shard] = []
    for one in inputs:
        if str(one) == "-":
            raise InputError("a corpus can't be read from standard input, as a rerun could not resume: give a file")
        drafts += _of_input(str(one), shard_bytes)
    return [msgspec.structs.replace(shard, index=index) for index, shard in enumerate(drafts)]


def fingerprint(shards: Sequence[Shard], **more: object) -> str:
    """Digest of a plan and of the size and time of every file in it: tells whether a rerun may resume."""
    digest = hashlib.sha256(msgspec.json.encode(more, order="deterministic"))
    for shard in shards:
        digest.update(msgspec.json.encode(shard))
        for path in shard.paths:
            if not is_remote(path) and shard.kind != "unreadable":
                found = os.stat(path)  # noqa: PTH116 - a Path for each of a million files costs more than the call
                digest.update(f"{found.st_size} {found.st_mtime_ns}".encode())
    return digest.hexdigest()


def _unreadable(path: str, name: str, reason: str) -> Shard:
    return Shard(0, "unreadable", (path,), (name,), reason=reason)


def _of_input(one: str, shard_bytes: int) -> Iterator[Shard]:
    try:
        files = _files(one)
    except (OSError, ValueError) as error:
        words = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
        yield _unreadable(one, one, f"{one}: {words}")
        return
    if not files:
        expected = "expected .jsonl, .parquet, .warc, .txt, .md or .html files"
        yield _unreadable(one, one, f"{one}: nothing in this folder to read, {expected}")
    small: list[tuple[str, str, int]] = []
    for path, name, size in files:
        kind = _kind(name)
        if kind == "files":
            small.append((path, name, size))
            continue
        yield from _of_file(path, name, size, kind, shard_bytes)
    for first in range(0, len(small), SHARD_FILES):
        part = small[first : first + SHARD_FILES]
        yield Shard(
            0,
            "files",
            tuple(path for path, _, _ in part),
            tuple(name for _, name, _ in part),
            weight=max(1, sum(size for _, _, size in part)),
        )


def _kind(name: str) -> Kind | None:
    low = name.lower()
    inner = low.removesuffix(".gz").removesuffix(".zst")
    if inner.endswith(".warc"):
        return "warc"
    if inner.endswith((".jsonl", ".ndjson")):
        return "lines" if inner == low else "packed"
    if low.endswith((".parquet", ".pq")):
        return "parquet"
    return "files" if os.path.splitext(low)[1] in KINDS else None  # noqa: PTH122 - names, not paths


def _of_file(path: str, name: str, size: int, kind: Kind | None, shard_bytes: int) -> Iterator[Shard]:
    if kind is None:
        expected = "expected .jsonl(.gz, .zst), .parquet, .warc(.gz), .txt, .md or .html"
        yield _unreadable(path, name, f"{path}: {expected}")
        return
    _check_extras(path, name.lower(), kind)
    if kind == "parquet":
        yield from _of_parquet(path, name, shard_bytes)
    elif kind == "lines":
        step = min(shard_bytes, max(-(-size // PARTS), LEAST_BYTES))
        for start in range(0, max(size, 1), step):
            end = min(start + step, size)
            yield Shard(0, kind, (path,), (name,), start, end, weight=max(1, end - start))
    else:
        yield Shard(0, kind, (path,), (name,), weight=max(1, size))


def _check_extras(path: str, name: str, kind: Kind) -> None:
    """Tell at once, not after an hour, that a library is missing."""
    from importlib.util import find_spec

    needs = [("fsspec", "scale")] if is_remote(path) else []
    if name.endswith(".zst"):
        needs.append(("zstandard", "scale"))
    if kind == "warc":
        needs += [("warcio", "scale"), ("trafilatura", "html")]
    for module, extra in needs:
        if find_spec(module) is None:
            raise MissingExtraError(f"reading {path}", extra)


def _of_parquet(path: str, name: str, shard_bytes: int) -> Iterator[Shard]:
    """Cut a Parquet file at row groups, whole ones together up to about a shard's size."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_bytes(path) as file:
            footer = pq.ParquetFile(file).metadata
            sizes = [footer.row_group(number).total_byte_size for number in range(footer.num_row_groups)]
            columns = {footer.schema.column(number).path for number in range(footer.num_columns)}
    except (pa.ArrowException, OSError, ValueError) as error:
        yield _unreadable(path, name, f"{path}: no readable Parquet file ({_first_line(error)})")
        return
    missing = {"id", "text"} - columns
    if missing:
        yield _unreadable(path, name, f"{path}: no column {' and no column '.join(sorted(missing))}")
        return
    start = weight = 0
    for number, size in enumerate(sizes):
        weight += size
        if weight >= shard_bytes or number == len(sizes) - 1:
            yield Shard(0, "parquet", (path,), (name,), start, number + 1, weight=max(1, weight))
            start, weight = number + 1, 0
    if not sizes:
        yield Shard(0, "parquet", (path,), (name,))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _files(one: str) -> list[tuple[str, str, int]]:
    """List an input's files as (path, name, bytes); raises `OSError` where it can't be read."""
    if is_remote(one):
        return _remote_files(one)
    path = Path(one)
    if not path.is_dir():
        return [(one, path.name, path.stat().st_size)]
    found = []
    for parent, folders, names in os.walk(path, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in names:
            if not name.startswith((".", "_", "~$")) and _kind(name) is not None:
                file = os.path.join(parent, name)  # noqa: PTH118 - as above
                found.append((file, os.path.relpath(file, path).replace(os.sep, "/"), os.stat(file).st_size))  # noqa: PTH116
    return sorted(found, key=lambda file: file[1])


def _raise(error: OSError) -> None:
    raise error


def _remote_files(one: str) -> list[tuple[str, str, int]]:
    system, root = _filesystem(one)
    if system.isfile(root):
        return [(one, one.rpartition("/")[2], int(system.size(root) or 0))]
    if not system.exists(root):
        raise FileNotFoundError(2, "no such file or folder", one)
    prefix = root.rstrip("/") + "/"
    found = [
        (system.unstrip_protocol(path), path.removeprefix(prefix), int(info.get("size") or 0))
        for path, info in sorted(system.find(root, detail=True).items())
    ]
    return [file for file in found if _kind(file[1]) is not None]
