"""The summary of a corpus: counts by hand, and copies of a story counted once."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from corpora import PLAIN, TOLD, jsonl
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.corpus import run
from geo.corpus.datasets import PERMUTATIONS, _signature
from geo.corpus.summary import ALIKE, counts, same, told
from geo.errors import InputError

STORY = " ".join([*PLAIN, TOLD[0], *PLAIN[::-1]])
OTHER = " ".join([PLAIN[3], PLAIN[1], TOLD[0], "Nobody else was there when the doors were shut at noon."])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles with the same claims: a story, two reprints of it, another; and one without claims."""
    folder = tmp_path_factory.mktemp("summary")
    articles = [
        ("story", STORY, "2025-03-01", "Paper A"),
        ("copy", STORY, "2025-03-02", "Paper B"),
        ("near", STORY.replace("Tuesday", "Wednesday", 1), "2025-04-01T10:00:00Z", "Paper B"),
        ("other", OTHER, "2025", "Paper A"),
        ("plain", " ".join(PLAIN), "2025-03-01", "Paper A"),
    ]
    keys = ("id", "text", "date", "source")
    (folder / "a.jsonl").write_bytes(jsonl([dict(zip(keys, one, strict=True)) for one in articles]))
    run([folder / "a.jsonl"], folder / "out", shard_bytes=700)
    return folder / "out"


def test_a_row_for_each_article_region_and_role(corpus: Path) -> None:
    rows = told(corpus)
    assert list(rows.columns) == ["article", "story", "region", "role", "month", "source"]
    demanded = rows[(rows["region"] == "UA-14") & (rows["role"] == "demanded")]
    assert list(demanded["article"]) == ["story", "copy", "near", "other"]
    assert list(demanded["story"]) == ["story", "story", "story", "other"]
    assert list(demanded["month"][:3]) == ["2025-03", "2025-03", "2025-04"]
    assert demanded["month"].isna().tolist() == [False, False, False, True]


def test_counts(corpus: Path) -> None:
    rows = told(corpus)
    rows = rows[(rows["region"] == "UA-14") & (rows["role"] == "demanded")]
    assert counts(rows).to_dict("records") == [{"region": "UA-14", "role": "demanded", "articles": 4, "stories": 2}]
    by_source = counts(rows, ["source"]).set_index("source")
    assert by_source.loc["Paper A"].tolist() == [2, 2]
    assert by_source.loc["Paper B"].tolist() == [2, 1]
    months = counts(rows, ["month"])
    assert months["articles"].sum() == 4


def test_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected the folder of a corpus"):
        told(tmp_path)


def test_a_corpus_without_claims(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl([{"id": "a", "text": PLAIN[0]}]))
    run([tmp_path / "a.jsonl"], tmp_path / "out")
    assert len(told(tmp_path / "out")) == 0
    assert len(counts(told(tmp_path / "out"))) == 0


def test_signatures_estimate_the_share_of_common_triples() -> None:
    """Two texts of 400 words that share 200 words at the start: 198 of 598 triples, so about a third."""
    rng = random.Random(3)
    words = [f"w{rng.randrange(10**9)}" for _ in range(600)]
    one, two = _signature(" ".join(words[:400])), _signature(" ".join(words[:200] + words[400:]))
    assert one is not None
    assert two is not None
    equal = sum(one[i : i + 4] == two[i : i + 4] for i in range(0, 4 * PERMUTATIONS, 4)) / PERMUTATIONS
    assert equal == pytest.approx(198 / 598, abs=3 * (0.33 * 0.67 / PERMUTATIONS) ** 0.5)


def _made(numbers: list[int]) -> bytes:
    return struct.pack(f"<{PERMUTATIONS}I", *numbers)


def test_likeness_starts_where_it_is_said_to() -> None:
    base = list(range(PERMUTATIONS))
    enough = int(PERMUTATIONS * ALIKE) + 1
    like = base[:enough] + [10**6] * (PERMUTATIONS - enough)
    unlike = base[: enough - 2] + [10**7] * (PERMUTATIONS - enough + 2)
    assert same([_made(base), None, _made(like), _made(unlike), None]).tolist() == [0, 1, 0, 3, 4]
    assert same([]).tolist() == []
    assert same([None]).tolist() == [0]


def test_likeness_is_passed_on() -> None:
    base = list(range(PERMUTATIONS))
    near = base[:-12] + [10**6] * 12
    far = [10**7] * 12 + near[12:]
    assert same([_made(base), _made(far), _made(near)]).tolist() == [0, 0, 0]
    assert same([_made(base), _made(far)]).tolist() == [0, 1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=30))
def test_equal_signatures_are_one_story_and_the_first_names_it(kinds: list[int]) -> None:
    made = [_made([kind * 1000 + i for i in range(PERMUTATIONS)]) for kind in kinds]
    assert same(made).tolist() == [kinds.index(kind) for kind in kinds]
