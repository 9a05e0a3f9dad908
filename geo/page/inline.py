"""Part of the page: scripts and styles as text for HTML, and the policy that admits only them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib import resources
from typing import Any

#: Leaflet's own files come from the package XStatic-Leaflet, the version that folium asks for.
_LEAFLET = "xstatic.pkg.leaflet"
#: In the order in which they build on each other.
SCRIPTS = (
    "text.js",
    "names.js",
    "geometry.js",
    "patterns.js",
    "model.js",
    "map.js",
    "reported.js",
    "compare.js",
    "panels.js",
    "time.js",
    "pictures.js",
    "share.js",
    "main.js",
)


@cache
def asset(name: str, *, package: str = "geo.page") -> str:
    """Return one of our scripts or styles without indentation and comments on lines of their own."""
    text = resources.files(package).joinpath("assets", name).read_text(encoding="utf-8")
    if name.endswith(".css"):
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def own_script() -> str:
    """Return all of the page's own scripts as one."""
    return "\n".join(asset(name) for name in SCRIPTS)


@cache
def leaflet_script() -> str:
    """Return Leaflet's script, without the line that names its source map (a request in some browsers)."""
    script = _leaflet_file("leaflet.js").decode()
    return re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "", script)


@cache
def leaflet_style(*, layer_control: bool = False) -> str:
    """Return Leaflet's style, with its picture for a layer control inside where one was added to the map.

    The larger one for fine screens is left out; markers have a picture of their own (`assets/map.js`).
    """

    def picture(match: re.Match[str]) -> str:
        data = base64.b64encode(_leaflet_file(match[1])).decode()
        return f"url(data:image/png;base64,{data})"

    style = _leaflet_file("leaflet.css").decode().replace("\r\n", "\n")
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    unused = "layers-2x|marker-icon" if layer_control else "layers|layers-2x|marker-icon"
    style = re.sub(rf"[^{{}}]+{{[^{{}}]*url\(images/(?:{unused})\.png\)[^{{}}]*}}", "", style)
    style = re.sub(r"url\((images/[\w-]+\.png)\)", picture, style)
    return re.sub(r"\s*\n\s*", "\n", style).strip()


def _leaflet_file(name: str) -> bytes:
    return resources.files(_LEAFLET).joinpath("data", *name.split("/")).read_bytes()


def json_for_html(value: Any) -> str:
    """Return JSON that can't end the script element it stands in, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    # U+2028 and U+2029 are line ends to some parsers; lone surrogates can't be written as UTF-8.
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def digest(text: str) -> str:
    """Return the source expression of a script or style for a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(scripts: list[str], styles: list[str]) -> str:
    """Return a Content-Security-Policy that admits only these scripts and styles and loads nothing."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(digest, scripts))}",
            f"style-src {' '.join(map(digest, styles))}",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
