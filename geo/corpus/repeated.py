"""Corpus, repeated ids: how many articles of all shards have an id that was there before, in flat memory.

Ids are hashed to 64 bits and counted in passes, each over one part of the hashes, so that no pass holds more than
`PASS` of them: two ids are taken for one once in some ten million corpora of a million articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Hashes = npt.NDArray[np.uint64]

#: Hashes held at a time: 8 MiB.
PASS = 1 << 20
_ROWS = 1 << 16
_OFFSET, _PRIME = 0xCBF29CE484222325, 0x100000001B3


def repeated_ids(paths: Sequence[Path], articles: int) -> int:
    """Count the articles whose id was there before; ``paths`` are files of the data set, ``articles`` their rows."""
    passes = -(-articles // PASS) or 1
    return sum(_repeated(paths, part, passes) for part in range(passes))


def _repeated(paths: Sequence[Path], part: int, passes: int) -> int:
    import numpy as np

    every, filled = np.empty(0, np.uint64), 0
    for some in _hashes(paths):
        chosen = some[some % passes == part] if passes > 1 else some
        if filled + len(chosen) > len(every):
            every.resize(filled + max(len(chosen), _ROWS, filled // 8), refcheck=False)
        every[filled : filled + len(chosen)] = chosen
        filled += len(chosen)
    every = every[:filled]
    every.sort()
    return int(np.count_nonzero(every[1:] == every[:-1]))


def _hashes(paths: Iterable[Path]) -> Iterable[Hashes]:
    import pyarrow.parquet as pq

    for path in paths:
        for batch in pq.ParquetFile(path).iter_batches(_ROWS, columns=["id"], use_threads=False):
            yield hashed(batch.column(0))


def hashed(ids: pa.StringArray) -> Hashes:
    """Hash strings to 64 bits (FNV-1a over their UTF-8 bytes, then mixed), all at once, byte by byte."""
    import numpy as np

    offsets = np.frombuffer(ids.buffers()[1], np.int32)[ids.offset : ids.offset + len(ids) + 1].astype(np.int64)
    data = np.frombuffer(ids.buffers()[2] or b"", np.uint8)
    starts, lengths = offsets[:-1], np.diff(offsets)
    found = np.full(len(ids), _OFFSET, np.uint64)
    order = np.argsort(lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    for at in range(int(lengths[-1]) if len(lengths) else 0):
        first = int(np.searchsorted(lengths, at, side="right"))  # the ids that are longer than this
        longer = order[first:]
        found[longer] = (found[longer] ^ data[starts[first:] + at]) * np.uint64(_PRIME)
    # The last steps of MurmurHash3: without them the low bits hang on the last letters only.
    for shift, factor in ((33, 0xFF51AFD7ED558CCD), (33, 0xC4CEB9FE1A85EC53)):
        found = (found ^ (found >> np.uint64(shift))) * np.uint64(factor)
    return found ^ (found >> np.uint64(33))
