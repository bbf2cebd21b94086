"""What there is to do: a batch, its runs, and whether a run is done already."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from gidtk.outcomes import blank
from gidtk.results import recorded
from gidtk.runfolder import kept_folder

__all__ = ["AT_ONCE", "Batch", "Run", "kept", "lightly"]

_GRAMMAR = "rfc3987_syntax"
AT_ONCE = 4  # runs at a time of one process: most of the time it waits for kernels


@contextmanager
def lightly() -> Iterator[None]:
    """Spare a process the second that jsonschema, which nbformat loads, takes to compile a grammar of IRIs.

    It does without where that package seems not to be installed, and no notebook has an IRI to check. For processes
    that are ours alone: in them jsonschema then knows no format ``iri``.
    """
    hidden = _GRAMMAR not in sys.modules
    if hidden:
        sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            del sys.modules[_GRAMMAR]


class Batch(NamedTuple):
    """What the runs of a batch share; plain JSON, so that it can be sent to another process or machine.

    `source` is the notebook's text, `digest` what it does, `file` its path as given; `folder` is where results go, as
    given; `cwd` the folder that paths are seen from; `fork` whether kernels may be forked; `notice` what must be said
    of the data in Chinese and English, empty for nothing.
    """

    source: str
    digest: str
    file: str
    folder: str
    cwd: str
    timeout: float
    fork: bool
    notice: Sequence[str] = ()


class Run(NamedTuple):
    """One run: its name, its parameters, the digests of its data and of all it depends on."""

    name: str
    values: dict[str, Any]
    data: str
    digest: str


def kept(batch: Batch, run: Run) -> dict[str, Any] | None:
    """Return the outcome of an earlier run that need not be repeated: the same digest, ended well, all of it there."""
    folder = Path(batch.cwd, batch.folder)
    try:
        notebook = json.loads((folder / f"{run.name}.ipynb").read_text(encoding="utf-8"))
        about = notebook["metadata"]["gidtk"]
        if about["digest"] != run.digest or about["outcome"]["status"] != "ok":
            return None
        outcome = blank(run.name, run.values) | _fitting(about["outcome"], run.name)
        outcome["aside"] = kept_folder(folder, run.name)
        parts = [outcome[part] for part in ("page", "thumbnail") if outcome[part]]
        parts += [f"{run.name}_files/{file}" for file in about["files"]]
        whole = all((folder / part).is_file() for part in parts)
        return outcome | {"results": recorded(notebook)} if whole else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _fitting(about: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Take from a stored outcome what is of the kind it must be."""
    return {
        "status": "ok",
        "seconds": float(about["seconds"]),
        "notebook": f"{name}.ipynb",
        "page": f"{name}.html",
        "thumbnail": f"thumbnails/{name}.png" if about["thumbnail"] else None,
    }
