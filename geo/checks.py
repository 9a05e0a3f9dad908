"""Checks: do the figures of an article fit each other, the named regions and the land itself?

Every check has its inputs, method, numbers, verdict and quotes.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo.models import Check, ControlLayer, Gap, Named, Reading, Reported
from geo.shares import Land


def article_checks(
    reading: Reading,
    figures: Sequence[Reported],
    gaps: Sequence[Gap],
    headline: Named,
    land: Land,
    control: ControlLayer | None,
) -> tuple[Check, ...]:
    """Check one article's figures."""
    return ()


def cross_checks(readings: Sequence[Reading], figures: Sequence[Reported], land: Land) -> tuple[Check, ...]:
    """Check figures of several articles against each other."""
    return ()
