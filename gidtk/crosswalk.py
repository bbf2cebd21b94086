"""Harmonised columns over the statutory forms, with how far they may be compared; the facts lie in a TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.form import FORM_IDS
from gidtk.formula import evaluate

__all__ = ["GRADES", "Harmonised", "crosswalk", "harmonise"]

GRADES = ("high", "medium", "low", "none")


@dataclass(frozen=True, slots=True)
class Harmonised:
    """A quantity that several forms print, each in its own way.

    Attributes
    ----------
    name : str
        The column it makes: ``h_received``.
    zh, en, unit : str
        Its label and what it counts.
    formulas : mapping
        Form to the formula over that form's variables; a form without the quantity is left out.
    grade : str
        ``high`` (the same concept), ``medium`` (the same in the main), ``low`` (neighbours only) or ``none``
        (no column is made).
    caveat_zh, caveat_en : str
        What a reader must know before comparing.
    """

    name: str
    zh: str
    en: str
    unit: str
    formulas: Mapping[str, str]
    grade: str
    caveat_zh: str
    caveat_en: str


@cache
def crosswalk() -> dict[str, Harmonised]:
    """Return the crosswalk f2014 → f2019 → f2021 by name, in its order.

    Examples
    --------
    >>> crosswalk()["h_norms_made"].formulas["f2021"], crosswalk()["h_norms_made"].grade
    ('norms_issued', 'medium')
    """
    data = tomllib.loads(files("gidtk").joinpath("forms", "crosswalk.toml").read_text(encoding="utf-8"))
    return {
        name: Harmonised(
            name,
            formulas={form_id: facts[form_id] for form_id in FORM_IDS if form_id in facts},
            **{key: facts[key] for key in ("zh", "en", "unit", "grade", "caveat_zh", "caveat_en")},
        )
        for name, facts in data.items()
    }


def harmonise(panel: pd.DataFrame) -> pd.DataFrame:
    """Compute the harmonised columns of a panel.

    Parameters
    ----------
    panel : DataFrame
        As :func:`gidtk.panel.panel` gives it: a column ``form`` and the variables.

    Returns
    -------
    DataFrame
        One column (``Float64``) for every quantity whose grade is not ``none``, under the index of `panel`. Missing
        where the report's form does not have the quantity or an input has no number. Compare over the forms only as
        far as the grade allows.

    Raises
    ------
    GidtkError
        If the panel has no column ``form``.

    Examples
    --------
    >>> panel = pd.DataFrame({"form": ["f2019", "f2021"], "norms_made": [4, None], "norms_issued": [None, 3]})
    >>> harmonise(panel)["h_norms_made"].tolist()
    [4.0, 3.0]
    """
    if "form" not in panel.columns:
        raise GidtkError("a panel without the column form cannot be harmonised: give it as panel() made it")
    columns = {name: _by_form(panel, item.formulas) for name, item in crosswalk().items() if item.grade != GRADES[-1]}
    return pd.DataFrame(columns, index=panel.index)


def _by_form(panel: pd.DataFrame, formulas: Mapping[str, str]) -> pd.Series:
    found = pd.Series(pd.NA, index=panel.index, dtype="Float64")
    for form_id, text in formulas.items():
        own = (panel["form"] == form_id).fillna(False).astype(bool)
        if own.any():
            found[own] = evaluate(text, panel[own])
    return found
