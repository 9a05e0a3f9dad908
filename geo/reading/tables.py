"""The table room: the vocabularies that are plain tables, read from JSON: parsing TOML takes longer than a short text.

`tools/build_tables.py` writes `vocabulary/tables/<name>.json` from `vocabulary/<name>.toml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

VOCABULARY = Path(__file__).parents[1] / "vocabulary"
COMPILED = VOCABULARY / "tables"
#: The vocabularies, by the paths of their TOML files without the ending.
TABLES = ("abbreviations", "hedges", "land", "languages", "not_land", "units", "unmapped")


def table(name: str) -> dict[str, Any]:
    """One of the vocabularies, as its TOML file has it."""
    found: dict[str, Any] = msgspec.json.decode(compiled_path(name).read_bytes())
    return found


def compiled_path(name: str) -> Path:
    """Where the JSON of a vocabulary stands."""
    return COMPILED / f"{name.replace('/', '_')}.json"
