"""The scope room: which regions a cue speaks of, which operators stand over it, and which party acts.

All of it works on one `Clause`. Nothing here knows a role: `decide` draws the conclusions.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from geo.reading.clauses import Clause, Group, is_number
from geo.reading.cues import Cue

_AFTER_LIMIT, _BEFORE_LIMIT, _NOUN_BEFORE_LIMIT = 6.0, 5.0, 1.3
#: Acts whose object stands close behind them.
_CLOSE = {
    "cede": 3.6,
    "recognise": 3.6,
    "claim": 1.5,
    "annex": 4.5,
    "leave": 2.0,
    "demand": 1.7,
    "swap": 2.6,
    "freeze": 3.6,
}
#: Acts whose object may be land that somebody holds in a region.
_OF_LANDS = frozenset({"cede", "leave", "giveback", "swap", "receive", "recognise"})
#: Acts that may speak of the topic that opens their sentence.
_OF_TOPICS = frozenset({"freeze", "cede", "withdraw", "keep", "recognise", "zone", "neutral", "swap"})
#: Acts and operators that may have no words of their own between themselves and the region, but for one.
_TIGHT = frozenset({"claim", "demand", "leave"})
_SCOPE_LIMIT = 8.0
#: What stands before an English participle only where it is an attribute ("any occupied land", "near occupied Yalta").
_BEFORE_ATTRIBUTES = frozenset(("any", "all", "some", "these", "those", "near", "in", "from", "of", "into", "through"))
#: How many tokens may stand between regions and words of annexation behind them.
_ANNEXED_REACH = 25
#: What an act costs that stands between another and its object (see `clauses`).
_ACT_COST = 2.2
#: Languages in which the object may well stand before its verb.
_FREE_ORDER = frozenset({"de", "uk", "ru", "pl"})
_SLAVIC = frozenset({"uk", "ru", "pl"})
#: Endings of "we" in French and Spanish.
_OF_US = ("rons", "remos")
#: Auxiliaries before the participle of an inverted verb of saying.
_AUXILIARY = frozenset({"a", "ont", "avait", "ha", "han", "había"})
#: Languages whose adjectives and participles follow their nouns.
_NOUN_FIRST = frozenset({"fr", "es"})
#: Words that liken one place to another.
_ALIKE = frozenset({"jak", "que", "comme", "como", "wie", "як", "как"})
#: For whom.
_FOR = frozenset({"pour", "para", "dla", "для", "für"})
_CLOSING = ("”", "»", "“", '"')
#: Languages that mark the owner of a noun by case.
_CASES = frozenset({"uk", "ru", "pl", "de"})
#: Languages that mark the doer by case alone.
_INSTRUMENTAL = {
    "uk": ("ою", "ею", "єю", "ом", "ем", "єм", "ами", "ями", "ими", "іми", "им", "ім"),
    "ru": ("ой", "ей", "ою", "ом", "ем", "ами", "ями", "ими", "ым", "им"),
}

#: Endings of the future and of the conditional.
_FUTURE = {"fr": ("ra", "ront", "rons", "rai"), "es": ("rá", "rán", "remos", "ré")}
_CONDITIONAL = {"fr": ("rait", "raient", "rions"), "es": ("ría", "rían", "ríamos")}


#: How names end in cases that no subject has. (Genitives aren't among them: "армія Росії" is Russia's.)
_NOT_SUBJECT = {
    "uk": ("у", "ю", "ові", "еві", "ом", "ем", "єм", "україні", "москві", "америці", "європі"),
    "ru": ("у", "ю", "ом", "ем", "ём", "украине", "москве", "америке", "европе"),
    "pl": ("owi", "em", "ę", "ą", "ukrainie", "moskwie", "ameryce"),
}
_INFINITIVE = ("ти", "тися", "тись", "ть", "ться", "тись", "чь", "ć", "ść")


class Reached(msgspec.Struct, frozen=True):
    """A group that a cue speaks of; ``located``: only as the place where a town or the like lies."""

    group: Group
    cost: float
    located: bool


class Over(msgspec.Struct, frozen=True):
    """An operator over an act: its cue, whether it is negated, and who is its subject (ISO alpha-2 or None)."""

    cue: Cue
    negated: bool
    subject: str | None
    after: bool


# --- which regions ----------------------------------------------------------------------------------------------


def governed(clause: Clause, cue: Cue) -> list[Reached]:
    """The groups that a cue speaks of, nearest first; none where nothing stands near enough."""
    inside = [group for group in clause.groups if cue.first < group.last and group.first <= cue.last]
    if inside or any(clause.kinds[t] == "r" for t in cue.tokens):
        inside = inside or [g for g in clause.groups if g.first <= cue.last and g.last >= cue.first]
        within = [Reached(group, 0.0, False) for group in inside]
        whole = clause.lexicon.lang in _SLAVIC and inside[-1].last < cue.last
        return _and_likened(clause, within if whole else _chained(clause, within))
    after = _nearest(clause, cue, after=True)
    before = _nearest(clause, cue, after=False)
    if _possessed(clause, cue):
        after = None
    best = _chosen(clause, cue, before, after)
    if best is None and (shared := _shared(clause, cue)) is not None:
        return governed(clause, shared)
    if best is None and (voting := _voting_in(clause, cue)) is not None:
        return [Reached(voting, _BEFORE_LIMIT, False)]
    if best is None and (spoken := _spoken_of(clause, cue)) is not None:
        return [Reached(spoken, _BEFORE_LIMIT, False)]
    if best is None and (topic := _topic(clause, cue)) is not None:
        return [Reached(topic, _BEFORE_LIMIT, False)]
    if best is None and (held := _held_land(clause, cue)) is not None:
        return [Reached(held, _AFTER_LIMIT, False)]
    if best is None and (annexed := _annexed_before(clause, cue)) is not None:
        return [Reached(annexed, _BEFORE_LIMIT, False)]
    if best is None:
        return []
    reached = _and_likened(clause, _chained(clause, [_only_last(clause, best, cue)]))
    reached += _in_parallel(clause, cue, reached[-1].group)
    return reached + _included(clause, reached[-1].group) if cue.name == "recognise" else reached


def _held_land(clause: Clause, cue: Cue) -> Group | None:
    """ "Russia would return the pockets that it holds in Sumy": the region in the relative clause on its object."""
    if cue.name not in _OF_LANDS or nominal(cue):
        return None
    kinds = ("land",) if clause.lexicon.lang == "en" else ("land", "town")
    near = [k for kind in kinds if (k := clause.next(kind, cue.last + 1, cue.last + 5)) is not None]
    land = min(near, default=None)
    if land is None or clause.walled(cue.last, land):
        return None
    for other in clause.cues:
        if other.kind == "act" and other.name in ("hold", "keep") and 0 < other.first - land <= 5:
            after = _nearest(clause, other, after=True)
            return after.group if after is not None and after.cost <= _CLOSE["cede"] else None
    return None


def _annexed_before(clause: Clause, cue: Cue) -> Group | None:
    """The last regions named before words of annexation, which speak of land alone: "Kherson, whose capital was won
    back, is already written into the Russian constitution". Nothing else is so sure of its object from afar."""
    if cue.name != "annex" or cue.form not in ("past", "view"):
        return None
    before = [g for g in clause.groups if g.last < cue.first and cue.first - g.last <= _ANNEXED_REACH]
    return before[-1] if before and not clause.walled(before[-1].last, cue.first) else None


def _possessed(clause: Clause, cue: Cue) -> bool:
    """ "Zaporizhzhia's occupied districts": is the participle in front of what belongs to the region before it?"""
    k = cue.first - 1
    own = k > 0 and (clause.words[k] == "'s" or (clause.kinds[k] == "r" and clause.raw[k].endswith(("'s", "’s"))))
    return own and cue.form in ("past", "fact") and clause.has("land", cue.last + 1)


def _shared(clause: Clause, cue: Cue) -> Cue | None:
    """ "has annexed but does not fully control Kherson": the next act, whose object the cue shares."""
    k = cue.last + 1
    if cue.kind != "act" or nominal(cue) or clause.lexicon.lang != "en" or k >= len(clause.words):
        return None
    if not (clause.has("and", k) or clause.has("wall", k)):
        return None
    other = next((c for c in clause.cues if c.kind == "act" and k < c.first <= k + 5), None)
    if other is None or nominal(other) or any(clause.kinds[j] != "w" for j in range(k, other.first)):
        return None
    return other


def _voting_in(clause: Clause, cue: Cue) -> Group | None:
    """ "officials in Luhansk and Donetsk called votes on joining Russia": the only regions, where the vote is."""
    if cue.name != "annex" or not nominal(cue) or len(cue.tokens) < 3 or len(clause.groups) != 1:
        return None
    group = clause.groups[0]
    placed = clause.any("inplace", group.first - 4, group.first)
    return group if placed and group.last < cue.first and not clause.walled(group.last, cue.first) else None


def _spoken_of(clause: Clause, cue: Cue) -> Group | None:
    """ "We cannot leave," Zelensky said of the Donetsk region: the only regions, of which it is said."""
    if len(clause.groups) != 1 or cue.kind != "act" or cue.name not in _OF_TOPICS | {"leave", "giveback", "closed"}:
        return None
    group = clause.groups[0]
    named = clause.any("spokenof", group.first - 3, group.first)
    return group if named and group.first > cue.last else None


def _topic(clause: Clause, cue: Cue) -> Group | None:
    """ "On Zaporizhzhia and Kherson, the paper foresees a freeze": the group that opens the sentence, the only one."""
    if len(clause.groups) != 1 or cue.kind != "act" or cue.name not in _OF_TOPICS:
        return None
    group = clause.groups[0]
    k = next((j for j in range(group.first) if clause.has("topic", j)), None)
    stop = next((j for j in range(group.last + 1, cue.first) if clause.words[j] == ","), None)
    if stop is None and any(clause.has("plan", j) for j in range(group.last + 2, group.last + 4)):
        stop = group.last + 1  # "On Kherson the paper says ..."
    opens = (
        k == 0
        and group.first <= 4
        and stop is not None
        and all(j in _attached(clause, group) for j in range(group.last + 1, stop))
    )
    return group if opens and not clause.walled(group.last, cue.first) else None


def _nearest(clause: Clause, cue: Cue, *, after: bool) -> Reached | None:
    """The cheapest group on one side of the cue, within the limit for its form."""
    limit = _NOUN_BEFORE_LIMIT if nominal(cue) else _BEFORE_LIMIT
    if after:
        limit = _CLOSE.get(cue.name, _AFTER_LIMIT)
    best: Reached | None = None
    for group in clause.groups:
        if after and group.first > cue.last:
            start, stop = min(_behind_doer(clause, cue), group.first - 1), group.first
        elif not after and group.last < cue.first:
            start, stop = group.last, cue.first
        else:
            continue
        cost = clause.between(start, stop)
        if after:
            cost -= contact_rebate(clause, cue, stop) + _town_rebate(clause, cue, stop)
            cost -= _ACT_COST * len(_attributes(clause, cue, stop))
            if cue.name == "claim" and clause.any("include", start + 1, stop):
                cost = min(cost, 1.0)
        else:
            cost -= _relative_rebate(clause, group, cue) or _aside_rebate(clause, group, cue)
            far = not nominal(cue) or _hangs_on(clause, group, cue) or _becomes(clause, cue, group)
            limit = _BEFORE_LIMIT if far else _NOUN_BEFORE_LIMIT
        if cost > limit or (best is not None and cost >= best.cost) or clause.walled(start, stop):
            continue
        if after and _shut_off(clause, cue, start, stop):
            continue
        if not after and not _may_precede(clause, cue, group, cost):
            continue
        if not after and _subordinate(clause, group, cue):
            continue
        best = Reached(group, cost, after and clause.any("town", start + 1, stop))
    return best


def _behind_doer(clause: Clause, cue: Cue) -> int:
    """The last token of a noun and its doer ("opuszczenie przez ukraińską armię", "la cession par Kiev de ...")."""
    last = opens = cue.last
    if clause.lexicon.lang == "en" or not nominal(cue) or last + 1 >= len(clause.words):
        return last
    endings = _INSTRUMENTAL.get(clause.lexicon.lang, ())
    if clause.has("by", last + 1):
        opens += 1
    elif clause.kinds[last + 1] != "a" or not (endings and clause.words[last + 1].endswith(endings)):
        return last
    for k in range(opens + 1, min(opens + 8, len(clause.words))):
        if clause.kinds[k] == "a" or clause.has("people", k) or clause.has("title", k):
            last = k
        elif not (clause.has("article", k) or clause.has("oblique", k) or clause.words[k] in ("parte", "l'")):
            break
    return last


def contact_rebate(clause: Clause, cue: Cue, stop: int) -> float:
    """What a relative clause without a pronoun gives back ("pull out of pockets it occupies in the Sumy region")."""
    if clause.lexicon.lang != "en" or stop - cue.last < 3:
        return 0.0
    inner = next((c for c in clause.cues if c.kind == "act" and c is not cue and cue.last < c.first < stop), None)
    if inner is None or inner.name not in ("hold", "keep", "retake", "annex"):
        return 0.0
    opener = next(
        (k for k in range(cue.last + 1, inner.first) if clause.kinds[k] == "a" or clause.has("heit", k)), None
    )
    head = ("land", "that", "glue", "amount", "town", "what")
    if opener is None or opener < cue.last + 2 or not any(clause.has(mark, opener - 1) for mark in head):
        return 0.0
    if any(clause.words[k] in (",", ";") or clause.has("and", k) for k in range(cue.last + 1, stop)):
        return 0.0
    return clause.between(opener - 1, stop)


def _attributes(clause: Clause, cue: Cue, stop: int) -> list[Cue]:
    """Slavic: the participles between a verb and its object ("opuścić zajęte wsie w obwodzie ...")."""
    if clause.lexicon.lang not in _SLAVIC or cue.name not in _OF_LANDS | {"withdraw", "keep"}:
        return []
    inner = (c for c in clause.cues if c.kind == "act" and c.form == "past" and cue.last < c.first == c.last < stop)
    held = (c for c in inner if c.name in ("hold", "annex"))
    return [c for c in held if any(clause.has(mark, c.last + 1) for mark in ("land", "town", "glue"))]


def _town_rebate(clause: Clause, cue: Cue, stop: int) -> float:
    """What a town before its region gives back ("occupied Selydove, Donetsk Oblast")."""
    k = stop - 1
    if cue.name not in ("hold", "cede", "withdraw", "leave") or k <= cue.last + 1 or clause.words[k] != ",":
        return 0.0
    named = all(clause.raw[j][:1].isupper() and clause.kinds[j] == "w" for j in range(cue.last + 1, k))
    return clause.between(cue.last, stop) if named and k - cue.last <= 4 else 0.0


def _subordinate(clause: Clause, group: Group, cue: Cue) -> bool:
    """Does a clause of its own begin between a group and a cue behind it (", якщо ...", ", że ...")?"""
    if cue.name == "freeze" and _of_opening_condition(clause, group, cue):
        return True
    if clause.lexicon.lang not in _SLAVIC or _hangs_on(clause, group, cue):
        return False
    return any(
        clause.words[k - 1] == "," and any(clause.has(mark, k) for mark in ("if", "until", "that"))
        for k in range(group.last + 2, cue.first)
    )


def _of_opening_condition(clause: Clause, group: Group, cue: Cue) -> bool:
    """ "Jeżeli Kijów odda X, front zostanie zamrożony": is the group part of a condition that opens the sentence?"""
    comma = next((k for k in range(group.last + 1, cue.first) if clause.words[k] == ","), None)
    return comma is not None and clause.has("if", 0) and any(c.kind == "act" and c.first < comma for c in clause.cues)


def _shut_off(clause: Clause, cue: Cue, start: int, stop: int) -> bool:
    """Is the group behind a cue set apart from it?"""
    if clause.any("except", max(start + 1, stop - 3), stop):
        return True
    if cue.name == "hold" and clause.any("battle", start + 1, stop):
        return True
    if cue.name == "hold" and clause.words[cue.first].startswith("control") and cue.form in ("fin", "verb"):
        return _other_object(clause, start, stop)
    if cue.name in ("swap", "cede") and _official_of(clause, stop):
        return True
    if (
        cue.name == "keep"
        and cue.form == "verb"
        and clause.lexicon.lang == "en"
        and not clause.any("what", start, stop)
    ):
        return _other_object(clause, start, stop)
    if cue.name == "keep" and clause.lexicon.lang == "en" and clause.words[start + 1].endswith("ing"):
        return True
    put_there = (
        "puthere" in clause.places
        and any(clause.has("puthere", t) for t in cue.tokens)
        and (
            clause.words[cue.first] == "-"
            or clause.lexicon.lang in _CASES
            or any(clause.has("by", t) for t in cue.tokens)
        )
    )
    official = clause.next("official", max(start + 1, stop - 4), stop)
    border = official is not None and cue.name == "hold" and clause.any("town", start + 1, official)
    if official is not None and not put_there and not border:
        return True
    if any(clause.has("neg", k) and _opens_member(clause, k) for k in range(max(start + 2, stop - 2), stop)):
        return True
    if cue.form == "weak" and _equated(clause, start, stop):
        return False
    contact = cue.name != "claim" and contact_rebate(clause, cue, stop) > 0
    towns = 0 if cue.name != "leave" else sum(clause.has("town", k) for k in range(start + 1, stop))
    towns += len(_attributes(clause, cue, stop))
    apart = _own_words(clause, start, stop) > 1 + towns or clause.any("goal", start + 1, stop)
    told = next((k for k in range(stop - 1, start, -1) if clause.has("include", k)), None)
    if told is not None and cue.name == "claim":
        apart = _own_words(clause, told, stop) > 3
    if cue.name in _TIGHT and not contact and apart:
        return True
    if clause.lexicon.lang in _SLAVIC and _new_clause(clause, start, stop):
        return True
    if cue.name == "recognise" and not nominal(cue) and _other_object(clause, start, stop):
        return True
    if _people_taken(clause, cue):
        return True
    if cue.name == "cede" and (
        (clause.any("goal", max(start + 1, stop - 2), stop) and not (nominal(cue) and clause.lexicon.lang in _SLAVIC))
        or _other_object(clause, start, stop)
    ):
        return True
    if cue.name == "withdraw" and not _out_of(clause, start, stop):
        return True
    if cue.name in ("withdraw", "leave") and clause.any("strictexchange", start + 1, stop):
        return True  # what is left stands elsewhere, this is the price
    if cue.name == "zone" and clause.any("beside", start + 1, stop):
        return True
    own_noun = start + 1 < stop and clause.has("land", start + 1) and cue.form in ("past", "fact")
    return own_noun and clause.any("and", start + 2, stop) and not clause.any("include", start + 2, stop)


def _new_clause(clause: Clause, start: int, stop: int) -> bool:
    """Slavic: does a clause with a subject of its own begin between ("захопивши ..., армія РФ просунулася в ...")?"""
    commas = [k for k in range(start + 1, stop) if clause.words[k] == ","]
    if not commas:
        return False
    named = range(commas[-1] + 1, min(commas[-1] + 7, stop))
    if any(clause.has("nominativetoo", k) and not clause.has("oblique", k - 1) for k in named):
        return True
    return any(clause.kinds[k] == "a" and clause.has("nominative", k) for k in named) or any(
        clause.kinds[k] == "a" and clause.has("people", k - 1) and not clause.has("oblique", k - 2) for k in named
    )


def _out_of(clause: Clause, start: int, stop: int) -> bool:
    """Is it the region that is left, not a place behind which the region is named for something else?"""
    outof = clause.next("outof", start, stop)
    if outof is None:
        return False
    return clause.lexicon.lang not in _SLAVIC or _own_words(clause, outof, stop) <= 3


def _official_of(clause: Clause, k: int) -> bool:
    """ "the swap of Kharkiv region's governor": is what is given somebody of the region at token k?"""
    whose = next((j for j in range(k + 1, min(k + 3, len(clause.words))) if clause.words[j] == "'s"), None)
    return whose is not None and clause.any("official", whose + 1, whose + 3)


def _equated(clause: Clause, start: int, stop: int) -> bool:
    """ "the price for peace is Donetsk": a copula right before the region, its article and the like."""
    k = stop - 1
    while k > start and clause.has("glue", k):
        k -= 1
    if k > start and clause.words[k] in (":", "—", "–"):
        return True
    return k > start and clause.has("be", k) and not any(clause.words[j] == "," for j in range(start + 1, k))


def _people_taken(clause: Clause, cue: Cue) -> bool:
    """ "A journalist captured in Donetsk region": nothing that is land, and no amount of it, stands before."""
    if cue.name != "hold" or cue.form != "past" or cue.first != cue.last or not clause.has("inplace", cue.last + 1):
        return False
    if clause.lexicon.lang != "en":
        return False
    before = range(max(cue.first - 6, 0), cue.first)
    marks = ("land", "town", "possession", "amount", "full")
    return not any(
        clause.has(mark, k) or is_number(clause.words[k]) or clause.kinds[k] == "r" for k in before for mark in marks
    )


def _other_object(clause: Clause, start: int, stop: int) -> bool:
    """Is something else given away, in that region ("handed over aid in ...")?"""
    k = stop - 1
    while k > start and clause.has("glue", k) and not clause.has("inplace", k):
        k -= 1
    if k <= start + 1 or not clause.has("inplace", k):
        return False
    return not any(clause.has(mark, j) for j in range(start + 1, k) for mark in ("land", "town", "possession"))


def _opens_member(clause: Clause, k: int) -> bool:
    """Does token k open a new member of a list (", not X")?"""
    return clause.words[k - 1] == "," or (clause.has("and", k - 1) and not clause.has("concord", k - 1))


def _own_words(clause: Clause, start: int, stop: int) -> int:
    """How many tokens between two tokens are neither glue nor a list opener."""
    light = clause.memo.get("light")
    if light is None:
        light = clause.memo["light"] = frozenset().union(
            *(clause.marks[mark] for mark in ("glue", "include", "notneg", "be", "amount")),
            [k for k, kind in enumerate(clause.kinds) if kind == "p" or is_number(clause.words[k])],
        )
    return sum([k not in light for k in range(start + 1, stop)])


def _may_precede(clause: Clause, cue: Cue, group: Group, cost: float) -> bool:
    """May the object stand in front of this cue?"""
    if cue.name == "claim" and not _ends_here(clause, cue.last + 1):
        return False
    if _becomes(clause, cue, group) or _share_held_there(clause, cue, group) or _held_in(clause, cue, group):
        return True
    if cue.name == "demand" and clause.any("by", cue.last + 1, cue.last + 2):
        return True
    if cue.name == "withdraw" and _leaves_elsewhere(clause, cue) and not _hangs_on(clause, group, cue):
        return False
    attribute = cue.form == "past" and clause.lexicon.lang in _SLAVIC and clause.has("and", cue.first - 1)
    if attribute and clause.has("land", cue.last + 1):
        return False
    if _clitic(clause, cue, group) or (cue.name == "demand" and predicate(clause, cue, group)):
        return True
    if _hangs_on(clause, group, cue) or _placed(clause, cue, group):
        return True
    if cue.name == "withdraw" and clause.lexicon.lang in _NOUN_FIRST and clause.has("outof", 0) and group.first <= 5:
        return True  # "De las provincias de X y Y, Rusia se retiraría"
    if nominal(cue) and clause.has("possessor", group.last) and cue.first - group.last <= 2:
        return True
    if nominal(cue):
        return all(
            clause.words[k] == "'s" or clause.kinds[k] == "p" or k in _attached(clause, group)
            for k in range(group.last + 1, cue.first)
        )
    if clause.lexicon.lang in _FREE_ORDER:
        return True
    if (
        cue.form in ("subj", "shut")
        or passive(clause, cue)
        or (len(cue.tokens) > 1 and clause.has("oblique", cue.first))
    ):
        return True
    if cue.form not in ("past", "view") or cost > 2.0 or clause.walled(group.last, cue.first):
        return False
    by = any(clause.has("by", t) for t in cue.tokens)
    return (
        by
        or clause.any("by", cue.last + 1, cue.last + 2)
        or (_ends_here(clause, cue.last + 1) and not _own_words(clause, group.last, cue.first))
    )


def _held_in(clause: Clause, cue: Cue, group: Group) -> bool:
    """ "Russian forces in Sumy Oblast hold 200 square kilometres", "crossed into Kharkiv region, taking villages"."""
    if cue.name not in ("hold", "keep") or cue.form not in ("verb", "fin", "past"):
        return False
    if clause.lexicon.lang in _NOUN_FIRST:
        return _towns_taken_there(clause, cue, group)
    if clause.lexicon.lang != "en" or cue.name != "hold":
        return False
    between = [k for k in range(group.last + 1, cue.first) if not (clause.has("land", k) or clause.has("adverb", k))]
    object_first = any(clause.has(mark, k) for k in cue.tokens[1:] for mark in ("town", "amount"))
    taking = clause.words[cue.first].endswith("ing") and object_first
    if taking and len(between) <= 2:
        return any(clause.words[k] == "," for k in between)
    placed = any(clause.has("inplace", k) for k in range(group.first - 3, group.first))
    held = object_first or clause.any("amount", cue.last + 1, cue.last + 4)
    people = any(clause.has("people", k) for k in range(max(group.first - 5, 0), group.first))
    return not between and placed and held and people


def _towns_taken_there(clause: Clause, cue: Cue, group: Group) -> bool:
    """French and Spanish: "sont entrées dans la région de X et y ont pris plusieurs villages"."""
    placed = any(clause.has("inplace", k) for k in range(max(group.first - 5, 0), group.first))
    named = any(clause.has(mark, k) for k in cue.tokens[1:] for mark in ("town", "land"))
    towns = named or any(clause.any(mark, cue.last + 1, cue.last + 5) for mark in ("town", "land"))
    between = range(group.last + 1, cue.first)
    return placed and towns and not any(clause.kinds[k] in "ar" or clause.has("that", k) for k in between)


def _share_held_there(clause: Clause, cue: Cue, group: Group) -> bool:
    """ "In the Kharkiv region it holds 5 per cent": a share of the place that opens the clause."""
    return (
        cue.name == "hold"
        and cue.form in ("fin", "past")
        and clause.any("inplace", group.first - 3, group.first)
        and clause.any("amount", cue.last + 1, cue.last + 5)
    )


def _placed(clause: Clause, cue: Cue, group: Group) -> bool:
    """ "in der Region Sumy eine Pufferzone": is the group the place of the truce or zone behind it?"""
    if cue.name not in ("freeze", "zone", "neutral"):
        return False
    k = group.first - 1
    while k > 0 and (
        clause.has("article", k) or clause.has("land", k) or (clause.has("glue", k) and not clause.has("inplace", k))
    ):
        k -= 1
    return clause.has("inplace", k)


def _leaves_elsewhere(clause: Clause, cue: Cue) -> bool:
    """Slavic: does it say itself, behind the cue, what is left ("вивела з-під обстрілу")?"""
    if clause.lexicon.lang not in _SLAVIC:
        return False
    for k in range(cue.first + 1, min(cue.last + 5, len(clause.words))):
        if clause.words[k] in (",", ";", ":") or clause.has("relative", k):
            return False
        if clause.has("outof", k):
            return not any(clause.kinds[j] == "r" for j in range(k, min(k + 5, len(clause.words))))
    return False


def _becomes(clause: Clause, cue: Cue, group: Group) -> bool:
    """ "Donetsk region would become a demilitarised zone"."""
    between = range(group.last + 1, cue.first)
    return (
        cue.name in ("neutral", "zone")
        and any(clause.has("be", k) or clause.has("turned", k) for k in between)
        and not any(
            clause.kinds[k] == "r" or (clause.kinds[k] == "p" and clause.words[k] not in "–—-") for k in between
        )
        and not any(clause.has("relative", k) for k in between)
    )


def _clitic(clause: Clause, cue: Cue, group: Group) -> bool:
    """French and Spanish: an object pronoun right before its verb ("Moscou la veut", "Putin las reclama")."""
    pronoun = clause.has("pronounone", group.last) or clause.has("pronounmany", group.last)
    return clause.lexicon.lang in _NOUN_FIRST and group.last == cue.first - 1 and pronoun


def predicate(clause: Clause, cue: Cue, group: Group) -> bool:
    """ "Donbas is Moscow's main demand", "both regions remain at the core of its demands"."""
    between = range(group.last + 1, cue.first)
    noun = nominal(cue) or any(
        clause.words[k] == "'s" or clause.has("article", k) or clause.has("possessor", k)
        for k in range(max(cue.first - 2, group.last + 1), cue.first)
    )
    return (
        noun
        and any(clause.has("be", k) or clause.has("remain", k) for k in between)
        and not any(clause.kinds[k] == "p" or clause.has("neg", k) for k in between)
    )


def _ends_here(clause: Clause, k: int) -> bool:
    """Does the clause end at token k, or go on with "as", a year or the like?"""
    return k >= len(clause.words) or clause.kinds[k] == "p" or clause.has("as", k) or clause.has("oblique", k)


def _attached(clause: Clause, group: Group) -> range:
    """Tokens right behind a group that only repeat what kind of land it is ("Zaporizhzhia region annexation")."""
    k = group.last + 1
    while k < len(clause.words) and (
        any(clause.has(mark, k) for mark in ("land", "be", "since", "article"))
        or clause.kinds[k] == "a"
        or is_number(clause.words[k])
    ):
        k += 1
    return range(group.last + 1, k)


def nominal(cue: Cue) -> bool:
    """Is it a noun?"""
    return cue.form in ("noun", "fact", "weak", "state")


def _relative_rebate(clause: Clause, group: Group, cue: Cue) -> float:
    """What a relative clause that hangs on this very group gives back ("Crimea, which Russia annexed")."""
    opener = _relative_opener(clause, group, cue)
    return clause.costs[opener + 1] - clause.costs[group.last + 1] if opener is not None else 0.0


def _aside_rebate(clause: Clause, group: Group, cue: Cue) -> float:
    """What an aside between the group and its verb gives back ("Crimea, annexed in 2014, is held by Russia")."""
    k = group.last + 1
    while k < cue.first and clause.has("land", k):
        k += 1
    if k >= cue.first or clause.words[k] != ",":
        return 0.0
    start = k + 1
    while clause.has("adverb", start):
        start += 1
    participle = any(c.kind == "act" and c.form == "past" and c.first == start for c in clause.cues)
    if not (
        participle or clause.has("relative", start) or clause.has("article", start) or clause.has("include", start)
    ):
        return 0.0
    end = next((j for j in range(start + 1, cue.first) if clause.words[j] == "," or clause.kinds[j] == "r"), None)
    if end is None or clause.words[end] != "," or not (passive(clause, cue) or clause.has("be", cue.first)):
        return 0.0
    return clause.costs[end + 1] - clause.costs[group.last + 1]


def _relative_opener(clause: Clause, group: Group, cue: Cue) -> int | None:
    """The token that opens the cue's relative clause on this group: a pronoun, or the subject behind the group."""
    first = _first_opener(clause, group, cue)
    if first is None:
        return None
    last = first
    for k in range(first + 1, cue.first):
        if clause.has("relative", k):
            if not (clause.has("and", k - 1) or clause.has("and", k - 2)):
                return None
            last = k
    return last


def _first_opener(clause: Clause, group: Group, cue: Cue) -> int | None:
    k = group.last + 1
    while k < cue.first and clause.has("land", k) and not clause.has("glue", k - 1):
        k += 1
    behind = k
    named = k < cue.first and clause.kinds[k] == "a" and not _possessive(clause, k)
    if clause.lexicon.lang == "en" and (named or (clause.has("heit", k) and k < cue.first)):
        return k - 1
    k = group.last + 1
    while k < cue.first and k - group.last <= 10:
        aside = clause.words[k - 1] == "," and clause.lexicon.lang == "en"
        if clause.has("relative", k) or (clause.has("that", k) and not aside):
            return k
        if clause.lexicon.lang in _NOUN_FIRST and any(c.kind == "op" and c.first == k for c in clause.cues):
            return None  # "qui contrôle Louhansk, exige que ...": a complement, no relative clause
        apposed = clause.words[behind] == ","
        if not (apposed or clause.has("land", k) or clause.has("oblique", k) or clause.has("glue", k)):
            return None
        if clause.kinds[k] in "ra" or clause.has("wall", k) or (clause.words[k] == "," and clause.has("and", k + 1)):
            return None
        k += 1
    return None


def _possessive(clause: Clause, k: int) -> bool:
    return k + 1 < len(clause.words) and clause.words[k + 1] in ("'s", "-")


def _chosen(clause: Clause, cue: Cue, before: Reached | None, after: Reached | None) -> Reached | None:
    """Object behind or in front? By voice, relative clause, form and the language's word order."""
    if before is None or after is None:
        return before or after
    if _hangs_on(clause, before.group, cue):
        return before
    if cue.form in ("subj", "shut") or (
        cue.form in ("past", "post") and (passive(clause, cue) or clause.any("by", cue.last + 1, cue.last + 2))
    ):
        return after if clause.any("include", cue.last + 1, after.group.first) else before
    if clause.lexicon.lang in _FREE_ORDER:
        apart = cue.form == "past" and any(clause.words[k] == "," for k in range(cue.last + 1, after.group.first))
        return before if apart or before.cost + 0.4 < after.cost else after
    return after


def _past_a_condition(clause: Clause, group: Group, cue: Cue) -> bool:
    """ "the villages in Sumy that it holds IF Ukraine leaves ...": the clause on the group is over."""
    opened = next((k for k in range(cue.first - 1, group.last, -1) if clause.has("if", k)), None)
    return opened is not None and any(c.kind == "act" and group.last < c.first < opened for c in clause.cues)


def _hangs_on(clause: Clause, group: Group, cue: Cue) -> bool:
    """Is the cue in a relative clause that hangs on this group ("which Russia seized", "regions Russia annexed")?"""
    if _past_a_condition(clause, group, cue):
        return False
    opener = _relative_opener(clause, group, cue)
    return (opener is not None and cue.first - opener <= 8) or _apposed_to(clause, group, cue)


def _apposed_to(clause: Clause, group: Group, cue: Cue) -> bool:
    """Is the cue a participle right behind this group and its comma ("Crimea, annexed in 2014, ...")?"""
    k = group.last + 1
    if cue.form != "past" or k >= len(clause.words) or clause.words[k] != ",":
        return False
    k = _past_adverbs(clause, k + 1)
    if clause.lexicon.lang in _NOUN_FIRST and clause.has("land", k):
        k = _past_adverbs(clause, k + 1)  # "A Louhansk, région presque entièrement occupée"
    first = next((c for c in clause.cues if c.kind == "act" and c.form == "past" and c.first == k), None)
    if first is not None and first is not cue:
        joint = next((j for j in range(first.last + 1, cue.first) if clause.has("and", j)), None)
        k = _past_adverbs(clause, joint + 1) if joint is not None else k
    behind = _past_adverbs(clause, cue.last + 1)
    closed = _ends_here(clause, behind) or clause.has("by", behind) or clause.has("since", behind)
    closed = closed or clause.has("that", behind)
    return k == cue.first and (closed or any(clause.has("by", t) for t in cue.tokens))


def _past_adverbs(clause: Clause, k: int) -> int:
    """The first token from k on that is no adverb."""
    while clause.has("adverb", k):
        k += 1
    return k


def _only_last(clause: Clause, reached: Reached, cue: Cue) -> Reached:
    """ "Donetsk, Luhansk and Crimea, which was annexed": a relative clause in the singular is about the last one."""
    group = reached.group
    if len(group.regions) == 1 or group.last > cue.first:
        return reached
    if (
        cue.form == "past"
        and cue.first <= group.last + 2
        and "well" in clause.words[max(group.last - 5, 0) : group.last]
    ):
        return msgspec.structs.replace(reached, group=Group(group.last, group.last, (group.last,)))
    opener = _first_opener(clause, group, cue)
    if opener is None or not (clause.has("single", opener) or clause.any("single", opener + 1, opener + 2)):
        return reached
    return msgspec.structs.replace(reached, group=Group(group.last, group.last, (group.last,)))


def _chained(clause: Clause, reached: list[Reached]) -> list[Reached]:
    """Add the groups that follow close behind the last one, with no other act between."""
    if not reached:
        return []
    acts = {cue.first for cue in clause.cues if cue.kind == "act"}
    last = reached[-1].group
    if (contrast := _contrasted(clause, last, acts)) is not None:
        return [*reached, Reached(contrast, reached[-1].cost, reached[-1].located)]
    for group in clause.groups:
        if group.first <= last.last or group in [r.group for r in reached]:
            continue
        gap = range(last.last + 1, group.first)
        joints = [k for k in gap if clause.has("and", k) or clause.words[k] == ","]
        if (
            not joints
            or (
                _own_words(clause, joints[-1], group.first) > _dated(clause, joints[-1], group.first)
                and not _town_of(clause, joints[-1], group.first)
            )
            or joints[-1] - last.last > (6 if _own_words(clause, last.last, joints[-1]) < 2 else 4)
            or any(k in acts for k in gap)
            or any(clause.has(mark, k) for k in gap for mark in ("except", "relative", "exchange", "wall"))
        ):
            break
        reached = [*reached, Reached(group, reached[-1].cost, reached[-1].located)]
        last = group
    return reached


def _and_likened(clause: Clause, reached: list[Reached]) -> list[Reached]:
    """The groups with the one that is likened to the last of them."""
    alike = _likened(clause, reached[-1].group) if reached else None
    return reached if alike is None else [*reached, msgspec.structs.replace(reached[-1], group=alike)]


def _in_parallel(clause: Clause, cue: Cue, last: Group) -> list[Reached]:
    """ "z X kontrolują blisko 80 proc., z Y po mniej więcej trzy czwarte": shares dealt out by one verb."""
    group = next((g for g in clause.groups if g.first > cue.last), None)
    if group is None or cue.name != "hold" or last.last > cue.first or clause.lexicon.lang == "en":
        return []
    gap = range(cue.last + 1, group.first)
    dealt = clause.any("amount", gap.start, gap.stop) and clause.any("amount", group.last + 1, group.last + 6)
    alike = clause.words[group.first - 1] == clause.words[last.first - 1]
    apart = any(clause.words[k] == "," for k in gap) and not any(clause.kinds[k] == "a" for k in gap)
    plain = not _own_words(clause, cue.last, group.first)
    return [Reached(group, 1.0, False)] if dealt and alike and apart and plain else []


def _likened(clause: Clause, last: Group) -> Group | None:
    """ "... en Zaporiyia igual que en el Donbás", "tak samo jak w Donbasie": the group of which the same is said."""
    group = next((g for g in clause.groups if g.first > last.last), None)
    if group is None or clause.lexicon.lang == "en" or group.first - last.last > 9:
        return None
    gap = range(last.last + 1, group.first)
    if any(c.kind == "act" and c.first in gap for c in clause.cues):
        return None
    alike = next((k for k in gap if clause.words[k] in _ALIKE), None)
    placed = alike is not None and any(clause.has("inplace", k) for k in range(alike + 1, group.first))
    return group if placed and not any(clause.has(m, k) for k in gap for m in ("neg", "wall")) else None


def _included(clause: Clause, last: Group) -> list[Reached]:
    """ "recognise Crimea as Russian and the rest as de facto Russian, including Luhansk": the list behind it."""
    found = []
    for group in clause.groups:
        gap = range(last.last + 1, group.first)
        opener = next((k for k in reversed(gap) if clause.has("include", k)), None)
        if group.first <= last.last or opener is None or any(clause.has("relative", k) for k in gap):
            continue
        if not clause.walled(last.last, group.first) and not _own_words(clause, opener, group.first):
            found.append(Reached(group, 1.0, False))
    return found


def _town_of(clause: Clause, joint: int, first: int) -> bool:
    """ "and Popiv Yar (Donetsk Oblast)": nothing but a name and its bracket or comma."""
    names = range(joint + 1, first - 1)
    named = all(clause.raw[k][:1].isupper() and clause.kinds[k] == "w" for k in names)
    return bool(names) and named and clause.words[first - 1] in ("(", ",")


def _dated(clause: Clause, joint: int, stop: int) -> int:
    """ "hält die Krim besetzt, seit 2022 auch den Donbass": the word that tells since when keeps nothing apart."""
    since = joint + 2 < stop and clause.has("since", joint + 1) and is_number(clause.words[joint + 2])
    return int(since and clause.lexicon.lang == "de")


def _contrasted(clause: Clause, last: Group, acts: set[int]) -> Group | None:
    """ "99 Prozent von A, aber nur drei Viertel von B": the next share, without a verb of its own."""
    group = next((g for g in clause.groups if g.first > last.last), None)
    if group is None or clause.lexicon.lang not in ("de", *_NOUN_FIRST):
        return None
    but = max((k for k in range(last.last + 1, group.first) if clause.has("wall", k)), default=None)
    if but is None or not clause.any("amount", but + 1, group.first) or _own_words(clause, but, group.first) > 1:
        return None
    between = range(last.last + 1, group.first)
    verbs = any(not (clause.has("glue", k) or k in acts or clause.has("wall", k)) for k in range(last.last + 1, but))
    if verbs or any(clause.kinds[k] == "a" or (k > but and k in acts) for k in between):
        return None
    return group


def gapped(clause: Clause, cue: Cue, last: Group) -> list[tuple[Reached, str]]:
    """The groups with another doer that a verb governs unsaid ("Kyiv would leave Donbas and Moscow parts of Sumy")."""
    if nominal(cue) or last.first < cue.first:
        return []
    found: list[tuple[Reached, str]] = []
    for group in clause.groups:
        if group.first <= last.last:
            continue
        gap = range(last.last + 1, group.first)
        party = next((k for k in gap if clause.kinds[k] == "a"), None)
        dashed = party is not None and clause.lexicon.lang in _CASES and clause.words[party + 1] in ("-", "–", "—")
        if party is None or (_possessive(clause, party) and not dashed):
            break
        joint = party - 1 - (clause.has("article", party - 1) and clause.lexicon.lang in _NOUN_FIRST)
        told = clause.lexicon.lang != "en" and clause.words[joint] in (",", "а")
        if not (clause.has("and", joint) or told):
            break
        if any(k in c.tokens for c in clause.cues if c.kind != "mark" and c is not cue for k in gap):
            break
        code = clause.party[party]
        if code is None or group.first - party > 8 or _own_words(clause, party, group.first) > 2:
            break
        found.append((Reached(group, 0.5, False), code))
        last = group
    return found


def contrasted(clause: Clause, cue: Cue, last: Group) -> Reached | None:
    """Slavic: the group of which the opposite is said ("піде із Сумщини, але не з Донеччини")."""
    if clause.lexicon.lang not in _SLAVIC or last.last < cue.first:
        return None
    group = next((g for g in clause.groups if g.first > last.last), None)
    if group is None or group.first - last.last > 8 or any(last.last < c.first < group.first for c in clause.cues):
        return None
    k = next((k for k in range(last.last + 1, group.first) if clause.has("neg", k)), None)
    if k is None or not (clause.has("wall", k - 1) or clause.has("and", k - 1)) or _own_words(clause, k, group.first):
        return None
    return Reached(group, 0.5, False)


def passive(clause: Clause, cue: Cue) -> bool:
    """Does a form of "to be" stand right before the cue (adverbs and negations between)?"""
    if not clause.any("be", cue.first - 7, cue.first):
        return False
    quotes = sum(clause.kinds[k] == "p" and clause.words[k] != "," for k in range(max(cue.first - 4, 0), cue.first))
    reach = range(max(cue.first - 3 - quotes, 0), cue.first)
    return any(clause.has("be", k) for k in reach if not clause.walled(k, cue.first))


def irrealis_passive(clause: Clause, cue: Cue) -> bool:
    """ "to be annexed", "would be annexed", "resterait sous contrôle": it is not said that it has happened."""
    if attributive(clause, cue) or (cue.first == cue.last and clause.has("article", cue.first - 1)):
        return False
    if conditional(clause, cue):
        return True
    window = range(max(cue.first - 4, 0), cue.first)
    if clause.lexicon.lang == "de" and any(clause.has("would", k) for k in window):
        return True
    return clause.any("tobe", cue.first - 2, cue.first)


def conditional(clause: Clause, cue: Cue) -> bool:
    """French and Spanish: a verb in the conditional in the cue or before it ("La Russie conserverait la Crimée")."""
    endings = _CONDITIONAL.get(clause.lexicon.lang)
    return endings is not None and any(
        clause.words[k].endswith(endings) and not clause.has("having", k)
        for k in range(max(cue.first - 3, 0), cue.last + 1)
    )


def future(clause: Clause, cue: Cue) -> bool:
    """French and Spanish: a verb in the future ("Ucrania no recuperará Crimea")."""
    endings = _FUTURE.get(clause.lexicon.lang)
    return endings is not None and cue.form in ("verb", "get", "subj") and clause.words[cue.first].endswith(endings)


def to_come(clause: Clause, cue: Cue) -> bool:
    """Slavic: is a verb that stands among the infinitives the future of a perfective one ("захоплять", "wezmą")?"""
    return clause.lexicon.lang in _SLAVIC and not clause.words[cue.first].endswith(_INFINITIVE)


def finite(clause: Clause, cue: Cue) -> bool:
    """English only: a base form with neither "to" nor a helping verb before it ("Russian forces occupy ...")."""
    if clause.lexicon.lang != "en" or cue.form != "verb" or clause.words[cue.first].endswith("ing"):
        return False
    return not headline(clause, cue) and not any(
        k not in cue.tokens and (clause.has("bare", k) or clause.has("modal", k) or clause.has("neg", k))
        for k in range(max(cue.first - 4, 0), cue.last)
    )


def headline(clause: Clause, cue: Cue) -> bool:
    """English only: a base form that opens its clause ("Capture the whole of ...") states an aim."""
    k = cue.first
    opens = k == 0 or (clause.kinds[k - 1] == "p" and clause.words[k - 1] in ("—", "–", ":", "-", "•"))
    return opens and clause.lexicon.lang == "en" and cue.form == "verb" and not clause.words[k].endswith("ing")


# --- which operators --------------------------------------------------------------------------------------------


def operators(clause: Clause, act: Cue) -> list[Over]:
    """The operators over an act, outermost first."""
    key = ("operators", act)
    if key not in clause.memo:
        clause.memo[key] = _operators(clause, act)
    found: list[Over] = clause.memo[key]
    return found


def _operators(clause: Clause, act: Cue) -> list[Over]:
    found = []
    for op in clause.cues:
        if op.kind != "op" or op is act or (op.form == "weak" and clause.any("concord", op.first - 2, op.first)):
            continue
        if op.first < act.first and _reaches(clause, op, act):
            found.append(Over(op, negated(clause, op), subject(clause, op), False))
        elif op.first > act.last and not _beside(clause, op) and _answers(clause, act, op):
            found.append(Over(op, negated(clause, op), subject(clause, op), True))
    return found


def _reaches(clause: Clause, op: Cue, act: Cue) -> bool:
    """Does the operator's complement hold the act?"""
    if "say" in clause.places and any(
        op.last < k < act.first - 1 and clause.has("say", k + 1) for k in clause.places.get("and", ())
    ):
        return False  # "rejected a proposal and repeated that Ukraine must cede ..."
    if op.name != "condition" and _of_an_if(clause, op, act):
        return False
    if clause.walled(op.last, act.first) or op.last >= act.first:
        return op.first < act.first <= op.last and not clause.walled(op.first, act.first)
    return _scope_cost(clause, op.last, act.first) <= _SCOPE_LIMIT and not _coordinated(clause, op, act)


def _of_an_if(clause: Clause, op: Cue, act: Cue) -> bool:
    """ "If Kyiv refused, Washington would recognise ...": does the act belong to another party behind the comma?"""
    if not clause.has("if", 0):
        return False
    comma = next((k for k in range(op.last + 1, act.first) if clause.words[k] == ","), None)
    return comma is not None and any(clause.kinds[k] == "a" for k in range(comma + 1, act.first))


def _coordinated(clause: Clause, op: Cue, act: Cue) -> bool:
    """ "never accepted the seizure and promises to bring it back": the second verb has an act of its own."""
    own = next((c.last for c in clause.cues if c.kind == "act" and op.last < c.first < act.first), None)
    return own is not None and any(
        clause.has("and", other.first - 1)
        for other in clause.cues
        if other.kind == "op" and other.form == "verb" and own < other.first < act.first
    )


def _scope_cost(clause: Clause, start: int, stop: int) -> float:
    cost = 0.0
    relative, that, joins, words = clause.marks["relative"], clause.marks["that"], clause.marks["and"], clause.words
    for k in range(start + 1, stop):
        opens = k in relative or (k in that and _noun_before(clause, k))
        if opens and not clause.any("plan", max(k - 3, start), k):
            return _SCOPE_LIMIT + 1
        if k in joins and words[k - 1] == ",":
            cost += 1.0
        cost += 1.0 if words[k] == "," else 0.2
    return cost


def _noun_before(clause: Clause, k: int) -> bool:
    """A region or a word for land right before "that": a relative clause, not a complement."""
    return k > 0 and (clause.kinds[k - 1] == "r" or clause.has("land", k - 1))


def _answers(clause: Clause, act: Cue, op: Cue) -> bool:
    """An operator behind its act: "ceding Donbas was ruled out", "the withdrawal that Moscow demands"."""
    listed = sum(g.last - g.first for g in clause.groups if act.last < g.first and g.last < op.first)
    if clause.walled(act.last, op.first) or op.first - act.last - listed > (24 if op.name in ("offer", "aim") else 14):
        return False
    if any(cue.kind == "act" and cue.first > op.last and _takes(clause, op, cue) for cue in clause.cues):
        return False
    between_them = (c for c in clause.cues if c.kind == "act" and act.last < c.first < op.first)
    if any(c.name != "own" and not (_in_one(act, c) or clause.any("as", c.first - 3, c.first)) for c in between_them):
        return False
    if inverted(clause, op) is not None:
        return op.name in ("demand", "refuse")
    if nominal(act) and clause.lexicon.lang == "en" and clause.words[op.first].startswith("require"):
        return passive(clause, op)  # "a cession would require a vote"
    if op.name == "offer" and nominal(op) and _said_of(clause, act, op):
        return True
    if op.name == "offer" and nominal(op) and len(op.tokens) > 1 and clause.has("oblique", op.first):
        return not any(clause.words[k] == "," for k in range(act.last + 1, op.first))
    if op.name == "offer" and nominal(op):
        return doer_behind(clause, op) is not None and op.first - act.last < 24
    if op.name == "aim" and nominal(op):
        return _said_of(clause, act, op)
    if _fronted(clause, act, op):
        return True
    accepted = op.name in ("accept", "allow") and nominal(act) and passive(clause, op)
    if op.name not in ("refuse", "demand", "deny") and not accepted:
        return clause.lexicon.lang == "de" and op.name in ("accept", "offer", "allow", "aim")
    between = range(act.last + 1, op.first)
    commas = sum(clause.words[k] == "," and not _listed(clause, k) for k in between)
    free = clause.lexicon.lang in _FREE_ORDER or nominal(act) or op.form in ("post", "noun", "weak")
    if any(clause.has(mark, k) for k in between for mark in ("relative", "that", "as", "accordingto")) or (
        commas == 2 and op.form == "post" and _closed_aside(clause, act, op)
    ):
        aside = clause.words[op.first - 1] != "," or op.form == "post"
        return commas <= 1 or (commas == 2 and aside and _closed_aside(clause, act, op))
    named = clause.words[op.first - 1] == "'s" or clause.has("possessor", op.first - 1)
    verbal = (
        op.form == "verb" and not named and not passive(clause, op) and any(clause.kinds[k] == "a" for k in between)
    )
    if clause.lexicon.lang == "en" and verbal:
        return False
    return commas == 0 and (free or passive(clause, op))


def _takes(clause: Clause, op: Cue, act: Cue) -> bool:
    """Has an operator behind one act another act before it? A predicate ("... was imperative, ...") ends at a comma."""
    if op.form in ("weak", "post") and "," in clause.words[op.last : act.first]:
        return False
    return _reaches(clause, op, act)


def bare(clause: Clause, cue: Cue) -> bool:
    """Slavic: a finite verb of leaving that no party is the subject of ("мешканці йдуть з області")."""
    if clause.lexicon.lang not in _SLAVIC or cue.name != "withdraw" or cue.form != "verb":
        return False
    return not clause.words[cue.first].endswith(_INFINITIVE)


def _beside(clause: Clause, op: Cue) -> bool:
    """Slavic: is a refusal only another member of a list ("вихід із Донбасу та відмова від НАТО")?"""
    listed = clause.lexicon.lang in _SLAVIC and op.name == "refuse" and op.form == "noun"
    return listed and clause.has("and", op.first - 1)


def _fronted(clause: Clause, act: Cue, op: Cue) -> bool:
    """Slavic: an infinitive in front of what governs it ("залишати Донеччину не планує")."""
    if clause.lexicon.lang not in _SLAVIC or op.name not in ("aim", "accept", "allow", "must", "refuse", "demand"):
        return False
    if nominal(op) or not clause.words[act.first].endswith(_INFINITIVE) or op.first - act.last > 6:
        return False
    between = range(act.last + 1, op.first)
    return not any(clause.kinds[k] == "p" or clause.has("relative", k) or clause.has("that", k) for k in between)


def _closed_aside(clause: Clause, act: Cue, op: Cue) -> bool:
    """ "ceding Donetsk, whose fall would ..., is off the table": is all that lies between an aside?"""
    commas = [k for k in range(act.last + 1, op.first) if clause.words[k] == ","]
    k = commas[0] + 1
    opens = clause.has("relative", k) or (clause.has("that", k) and clause.lexicon.lang in _NOUN_FIRST)
    asked = any(c.first == k and c.name in ("demand", "claim") and clause.has("by", c.last + 1) for c in clause.cues)
    return (opens or asked) and (clause.has("be", commas[1] + 1) or commas[1] + 1 == op.first)


def _listed(clause: Clause, k: int) -> bool:
    """Is token k inside a list of regions?"""
    return any(group.first < k < group.last for group in clause.groups)


def _in_one(act: Cue, other: Cue) -> bool:
    """A noun that hangs on a noun: "recognition of the annexation"."""
    return nominal(act) and nominal(other) and other.first - act.last <= 2


def _said_of(clause: Clause, act: Cue, op: Cue) -> bool:
    """ "Control of Donbas is Putin's aim": a copula between the act and the aim, and no comma."""
    between = range(act.last + 1, op.first)
    copula = any(clause.has("be", k) or clause.has("remain", k) for k in between)
    commas = [k for k in between if clause.words[k] == ","]
    if len(commas) == 2 and clause.has("relative", commas[0] + 1):
        return any(clause.has("be", k) for k in range(commas[1] + 1, commas[1] + 3))
    return copula and not (commas or any(clause.has("relative", k) for k in between))


def inverted(clause: Clause, op: Cue) -> str | None:
    """The party of a reporting clause that follows what it reports (", demanded Putin"), or None."""
    if (
        op.form != "verb"
        or op.first == 0
        or clause.words[op.first - 1] not in (",", *_CLOSING)
        or op.name == "condition"
    ):
        return None
    for k in range(op.last + 1, min(op.last + 4, len(clause.words))):
        if clause.has("that", k) or clause.has("goal", k):
            return None
        if clause.party[k]:
            return clause.party[k]
    return None


def negated(clause: Clause, cue: Cue) -> bool:
    """Is the cue negated: a negation inside it, or right before it with no comma, party or other cue between?"""
    key = ("negated", cue)
    if key not in clause.memo:
        clause.memo[key] = _is_negated(clause, cue)
    found: bool = clause.memo[key]
    return found


def _is_negated(clause: Clause, cue: Cue) -> bool:
    inside = [k for k in range(cue.first, cue.last + 1) if clause.has("neg", k)] if "neg" in clause.places else []
    if inside and not all(clause.has("notneg", k) for k in inside):
        return cue.name == "own" or any(k not in cue.tokens for k in inside)
    if nominal(cue) and clause.lexicon.lang in _NOUN_FIRST and clause.any("except", cue.first - 4, cue.first):
        return True  # "dispuesta a hablar de todo salvo de la entrega de ..."
    reach = 2 if nominal(cue) else 4 if clause.lexicon.lang in ("en", "de", "fr", "es") else 3
    if clause.lexicon.lang in _SLAVIC and clause.any("modal", cue.first - 4, cue.first):
        reach = 5  # "nie możemy ot tak oddać"
    noun = nominal(cue)
    for k in range(cue.first - 1, max(cue.first - 1 - reach, -1), -1):
        if clause.has("neg", k):
            if noun and clause.lexicon.lang in _SLAVIC and clause.has("oblique", k + 1):
                break  # "не про передачу, а про ...": another thing is named instead
            apart = _of_a_condition(clause, k) or _refuses_already(clause, cue, k) or _of_another_verb(clause, cue, k)
            return not (clause.has("notneg", k) or apart)
        if clause.kinds[k] == "r" and not noun and _no_part_of(clause, k):
            return True
        if k in clause.covered or clause.kinds[k] == "r" or clause.words[k] in (",", ":") or clause.has("wall", k):
            break
    return _negated_behind(clause, cue) or _negative_subject(clause, cue) or _negative_object(clause, cue)


def _no_part_of(clause: Clause, k: int) -> bool:
    """Before a verb behind its object or subject: "keinen Meter des Donbass abtreten"; "ni Crimea serán cedidos"."""
    if clause.lexicon.lang in _NOUN_FIRST:
        return any(clause.words[j] == "ni" for j in range(max(k - 2, 0), k))
    if clause.lexicon.lang != "de":
        return False
    start = next((j + 1 for j in range(k - 1, max(k - 6, -1), -1) if clause.words[j] == ","), max(k - 5, 0))
    return clause.any("neg", start, k)


def _of_a_condition(clause: Clause, k: int) -> bool:
    """ "No peace without a withdrawal": the negation makes a condition, and denies nothing."""
    return any(cue.form == "without" and k in cue.tokens for cue in clause.cues)


def _refuses_already(clause: Clause, cue: Cue, k: int) -> bool:
    """ "would never accept": is the negation at k part of a refusal in words?"""
    return any(k in c.tokens for c in clause.cues if c.kind == "op" and c.name == "refuse" and c is not cue)


def _of_another_verb(clause: Clause, cue: Cue, k: int) -> bool:
    """French: "ne veut pas abandonner": the negation around the verb of will is its own."""
    if clause.lexicon.lang != "fr" or clause.words[k] not in ("pas", "plus", "jamais"):
        return False
    other = next((c for c in clause.cues if c.last == k - 1 and c is not cue), None)
    return other is not None and any(
        clause.words[j] in ("ne", "n'") for j in range(max(other.first - 2, 0), other.first)
    )


def _negative_object(clause: Clause, cue: Cue) -> bool:
    """ "will leave neither Kherson nor Zaporizhzhia"."""
    return (
        clause.lexicon.lang == "en" and cue.kind == "act" and clause.words[cue.last + 1 : cue.last + 2] == ["neither"]
    )


def _negative_subject(clause: Clause, cue: Cue) -> bool:
    """ "No leader has the right to cede", "nobody in Kyiv would cede": a negated subject denies its first verb."""
    if nominal(cue) and cue.kind == "act":
        return False
    if "nobody" not in clause.places and all(other.name != "closed" for other in clause.cues):
        return False
    for k in range(cue.first - 1, max(cue.first - 10, -1), -1):
        if clause.has("nobody", k):
            return not clause.has("notneg", k)
        if clause.has("land", k) and clause.kinds[k + 1] == "a":
            return False  # "none of the regions Russia annexed": it did annex them
        if clause.words[k] in ('"', "“", "”") or (
            clause.kinds[k] == "r" and (cue.form == "subj" or passive(clause, cue))
        ):
            continue
        if _not_a_scrap(clause, k):
            return True
        if clause.kinds[k] in "pr" or clause.has("wall", k) or k in clause.covered:
            return False
    return False


def _not_a_scrap(clause: Clause, k: int) -> bool:
    """ "Not an inch of it would be given up": is token k of the phrase that closes the matter with a negation?"""
    return any(c.name == "closed" and k in c.tokens and clause.has("neg", c.first) for c in clause.cues)


def _will_not(clause: Clause, cue: Cue) -> bool:
    """Slavic: the future behind its infinitive, negated ("виходити з Донбасу ніхто не буде")."""
    for k in range(cue.last + 1, min(cue.last + 9, len(clause.words) - 1)):
        if clause.words[k] in (",", ";", ".") or clause.has("wall", k):
            return False
        if clause.has("neg", k) and clause.has("tobe", k + 1):
            return True
    return False


def _negated_behind(clause: Clause, cue: Cue) -> bool:
    """German puts "nicht" behind the verb, and at the end of a clause; "niemals" may open it."""
    if clause.lexicon.lang in _SLAVIC and clause.words[cue.first].endswith(_INFINITIVE):
        return _will_not(clause, cue)
    if clause.lexicon.lang != "de" or nominal(cue):
        return False
    if clause.has("neg", 0) and not clause.has("notneg", 0) and "," not in clause.words[: cue.first]:
        return True
    for k in range(cue.last + 1, min(cue.last + 3, len(clause.words))):
        if clause.words[k] in (",", ";", ".") or clause.has("wall", k):
            return False
        if clause.has("neg", k):
            return not clause.has("notneg", k)
    return False


# --- which party ------------------------------------------------------------------------------------------------


def parties_before(clause: Clause, i: int) -> Iterator[tuple[int, str]]:
    """Parties before token i that may be a subject, nearest first (not "Ukraine's Donetsk region", "Russian-held")."""
    for k, code, adjective in _acting(clause):
        if k < i and not (adjective and i - k > 3):
            yield k, code


def _acting(clause: Clause) -> list[tuple[int, str, bool]]:
    """The parties that may be subjects, the last one first, each with whether it is an adjective without people."""
    if "acting" not in clause.memo:
        clause.memo["acting"] = [
            (k, code, clause.has("adjective", k) and not (_begun(clause, k) or _people_behind(clause, k)))
            for k, code in reversed(list(enumerate(clause.party)))
            if code is not None and clause.kinds[k] == "a" and not (_mere_attribute(clause, k) or _denied(clause, k))
        ]
    found: list[tuple[int, str, bool]] = clause.memo["acting"]
    return found


def _begun(clause: Clause, k: int) -> bool:
    """French: a capital makes an adjective people ("les Russes campent sur ...")."""
    return clause.lexicon.lang == "fr" and clause.raw[k][:1].isupper()


def _denied(clause: Clause, k: int) -> bool:
    """ "It was Kyiv, not Moscow, that refused": a party set aside between commas."""
    return clause.has("neg", k - 1) and clause.words[k - 2 : k - 1] == [","] and clause.words[k + 1 : k + 2] == [","]


def _people_behind(clause: Clause, k: int) -> bool:
    """Do people or a name stand beside this adjective ("Russian forces", "Russian President Vladimir Putin")?"""
    if clause.lexicon.lang in _NOUN_FIRST and any(
        clause.has(mark, j) for mark in ("people", "title") for j in range(max(k - 2, 0), k)
    ):
        return True
    behind = range(k + 1, min(k + 4, len(clause.words)))
    return any(clause.has("people", j) or clause.has("title", j) or clause.kinds[j] == "a" for j in behind)


def _mere_attribute(clause: Clause, k: int) -> bool:
    """A party that only says whose land it is, or which is part of a compound."""
    if clause.has("nominative", k) and not clause.has("adjective", k):
        return False
    if clause.has("allies", k - 1):
        return True
    j = k + 1
    if j < len(clause.words) and clause.words[j] in ("-", "–"):
        return not clause.has("title", j + 1)
    if clause.has("country", k) and k > 0 and clause.has("article", k - 1):
        return True
    if clause.has("glue", j) and j in _verbs(clause) and not clause.has("adjective", k):
        return False  # "Ukraine held Donetsk region until 2014"
    if j < len(clause.words) and clause.words[j] == "'s":
        j += 1
    while j < len(clause.words) and j - k < 4 and clause.has("glue", j) and clause.words[j] not in (",", "and", "or"):
        if clause.has("article", j) or (clause.has("oblique", j) and clause.lexicon.lang != "en"):
            return False
        j += 1
    if (
        j == k + 1
        and clause.lexicon.lang in _NOUN_FIRST
        and (clause.has("pronounone", j) or clause.has("pronounmany", j))
    ):
        return False  # "Moscú lo quiere entero"
    return j < len(clause.words) and (clause.kinds[j] == "r" or (clause.has("land", j) and clause.lexicon.lang == "en"))


def _verbs(clause: Clause) -> set[int]:
    """English: where words of holding or annexing stand that may be a past tense."""
    if clause.lexicon.lang != "en":
        return set()
    return {cue.first for cue in clause.cues if cue.form == "past" and cue.name in ("hold", "annex")}


def oblique(clause: Clause, k: int) -> bool:
    """Does a preposition stand before this party (and its title)?"""
    if clause.has("nominative", k):
        return clause.has("oblique", k - 1)
    j = k - 1
    while j >= 0 and k - j < 6 and clause.kinds[j] != "r" and _of_a_name(clause, j):
        j -= 1
    return clause.has("oblique", j) or (clause.has("glue", j) and clause.has("oblique", j - 1))


def _of_a_name(clause: Clause, j: int) -> bool:
    return clause.kinds[j] == "a" or clause.raw[j][:1].isupper() or clause.has("title", j)


def subject(clause: Clause, cue: Cue) -> str | None:
    """Who does it: by-phrase, owner of a noun, else the nearest party before that is no object."""
    key = ("subject", cue)
    if key not in clause.memo:
        clause.memo[key] = _subject(clause, cue)
    found: str | None = clause.memo[key]
    return found


def _subject(clause: Clause, cue: Cue) -> str | None:
    if cue.kind == "op" and clause.party[cue.first]:
        return clause.party[cue.first]
    within = [clause.party[k] for k in range(cue.first + 1, cue.last) if clause.kinds[k] == "a"]
    if cue.form == "without":
        before = next((code for _, code in parties_before(clause, cue.first)), None)
        return reporter(clause, cue.last) or before or (within[-1] if within else None)
    if (fronted := _behind_fronted(clause, cue)) is not None:
        return fronted
    if (stated := _relative_subject(clause, cue) or _inverted_relative(clause, cue)) is not None:
        return stated
    if within and cue.name == "demand" and any(clause.has("neg", k) for k in cue.tokens):
        return within[-1]
    if cue.name == "offer" and len(cue.tokens) > 1 and nominal(cue) and clause.has("oblique", cue.first):
        return doer_behind(clause, cue)
    if cue.name == "offer" and nominal(cue) and _source(clause, cue):
        return doer_behind(clause, cue)
    clausal = cue.form == "weak" and len(cue.tokens) > 1
    named = None if clausal else doer_behind(clause, cue) or (inverted(clause, cue) if cue.kind == "op" else None)
    named = named or subject_behind(clause, cue) or (_setter(clause, cue) if cue.form == "weak" else None)
    if named is not None:
        return named
    if clause.lexicon.lang == "de" and cue.form == "verb" and clause.kinds[cue.last + 1 : cue.last + 2] == ["a"]:
        return clause.party[cue.last + 1]
    spare = None
    for k, code in parties_before(clause, cue.first):
        if _whose_noun(clause, cue, k):
            continue
        if nominal(cue) and cue.first - k <= 3 and not (clause.lexicon.lang in _SLAVIC and oblique(clause, k)):
            return code
        if cue.name == "demand" and asked(clause, k):
            continue
        if _cased_off(clause, cue, k) or (clause.has("adjective", k) and clause.has("as", k - 1)):
            continue
        if not oblique(clause, k) and not _object(clause, k):
            return code
        spare = spare or code
    return spare


def _inverted_relative(clause: Clause, cue: Cue) -> str | None:
    """French and Spanish: "ce que dément Kiev", "que reclama Moscú": a party right behind the verb of its clause."""
    if clause.lexicon.lang not in _NOUN_FIRST or nominal(cue) or cue.first == 0:
        return None
    k = cue.last + 1
    if clause.has("article", k):
        k += 1
    opens = clause.has("that", cue.first - 1) or clause.words[cue.first - 1] == "dont"
    return clause.party[k] if opens and k < len(clause.words) and clause.kinds[k] == "a" else None


def _source(clause: Clause, cue: Cue) -> bool:
    """ "Russland erhielte nach dem Plan ...": is the plan, with its article, only where it comes from?"""
    k = cue.first - 1
    while k > 0 and clause.has("article", k):
        k -= 1
    told = clause.has("accordingto", k) or (clause.lexicon.lang == "de" and clause.words[k] == "nach")
    return 0 <= k < cue.first - 1 and clause.lexicon.lang in ("de", *_NOUN_FIRST) and told


def _behind_fronted(clause: Clause, cue: Cue) -> str | None:
    """German: "Gegen eine Anerkennung sprach sich Selenskyj aus": the subject behind what opens the sentence."""
    if clause.lexicon.lang != "de" or cue.first > 0 or cue.name != "refuse" or not clause.has("oblique", cue.first):
        return None
    behind = (k for k in range(cue.last + 1, len(clause.words)) if clause.kinds[k] == "a")
    return next((clause.party[k] for k in behind if not (clause.has("adjective", k) or oblique(clause, k))), None)


def _relative_subject(clause: Clause, cue: Cue) -> str | None:
    """French and Spanish: "par Kiev, qui refuse ...": the party before the pronoun that opens the verb's clause."""
    if clause.lexicon.lang not in _NOUN_FIRST or nominal(cue):
        return None
    k = cue.first - 1
    while k > 1 and (clause.has("neg", k) or clause.has("adverb", k) or clause.has("pronounone", k)):
        k -= 1
    if clause.words[k] not in ("qui", "que") or k < 1:
        return None
    k -= 2 if clause.words[k - 1] == "," else 1
    return clause.party[k] if k >= 0 and clause.kinds[k] == "a" and not clause.has("adjective", k) else None


def _cased_off(clause: Clause, cue: Cue, k: int) -> bool:
    """Does its case keep the party at k from being the subject of a finite verb ("Трампу", "Україну", "Moskwie")?

    The doer of an infinitive stands in those cases ("дозволити Києву зберегти", "змусити Україну віддати").
    """
    endings = _NOT_SUBJECT.get(clause.lexicon.lang)
    if endings is not None and any(
        k in other.tokens and other is not cue and other.kind == "act" and other.name in ("cede", "giveback")
        for other in clause.cues
    ):
        return True  # to whom it is given
    if endings is None or nominal(cue) or clause.words[cue.first].endswith(_INFINITIVE):
        return False
    named = clause.has("nominative", k) or clause.has("nominativetoo", k)
    return clause.words[k].endswith(endings) and not named


def subject_behind(clause: Clause, cue: Cue) -> str | None:
    """ "..., що вимагає Москва", "які утримує російська армія": a nominative right behind its verb.

    Names with one form for nominative and accusative ("Київ") count only where no other nominative stands before.
    """
    if (
        nominal(cue)
        or cue.name in ("condition", "must")
        or not ("nominative" in clause.places or "nominativetoo" in clause.places)
    ):
        return None
    within = clause.next("nominative", cue.first + 1, cue.last)
    if within is not None and clause.kinds[within] == "a":
        return clause.party[within]
    if clause.has("oblique", cue.last):
        return None
    k = cue.last + 1
    while k - cue.last <= 3 and k < len(clause.words) and (clause.has("adverb", k) or clause.has("title", k)):
        k += 1
    if k >= len(clause.words) or clause.kinds[k] != "a":
        return None
    if clause.has("nominative", k):
        return clause.party[k]
    if not clause.has("nominativetoo", k):
        return None
    before = any(
        clause.has("nominative", j) or clause.has("nominativetoo", j) for j, _ in parties_before(clause, cue.first)
    )
    return None if before else clause.party[k]


def _subject_further(clause: Clause, cue: Cue) -> str | None:
    """Slavic: "про відступ із Херсона росіяни оголосили": the subject of the verb that the noun is an object of."""
    if clause.lexicon.lang not in _SLAVIC or cue.name not in ("cede", "withdraw", "leave", "giveback"):
        return None
    for k in range(cue.last + 1, min(cue.last + 9, len(clause.words))):
        if clause.words[k] in (",", ";", ":") or clause.has("wall", k):
            return None
        if clause.kinds[k] == "a" and clause.has("nominative", k) and not clause.has("adjective", k):
            return clause.party[k]
    return None


def asked(clause: Clause, k: int) -> bool:
    """Is the party the one of whom it is asked ("від України вимагають")?"""
    return clause.has("outof", k - 1) and clause.lexicon.lang in _CASES


def _setter(clause: Clause, cue: Cue) -> str | None:
    """ "the price that Moscow set", "the condition Putin put": who stands right behind the noun."""
    for k in range(cue.last + 1, min(cue.last + 4, len(clause.words))):
        if clause.kinds[k] == "a" and clause.party[k]:
            return clause.party[k]
        if not (clause.has("that", k) or clause.has("relative", k) or clause.has("article", k)):
            return None
    return None


def _says_of_others(clause: Clause, k: int, stop: int) -> bool:
    """Does this party only report on people whose side is not named ("Putin said troops must leave")?"""
    said = clause.next("say", k + 1, min(k + 4, stop))
    return said is not None and any(
        clause.has("people", j) and not clause.has("possessor", j - 1) for j in range(said + 1, stop)
    )


def _whose_noun(clause: Clause, cue: Cue, k: int) -> bool:
    """ "Kiew hat die russische Forderung zurückgewiesen": is this the adjective of a noun before its verb?"""
    if nominal(cue) or not clause.has("adjective", k) or clause.lexicon.lang == "en":
        return False
    return any(other.first == k + 1 and nominal(other) for other in clause.cues if other is not cue)


def _told(clause: Clause, k: int) -> bool:
    """Is the party the one who is told ("Putin told Trump that he ...")?"""
    before = k - 1
    while before > 0 and (clause.has("article", before) or clause.has("title", before) or clause.party[before]):
        before -= 1
    return before > 0 and clause.has("tell", before) and any(clause.party[:before])


def _object(clause: Clause, k: int) -> bool:
    """Is the party right behind a verb of taking or giving its object ("occupy Ukraine")?"""
    return _told(clause, k) or any(k - 1 == cue.last and cue.kind == "act" and not nominal(cue) for cue in clause.cues)


def reporter(clause: Clause, i: int) -> str | None:
    """The party of a reporting clause behind token i ("..., Putin said", "..., said Lavrov"), or None."""
    for k in range(i + 1, len(clause.words)):
        if clause.kinds[k] != "a":
            continue
        if clause.words[k - 1] == ";" or clause.walled(k - 2, k):
            return clause.outside
        if clause.has("adjective", k) and clause.any("as", k - 2, k) and clause.lexicon.lang != "en":
            continue  # "reconnaître la Crimée comme russe, répond Kiev"
        if clause.any("say", k + 1, k + 4) or clause.has("say", k - 1) or _said_by(clause, k, i):
            return clause.party[k]
    return clause.outside


def _said_by(clause: Clause, k: int, i: int) -> bool:
    """ "..., said a spokesman for the Kremlin": a verb of saying that opens the clause, and this party's title."""
    reach = 6 if clause.lexicon.lang == "en" else 10
    said = next((j for j in range(k - 1, max(k - reach, i), -1) if clause.has("say", j)), None)
    if said is None:
        return False
    opens = said - 1 if clause.words[said - 1] not in _AUXILIARY else said - 2
    return clause.kinds[opens] == "p" and not any(clause.kinds[j] == "p" for j in range(said, k))


def teller(clause: Clause, cue: Cue) -> str | None:
    """Who tells it, said before it ("Путін заявив, що ...", "за словами Пєскова, ...", "Poutine a prévenu que ...")."""
    if clause.lexicon.lang == "en":
        return None
    opens = (":", ",") if clause.lexicon.lang == "de" else (":",)
    for k in range(cue.first - 1, -1, -1):
        if clause.kinds[k] != "a" or clause.walled(k, cue.first):
            continue
        led = next((j for j in range(k - 1, max(k - 4, -1), -1) if clause.has("accordingto", j)), None)
        if led is not None and not any(clause.kinds[j] == "a" for j in range(led + 1, k)):
            return clause.party[k]
        said = next((j for j in (k - 1, k + 1, k + 2, k + 3) if j >= 0 and clause.has("say", j)), None)
        if said is not None and any(clause.has("that", j) or clause.words[j] in opens for j in range(said, cue.first)):
            return clause.party[k]
    return None


def doer_behind(clause: Clause, cue: Cue) -> str | None:
    """The doer behind the cue: "annexed by Russia", "demand from Moscow", "вывод украинских войск"."""
    stop = min(cue.last + 6, len(clause.words))
    if nominal(cue) and any(clause.kinds[t] == "r" for t in cue.tokens):
        return None
    if "byone" in clause.places and any(clause.has("byone", t) for t in cue.tokens):
        return next((code for _, code in parties_before(clause, cue.first)), None)
    helped = clause.words[cue.last] == "by" and not (
        clause.has("neg", cue.first) or (cue.first == cue.last - 1 and clause.words[cue.first].startswith("un"))
    )
    verbal = cue.kind == "op" and not nominal(cue) and clause.lexicon.lang != "en"
    for k in range(cue.last + 1, stop):
        if clause.words[k] in (",", ";", ":") or clause.has("wall", k) or clause.has("relative", k):
            return None
        if verbal and any(other.kind == "act" and other.first == k for other in clause.cues):
            return None  # "stawia jako warunek opuszczenie przez ...": the doer of the act
        code = clause.party[k]
        if _by_pronoun(clause, cue, k):
            return next((code for _, code in parties_before(clause, cue.first)), None)
        if code is None or clause.kinds[k] != "a":
            if clause.kinds[k] == "r" and nominal(cue):
                return None
            continue
        if clause.any("by", cue.last + (not helped), k):
            return code
        if cue.name == "recognise" and clause.any("as", k - 2, k):
            continue
        if cue.name == "recognise" and clause.has("adjective", k) and clause.lexicon.lang in _CASES:
            continue  # "uznanie rosyjskiej suwerenności": whose it would be, not who recognises it
        if nominal(cue) and not _mere_attribute(clause, k) and _genitive(clause, cue, k):
            return code
        predicate_noun = cue.name == "recognise" and clause.has("adjective", k)
        endings = _INSTRUMENTAL.get(clause.lexicon.lang) if cue.form == "past" and not predicate_noun else None
        if endings and clause.words[k].endswith(endings) and k - cue.last <= 2:
            return code
        return None
    return None


def _by_pronoun(clause: Clause, cue: Cue, k: int) -> bool:
    """ "контрольована нею частина", "kontrolowana przez nią": is it done by whom a pronoun at token k stands for?"""
    if cue.form != "past" or k - cue.last > 2:
        return False
    pronoun = clause.has("pronounone", k) and not clause.has("article", k)
    return clause.has("byone", k) or (clause.has("by", k - 1) and pronoun)


def _genitive(clause: Clause, cue: Cue, k: int) -> bool:
    """Is the party at k the owner of the noun at i ("withdrawal of Ukrainian troops", "вывод украинских войск")?"""
    i = cue.last
    if k - i > 5:
        return False
    if clause.lexicon.lang in _CASES and cue.name in ("hold", "annex", "retake", "keep"):
        return False
    if clause.any("of", i + 1, i + 2):
        return True
    if any(other.kind == "act" and i < other.first < k for other in clause.cues):
        return False
    return clause.lexicon.lang in _CASES and k - i <= (3 if clause.any("people", i + 1, k) else 2)


def agent(clause: Clause, cue: Cue) -> str | None:
    """Who acts: the party fixed to the cue, behind it, or the nearest before it that may be its subject."""
    if clause.words[cue.first] == "-" and cue.first > 0:
        return clause.party[cue.first - 1]
    inside = [clause.party[t] for t in cue.tokens if clause.party[t]]
    if not inside and (cue.name == "own" or any(clause.has("ours", t) for t in cue.tokens)):
        return reporter(clause, cue.last) or next((code for _, code in parties_before(clause, cue.first)), None)
    if cue.name == "closed" and clause.lexicon.lang != "en":
        before = next((code for k, code in parties_before(clause, cue.first) if not oblique(clause, k)), None)
        return _for_whom(clause, cue) or before
    if inside and cue.name in ("hold", "keep", "own", "annex", "retake", "receive"):
        return inside[-1]
    named = _whose_control(clause, cue) or doer_behind(clause, cue) or subject_behind(clause, cue)
    if named is not None:
        return named
    within = [clause.party[k] for k in range(cue.first + 1, cue.last) if clause.kinds[k] == "a"]
    if within and nominal(cue):
        return within[0]
    inner = _subject_inside(clause, cue) or _inverted_relative(clause, cue) or _first_person(clause, cue)
    if inner is not None:
        return inner
    if cue.first >= 2 and clause.words[cue.first - 1] == "to" and clause.kinds[cue.first - 2] == "a":
        return clause.party[cue.first - 2]
    if cue.name in ("cede", "giveback") and cue.first == 0 and clause.words[0].endswith("ing"):
        return None
    if cue.first >= 2 and clause.words[cue.first - 1] == "-":
        return clause.party[cue.first - 2]
    told_in = clause.lexicon.lang == "en" or clause.lexicon.lang in _SLAVIC
    if attributive(clause, cue) or (told_in and cue.form == "past" and passive(clause, cue)):
        return None
    parties = [(k, c) for k, c in parties_before(clause, cue.first) if not _as_whose(clause, cue, k)]
    parties = [(k, c) for k, c in parties if cue.first - k <= 2 or not _told(clause, k)] or parties
    parties = [(k, c) for k, c in parties if not _cased_off(clause, cue, k)]
    if (opened := _infinitive_clause(clause, cue)) is not None:
        parties = [(k, c) for k, c in parties if k < opened]
    if parties and cue.form == "past" and clause.lexicon.lang == "en" and _whole_of(clause, cue, parties[0][0]):
        return None
    if parties and not nominal(cue) and ";" in clause.words[parties[0][0] : cue.first]:
        parties = parties[-1:]
    if parties and _says_of_others(clause, parties[0][0], cue.first):
        return None
    nearest = parties[0] if parties else None
    passed_on = cue.name == "cede" or (cue.name == "recognise" and clause.lexicon.lang != "en")
    receiving = passed_on and nearest is not None and len(parties) > 1 and oblique(clause, nearest[0])
    if nearest and not receiving and cue.first - nearest[0] <= (3 if cue.form in ("noun", "past") else 1):
        return nearest[1]
    named = next((code for k, code in parties if not oblique(clause, k)), None)
    if named is None and nearest is None and nominal(cue) and not _as_price(clause, cue):
        return _subject_further(clause, cue)
    return named or (nearest[1] if nearest and not (nominal(cue) and clause.has("by", nearest[0] - 1)) else None)


def _for_whom(clause: Clause, cue: Cue) -> str | None:
    """ "n'est pas négociable pour les Ukrainiens": for whom it is out of the question, behind the cue or before it."""
    for start in (*range(cue.last + 1, cue.last + 3), *range(cue.first - 1, max(cue.first - 6, -1), -1)):
        if clause.words[start : start + 1] and clause.words[start] in _FOR:
            behind = range(start + 1, min(start + 4, len(clause.words)))
            return next((clause.party[k] for k in behind if clause.kinds[k] == "a"), None)
    return None


def _as_price(clause: Clause, cue: Cue) -> bool:
    """ "Za wycofanie się z X Rosja oddałaby ...": is the noun what somebody else gives in exchange?"""
    return clause.has("exchange", cue.first - 1) or clause.words[max(cue.first - 1, 0)] in ("за", "za")


def _subject_inside(clause: Clause, cue: Cue) -> str | None:
    """German: the subject between an object in front and its verb ("Auf X will Russland nicht verzichten")."""
    if clause.lexicon.lang != "de" or cue.form != "verb" or cue.name == "recognise":
        return None
    inner = (k for k in range(cue.first + 1, cue.last) if clause.kinds[k] == "a" and k not in cue.tokens)
    return next((clause.party[k] for k in inner if not clause.has("adjective", k) and not oblique(clause, k)), None)


def _first_person(clause: Clause, cue: Cue) -> str | None:
    """French and Spanish: "nous le prendrons, a menacé ...", "lo tomaremos": the one who says so."""
    if clause.lexicon.lang not in _NOUN_FIRST or cue.form != "verb":
        return None
    return reporter(clause, cue.last) if clause.words[cue.first].endswith(_OF_US) else None


def _infinitive_clause(clause: Clause, cue: Cue) -> int | None:
    """German: the comma that opens the cue's "zu" clause, which has no subject ("..., Moskau X zu überlassen")."""
    if clause.lexicon.lang != "de" or cue.form != "verb":
        return None
    word = clause.words[cue.last]
    if not (clause.words[cue.last - 1] == "zu" or ("zu" in word[1:] and word.endswith("en"))):
        return None
    return next((k for k in range(cue.first - 1, -1, -1) if clause.words[k] == ","), None)


def _whole_of(clause: Clause, cue: Cue, k: int) -> bool:
    """ "12 percent of Ukraine captured since 2022": the party is what a share is taken of."""
    share = any(clause.has("amount", j) or clause.has("land", j) for j in range(max(k - 3, 0), k - 1))
    return cue.first - k == 1 and clause.has("of", k - 1) and share


def _whose_control(clause: Clause, cue: Cue) -> str | None:
    """ "лишається під російським контролем", "pozostaje pod kontrolą Kijowa": whose name stands beside the control."""
    if not clause.has("control", cue.last) or len(cue.tokens) < 2:
        return None
    inner = range(cue.tokens[-2] + 1, cue.last)
    if any(clause.has("possessor", k) or clause.has("reflexive", k) for k in inner):
        return next((code for _, code in parties_before(clause, cue.first)), None)
    beside: list[int] = [*range(cue.last - 1, cue.tokens[-2], -1), cue.last + 1, cue.last + 2]
    for k in beside:
        if k >= len(clause.words) or (k > cue.last and clause.kinds[k] == "p"):
            return None
        if clause.kinds[k] == "a" and not clause.has("nominative", k):
            return clause.party[k]
    return None


def attributive(clause: Clause, cue: Cue) -> bool:
    """Is the participle a mere adjective in front of its noun ("in occupied Luhansk region")?"""
    if cue.form != "past" or len(cue.tokens) > 2 or cue.name not in ("hold", "annex"):
        return False
    k = cue.last + 1
    noun = cue.first > 0 and (clause.has("land", cue.first - 1) or clause.kinds[cue.first - 1] == "r")
    if clause.lexicon.lang in _NOUN_FIRST and cue.first == cue.last and noun:
        return not clause.has("by", k)  # "restituerait des territoires occupés", "la Crimée annexée"
    thing = k < len(clause.words) and clause.kinds[k] == "w" and not clause.has("by", k)  # "near occupied Inkerman"
    if clause.lexicon.lang == "en" and thing and clause.words[cue.first - 1] in _BEFORE_ATTRIBUTES:
        return cue.first == cue.last
    if k >= len(clause.words) or not (clause.kinds[k] == "r" or clause.has("land", k) or clause.has("adjective", k)):
        return False
    k = cue.first - 1
    while k >= 0 and (clause.has("adverb", k) or (clause.lexicon.lang == "de" and is_number(clause.words[k]))):
        k -= 1
    return (
        k < 0 or clause.kinds[k] == "p" or clause.has("oblique", k) or clause.has("glue", k) or clause.has("article", k)
    )


def _as_whose(clause: Clause, cue: Cue, k: int) -> bool:
    """In "recognise X as Russian": is the party at k the one that X is recognised as belonging to?"""
    if cue.name != "recognise":
        return False
    if clause.any("as", k - 2, k):
        return True
    return clause.lexicon.lang in _INSTRUMENTAL and clause.words[k].endswith(_INSTRUMENTAL[clause.lexicon.lang])
