"""The language room: what a text is written in, told or found out, on short and long texts."""

from __future__ import annotations

import pytest

from geo.reading.language import detect, language

TEXTS = {
    "en": "The two sides have said that they will not sign it before the end of the year.",
    "uk": "Сторони заявили, що вони не підпишуть його до кінця року, але переговори тривають.",
    "ru": "Стороны заявили, что они не подпишут его до конца года, но переговоры идут.",
    "de": "Die beiden Seiten haben erklärt, dass sie es nicht vor dem Ende des Jahres unterschreiben.",
    "fr": "Les deux parties ont dit qu'elles ne le signeront pas avant la fin de l'année dans la ville.",
    "es": "Las dos partes han dicho que no lo van a firmar antes de que termine el año en la ciudad.",
    "pl": "Obie strony powiedziały, że nie podpiszą go przed końcem roku, ale rozmowy się toczą.",
    "it": "Le due parti hanno detto che non lo firmeranno prima della fine dell'anno, anche se si parla.",
    "pt": "As duas partes disseram que não o vão assinar antes do fim do ano, mas as negociações são boas.",
    "tr": "İki taraf bu yıl sonuna kadar imzalamayacaklarını ve görüşmelerin daha çok süreceğini söyledi.",
    "zh": "双方表示，他们不会在年底之前签署这项协议，谈判了很久的问题还在。",
    "ar": "قال الطرفان إنهما لن يوقعا عليه قبل نهاية العام في المدينة.",
}


@pytest.mark.parametrize(("lang", "text"), TEXTS.items())
def test_each_language_is_told_from_the_others(lang: str, text: str) -> None:
    assert detect(text) == lang
    assert detect(f"{text} " * 300) == lang


def test_what_is_known_goes_first() -> None:
    assert language(TEXTS["de"], "uk-UA") == "uk"
    assert language(TEXTS["de"], "") == "de"
    assert language(TEXTS["de"], "und") == "de"


def test_nothing_can_be_told_from_nothing() -> None:
    assert detect("") is None
    assert detect("12 345 !!") is None


SHORT = {
    "en": "Kyiv would keep a fifth of the Donetsk region.",
    "uk": "Росія тримає п'яту частину області.",
    "ru": "Россия удерживает всю область.",
    "de": "Moskau hält vier Fünftel der Region Donezk.",
    "fr": "Moscou tient les quatre cinquièmes de la région de Donetsk.",
    "es": "Moscú domina cuatro quintas partes de la provincia de Donetsk.",
    "pl": "Moskwa zajmuje cztery piąte obwodu.",
}


@pytest.mark.parametrize(("lang", "text"), SHORT.items())
def test_one_short_sentence_of_news_is_enough(lang: str, text: str) -> None:
    assert detect(text) == lang
