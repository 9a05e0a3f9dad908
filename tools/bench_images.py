"""What the images cost, in CPU time on one core: all of the seed articles in a fresh process, one beside geopandas.

    python tools/bench_images.py            print a table (Markdown)
    python tools/bench_images.py --profile  print what a fresh process does, call by call, instead

A fresh process has imported everything and drawn nothing: fonts are opened, shapes are simplified and names are set for
the first time. The yardstick is geopandas' own plot of the same regions, written as PNG of the same size.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import platform
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.atlas import Atlas

ROOT = Path(__file__).parents[1]
ROUNDS = 5
#: At most so many seconds for all images, and so many times geopandas' plot for one.
MOST_SECONDS = 6.0
MOST_TIMES = 2.0


def atlas_of_seeds() -> Atlas:
    """The atlas of the two seed articles."""
    from geo import build

    return build.make_atlas(build.read([ROOT / "seeds"]))


def seconds(run: Callable[[], Any]) -> float:
    """CPU time of this process."""
    start = time.process_time()
    run()
    return time.process_time() - start


def draw_all() -> int:
    """Draw and write all images of the seeds; returns how many there are."""
    from geo import images

    atlas = atlas_of_seeds()
    with TemporaryDirectory() as folder:
        start = time.process_time()
        count = len(images.write_all(atlas, Path(folder)))
        taken = time.process_time() - start
    sys.stdout.write(f"{count} {taken}\n")
    return count


def fresh() -> tuple[int, float]:
    """Number of images, and the CPU seconds that a fresh process draws and writes them in: median of the rounds."""
    found = []
    count = 0
    for _ in range(ROUNDS):
        command = [sys.executable, str(Path(__file__)), "--once"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        run = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        number, taken = run.stdout.split()
        count = int(number)
        found.append(float(taken))
    return count, statistics.median(found)


def profile() -> None:
    """Print what takes the time in a fresh process."""
    from geo import images

    atlas = atlas_of_seeds()
    profiler = cProfile.Profile(time.process_time)
    with TemporaryDirectory() as folder:
        profiler.runcall(images.write_all, atlas, Path(folder))
    for order in ("tottime", "cumulative"):
        pstats.Stats(profiler).sort_stats(order).print_stats(45)


def beside_geopandas() -> tuple[float, float]:
    """CPU seconds of one web map as PNG, drawn and written, and of geopandas' plot of the same data and size."""
    import io

    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    from geo import images

    atlas = atlas_of_seeds()
    width, height = images.PRESETS["web"].pixels

    def ours() -> None:
        figure = images.draw(atlas, "map", preset="web")
        images.render(figure, "png", alt="", title="")

    def theirs() -> None:
        figure, axes = pyplot.subplots(figsize=(width / 100, height / 100), dpi=100)
        atlas.context.plot(ax=axes, color="#eeeeee", edgecolor="#999999")
        atlas.regions.plot(ax=axes, color="#dddddd", edgecolor="#666666")
        west, south, east, north = atlas.regions.total_bounds
        axes.set(xlim=(west, east), ylim=(south, north))
        figure.savefig(io.BytesIO(), format="png")
        pyplot.close(figure)

    ours()
    theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--profile", action="store_true", help="print what a fresh process does, call by call")
    chosen = parser.parse_args()
    if chosen.once:
        draw_all()
    elif chosen.profile:
        profile()
    else:
        write = sys.stdout.write
        write(f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n\n")
        write("| what | seconds | at most |\n| --- | ---: | ---: |\n")
        count, taken = fresh()
        write(
            f"| {count} images of the seeds, as PNG, SVG and PDF, in a fresh process "
            f"| {taken:.2f} | {MOST_SECONDS:.0f} |\n"
        )
        ours, theirs = beside_geopandas()
        write(f"| one web map as PNG | {ours:.3f} | |\n| geopandas' plot of the same shapes | {theirs:.3f} | |\n")
        write(f"| times geopandas' plot | {ours / theirs:.2f} | {MOST_TIMES:.0f} |\n")


if __name__ == "__main__":
    main()
