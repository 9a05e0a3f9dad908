"""Benchmarks of many articles: throughput, cost as a corpus grows, two processes, memory, and peers, in one run.

    python tools/bench_corpus.py                 1k to 100k articles (some minutes)
    python tools/bench_corpus.py --million       1M articles of which 1% name a region, too

Prints tables in Markdown. Costs are CPU time, so that a busy machine disturbs them least; wall time is told beside.
Relevant texts are the sentences of the two seed articles, shuffled; the others are sentences of common words.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench import LENGTH, ROOT, ROUNDS, peers, plain, rate, scan

from geo.articles import parse_line
from geo.corpus.gate import nothing_named
from geo.models import Article
from geo.reading.reader import read_article

Write = Callable[[str], object]
SHARES = (("1% name a region", 0.01), ("all name a region", 1.0))
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: what a process leaves behind is waited for here, so that its CPU time counts


def prose() -> list[str]:
    """The sentences of the seed articles: news prose, of which about a third names a region."""
    from geo.reading.sentences import sentences

    found = []
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found += [" ".join(text[one.start : one.end].split()) for one in sentences(text)]
    return found


def records(count: int, share: float) -> Iterator[bytes]:
    """JSON lines of articles of which a share names regions; the same ones every time."""
    chance = random.Random(7)
    told, other = prose(), plain(2000)
    for number in range(count):
        relevant = chance.random() < share
        parts, text = (told if relevant else other), ""
        while len(text) < LENGTH:
            text += chance.choice(parts) + " "
        record = {
            "id": f"article-{number}",
            "text": text,
            "title": f"Report {number}",
            "date": f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}",
            "source": f"Paper {number % 40}",
            "lang": "en",
        }
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


def written(folder: Path, count: int, share: float) -> Path:
    """Write a corpus; returns its file."""
    path = folder / f"{count}-{share}.jsonl"
    with path.open("wb") as file:
        file.writelines(records(count, share))
    return path


def measured(path: Path, out: Path, *arguments: str) -> tuple[float, float, float]:
    """Run `concession-maps corpus`: CPU seconds of all its processes, wall seconds, MiB of the largest of them."""
    command = [sys.executable, "-m", "geo.cli", "corpus", str(path), "-o", str(out), *arguments]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    wall = time.perf_counter() - start
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, after.ru_maxrss / 1024


def inside(path: Path, out: Path, share: float) -> None:
    """Run the corpus in this process, which is warm; prints its CPU seconds, a scan's seconds an article, peak MiB."""
    from geo.corpus import run, warm

    del warm
    sample = [one for line in records(1500, share) if isinstance(one := parse_line(line, where=""), Article)]
    yardstick = scan()
    before = rate(yardstick, sample)
    start = time.process_time()
    run([path], out)
    cpu = time.process_time() - start
    raw = (1 / before + 1 / rate(yardstick, sample)) / 2
    sys.stdout.write(json.dumps([cpu, raw, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def growth(folder: Path, write: Write, sizes: Sequence[tuple[int, str, float]]) -> None:
    """The table of costs as a corpus grows, in warm processes, beside the raw scan of such texts in each of them."""
    write("| articles | of them | CPU µs an article | articles/s and core | raw scan µs | ratio | peak MiB |\n")
    write("| ---: | --- | ---: | ---: | ---: | ---: | ---: |\n")
    for count, name, share in sizes:
        path = written(folder, count, share)
        found = []
        for number in range(ROUNDS if count < 500_000 else 1):
            command = [sys.executable, __file__, "--inside", str(path), str(folder / f"out-{count}-{share}-{number}")]
            done = subprocess.run([*command, str(share)], cwd=ROOT, check=True, capture_output=True, text=True)
            found.append(json.loads(done.stdout))
        each, raw, peak = (statistics.median(one) for one in zip(*found, strict=True))
        each /= count
        write(f"| {count:,} | {name} | {1e6 * each:,.1f} | {1 / each:,.0f} ")
        write(f"| {1e6 * raw:,.1f} | {each / raw:,.1f} | {peak:,.0f} |\n")
        sys.stdout.flush()
        path.unlink()


def engines(folder: Path, write: Write, count: int) -> None:
    """The table of engines: CPU and wall time of one process, two, and Dask with two, on the same corpus."""
    write("\n| 1% of " + f"{count:,} articles | CPU s | CPU / serial | wall s | wall serial / this |\n")
    write("| --- | ---: | ---: | ---: | ---: |\n")
    path = written(folder, count, 0.01)
    serial: tuple[float, float, float] | None = None
    for name, arguments in (
        ("one process", ()),
        ("two processes", ("--jobs", "2")),
        ("Dask, two workers", ("--scheduler", "local", "--jobs", "2")),
    ):
        runs = [measured(path, folder / f"{name}{number}".replace(" ", "-"), *arguments) for number in range(3)]
        cpu, wall = sorted(one[0] for one in runs)[1], sorted(one[1] for one in runs)[1]
        serial = serial or (cpu, wall, 0)
        write(f"| {name} | {cpu:.2f} | {cpu / serial[0]:.2f} | {wall:.2f} | {serial[1] / wall:.2f} |\n")
    path.unlink()


def steps(write: Write) -> None:
    """The table of what one article costs, and what others need for it, in one process."""
    write("\n| step, articles/s and core | 1% name a region | all do |\n| --- | ---: | ---: |\n")
    lines = {share: list(records(2000 if share < 1 else 300, share)) for _name, share in SHARES}
    texts = {
        share: [one for line in batch if isinstance(one := parse_line(line, where=""), Article)]
        for share, batch in lines.items()
    }
    rows: list[tuple[str, list[float]]] = []
    for name, run in (("raw scan for the names (the yardstick)", scan()), ("this reader, from text", read_article)):
        rows.append((name, [rate(run, texts[share]) for _name, share in SHARES]))
    for name, step in (
        ("the gate on the raw line", nothing_named),
        ("the line decoded and checked", lambda line: parse_line(line, where="")),
    ):
        rows.append((name, [rate(step, lines[share]) for _name, share in SHARES]))
    for name, run in peers():
        rows.append((name, [rate(run, texts[share][:60]) for _name, share in SHARES]))
    for name, rates in rows:
        write(f"| {name} | {rates[0]:,.0f} | {rates[1]:,.0f} |\n")


def machine() -> str:
    """The machine by its type: processor, cores, Python."""
    model = platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def main() -> None:
    """Print the tables."""
    if sys.argv[1:2] == ["--inside"]:
        inside(Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))
        return
    million = "--million" in sys.argv[1:]
    sizes = [(count, *SHARES[0]) for count in (1_000, 10_000, 100_000, *((1_000_000,) if million else ()))]
    sizes += [(count, *SHARES[1]) for count in (1_000, 10_000)]
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    write = sys.stdout.write
    write(f"Machine: {machine()}\n\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        growth(folder, write, sizes)
        engines(folder, write, 100_000)
    steps(write)


if __name__ == "__main__":
    main()
