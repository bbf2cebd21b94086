"""Outcomes of runs: what each row of the table of a batch says."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

__all__ = ["OUTCOME_COLUMNS", "blank", "one_line", "outcome_table"]

OUTCOME_COLUMNS = ("run", "status", "cell", "message", "seconds", "notebook", "page")
_LONGEST = 300  # characters of a message


def blank(run: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outcome of a run that could not be carried out, to be filled with what did happen.

    Besides the columns of the table it has ``thumbnail`` (file), ``results`` (what the notebook recorded) and ``aside``
    (the folder with what people had written into the run's files, where there is one).
    """
    outcome: dict[str, Any] = dict.fromkeys(OUTCOME_COLUMNS) | {"run": run, "status": "error", "message": ""}
    outcome |= {"seconds": 0.0, "thumbnail": None, "results": [], "aside": None}
    return outcome | {f"param_{key}": value for key, value in values.items()}


def one_line(text: str) -> str:
    r"""Return a message as one line of bounded length that cannot steer a terminal.

    Examples
    --------
    >>> one_line("ValueError: \x1b[31mred\n  and more")
    'ValueError: [31mred and more'
    """
    plain = "".join(char if char.isprintable() else " " for char in text)
    short = " ".join(plain.split())
    return short if len(short) <= _LONGEST else short[: _LONGEST - 1] + "…"


def outcome_table(outcomes: Iterable[Mapping[str, Any]], parameters: Iterable[str]) -> pd.DataFrame:
    """Return outcomes as a table: the columns of :func:`gidtk.rerun`.

    Examples
    --------
    >>> outcome_table([blank("01_360829", {"region": "360829"})], ["region"])[["run", "status", "param_region"]]
             run status param_region
    0  01_360829  error       360829
    """
    columns = [*OUTCOME_COLUMNS, *(f"param_{name}" for name in parameters)]
    table = pd.DataFrame([dict(outcome) for outcome in outcomes], columns=columns)
    return table.astype({"cell": "Int64", "seconds": float})
