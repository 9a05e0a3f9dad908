"""Images: figures to files: PNG, SVG and PDF with their text alternative inside, the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from geo.errors import OutputError
from geo.images import pdf, svg
from geo.images.sheet import outlined
from geo.images.type import clean

FORMATS = ("png", "svg", "pdf")
_CREATOR = "concession-maps"
_SLUG_LENGTH = 48
#: Names that Windows keeps for devices, whatever ending they have.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
#: Colours of a PNG's palette, and how hard it is compressed (0 to 9).
_COLOURS = 256
_PNG_LEVEL = 2
#: So many equal pixels side by side are a flat patch.
_PATCH = 3


def slug(text: str) -> str:
    """Return a name that every file system takes: a-z, 0-9, - and _; with a short digest if anything was changed.

    Never empty, never the name of a device, never a path, at most 57 characters; different texts give different names.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-_")[:_SLUG_LENGTH].rstrip("-_")
    if name and name == text and not _RESERVED.fullmatch(name):
        return name
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name}-{digest}" if name else digest


def save(figure: Figure, path: Path, *, alt: str, title: str, text_as_text: bool = False) -> None:
    """Write a figure as PNG, SVG or PDF, by the ending of the path, with title and text alternative inside.

    PNG: text chunks Title and Description. SVG: title, desc and role="img". PDF: Title and Subject. Text is drawn as
    outlines; with ``text_as_text`` SVG and PDF keep it as text, fonts embedded.

    Raises
    ------
    OutputError
        If the ending is another one, or the file can't be written.
    """
    data = render(figure, path.suffix.lower().lstrip("."), alt=alt, title=title, text_as_text=text_as_text)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise OutputError(f"{path}: can't write the image ({error.strerror}); choose another folder") from error


def render(figure: Figure, format: str, *, alt: str, title: str, text_as_text: bool = False) -> bytes:
    """Return the bytes of a figure in one format; as `save`."""
    alt, title = clean(alt, longest=8000), clean(title)
    if format == "png":
        return _png(figure, alt, title)
    if format == "svg":
        return svg.document(figure, alt=alt, title=title, text_as_text=text_as_text).encode("utf-8")
    if format == "pdf":
        return _pdf(figure, alt, title, text_as_text=text_as_text)
    raise OutputError(f"unknown image format {format!r}; the formats are {', '.join(FORMATS)}")


@contextmanager
def _settings(**values: object) -> Iterator[None]:
    """Set what matplotlib reads while it writes; silence its warnings about letters that no font has."""
    rc = {"text.usetex": False, "path.simplify": False, **values}
    with mpl.rc_context(rc), warnings.catch_warnings():  # type: ignore[arg-type]
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        # It warns of every table of a font that it leaves out of the PDF.
        subsetter = logging.getLogger("fontTools.subset")
        level = subsetter.level
        subsetter.setLevel(logging.ERROR)
        try:
            yield
        finally:
            subsetter.setLevel(level)


def _png(figure: Figure, alt: str, title: str) -> bytes:
    with _settings(), outlined(figure):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        pixels = pixels.view(np.dtype("<u4"))[:, :, 0]
    chunks = PngInfo()
    chunks.add_itxt("Title", title)
    chunks.add_itxt("Description", alt)
    target = io.BytesIO()
    dpi = (figure.dpi, figure.dpi)
    _palette_image(pixels).save(target, "PNG", pnginfo=chunks, dpi=dpi, compress_level=_PNG_LEVEL)
    return target.getvalue()


def _palette_image(pixels: npt.NDArray[np.uint32]) -> Image.Image:
    """Return an image of 256 colours: a third of the bytes, and flat colours stay as they are.

    Pixels are red, green, blue, alpha from the lowest byte up. The most frequent colours keep their value; the others,
    which are edges, take the nearest of these.
    """
    height, width = pixels.shape
    flat = pixels.ravel()
    # Most pixels are as the one before: only where a run starts there is something to look up.
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    lengths = np.diff(starts, append=len(flat))
    values = flat[starts]
    # Six bits of each band tell colours apart.
    cells = ((values >> 2) & 0x3F) | ((values >> 4) & 0xFC0) | ((values >> 6) & 0x3F000)
    counts = np.bincount(cells, weights=lengths, minlength=1 << 18)
    # The middle of a cell stands for it, or the exact colour where the image has a flat patch of it.
    every = np.arange(1 << 18, dtype=np.uint32)
    stands_for = ((every & 0x3F) << 2) | ((every & 0xFC0) << 4) | ((every & 0x3F000) << 6) | 0x020202
    patches = lengths >= _PATCH
    stands_for[cells[patches]] = values[patches]
    used = np.flatnonzero(counts)
    order = np.argsort(-counts[used], kind="stable")
    bands = [((stands_for[used] >> shift) & 0xFF).astype(np.int32) for shift in (0, 8, 16)]
    kept = np.sort(order[:_COLOURS])
    distances = sum((band[:, None] - band[kept]) ** 2 for band in bands)
    nearest = np.asarray(distances).argmin(axis=1)
    palette = np.stack([band[kept] for band in bands], axis=1)
    table = np.zeros(1 << 18, dtype=np.uint8)
    table[used] = nearest
    image = Image.frombytes("P", (width, height), np.repeat(table[cells], lengths).tobytes())
    image.putpalette(palette.astype(np.uint8).tobytes())
    return image


def _pdf(figure: Figure, alt: str, title: str, *, text_as_text: bool) -> bytes:
    if not text_as_text:
        return pdf.document(figure, alt=alt, title=title, creator=_CREATOR)
    target = io.BytesIO()
    metadata = {"Title": title, "Subject": alt, "Creator": _CREATOR, "CreationDate": None}
    with _settings(**{"pdf.fonttype": 42, "pdf.compression": 4}):
        figure.savefig(target, format="pdf", metadata=metadata)
    return target.getvalue()
