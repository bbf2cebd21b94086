"""Pictures that a document shows among its text: named, for a table may stand in one; not read."""

import io
import re
import zipfile

from gidtk.issues import Issue

__all__ = ["CODE", "shown_pictures"]

CODE = "pictures_not_read"
NAMED = 3  # of the pictures, in the message
_PICTURE = r"\.(?:jpe?g|png|bmp|tiff?|webp|emf|wmf)"
_SOURCE = re.compile(
    rf"<img\b[^>]{{0,500}}?\bsrc\s*=\s*[\"']?(data:image/[\w+.-]{{1,20}}(?=;base64,[^\"'>]{{2000}})|[^\"'\s>]{{1,300}}{_PICTURE})",
    re.IGNORECASE,
)
_MEDIA = re.compile(rf"(?:word/media|Doc_\d+/Res)/[^/]{{1,100}}{_PICTURE}", re.IGNORECASE)


def shown_pictures(data: bytes, format_: str) -> list[Issue]:
    """Return the issue that names the pictures of a web page, a Word or an OFD document; none where it has none.

    Parameters
    ----------
    data : bytes
        The file.
    format_ : str
        As :func:`gidtk.readers.sniff` says.

    Returns
    -------
    list of Issue
        One or none. It matters where a table is missing.
    """
    if format_ in ("html", "mhtml"):
        found = [_name(name.encode("latin-1")) for name in _SOURCE.findall(data.decode("latin-1"))]
    elif format_ in ("docx", "ofd"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [name for name in archive.namelist() if _MEDIA.fullmatch(name)]
    else:
        found = []
    names = list(dict.fromkeys(name.rsplit("/", 1)[-1] if not name.startswith("data:") else name for name in found))
    if not names:
        return []
    listed = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
    words = (
        f"{len(names)} pictures in the {format_} were not read ({listed}): if one shows a missing table, read it alone"
    )
    return [Issue(CODE, "warning", words)]


def _name(written: bytes) -> str:
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("gb18030", errors="replace")
