"""Words: complete catalogues, and numbers, dates and names as each language writes them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from geo import words as room
from geo.models import ROLES
from geo.texts import data_messages
from geo.words import LANGUAGES, messages, shown, words

GEO = Path(room.__file__).parent
METHODS = [("**.py", "python"), ("**/assets/*.js", "javascript"), ("**/templates/*.html", "jinja2")]
KEYWORDS = {"N_": None, "t": None, "tn": (1, 2), "msg": None, "msgs": (1, 2)}


def used_messages() -> set[str]:
    found = extract_from_dir(GEO, METHODS, {}, KEYWORDS)
    used = {m if isinstance(m, str) else m[0] for _file, _line, m, _comments, _context in found} | data_messages()
    return used | {message for path in GEO.rglob("templates/*.html") for message in of_methods(path.read_text("utf-8"))}


def of_methods(template: str) -> list[str]:
    """Messages of calls like ``w.t("...")``, which Jinja's extraction does not see."""
    return re.findall(r"\w\.tn?\(\s*\"([^\"]+)\"", template)


def test_the_extraction_sees_calls_on_an_object() -> None:
    assert of_methods('{{ w.t("A text") }} {{ w.tn("{n} map", "{n} maps", 2) }}') == ["A text", "{n} map"]


def test_the_extraction_sees_python_and_scripts() -> None:
    assert {"offered", "{n} km²"} <= used_messages()


@pytest.mark.parametrize("lang", [code for code in LANGUAGES if code != "en"])
def test_catalogue_is_complete_and_holds_nothing_unused(lang: str) -> None:
    catalogue = messages(lang)
    assert used_messages() == set(catalogue)
    assert [m for m, text in catalogue.items() if not all(text)] == []


@pytest.mark.parametrize("lang", [code for code in LANGUAGES if code != "en"])
def test_no_message_stands_twice_in_a_catalogue(lang: str) -> None:
    source = (GEO / "locale" / lang / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    ids = re.findall(r"^msgid (\".*\")$", source, re.MULTILINE)
    assert [one for one, count in Counter(ids).items() if count > 1] == []


@pytest.mark.parametrize("lang", [code for code in LANGUAGES if code != "en"])
def test_translations_keep_the_places_of_values(lang: str) -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    for message, translated in messages(lang).items():
        for form in (translated,) if isinstance(translated, str) else translated:
            assert places(form) == places(message), message


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_role_has_a_label_of_its_own(lang: str) -> None:
    assert len({words(lang).role(role) for role in ROLES}) == len(ROLES)
    assert all(words(lang).role_note(role) for role in ROLES)


def test_roles_are_called_by_plain_names() -> None:
    assert words("en").role("conceded") == "offered"
    assert words("en").role("controlled") == "held"


@pytest.mark.parametrize(
    ("lang", "number", "percent", "date"),
    [
        ("en", "107,086", "17.9%", "18 March 2025"),
        ("uk", "107\xa0086", "17,9%", "18 березня 2025\u202fр."),
    ],
)
def test_numbers_and_dates_by_locale(lang: str, number: str, percent: str, date: str) -> None:
    w = words(lang)
    assert w.number(107_086.2) == number
    assert w.percent(17.88) == percent
    assert re.sub(r"\s", " ", w.date("2025-03-18")) == re.sub(r"\s", " ", date)


def test_partial_and_odd_dates() -> None:
    assert words("en").date("2025-03") == "March 2025"
    assert words("en").date("2025") == "2025"
    assert words("en").date("2025-03-18T10:00:00Z") == "18 March 2025"
    assert words("en").date("soon") == "soon"


def test_a_terminal_is_given_no_orders() -> None:
    assert shown("Донецьк, 26 600\u00a0км²: «так»") == "Донецьк, 26 600\u00a0км²: «так»"
    assert shown("\x1b]0;x\x07 \u202eabc \x9b\u2028 \ud800") == "\\x1b]0;x\\x07 \\u202eabc \\x9b\\u2028 \\ud800"
    assert shown("نمی\u200cخواهم") == "نمی\u200cخواهم"


def test_halves_are_rounded_up() -> None:
    assert words("en").number(2.5) == "3"
    assert words("en").number(0.25, 1) == "0.3"


def test_a_language_without_catalogue_has_english_texts_and_its_own_names() -> None:
    row = {"region": "XX-1", "name": "English", "name_en": "Other", "name_de": "Deutsch"}
    german = words("de")
    assert german.role("controlled") == "held"
    assert german.region_name(row) == "Deutsch"
    assert words("fr").region_name(row) == "English"
    assert words("fr").region_name({"region": "XX-1", "name_fr": float("nan")}) == "XX-1"


def test_labels_on_a_map_are_shorter() -> None:
    row = {"region": "UA-14", "name": "Donetsk", "name_uk": "Донецька область"}
    assert words("uk").region_label(row) == "Донецька обл."
    assert words("uk").region_name(row) == "Донецька область"
    assert words("en").region_label(row) == "Donetsk"


def test_country_names_and_regional_codes() -> None:
    assert words("uk-UA").country("RU") == "Росія"
    assert words("en").country("ZZZ") == "ZZZ"
