"""List the licence of every package in requirements/runtime.txt; exit 1 where one is not known to be free to use here.

python tools/licences.py            check
python tools/licences.py --write    write the table into THIRD_PARTY.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NOTICES = ROOT / "THIRD_PARTY.md"
START, END = "<!-- table of packages, written by tools/licences.py -->", "<!-- end of the table -->"
FREE = re.compile(
    r"MIT|BSD|Apache|MPL|ISC|PSF|Python Software|HPND|CMU|Zlib|0BSD|Unlicense|CC0|matplotlib|Mozilla", re.IGNORECASE
)


#: What a package says in words of its own, and what that is.
KNOWN = {"(same as Leaflet)": "BSD-2-Clause (same as Leaflet)"}


def packages(lock: Path) -> Iterator[tuple[str, str]]:
    """(name, pinned version) of each line of a lock file."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        found = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", line)
        if found:
            yield found.group(1), found.group(2)


def licence(name: str) -> str | None:
    """What a package says of its licence, None where it is not installed on this platform."""
    try:
        data: Any = distribution(name).metadata
    except PackageNotFoundError:
        return None
    classified = [c.split(" :: ")[-1] for c in data.get_all("Classifier") or [] if c.startswith("License ::")]
    said = data.get("License-Expression") or "; ".join(classified) or (data.get("License") or "").strip().split("\n")[0]
    return KNOWN.get(said, said[:60]) or "not stated"


def main() -> int:
    """Check or write."""
    rows, bad = [], []
    for name, version in packages(ROOT / "requirements" / "runtime.txt"):
        said = licence(name)
        rows.append(f"| {name} | {version} | {said or 'not needed on this platform'} |")
        if said is not None and not FREE.search(said):
            bad.append(f"{name}: {said}")
    if "--write" in sys.argv:
        text = NOTICES.read_text(encoding="utf-8")
        head, tail = text.split(START)[0], text.split(END)[1]
        table = "\n".join([START, "| package | version | licence |", "| --- | --- | --- |", *rows, END])
        NOTICES.write_text(head + table + tail, encoding="utf-8")
    for line in bad:
        sys.stderr.write(f"licence not known to be free to use: {line}\n")
    sys.stdout.write(f"{len(rows)} packages, {len(bad)} to look at\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
