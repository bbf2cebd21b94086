"""Old Word documents (DOC), WPS and RTF: converted to DOCX by LibreOffice where it is installed. No macro is run."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from gidtk.blocks import Block
from gidtk.errors import MissingExtraError, UnreadableFileError
from gidtk.readers import docx
from gidtk.readers.pictures import Picture

__all__ = ["read"]

LONGEST = 120  # seconds for one file; a report takes two
LARGEST = 64 * 1024 * 1024  # bytes of the document made
_PROGRAMS = ("soffice", "libreoffice")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def read(data: bytes, name: str = "", suffix: str = "doc", pictures: list[Picture] | None = None) -> list[Block]:
    """Read a document in an old format of Word or WPS.

    Parameters
    ----------
    data : bytes
        The file.
    name : str, optional
        Its name, for error messages.
    suffix : str
        ``doc``, ``wps`` or ``rtf``.
    pictures : list of Picture, optional
        Takes up the pictures that the document shows.

    Returns
    -------
    list of Paragraph or Grid

    Raises
    ------
    MissingExtraError
        If LibreOffice is not installed.
    UnreadableFileError
        If LibreOffice cannot convert the file in time.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise MissingExtraError(
            f"{name}: reading {suffix.upper()} needs LibreOffice (soffice): install it, or save the document as DOCX"
        )
    with tempfile.TemporaryDirectory(prefix="gidtk-") as folder:
        return docx.read(_converted(program, Path(folder), data, name, suffix), name, pictures=pictures)


def _converted(program: str, folder: Path, data: bytes, name: str, suffix: str) -> bytes:
    """Convert in a profile of its own, so that neither a user's settings nor an open window matter."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    source = folder / f"source.{suffix}"
    source.write_bytes(data)
    command = [
        program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck",
        "--convert-to", "docx", "--outdir", str(folder / "out"), str(source),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST, check=False, cwd=folder)
    except subprocess.TimeoutExpired:
        raise UnreadableFileError(
            f"{name}: LibreOffice took more than {LONGEST} s for it: save the document as DOCX"
        ) from None
    made = folder / "out" / "source.docx"
    if not made.is_file() or made.stat().st_size > LARGEST:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()[-1:] or ["it made no document"]
        raise UnreadableFileError(f"{name}: LibreOffice cannot convert it ({said[0]}): save the document as DOCX")
    return made.read_bytes()
