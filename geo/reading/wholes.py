"""The room of wholes: what an amount is a share of or lies in, and whether it is an amount of land at all.

A share counts as land only where its whole can be named: a region, a country, or words that point back to one. The
words right behind the amount decide first; only where they say nothing, the rest of the clause and the sentence before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from geo.reading.amounts import DETERMINERS, Amount
from geo.reading.document import Doc, Mention, mentions_of
from geo.reading.land import Place, View
from geo.reading.numbers import DASHES

_QUOTED = frozenset('"”»“')
_CLOSERS = frozenset("\"”»“)’'")
_ENDS = frozenset(".;:!?…()[]—–")
_WALLS = frozenset(";:!?…")
#: No city is larger: an amount of land above it "in Kursk" lies in the region.
_CITY_KM2 = 100.0
_NEAR, _FAR, _HOLD = 4, 18, 6
_COMPOSITES = ("donbas", "crimea")


#: Rules of wholes that take their role from elsewhere, too.
LIKE_BEFORE, SPOKEN_OF, GAPPED = "like the figure before", "region spoken of", "region of a gapped clause"


class Whole(NamedTuple):
    """What an amount is of (an id, see `geo.models.Quantity.of`), and by which rule that was found."""

    of: str
    rule: str


def whole(seen: View, amount: Amount, others: tuple[Amount, ...] = (), earlier: Whole | None = None) -> Whole | None:
    """The whole of an amount, or None where it is no land or has no nameable whole.

    ``others`` are the sentence's other amounts, ``earlier`` the whole of the share before this one, if any.
    """
    if amount.unit == "km2":
        return _of_area(
            seen,
            amount,
            tuple(o for o in others if o.unit != "km2" or o.stop < amount.first or o.first > amount.stop + 3),
            earlier,
        )
    found = _attached(seen, amount, others)
    if found is _NO_LAND:
        return None
    return found if found is not None else _around(seen, amount, earlier)


_NO_LAND = Whole("", "no land")


# --- the words behind a share ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Walk:
    """What the words behind a share have said so far."""

    linked: bool
    land: bool = False
    own: bool = False
    located: bool = False
    pointed: str | None = None
    unknown: int = 0


def _attached(seen: View, amount: Amount, others: tuple[Amount, ...]) -> Whole | None:
    """The whole in the words right behind an amount; `_NO_LAND`: they name another thing, None: they name nothing."""
    walk = _Walk(linked=not seen.words.numbers.link)
    k = _behind(seen, amount, others)
    while k < len(seen.row) and k - amount.stop < _FAR:
        if _ends_phrase(seen, walk, k):
            break
        if seen.is_("link", k):
            walk.linked, k = True, k + 1
            continue
        if not walk.linked and (amount.named != "fraction" or walk.unknown > 1) and _names(seen, k):
            return None
        if seen.mention[k] is not None:
            return None if walk.located or (walk.unknown > 1 and not walk.land) else _region_whole(seen, k)
        if _nameless(seen, walk, k) or _other_thing(seen, k) or (not walk.land and seen.is_("opine", k)):
            return _NO_LAND
        place = seen.place(k)
        if place is not None:
            if walk.land and place.name and _relative(seen, k):
                return _NO_LAND
            named = _country_whole(seen, walk, place)
            return named if named is not None or not walk.land else _said(seen, amount, walk)
        city = seen.city(k) if walk.linked else None
        if city is not None and not _other_head(seen, k + 1) and seen.possessive(k + 1) is None:
            return Whole(_listed(seen, k)[0], "region named")
        if seen.is_("peninsula", k):
            return Whole("crimea", "peninsula")
        _hear(seen, walk, k)
        if walk.unknown > _NEAR:
            break
        k += 1
    if k < len(seen.row) and walk.land and not walk.own and _taken_behind(seen, k):
        return _NO_LAND
    if k + 1 < len(seen.row) and walk.pointed in ("plural", "region") and seen.row[k].word in ":(—–":
        for j in range(k + 1, min(k + 3, len(seen.row))):
            if seen.mention[j] is not None:
                return Whole(_listed(seen, j)[0], "regions listed")
    return _said(seen, amount, walk)


def _names(seen: View, k: int) -> bool:
    return seen.mention[k] is not None or seen.place(k) is not None


def _ends_phrase(seen: View, walk: _Walk, k: int) -> bool:
    """Does the noun phrase end before this token?"""
    word = seen.row[k].word
    if seen.row[k].digits or word in _ENDS or word == ",":
        return True
    if seen.mention[k] is not None or seen.is_("link", k) or (walk.land and seen.is_("within", k)):
        return False
    return seen.is_("stop", k) and not seen.is_("plural", k) and not seen.is_("taken", k)


def _nameless(seen: View, walk: _Walk, k: int) -> bool:
    """Is the whole what somebody took ("of the occupied land", "of the land that it seized")?"""
    if not seen.is_("taken", k) or walk.own:
        return False
    if seen.is_("stop", k) or not walk.linked:
        return walk.land and not walk.pointed
    return walk.pointed is None and (walk.land or _land_head(seen, k + 1, places=False))


def _relative(seen: View, k: int) -> bool:
    """Does a country begin a clause without a pronoun ("the land | Russia had seized")?"""
    return bool(seen.words.numbers.link) and (seen.is_("land", k - 1) or seen.is_("region", k - 1))


def _taken_behind(seen: View, k: int) -> bool:
    """ "half of the land, seized since" """
    return seen.row[k].word == "," and seen.is_("taken", k + 1) and not seen.is_("stop", k + 1)


def _other_thing(seen: View, k: int) -> bool:
    """Is this a noun of something else than land?"""
    if any(seen.is_(key, k) for key in ("land", "country", "region", "peninsula", "taken", "plural", "own")):
        return False
    return seen.row[k].word in seen.words.not_land


def _country_whole(seen: View, walk: _Walk, place: Place) -> Whole | None:
    """The whole where a country is named: "Ukraine", "Ukraine's land", "Ukrainian land", no "Ukrainian exports"."""
    head = seen.possessive(place.stop)
    if place.name and head is None:
        other = _other_head(seen, place.stop) and not walk.land
        return _NO_LAND if other else None if walk.located else Whole(place.code, "country named")
    if _land_head(seen, place.stop if head is None else head):
        return Whole(place.code, "country's land")
    return None if walk.land else _NO_LAND


def _hear(seen: View, walk: _Walk, k: int) -> None:
    """Take in one word of the noun phrase."""
    if seen.is_("own", k):
        walk.own = True
    elif seen.is_("plural", k) and walk.linked:
        walk.pointed = walk.pointed or "plural"
    elif seen.is_("back", k) and walk.linked and not walk.land:
        walk.pointed = walk.pointed or "back"
    elif seen.is_("country", k):
        walk.pointed, walk.land = walk.pointed or ("own" if walk.own else "country"), True
    elif seen.is_("region", k) and not (seen.is_("land", k) and walk.own):
        walk.pointed, walk.land = walk.pointed or "region", True
    elif seen.is_("land", k):
        walk.land = True
    elif seen.is_("within", k):
        walk.located = not walk.land
    elif seen.row[k].word not in DETERMINERS:
        walk.unknown += 1


def _said(seen: View, amount: Amount, walk: _Walk) -> Whole | None:
    """The whole that the words add up to where no name stood among them."""
    if walk.pointed in ("plural", "back") and not walk.land and _of_others(seen, amount):
        return _NO_LAND
    if walk.pointed is not None:
        return _pointed(seen, amount.first, walk.pointed) or _NO_LAND
    if walk.land or amount.named == "one in":
        return _pointed(seen, amount.first, "own" if walk.own else "land") or _NO_LAND
    return _NO_LAND if walk.linked and seen.words.numbers.link else None


def _of_others(seen: View, amount: Amount) -> bool:
    """Do "them", "it", "which" point back to people or things named before in the sentence?"""
    near = range(max(amount.first - _HOLD, 0), amount.first)
    if _polled(seen):
        return True
    return any(_other_thing(seen, k) for k in range(amount.first)) and not _holds(seen, amount, near)


def _behind(seen: View, amount: Amount, others: tuple[Amount, ...]) -> int:
    """The position where the words about the whole begin: behind brackets, closing quotes and a repeated figure.

    A share right behind a share repeats nothing ("Luhansk (99%), 79% of Donetsk"): it is of something else.
    """
    row, k = seen.row, amount.stop
    while k < len(row) and row[k].word in _CLOSERS:
        k += 1
    if k + 1 < len(row) and row[k].word == "," and seen.is_("link", k + 1):
        return k + 1
    opened = k < len(row) and row[k].word in (*DASHES, "(", ",")
    for other in others:
        listed = amount.unit == other.unit == "percent" and other.first == k + 1
        if opened and not listed and k < other.first <= k + 3 and _only_or(seen, k + 1, other.first):
            k = other.stop
            while k < len(row) and row[k].word in (*_CLOSERS, *DASHES, ","):
                k += 1
            return k
    return k


def _only_or(seen: View, first: int, stop: int) -> bool:
    return all(len(seen.row[k].word) <= 4 and not seen.row[k].digits for k in range(first, stop))


def _land_head(seen: View, at: int, *, places: bool = True) -> bool:
    """Is the noun behind a genitive or an adjective land ("Ukraine's pre-war territory")?"""
    for k in range(at, min(at + _NEAR + 1, len(seen.row))):
        if seen.is_("land", k) or seen.is_("country", k) or seen.is_("region", k):
            return True
        if seen.mention[k] is not None:
            return places and k == at
        if seen.row[k].word in seen.words.not_land or seen.row[k].word in _ENDS:
            return False
        if seen.is_("stop", k) and not seen.is_("taken", k):
            return False
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
    if head is None and seen.genitive(stop - 1):
        head = stop
    k = stop if head is None else head
    if (head is not None or seen.is_("adjective", stop - 1)) and not _land_head(seen, k) and not seen.is_("region", k):
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
        city = seen.city(k) if k == at or (members and k > stop) else None
        if city is not None and seen.possessive(k + 1) is None:
            members.append(Mention(*row.span(k, k), (city,), seen.index))
            k = stop = k + 1
            continue
        again = bool(members) and row[k - 1].word in seen.words.numbers.joins and seen.is_("link", k)
        if row[k].digits or not (row[k].word in ",&/" or _glue(seen, k) or again):
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
        code = _named_country(seen, first) or seen.owner
        return Whole(code, "the country") if code else None
    if how == "plural":
        found = _group_before(seen, first)
        return Whole(found, "regions named before") if found else None
    if how in ("region", "back"):
        found = _region_before(seen, first)
        if found is None and how == "back":
            found = seen.before or _country_before(seen, first) or seen.owner
        return Whole(found, "region named before") if found else None
    beside = _beside(seen, first) if how == "own" else None
    if beside is not None:
        return Whole(beside, "region beside")
    code = _named_country(seen, first)
    region = None if code else _last_group(seen, 0, first) or (_region_near(seen, first) if how == "land" else None)
    of = code or region or seen.owner
    return Whole(of, "its land") if of else None


def _beside(seen: View, first: int) -> str | None:
    """The regions that a figure is put beside: "Donetsk region - 25% of ITS territory"."""
    k = first - 1
    while k >= max(first - 3, 0) and seen.mention[k] is None and len(seen.row[k].word) <= 4:
        k -= 1
    while k >= 0 and seen.is_("region", k):
        k -= 1
    apart = seen.row[k + 1 if not seen.is_("region", k + 1) else k + 2].word if k + 2 < len(seen.row) else ""
    return (
        _last_group(seen, 0, k + 1) if k >= 0 and seen.mention[k] is not None and apart in (*DASHES, "(", ",") else None
    )


def _region_near(seen: View, first: int) -> str | None:
    """The regions that a quotation is said to be about, or those of the sentence before if that names no country."""
    quoted = False
    for k in range(first, len(seen.row)):
        quoted = quoted or seen.row[k].word in _QUOTED
        if quoted and seen.mention[k] is not None:
            return _listed(seen, k)[0]
    if not seen.index:
        return None
    earlier = seen.earlier(seen.index - 1)
    stop = len(earlier.row)
    return _last_group(earlier, 0, stop) if _named_country(earlier, stop) is None else None


def _named_country(seen: View, first: int) -> str | None:
    """The last country named before in the sentence that is not the claimant of the document's dispute."""
    whose = seen.owner
    for k in range(first - 1, -1, -1):
        place = seen.place(k)
        if place is None or (whose is not None and place.code != whose):
            continue
        if place.name or seen.is_("land", place.stop):
            return place.code
    return None


def _country_before(seen: View, first: int) -> str | None:
    """The last country named before a position, in this sentence or the one before it."""
    views = [(seen, first)]
    if seen.index:
        earlier = seen.earlier(seen.index - 1)
        views.append((earlier, len(earlier.row)))
    for each, stop in views:
        for k in range(stop - 1, -1, -1):
            place = each.place(k)
            if place is not None and place.name and not (place.code == "RU" and seen.owner == "UA"):
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
            earlier = seen.earlier(index)
            found = _last_group(earlier, 0, len(earlier.row))
    return found


def _group_before(seen: View, first: int) -> str | None:
    """All regions named before in the sentence, or in the nearest sentence before that names some."""
    numbers = sorted({n for n in seen.mention[:first] if n is not None})
    members = [seen.doc.mentions[n] for n in numbers]
    if len({code for m in members for code in m.regions}) < 2:
        for index in range(seen.index - 1, max(seen.index - 4, -1), -1):
            earlier = [m for _, m in mentions_of(seen.doc, index)]
            if earlier:
                members = earlier
                break
    if not members:
        return None
    return ids(members)


def _has_mentions(doc: Doc, index: int) -> bool:
    return bool(mentions_of(doc, index))


# --- the clause round an amount ---------------------------------------------------------------------------------------


def _around(seen: View, amount: Amount, earlier: Whole | None) -> Whole | None:
    """The whole of a bare share: it counts as land where a word of holding or taking stands close to it.

    ``earlier`` is the whole of the share before it in the sentence, which a figure that is compared with it shares.
    """
    if _polled(seen):
        return None
    low, high = _clause(seen, amount)
    near = range(max(low, amount.first - _HOLD), min(high, amount.stop + _HOLD - 1))
    behind = range(amount.stop, min(amount.stop + 3, high))
    if any((_other_thing(seen, k) and not seen.is_("hold", k)) or seen.is_("opine", k) for k in behind):
        return None
    named = any(seen.mention[k] is not None for k in near)
    if earlier is not None and not named and (_compared(seen, amount, low) or _holds(seen, amount, near)):
        return Whole(earlier.of, "whole of the figure before")
    label = _labelled(seen, amount)
    if label is not None:
        return Whole(label, "region before the figure")
    if seen.before is not None and any(seen.is_("figure", k) for k in range(low, amount.first)):
        alike = _last_group(seen, low, amount.first)
        return Whole(alike, LIKE_BEFORE) if alike is not None else None
    if not _holds(seen, amount, near):
        return _gapped(seen, amount, low, told=earlier is not None)
    k = amount.stop
    if k < len(seen.row) and seen.is_("within", k):
        for j in range(k + 1, min(k + 4, len(seen.row))):
            if seen.mention[j] is not None:
                return Whole(_listed(seen, j)[0], "region of the clause")
    region = _last_group(seen, low, amount.first)
    if region is not None:
        return Whole(region, "region of the clause")
    code = _named_country(seen, amount.first)
    if code is not None and any(seen.is_("land", k) for k in range(low, amount.first)):
        return Whole(code, "country of the clause")
    before = seen.before or _region_before(seen, low)
    if before is not None:
        return Whole(before, "region named before")
    led = range(max(low, amount.first - _NEAR), amount.first)
    return Whole(seen.owner, "country of the article") if seen.owner and _holds(seen, amount, led) else None


def _gapped(seen: View, amount: Amount, low: int, *, told: bool) -> Whole | None:
    """ "... 80% of Donetsk region, of Kherson region three quarters": the verb is said once."""
    k = amount.first - 1
    while k > low and seen.row[k].word not in ",;" and amount.first - k <= _FAR:
        k -= 1
    if k <= low or seen.row[k].word != "," or any(seen.is_("wall", j) for j in range(k, amount.first)):
        return None
    region = _last_group(seen, k, amount.first)
    if region is None or told:
        return Whole(region, LIKE_BEFORE) if region is not None else None
    beside = range(amount.first - 3, amount.first)
    said = any(seen.is_("hold", j) and not seen.is_("taken", j) for j in range(low, k))
    return Whole(region, GAPPED) if said and any(seen.mention[j] is not None for j in beside) else None


def _labelled(seen: View, amount: Amount) -> str | None:
    """The region of a list entry ("Donetsk region: 75%"), where it or the sentence before speaks of holding land."""
    k = amount.first - 1
    if k < 1 or seen.row[k].word not in (":", "(", *DASHES):
        return None
    region = _last_group(seen, 0, k)
    near = any(seen.mention[j] is not None for j in range(max(k - 2, 0), k))
    if region is None or not near:
        return None
    views = [seen] if not seen.index else [seen, seen.earlier(seen.index - 1)]
    return region if any(each.is_("hold", j) for each in views for j in range(len(each.row))) else None


def _polled(seen: View) -> bool:
    """Does the sentence speak of votes, surveys or people?"""
    return any(seen.is_("poll", k) for k in range(len(seen.row)))


def _holds(seen: View, amount: Amount, near: range) -> bool:
    return any(
        seen.is_(key, k)
        for key in ("hold", "annex", "cede", "retake")
        for k in near
        if not amount.first <= k < amount.stop and seen.mention[k] is None
    )


def _compared(seen: View, amount: Amount, low: int) -> bool:
    """Does a word of change lead to this figure ("fell to 18%")?"""
    change = seen.words.numbers.change
    return any(seen.row[k].word in change for k in range(max(low, amount.first - 6), amount.first))


def _clause(seen: View, amount: Amount) -> tuple[int, int]:
    """The stretch round an amount without semicolons."""
    low, high = amount.first, amount.stop
    while low > 0 and seen.row[low - 1].word not in _WALLS:
        low -= 1
    while high < len(seen.row) and seen.row[high].word not in _WALLS:
        high += 1
    return low, high


# --- areas ------------------------------------------------------------------------------------------------------------


def _of_area(seen: View, amount: Amount, others: tuple[Amount, ...], earlier: Whole | None) -> Whole | None:
    """Where a piece of land lies: behind the figure, before it, in the sentence before, else the country."""
    if _of_something(seen, amount.stop):
        return None
    low, high = _between_amounts(seen, amount, others)
    region, country = _behind_area(seen, amount, high)
    if region is not None:
        return Whole(region, "region named")
    whose = seen.owner
    if country is not None and country == whose:
        return Whole(country, "country named")
    before = _last_group(seen, low, amount.first)
    if before is not None:
        return Whole(before, "region of the clause")
    described = _described(seen, amount) if country is None else None
    if described is not None:
        return Whole(described, "area named before")
    if country is None and earlier is not None:
        return Whole(earlier.of, "whole of the figure before")
    if country not in (None, whose) or any(seen.is_("there", k) for k in range(len(seen.row))):
        named = _region_before(seen, 0)
        if named is not None and (country is None or named.startswith(f"{country}-")):
            return Whole(named, "region named before")
    if country is None and seen.index and any(seen.is_("talk", k) for k in range(amount.first)):
        spoken = _region_before(seen, 0) if _has_mentions(seen.doc, seen.index - 1) else None
        if spoken is not None:
            return Whole(spoken, SPOKEN_OF)
    of = country or (whose if _speaks_of_land(seen, amount) else None)
    return Whole(of, "country of the article") if of else None


def _described(seen: View, amount: Amount) -> str | None:
    """ "Essequibo is rich in oil. The area covers 160,000 km2": the disputed area named before, no ordinary region."""
    for k in range(max(amount.first - _FAR, 0), amount.first):
        if seen.is_("described", k) and not seen.is_("link", k + 1) and not seen.is_("taken", k + 1):
            named = _last_group(seen, 0, k) or _region_before(seen, 0)
            area = named is not None and (not named.startswith("UA-") or seen.is_("peninsula", k)) and "+" not in named
            return named if area and named != "donbas" else None
    return None


def _of_something(seen: View, at: int) -> bool:
    """Is it an area of something else than land ("5,000 hectares of forest")?"""
    if seen.words.numbers.link:
        return seen.is_("link", at) and any(_other_thing(seen, k) for k in range(at + 1, min(at + 3, len(seen.row))))
    return at < len(seen.row) and _other_thing(seen, at)


def _behind_area(seen: View, amount: Amount, high: int) -> tuple[str | None, str | None]:
    """The regions and the country named behind a figure: "km2 OF Kharkiv region", "km2 of land IN Ukraine"."""
    country: str | None = None
    for k in range(amount.stop, high):
        if seen.is_("wall", k) or seen.row[k].word in "–—" or _new_sentence(seen, k) or _new_clause(seen, k):
            break
        if seen.mention[k] is not None:
            if _led(seen, amount, k):
                return _listed(seen, k)[0], country
            continue
        near = k > amount.stop and (seen.is_("link", k - 1) or (seen.is_("within", k - 1) and amount.max > _CITY_KM2))
        city = seen.city(k) if near else None
        if city is not None:
            return _listed(seen, k)[0], country
        place = seen.place(k)
        if place is not None and country is None and _lies_in(seen, amount, k, place):
            country = place.code
    return None, country


def _new_clause(seen: View, k: int) -> bool:
    """ "Having taken 411 km2, the army ...": a comma, and a party within three words behind it."""
    behind = seen.row[k + 1 : k + 4] if seen.row[k].word == "," else ()
    return not seen.words.numbers.link and any(seen.words.party(token.word) for token in behind)


def _new_sentence(seen: View, k: int) -> bool:
    return seen.row[k].word == "." and k + 1 < len(seen.row) and seen.row[k + 1].capital


def _lies_in(seen: View, amount: Amount, k: int, place: Place) -> bool:
    """Is the land in the country named here, not just the country one of the sentence's parties?"""
    if not _led(seen, amount, k):
        return False
    if not place.name or seen.possessive(place.stop) is not None:
        return _land_head(seen, place.stop)
    return place.code == seen.owner or any(seen.is_(key, k - 1) for key in ("within", "link", "land"))


def _led(seen: View, amount: Amount, at: int) -> bool:
    """Does a preposition of place or a genitive lead to this token?"""
    lead = range(max(at - 4, amount.stop), at)
    if any(seen.is_("within", k) or seen.is_("link", k) for k in lead):
        return True
    if seen.words.numbers.link:
        return at == amount.stop
    start = amount.stop
    if start < len(seen.row) and seen.row[start].word == "(":
        start = next((k + 1 for k in range(start, at) if seen.row[k].word == ")"), start)
    return at - start <= _NEAR


def _speaks_of_land(seen: View, amount: Amount) -> bool:
    """Does the sentence say who holds, takes or gives land, or name a party beside an area larger than a city?"""
    return any(
        any(seen.is_(key, k) for key in ("hold", "annex", "cede", "demand", "retake"))
        or (amount.max > _CITY_KM2 and seen.words.party(seen.row[k].word) is not None)
        for k in range(len(seen.row))
    )


def _between_amounts(seen: View, amount: Amount, others: tuple[Amount, ...]) -> tuple[int, int]:
    """The clause round an amount, no further than the amounts next to it."""
    low, high = _clause(seen, amount)
    for other in others:
        if other.stop <= amount.first:
            low = max(low, other.stop)
        elif other.first >= amount.stop and not (other.first == amount.stop + 1 and seen.row[amount.stop].word == "("):
            high = min(high, other.first)
    return low, high
