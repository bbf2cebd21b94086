"""``gidtk simulate``: reports with known figures."""

import argparse

from gidtk.cli.years import years

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    simulate = commands.add_parser(
        "simulate",
        help="write reports with known figures",
        description="Write reports with known figures, and the answers to hold a reading against.",
    )
    simulate.add_argument("-o", required=True, metavar="DIR", dest="out", help="folder for reports and answers")
    simulate.add_argument("--regions", type=int, default=24, metavar="N", help="how many regions (default: 24)")
    simulate.add_argument(
        "--years", type=years, default=(2019, 2024), metavar="FIRST-LAST", help="report years (default: 2019-2024)"
    )
    simulate.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, other reports (default: 1)")
    simulate.add_argument(
        "--formats", type=_names, default=["html"], metavar="LIST", help="some of html,docx,pdf,txt (default: html)"
    )
    simulate.add_argument(
        "--layouts", type=_names, metavar="LIST", help="names, or all; without it each region keeps to one"
    )
    simulate.add_argument(
        "--faults", type=float, default=0.0, metavar="SHARE", help="share of reports with a planted contradiction"
    )
    simulate.add_argument(
        "--revised", type=int, default=0, metavar="N", help="how many of these come out again, put right (default: 0)"
    )
    simulate.set_defaults(call=_simulate)


def _simulate(arguments: argparse.Namespace) -> int:
    from gidtk.simulate import EVERY, simulate

    layouts = EVERY if arguments.layouts == [EVERY] else arguments.layouts
    files = simulate(
        arguments.out,
        regions=arguments.regions,
        years=arguments.years,
        seed=arguments.seed,
        formats=arguments.formats,
        layouts=layouts,
        faults=arguments.faults,
        revised=arguments.revised,
    )
    print(f"{len(files)} reports, answers.csv, answers.json: {arguments.out}")
    return 0


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]
