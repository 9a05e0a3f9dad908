"""The reader: an article in, claims, amounts and phrases out; bad input, exact offsets, linear cost."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.models import Article, ArticleInfo, Reading
from geo.reading.clauses import clause
from geo.reading.reader import doc, read_article


def read(text: str, lang: str | None = None) -> Reading:
    return read_article(Article(ArticleInfo("x", lang=lang), text))


def test_claims_amounts_and_phrases_of_one_article() -> None:
    text = (
        "Russia demands the Donetsk region. It occupies about 20% of Ukraine's territory. "
        "It holds parts of southern Ukraine."
    )
    reading = read(text, "en")
    assert {(claim.region, claim.role) for claim in reading.claims} == {("UA-14", "demanded")}
    assert [(q.min, q.max, q.unit, q.of) for q in reading.quantities] == [(20.0, 20.0, "percent", "UA")]
    assert [one.surface for one in reading.unmapped] == ["parts of southern Ukraine"]
    assert reading.skipped is None


@pytest.mark.parametrize("text", ["", "12 345 !!", " \n"])
def test_a_text_without_letters_is_skipped_and_says_so(text: str) -> None:
    skipped = read(text).skipped
    assert skipped is not None
    assert skipped.stage == "language"


def test_a_text_without_names_is_read_as_empty() -> None:
    reading = read("The weather was fine in the city of Lyon.")
    assert reading == Reading(ArticleInfo("x"))


@pytest.mark.parametrize("lang", ["it", "zz", None])
def test_a_language_without_cues_still_names_regions(lang: str | None) -> None:
    reading = read("La Crimea e il Donbass sono al centro della trattativa.", lang)
    assert {(claim.region, claim.role) for claim in reading.claims} == {
        ("UA-43", "mentioned"),
        ("UA-14", "mentioned"),
        ("UA-09", "mentioned"),
    }


PIECES = st.sampled_from(
    [
        "Crimea",
        "Putin demands",
        "20% of Ukraine",
        "Донецька область",
        "�",
        "\x00",
        "\xad",
        "\u202e",
        ". ",
        "\n",
        " ",
        "parts of southern Ukraine",
        "26,000 sq km",
        "annexed",
        "Київ",
        "both regions",
        "İ",
        "“",
        "’s",
    ]
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(PIECES, max_size=20).map("".join), st.sampled_from(["en", "uk", "ru", "de", "fr", "es", "pl", "it", None])
)
def test_offsets_are_exact_in_any_text(text: str, lang: str | None) -> None:
    reading = read(text, lang)
    for one in (*reading.claims, *reading.quantities, *reading.unmapped):
        assert text[one.start : one.end] == one.surface
        assert text[one.sentence_start :][: len(one.sentence)] == one.sentence
        assert one.sentence_start <= one.start < one.end <= one.sentence_start + len(one.sentence)
    assert read(text, lang) == reading


def test_doc_tells_the_language_itself() -> None:
    assert doc("Die Seiten haben sich nicht auf die Krim geeinigt, und das ist so.").lang == "de"


@pytest.mark.parametrize(
    ("text", "region", "role"),
    [
        ("There is no way round it: Moscow must get what it asks for, and it asks for Donetsk.", "UA-14", "demanded"),
        ("The envoy suggested that Kyiv could let go of Donetsk.", "UA-14", "conceded"),
        ("The text lets the United States treat Luhansk as Russian.", "UA-09", "conceded"),
    ],
)
def test_bare_names_are_regions_where_they_are_given_or_demanded(text: str, region: str, role: str) -> None:
    """The words around do not say whether the city is meant; what is said of it does."""
    assert (region, role) in {(c.region, c.role) for c in read(text, "en").claims}


@pytest.mark.parametrize(
    "text", ["He had taught for years in Donetsk.", "Ukrainian troops seized Kherson again.", "A train left Kherson."]
)
def test_bare_names_with_nothing_said_of_land_are_cities(text: str) -> None:
    """No claim, not even a mention."""
    assert read(text, "en").claims == ()


DENSE = (
    "Russia demands that Ukraine cede the Donetsk and Luhansk regions, which it partly occupies. Kyiv rejected that. "
    "Moscow holds 75% of the Kherson region and about 20% of Ukraine; it wants them both. Will Kyiv leave Donbas? No. "
    "The two breakaway republics and parts of southern Ukraine are not up for negotiation, he said. "
)


def calls(text: str) -> int:
    """How many calls, of Python and of C, reading a text takes: what time follows, without its noise."""
    count = 0

    def seen(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        read(text, "en")
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "text", [DENSE, DENSE.replace(".", ",").replace("?", ","), DENSE + "\n", "20% of Ukraine, ", "Crimea and "]
)
def test_the_work_grows_with_the_length_and_no_faster(text: str) -> None:
    long = text * (5_000 // len(text))
    read(long, "en")  # what is known of the words is worked out before
    assert calls(long * 3) <= 3 * 1.1 * calls(long)


@given(text=st.lists(PIECES, max_size=20).map("".join), lang=st.sampled_from(["en", "fr", "pl", "uk"]))
def test_tokens_of_a_clause_stand_in_the_text_in_order(text: str, lang: str) -> None:
    parsed = doc(text, lang)
    for index, sentence in enumerate(parsed.sentences):
        found = clause(parsed, index)
        assert found is not None
        last = sentence.start
        for k, raw in enumerate(found.raw):
            start, end = found.starts[k], found.end(k)
            assert parsed.text[start:end] == raw
            assert not parsed.text[last:start].strip()
            last = end
        assert last <= sentence.end


def test_what_is_claimed_is_never_annexed_by_its_owner() -> None:
    """ "As" opens a clause of its own here."""
    claims = read("Venezuela renews claim to Essequibo as Guyana stands firm", "en").claims
    assert {claim.actor for claim in claims} <= {"VE", None}


class TestLeftOut:
    def test_regions_of_another_dispute_are_told(self) -> None:
        text = "Russia demands all of Donetsk region. Venezuela claims Essequibo (Essequibo!), Israel the Golan."
        read = read_article(Article(ArticleInfo("x", lang="en"), text))
        assert {claim.region for claim in read.claims} == {"UA-14"}
        assert len(read.notes) == 1
        assert read.notes[0].endswith(": Essequibo, Golan")

    def test_nothing_is_told_where_nothing_is_left_out(self) -> None:
        read = read_article(Article(ArticleInfo("x", lang="en"), "Venezuela claims Essequibo as its own."))
        assert [(claim.region, claim.role) for claim in read.claims] == [("GY-essequibo", "annexed")]
        assert read.notes == ()


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Ukraine held Donetsk region until 2014.", {("UA-14", "mentioned")}),
        ("Ukraine controlled Kherson region before the invasion.", {("UA-65", "mentioned")}),
        ("Armenia held Nagorno-Karabakh until 2023.", {("AZ-karabakh", "mentioned")}),
        ("Russia held Donetsk region.", {("UA-14", "controlled")}),
        ("Russian occupied Kherson region was hit.", {("UA-65", "controlled")}),
    ],
)
def test_who_stands_before_a_past_tense_holds_the_land(text: str, roles: set[tuple[str, str]]) -> None:
    assert {(claim.region, claim.role) for claim in read(text, "en").claims} == roles


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "Zaporizhzhia region and Kherson region, whose capitals were won back, are already written into the "
            "Russian constitution.",
            {("UA-23", "annexed"), ("UA-65", "annexed")},
        ),
        (
            "Moscow could hand back parts of Sumy region that its soldiers occupy if Ukraine leaves Donetsk region.",
            {("UA-59", "returned"), ("UA-59", "controlled"), ("UA-14", "demanded")},
        ),
        ("It was Kyiv, not Moscow, that refused to discuss Donetsk region.", {("UA-14", "refused")}),
        ("Guyana says not a blade of grass of Essequibo would be given up.", {("GY-essequibo", "refused")}),
        ("If Kyiv balked, Washington would recognise Crimea as Russian.", {("UA-43", "conceded")}),
        (
            "Kyiv would not recognise any occupied land in Donetsk region.",
            {("UA-14", "refused"), ("UA-14", "controlled")},
        ),
        (
            'Lavrov said recognition of Crimea as Russian was "imperative", brushing aside that it be left for later.',
            {("UA-43", "demanded")},
        ),
        (
            "Russia offered to swap its foothold in Kharkiv region for Donetsk region.",
            {("UA-63", "controlled"), ("UA-63", "returned"), ("UA-14", "demanded")},
        ),
        ("Crimea, Ukrainian but occupied by Russia since 2014, relies on ferries.", {("UA-43", "controlled")}),
    ],
)
def test_what_each_clause_says_is_said_of_its_own_region(text: str, roles: set[tuple[str, str]]) -> None:
    assert {(claim.region, claim.role) for claim in read(text, "en").claims} == roles
