"""Figures that add up, drawn like those of real reports: skewed, many zeros, carried over from year to year."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["FIRST_YEAR", "Key", "Unit", "Values", "draw_unit", "draw_years", "rates"]

FIRST_YEAR = 2019  # every chain of years begins here, whichever years are written

Key = tuple[str, str, str]
Values = dict[Key, int | float]
Columns = Mapping[str, int]


@dataclass(frozen=True)
class Unit:
    """A government that does not exist, with what stays the same over its years.

    Attributes
    ----------
    number : int
        Its number, from 1.
    region, agency : str
        Its names.
    kind : str
        The last character of the region's name.
    size, trend : float
        Requests a year, and how they grow.
    applicants, outcomes : tuple of float
        The shares that its requests are drawn from.
    habit : int
        Decides what it does alike every year: layout, title, how zeros and changes are printed.
    """

    number: int
    region: str
    agency: str
    kind: str
    size: float
    trend: float
    applicants: tuple[float, ...]
    outcomes: tuple[float, ...]
    habit: int


@cache
def rates() -> dict[str, Any]:
    """Return the settings of the simulation."""
    return tomllib.loads(files("gidtk").joinpath("simulate/rates.toml").read_text(encoding="utf-8"))


def draw_unit(seed: int, number: int) -> Unit:
    """Draw one unit; it is the same whatever other units are drawn.

    Examples
    --------
    >>> draw_unit(1, 7).region[:2], draw_unit(1, 7) == draw_unit(1, 7)
    ('模拟', True)
    """
    rng = np.random.default_rng([seed, number])
    facts = rates()["requests"]
    kinds = rates()["kinds"]
    kind = str(rng.choice(list(kinds), p=list(kinds.values())))
    region = f"模拟{kind}{number:03}"
    shares = [rng.dirichlet(facts["spread"] * np.array([*facts[name].values()])) for name in ("applicants", "outcomes")]
    applicants, outcomes = (tuple(float(share) for share in drawn) for drawn in shares)
    size, trend = float(rng.lognormal(*facts["log"])), float(rng.normal(*facts["trend"]))
    habit = int(rng.integers(2**31))
    return Unit(number, region, f"{region}人民政府", kind, size, trend, applicants, outcomes, habit)


def draw_years(seed: int, unit: Unit, last: int) -> dict[int, Values]:
    """Draw the figures of a unit for every year from the first to `last`.

    Returns
    -------
    dict
        Year to the value of every cell that any form prints. What is carried into a year was carried out of the one
        before; the figures of a year are the same whatever `last` is.
    """
    years = range(FIRST_YEAR, last + 2)  # one more: disputes left pending must find room in it
    streams = {year: np.random.default_rng([seed, unit.number, year]) for year in years}
    requests: dict[int, Values] = {}
    carried: Columns = {}
    for year in years:
        requests[year] = _requests(streams[year], unit, year, carried)
        carried = {column: int(requests[year]["requests", "carried_out", column]) for column in _applicants()}
    stocks = _first_stocks(seed, unit)
    pending: Columns = {}
    out: dict[int, Values] = {}
    for year in years[:-1]:
        disputes = _disputes(streams[year], year, requests[year], _room(requests[year + 1]), pending)
        pending = {row: int(disputes["disputes", row, "pending"]) for row in rates()["disputes"] if row in _DISPUTES}
        out[year] = {**_disclosure(streams[year], stocks), **requests[year], **disputes}
    return out


_DISPUTES = ("review", "suit_direct", "suit_after_review")
_OTHERS = ("other_no_correction", "other_unpaid", "other_misc")


def _applicants() -> list[str]:
    return list(rates()["requests"]["applicants"])


def _requests(rng: np.random.Generator, unit: Unit, year: int, carried: Columns) -> Values:
    facts = rates()["requests"]
    mean = max(unit.size * (1 + unit.trend) ** (year - FIRST_YEAR), 0.2)
    drawn = int(rng.negative_binomial(facts["dispersion"], facts["dispersion"] / (facts["dispersion"] + mean)))
    new = rng.multinomial(drawn, unit.applicants)
    carried = carried or dict(zip(_applicants(), rng.binomial(new, facts["carry"]).tolist(), strict=True))
    values: dict[tuple[str, str], int] = {}
    for column, received in zip(_applicants(), new.tolist(), strict=True):
        load = received + carried[column]
        left = int(rng.binomial(load, facts["carry"]))
        results = rng.multinomial(load - left, unit.outcomes).tolist()
        own = dict(zip(facts["outcomes"], results, strict=True))
        own |= {"received": received, "carried_in": carried[column], "concluded": load - left, "carried_out": left}
        own["other_handling"] = sum(own[row] for row in _OTHERS)
        values |= {(row, column): number for row, number in own.items()}
    rows = dict.fromkeys(row for row, _ in values)
    values |= {(row, "total"): sum(values[row, column] for column in _applicants()) for row in rows}
    return {("requests", row, column): number for (row, column), number in values.items()}


def _room(requests: Values) -> int:
    """Return how many disputes the requests of a year may have at most."""
    return int(requests["requests", "concluded", "total"] + requests["requests", "carried_in", "total"])


def _disputes(rng: np.random.Generator, year: int, requests: Values, room_after: int, pending: Columns) -> Values:
    facts = rates()["disputes"]
    refused = sum(
        int(number)
        for (_, row, column), number in requests.items()
        if column == "total" and row.startswith(("refused", "unable", "declined"))
    )
    late = year >= facts["precondition"]
    room = _room(requests) - sum(pending.values())
    values: Values = {}
    reviews: Sequence[int] = (0, 0, 0)
    for row in _DISPUTES:
        base = refused if row != "suit_after_review" else reviews[0] + reviews[2]
        rate = facts[row] * (facts["direct_then"] if late and row == "suit_direct" else 1)
        new = min(int(rng.binomial(base, rate)), room)
        room -= new
        total = new + pending.get(row, 0)
        open_ = min(int(rng.binomial(total, facts["pending"])), room_after // 3)
        results = rng.multinomial(total - open_, [*facts["results"].values()]).tolist()
        reviews = results if row == "review" else reviews
        drawn = dict(zip(facts["results"], results, strict=True)) | {"pending": open_, "total": total}
        values |= {("disputes", row, column): number for column, number in drawn.items()}
    return values


@dataclass
class _Stocks:
    """What a unit has at the end of a year and takes into the next one."""

    in_force: dict[str, int]
    disclosed: dict[str, int]
    items: dict[str, int]
    levels: dict[str, float]


def _first_stocks(seed: int, unit: Unit) -> _Stocks:
    rng = np.random.default_rng([seed, unit.number, 0])
    facts = rates()["disclosure"]
    in_force = {row: int(rng.lognormal(*facts[row]["log"])) for row in ("rules", "norms")}
    in_force["rules"] *= unit.kind == facts["rules"]["kind"]
    items = {row: int(rng.lognormal(*log)) for row, log in facts["items"].items()}
    logs = {**facts["decisions"], "fees": facts["fees_wan"], "procurement": facts["procurement"]}
    levels = {row: float(rng.lognormal(*log) * (rng.random() > facts["none"])) for row, log in logs.items()}
    return _Stocks(in_force, dict(in_force), items, levels)


def _disclosure(rng: np.random.Generator, stocks: _Stocks) -> Values:
    values = {**dict(_documents(rng, stocks)), **dict(_activities(rng, stocks))}
    return {("disclosure", row, column): number for (row, column), number in values.items()}


def _documents(rng: np.random.Generator, stocks: _Stocks) -> Iterator[tuple[tuple[str, str], int]]:
    for row in ("rules", "norms"):
        facts = rates()["disclosure"][row]
        before = stocks.in_force[row]
        issued = int(rng.poisson(before * facts["issued"]))
        repealed = int(rng.binomial(before, facts["repealed"]))
        disclosed = int(rng.binomial(issued, 0.95))
        stocks.in_force[row] = before + issued - repealed
        stocks.disclosed[row] += disclosed
        numbers = {"issued": issued, "repealed": repealed, "in_force": stocks.in_force[row]}
        numbers |= {"made": issued, "disclosed": disclosed, "total_disclosed": stocks.disclosed[row]}
        yield from (((row, column), number) for column, number in numbers.items())


def _activities(rng: np.random.Generator, stocks: _Stocks) -> Iterator[tuple[tuple[str, str], int | float]]:
    facts = rates()["disclosure"]
    for row in facts["items"]:
        change = int(rng.integers(-3, 6)) * int(rng.random() < 0.5)
        change = max(change, -stocks.items[row])
        yield (row, "items_before"), stocks.items[row]
        yield (row, "items_change"), change
        stocks.items[row] += change
        if row in facts["decisions"]:
            yield (row, "decisions"), int(rng.poisson(stocks.levels[row] * rng.gamma(8, 1 / 8)))
    places = int(rng.integers(0, 5))
    yield ("fees", "amount_wan"), _plain(round(float(stocks.levels["fees"] * rng.gamma(8, 1 / 8)), places))
    projects = int(rng.poisson(stocks.levels["procurement"]))
    mean, spread = facts["price_yuan"]
    amount = sum(int(price) for price in rng.lognormal(mean, spread, size=projects))
    yield ("procurement", "projects"), projects
    yield ("procurement", "amount_yuan"), amount - amount % 100


def _plain(number: float) -> int | float:
    return int(number) if number.is_integer() else number
