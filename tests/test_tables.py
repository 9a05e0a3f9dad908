"""Tables: the compiled vocabularies say what their TOML files say."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from geo.reading.cues import LANGUAGES
from geo.reading.tables import TABLES, VOCABULARY, table

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", [*TABLES, *(f"numbers/{lang}" for lang in LANGUAGES)])
def test_a_table_is_as_its_toml_file(name: str) -> None:
    wanted = tomllib.loads((VOCABULARY / f"{name}.toml").read_text(encoding="utf-8"))
    assert table(name) == wanted
    assert repr(table(name)) == repr(wanted)  # also the order, and whole numbers apart from others


def test_the_compiled_tables_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/build_tables.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
