"""Corpus, the warm-up: imported once by the process that workers are forked from, so that each begins ready to read.

It loads the reader, its vocabularies and expressions, and no Arrow: that begins threads, which no fork survives.
"""

from __future__ import annotations

from geo.corpus import gate, task
from geo.models import Article, ArticleInfo
from geo.reading.reader import read_article

_SAMPLE = "The envoys met in the capital: one side demands that the other cede the Donetsk region, about 4% of Ukraine."

__all__ = ["gate", "task"]

gate.nothing_named(b"")
read_article(Article(ArticleInfo("warm-up"), _SAMPLE))
