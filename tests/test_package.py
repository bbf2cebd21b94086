"""The package as a whole: a short listed surface, imports that point one way, labels in data, encodings named."""

import ast
import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import gidtk as gid

PACKAGE = Path(gid.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((PACKAGE.parent / "notebooks").rglob("*.ipynb"))
HEAVY = ("IPython", "jieba", "matplotlib", "nbclient", "nbconvert", "opencc", "pandas", "papermill", "rjieba")


def python(code, *options):
    """Run code in a fresh interpreter; return what it prints."""
    env = os.environ | {"PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *options, "-c", code], env=env, capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def module_name(path):
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


# --- the public surface -----------------------------------------------------------------------------------


def test_the_public_names_are_those_listed_each_once_with_a_home():
    assert sorted(gid.__all__) == sorted({"__version__", *gid._HOMES})


def test_type_checkers_see_the_same_names_from_the_same_homes():
    (block,) = filter(for_types, MODULES["gidtk"].body)
    seen = {alias.name: node.module for node in block.body for alias in node.names}
    assert seen == {name: f"gidtk.{home}" for name, home in gid._HOMES.items()}


@pytest.mark.parametrize("name", sorted(gid._HOMES))
def test_a_public_name_is_public_in_its_home_and_documented_with_an_example(name):
    home = import_module(f"gidtk.{gid._HOMES[name]}")
    thing = getattr(home, name)
    assert name in home.__all__
    assert (thing.__module__, thing.__name__) == (home.__name__, name)
    text = inspect.getdoc(thing)
    assert re.match(r"[A-Z].*\.(\n|$)", text)
    if isinstance(thing, type) and issubclass(thing, Exception):
        return
    assert "Examples\n--------\n>>> " in text
    takes = [p for p in inspect.signature(thing).parameters.values() if not isinstance(thing, type)]
    assert "Attributes\n----------\n" in text if isinstance(thing, type) else "Returns\n-------\n" in text
    assert ("Parameters\n----------\n" in text) == bool(takes)
    assert [p.name for p in takes if not re.search(rf"^(.*, )?\**{p.name}(, .*)?( : .*)?$", text, re.MULTILINE)] == []


def test_in_a_fresh_interpreter_every_public_name_resolves_and_is_listed():
    code = (
        "import gidtk; [print(name, type(getattr(gidtk, name)).__name__, name in dir(gidtk)) for name in gidtk.__all__]"
    )
    found = [line.split() for line in python(code).splitlines()]
    assert [name for name, _, _ in found] == gid.__all__
    assert [name for name, kind, listed in found if kind == "module" or listed != "True"] == []


@pytest.mark.parametrize("name", sorted(name for name, home in gid._HOMES.items() if name == home))
def test_a_function_named_like_its_module_stays_when_the_module_is_imported(name):
    assert python(f"import gidtk, gidtk.{name}; print(callable(gidtk.{name}))") == "True\n"


def test_a_name_that_is_not_there_says_so():
    with pytest.raises(AttributeError, match=r"^module 'gidtk' has no attribute 'nosuch'$"):
        _ = gid.nosuch


def test_the_version_is_that_of_pyproject():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert gid.__version__ == project["version"]


def test_import_gidtk_loads_nothing_heavy():
    assert python(f"import gidtk, sys; print(sorted(set({HEAVY}) & set(sys.modules)))") == "[]\n"


# --- imports ----------------------------------------------------------------------------------------------


def imported(node: ast.AST) -> Iterator[str]:
    """What a statement imports: modules, or names out of modules."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(name: str) -> str:
    """The module of gidtk that an import loads, itself or for a name out of it."""
    return name if name in MODULES else name.rpartition(".")[0]


def for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(tree: ast.AST, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Every import that is run, and whether it stands inside a function; those for type checkers are left out."""
    for node in ast.iter_child_nodes(tree):
        if not for_types(node):
            yield from ((name, inside) for name in imported(node))
            yield from imports(node, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


GRAPH = {name: {ours(i) for i, _ in imports(tree) if i.split(".")[0] == "gidtk"} for name, tree in MODULES.items()}


def test_the_walk_finds_imports_at_the_top_inside_functions_and_under_conditions():
    code = """
import a
if x:
    from b import c
def f():
    import d.e
    if TYPE_CHECKING:
        import g
from gidtk import forms
"""
    assert list(imports(ast.parse(code))) == [("a", False), ("b.c", False), ("d.e", True), ("gidtk.forms", False)]
    assert GRAPH["gidtk.report"] > {"gidtk.checks", "gidtk.readers", "gidtk.tables"}


def test_imports_point_one_way_without_cycles():
    order = list(TopologicalSorter({name: used - {"gidtk"} for name, used in GRAPH.items()}).static_order())
    assert set(order) | {"gidtk"} == set(MODULES)


def test_the_map_for_contributors_has_every_module_once():
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("## Where a line of code lives")[1].split("## House rules")[0]
    named = [name for row in table.splitlines() if row.startswith("| ") for name in re.findall(r"`(\w+)`", row)]
    top = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert sorted(named) == sorted(top - {"__init__"})


# What a stage may not see: the stages behind it. Names are modules of gidtk.
BEHIND = {
    "errors": set(MODULES),
    "blocks": set(MODULES),
    "readers": {"form", "tables", "checks", "report", "corpus", "indicators"},
    "tables": {"checks", "report", "corpus", "indicators"},
    "checks": {"report", "corpus", "indicators", "readers"},
    "indicators": {"report", "readers", "corpus"},
    "tokens": {"report", "readers", "tables", "corpus"},
    "textstats": {"report", "readers", "tables", "corpus"},
    "problems": {"report", "readers", "tables", "corpus"},
    "plot": {"report", "readers", "tables", "corpus"},
    "rerun": {"report", "readers", "tables", "corpus"},
}


def reach(name: str) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = GRAPH[waiting.pop()] - {"gidtk"} - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("stage", BEHIND)
def test_a_stage_sees_no_stage_behind_it_however_far(stage):
    assert reach(f"gidtk.{stage}") & {name if "." in name else f"gidtk.{name}" for name in BEHIND[stage]} == set()


def test_nobody_imports_the_command():
    assert [name for name in MODULES if not name.startswith("gidtk.cli") and "gidtk.cli" in {*GRAPH[name]}] == []


def test_no_local_import_dodges_a_cycle():
    local = {(name, what) for name, tree in MODULES.items() for what, inside in imports(tree) if inside}
    dodging = {
        pair
        for pair in local
        if pair[1].split(".")[0] == "gidtk" and not pair[0].startswith(("gidtk.cli", "gidtk.bundled"))
    }
    light = {pair for pair in local if pair[1].split(".")[0] in sys.stdlib_module_names}
    assert dodging == set()
    assert light == set()


# --- files and encodings ----------------------------------------------------------------------------------


BYTES = {
    "os.open": "a file descriptor",
    "archive.open": "a member of a zip archive",
    "tarfile.open": "an archive",
    "Image.open": "a picture",
}
TEXT = {"open", "read_text", "write_text", "NamedTemporaryFile", "TextIOWrapper"}


def opens(tree: ast.AST) -> Iterator[int]:
    """Lines of calls that open a text file without naming its encoding."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) in BYTES:
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        binary = any(isinstance(a, ast.Constant) and re.fullmatch("[rwax]b[+]?", str(a.value)) for a in given)
        named = any(keyword.arg == "encoding" for keyword in node.keywords)
        if ast.unparse(node.func).rpartition(".")[2] in TEXT and not binary and not named:
            yield node.lineno


def test_the_search_for_unnamed_encodings_finds_them():
    code = "open(p)\np.open('rb')\np.read_text()\np.write_text(t, encoding='utf-8')\nos.open(p, 1)\np.open('w')"
    assert list(opens(ast.parse(code))) == [1, 3, 6]


@pytest.mark.parametrize("name", MODULES)
def test_no_text_file_is_opened_without_its_encoding(name):
    assert list(opens(MODULES[name])) == []


def test_reading_a_report_asks_for_no_default_encoding():
    code = "import gidtk; r = gidtk.read_report(gidtk.sample('anfu_2020.txt')); r.verdicts; print(r.region_code)"
    assert python(code, "-X", "warn_default_encoding", "-W", "error::EncodingWarning") == "360829\n"


# --- notebooks --------------------------------------------------------------------------------------------


@pytest.mark.skipif(not NOTEBOOKS, reason="there is no notebook yet")
def test_no_notebook_has_stored_outputs():
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert code, path.name
        assert [(cell["outputs"], cell["execution_count"]) for cell in code] == [([], None)] * len(code), path.name


# --- labels -----------------------------------------------------------------------------------------------

# Constants that hold a label and are no copy of it: (module, constant) with the reason.
JUSTIFIED = {
    ("gidtk.readers.html", "第二十条|本年新收|总体情况|信息公开.{0,8}年度报告"): "tells a report from page furniture",
}


def statutory() -> set[str]:
    """Every Chinese label of the tables and sections, with its number and without."""
    data = tomllib.loads((PACKAGE / "forms" / "labels.toml").read_text(encoding="utf-8"))
    named = [*data["rows"].values(), *(c for table in data["columns"].values() for c in table.values())]
    listed = {text for facts in named for text in (facts["zh"], *facts.get("also", ()))}
    listed |= {text for facts in data["sections"].values() for text in (facts["zh"], *facts["titles"])}
    listed |= {text for texts in data["captions"].values() for text in texts}
    return listed | {re.sub(r"^(?:[一二三四五六七八九]、|（.）|\d\.)", "", text) for text in listed}


def constants(tree: ast.AST) -> Iterator[str]:
    """Every text in the code but the docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(n.body[0].value) for n in ast.walk(tree) if isinstance(n, documented) and ast.get_docstring(n) is not None
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def holding(tree: ast.AST, listed: set[str]) -> set[str]:
    """Texts that hold a label of three characters or more, or are a shorter one."""
    return {text for text in constants(tree) for label in listed if text == label or (len(label) > 2 and label in text)}


def test_the_search_for_labels_finds_them_and_passes_over_docstrings():
    code = 'def f():\n    """自然人"""\n    return "按自然人计", "其他", "其他人", f"{x}总计", "规章制度"'
    assert holding(ast.parse(code), statutory()) == {"按自然人计", "其他", "总计"}


def test_labels_live_in_data_not_in_code():
    found = {(name, text) for name, tree in MODULES.items() for text in holding(tree, statutory())}
    assert found == set(JUSTIFIED)
