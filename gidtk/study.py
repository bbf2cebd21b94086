"""A study folder: the bundled notebooks and sample data as copies of one's own, with a registry and a README."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pandas as pd

from gidtk.bundled import bundled
from gidtk.errors import GidtkError
from gidtk.files import make_folder
from gidtk.parameters import read_notebook
from gidtk.teaching import lessons, write_course

__all__ = ["START", "new_study", "notebooks"]

START = "00-start-here.ipynb"
_SKIPPED = re.compile(r"[._].*|corpus")  # caches; and the corpus that was built from the same reports
_COURSE, _KEY = "teaching", "teaching-key"  # the student edition; the whole course, with answers


def new_study(folder: str | os.PathLike[str], *, key: bool = False) -> Path:
    """Make a study folder: notebooks, the course's student edition, sample data, registry, README.

    Parameters
    ----------
    folder : str or path
        A folder that is not there yet, or an empty one.
    key : bool
        Whether the course comes a second time as the instructor has it, with answers and guide: ``teaching-key``.

    Returns
    -------
    Path
        The folder. All is copied, so that it can be changed, or nothing is.

    Raises
    ------
    GidtkError
        If the folder holds something, or cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     study = new_study(Path(parent, "study"))
    ...     (study / "registry.csv").is_file(), (study / "data" / "reports" / "anfu_2020.txt").is_file()
    (True, True)
    """
    path = Path(folder)
    there = path.is_dir()
    if path.exists() and not (there and not any(path.iterdir())):
        what = "is not empty" if there else "is a file"
        raise GidtkError(f"{folder} {what}: a study folder is made where nothing is yet; give another name")
    home = path if there else make_folder(path.parent)
    try:
        with tempfile.TemporaryDirectory(prefix=".gidtk-", dir=home, ignore_cleanup_errors=True) as aside:
            study = Path(aside, "study")
            for source, place in _copies(key):
                (study / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, study / place)  # not its mode: what an installation protects is a copy here
            write_course(study / _COURSE)
            if not there:
                study.rename(path)
            else:
                _move(study, path)
    except OSError as error:
        raise GidtkError(f"{folder} cannot be made ({error.strerror}): nothing was left there") from None
    return path


def _copies(key: bool = False) -> Iterator[tuple[Path, Path]]:
    """Yield every file of a study folder and its place in there."""
    for file in sorted(bundled("notebooks").glob("[0-9]*.ipynb")):
        yield file, Path(file.name)
    course = [(Path(_KEY), bundled("notebooks") / "teaching")] if key else []
    for kind, folder in (*course, (Path("data"), bundled("data"))):
        yield from ((file, kind / place) for file, place in _below(folder))
    yield from _below(Path(str(files("gidtk"))) / "templates" / "study")


def _below(folder: Path) -> Iterator[tuple[Path, Path]]:
    for file in sorted(folder.rglob("*")):
        place = file.relative_to(folder)
        if file.is_file() and not any(map(_SKIPPED.fullmatch, place.parts)):
            yield file, place


def _move(study: Path, folder: Path) -> None:
    """Move what is in one folder into another, which stays empty when that fails."""
    moved: list[Path] = []
    try:
        for item in sorted(study.iterdir()):
            moved.append(folder / item.name)
            item.rename(moved[-1])
    except OSError:
        for item in moved:
            shutil.rmtree(item, ignore_errors=True) if item.is_dir() else item.unlink(missing_ok=True)
        raise


def notebooks() -> pd.DataFrame:
    """List the notebooks of a study folder and what each asks.

    Returns
    -------
    DataFrame
        ``file``, as a study folder has it, and ``question``, the notebook's first heading in both languages.

    Examples
    --------
    >>> notebooks().set_index("file").loc["01-region-profile.ipynb", "question"]
    '一份政府信息公开工作年度报告说了什么？ What does one annual report say?'
    """
    places = [*_copies(), *((file, Path(_COURSE, file.name)) for file in lessons())]
    found = [(place.as_posix(), _question(file)) for file, place in places if place.suffix == ".ipynb"]
    return pd.DataFrame(found, columns=["file", "question"], dtype="str")


def _question(file: Path) -> str:
    text = next((cell.source for cell in read_notebook(file).cells if cell.cell_type == "markdown"), "")
    heading = re.search(r"(?m)^#+\s+(.*\S)", text)
    return heading[1] if heading else file.stem
