"""Where reports come from: files, folders, patterns, archives; each document with its name in the corpus."""

import glob
import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gidtk.archives import Fault, Found, archive_kind, clean_name, is_aside, members
from gidtk.errors import GidtkError
from gidtk.readers import LARGEST

__all__ = ["Place", "Sources", "documents", "find_places"]

Sources = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


class Place(NamedTuple):
    """A file on disk: its path, its name in the corpus, and what tells whether it was changed."""

    path: str
    name: str
    size: int
    changed: int  # nanoseconds: when its content was last written
    noted: int  # nanoseconds: when its content or its entry was last written


def find_places(sources: Sources, leave_out: Callable[[Path], bool] = lambda folder: False) -> list[Place]:
    """List the files of the sources, each once, by name.

    Parameters
    ----------
    sources : str, path or iterable of them
        Files, folders (with their subfolders) and patterns such as ``pages/**/*.html``.
    leave_out : callable, optional
        Tells of a folder whether it is passed over.

    Returns
    -------
    list of Place
        Sorted by name. A name is the path below the folder that all sources have in common, with ``/``. Hidden files
        and those that only stand beside saved pages are left out; links to folders are not followed.

    Raises
    ------
    GidtkError
        If a source is not there or a pattern fits nothing.

    Examples
    --------
    >>> import gidtk as gid
    >>> [place.name for place in find_places(gid.sample())]
    ['anfu_2020.txt']
    """
    given = [sources] if isinstance(sources, str | os.PathLike) else list(sources)
    if not given:
        raise GidtkError("no sources: give files, folders or archives")
    starts = [start for source in given for start in _starts(os.fspath(source))]
    base = _common(start if start.is_dir() else start.parent for start in starts)
    paths = {path for start in starts for path in _walk(start, leave_out)}
    places = [place for path in paths if (place := _place(path, base))]
    return sorted(places, key=lambda place: (place.name, place.path))


def _starts(source: str) -> list[Path]:
    path = _plain(source)
    if path.exists():
        return [path]
    found = sorted(glob.glob(source, recursive=True)) if glob.has_magic(source) else []  # noqa: PTH207
    if not found:
        raise GidtkError(f"{source}: no such file or folder: give files, folders, archives or a pattern in quotes")
    return [_plain(name) for name in found]


def _plain(source: str) -> Path:
    return Path(os.path.normpath(Path(source).absolute()))


def _common(folders: Iterable[Path]) -> Path | None:
    try:
        return Path(os.path.commonpath(list(folders)))
    except ValueError:  # on several drives
        return None


def _walk(start: Path, leave_out: Callable[[Path], bool]) -> Iterator[str]:
    if not start.is_dir():
        yield str(start)
        return
    for folder, below, names in os.walk(start):
        below[:] = sorted(name for name in below if not is_aside(name) and not leave_out(Path(folder, name)))
        yield from (os.path.join(folder, name) for name in names if not is_aside(name))  # noqa: PTH118


def _place(path: str, base: Path | None) -> Place | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        status = None
    if status and not Path(path).is_file():  # a pipe or a device
        return None
    name = os.path.relpath(path, base) if base else path
    size, changed, noted = (status.st_size, status.st_mtime_ns, status.st_ctime_ns) if status else (-1, 0, 0)
    return Place(path, clean_name(name), size, changed, noted)


def documents(place: Place) -> Iterator[Found | Fault]:
    """Read the documents of a file: itself, or the members of the archive that it is.

    Yields
    ------
    Found or Fault

    Examples
    --------
    >>> import gidtk as gid
    >>> [found.name for found in documents(find_places(gid.sample())[0])]
    ['anfu_2020.txt']
    """
    try:
        with Path(place.path).open("rb") as stream:
            head = io.BytesIO(stream.read(512))
            stream.seek(0)
            if _may_be_archive(head.getvalue()) and archive_kind(stream):
                yield from members(stream, place.name, place.size)
            elif place.size > LARGEST:
                yield Fault(place.name, "unreadable", _large(place.size))
            else:
                data = stream.read(LARGEST + 1)
                yield (
                    Found(place.name, data)
                    if len(data) <= LARGEST
                    else Fault(place.name, "unreadable", _large(len(data)))
                )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Fault(place.name, "unreadable", f"cannot be opened ({reason}): check its rights")


def _may_be_archive(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"WARC/")) or head[257:262] == b"ustar"


def _large(size: int) -> str:
    return f"{size:,} bytes, more than the {LARGEST:,} that a report may have: is it an archive?"
