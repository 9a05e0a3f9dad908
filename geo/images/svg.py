"""Images: SVG as newsrooms can use it: small, titled, its text as outlines or as real text with the fonts inside.

matplotlib writes the shapes; the text is set here, each glyph's outline once and used by reference.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable
from functools import cache
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from matplotlib.path import Path

from geo.images.sheet import HALO, Line
from geo.images.type import POINTS, glyphs

#: Glyph outlines are whole numbers in this many units to the size of type.
_UNITS = 1000
#: Shapes have this many steps to a point: 0.035 mm, half a pixel of print.
_STEPS = 10


def dressed(svg: str, lines: list[Line], *, alt: str, title: str, text_as_text: bool) -> str:
    """Return matplotlib's SVG without its preamble, with shorter paths, text, title, description and role."""
    body = svg[svg.index("<svg") :]
    end = body.index(">")
    head = body[:end] + ' role="img" aria-labelledby="title desc">'
    words = f'<title id="title">{escape(title)}</title>\n<desc id="desc">{escape(alt)}</desc>'
    rest = re.sub(r"\s*<metadata>.*?</metadata>", "", body[end + 1 :], count=1, flags=re.DOTALL)
    rest = _short(rest)
    text = _as_text(lines) if text_as_text else _as_outlines(lines)
    rest = rest.replace("</svg>", "")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}\n{words}{rest.rstrip()}\n{text}\n</svg>\n'


# --- shapes ---------------------------------------------------------------------------------------------------

_PATH_DATA = re.compile(r' d="([MLz0-9.\s-]*)"')
_STYLE = re.compile(r"; (?=[a-z-]+:)")


def _short(svg: str) -> str:
    """Write straight paths in relative steps, leave out comments and indentation."""
    svg = _PATH_DATA.sub(lambda match: f' d="{_relative(match.group(1))}"', svg)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = _STYLE.sub(";", svg)
    return re.sub(r">\s+<", ">\n<", svg)


def _relative(data: str) -> str:
    """Return path data of M, L and z in relative coordinates of `_STEPS` to a point, written as decimals."""
    return "".join(_ring(part) for part in data.split("M") if part.strip())


def _ring(data: str) -> str:
    """Return one run of points, closed or open: a move and relative lines."""
    closed = data.rstrip().endswith("z")
    numbers = np.array(data.replace("L", " ").replace("z", " ").split(), dtype=float).reshape(-1, 2)
    points = np.rint(numbers * _STEPS).astype(int)
    steps = np.diff(points, axis=0)
    moved = steps.any(axis=1)
    # Steps of nothing are left out, unless there is nothing else: a dot with round ends.
    steps = steps[moved] if moved.any() else steps[:1]
    x, y = points[0].tolist()
    lines = []
    for across, down in steps.tolist():
        right, under = _decimal(across), _decimal(down)
        lines.append(f"{right}{under}" if under[0] == "-" else f"{right} {under}")
    drawn = " ".join(lines).replace(" -", "-")
    return f"M{_decimal(x)} {_decimal(y)}{'l' + drawn if drawn else ''}{'z' if closed else ''}"


@cache
def _decimal(steps: int) -> str:
    """Return steps as points, without zeros that say nothing."""
    whole, part = divmod(abs(steps), _STEPS)
    return ("-" if steps < 0 else "") + (f"{whole or ''}.{part}" if part else str(whole))


# --- text as outlines -----------------------------------------------------------------------------------------


def _as_outlines(lines: list[Line]) -> str:
    """Return definitions of the glyphs and the lines that use them, halos first."""
    names = sorted({name for line in lines for name, _x, _y in line.run.glyphs if len(glyphs[name][0])})
    ids = {name: f"g{i}" for i, name in enumerate(names)}
    defs = "\n".join(f'<path id="{ids[name]}" d="{_glyph(name)}"/>' for name in names)
    halos = [_uses(line, ids, halo=True) for line in lines if line.halo]
    letters = [_uses(line, ids) for line in lines]
    return "\n".join(["<defs>", defs, "</defs>", '<g id="text">', *halos, *letters, "</g>"])


def _uses(line: Line, ids: dict[str, str], *, halo: bool = False) -> str:
    scale = line.size * POINTS / _UNITS
    x, y = line.left * POINTS, line.get_position()[1] * POINTS
    place = f'transform="translate({x:.2f} {y:.2f}) scale({scale:.5f} {-scale:.5f})"'
    paint = f'fill="{line.get_color()}"'
    if halo:
        paint = f'fill="{line.halo}" stroke="{line.halo}" stroke-width="{HALO * _UNITS:.0f}" stroke-linejoin="round"'
    name = "" if halo else f" id={quoteattr(str(line.get_gid()))}"
    uses = "".join(
        f'<use xlink:href="#{ids[glyph]}"{_offset(gx, gy)}/>' for glyph, gx, gy in line.run.glyphs if glyph in ids
    )
    return f"<g{name} {paint} {place}>{uses}</g>"


def _offset(x: float, y: float) -> str:
    across, up = round(x * _UNITS), round(y * _UNITS)
    return (f' x="{across}"' if across else "") + (f' y="{up}"' if up else "")


def _glyph(name: str) -> str:
    vertices, codes = glyphs[name]
    points = np.rint(vertices * _UNITS).astype(int).tolist()
    letters = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
    more = {Path.CURVE3: 2, Path.CURVE4: 3}
    written: list[str] = []
    i, kinds = 0, codes.tolist()
    while i < len(kinds):
        kind = kinds[i]
        if kind == Path.CLOSEPOLY:
            written.append("z")
            i += 1
            continue
        count = more.get(kind, 1)
        numbers = [str(value) for point in points[i : i + count] for value in point]
        written.append(letters[kind] + " ".join(numbers))
        i += count
    return "".join(written).replace(" -", "-")


# --- text as text ---------------------------------------------------------------------------------------------


def _as_text(lines: list[Line]) -> str:
    """Return the lines as text elements, and the letters they need of each font inside the file."""
    fonts: dict[str, set[str]] = {}
    written: dict[bool, list[str]] = {False: [], True: []}
    for line in lines:
        properties = line.get_fontproperties()
        file = str(properties.get_file() or "")
        family = "sans-serif"
        if file:
            fonts.setdefault(file, set()).update(line.get_text())
            family = f"font{list(fonts).index(file)}, {family}"
        x, y = line.left * POINTS, line.get_position()[1] * POINTS
        place = f'x="{x:.2f}" y="{y:.2f}" font-size="{line.size * POINTS:.2f}" font-family="{family}"'
        width = f'textLength="{line.run.width * line.size * POINTS:.1f}" lengthAdjust="spacingAndGlyphs"'
        weight = "" if file else f' font-weight="{line.weight}"'
        content = f"{place}{weight} {width}>{escape(line.get_text())}</text>"
        if line.halo:
            stroke = f'stroke="{line.halo}" stroke-width="{HALO * line.size * POINTS:.2f}" stroke-linejoin="round"'
            written[True].append(f'<text aria-hidden="true" fill="{line.halo}" {stroke} {content}')
        written[False].append(f'<text id={quoteattr(str(line.get_gid()))} fill="{line.get_color()}" {content}')
    faces = "".join(_font_face(f"font{i}", file, letters) for i, (file, letters) in enumerate(fonts.items()))
    return "\n".join([f"<style>{faces}</style>", '<g id="text">', *written[True], *written[False], "</g>"])


def _font_face(name: str, file: str, letters: Iterable[str]) -> str:
    """Return a style rule that holds the letters of a font file."""
    from fontTools import subset  # type: ignore[import-untyped]

    options = subset.Options(layout_features=["*"], notdef_outline=True, name_IDs=[0, 1, 2, 13, 14], hinting=False)
    options.recalc_timestamp = False
    # A table of a font editor, nothing that is drawn.
    options.drop_tables = [*options.drop_tables, "FFTM"]
    font = subset.load_font(file, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(letters)))
    subsetter.subset(font)
    target = io.BytesIO()
    font.save(target, reorderTables=True)
    data = base64.b64encode(target.getvalue()).decode("ascii")
    return f"@font-face{{font-family:{name};src:url(data:font/ttf;base64,{data})}}"
