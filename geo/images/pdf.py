"""Images: PDF for print: shapes and letters as paths, tagged as one figure with its text alternative.

ISO 32000-1. No fonts are needed: each letter's outline is a form of its own, drawn wherever it stands. A page tagged
as a figure with an alternate description is what screen readers need (14.8.4.5 and 14.9.3).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure
from matplotlib.path import Path

from geo.images import vector
from geo.images.sheet import HALO, Line, Page, Shape, lines, shapes
from geo.images.type import POINTS, glyphs
from geo.images.vector import STEPS, UNITS, Ring
from geo.style import channels

_LEVEL = 4
_CAPS = {"butt": 0, "round": 1}
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def document(figure: Figure, *, alt: str, title: str, creator: str) -> bytes:
    """Return a figure as PDF of one page, text as outlines, with title, subject and alternate description."""
    width, height = (float(inches) * 72 for inches in figure.get_size_inches())
    lang = figure.lang if isinstance(figure, Page) else "en"
    written = lines(figure)
    names = vector.letters(written)
    haloed = set(vector.letters(line for line in written if line.halo))
    forms = [(f"g{i}", name, "f") for i, name in enumerate(names)]
    forms += [(f"h{i}", name, "B") for i, name in enumerate(names) if name in haloed]
    first_form = 9
    xobjects = " ".join(f"/{key} {first_form + i} 0 R" for i, (key, _name, _paint) in enumerate(forms))
    content = _content(figure, written, names, width, height)
    dictionaries = [
        f"<</Type/Catalog/Pages 2 0 R/Lang{_string(lang)}/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R"
        "/ViewerPreferences<</DisplayDocTitle true>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.4f} {height:.4f}]/Contents 4 0 R/StructParents 0/Tabs/S"
        f"/Resources<</XObject<<{xobjects}>>>>>>",
        f"<</Title{_string(title)}/Subject{_string(alt)}/Creator{_string(creator)}>>",
        "<</Type/StructTreeRoot/K 7 0 R/ParentTree 8 0 R/ParentTreeNextKey 1>>",
        f"<</Type/StructElem/S/Figure/P 6 0 R/Pg 3 0 R/K 0/T{_string(title)}/Alt{_string(alt)}"
        f"/A<</O/Layout/BBox[0 0 {width:.4f} {height:.4f}]>>>>",
        "<</Nums[0[7 0 R]]>>",
    ]
    objects = [one.encode("ascii") for one in dictionaries]
    objects.insert(3, _stream("", content))
    objects += [_form(name, paint) for _key, name, paint in forms]
    return _file(objects)


# --- the page -------------------------------------------------------------------------------------------------


def _content(figure: Figure, written: list[Line], names: list[str], width: float, height: float) -> str:
    """Return the page's operators: y runs down, a unit is a step."""
    scale = 1 / STEPS
    parts = [
        "/Figure<</MCID 0>>BDC",
        f"q {_paint(_paper(figure))} rg 0 0 {width:.4f} {height:.4f} re f",
        f"{scale:g} 0 0 {-scale:g} 0 {height:.4f} cm 1 j",
        *(_shape(shape) for shape in shapes(figure)),
        *_text(written, {name: str(i) for i, name in enumerate(names)}),
        "Q EMC",
    ]
    return "\n".join(parts)


def _paper(figure: Figure) -> str:
    from matplotlib.colors import to_hex

    return str(to_hex(figure.get_facecolor()))


def _shape(shape: Shape) -> str:
    parts = ["q"]
    if shape.clip is not None:
        parts.append("{} {} {} {} re W n".format(*vector.box(shape.clip)))
    if shape.fill:
        parts.append(f"{_paint(shape.fill)} rg")
    if shape.stroke:
        dashes = " ".join(vector.width(dash) for dash in shape.dashes)
        parts.append(f"{_paint(shape.stroke)} RG {vector.width(shape.width)} w {_CAPS[shape.cap]} J [{dashes}] 0 d")
    how = "B" if shape.fill and shape.stroke else "f" if shape.fill else "S"
    return "\n".join([*parts, _path(vector.rings(shape)), f"{how} Q"])


def _paint(colour: str) -> str:
    return " ".join(f"{band:.3f}".rstrip("0").rstrip(".") for band in channels(colour))


def _path(rings: Iterable[Ring]) -> str:
    return "\n".join(_curved(*ring) if ring[1] is not None else _straight(ring) for ring in rings)


def _straight(ring: Ring) -> str:
    flat, _codes, closed = ring
    drawn = "%d %d m" + " %d %d l" * (len(flat) // 2 - 1)
    return drawn % tuple(flat) + (" h" if closed else "")


def _curved(flat: list[int], kinds: list[int] | None, closed: bool) -> str:
    """Return a run with curves; quadratic ones become cubic, which is all that PDF has."""
    assert kinds is not None
    at = list(zip(flat[::2], flat[1::2], strict=True))
    x, y = at[0]
    written = [f"{x} {y} m"]
    i = 1
    while i < len(kinds):
        if kinds[i] == Path.LINETO:
            written.append("{} {} l".format(*at[i]))
            i += 1
        elif kinds[i] == Path.CURVE3:
            (cx, cy), (ex, ey) = at[i], at[i + 1]
            controls = (x + 2 * (cx - x) / 3, y + 2 * (cy - y) / 3, ex + 2 * (cx - ex) / 3, ey + 2 * (cy - ey) / 3)
            written.append(" ".join(f"{round(value)}" for value in controls) + f" {ex} {ey} c")
            i += 2
        else:
            written.append(" ".join(f"{px} {py}" for px, py in at[i : i + 3]) + " c")
            i += 3
        x, y = at[i - 1]
    return " ".join(written) + (" h" if closed else "")


# --- text -----------------------------------------------------------------------------------------------------


def _text(written: list[Line], numbers: dict[str, str]) -> list[str]:
    halos = [_line(line, numbers, str(line.halo), "h") for line in written if line.halo]
    return [
        f"{HALO * UNITS:.0f} w [] 0 d",
        *halos,
        *(_line(line, numbers, str(line.get_color()), "g") for line in written),
    ]


def _line(line: Line, numbers: dict[str, str], colour: str, kind: str) -> str:
    """Return one line of text: each letter's form, moved on from the one before."""
    scale = line.size * POINTS * STEPS / UNITS
    paint = _paint(colour)
    parts = [f"q {paint} rg {paint} RG" if kind == "h" else f"q {paint} rg"]
    parts.append(f"{scale:.4f} 0 0 {-scale:.4f} {vector.steps(line.left)} {vector.steps(line.baseline)} cm")
    across = up = 0
    for name, gx, gy in line.run.glyphs:
        if name in numbers:
            x, y = round(gx * UNITS), round(gy * UNITS)
            if (x, y) != (across, up):
                parts.append(f"1 0 0 1 {x - across} {y - up} cm")
            parts.append(f"/{kind}{numbers[name]} Do")
            across, up = x, y
    return "\n".join([*parts, "Q"])


@lru_cache(maxsize=4096)
def _form(name: str, paint: str) -> bytes:
    """Return a letter's outline as an object of a file; the same in every file, so it is made once."""
    vertices = np.rint(glyphs[name][0] * UNITS).astype(int)
    edge = round(HALO * UNITS) if paint == "B" else 1
    left, low = (vertices.min(axis=0) - edge).tolist()
    right, high = (vertices.max(axis=0) + edge).tolist()
    entries = f"/Type/XObject/Subtype/Form/BBox[{left} {low} {right} {high}]"
    return _stream(entries, f"{_path(vector.glyph(name))}\n{paint}")


# --- the file -------------------------------------------------------------------------------------------------


def _stream(entries: str, content: str) -> bytes:
    data = zlib.compress(content.encode("ascii"), _LEVEL)
    return f"<<{entries}/Filter/FlateDecode/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def _string(text: str) -> str:
    """Return a text string: UTF-16 with its mark, in hexadecimal digits."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _file(objects: list[bytes]) -> bytes:
    """Number the objects from 1 and put the table of their places at the end; object 1 is the catalogue, 5 the info."""
    data = bytearray(_HEAD)
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += (
            f"{number} 0 obj\n".encode() + (content.encode() if isinstance(content, str) else content) + b"\nendobj\n"
        )
    mark = hashlib.sha256(data).hexdigest()[:32]
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    data += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
    data += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R/Info 5 0 R/ID[<{mark}><{mark}>]>>\n".encode()
    data += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(data)
