"""The corpus room: the reading stage over many articles, from thousands to millions, into Parquet data sets.

The inputs are cut into shards in the same way whatever runs them. One task is one shard: it is read to temporary files
that take their names at the end, so a killed run is resumed by running it again, and every engine gives the same bytes.
"""

from __future__ import annotations

from geo.corpus.run import Report, run

__all__ = ["Report", "run"]
