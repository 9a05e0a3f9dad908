"""The command line: flags and exit codes. 0 all good, 1 something was skipped or differs, 2 wrong use or nothing done.

Results go to standard output, everything else to standard error. The rooms that do the work are imported by the
command that needs them, so that ``--help`` and ``extract`` start fast.
"""

from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from geo.errors import GeoError

if TYPE_CHECKING:
    from geo.build import Settings
    from geo.models import Reading, Viewpoint

#: Characters of a message; what libraries say can be long.
_LONGEST = 4000
#: So many new objects, more than the vocabularies have, call for a search for unused ones: few are ever found.
_COLLECT_AFTER = 50_000
INPUTS = (
    "INPUT is a .txt, .md, .html or .jsonl file, a folder of those, an http(s) address, "
    "or - for JSON lines on standard input."
)


class _Group(click.Group):
    """Turns every error into one line and exit status 2; ``--debug`` shows the traceback."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **kwargs: Any) -> Any:
        gc.set_threshold(_COLLECT_AFTER)
        debug = "--debug" in (sys.argv if args is None else args)
        try:
            # Not standalone: what is wrong with the options is told here, like everything else.
            with _terminable():
                raise SystemExit(super().main(args, *rest, **{**kwargs, "standalone_mode": False}) or 0)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            raise SystemExit(2) from None
        except click.ClickException as error:
            if debug:
                raise
            _fail(_words(error))
        except GeoError as error:
            if debug:
                raise
            _fail(str(error))
        except BrokenPipeError:
            sys.stderr.close()
            raise SystemExit(0) from None
        except (KeyboardInterrupt, click.Abort):
            _fail("interrupted; what was there before is kept")
        except Exception as error:
            if debug:
                raise
            _fail(f"a fault of this program ({type(error).__name__}: {error}); please report it with --debug's output")


@contextmanager
def _terminable() -> Iterator[None]:
    """Take a request to end (SIGTERM) like Ctrl-C, so that what was begun is cleared away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _words(error: click.ClickException) -> str:
    """Say what is wrong with the options, and where the right ones are listed."""
    context = getattr(error, "ctx", None)
    return (
        f"{error.format_message().rstrip('.')}: see `{context.command_path if context else 'concession-maps'} --help`"
    )


def _fail(message: str) -> NoReturn:
    from geo.words import shown

    line = shown(" ".join(message.split()))
    click.echo(f"concession-maps: {line if len(line) <= _LONGEST else line[:_LONGEST] + ' ...'}", err=True)
    raise SystemExit(2)


def _debug(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")(function)


def _private(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--allow-private", is_flag=True, help="Fetch addresses on this machine or the local network, too."
    )(function)


def _measuring(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is measured, shared by `build` and `check`."""
    options = [
        click.option(
            "--country",
            metavar="CODE",
            help="ISO 3166-1 alpha-2 code of the country to draw.  [default: UA where named]",
        ),
        click.option(
            "--viewpoint",
            type=click.Choice(["un", "ne"]),
            default="un",
            show_default=True,
            help="Whose borders: un (Crimea in Ukraine, by UN GA resolution 68/262) or ne (Natural Earth, de facto).",
        ),
        click.option(
            "--control",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Polygons of what is held, in any GIS format.",
        ),
        click.option("--control-date", metavar="DATE", help="Date of the control file, printed on the maps."),
        click.option("--control-credit", metavar="TEXT", help="Credit of the control file, printed on the maps."),
        click.option(
            "--review",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="claims.csv as corrected by an editor.",
        ),
        click.option(
            "--conventions",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A TOML file of the intervals for hedges, where they are to differ: [about] low = 0.95, high = 1.05.",
        ),
        click.option("--lang", default="en", show_default=True, help="Language of the output: en or uk."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="concession-maps")
def main() -> None:
    """Read news articles, find who demands, offers, holds or refuses which region, measure it and draw it."""


@main.command(epilog=INPUTS)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--explain", is_flag=True, help="Add to each claim which rule and which words it rests on.")
@_private
@_debug
def extract(inputs: tuple[str, ...], form: str, *, explain: bool, allow_private: bool) -> None:
    """Print the claims and quantities of each article: JSON lines, or a CSV table of claims."""
    from geo.articles import read_inputs
    from geo.exports import claims_csv, reading_line
    from geo.models import Reading
    from geo.reading.reader import read_article

    found: list[Reading] = []
    skipped = 0
    out = sys.stdout.buffer
    for one in read_inputs(inputs, allow_private=allow_private):
        reading = one if isinstance(one, Reading) else read_article(one)
        skipped += _tell_skipped([reading])
        if form == "csv":
            found.append(reading)
        else:
            out.write(reading_line(reading, explain=explain) + b"\n")
    if form == "csv":
        out.write(claims_csv(found).encode())
    out.flush()
    sys.exit(1 if skipped else 0)


@main.command(epilog=INPUTS)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("maps"), show_default=True, metavar="FOLDER")
@_measuring
@click.option(
    "--style",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A TOML file with a newsroom's colours, fonts and words.",
)
@click.option(
    "--theme",
    "themes",
    type=click.Choice(["light", "dark"]),
    multiple=True,
    default=("light",),
    show_default=True,
)
@click.option(
    "--preset",
    "presets",
    multiple=True,
    metavar="NAME",
    help="Image sizes: web, square, vertical, column, page.  [default: all]",
)
@click.option("--text-as-text", is_flag=True, help="Keep text as text in SVG and PDF instead of outlines.")
@_private
@_debug
def build(inputs: tuple[str, ...], *, out: Path, **options: Any) -> None:
    """Draw every map, image, table and download of the articles into a folder.

    INPUT may also be the folder of a `corpus` run: its counts are drawn, by role, region, month and source.
    """
    if any(_is_corpus(Path(one)) for one in inputs):
        _chronicle(inputs, out=out, **options)
        return
    from geo.build import build as run
    from geo.words import shown

    settings, others = _settings(options)
    built, readings = run(inputs, out, settings, **others)
    skipped = _tell_skipped(readings)
    for notice in built.notices:
        click.echo(f"note: {shown(notice)}", err=True)
    reviewed = f", {built.reviewed}" if built.reviewed else ""
    click.echo(
        f"{built.folder}: {built.files} files from {_counted(built.articles, 'article')} with "
        f"{_counted(built.claims, 'claim')}{reviewed}; "
        f"open {Path(built.folder) / 'index.html'}",
        err=True,
    )
    sys.exit(1 if skipped else 0)


def _counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _is_corpus(path: Path) -> bool:
    """Tell the folder of a corpus by its data sets, before any heavy room is loaded."""
    try:
        return all((path / name).is_dir() for name in ("articles", "claims")) and any(
            (path / name).is_file() for name in ("manifest.json", ".state/plan.json")
        )
    except (OSError, ValueError):  # a name that no file can have
        return False


def _chronicle(inputs: tuple[str, ...], *, out: Path, **options: Any) -> None:
    """Draw the counts of one corpus; ends the program."""
    from geo import chronicle
    from geo.errors import InputError

    if len(inputs) > 1:
        raise InputError(f"{len(inputs)} inputs, one of them the folder of a corpus: give that one alone")
    for name in ("review", "control", "control_date", "control_credit", "conventions", "allow_private"):
        if options.pop(name):
            raise InputError(f"--{name.replace('_', '-')} is for articles, and {inputs[0]} is a corpus: leave it out")
    built = chronicle.build(Path(inputs[0]), out, **options)
    for notice in built.notices:
        click.echo(f"note: {notice}", err=True)
    click.echo(f"{built.text}; open {Path(built.folder) / 'index.html'}", err=True)
    sys.exit(0 if built.complete else 1)


@main.command(epilog=INPUTS + " Exit status: 0 all consistent, 1 something differs or was skipped, 2 wrong use.")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--json", "as_json", is_flag=True, help="Print the whole comparison as JSON.")
@click.option("--exit-zero", is_flag=True, help="End with status 0 even where something differs.")
@_measuring
@_private
@_debug
def check(inputs: tuple[str, ...], *, as_json: bool, exit_zero: bool, **options: Any) -> None:
    """Check what the articles say about land against the measured areas and against itself."""
    from geo.report import check as run
    from geo.words import shown

    settings, others = _settings(options)
    result = run(inputs, settings, as_json=as_json, **others)
    skipped = _tell_skipped(result.readings)
    for notice in result.notices:
        click.echo(f"note: {shown(notice)}", err=True)
    click.echo(result.text)
    sys.exit(1 if (result.differs or skipped) and not exit_zero else 0)


@main.group(invoke_without_command=True)
@click.option("--viewpoint", type=click.Choice(["un", "ne"]), default="un", show_default=True)
@click.pass_context
@_debug
def boundaries(context: click.Context, viewpoint: Viewpoint) -> None:
    """List the boundaries that are bundled; `refresh` fetches Natural Earth anew."""
    if context.invoked_subcommand is None:
        from geo.report import bundled

        click.echo(bundled(viewpoint))


@boundaries.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where the new folder goes.  [default: the user's data folder]",
)
@click.option("--url", help="Another address of the same archive.")
@click.option("--sha256", help="Digest that the archive must have.")
@_debug
def refresh(folder: Path | None, url: str | None, sha256: str | None) -> None:
    """Fetch Natural Earth's own archive, check it and make a folder of boundary files from it."""
    from geo import refresh as room

    made = room.refresh(folder, url=url or room.ARCHIVE_URL, sha256=sha256)
    click.echo(f"{made.folder}: {made.units} units, archive sha256 {made.sha256}")
    click.echo(made.advice())


@main.command(
    epilog="INPUT is a .jsonl(.gz, .zst), .parquet, .warc(.gz), .txt, .md or .html file, a folder of those, or an "
    "address that fsspec opens (s3://, gs://, hdfs://, https:// ...; its package for that storage must be installed)."
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, metavar="DIR")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes on this machine.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Address of a Dask scheduler, or 'local'. Needs the extra [scale]."
)
@_debug
def corpus(inputs: tuple[str, ...], *, out: Path, jobs: int, scheduler: str | None) -> None:
    """Read many articles into Parquet data sets; resumes where an earlier run ended.

    Every record is kept, also one with an id or a text that was there before: repeated ids are told, and `build DIR`,
    which draws the counts, takes near copies for one story.
    """
    from geo.corpus import run

    report = run(inputs, out, jobs=jobs, scheduler=scheduler, progress=sys.stderr.isatty())
    click.echo(report.text, err=True)
    if report.rows["claims"]:
        click.echo(f"draw the counts: concession-maps build {out} -o maps", err=True)
    sys.exit(0 if report.complete else 1)


def _settings(options: dict[str, Any]) -> tuple[Settings, dict[str, Any]]:
    """Take what is measured and how from a command's options; the rest is the command's own."""
    from dataclasses import fields

    from geo.build import Settings

    names = {field.name for field in fields(Settings)}
    chosen = Settings(**{name: value for name, value in options.items() if name in names})
    return chosen, {name: value for name, value in options.items() if name not in names}


def _tell_skipped(readings: Sequence[Reading] | Iterable[Reading]) -> int:
    """Name on standard error what was skipped, and why, and what was guessed; returns how many were skipped."""
    from geo.words import shown

    count = 0
    for one in readings:
        for note in one.notes:
            click.echo(shown(f"note: {one.article.id}: {note}"), err=True)
        if one.skipped is not None:
            count += 1
            click.echo(shown(f"skipped {one.article.id}: {one.skipped.stage}: {one.skipped.reason}"), err=True)
    return count


if __name__ == "__main__":
    main()
