"""The folder ``NAME_files`` that a run writes into: emptied before the next run, but what people wrote is kept.

A run's notebook lists the files it wrote with their digests. What is not among them, or has another content, is a
person's work, such as a sheet that was filled in: it is moved to ``NAME_kept`` before the folder is emptied. A file
``.NAME.begun`` tells, while it is there, that a folder holds what a run wrote that did not end.
"""

import hashlib
import json
import shutil
from contextlib import suppress
from itertools import chain, count
from pathlib import Path

__all__ = ["clear", "discard", "kept_folder", "release", "written"]


def clear(folder: Path, name: str) -> None:
    """Make the folder of a run's files, empty; what a person wrote there is moved to ``NAME_kept`` first.

    Parameters
    ----------
    folder : Path
        Where the outputs of the batch go.
    name : str
        Name of the run.

    Raises
    ------
    OSError
        If the folder cannot be made, or a file not be moved; nothing is taken away then but what could be moved.
    """
    files = _files_of(folder, name)
    if files.is_dir() and not _under_way(folder, name):
        known = _known(folder / f"{name}.ipynb")
        for path in _listed(files):
            if known.get(path.relative_to(files).as_posix()) != _digest(path):
                _move(path, folder / f"{name}_kept" / path.relative_to(files))
    shutil.rmtree(files, ignore_errors=True)
    _mark(folder, name).touch()
    files.mkdir()


def written(folder: Path, name: str) -> dict[str, str]:
    """Return the files that a run wrote, by path in its folder, with the sha256 of each."""
    files = _files_of(folder, name)
    return {path.relative_to(files).as_posix(): _digest(path) for path in _listed(files)}


def release(folder: Path, name: str) -> None:
    """Say that a run has ended: from now on its folder is a person's too. An empty one goes."""
    files = _files_of(folder, name)
    if files.is_dir() and not any(files.iterdir()):
        files.rmdir()
    with suppress(OSError):
        _mark(folder, name).unlink(missing_ok=True)


def discard(folder: Path, name: str) -> None:
    """Take away what a run wrote that was begun and did not end; without one, nothing."""
    if _under_way(folder, name):
        shutil.rmtree(_files_of(folder, name), ignore_errors=True)
        _mark(folder, name).unlink(missing_ok=True)


def kept_folder(folder: Path, name: str) -> str | None:
    """Return the name of the folder that holds what people wrote into the files of a run, or None without one."""
    return f"{name}_kept" if (folder / f"{name}_kept").is_dir() else None


def _files_of(folder: Path, name: str) -> Path:
    return folder / f"{name}_files"


def _mark(folder: Path, name: str) -> Path:
    return folder / f".{name}.begun"


def _under_way(folder: Path, name: str) -> bool:
    """Whether a run was begun and its notebook, which is written last, not written since."""
    mark, notebook = _mark(folder, name), folder / f"{name}.ipynb"
    if not mark.exists():
        return False
    return not notebook.exists() or notebook.stat().st_mtime_ns < mark.stat().st_mtime_ns


def _known(notebook: Path) -> dict[str, str]:
    """Return what the notebook of a run says it wrote; nothing, where it cannot be read."""
    try:
        files = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["gidtk"]["files"]
        return dict(files)
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _listed(files: Path) -> list[Path]:
    return sorted(path for path in files.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _move(path: Path, target: Path) -> None:
    """Move a file; where another one is there already, under the next free number: ``sheet-2.csv``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    numbered = chain([target], (target.with_name(f"{target.stem}-{n}{target.suffix}") for n in count(2)))
    path.replace(next(place for place in numbered if not place.exists()))
