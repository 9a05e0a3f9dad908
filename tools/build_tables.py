"""Compile the vocabularies that are plain tables: vocabulary/<name>.toml -> vocabulary/tables/<name>.json.

python tools/build_tables.py            write the compiled files
python tools/build_tables.py --check    exit 1 where one is out of date
"""

from __future__ import annotations

import sys
import tomllib

import msgspec

from geo.reading.cues import LANGUAGES
from geo.reading.tables import TABLES, VOCABULARY, compiled_path


def main(argv: list[str]) -> int:
    """Write or check the compiled files."""
    stale = []
    for name in (*TABLES, *(f"numbers/{lang}" for lang in LANGUAGES)):
        wanted = msgspec.json.encode(tomllib.loads((VOCABULARY / f"{name}.toml").read_text(encoding="utf-8"))) + b"\n"
        path = compiled_path(name)
        if path.exists() and path.read_bytes() == wanted:
            continue
        if "--check" in argv:
            stale.append(path.name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(wanted)
    if stale:
        sys.stderr.write(f"out of date: {', '.join(stale)}; run python tools/build_tables.py\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
