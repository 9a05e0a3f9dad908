"""Compile the names of regions: vocabulary/regions.toml and contexts.toml -> vocabulary/regions.json.

python tools/build_names.py            write the compiled file
python tools/build_names.py --check    exit 1 where it is out of date, or the vocabulary has a fault
"""

from __future__ import annotations

import hashlib
import sys
import tomllib

import msgspec

from geo.reading.names import COMPILED, VOCABULARY, compile_names


def compiled() -> bytes:
    """The bytes that the compiled file should have."""
    sources = [(VOCABULARY / name).read_bytes() for name in ("regions.toml", "contexts.toml")]
    regions, contexts = (tomllib.loads(source.decode()) for source in sources)
    digest = hashlib.sha256(b"".join(sources)).hexdigest()
    return msgspec.json.encode(compile_names(regions, contexts, digest)) + b"\n"


def main(argv: list[str]) -> int:
    """Write or check the compiled file."""
    wanted = compiled()
    if "--check" not in argv:
        COMPILED.write_bytes(wanted)
        return 0
    if COMPILED.exists() and COMPILED.read_bytes() == wanted:
        return 0
    sys.stderr.write(f"out of date: {COMPILED.name}; run python tools/build_names.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
