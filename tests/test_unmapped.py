"""The room of what can't be mapped: phrases of territory without a unit, in seven languages, with exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.reading.cues import LANGUAGES
from geo.reading.document import Doc, Mention, Sentence
from geo.reading.unmapped import unmapped


def document(text: str, lang: str = "en", *regions: str) -> Doc:
    """One sentence; the words in ``regions`` name regions."""
    mentions = tuple(Mention(text.index(word), text.index(word) + len(word), ("UA-14",), 0) for word in regions)
    return Doc(text, lang, (Sentence(0, len(text)),), mentions)


def surfaces(text: str, lang: str = "en", *regions: str) -> list[str]:
    return [found.surface for found in unmapped(document(text, lang, *regions))]


PHRASES = [
    ("en", "It keeps lately occupied parts of southern Ukraine.", "occupied parts of southern Ukraine"),
    ("en", "They spoke of vast tracts of land.", "vast tracts of land"),
    ("en", "Russia may leave other areas.", "other areas"),
    ("en", "It wants illegally annexed territories recognised.", "illegally annexed territories"),
    ("en", "Fighting goes on in the east.", "the east"),
    ("en", "Troops captured large swaths of the country's east.", "large swaths of the country's east"),
    ("en", "Russia seized parts of northern Ukraine.", "parts of northern Ukraine"),
    ("en", "It seeks control of several eastern regions.", "several eastern regions"),
    ("uk", "Росія утримує окуповані території на сході України.", "окуповані території на сході України"),
    ("uk", "Йдеться про частину південної України.", "частину південної України"),
    ("uk", "Тимчасово окуповані території не визнають.", "Тимчасово окуповані території"),
    ("ru", "Часть юга Украины под ударом.", "Часть юга Украины"),
    ("ru", "Москва хочет оставить захваченные земли.", "захваченные земли"),
    ("de", "Teile der Südukraine sind besetzt.", "Teile der Südukraine"),
    ("de", "Es geht um die besetzten Gebiete.", "besetzten Gebiete"),
    ("fr", "Il garde les territoires occupés.", "territoires occupés"),
    ("fr", "Une partie du sud de l'Ukraine reste prise.", "partie du sud de l'Ukraine"),
    ("es", "Conserva partes del sur de Ucrania.", "partes del sur de Ucrania"),
    ("es", "Habla de los territorios ocupados.", "territorios ocupados"),
    ("pl", "Zachowa części południowej Ukrainy.", "części południowej Ukrainy"),
    ("pl", "Okupowane terytoria pozostają sporne.", "Okupowane terytoria"),
]


@pytest.mark.parametrize(("lang", "text", "phrase"), PHRASES)
def test_phrases(lang: str, text: str, phrase: str) -> None:
    assert surfaces(text, lang) == [phrase]


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Parts of Donetsk are held.", ("Donetsk",)),
        ("The occupied areas of the Donetsk region are shelled.", ("Donetsk",)),
        ("Donetsk territories are held.", ("Donetsk",)),
        ("Large parts of the population fled.", ()),
        ("They met in other areas of law.", ()),
        ("The West agreed.", ()),
        ("They talked about the land.", ()),
        ("Nothing of the kind is said here.", ()),
    ],
)
def test_what_names_a_unit_or_no_land_is_left_out(text: str, regions: tuple[str, ...]) -> None:
    assert surfaces(text, "en", *regions) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Envoys Weigh Deal Over Strategic Areas", []),
        ("Envoys Weigh Deal Over Strategic Areas.", ["Strategic Areas"]),
        ("Envoys weigh a deal over strategic areas", ["strategic areas"]),
        ("Envoys Weigh Deal Over Occupied Areas", ["Occupied Areas"]),
        ("Envoys Weigh Deal Over Many Eastern Areas", ["Many Eastern Areas"]),
        ("Envoys Weigh Deal Over Key Lands of Ukraine", ["Key Lands of Ukraine"]),
    ],
)
def test_a_headline_in_title_case_must_say_where_or_whose(text: str, found: list[str]) -> None:
    assert surfaces(text) == found


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("en", "It wants southern lands areas now held by troops.", ["southern lands"]),
        ("en", "It wants lands areas now held by troops.", ["areas now held"]),
        ("en", "It wants southern land areas.", ["southern land areas"]),
        ("uk", "Ідеться про окуповані території областей.", ["окуповані території областей"]),
    ],
)
def test_a_doubled_noun_ends_a_phrase(lang: str, text: str, found: list[str]) -> None:
    assert surfaces(text, lang) == found


def test_a_unit_beside_a_phrase_stays_outside_it() -> None:
    found = surfaces("It keeps Donetsk and other occupied areas.", "en", "Donetsk")
    assert found == ["other occupied areas"]


def test_the_same_words_are_told_once() -> None:
    text = "Occupied territories stay, and occupied territories suffer."
    assert surfaces(text) == ["Occupied territories"]


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, text, _ in PHRASES])
def test_offsets(lang: str, text: str) -> None:
    for found in unmapped(document(text, lang)):
        assert text[found.start : found.end] == found.surface
        assert found.sentence == text


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["parts", "of", "southern", "Ukraine", "'s", "the", "land", "occupied", ",", "-", "east", "in", "and", "x"]
        ),
        max_size=30,
    ),
    st.sampled_from(LANGUAGES),
)
def test_phrases_never_overlap(words: list[str], lang: str) -> None:
    text = " ".join(words)
    last = 0
    for found in unmapped(Doc(text, lang, (Sentence(0, len(text)),), ())):
        assert last <= found.start < found.end
        assert text[found.start : found.end] == found.surface
        last = found.end


def test_a_direction_and_a_country_are_enough() -> None:
    """Nothing else of land stands in the sentence."""
    assert surfaces("Moscow wants all of eastern Ukraine.") == ["all of eastern Ukraine"]
