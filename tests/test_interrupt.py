"""Builds stopped at random moments: a short run of tools/interrupt.py, which does it a hundred times."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import interrupt


@pytest.mark.slow
def test_a_build_that_is_stopped_leaves_whole_maps_and_the_next_one_works(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Moscow demands the Donetsk region, roughly 20% of Ukraine.", encoding="utf-8")
    (tmp_path / "out").mkdir()
    *_, found = interrupt.survey(tmp_path / "out", kills=3, seed=5, article=article)
    assert found.faults == []
    assert sum(found.seen.values()) == 3
