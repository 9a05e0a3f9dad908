"""The cue vocabularies: the notation, the matcher, the compiled files, the checker."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from geo.reading.cues import LANGUAGES, Matcher, compile_patterns, expand, lexicon, parse_element, parse_pattern

ROOT = Path(__file__).resolve().parent.parent


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_cues", ROOT / "tools" / "build_cues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = load()


def test_groups_are_multiplied_out() -> None:
    assert expand("(un|)occup(y|ied)") == ["unoccupy", "unoccupied", "occupy", "occupied"]


def test_elements() -> None:
    assert parse_element("ced(e|es)|giv*").exact == ("cede", "cedes")
    assert parse_element("ced(e|es)|giv*").begins == ("giv",)
    assert parse_element("onto?").optional
    with pytest.raises(ValueError, match="unbalanced"):
        parse_element("ced(e|es")
    with pytest.raises(ValueError, match="empty"):
        parse_element("a||b")


def test_a_pattern_may_not_begin_with_a_gap() -> None:
    for line in (".. over", "onto? hold", ""):
        with pytest.raises(ValueError, match="begins with"):
            parse_pattern("act", "cede", "verb", line)


def matched(lines: str, text: str, kinds: str | None = None) -> list[tuple[int, ...]]:
    words = text.split()
    matcher = Matcher(compile_patterns({"act": {"cede": {"verb": lines}}}))
    return [cue.tokens for cue in matcher.match(words, kinds or "w" * len(words))]


def test_a_gap_takes_up_to_five_tokens_and_stops_at_the_end_of_a_clause() -> None:
    assert matched("giv(e|es) .. up", "give up") == [(0, 1)]
    assert matched("giv(e|es) .. up", "give a b c d e up") == [(0, 6)]
    assert matched("giv(e|es) .. up", "give a b c d e f up") == []
    assert matched("giv(e|es) .. up", "give a ; up", "wwpw") == []


def test_parties_and_regions_have_their_own_signs() -> None:
    assert matched("hand @ #", "hand moscow donetsk", "war") == [(0, 1, 2)]
    assert matched("hand @ #", "hand moscow donetsk", "wwr") == []


def test_the_longest_of_two_overlapping_cues_stays() -> None:
    assert matched("take\ntake .. back", "take it back") == [(0, 2)]


def test_the_compiled_files_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_fault_and_no_empty_section(lang: str) -> None:
    vocabulary = build.compiled(lang)
    assert build.faults(vocabulary) == []
    from geo.reading.decide import DECIDERS

    assert {p.name for p in vocabulary.patterns if p.kind == "act"} == set(DECIDERS) | build.SILENT
    assert {p.name for p in vocabulary.patterns if p.kind == "op"} - build.SILENT == build.OPERATORS
    assert {p.name for p in vocabulary.actors} >= {"RU", "UA", "US"}
    assert lexicon(lang).dispute("UA-14") is not None


def test_every_dispute_has_names_and_areas() -> None:
    assert build.faulty_disputes(build.compiled("en")) == []


def test_the_checker_finds_faults() -> None:
    sound = build.compiled("en")

    def with_lines(kind: str, name: str, lines: str) -> list[str]:
        more = compile_patterns({kind: {name: {"verb": lines}}})
        found: list[str] = build.faults(msgspec.structs.replace(sound, patterns=(*sound.patterns, *more)))
        return found

    assert "stands in [act.cede] verb already" in with_lines("act", "withdraw", "surrender(s|ing|)")[0]
    assert "stands in [act.cede] verb already" in with_lines("act", "cede", "surrender(s|ing|)")[0]
    assert "unknown section" in with_lines("act", "donate", "donate")[0]
    assert "unknown section" in with_lines("op", "donate", "donate")[0]
    dispute = msgspec.structs.replace(sound.disputes[0], regions=("nowhere",), claimant=("QQ",))
    faults = build.faulty_disputes(msgspec.structs.replace(sound, disputes=(dispute,)))
    assert any("no names for QQ" in line for line in faults)
    assert any("dispute over nowhere: no such area" in line for line in faults)
