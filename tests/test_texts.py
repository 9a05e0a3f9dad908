"""Texts: what records say in plain English is what their messages say, and every language says it, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from comparison_readings import DEMAND, demand, figure, offer

from geo import texts
from geo.atlas import Atlas
from geo.build import make_atlas
from geo.control import from_frame
from geo.models import Comparison, Message, Record
from geo.reading.reader import read_article
from geo.texts import msg, msgs, say
from geo.words import LANGUAGES, words

TEXT = (
    "Russia demands the Donetsk, Luhansk, Zaporizhzhia and Kherson regions, which are 15% of Ukraine. "
    "It holds 46,579 km2, 88% of the Donbas. It holds 75% of Donetsk and all of Luhansk. It holds 20% of Ukraine. "
    "Ukraine may cede Crimea and parts of the south."
)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    from geo.models import Article, ArticleInfo

    told = read_article(Article(ArticleInfo("c", date="2025-03-01"), TEXT))
    stated = figure(DEMAND, "Crimea", 30, "percent", "UA", "controlled", "about")
    other = msgspec.structs.replace(demand(), quantities=(stated,))
    return make_atlas([told, offer(), other])


def said(record: Any) -> Iterator[tuple[Any, Any, str]]:
    """Every field of plain English with the messages behind it, and its name."""
    if isinstance(record, Record) and not isinstance(record, Message):
        for name in record.__struct_fields__:
            value = getattr(record, name)
            if name.endswith("_said") and value is not None:
                yield getattr(record, name.removesuffix("_said")), value, name
            yield from said(value)
    elif isinstance(record, tuple):
        for one in record:
            yield from said(one)


def test_the_plain_texts_are_the_messages_in_english(atlas: Atlas) -> None:
    w = words("en")
    names = set()
    for plain, messages, name in said(atlas.comparison):
        names.add(name)
        if name == "assumptions_said":
            assert plain == tuple(atlas.say(one, w) for one in messages)
        elif name == "denominator_said":  # the plain field is a key
            assert atlas.say(messages, w)
        else:
            assert plain.removesuffix(".") == atlas.say(messages, w).removesuffix(".")
    assert names >= {"finding_said", "method_said", "assumptions_said", "text_said", "example_said", "reason_said"}


@pytest.mark.parametrize("lang", [code for code in LANGUAGES if code != "en"])
def test_nothing_is_left_in_english(atlas: Atlas, lang: str) -> None:
    w = words(lang)
    for _plain, messages, _name in said(atlas.comparison):
        for one in [messages] if isinstance(messages, Message) else messages:
            text = re.sub("«[^»]*»|Natural Earth", "", atlas.say(one, w))
            assert re.findall("[a-z]{4,}", text) == [], one


def test_places_are_named_in_the_language(atlas: Atlas) -> None:
    name = atlas.place_name(words("uk"))
    assert name("UA-14") == "Донецька область"
    assert name("donbas") == "Донбас"
    assert name("UA") == "Україна"
    assert name("UA-14+UA-09") == "Донецька область + Луганська область"
    assert name("not stated") == "не вказано"


def test_every_kind_of_value() -> None:
    def spoken(id_: str, **values: Any) -> str:
        return say(msg(id_, **values), words("uk"), place=str.lower)

    assert spoken("{x}", x=texts.km2(46_579.4)) == "46\xa0579 км²"
    assert spoken("{x}", x=texts.percent(17.88)) == "17,9%"
    assert spoken("{x}", x=texts.number(2.25, 2)) == "2,25"
    assert spoken("{x}", x=texts.place("UA")) == "ua"
    assert spoken("{x}", x=texts.places(["UA", "RU"])) == "ua, ru"
    assert spoken("{x}", x=texts.roles("controlled", "annexed")) == "утримують, анексовано"
    assert spoken("{x}", x=texts.listed([msg("Crimea"), msg("Donbas")])) == "Крим, Донбас"
    assert spoken("{x}", x="{held} as is") == "{held} as is"
    assert "2025" in spoken("{x}", x=texts.date("2025-03-17"))


def test_a_count_takes_its_plural_form() -> None:
    def days(n: int, lang: str) -> str:
        return say(msgs("{n} day apart", "{n} days apart", n), words(lang), place=str)

    assert [days(n, "en") for n in (1, 2, 1200)] == ["1 day apart", "2 days apart", "1,200 days apart"]
    assert [days(n, "uk") for n in (1, 2, 5)] == ["між ними 1 день", "між ними 2 дні", "між ними 5 днів"]


def test_messages_go_through_json(atlas: Atlas) -> None:
    coded = msgspec.json.encode(atlas.comparison)
    assert msgspec.json.decode(coded, type=Comparison) == atlas.comparison


def test_several_messages_are_clauses_of_one_sentence(atlas: Atlas) -> None:
    assert atlas.say((msg("Crimea"), msg("Donbas")), words("en")) == "Crimea; Donbas"
    assert atlas.say(None, words("en")) == ""


def test_a_control_layer_is_told_in_the_language() -> None:
    import geopandas as gpd

    from geo import boundaries

    donetsk = boundaries.load_regions("UA").query("region == 'UA-14'")
    layer = from_frame(gpd.GeoDataFrame(geometry=donetsk.geometry), name="own.gpkg", date="2025-03-17")
    from geo.compare import compare

    split = compare([demand()], control=layer).articles[0].control
    assert split is not None
    spoken = say(split.text_said, words("uk"), place=str)
    assert spoken.startswith("Утримується за шаром own.gpkg від 17 березня 2025")
