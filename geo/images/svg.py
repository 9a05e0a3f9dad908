"""Images: SVG as newsrooms can use it: small, titled, its text as outlines or as real text with the fonts inside.

The user unit is a tenth of a point, so that coordinates are short whole numbers.
"""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from matplotlib.figure import Figure
from matplotlib.path import Path

from geo.images import vector
from geo.images.sheet import HALO, Line, Page, Shape, lines, shapes
from geo.images.type import POINTS
from geo.images.vector import STEPS, UNITS, Ring

#: What no XML document may hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LETTERS = {int(Path.LINETO): "l", int(Path.CURVE3): "q", int(Path.CURVE4): "c"}
_POINTS = {int(Path.LINETO): 1, int(Path.CURVE3): 2, int(Path.CURVE4): 3}
#: Words of so many letters are written once if they come again.
_SHORTEST = 3
#: What most shapes have stands once, around them.
_GROUP = '<g fill="none" stroke-linejoin="round">'


def document(figure: Figure, *, alt: str, title: str, text_as_text: bool) -> str:
    """Return a figure as SVG with title, description and role."""
    across, down = (float(inches) * 72 for inches in figure.get_size_inches())
    lang = figure.lang if isinstance(figure, Page) else "en"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"'
        f' width="{_points(across)}pt" height="{_points(down)}pt"'
        f' viewBox="0 0 {_points(across * STEPS)} {_points(down * STEPS)}" xml:lang={quoteattr(lang)}'
        ' role="img" aria-labelledby="title desc">'
    )
    written = lines(figure)
    text = _as_text(written) if text_as_text else _as_outlines(written)
    clips: dict[tuple[int, int, int, int], str] = {}
    drawn = "\n".join(_shape(shape, clips) for shape in shapes(figure))
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            head,
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="desc">{escape(alt)}</desc>',
            *(_clip(box, name) for box, name in clips.items()),
            f'<rect id="page" width="100%" height="100%" fill="{_paper(figure)}"/>',
            _GROUP,
            drawn,
            "</g>",
            text,
            "</svg>\n",
        ]
    )


def _points(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _paper(figure: Figure) -> str:
    from matplotlib.colors import to_hex

    return str(to_hex(figure.get_facecolor()))


# --- shapes ---------------------------------------------------------------------------------------------------


def _clip(box: tuple[int, int, int, int], name: str) -> str:
    x, y, width, height = box
    return f'<clipPath id="{name}"><rect x="{x}" y="{y}" width="{width}" height="{height}"/></clipPath>'


def _shape(shape: Shape, clips: dict[tuple[int, int, int, int], str]) -> str:
    paint = f' fill="{shape.fill}"' if shape.fill else ""
    if shape.stroke:
        paint += f' stroke="{shape.stroke}" stroke-width="{vector.width(shape.width)}"'
        if shape.dashes:
            paint += f' stroke-dasharray="{" ".join(vector.width(dash) for dash in shape.dashes)}"'
        if shape.cap != "butt":
            paint += f' stroke-linecap="{shape.cap}"'
    if shape.clip is not None:
        name = clips.setdefault(vector.box(shape.clip), f"clip{len(clips) + 1}")
        paint += f' clip-path="url(#{name})"'
    return f'<path id={quoteattr(str(shape.get_gid()))} d="{_path(vector.rings(shape))}"{paint}/>'


def _path(rings: Iterable[Ring]) -> str:
    """Return path data in relative steps."""
    return "".join(_curved(*ring) if ring[1] is not None else _straight(ring) for ring in rings)


def _straight(ring: Ring) -> str:
    flat, _codes, closed = ring
    moves = [after - before for before, after in zip(flat, flat[2:], strict=False)]
    drawn = f"M{flat[0]} {flat[1]}"
    if moves:
        drawn += "l" + " ".join(map(str, moves))
    return drawn.replace(" -", "-") + ("z" if closed else "")


def _curved(flat: list[int], kinds: list[int] | None, closed: bool) -> str:
    assert kinds is not None
    points = list(zip(flat[::2], flat[1::2], strict=True))
    x, y = points[0]
    written = [f"M{x} {y}"]
    i, before = 1, ""
    while i < len(kinds):
        count = _POINTS[kinds[i]]
        numbers = " ".join(f"{px - x} {py - y}" for px, py in points[i : i + count])
        letter = _LETTERS[kinds[i]]
        written.append((letter if letter != before else " ") + numbers)
        x, y = points[i + count - 1]
        i, before = i + count, letter
    return "".join(written).replace(" -", "-") + ("z" if closed else "")


# --- text as outlines -----------------------------------------------------------------------------------------


#: A letter's id and where it stands in its word; a word, and where it starts in its line.
Letters = tuple[tuple[str, int, int], ...]
Placed = tuple[Letters, int, int]


def _as_outlines(written: list[Line]) -> str:
    """Return definitions of the letters, of words that come again, and the lines that use them, halos first."""
    ids = {name: f"g{i}" for i, name in enumerate(vector.letters(written))}
    defs = [f'<path id="{ids[name]}" d="{_letter(name)}"/>' for name in ids]
    lines_words = [_words(line, ids) for line in written]
    counts = Counter(word for words in lines_words for word, _x, _y in words)
    again = {word: f"w{i}" for i, word in enumerate(w for w, n in counts.items() if n > 1 and len(w) >= _SHORTEST)}
    defs += [f'<g id="{id_}">{_uses([(word, 0, 0)], {})}</g>' for word, id_ in again.items()]
    halos, letters = [], []
    for number, (line, words) in enumerate(zip(written, lines_words, strict=True)):
        name = quoteattr(str(line.get_gid()))
        paint = f'id={name} fill="{line.get_color()}" {_place(line)}'
        if line.halo:
            defs.append(f'<g id="t{number}">{_uses(words, again)}</g>')
            stroke = f'stroke="{line.halo}" stroke-width="{HALO * UNITS:.0f}" stroke-linejoin="round"'
            halos.append(f'<use xlink:href="#t{number}" fill="{line.halo}" {stroke} {_place(line)}/>')
            letters.append(f'<use xlink:href="#t{number}" {paint}/>')
        else:
            letters.append(f"<g {paint}>{_uses(words, again)}</g>")
    return "\n".join(["<defs>", *defs, "</defs>", '<g id="text">', *halos, *letters, "</g>"])


@lru_cache(maxsize=4096)
def _letter(name: str) -> str:
    """Return a letter's outline as path data; the same in every file, so it is made once."""
    return _path(vector.glyph(name))


def _place(line: Line) -> str:
    scale = line.size * POINTS * STEPS / UNITS
    x, y = vector.steps(line.left), vector.steps(line.baseline)
    return f'transform="translate({x} {y}) scale({scale:.4f} {-scale:.4f})"'


def _words(line: Line, ids: dict[str, str]) -> list[Placed]:
    """Cut a line where there is nothing to see (spaces)."""
    found: list[Placed] = []
    word: list[tuple[str, int, int]] = []
    left = up = 0
    for name, gx, gy in (*line.run.glyphs, ("", 0.0, 0.0)):
        if name in ids:
            x, y = round(gx * UNITS), round(gy * UNITS)
            if not word:
                left, up = x, y
            word.append((ids[name], x - left, y - up))
        elif word:
            found.append((tuple(word), left, up))
            word = []
    return found


def _uses(words: Iterable[Placed], again: dict[Letters, str]) -> str:
    parts = []
    for word, left, up in words:
        if word in again:
            parts.append(_use(again[word], left, up))
        else:
            parts += [_use(letter, left + x, up + y) for letter, x, y in word]
    return "".join(parts)


def _use(id_: str, x: int, y: int) -> str:
    return f'<use xlink:href="#{id_}"' + (f' x="{x}"' if x else "") + (f' y="{y}"' if y else "") + "/>"


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
        unit = POINTS * STEPS
        place = f'x="{vector.steps(line.left)}" y="{vector.steps(line.baseline)}" font-size="{line.size * unit:.1f}"'
        place += f' font-family="{family}"'
        width = f'textLength="{line.run.width * line.size * unit:.0f}" lengthAdjust="spacingAndGlyphs"'
        weight = "" if file else f' font-weight="{line.weight}"'
        content = f"{place}{weight} {width}>{escape(_NO_XML.sub('', line.get_text()))}</text>"
        if line.halo:
            stroke = f'stroke="{line.halo}" stroke-width="{HALO * line.size * unit:.1f}" stroke-linejoin="round"'
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
