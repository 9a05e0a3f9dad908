"""A folder is replaced whole or not at all."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.errors import OutputError
from geo.replace import MARK, replacing

ROOT = Path(__file__).parents[1]


def fill(folder: Path, text: str, names: tuple[str, ...] = ("a.html", "sub/b.html")) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / MARK).write_text(json.dumps({"files": {name: {} for name in names}}), encoding="utf-8")


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MARK
    }


def beside(folder: Path) -> list[str]:
    return [path.name for path in folder.parent.iterdir() if path != folder]


def test_new_takes_the_place_of_old(tmp_path: Path) -> None:
    target = tmp_path / "maps"
    for text in ("first", "second"):
        with replacing(target) as folder:
            fill(folder, text)
        assert texts(target) == {"a.html": text, "sub/b.html": text}
        assert beside(target) == []


def test_a_failure_leaves_the_old(tmp_path: Path) -> None:
    target = tmp_path / "maps"
    with replacing(target) as folder:
        fill(folder, "first")
    with pytest.raises(ZeroDivisionError), replacing(target) as folder:
        (folder / "a.html").write_text(str(1 / 0), encoding="utf-8")
    assert set(texts(target).values()) == {"first"}
    assert beside(target) == []


def test_what_a_person_put_there_is_kept_and_what_is_gone_is_gone(tmp_path: Path) -> None:
    target = tmp_path / "maps"
    with replacing(target) as folder:
        fill(folder, "first", ("a.html", "old.html"))
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    with replacing(target) as folder:
        fill(folder, "second", ("a.html",))
    assert texts(target) == {"a.html": "second", "notes.txt": "mine"}


def test_a_folder_of_somebody_elses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years", encoding="utf-8")
    with pytest.raises(OutputError, match=r"build\.json"), replacing(tmp_path):
        pass
    assert (tmp_path / "thesis.txt").exists()


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "maps").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file"), replacing(tmp_path / "maps"):
        pass


def test_two_builds_into_one_folder(tmp_path: Path) -> None:
    target = tmp_path / "maps"
    with replacing(target) as folder:
        fill(folder, "first")
        with pytest.raises(OutputError, match="another build"), replacing(target):
            pass
    assert set(texts(target).values()) == {"first"}


def test_a_damaged_list_is_named(tmp_path: Path) -> None:
    target = tmp_path / "maps"
    with replacing(target) as folder:
        fill(folder, "first")
    (target / MARK).write_text("[", encoding="utf-8")
    with pytest.raises(OutputError, match="damaged"), replacing(target) as folder:
        fill(folder, "second")
    assert set(texts(target).values()) == {"first"}


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from test_replace import fill
from geo.replace import replacing
for round in range(1000):
    with replacing(Path(sys.argv[1])) as folder:
        fill(folder, f"round {round}", tuple(f"{n}.html" for n in range(20)))
    print(round, flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_folder_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "maps"
    with replacing(target) as folder:
        fill(folder, "before", tuple(f"{n}.html" for n in range(20)))
    chance = random.Random(7)
    for _ in range(25):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(target)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = texts(target)
        assert len(found) == 20
        assert len(set(found.values())) == 1
    with replacing(target) as folder:
        fill(folder, "after")
    assert set(texts(target).values()) == {"after"}
    assert beside(target) == []
