"""What a document did wrong, recorded beside what was read from it."""

from typing import NamedTuple

__all__ = ["Issue"]


class Issue(NamedTuple):
    """A fault of the document, or a limit of its reading.

    Attributes
    ----------
    code : str
        A name for filtering, such as ``table_missing``.
    severity : str
        ``error``, ``warning`` or ``info``.
    message : str
        What was found, in one sentence.
    """

    code: str
    severity: str
    message: str
