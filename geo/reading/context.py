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

from geo.reading.names import Form, names
from geo.reading.openings import Openings

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
_CYRILLIC = "\u0400"


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
    """The contexts, each compiled when it is first asked for: some are searched in what stands before a name, the
    others match right behind it. ``openings`` tells where those before a name are worth trying.
    """

    def __init__(self, written: Mapping[str, str], openings: Openings) -> None:
        self._written = written
        self.openings = openings

    def __getattr__(self, name: str) -> re.Pattern[str]:
        if name.startswith("_") or name not in self._written:
            raise AttributeError(name)
        found = re.compile(self._written[name])
        setattr(self, name, found)
        return found


_ARTICLE = r"(?:\s(?:the|la|le|les|el|los|las|der|die|das|des|den|del|l'|of|de|du|d'|von|в|у|na|w|z|з|із|из))*"
_OPEN = r"[\s\"“„«(']*"


@cache
def rules() -> Rules:
    """All contexts."""
    p = names().patterns
    plural, singular, land = p["words.plural"], p["words.singular"], p["words.land"]
    glue = p["words.glue"]
    link = rf"(?:'s?)?[\s\"”»)(-]+(?:(?:{p['words.link']})[\s-]+){{0,2}}"
    lead = rf"(?:\s\w+(?=\s(?:of|de|du|d'|von)\b))?(?:[\s\"“„«(:,–—-]+(?:{p['words.lead']}))*[\s\"“„«(:,–—'-]+"

    of = r"(?:\w+\s){0,2}(?:of|de|du|d'|von|um|rund um)"

    def ahead(pattern: str) -> str:
        return rf"(?<![^\W\d])(?:{pattern}){_ARTICLE}{_OPEN}(?<=[\s\"“„«('-])\Z"

    before = rf"(?:{p['context.city_before']})(?:\s(?:{p['context.city_adjective']}))*"
    begun = names().openings
    openings = {
        "partial": begun["partial.before"],
        "before": begun["words.singular"],
        "plural_before": begun["words.plural"],
        "land": begun["context.before"],
        "land_before": (*begun["words.singular"], *begun["words.land"]),
        "city_before": begun["context.city_before"],
        "towns_before": begun["context.towns"],
        "block_before": begun["context.block_before"],
    }
    written = {
        "plural_after": rf"{link}(?:{plural})(?!\w)",
        "after": rf"{link}(?:{plural}|{singular})(?!\w)",
        "strict_after": rf"\s(?:{singular})(?!\w)",
        "land_after": rf"[\s-]+(?:{plural}|{singular}|{land})(?!\w)",
        "land_before": rf"(?<!\w)(?:{singular}|{land})\s\Z",
        "plural_before": rf"(?<!\w)(?:{plural}){lead}\Z",
        "before": rf"(?<!\w)(?:{singular})[\s\"“„«]+(?:{of}\s*(?:{p['words.lead']}|\s)*)?\Z",
        "of": r"(?<!\w)(?:of|de|du|von)\s(?:the\s)?\Z",
        "plain": r"[\s,/&–—-]+(?:(?:and|и|і|й|та|und|et|y|i|oraz)\s+)?",
        "pair": r"\s(?:and|и|і|й|та|und|et|y|i|oraz)\s",
        "glue": rf"(?:[\s,&/()\"“”„«»%–—-]|\d|'s?|(?<!\w)(?:{glue}|{plural}|{singular}|{land})(?!\w))*",
        "land": ahead(p["context.before"]),
        "land_said": rf"[\s-]?(?:{p['context.after']})",
        "city_before": ahead(before),
        "city_after": rf"(?:'s)?[\s-]*(?:{p['context.city_after']})(?!\w)",
        "towns_before": rf"(?<!\w)(?:{p['context.towns']})(?:,|,?\s(?:and|or|и|і|й|та|und|et|y|i|oraz))\s\Z",
        "towns_after": rf"(?:,|,?\s(?:and|or|и|і|й|та|und|et|y|i|oraz))\s(?:{p['context.towns']})(?!\w)",
        "block_before": ahead(p["context.block_before"]),
        "block_after": rf"[\s-]?(?:{p['context.block_after']})(?!\w)",
        "city_around": rf"(?<!\w)(?:{p['context.city_around']})(?!\w)",
        "elliptic": rf"\s*(?:{p['context.elliptic']})|\s*\Z",
        "partial": ahead(rf"(?:{p['partial.before']})(?:{_ARTICLE}\s(?:{plural}|{singular}))?"),
        "region_word": rf"(?<!\w)(?:{plural}|{singular})(?!\w)",
    }
    return Rules(written, Openings(openings))


def weigh(text: str, found: Sequence[Candidate]) -> None:
    """Mark which candidates mean regions, which may, and which of those only a part. ``text`` is folded."""
    known = rules()
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
    places = known.openings.places(before)

    def leads(name: str) -> bool:
        """Does what stands before the name end in a match of this rule?"""
        begun = places.get(name)
        if begun is None:
            return False
        rule: re.Pattern[str] = getattr(known, name)
        return any(rule.match(before, at) for at in begun)

    one.partial = leads("partial")
    if one.id in _CAPITALS:
        one.direct = bool(known.strict_after.match(after)) or (text[one.start] < _CYRILLIC and leads("before"))
        if one.direct and text[one.start : one.end] in _SUBJECTS and not known.strict_after.match(after):
            one.direct = known.of.search(before) is not None
        one.region, one.city = one.direct, not one.direct
        return
    one.plural = bool(known.plural_after.match(after))
    one.direct = one.plural or bool(known.after.match(after)) or leads("before")
    if one.form.area is not None:
        one.region = not (leads("block_before") or known.block_after.match(after))
        return
    if one.adjective:
        one.region = one.direct or (
            one.id == "crimea" and (bool(known.land_after.match(after)) or leads("land_before"))
        )
        return
    one.city = (
        leads("city_before")
        or bool(known.city_after.match(after))
        or leads("towns_before")
        or bool(known.towns_after.match(after))
    )
    one.city = one.city or (before.endswith("the ") and text[one.start : one.end] in _RIVERS and not one.direct)
    one.region = one.direct or leads("plural_before")
    if not one.region and not one.city and one.id in _BY_CONTEXT:
        one.region = leads("land") or bool(known.land_said.match(after))
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
    if known.plural_before.search(before) or last.plural:
        for one in run if all(gaps) else members:
            one.region = True
        return
    for k in range(1, len(run) - 1):
        if run[k].adjective and known.plural_before.search(text[run[k - 1].end : run[k].start]):
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
