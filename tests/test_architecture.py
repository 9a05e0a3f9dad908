"""The shape of the program: imports go one way, `--help` is light, data files are readable, nothing names a machine."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "geo"

#: Each room may import those above it and in its own line, never those below (CONTRIBUTING.md has the same list).
ORDER = (
    {"errors", "toml"},
    {"models"},
    {"style", "words"},
    {"texts"},
    {"measure"},
    {"boundaries"},
    {"shares"},
    {"fetch", "markdown", "natural_earth"},
    {"articles", "refresh"},
    {"reading"},
    {"review", "control", "phrases"},
    {"checks", "reach"},
    {"compare"},
    {"atlas"},
    {"exports"},
    {"page"},
    {"images"},
    {"gallery"},
    {"replace"},
    {"build"},
    {"report", "corpus"},
    {"chronicle"},
    {"cli"},
)
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ("geo", *path.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: set[str]) -> set[str]:
    """Modules of this package that a file imports anywhere, also inside functions; not those for type checking only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in known}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found |= {whole} if whole in known else {node.module} & known
    return found


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_data_flows_one_way() -> None:
    known = modules()
    wrong = [
        f"{module} imports {other}"
        for module, path in known.items()
        if room(module)
        for other in imports(path, set(known))
        if room(other) and room(other) != room(module) and RANK[room(other)] >= RANK[room(module)]
    ]
    assert not wrong


def test_every_room_has_its_place() -> None:
    assert {room(module) for module in modules()} - {""} == set(RANK)


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_module_says_what_room_it_is(module: str) -> None:
    doc = ast.get_docstring(ast.parse(modules()[module].read_text(encoding="utf-8")))
    assert doc
    assert len(doc.splitlines()[0]) > 10


HEAVY = ("pandas", "geopandas", "folium", "matplotlib", "numpy", "shapely", "pyproj", "dask", "requests", "trafilatura")


def heavy_after(*arguments: str) -> list[str]:
    """The heavy libraries that a run of the command line has loaded."""
    code = (
        "import sys\nfrom geo.cli import main\n"
        f"try:\n    main({list(arguments)!r})\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], sep=' ')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.splitlines()[-1].split()


def test_help_loads_nothing_heavy() -> None:
    assert heavy_after("--help") == []


def test_reading_a_file_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Moscow demands the Donetsk region.", encoding="utf-8")
    assert heavy_after("extract", str(tmp_path / "a.txt")) == []


def test_listing_boundaries_does_load_them() -> None:
    assert "pandas" in heavy_after("boundaries")


def test_the_public_names_exist() -> None:
    import geo

    for name in geo.__all__:
        assert callable(getattr(geo, name)), name
    with pytest.raises(AttributeError):
        _ = geo.no_such_name


def test_lock_files_name_no_address() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        assert "://" not in path.read_text(encoding="utf-8"), path
