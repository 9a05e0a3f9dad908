"""Corpus, the summary: data sets -> who said what about which region, by month and source, a story counted once.

Wire stories are printed by many papers. Articles whose texts are nearly the same (MinHash of their word triples) are
one story, so that a count of stories does not grow with the number of papers that print one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.corpus.datasets import PERMUTATIONS
from geo.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

#: Share of equal hashes from which two texts are one story: the share of word triples that they have in common.
ALIKE = 0.7
#: Signatures are compared where one of these many parts is equal: texts that share 70% are missed once in 80.
_BANDS = 16


def told(out: Path) -> pd.DataFrame:
    """Give one row for each article, region and role, in the corpus' order.

    Columns: ``article`` (id), ``story`` (id of the first article with nearly the same text), ``region``, ``role``,
    ``month`` (YYYY-MM, None where the date is not known that well) and ``source``. Memory is that of the articles with
    claims. Raises `InputError` if ``out`` is not the folder of a corpus.
    """
    articles = tellers(out)
    rows = said(out, articles)
    ids = articles["id"].to_numpy()
    frame = rows.assign(
        article=ids[rows["article"]],
        story=ids[articles["story"].to_numpy()[rows["article"]]],
        month=articles["month"].to_numpy()[rows["article"]],
        source=articles["source"].to_numpy()[rows["article"]],
    )
    return frame[["article", "story", "region", "role", "month", "source"]].drop_duplicates(ignore_index=True)


def tellers(out: Path) -> pd.DataFrame:
    """Give the articles that make a claim, in the corpus' order: the index is their number among themselves.

    Columns: ``id``, ``title``, ``date``, ``source``, ``url``, ``lang``, ``claims`` (how many), ``month`` (as in `told`)
    and ``story`` (number of the first article with nearly the same text). Raises `InputError` as `told`.
    """
    columns = ["id", "title", "date", "source", "url", "lang", "claims", "signature"]
    articles = _rows(out, "articles", columns, with_claims=True)
    articles["story"] = same(list(articles.pop("signature")))
    date = articles["date"]
    articles["month"] = date.str.slice(0, 7).where(date.str.len() >= 7, None)
    return articles


def said(out: Path, articles: pd.DataFrame, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Give one row for each article, region and role: the first such claim, in the corpus' order.

    ``articles`` is what `tellers` gave. Columns: ``article`` (its number there: ids need not be unique), ``region``,
    ``role``, ``row`` (number of the claim in the data set) and more ``columns`` of the data set. Raises `InputError`
    where the two data sets don't belong together.
    """
    import numpy as np

    claims = _rows(out, "claims", ["region", "role", *columns])
    if len(claims) != int(articles["claims"].sum()):
        raise InputError(f"{out}: its data sets don't belong together: run the same `corpus` command again")
    # Both data sets are written in the same order, so the counts say whose each claim is.
    claims.insert(0, "article", np.repeat(np.arange(len(articles)), articles["claims"].to_numpy()))
    claims.insert(3, "row", np.arange(len(claims)))
    return claims.drop_duplicates(["article", "region", "role"], ignore_index=True)


def claims_at(out: Path, rows: Sequence[int]) -> list[dict[str, Any]]:
    """Give whole claims by their numbers in the data set, in the order asked for; reads shard by shard."""
    import pyarrow.parquet as pq

    wanted = sorted(set(rows))
    found: dict[int, dict[str, Any]] = {}
    first = at = 0
    for path in _files(out, "claims"):
        count = pq.read_metadata(path).num_rows
        here = []
        while at < len(wanted) and wanted[at] < first + count:
            here.append(wanted[at] - first)
            at += 1
        if here:
            records = pq.read_table(path).take(here).to_pylist()
            found |= {first + place: record for place, record in zip(here, records, strict=True)}
        first += count
    return [found[row] for row in rows]


def counts(rows: pd.DataFrame, by: Sequence[str] = ("region", "role")) -> pd.DataFrame:
    """Count articles and stories of `told` by some of its columns: those, ``articles`` and ``stories``, sorted."""
    grouped = rows.groupby(list(by), dropna=False, sort=True)
    return grouped.agg(articles=("article", "nunique"), stories=("story", "nunique")).reset_index()


def same(signatures: Sequence[bytes | None]) -> npt.NDArray[np.intp]:
    """For each signature give the index of the first one that is nearly the same: its own, where there is none.

    Texts without a signature are like no other. Likeness is passed on: where a is like b and b like c, all are one.
    """
    import numpy as np

    known = [index for index, one in enumerate(signatures) if one is not None]
    numbers = np.frombuffer(b"".join(one for one in signatures if one is not None), "<u4").reshape(-1, PERMUTATIONS)
    first = list(range(len(signatures)))
    width = PERMUTATIONS // _BANDS
    for band in range(_BANDS):
        seen: dict[bytes, int] = {}
        parts = np.ascontiguousarray(numbers[:, band * width : (band + 1) * width])
        for row, index in enumerate(known):
            other = seen.setdefault(parts[row].tobytes(), row)
            if other != row and np.mean(numbers[row] == numbers[other]) >= ALIKE:
                _join(first, known[other], index)
    return np.array([_root(first, index) for index in range(len(first))], dtype=np.intp)


def _root(first: list[int], index: int) -> int:
    while first[index] != index:
        first[index] = first[first[index]]
        index = first[index]
    return index


def _join(first: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(first, one), _root(first, other)))
    first[high] = low


def _rows(out: Path, name: str, columns: list[str], *, with_claims: bool = False) -> pd.DataFrame:
    """Read columns of a data set, shard by shard in order."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    files = _files(out, name)
    wanted = pc.field("claims") > 0 if with_claims else None
    try:
        table = ds.dataset([str(file) for file in files], format="parquet").to_table(columns=columns, filter=wanted)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{out}: the data set {name} can't be read ({error}): make the corpus anew") from error
    frame: pd.DataFrame = table.to_pandas()
    # Unknown is None, never NaN, which is true and would be printed.
    texts = [name for name in columns if pa.types.is_string(table.schema.field(name).type)]
    return frame.astype(dict.fromkeys(texts, object)).where(frame.notna(), None)


def _files(out: Path, name: str) -> list[Path]:
    files = sorted((out / name).glob("part-*.parquet"))
    if not files:
        raise InputError(f"{out}: no data set {name} in it, expected the folder of a corpus: make one with `corpus`")
    return files
