"""JupyterLab in a study folder, in Chinese where the language pack is installed, and silent towards any network."""

import locale
import os
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path

from jupyterlab.labapp import LabApp

from gidtk.errors import GidtkError, MissingExtraError
from gidtk.study import START

__all__ = ["lab_language", "lab_options", "open_lab"]

_PACK = "jupyterlab-language-pack-zh-CN"


def open_lab(
    folder: str | os.PathLike[str] = ".", *, lang: str | None = None, options: Sequence[str] = ()
) -> None:  # pragma: no cover - the tests start it as a process of its own
    """Run JupyterLab in a study folder, at its first notebook, until it is stopped.

    Parameters
    ----------
    folder : str or path
        A folder that :func:`gidtk.new_study` made; its notebooks may have changed.
    lang : str, optional
        ``zh`` or ``en``; without it, what :func:`lab_language` finds. Whoever has chosen a language in JupyterLab's
        own settings keeps it.
    options : sequence of str
        Further options of ``jupyter lab``, such as ``--port=8899``.

    Raises
    ------
    GidtkError
        If the folder has no first notebook.
    MissingExtraError
        If Chinese is asked for and the language pack is not installed.
    """
    arguments = lab_options(folder, options)
    os.environ["JUPYTER_CONFIG_PATH"] = _settings(lang or lab_language(), os.environ.get("JUPYTER_CONFIG_PATH", ""))
    LabApp.launch_instance(arguments)


def lab_options(folder: str | os.PathLike[str], options: Sequence[str] = ()) -> list[str]:
    """Return the options that make JupyterLab open a study folder at its first notebook.

    Parameters
    ----------
    folder : str or path
        The study folder.
    options : sequence of str
        Options that come after ours, and so win.

    Returns
    -------
    list of str

    Raises
    ------
    GidtkError
        If the folder has no first notebook.

    Examples
    --------
    >>> lab_options("no such folder")
    Traceback (most recent call last):
    ...
    gidtk.errors.GidtkError: no such folder has no 00-start-here.ipynb: make a study folder with: gidtk new DIR
    """
    path = Path(folder).absolute()
    if not (path / START).is_file():
        raise GidtkError(f"{folder} has no {START}: make a study folder with: gidtk new DIR")
    return [f"--ServerApp.root_dir={path}", f"--LabApp.default_url=/lab/tree/{START}", *options]


def lab_language() -> str:
    """Return the language for JupyterLab: ``zh`` where the system speaks Chinese and the pack is there, else ``en``."""
    spoken = (locale.getlocale(locale.LC_CTYPE)[0] or "").lower()
    return "zh" if spoken.startswith(("zh", "chinese")) and _has_pack() else "en"


def _has_pack() -> bool:
    try:
        return bool(distribution(_PACK))
    except PackageNotFoundError:
        return False


def _settings(lang: str, before: str = "") -> str:
    """Return the search path of configuration whose defaults speak a language; nothing of the user's is written."""
    if lang == "zh" and not _has_pack():
        raise MissingExtraError('JupyterLab in Chinese needs its language pack: pip install "gidtk[zh]"')
    own = Path(str(files("gidtk"))) / "templates"
    folders = [before, str(own / "lab-zh") if lang == "zh" else "", str(own / "lab")]
    return os.pathsep.join(filter(None, folders))
