"""The pronoun room: pronouns that stand for regions named before ("Donetsk is the obstacle. Moscow wants it in full.").

A pronoun counts only right beside an act or a demand ("leave it", "its annexation", "70% of it"), and only where one
antecedent lies near: the last group of regions before it in the same sentence, else of the sentence before.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from geo.reading.clauses import Clause, Group, clause, cut, may_act, with_mentions
from geo.reading.cues import LANGUAGES, Cue, Line, lexicon
from geo.reading.document import Mention
from geo.reading.hints import PRONOUN, hints

if TYPE_CHECKING:
    from geo.reading.document import Doc

_ONE, _MANY, _WHOSE = "pronounone", "pronounmany", "possessor"
#: Nouns that with an article stand for land named before ("the area", "those territories").
_DESCRIBED = "described"
_PAIRED = ("former", "latter")
_MARKS = (_ONE, _MANY, _WHOSE, "remainder", _DESCRIBED, *_PAIRED)
#: Acts whose object or subject may be a pronoun for land ("swap it" rarely is).
_ACTS = frozenset(
    {"lose", "cede", "leave", "keep", "recognise", "hold", "annex", "retake", "giveback", "receive", "freeze", "own"}
)
#: More of them, whose object may be described ("withdraw from the area").
_MORE_ACTS = frozenset({"withdraw", "neutral", "zone", "closed"})
#: Forms of an act that a possessive may stand before, and forms that have no object.
_OWNED = frozenset({"noun", "fact"})
_NO_OBJECT = frozenset({"noun", "fact", "state", "weak"})
_WORDS = re.compile(r"\w+['’]?")
#: How many sentences back an antecedent may stand.
_REACH = 2
_FREE_ORDER = frozenset({"uk", "ru", "pl"})
_CLITIC = frozenset({"fr", "es"})


def with_pronouns(doc: Doc) -> Doc:
    """The document with a mention for each pronoun that stands for regions (behind all others)."""
    named = sorted({mention.sentence for mention in doc.mentions})
    if doc.lang not in LANGUAGES or not named:
        return doc
    told = hints(doc)
    found: list[Mention] = []
    for place, low in enumerate(named):
        stop = min(low + _REACH + 1, named[place + 1] if place + 1 < len(named) else len(doc.sentences))
        for index in range(low, min(stop, len(doc.sentences))):
            if not told[index] & PRONOUN:
                continue
            before = low if index > low else named[place - 1] if place and low - named[place - 1] <= _REACH else None
            if _may_point_back(doc, index, before) and may_act(doc, index):
                found += _pronouns(doc, index, before)
    return with_mentions(doc, found) if found else doc


def _may_point_back(doc: Doc, index: int, before: int | None) -> bool:
    """May a word of a sentence stand for regions, by the tokens and acts around it? Asked before it is parsed."""
    parsed = cut(doc, index)
    if parsed is None or not parsed.lexicon.longer.isdisjoint(_MARKS):
        return parsed is not None
    first = -1 if before is not None else parsed.kinds.index("r") if "r" in parsed.kinds else len(parsed.kinds)
    acts: list[_Act] | None = None
    for mark in _MARKS:
        for k in parsed.places.get(mark, ()):
            if k > first and parsed.kinds[k] == "w" and (mark != _DESCRIBED or _with_determiner(parsed, k)):
                acts = _possible_acts(parsed) if acts is None else acts
                if _near_an_act(parsed, mark, k, acts):
                    return True
    return False


class _Act(NamedTuple):
    """An act or a demand that may stand in a sentence: its first token, the last one that it may have, and whether it
    counts for a pronoun or for a noun for land."""

    first: int
    last: int
    form: str
    counts: bool
    described: bool


def _possible_acts(parsed: Clause) -> list[_Act]:
    """The acts of the lines that are possible, at every token where they may begin."""
    _, begun, marked = parsed.possible
    found = [_act(line, i) for i, lines in begun for line in lines if line.acts]
    for kind, lines in marked.items():
        led = [line for line in lines if line.acts]
        if led:
            found += [_act(line, i) for i in _leading(parsed, kind) for line in led]
    return found


def _leading(parsed: Clause, kind: str) -> list[int]:
    """The tokens that may be of this kind: regions, or (not found yet) parties and pronouns that stand for one."""
    if kind == "r":
        return [i for i, each in enumerate(parsed.kinds) if each == kind]
    standing = [i for mark in ("heit", "we", "they") for i in parsed.places.get(mark, ())]
    return standing + [i for i, known in enumerate(parsed.actors) if known.begins]


def _act(line: Line, first: int) -> _Act:
    kind, name = line.head
    counts = name in _ACTS if kind == "act" else line.form == "verb"
    return _Act(first, first + line.reach, line.form, counts, counts or name in _MORE_ACTS)


def _near_an_act(parsed: Clause, mark: str, k: int, acts: list[_Act]) -> bool:
    """May token k be near enough to an act for `_stands_for_land` or `_described`? Asked of what is possible."""
    if mark in _PAIRED:
        return True
    if mark == _DESCRIBED:
        return any(act.described and act.first <= k + 7 and act.last >= k - 8 for act in acts)
    if mark == _WHOSE:
        return any(act.counts and act.form in _OWNED and 0 < act.first - k <= 2 for act in acts)
    if "of" in parsed.lexicon.longer or parsed.any("of", k - 1, k):
        return any(act.last >= k - 9 for act in acts)
    if parsed.words[k] == "there" or parsed.words[k + 1 : k + 2] == [","]:
        return any(act.counts for act in acts)
    ahead = 4 if parsed.lexicon.lang in _FREE_ORDER else 1
    for act in acts:
        near = k + 5 if act.form == "past" else k + ahead
        if act.counts and act.form not in _NO_OBJECT and act.last >= k - 2 and act.first <= near:
            return True
    return False


def _with_determiner(parsed: Clause, k: int) -> bool:
    """Does a determiner stand before a noun, only words between, and no region right behind it?"""
    first = next((j for j in range(k - 1, max(k - 4, -1), -1) if parsed.any("determiner", j, j + 1)), None)
    if first is None or "r" in parsed.kinds[k + 1 : k + 5]:
        return False
    return all(kind == "w" for kind in parsed.kinds[first:k])


def holds_pronoun(low: str, lang: str) -> bool:
    """May a text in small letters hold such a pronoun?"""
    return not _pronoun_words(lang).isdisjoint(_WORDS.findall(low))


@cache
def _pronoun_words(lang: str) -> frozenset[str]:
    """Every word of a language that may be such a pronoun."""
    marks = lexicon(lang).marks
    return frozenset().union(*(marks.get(name, frozenset()) for name in _MARKS))


def _pronouns(doc: Doc, index: int, before: int | None) -> list[Mention]:
    """The pronouns of a sentence that stand for regions named in it, or in the sentence ``before``."""
    parsed = clause(doc, index)
    if parsed is None:
        return []
    out = []
    for k in sorted({k for mark in _MARKS for k in parsed.places.get(mark, ())}):
        if parsed.kinds[k] == "w" and any(parsed.has(mark, k) for mark in _PAIRED):
            out += _of_a_pair(doc, index, parsed, k, before)
            continue
        described = parsed.kinds[k] == "w" and _described(parsed, k)
        if parsed.kinds[k] != "w" or not (described or _stands_for_land(parsed, k)):
            continue
        many: bool | None = parsed.has(_MANY, k) or (parsed.has("remainder", k) and _only_plural(parsed, k))
        many = None if described else many
        where = _antecedent(parsed, k, many=many)
        source = parsed
        if where is None and before is not None and not any(g.last < k for g in parsed.groups):
            earlier = clause(doc, before)
            if earlier is not None:
                where, source = _antecedent(earlier, len(earlier.words), many=many), earlier
        if where is None:
            continue
        numbers = [source.mention[token] for token in where.regions]
        regions = tuple(dict.fromkeys(r for n in numbers if n is not None for r in doc.mentions[n].regions))
        out.append(Mention(parsed.starts[k], parsed.end(k), regions, index, anaphor=True))
    return out


def _of_a_pair(doc: Doc, index: int, parsed: Clause, k: int, before: int | None) -> list[Mention]:
    """ "Kherson and Zaporizhzhia are split; in the latter ...": one of the two regions named last."""
    if not parsed.has("determiner", k - 1):
        return []
    source = parsed if any(g.last < k for g in parsed.groups) else clause(doc, before) if before is not None else None
    named = [t for g in source.groups for t in g.regions if source is not parsed or t < k] if source else []
    if source is None or len(named) < 2:
        return []
    number = source.mention[named[-1 if parsed.has("latter", k) else -2]]
    regions = doc.mentions[number].regions if number is not None else ()
    return [Mention(parsed.starts[k], parsed.end(k), regions, index, anaphor=True)] if regions else []


def _antecedent(parsed: Clause, stop: int, *, many: bool | None) -> Group | None:
    """The group that a pronoun before token ``stop`` points to: several regions for a plural, one for a singular.

    ``many`` None: either ("the land").
    """
    fitting = [g for g in parsed.groups if g.last < stop and many in (None, _plural(parsed, g))]
    if not fitting:
        return None
    opening = [g for g in fitting if g.first <= 2]
    return opening[0] if opening and stop == len(parsed.words) else fitting[-1]


def _only_plural(parsed: Clause, k: int) -> bool:
    """Is the nearest group before token k one of several regions?"""
    groups = [g for g in parsed.groups if g.last < k]
    return bool(groups) and len(groups[-1].regions) > 1


def _plural(parsed: Clause, group: Group) -> bool:
    """Several regions, or one with a plural name ("the Heights")?"""
    return len(group.regions) > 1 or parsed.raw[group.last].endswith("eights")


def _stands_for_land(parsed: Clause, k: int) -> bool:
    """Is token k a pronoun beside an act or a demand?"""
    if parsed.has("control", k + 1):
        return False  # "under its control": of who holds, not of the land
    counting = [cue for cue in parsed.cues if _counts(cue)]
    if parsed.has(_WHOSE, k) and any(_owner_of(cue, k) for cue in counting):
        return True
    if not (parsed.has(_ONE, k) or parsed.has(_MANY, k)) and not _remainder(parsed, k):
        return False
    if any(_object_of(parsed, cue, k) or _subject_of(parsed, cue, k) for cue in counting):
        return True
    if parsed.words[k] == "there" and _ends_phrase(parsed, k + 1):
        return any(
            cue.kind == "act" and cue.name in ("hold", "withdraw", "leave") and 0 < k - cue.last <= 6
            for cue in counting
        )
    if parsed.has(_MANY, k) and parsed.has("inplace", k - 1) and parsed.words[k + 1 : k + 2] == [","]:
        return bool(counting)
    return _share_of(parsed, k)


def _described(parsed: Clause, k: int) -> bool:
    """ "Ukraine would leave the area", "the land would be recognised": a noun for land named before, beside an act."""
    if not parsed.has(_DESCRIBED, k) or not _with_determiner(parsed, k):
        return False
    first = next((j for j in range(k - 1, max(k - 4, -1), -1) if parsed.has("determiner", j)), None)
    inside = range(first, k) if first is not None else range(0)
    if first is None or any(parsed.kinds[j] != "w" or parsed.has("other", j) for j in inside):
        return False
    if not _ends_phrase(parsed, k + 1):
        return False
    counting = [cue for cue in parsed.cues if _counts(cue) or cue.name in _MORE_ACTS]
    return any(_beside(parsed, cue, first, k) for cue in counting)


def _ends_phrase(parsed: Clause, k: int) -> bool:
    """Does token k no longer belong to the noun phrase before it?"""
    if k >= len(parsed.words) or parsed.kinds[k] == "p":
        return k >= len(parsed.words) or parsed.words[k] not in ("-", "–", "'")
    marks = (
        "relative",
        "that",
        "be",
        "modal",
        "oblique",
        "and",
        "heit",
        "adverb",
        "neg",
        "by",
        "wall",
        "until",
        "since",
        "as",
    )
    return parsed.kinds[k] == "a" or any(parsed.has(mark, k) for mark in marks)


def _beside(parsed: Clause, cue: Cue, first: int, k: int) -> bool:
    """Is the phrase from token ``first`` to k the object of a cue before it, or the subject of one behind it?"""
    if cue.last < first:
        between = range(cue.last + 1, first)
        if parsed.walled(cue.last, first) or len(between) > 4:
            return False
        return not any(parsed.kinds[j] != "w" or parsed.has("relative", j) for j in between)
    between = range(k + 1, cue.first)
    fitting = cue.form in ("past", "subj", "shut", "post") or (cue.name in ("neutral", "zone") and len(between) > 0)
    helped = any(parsed.has("be", j) or parsed.has("modal", j) for j in between) or cue.form == "subj"
    return fitting and helped and 0 < len(between) <= 6 and all(parsed.kinds[j] == "w" for j in between)


def _remainder(parsed: Clause, k: int) -> bool:
    """ "... and wants Ukraine to leave the rest", "the remaining fifth": what is left of the land named before."""
    stop = k + 2 if parsed.has("amount", k + 1) or parsed.has("land", k + 1) else k + 1
    last = stop >= len(parsed.words) or parsed.kinds[stop] == "p"
    return parsed.has("remainder", k) and last


def _owner_of(cue: Cue, k: int) -> bool:
    """Is it the possessive of a noun ("its annexation")?"""
    return cue.kind == "act" and cue.form in _OWNED and 0 < cue.first - k <= 2


def _bare(parsed: Clause, k: int) -> bool:
    """Where the same form may be a possessive: does no noun of its own stand behind it?"""
    if not parsed.has(_WHOSE, k) or k + 1 >= len(parsed.words):
        return True
    return (
        parsed.kinds[k + 1] == "p"
        or parsed.has("full", k + 1)
        or parsed.has("neg", k + 1)
        or any(k + 1 in c.tokens for c in parsed.cues)
    )


def _counts(cue: Cue) -> bool:
    return (cue.kind == "act" and cue.name in _ACTS) or (cue.name == "demand" and cue.form == "verb")


def _object_of(parsed: Clause, cue: Cue, k: int) -> bool:
    """Is the pronoun the cue's object ("leave it", "give it up")?"""
    lang = parsed.lexicon.lang
    if (cue.kind == "act" and cue.form in _NO_OBJECT) or not _bare(parsed, k):
        return False
    if cue.kind == "act" and cue.first <= k <= cue.last and lang not in _CLITIC:
        doing = any(parsed.has(mark, k + 1) for mark in ("be", "modal", "had"))
        return k in cue.tokens or not doing
    if lang in _CLITIC:
        if k - cue.last == 1 and lang == "es" and parsed.words[cue.last].endswith("r"):
            return parsed.starts[k] == parsed.end(cue.last)  # "entregarla"
        return cue.first - k == 1 and (k == 0 or parsed.kinds[k - 1] != "p")
    if cue.last == k - 1 or (cue.last == k - 2 and parsed.has("remainder", k)):
        return not (cue.kind == "op" and parsed.any("goal", k + 1, k + 2))
    if lang == "de" and cue.name == "recognise" and cue.first == k + 1:
        return True  # "dass die ganze Welt sie als russisch anerkennt"
    if lang not in _FREE_ORDER:
        return False
    between = range(k + 1, cue.first)
    return 0 < cue.first - k <= 4 and all(
        parsed.has("neg", j) or parsed.has("modal", j) or any(j in c.tokens for c in parsed.cues) for j in between
    )


def _subject_of(parsed: Clause, cue: Cue, k: int) -> bool:
    """Is the pronoun the subject of a passive ("It is now fully occupied", "it would be frozen")?"""
    if cue.kind != "act" or cue.form != "past" or not 0 < cue.first - k <= 5:
        return False
    opens = (
        k == 0 or parsed.words[k - 1] in (",", "“", '"', "«") or parsed.has("and", k - 1) or parsed.has("that", k - 1)
    )
    between = range(k + 1, cue.first)
    helped = any(parsed.has("be", j) for j in between)
    return opens and helped and not any(parsed.kinds[j] != "w" for j in between)


def _share_of(parsed: Clause, k: int) -> bool:
    """ "70% of it", "most of them": a share of what was named, with an act before it."""
    if not parsed.has("of", k - 1) or parsed.lexicon.lang in _CLITIC:  # behind "de" only an article
        return False
    amount = any(
        parsed.has("land", j) or parsed.has("amount", j) or parsed.has("full", j) or parsed.words[j] == "%"
        for j in range(k - 4, k - 1)
    )
    return amount and any((cue.kind == "act" or cue.name == "demand") and 0 < k - cue.last <= 9 for cue in parsed.cues)
