"""Replacing a folder of results in one step: write beside it, then exchange the two.

A reader sees the old folder or the new one, never half of each, whenever the program ends. Files in the
old folder that this program did not write are carried over.
"""

from __future__ import annotations

import ctypes
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from geo.errors import OutputError

#: Lists what is in a folder that this program wrote.
MARK = "build.json"
_STAGING = ".{name}.new-"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield an empty folder; when the block ends well it takes the place of ``target``, else it is removed.

    Raises
    ------
    OutputError
        If ``target`` is a file or holds files but no `MARK` of an earlier build, if it can't be written, or while
        another build writes to it.
    """
    check_target(target)
    # A link to a folder stays a link: what it leads to is replaced.
    target = Path(os.path.realpath(target))
    with _alone(target):
        for left in target.parent.glob(glob.escape(_STAGING.format(name=target.name)) + "*"):
            shutil.rmtree(left, ignore_errors=True)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING.format(name=target.name), dir=target.parent))
        try:
            staging.chmod(0o777 & ~_umask())
            yield staging
            _carry_over(target, staging)
            _exchange(staging, target)
        except OSError as error:
            raise OutputError(
                f"{target}: can't be written ({error.strerror or error}); the earlier results are kept"
            ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def check_target(target: Path) -> None:
    """Raise `OutputError` unless ``target`` is, or can become, a folder that `replacing` may replace."""
    target = target.absolute()
    try:
        for part in (target, *target.parents):
            if part.exists() and not part.is_dir():
                raise OutputError(f"{part} is a file, expected a folder: give another one with -o")
        target.parent.mkdir(parents=True, exist_ok=True)
        filled = target.is_dir() and any(target.iterdir())
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{target}: can't be written ({getattr(error, 'strerror', None) or error}); give another folder with -o"
        ) from error
    if filled and not (target / MARK).is_file():
        raise OutputError(
            f"{target} holds files but no {MARK} of an earlier build, so nothing there is replaced: "
            "give an empty or a new folder with -o"
        )


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold a lock beside the target, so that two builds can't mix."""
    path = target.parent / f".{target.name}.lock"
    try:
        import fcntl

        # Not through a link: in a folder that others write to, it could lead to a file of theirs or yours.
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "w")
    except ImportError:  # no such locks on this platform
        yield
        return
    except OSError as error:
        raise OutputError(
            f"{target.parent}: can't be written ({error.strerror or error}); give another folder with -o"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(
                f"{target}: another build is writing there; wait for it, or give another folder"
            ) from error
        if not path.exists() or path.stat().st_ino != os.fstat(file.fileno()).st_ino:
            raise OutputError(f"{target}: another build has just ended there; run it again")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _carry_over(old: Path, new: Path) -> None:
    """Copy what a person has put into the old folder: files that its list doesn't name."""
    if not (old / MARK).is_file():
        return
    try:
        ours = set(msgspec.json.decode((old / MARK).read_bytes())["files"]) | {MARK}
    except (msgspec.DecodeError, KeyError, TypeError, RecursionError) as error:
        raise OutputError(
            f"{old / MARK} is damaged, so it is not known what may be replaced: remove {old} or give another folder"
        ) from error
    for path in sorted(old.rglob("*")):
        name = path.relative_to(old).as_posix()
        if (path.is_file() or path.is_symlink()) and name not in ours and not (new / name).exists():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, new / name, follow_symlinks=False)


def _exchange(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`; where both exist they change places in one step (Linux)."""
    if not target.exists():
        new.rename(target)
        return
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        swap = getattr(libc, "renameat2", None)
        if (
            swap is not None
            and swap(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE) == 0
        ):
            return
    aside = Path(tempfile.mkdtemp(prefix=_STAGING.format(name=target.name), dir=target.parent))
    target.rename(aside / target.name)
    new.rename(target)
    shutil.rmtree(aside, ignore_errors=True)
