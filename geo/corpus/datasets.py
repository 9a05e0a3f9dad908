"""Corpus, the data sets: readings -> one Parquet file a shard in each of the data sets, the same bytes every time."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.corpus.columns import column
from geo.errors import OutputError
from geo.models import Article, Claim, Quantity, Reading, Unmapped

if TYPE_CHECKING:
    import pyarrow as pa

#: In the order in which a shard's files take their names: the last one says that the shard is done.
NAMES = ("claims", "quantities", "unmapped", "skipped", "articles")
LAST = NAMES[-1]
STATE = ".state"
_ROWS = 5_000
_NOTHING = (0, 0, 0, None)
_WORDS = re.compile(r"[^\W_]+")
#: Word triples are hashed to this many numbers of 4 bytes: near-duplicates can be told without keeping texts.
PERMUTATIONS = 64


@cache
def schemas() -> dict[str, pa.Schema]:
    """Columns of each data set. ``article`` is the article's id; offsets are characters into its text."""
    import pyarrow as pa

    text, yes, count, number = pa.string(), pa.bool_(), pa.int32(), pa.float64()
    about = [("date", text), ("source", text), ("lang", text)]
    span = [("surface", text), ("start", count), ("end", count), ("sentence", text), ("sentence_start", count)]
    why = [("rule", text), ("cue", text), ("cue_start", count), ("cue_end", count)]
    said = [("region", text), ("role", text), ("actor", text), ("speaker", text), ("hedged", yes), ("partial", yes)]
    amount = [
        ("min", number),
        ("max", number),
        ("unit", text),
        ("of", text),
        ("approx", yes),
        ("role", text),
        ("hedge", text),
    ]
    counts = [("claims", count), ("quantities", count), ("unmapped", count), ("signature", pa.binary())]
    return {
        "articles": pa.schema([("id", text), ("title", text), *about, ("url", text), *counts]),
        "claims": pa.schema([("article", text), *about, *said, *span, *why]),
        "quantities": pa.schema([("article", text), *about, *amount, *span, *why]),
        "unmapped": pa.schema([("article", text), *about, *span]),
        "skipped": pa.schema([("id", text), ("title", text), *about, ("url", text), ("stage", text), ("reason", text)]),
    }


class Writer:
    """Writes a shard's readings. Rows go out in groups, so that memory stays flat."""

    def __init__(self, out: Path, file_name: str, *, signatures: bool) -> None:
        import pyarrow.parquet as pq

        self._out = out
        self._file_name = file_name
        self._signatures = signatures
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in NAMES}
        folder = out / STATE / "temporary"
        own = secrets.token_hex(6)  # two machines of a cluster may be at the same shard for a moment
        self._paths = {name: folder / f"{name}-{own}-{file_name}" for name in NAMES}
        with self.writing():
            folder.mkdir(parents=True, exist_ok=True)
            self._files = {
                name: pq.ParquetWriter(path, schemas()[name], compression="zstd") for name, path in self._paths.items()
            }

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Tell failures of the storage that is written to from those of the one that is read."""
        try:
            yield
        except OSError as error:
            words = error.strerror or str(error)
            raise OutputError(
                f"{self._out}: can't be written ({words}); what is done is kept: make room there, "
                "then run the same command again"
            ) from error

    def add(self, reading: Reading, article: Article | None) -> None:
        """Take one reading; ``article`` is what it was read from, None where there was no text."""
        info = reading.article
        if article is None and reading.skipped is None:  # nothing named, as in most articles of most corpora
            self._add(LAST, (info.id, info.title, info.date, info.source, info.lang, info.url, *_NOTHING))
            return
        about = (info.date, info.source, info.lang)
        if reading.skipped is not None:
            found = reading.skipped
            self._add("skipped", (info.id, info.title, *about, info.url, found.stage, found.reason))
            return
        signature = _signature(article.text) if self._signatures and reading.claims and article is not None else None
        counts = (len(reading.claims), len(reading.quantities), len(reading.unmapped))
        self._add("articles", (info.id, info.title, *about, info.url, *counts, signature))
        for claim in reading.claims:
            said = (claim.region, claim.role, claim.actor, claim.speaker, claim.hedged, claim.partial)
            self._add("claims", (info.id, *about, *said, *_span(claim), *_why(claim)))
        for one in reading.quantities:
            amount = (one.min, one.max, one.unit, one.of, one.approx, one.role, one.hedge)
            self._add("quantities", (info.id, *about, *amount, *_span(one), *_why(one)))
        for phrase in reading.unmapped:
            self._add("unmapped", (info.id, *about, *_span(phrase)))

    def _add(self, name: str, row: tuple[Any, ...]) -> None:
        rows = self._rows[name]
        rows.append(row)
        if len(rows) >= _ROWS:
            self._flush(name)

    def _flush(self, name: str) -> None:
        import pyarrow as pa

        rows, schema = self._rows[name], schemas()[name]
        columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
        arrays = [column(values, field.type) for values, field in zip(columns, schema, strict=True)]
        if rows:
            with self.writing():
                self._files[name].write_table(pa.Table.from_arrays(arrays, schema=schema))
        rows.clear()

    def finish(self) -> None:
        """Write what is left and give the files their names, the one that says "done" last."""
        for name in NAMES:
            self._flush(name)
        with self.writing():
            for name in NAMES:
                self._files[name].close()
                _sync(self._paths[name])
            for name in NAMES:
                target = self._out / name
                target.mkdir(exist_ok=True)
                self._paths[name].replace(target / self._file_name)

    def drop(self) -> None:
        """Remove the unfinished files."""
        for name in NAMES:
            with contextlib.suppress(Exception):
                self._files[name].close()
            self._paths[name].unlink(missing_ok=True)


def _span(one: Claim | Quantity | Unmapped) -> tuple[Any, ...]:
    return (one.surface, one.start, one.end, one.sentence, one.sentence_start)


def _why(one: Claim | Quantity) -> tuple[Any, ...]:
    return (one.why.rule, one.why.cue, one.why.cue_start, one.why.cue_end) if one.why else (None,) * 4


def _sync(path: Path) -> None:
    """Have the bytes on the disk before the name is there: a power cut then leaves no empty file that looks done."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _signature(text: str) -> bytes | None:
    """MinHash of a text's word triples, `PERMUTATIONS` little-endian numbers of 4 bytes; None without words."""
    import struct

    import rensa

    words = _WORDS.findall(text.lower())
    triples = [" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))] if words else []
    if not triples:
        return None
    hashed = rensa.RMinHash(num_perm=PERMUTATIONS, seed=1)
    hashed.update(triples)
    return struct.pack(f"<{PERMUTATIONS}I", *hashed.digest())


# --- what the files hold --------------------------------------------------------------------------------------


def done(out: Path, file_name: str) -> bool:
    """Tell whether a shard's files are all there."""
    return (out / LAST / file_name).is_file()


def rows(out: Path, file_name: str) -> dict[str, int]:
    """Count a done shard's rows, from the footers of its files."""
    import pyarrow.parquet as pq

    return {name: pq.read_metadata(out / name / file_name).num_rows for name in sorted(NAMES)}


def stages(out: Path, file_name: str) -> Iterator[str]:
    """Yield the stage of each record that a shard skipped."""
    import pyarrow.parquet as pq

    path = out / "skipped" / file_name
    if pq.read_metadata(path).num_rows:
        yield from pq.read_table(path, columns=["stage"])["stage"].to_pylist()
