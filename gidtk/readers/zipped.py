"""Parts of a package: a file that is a zip archive of XML, as DOCX and OFD are."""

import zipfile
import zlib

__all__ = ["unpacked"]


def unpacked(archive: zipfile.ZipFile, part: str) -> bytes:
    """Return a part of a package.

    Raises
    ------
    KeyError
        If the archive has no such part.
    zipfile.BadZipFile
        If the part is damaged, in whatever way `zipfile` says so.
    """
    try:
        return archive.read(part)  # never more than the size that its directory tells
    except (ValueError, EOFError, zlib.error) as error:
        raise zipfile.BadZipFile(str(error)) from None
