"""The context room: whether a name means the region or its city, and whether a part of it, from the words around it.

Works on folded text (`geo/reading/names.py`). Evidence, strongest first: a word for region beside the name; a list of
regions that it stands in; land that is ceded, held or measured; the same name called a region elsewhere in the text. A
sign of the city (its mayor, its airport, an attack on it, towns beside it) outweighs all but the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from geo.reading.names import Form, Part, names
from geo.reading.openings import CYRILLIC, Openings

#: The regions that Russia declared annexed in 2022.
FOUR = ("UA-14", "UA-09", "UA-23", "UA-65")
_AT_STAKE = frozenset((*FOUR, "donbas", "crimea", "UA-43"))
#: Cities that stand for governments: their names are regions only beside the word itself.
_CAPITALS = frozenset(("UA-30", "UA-32", "RU-MOS"))
#: How English writes them: behind the word for region they are its clause's subject ("the region Moscow holds").
_SUBJECTS = frozenset(("kyiv", "kiev", "moscow"))
#: Regions near the front: their bare names count by context; all others need the word for region, alone or in a list.
_BY_CONTEXT = frozenset((*FOUR, "UA-63", "UA-59", "UA-48", "UA-51", "UA-12", "UA-74", "RU-KRS", "RU-BEL", "RU-BRY"))
#: Names that only one place bears, but that stand in lists of cities, too.
_PLACES = frozenset(("UA-40", "UA-43"))
#: Names of cities that with an article are rivers ("east of the Dnipro").
_RIVERS = frozenset(("dnipro", "dnieper"))
#: So many regions at stake in a row are a list of regions, whatever stands around it.
_CLEAR_LIST = 3
#: Regions whose bare names may be decided by what is said of them.
_MAYBE = frozenset((*FOUR, "UA-63", "UA-59"))
_BEFORE, _AFTER, _GAP = 90, 60, 90
#: How far from a word for region its adjectives may stand alone.
_SAID = 220
#: Polish writes its adjectives small, Ukrainian and Russian those of names with a capital.
_CYRILLIC = CYRILLIC[0]
_ANY_CYRILLIC = re.compile(f"[{CYRILLIC[0]}-{CYRILLIC[1]}]")


@dataclass(slots=True)
class Candidate:
    """A form found in the folded text, the bounds of its sentence there, and what the evidence says."""

    start: int
    end: int
    form: Form
    capital: bool
    low: int
    high: int
    region: bool = False
    plural: bool = False
    direct: bool = False
    city: bool = False
    partial: bool = False
    maybe: bool = False

    @property
    def id(self) -> str:
        """The region or composite that it means if it means one."""
        return self.form.area or self.form.city or self.form.adj or ""

    @property
    def adjective(self) -> bool:
        """Is it an adjective, which names a region only beside the word for it?"""
        return self.form.area is None and (self.form.city is None or (self.form.adj is not None and not self.capital))


class Rules:
    """The contexts: what is searched around a name or matches right behind it, each compiled when it is first asked
    for. ``latin``: those for texts without Cyrillic letters, which are shorter. ``told``: those told by openings.
    """

    def __init__(self, *, latin: bool) -> None:
        self._latin = latin
        self.told = Told(_told(latin=latin))

    def __getattr__(self, name: str) -> re.Pattern[str]:
        written = _written(latin=self._latin)
        if name.startswith("_") or name not in written:
            raise AttributeError(name)
        found = re.compile(written[name])
        setattr(self, name, found)
        return found


class Told:
    """The contexts that are told by their openings: those whose match ends where a name begins. Each alternative is
    compiled when its opening is first seen: hardly any text needs more than a few.
    """

    def __init__(self, rules: Mapping[str, tuple[Sequence[Part], str, str]]) -> None:
        """``rules``: of each context its alternatives, and what stands before and behind each."""
        numbered = [(name, part) for name, (parts, _, _) in rules.items() for part in parts]
        self._openings = Openings({k: part.openings for k, (_, part) in enumerate(numbered)})
        self._rules = [name for name, _ in numbered]
        self._written = [(part.pattern, *rules[name][1:]) for name, part in numbered]
        self._compiled: dict[int, re.Pattern[str]] = {}

    def begun(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """Of each context the alternatives that may match, by number, and where, in what stands before a name."""
        found: dict[str, list[tuple[int, int]]] = {}
        for k, places in self._openings.places(text).items():
            for at in places:
                if not (at and text[at - 1].isalpha()):
                    found.setdefault(self._rules[k], []).append((k, at))
        return found

    def match(self, text: str, begun: Iterable[tuple[int, int]]) -> bool:
        """Does one of these alternatives match there?"""
        return any((self._compiled.get(k) or self._compile(k)).match(text, at) for k, at in begun)

    def plural_before(self, before: str) -> bool:
        """Does a text end in a word for regions and what may stand between it and their names?"""
        return self.match(before, self.begun(before).get("plural_before", ()))

    def _compile(self, k: int) -> re.Pattern[str]:
        pattern, head, tail = self._written[k]
        found = self._compiled[k] = re.compile(f"{head}(?:{pattern}){tail}")
        return found


_ARTICLE = r"(?:\s(?:the|la|le|les|el|los|las|der|die|das|des|den|del|l'|of|de|du|d'|von|в|у|na|w|z|з|із|из))*"
_OPEN = r"[\s\"“„«(']*"


#: Around what stands right before a name: nothing that would make its first word part of another, and then the name.
_WORD, _LETTERS = r"(?<!\w)", r"(?<![^\W\d])"
_NAME = rf"{_ARTICLE}{_OPEN}(?<=[\s\"“„«('-])\Z"
_AND = r"(?:,|,?\s(?:and|or|и|і|й|та|und|et|y|i|oraz))\s"


@cache
def rules(*, latin: bool) -> Rules:
    """All contexts around and behind a name."""
    return Rules(latin=latin)


@cache
def _patterns(*, latin: bool) -> Mapping[str, str]:
    known = names()
    return {**known.patterns, **known.without_cyrillic} if latin else known.patterns


def _lead(p: Mapping[str, str]) -> str:
    """What may stand between a word for regions and the first of their names."""
    return rf"(?:\s\w+(?=\s(?:of|de|du|d'|von)\b))?(?:[\s\"“„«(:,–—-]+(?:{p['words.lead']}))*[\s\"“„«(:,–—'-]+"


@cache
def _written(*, latin: bool) -> Mapping[str, str]:
    """The contexts of `Rules` as regular expressions."""
    p = _patterns(latin=latin)
    plural, singular, land = p["words.plural"], p["words.singular"], p["words.land"]
    link = rf"(?:'s?)?[\s\"”»)(-]+(?:(?:{p['words.link']})[\s-]+){{0,2}}"
    return {
        "plural_after": rf"{link}(?:{plural})(?!\w)",
        "after": rf"{link}(?:{plural}|{singular})(?!\w)",
        "strict_after": rf"\s(?:{singular})(?!\w)",
        "land_after": rf"[\s-]+(?:{plural}|{singular}|{land})(?!\w)",
        "of": r"(?<!\w)(?:of|de|du|von)\s(?:the\s)?\Z",
        "plain": r"[\s,/&–—-]+(?:(?:and|и|і|й|та|und|et|y|i|oraz)\s+)?",
        "pair": r"\s(?:and|и|і|й|та|und|et|y|i|oraz)\s",
        "glue": rf"(?:[\s,&/()\"“”„«»%–—-]|\d|'s?|(?<!\w)(?:{p['words.glue']}|{plural}|{singular}|{land})(?!\w))*",
        "land_said": rf"[\s-]?(?:{p['context.after']})",
        "city_after": rf"(?:'s)?[\s-]*(?:{p['context.city_after']})(?!\w)",
        "towns_after": rf"{_AND}(?:{p['context.towns']})(?!\w)",
        "block_after": rf"[\s-]?(?:{p['context.block_after']})(?!\w)",
        "city_around": rf"(?<!\w)(?:{p['context.city_around']})(?!\w)",
        "elliptic": rf"\s*(?:{p['context.elliptic']})|\s*\Z",
    }


def _told(*, latin: bool) -> dict[str, tuple[Sequence[Part], str, str]]:
    """The contexts of `Told`: the alternatives of each, and what stands before and behind one."""
    p, parts = _patterns(latin=latin), names().parts
    plural, singular, land = parts["words.plural"], parts["words.singular"], parts["words.land"]
    of = rf"(?:(?:\w+\s){{0,2}}(?:of|de|du|d'|von|um|rund um)\s*(?:{p['words.lead']}|\s)*)?"
    word = rf"(?:{_ARTICLE}\s(?:{p['words.plural']}|{p['words.singular']}))?"
    adjectives = rf"(?:\s(?:{p['context.city_adjective']}))*"
    return {
        "partial": (parts["partial.before"], _LETTERS, word + _NAME),
        "before": (singular, _WORD, rf"[\s\"“„«]+{of}\Z"),
        "plural_before": (plural, _WORD, rf"{_lead(p)}\Z"),
        "land": (parts["context.before"], _LETTERS, _NAME),
        "land_before": ((*singular, *land), _WORD, r"\s\Z"),
        "city_before": (parts["context.city_before"], _LETTERS, adjectives + _NAME),
        "towns_before": (parts["context.towns"], _WORD, rf"{_AND}\Z"),
        "block_before": (parts["context.block_before"], _LETTERS, _NAME),
    }


def weigh(text: str, found: Sequence[Candidate]) -> None:
    """Mark which candidates mean regions, which may, and which of those only a part. ``text`` is folded."""
    if not found:
        return
    known = rules(latin=text.isascii() or _ANY_CYRILLIC.search(text) is None)
    for one in found:
        _alone(text, one, known)
    _lists(text, found, known)
    _ellipses(text, found, known)
    _elsewhere(found)
    for one in found:
        one.maybe = one.id in _MAYBE and not (one.region or one.city or one.adjective)


def _alone(text: str, one: Candidate, known: Rules) -> None:
    """What the words right beside one name say."""
    before = text[max(one.low, one.start - _BEFORE) : one.start]
    after = text[one.end : min(one.high, one.end + _AFTER)]
    begun = known.told.begun(before)

    def led(rule: str) -> bool:
        """Does what stands before the name end in a match of this rule?"""
        return rule in begun and known.told.match(before, begun[rule])

    one.partial = led("partial")
    if one.id in _CAPITALS:
        one.direct = bool(known.strict_after.match(after)) or (text[one.start] < _CYRILLIC and led("before"))
        if one.direct and text[one.start : one.end] in _SUBJECTS and not known.strict_after.match(after):
            one.direct = known.of.search(before) is not None
        one.region, one.city = one.direct, not one.direct
        return
    one.plural = bool(known.plural_after.match(after))
    one.direct = one.plural or bool(known.after.match(after)) or led("before")
    if one.form.area is not None:
        one.region = not (led("block_before") or known.block_after.match(after))
        return
    if one.adjective:
        one.region = one.direct or (one.id == "crimea" and (bool(known.land_after.match(after)) or led("land_before")))
        return
    one.city = (
        led("city_before")
        or bool(known.city_after.match(after))
        or led("towns_before")
        or bool(known.towns_after.match(after))
    )
    one.city = one.city or (before.endswith("the ") and text[one.start : one.end] in _RIVERS and not one.direct)
    one.region = one.direct or led("plural_before")
    if not one.region and not one.city and one.id in _BY_CONTEXT:
        one.region = led("land") or bool(known.land_said.match(after))
        if one.region and one.id not in FOUR and known.city_around.search(text, one.low, one.high):
            one.region, one.city = False, True


def _lists(text: str, found: Sequence[Candidate], known: Rules) -> None:
    """What is said of one member of a list holds for the others."""
    for run in _runs(text, found, known):
        if len(run) > 1:
            _list(text, run, known)


def _runs(text: str, found: Sequence[Candidate], known: Rules) -> Iterable[list[Candidate]]:
    run: list[Candidate] = []
    for one in found:
        if run and not _joined(text, run[-1], one, known):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _joined(text: str, one: Candidate, other: Candidate, known: Rules) -> bool:
    near = other.start - one.end <= _GAP and one.low == other.low
    return near and known.glue.fullmatch(text, one.end, other.start) is not None


def _list(text: str, run: Sequence[Candidate], known: Rules) -> None:
    first, last = run[0], run[-1]
    before = text[max(first.low, first.start - _BEFORE) : first.start]
    members = [one for one in run if one.id not in _CAPITALS]
    gaps = [known.plain.fullmatch(text, one.end, other.start) is not None for one, other in pairwise(run)]
    for one, other in pairwise(run):
        other.partial = other.partial or (one.partial and known.pair.fullmatch(text, one.end, other.start) is not None)
    if known.told.plural_before(before) or last.plural:
        for one in run if all(gaps) else members:
            one.region = True
        return
    for k in range(1, len(run) - 1):
        if run[k].adjective and known.told.plural_before(text[run[k - 1].end : run[k].start]):
            for one in run[k:]:
                one.region = one.region or one.id not in _CAPITALS
    latest = max((k for k, one in enumerate(run) if one.plural), default=0)
    for earlier in run[:latest]:
        earlier.region = earlier.region or earlier.id not in _CAPITALS
    at_stake = [one for one in members if one.id in _AT_STAKE]
    if len(at_stake) < _CLEAR_LIST and any(one.city and not one.direct for one in run):
        return
    if any(one.form.area is not None and one.id.startswith("UA-") and one.id not in _PLACES for one in members):
        for one in members:
            one.region = one.region or not one.adjective
    if len(at_stake) > 1:
        for one in at_stake:
            one.region = one.region or not one.adjective
    if len(at_stake) == len(members) and any(one.region and one.form.area is None for one in members):
        for one in members:
            one.region = one.region or not one.adjective
    for (one, other), plain in zip(pairwise(run), gaps, strict=True):
        if plain and one.region and one.form.area is None and not other.adjective and other.id in _BY_CONTEXT:
            other.region = True
    _spread(run, gaps)
    _spread(run[::-1], gaps[::-1])


def _spread(run: Sequence[Candidate], gaps: Sequence[bool]) -> None:
    """A word for region reaches from its name on to the next ones while only commas and "and" stand between."""
    carried = False
    for one, plain in zip(run, [False, *gaps], strict=True):
        carried = one.direct or (carried and plain)
        one.region = one.region or (carried and one.id not in _CAPITALS)


def _ellipses(text: str, found: Sequence[Candidate], known: Rules) -> None:
    """An adjective without its noun, where its sentence has said it ("in Odesa's region 12, in Mykolaiv's 3")."""
    said = [one.start for one in found if one.form.adj is not None and one.region]
    before: Candidate | None = None
    for one in found:
        if one.region or one.form.adj is None or (one.form.city is not None and one.capital):
            continue
        if (one.capital or text[one.start] < _CYRILLIC) and any(abs(one.start - place) < _SAID for place in said):
            follows = before is not None and known.plain.fullmatch(text, before.end, one.start) is not None
            if follows or known.elliptic.match(text, one.end, one.high):
                one.region, before = True, one


def _elsewhere(found: Sequence[Candidate]) -> None:
    """A bare name of land at stake is the region where the text calls it one elsewhere and no city is in sight."""
    told = {one.id for one in found if one.region and one.id in FOUR}
    for one in found:
        if not one.region and not one.city and not one.adjective and one.id in told:
            one.region = True
