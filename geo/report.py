"""The report room: a comparison -> the text that `concession-maps check` prints, and the list of bundled boundaries."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from geo.models import Area, Assessment, Check, Comparison, Interval, Reading, Viewpoint
from geo.words import shown

_DIFFERS = ("differs", "exceeds the upper bound")
_WIDTH = 100


@dataclass(frozen=True)
class Report:
    """A report: its text, whether a check differs, and all readings with the skipped ones."""

    text: str
    differs: bool
    readings: Sequence[Reading]


def check(
    inputs: Sequence[str | Path],
    *,
    as_json: bool = False,
    country: str | None = None,
    viewpoint: Viewpoint = "un",
    control: Path | None = None,
    control_date: str | None = None,
    control_credit: str | None = None,
    review: Path | None = None,
    allow_private: bool = False,
) -> Report:
    """Read, measure and check; raises `GeoError` as `geo.build.build` does."""
    from geo.build import make_atlas, read, reviewed

    found = read(inputs, allow_private=allow_private)
    told, by_hand, _ = reviewed(found, review)
    atlas = make_atlas(
        told,
        country=country,
        viewpoint=viewpoint,
        control=control,
        control_date=control_date,
        control_credit=control_credit,
        reviewed=by_hand,
    )
    comparison = atlas.comparison
    differs = any(one.verdict in _DIFFERS for one in all_checks(comparison))
    if as_json:
        text = msgspec.json.format(msgspec.json.encode(comparison), indent=1).decode()
    else:
        text = "\n".join(lines(comparison, dict(zip(atlas.regions["region"], atlas.regions["name"], strict=True))))
    return Report(text, differs, found)


def all_checks(comparison: Comparison) -> list[Check]:
    """Every check once, each article's first, then those across articles."""
    seen: dict[str, Check] = {}
    for assessment in (*comparison.articles, comparison.overall):
        for one in assessment.checks:
            seen.setdefault(one.id, one)
    return list(seen.values())


def lines(comparison: Comparison, names: dict[str, str]) -> Iterator[str]:
    """The report, line by line; texts of articles are in it as `geo.words.shown`."""
    return map(shown, _lines(comparison, names))


def _lines(comparison: Comparison, names: dict[str, str]) -> Iterator[str]:
    yield f"Country {comparison.country}. {comparison.viewpoint_text}."
    yield f"Boundaries: {comparison.boundaries}."
    wholes = comparison.denominators
    yield (
        f"Measured total {_km2(wholes.measured_total_km2)}, published total {_km2(wholes.published_total_km2)}, "
        + (f"published land area {_km2(wholes.published_land_km2)}.")
    )
    if comparison.reviewed:
        yield comparison.reviewed
    layer = comparison.control
    if layer is not None:
        known = ", ".join(part for part in (layer.file, layer.date, layer.credit) if part)
        yield f"Control layer {known} (from {layer.crs}): held {_area(layer.held).strip()}"
    for assessment in comparison.articles:
        yield from _assessment(assessment, names)
    if len(comparison.articles) > 1:
        yield from _assessment(comparison.overall, names)
    yield ""
    for unit in comparison.units:
        if unit.reason is not None and unit.published_km2 is not None:
            yield (
                f"{unit.name}: measured {_km2(unit.area.km2)}, published {_km2(unit.published_km2)} "
                f"({unit.difference_percent:+.1f}%), likely reason: {unit.reason}"
            )
    yield "Hedges as intervals: " + "; ".join(
        f"{one.hedge} x{one.low_factor:g}-{one.high_factor:g}" for one in comparison.conventions
    )
    counts = [one.verdict for one in all_checks(comparison)]
    yield f"{len(counts)} {'check' if len(counts) == 1 else 'checks'}: " + (
        ", ".join(f"{counts.count(v)} {v}" for v in dict.fromkeys(counts))
        if counts
        else "the texts give nothing to check"
    )


def _assessment(assessment: Assessment, names: dict[str, str]) -> Iterator[str]:
    article = assessment.article
    yield ""
    title = "All articles together" if article is None else f"{article.id}: {article.title or 'no title'}"
    yield title[:_WIDTH]
    yield "-" * min(len(title), _WIDTH)
    rows = [("headline (" + " + ".join(assessment.headline.basis) + ")", assessment.headline)]
    rows += [(named.role or "all", named) for named in assessment.named]
    for label, named in rows:
        regions = ", ".join(names.get(one, one) for one in named.regions) or "no region"
        yield f"  {label:<24} {_area(named.area)}  {regions}"
        if named.weighted is not None:
            yield f"  {'  weighted estimate':<24} {_area(named.weighted)}  {'; '.join(named.assumptions)}"
        elif named.assumptions and named is assessment.headline:
            yield f"  {'  assumed':<24} {'; '.join(named.assumptions)}"
        if named.without_geometry:
            yield f"  {'  without geometry':<24} {', '.join(named.without_geometry)}"
    for figure in assessment.reported:
        yield (
            f"  {'reported':<24} {_interval(figure.percent, '%')} {_interval(figure.km2, ' km2')} of {figure.whole}"
            + (f" ({figure.denominator}; {figure.convention}): {figure.quantity.surface!r}")
        )
    for gap in assessment.gaps:
        yield f"  {'gap':<24} {gap.text}"
        for phrase in gap.may_explain:
            yield f"  {'  may be explained by':<24} {phrase.surface!r}"
    for reach in assessment.reach:
        for one in reach.sets[:3]:
            yield f"  {'sets near the figure':<24} {_area(one.area)}  {', '.join(names.get(r, r) for r in one.regions)}"
    if assessment.control is not None:
        yield f"  {'held and not held':<24} {assessment.control.text}"
    for done in assessment.checks:
        yield f"  check: {done.verdict:<17} {done.finding}"
        yield f"  {'  method':<24} {done.method}"
        for article_id, sentence in dict.fromkeys((quote.article, quote.sentence) for quote in done.quotes):
            yield f"  {'  ' + article_id:<24} {sentence!r}"


def _area(area: Area) -> str:
    shares = [
        (area.of_measured_total, "measured"),
        (area.of_published_total, "published"),
        (area.of_published_land, "land"),
    ]
    told = ", ".join(f"{share:.1f}% of {name}" for share, name in shares if share is not None)
    return f"{_km2(area.km2):>13}" + (f" ({told})" if told else "")


def _km2(value: float | None) -> str:
    return "not known" if value is None else f"{value:,.0f} km2"


def _interval(interval: Interval | None, unit: str) -> str:
    if interval is None:
        return ""
    low, mid, high = (f"{x:,.0f}" if "km2" in unit else f"{x:g}" for x in (interval.low, interval.mid, interval.high))
    return f"{mid}{unit}" + ("" if low == high else f" ({low}-{high})")


def bundled(viewpoint: Viewpoint = "un") -> str:
    """What is bundled: the data, the viewpoint, and a line for each country."""
    from geo import boundaries

    table = boundaries.countries(viewpoint=viewpoint)
    head = [boundaries.description(), boundaries.viewpoint_text(viewpoint) + ".", *boundaries.credit_lines(), ""]
    rows = [
        f"{code:<4}{str(name)[:34]:<36}{units:>5} units {_km2(area):>18}"
        + ("" if math.isnan(published) else f"   published {_km2(published)}")
        for code, name, units, area, published in zip(
            table["country"],
            table["name"],
            table["units"],
            table["area_km2"].to_numpy(dtype=float),
            table["published_km2"].to_numpy(dtype=float),
            strict=True,
        )
    ]
    return "\n".join([*head, *rows])
