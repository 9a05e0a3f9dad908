"""The quantity room: amounts of land with whole, hedge and role, in seven languages; other figures stay out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.models import Quantity
from geo.reading.cues import LANGUAGES
from geo.reading.document import Doc, Mention, Sentence
from geo.reading.quantities import quantities
from geo.reading.reader import doc as read_doc

Region = tuple[tuple[str, ...], str | None]
DONETSK: Region = (("UA-14",), None)
LUHANSK: Region = (("UA-09",), None)
ZAPORIZHZHIA: Region = (("UA-23",), None)
KHERSON: Region = (("UA-65",), None)
KURSK: Region = (("RU-KRS",), None)
DONBAS: Region = (("UA-14", "UA-09"), "donbas")
CRIMEA: Region = (("UA-43",), "crimea")
ESSEQUIBO: Region = (("GY-essequibo",), None)


def document(marked: str, lang: str = "en", **regions: Region) -> Doc:
    """A document from text in which regions stand in braces ("{Donetsk}") and sentences end at a bar."""
    text, mentions, sentences = "", [], []
    for piece in marked.split("|"):
        start = len(text)
        for plain, named in re.findall(r"([^{}]*)(?:\{([^{}]*)\})?", piece):
            text += plain
            if named:
                key, _, surface = named.rpartition("=")
                codes, area = regions[key or surface]
                mentions.append(Mention(len(text), len(text) + len(surface), codes, len(sentences), area=area))
                text += surface
        sentences.append(Sentence(start, len(text)))
        text += " "
    return Doc(text, lang, tuple(sentences), tuple(mentions))


def only(doc: Doc) -> Quantity:
    found = quantities(doc)
    assert len(found) == 1, [(q.surface, q.of) for q in found]
    return found[0]


SHARES = [
    ("en", "Russia controls roughly 20% of Ukraine's land.", 20, "about"),
    ("en", "Russia occupies nearly a fifth of the country, Ukraine says.", 20, "nearly"),
    ("en", "Moscow holds one in five square kilometres of Ukraine.", 20, None),
    ("en", "Russia occupies more than 20 per cent of Ukrainian territory.", 20, "more_than"),
    ("en", "Up to a third of Ukraine is under occupation.", 33.33, "up_to"),
    ("uk", "Росія контролює близько 20% території України.", 20, "about"),
    ("uk", "П’ята частина України окупована росіянами.", 20, None),
    ("uk", "Понад третину української території окуповано.", 33.33, "more_than"),
    ("ru", "Россия контролирует почти пятую часть Украины.", 20, "nearly"),
    ("ru", "Под контролем России 19,2 процента площади Украины.", 19.2, None),
    ("de", "Russland hält rund ein Fünftel der Ukraine besetzt.", 20, "about"),
    ("de", "Mindestens 20 Prozent des ukrainischen Territoriums sind besetzt.", 20, "at_least"),
    ("fr", "La Russie occupe près d'un cinquième du territoire ukrainien.", 20, "nearly"),
    ("fr", "Moscou contrôle environ 20 % de l’Ukraine.", 20, "about"),
    ("es", "Rusia ocupa casi una quinta parte de Ucrania.", 20, "nearly"),
    ("es", "Rusia controla más del 20 por ciento del territorio ucraniano.", 20, "more_than"),
    ("pl", "Rosja okupuje około jednej piątej terytorium Ukrainy.", 20, "about"),
    ("pl", "Rosja kontroluje ponad 20 proc. powierzchni Ukrainy.", 20, "more_than"),
]


@pytest.mark.parametrize(("lang", "text", "value", "hedge"), SHARES)
def test_shares_of_a_country(lang: str, text: str, value: float, hedge: str | None) -> None:
    found = only(document(text, lang))
    assert (found.min, found.max, found.unit, found.of) == (value, value, "percent", "UA")
    assert found.hedge == hedge
    assert found.approx is (hedge is not None)


AREAS = [
    ("en", "Russia seized 116,000 square kilometres of Ukraine.", 116_000),
    ("en", "Russia seized 45,000 square miles of Ukraine.", 116_500),
    ("en", "Russia seized 1.2 million hectares in Ukraine.", 12_000),
    ("en", "Russia seized 4,336 km² in Ukraine.", 4_336),
    ("uk", "Росія захопила 110 тис. кв. км території України.", 110_000),
    ("ru", "Россия захватила 114 500 квадратных километров Украины.", 114_500),
    ("de", "Russland eroberte 110.000 km² ukrainischen Territoriums.", 110_000),
    ("fr", "La Russie a conquis 116 000 kilomètres carrés en Ukraine.", 116_000),
    ("es", "Rusia capturó 110.000 kilómetros cuadrados de Ucrania.", 110_000),
    ("pl", "Rosja zajęła 116 tys. km kw. Ukrainy.", 116_000),
    ("de", "Russland eroberte 6'600 Quadratkilometer der Ukraine.", 6_600),
]


@pytest.mark.parametrize(("lang", "text", "km2"), AREAS)
def test_areas(lang: str, text: str, km2: float) -> None:
    found = only(document(text, lang))
    assert (found.min, found.max, found.unit, found.of) == (km2, km2, "km2", "UA")


RANGES = [
    ("en", "Russia holds 18-20% of Ukraine.", 18, 20),
    ("en", "Russia holds between 18 and 20 percent of Ukraine.", 18, 20),
    ("en", "Russia holds 18% to 20% of Ukraine.", 18, 20),
    ("uk", "Росія окупувала від 18 до 20% території України.", 18, 20),
    ("ru", "Россия заняла 18–20% территории Украины.", 18, 20),
    ("de", "Russland hält zwischen 18 und 20 Prozent der Ukraine.", 18, 20),
    ("fr", "La Russie occupe entre 18 et 20 % de l'Ukraine.", 18, 20),
    ("es", "Rusia ocupa entre el 18 y el 20% de Ucrania.", 18, 20),
    ("pl", "Rosja okupuje od 18 do 20 procent Ukrainy.", 18, 20),
    ("en", "Russia holds 10 to 15 thousand square kilometres of Ukraine.", 10_000, 15_000),
]


@pytest.mark.parametrize(("lang", "text", "low", "high"), RANGES)
def test_ranges(lang: str, text: str, low: float, high: float) -> None:
    found = only(document(text, lang))
    assert (found.min, found.max, found.hedge, found.approx) == (low, high, "between", False)


def test_a_change_is_two_figures() -> None:
    found = quantities(document("Russia's share of the land rose from 18% to 20% of Ukraine."))
    assert [(q.min, q.max, q.of) for q in found] == [(18, 18, "UA"), (20, 20, "UA")]


def test_a_conversion_is_the_first_figure_only() -> None:
    found = only(document("Russia holds 116,000 km2 (45,000 square miles) of Ukraine."))
    assert (found.surface, found.max) == ("116,000 km2", 116_000)


def test_a_repeated_share_is_one() -> None:
    assert only(document("Ukraine lost a fifth, or 20%, of its territory.")).max == 20


WHOLES = [
    ("Russia controls 75% of {Donetsk} region.", "UA-14"),
    ("Russia controls 88% of the {Donbas}.", "donbas"),
    ("Russia took 20% of {Crimea} in a day.", "crimea"),
    ("Russia controls 73% of {Kherson} and {Zaporizhzhia} regions.", "UA-23+UA-65"),
    ("{Kherson} and {Zaporizhzhia} are held in part.|Moscow controls about 73% of each.", "UA-23+UA-65"),
    ("Fighting goes on in the {Donetsk} region.|Kyiv controls 25% of it.", "UA-14"),
    ("Fighting goes on in the {Donetsk} region.|Kyiv controls a quarter of the region.", "UA-14"),
    ("In {Zaporizhzhia} region, Russia holds about 75%.", "UA-23"),
    ("{Luhansk} region is 99% occupied.", "UA-09"),
    ("Ukraine holds 6,600 sq km (2,548 square miles) of {Donetsk}.", "UA-14"),
    ("Kyiv seized 1,000 square kilometres in the {Kursk} region.", "RU-KRS"),
    ("Ukraine invaded the {Kursk} region.|Its troops captured 1,000 sq km there.", "RU-KRS"),
    ("{Luhansk} is Ukrainian land.|Russia seized 4,000 square kilometres of Ukraine.", "UA"),
    ("Venezuela claims the {Essequibo}, two-thirds of Guyana's territory.", "GY"),
]


@pytest.mark.parametrize(("text", "of"), WHOLES)
def test_wholes(text: str, of: str) -> None:
    named = {
        "Donetsk": DONETSK,
        "Luhansk": LUHANSK,
        "Zaporizhzhia": ZAPORIZHZHIA,
        "Kherson": KHERSON,
        "Kursk": KURSK,
        "Donbas": DONBAS,
        "Crimea": CRIMEA,
        "Essequibo": ESSEQUIBO,
    }
    assert only(document(text, **named)).of == of


def test_shares_dealt_out_in_order() -> None:
    doc = document(
        "Russia would keep the parts of {Kherson} and {Zaporizhzhia} it holds, 74% and 73% respectively.",
        Kherson=KHERSON,
        Zaporizhzhia=ZAPORIZHZHIA,
    )
    assert [(q.min, q.of) for q in quantities(doc)] == [(74, "UA-65"), (73, "UA-23")]


NO_LAND = [
    ("en", "A poll found that 26% would accept ceding {Crimea}."),
    ("en", "About 80% of Ukraine's population lives in the west."),
    ("en", "Half of {Crimea}'s residents fled."),
    ("en", "Half of {Crimea} residents fled."),
    ("en", "In the {Crimea} referendum 97% chose to be controlled by Russia, officials said."),
    ("en", "{Crimea} held a vote: 97% were for it, controlled by Russia."),
    ("en", "Russia's GDP fell 3 percent as it held {Crimea}."),
    ("en", "Two-thirds of voters in {Crimea} said yes."),
    ("en", "Half a million troops hold the line in {Crimea}."),
    ("en", "Ukraine lost 40% of its energy capacity."),
    ("en", "A tariff of 50% hit Ukraine."),
    ("en", "There is a 50 percent chance that Russia takes {Crimea}."),
    ("en", "Half of the land seized was returned to Ukraine."),
    ("en", "Ukraine retook 54% of the land Russia had seized."),
    ("en", "Ukraine builds 500 square metres of housing in {Crimea}, 20 kilometres from the front."),
    ("en", "Ukraine lost 5,000 hectares of forest."),
    ("en", "Ukraine gets 50% of the votes of {Crimea} in a third round."),
    ("uk", "Населення України зменшилося на 20%, 54% українців проти."),
    ("uk", "80% населення України має світло."),
    ("ru", "26% жителей Украины готовы уступить {Crimea=Крым}."),
    ("de", "54 Prozent der Ukrainer sind dagegen, {Crimea=die Krim} abzugeben."),
    ("fr", "54 % des Ukrainiens refusent de céder {Crimea=la Crimée}."),
    ("es", "El 54% de los ucranianos rechaza ceder {Crimea}."),
    ("pl", "54 proc. Ukraińców jest przeciw oddaniu {Crimea=Krymu}."),
]


@pytest.mark.parametrize(("lang", "text"), NO_LAND)
def test_other_figures_are_left_out(lang: str, text: str) -> None:
    assert quantities(document(text, lang, Crimea=CRIMEA)) == []


ROLES = [
    ("Russia controls 75% of {Donetsk} region.", "controlled"),
    ("Ukraine still holds 25% of {Donetsk} region.", "mentioned"),
    ("About 25% of {Donetsk} region is held by Ukrainian troops.", "mentioned"),
    ("Ukraine liberated 300 square kilometres of {Donetsk} region.", "mentioned"),
    ("Putin demands the remaining 30% of {Donetsk} region.", "demanded"),
    ("Ukraine could cede 30% of {Donetsk} region to Russia.", "conceded"),
    ("Russia annexed 30% of {Donetsk} region.", "annexed"),
    ("{Donetsk} region makes up 4.4% of Ukraine's territory.", "mentioned"),
    ("Ukraine has lost 20% of its territory.", "controlled"),
]


@pytest.mark.parametrize(("text", "role"), ROLES)
def test_roles(text: str, role: str) -> None:
    assert only(document(text, Donetsk=DONETSK)).role == role


def test_who_took_the_land_decides_not_who_is_ukrainian() -> None:
    assert only(document("Ukraine captured 1,000 sq km of the {Kursk} region.", Kursk=KURSK)).role == "controlled"


def test_a_figure_inside_the_words_of_an_act_has_a_role() -> None:
    found = only(document("Russia has 100 percent control of {Luhansk} region.", Luhansk=LUHANSK))
    assert (found.of, found.role) == ("UA-09", "controlled")


def test_hand_over_is_no_hedge() -> None:
    found = only(document("Russia wants Ukraine to hand over 20% of {Donetsk} region.", Donetsk=DONETSK))
    assert (found.hedge, found.role) == (None, "demanded")


def test_where_a_change_led_is_no_hedge() -> None:
    found = quantities(document("Росія окупувала 27% території України, але частка скоротилася до 18%.", "uk"))
    assert [(q.min, q.of, q.hedge, q.role) for q in found] == [
        (27, "UA", None, "controlled"),
        (18, "UA", None, "controlled"),
    ]


def told(text: str, lang: str, **regions: str) -> list[tuple[float, str | None, str]]:
    return [(q.min, q.of, q.role) for q in quantities(document(text, lang, **regions))]


def test_a_part_of_the_figure_before_has_its_role() -> None:
    text = "Росія захопила 300 кв. км України.|Із них 112 кв. км припадає на {Херсонську} область."
    assert told(text, "uk", Херсонську=KHERSON) == [
        (300, "UA", "controlled"),
        (112, "UA-65", "controlled"),
    ]


def test_the_same_figure_elsewhere_has_the_role_of_the_one_before() -> None:
    text = "Россия контролирует 78% {Донецкой} области.|В {Херсонской} этот показатель составляет три четверти."
    assert told(text, "ru", Донецкой=DONETSK, Херсонской=KHERSON) == [
        (78, "UA-14", "controlled"),
        (75, "UA-65", "controlled"),
    ]


def test_what_was_spoken_of_is_the_whole() -> None:
    text = "Москва требует вывести войска из {Донецкой} области.|Речь идёт о 6,5 тысячи квадратных километров."
    assert told(text, "ru", Донецкой=DONETSK) == [(6500, "UA-14", "demanded")]


def test_a_verb_said_once_for_two_regions() -> None:
    text = "{Луганську} область росіяни захопили повністю, {Донецьку} – на три чверті."
    assert told(text, "uk", Луганську=LUHANSK, Донецьку=DONETSK) == [(75, "UA-14", "controlled")]


def test_an_internationally_recognised_territory_is_no_act() -> None:
    assert told("Росія утримує 20% міжнародно визнаної території України.", "uk") == [(20, "UA", "controlled")]


def test_a_sentence_without_end_is_read_in_parts() -> None:
    doc = document("Russia holds 20% of Ukraine and " + "so on and so forth, " * 200 + "it holds 30% of Ukraine.")
    assert [(q.min, q.role) for q in quantities(doc)] == [(20, "controlled"), (30, "controlled")]


def test_the_same_figure_twice_is_one() -> None:
    found = only(document("The figure is 20% of Ukraine.|Russia controls 20% of Ukraine."))
    assert found.role == "controlled"


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, text, *_ in SHARES + AREAS + RANGES])
def test_offsets(lang: str, text: str) -> None:
    doc = document(text, lang)
    for found in quantities(doc):
        assert doc.text[found.start : found.end] == found.surface
        assert doc.text[found.sentence_start :].startswith(found.sentence)
        assert found.sentence_start <= found.start < found.end <= found.sentence_start + len(found.sentence)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789%.,-– of Ukraine's land km²twohalf(", max_size=120), st.sampled_from(LANGUAGES))
def test_any_text_is_read(text: str, lang: str) -> None:
    doc = Doc(text, lang, (Sentence(0, len(text)),), ())
    for found in quantities(doc):
        assert text[found.start : found.end] == found.surface
        assert found.min <= found.max


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (
            "{Essequibo} is rich in oil.|The area covers 160,000 square kilometres.",
            (160_000, "GY-essequibo", "mentioned"),
        ),
        ("Ukraine would lose a further 2% of its territory.", (2, "UA", "conceded")),
        ("Ukraine has lost a further 2% of its territory.", (2, "UA", "controlled")),
        ("Moscow wants the unconquered third of {Donetsk} region.", (33.33, "UA-14", "demanded")),
    ],
)
def test_areas_described_and_land_that_would_be_lost(text: str, want: tuple[float, str, str]) -> None:
    """The land before the figure; what a modal word does to a loss; an adjective before a fraction."""
    found = only(document(text, Essequibo=ESSEQUIBO, Donetsk=DONETSK))
    assert (found.min, found.of, found.role) == (pytest.approx(want[0], abs=0.01), *want[1:])


@pytest.mark.parametrize("text", ["Support for ceding {Donbas} has risen to 38%.", "Half of those questioned said no."])
def test_shares_of_an_opinion_are_no_land(text: str) -> None:
    """No amount."""
    assert quantities(document(text, Donbas=DONBAS)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "About 75% of Kherson region and 70% of Zaporizhzhia region are under Russian control.",
            {("UA-65", "controlled"), ("UA-23", "controlled")},
        ),
        (
            "Russia has less than 1% of Dnipropetrovsk region and about 4% of Kharkiv region.",
            {("UA-12", "controlled"), ("UA-63", "controlled")},
        ),
        (
            "Ukraine holds 25% of Zaporizhzhia region, and 80% of Donetsk region is occupied.",
            {("UA-23", "mentioned"), ("UA-14", "controlled")},
        ),
        (
            "Russian forces control almost all of Luhansk region (99.6%), 79% of Donetsk region.",
            {("UA-09", "controlled"), ("UA-14", "controlled")},
        ),
    ],
)
def test_listed_figures_have_their_own_wholes_and_one_role(text: str, said: set[tuple[str, str]]) -> None:
    assert {(one.of, one.role) for one in quantities(read_doc(text, "en"))} == said
