"""Every parser and the whole way through, with any input: nothing but the package's own errors, offsets exact.

The targets are those of tools/fuzz.py, which runs them guided by coverage. What either found is in `FOUND`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import hostile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import fuzz

#: What failed once, by target.
FOUND: tuple[tuple[str, bytes], ...] = (
    ("style", b'[fonts]\nsans = ["Foo.Bar"]'),
    ("markdown", b"````[\\[\\``"),
    ("address", b"http://[::1"),
    ("line", b'{"id":"x","text":"' + b"\x00" * 10 + b'"}'),
    ("words", "a\u2028\x1b\x9b\u202e".encode()),
)
_FAST = ("text", "markdown", "line", "address", "words", "review", "style", "hedges", "sidecar", "packed")
_SLOW = ("html", "reading", "control")
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
_SYNTAX = st.sampled_from(
    [
        *(
            b"---\n",
            b"title: ",
            b"[",
            b"]",
            b"{",
            b"}",
            b'"',
            b"'",
            b"\\",
            b"=",
            b".",
            b"\n",
            b"\r\n",
            b",",
            b";",
            b":",
        ),
        *(b"<p>", b"</", b"<!--", b"&#x", b"https://", b"#", b"*", b"`", b"|", b"claim,decision\n", b"accept", b"add"),
        *(
            b'{"id":"x","text":"',
            b"[fonts]\n",
            b"[about]\nlow=",
            b"\xff\xfe",
            b"\x00",
            b"PAR1",
            b"\x1f\x8b",
            b"WARC/1.0\r\n",
        ),
        *(b"2025-02-30", b"1e999", b"-0", b"NaN", "Донецьк".encode(), "\u202e".encode(), b"\xed\xa0\x80", b"Donetsk"),
    ]
)
_ANY = st.one_of(
    st.binary(max_size=300), st.lists(st.one_of(_SYNTAX, st.binary(max_size=8)), max_size=30).map(b"".join)
)


@pytest.mark.parametrize("target", _FAST)
@settings(max_examples=60, deadline=None, suppress_health_check=_QUIET)
@given(data=_ANY)
def test_any_bytes(target: str, data: bytes) -> None:
    fuzz.run(target, data)


@pytest.mark.parametrize("target", _SLOW)
@settings(max_examples=25, deadline=None, suppress_health_check=_QUIET)
@given(data=_ANY)
def test_any_bytes_for_slower_parsers(target: str, data: bytes) -> None:
    fuzz.run(target, data)


@settings(max_examples=80, deadline=None, suppress_health_check=_QUIET)
@given(data=st.lists(st.integers(0, 255), max_size=60).map(bytes))
def test_any_text_is_read_with_exact_offsets(data: bytes) -> None:
    fuzz.run("reading", data)


@settings(max_examples=8, deadline=None, suppress_health_check=_QUIET)
@given(data=st.lists(st.integers(0, 199), min_size=5, max_size=60).map(bytes))
def test_any_text_goes_all_the_way(data: bytes) -> None:
    fuzz.run("pipeline", data)


@pytest.mark.parametrize("target", sorted(set(fuzz.TARGETS) - {"pipeline", "reading", "control"}))
def test_hostile_texts_are_read_or_refused(target: str) -> None:
    for text in hostile.every():
        fuzz.run(target, text[:2000].encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(("target", "data"), FOUND)
def test_what_failed_once(target: str, data: bytes) -> None:
    fuzz.run(target, data)


def test_every_target_is_tried() -> None:
    assert set(fuzz.TARGETS) == {*_FAST, *_SLOW, "pipeline"}
