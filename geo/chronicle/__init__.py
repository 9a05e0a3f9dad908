"""The chronicle room: the data sets of a corpus -> which region is said to be what, how often, when and by whom.

    from geo.chronicle import build

    build(Path("corpus"), Path("maps"))

`tally` counts (a story that many papers print counts once), `page` draws the counts as one HTML file with a slider over
the months, `images` as PNG, SVG and PDF, `write` makes the folder of all that.
"""

from __future__ import annotations

from geo.chronicle.tally import Tally
from geo.chronicle.write import Chronicled, build

__all__ = ["Chronicled", "Tally", "build"]
