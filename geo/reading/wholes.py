"""The room of wholes: what an amount is a share of or lies in, and whether it is an amount of land at all.

A share counts as land only where its whole can be named: a region, a country, or words that point back to one. The words
right behind the amount decide first; only where they say nothing, the rest of the clause and the sentence before do.
"""

from __future__ import annotations

from typing import NamedTuple

from geo.reading.amounts import Amount
from geo.reading.document import Doc, Mention
from geo.reading.land import View, land, view
from geo.reading.numbers import DASHES

_CLOSERS = frozenset("\"”»“)’'")
_ENDS = frozenset(".;:!?…()[]—–")
_NEAR, _FAR = 4, 18
_FOUR = "UA-09+UA-14+UA-23+UA-65"
_COMPOSITES = ("donbas", "crimea")


class Whole(NamedTuple):
    """What an amount is of (an id, see `geo.models.Quantity.of`), and by which rule that was found."""

    of: str
    rule: str


def whole(seen: View, amount: Amount, others: tuple[Amount, ...] = ()) -> Whole | None:
    """The whole of an amount, or None where it is no land or has no nameable whole. ``others``: the sentence's amounts."""
    if amount.unit == "km2":
        return _of_area(seen, amount, others)
    found = _attached(seen, amount, others)
    if found is _NO_LAND:
        return None
    return found if found is not None else _around(seen, amount, others)


_NO_LAND = Whole("", "no land")


# --- the words behind a share ---------------------------------------------------------------------------------------


def _attached(seen: View, amount: Amount, others: tuple[Amount, ...]) -> Whole | None:
    """The whole in the words right behind the amount: `_NO_LAND` if they name something else, None if they name nothing."""
    row = seen.row
    k = _behind(seen, amount.stop, others)
    linked = not seen.words.numbers.link and not _has_link(seen)
    land_seen = vague = own = False
    pointed: str | None = None
    unknown = 0
    while k < len(row) and k - amount.stop < _FAR:
        word = row[k].word
        if seen.mention[k] is not None:
            return _region_whole(seen, k)
        if row[k].digits or word in _ENDS:
            break
        if seen.is_("link", k):
            linked, k = True, k + 1
            continue
        if word == ",":
            break
        place = seen.place(k)
        if place is not None:
            head = seen.possessive(place.stop)
            if place.name and head is None:
                return (
                    _NO_LAND if _other_head(seen, place.stop) and not land_seen else Whole(place.code, "country named")
                )
            if _land_head(seen, place.stop if head is None else head):
                return Whole(_owned(seen.doc, place.code), "country's land")
            if place.name or not land_seen:
                return _NO_LAND if place.code not in _parties(seen.doc) or not land_seen else None
            break
        if land_seen and seen.is_("taken", k):
            vague = True
            break
        if seen.is_("plural", k) and pointed is None:
            pointed = "plural"
        elif seen.is_("own", k):
            own = True
        elif seen.is_("country", k) and not (seen.is_("land", k) and seen.possessive(k + 1) is None and own):
            pointed, land_seen = pointed or "country", True
        elif seen.is_("peninsula", k):
            return Whole("crimea", "peninsula")
        elif seen.is_("region", k):
            pointed, land_seen = pointed or "region", True
        elif seen.is_("land", k):
            land_seen = True
        elif seen.is_("back", k) and linked and not land_seen:
            pointed = "back"
        elif word in seen.words.not_land:
            if not land_seen:
                return _NO_LAND
            break
        elif seen.is_("taken", k) and linked:
            vague = True
        elif seen.is_("stop", k):
            break
        else:
            unknown += 1
            if unknown > _NEAR:
                break
        k += 1
    if vague:
        return _NO_LAND
    if pointed is not None and (land_seen or linked or pointed != "plural"):
        return _pointed(seen, amount.first, pointed)
    if land_seen or amount.named == "one in":
        return _pointed(seen, amount.first, "own" if own else "land")
    if linked and seen.words.numbers.link:
        return _NO_LAND
    return None


def _has_link(seen: View) -> bool:
    return bool(seen.words.numbers.link)


def _behind(seen: View, stop: int, others: tuple[Amount, ...]) -> int:
    """The position where the words about the whole begin: behind brackets, closing quotes and a repeated figure."""
    row, k = seen.row, stop
    while k < len(row) and row[k].word in _CLOSERS:
        k += 1
    opened = k < len(row) and row[k].word in (*DASHES, "(", ",")
    for other in others:
        if opened and k < other.first <= k + 3 and _only_or(seen, k + 1, other.first):
            k = other.stop
            while k < len(row) and row[k].word in (*_CLOSERS, *DASHES, ","):
                k += 1
            return k
    return k


def _only_or(seen: View, first: int, stop: int) -> bool:
    return all(len(seen.row[k].word) <= 4 and not seen.row[k].digits for k in range(first, stop))


def _land_head(seen: View, at: int) -> bool:
    """Is the noun behind a genitive or an adjective land ("Ukraine's pre-war territory")?"""
    for k in range(at, min(at + _NEAR + 1, len(seen.row))):
        if seen.is_("land", k) or seen.is_("country", k):
            return True
        if seen.row[k].word in seen.words.not_land or seen.row[k].word in _ENDS or seen.is_("stop", k):
            return False
        if seen.mention[k] is not None:
            return True
    return False


def _other_head(seen: View, at: int) -> bool:
    """Is something that is no land named right behind a country or region ("Donetsk residents")?"""
    if at >= len(seen.row) or seen.is_("land", at) or seen.is_("region", at):
        return False
    return seen.row[at].word in seen.words.not_land


def _region_whole(seen: View, at: int) -> Whole:
    """The regions listed from this token on, unless a noun behind them says that no land is meant."""
    ids, stop = _listed(seen, at)
    head = seen.possessive(stop)
    k = stop if head is None else head
    if head is not None and not _land_head(seen, k) and not seen.is_("region", k):
        return _NO_LAND
    return _NO_LAND if _other_head(seen, k) else Whole(ids, "region named")


def _listed(seen: View, at: int) -> tuple[str, int]:
    """The ids of the regions that are listed from a token on, and the position behind the list."""
    row = seen.row
    members: list[Mention] = []
    k = at
    stop = at
    while k < len(row):
        number = seen.mention[k]
        if number is not None:
            members.append(seen.doc.mentions[number])
            k = stop = seen.behind(k)
            while k < len(row) and seen.is_("region", k):
                k = stop = k + 1
            continue
        if row[k].digits or not (row[k].word in ",&/" or _glue(seen, k)):
            break
        k += 1
    return ids(members), stop


def _glue(seen: View, k: int) -> bool:
    word = seen.row[k].word
    return (
        word in seen.words.numbers.joins
        or seen.is_("region", k)
        or (
            len(word) <= 3
            and not seen.is_("stop", k)
            and word.isalpha()
            and not seen.is_("within", k)
            and seen.place(k) is None
        )
    )


def ids(members: list[Mention]) -> str:
    """The regions of some mentions as one id: a composite alone keeps its name, else codes sorted and joined by +."""
    areas = {m.area or "+".join(m.regions) for m in members}
    if len(areas) == 1:
        only = areas.pop()
        if only in _COMPOSITES:
            return only
    return "+".join(sorted({code for m in members for code in m.regions}))


# --- what words point back to -----------------------------------------------------------------------------------------


def _pointed(seen: View, first: int, how: str) -> Whole | None:
    """The whole that "the country", "its territory", "the region", "both" point back to."""
    if how == "country":
        code = _named_country(seen, first) or owner(seen.doc)
        return Whole(code, "the country") if code else None
    if how == "plural":
        found = _group_before(seen, first)
        return Whole(found, "regions named before") if found else None
    if how == "region" or how == "back":
        found = _region_before(seen, first)
        if found is None and how == "back":
            found = owner(seen.doc)
        return Whole(found, "region named before") if found else None
    code = _named_country(seen, first)
    region = None if code else _last_group(seen, 0, first)
    of = code or region or owner(seen.doc)
    return Whole(of, "its land") if of else None


def _named_country(seen: View, first: int) -> str | None:
    """The last country named before in the sentence that is not the claimant of the document's dispute."""
    whose = owner(seen.doc)
    for k in range(first - 1, -1, -1):
        place = seen.place(k)
        if place is not None and place.name and (whose is None or place.code == whose):
            return place.code
    return None


def _last_group(seen: View, low: int, high: int) -> str | None:
    """The last list of regions in row[low:high]."""
    k = high - 1
    while k >= low and seen.mention[k] is None:
        k -= 1
    if k < low:
        return None
    found = k
    while k > low:
        k -= 1
        if seen.mention[k] is not None:
            found = k
        elif not (seen.row[k].word in ",&/" or _glue(seen, k)) or seen.row[k].digits:
            break
    return _listed(seen, found)[0]


def _region_before(seen: View, first: int) -> str | None:
    """The last list of regions before a position, in this sentence or the three before it."""
    found = _last_group(seen, 0, first)
    for index in range(seen.index - 1, max(seen.index - 4, -1), -1):
        if found is not None:
            break
        if _has_mentions(seen.doc, index):
            earlier = view(seen.doc, index)
            found = _last_group(earlier, 0, len(earlier.row))
    return found


def _group_before(seen: View, first: int) -> str | None:
    """All regions named before in the sentence, or in the nearest sentence before that names some."""
    numbers = sorted({n for n in seen.mention[:first] if n is not None})
    members = [seen.doc.mentions[n] for n in numbers]
    if len({code for m in members for code in m.regions}) < 2:
        for index in range(seen.index - 1, max(seen.index - 4, -1), -1):
            earlier = [m for m in seen.doc.mentions if m.sentence == index]
            if earlier:
                members = earlier
                break
    if not members:
        return None
    return ids(members)


def _has_mentions(doc: Doc, index: int) -> bool:
    return any(m.sentence == index for m in doc.mentions)


def _parties(doc: Doc) -> frozenset[str]:
    whose = owner(doc)
    return frozenset((whose,)) if whose else frozenset()


def _owned(doc: Doc, code: str) -> str:
    """The code of a country's land; a claimant's adjective is kept as it stands."""
    return code


def owner(doc: Doc) -> str | None:
    """The country whose land the document is about: Ukraine if it names it or its regions, else the first region's owner."""
    words = land(doc.lang)
    counts: dict[str, int] = {}
    for mention in doc.mentions:
        for code in mention.regions[:1]:
            country = code.split("-")[0]
            counts[country] = counts.get(country, 0) + 1
    if "UA" in counts or _names(doc, "UA"):
        return "UA"
    counts.pop("RU", None)
    del words
    return max(counts, key=lambda c: counts[c]) if counts else None


def _names(doc: Doc, code: str) -> bool:
    """Does the text name a country anywhere?"""
    from geo.reading.numbers import tokens

    words = land(doc.lang)
    known = words.names[code], words.adjectives[code]
    return any(t.word in forms for t in tokens(doc.text, 0, len(doc.text)) for forms in known)


# --- the clause round an amount --------------------------------------------------------------------------------------------


def _around(seen: View, amount: Amount, others: tuple[Amount, ...]) -> Whole | None:
    """The whole of a bare share: it counts as land where the clause speaks of holding, taking or giving."""
    low, high = _clause(seen, amount)
    held = any(
        seen.is_(key, k)
        for key in ("hold", "annex", "cede", "retake")
        for k in range(low, high)
        if not amount.first <= k < amount.stop
    )
    if not held:
        return None
    near = range(max(low, amount.first - 7), min(high, amount.stop + 6))
    if any(
        seen.row[k].word in seen.words.not_land for k in near if not seen.is_("land", k) and not seen.is_("hold", k)
    ):
        return None
    k = amount.stop
    if k < len(seen.row) and seen.is_("within", k):
        for j in range(k + 1, min(k + 4, len(seen.row))):
            if seen.mention[j] is not None:
                return Whole(_listed(seen, j)[0], "region of the clause")
    region = _last_group(seen, low, amount.first)
    if region is not None:
        return Whole(region, "region of the clause")
    for other in others:
        del other
        break
    spoken = any(seen.is_("land", k) for k in range(low, amount.first))
    code = _named_country(seen, amount.first)
    if spoken and code is not None:
        return Whole(code, "country of the clause")
    before = _region_before(seen, low)
    if before is not None and seen.index:
        return Whole(before, "region named before")
    return None


def _clause(seen: View, amount: Amount) -> tuple[int, int]:
    """The stretch round an amount without semicolons and brackets."""
    low, high = amount.first, amount.stop
    while low > 0 and seen.row[low - 1].word not in ";:!?":
        low -= 1
    while high < len(seen.row) and seen.row[high].word not in ";:!?":
        high += 1
    return low, high


# --- areas --------------------------------------------------------------------------------------------------------------------


def _of_area(seen: View, amount: Amount, others: tuple[Amount, ...]) -> Whole | None:
    """Where a piece of land lies: behind the figure, before it, in the sentence before, else the country."""
    low, high = _between_amounts(seen, amount, others)
    row = seen.row
    country: str | None = None
    for k in range(amount.stop, high):
        if (
            row[k].word in seen.words.not_land
            and k - amount.stop < 3
            and not seen.is_("land", k)
            and not seen.is_("within", k)
        ):
            return None
        if seen.mention[k] is not None:
            return Whole(_listed(seen, k)[0], "region named")
        place = seen.place(k)
        if place is not None and country is None and (place.name or _land_head(seen, place.stop)):
            country = place.code
    before = _last_group(seen, low, amount.first)
    whose = owner(seen.doc)
    if country is not None and country == whose:
        return Whole(country, "country named")
    if before is not None:
        return Whole(before, "region of the clause")
    if any(seen.is_("there", k) for k in range(len(row))) or country not in (None, whose):
        earlier = _region_before(seen, 0)
        if earlier is not None and (country is None or earlier.startswith(country)):
            return Whole(earlier, "region named before")
    of = country or whose
    return Whole(of, "country of the article") if of else None


def _between_amounts(seen: View, amount: Amount, others: tuple[Amount, ...]) -> tuple[int, int]:
    """The clause round an amount, no further than the amounts next to it."""
    low, high = _clause(seen, amount)
    for other in others:
        if other.stop <= amount.first:
            low = max(low, other.stop)
        elif other.first >= amount.stop:
            high = min(high, other.first)
    return low, high
