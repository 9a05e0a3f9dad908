"""Corpus, the task: one shard -> its files. This is all that an engine runs, in whatever process."""

from __future__ import annotations

from pathlib import Path

from geo.corpus.datasets import Writer
from geo.corpus.plan import Shard
from geo.corpus.sources import articles
from geo.models import Article, Reading, Record, Skipped


class Task(Record, frozen=True):
    """A shard, the folder of the results, and whether signatures for near-duplicates are made."""

    shard: Shard
    out: str
    signatures: bool


def work(task: Task) -> int:
    """Read a shard and write its files; returns how many articles there were, skipped ones with them.

    Doing it twice, also at the same time, gives the same files. Raises whatever the storage raises.
    """
    writer = Writer(Path(task.out), task.shard.file_name, signatures=task.signatures)
    count = 0
    try:
        for one in articles(task.shard):
            count += 1
            if isinstance(one, Article):
                writer.add(_read(one), one)
            else:
                writer.add(one, None)
        writer.finish()
    except BaseException:
        writer.drop()
        raise
    return count


def _read(article: Article) -> Reading:
    """Read one article; whatever goes wrong in it costs that article only."""
    from geo.reading.reader import read_article

    try:
        return read_article(article)
    except MemoryError:
        raise
    except Exception as error:  # of a million articles one may do what no test did
        reason = f"{type(error).__name__}: {error}"[:300]
        return Reading(article.info, skipped=Skipped("reading", " ".join(reason.split())))
