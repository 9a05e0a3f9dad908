"""Images: text that others wrote made safe to draw, measured and broken into lines.

Sizes and widths are in layout units (`presets`). Widths come from the same glyph outlines that are drawn.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from geo.errors import StyleError
from geo.style import Fonts

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

#: Points in one layout unit (1/96 inch).
POINTS = 0.75
#: Always there: it comes with matplotlib.
LAST_RESORT = "DejaVu Sans"
#: Distance between baselines, and how far letters reach above and below theirs, in sizes of type.
LINE = 1.28
ASCENT = 0.80
DESCENT = 0.24
_LONGEST = 400
_MEASURED_AT = 100.0
#: Spaces that no line of a heading should end at: after a number, after a word of one letter.
_GLUED = re.compile(r"(?<=\d) (?=\w)|(?<=\b[^\W\d_]) (?=\w)")
#: Classes of letters, in Unicode's bidirectional algorithm, that are written from right to left or turn others round.
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
#: Unicode categories that don't belong in a drawn line: controls, bidi overrides and other formats, surrogates,
#: private use.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
#: More marks than this on one letter are a joke or an attack; no writing system needs them.
_MARKS = 8
#: Formats that writing systems need: zero-width joiner and non-joiner.
_JOINERS = {"\u200c", "\u200d"}


@lru_cache(maxsize=4096)
def clean(text: str, *, longest: int = _LONGEST) -> str:
    """Return text on one line, without controls, bidi overrides and lone surrogates, cut to so many characters.

    Of the marks that pile up on one letter the first `_MARKS` stay.
    """
    if text.isascii() and text.isprintable():
        shown = text
    else:
        spaced = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
        shown = "".join(_drawable(spaced))
    line = " ".join(shown.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _drawable(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" else 0
        if marks <= _MARKS and (category not in _UNPRINTABLE or char in _JOINERS):
            yield char


@lru_cache(maxsize=32)
def families(fonts: Fonts) -> tuple[str, ...]:
    """Return the style's families that are installed, in its order, with `LAST_RESORT` at the end.

    Files of ``fonts.files`` and the families of installed ``fontpkg-*`` packages count as installed.
    """
    for file in (*fonts.files, *_packaged(fonts.sans)):
        if file not in {entry.fname for entry in font_manager.fontManager.ttflist}:
            try:
                font_manager.fontManager.addfont(file)
            except Exception as error:  # a broken font may fail in any of its tables
                raise StyleError(f"{file}: the font can't be read ({error}); give another in fonts.files") from error
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    return tuple(dict.fromkeys([*(name for name in fonts.sans if name in known), LAST_RESORT]))


def _packaged(names: Iterable[str]) -> list[str]:
    """Find font files that came as Python packages (fontpkg_fira_sans for "Fira Sans")."""
    from importlib.util import find_spec

    files: list[str] = []
    for name in names:
        spec = find_spec("fontpkg_" + re.sub(r"\W", "_", name.lower())) if name.isascii() else None
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            files += sorted(str(file) for file in Path(folder).glob("files/*.ttf"))
    return files


def _weight(value: str | int) -> int:
    """Return a font file's weight as a number."""
    return value if isinstance(value, int) else font_manager.weight_dict.get(value, 400)


@lru_cache(maxsize=64)
def _file(family: str, weight: int) -> str | None:
    """Return the upright file of a family nearest to a weight (the bolder of two), None if there is none."""
    found = [
        (abs(_weight(entry.weight) - weight), -_weight(entry.weight), entry.fname)
        for entry in font_manager.fontManager.ttflist
        if entry.name == family and entry.style == "normal" and entry.stretch in ("normal", 400)
    ]
    return min(found)[2] if found else None


@lru_cache(maxsize=64)
def _letters(file: str) -> frozenset[int]:
    return frozenset(font_manager.get_font(file).get_charmap())


@lru_cache(maxsize=16384)
def font(text: str, names: tuple[str, ...], weight: int) -> FontProperties:
    """Return the font for a text: the first family that has all its letters, else all families, letter by letter.

    A font file is looked up here once; matplotlib's own search scores every installed font anew for each size.
    """
    letters = frozenset(map(ord, text))
    for name in names:
        file = _file(name, weight)
        if file is not None and letters <= _letters(file):
            return FontProperties(fname=file)
    return FontProperties(family=list(names), weight=700 if weight >= 600 else 400)


@dataclass(frozen=True)
class Run:
    """One line of text set in type of size 1: glyphs with their positions, and its width.

    Glyph ids name entries of `glyphs`; positions and outlines have y up, from the baseline's start. ``advance`` is
    where the next word's space begins; None in writing from right to left, where it is not at the end.
    """

    glyphs: tuple[tuple[str, float, float], ...]
    width: float
    advance: float | None

    @cached_property
    def outline(self) -> tuple[Floats, Codes] | None:
        """The outlines of the line, None if there is nothing to see (spaces)."""
        drawn = [(glyphs[name], x, y) for name, x, y in self.glyphs if len(glyphs[name][0])]
        if not drawn:
            return None
        vertices = np.concatenate([outline[0] + (x, y) for outline, x, y in drawn])
        return vertices, np.concatenate([outline[1] for outline, _x, _y in drawn])


#: Outlines of every glyph that was set, in sizes of type, by name.
glyphs: dict[str, tuple[Floats, Codes]] = {}


@lru_cache(maxsize=16384)
def typeset(text: str, names: tuple[str, ...], weight: int) -> Run:
    """Set a line of text, with kerning and, in scripts that need it, shaping; letters no family has show as boxes."""
    files = [file for file in (_file(name, weight) for name in names) if file is not None]
    first = font(text, names, weight).get_file()
    face = font_manager.get_font([first] if first else files)
    face.set_size(_MEASURED_AT, 72)
    onwards = not any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        # Outlines that are known are not taken out of the font again.
        items, fresh, _rules = text_to_path.get_glyphs_with_font(
            face, f"{text} " if onwards else text, glyphs, return_new_glyphs_only=True
        )
    for name, (vertices, codes) in fresh.items():
        glyphs.setdefault(name, (np.asarray(vertices, float) / _MEASURED_AT, np.asarray(codes, np.uint8)))
    placed = tuple((name, x / _MEASURED_AT, y / _MEASURED_AT) for name, x, y, _scale in items)
    ink = [x + glyphs[name][0][:, 0].max() for name, x, _y in placed if len(glyphs[name][0])]
    width = float(max(ink, default=0.0))
    return Run(placed[:-1], width, placed[-1][1]) if onwards else Run(placed, width, None)


def glue(text: str) -> str:
    """Return a heading with no-break spaces where no line of it should end: the same number of characters."""
    return _GLUED.sub("\u00a0", text)


class Face:
    """The families of a style: measures and breaks lines."""

    def __init__(self, fonts: Fonts) -> None:
        self.names = families(fonts)

    def prop(self, text: str, weight: int = 400) -> FontProperties:
        """Return matplotlib's font for a text in a weight."""
        return font(text, self.names, weight)

    def width(self, text: str, size: float, weight: int = 400) -> float:
        """Return the width of one line."""
        return typeset(text, self.names, weight).width * size if text else 0.0

    def lines(self, text: str, size: float, width: float, *, weight: int = 400, most: int = 99) -> list[str]:
        """Break text into lines no wider than `width`, at most so many; the last ends in … where text is left out.

        Words longer than a line are broken; so is writing without spaces.
        """
        space = self._space(weight) * size
        lines: list[str] = []
        line, end, sums = "", 0.0, True
        for word in _pieces(text, lambda piece: self.width(piece, size, weight) <= width):
            # Words are measured one by one: the same words come again and again, the same lines don't.
            run = typeset(word.text, self.names, weight)
            gap = space if line and word.spaced else 0.0
            longer = f"{line} {word.text}" if gap else line + word.text
            sums = sums and run.advance is not None
            total = end + gap + run.width * size if sums else self.width(longer, size, weight)
            if line and total > width:
                lines.append(line)
                line, end, sums = word.text, 0.0, run.advance is not None
            else:
                line = longer
                end += gap
            end += (run.width if run.advance is None else run.advance) * size
        lines.append(line)
        lines = [line for line in lines if line]
        if len(lines) <= most:
            return lines
        return [*lines[: most - 1], self.cut(" ".join(lines[most - 1 :]), size, width, weight=weight)]

    def balanced(self, text: str, size: float, width: float, *, weight: int = 400) -> list[str]:
        """Break text into as few lines as `width` allows, as equal in length as can be.

        A number stays with what it counts, and a word of one letter with the next, where that takes no line more.
        """
        fewest = self.lines(text, size, width, weight=weight)
        glued = glue(text)
        best = self.lines(glued, size, width, weight=weight)
        if len(best) > len(fewest) or len(" ".join(best)) != len(text):
            best, glued = fewest, text
        low, high = 0.5 * width, width
        for _halving in range(6):
            middle = (low + high) / 2
            lines = self.lines(glued, size, middle, weight=weight)
            if len(lines) == len(best) and len(" ".join(lines)) == len(" ".join(best)):
                best, high = lines, middle
            else:
                low = middle
        if glued == text:
            return best
        ends = list(accumulate(len(line) + 1 for line in best))
        return [text[end - len(line) - 1 : end - 1] for line, end in zip(best, ends, strict=True)]

    def _space(self, weight: int) -> float:
        """Return the width of a space in type of size 1."""
        both, one = (typeset(text, self.names, weight).advance or 0.0 for text in ("n n", "n"))
        return both - 2 * one

    def cut(self, text: str, size: float, width: float, *, weight: int = 400) -> str:
        """Shorten text to one line of at most `width`, ending in … if anything is left out."""
        if self.width(text, size, weight) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + "…", size, weight) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"

    def widest(self, lines: Sequence[str], size: float, weight: int = 400) -> float:
        """Return the width of the widest line."""
        return max((self.width(line, size, weight) for line in lines), default=0.0)


class _Piece:
    """A word, or a part of one that is too long for a line."""

    __slots__ = ("spaced", "text")

    def __init__(self, text: str, *, spaced: bool) -> None:
        self.text = text
        self.spaced = spaced


def _pieces(text: str, fits: Callable[[str], bool]) -> Iterable[_Piece]:
    for word in text.split(" "):
        rest, spaced = word, True
        while rest and not fits(rest):
            length = len(rest) - 1
            while length > 1 and not fits(rest[:length]):
                length -= 1
            length = max(length, 1)
            yield _Piece(rest[:length], spaced=spaced)
            rest, spaced = rest[length:], False
        if rest:
            yield _Piece(rest, spaced=spaced)
