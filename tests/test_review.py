"""Review: ids that stay, decisions that are applied, and every fault named with its row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import page_atlases as made
import pytest

from geo import exports, review
from geo.errors import ReviewError
from geo.models import ArticleInfo, Reading, Skipped, Unmapped

SAID = "Moscow demands the Donetsk region and the Luhansk region in full."
THIRD = "It would keep “all of Crimea” as well."
TEXT = f"First words. {SAID} {THIRD} And it wants  the\nKherson region, too."


def at(surface: str, region: str, sentence: str = SAID, **more: Any) -> Any:
    start = TEXT.index(sentence)
    claim = made.claim(region, "demanded", sentence, surface, **more)
    return msgspec.structs.replace(claim, start=claim.start + start, end=claim.end + start, sentence_start=start)


def readings() -> list[Reading]:
    claims = (at("Donetsk", "UA-14"), at("Luhansk", "UA-09"))
    unmapped = Unmapped("all of Crimea", 0, 13, THIRD, TEXT.index(THIRD))
    return [
        Reading(ArticleInfo("002", title="Two"), claims, unmapped=(unmapped,)),
        Reading(ArticleInfo("b"), (made.claim("UA-23", "refused", "Never Zaporizhzhia.", "Zaporizhzhia"),)),
        Reading(ArticleInfo("broken"), skipped=Skipped("decode", "binary")),
    ]


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """The exported table with changes by row number (row 2 is the first claim) and rows added at the end."""

    def write_(
        changes: dict[int, dict[str, str]] | None = None,
        *added: dict[str, str],
        delimiter: str = ",",
        encoding: str = "utf-8-sig",
        head: str = "",
    ) -> Path:
        rows = list(csv.DictReader(io.StringIO(exports.claims_csv(readings()), newline="")))
        columns = list(rows[0])
        for number, cells in (changes or {}).items():
            rows[number - 2] |= cells
        rows += [dict.fromkeys(columns, "") | cells for cells in added]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "claims.csv"
        path.write_bytes((head + text.getvalue()).encode(encoding))
        return path

    return write_


def said(changed: list[Reading]) -> list[tuple[str, str, str]]:
    return [(one.article.id, claim.role, claim.region) for one in changed for claim in one.claims]


AS_READ = [("002", "demanded", "UA-14"), ("002", "demanded", "UA-09"), ("b", "refused", "UA-23")]


# --- ids ----------------------------------------------------------------------------------------------------


def test_ids_survive_another_reading() -> None:
    """Offsets, attribution, hedges and spaces may change; what is said about which region may not."""
    one = readings()[0]
    later = tuple(
        msgspec.structs.replace(
            claim,
            start=claim.start + 99,
            end=claim.end + 99,
            sentence_start=claim.sentence_start + 99,
            sentence=claim.sentence.replace(" and ", "\n and\u00a0"),
            speaker="someone",
            hedged=True,
            why=None,
        )
        for claim in one.claims
    )
    assert review.claim_ids(msgspec.structs.replace(one, claims=later)) == review.claim_ids(one)


@pytest.mark.parametrize("change", [{"region": "UA-09"}, {"role": "demanded"}, {"sentence": "Donetsk."}])
def test_another_claim_has_another_id(change: dict[str, str]) -> None:
    one = readings()[1]
    other = msgspec.structs.replace(one, claims=(msgspec.structs.replace(one.claims[0], **change),))
    assert review.claim_ids(other) != review.claim_ids(one)


def test_the_order_of_other_claims_does_not_matter() -> None:
    one = readings()[0]
    turned = msgspec.structs.replace(one, claims=tuple(reversed(one.claims)))
    assert review.claim_ids(turned) == tuple(reversed(review.claim_ids(one)))


def test_the_same_claim_twice_is_numbered() -> None:
    one = readings()[1]
    first, second = review.claim_ids(msgspec.structs.replace(one, claims=one.claims * 2))
    assert second == f"{first}-2"
    assert first == review.claim_ids(one)[0]


def test_an_id_is_no_number_to_a_spreadsheet() -> None:
    assert all(id_.startswith("c-") for one in readings() for id_ in review.claim_ids(one))


# --- decisions ----------------------------------------------------------------------------------------------


def test_an_untouched_table_changes_nothing(write: Write) -> None:
    changed, report = review.apply(readings(), write())
    assert changed == readings()
    assert report.text == "reviewed by hand: 0 of 3 claims"
    assert "holds no decision" in report.notices[0]


def test_accept_reject_correct(write: Write) -> None:
    changed, report = review.apply(
        readings(),
        write(
            {
                2: {"decision": "accept"},
                3: {"decision": "Reject"},
                4: {"decision": "corrected", "new_role": "controlled", "new_region": "ua-65"},
            }
        ),
    )
    assert said(changed) == [("002", "demanded", "UA-14"), ("b", "controlled", "UA-65")]
    assert (report.accepted, report.rejected, report.corrected, report.added) == (1, 1, 1, 0)
    assert report.text == "reviewed by hand: 3 of 3 claims"
    assert report.notices == ()
    corrected = changed[1].claims[0]
    assert corrected.why is not None
    assert corrected.why.rule == "corrected by hand, was refused UA-23"
    assert corrected.surface == "Zaporizhzhia"


@pytest.mark.parametrize(
    ("called", "role"), [("Held", "controlled"), ("to be returned", "returned"), ("утримують", "controlled")]
)
def test_a_role_may_be_called_what_the_maps_call_it(write: Write, called: str, role: str) -> None:
    changed, _ = review.apply(readings(), write({3: {"new_role": called}}))
    assert said(changed)[1] == ("002", role, "UA-09")


def test_a_new_role_alone_is_a_correction(write: Write) -> None:
    changed, report = review.apply(readings(), write({3: {"new_role": "mentioned"}}))
    assert said(changed)[1] == ("002", "mentioned", "UA-09")
    assert report.text == "reviewed by hand: 1 of 3 claims"


def test_a_composite_becomes_its_units(write: Write) -> None:
    changed, report = review.apply(readings(), write({4: {"decision": "correct", "new_region": "Donbas"}}))
    assert said(changed)[2:] == [("b", "refused", "UA-09"), ("b", "refused", "UA-14")]
    assert report.corrected == 1


def test_a_correction_to_what_stands_there_is_kept_once(write: Write) -> None:
    same = [readings()[1]]
    twin = msgspec.structs.replace(same[0].claims[0], region="UA-65")
    both = [msgspec.structs.replace(same[0], claims=(same[0].claims[0], twin))]
    path = write()
    id_ = review.claim_ids(both[0])[1]
    path.write_text(f"claim,decision,new_region\n{id_},correct,UA-23\n", encoding="utf-8")
    changed, report = review.apply(both, path)
    assert said(changed) == [("b", "refused", "UA-23")]
    assert report.corrected == 1


def test_reviewed_claims_are_measured_and_drawn(write: Write) -> None:
    changed, _ = review.apply(readings(), write({2: {"decision": "reject"}}))
    assert [claim.region for claim in changed[0].claims] == ["UA-09"]
    assert changed[2] == readings()[2]


# --- adding -------------------------------------------------------------------------------------------------

ADD = {"decision": "add", "article": "002", "new_region": "UA-65", "new_role": "demanded"}


def test_add_with_a_quote_from_the_text(write: Write) -> None:
    row = ADD | {
        "sentence": "it wants the Kherson region, too",
        "surface": "Kherson region",
        "actor": "ru",
        "hedged": "TRUE",
    }
    changed, report = review.apply(readings(), write(None, row), texts={"002": TEXT})
    claim = changed[0].claims[-1]
    assert (claim.region, claim.role, claim.actor, claim.hedged, claim.partial) == (
        "UA-65",
        "demanded",
        "RU",
        True,
        False,
    )
    assert TEXT[claim.start : claim.end] == claim.surface == "Kherson region"
    assert TEXT[claim.sentence_start :].startswith(claim.sentence)
    assert report.text == "reviewed by hand: 1 of 4 claims"
    assert claim.why is not None
    assert claim.why.rule == "added by hand"


def test_a_quote_that_is_not_in_the_text_is_refused(write: Write) -> None:
    row = ADD | {"sentence": "It wants Odesa.", "source": "A wire"}
    with pytest.raises(ReviewError, match=r"row 5, column sentence: 'It wants Odesa.' does not stand in article 002"):
        review.apply(readings(), write(None, row), texts={"002": TEXT})


def test_a_quote_among_the_sentences_read(write: Write) -> None:
    """Other quotation marks and spaces than in the article are the spreadsheet's doing."""
    row = ADD | {"sentence": 'keep "all of  Crimea" as well', "surface": "Crimea", "new_region": "crimea"}
    changed, report = review.apply(readings(), write(None, row))
    found = changed[0].claims[-2:]
    assert [claim.region for claim in found] == ["UA-40", "UA-43"]
    assert all(TEXT[claim.start : claim.end] == "Crimea" for claim in found)
    assert all(claim.sentence == THIRD for claim in found)
    assert report.added == 2


def test_a_quote_that_was_not_read_needs_its_source(write: Write) -> None:
    row = ADD | {"sentence": "It wants Odesa."}
    with pytest.raises(ReviewError, match="name its source"):
        review.apply(readings(), write(None, row))
    changed, report = review.apply(readings(), write(None, row | {"source": "Transcript, page 3"}))
    claim = changed[0].claims[-1]
    assert claim.why is not None
    assert claim.why.cue == "Transcript, page 3"
    assert any("taken on the source" in notice for notice in report.notices)


def test_a_spreadsheet_that_eats_zeros(write: Write) -> None:
    row = ADD | {"article": "2", "sentence": "the Donetsk region"}
    changed, _ = review.apply(readings(), write(None, row))
    assert changed[0].claims[-1].surface == "the Donetsk region"


def test_an_article_that_was_not_read(write: Write) -> None:
    row = ADD | {
        "article": "agency",
        "sentence": "'-it wants Kherson",
        "source": "An agency",
        "url": "https://example.org/1",
        "date": "2025-03-18",
        "title": "New",
    }
    changed, report = review.apply(readings(), write(None, row, row | {"new_region": "UA-48"}))
    new = changed[-1]
    assert new.article == ArticleInfo("agency", "New", "2025-03-18", "An agency", "https://example.org/1")
    assert [claim.region for claim in new.claims] == ["UA-65", "UA-48"]
    assert new.claims[0].sentence == "-it wants Kherson"
    assert sum("added by hand" in notice for notice in report.notices) == 1


# --- what no longer matches ---------------------------------------------------------------------------------


def test_rows_that_no_longer_match_are_told(write: Write) -> None:
    path = write({2: {"decision": "reject"}, 4: {"decision": "accept"}})
    later = [readings()[0], msgspec.structs.replace(readings()[1], claims=())]
    changed, report = review.apply(later, path)
    assert said(changed) == [("002", "demanded", "UA-09")]
    (notice,) = report.notices
    assert notice.startswith("row 4: claim c-")
    assert "refused UA-23" in notice
    assert report.text == "reviewed by hand: 1 of 2 claims"


def test_claims_that_are_new_are_counted(write: Write) -> None:
    path = write({2: {"decision": "accept"}})
    more = at("Crimea", "UA-43", THIRD)
    later = [msgspec.structs.replace(readings()[0], claims=(*readings()[0].claims, more)), *readings()[1:]]
    _, report = review.apply(later, path)
    assert report.notices == ("1 claim read now but not in claims.csv: not reviewed",)
    assert report.text == "reviewed by hand: 1 of 4 claims"


# --- files that spreadsheets write --------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_any_delimiter_and_encoding(write: Write, delimiter: str, encoding: str) -> None:
    path = write({2: {"decision": "reject", "note": "не так"}}, delimiter=delimiter, encoding=encoding)
    changed, _ = review.apply(readings(), path)
    assert said(changed) == AS_READ[1:]


def test_a_legacy_encoding(write: Write) -> None:
    path = write({2: {"decision": "reject", "note": "Ні, це не вимога, а згадка про область"}}, encoding="utf-8")
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251"))
    changed, _ = review.apply(readings(), path)
    assert said(changed) == AS_READ[1:]


def test_excels_own_first_line(write: Write) -> None:
    path = write({2: {"decision": "reject"}}, delimiter=";", head="sep=;\r\n")
    assert said(review.apply(readings(), path)[0]) == AS_READ[1:]


def test_columns_in_any_order_and_only_those_needed(write: Write) -> None:
    path = write()
    id_ = review.claim_ids(readings()[1])[0]
    path.write_text(f"Decision;New Role;CLAIM\nreject;;{id_.upper()}\n;;\n", encoding="utf-8")
    assert said(review.apply(readings(), path)[0]) == AS_READ[:2]


# --- faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"decision": "maybe"}, "decision", "none of accept, reject, correct, add"),
        ({"decision": "correct"}, "decision", "needs a new_role or a new_region"),
        ({"decision": "correct", "new_role": "taken"}, "new_role", "'taken' is none of demanded"),
        ({"decision": "correct", "new_region": "UA-99"}, "new_region", "no region or area"),
        ({"decision": "correct", "new_region": "Donetsk"}, "new_region", "did you mean UA-14"),
        ({"decision": "accept", "new_role": "refused"}, "new_role", "the decision is accept"),
        ({"role": "refused"}, "role", "write that into new_role"),
        ({"region": "UA-65"}, "region", "write that into new_region"),
        ({"claim": "", "decision": "reject"}, "decision", "can only add one"),
        ({"claim": ""}, "decision", "can only add one"),
    ],
)
def test_a_fault_names_row_and_column(write: Write, cells: dict[str, str], column: str, why: str) -> None:
    with pytest.raises(ReviewError) as raised:
        review.apply(readings(), write({3: cells}))
    assert f"1 fault: row 3, column {column}: " in str(raised.value)
    assert why in str(raised.value)
    assert "claims.csv" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"article": ""}, "article"),
        ({"article": "broken"}, "article"),
        ({"sentence": ""}, "sentence"),
        ({"new_region": ""}, "region"),
        ({"new_role": ""}, "role"),
        ({"surface": "Odesa"}, "surface"),
        ({"hedged": "perhaps"}, "hedged"),
        ({"actor": "Russia"}, "actor"),
        ({"article": "new"}, "source"),
        ({"article": "new", "url": "javascript:alert(1)"}, "url"),
        ({"article": "new", "source": "x", "date": "18.3.25"}, "date"),
    ],
)
def test_a_fault_in_an_added_row(write: Write, cells: dict[str, str], column: str) -> None:
    row = ADD | {"sentence": "the Donetsk region"} | cells
    with pytest.raises(ReviewError, match=f"row 5, column {column}: "):
        review.apply(readings(), write(None, row))


def test_all_faults_are_told_at_once(write: Write) -> None:
    path = write({2: {"decision": "no"}, 3: {"new_role": "x"}, 4: {"new_region": "x"}})
    with pytest.raises(ReviewError, match=r"3 faults: row 2, .*row 3, .*row 4, "):
        review.apply(readings(), path)


def test_many_faults_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("claim,decision\n" + "c-1,no\n" * 50, encoding="utf-8")
    with pytest.raises(ReviewError, match=r"50 faults: .* and 30 more$"):
        review.apply(readings(), path)


def test_the_same_claim_in_two_rows(write: Write) -> None:
    id_ = review.claim_ids(readings()[0])[0]
    with pytest.raises(ReviewError, match=r"row 5, column claim: .* stands in row 2, too"):
        review.apply(readings(), write({2: {"decision": "accept"}}, {"claim": id_, "decision": "reject"}))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b"a,b\n1,2\n", "no columns claim and decision"),
        (b"claim,decision,claim\n", "column claim is there twice"),
        (b"claim,decision\nc-1,reject,because\n", "row 2 has more cells"),
        (b'claim,decision\nc-1,"reject\n', "no valid CSV"),
        (b"claim,decision\n" + b"x" * 200_000 + b",\n", "no valid CSV"),
        (b"PK\x03\x04rest", "office document"),
        (b"%PDF-1.7", "a PDF"),
        (b"claim,decision\n\xff\xfe\x00\x01\x00\x00", "claims.csv"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(content)
    with pytest.raises(ReviewError, match=why) as raised:
        review.apply(readings(), path)
    assert "claims.csv" in str(raised.value)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match=r"no\.csv: can't be read .*give the path of claims\.csv"):
        review.apply(readings(), tmp_path / "no.csv")
    with pytest.raises(ReviewError, match="not a file"):
        review.apply(readings(), tmp_path)


def test_a_table_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "TABLE_BYTES", 10)
    (tmp_path / "t.csv").write_bytes(b"claim,decision\n")
    with pytest.raises(ReviewError, match="too large"):
        review.apply(readings(), tmp_path / "t.csv")
