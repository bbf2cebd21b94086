"""``gidtk new``: a study folder."""

import argparse
import shlex

from gidtk.cli.lines import line

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    new = commands.add_parser(
        "new",
        help="make a study folder: notebooks, sample data, registry",
        description="Make a study folder with copies of the notebooks, the sample data, a registry and a README.",
    )
    new.add_argument("folder", metavar="DIR", help="a folder that is not there yet, or an empty one")
    new.add_argument("--key", action="store_true", help="also the instructor's edition of the course: the answers")
    new.set_defaults(call=_new)


def _new(arguments: argparse.Namespace) -> int:
    from gidtk.study import new_study

    folder = new_study(arguments.folder, key=arguments.key)
    count = len(list(folder.rglob("*.ipynb")))
    print(line(f"{folder}: {count} notebooks, data, registry.csv; README.md has the next three commands"))
    print(line(f"next: gidtk lab {shlex.quote(str(folder))}"))
    return 0
