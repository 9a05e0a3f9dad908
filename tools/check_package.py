"""Build the wheel, install it into a new environment elsewhere, and run it there from another folder, offline.

    python tools/check_package.py

Needs hatchling in the running environment; the dependencies are taken from it, too (only the project itself is
installed anew).
"""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command and return what it prints; ends the program where it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Build, install, run."""
    with tempfile.TemporaryDirectory() as scratch:
        away = Path(scratch)
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", away, cwd=ROOT)
        wheel = next(away.glob("*.whl"))
        venv.create(away / "env", with_pip=True)
        python = away / "env" / "bin" / "python"
        run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=away)
        packages = site.getsitepackages()[0]
        borrowed = run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=away).strip()
        (Path(borrowed) / "borrowed.pth").write_text(packages + "\n", encoding="utf-8")
        shutil.copytree(ROOT / "seeds", away / "articles")
        where = run(python, "-c", "import geo; print(geo.__file__)", cwd=away).strip()
        if not Path(where).is_relative_to(away / "env"):
            sys.exit(f"the installed package is not the one that runs: {where}")
        command = away / "env" / "bin" / "concession-maps"
        run(command, "build", "articles", "-o", "maps", "--preset", "web", cwd=away)
        made = sorted(path.relative_to(away / "maps").as_posix() for path in (away / "maps").rglob("*"))
        sys.stdout.write(
            f"{wheel.name} ({wheel.stat().st_size:,} bytes) made {len(made)} files and folders elsewhere\n"
        )


if __name__ == "__main__":
    main()
