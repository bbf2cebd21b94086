"""Formulae over the variables of the panel: parsed, never executed as code; missing in, missing out."""

import ast
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.errors import GidtkError
from gidtk.form import FORM_IDS, labels, load_form
from gidtk.grammar import Formula, fill, mentions, named, parse, scoped, wrong

__all__ = ["Formula", "Variables", "compute", "evaluate", "fill", "mentions", "names", "parse"]

Numbers = npt.NDArray[np.float64]


_ARITHMETIC: dict[type[ast.operator], Callable[[Numbers, Numbers], Numbers]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Numbers, Numbers], Any]] = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}
_ONE: dict[str, Callable[[Numbers], Numbers]] = {"abs": np.abs, "log": np.log, "sqrt": np.sqrt}
_MANY: dict[str, Callable[[Numbers], Numbers]] = {
    "sum": lambda table: np.sum(table, axis=0),
    "min": lambda table: np.min(table, axis=0),
    "max": lambda table: np.max(table, axis=0),
}


@dataclass(frozen=True)
class Variables:
    """The numbers that formulae speak of: one array a variable, NaN for missing, all of one length.

    Attributes
    ----------
    columns : mapping
        Variable to its numbers.
    size : int
        How many reports.
    forms : array or None
        The form of each report, where it is known: a variable that a report's form does not print is not missing
        from a sum over a pattern.
    """

    columns: Mapping[str, Numbers]
    size: int
    forms: npt.NDArray[Any] | None = None

    @classmethod
    def of(cls, frame: pd.DataFrame, wanted: Iterable[str] | None = None) -> "Variables":
        """Take the numeric columns of a frame, or those wanted."""
        chosen = frame.columns if wanted is None else [name for name in wanted if name in frame.columns]
        columns = {str(name): _numbers(frame[name]) for name in chosen if pd.api.types.is_numeric_dtype(frame[name])}
        forms = frame["form"].to_numpy(dtype=object) if "form" in frame.columns else None
        return cls(columns, len(frame), forms)


def evaluate(text: str, frame: pd.DataFrame, prev: pd.DataFrame | None = None) -> pd.Series:
    """Evaluate a formula for every report of a wide frame.

    Parameters
    ----------
    text : str
        Variables (``granted_total``), those of the previous report of the unit (``prev.granted_total``), numbers,
        ``+ - * /``, comparisons, ``and or not``, and ``abs``, ``log`` (natural), ``sqrt``, ``sum``, ``min``, ``max``,
        ``count`` (how many have a number). The last four take expressions and patterns of names:
        ``sum("refused_*_total")``.
    frame : DataFrame
        One row a report, one numeric column a variable. With a column ``form`` a pattern asks of each report the
        variables of its own form only.
    prev : DataFrame, optional
        The previous report of each row of `frame`, under the same index; a row that has none may be left out.

    Returns
    -------
    Series
        ``Float64``, or ``boolean`` for a comparison, under the index of `frame`. Missing where an input is missing
        and where a division is by 0, a logarithm not of a positive number, a root of a negative one.

    Raises
    ------
    GidtkError
        If the formula cannot be read, is too long or names no variable; the message gives the position.

    Examples
    --------
    >>> frame = pd.DataFrame({"granted_total": [9, 0, None], "concluded_total": [11, 0, 5]})
    >>> evaluate("granted_total / concluded_total", frame).round(3).tolist()
    [0.818, <NA>, <NA>]
    >>> evaluate("granted_total <= concluded_total", frame).tolist()
    [True, True, <NA>]
    """
    formula = parse(text)
    scopes = {"": frame}
    if prev is not None:
        scopes["prev"] = prev if prev.index.equals(frame.index) else _aligned(prev, frame.index)
    scoped = {name: Variables.of(own, _used(formula, name, own.columns)) for name, own in scopes.items()}
    numbers = compute(formula, scoped)
    found = pd.Series(numbers, index=frame.index, dtype="Float64")
    return found.astype("boolean") if formula.truth else found


def names(text: str, known: Iterable[str]) -> list[str]:
    """Return the variables that a formula speaks of, in its order, each once.

    Parameters
    ----------
    text : str
        The formula.
    known : iterable of str
        The variables that patterns may stand for.

    Returns
    -------
    list of str
        Names of the report's own as they are, others with their scope: ``prev.received_total``.

    Raises
    ------
    GidtkError
        If the formula cannot be read, or a name or pattern stands for no variable.

    Examples
    --------
    >>> names('sum("*_total") / prev.granted_legal', ["granted_total", "granted_legal"])
    ['granted_total', 'prev.granted_legal']
    """
    formula = parse(text)
    listed = list(known)
    found = []
    for node, scope, name in named(formula.tree):
        matches = _expanded(name, listed) if isinstance(node, ast.Constant) else [n for n in [name] if n in listed]
        if not matches:
            raise _unknown(formula, node, name, listed)
        found += [f"{scope}.{match}" if scope else match for match in matches]
    return list(dict.fromkeys(found))


def _expanded(pattern: str, known: Iterable[str]) -> list[str]:
    return [name for name in known if fnmatchcase(name, pattern)]


def _used(formula: Formula, scope: str, columns: Iterable[str]) -> set[str]:
    own = [str(name) for name in columns]
    return {
        match
        for node, of, name in named(formula.tree)
        if of == scope
        for match in (_expanded(name, own) if isinstance(node, ast.Constant) else [name])
    }


def _unknown(formula: Formula, node: ast.expr, name: str, known: Iterable[str]) -> GidtkError:
    near = difflib.get_close_matches(name, list(dict.fromkeys([*known, *_variables()])), n=1)
    way = f"did you mean {near[0]}?" if near else "variables are named row_column, as received_total"
    kind = "pattern" if isinstance(node, ast.Constant) else "variable"
    return GidtkError(f"formula {formula.text!r}, position {node.col_offset + 1}: no {kind} {name!r}; {way}")


def _numbers(column: "pd.Series[Any]") -> Numbers:
    found = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def _aligned(prev: pd.DataFrame, index: "pd.Index[Any]") -> pd.DataFrame:
    if not prev.index.is_unique:
        raise GidtkError("two previous reports under one index: give `prev` one row for each row of the frame")
    return prev.reindex(index)


@cache
def _variables() -> dict[str, tuple[str, frozenset[str]]]:
    """Return every variable of the forms with its row and the forms that print it."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for form_id in FORM_IDS:
        for _, row, column in load_form(form_id).cells():
            name = f"{row}_{column}"
            found[name] = (row, found.get(name, (row, frozenset()))[1] | {form_id})
    return found


def compute(formula: Formula, scopes: Mapping[str, Variables]) -> Numbers:
    """Compute a parsed formula over arrays.

    Parameters
    ----------
    formula : Formula
        From :func:`parse`.
    scopes : mapping
        Scope to its variables: ``""`` for the reports' own, ``prev`` for the previous report's.

    Returns
    -------
    array of float
        NaN for missing; of a comparison 1 and 0.

    Examples
    --------
    >>> own = Variables({"a": np.array([1.0, np.nan]), "b": np.array([2.0, 2.0])}, 2)
    >>> compute(parse("a < b"), {"": own}).tolist()
    [1.0, nan]
    """
    with np.errstate(all="ignore"):
        found = _Computing(formula, scopes).of(formula.tree)
    return np.where(np.isfinite(found), found, np.nan)


@dataclass(frozen=True)
class _Computing:
    formula: Formula
    scopes: Mapping[str, Variables]

    def of(self, node: ast.expr) -> Numbers:
        found = self._of(node)
        return np.where(np.isfinite(found), found, np.nan)

    def _of(self, node: ast.expr) -> Numbers:
        match node:
            case ast.Constant(value=int() | float() as value):
                return np.full(self.scopes[""].size, float(value))
            case ast.Name(id=name):
                return self._variable(node, "", name)
            case ast.Attribute(value=ast.Name(id=scope), attr=name):
                return self._variable(node, scope, name)
            case ast.BinOp(left, op, right):
                return _ARITHMETIC[type(op)](self.of(left), self.of(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.of(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return 1 - self.of(operand)
            case ast.UnaryOp(operand=operand):
                return self.of(operand)
            case ast.BoolOp(op=op, values=values):
                table = np.stack([self.of(value) for value in values])
                return _MANY["min" if isinstance(op, ast.And) else "max"](table)
            case ast.Compare(left=left, ops=ops, comparators=others):
                sides = [self.of(side) for side in (left, *others)]
                held = np.all([_COMPARISONS[type(op)](*sides[n : n + 2]) for n, op in enumerate(ops)], axis=0)
                return np.where(np.isnan(sides).any(axis=0), np.nan, held)
            case ast.Call(func=ast.Name(id=name), args=args) if name in _ONE:
                return _ONE[name](self.of(args[0]))
            case ast.Call(func=ast.Name(id=name), args=args):
                table = np.vstack([self._table(arg, name == "count") for arg in args])
                return np.sum(~np.isnan(table), axis=0).astype(np.float64) if name == "count" else _joined(name, table)
        raise AssertionError(ast.dump(node))  # parse lets nothing else through

    def _scope(self, node: ast.expr, scope: str) -> Variables:
        if scope not in self.scopes:
            raise wrong(self.formula.text, node.col_offset, f"there is no {scope!r} here to speak of")
        return self.scopes[scope]

    def _variable(self, node: ast.expr, scope: str, name: str) -> Numbers:
        own = self._scope(node, scope)
        if name in own.columns:
            return own.columns[name]
        if name not in _variables():
            raise _unknown(self.formula, node, name, own.columns)
        return np.full(own.size, np.nan)

    def _table(self, node: ast.expr, counting: bool) -> Numbers:
        """Return the numbers of an argument, one line a variable; excused ones are infinite."""
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return self.of(node)[np.newaxis]
        scope, pattern = scoped(node.value)
        own = self._scope(node, scope)
        found = _expanded(pattern, dict.fromkeys([*own.columns, *_variables()]))
        if not found:
            raise _unknown(self.formula, node, pattern, own.columns)
        nothing = np.full(own.size, np.nan)
        table = np.stack([own.columns.get(name, nothing) for name in found])
        return table if counting else np.where(_excused(found, table, own), np.inf, table)


def _joined(name: str, table: Numbers) -> Numbers:
    """Join lines into one; what is excused counts for nothing, and where all is excused the result is missing."""
    spared = np.isinf(table)
    neutral = {"sum": 0.0, "min": np.inf, "max": -np.inf}[name]
    found: Numbers = np.where(spared.all(axis=0), np.nan, _MANY[name](np.where(spared, neutral, table)))
    return found


def _excused(found: list[str], table: Numbers, own: Variables) -> npt.NDArray[np.bool_]:
    """Tell which missing numbers no form asks for: of another form, or of rows that others stand for."""
    missing = np.isnan(table)
    spared = np.zeros(table.shape, dtype=bool)
    facts = [_variables().get(name, (name, frozenset(FORM_IDS))) for name in found]
    if own.forms is not None:
        for form_id in FORM_IDS:
            foreign = np.array([form_id not in forms for _, forms in facts])
            spared |= np.outer(foreign, own.forms == form_id)
    sets = [np.array([row in group for row, _ in facts]) for group in labels().alternatives]
    printed = [(~missing[lines]).any(axis=0) for lines in sets]
    for lines in sets:
        by_others = np.any([there for other, there in zip(sets, printed, strict=True) if other is not lines], axis=0)
        own_there = (~missing[lines]).any(axis=0)
        spared |= np.outer(lines, by_others & ~own_there)
    return spared & missing
