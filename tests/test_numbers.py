"""The number room: digits with the separators of every language, number words and fractions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.reading.cues import LANGUAGES
from geo.reading.numbers import _TOKEN, digits, numbers, tokens


def read(lang: str, text: str) -> float | None:
    row = tokens(text, 0, len(text))
    found = numbers(lang).number(0, row)
    return found.value if found is not None and found.stop == len(row) else None


def share(lang: str, text: str) -> float | None:
    found = numbers(lang).fraction(0, tokens(text, 0, len(text)))
    return found.value if found is not None else None


@pytest.mark.parametrize(
    ("written", "decimal", "value"),
    [
        ("116,000", ".", 116_000),
        ("110.000", ",", 110_000),
        ("116 000", ",", 116_000),
        ("116\u202f000", ",", 116_000),
        ("116\u00a0165", ",", 116_165),
        ("6'600", ".", 6_600),
        ("6’600", ",", 6_600),
        ("1,234,567", ".", 1_234_567),
        ("1.234.567,8", ",", 1_234_567.8),
        ("1,234.5", ".", 1_234.5),
        ("18.9", ".", 18.9),
        ("18,9", ",", 18.9),
        ("19.345", ".", 19.345),
        ("19,345", ",", 19.345),
        ("116.000", ".", 116_000),
        ("0.500", ".", 0.5),
        ("20", ",", 20),
        ("1.2.2024", ".", None),
        ("12,34,5", ".", None),
    ],
)
def test_digits(written: str, decimal: str, value: float | None) -> None:
    assert digits(written, decimal) == value


@given(st.integers(0, 10**9))
def test_grouped_digits_come_back(value: int) -> None:
    for mark, decimal in ((",", "."), (".", ","), (" ", ","), ("\u202f", ","), ("'", ".")):
        assert digits(f"{value:,}".replace(",", mark), decimal) == value


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("en", "twenty-five", 25),
        ("en", "one hundred and ten thousand", 110_000),
        ("en", "a hundred", 100),
        ("en", "1.2 million", 1_200_000),
        ("en", "two hundred thousand", 200_000),
        ("uk", "сто шістнадцять тисяч", 116_000),
        ("uk", "110 тис.", 110_000),
        ("uk", "п’ятдесят чотири", 54),
        ("ru", "сто десять тысяч", 110_000),
        ("ru", "двадцать пять", 25),
        ("de", "fünfundzwanzigtausend", 25_000),
        ("de", "hundertzehntausend", 110_000),
        ("de", "einundzwanzig", 21),
        ("de", "1,2 Millionen", 1_200_000),
        ("fr", "soixante-quinze", 75),
        ("fr", "quatre-vingt-dix-sept", 97),
        ("fr", "soixante et onze", 71),
        ("fr", "cent dix mille", 110_000),
        ("es", "ciento diez mil", 110_000),
        ("es", "treinta y cinco", 35),
        ("pl", "sto dziesięć tysięcy", 110_000),
        ("pl", "dwadzieścia pięć", 25),
    ],
)
def test_numbers_in_words(lang: str, text: str, value: float) -> None:
    assert read(lang, text) == value


@pytest.mark.parametrize("text", ["the", "several thousand", "of", "%", "thousand"])
def test_no_number(text: str) -> None:
    assert read("en", text) is None


@pytest.mark.parametrize(
    ("lang", "text", "percent"),
    [
        ("en", "a fifth of", 20),
        ("en", "one-fifth", 20),
        ("en", "two-thirds of", 66.667),
        ("en", "three quarters of", 75),
        ("en", "half of", 50),
        ("en", "nine-tenths of", 90),
        ("en", "3/4 of", 75),
        ("en", "¾ of", 75),
        ("uk", "п'ята частина", 20),
        ("uk", "п’яту частину", 20),
        ("uk", "третина", 33.333),
        ("uk", "дві третини", 66.667),
        ("uk", "чверть", 25),
        ("ru", "треть", 33.333),
        ("ru", "две трети", 66.667),
        ("ru", "одна пятая", 20),
        ("ru", "половина", 50),
        ("de", "ein Fünftel", 20),
        ("de", "zwei Drittel", 66.667),
        ("de", "Hälfte", 50),
        ("fr", "un cinquième du", 20),
        ("fr", "deux tiers", 66.667),
        ("fr", "la moitié", 50),
        ("fr", "un quart de", 25),
        ("es", "una quinta parte", 20),
        ("es", "dos tercios", 66.667),
        ("es", "mitad", 50),
        ("pl", "jedna piąta", 20),
        ("pl", "dwie trzecie", 66.667),
        ("pl", "połowę", 50),
    ],
)
def test_fractions(lang: str, text: str, percent: float) -> None:
    assert share(lang, text) == pytest.approx(percent, abs=0.001)


@pytest.mark.parametrize("text", ["a third round", "third of May", "5/3", "first", "two"])
def test_ordinals_are_no_fractions(text: str) -> None:
    assert share("en", text) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_listed_word_is_read_as_its_value(lang: str) -> None:
    known = numbers(lang)
    for word, value in known.cardinals.items():
        row = tokens(word, 0, len(word))
        found = known.number(0, row)
        assert found is not None, word
        assert found.value == value, word


@given(st.text(max_size=200))
def test_tokens_index_the_text(text: str) -> None:
    last = 0
    row = tokens(text, 0, len(text))
    for k, token in enumerate(row):
        start, end = row.span(k, k)
        assert last <= start < end <= len(text)
        assert text[start:end] == token.written
        last = end
    assert row.starts == [match.start() for match in _TOKEN.finditer(text)]
