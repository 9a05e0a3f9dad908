"""Corpus, the columns: lists of Python's values -> Arrow arrays, made of their buffers.

`pyarrow.array` would do the same, but loads pandas wherever that is installed: 46 MiB and a third of a second for each
process that reads a shard.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make an array of a kind (string, binary, bool, int32 or float64); None is null. Raises TypeError for others."""
    import pyarrow as pa

    nulls, validity = _validity(values)
    if pa.types.is_string(kind):
        return _of_bytes([b"" if one is None else one.encode("utf-8") for one in values], kind, validity, nulls)
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


def _of_bytes(parts: Sequence[bytes], kind: pa.DataType, validity: pa.Buffer | None, nulls: int) -> pa.Array:
    import pyarrow as pa

    offsets = array("i", accumulate(map(len, parts), initial=0))
    data = pa.py_buffer(b"".join(parts))
    return pa.Array.from_buffers(kind, len(parts), [validity, pa.py_buffer(offsets), data], nulls)


def _validity(values: Sequence[Any]) -> tuple[int, pa.Buffer | None]:
    """Count the nulls, and make the bits that say where there is none."""
    nulls = sum(one is None for one in values)
    return nulls, _bits([one is not None for one in values]) if nulls else None


def _bits(values: Sequence[bool]) -> pa.Buffer:
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(np.packbits(np.fromiter(values, np.bool_, len(values)), bitorder="little"))
