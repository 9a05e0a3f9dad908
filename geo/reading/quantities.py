"""The quantity room: stated amounts of territory ("roughly 20% of Ukraine", "116,000 km2"), with their whole and role."""

from __future__ import annotations

from collections.abc import Sequence

from geo.models import Quantity, Role, Why
from geo.reading.amounts import Amount, amounts, words
from geo.reading.document import Doc
from geo.reading.land import View, view
from geo.reading.roles import role_at
from geo.reading.wholes import Whole, owner, whole

_REACH = 14
_WALLS = frozenset(";:!?…")


def quantities(doc: Doc) -> list[Quantity]:
    """Every amount of land in a document, in order, each (figure, whole) once: where its role is clearest.

    Figures that are no land (people, votes, money) or whose whole can't be named are left out.
    """
    known = words(doc.lang)
    found: list[Quantity] = []
    for index, sentence in enumerate(doc.sentences):
        if known.signs.search(doc.text, sentence.start, sentence.end) is None:
            continue
        seen = view(doc, index)
        said = tuple(_without_conversions(amounts(seen.row, known)))
        for amount in said:
            of = whole(seen, amount, tuple(other for other in said if other is not amount))
            if of is not None:
                found.append(_quantity(seen, amount, of))
    return _once(found)


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


def _quantity(seen: View, amount: Amount, of: Whole) -> Quantity:
    doc, sentence = seen.doc, seen.doc.sentences[seen.index]
    start, end = seen.row[amount.first].start, seen.row[amount.stop - 1].end
    role, rule = _role(seen, amount, start, end)
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


# --- role -----------------------------------------------------------------------------------------------------------


def _role(seen: View, amount: Amount, start: int, end: int) -> tuple[Role, str]:
    """The role of the clause; where it has none, that of the nearest word of holding, taking or giving."""
    nearest = _nearest(seen, amount)
    role = role_at(seen.doc, seen.index, start, end)
    if nearest is not None:
        key, at = nearest
        if key == "retake" or (key == "hold" and _by_owner(seen, at)):
            return "mentioned", "held or retaken by the owner"
    if role != "mentioned":
        return role, "role of the clause"
    if nearest is None:
        return "mentioned", "no act"
    key, at = nearest
    if any(seen.is_("not", k) for k in range(max(at - 3, 0), at)):
        return "mentioned", "denied"
    return _ROLES[key], f"nearest act: {seen.row[at].word}"


_ROLES: dict[str, Role] = {"hold": "controlled", "annex": "annexed", "cede": "conceded", "demand": "demanded"}


def _nearest(seen: View, amount: Amount) -> tuple[str, int] | None:
    """The word of an act that is nearest to the amount, no wall between, and its kind."""
    for distance in range(1, _REACH):
        for at, step in ((amount.first - distance, -1), (amount.stop - 1 + distance, 1)):
            if not 0 <= at < len(seen.row) or _walled(seen, amount, at, step):
                continue
            for key in ("retake", "annex", "hold", "cede", "demand"):
                if seen.is_(key, at):
                    return key, at
    return None


def _walled(seen: View, amount: Amount, at: int, step: int) -> bool:
    between = range(at + 1, amount.first) if step < 0 else range(amount.stop, at)
    return any(seen.row[k].word in _WALLS for k in between)


def _by_owner(seen: View, at: int) -> bool:
    """Is the owner of the land the one who holds it ("Ukraine holds", "held by Kyiv")?"""
    whose = owner(seen.doc)
    for k in range(at + 1, min(at + 3, len(seen.row))):
        if seen.is_("passive", k) and k + 1 < len(seen.row):
            return any(seen.words.party(seen.row[j].word) == whose for j in range(k + 1, min(k + 3, len(seen.row))))
    for k in range(at - 1, max(at - 8, -1), -1):
        party = seen.words.party(seen.row[k].word)
        if party is not None and not (party == whose and seen.possessive(k + 1) is not None):
            return party == whose
    return False
