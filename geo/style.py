"""One place for colours, patterns, fonts and words: `style.toml`, and a newsroom's own file over it.

Pages and images both take their look from the `Style` record that `load` returns, so they always agree.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from geo import toml
from geo.errors import StyleError
from geo.models import Record, Role

Pattern = Literal["solid", "diagonal", "antidiagonal", "horizontal", "vertical", "crosshatch", "dots", "outline"]
Theme = Literal["light", "dark"]
Tree = dict[str, Any]
#: A font's name stands in style sheets.
_FONT = re.compile(r"[\w][\w .+&-]{0,99}")
#: What the files begin with: TrueType, OpenType, collections.
_FONT_FILES = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class RoleStyle(Record, frozen=True):
    """How one role is drawn: its pattern, and its colour in each theme (#rrggbb)."""

    pattern: Pattern
    light: str
    dark: str

    def colour(self, theme: Theme) -> str:
        """Colour of this role in a theme, #rrggbb."""
        return self.light if theme == "light" else self.dark


class Ground(Record, frozen=True):
    """Everything that is drawn besides the roles, #rrggbb each."""

    paper: str
    sea: str
    land: str
    country: str
    border: str
    boundary: str
    ink: str
    muted: str
    reported: str
    accent: str


class Grounds(Record, frozen=True):
    """The ground colours of both themes."""

    light: Ground
    dark: Ground


class Fonts(Record, frozen=True):
    """Font families in order of preference, and font files (.ttf, .otf) of the newsroom's own for the images."""

    sans: tuple[str, ...]
    files: tuple[str, ...] = ()


class Words(Record, frozen=True):
    """Texts that a newsroom may set; empty means the built-in text.

    ``roles`` are a house's own names of the roles.
    """

    credit: str
    title_all: str
    roles: dict[Role, str]


class Style(Record, frozen=True):
    """The whole look."""

    fonts: Fonts
    words: Words
    roles: dict[Role, RoleStyle]
    ground: Grounds


def load(path: Path | None = None) -> Style:
    """Read the built-in style, with the values of a newsroom's file over it.

    Raises
    ------
    StyleError
        If the file can't be read, is not TOML, has an unknown key or a value of the wrong kind.
    """
    tree = tomllib.loads(resources.files("geo").joinpath("style.toml").read_text(encoding="utf-8"))
    where = str(path or "style.toml")
    if path is not None:
        tree = _overlaid(tree, _read(path), where=where)
        _check_values(tree, where)
    try:
        look = msgspec.convert(tree, Style)
    except msgspec.ValidationError as error:
        raise StyleError(f"{where}: {error}; compare it with geo/style.toml") from error
    return look if path is None else _with_files(look, path.parent)


@cache
def default() -> Style:
    """Return the built-in style, read once."""
    return load()


def _read(path: Path) -> Tree:
    try:
        return toml.load(path)
    except OSError as error:
        raise StyleError(f"{path}: can't read the style file ({error.strerror})") from error
    except ValueError as error:
        raise StyleError(f"{path}: the style file is not valid TOML ({error})") from error


def _check_values(tree: Tree, where: str) -> None:
    """Refuse colours that are no #rrggbb and patterns that there are not, and say which there are."""
    sans = tree["fonts"]["sans"]
    for name in sans if isinstance(sans, list) else ():
        if not (isinstance(name, str) and _FONT.fullmatch(name)):
            raise StyleError(f"{where}: {name!r} at 'fonts.sans' is no font's name: letters, digits, spaces, - and _")
    roles = {f"roles.{role}": look for role, look in tree["roles"].items()}
    grounds = {f"ground.{theme}": colours for theme, colours in tree["ground"].items()}
    for table, values in (roles | grounds).items():
        for key, value in values.items():
            if key == "pattern" and value not in get_args(Pattern):
                raise StyleError(
                    f"{where}: unknown pattern {value!r} at '{table}.{key}'; there are {', '.join(get_args(Pattern))}"
                )
            if key != "pattern" and not (isinstance(value, str) and _COLOUR.fullmatch(value)):
                raise StyleError(f"{where}: {value!r} at '{table}.{key}' is no colour; write it as #rrggbb")


def _with_files(look: Style, folder: Path) -> Style:
    """Return a style with its font files found from the folder of the style file."""
    files = tuple(str(folder / file) for file in look.fonts.files)
    for file in files:
        _check_font(Path(file))
    return msgspec.structs.replace(look, fonts=msgspec.structs.replace(look.fonts, files=files))


def _overlaid(base: Mapping[str, Any], over: Mapping[str, Any], *, where: str, inside: str = "") -> Tree:
    """Return base with the values of over, refusing keys that base does not have."""
    unknown = [f"{inside}{key}" for key in over if key not in base]
    if unknown:
        raise StyleError(f"{where}: unknown key {unknown[0]!r}; here it may be {', '.join(base)}")
    merged = dict(base)
    for key, value in over.items():
        table = isinstance(base[key], dict)
        if table and not isinstance(value, dict):
            raise StyleError(f"{where}: '{inside}{key}' must be a table ([{inside}{key}]), not {value!r}")
        merged[key] = _overlaid(base[key], value, where=where, inside=f"{inside}{key}.") if table else value
    return merged


def _check_font(file: Path) -> None:
    try:
        if not file.is_file():
            raise StyleError(f"{file}: no such font file; fonts.files are looked for beside the style file")
        with file.open("rb") as opened:
            known = opened.read(4) in _FONT_FILES
    except (OSError, ValueError) as error:
        raise StyleError(f"{file}: can't read the font file ({getattr(error, 'strerror', None) or error})") from error
    if not known:
        raise StyleError(f"{file}: no font file; expected TrueType or OpenType (.ttf, .otf)")


# --- colour -------------------------------------------------------------------------------------------------


def channels(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of #rrggbb as 0 to 1."""
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def blend(colour: str, over: str, share: float) -> str:
    """Mix so much of a colour (share, 0 to 1) into another; #rrggbb."""
    mixed = (a * share + b * (1 - share) for a, b in zip(channels(colour), channels(over), strict=True))
    return "#" + "".join(f"{round(value * 255):02x}" for value in mixed)


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
