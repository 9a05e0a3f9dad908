"""Words, numbers and dates in the reader's language, for pages and images alike.

`words(lang)` returns a `Translator`. The message ids are the English texts; the other languages' are in
`geo/locale/<lang>/LC_MESSAGES/messages.po`. A language without a catalogue gets English texts and its own
region names (Natural Earth has 25).
"""

from __future__ import annotations

import datetime
import re
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from babel import Locale

    from geo.models import Role, Verdict

#: Languages whose texts are complete: English is in the code, the others have a catalogue.
LANGUAGES = ("en", "uk")
#: The English of the outputs is international: day before month.
_FORMAT_LOCALES = {"en": "en_GB"}
_DOMAIN = "messages.po"
#: How names of regions are shortened on a map.
_SHORTER = {
    "uk": (("область", "обл."), ("район", "р-н"), ("Автономна Республіка", "АР")),
    "ru": (("область", "обл."), ("Автономная Республика", "АР")),
}


#: Zero-width joiner and non-joiner: writing systems need these two of the invisible characters.
_JOINERS = "\u200c\u200d"


def shown(text: str) -> str:
    """Return text of others as a terminal can show it: what it would obey, or what hides other text, is escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c
        if c.isprintable() or c in _JOINERS or (c.isspace() and c not in _BREAKS)
        else c.encode("unicode_escape").decode()
        for c in text
    )


#: Spaces that end a line or start a command.
_BREAKS = "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"


def N_(message: str) -> str:  # noqa: N802 (the usual gettext name)
    """Mark a message for the catalogue where it is written down but not yet translated."""
    return message


#: What each role is called. "held" and "offered" are plainer than the words of the reading contract.
ROLE_LABELS: dict[Role, str] = {
    "demanded": N_("demanded"),
    "conceded": N_("offered"),
    "frozen": N_("frozen"),
    "returned": N_("to be returned"),
    "refused": N_("refused"),
    "controlled": N_("held"),
    "annexed": N_("annexed"),
    "mentioned": N_("mentioned only"),
}
#: One line for the legend: what the article reports about the region.
ROLE_NOTES: dict[Role, str] = {
    "demanded": N_("a party asks for it or insists on keeping it"),
    "conceded": N_("that it be given up is proposed, possible or accepted"),
    "frozen": N_("the line there would be frozen"),
    "returned": N_("the claimant would give it back"),
    "refused": N_("its owner refuses to give it up"),
    "controlled": N_("reported as held now, in whole or in part"),
    "annexed": N_("declared part of the claimant, or claimed as its own"),
    "mentioned": N_("named without any of these"),
}
VERDICT_LABELS: dict[Verdict, str] = {
    "consistent": N_("consistent"),
    "differs": N_("differs"),
    "exceeds the upper bound": N_("exceeds the upper bound"),
    "not checkable": N_("not checkable"),
}
#: What each kind of check compares.
CHECK_LABELS: dict[str, str] = {
    "percent against km2": N_("percent against km²"),
    "one area in two units": N_("one area in two units"),
    "share of whole units": N_("share of whole units"),
    "upper bound": N_("upper bound"),
    "sum of parts": N_("sum of parts"),
    "reported against named": N_("reported against named"),
    "against control layer": N_("against control layer"),
    "same figure across articles": N_("same figure across articles"),
}
#: What each kind of hedge is called, by the keys of ``vocabulary/hedges.toml``.
HEDGE_LABELS: dict[str, str] = {
    "exact": N_("exact"),
    "between": N_("between"),
    "about": N_("about"),
    "nearly": N_("nearly"),
    "just_under": N_("just under"),
    "just_over": N_("just over"),
    "more_than": N_("more than"),
    "at_least": N_("at least"),
    "less_than": N_("less than"),
    "up_to": N_("up to"),
}
#: Names of the denominators of shares, as in the fields of `geo.models.Area`.
DENOMINATOR_LABELS: dict[str, str] = {
    "of_published_total": N_("of the published area"),
    "of_measured_total": N_("of the measured area"),
    "of_published_land": N_("of the published land area"),
}
#: The caveat that stands on every output that fills whole regions.
UPPER_BOUND = N_("Whole regions are filled: an upper bound of what is meant or held.")


class Row(Protocol):
    """Anything with columns: a mapping or a pandas Series."""

    def get(self, key: str, default: Any = None, /) -> Any:
        """Return the value of a column."""


class Translator:
    """Texts, numbers, dates and names in one language."""

    def __init__(self, lang: str, catalogue: NullTranslations) -> None:
        #: The language asked for (names of regions), ISO 639-1.
        self.lang = lang
        #: The language of the texts: `lang` where there is a catalogue, else English.
        self.ui = lang if lang in LANGUAGES else "en"
        self._catalogue = catalogue

    @property
    def locale(self) -> Locale:
        """Babel's locale behind numbers, dates and country names."""
        return _locale(self.ui)

    def t(self, message: str, /, **values: object) -> str:
        """Translate a message and put the values into its {places}."""
        text = self._catalogue.gettext(message)
        return text.format(**values) if values else text

    def tn(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Translate a message that depends on a count; {n} is the count, formatted."""
        return self._catalogue.ngettext(one, many, n).format(n=self.number(n), **values)

    def role(self, role: Role) -> str:
        """Return the label of a role."""
        return self.t(ROLE_LABELS[role])

    def role_note(self, role: Role) -> str:
        """Return the line that explains a role in a legend."""
        return self.t(ROLE_NOTES[role])

    def verdict(self, verdict: Verdict) -> str:
        """Return the label of a check's verdict."""
        return self.t(VERDICT_LABELS[verdict])

    def check(self, kind: str) -> str:
        """Return what a kind of check compares."""
        return self.t(CHECK_LABELS.get(kind, kind))

    def hedge(self, kind: str) -> str:
        """Return what a kind of hedge is called."""
        return self.t(HEDGE_LABELS.get(kind, kind))

    def upper_bound(self) -> str:
        """Return the caveat about whole-region fills."""
        return self.t(UPPER_BOUND)

    def number(self, x: float, digits: int = 0) -> str:
        """Format a number with the locale's grouping and at most so many decimals."""
        return _number(float(x), digits, self.ui)

    def percent(self, x: float, digits: int = 1) -> str:
        """Format a percentage (17.9 for 17.9 %) as the locale writes it."""
        pattern = str(self.locale.percent_formats[None].pattern)
        return pattern.replace("#,##0", self.number(x, digits))

    def km2(self, x: float) -> str:
        """Format an area in whole square kilometres."""
        return self.t("{n} km²", n=self.number(x))

    def date(self, iso: str) -> str:
        """Format an ISO 8601 date, or its year and month or year alone; anything else stays as it is."""
        from babel.dates import format_date, format_skeleton

        if re.fullmatch(r"\d{4}-\d{2}", iso):
            day = _day(iso + "-01")
            return format_skeleton("yMMMM", day, locale=self.locale) if day else iso
        day = _day(iso[:10])
        return format_date(day, "long", locale=self.locale) if day else iso

    def country(self, code: str) -> str:
        """Return the name of a country by its ISO 3166-1 alpha-2 code (the code itself where it has none)."""
        return str(self.locale.territories.get(code.upper(), code))

    def city(self, name: str) -> str:
        """Return a city's name in the language of the texts, where Unicode's data have it (as a time zone's city)."""
        if self.ui == "en":
            return name
        zone = "/" + name.replace(" ", "_")
        found = (data.get("city") for key, data in self.locale.time_zones.items() if key.endswith(zone))
        return next((str(city) for city in found if city), name)

    def region_name(self, row: Row) -> str:
        """Return the region's (or country's) name in this language, else in English, else its id.

        `row` has the columns of `geo.boundaries.load_regions`: ``name`` (English as the press writes it),
        name_<lang>, region.
        """
        own = "name" if self.lang == "en" else f"name_{self.lang}"
        for column in (own, "name", "name_en", "region", "country"):
            value = row.get(column)
            if isinstance(value, str) and value.strip():
                return value.strip()
        return ""

    def region_label(self, row: Row) -> str:
        """Return the region's name as short as it is usual on a map."""
        name = self.region_name(row)
        for long, short in _SHORTER.get(self.lang, ()):
            name = name.replace(long, short)
        return name


@cache
def words(lang: str = "en") -> Translator:
    """Return the translator of a language given as ISO 639-1 code, with or without a country ("uk", "uk-UA").

    A language without a catalogue gives English texts with that language's region names.
    """
    code = re.split(r"[-_]", lang.strip().lower())[0] or "en"
    return Translator(code, _catalogue(code))


@cache
def messages(lang: str) -> dict[str, str | tuple[str, ...]]:
    """Return a language's whole catalogue, English text -> its text; plurals: the singular -> all forms."""
    if lang == "en" or lang not in LANGUAGES:
        return {}
    return {_id(m.id): m.string if isinstance(m.string, str) else tuple(m.string) for m in _po(lang) if m.id}


def _id(message_id: Any) -> str:
    return message_id if isinstance(message_id, str) else str(message_id[0])


@cache
def _catalogue(lang: str) -> NullTranslations:
    """Compile a catalogue in memory, so that no compiled file can be out of date."""
    if lang == "en" or lang not in LANGUAGES:
        return NullTranslations()
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, _po(lang))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _po(lang: str) -> Any:
    from importlib import resources

    from babel.messages.pofile import read_po

    source = resources.files("geo").joinpath("locale", lang, "LC_MESSAGES", _DOMAIN).read_text(encoding="utf-8")
    return read_po(BytesIO(source.encode()), locale=lang)


@cache
def _locale(lang: str) -> Locale:
    from babel import Locale

    return Locale.parse(_FORMAT_LOCALES.get(lang, lang))


@lru_cache(maxsize=4096)
def _number(x: float, digits: int, lang: str) -> str:
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(_rounded(x, digits), format=pattern, locale=_locale(lang)))


def _rounded(x: float, digits: int) -> float:
    """Round halves away from zero, as readers expect (Babel would round them to even)."""
    from decimal import ROUND_HALF_UP, Decimal

    return float(Decimal(repr(float(x))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def _day(iso: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(iso)
    except ValueError:
        return None
