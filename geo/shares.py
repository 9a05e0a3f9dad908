"""Shares: region ids -> units, km2 and shares of the country; hedged figures -> intervals.

The arithmetic that the comparison, its checks and the control layer rest on. Areas are those of the full-resolution
units (geodesic, WGS 84), each unit counted once; shares are percent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo import boundaries, texts, toml
from geo.errors import InputError, UnknownRegionError
from geo.measure import union_area_km2
from geo.models import Area, Convention, Denominators, Interval, Message, Quantity, Reported, Viewpoint
from geo.texts import msg
from geo.words import HEDGE_LABELS, N_

if TYPE_CHECKING:
    import geopandas as gpd

#: A name that stands for more land than the unit of its code: "Crimea" in the press is the peninsula, both units.
STANDS_FOR: Mapping[str, str] = {"UA-43": "crimea"}
#: What `Reported.whole` says where the text gives no whole.
NOT_STATED = N_("not stated")
#: Denominator of shares of the country, a field of `Area`; named figures and reported ones are set on the same base.
DENOMINATOR = "of_measured_total"
#: What `Reported.denominator` says, for readers.
_DENOMINATORS = {
    DENOMINATOR: msg("of the measured area of the country"),
    "measured area": msg("of the measured area of that whole"),
    "not known": msg("the area of the whole is not known"),
}
_HEDGES = Path(__file__).parent / "vocabulary" / "hedges.toml"
_LOWEST_FACTOR, _HIGHEST_FACTOR = 0.1, 10.0


# --- hedges -----------------------------------------------------------------------------------------


def load_conventions(path: Path | None = None) -> dict[str, Convention]:
    """Load the table that turns a hedge into an interval, by kind of hedge.

    Parameters
    ----------
    path
        A TOML file with a table for each kind that is to differ from the bundled one, with ``low`` and ``high``
        (factors, low at most 1, high at least 1) and optionally ``note``; None: the bundled table alone.

    Raises
    ------
    InputError
        If the file can't be read, names a kind that no hedge has, or has factors out of range.
    """
    table = _hedge_table(_HEDGES)
    if path is not None:
        own = _hedge_table(path)
        unknown = sorted(set(own) - set(table))
        if unknown:
            raise InputError(
                f"{path}: no such kind of hedge: {', '.join(unknown)}; expected some of {', '.join(table)}"
            )
        table = {kind: {**entry, **own.get(kind, {})} for kind, entry in table.items()}
    return {kind: _convention(kind, entry, path or _HEDGES) for kind, entry in table.items()}


def _hedge_table(path: Path) -> dict[str, dict[str, Any]]:
    try:
        table = toml.load(path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: can't be read as a table of hedges ({error}); expected TOML with [about] low, high"
        ) from error
    wrong = [kind for kind, entry in table.items() if not isinstance(entry, dict)]
    if wrong:
        raise InputError(f"{path}: {', '.join(wrong)} is no table; expected [kind] with low and high")
    return table


def _convention(kind: str, entry: Mapping[str, Any], path: Path) -> Convention:
    low, high = entry.get("low"), entry.get("high")
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in (low, high))
    if not (numbers and _LOWEST_FACTOR <= float(low or 0) <= 1.0 <= float(high or 0) <= _HIGHEST_FACTOR):
        raise InputError(
            f"{path}: [{kind}] low = {low!r}, high = {high!r}; expected factors, "
            f"{_LOWEST_FACTOR:g} <= low <= 1 <= high <= {_HIGHEST_FACTOR:g}"
        )
    low, high = float(low or 0), float(high or 0)
    note = str(entry.get("note", "")).strip()
    said = (*([msg(note)] if note else []), _example(kind, low, high))
    return Convention(kind, low, high, texts.english(said, place=str), said)


def _example(kind: str, low: float, high: float) -> Message:
    if kind == "between":
        return msg("a range keeps its ends")
    if low == high:
        return msg("20% is taken as it is")
    return msg("20% is taken as {low} to {high}", low=texts.percent(20 * low, 2), high=texts.percent(20 * high, 2))


def hedge_kind(quantity: Quantity, conventions: Mapping[str, Convention]) -> str:
    """Return the kind of hedge whose factors apply: as read, else "about" for any other hedge, else "exact"."""
    if quantity.hedge in conventions:
        return str(quantity.hedge)
    if quantity.approx:
        return "about"
    return "between" if quantity.min != quantity.max else "exact"


def interval(quantity: Quantity, conventions: Mapping[str, Convention]) -> Interval:
    """Widen a stated figure by its hedge, in the figure's own unit; the middle of a range is its centre."""
    factors = conventions[hedge_kind(quantity, conventions)]
    low, high = quantity.min * factors.low_factor, quantity.max * factors.high_factor
    return Interval(low, (quantity.min + quantity.max) / 2, high)


def _convention_text(kind: Convention) -> Message:
    label = msg(HEDGE_LABELS.get(kind.hedge, kind.hedge))
    if kind.low_factor == kind.high_factor:
        return label
    return msg(
        "{hedge}: ×{low} to ×{high}",
        hedge=texts.listed([label]),
        low=texts.number(kind.low_factor, 3),
        high=texts.number(kind.high_factor, 3),
    )


def scaled(one: Interval, factor: float) -> Interval:
    """Multiply an interval by a number, zero or more."""
    return Interval(one.low * factor, one.mid * factor, one.high * factor)


def less(one: Interval, amount: float) -> Interval:
    """Take an amount from an interval."""
    return Interval(one.low - amount, one.mid - amount, one.high - amount)


# --- land -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """Ids as units: of the country (a sorted set), outside it as claimed (sorted), and without any geometry."""

    home: tuple[str, ...]
    outside: tuple[str, ...]
    without_geometry: tuple[str, ...]
    assumptions: tuple[Message, ...]


class Land:
    """Units of a country with their areas, and whatever else is named, found when it is needed.

    Parameters
    ----------
    regions
        Units of the country at full resolution, columns as in `geo.boundaries.load_regions`, EPSG:4326.
    country
        ISO 3166-1 alpha-2.
    """

    def __init__(self, regions: gpd.GeoDataFrame, *, country: str, viewpoint: Viewpoint) -> None:
        self.regions = regions
        self.country = country.upper()
        self.viewpoint: Viewpoint = viewpoint
        self.denominators: Denominators = boundaries.denominators(self.country, regions)
        self._at = {str(region): i for i, region in enumerate(regions["region"])}
        self._km2 = {str(r): float(a) for r, a in zip(regions["region"], regions["area_km2"], strict=True)}
        published = regions["published_km2"] if "published_km2" in regions else [math.nan] * len(regions)
        self._published = {
            str(r): float(a)
            for r, a in zip(regions["region"], published, strict=True)
            if a is not None and not math.isnan(a)
        }
        self._names = {str(r): str(n) for r, n in zip(regions["region"], regions["name"], strict=True)}
        self._outside: dict[str, float] = {}
        self._units: dict[str, tuple[str, ...]] = {}

    # --- ids ---

    def split(self, ids: Iterable[str]) -> Split:
        """Expand ids to units of the country; what lies outside keeps its id, what has no shape is told apart."""
        home: set[str] = set()
        outside: set[str] = set()
        without: set[str] = set()
        assumptions: list[Message] = []
        for one in sorted(set(ids)):
            units = self.units(one)
            inside = [unit for unit in units if unit in self._at]
            if not units:
                without.add(one)
            elif len(inside) == len(units):
                home.update(units)
                assumptions += self._assumed(one, units)
            else:
                outside.update([one] if not inside else [unit for unit in units if unit not in self._at])
                home.update(inside)
                assumptions += self._assumed(one, units)
        return Split(tuple(sorted(home)), tuple(sorted(outside)), tuple(sorted(without)), tuple(assumptions))

    def units(self, one: str) -> tuple[str, ...]:
        """Give the units that an id means, () where no shape is known; "Crimea" means the peninsula."""
        if one not in self._units:
            self._units[one] = self._looked_up(one)
        return self._units[one]

    def _looked_up(self, one: str) -> tuple[str, ...]:
        if one == self.country:
            return tuple(self._at)
        if one in self._at and one not in STANDS_FOR:
            return (one,)
        try:
            return boundaries.expand(STANDS_FOR.get(one, one))
        except UnknownRegionError:
            return ()

    def whole(self, of: str) -> tuple[str, ...]:
        """Give the units of what a figure is a share of: an id, a composite, the country, or ids joined by "+"."""
        parts = [self.units(one) for one in of.split("+")]
        return tuple(sorted({unit for units in parts for unit in units})) if all(parts) else ()

    def _assumed(self, one: str, units: Sequence[str]) -> list[Message]:
        if one in STANDS_FOR:
            return [
                msg(
                    "{place} ({id}) is measured as the whole peninsula, with {more}",
                    place=texts.place(one),
                    id=one,
                    more=texts.listed(
                        msg("{place} ({id})", place=texts.place(unit), id=unit) for unit in units if unit != one
                    ),
                )
            ]
        area = boundaries.areas().get(one)
        if area is None or area.exact:
            return []
        return [msg("{place}: {note}", place=texts.place(one), note=texts.listed([msg(area.note)]))]

    def name(self, one: str) -> str:
        """Return the English name of a region, an area or a joined id; the id itself where none is known."""
        if one == NOT_STATED:
            return one
        if one == self.country:
            return _country_name(one)
        if "+" in one:
            return " + ".join(self.name(part) for part in one.split("+"))
        area = boundaries.areas().get(one)
        if area is None and one not in self._names:
            self.learn([one])
        return area.name if area else self._names.get(one, one)

    # --- areas ---

    @cached_property
    def _disjoint(self) -> bool:
        import shapely

        return bool(shapely.coverage_is_valid(self.regions.geometry.to_numpy()))

    def has(self, unit: str) -> bool:
        """Whether a unit is one of the country's."""
        return unit in self._at

    def km2(self, ids: Iterable[str]) -> float:
        """Measure the union of units, inside the country or not; what overlaps counts once."""
        units = sorted({unit for one in ids for unit in (self.units(one) if one not in self._at else (one,))})
        inside = [unit for unit in units if unit in self._at]
        if self._disjoint or len(inside) < 2:
            home = math.fsum(self._km2[unit] for unit in inside)
        else:
            home = union_area_km2(self.regions.geometry.iloc[[self._at[unit] for unit in inside]])
        return home + math.fsum(self._outside_km2(unit) for unit in units if unit not in self._at)

    def published_km2(self, ids: Iterable[str]) -> float | None:
        """Add the published areas of units; None where one is not known."""
        units = set(ids)
        if units and units == set(self._at) and self.denominators.published_total_km2 is not None:
            return self.denominators.published_total_km2
        known = [self._published.get(unit) for unit in sorted(units)]
        return math.fsum(x for x in known if x is not None) if known and None not in known else None

    def whole_km2(self, of: str | None) -> float | None:
        """Measure what a figure is a share of; None where it is not known or has no shape."""
        if of is None:
            return None
        if of == self.country:
            return self.denominators.measured_total_km2
        units = self.whole(of)
        if not units:
            return _country_km2(of, self.viewpoint)
        return self.km2(units)

    def area(self, km2: float, *, outside: bool = False) -> Area:
        """Give an area with its shares of the country; no shares for land outside it."""
        wholes = self.denominators
        if outside:
            return Area(km2, None, None, None)
        return Area(
            km2,
            _percent(km2, wholes.published_total_km2),
            _percent(km2, wholes.measured_total_km2),
            _percent(km2, wholes.published_land_km2),
        )

    def points(self, km2: float) -> float:
        """Return the share of the measured total in percent."""
        return _percent(km2, self.denominators.measured_total_km2) or 0.0

    def learn(self, ids: Iterable[str]) -> None:
        """Read the areas of all ids outside the country at once: one by one, each would read the world's units."""
        units = {unit for one in ids for unit in self.units(one)}
        wanted = sorted(unit for unit in units if unit not in self._at and unit not in self._outside)
        if not wanted:
            return
        rows = boundaries.regions_by_id(wanted, viewpoint=self.viewpoint)
        self._outside |= {str(r): float(a) for r, a in zip(rows["region"], rows["area_km2"], strict=True)}
        self._names |= {str(r): str(n) for r, n in zip(rows["region"], rows["name"], strict=True)}

    def _outside_km2(self, unit: str) -> float:
        self.learn([unit])
        return self._outside.get(unit, 0.0)

    def neighbours(self, units: Iterable[str]) -> tuple[str, ...]:
        """Give the country's units that share a border with some of these, sorted; these are not among them."""
        import shapely

        named = [self._at[unit] for unit in units if unit in self._at]
        if not named:
            return ()
        shapes = self.regions.geometry.to_numpy()
        found = shapely.STRtree(shapes).query(shapes[named], predicate="intersects")[1]
        return tuple(sorted({str(self.regions["region"].iloc[int(i)]) for i in found if int(i) not in named}))


def reported(quantity: Quantity, *, article: str, land: Land, conventions: Mapping[str, Convention]) -> Reported:
    """Give a stated amount as an interval, in percent of its whole and in km2.

    Shares are converted with the measured area of the whole, so that they stand on the same base as the named regions.
    Percent is cut at 100 where a hedge would go over it. None where the whole is not known.
    """
    stated = interval(quantity, conventions)
    whole_km2 = land.whole_km2(quantity.of)
    percent = km2 = None
    if quantity.unit == "percent":
        percent = Interval(stated.low, stated.mid, max(quantity.max, min(stated.high, 100.0)))
        km2 = scaled(percent, whole_km2 / 100) if whole_km2 else None
    else:
        km2 = stated
        percent = scaled(stated, 100 / whole_km2) if whole_km2 else None
    kind = conventions[hedge_kind(quantity, conventions)]
    said = (_convention_text(kind),)
    denominator = DENOMINATOR if quantity.of == land.country else "measured area" if whole_km2 else "not known"
    return Reported(
        article,
        quantity,
        quantity.of or NOT_STATED,
        whole_km2,
        denominator,
        percent,
        km2,
        texts.english(said, place=land.name),
        _DENOMINATORS[denominator],
        said,
    )


def _percent(km2: float, whole: float | None) -> float | None:
    return 100 * km2 / whole if whole else None


@cache
def _country_km2(code: str, viewpoint: Viewpoint) -> float | None:
    table = boundaries.countries(viewpoint=viewpoint)
    rows = table.loc[table["country"] == code, "area_km2"]
    return float(rows.iloc[0]) if len(rows) else None


@cache
def _country_name(code: str) -> str:
    table = boundaries.countries()
    rows = table.loc[table["country"] == code, "name"]
    return str(rows.iloc[0]) if len(rows) else code
