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

from geo.reading.cues import KINDS, LANGUAGES, VOCABULARY, Dispute, Vocabulary, alternatives, compile_patterns

CYRILLIC = ("uk", "ru")
#: Acts and operators that only take words away from others.
SILENT = frozenset({"none"})
#: Operators that the decision room knows.
OPERATORS = frozenset({"demand", "aim", "offer", "allow", "accept", "condition", "must", "refuse", "deny", "fail"})


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


def faults(vocabulary: Vocabulary) -> list[str]:
    """What is wrong with a compiled vocabulary: unknown names, a line given twice, a dispute over no known area."""
    from geo.reading.decide import DECIDERS

    known = {"act": frozenset(DECIDERS) | SILENT, "op": OPERATORS | SILENT}
    found: list[str] = []
    seen: dict[tuple[str, object], str] = {}
    for pattern in vocabulary.patterns:
        words = " ".join("|".join((*e.exact, *(f"{b}*" for b in e.begins))) or ".." for e in pattern.elements)
        place = f"[{pattern.kind}.{pattern.name}] {pattern.form}"
        if pattern.kind not in KINDS or pattern.name not in known.get(pattern.kind, {pattern.name}):
            found.append(f"{vocabulary.lang}: {place}: unknown section")
        layer = f"mark {pattern.name}" if pattern.kind == "mark" else pattern.kind
        earlier = seen.setdefault((layer, pattern.elements), place)
        if earlier != place or (layer, pattern) in seen:
            found.append(f"{vocabulary.lang}: {place}: {words!r} stands in {earlier} already")
        seen[layer, pattern] = place
    return found


def faulty_disputes(vocabulary: Vocabulary) -> list[str]:
    """Disputes between parties without names, or over areas that nothing else knows."""
    found = []
    parties = {pattern.name for pattern in vocabulary.actors}
    areas = tomllib.loads((VOCABULARY / "areas.toml").read_text(encoding="utf-8"))
    for dispute in vocabulary.disputes:
        for party in (*dispute.claimant, dispute.owner):
            if party not in parties:
                found.append(f"dispute over {', '.join(dispute.regions)}: no names for {party}")
        for region in dispute.regions:
            if not (region.endswith("-") or region[2:3] == "-" or region in areas or len(region) == 2):
                found.append(f"dispute over {region}: no such area")
    return found


def main(argv: list[str]) -> int:
    """Write or check every compiled vocabulary."""
    stale = []
    wrong = faulty_disputes(compiled("en"))
    for name in LANGUAGES:
        vocabulary = compiled(name)
        wrong += faults(vocabulary)
        wanted = msgspec.json.encode(vocabulary) + b"\n"
        path = target(name)
        if "--check" in argv:
            if not path.exists() or path.read_bytes() != wanted:
                stale.append(path.name)
        else:
            path.write_bytes(wanted)
    if stale:
        sys.stderr.write(f"out of date: {', '.join(stale)}; run python tools/build_cues.py\n")
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if stale or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
