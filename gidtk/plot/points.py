"""Points over years: read from a frame, told in words, divided where a year is missing or the form changes."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.plot import canvas

__all__ = ["Point", "divided", "read_points", "shown", "spans", "told"]


class Point(NamedTuple):
    """A value of a year; texts are empty and numbers None where nothing is known."""

    panel: str
    series: str
    year: int
    form: str
    value: float | None
    low: float | None
    high: float | None
    n: float | None


def read_points(points: pd.DataFrame) -> list[Point]:
    """Return the points in the order of the frame; for the columns see :func:`gidtk.plot.trend`."""
    canvas.needs(points, "year", "value")
    rows = points[points["year"].notna()]
    numbers = {
        name: canvas.numbers(rows[name]) if name in rows.columns else [None] * len(rows)
        for name in ("value", "low", "high", "n")
    }
    words = {
        name: rows[name].astype("str").fillna("").tolist() if name in rows.columns else [""] * len(rows)
        for name in ("panel", "series", "form")
    }
    years = [int(year) for year in rows["year"]]
    found = [
        Point(words["panel"][k], words["series"][k], years[k], words["form"][k], *(numbers[m][k] for m in numbers))
        for k in range(len(rows))
    ]
    keys = [(p.panel, p.series, p.year, p.form) for p in found]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise GidtkError(
            f"the point {' '.join(map(str, filter(None, twice)))} comes twice: give one a year, form and series"
        )
    return found


def shown(value: float | None, share: bool, missing: str) -> str:
    """Print a value, a share in per cent."""
    if value is None or not share:
        return canvas.printed(value, missing)
    return canvas.percent(value, 1)


def told(points: list[Point], years: list[int], share: bool, missing: str) -> str:
    """Say the points of a panel in words."""
    lines = []
    for name in dict.fromkeys(point.series for point in points):
        own = [point for point in points if point.series == name]
        parts = [
            f"{year} " + " + ".join(_one(p, share, missing) for p in own if p.year == year)
            if year in found
            else f"{year} {missing}"
            for found in [{point.year for point in own}]
            for year in years
        ]
        lines.append(" ".join(filter(None, [name, ", ".join(parts)])))
    return " ".join(filter(None, [points[0].panel, " / ".join(lines)]))


def _one(point: Point, share: bool, missing: str) -> str:
    counted = "" if point.n is None else f" (n {canvas.printed(point.n)})"
    return shown(point.value, share, missing) + counted


def spans(points: list[Point], called: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Return the runs of years with the same forms, and what they are called."""
    of_year: dict[int, list[str]] = {}
    for point in points:
        if point.form and point.form not in of_year.setdefault(point.year, []):
            of_year[point.year].append(point.form)
    found: list[tuple[int, int, str]] = []
    for year in sorted(year for year, forms in of_year.items() if forms):
        name = " + ".join(called[form] for form in sorted(of_year[year]))
        if found and found[-1][2] == name:
            found[-1] = (found[-1][0], year, name)
        else:
            found.append((year, year, name))
    return found


def divided(points: list[Point]) -> Iterator[list[Point]]:
    """Divide a series where a year is missing or the form changes."""
    run: list[Point] = []
    for point in sorted(points, key=lambda point: (point.form, point.year)):
        if run and (point.year > run[-1].year + 1 or point.form != run[-1].form):
            yield run
            run = []
        run.append(point)
    if run:
        yield run
