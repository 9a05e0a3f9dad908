"""Score the reader on the project's own items, and on an outside set where one is there; hold the pinned floors.

``make eval`` runs it. The own items stand in ``tests/items/*.jsonl``, one record a line::

    {"id", "lang", "kind", "held", "text", "roles": [[region, role], ...], "quantities": [...], "either": [...]}

``held`` items are kept out of every list of errors, so that nobody tunes the reader on them. A pair under ``either`` is
doubtful and counts neither way; a quantity whose ``role`` is null may carry any role. The figures are micro-averaged
precision, recall and F1 of: regions named, (region, role) pairs without ``mentioned``, amounts by value, by value and
whole, by value, whole and role. A percent matches within half a point, an area within one per cent.

The outside set (``../shared/eval``) is scored by its own ``score.py``. Of its records, those whose SHA-256 of the id
begins with 0-4 are "unread": their figures are shown, their errors never.

Exit codes: 0 all figures at or above ``tests/floors.toml``, 1 one below, 2 wrong use or missing items.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ITEMS = ROOT / "tests" / "items"
FLOORS = ROOT / "tests" / "floors.toml"
OUTSIDE = ROOT.parent / "shared" / "eval"
OUTSIDE_FILES = ("dev.jsonl", "dev-more.jsonl")
FIGURES = ("regions", "roles", "values", "values_of", "values_of_role")
PERCENT_TOLERANCE = 0.5
AREA_TOLERANCE = 0.01
FLOORS_HEAD = """\
# The F1 figures that `make eval` must not fall below. Set deliberately by `tools/evaluate.py --write-floors`, which
# writes what it has measured, cut to two decimals. Raise them when the reader gets better; lowering one needs a reason.
"""

Row = dict[str, Any]
Pair = tuple[str, str]


@dataclass
class Tally:
    """How many were right, how many were found, how many were there."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def add(self, right: int, found: int, wanted: int) -> None:
        """Count one record."""
        self.right += right
        self.found += found
        self.wanted += wanted

    @property
    def precision(self) -> float:
        """Share of the found that is right (1 where nothing was found and nothing was there)."""
        return self.right / self.found if self.found else float(not self.wanted)

    @property
    def recall(self) -> float:
        """Share of the wanted that was found (1 where nothing was there)."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass
class Outcome:
    """One record scored: a tally for each figure, and what was missed and what was wrong, as words."""

    record: Row
    tallies: dict[str, Tally] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """Number of wrong and missed pairs and amounts."""
        return len(self.missed) + len(self.wrong)


def rows(path: Path) -> list[Row]:
    """The records of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def own_items(folder: Path = ITEMS) -> list[Row]:
    """All own items, file by file in the order of their names."""
    return [row for path in sorted(folder.glob("*.jsonl")) for row in rows(path)]


def predict(items: Iterable[Row]) -> dict[str, Row]:
    """The reading of each record as plain values, by id."""
    import msgspec

    from geo.models import Article, ArticleInfo
    from geo.reading.reader import read_article

    found = {}
    for item in items:
        info = ArticleInfo(id=str(item["id"]), lang=item.get("lang"))
        found[info.id] = msgspec.to_builtins(read_article(Article(info, item["text"])))
    return found


# --- the own scorer -------------------------------------------------------------------------------------------


def whole(name: str | None) -> frozenset[str]:
    """The regions that a whole is made of: ``donbas`` is two, ids joined by ``+`` are each one."""
    named = {"donbas": ("UA-09", "UA-14"), "crimea": ("UA-43",)}
    return frozenset(unit for part in (name or "").split("+") for unit in named.get(part, (part,)) if unit != "UA-40")


def alike(want: Row, got: Row, figure: str) -> bool:
    """Whether two amounts agree in what ``figure`` compares."""
    if want["unit"] != got["unit"]:
        return False
    percent = want["unit"] == "percent"
    for end in ("min", "max"):
        allowed = PERCENT_TOLERANCE if percent else AREA_TOLERANCE * max(abs(want[end]), abs(got[end]))
        if abs(want[end] - got[end]) > allowed:
            return False
    if figure == "values":
        return True
    if whole(want["of"]) != whole(got["of"]):
        return False
    return figure == "values_of" or want["role"] in (None, got["role"])


def unmatched(wanted: list[Row], got: list[Row], figure: str) -> tuple[list[Row], list[Row]]:
    """The amounts without a partner on either side, each amount used once."""
    rest, missed = list(got), []
    for want in wanted:
        partner = next((one for one in rest if alike(want, one, figure)), None)
        if partner is None:
            missed.append(want)
        else:
            rest.remove(partner)
    return missed, rest


def shown(amount: Row) -> str:
    """An amount in words for a list of errors."""
    low, high = f"{amount['min']:g}", f"{amount['max']:g}"
    return f"{low if low == high else f'{low}-{high}'} {amount['unit']} of {amount['of']} ({amount['role']})"


def score(record: Row, reading: Row) -> Outcome:
    """Compare one item with what was read in it."""
    doubtful = {(region, role) for region, role in record.get("either", [])}
    want: set[Pair] = {(region, role) for region, role in record["roles"]} - doubtful
    got: set[Pair] = {(claim["region"], claim["role"]) for claim in reading.get("claims", [])} - doubtful
    if not any(region == "UA-40" for region, _ in want):
        got = {pair for pair in got if pair[0] != "UA-40"}
    outcome = Outcome(record)
    regions = {region for region, _ in want}
    named = {region for region, _ in got} - ({region for region, _ in doubtful} - regions)
    outcome.tallies["regions"] = Tally(len(regions & named), len(named), len(regions))
    claims_want = {pair for pair in want if pair[1] != "mentioned"}
    claims_got = {pair for pair in got if pair[1] != "mentioned"}
    outcome.tallies["roles"] = Tally(len(claims_want & claims_got), len(claims_got), len(claims_want))
    outcome.missed += [f"{region} {role}" for region, role in sorted(claims_want - claims_got)]
    outcome.wrong += [f"{region} {role}" for region, role in sorted(claims_got - claims_want)]
    outcome.missed += [f"{region} not named" for region in sorted(regions - named - {r for r, _ in claims_want})]
    outcome.wrong += [f"{region} named" for region in sorted(named - regions - {r for r, _ in claims_got})]
    amounts_want, amounts_got = record["quantities"], reading.get("quantities", [])
    for figure in FIGURES[2:]:
        missed, wrong = unmatched(amounts_want, amounts_got, figure)
        right = len(amounts_want) - len(missed)
        outcome.tallies[figure] = Tally(right, len(amounts_got), len(amounts_want))
    outcome.missed += [shown(amount) for amount in missed]
    outcome.wrong += [shown(amount) for amount in wrong]
    return outcome


def groups(record: Row) -> Iterator[str]:
    """The groups that an own item counts in."""
    yield "all"
    yield "held" if record["held"] else "open"
    yield f"lang {record['lang']}"
    yield f"kind {record['kind']}"


def totals(outcomes: Iterable[Outcome]) -> dict[str, dict[str, Tally]]:
    """{group: {figure: tally}}, groups in the order all, open, held, languages, kinds."""
    out: dict[str, dict[str, Tally]] = defaultdict(lambda: {figure: Tally() for figure in FIGURES})
    for outcome in outcomes:
        for group in groups(outcome.record):
            for figure, one in outcome.tallies.items():
                out[group][figure].add(one.right, one.found, one.wanted)
    order = {"all": 0, "open": 1, "held": 2, "lang": 3, "kind": 4}
    return dict(sorted(out.items(), key=lambda entry: (order[entry[0].split()[0]], entry[0])))


# --- the outside set ------------------------------------------------------------------------------------------


def unread(record: Row) -> bool:
    """Whether a record of the outside set belongs to the half of which only figures are looked at."""
    return hashlib.sha256(str(record["id"]).encode()).hexdigest()[0] in "01234"


def outside_parts(folder: Path) -> dict[str, list[Row]]:
    """{part: records} of the outside set; empty where it is not there."""
    parts: dict[str, list[Row]] = {}
    for name in OUTSIDE_FILES:
        if (folder / name).is_file():
            records = rows(folder / name)
            stem = Path(name).stem
            parts[f"{stem} unread"] = [record for record in records if unread(record)]
            parts[f"{stem} read"] = [record for record in records if not unread(record)]
    return parts


def run_scorer(scorer: Path, gold: list[Row], found: dict[str, Row], *options: str) -> str:
    """What the outside scorer prints about some records."""
    with tempfile.TemporaryDirectory() as folder:
        gold_file, found_file = Path(folder) / "gold.jsonl", Path(folder) / "found.jsonl"
        for path, lines in ((gold_file, gold), (found_file, [found[str(record["id"])] for record in gold])):
            path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        command = [sys.executable, str(scorer), str(gold_file), str(found_file), *options]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def outside_figures(scorer: Path, gold: list[Row], found: dict[str, Row]) -> dict[str, dict[str, Row]]:
    """{group: {figure: {precision, recall, f1, gold}}} by the outside scorer: all, each language, each kind."""
    out: dict[str, dict[str, Row]] = {}
    for by in ("lang", "kind"):
        result = json.loads(run_scorer(scorer, gold, found, "--by", by, "--json"))
        for group, figures in sorted(result.items()):
            name = group if group == "all" else f"{by} {group}"
            out[name] = {figure: value for figure, value in figures.items() if figure in FIGURES}
    return out


# --- floors and printing --------------------------------------------------------------------------------------


def table(title: str, lines: dict[str, dict[str, tuple[float, float, float, int]]]) -> str:
    """One line a group: P/R/F1 of each figure and the number of wanted pairs."""
    width = max([len(group) for group in lines] + [len(title)])
    out = [f"{title:{width}s}  " + "  ".join(f"{figure:>20s}" for figure in FIGURES)]
    for group, figures in lines.items():
        cells = []
        for figure in FIGURES:
            precision, recall, f1, wanted = figures[figure]
            cells.append(f"{precision:.2f} {recall:.2f} {f1:.3f} {wanted:>4d}" if wanted else f"{'-':>20s}")
        out.append(f"{group:{width}s}  " + "  ".join(f"{cell:>20s}" for cell in cells))
    return "\n".join(out) + "\n"


def below(measured: dict[str, dict[str, float]], floors: dict[str, Any]) -> list[str]:
    """A line for each figure under its floor. Floors of parts that were not measured are passed over."""
    out = []
    for part, limits in floors.items():
        for figure, floor in limits.items():
            got = measured.get(part, {}).get(figure)
            if got is not None and got < floor:
                out.append(f"{part}: {figure} F1 {got:.3f} is below its floor {floor:.2f} (tests/floors.toml)")
    return out


def floors_text(measured: dict[str, dict[str, float]], earlier: dict[str, Any]) -> str:
    """The file of floors: what was measured cut to two decimals; parts not measured now keep their floors."""
    merged = {**earlier, **{part: values for part, values in measured.items() if values}}
    out = [FLOORS_HEAD]
    for part, values in merged.items():
        cut = (f"{figure} = {math.floor(value * 100 + 1e-9) / 100:.2f}" for figure, value in values.items())
        out.append("\n".join([f'["{part}"]', *cut]) + "\n")
    return "\n".join(out)


def print_errors(outcomes: list[Outcome], number: int, lang: str | None) -> None:
    """The open items with the most errors; held items are never shown."""
    worst = [outcome for outcome in outcomes if outcome.errors and not outcome.record["held"]]
    worst = [outcome for outcome in worst if lang in (None, outcome.record["lang"])]
    for outcome in sorted(worst, key=lambda one: (-one.errors, one.record["id"]))[:number]:
        record = outcome.record
        print(f"-- {record['id']} {record['kind']}\n   {record['text']}")
        print(f"   missed: {'; '.join(outcome.missed) or '-'}\n   wrong:  {'; '.join(outcome.wrong) or '-'}")


def evaluate_own(args: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Score and print the own items; F1 by part for the floors."""
    items = own_items()
    found = predict(items)
    outcomes = [score(item, found[str(item["id"])]) for item in items]
    by_group = totals(outcomes)
    lines = {
        group: {figure: (one.precision, one.recall, one.f1, one.wanted) for figure, one in figures.items()}
        for group, figures in by_group.items()
    }
    print(table(f"own items ({len(items)})", lines))
    print_errors(outcomes, args.errors, args.lang)
    return {
        f"own {group}": {figure: one.f1 for figure, one in figures.items() if one.wanted}
        for group, figures in by_group.items()
        if not group.startswith("kind")
    }


def evaluate_outside(args: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Score and print the outside set where it is; F1 by part for the floors."""
    folder: Path = args.outside
    measured: dict[str, dict[str, float]] = {}
    scorer = folder / "score.py"
    if not scorer.is_file():
        print("outside set: not here, own items only")
        return measured
    for part, gold in outside_parts(folder).items():
        found = predict(gold)
        figures = outside_figures(scorer, gold, found)
        lines = {
            group: {figure: (one["precision"], one["recall"], one["f1"], one["gold"]) for figure, one in values.items()}
            for group, values in figures.items()
        }
        print(table(f"{part} ({len(gold)})", lines))
        measured[part] = {figure: value["f1"] for figure, value in figures["all"].items() if value["gold"]}
        if args.errors and part.endswith(" read"):
            report = run_scorer(scorer, gold, found, "--errors", str(args.errors))
            print(report.split("\n\n--", 1)[-1])
    return measured


def main(arguments: list[str] | None = None) -> int:
    """Run the evaluation; the exit code is 1 where a figure falls below its floor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print N open items with the most errors")
    parser.add_argument("--lang", help="errors of this language only (own items)")
    parser.add_argument("--own", action="store_true", help="own items only")
    parser.add_argument(
        "--outside", type=Path, default=OUTSIDE, help="folder of the outside set (default: %(default)s)"
    )
    parser.add_argument("--write-floors", action="store_true", help="set the floors to what is measured now")
    args = parser.parse_args(arguments)
    if not any(ITEMS.glob("*.jsonl")):
        print(f"{ITEMS}: no items; expected *.jsonl there", file=sys.stderr)
        return 2
    measured = evaluate_own(args)
    if not args.own:
        measured |= evaluate_outside(args)
    earlier = tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else {}
    if args.write_floors:
        FLOORS.write_text(floors_text(measured, earlier), encoding="utf-8")
        return 0
    failures = below(measured, earlier)
    for line in failures:
        print(line, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
