"""The errors that gidtk raises for what a caller did wrong."""

__all__ = ["GidtkError", "MissingExtraError", "NotAReportError", "UnreadableFileError"]


class GidtkError(ValueError):
    """Base of all errors of gidtk: the message names the value, the rule and the way out."""


class UnreadableFileError(GidtkError):
    """The file cannot be opened or is of a kind that no reader takes."""


class NotAReportError(GidtkError):
    """The file was read, but nothing in it belongs to a disclosure annual report."""


class MissingExtraError(GidtkError):
    """A part of gidtk needs a package that is not installed."""
