"""Texts for readers that the measures make: a message id with its values, said in a language by one function.

Records hold `geo.models.Message`: the id is the English text, as in the catalogues, and the values are numbers, ids and
quotes as they are. `say` puts them into words; pages, images and reports do so in their own language, and whatever
a record holds as plain text beside it (``finding``, ``text``, ``method``, ...) is the same in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from geo.models import Message, Value
from geo.words import ROLE_LABELS, words

if TYPE_CHECKING:
    from geo.models import Role
    from geo.words import Translator

#: A place's id (region, area, country, ids joined by "+") -> its name in the language of the text.
PlaceNames = Callable[[str], str]
_VOCABULARY = Path(__file__).parent / "vocabulary"


# --- making messages --------------------------------------------------------------------------------


def msg(id_: str, /, **values: Value | str) -> Message:
    """Make a message; a plain string is a text that stays as it is in every language (a quote, a file name)."""
    return Message(id_, _named(values))


def msgs(one: str, many: str, n: int, /, **values: Value | str) -> Message:
    """Make a message that depends on a count, which is its {n}."""
    return Message(one, (*_named(values), Value("n", "number", float(n))), many)


def _named(values: dict[str, Value | str]) -> tuple[Value, ...]:
    return tuple(
        Value(name, "text", value) if isinstance(value, str) else Value(name, value.kind, value.value, value.digits)
        for name, value in values.items()
    )


def number(x: float, digits: int = 0) -> Value:
    """Give a number with at most so many decimals."""
    return Value("", "number", float(x), digits)


def percent(x: float, digits: int = 1) -> Value:
    """Give a percentage, 17.9 for 17.9 %."""
    return Value("", "percent", float(x), digits)


def km2(x: float) -> Value:
    """Give an area in square kilometres."""
    return Value("", "km2", float(x))


def place(id_: str) -> Value:
    """Give a region, an area, a country or ids joined by "+"."""
    return Value("", "place", id_)


def places(ids: Iterable[str]) -> Value:
    """Give a list of places."""
    return Value("", "place", tuple(ids))


def roles(*found: Role) -> Value:
    """Give roles, said with their labels."""
    return Value("", "role", tuple(found))


def date(iso: str) -> Value:
    """Give an ISO 8601 date."""
    return Value("", "date", iso)


def listed(messages: Iterable[Message]) -> Value:
    """Give messages that are said one after the other with commas between."""
    return Value("", "messages", tuple(messages))


# --- saying them ------------------------------------------------------------------------------------


def say(messages: Message | Iterable[Message], w: Translator, *, place: PlaceNames) -> str:
    """Put messages into words: one as it is, several as clauses of one sentence, with semicolons between.

    Parameters
    ----------
    messages
        What to say, as in the fields that end in ``_said``.
    w
        The language (`geo.words.words`).
    place
        Gives the name of a place by its id; for what an atlas holds, `geo.atlas.Atlas.say` does it all.
    """
    if isinstance(messages, Message):
        return _say(messages, w, place)
    return "; ".join(_say(one, w, place) for one in messages)


def english(messages: Message | Iterable[Message], *, place: PlaceNames) -> str:
    """Put messages into English words, for the plain texts of the records."""
    return say(messages, words("en"), place=place)


def _say(message: Message, w: Translator, place: PlaceNames) -> str:
    values = {one.name: _value(one, w, place) for one in message.values}
    if message.many is None:
        return w.t(message.id, **values)
    count = next(int(one.value) for one in message.values if one.name == "n" and isinstance(one.value, float))
    return w.tn(message.id, message.many, count, **{name: text for name, text in values.items() if name != "n"})


def _value(one: Value, w: Translator, place: PlaceNames) -> str:
    value = one.value
    if isinstance(value, float):
        if one.kind == "percent":
            return w.percent(value, one.digits)
        return w.km2(value) if one.kind == "km2" else w.number(value, one.digits)
    members = (value,) if isinstance(value, str) else value
    said = (_say(each, w, place) if isinstance(each, Message) else _word(one, each, w, place) for each in members)
    return ", ".join(said)


def _word(one: Value, word: str, w: Translator, place: PlaceNames) -> str:
    if one.kind == "place":
        return place(word)
    if one.kind == "role":
        return w.t(next((label for role, label in ROLE_LABELS.items() if role == word), word))
    return w.date(word) if one.kind == "date" else word


@cache
def data_messages() -> frozenset[str]:
    """Give the messages that stand in tables of data: names and notes of areas, notes of hedges, reasons of checks.

    Catalogues must have them beside those in the code.
    """
    areas, hedges, checks = (
        tomllib.loads((_VOCABULARY / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("areas", "hedges", "checks")
    )
    return frozenset(
        {entry[key] for entry in areas.values() for key in ("name", "note")}
        | {entry["note"] for entry in hedges.values() if "note" in entry}
        | set(checks["reasons"].values())
    )
