"""The report room: a comparison -> the text that `concession-maps check` prints, and the list of bundled boundaries."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from geo.atlas import Atlas
from geo.build import Settings
from geo.models import Area, Assessment, Check, Comparison, Interval, Message, Named, Reach, Reading, Viewpoint
from geo.words import N_, Translator, shown, words

_DIFFERS = ("differs", "exceeds the upper bound")
_WIDTH = 110
_LABEL = 28
#: Sets and further units that are listed of what it would take.
_SETS, _UNITS = 5, 4


@dataclass(frozen=True)
class Report:
    """A report: its text, whether a check differs, all readings with the skipped ones, and what else is to be told."""

    text: str
    differs: bool
    readings: Sequence[Reading]
    notices: Sequence[str] = ()


def check(
    inputs: Sequence[str | Path],
    settings: Settings | None = None,
    *,
    as_json: bool = False,
    lang: str = "en",
    allow_private: bool = False,
) -> Report:
    """Read, measure and check; raises `GeoError` as `geo.build.build` does."""
    from geo.build import check_language, make_atlas, read, reviewed

    check_language(lang)
    chosen = settings or Settings()
    texts: dict[str, str] = {}
    found = read(inputs, allow_private=allow_private, texts=texts)
    told, review = reviewed(found, chosen.review, texts=texts)
    atlas = make_atlas(told, chosen, reviewed=review.said if review else None)
    differs = any(one.verdict in _DIFFERS for one in all_checks(atlas.comparison))
    if as_json:
        text = msgspec.json.format(msgspec.json.encode(atlas.comparison), indent=1).decode()
    else:
        text = "\n".join(lines(atlas, lang))
    return Report(text, differs, found, review.notices if review else ())


def all_checks(comparison: Comparison) -> list[Check]:
    """Every check once, each article's first, then those across articles."""
    seen: dict[str, Check] = {}
    for assessment in (*comparison.articles, comparison.overall):
        for one in assessment.checks:
            seen.setdefault(one.id, one)
    return list(seen.values())


def lines(atlas: Atlas, lang: str = "en") -> Iterator[str]:
    """The report in a language, line by line; texts of articles are in it as `geo.words.shown`."""
    return (shown(line) for row in _Lines(atlas, words(lang)).all() for line in row.split("\n"))


class _Lines:
    """The lines of one report."""

    def __init__(self, atlas: Atlas, w: Translator) -> None:
        self.atlas = atlas
        self.w = w
        #: What was assumed, as far as the assessment at hand has told it: headline and role often assume the same.
        self._assumed: set[Message] = set()
        self.name: Callable[[str], str] = atlas.place_name(w)

    def all(self) -> Iterator[str]:
        w, comparison = self.w, self.atlas.comparison
        t = w.t
        yield f"{w.country(comparison.country)}. {t(self.atlas.viewpoint_text)}."
        yield t("Boundaries: {source}.", source=comparison.boundaries)
        wholes = comparison.denominators
        for label, whole in (
            (t("measured"), wholes.measured_total_km2),
            (t("published"), wholes.published_total_km2),
            (t("published, land only"), wholes.published_land_km2),
        ):
            yield _row(t("Area, {kind}", kind=label), self._km2(whole))
        if comparison.reviewed_said:
            yield _sentence(self._say(comparison.reviewed_said))
        layer = comparison.control
        if layer is not None:
            known = ", ".join(part for part in (layer.file, w.date(layer.date or ""), layer.credit) if part)
            yield _row(t("Control layer"), f"{known} ({layer.crs})")
            shares = [
                t("{place} {share}", place=self.name(one.region), share=w.percent(one.held_percent))
                for one in layer.regions
                if one.held_km2
            ]
            yield _row(t("held"), f"{self._area(layer.held)}: {', '.join(shares)}")
            if layer.outside_km2 >= 1:
                yield _row(
                    "",
                    t(
                        "{km2} of the layer lie outside {country}",
                        km2=w.km2(layer.outside_km2),
                        country=w.country(comparison.country),
                    ),
                )
        for assessment in comparison.articles:
            yield from self._assessment(assessment)
        if len(comparison.articles) > 1:
            yield from self._assessment(comparison.overall)
        yield from self._units()
        yield from _titled(t("How wordings become intervals"))
        for one in comparison.conventions:
            yield _row(w.hedge(one.hedge), self._say(one.example_said))
        yield ""
        yield self._counts()

    def _counts(self) -> str:
        w = self.w
        found = [one.verdict for one in all_checks(self.atlas.comparison)]
        if not found:
            return w.t("The texts give nothing to check.")
        counts = ", ".join(f"{w.verdict(one)} {w.number(found.count(one))}" for one in dict.fromkeys(found))
        return w.tn("{n} check: {counts}", "{n} checks: {counts}", len(found), counts=counts)

    def _units(self) -> Iterator[str]:
        """Units whose measured and published areas differ by more than the tolerance."""
        w = self.w
        apart = [unit for unit in self.atlas.comparison.units if unit.reason_said and unit.published_km2 is not None]
        if apart:
            yield from _titled(w.t("Measured and published areas that differ"))
        for unit in apart:
            difference = unit.difference_percent or 0.0
            text = w.t(
                "measured {measured}, published {published} ({difference}); likely reason: {reason}",
                measured=w.km2(unit.area.km2),
                published=self._km2(unit.published_km2),
                difference=("+" if difference > 0 else "") + w.percent(difference),
                reason=self._say(unit.reason_said),
            )
            yield _row(self.name(unit.region), text)

    # --- one assessment -----------------------------------------------------------------------------------

    def _assessment(self, assessment: Assessment) -> Iterator[str]:
        t, article = self.w.t, assessment.article
        self._assumed.clear()
        if article is None:
            yield from _titled(t("All articles together"))
        else:
            yield from _titled(f"{article.id}: {article.title}" if article.title else article.id)
        headline = assessment.headline
        basis = ", ".join(self.w.role(role) for role in headline.basis)
        yield from self._named(t("Named, at most:").rstrip(":") + (f" ({basis})" if basis else ""), headline)
        for named in assessment.by_actor:
            label = self.w.role(named.role) if named.role else t("all")
            actor = f", {self.w.country(named.actor)}" if named.actor else ""
            yield from self._named(label + actor, named)
        for figure in assessment.reported:
            said = t("“{text}”", text=figure.quantity.surface)
            amounts = ", ".join(
                part for part in (self._interval(figure.percent, percent=True), self._interval(figure.km2)) if part
            )
            basis = "; ".join(self._say(one) for one in (figure.denominator_said, figure.convention_said) if one)
            yield _row(
                t("Reported:").rstrip(":"),
                f"{said}, {self.w.role(figure.quantity.role)}, {self.name(figure.whole)}: {amounts} ({basis})",
            )
        for gap in assessment.gaps:
            yield _row(t("Gap:").rstrip(":"), _sentence(self._say(gap.text_said)))
            for phrase in gap.may_explain:
                yield _row("  " + t("may be explained by"), t("“{text}”", text=phrase.surface))
        for reach in assessment.reach:
            yield from self._reach(reach)
        if assessment.control is not None:
            yield _row(t("held and not held"), _sentence(self._say(assessment.control.text_said)))
        for done in assessment.checks:
            yield from self._check(done)

    def _named(self, label: str, named: Named) -> Iterator[str]:
        t = self.w.t
        regions = ", ".join(map(self.name, named.regions)) or t("no region")
        yield _row(label, f"{self._area(named.area)}: {regions}" if named.regions else regions)
        if named.weighted is not None:
            yield _row("  " + t("weighted, an estimate"), self._area(named.weighted))
        for one in named.assumptions_said:
            if one not in self._assumed:
                self._assumed.add(one)
                yield _row("  " + t("assumed"), self._say(one))

    def _reach(self, reach: Reach) -> Iterator[str]:
        t = self.w.t
        figure = t("“{text}”", text=reach.reported.quantity.surface)
        for one in reach.sets[:_SETS]:
            inside = "" if one.within else f" ({t('outside the interval')})"
            yield _row(
                t("near {figure}", figure=figure),
                f"{self._area(one.area)}{inside}: {', '.join(map(self.name, one.regions))}",
            )
        for text, units in (
            (
                N_("One unit alone would close the gap with {parts}."),
                [u for u in reach.units if 0 < u.needed.mid <= 100],
            ),
            (N_("Not enough alone, in percent of the unit: {parts}."), [u for u in reach.units if u.needed.mid > 100]),
        ):
            parts = [
                t("{share} of {region}", share=self.w.percent(unit.needed.mid, 0), region=self.name(unit.region))
                for unit in units[:_UNITS]
            ]
            if parts:
                yield _row("", t(text, parts="; ".join(parts)))
        yield _row("  " + t("method"), _sentence(self._say(reach.method_said)))

    def _check(self, done: Check) -> Iterator[str]:
        w = self.w
        said = _sentence(self._say(done.finding_said) or done.finding)
        yield _row(w.verdict(done.verdict).upper(), w.t("{kind}: {finding}", kind=w.check(done.kind), finding=said))
        yield _row("  " + w.t("method"), _sentence(self._say(done.method_said) or done.method))
        for article_id, sentence in dict.fromkeys((quote.article, quote.sentence) for quote in done.quotes):
            yield _row("  " + article_id, w.t("“{text}”", text=" ".join(sentence.split())))

    # --- words ----------------------------------------------------------------------------------------------

    def _say(self, messages: Message | Sequence[Message] | None) -> str:
        return self.atlas.say(messages, self.w)

    def _area(self, area: Area) -> str:
        t = self.w.t
        shares = [
            (area.of_measured_total, N_("{share} of measured")),
            (area.of_published_total, N_("{share} of published")),
            (area.of_published_land, N_("{share} of published land")),
        ]
        told = ", ".join(t(text, share=self.w.percent(share)) for share, text in shares if share is not None)
        return self.w.km2(area.km2) + (f" ({told})" if told else "")

    def _km2(self, value: float | None) -> str:
        return self.w.t("not known") if value is None else self.w.km2(value)

    def _interval(self, interval: Interval | None, *, percent: bool = False) -> str:
        if interval is None:
            return ""
        low, mid, high = (
            self.w.percent(x, 2) if percent else self.w.km2(x) for x in (interval.low, interval.mid, interval.high)
        )
        return mid if low == high else f"{mid} ({self.w.t('{low} to {high}', low=low, high=high)})"


def _titled(title: str) -> Iterator[str]:
    title = title.replace("\n", " ")
    yield ""
    yield title[:_WIDTH]
    yield "-" * min(len(title), _WIDTH)


def _row(label: str, text: str) -> str:
    """Put a label before a text that may go over several lines; a label too long for its column has its own line."""
    indent = " " * (_LABEL + 3)
    label = label.replace("\n", " ")
    wrapped = textwrap.wrap(text, _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False) or [""]
    first = f"  {label}\n{indent}" if len(label) > _LABEL else f"  {label:<{_LABEL}} "
    return (first + f"\n{indent}".join(wrapped)).rstrip()


def _sentence(text: str) -> str:
    """Return clauses as a sentence: a capital first, a full stop last."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _km2(value: float) -> str:
    return f"{value:,.0f} km2"


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
