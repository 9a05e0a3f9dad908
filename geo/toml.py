"""The TOML room: a user's small file of settings -> its tables, within limits of size, depth and kind of file."""

from __future__ import annotations

import errno
import re
import tomllib
from pathlib import Path
from typing import Any

#: Bytes that a file of settings may have.
LARGEST = 1 << 20
#: Parts of a dotted key. The parser's time and memory grow with their square: a small file could fill any memory.
_DEEP = re.compile(r"(?:[\w\"'-]+[ \t]*\.[ \t]*){32}")


def load(path: Path) -> dict[str, Any]:
    """Read a user's TOML file.

    Raises `OSError` where it can't be read or is no regular file (a pipe would be waited for without end), `ValueError`
    where it is larger than `LARGEST`, no UTF-8, no TOML or too deep.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"larger than {LARGEST} bytes")
    text = data.decode("utf-8-sig")
    if _DEEP.search(text):
        raise ValueError("a key of more than 32 parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("tables or lists in one another without end") from None
