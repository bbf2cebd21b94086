"""``gidtk lab``: JupyterLab in a study folder."""

import argparse

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    lab = commands.add_parser(
        "lab",
        help="open JupyterLab in a study folder",
        description="Open JupyterLab in a study folder, at its first notebook.",
    )
    lab.add_argument("folder", nargs="?", default=".", metavar="DIR", help="made by gidtk new (default: this folder)")
    lab.add_argument(
        "--lang", choices=("zh", "en"), help="of JupyterLab (default: zh where the system is Chinese and gidtk[zh] is)"
    )
    lab.add_argument("--no-browser", action="store_true", help="open no browser, print the address")
    lab.add_argument("--port", type=int, metavar="N", help="(default: 8888 or the next free one)")
    lab.add_argument(
        "--jupyter",
        action="append",
        default=[],
        metavar="OPTION",
        help="another option of jupyter lab: --jupyter=--ip=::",
    )
    lab.set_defaults(call=_lab)


def _lab(arguments: argparse.Namespace) -> int:
    from gidtk.lab import open_lab

    given = ["--no-browser"] if arguments.no_browser else []
    given += [f"--port={arguments.port}"] if arguments.port is not None else []
    open_lab(arguments.folder, lang=arguments.lang, options=[*given, *arguments.jupyter])
    return 0
