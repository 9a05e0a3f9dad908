"""Wrong use: every option and argument of every command, wrong in turn, made from the parser itself.

A new option is tried without a change here. One that takes any text has to be named in `ANY_TEXT`, and one whose
values are judged somewhere else than in the parser in `WRONG`, or these tests fail.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest

from geo.cli import main
from geo.errors import GeoError

ARTICLE = "Moscow demands the Donetsk region, roughly 20% of Ukraine."
#: Options whose value is printed as it is: no text is wrong.
ANY_TEXT = {"control_credit"}
#: What is wrong where a plain text is asked for; "{junk}" is a file of junk, "{folder}" a folder, "{long}" a name that
#: is too long for any file system.
WRONG: dict[str, tuple[str, ...]] = {
    "country": ("", "Z", "ZZ", "Ukraine", "U\x1b[31mA", "{long}"),
    "control_date": ("2025-02-30", "yesterday", ""),
    "lang": ("xx", "", "en_GB.UTF-8", "../uk", "{long}"),
    "presets": ("billboard", "", "WEB", "{long}"),
    "url": ("ftp://127.0.0.1/x", "file:///etc/passwd", "x", "http://", "http://[::1", "http://127.0.0.1:1/x"),
    "sha256": ("x", "", "zz" * 32, "{long}"),
    "scheduler": ("x", "nonsense://x:1", "tcp://x", "", "{long}"),
}
_PATHS = ("{missing}", "{folder}", "{junk}", "{long}", "{missing}/x", "{junk}/x")
#: Where a folder is made, an empty or new one is right.
_OUT = {"out": ("{junk}", "{junk}/x/y", "{others}", "{long}"), "folder": ("{junk}", "{junk}/x/y", "{long}")}
#: What goes with an option so that it is looked at.
_BESIDE = {"control_date": ("--control", "{layer}"), "sha256": ("--url", "http://127.0.0.1:1/x")}


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def _values(option: click.Option) -> tuple[str, ...]:
    kind = option.type
    if isinstance(kind, click.Choice):
        return ("no-such-choice", "", "{long}")
    if isinstance(kind, click.types.IntParamType):
        return ("0", "-1", "1.5", "x", "", "1e3")
    if isinstance(kind, click.Path):
        return _OUT.get(str(option.name), _PATHS)
    return WRONG.get(str(option.name), ())


def _uses() -> Iterator[tuple[str, ...]]:
    """Every wrong use: the words after the command's name, with the places that `_filled` fills."""
    yield ("no-such-command",)
    yield ("--no-such-option",)
    for path, command in commands():
        arguments = [one for one in command.params if isinstance(one, click.Argument)]
        right = ["{article}"] * len(arguments)
        needed = [
            word
            for one in command.params
            if isinstance(one, click.Option) and one.required
            for word in (one.opts[-1], "{new}")
        ]
        yield (*path, "--no-such-option", *right, *needed)
        if arguments:
            yield (*path, *needed)
            if path != ("extract",) and path != ("corpus",):
                yield from ((*path, wrong, *needed) for wrong in ("{missing}", "{others}/x", "{empty}", "{long}"))
        else:
            yield (*path, "a-word-too-many")
        for option in command.params:
            if not isinstance(option, click.Option):
                continue
            if option.required:
                yield (*path, *right)
            flag = option.opts[-1]
            if option.is_flag:
                yield (*path, f"{flag}=yes", *right, *needed)
                continue
            yield (*path, *right, *needed, flag)
            beside = _BESIDE.get(str(option.name), ())
            others = () if option.required else needed
            yield from ((*path, f"{flag}={value}", *beside, *right, *others) for value in _values(option))
    yield ("build", "{article}", "--control-date", "2025-03-01", "-o", "{new}")
    yield ("check", "{article}", "--control-credit", "A desk")
    yield ("check", "-", "-")


USES = list(_uses())


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("misuse")
    (folder / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "junk").write_bytes(b"\x00\xff junk \x1b[2J")
    (folder / "empty").mkdir()
    (folder / "folder").mkdir()
    (folder / "others").mkdir()
    (folder / "others" / "thesis.doc").write_text("ten years", encoding="utf-8")
    square = "[[[37,47],[38,47],[38,48],[37,48],[37,47]]]"
    layer = f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":{square}}}}}'
    (folder / "layer.geojson").write_text(layer, encoding="utf-8")
    named = {name: str(folder / name) for name in ("junk", "empty", "folder", "others", "new", "missing")}
    return named | {
        "article": str(folder / "article.txt"),
        "layer": str(folder / "layer.geojson"),
        "long": str(folder / ("x" * 5000)),
    }


def _filled(words: Sequence[str], places: dict[str, str]) -> list[str]:
    return [re.sub(r"\{(\w+)\}", lambda found: places[found[1]], word) for word in words]


def test_every_option_is_tried() -> None:
    untried = [
        f"{' '.join(path)} {option.opts[-1]}"
        for path, command in commands()
        for option in command.params
        if isinstance(option, click.Option)
        and not option.is_flag
        and not _values(option)
        and option.name not in ANY_TEXT
    ]
    assert untried == []
    assert len(USES) >= 150


@pytest.mark.parametrize("words", USES, ids=" ".join)
def test_wrong_use_is_one_line_and_status_2(
    words: tuple[str, ...], places: dict[str, str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # between tries of a connection
    monkeypatch.setattr(sys, "stdin", open("/dev/null", encoding="utf-8"))  # noqa: PTH123, SIM115
    with pytest.raises(SystemExit) as ended:
        main.main(_filled(words, places), prog_name="concession-maps")
    out, told = capfd.readouterr()
    assert ended.value.code == 2, told
    assert out == ""
    *before, line = told.strip().split("\n")
    assert all(one.startswith("skipped ") for one in before), told
    assert line.startswith("concession-maps: ")
    assert len(line) < 4100
    assert "Traceback" not in told
    assert "a fault of this program" not in told
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", told)
    assert not Path(places["new"]).exists()
    assert sorted(path.name for path in Path(places["others"]).iterdir()) == ["thesis.doc"]


@pytest.mark.parametrize("words", [words for words in USES[::6] if len(words) > 1], ids=" ".join)
def test_debug_lets_the_error_through(
    words: tuple[str, ...], places: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    where = next(len(path) for path in (words[:2], words[:1]) if path in dict(commands()))
    with pytest.raises((GeoError, click.ClickException)):
        main.main(_filled((*words[:where], "--debug", *words[where:]), places), prog_name="concession-maps")
