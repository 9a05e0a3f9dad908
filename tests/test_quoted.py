"""Quotations: where they are open, and whose words they are."""

from __future__ import annotations

import pytest

from geo.reading.quoted import outside, quoted
from geo.reading.reader import doc

_THEY = '"They want the rest of Donetsk. They won\'t get it," a Ukrainian negotiator said. Nobody replied.'
_OURS = '"Crimea is ours," Lavrov said. "Donbas is ours too." The hall fell silent.'


def test_where_a_quotation_is_open() -> None:
    states = [(one.before, one.behind, one.marked) for one in quoted(doc(_THEY, "en"))]
    assert states == [(False, True, True), (True, False, True), (False, False, False)]


def test_a_paragraph_begins_outside_of_quotations() -> None:
    states = [one.before for one in quoted(doc('He said: "Donbas is ours.\n\nKyiv will not leave.', "en"))]
    assert states == [False, False]


@pytest.mark.parametrize(
    ("text", "index", "who"),
    [
        (_THEY, 0, "UA"),
        (_OURS, 1, "RU"),
        (_OURS, 2, None),
        ("Kyiv will not leave Donbas. The line holds.", 1, None),
        ('"We will not leave Donbas," he said. "We cannot."', 1, None),
        ('Zelensky spoke of Donbas. "We will not leave," he said. "We cannot."', 2, "UA"),
        ("“Donbas is ours,” Putin told reporters. “It always was.”", 1, "RU"),
    ],
)
def test_who_speaks(text: str, index: int, who: str | None) -> None:
    assert outside(doc(text, "en"), index) == who
