"""Runs that earlier calls left in a folder, as the notebooks there tell of them."""

import json
from collections.abc import Container, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from gidtk.outcomes import blank, one_line
from gidtk.results import recorded
from gidtk.runfolder import kept_folder

__all__ = ["earlier_runs"]

_STATUSES = ("ok", "failed", "timeout", "died")


def earlier_runs(folder: Path, but: Container[str]) -> list[dict[str, Any]]:
    """Return the outcomes of the runs whose notebooks lie in a folder, in the order of their names.

    Parameters
    ----------
    folder : Path
        Where :func:`gidtk.rerun` has written.
    but : container of str
        Names of runs to leave out.

    Returns
    -------
    list of dict
        As :func:`gidtk.outcomes.blank` describes them, with ``source`` (name of the notebook that was run) and
        ``notice`` (what must be said of its data, in Chinese and English; empty for nothing). Notebooks that no run
        left are passed over; of runs that left no notebook nothing is known.
    """
    found = (_read(folder, file.stem) for file in sorted(folder.glob("*.ipynb")) if file.stem not in but)
    return [outcome for outcome in found if outcome]


def _read(folder: Path, name: str) -> dict[str, Any] | None:
    try:
        notebook = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))
        about, rerun = notebook["metadata"]["gidtk"], notebook["metadata"]["papermill"]
        said = about["outcome"]
        if said["run"] != name or said["status"] not in _STATUSES:
            return None
        outcome = blank(name, dict(rerun["parameters"])) | _there(folder, name)
        outcome |= {"status": said["status"], "cell": said["cell"] if isinstance(said["cell"], int) else None}
        outcome |= {"message": one_line(str(said["message"])), "seconds": float(said["seconds"])}
        outcome |= {"source": PurePosixPath(str(rerun["input_path"])).stem, "notice": _notice(about)}
        return outcome | {"results": recorded(notebook)}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _there(folder: Path, name: str) -> dict[str, str | None]:
    """Return which parts of a run's outputs are there."""
    parts = {"notebook": f"{name}.ipynb", "page": f"{name}.html", "thumbnail": f"thumbnails/{name}.png"}
    there: dict[str, str | None] = {key: part if (folder / part).is_file() else None for key, part in parts.items()}
    return there | {"aside": kept_folder(folder, name)}


def _notice(about: Mapping[str, Any]) -> tuple[str, str]:
    said = about.get("notice") or ("", "")
    return one_line(str(said[0])), one_line(str(said[1]))
