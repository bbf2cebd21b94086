"""One notebook, a table of parameters: strict before any kernel starts, and then no run stops another."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gidtk.errors import GidtkError
from gidtk.files import inert
from gidtk.parameters import declared
from gidtk.rerun import _names, rerun

RERUN = sys.modules["gidtk.rerun"]  # the module; gidtk.rerun is the function

DECLARED = """
corpus: str = "data"  # folder, x = y
region: str = "360829"  # code
year: int = 2020
share: float = 0.5
draft: bool = False
years: "list[int]" = [2019]
words: list = ["a"]
peers: list[str] | None = None
top: Optional[int] = None
labels: dict = {}
plain = 3
free = None
today = compute()
"""


def write(path: Path, *sources: str, parameters: str = "region: str = '360829'", **metadata: Any) -> Path:
    cells = [new_markdown_cell("# 标题"), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    node = new_notebook(cells=[*cells, *map(new_code_cell, sources)], metadata=metadata)
    for number, cell in enumerate(node.cells):
        cell.id = f"c{number}"
    nbformat.write(node, path)
    return path


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(RERUN, "_run", started)


# ---- what a notebook declares


def test_parameters_are_read_from_annotations_and_values_whatever_the_comments_hold(tmp_path: Path) -> None:
    found = declared(write(tmp_path / "n.ipynb", parameters=DECLARED + "needed: str\nf(1)\na, b = 1, 2"))
    kinds = {name: (p.kind, p.element, p.optional, p.required) for name, p in found.items()}
    assert kinds == {
        "corpus": (str, None, False, False),
        "region": (str, None, False, False),
        "year": (int, None, False, False),
        "share": (float, None, False, False),
        "draft": (bool, None, False, False),
        "years": (list, int, False, False),
        "words": (list, str, False, False),
        "peers": (list, str, True, False),
        "top": (int, None, True, False),
        "labels": (dict, None, False, False),
        "plain": (int, None, False, False),
        "free": (None, None, True, False),
        "today": (None, None, False, False),
        "needed": (str, None, False, True),
    }
    assert found["year"].line == "year: int = 2020"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "n.ipynb cannot be read (No such file or directory); give the path of a notebook"),
        ("{", "n.ipynb is not a Jupyter notebook; give an .ipynb file that JupyterLab opens"),
        ("[1]", "n.ipynb is not a Jupyter notebook"),
        ('{"nbformat": 4}', "n.ipynb is not a Jupyter notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"x": 1}]}', "is not a Jupyter notebook"),
        (b"\xff\xfe", "n.ipynb is not a Jupyter notebook"),
        ('{"nbformat": 3, "worksheets": []}', "has notebook format 3; save it once in JupyterLab to get format 4"),
        (
            '{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}',
            "n.ipynb has no cell tagged 'parameters'; in JupyterLab select the cell that sets them",
        ),
    ],
)
def test_a_file_that_cannot_be_run_is_named_with_the_way_out(
    tmp_path: Path, content: str | bytes | None, message: str
) -> None:
    file = tmp_path / "n.ipynb"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(GidtkError) as caught:
        rerun(file, {}, tmp_path / "out")
    assert message in str(caught.value)
    assert str(file) in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_parameters_cell_must_be_plain_python(tmp_path: Path) -> None:
    file = write(tmp_path / "n.ipynb", parameters="x = 1\n%matplotlib inline")
    with pytest.raises(GidtkError, match=r"line 2 of the cell tagged 'parameters' is not plain Python; write"):
        declared(file)


# ---- what a caller gives


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("region", "034050", "034050"),
        ("region", "", ""),
        ("region", "None", "None"),
        ("region", "'; import os #", "'; import os #"),
        ("corpus", Path("a") / "b", str(Path("a", "b"))),
        ("year", "2019", 2019),
        ("year", " 2019 ", 2019),
        ("year", 2019.0, 2019),
        ("share", "0.25", 0.25),
        ("share", 1, 1.0),
        ("draft", "true", True),
        ("draft", "False", False),
        ("draft", True, True),
        ("years", "2019, 2020", [2019, 2020]),
        ("years", "2019，2020", [2019, 2020]),
        ("years", "[2019]", [2019]),
        ("years", (2019, "2020"), [2019, 2020]),
        ("years", "", []),
        ("words", "034050,b", ["034050", "b"]),
        ("peers", "None", None),
        ("peers", None, None),
        ("peers", "360829", ["360829"]),
        ("top", "", None),
        ("top", "5", 5),
        ("labels", "{'a': 1}", {"a": 1}),
        ("labels", {"a": [1]}, {"a": [1]}),
        ("free", "2019", "2019"),
        ("free", None, None),
        ("today", "2021-01-29", "2021-01-29"),
    ],
)
def test_values_arrive_as_the_declared_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, expected: object
) -> None:
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(RERUN, "_run", lambda _s, _f, _n, values, _o, _t: seen.append(values) or {})
    rerun(write(tmp_path / "n.ipynb", parameters=DECLARED), {name: value}, tmp_path)
    assert seen[0][name] == expected
    assert type(seen[0][name]) is type(expected)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("year", "20x9", "parameter year = '20x9' is not a whole number (year: int = 2020)"),
        ("year", "2019.5", "parameter year = '2019.5' is not a whole number"),
        ("year", 2019.5, "parameter year = 2019.5 is not a whole number"),
        ("year", True, "parameter year = True is not a whole number"),
        ("year", None, "parameter year = None is not a whole number"),
        ("year", "", "parameter year = '' is not a whole number"),
        ("share", "much", "parameter share = 'much' is not a number"),
        ("share", float("nan"), "parameter share = nan is not a number"),
        ("draft", "maybe", "parameter draft = 'maybe' is not true or false"),
        ("draft", "1", "parameter draft = '1' is not true or false"),
        ("years", "2019,x", "parameter years = '2019,x' is not a list of int"),
        ("years", "[2019", "parameter years = '[2019' is not a list of int"),
        ("labels", "a", "parameter labels = 'a' is not a mapping"),
        ("labels", {1: 2}, "parameter labels = {1: 2} is not a mapping"),
        ("free", {1, 2}, "parameter free = {1, 2} is not text, a number, true or false, None, a list or a mapping"),
        ("year", "x" * 99, f"parameter year = '{'x' * 58}… is not a whole number"),
        (
            "region",
            360829,
            "parameter region = 360829 is not text (region: str = '360829'); "
            "read codes as text (dtype=str), so that 034050 keeps its zero",
        ),
        (
            "regoin",
            "1",
            "unknown parameter 'regoin'; it declares corpus, region, year, share, draft, years, words, peers, top, "
            "labels, plain, free, today; did you mean 'region'?",
        ),
    ],
)
def test_what_does_not_fit_stops_everything_before_a_kernel_starts(
    tmp_path: Path, name: str, value: object, message: str
) -> None:
    file = write(tmp_path / "n.ipynb", parameters=DECLARED)
    with pytest.raises(GidtkError) as caught:
        rerun(file, [{}, {name: value}], tmp_path / "out")
    assert f"{file}, run 2: {message}" in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_kernel")
def test_a_parameter_without_a_value_of_its_own_must_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "n.ipynb", parameters="region: str\nyear: int = 2020")
    with pytest.raises(GidtkError, match=r"parameter 'region' is missing; it has no value of its own \(region: str\)"):
        rerun(file, {"year": 2019}, tmp_path / "out")


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("wrong", ["region", 3, None, [1], [{"region": "1"}, "region"]])
def test_parameters_are_a_mapping_mappings_or_a_frame(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(GidtkError, match=f"parameters is {type(wrong).__name__}; give a mapping, a list of mapp"):
        rerun(write(tmp_path / "n.ipynb"), wrong, tmp_path / "out")


@pytest.mark.usefixtures("no_kernel")
def test_an_output_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GidtkError, match=r"file cannot be made a folder .*: give another one"):
        rerun(write(tmp_path / "n.ipynb"), {}, tmp_path / "file")


def test_what_is_missing_in_a_frame_keeps_the_notebooks_own_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(RERUN, "_run", lambda _s, _f, _n, values, _o, _t: seen.append(values) or {})
    frame = pd.DataFrame({"region": ["034050", None], "year": [None, 2019]})
    rerun(write(tmp_path / "n.ipynb", parameters="region: str = 'own'\nyear: int = 2020"), frame, tmp_path)
    assert seen == [{"region": "034050", "year": 2020}, {"region": "own", "year": 2019}]


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("none", [[], pd.DataFrame()])
def test_no_rows_are_no_runs_and_the_columns_are_there(tmp_path: Path, none: Any) -> None:
    table = rerun(write(tmp_path / "n.ipynb"), none, tmp_path / "out")
    columns = ["run", "status", "cell", "message", "seconds", "notebook", "page", "param_region"]
    assert list(table.columns) == columns
    assert len(table) == 0
    assert (tmp_path / "out" / "outcomes.csv").read_bytes() == b"\xef\xbb\xbf" + ",".join(columns).encode() + b"\n"


# ---- names

HOSTILE = [
    "../../x",
    "..\\..\\x",
    "/etc/passwd",
    "C:\\x",
    "a/b",
    "a b",
    "a'\"`$(x)",
    ".",
    "..",
    "",
    "长" * 10_000,
    "x" * 10_000,
    "nul\x00",
    "line\nline",
    "\u202egpj.exe",
    "con",
    "x.",
    "x ",
    "-rf",
    "😀",
    "e\u0301",
]


def is_safe(name: str) -> bool:
    first = name.split(".")[0].casefold()
    return (
        len(name.encode()) <= 140
        and not set(name) & set('/\\:*?"<>|\0\n ')
        and name[0] not in ".-"
        and name[-1] not in ". "
        and first not in {"con", "prn", "aux", "nul", "com1", "lpt1", "index"}
    )


@pytest.mark.parametrize(
    ("stem", "row", "name"),
    [
        ("01-region-profile", {"corpus": "a/b", "region": "360829", "year": 2020}, "01-region-profile_360829_2020"),
        ("01", {"region": "安福县", "share": 0.5, "output_dir": "x"}, "01_安福县_0.5"),
        ("01", {}, "01"),
        ("01", {"peers": None, "region": ""}, "01"),
        ("index", {}, "index-run"),
        ("con.x", {}, "con.x-run"),
        ("../..", {}, "run"),
    ],
)
def test_an_ordinary_run_has_a_readable_name(stem: str, row: dict[str, Any], name: str) -> None:
    assert _names(stem, [row]) == [name]


def test_no_value_makes_a_name_that_leads_out_collides_or_cannot_be_a_file() -> None:
    rows = [{"region": text} for text in [*HOSTILE, *HOSTILE, "Anfu", "anfu", "ANFU", "a_b", "a-b"]]
    names = _names("con", rows)
    assert names[-4] == "con-run_anfu_2"
    assert all(map(is_safe, names))
    assert len({name.casefold() for name in names}) == len(rows)


@given(st.lists(st.tuples(st.text(), st.text()), max_size=8), st.text())
def test_any_text_makes_safe_and_unique_names(pairs: list[tuple[str, str]], stem: str) -> None:
    names = _names(stem, [{"a": a, "b": b} for a, b in pairs])
    assert all(map(is_safe, names))
    assert len({name.casefold() for name in names}) == len(pairs)


def test_a_name_does_not_depend_on_the_other_rows_unless_they_collide() -> None:
    rows = [{"region": text} for text in ("a/b", "360829", "安福 县")]
    assert _names("n", rows) == [name for row in rows for name in _names("n", [row])]


# ---- runs

BODY = """
import json, os, sys, time
from pathlib import Path
import gidtk
Path(output_dir, "seen.json").write_text(json.dumps([sys.executable, os.getcwd(), text, os.getpid()]), encoding="utf-8")
print("中文", file=sys.stderr)
"""
END = {
    "ok": "",
    "raise": "raise ValueError('<b>没有\\n这个地区</b>')",
    "hang": "time.sleep(60)",
    "die": "os._exit(1)",
    "quit": "Path(output_dir, 'seen.json').unlink()\nsys.exit(0)",
}
TEXT = "'\"\\ \n{braces} $x 安福县 \\u5b89 <script>alert(1)</script>"


OUT = "o{u}t"


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One batch with every kind of end, in a folder of its own, with traps for the kernel set up."""
    folder = tmp_path_factory.mktemp("batch")
    trap = folder / "jupyter" / "kernels" / "python3"
    trap.mkdir(parents=True)
    (trap / "kernel.json").write_text(
        '{"argv": ["/bin/false"], "display_name": "x", "language": "python"}', encoding="utf-8"
    )
    kernel = {"name": "someone-elses", "display_name": "x", "language": "R"}
    parameters = "end: str = 'ok'\ntext: str = ''\noutput_dir: str = 'here'"
    switch = f"exec({END!r}[end])"
    write(folder / "n.ipynb", BODY, switch, "print('reached')", parameters=parameters, kernelspec=kernel)
    (folder / OUT / "n_ok.html").mkdir(parents=True)  # a page cannot be written here
    rows: list[dict[str, Any]] = [{"end": end} for end in ("raise", "hang", "die", "ok", "quit")]
    rows.append({"end": "ok", "text": TEXT})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        patch.setenv("MPLBACKEND", "agg")
        patch.delenv("PYTHONPATH", raising=False)
        patch.chdir(folder)
        table = rerun("n.ipynb", rows, OUT, timeout=4)
    return {"folder": folder, "table": table, "out": folder / OUT}


def test_every_kind_of_end_has_its_row_and_stops_no_other(batch: dict[str, Any]) -> None:
    table = batch["table"]
    rows = table[["status", "cell", "message"]].astype(object).where(table[["status", "cell", "message"]].notna(), None)
    assert [tuple(row) for row in rows.itertuples(index=False)][:3] == [
        ("failed", 4, "ValueError: <b>没有 这个地区</b>"),
        ("timeout", 4, "Timeout: the run was stopped after 4 seconds"),
        ("died", 4, "DeadKernel: the kernel died while this cell ran"),
    ]
    assert list(table["status"])[3:] == ["error", "ok", "ok"]
    assert "n_ok.html" in table["message"][3]
    assert list(table["message"])[4:] == ["", ""]
    assert table["cell"].isna().tolist() == [False] * 3 + [True] * 3
    assert (table["seconds"] > 0).all()


def test_a_failed_run_leaves_a_notebook_and_a_page_with_the_reason(batch: dict[str, Any]) -> None:
    for _, row in batch["table"][:3].iterrows():
        page = (batch["out"] / row["page"]).read_text(encoding="utf-8")
        said = row["message"].split(": ")[1].split(" ")[0].replace("<", "&lt;").replace(">", "&gt;")
        assert page.count(said) >= 2  # on top and at the cell
        assert "[4]" in page
        executed = nbformat.read(batch["out"] / row["notebook"], as_version=4)
        assert executed.metadata.papermill.exception is True
        assert [o.output_type for c in executed.cells if "outputs" in c for o in c.outputs].count("error") == 1


def test_outputs_are_whole_or_absent_and_nothing_else_is_left(batch: dict[str, Any]) -> None:
    table, out = batch["table"], batch["out"]
    done = table[table["status"] != "error"]
    files = {*done["notebook"], *done["page"], *(f"{name}_files" for name in table["run"]), "outcomes.csv"}
    files.discard("n_quit_files")  # it stayed empty
    assert {path.name for path in out.iterdir()} == files | {"n_ok.html"}
    assert table["notebook"].isna().tolist() == table["page"].isna().tolist() == (table["status"] == "error").tolist()


def test_a_kernel_is_this_python_in_the_callers_folder_with_the_text_as_given(batch: dict[str, Any]) -> None:
    row = batch["table"].iloc[5]
    assert row["param_output_dir"] == f"{OUT}/{row['run']}_files"
    seen = json.loads((batch["folder"] / row["param_output_dir"] / "seen.json").read_text(encoding="utf-8"))
    assert seen[:3] == [sys.executable, str(batch["folder"]), TEXT]


def test_an_executed_notebook_holds_its_values_readably_and_names_the_kernel_that_ran(batch: dict[str, Any]) -> None:
    row = batch["table"].iloc[5]
    executed = nbformat.read(batch["out"] / row["notebook"], as_version=4)
    values = executed.cells[2]
    assert values.metadata.tags == ["injected-parameters"]
    assert "安福县" in values.source
    assert executed.metadata.kernelspec.name == "python3"
    assert executed.metadata.papermill.parameters == {"end": "ok", "text": TEXT, "output_dir": row["param_output_dir"]}
    assert executed.metadata.papermill.input_path == "n.ipynb"
    assert executed.cells[-1].outputs[0].text == "reached\n"
    page = (batch["out"] / row["page"]).read_text(encoding="utf-8")
    assert "<title>标题</title>" in page
    assert "<script" not in page


def test_the_table_on_disk_is_the_one_returned(batch: dict[str, Any]) -> None:
    read = pd.read_csv(batch["out"] / "outcomes.csv", encoding="utf-8-sig", dtype={"cell": "Int64"})
    table = batch["table"]
    assert read["message"].fillna("").tolist() == table["message"].tolist()
    assert read["cell"].equals(table["cell"])
    assert list(read.columns) == list(table.columns)
    assert list(table.columns[-3:]) == ["param_end", "param_text", "param_output_dir"]


def told(capfd: pytest.CaptureFixture[str]) -> tuple[str, list[str]]:
    """What was printed, but for what libzmq says in a kernel whose sockets close while it ends, after its run."""
    out, err = capfd.readouterr()
    return out, [line for line in err.splitlines() if "(src/signaler.cpp:" not in line]


def test_a_run_is_quiet_unless_progress_is_asked_for_and_an_executed_notebook_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    first = rerun(write(tmp_path / "n.ipynb", "print(region)"), {"region": "1"}, "out")
    assert told(capfd) == ("", [])
    again = rerun(tmp_path / "out" / first["notebook"][0], {"region": "2"}, "out", progress=True)
    (out, (line,)) = told(capfd)
    assert (out, line[:15]) == ("", "1/1 n_1_2: ok, ")
    cells = nbformat.read(tmp_path / "out" / again["notebook"][0], as_version=4).cells
    assert [c.metadata.get("tags", []) for c in cells].count(["injected-parameters"]) == 1
    assert cells[-1].outputs[0].text == "2\n"


def ended(process: int) -> bool:
    """Whether a process ends within ten seconds; one that nobody has buried yet has ended."""
    try:
        for _ in range(100):
            if psutil.Process(process).status() == psutil.STATUS_ZOMBIE:
                return True
            time.sleep(0.1)
    except psutil.NoSuchProcess:
        return True
    return False


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal")
def test_an_interrupt_stops_the_batch_keeps_what_is_done_and_leaves_no_kernel(tmp_path: Path) -> None:
    parameters = "end: str = 'ok'\ntext: str = ''\noutput_dir: str = ''"
    write(tmp_path / "n.ipynb", BODY, f"exec({END!r}[end])", parameters=parameters)
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a job behind & hears none
    rows = "[{'end': e} for e in ('ok', 'hang', 'raise')]"
    job = f"{heard}; from gidtk.rerun import rerun; rerun('n.ipynb', {rows}, 'out')"
    running = tmp_path / "out" / "n_hang_files" / "seen.json"
    command = [sys.executable, "-c", job]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            for _ in range(600):
                if running.exists() and running.read_text(encoding="utf-8"):
                    break
                time.sleep(0.1)
            kernel = json.loads(running.read_text(encoding="utf-8"))[-1]
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=120)
        finally:
            process.kill()
    assert said.splitlines()[-1].startswith("KeyboardInterrupt")
    done = pd.read_csv(tmp_path / "out" / "outcomes.csv", encoding="utf-8-sig")
    assert list(done["run"]) == ["n_ok"]
    assert not [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]
    assert ended(kernel)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_of_the_table_is_a_formula_in_a_spreadsheet(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert inert(f"x{text}") == f"x{text}"
