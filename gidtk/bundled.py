"""The notebooks and sample data that travel with the package."""

import os
from importlib.resources import files
from pathlib import Path

from gidtk.errors import GidtkError

__all__ = ["bundled", "find_notebook", "sample"]


def bundled(kind: str) -> Path:
    """Return the folder of the bundled notebooks or data.

    Parameters
    ----------
    kind : str
        ``notebooks`` or ``data``.

    Returns
    -------
    Path
        Inside the installed package, or beside it in a checkout.
    """
    package = Path(str(files("gidtk")))
    for folder in (package / "bundled" / kind, package.parent / kind):
        if folder.is_dir():
            return folder
    raise GidtkError(f"the {kind} folder of gidtk is missing beside {package}: install gidtk again")


def sample(name: str = "") -> Path:
    """Return the path of a bundled real report, or of their folder.

    Parameters
    ----------
    name : str, optional
        The file's name.

    Returns
    -------
    Path
        Inside the installed package, or beside it in a checkout.

    Raises
    ------
    GidtkError
        If there is no such report.

    Examples
    --------
    >>> sample("anfu_2020.txt").name
    'anfu_2020.txt'
    """
    folder = bundled("data") / "reports"
    known = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    if name and name not in known:
        raise GidtkError(f"no bundled report {name!r}: there are {', '.join(known)}")
    return folder / name


def find_notebook(name: str | os.PathLike[str]) -> Path:
    """Return a notebook: a file, or a bundled one by its name.

    Parameters
    ----------
    name : str or path
        A path, or the name of a bundled notebook with or without ``.ipynb``.

    Returns
    -------
    Path

    Raises
    ------
    GidtkError
        If there is neither.

    Examples
    --------
    >>> find_notebook("01-region-profile").name
    '01-region-profile.ipynb'
    """
    path = Path(name)
    if path.is_file():
        return path
    folder = bundled("notebooks")
    own = folder / (path.name if path.suffix == ".ipynb" else f"{path.name}.ipynb")
    if path.parent == Path() and own.is_file():
        return own
    known = ", ".join(sorted(p.stem for p in folder.glob("*.ipynb")))
    raise GidtkError(f"{name}: no such notebook: give a file, or the name of a bundled one: {known}")
