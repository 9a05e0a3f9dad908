"""The gazetteer room: names of regions in seven languages, city or region, pairs, anaphors; exact offsets."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import boundaries
from geo.reading.names import fold, named, names
from geo.reading.reader import doc

ROOT = Path(__file__).parents[1]


def found(text: str, lang: str | None = "en") -> list[tuple[str, tuple[str, ...]]]:
    parsed = doc(text, lang)
    return [(text[m.start : m.end], m.regions) for m in parsed.mentions]


def regions(text: str, lang: str | None = "en") -> set[str]:
    return {region for _, ids in found(text, lang) for region in ids}


FOUR = {"UA-14", "UA-09", "UA-23", "UA-65"}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Moscow claims the Donetsk, Luhansk, Zaporizhzhia and Kherson regions."),
        ("en", "Moscow claims the oblasts of Donetsk, Lugansk, Zaporozhye and Kherson."),
        ("uk", "Йдеться про Донецьку, Луганську, Запорізьку та Херсонську області."),
        ("ru", "Речь о Донецкой, Луганской, Запорожской и Херсонской областях."),
        ("de", "Es geht um die Gebiete Donezk, Luhansk, Saporischschja und Cherson."),
        ("fr", "Il s'agit des régions de Donetsk, Lougansk, Zaporijjia et Kherson."),
        ("es", "Se trata de las provincias de Donetsk, Lugansk, Zaporiyia y Jersón."),
        ("pl", "Chodzi o obwody doniecki, ługański, zaporoski i chersoński."),
    ],
)
def test_a_word_for_region_reaches_over_the_whole_list(lang: str, text: str) -> None:
    assert regions(text, lang) == FOUR


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Crimea"),
        ("en", "the Crimean peninsula"),
        ("uk", "у Криму"),
        ("uk", "Кримський півострів"),
        ("ru", "о Крыме"),
        ("ru", "Кры\u0301ма"),
        ("de", "auf der Krim"),
        ("fr", "en Crimée"),
        ("es", "en Crimea"),
        ("pl", "na Krymie"),
        ("pl", "Półwysep Krymski"),
    ],
)
def test_crimea_is_the_peninsula_without_sevastopol(lang: str, text: str) -> None:
    assert regions(f"{text}.", lang) == {"UA-43"}


@pytest.mark.parametrize("name", ["Donbas", "Donbass", "Донбас", "Донбасі", "Донбассе", "Donbasie"])
def test_donbas_is_two_regions(name: str) -> None:
    (mention,) = doc(f"{name}.", "en").mentions
    assert set(mention.regions) == {"UA-14", "UA-09"}
    assert mention.area == "donbas"


@pytest.mark.parametrize(
    ("text", "region"),
    [("DPR", "UA-14"), ("LPR", "UA-09"), ("ДНР", "UA-14"), ("ЛНР", "UA-09"), ("Luhansk People's Republic", "UA-09")],
)
def test_people_s_republics_are_their_regions(text: str, region: str) -> None:
    assert regions(f"Officials of the {text} spoke about Ukraine.") == {region}
    if text.isascii() and len(text) == 3:
        assert regions(f"The {text} patch was fixed.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "He spoke in Kherson on Monday.",
        "The mayor of Donetsk resigned.",
        "The city of Zaporizhzhia was hit.",
        "The Zaporizhzhia nuclear power plant is idle.",
        "Attacks on Mariupol, Kherson and Melitopol went on.",
        "Kyiv said it would not yield; Moscow disagreed.",
        "The Yalta Conference and the Minsk agreements are past.",
        "Crimean Tatars remember the Crimean War.",
        "The Crimea bridge was closed.",
        "Vladimir Putin and Oleksandr Donetsky met.",
        "Shakhtar Donetsk won in Kharkiv.",
        "A Kinburn peninsula was mapped.",
        "Die Stadt Donezk liegt am Kalmius.",
        "Місто Херсон обстріляли.",
        "Мэр Харькова выступил.",
    ],
)
def test_cities_and_other_names_are_no_regions(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Russia wants the rest of Donetsk.", "UA-14"),
        ("Ukraine would withdraw its troops from Luhansk.", "UA-09"),
        ("It holds 75% of Zaporizhzhia.", "UA-23"),
        ("Die Abtretung betrifft Teile von Cherson.", "UA-65"),
        ("parts of Kharkiv are occupied", "UA-63"),
    ],
)
def test_bare_names_are_regions_where_land_is_spoken_of(text: str, region: str) -> None:
    assert regions(text) == {region}


def test_a_bare_name_is_the_region_once_the_text_has_called_it_one() -> None:
    assert regions("The Donetsk region is at stake. They discussed Donetsk again.") == {"UA-14"}
    assert len(found("The Donetsk region is at stake. They discussed Donetsk again.")) == 2
    assert len(found("The Donetsk region is at stake. The mayor of Donetsk left.")) == 1


def test_capitals_need_the_word_for_region() -> None:
    assert regions("Kyiv and Moscow spoke about Kyiv region.") == {"UA-32"}
    assert regions("Strikes hit Kharkiv, Kyiv and Odesa oblasts.") == {"UA-63", "UA-32", "UA-51"}


def test_an_adjective_may_leave_its_noun_out_in_a_list() -> None:
    text = "В Одесской области сбили 12 дронов, в Николаевской — три, в Винницкой — два."
    assert regions(text, "ru") == {"UA-51", "UA-48", "UA-05"}
    assert regions("Одесской кухни и Николаевской улицы.", "ru") == set()


@pytest.mark.parametrize(
    ("before", "words", "expected"),
    [
        ("Donetsk and Luhansk regions", "both regions", {"UA-14", "UA-09"}),
        ("The Donbas", "the two regions", {"UA-14", "UA-09"}),
        ("Crimea", "the peninsula", {"UA-43"}),
        ("Kherson region", "the province", {"UA-65"}),
    ],
)
def test_words_that_point_back(before: str, words: str, expected: set[str]) -> None:
    last = doc(f"{before} came up. Putin wants {words} recognised.", "en").mentions[-1]
    assert last.anaphor
    assert set(last.regions) == expected


def test_words_that_point_back_to_nothing_are_no_mentions() -> None:
    assert found("They discussed both regions, the peninsula and the province.") == []


def test_the_four_regions_count_where_they_are_annexed_or_were_listed() -> None:
    assert regions("Russia annexed four Ukrainian regions in 2022.") == FOUR
    assert regions("Росія анексувала чотири області.", "uk") == FOUR
    assert regions("Rain fell in four regions of Ukraine.") == set()


def test_units_of_the_essequibo_are_no_other_name_for_all_of_it() -> None:
    text = (
        "Guyana kept Barima-Waini, Upper Takutu-Upper Essequibo and the Potaro-Siparuni region; Caracas claims the {}."
    )
    assert regions(text.format("coast")) == {"GY-BA", "GY-UT", "GY-PT"}
    assert regions(text.format("Essequibo")) == {"GY-BA", "GY-UT", "GY-PT", "GY-essequibo"}


def test_far_disputes_are_comparisons_in_an_article_on_ukraine() -> None:
    assert regions("Morocco holds most of Western Sahara.") == {"EH"}
    assert regions("Crimea is not Western Sahara.") == {"UA-43"}


def test_partial_in_every_language() -> None:
    for lang, text in (
        ("en", "parts of Donetsk region"),
        ("uk", "частина Донецької області"),
        ("ru", "часть Донецкой области"),
        ("de", "Teile der Region Donezk"),
        ("fr", "une partie de la Crimée"),
        ("es", "parte de Crimea"),
        ("pl", "część Krymu"),
    ):
        (mention,) = doc(f"{text}.", lang).mentions
        assert mention.partial, text
    assert not doc("all of Donetsk region.", "en").mentions[0].partial


@pytest.mark.parametrize(
    ("lang", "text"),
    [("en", "small parts of the Sumy and Kharkiv regions."), ("uk", "частини Сумської та Харківської областей.")],
)
def test_both_regions_of_a_pair_are_partial(lang: str, text: str) -> None:
    """What is said of the first holds for the second."""
    assert [mention.partial for mention in doc(text, lang).mentions] == [True, True]


def test_spelling_does_not_matter_and_offsets_stay_exact() -> None:
    assert found("Do\u00adnetsk region") == [("Do\u00adnetsk", ("UA-14",))]
    assert found("\u202bThe CRIMEA\u200f\ud800 question") == [("CRIMEA", ("UA-43",))]
    assert found("Приднестров’ю нічого; Придністров’я тут", "uk") == [("Придністров’я", ("MD-transnistria",))]
    assert found("İstanbul, Crimea") == [("Crimea", ("UA-43",))]


PIECES = st.sampled_from(
    [
        "Crimea",
        "Donetsk region",
        "Луганська область",
        "Кры́м",
        "�",
        "\x00",
        "\xad",
        "\u202e",
        "İ",
        ".",
        "\n",
        " ",
        "both regions",
        "the peninsula",
        "😀",
        "Kiev oblast",
        "четыре региона",
        "'",
        "’s",
        "-",
        "73% of",
        "ß",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60))
def test_every_mention_lies_inside_its_sentence_and_none_overlap(text: str) -> None:
    parsed = doc(text, "en")
    last = 0
    for mention in parsed.mentions:
        sentence = parsed.sentences[mention.sentence]
        assert max(last, sentence.start) <= mention.start < mention.end <= sentence.end
        last = mention.end
        if not mention.anaphor:
            assert fold(text[mention.start : mention.end]).text in names().forms
        assert mention.regions
    assert named(text) or not parsed.mentions


def test_the_compiled_names_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "tools/build_names.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_region_is_known_to_the_boundaries() -> None:
    ids = {one for form in names().forms.values() for one in (form.area, form.city, form.adj) if one}
    for one in ids:
        boundaries.expand(one)


WORDS = {"en": "{} region", "de": "Region {}", "fr": "région de {}", "es": "región de {}", "uk": "{}", "ru": "{}"}


@pytest.mark.parametrize("lang", [*WORDS, "pl"])
def test_natural_earth_s_names_of_ukraine_s_regions_are_known(lang: str) -> None:
    table = json.loads((ROOT / "geo/vocabulary/names_ne.json").read_text(encoding="utf-8"))
    unknown = []
    for region in (one for one in table if one.startswith("UA-") and one != "UA-30"):
        name = table[region][lang].removeprefix("d'")
        name = name[0].upper() + name[1:]
        text = f"Obwód {name.lower()}." if lang == "pl" and region not in ("UA-40", "UA-43") else ""
        if region not in regions(text or WORDS.get(lang, "{}").format(name) + ".", lang):
            unknown.append((region, name))
    assert not unknown


@pytest.mark.parametrize(
    ("lang", "text", "want"),
    [
        ("ru", "Требуют признать ДНР и ЛНР.", {"UA-14", "UA-09"}),
        ("uk", "Йдеться про так звану ДНР.", {"UA-14"}),
        ("es", "Piden todo el Donbás.", {"UA-14", "UA-09"}),
        ("en", "The DNR rules on fishing changed this week.", set()),
        ("en", "Ukraine and Russia spoke of the DNR.", {"UA-14"}),
    ],
)
def test_acronyms_in_cyrillic_stand_alone_those_in_latin_need_the_dispute(lang: str, text: str, want: set[str]) -> None:
    assert regions(text, lang) == want


@pytest.mark.parametrize(
    ("lang", "text", "want"),
    [
        ("pl", "Walki na Charkowszczyźnie i Doniecczyźnie trwają.", {"UA-63", "UA-14"}),
        ("pl", "Wojska wycofają się z Donieckiego.", {"UA-14"}),
        ("pl", "Obwód sumski broni się, charkowskiego nie oddano.", {"UA-59"}),
        ("pl", "Obwód sumski broni się; z charkowskiego kontrolują 5 proc.", {"UA-59", "UA-63"}),
        ("uk", "На Харківщині тихо. Одеська ОВА повідомила про вибухи.", {"UA-63", "UA-51"}),
        ("uk", "Представники ЛДНР прибули.", {"UA-14", "UA-09"}),
        ("uk", "Бої тривають на Курщині та Бєлгородщині.", {"RU-KRS", "RU-BEL"}),
        ("ru", "Запорожскую область Киев не отдаст.", {"UA-23"}),
        ("pl", "Kijów nie odda Charkowa, powiedział mer miasta.", set()),
    ],
)
def test_slavic_names_of_regions(lang: str, text: str, want: set[str]) -> None:
    assert {region for mention in doc(text, lang).mentions for region in mention.regions} == want
