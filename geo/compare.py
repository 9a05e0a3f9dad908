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

import msgspec

from geo import boundaries, checks, phrases, reach, shares, texts
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
    Interval,
    Message,
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
from geo.texts import msg

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
    reviewed: Message | None = None,
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
    reviewed
        How many claims an editor decided on (`geo.review.ReviewReport.said`), where they did.

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
        viewpoint_text=boundaries.viewpoint_text(viewpoint, [code]),
        boundaries=boundaries.description(),
        denominators=land.denominators,
        articles=tuple(_assess([one], room, one.article) for one in told),
        overall=_assess(told, room, None),
        conventions=tuple(table.values()),
        reviewed=texts.english(reviewed, place=str) if reviewed else None,
        reviewed_said=reviewed,
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
    said = msg(reason) if reason else None
    return UnitArea(region, land.name(region), land.area(km2), published, difference, reason, said)


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
        msg(
            "{place} ({id}) lies outside {country} and is not counted in its share",
            place=texts.place(one),
            id=one,
            country=texts.place(land.country),
        )
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
        said = (msg("outside {country}: measured, but no part of its shares", country=texts.place(land.country)),)
        area = land.area(land.km2(split.outside), outside=True)
        plain = (texts.english(said, place=land.name),)
        found.append(Named(article, role, actor, split.outside, (), area, None, plain, (role,), said))
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
    also: tuple[Message, ...],
) -> Named:
    weights, assumed = _weights(claims, quantities, basis, split.home, land)
    weighted = land.area(sum(land.km2([u]) * weights.get(u, 1.0) for u in split.home)) if weights else None
    unknown = tuple(
        msg("{place} ({id}) has no shape here: named, not measured", place=texts.place(one), id=one)
        for one in split.without_geometry
    )
    said = (*split.assumptions, *also, *unknown, *assumed)
    return Named(
        article=article,
        role=role,
        actor=actor,
        regions=split.home,
        without_geometry=split.without_geometry,
        area=land.area(land.km2(split.home)),
        weighted=weighted,
        assumptions=tuple(texts.english(one, place=land.name) for one in said),
        basis=basis,
        assumptions_said=said,
    )


def _weights(
    claims: Sequence[Claim],
    quantities: Sequence[Quantity],
    basis: Sequence[Role],
    units: Sequence[str],
    land: Land,
) -> tuple[dict[str, float], list[Message]]:
    """Take stated shares of regions as weights of their units: the figure of the smallest whole that holds the unit."""
    stated = [
        (land.whole(quantity.of), quantity)
        for quantity in quantities
        if quantity.unit == "percent" and quantity.of and quantity.of != land.country and quantity.role in basis
    ]
    weights: dict[str, float] = {}
    said = []
    for unit in units:
        own = [(len(whole), quantity) for whole, quantity in stated if unit in whole]
        if not own:
            continue
        finest = min(size for size, _ in own)
        figures = sorted({(q.min + q.max) / 2 for size, q in own if size == finest})
        weights[unit] = min(1.0, sum(figures) / len(figures) / 100)
        said.append(_weight_text(unit, weights[unit], figures, finest))
    if not weights:
        return {}, []
    partly = {unit for claim in claims if claim.partial for unit in land.units(claim.region)}
    said += [
        msg("{place}: counted whole, no share of it is stated (the text means a part of it)", place=texts.place(unit))
        if unit in partly
        else msg("{place}: counted whole, no share of it is stated", place=texts.place(unit))
        for unit in units
        if unit not in weights
    ]
    return weights, said


def _weight_text(unit: str, weight: float, figures: Sequence[float], units: int) -> Message:
    """Say which share of a unit is counted: as stated, or the mean of what is stated, of it alone or of several."""
    share = texts.percent(100 * weight, 2)
    how = msg("{share} as stated", share=share)
    if len(figures) > 1:
        stated = texts.listed(msg("{share}", share=texts.percent(x, 2)) for x in figures)
        how = msg("{share}, the mean of the stated {figures}", share=share, figures=stated)
    values = {"place": texts.place(unit), "how": texts.listed([how])}
    if units > 1:
        return msg(
            "{place}: {how} of {units} units together, taken as even over them", **values, units=texts.number(units)
        )
    return msg("{place}: {how}", **values)


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
    said = _gap_text(gap, named, headline, land)
    return msgspec.structs.replace(gap, text=texts.english(said, place=land.name) + ".", text_said=said)


def _gap_text(gap: Gap, named: float, headline: Named, land: Land) -> tuple[Message, ...]:
    figure, points = gap.reported, gap.points
    assert figure.percent is not None
    said, country = figure.quantity.surface, texts.place(land.country)
    low, high = (texts.percent(x, 2) for x in (figure.percent.low, figure.percent.high))
    parts = [
        msg("Reported: “{said}”, {share} of {country} (measured area)", said=said, share=low, country=country)
        if figure.percent.low == figure.percent.high
        else msg(
            "Reported: “{said}”, {low} to {high} of {country} (measured area)",
            said=said,
            low=low,
            high=high,
            country=country,
        ),
        msg("named regions, counted whole: {share}", share=texts.percent(named)),
        _outcome(points, gap.km2),
    ]
    if not gap.comparable:
        parts.append(
            msg(
                "the figure is about land “{role}”, the regions are “{roles}”: they need not agree",
                role=texts.roles(figure.quantity.role),
                roles=texts.roles(*headline.basis),
            )
        )
    return tuple(parts)


def _outcome(points: Interval, km2: Interval) -> Message:
    """Say how far apart figure and named regions are."""
    if points.mid >= 0:
        size = texts.listed([_points(points)])
        return msg("{points}, {km2}, are not accounted for by them", points=size, km2=texts.km2(km2.mid))
    size = texts.listed([_points(Interval(-points.high, -points.mid, -points.low))])
    return msg("the figure is {points}, {km2}, less than them", points=size, km2=texts.km2(-km2.mid))


def _points(points: Interval) -> Message:
    low, mid, high = (texts.number(x, 1) for x in (points.low, points.mid, points.high))
    if points.low == points.high:
        return msg("{points} points", points=mid)
    return msg("{points} points ({low} to {high})", points=mid, low=low, high=high)


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
