"""The amount room: figures with a unit of land or a percent sign, fractions, ranges and their hedges, in one sentence.

What an amount is of, and whether it is land at all, is not decided here (`wholes`). Data: `vocabulary/units.toml`,
`vocabulary/hedges.toml`, `vocabulary/numbers/`.
"""

from __future__ import annotations

from functools import cache

import msgspec

from geo.models import Unit
from geo.reading.cues import LANGUAGES
from geo.reading.memory import Memory
from geo.reading.numbers import DASHES, LOOSE, Numbers, Read, Row, fits, fits_back, letters, numbers, split
from geo.reading.tables import table

#: A sentence with one of these is worth a closer look.
SIGNS = frozenset("%٪％﹪½⅓⅔¼¾⅕⅖⅗⅘")
#: Abbreviated percents: what follows their full stop goes on with the sentence, whatever its first letter.
_ABBREVIATED = frozenset(("proc", "проц", "відс", "pct"))
_SKIPPED_BEFORE = frozenset('"“«„(~≈')

#: Articles that may stand between a hedge or a link word and what it belongs to.
DETERMINERS = frozenset(
    [
        "a",
        "an",
        "the",
        "its",
        "un",
        "une",
        "la",
        "le",
        "l",
        "el",
        "los",
        "das",
        "der",
        "die",
        "den",
        "ein",
        "eine",
        "einem",
    ]
)


class Amount(msgspec.Struct, frozen=True):
    """Figures in percent or km2 as written, with the positions of the first token and behind the last.

    ``named`` is the unit as written (percent, km2, mi2, hectare ..., fraction), ``hedge`` a key of hedges.toml.
    """

    min: float
    max: float
    unit: Unit
    named: str
    hedge: str | None
    first: int
    stop: int


#: Significant digits of figures that are converted or counted from words, and of those that are kept as printed.
_CONVERTED, _AS_PRINTED = 4, 12


class Measured(msgspec.Struct, frozen=True):
    """A figure with its unit."""

    value: float
    unit: Unit
    named: str
    stop: int


class Words:
    """Units and hedges of one language, and its numbers."""

    def __init__(self, lang: str) -> None:
        units = table("units")
        hedges = table("hedges")
        self.lang = lang
        self.numbers: Numbers = numbers(lang)
        self.factors = {name: float(unit["factor"]) for name, unit in units.items()}
        self.units: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, unit in units.items():
            barred = unit.get("barred", {}).get(lang, ())
            for form in {*unit["any"], *(f for code in LANGUAGES for f in unit[code])} - set(barred):
                parts = split(form)
                self.units.setdefault(parts[0], []).append((parts, name))
        for rest in self.units.values():
            rest.sort(key=lambda item: len(item[0]), reverse=True)
        self.hedges: dict[str, list[tuple[tuple[str, ...], str | None]]] = {}
        self.after: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for form in self.numbers.no_hedge:
            parts = split(form)
            self.hedges.setdefault(parts[-1], []).append((parts, None))
        for kind, hedge in hedges.items():
            for form in hedge.get(lang, ()):
                parts = split(form)
                self.hedges.setdefault(parts[-1], []).append((parts, kind))
            for form in hedge.get("after", ()):
                parts = split(form)
                self.after.setdefault(parts[0], []).append((parts, kind))
        for before in self.hedges.values():
            before.sort(key=lambda item: len(item[0]), reverse=True)
        for behind in self.after.values():
            behind.sort(key=lambda item: len(item[0]), reverse=True)
        self.between = frozenset(self.numbers.ranges["between"])
        self.from_ = frozenset(self.numbers.ranges["from"])
        self.signs = self._signs()
        self._known = Memory(self._is_sign)

    def _signs(self) -> frozenset[str]:
        """Runs of letters, one of which a sentence must hold to be worth a closer look, unless it has one of SIGNS."""
        names = {parts[0] for rest in self.units.values() for parts, _ in rest} | set(self.numbers.denominators)
        return frozenset(max(runs, key=len) for name in names if (runs := letters(name)))

    def promising(self, row: Row) -> bool:
        """May a sentence hold an amount at all? The cheap question asked first."""
        if any(map(self.is_sign, row.written)):
            return True
        return "/" in row.written and any(_is_slash(row, k) for k in range(1, len(row) - 1))

    def is_sign(self, written: str) -> bool:
        """Is a token one of the signs?"""
        return self._known[written]

    def _is_sign(self, written: str) -> bool:
        return written in SIGNS or not self.signs.isdisjoint(letters(written))


def _is_slash(row: Row, k: int) -> bool:
    """Is it the slash of a fraction ("1/5")?"""
    apart = row[k].word != "/" or not (row.touches(k) and row.touches(k + 1))
    return not apart and row[k - 1].written[-1].isdecimal() and row[k + 1].digits


@cache
def words(lang: str | None) -> Words:
    """Units, hedges and numbers of a language; English where it has none."""
    return Words(lang if lang in LANGUAGES else "en")


def amounts(row: Row, known: Words) -> list[Amount]:
    """Every amount in a sentence's tokens, in order; none overlap."""
    found: list[Amount] = []
    k = 0
    while k < len(row):
        begins = known.numbers.may_begin(row[k])
        amount = _at(row, k, known, found[-1].stop if found else 0) if begins else None
        if amount is None:
            k += 1
        else:
            found += amount
            k = amount[-1].stop
    return found


def _at(row: Row, at: int, known: Words, floor: int) -> list[Amount] | None:
    """The amount that begins at this token (a range gives one, a change from one figure to another gives two)."""
    first = _fraction(row, at, known) or _measure(row, at, known)
    if first is None:
        return _open_range(row, at, known, floor)
    second = _other_end(row, at, first.stop, known)
    if second is not None and second.unit == first.unit and first.value < second.value:
        if not _changes(row, at, known):
            return [_made(row, at, first, second, known, floor)]
        return [_made(row, at, first, None, known, floor)]
    return [_made(row, at, first, None, known, floor)]


def _open_range(row: Row, at: int, known: Words, floor: int) -> list[Amount] | None:
    """A range whose first end has no unit of its own: "18-20%", "between 18 and 20 percent"; "one in five km2"."""
    low = known.numbers.number(at, row)
    if low is None:
        return None
    share = _one_in(row, low, known)
    if share is not None:
        return [_made(row, at, share, None, known, floor)]
    high = _other_end(row, at, low.stop, known)
    if high is None:
        return None
    factor = known.factors.get(high.named, 1.0)
    value = _scaled_like(low.value, high.value / factor) * factor
    if value >= high.value:
        return None
    low_end = Measured(value, high.unit, high.named, high.stop)
    if _changes(row, at, known):
        return [
            _made(row, at, msgspec.structs.replace(low_end, stop=low.stop), None, known, floor),
            _made(row, low.stop, high, None, known, low.stop),
        ]
    return [_made(row, at, low_end, high, known, floor)]


def _scaled_like(low: float, high: float) -> float:
    """The low end in the scale of the high one: "10 to 15 thousand" begins at 10,000."""
    for scale in (1e6, 1e3):
        if low < 1000 and high >= scale and low * scale < high:
            return low * scale
    return low


def _other_end(row: Row, at: int, stop: int, known: Words) -> Measured | None:
    """The second end of a range: behind a dash, "to", or "and" after "between"."""
    k: int | None = None
    if stop < len(row) and row[stop].word in DASHES:
        k = stop + 1
    else:
        k = known.numbers.said("to", stop, row)
        if k is None and _preceded(row, at, known.between):
            k = known.numbers.said("and_", stop, row)
    if k is None or k >= len(row):
        return None
    found = _fraction(row, k, known) or _measure(row, k, known)
    if found is None and row[k].word in DETERMINERS:
        return _measure(row, k + 1, known)
    return found


def _preceded(row: Row, at: int, by: frozenset[str]) -> int | None:
    """The position of one of these words among the two tokens before, if it is there (0 counts: returned plus one)."""
    for k in range(at - 1, max(at - 3, -1), -1):
        if row[k].word in by:
            return k + 1
    return None


def _changes(row: Row, at: int, known: Words) -> bool:
    """Is "from A to B" a change ("rose from A to B") instead of a range?"""
    behind = _preceded(row, at, known.from_)
    if behind is None:
        return False
    return any(row[k].word in known.numbers.change for k in range(max(behind - 9, 0), behind - 1))


def _fraction(row: Row, at: int, known: Words) -> Measured | None:
    read = known.numbers.fraction(at, row)
    if read is None or (read.stop < len(row) and row[read.stop].word in known.numbers.scales):
        return None
    j = read.stop + 1 if read.stop < len(row) and row[read.stop].word in DASHES else read.stop
    if _unit(row, j, known) is not None:
        return None
    return Measured(read.value, "percent", "fraction", read.stop)


def _measure(row: Row, at: int, known: Words) -> Measured | None:
    """A number and its unit."""
    read = known.numbers.number(at, row)
    if read is None:
        return None
    unit = _unit(row, read.stop, known)
    if unit is None:
        return None
    name, stop = unit
    return Measured(read.value * known.factors[name], "percent" if name == "percent" else "km2", name, stop)


def _unit(row: Row, at: int, known: Words) -> tuple[str, int] | None:
    k = at
    if k < len(row) and row[k].word in DASHES:
        k += 1
    if k >= len(row):
        return None
    for parts, name in known.units.get(row[k].word, ()):
        stop = fits(parts, k, row)
        if stop is not None:
            if stop < len(row) and row[stop].word in ("2", "²") and row.touches(stop):
                stop += 1
            return name, stop + _full_stop(row, stop)
    return None


def _full_stop(row: Row, stop: int) -> bool:
    """Is the full stop here that of an abbreviated unit ("20 proc. of"), with the sentence going on behind it?"""
    if stop + 1 >= len(row) or row[stop].word != "." or not row.touches(stop):
        return False
    return (
        row[stop - 1].word.isalpha()
        and len(row[stop - 1].word) <= 4
        and (not row[stop + 1].capital or row[stop - 1].word in _ABBREVIATED)
    )


def _one_in(row: Row, low: Read, known: Words) -> Measured | None:
    """ "One in five square kilometres": a share, where the second figure carries the unit of area."""
    k = known.numbers.said("out_of", low.stop, row)
    if k is None:
        return None
    high = _measure(row, k, known)
    if high is None or high.unit != "km2":
        return None
    whole = high.value / known.factors[high.named]
    if not 0 < low.value < whole <= 100:
        return None
    return Measured(100 * low.value / whole, "percent", "one in", high.stop)


def _made(row: Row, at: int, low: Measured, high: Measured | None, known: Words, floor: int) -> Amount:
    top = high or low
    stop = top.stop
    kind, first = _hedged(row, at, known, floor)
    if kind is None:
        kind, stop = _hedged_after(row, stop, known)
    if kind is None and high is not None:
        kind = "between"
        first = _opened(row, at, known, floor)
    digits = _AS_PRINTED if low.named == top.named == "km2" else _CONVERTED
    return Amount(_rounded(low.value, digits), _rounded(top.value, digits), low.unit, low.named, kind, first, stop)


def _changed(row: Row, at: int, known: Words) -> bool:
    """Is a word of change right before, so that "to" names where it led ("скоротилася до 18%")?"""
    return any(row[k].word in known.numbers.change for k in range(max(at - 4, 0), at))


def _opened(row: Row, at: int, known: Words, floor: int) -> int:
    """Where a range begins with its "between" or "from"."""
    behind = _preceded(row, at, known.between | known.from_)
    return behind - 1 if behind is not None and behind - 1 >= floor else at


def _hedged(row: Row, at: int, known: Words, floor: int) -> tuple[str | None, int]:
    """The hedge right before a figure, and where the amount begins with it."""
    k = at
    if k > floor and row[k - 1].word in _SKIPPED_BEFORE and row[k - 1].word not in known.hedges:
        k -= 1
    for reach in (k, k - 1):
        if reach <= floor or (reach < k and row[reach].word not in DETERMINERS):
            continue
        for parts, kind in known.hedges.get(_bare(row, reach), ()):
            first = fits_back(parts, reach, row)
            if first is not None and first >= floor:
                if len(parts) == 1 and parts[0] in known.numbers.ranges["to"] and _changed(row, first, known):
                    return None, at
                return (kind, first) if kind is not None else (None, at)
    return None, at


def _bare(row: Row, stop: int) -> str:
    """The last word before a position, loose marks aside."""
    k = stop - 1
    while k > 0 and row[k].word in LOOSE:
        k -= 1
    return row[k].word


def _hedged_after(row: Row, stop: int, known: Words) -> tuple[str | None, int]:
    if stop < len(row):
        for parts, kind in known.after.get(row[stop].word, ()):
            behind = fits(parts, stop, row)
            if behind is not None:
                return kind, behind
    return None, stop


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


__all__ = ["DETERMINERS", "Amount", "Words", "amounts", "words"]
