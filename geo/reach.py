"""Part of the comparison: which sets of named and neighbouring units come nearest to a reported figure.

Arithmetic only: that a set fits says nothing about whether it is meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo import texts
from geo.models import Interval, Message, Named, Reach, ReachSet, ReachUnit, Reported
from geo.shares import STANDS_FOR, Land
from geo.texts import msg, msgs

#: Up to this many candidates all their sets are tried (2 to the 14th, 16,384); of more, the first ones.
EXACT_CANDIDATES = 14
#: Sets that are kept, best first.
SETS = 8

Group = tuple[str, ...]


def reach(figure: Reported, headline: Named, also: Sequence[str], land: Land, *, article: str | None) -> Reach:
    """Find the sets of units whose area comes nearest to a reported share of the country.

    Parameters
    ----------
    figure
        Reported share of the country, with an interval in percent.
    headline
        The named set. Where the figure's interval lies below its area, sets are parts of it; else they are the named
        set with further units.
    also
        Units that the article names in other roles: candidates before the neighbours that share a border.
    """
    assert figure.percent is not None, "the caller asks only for figures in percent of the country"
    base = headline.regions
    shrinks = figure.percent.high < land.points(headline.area.km2)
    ranked = _ranked(base, also, land, shrinks=shrinks)
    candidates, left = ranked[:EXACT_CANDIDATES], ranked[EXACT_CANDIDATES:]
    method = _method(len(candidates), len(left), shrinks=shrinks)
    return Reach(
        article=article,
        reported=figure,
        sets=_sets(figure.percent, () if shrinks else base, candidates, base, land),
        units=() if shrinks else _units(figure.percent, headline.area.km2, candidates, land),
        method=texts.english(method, place=land.name),
        method_said=method,
    )


def _ranked(base: Sequence[str], also: Sequence[str], land: Land, *, shrinks: bool) -> list[Group]:
    """Candidates in order: named in other roles, then neighbours; the parts of the named set where it shrinks."""
    if shrinks:
        return _grouped(base, base, land)
    named = [unit for unit in also if unit not in base]
    near = [unit for unit in land.neighbours(base) if unit not in named]
    return list(dict.fromkeys([*_grouped(named, (), land), *_grouped(near, base, land)]))


def _grouped(units: Sequence[str], base: Sequence[str], land: Land) -> list[Group]:
    """Keep units together that one name stands for: the peninsula is one candidate, not two."""
    groups: dict[Group, None] = {}
    together = {unit: land.units(key) for key in STANDS_FOR for unit in land.units(key) if land.has(unit)}
    for unit in units:
        group = together.get(unit, (unit,))
        whole = tuple(one for one in group if land.has(one))
        split_up = any(one in base for one in whole) and not all(one in base for one in whole)
        groups[(unit,) if split_up else tuple(sorted(whole))] = None
    return list(groups)


def _sets(
    percent: Interval, base: Sequence[str], candidates: Sequence[Group], named: Sequence[str], land: Land
) -> tuple[ReachSet, ...]:
    import numpy as np

    if not candidates:
        return ()
    areas = np.array([land.km2(group) for group in candidates])
    numbers = np.arange(1, 2 ** len(candidates))
    members = (numbers[:, None] >> np.arange(len(candidates))) & 1
    points = 100 * (land.km2(base) + members @ areas) / land.denominators.measured_total_km2
    distance = np.abs(points - percent.mid)
    # Fewest units first where two sets are equally near, then the order of the candidates: the same on every machine.
    order = np.lexsort((numbers, members.sum(axis=1), np.round(distance, 9)))[:SETS]
    return tuple(
        _set(percent, base, [candidates[int(i)] for i in np.flatnonzero(members[row])], named, land) for row in order
    )


def _set(percent: Interval, base: Sequence[str], chosen: Sequence[Group], named: Sequence[str], land: Land) -> ReachSet:
    regions = tuple(sorted({*base, *(unit for group in chosen for unit in group)}))
    area = land.area(land.km2(regions))
    points = land.points(area.km2)
    return ReachSet(
        regions=regions,
        added=tuple(unit for unit in regions if unit not in named),
        area=area,
        distance_points=abs(points - percent.mid),
        within=percent.low <= points <= percent.high,
    )


def _units(percent: Interval, named_km2: float, candidates: Sequence[Group], land: Land) -> tuple[ReachUnit, ...]:
    """How much of each candidate closes the gap, least first; nothing where the low end is already reached."""
    total = land.denominators.measured_total_km2
    found = []
    for group in candidates:
        own = land.km2(group)
        low, mid, high = (max(0.0, 100 * (share * total / 100 - named_km2) / own) for share in _ends(percent))
        found.append(ReachUnit(_key(group), Interval(low, mid, high)))
    return tuple(sorted(found, key=lambda unit: (unit.needed.mid, unit.region)))


def _ends(percent: Interval) -> tuple[float, float, float]:
    return percent.low, percent.mid, percent.high


def _key(group: Group) -> str:
    return next((unit for unit in group if unit in STANDS_FOR), group[0])


def _method(tried: int, left: int, *, shrinks: bool) -> tuple[Message, ...]:
    what = (
        msg("parts of the named set")
        if shrinks
        else msg("the named set with units named in other roles or sharing a border")
    )
    if tried == 0:
        return (msg("No candidates: {what} would be tried, there are none", what=texts.listed([what])),)
    sets = msg(
        "All {sets} sets of {units} candidates tried ({what}), nearest to the middle of the figure first",
        sets=texts.number(2**tried - 1),
        units=texts.number(tried),
        what=texts.listed([what]),
    )
    return (
        sets if tried > 1 else msg("The one candidate tried ({what})", what=texts.listed([what])),
        msgs("{n} more candidate was left out", "{n} more candidates were left out", left) if left else msg("exact"),
    )
