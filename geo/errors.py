"""Every exception of the package, under one root.

    GeoError
    ├── InputError            an article, folder or address that can't be read
    ├── FetchError            an address that did not give what was expected
    ├── MissingExtraError     an optional dependency that is not installed
    ├── BoundaryDataError     boundary files missing, broken or not the pinned ones
    ├── UnknownRegionError    a region or country code that the boundaries don't have
    ├── CrsMismatchError      coordinates in the wrong reference system
    ├── InvalidGeometryError  a geometry that can't be measured
    ├── ReviewError           a review table that can't be applied
    ├── StyleError            a style file with wrong keys or values
    └── OutputError           a folder or file that can't be written

A message names the input, what was expected and the next step. The command line prints it as one line.
"""

from __future__ import annotations

from collections.abc import Iterable


class GeoError(Exception):
    """Root of the package's exceptions."""


class InputError(GeoError):
    """An article, folder, address or stream that can't be read."""


class FetchError(InputError):
    """An address that did not give what was expected."""


class MissingExtraError(GeoError):
    """An optional dependency that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the extra [{extra}], which is not installed: pip install 'concession-maps[{extra}]'"
        )
        self.extra = extra


class BoundaryDataError(GeoError):
    """Boundary files that are missing, broken or not the pinned ones."""


class UnknownRegionError(GeoError):
    """A region or country code that the boundaries don't have."""

    def __init__(self, name: str, candidates: Iterable[str] = (), *, kind: str = "region") -> None:
        self.name = name
        self.candidates = tuple(candidates)
        hint = f"; did you mean {', '.join(self.candidates)}?" if self.candidates else ""
        super().__init__(f"unknown {kind} {name!r}{hint} (`concession-maps boundaries` lists what is bundled)")


class CrsMismatchError(GeoError):
    """Coordinates in another reference system than the one expected."""


class InvalidGeometryError(GeoError):
    """A geometry that is empty, invalid or can't be measured."""


class ReviewError(GeoError):
    """A review table that can't be applied."""


class StyleError(GeoError):
    """A style file with wrong keys or values."""


class OutputError(GeoError):
    """A folder or file that can't be written."""
