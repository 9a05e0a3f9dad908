"""The quantity room: stated amounts of territory ("roughly 20% of Ukraine", "116,000 km2"), their whole and role."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import msgspec

from geo.models import TALK_ROLES, Quantity, Role, Why
from geo.reading.amounts import Amount, Words, amounts, words
from geo.reading.cues import lexicon
from geo.reading.document import Doc, Sentence
from geo.reading.gazetteer import UNITS
from geo.reading.hints import AMOUNT, hints
from geo.reading.land import View, owner, row_of, view
from geo.reading.numbers import DASHES
from geo.reading.roles import role_at, sentence_findings
from geo.reading.wholes import GAPPED, LIKE_BEFORE, SPOKEN_OF, Whole, whole

_REACH, _WITH, _FRAGMENT = 14, 6, 8
_WINDOW = 500
#: How many words may hedge a figure ("less than about").
_HEDGE = 3
#: Whose land the document is about has not been asked yet.
_UNASKED = ""
_KEYS = ("retake", "annex", "lose", "hold", "cede", "demand")
_WALLS = frozenset(";:!?…")
#: Before "recognised": a border or a territory, and no act.
_INTERNATIONALLY = ("internation", "міжнародно", "международно", "międzynarodowo")


def quantities(doc: Doc) -> list[Quantity]:
    """Every amount of land in a document, in order, each (figure, whole) once: where its role is clearest.

    Figures that are no land (people, votes, money) or whose whole can't be named are left out.
    """
    known = words(doc.lang)
    whose: str | None = _UNASKED
    found: list[Quantity] = []
    for index, hint in enumerate(hints(doc)):
        if hint & AMOUNT and known.promising(row_of(doc, index)):
            whose = owner(doc) if whose is _UNASKED else whose
            seen = view(doc, index, whose)
            prior = found[-1] if found and index and found[-1].start >= doc.sentences[index - 1].start else None
            seen.before = prior.of if prior else None
            found += _said(seen, known, prior)
    return _once(found)


def _said(seen: View, known: Words, prior: Quantity | None) -> list[Quantity]:
    """The amounts of land in one sentence; ``prior`` is the one before them, here or in the sentence before."""
    written = tuple(amounts(seen.row, known))
    said = _without_conversions(written)
    wholes: list[Whole | None] = []
    earlier: Whole | None = None
    for amount in said:
        of = whole(seen, amount, tuple(other for other in written if other is not amount), earlier)
        earlier = of or earlier
        wholes.append(of)
    wholes = _respectively(seen, said, wholes)
    found: list[Quantity] = []
    kept: list[Amount] = []
    for k, amount in enumerate(said):
        of = wholes[k]
        if of is None and k + 1 < len(said) and _leads_to(amount, said[k + 1]):
            of = wholes[k + 1]
        if of is not None:
            found.append(_quantity(seen, amount, of, found[-1] if found else prior, new=not found))
            kept.append(amount)
    return _alike(seen, kept, found) if len(found) > 1 else found


def _alike(seen: View, said: Sequence[Amount], found: list[Quantity]) -> list[Quantity]:
    """Of figures that are listed side by side, the one without a role has its neighbour's ("75% of A and 70% of B are
    held", "has 1% of A and 4% of B")."""
    out = list(found)
    pairs = [(k, k + 1) for k in reversed(range(len(out) - 1))] + [(k + 1, k) for k in range(len(out) - 1)]
    for k, other in pairs:
        rule = _rule(out[k])
        silent = out[k].role == "mentioned" and rule.endswith(_NO_ACT)
        if silent and out[other].role != "mentioned" and _listed(seen, said[min(k, other)], said[max(k, other)]):
            why = Why(rule.removesuffix(_NO_ACT) + "role of the figure beside")
            out[k] = msgspec.structs.replace(out[k], role=out[other].role, why=why)
    return out


def _rule(quantity: Quantity) -> str:
    return quantity.why.rule if quantity.why is not None else ""


def _listed(seen: View, one: Amount, other: Amount) -> bool:
    """Do two figures of one unit stand in one list, with their regions and little else between?"""
    if one.unit != other.unit:
        return False
    plain = 0
    for k in range(one.stop, other.first):
        joining = seen.row[k].word == "," or seen.row[k].word in seen.words.numbers.joins
        if seen.mention[k] is None and not (joining or seen.is_("link", k) or seen.is_("region", k)):
            plain += 1
        if seen.is_("stop", k) and not joining:
            return False
    return plain <= _HEDGE


def _respectively(seen: View, said: Sequence[Amount], wholes: list[Whole | None]) -> list[Whole | None]:
    """Shares that are dealt out in order: "Kherson and Zaporizhzhia, 74% and 73% respectively"."""
    shares = [k for k, amount in enumerate(said) if amount.unit == "percent"]
    if len(shares) < 2 or not any(seen.is_("respectively", k) for k in range(len(seen.row))):
        return wholes
    numbers = dict.fromkeys(n for n in seen.mention if n is not None)
    regions = [seen.doc.mentions[n].area or "+".join(sorted(seen.doc.mentions[n].regions)) for n in numbers]
    if len(regions) != len(shares):
        return wholes
    dealt = list(wholes)
    for k, region in zip(shares, regions, strict=True):
        dealt[k] = Whole(region, "dealt out in order")
    return dealt


def _leads_to(amount: Amount, following: Amount) -> bool:
    """Is this the first figure of a change ("from 18% to 20% of Ukraine")?"""
    return following.unit == amount.unit and following.first - amount.stop <= 1


def _without_conversions(said: Sequence[Amount]) -> list[Amount]:
    """Drop the figure that repeats the one before in another unit ("116,000 km2 (45,000 square miles)")."""
    kept: list[Amount] = []
    last: Amount | None = None
    for amount in said:
        if last is None or not _converts(last, amount):
            kept.append(amount)
            last = amount
    return kept


def _converts(one: Amount, other: Amount) -> bool:
    if one.unit != other.unit or other.first - one.stop > 3:
        return False
    if one.unit == "percent":
        return {one.named, other.named} == {"percent", "fraction"} and abs(one.max - other.max) < 1.5
    return one.named != other.named and abs(one.max - other.max) <= 0.1 * one.max


def _once(found: list[Quantity]) -> list[Quantity]:
    best: dict[tuple[float, float, str, str | None], Quantity] = {}
    for quantity in found:
        key = (quantity.min, quantity.max, quantity.unit, quantity.of)
        known = best.get(key)
        if known is None or (known.role == "mentioned" and quantity.role != "mentioned"):
            best[key] = quantity
    return sorted(best.values(), key=lambda q: q.start)


def _quantity(seen: View, amount: Amount, of: Whole, before: Quantity | None, *, new: bool) -> Quantity:
    doc, sentence = seen.doc, seen.doc.sentences[seen.index]
    start, end = seen.row.span(amount.first, amount.stop - 1)
    role, rule = _role(seen, amount, of.of, (start, end))
    if of.rule == GAPPED:
        role, rule = "controlled", "role of the clause"
    if role == "mentioned" and rule == _NO_ACT:
        alike = not new and of.rule == "whole of the figure before"
        if before is not None and (alike or of.rule == LIKE_BEFORE or _share_of_before(seen, amount)):
            role, rule = before.role, "role of the figure before"
        elif of.rule == SPOKEN_OF or seen.is_("sized", amount.first - 1) or _sized(seen, amount):
            role, rule = _of_region(seen, of), "role of the region"
    return Quantity(
        min=amount.min,
        max=amount.max,
        unit=amount.unit,
        of=of.of,
        approx=amount.hedge not in (None, "between"),
        role=role,
        surface=doc.text[start:end],
        start=start,
        end=end,
        sentence=doc.text[sentence.start : sentence.end],
        sentence_start=sentence.start,
        hedge=amount.hedge,
        why=Why(f"{of.rule}; {rule}"),
    )


def _share_of_before(seen: View, amount: Amount) -> bool:
    """ "Of them 112 km2 lie in ...": the figure is a part of the one before."""
    near = range(max(amount.first - _WITH, 0), amount.first)
    return any(
        seen.is_("them", k)
        and (k == 0 or seen.is_("within", k - 1) or seen.is_("link", k - 1) or seen.row[k - 1].word == ",")
        for k in near
    )


def _sized(seen: View, amount: Amount) -> bool:
    """Is it the size of the region itself ("Крим площею 27 тис. кв. км")?"""
    return any(
        seen.is_("sized", k) and k and seen.mention[k - 1 if seen.words.lang != "pl" else k - 2] is not None
        for k in range(max(amount.first - 3, 1), amount.first)
    )


def _of_region(seen: View, of: Whole) -> Role:
    """The role of the region itself: in this sentence, else in the one before."""
    wanted = set(UNITS.get(of.of, tuple(of.of.split("+"))))
    for index in (seen.index, seen.index - 1):
        found = sentence_findings(seen.doc, index) if index >= 0 else []
        told = [finding.role for finding in found if finding.region in wanted]
        if told:
            return next((role for role in told if role in TALK_ROLES), told[0])
    return "mentioned"


# --- role -----------------------------------------------------------------------------------------------------------


def _role(seen: View, amount: Amount, of: str, span: tuple[int, int]) -> tuple[Role, str]:
    """The role of the clause; where it has none, that of the nearest word of holding, taking or giving."""
    nearest = _nearest(seen, amount)
    role = _role_at(seen, span)
    if nearest is not None and role != "demanded":
        key, at = nearest
        agent, whose = _agent(seen, amount, at), _owner_of(seen, of)
        if key == "retake" or (key == "hold" and agent is not None and agent == whose):
            return "mentioned", "held or retaken by the owner"
        if key == "lose":
            if agent not in (None, whose):
                return "mentioned", "lost by the claimant"
            return ("conceded", "would be lost") if _modal(seen, at) else ("controlled", "lost by the owner")
    if role != "mentioned":
        return role, "role of the clause"
    if nearest is None:
        return _of_heading(seen)
    key, at = nearest
    if any(seen.is_("not", k) for k in range(max(at - 3, 0), at)):
        return "mentioned", "denied"
    if key == "cede" and any(seen.is_("demand", k) for k in range(at)):
        key = "demand"
    return _ROLES[key], f"nearest act: {seen.row[at].word}"


def _modal(seen: View, at: int) -> bool:
    """Does a modal word stand right before a token ("WOULD lose")?"""
    modal = lexicon(seen.words.lang).marks.get("modal", frozenset())
    return any(seen.row[k].word in modal for k in range(max(at - 3, 0), at))


def _role_at(seen: View, span: tuple[int, int]) -> Role:
    """The role of the clause round a span; of a sentence without end (a table, a list) only what is near counts."""
    doc, sentence = seen.doc, seen.doc.sentences[seen.index]
    if sentence.end - sentence.start <= 2 * _WINDOW:
        return role_at(doc, seen.index, *span)
    start, end = max(sentence.start, span[0] - _WINDOW), min(sentence.end, span[1] + _WINDOW)
    first = bisect_left(doc.mentions, start, key=lambda mention: mention.start)
    last = bisect_right(doc.mentions, end, key=lambda mention: mention.end)
    near = tuple(msgspec.structs.replace(mention, sentence=0) for mention in doc.mentions[first:last])
    return role_at(Doc(doc.text, doc.lang, (Sentence(start, end),), near), 0, *span)


_NO_ACT = "no act"
_ROLES: dict[str, Role] = {
    "hold": "controlled",
    "lose": "controlled",
    "annex": "annexed",
    "cede": "conceded",
    "demand": "demanded",
}


def _of_heading(seen: View) -> tuple[Role, str]:
    """The role of a fragment without a verb ("12% of Ukraine."): what the sentences right before it speak of."""
    if len(seen.row) > _FRAGMENT or any(seen.is_("stop", k) for k in range(len(seen.row))):
        return "mentioned", _NO_ACT
    for index in range(seen.index - 1, max(seen.index - 4, -1), -1):
        earlier = seen.earlier(index)
        acts = [k for k in range(len(earlier.row)) if any(earlier.is_(key, k) for key in _KEYS)]
        if any(earlier.is_("hold", k) for k in acts):
            return "controlled", "sentence before"
        if acts or len(earlier.row) > 2 * _FRAGMENT:
            break
    return "mentioned", _NO_ACT


def _nearest(seen: View, amount: Amount) -> tuple[str, int] | None:
    """The word of an act that is nearest to the amount, no wall between, and its kind.

    Where land comes back "under control", the word of retaking counts, though that of control is nearer.
    """
    found: tuple[str, int, int] | None = None
    for distance in range(1, _REACH):
        if found is not None and distance > found[2] + _WITH:
            break
        for at, step in ((amount.first - distance, -1), (amount.stop - 1 + distance, 1)):
            if not 0 <= at < len(seen.row) or _walled(seen, amount, at, step) or seen.mention[at] is not None:
                continue
            if found is None:
                named = at > 0 and seen.row[at - 1].word.startswith(_INTERNATIONALLY)
                key = None if named else next((key for key in _KEYS if seen.is_(key, at)), None)
                found = (key, at, distance) if key else None
            elif found[0] == "hold" and (at < amount.first) == (found[1] < amount.first) and seen.is_("retake", at):
                return "retake", at
    return found[:2] if found is not None else None


def _walled(seen: View, amount: Amount, at: int, step: int) -> bool:
    between = range(at + 1, amount.first) if step < 0 else range(amount.stop, at)
    return any(seen.row[k].word in _WALLS for k in between)


def _agent(seen: View, amount: Amount, at: int) -> str | None:
    """The party that holds, takes or loses: "held BY Kyiv", "under UKRAINIAN control", else the last one before."""
    for k in range(at + 1, min(at + 4, len(seen.row))):
        if seen.is_("passive", k):
            return next((p for j in range(k + 1, min(k + 4, len(seen.row))) if (p := _party(seen, j))), None)
    if at > amount.stop:
        beside = at - 2 if seen.row[at - 1].word in DASHES else at - 1
        owning = at - 3 if seen.row[at - 1].word == "s" and seen.possessive(at - 2) == at else beside
        place = seen.place(owning) if owning >= amount.stop else None
        if place is not None and (owning != beside or not place.name):
            return place.code
    if at >= amount.stop and at + 1 < len(seen.row) and _party(seen, at + 1) is not None:
        return _party(seen, at + 1)
    for k in range(min(at, amount.first) - 1, max(at - _REACH, -1), -1):
        party = _party(seen, k)
        if party is not None and seen.possessive(k + 1) is None and not seen.is_("link", k - 1):
            return party
    return None


def _owner_of(seen: View, of: str) -> str | None:
    """The country from which the land was taken, as `vocabulary/actors.toml` has it."""
    first = of.partition("+")[0]
    if first in ("donbas", "crimea"):
        return "UA"
    dispute = lexicon(seen.words.lang).dispute(first if "-" in first else f"{first}-")
    return dispute.owner if dispute is not None else seen.owner


def _party(seen: View, k: int) -> str | None:
    return None if seen.mention[k] is not None else seen.words.party(seen.row[k].word)
