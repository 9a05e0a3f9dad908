"""Corpus, the columns: lists of Python's values -> Arrow arrays, made of their buffers.

`pyarrow.array` would do the same, but loads pandas wherever that is installed: 46 MiB and a third of a second for each
process that reads a shard.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make an array of a kind (string, binary, bool, int32 or float64); None is null. Raises TypeError for others."""
    import pyarrow as pa

    nulls, validity = _validity(values)
    if pa.types.is_string(kind):
        return _of_texts(["" if one is None else one for one in values] if nulls else values, kind, validity, nulls)
    if pa.types.is_binary(kind):
        return _of_bytes([b"" if one is None else one for one in values], kind, validity, nulls)
    known: Sequence[Any] = [0 if one is None else one for one in values] if nulls else values
    if pa.types.is_boolean(kind):
        data = _bits(known)
    elif pa.types.is_int32(kind):
        data = pa.py_buffer(array("i", known))
    elif pa.types.is_float64(kind):
        data = pa.py_buffer(array("d", known))
    else:
        raise TypeError(f"no column is of type {kind}")
    return pa.Array.from_buffers(kind, len(values), [validity, data], nulls)


def _of_texts(texts: Sequence[str], kind: pa.DataType, validity: pa.Buffer | None, nulls: int) -> pa.Array:
    every = "".join(texts)
    if every.isascii():  # each is then as long in bytes as in characters
        return _laid_out(every.encode(), map(len, texts), len(texts), kind, validity, nulls)
    return _of_bytes([one.encode() for one in texts], kind, validity, nulls)


def _of_bytes(parts: Sequence[bytes], kind: pa.DataType, validity: pa.Buffer | None, nulls: int) -> pa.Array:
    return _laid_out(b"".join(parts), map(len, parts), len(parts), kind, validity, nulls)


def _laid_out(
    data: bytes, lengths: Iterable[int], count: int, kind: pa.DataType, validity: pa.Buffer | None, nulls: int
) -> pa.Array:
    import pyarrow as pa

    offsets = pa.py_buffer(array("i", accumulate(lengths, initial=0)))
    return pa.Array.from_buffers(kind, count, [validity, offsets, pa.py_buffer(data)], nulls)


def _validity(values: Sequence[Any]) -> tuple[int, pa.Buffer | None]:
    """Count the nulls, and make the bits that say where there is none."""
    nulls = values.count(None)
    return nulls, _bits([one is not None for one in values]) if nulls else None


def _bits(values: Sequence[bool]) -> pa.Buffer:
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(np.packbits(np.fromiter(values, np.bool_, len(values)), bitorder="little"))
