"""The sentence room: where sentences end, abbreviations, quotes, long stretches; every offset exact."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.reading import sentences as room
from geo.reading.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[one.start : one.end] for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Smith met Gen. Brown in the U.S. on Monday. They left.", 2),
        ("Він прибув у м. Київ о 10 год. ранку. Потім поїхав.", 2),
        ("Площадь 26 тыс. кв. км занята. Это много.", 2),
        ("Es sind z.B. ca. 20 Prozent, d.h. viel. Das ist so.", 2),
        ("M. Macron l'a dit. Puis il est parti.", 2),
        ("El Sr. Pérez viajó a EE.UU. ayer. Volvió.", 2),
        ("To np. 20 proc. obszaru. Tak jest.", 2),
        ("“Is it so?” he asked. “No!” said she.", 2),
        ("It grew 3.5 percent to 1.2 million. Good.", 2),
        ("J. D. Vance spoke. So did V. Putin.", 2),
        ("It ended.The next day began.", 2),
        ("See example.com for more.", 1),
        ("First... then more. End…", 2),
    ],
)
def test_stops(text: str, count: int) -> None:
    assert len(cut(text)) == count, cut(text)


def test_line_ends_end_headings_and_items() -> None:
    assert cut("A heading\n\n- one\r\n- two\n") == ["A heading", "- one", "- two"]


def test_nothing_is_no_sentence() -> None:
    assert sentences("") == () == sentences(" \n\t ")


def test_long_runs_take_linear_time() -> None:
    assert len(sentences("." * 2_000_000)) == 1
    assert len(sentences("a" * 2_000_000 + ". B")) == 2
    assert len(sentences(" " * 2_000_000 + "x")) == 1


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='aB .!?…\n\r"”)\u2028\ud800\0ж1', max_size=80))
def test_only_white_space_is_left_out(text: str) -> None:
    found = sentences(text)
    last = 0
    for one in found:
        assert not text[last : one.start].strip()
        assert text[one.start : one.end] == text[one.start : one.end].strip() != ""
        last = one.end
    assert not text[last:].strip()


def test_a_stretch_too_long_for_a_sentence_is_cut_at_its_commas() -> None:
    text = "Crimea and the rest, " * 1000
    cut = sentences(text)
    assert all(len(text[s.start : s.end]) <= 1_600 and text[s.end - 1] == "," for s in cut)
    assert sum(text[s.start : s.end].count("Crimea and the rest,") for s in cut) == 1000
    assert len(sentences("x" * 10_000)) == 1
    assert len(sentences("x" * 10_000 + "\u2003" + "x" * 10_000)) == 2


def test_no_abbreviation_is_as_long_as_what_is_looked_at_before_a_stop() -> None:
    assert max(map(len, room.abbreviations())) < room._WINDOW
