"""Openings: what a pattern can begin with, read off the pattern; no match of the vocabularies lies elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from geo.reading.names import OPENED, compile_names, fold, names
from geo.reading.openings import CYRILLIC, Openings, openings, parts, without_cyrillic

ITEMS = Path(__file__).parent / "items"


@pytest.mark.parametrize(
    ("pattern", "begun"),
    [
        ("land|soil", {"land", "soil"}),
        ("(?:les )?deux", {"les deux", "deux"}),
        ("g(i|a)ven? up", {"given up", "give up", "gaven up", "gave up"}),
        (r"обл\w*", {"обл"}),
        ("diese[nr]? g", {"diesen g", "dieser g", "diese g"}),
        (r"(?<!new )york(?=\b)", {"york"}),
        ("a{1,2}b|x+y|c{0,1}d", {"a", "x", "cd", "d"}),
        (r"of\b the end", {"of the e"}),
    ],
)
def test_openings_of_a_pattern(pattern: str, begun: set[str]) -> None:
    assert openings(pattern) == begun


@pytest.mark.parametrize("pattern", [r"\w+ region", "(land)?", ".and", "[^a]b", "a|", "(a"])
def test_a_pattern_that_may_begin_with_anything_has_none(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"begin|unbalanced"):
        openings(pattern)


def test_the_compiler_refuses_a_context_that_may_begin_with_anything() -> None:
    regions = {"group": {}, "area": {}, "city": {}, "adj": {}, "endings": {}, "trigger": {}}
    with pytest.raises(ValueError, match="begin with anything"):
        compile_names(regions, {"words": {"plural": "regions\n\\w+sk"}}, "")


@pytest.mark.parametrize(
    ("pattern", "alternatives"),
    [
        ("a|b(c|d)|(e|(?:f|g h))", ["a", "b(c|d)", "e", "f", "g h"]),
        (r"[(|]x|\||(a)b|(c)?", [r"[(|]x", r"\|", "(a)b", "(c)?"]),
        ("(?<!a|b)c", ["(?<!a|b)c"]),
    ],
)
def test_parts_of_a_pattern(pattern: str, alternatives: list[str]) -> None:
    assert parts(pattern) == alternatives


@pytest.mark.parametrize(
    ("pattern", "shorter"),
    [
        ("land|край|част[иь]|soil", "land|soil"),
        ("(part|част)( of|ь)|%", "(part)( of)|%"),
        ("(міст|мер)a|towns?", "towns?"),
        ("з?a(и|ы)?b(?:в|w){0,2}", "ab(?:w){0,2}"),
        (r"(?<!ж)x\bю", None),
    ],
)
def test_a_pattern_without_cyrillic(pattern: str, shorter: str | None) -> None:
    assert without_cyrillic(pattern) == shorter


def test_patterns_without_cyrillic_find_the_same_where_there_is_none() -> None:
    latin = [text for text in texts() if not re.search(f"[{CYRILLIC[0]}-{CYRILLIC[1]}]", text)]
    known = names()
    assert len(known.without_cyrillic) > 10
    for name, shorter in known.without_cyrillic.items():
        full, short = (re.compile(rf"(?<!\w)(?:{one})") for one in (known.patterns[name], shorter))
        for text in latin:
            assert [m.span() for m in short.finditer(text)] == [m.span() for m in full.finditer(text)], name


def texts() -> list[str]:
    found = []
    for path in sorted(ITEMS.glob("*.jsonl")):
        found += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    return [fold(text).text for text in found]


def test_every_match_of_the_vocabulary_begins_at_a_place() -> None:
    patterns = {name: names().patterns[name] for name in OPENED}
    known = Openings({name: [text for part in names().parts[name] for text in part.openings] for name in OPENED})
    compiled = {name: re.compile(rf"(?<!\w)(?:{pattern})") for name, pattern in patterns.items()}
    matched = set()
    for text in texts():
        places = known.places(text)
        for name, pattern in compiled.items():
            starts = {match.start() for match in pattern.finditer(text)}
            assert starts <= set(places.get(name, ())), (name, text)
            matched |= {name} if starts else set()
    assert matched >= {"words.singular", "words.plural", "context.before", "partial.before", "anaphor.four"}
