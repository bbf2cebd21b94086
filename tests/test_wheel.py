"""The wheel works where nobody cloned: installed alone, from an empty folder, it does the main job."""

import ast
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import gidtk as gid

ROOT = Path(gid.__file__).parent.parent
BIN = "Scripts" if os.name == "nt" else "bin"
NOTEBOOK = ROOT / "notebooks" / "01-region-profile.ipynb"

pytest.importorskip("hatchling", reason="hatchling builds the wheel")
pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="there is no checkout to build from")


def run(*command, cwd):
    """Run a command that must succeed, with nothing of this checkout on its path."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    shared = Path(sysconfig.get_path("data"), "share", "jupyter")  # templates of nbconvert lie beside the packages
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=env | {"PYTHONUTF8": "1", "JUPYTER_PATH": str(shared)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> Path:
    """The interpreter of a fresh environment: the wheel, and behind it the packages of the running environment."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False)
    fresh = home / BIN / Path(sys.executable).name
    run(
        sys.executable, "-m", "pip", "--python", fresh, "install", "--no-deps", "--no-index", "--quiet", wheel, cwd=home
    )
    site = Path(run(fresh, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    paths = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (site / "third_party.pth").write_text("\n".join(paths), encoding="utf-8")
    return fresh


@pytest.fixture(scope="module")
def names(wheel) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.mark.parametrize(
    ("inside", "source"),
    [
        ("gidtk/bundled/notebooks", "notebooks"),
        ("gidtk/bundled/data", "data"),
        ("gidtk/forms", "gidtk/forms"),
        ("gidtk/lexicon", "gidtk/lexicon"),
        ("gidtk/templates", "gidtk/templates"),
        ("gidtk/readers", "gidtk/readers"),
    ],
)
def test_the_wheel_carries_all_that_lies_beside_the_code(names, source, inside):
    kinds = {".ipynb", ".py", ".toml", ".txt", ".md", ".csv", ".css", ".json", ".j2", ".html"}
    files = [p.relative_to(ROOT / source) for p in (ROOT / source).rglob("*") if p.suffix in kinds]
    wanted = {
        f"{inside}/{p.as_posix()}" for p in files if not any(part.startswith((".", "__")) for part in p.parts[:-1])
    }
    assert wanted - set(names) == set()
    assert wanted


def test_the_wheel_is_typed_and_licensed_and_holds_nothing_else(names):
    assert "gidtk/py.typed" in names
    assert {name.rpartition("/")[2] for name in names if "/licenses/" in name} == {"LICENSE", "LICENSE-CC-BY-4.0.txt"}
    assert {name.partition("/")[0] for name in names} == {"gidtk", f"gidtk-{gid.__version__}.dist-info"}
    assert [name for name in names if "__pycache__" in name or "checkpoint" in name or name.endswith(".pyc")] == []


def test_gidtk_comes_from_the_fresh_environment_and_other_packages_from_the_running_one(python, tmp_path):
    code = """
import gidtk, gidtk.bundled, pandas
print(gidtk.__file__, gidtk.bundled.__file__, gidtk.sample(), pandas.__file__, sep="\\n")
"""
    *own, third = map(Path, run(python, "-c", code, cwd=tmp_path).splitlines())
    assert all(path.is_relative_to(python.parent.parent) for path in own)
    assert not third.is_relative_to(python.parent.parent)


def test_in_an_empty_folder_the_command_parses_the_bundled_sample(python, tmp_path):
    sample = run(python, "-c", "import gidtk; print(gidtk.sample('anfu_2020.txt'))", cwd=tmp_path).strip()
    found = json.loads(run(python.parent / "gidtk", "parse", sample, "--json", cwd=tmp_path))
    assert found["report"]["region_code"] == "360829"
    assert [cell["status"] for cell in found["cells"]] == ["ok"] * 198
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not NOTEBOOK.is_file(), reason="there is no notebook yet")
def test_in_an_empty_folder_the_command_makes_the_page_of_the_bundled_notebook(python, tmp_path):
    if "run" not in run(python.parent / "gidtk", "--help", cwd=tmp_path).split():
        pytest.skip("the command has no `run` yet")
    printed = run(python.parent / "gidtk", "run", "01-region-profile", "-o", "runs", cwd=tmp_path)
    (page,) = (tmp_path / "runs").glob("01-*.html")
    assert printed == f"ok: {page.relative_to(tmp_path)}\n"
    assert "安福县" in page.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


@pytest.mark.skipif(not NOTEBOOK.is_file(), reason="there is no notebook yet")
def test_a_notebook_runs_in_the_environment_of_the_command(python, tmp_path):
    if "run" not in run(python.parent / "gidtk", "--help", cwd=tmp_path).split():
        pytest.skip("the command has no `run` yet")
    cells = [
        new_code_cell("year: int = 2020", metadata={"tags": ["parameters"]}),
        new_code_cell("import gidtk\ngidtk.__file__"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "where.ipynb")
    run(python.parent / "gidtk", "run", "where.ipynb", "-o", "runs", cwd=tmp_path)
    (done,) = (tmp_path / "runs").glob("*.ipynb")
    (shown,) = nbformat.read(done, as_version=4).cells[-1].outputs
    assert Path(ast.literal_eval(shown.data["text/plain"])).is_relative_to(python.parent.parent)
