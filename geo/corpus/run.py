"""Corpus, the run: plan, what is done already, an engine for the rest, and a manifest counted from the files."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from geo.corpus import datasets, engines
from geo.corpus.datasets import LAST, NAMES, STATE
from geo.corpus.plan import SHARD_BYTES, Shard, fingerprint, plan
from geo.corpus.repeated import repeated_ids
from geo.corpus.sources import INPUT
from geo.corpus.task import Task
from geo.errors import InputError, OutputError
from geo.models import Record

_PLAN = "plan.json"
_MANIFEST = "manifest.json"
_QUARANTINE = "quarantine"
#: Shards put aside that a report names one by one.
_TOLD = 10


class Report(Record, frozen=True):
    """What a run did. ``rows`` counts each data set, ``stages`` the skipped records by the stage that gave up.

    ``repeated_ids`` are articles with the id of an earlier one, wherever it stands: they are read and kept.
    ``signatures`` tells whether near copies can be told from the data sets (with the extra [scale]).
    """

    folder: str
    shards: int
    resumed: int
    quarantined: dict[str, str]
    rows: dict[str, int]
    stages: dict[str, int]
    repeated_ids: int
    signatures: bool
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every input was read to its end. Single bad records are counted in ``rows["skipped"]`` only."""
        return not self.quarantined and not self.stages.get(INPUT)

    @property
    def text(self) -> str:
        """The report for a person, a line for each thing to know."""
        counts = ", ".join(f"{self.rows[name]:,} {name}" for name in ("articles", "claims", "quantities", "unmapped"))
        why = ", ".join(f"{count:,} {stage}" for stage, count in self.stages.items())
        told = [
            f"{self.folder}: {counts}, {self.rows['skipped']:,} skipped{f' ({why})' if why else ''}; "
            f"{self.shards} shards{f', {self.resumed} of them from an earlier run' if self.resumed else ''}, "
            f"{self.seconds:.1f} s"
        ]
        if self.repeated_ids:
            told.append(
                f"{self.repeated_ids:,} articles have the id of an earlier one: ids should be unique; all are kept"
            )
        if not self.signatures and self.rows["claims"]:
            told.append(
                "near copies can't be told later, as rensa is not installed: pip install 'concession-maps[scale]'"
            )
        told += [f"put aside: {label}: {reason}" for label, reason in list(self.quarantined.items())[:_TOLD]]
        if len(self.quarantined) > _TOLD:
            told.append(f"put aside: {len(self.quarantined) - _TOLD} more, listed in {_MANIFEST}")
        if self.quarantined:
            told.append("not complete: run the same command again to try what was put aside")
        if lost := self.stages.get(INPUT):
            told.append(
                f"not complete: {lost:,} inputs could not be read to their end, listed in {self.folder}/skipped"
            )
        return "\n".join(told)


def run(
    inputs: Sequence[str | Path],
    out: Path,
    *,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: bool = False,
    shard_bytes: int = SHARD_BYTES,
) -> Report:
    """Read many articles into the Parquet data sets ``out``/articles, claims, quantities, unmapped and skipped.

    Every record is kept, also one whose id or text was there before: shards know nothing of each other. Repeated ids
    are counted and told; near copies of a text count once where the corpus is drawn (`geo.chronicle`).

    Parameters
    ----------
    inputs
        JSON lines (.jsonl, .jsonl.gz, .jsonl.zst), .parquet with the columns id and text, .warc(.gz), .txt, .md and
        .html files, folders of those, or addresses that fsspec can open.
    out
        A new folder, or that of an earlier run over the same inputs, which is then resumed.
    jobs
        Processes on this machine; 1: in this process.
    scheduler
        Address of a Dask scheduler, or ``local`` for a cluster of ``jobs`` processes on this machine.
    progress
        Whether to draw a progress bar on standard error.
    shard_bytes
        Size of the shards that plain JSON lines and Parquet files are cut into. A rerun must use the same.

    Returns
    -------
    Report
        Counted from the files. The data sets are the same bytes whatever the engine, however often interrupted.

    Raises
    ------
    InputError, OutputError, MissingExtraError
        If there is nothing to read, ``out`` can't be written (also: a full disk) or holds something else, or a library
        is missing. What was done by then is kept, and the same call resumes.
    """
    started = time.monotonic()
    if scheduler is not None:
        engines.check_scheduler(scheduler)
    shards = plan(inputs, shard_bytes=shard_bytes)
    signatures = find_spec("rensa") is not None
    try:
        digest = fingerprint(shards, program=version("concession-maps"), signatures=signatures)
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}, though it was there a moment ago") from error
    with _owned(out, digest):
        pending = [shard for shard in shards if not datasets.done(out, shard.file_name)]
        tasks = [Task(shard, str(out.absolute()), signatures) for shard in pending]
        failures = {}
        for outcome in _shown(_engine(tasks, jobs, scheduler), shards, pending, progress):
            _note(out, outcome)
            if outcome.failure is not None:
                failures[outcome.task.shard.index] = outcome.failure
        return _finish(
            out, shards, failures, resumed=len(shards) - len(pending), started=started, signatures=signatures
        )


def _engine(tasks: Sequence[Task], jobs: int, scheduler: str | None) -> Iterator[engines.Outcome]:
    if not tasks:
        return iter(())
    if scheduler is not None:
        return engines.dask(tasks, scheduler=scheduler, jobs=jobs)
    if jobs > 1 and len(tasks) > 1:
        return engines.processes(tasks, jobs=jobs)
    return engines.serial(tasks)


# --- the folder -----------------------------------------------------------------------------------------------


@contextmanager
def _owned(out: Path, digest: str) -> Iterator[None]:
    """Hold the folder of the results for one run. Raises `OutputError` if it is not this plan's or is in use."""
    state = out / STATE
    try:
        for part in (out.absolute(), *out.absolute().parents):
            if part.exists() and not part.is_dir():
                raise OutputError(f"{part} is a file, expected a folder: give another one with -o")
        if out.is_dir() and any(out.iterdir()) and not state.is_dir():
            raise OutputError(f"{out} holds files of something else: give an empty or a new folder with -o")
        state.mkdir(parents=True, exist_ok=True)
        with _locked(state / "lock", out):
            _check_plan(state / _PLAN, digest, out)
            shutil.rmtree(state / "temporary", ignore_errors=True)
            for name in NAMES:
                (out / name).mkdir(exist_ok=True)
            yield
            shutil.rmtree(state / "temporary", ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"{out}: can't be written ({error.strerror or error}): give another folder with -o"
        ) from error


@contextmanager
def _locked(path: Path, out: Path) -> Iterator[None]:
    with path.open("w") as file:
        try:
            import fcntl
        except ImportError:  # no such locks on this platform
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(f"{out}: another run is writing there: wait for it, or give another folder") from error
        yield


def _check_plan(path: Path, digest: str, out: Path) -> None:
    if path.is_file():
        try:
            known = msgspec.json.decode(path.read_bytes(), type=dict[str, str]).get("plan")
        except (msgspec.DecodeError, ValueError):
            known = None
        if known != digest:
            raise OutputError(
                f"{out} holds results of other inputs (or they, or this program, changed since): "
                "give a new folder with -o"
            )
        return
    _write(path, {"plan": digest})


def _write(path: Path, content: object) -> None:
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    temporary.replace(path)


def _note(out: Path, outcome: engines.Outcome) -> None:
    """Write down why a shard was put aside, or forget it when it was read after all."""
    path = out / _QUARANTINE / f"{Path(outcome.task.shard.file_name).stem}.json"
    if outcome.failure is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(exist_ok=True)
    _write(path, {"shard": outcome.task.shard, "label": outcome.task.shard.label, "reason": outcome.failure})


# --- at the end -----------------------------------------------------------------------------------------------


def _finish(
    out: Path, shards: Sequence[Shard], failures: dict[int, str], *, resumed: int, started: float, signatures: bool
) -> Report:
    """Count what the files hold and write the manifest. There is no clock in it."""
    counts: Counter[str] = Counter(dict.fromkeys(sorted(NAMES), 0))
    stages: Counter[str] = Counter()
    listed: list[dict[str, Any]] = []
    for shard in shards:
        if shard.index in failures:
            continue
        found = datasets.rows(out, shard.file_name)
        counts.update(found)
        stages.update(datasets.stages(out, shard.file_name))
        files = {name: _sha256(out / name / shard.file_name) for name in sorted(NAMES)}
        listed.append({"file": shard.file_name, "of": shard.label, "rows": found, "sha256": files})
    quarantined = {shard.label: failures[shard.index] for shard in shards if shard.index in failures}
    report = Report(
        folder=str(out),
        shards=len(shards),
        resumed=resumed,
        quarantined=quarantined,
        rows=dict(counts),
        stages=dict(sorted(stages.items())),
        repeated_ids=repeated_ids([out / LAST / one["file"] for one in listed], counts[LAST]),
        signatures=signatures,
        seconds=round(time.monotonic() - started, 3),
    )
    if not failures:
        shutil.rmtree(out / _QUARANTINE, ignore_errors=True)
    _write(
        out / _MANIFEST,
        {
            "program": f"concession-maps {version('concession-maps')}",
            "complete": report.complete,
            "rows": report.rows,
            "skipped_by_stage": report.stages,
            "repeated": {"ids": report.repeated_ids},
            "signatures": signatures,
            "quarantined": quarantined,
            "shards": listed,
        },
    )
    return report


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shown(
    outcomes: Iterator[engines.Outcome], shards: Sequence[Shard], pending: Sequence[Shard], progress: bool
) -> Iterator[engines.Outcome]:
    """Pass outcomes on, with a bar of bytes, rate and time left where one is wanted."""
    if not progress:
        yield from outcomes
        return
    from tqdm import tqdm

    whole = sum(shard.weight for shard in shards)
    done = whole - sum(shard.weight for shard in pending)
    articles = 0
    with tqdm(total=whole, initial=done, unit="B", unit_scale=True, dynamic_ncols=True) as bar:
        for outcome in outcomes:
            articles += outcome.articles
            bar.update(outcome.task.shard.weight)
            rate = articles / max(bar.format_dict["elapsed"], 1e-9)
            bar.set_postfix_str(f"{articles:,} articles, {rate:,.0f}/s", refresh=False)
            yield outcome
