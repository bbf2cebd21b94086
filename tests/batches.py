"""What tests of batches share: notebooks made on the spot, processes waited for, outputs without run metadata."""

import json
import re
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

TIMES = ("execution", "papermill")  # metadata of a run, not of its outcome


def write(path: Path, *sources: str, parameters: str = "region: str = '360829'", **metadata: Any) -> Path:
    """Write a notebook with a heading, a cell of parameters and some code; return its path."""
    cells = [new_markdown_cell("# 标题"), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    node = new_notebook(cells=[*cells, *map(new_code_cell, sources)], metadata=metadata)
    for number, cell in enumerate(node.cells):
        cell.id = f"c{number}"
    nbformat.write(node, path)
    return path


def ended(process: int) -> bool:
    """Whether a process ends within a minute; one that nobody has buried yet has ended."""
    try:
        for _ in range(600):
            if psutil.Process(process).status() == psutil.STATUS_ZOMBIE:
                return True
            time.sleep(0.1)
    except psutil.NoSuchProcess:
        return True
    return False


def timeless(notebook: dict[str, Any]) -> dict[str, Any]:
    """Take the times out of an executed notebook."""
    for part in (notebook, *notebook["cells"]):
        for name in TIMES:
            part["metadata"].pop(name, None)
    notebook["metadata"].get("gidtk", {}).get("outcome", {}).pop("seconds", None)
    return notebook


def outputs(folder: Path) -> dict[str, Any]:
    """Return all that a batch left, by path, without what says when and how long."""
    found: dict[str, Any] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, data = path.relative_to(folder).as_posix(), path.read_bytes()
        if path.suffix == ".ipynb":
            found[name] = timeless(json.loads(data))
        elif name == "outcomes.csv":
            found[name] = re.sub(rb",\d+\.\d+,", b",s,", data)
        elif name == "index.html":
            found[name] = re.sub(rb'<td class="number" data-value="\d+\.\d\d".*?</td>', b"", data)
        else:
            found[name] = data
    return found
