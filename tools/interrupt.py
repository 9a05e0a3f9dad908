"""Kill whole builds at random moments and look whether the maps stay whole.

python tools/interrupt.py --kills 100 --seed 1

Builds of seeds/ into one folder are stopped in turn by SIGINT, SIGTERM and SIGKILL, each at a moment between start
and end drawn from the seed. After each: the folder holds one whole result, the one from before or the new one, every
file with its digest; beside it nothing stands under a name of its own. Then a build runs to its end there: it succeeds,
and nothing is left beside the folder. Exit status 1 where any of this fails.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
#: Two results that differ, so that the old can be told from the new.
LANGUAGES = ("en", "uk")


@dataclass
class Survey:
    """What was seen: results by signal and outcome, and every fault."""

    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    left: int = 0


def command(out: Path, lang: str, article: Path) -> list[str]:
    """Give the words that start a build."""
    program = [sys.executable, "-m", "geo.cli", "build", str(article), "-o", str(out)]
    return [*program, "--preset", "web", "--lang", lang]


def start(out: Path, lang: str, article: Path) -> subprocess.Popen[str]:
    """Start a build as a user does."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command(out, lang, article), cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def finish(out: Path, lang: str, article: Path) -> float:
    """Run a build to its end; returns the seconds it took. Raises where it fails."""
    begun = time.monotonic()
    process = start(out, lang, article)
    _, told = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"a build that nobody stopped ended with {process.returncode}: {told.strip()[-300:]}")
    return time.monotonic() - begun


def whole(out: Path) -> str:
    """Give the language of the result in a folder whose every file is as its list says. Raises where one is not."""
    listed = json.loads((out / "build.json").read_text(encoding="utf-8"))
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} - {"build.json"}
    if there != set(listed["files"]):
        raise RuntimeError(f"files and list differ: {sorted(there ^ set(listed['files']))[:5]}")
    for name, known in listed["files"].items():
        if hashlib.sha256((out / name).read_bytes()).hexdigest() != known["sha256"]:
            raise RuntimeError(f"{name} is not whole")
    return str(listed["language"])


def beside(out: Path) -> list[str]:
    """Name what stands beside a folder."""
    return sorted(path.name for path in out.parent.iterdir() if path != out)


def survey(folder: Path, *, kills: int, seed: int, article: Path = ROOT / "seeds") -> Iterator[Survey]:
    """Stop so many builds in ``folder`` and look each time; yields the survey after every one."""
    chance = random.Random(seed)
    out = folder / "maps"
    found = Survey()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell's background job ignores Ctrl-C, and its children would, too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    finish(out, LANGUAGES[0], article)
    length = finish(out, LANGUAGES[1], article)
    for number in range(kills):
        old = whole(out)
        new = LANGUAGES[1 - LANGUAGES.index(old)]
        sign = SIGNALS[number % len(SIGNALS)]
        moment = chance.random() * length * 1.02
        _stop_one(out, new, article, sign, moment, found, old)
        with contextlib.suppress(RuntimeError):
            length = 0.7 * length + 0.3 * _go_on(out, new, article, found, f"{sign.name} after {moment:.2f} s")
        yield found


def _stop_one(out: Path, new: str, article: Path, sign: signal.Signals, moment: float, found: Survey, old: str) -> None:
    process = start(out, new, article)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    ended = process.poll() is not None
    if not ended:
        process.send_signal(sign)
    _, told = process.communicate()
    where = f"{sign.name} after {moment:.2f} s"
    try:
        result = whole(out)
        found.seen[f"{sign.name}: " + ("ended before" if ended else "old" if result == old else "new")] += 1
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        found.faults.append(f"{where}: {error}")
    hidden = [name for name in beside(out) if not name.startswith(".maps.")]
    if hidden:
        found.faults.append(f"{where}: beside the folder stands {hidden}")
    found.left += bool(beside(out))
    if not ended and sign is not signal.SIGKILL and "a fault of this program" in told:
        found.faults.append(f"{where}: {told.strip()[-300:]}")


def _go_on(out: Path, lang: str, article: Path, found: Survey, where: str) -> float:
    try:
        seconds = finish(out, lang, article)
    except RuntimeError as error:
        found.faults.append(f"{where}: the next build failed: {error}")
        raise
    if whole(out) != lang or beside(out):
        found.faults.append(f"{where}: after the next build there is still {beside(out)}")
    return seconds


def main() -> int:
    """Survey and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = Survey()
    with tempfile.TemporaryDirectory(prefix="interrupt-") as folder:
        for number, found in enumerate(survey(Path(folder), kills=asked.kills, seed=asked.seed), 1):
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number} of {asked.kills}, {len(found.faults)} faults")
    for outcome, count in sorted(found.seen.items()):
        sys.stdout.write(f"{count:4d}  {outcome}\n")
    sys.stdout.write(f"{found.left} left something to clear away, which the next build did\n")
    sys.stdout.write("".join(f"fault: {fault}\n" for fault in found.faults))
    sys.stdout.write(f"{asked.kills} kills, {len(found.faults)} faults\n")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
