"""One notebook, a table of parameters: no run stops another, and what is done is not done again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from batches import ended, write

from gidtk.errors import GidtkError
from gidtk.files import inert
from gidtk.outcomes import blank
from gidtk.rerun import rerun

RERUN = sys.modules["gidtk.rerun"]  # the module; gidtk.rerun is the function


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(RERUN, "on_workers", started)


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

    def noted(_batch: object, runs: Any, **_: object) -> Iterator[dict[str, Any]]:
        seen.extend(run.values for run in runs)
        yield from ()

    monkeypatch.setattr(RERUN, "on_workers", noted)
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
    assert "这一批没有运行。" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("jobs", [0, -1])
def test_jobs_are_one_or_more(tmp_path: Path, jobs: int) -> None:
    with pytest.raises(GidtkError, match=rf"jobs {jobs}: give how many runs at a time, 1 or more, or None for one a c"):
        rerun(write(tmp_path / "n.ipynb"), {}, tmp_path / "out", jobs=jobs)


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
    "hang": "time.sleep(600)",
    "die": "os._exit(1)",
    "crash": "import ctypes; ctypes.string_at(0)",
    "quit": "Path(output_dir, 'seen.json').unlink()\nsys.exit(0)",
}
TEXT = "'\"\\ \n{braces} $x 安福县 \\u5b89 <script>alert(1)</script>"


OUT = "o{u}t"
LIMIT = 8  # seconds for one run: as few as a loaded machine allows


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
    rows: list[dict[str, Any]] = [{"end": end} for end in ("raise", "hang", "die", "crash", "ok", "quit")]
    rows.append({"end": "ok", "text": TEXT})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        patch.setenv("MPLBACKEND", "agg")
        patch.delenv("PYTHONPATH", raising=False)
        patch.chdir(folder)
        table = rerun("n.ipynb", rows, OUT, timeout=LIMIT, jobs=3)
    return {"folder": folder, "table": table, "out": folder / OUT}


def test_every_kind_of_end_has_its_row_and_stops_no_other(batch: dict[str, Any]) -> None:
    table = batch["table"]
    rows = table[["status", "cell", "message"]].astype(object).where(table[["status", "cell", "message"]].notna(), None)
    assert [tuple(row) for row in rows.itertuples(index=False)][:4] == [
        ("failed", 4, "ValueError: <b>没有 这个地区</b>"),
        ("timeout", 4, f"Timeout: the run was stopped after {LIMIT} seconds"),
        ("died", 4, "DeadKernel: the kernel died while this cell ran"),
        ("died", 4, "DeadKernel: the kernel died while this cell ran"),
    ]
    assert list(table["status"])[4:] == ["error", "ok", "ok"]
    assert "n_ok.html" in table["message"][4]
    assert list(table["message"])[5:] == ["", ""]
    assert table["cell"].isna().tolist() == [False] * 4 + [True] * 3
    assert (table["seconds"] > 0).all()


def test_a_failed_run_leaves_a_notebook_and_a_page_with_the_reason(batch: dict[str, Any]) -> None:
    for _, row in batch["table"][:4].iterrows():
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
    files = {*done["notebook"], *done["page"], *(f"{name}_files" for name in done["run"])}
    files |= {"outcomes.csv", "results.csv", "index.html"}
    files.discard("n_quit_files")  # it stayed empty
    assert {path.name for path in out.iterdir()} == files | {"n_ok.html"}
    assert table["notebook"].isna().tolist() == table["page"].isna().tolist() == (table["status"] == "error").tolist()


def test_a_kernel_is_this_python_in_the_callers_folder_with_the_text_as_given(batch: dict[str, Any]) -> None:
    row = batch["table"].iloc[6]
    assert row["param_output_dir"] == f"{OUT}/{row['run']}_files"
    seen = json.loads((batch["folder"] / row["param_output_dir"] / "seen.json").read_text(encoding="utf-8"))
    assert seen[:3] == [sys.executable, str(batch["folder"]), TEXT]


def test_an_executed_notebook_holds_its_values_readably_and_names_the_kernel_that_ran(batch: dict[str, Any]) -> None:
    row = batch["table"].iloc[6]
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


@contextmanager
def in_the_background(code: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A batch in a process of its own, which hears Ctrl-C and ends with the test, however that does."""
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a job behind & hears none
    command = [sys.executable, "-c", f"{heard}; from gidtk.rerun import rerun; {code}"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.kill()


def said_by(file: Path, within: float = 60) -> Any:
    """What a file says as JSON, once it is there."""
    for _ in range(int(within * 10)):
        if file.exists() and (text := file.read_text(encoding="utf-8")):
            return json.loads(text)
        time.sleep(0.1)
    raise AssertionError(f"{file} did not come")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal")
def test_an_interrupt_stops_the_batch_keeps_what_is_done_and_leaves_no_kernel(tmp_path: Path) -> None:
    parameters = "end: str = 'ok'\ntext: str = ''\noutput_dir: str = ''"
    write(tmp_path / "n.ipynb", BODY, f"exec({END!r}[end])", parameters=parameters)
    code = "rerun('n.ipynb', [{'end': e} for e in ('ok', 'hang', 'raise')], 'out')"
    with in_the_background(code, tmp_path) as process:
        kernel = said_by(tmp_path / "out" / "n_hang_files" / "seen.json")[-1]
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    assert said.splitlines()[-1].startswith("KeyboardInterrupt")
    done = pd.read_csv(tmp_path / "out" / "outcomes.csv", encoding="utf-8-sig")
    assert list(done["run"]) == ["n_ok"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("n_ok.ipynb", "n_ok.html", "n_ok_files"),
        *("outcomes.csv", "results.csv", "index.html"),
    }
    assert ended(kernel)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_of_the_table_is_a_formula_in_a_spreadsheet(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert inert(f"x{text}") == f"x{text}"


def test_in_a_terminal_a_bar_shows_the_time_left_and_failures_have_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    coming = [blank(f"n_{n}", {}) | {"status": status} for n, status in enumerate(["ok", "failed"])]
    assert list(RERUN._told(iter(coming), 3, 5, progress=True)) == coming
    said = capsys.readouterr().err
    assert "n_1: failed, 0.0 s" in said
    assert "n_0" not in said
    assert "5/5" in said
    assert "runs/s" in said or "s/ runs" in said
