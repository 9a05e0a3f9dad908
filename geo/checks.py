"""Checks: do the figures of an article fit each other, the regions they are said of, and the land itself?

Every check has its inputs, method, numbers, verdict and quotes. Figures are compared in km2, whatever unit they were
said in, so that a verdict does not hang on the unit. Tolerances, and the words by which a text says that two figures
mean the same land, are data: ``vocabulary/checks.toml``. Where the text does not say enough, the verdict is "not
checkable".
"""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from geo import texts
from geo.models import (
    GROUND_ROLES,
    ROLES,
    Check,
    Claim,
    ControlLayer,
    Gap,
    Interval,
    Message,
    Named,
    Quantity,
    Quote,
    Reading,
    Reported,
    Value,
    Verdict,
)
from geo.phrases import Told, area_unit, table, tolerance
from geo.shares import NOT_STATED, Land
from geo.texts import msg, msgs

_TABLE = Path(__file__).parent / "vocabulary" / "checks.toml"
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f '’]\d+)*")
_OPENS = re.compile(r"[(:–—]")
_DEFAULT_LANGUAGE = "en"

#: Roles of land that is not held yet: a figure of "the rest" is what a control layer does not cover.
_AT_STAKE = ("demanded", "conceded", "refused", "mentioned")

Numbers = dict[str, float | str | None]


def reason(region: str) -> str:
    """Say why a unit's measured and published areas differ, as far as it can be told."""
    reasons = table()["reasons"]
    return str(reasons.get(region, reasons["other"]))


# --- what a figure may mean ---------------------------------------------------------------------------


def rounding(quantity: Quantity) -> float:
    """Part of a figure by which rounding to its last printed digit may have moved it.

    Counted on the digits as printed, so that it is the same in km2, square miles or hectares. A percentage is taken as
    rounded to the last digit that it shows, an area to its last digit other than zero.
    """
    limits = tolerance()
    middle = max((quantity.min + quantity.max) / 2, 1e-9)
    found = _NUMBER.search(quantity.surface)
    if quantity.unit == "percent":
        return limits.rounding_percent * 10.0 ** -_decimals(found[0] if found else "") / middle
    if found is None:
        return limits.rounding_most
    digits = re.sub(r"\D", "", found[0]).lstrip("0")
    place = 0 if _decimals(found[0]) else len(digits) - len(digits.rstrip("0"))
    return min(limits.rounding_most, 0.5 * 10.0**place / float(digits or 1))


def _decimals(number: str) -> int:
    """Count the decimals of a printed number: a last group of three digits is thousands."""
    parts = re.split(r"[.,]", number)
    return len(parts[-1]) if len(parts) == 2 and len(parts[-1]) != 3 else 0


def meant(figure: Reported) -> Interval | None:
    """Give in km2 what a figure may mean: its interval by the hedge, or by its rounding where that is wider."""
    if figure.km2 is None:
        return None
    quantity, part = figure.quantity, rounding(figure.quantity)
    factor = figure.km2.mid / ((quantity.min + quantity.max) / 2) if quantity.max else 0.0
    low = min(figure.km2.low, quantity.min * factor * (1 - part))
    high = max(figure.km2.high, quantity.max * factor * (1 + part))
    return Interval(max(0.0, low), figure.km2.mid, high)


def is_total(figure: Reported, named_km2: float, land: Land) -> bool:
    """Whether a figure of the country may be a total: not a small piece or step beside much larger named regions."""
    if figure.km2 is None:
        return False
    small = tolerance().piece * land.denominators.measured_total_km2
    return figure.km2.high >= small or figure.km2.high >= named_km2 / 2


def agree(one: Interval, other: Interval) -> bool:
    """Whether two areas may be the same: their intervals meet, or nearly so (the tolerance for areas)."""
    slack = 1 + tolerance().area
    return one.low <= other.high * slack and other.low <= one.high * slack


def area_of(units: Iterable[str], land: Land) -> Interval:
    """Give the area of units in km2 as far as it is known: measured, and published where it differs."""
    wanted = tuple(units)
    measured = land.km2(wanted)
    published = land.published_km2(wanted) or measured
    return Interval(min(measured, published), measured, max(measured, published))


# --- one article --------------------------------------------------------------------------------------


def article_checks(
    reading: Reading,
    figures: Sequence[Reported],
    gaps: Sequence[Gap],
    headline: Named,
    land: Land,
    control: ControlLayer | None = None,
) -> tuple[Check, ...]:
    """Check one article's figures against each other, the regions they are said of, and a control layer.

    ``figures`` and ``gaps`` are the article's, ``headline`` its named set. Checks come by kind, then by place
    in the text.
    """
    ordered = sorted(figures, key=lambda one: one.quantity.start)
    told = Told(reading)
    units = tuple(share_of_units(told, ordered, land))
    judged = {(one.quotes[0].start, one.numbers["regions"]) for one in units}
    # What the text says of exactly the named regions is judged already, and more strictly.
    open_ = [gap for gap in gaps if (gap.reported.quantity.start, "+".join(headline.regions)) not in judged]
    return (
        *percent_against_km2(told, ordered, land),
        *same_in_two_units(told, ordered, land),
        *units,
        *against_upper_bound(ordered, land),
        *sum_of_parts(told, ordered, land),
        *reported_against_named(reading, open_, headline, land),
        *(against_control(told, ordered, land, control) if control else ()),
    )


def percent_against_km2(told: Told, figures: Sequence[Reported], land: Land) -> Iterator[Check]:
    """A stated share against the stated km2 of the same land ("46,579 km2, 88% of Donbas")."""
    shares = [one for one in figures if one.quantity.unit == "percent" and one.km2 and one.whole_km2]
    areas = [one for one in figures if one.quantity.unit == "km2" and one.km2]
    linked = {(a, p) for a in areas for p in shares if _nested(a, p, land) and _same_land(told, a.quantity, p.quantity)}
    for a, p in itertools.product(areas, shares):
        alone = _alone(a, areas) and _alone(p, shares) and _same_subject(a, p)
        if (a, p) in linked or (alone and not any(a in pair or p in pair for pair in linked)):
            yield _percent_km2(a, p, land, linked=(a, p) in linked)


def _same_land(told: Told, one: Quantity, other: Quantity) -> bool:
    # What only gives the other figure once more means its land, whatever role was read for either.
    return told.same_land(one, other) or told.same_figure(one, other)


def same_in_two_units(told: Told, figures: Sequence[Reported], land: Land) -> Iterator[Check]:
    """An area against the same area in another unit ("116,000 square kilometres (44,800 square miles)")."""
    areas = [one for one in figures if one.quantity.unit == "km2"]
    for one, other in itertools.pairwise(areas):
        units = [area_unit(it.quantity.surface, told.lang) for it in (one, other)]
        if units[0] == units[1] or None in units or not told.same_figure(one.quantity, other.quantity):
            continue
        first, second = meant(one), meant(other)
        if first is None or second is None:
            continue
        yield _check(
            "one area in two units",
            [one, other],
            "consistent" if agree(first, second) else "differs",
            [
                msg(
                    "“{one}” is {one_km2}, “{other}” is {other_km2}",
                    one=one.quantity.surface,
                    one_km2=texts.km2(first.mid),
                    other=other.quantity.surface,
                    other_km2=texts.km2(second.mid),
                )
            ],
            msg("Both figures are converted to square kilometres"),
            {
                "first_km2_low": first.low,
                "first_km2": first.mid,
                "first_km2_high": first.high,
                "second_km2_low": second.low,
                "second_km2": second.mid,
                "second_km2_high": second.high,
            },
            land,
        )


def _alone(one: Reported, others: Sequence[Reported]) -> bool:
    return sum(_same_subject(one, other) for other in others) == 1


def _same_subject(one: Reported, other: Reported) -> bool:
    return one.whole == other.whole and one.quantity.role == other.quantity.role and one.whole != NOT_STATED


def _nested(one: Reported, other: Reported, land: Land) -> bool:
    mine, theirs = (set(land.whole(it.quantity.of)) if it.quantity.of else set() for it in (one, other))
    return mine <= theirs or theirs <= mine


def _percent_km2(a: Reported, p: Reported, land: Land, *, linked: bool) -> Check:
    assert p.percent is not None
    assert a.km2 is not None
    whole = _whole_interval(p, land)
    part = rounding(p.quantity)
    low = min(p.percent.low, p.quantity.min * (1 - part)) * whole.low / 100
    high = max(p.percent.high, p.quantity.max * (1 + part)) * whole.high / 100
    said = Interval(low, p.percent.mid * whole.mid / 100, high)
    area = meant(a)
    assert area is not None
    fits = agree(area, said)
    verdict: Verdict = "consistent" if fits else "differs" if linked else "not checkable"
    share = 100 * a.km2.mid / whole.mid
    finding = [
        msg(
            "“{area}” and “{share}”: {km2} is {percent} of {whole} ({whole_km2}), {stated} of it is {stated_km2}",
            area=a.quantity.surface,
            share=p.quantity.surface,
            km2=texts.km2(a.km2.mid),
            percent=texts.percent(share),
            whole=texts.place(p.whole),
            whole_km2=texts.km2(whole.mid),
            stated=texts.percent(p.percent.mid, 2),
            stated_km2=texts.km2(said.mid),
        )
    ]
    if verdict == "not checkable":
        finding.append(msg("the text does not say that both mean the same land"))
    return _check(
        "percent against km2",
        [a, p],
        verdict,
        finding,
        msg("The share of the whole's area, measured or published, is set against the stated area"),
        {
            "stated_percent": p.percent.mid,
            "stated_km2": a.km2.mid,
            "percent_of_stated_km2": share,
            "km2_of_stated_percent": said.mid,
            "whole": p.whole,
            "whole_km2_low": whole.low,
            "whole_km2_measured": whole.mid,
            "whole_km2_high": whole.high,
        },
        land,
    )


def _whole_interval(figure: Reported, land: Land) -> Interval:
    """Give the whole of a share as far as it is known: measured, published, and for the country its land area."""
    assert figure.whole_km2 is not None
    units = land.whole(figure.whole)
    own = area_of(units, land) if units else Interval(figure.whole_km2, figure.whole_km2, figure.whole_km2)
    dry = land.denominators.published_land_km2 if figure.whole == land.country else None
    return Interval(min(own.low, dry or own.low), figure.whole_km2, own.high)


# --- share of whole units -------------------------------------------------------------------------------


def share_of_units(told: Told, figures: Sequence[Reported], land: Land) -> Iterator[Check]:
    """A figure that the text equates with whole regions ("the four oblasts are 15% of Ukraine"), against their area."""
    for figure in figures:
        said = meant(figure)
        if said is None or not figure.quantity.of:
            continue
        spots, how = told.said_of(figure.quantity)
        units = land.split(region for spot in spots for region in spot.regions).home
        whole = set(land.whole(figure.quantity.of))
        inside = bool(units) and set(units) <= whole
        if how and inside and (figure.quantity.unit == "km2" or set(units) < whole):
            quotes = [told.quote(spot, figure.quantity) for spot in spots]
            yield _share_check(figure, units, said, quotes, land, equal=how == "equal")


def _share_check(
    figure: Reported, units: Sequence[str], said: Interval, quotes: Sequence[Quote], land: Land, *, equal: bool
) -> Check:
    assert figure.km2 is not None
    measured = area_of(units, land)
    # What is annexed or demanded is whole; what is held may be less than the regions that are named.
    held = not equal and figure.quantity.role == "controlled"
    fits = agree(said, measured)
    verdict: Verdict = "consistent" if fits else "differs"
    if held and not fits:
        verdict = "consistent" if said.high < measured.low else "exceeds the upper bound"
    published = land.published_km2(units)
    total = land.denominators.published_total_km2
    share = 100 * published / total if published and total else None
    finding = [
        msg(
            "“{figure}” is said of {places}: measured area {km2}, {share} of {country}",
            figure=figure.quantity.surface,
            places=texts.places(units),
            km2=texts.km2(measured.mid),
            share=texts.percent(land.points(measured.mid)),
            country=texts.place(land.country),
        )
    ]
    if share is not None:
        finding.append(msg("{share} by the published areas", share=texts.percent(share)))
    if held and verdict == "consistent" and not fits:
        finding.append(msg("less than that may be held"))
    return _check(
        "share of whole units",
        [figure],
        verdict,
        finding,
        msg("The areas of the whole regions, measured and published, are set against the stated figure"),
        {
            "stated_km2_low": said.low,
            "stated_km2": figure.km2.mid,
            "stated_km2_high": said.high,
            "stated_percent": figure.percent.mid if figure.percent else None,
            "measured_km2": measured.mid,
            "measured_percent": land.points(measured.mid),
            "published_km2": published,
            "published_percent": share,
            "regions": "+".join(units),
        },
        land,
        quotes,
    )


# --- upper bounds and sums --------------------------------------------------------------------------------


def against_upper_bound(figures: Sequence[Reported], land: Land) -> Iterator[Check]:
    """An amount of land in a region against the region's whole area: it can't be more."""
    for figure in figures:
        said = meant(figure)
        if said is None or not figure.whole_km2:
            continue
        whole = _whole_interval(figure, land)
        exceeds = said.low > whole.high * (1 + tolerance().area)
        held = figure.quantity.role == "controlled" and figure.whole != land.country
        if exceeds or held:
            assert figure.km2 is not None
            share = 100 * figure.km2.mid / figure.whole_km2
            finding = msg(
                "“{figure}”: {km2} of {whole}, which measures {whole_km2} ({share})",
                figure=figure.quantity.surface,
                km2=texts.km2(figure.km2.mid),
                whole=texts.place(figure.whole),
                whole_km2=texts.km2(figure.whole_km2),
                share=texts.percent(share),
            )
            yield _check(
                "upper bound",
                [figure],
                "exceeds the upper bound" if exceeds else "consistent",
                [finding, msg("as read, that is more than all of it")] if exceeds else [finding],
                msg("The stated amount is set against the whole area, measured or published, that it lies in"),
                {
                    "stated_km2": figure.km2.mid,
                    "stated_km2_low": said.low,
                    "whole": figure.whole,
                    "whole_km2_measured": figure.whole_km2,
                    "whole_km2_high": whole.high,
                    "percent_of_whole": share,
                },
                land,
            )


def sum_of_parts(told: Told, figures: Sequence[Reported], land: Land) -> Iterator[Check]:
    """Amounts stated for parts against the amount stated for the whole, in the same role."""
    for whole in figures:
        units = set(land.whole(whole.quantity.of)) if whole.quantity.of else set()
        said = meant(whole)
        if len(units) < 2 or said is None or whole.quantity.role == "mentioned":
            continue
        parts = _parts(whole, units, figures, land)
        if len(parts) < 2 and not (parts and _entire(told, whole, units, parts, land)):
            continue
        check = _sum_check(told, whole, units, parts, said, land)
        # That a few regions are not all of the country says nothing; that they are more than its figure does.
        if check.verdict != "not checkable" or whole.whole != land.country:
            yield check


def _parts(whole: Reported, units: set[str], figures: Sequence[Reported], land: Land) -> dict[frozenset[str], Reported]:
    """Find figures of the same role for parts of the whole that don't overlap, smallest parts first."""
    found: dict[frozenset[str], Reported] = {}
    own = [
        (frozenset(land.whole(figure.quantity.of)), figure)
        for figure in figures
        if figure.quantity.of and figure.quantity.role == whole.quantity.role and figure.km2 is not None
    ]
    for members, figure in sorted(own, key=lambda pair: (len(pair[0]), pair[1].quantity.start)):
        if members and members < units and all(members.isdisjoint(other) for other in found):
            found[members] = figure
    return found


def _entire(
    told: Told, whole: Reported, units: set[str], parts: Mapping[frozenset[str], Reported], land: Land
) -> list[str]:
    """Give the other units of the whole if the text names each in the same role and as a whole, else none.

    As a whole: by claims that never mean a part, or beside a part's figure ("75% of Donetsk and all of Luhansk").
    """
    rest = units - {unit for members in parts for unit in members}
    own = [claim for claim in told.reading.claims if claim.role == whole.quantity.role]
    named = {unit for claim in own for unit in land.units(claim.region)}
    partly = {unit for claim in own if claim.partial for unit in land.units(claim.region)}
    beside = {
        unit
        for part in parts.values()
        for spot in told.spots_beside(part.quantity)
        for region in spot.regions
        for unit in land.units(region)
    }
    entire = (named - partly) | (named & beside)
    return sorted(rest) if rest and rest <= entire else []


def _sum_check(
    told: Told,
    whole: Reported,
    units: set[str],
    parts: Mapping[frozenset[str], Reported],
    said: Interval,
    land: Land,
) -> Check:
    assert whole.km2 is not None
    entire = _entire(told, whole, units, parts, land)
    stated = [one for one in (meant(part) for part in parts.values()) if one is not None]
    own = area_of(entire, land) if entire else Interval(0.0, 0.0, 0.0)
    low, mid, high = (sum(getattr(one, end) for one in stated) + getattr(own, end) for end in ("low", "mid", "high"))
    covered = {unit for members in parts for unit in members} | set(entire)
    total = Interval(low, mid, high)
    complete = covered == units
    # A region that is only named may be held in part: what it adds is an upper bound.
    bound = Interval(low - own.low, mid, high)
    more = total.low - own.low > said.high * (1 + tolerance().area)
    verdict: Verdict = "not checkable"
    if more:
        verdict = "differs"
    elif complete:
        verdict = "consistent" if agree(said, total) or (entire and agree(said, bound)) else "differs"
    quoted = texts.listed([_sum_text([part.quantity.surface for part in parts.values()])])
    finding = [
        msg(
            "{parts} and all of {places} add up to {km2}", parts=quoted, places=texts.places(entire), km2=texts.km2(mid)
        )
        if entire
        else msg("{parts} add up to {km2}", parts=quoted, km2=texts.km2(mid)),
        msg("“{figure}” is {km2}", figure=whole.quantity.surface, km2=texts.km2(whole.km2.mid)),
    ]
    if verdict == "not checkable":
        finding.append(
            msgs(
                "nothing is stated for {n} other unit of {whole}",
                "nothing is stated for {n} other units of {whole}",
                len(units - covered),
                whole=texts.place(whole.whole),
            )
        )
    return _check(
        "sum of parts",
        [whole, *parts.values()],
        verdict,
        finding,
        msg("The stated amounts of parts that don't overlap are added and set against the stated whole"),
        {
            "sum_km2_low": low,
            "sum_km2": mid,
            "sum_km2_high": high,
            "stated_km2": whole.km2.mid,
            "whole": whole.whole,
            "parts": float(len(parts)),
            "taken_whole": "+".join(entire) or None,
        },
        land,
    )


def _sum_text(surfaces: Sequence[str]) -> Message:
    first = _quoted(surfaces[0])
    for surface in surfaces[1:]:
        first = msg("{first} + {second}", first=texts.listed([first]), second=texts.listed([_quoted(surface)]))
    return first


def _quoted(surface: str) -> Message:
    return msg("“{text}”", text=surface)


# --- reported against named ---------------------------------------------------------------------------------


def reported_against_named(reading: Reading, gaps: Sequence[Gap], headline: Named, land: Land) -> Iterator[Check]:
    """A figure of the country against the named regions, which are an upper bound of what the article names."""
    for gap in gaps:
        figure = gap.reported
        said = meant(figure)
        if said is None or not gap.comparable or figure.quantity.role == "mentioned":
            continue
        named = area_of(headline.regions, land)
        verdict, why = _named_verdict(figure, said, named, headline, gap)
        phrases = "; ".join(dict.fromkeys(phrase.surface for phrase in gap.may_explain)) or None
        yield _check(
            "reported against named",
            [figure],
            verdict,
            [*gap.text_said, why],
            msg("The interval of the figure is set against the area of the named regions, counted whole"),
            {
                "stated_km2_low": said.low,
                "stated_km2": said.mid,
                "stated_km2_high": said.high,
                "named_km2": named.mid,
                "named_percent": land.points(named.mid),
                "gap_points": gap.points.mid,
                "gap_points_low": gap.points.low,
                "gap_points_high": gap.points.high,
                "unmapped": phrases,
            },
            land,
            [_claim_quote(claim, figure.article) for claim in reading.claims if claim.role in headline.basis],
        )


def _named_verdict(
    figure: Reported, said: Interval, named: Interval, headline: Named, gap: Gap
) -> tuple[Verdict, Message]:
    """Judge only what the text lets judge: other land that it speaks of, or parts of regions, leave it open."""
    if agree(said, named):
        return "consistent", msg("the figure fits the named regions")
    if said.high < named.low:
        return "not checkable", msg("the figure is below the upper bound, as parts of the regions would be")
    if headline.without_geometry:
        return "not checkable", msg("a named area has no shape here, so the upper bound is not known")
    if gap.may_explain:
        return "not checkable", msg("the text also speaks of land that names no region, which may be the rest")
    if figure.quantity.role not in headline.basis or figure.quantity.role in GROUND_ROLES:
        return "not checkable", msg("the text does not say that the named regions are all of it")
    return "exceeds the upper bound", msg("even counted whole, the named regions are less")


# --- control layer ----------------------------------------------------------------------------------------


def against_control(told: Told, figures: Sequence[Reported], land: Land, control: ControlLayer) -> Iterator[Check]:
    """An amount stated as held, or as the rest that is at stake, against what the layer covers of the same land."""
    held = {one.region: one.held_km2 for one in control.regions}
    for figure in figures:
        role = figure.quantity.role
        rest = role in _AT_STAKE and told.speaks_of_rest(figure.quantity)
        units = land.whole(figure.quantity.of) if figure.quantity.of else ()
        if (role == "controlled" or rest) and figure.km2 is not None and units and set(units) <= set(held):
            whole, covered = land.km2(units), math.fsum(held[unit] for unit in units)
            yield _control_check(figure, whole - covered if rest else covered, whole, told, land, control, rest=rest)


def _control_check(
    figure: Reported, km2: float, whole: float, told: Told, land: Land, control: ControlLayer, *, rest: bool
) -> Check:
    said = meant(figure)
    assert said is not None
    fits = agree(said, Interval(km2, km2, km2))
    dated = told.reading.article.date
    apart = _days_apart(dated, control.date)
    old = apart is not None and apart > tolerance().days
    verdict: Verdict = "consistent" if fits else "not checkable" if old else "differs"
    share = 100 * km2 / whole
    values: dict[str, Value | str] = {
        "figure": figure.quantity.surface,
        "km2": texts.km2(said.mid),
        "whole": texts.place(figure.whole),
    }
    finding = [
        msg("“{figure}” ({km2}) is said to be the rest of {whole}", **values)
        if rest
        else msg("“{figure}” ({km2}) is said to be held in {whole}", **values),
        _covers(control, km2, share, rest=rest),
    ]
    if not fits and apart is None:
        finding.append(msg("the date of the article or of the layer is not known, and such land changes"))
    elif not fits and old:
        finding.append(msgs("article and layer are {n} day apart", "article and layer are {n} days apart", apart or 0))
    return _check(
        "against control layer",
        [figure],
        verdict,
        finding,
        msg("The stated amount is set against the area of the region that the control layer does not cover")
        if rest
        else msg("The stated amount is set against the area of the region that the control layer covers"),
        {
            "stated_km2_low": said.low,
            "stated_km2": said.mid,
            "stated_km2_high": said.high,
            "not_held_km2" if rest else "held_km2": km2,
            "not_held_percent" if rest else "held_percent": share,
            "article_date": dated,
            "control_date": control.date,
        },
        land,
    )


def _covers(control: ControlLayer, km2: float, share: float, *, rest: bool) -> Message:
    file = texts.listed([_layer_name(control)])
    values: dict[str, Value | str] = {"layer": file, "km2": texts.km2(km2), "share": texts.percent(share)}
    if rest:
        return msg("{layer} leaves {km2} ({share})", **values)
    return msg("{layer} covers {km2} ({share})", **values)


def _layer_name(control: ControlLayer) -> Message:
    if control.date:
        return msg("the control layer {file} of {date}", file=control.file, date=texts.date(control.date))
    return msg("the control layer {file}", file=control.file)


def _days_apart(one: str | None, other: str | None) -> int | None:
    first, second = _day(one), _day(other)
    return None if first is None or second is None else abs((first - second).days)


def _day(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


# --- several articles ---------------------------------------------------------------------------------------


def cross_checks(readings: Sequence[Reading], figures: Sequence[Reported], land: Land) -> tuple[Check, ...]:
    """Check what several articles say of the same whole in the same role against each other."""
    dates = {one.article.id: one.article.date for one in readings}
    groups: dict[tuple[str, str], list[Reported]] = {}
    for figure in figures:
        if figure.km2 is not None and figure.whole != NOT_STATED and figure.quantity.role != "mentioned":
            groups.setdefault((_same_whole(figure, land), figure.quantity.role), []).append(figure)
    found = []
    for (whole, role), members in sorted(groups.items(), key=lambda item: (item[0][0], _place(item[0][1]))):
        largest = _one_per_article(members)
        if len(largest) > 1:
            found.append(_across(whole, role, largest, dates, land))
    return tuple(found)


def _same_whole(figure: Reported, land: Land) -> str:
    return figure.whole if figure.whole == land.country else "+".join(land.whole(figure.whole)) or figure.whole


def _place(role: str) -> int:
    return next((i for i, one in enumerate(ROLES) if one == role), len(ROLES))


def _one_per_article(figures: Sequence[Reported]) -> list[Reported]:
    """Keep the largest figure of each article: smaller ones beside it are steps or parts."""
    largest: dict[str, Reported] = {}
    for figure in figures:
        known = largest.get(figure.article)
        if known is None or (figure.km2 and known.km2 and figure.km2.mid > known.km2.mid):
            largest[figure.article] = figure
    return list(largest.values())


def _across(whole: str, role: str, figures: Sequence[Reported], dates: Mapping[str, str | None], land: Land) -> Check:
    said = [(figure, interval) for figure in figures if (interval := meant(figure)) is not None]
    least, most = _apart(said, dates) or _ends(said)
    fits = agree(least[1], most[1])
    apart = _days_apart(dates.get(least[0].article), dates.get(most[0].article))
    comparable = apart is not None and apart <= tolerance().days
    verdict: Verdict = "consistent" if fits else "differs" if comparable else "not checkable"
    finding = [
        msgs(
            "{n} article states land “{role}” of {whole}: from “{least}” ({least_km2}, {least_article}) "
            "to “{most}” ({most_km2}, {most_article})",
            "{n} articles state land “{role}” of {whole}: from “{least}” ({least_km2}, {least_article}) "
            "to “{most}” ({most_km2}, {most_article})",
            len(said),
            role=texts.roles(least[0].quantity.role),
            whole=texts.place(least[0].whole),
            least=least[0].quantity.surface,
            least_km2=texts.km2(least[1].mid),
            least_article=least[0].article,
            most=most[0].quantity.surface,
            most_km2=texts.km2(most[1].mid),
            most_article=most[0].article,
        )
    ]
    if verdict == "not checkable":
        finding.append(
            msg("their dates are not known, and such land changes")
            if apart is None
            else msgs("{n} day apart", "{n} days apart", apart)
        )
    method = (
        msg(
            "The largest figure of each article for the same whole and role: "
            "the two farthest apart of about the same time, else least against most, in km²"
        ),
        _slack(),
    )
    return Check(
        id=f"same figure across articles:{whole}:{role}",
        kind="same figure across articles",
        articles=tuple(figure.article for figure in figures),
        verdict=verdict,
        finding=texts.english(finding, place=land.name) + ".",
        method=texts.english(method, place=land.name),
        numbers={
            "least_km2": least[1].mid,
            "least_km2_high": least[1].high,
            "most_km2": most[1].mid,
            "most_km2_low": most[1].low,
            "articles": float(len(said)),
            "days_apart": None if apart is None else float(apart),
        },
        quotes=tuple(_quote(figure) for figure in _shown(figures, least[0], most[0])),
        finding_said=tuple(finding),
        method_said=method,
    )


_Said = tuple[Reported, Interval]


def _ends(said: Sequence[_Said]) -> tuple[_Said, _Said]:
    """Give the least and the most of what is said."""
    ordered = sorted(said, key=lambda pair: (pair[1].mid, pair[0].article))
    return ordered[0], ordered[-1]


def _apart(said: Sequence[_Said], dates: Mapping[str, str | None]) -> tuple[_Said, _Said] | None:
    """Find two that don't agree though they are of about the same time, those farthest apart; None where all agree."""
    dated = [(day, pair) for pair in said if (day := _day(dates.get(pair[0].article))) is not None]
    dated.sort(key=lambda entry: entry[0])
    found: list[tuple[_Said, _Said]] = []
    for start in sorted({day for day, _ in dated}):
        window = [pair for day, pair in dated if 0 <= (day - start).days <= tolerance().days]
        least, most = _ends(window)
        if not agree(least[1], most[1]):
            found.append((least, most))
    return max(found, key=lambda pair: pair[1][1].mid - pair[0][1].mid, default=None)


def _shown(figures: Sequence[Reported], least: Reported, most: Reported) -> list[Reported]:
    """Quote the two ends, then others as far as there is room."""
    return list(dict.fromkeys([least, most, *figures]))[: tolerance().quotes]


# --- records ------------------------------------------------------------------------------------------------


def _check(
    kind: str,
    figures: Sequence[Reported],
    verdict: Verdict,
    finding: Sequence[Message],
    method: Message,
    numbers: Numbers,
    land: Land,
    also: Sequence[Quote] = (),
) -> Check:
    """Make a record whose id hangs on the article, the kind and the places of its figures only."""
    article = figures[0].article
    places = "+".join(str(figure.quantity.start) for figure in figures)
    quotes = [*(_quote(figure) for figure in figures), *also]
    return Check(
        id=f"{article}:{kind}:{places}",
        kind=kind,
        articles=(article,),
        verdict=verdict,
        finding=texts.english(finding, place=land.name) + ".",
        method=texts.english((method, _slack()), place=land.name),
        numbers=numbers,
        quotes=tuple(dict.fromkeys(quotes)),
        finding_said=tuple(finding),
        method_said=(method, _slack()),
    )


def _slack() -> Message:
    share = texts.percent(100 * tolerance().area, 2)
    return msg("areas agree within {share} beyond hedge and rounding", share=share)


def _quote(figure: Reported) -> Quote:
    quantity = figure.quantity
    return Quote(figure.article, quantity.sentence, quantity.surface, quantity.start, quantity.end)


def _claim_quote(claim: Claim, article: str) -> Quote:
    return Quote(article, claim.sentence, claim.surface, claim.start, claim.end)
