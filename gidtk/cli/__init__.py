"""The ``gidtk`` command: it parses arguments and calls the library; one file a command.

A command's file has ``add``, which enters it among the others and names the function that carries it out. That
function imports what it needs when it is called, so that ``gidtk --help`` costs nothing.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from gidtk import __version__
from gidtk.cli import build, check, export, lab, new, parse, run, simulate
from gidtk.cli.lines import complain
from gidtk.errors import GidtkError

__all__ = ["main"]

COMMANDS = (new, lab, parse, build, check, export, run, simulate)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        try:
            return _call(argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader of the output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _call(argv: Sequence[str] | None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.call(arguments))
    except GidtkError as error:
        complain(error)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gidtk",
        description="Read disclosure annual reports (政府信息公开工作年度报告) and rerun notebooks over them.",
    )
    parser.add_argument("--version", action="version", version=f"gidtk {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser
