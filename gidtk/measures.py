"""The dictionary of indicators: what each counts, over what, in which forms; the facts lie in a TOML file."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["KINDS", "Measure", "facts", "flag_names", "measures"]

KINDS = ("count", "share", "ratio", "change", "growth", "log_growth", "difference", "index")


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator.

    Attributes
    ----------
    id : str
        Its name, also that of its column in a panel.
    code : str
        Its number in the dictionary of indicators: ``I-09``.
    kind : str
        One of :data:`KINDS`.
    zh, en, unit : str
        Its label; the unit is empty for shares, which run from 0 to 1.
    formula, numerator, denominator, less_numerator, less_denominator, n : str
        Formulas; those that its kind does not have are empty.
    times : float
        What the quotient is multiplied with.
    forms : tuple of str
        The forms it holds for.
    needs : tuple of str
        Columns that the user adds to the panel.
    caveat_zh, caveat_en : str
        What a reader must know.
    """

    id: str
    code: str
    kind: str
    zh: str
    en: str
    unit: str = ""
    formula: str = ""
    numerator: str = ""
    denominator: str = ""
    less_numerator: str = ""
    less_denominator: str = ""
    n: str = ""
    times: float = 1
    forms: tuple[str, ...] = ("f2019", "f2021")
    needs: tuple[str, ...] = field(default=())
    caveat_zh: str = ""
    caveat_en: str = ""

    @property
    def text(self) -> str:
        """The whole formula in one line, as the codebook prints it."""
        if self.formula:
            return self.formula
        quotient = _quotient(self.numerator, self.denominator)
        if self.less_numerator:
            return f"{quotient} - {_quotient(self.less_numerator, self.less_denominator)}"
        if self.kind == "log_growth":
            return f"log({quotient})"
        times = f"{self.times:g} * " if self.times != 1 else ""
        return f"{times}{quotient}" + (" - 1" if self.kind in ("change", "growth") else "")


def _quotient(above: str, below: str) -> str:
    return " / ".join(f"({text})" if set("+-*/ ") & set(text) else text for text in (above, below))


@cache
def facts() -> dict[str, Any]:
    """Return ``forms/indicators.toml``."""
    return tomllib.loads(files("gidtk").joinpath("forms", "indicators.toml").read_text(encoding="utf-8"))


@cache
def measures() -> dict[str, Measure]:
    """Return the dictionary of indicators by id, in its order.

    Returns
    -------
    dict
        Id to :class:`Measure`.

    Examples
    --------
    >>> measures()["grant_rate"].text
    'granted_total / concluded_total'
    """
    return {id_: _read(id_, given) for id_, given in facts()["measures"].items()}


def _read(id_: str, given: dict[str, Any]) -> Measure:
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in given.items()}
    return Measure(id_, **values)


def flag_names(lang: str = "zh") -> dict[str, str]:
    """Return what each flag says.

    Examples
    --------
    >>> flag_names("en")["n_is_0"]
    'n is 0'
    """
    return {flag: names[lang] for flag, names in facts()["flags"].items()}
