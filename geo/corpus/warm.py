"""Corpus, the warm-up: imported once by the process that workers are forked from, so that each begins ready to read.

It loads the reader, its vocabularies and expressions, and, where no thread begins with it, Arrow: no thread survives a
fork, and what it held then stays held.
"""

from __future__ import annotations

import gc
import os
import sys

from geo.corpus import gate, task
from geo.models import Article, ArticleInfo
from geo.reading.reader import read_article

_SAMPLE = "The envoys met in the capital: one side demands that the other cede the Donetsk region, about 4% of Ukraine."
#: NumPy's linear algebra and the allocator that Arrow brings begin a thread each as they are loaded, unless told so.
_NO_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}

__all__ = ["gate", "task"]


def _load_arrow() -> None:
    os.environ |= _NO_THREADS
    import pyarrow.parquet  # noqa: F401


gate.nothing_named(b"")
read_article(Article(ArticleInfo("warm-up"), _SAMPLE))
if sys.platform == "linux" and "pyarrow" not in sys.modules:  # elsewhere it is not known to begin no thread
    _load_arrow()
# What is here now is never garbage: the collector need not look at it, nor write to pages that workers share.
gc.collect()
gc.freeze()
