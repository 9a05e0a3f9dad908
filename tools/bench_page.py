"""Benchmarks of the interactive page, side by side with plain folium in one run, in Chromium with the network off.

    python tools/bench_page.py       print a table (Markdown)

Both draw the articles of seeds/ from the same simplified regions: plain folium as the `GeoJson` layers, tooltips and
layer control that one would write. Of the files that folium loads from other hosts, those are written into its page
that a package brings (Leaflet; jQuery, Bootstrap and Font Awesome where installed, as in `make bench`); its fonts and
small plug-ins are left out, so folium is never slower here than on a desk. A second row has Leaflet alone.
"""

from __future__ import annotations

import dataclasses
import gzip
import itertools
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.atlas import Atlas

ROOT = Path(__file__).parents[1]
ROUNDS = 15
#: folium's default files by the package that brings them, in the order in which folium loads them.
ASSETS = (
    ("xstatic.pkg.jquery", "data/jquery.min.js"),
    ("bootstrap", "js/bootstrap.bundle.min.js"),
    ("bootstrap", "css/bootstrap.min.css"),
    ("xstatic.pkg.font_awesome", "data/css/all.min.css"),
)
#: Notes when at least 27 shapes are on the map and two frames more were made.
WATCH = """(() => {
  const frames = (left) => requestAnimationFrame(() => (left ? frames(left - 1) : (window.drawn = performance.now())));
  const look = () => {
    const drawn = document.querySelectorAll('.leaflet-container path').length >= 27;
    if (drawn) frames(1);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""


def atlas_of_seeds() -> Atlas:
    """The atlas of the two seed articles."""
    from geo import build

    return build.make_atlas(build.read([ROOT / "seeds"]))


def page(atlas: Atlas) -> str:
    """Our page, with nothing kept from an earlier build of it."""
    from geo.page import html_map

    return html_map.render(html_map.build(dataclasses.replace(atlas)))


def plain_folium(atlas: Atlas) -> str:
    """The same regions as folium draws them: all units, and a layer for each article."""
    import folium

    centre = atlas.drawn.total_bounds
    drawn = folium.Map([(centre[1] + centre[3]) / 2, (centre[0] + centre[2]) / 2], zoom_start=6, tiles=None)
    rows = atlas.drawn[["region", "name", "geometry"]]
    layers = [("regions", rows)]
    for one in atlas.comparison.articles:
        layers.append((one.headline.article or "", rows[rows["region"].isin(one.headline.regions)]))
    for name, shown in layers:
        folium.GeoJson(shown.to_json(), name=name, tooltip=folium.GeoJsonTooltip(["name"])).add_to(drawn)
    folium.LayerControl().add_to(drawn)
    return str(drawn.get_root().render())


def local(html: str, *, leaflet_only: bool) -> tuple[str, list[str]]:
    """Write the files into folium's page that packages bring, and cut the addresses of the others."""
    from geo.page import inline

    html = re.sub(r"<script src=\"[^\"]*\"></script>|<link rel=\"stylesheet\"[^>]*>", "", html)
    parts = [f"<script>{inline.leaflet_script()}</script>", f"<style>{inline.leaflet_style()}</style>"]
    names = ["Leaflet"]
    for package, name in () if leaflet_only else ASSETS:
        try:
            found = resources.files(package)
            for part in name.split("/"):
                found = found / part
            text = found.read_text(encoding="utf-8")
        except ModuleNotFoundError:
            continue
        tag = "script" if name.endswith(".js") else "style"
        # Fonts would be asked for beside the page; without them nothing waits.
        parts.append(f"<{tag}>{re.sub(r'@font-face *{[^}]*}', '', text)}</{tag}>")
        names.append(package.rpartition(".")[2])
    return html.replace("<head>", "<head>" + "".join(parts), 1), names


def build_ms(make: Callable[[Atlas], str], atlas: Atlas) -> float:
    """Milliseconds of CPU time to build a page after the imports, median."""
    make(atlas)
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        make(atlas)
        found.append(1000 * (time.process_time() - start))
    return statistics.median(found)


def drawn_ms(browser: Any, pages: dict[str, Path]) -> dict[str, tuple[float, float | None]]:
    """Milliseconds from opening to drawn, and to ready where the page says so; medians, the pages taking turns."""
    found: dict[str, list[float]] = {name: [] for name in pages}
    ready: dict[str, list[float]] = {name: [] for name in pages}
    # A browser still closes one page while it opens the next: each follows each other one equally often.
    orders = list(itertools.permutations(pages))
    for turn in range(ROUNDS + 1):
        for name in orders[turn % len(orders)]:
            context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
            tab = context.new_page()
            tab.add_init_script(WATCH)
            tab.goto(pages[name].as_uri())
            while not (ms := tab.evaluate("window.drawn")):
                tab.wait_for_timeout(20)
            tab.wait_for_timeout(200)
            # The first turn warms the browser up.
            if turn:
                found[name].append(ms)
                marked = tab.evaluate("performance.getEntriesByName('ready').map(mark => mark.startTime)[0]")
                ready[name] += [marked] if marked else []
            context.close()
            time.sleep(0.2)
    return {
        name: (statistics.median(found[name]), statistics.median(ready[name]) if ready[name] else None)
        for name in pages
    }


def main() -> None:
    """Print the table."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit("playwright is not installed: pip install 'concession-maps[bench]'")
    atlas = atlas_of_seeds()
    theirs = plain_folium(atlas)
    light, _ = local(theirs, leaflet_only=True)
    full, names = local(theirs, leaflet_only=False)
    texts = {"this page": page(atlas), "plain folium, Leaflet alone": light}
    if len(names) > 1:
        texts[f"plain folium, with {', '.join(dict.fromkeys(names))}"] = full
    build = {"this page": build_ms(page, atlas), "plain folium, Leaflet alone": build_ms(plain_folium, atlas)}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        paths = {}
        for number, (name, text) in enumerate(texts.items()):
            paths[name] = Path(folder) / f"{number}.html"
            paths[name].write_text(text, encoding="utf-8")
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        drawn = drawn_ms(browser, paths)
        version = browser.version
        browser.close()
    write = sys.stdout.write
    write(f"Chromium {version}, {platform.machine()}, medians of {ROUNDS}\n\n")
    write("| page | built, ms | kB (gzip) | map drawn, ms | against this page | all ready, ms |\n")
    write("| --- | ---: | ---: | ---: | ---: | ---: |\n")
    ours = drawn["this page"][0]
    for name, text in texts.items():
        raw = text.encode()
        built = f"{build[name]:.0f}" if name in build else ""
        ready = drawn[name][1]
        write(
            f"| {name} | {built} | {len(raw) / 1000:.0f} ({len(gzip.compress(raw, 9)) / 1000:.0f}) | "
            f"{drawn[name][0]:.0f} | {drawn[name][0] / ours:.2f} | {f'{ready:.0f}' if ready else '–'} |\n"
        )


if __name__ == "__main__":
    main()
