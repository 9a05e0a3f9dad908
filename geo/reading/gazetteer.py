"""The gazetteer room: the words of a text that name regions, in seven languages and their inflections.

One automaton finds every known form at once. Forms that only an area bears count as they stand; names that a city bears
as well count where the words around them speak of the region: a word for region, a list of regions, land that is ceded,
held or measured. All offsets index the text as given, whatever letters, marks or hyphens it holds.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick

from geo.reading.cues import alternatives, expand
from geo.reading.document import Mention, Sentence

_FILE = Path(__file__).parents[1] / "vocabulary" / "regions.toml"
_UNITS = {"donbas": ("UA-14", "UA-09"), "crimea": ("UA-43",)}
#: The regions that Russia declared annexed in 2022.
FOUR = ("UA-14", "UA-09", "UA-23", "UA-65")
_KINDS = ("area", "city", "adj")
_IGNORED = ("\u00ad", "\u0301", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\ufeff", "\u2060")
_SAME = {"’": "'", "ʼ": "'", "`": "'", "‘": "'", "‐": "-", "‑": "-", "ё": "е", "\u00a0": " "}
_REACH = 90


class Form(NamedTuple):
    """What a form means: ids by kind of evidence that it needs."""

    area: str | None = None
    city: str | None = None
    adj: str | None = None


@dataclass(slots=True)
class Candidate:
    """A form found in the text: original offsets, what it may mean, and whether it is taken for a region."""

    start: int
    end: int
    form: Form
    region: bool = False
    plural: bool = False
    city: bool = False


# --- vocabulary ---------------------------------------------------------------------------------------------------


def forms(table: dict[str, Any]) -> dict[str, Form]:
    """The vocabulary written out: folded form -> what it may mean."""
    endings = table["endings"]
    known: dict[str, Form] = {}
    for kind, section in (("area", table["group"]), *((kind, table[kind]) for kind in _KINDS)):
        for region, text in section.items():
            for form in _written_out(text, endings):
                known[form] = known.get(form, Form())._replace(**{kind: region})
    return known


def _written_out(text: str, endings: dict[str, str]) -> Iterable[str]:
    for line in text.splitlines():
        for name in alternatives(line.strip()):
            for key, value in endings.items():
                name = name.replace("{" + key + "}", value)  # noqa: PLW2901
            for form in expand(name):
                if form.strip():
                    yield fold(form.strip())


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


class Automaton(NamedTuple):
    """The automaton over all forms and triggers; patterns past ``len(forms)`` are triggers."""

    scan: AhoCorasick
    forms: tuple[Form, ...]


@cache
def _automaton() -> Automaton:
    table = _table()
    known = forms(table)
    triggers = [word for line in table["trigger"]["words"].split() for word in line.split("|")]
    return Automaton(AhoCorasick([*known, *triggers]), tuple(known.values()))


def fold(text: str) -> str:
    """Lower case, one sort of apostrophe, hyphen and space; as long as the text, character for character."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(char if len(char.lower()) != 1 else char.lower() for char in text)
    for odd, plain in _SAME.items():
        if odd in low:
            low = low.replace(odd, plain)
    return low


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The folded text without marks that only shape it, and for each character where it stands in the text."""
    if not any(mark in text for mark in _IGNORED):
        return fold(text), None
    places = [i for i, char in enumerate(text) if char not in _IGNORED]
    return fold("".join(text[i] for i in places)), places


# --- scan ---------------------------------------------------------------------------------------------------------


def _scannable(text: str) -> str:
    """Lone surrogates can't be scanned; they are no part of a name."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\x00" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def hits(text: str) -> bool:
    """Does a text hold any name or trigger at all? The cheap question asked first."""
    folded, _ = _folded(text)
    scan = _automaton().scan
    try:
        return bool(scan.find_matches_as_indexes(folded))
    except UnicodeEncodeError:
        return bool(scan.find_matches_as_indexes(_scannable(folded)))


def candidates(text: str) -> list[Candidate]:
    """Every known form at word boundaries, the longest at each place, in order."""
    folded, places = _folded(text)
    automaton = _automaton()
    found = automaton.scan.find_matches_as_indexes(_scannable(folded), overlapping=True)
    out: list[Candidate] = []
    for pattern, start, end in sorted(found, key=lambda hit: (hit[1], -hit[2])):
        if pattern >= len(automaton.forms) or not _bounded(folded, start, end):
            continue
        first, last = (start, end) if places is None else (places[start], places[end - 1] + 1)
        if out and first < out[-1].end:
            continue
        form = automaton.forms[pattern]
        if form.adj is None and not text[first].isupper():
            continue
        out.append(Candidate(first, last, form))
    return out


def _bounded(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


# --- evidence -----------------------------------------------------------------------------------------------------


class Rules(NamedTuple):
    """The contexts as compiled patterns."""

    after_plural: re.Pattern[str]
    after: re.Pattern[str]
    land: re.Pattern[str]
    before_plural: re.Pattern[str]
    before: re.Pattern[str]
    glue: re.Pattern[str]
    talk: re.Pattern[str]
    city_before: re.Pattern[str]
    city_after: re.Pattern[str]


def _either(text: str) -> str:
    return "|".join(line.strip() for line in text.splitlines() if line.strip())


@cache
def _rules() -> Rules:
    words = _table()["words"]
    plural, singular, land = _either(words["plural"]), _either(words["singular"]), _either(words["land"])
    glue = _either(words["glue"])
    link = r"(?:'s?)?[\s\"”»(-]+(?:(?!and\b|и\b|і\b|та\b|und\b)[\w'-]+\s){0,1}"
    lead = rf"(?:[\s\"“«(:,–—-]+(?:{glue}))*[\s\"“«(:,–—-]+"
    return Rules(
        re.compile(rf"{link}(?:{plural})(?!\w)"),
        re.compile(rf"{link}(?:{plural}|{singular})(?!\w)"),
        re.compile(rf"[\s-]+(?:{plural}|{singular}|{land})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{plural}){lead}\Z"),
        re.compile(rf"(?<!\w)(?:{singular})[\s\"“«]+(?:(?:of|de|du|d'|von)\s*)?\Z"),
        re.compile(rf"(?:[\s,&/()\"“”«»%–—-]|\d|'s?|(?<!\w)(?:{glue}|{plural}|{singular}|{land})(?!\w))*"),
        re.compile(rf"(?<!\w)(?:{_either(words['before'])})(?:[\s\"“«-]+(?:the|la|le|el|der|die|das))?[\s\"“«'-]+\Z"),
        re.compile(rf"(?<!\w)(?:{_either(words['citybefore'])})[\s\"“«-]+\Z"),
        re.compile(rf"(?:'s)?[\s-]+(?:{_either(words['cityafter'])})(?!\w)"),
    )


def _weigh(folded: str, found: Sequence[Candidate]) -> None:
    """Mark which candidates are regions."""
    rules = _rules()
    for one in found:
        before, after = folded[max(0, one.start - _REACH) : one.start], folded[one.end : one.end + 40]
        one.city = bool(rules.city_before.search(before) or rules.city_after.match(after))
        one.plural = bool(rules.after_plural.match(after))
        direct = one.plural or bool(rules.after.match(after)) or bool(rules.before.search(before))
        if one.form.adj is not None and one.form.city is None:
            one.region = direct or (one.form.adj == "crimea" and bool(rules.land.match(after)))
        elif one.form.area is not None:
            one.region = not one.city
        else:
            one.region = direct or bool(rules.before_plural.search(before))
            if not one.region and not one.city and one.form.city not in ("UA-30", "UA-32"):
                one.region = bool(rules.talk.search(before))
    _share(folded, found, rules)


def _share(folded: str, found: Sequence[Candidate], rules: Rules) -> None:
    """What is said of one member of a list holds for the others."""
    run: list[Candidate] = []
    for one in [*found, None]:
        if one is not None and run and one.start - run[-1].end < _REACH:
            between = folded[run[-1].end : one.start]
            if rules.glue.fullmatch(between) and "\n" not in between:
                run.append(one)
                continue
        if len(run) > 1:
            _share_run(folded, run, rules)
        run = [] if one is None else [one]


def _share_run(folded: str, run: Sequence[Candidate], rules: Rules) -> None:
    if any(one.plural for one in run) or rules.before_plural.search(
        folded[max(0, run[0].start - _REACH) : run[0].start]
    ):
        for one in run:
            one.region = True
        return
    four = [one for one in run if (one.form.area or one.form.city) in (*FOUR, "crimea", "donbas", "UA-43")]
    if len(four) > 1 and not any(one.city for one in run):
        for one in four:
            one.region = one.region or one.form.city is not None
    elif any(one.region for one in run) and not any(one.city for one in run):
        for one in run:
            one.region = one.region or (one.form.city in FOUR)


# --- mentions -----------------------------------------------------------------------------------------------------

_PARTIAL = re.compile(
    r"(?:\b(?:parts? of|rest of|remainder of|most of|half of|northern|southern|eastern|western|percent of|per cent of|remaining)"
    r"|% of)(?:\s+the)?\s+\Z"
)


def mentions(text: str, sentences: Sequence[Sentence]) -> tuple[Mention, ...]:
    """The regions named in a text, in order, none overlapping."""
    found = candidates(text)
    if not found:
        return ()
    folded = fold(text)
    _weigh(folded, found)
    starts = [sentence.start for sentence in sentences]
    out: list[Mention] = []
    named: set[str] = set()
    for one in found:
        if not one.region:
            continue
        region = one.form.area or one.form.city or one.form.adj or ""
        named.add(region)
        sentence = max(bisect_right(starts, one.start) - 1, 0)
        if one.end > sentences[sentence].end:
            continue
        partial = bool(_PARTIAL.search(folded[max(0, one.start - 40) : one.start]))
        area = region if region in _UNITS else None
        out.append(Mention(one.start, one.end, _UNITS.get(region, (region,)), sentence, partial=partial, area=area))
    return tuple(out)


__all__ = ["FOUR", "candidates", "fold", "forms", "hits", "mentions", "replace"]
