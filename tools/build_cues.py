"""Compile the cue vocabularies: vocabulary/cues/<lang>.toml and actors.toml -> vocabulary/cues/<lang>.json.

python tools/build_cues.py            write the compiled files
python tools/build_cues.py --check    exit 1 where one is out of date, or the vocabulary has a fault
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from geo.reading.cues import LANGUAGES, VOCABULARY, Dispute, Vocabulary, alternatives, compile_patterns

CYRILLIC = ("uk", "ru")


def load(path: Path) -> tuple[dict[str, Any], bytes]:
    """A TOML file and its bytes."""
    source = path.read_bytes()
    return tomllib.loads(source.decode()), source


def compiled(lang: str) -> Vocabulary:
    """The vocabulary of one language, compiled from its TOML file and the parties' names in that language."""
    cues, source = load(VOCABULARY / "cues" / f"{lang}.toml")
    actors, more = load(VOCABULARY / "actors.toml")
    spare = None if lang in CYRILLIC else "en"
    names = {
        party: {"name": names_by_line(forms.get(lang, forms.get(spare, "")))}
        for party, forms in actors["actors"].items()
    }
    return Vocabulary(
        lang,
        hashlib.sha256(source + more).hexdigest(),
        compile_patterns(cues),
        compile_patterns({"actor": names}),
        tuple(Dispute(**freeze(dispute)) for dispute in actors["dispute"]),
    )


def names_by_line(text: str) -> str:
    """Names stand side by side, of one word or several: single words stay one pattern, the others get a line each."""
    names = [name.strip() for line in text.splitlines() for name in alternatives(line) if name.strip()]
    single = "|".join(name for name in names if " " not in name)
    return "\n".join([single, *(name for name in names if " " in name)])


def freeze(table: dict[str, Any]) -> dict[str, Any]:
    """Lists of a TOML table as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def target(name: str) -> Path:
    """Where the compiled vocabulary stands."""
    return VOCABULARY / "cues" / f"{name}.json"


def main(argv: list[str]) -> int:
    """Write or check every compiled vocabulary."""
    stale = []
    for name in LANGUAGES:
        wanted = msgspec.json.encode(compiled(name)) + b"\n"
        path = target(name)
        if "--check" in argv:
            if not path.exists() or path.read_bytes() != wanted:
                stale.append(path.name)
        else:
            path.write_bytes(wanted)
    if stale:
        sys.stderr.write(f"out of date: {', '.join(stale)}; run python tools/build_cues.py\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
