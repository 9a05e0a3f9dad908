"""The comparison room: readings + regions -> what is named, what is reported, the gap, and what it would take.

Named regions are counted whole, which is an upper bound of what is meant or held; only units of the country count
towards its shares. Areas are km2 on the ellipsoid, shares percent, both on the base of the measured total area, so that
named and reported figures can be set side by side; `Area` has the other denominators.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo import boundaries, checks, phrases, reach, shares
from geo.control import control_layer, control_split
from geo.models import (
    GROUND_ROLES,
    ROLES,
    TALK_ROLES,
    ArticleInfo,
    Assessment,
    Claim,
    Comparison,
    ControlLayer,
    Convention,
    Gap,
    Named,
    Quantity,
    Reach,
    Reading,
    Reported,
    Role,
    UnitArea,
    Viewpoint,
)
from geo.shares import Land

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.control import Control

#: Roles that make the headline set: the first line of which an article has any. A mere mention is nothing at stake.
HEADLINE_ROLES: tuple[tuple[Role, ...], ...] = (
    ("demanded", "conceded"),
    ("controlled", "annexed"),
    ("frozen", "returned", "refused"),
)
#: Figures of one assessment for which it is worked out what it would take.
_MOST_REACHES = 3


def compare(
    readings: Sequence[Reading],
    *,
    country: str = "UA",
    viewpoint: Viewpoint = "un",
    regions: gpd.GeoDataFrame | None = None,
    conventions: Mapping[str, Convention] | Path | None = None,
    control: Control | None = None,
) -> Comparison:
    """Measure what articles name and report about a country's regions, and check their figures.

    Parameters
    ----------
    readings
        What was read, in the order of the result; skipped ones are left out.
    country
        ISO 3166-1 alpha-2: the whole that shares are taken of.
    viewpoint
        Whose borders: see `geo.boundaries.load_regions`.
    regions
        The country's units at full resolution, EPSG:4326; None loads the bundled ones.
    conventions
        The table that turns hedges into intervals (`geo.shares.load_conventions`), or a TOML file with what
        differs from the bundled one.
    control
        Held land (`geo.control.load_control`), measured against every region, demand and stated amount.

    Raises
    ------
    GeoError
        `UnknownRegionError` for an unknown country, `InputError` for a broken table of hedges, `BoundaryDataError`
        for damaged boundaries, `InvalidGeometryError` if the control layer and the country have no land in common.
    """
    code = country.upper()
    frame = boundaries.load_regions(code, viewpoint=viewpoint) if regions is None else regions
    table = conventions if isinstance(conventions, Mapping) else shares.load_conventions(conventions)
    land = Land(frame, country=code, viewpoint=viewpoint)
    layer = control_layer(control, land) if control is not None else None
    told = [one for one in readings if one.skipped is None]
    land.learn(claim.region for one in told for claim in one.claims)
    room = _Room(land, dict(table), layer)
    return Comparison(
        country=code,
        viewpoint=viewpoint,
        viewpoint_text=boundaries.viewpoint_text(viewpoint),
        boundaries=boundaries.description(),
        denominators=land.denominators,
        articles=tuple(_assess([one], room, one.article) for one in told),
        overall=_assess(told, room, None),
        conventions=tuple(table.values()),
        control=layer,
        units=unit_areas(land),
    )


def unit_areas(land: Land) -> tuple[UnitArea, ...]:
    """List the country's units with measured and published area, and the likely reason where they differ."""
    return tuple(_unit_area(str(region), land) for region in land.regions["region"])


def _unit_area(region: str, land: Land) -> UnitArea:
    km2, published = land.km2([region]), land.published_km2([region])
    difference = 100 * (km2 / published - 1) if published else None
    apart = difference is not None and abs(difference) > 100 * phrases.tolerance().area
    reason = checks.reason(region) if apart else None
    return UnitArea(region, land.name(region), land.area(km2), published, difference, reason)


@dataclass(frozen=True)
class _Room:
    """What every assessment needs."""

    land: Land
    conventions: Mapping[str, Convention]
    control: ControlLayer | None


def _assess(readings: Sequence[Reading], room: _Room, article: ArticleInfo | None) -> Assessment:
    land = room.land
    key = article.id if article else None
    claims = [claim for one in readings for claim in one.claims]
    quantities = [quantity for one in readings for quantity in one.quantities]
    basis = headline_basis(claims)
    headline = _headline(claims, quantities, basis, land, key)
    figures = _reported(readings, room, basis)
    gaps = tuple(
        _gap(figure, headline, readings, land, key) for figure in figures if _against_country(figure, headline, land)
    )
    named = [
        one for role in ROLES for one in _named(_of(claims, (role,)), quantities, role, land, article=key, actor=None)
    ]
    return Assessment(
        article=article,
        headline=headline,
        named=tuple(named),
        by_actor=tuple(_by_actor(claims, quantities, land, key)),
        reported=figures,
        gaps=gaps,
        reach=_reaches(gaps, headline, claims, land, key),
        unmapped=tuple(phrase for one in readings for phrase in one.unmapped),
        checks=checks.article_checks(readings[0], figures, gaps, headline, land, room.control)
        if article
        else checks.cross_checks(readings, figures, land),
        control=control_split(headline, room.control, land) if room.control else None,
    )


# --- named ------------------------------------------------------------------------------------------


def headline_basis(claims: Iterable[Claim]) -> tuple[Role, ...]:
    """Choose the roles whose regions are the headline set: demanded and conceded, else what is held, else the rest."""
    found = {claim.role for claim in claims}
    groups = (tuple(role for role in group if role in found) for group in HEADLINE_ROLES)
    return next((group for group in groups if group), ())


def _of(claims: Iterable[Claim], roles: Sequence[Role]) -> list[Claim]:
    return [claim for claim in claims if claim.role in roles]


def _headline(
    claims: Sequence[Claim], quantities: Sequence[Quantity], basis: tuple[Role, ...], land: Land, article: str | None
) -> Named:
    """Unite the regions of the basis; what lies outside the country is told, but counts towards no share of it."""
    at_stake = _of(claims, basis)
    split = land.split(claim.region for claim in at_stake)
    outside = tuple(
        f"{land.name(one)} ({one}) lies outside {land.name(land.country)} and is not counted in its share"
        for one in split.outside
    )
    return _measured(at_stake, quantities, basis, split, land, article=article, role=None, actor=None, also=outside)


def _named(
    claims: Sequence[Claim],
    quantities: Sequence[Quantity],
    role: Role,
    land: Land,
    *,
    article: str | None,
    actor: str | None,
) -> list[Named]:
    """Measure the regions of a role: those of the country, then in a record without shares those outside it."""
    if not claims:
        return []
    split = land.split(claim.region for claim in claims)
    found = []
    if split.home or split.without_geometry or not split.outside:
        found.append(
            _measured(claims, quantities, (role,), split, land, article=article, role=role, actor=actor, also=())
        )
    if split.outside:
        text = f"outside {land.name(land.country)}: measured, but no part of its shares"
        area = land.area(land.km2(split.outside), outside=True)
        found.append(Named(article, role, actor, split.outside, (), area, None, (text,), (role,)))
    return found


def _measured(
    claims: Sequence[Claim],
    quantities: Sequence[Quantity],
    basis: tuple[Role, ...],
    split: shares.Split,
    land: Land,
    *,
    article: str | None,
    role: Role | None,
    actor: str | None,
    also: tuple[str, ...],
) -> Named:
    weights, assumed = _weights(claims, quantities, basis, split.home, land)
    weighted = land.area(sum(land.km2([u]) * weights.get(u, 1.0) for u in split.home)) if weights else None
    unknown = tuple(
        f"{land.name(one)} ({one}) has no shape here: named, not measured" for one in split.without_geometry
    )
    return Named(
        article=article,
        role=role,
        actor=actor,
        regions=split.home,
        without_geometry=split.without_geometry,
        area=land.area(land.km2(split.home)),
        weighted=weighted,
        assumptions=(*split.assumptions, *also, *unknown, *assumed),
        basis=basis,
    )


def _weights(
    claims: Sequence[Claim],
    quantities: Sequence[Quantity],
    basis: Sequence[Role],
    units: Sequence[str],
    land: Land,
) -> tuple[dict[str, float], list[str]]:
    """Take stated shares of regions as weights of their units: the figure of the smallest whole that holds the unit."""
    stated = [
        (land.whole(quantity.of), quantity)
        for quantity in quantities
        if quantity.unit == "percent" and quantity.of and quantity.of != land.country and quantity.role in basis
    ]
    weights: dict[str, float] = {}
    texts = []
    for unit in units:
        own = [(len(whole), quantity) for whole, quantity in stated if unit in whole]
        if not own:
            continue
        finest = min(size for size, _ in own)
        figures = sorted({(q.min + q.max) / 2 for size, q in own if size == finest})
        weights[unit] = min(1.0, sum(figures) / len(figures) / 100)
        how = f"{100 * weights[unit]:g}% as stated"
        if len(figures) > 1:
            how = f"{100 * weights[unit]:g}%, the mean of the stated {', '.join(f'{x:g}%' for x in figures)}"
        if finest > 1:
            how += f" of {finest} units together, taken as even over them"
        texts.append(f"{land.name(unit)}: {how}")
    if not weights:
        return {}, []
    partly = {unit for claim in claims if claim.partial for unit in land.units(claim.region)}
    texts += [
        f"{land.name(unit)}: counted whole, no share of it is stated"
        + (" (the text means a part of it)" if unit in partly else "")
        for unit in units
        if unit not in weights
    ]
    return weights, texts


def _by_actor(
    claims: Sequence[Claim], quantities: Sequence[Quantity], land: Land, article: str | None
) -> Iterable[Named]:
    for role in ROLES:
        own = _of(claims, (role,))
        for actor in sorted({claim.actor for claim in own}, key=lambda code: (code is None, code or "")):
            acts = [claim for claim in own if claim.actor == actor]
            yield from _named(acts, quantities, role, land, article=article, actor=actor)


# --- reported and gap -------------------------------------------------------------------------------


def _reported(readings: Sequence[Reading], room: _Room, basis: tuple[Role, ...]) -> tuple[Reported, ...]:
    """Turn every stated amount into intervals, those to compare with the headline set first.

    That is: the whole country before parts, the headline's axis before the other, shares before km2 (which often are
    what changed in a month), then the order of the text.
    """
    found = [
        shares.reported(quantity, article=one.article.id, land=room.land, conventions=room.conventions)
        for one in readings
        for quantity in one.quantities
    ]

    def rank(one: Reported) -> tuple[bool, bool, bool, bool]:
        role = one.quantity.role
        far = not comparable(role, basis)
        return one.whole != room.land.country, role == "mentioned", far, one.quantity.unit != "percent"

    return tuple(sorted(found, key=rank))


def comparable(role: Role, basis: Sequence[Role]) -> bool:
    """Whether a figure is on the axis of the headline set: talks or ground; a figure without a role fits either."""
    axes = (TALK_ROLES, GROUND_ROLES)
    return role == "mentioned" or any(role in axis and any(one in axis for one in basis) for axis in axes)


def _against_country(figure: Reported, headline: Named, land: Land) -> bool:
    """Whether a figure is set against the headline set: of the country, and not a small piece beside large regions."""
    whole = figure.whole == land.country and figure.percent is not None and bool(headline.regions)
    return whole and checks.is_total(figure, headline.area.km2, land)


def _gap(figure: Reported, headline: Named, readings: Sequence[Reading], land: Land, article: str | None) -> Gap:
    assert figure.percent is not None
    assert figure.km2 is not None
    named = land.points(headline.area.km2)
    points, km2 = shares.less(figure.percent, named), shares.less(figure.km2, headline.area.km2)
    fits = comparable(figure.quantity.role, headline.basis)
    unmapped = tuple(phrase for one in readings if one.article.id == figure.article for phrase in one.unmapped)
    unmapped = unmapped if points.high > 0 else ()  # land without a name can't explain a figure below what is named
    gap = Gap(article, figure, points, km2, "", unmapped, fits)
    return Gap(article, figure, points, km2, _gap_text(gap, named, headline, land), unmapped, fits)


def _gap_text(gap: Gap, named: float, headline: Named, land: Land) -> str:
    figure, points = gap.reported, gap.points
    assert figure.percent is not None
    stated = _range(figure.percent.low, figure.percent.high, "%")
    if points.mid >= 0:
        outcome = (
            f"{points.mid:.1f} points ({points.low:.1f} to {points.high:.1f}), {gap.km2.mid:,.0f} km2, "
            "are not accounted for by them"
        )
    else:
        outcome = (
            f"the figure is {-points.mid:.1f} points ({-points.high:.1f} to {-points.low:.1f}), "
            f"{-gap.km2.mid:,.0f} km2, less than them"
        )
    text = (
        f"Reported: “{figure.quantity.surface}”, {stated} of {land.name(land.country)} (measured area); "
        f"named regions, counted whole: {named:.1f}%; {outcome}."
    )
    if not gap.comparable:
        text += (
            f" The figure is about land {figure.quantity.role}, the regions are {' or '.join(headline.basis)}: "
            "they need not agree."
        )
    return text


def _range(low: float, high: float, unit: str) -> str:
    return f"{low:.4g}{unit}" if low == high else f"{low:.4g}-{high:.4g}{unit}"


def _reaches(
    gaps: Sequence[Gap], headline: Named, claims: Sequence[Claim], land: Land, article: str | None
) -> tuple[Reach, ...]:
    """Work out what it would take for the first few different figures, those on the headline's axis first."""
    first: dict[tuple[float, float], Reported] = {}
    for gap in sorted(gaps, key=lambda one: not one.comparable):
        percent = gap.reported.percent
        assert percent is not None
        first.setdefault((percent.low, percent.high), gap.reported)
    also = land.split(claim.region for claim in claims).home
    return tuple(
        reach.reach(figure, headline, also, land, article=article) for figure in list(first.values())[:_MOST_REACHES]
    )
