"""The index page of a folder of runs: outcome, place, key figures and picture of each, to search, sort and filter.

It works from the disk and asks nothing of a network. Its script and style are named by their hashes in its policy, so
that no text of a report can be another; all that is shown is escaped.
"""

import base64
import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd
from jinja2 import Environment, StrictUndefined

from gidtk.regions import find_region, region_of
from gidtk.results import SHARE
from gidtk.schemas import PLACES
from gidtk.webfont import font_face

__all__ = ["Column", "to_index"]

_LONGEST = 120  # characters shown of a parameter or a text
_MOST_FIGURES = 8
_LATEST = 2024  # the year whose divisions count where a run has none
_ASIDE = {"output_dir"}  # no parameter that a reader looks for
_OWN_COLUMNS = {"region"}  # shown as a place


class Column(NamedTuple):
    """A column of the index page: label (zh, en), kind (``text``, ``number``, ``choice``), unit and whose figure it is.

    `source` is the notebook that recorded the figure; empty for what every run has.
    """

    label: tuple[str, str]
    kind: str
    unit: str = ""
    source: str = ""

    @property
    def units(self) -> tuple[str, str]:
        """The unit in both languages: a share is in per cent and says so itself, a Chinese word is no English unit."""
        unit = "" if self.unit == SHARE else self.unit
        return unit, "" if re.search("[㐀-鿿]", unit) else unit


class _Cell(NamedTuple):
    value: str  # what is sorted by; empty for what is missing
    text: str = ""
    kind: str = "text"
    pair: tuple[str, str] | None = None
    mark: str = ""


class _Place(NamedTuple):
    name: str
    code: str


def to_index(
    outcomes: Sequence[Mapping[str, Any]],
    *,
    title: str = "",
    lang: str | None = None,
    reports: pd.DataFrame | None = None,
    notice: Sequence[str] = (),
    earlier: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Render the outcomes of runs as one HTML page that links to theirs.

    Parameters
    ----------
    outcomes : sequence of mappings
        As :func:`gidtk.execution.carry_out` gives them.
    title : str
        Heading of the page: the notebook that was run.
    lang : str, optional
        ``zh`` or ``en``: what the page is in when it is opened. Without it, the parameter ``lang`` of the first run
        counts, else it is ``zh``. A button changes it.
    reports : DataFrame, optional
        Those of the corpus, as :func:`gidtk.reports_in` gives them: they say what place a region is.
    notice : sequence of str
        What must be said of the data, in Chinese and English.
    earlier : sequence of mappings
        Runs of earlier calls, as :func:`gidtk.earlier.earlier_runs` finds them.

    Returns
    -------
    str
        The page. Failures come first, then the order given, earlier runs last; parameters that all runs share stand
        above the table. Where runs are of several notebooks one chooses among these.

    Examples
    --------
    >>> from gidtk.outcomes import blank
    >>> page = to_index([blank("01_a", {"region": "<script>x</script>"})], title="01")
    >>> "<script>x" in page, page.count("data-status=")
    (False, 1)
    """
    facts = _facts()
    style, script = _file("index.css"), _file("index.js")
    spoken = lang or str(outcomes[0].get("param_lang") or "zh") if outcomes else lang or "zh"
    listed = [*({**outcome, "source": title, "now": True} for outcome in outcomes), *earlier]
    ordered = sorted(listed, key=lambda outcome: list(facts["statuses"]).index(outcome["status"]))
    names = _varying(listed)
    figures = _figures(listed)
    columns = _columns(names, figures)
    places = _places(reports)
    rows = [_row(outcome, names, figures, places) for outcome in ordered]
    sources = Counter(outcome["source"] for outcome in listed)
    notices = dict.fromkeys(tuple(said) for said in (notice, *(run["notice"] for run in earlier)) if said and said[0])
    page: str = _template().render(
        title=_short(title) or facts["labels"]["title"][0],
        lang="en" if spoken.startswith("en") else "zh",
        labels=facts["labels"],
        columns=columns,
        rows=rows,
        counts=_counts(facts["statuses"], Counter(row["status"] for row in rows)),
        provinces=_counts(facts["provinces"], Counter(row["province"] for row in rows if row["province"])),
        sources=[(source, _short(source), number) for source, number in sources.items()],
        calls=(len(outcomes), len(earlier)),
        shared=_shared(listed, names),
        notices=list(notices),
        style=style,
        script=script,
        style_hash=_policy(style),
        script_hash=_policy(script),
        font="@FONT@",
        font_hash="@FONT-HASH@",
    )
    font = font_face(page)
    return page.replace("@FONT-HASH@", _policy(font), 1).replace("@FONT@", font, 1)


def _counts(named: Mapping[str, Any], counter: Counter[str]) -> list[tuple[str, Any, int]]:
    return [(key, pair, counter[key]) for key, pair in named.items() if counter[key]]


def _parameters(outcomes: Sequence[Mapping[str, Any]]) -> list[str]:
    named = dict.fromkeys(key for outcome in outcomes for key in outcome if key.startswith("param_"))
    return [key.removeprefix("param_") for key in named if key.removeprefix("param_") not in _ASIDE]


def _varying(outcomes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the parameters that differ between runs."""
    names = _parameters(outcomes)
    return [name for name in names if len({repr(outcome.get(f"param_{name}")) for outcome in outcomes}) > 1]


def _shared(outcomes: Sequence[Mapping[str, Any]], varying: Sequence[str]) -> list[tuple[tuple[str, str], str]]:
    names = [name for name in _parameters(outcomes) if name not in varying]
    return [(_named(name), _short(outcomes[0].get(f"param_{name}"))) for name in names]


def _named(parameter: str) -> tuple[str, str]:
    """Return what a parameter is called in both languages: by its own name, where it is none of the usual ones."""
    zh, en = _facts()["parameters"].get(parameter, (parameter, parameter))
    return _short(zh), _short(en)


def _figures(outcomes: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Column]:
    """Return the first key figures that the runs of each notebook recorded, by notebook and name."""
    found: dict[tuple[str, str], Column] = {}
    for outcome in outcomes:
        source = outcome["source"]
        for figure in outcome["results"]:
            key = source, figure["name"]
            if key not in found and sum(of == source for of, _ in found) < _MOST_FIGURES:
                label = (_short(figure["zh"] or figure["name"]), _short(figure["en"] or figure["name"]))
                found[key] = Column(label, "number", _short(figure["unit"]), source)
            if key in found and isinstance(figure["value"], str):
                found[key] = found[key]._replace(kind="text")
    return found


def _columns(names: Sequence[str], figures: Mapping[tuple[str, str], Column]) -> list[Column]:
    labels = {key: tuple(pair) for key, pair in _facts()["labels"].items()}
    plain = [Column(_named(name), "text") for name in names if name not in _OWN_COLUMNS]
    first = [Column(labels["run"], "text"), Column(labels["status"], "choice"), Column(labels["place"], "text")]
    return [*first, *plain, *figures.values(), Column(labels["seconds"], "number")]


def _row(
    outcome: Mapping[str, Any],
    names: Sequence[str],
    figures: Mapping[tuple[str, str], Column],
    places: Mapping[str, _Place],
) -> dict[str, Any]:
    facts = _facts()
    status = str(outcome["status"])
    place, province = _place(outcome, places)
    values = {name: _short(outcome.get(f"param_{name}")) for name in names}
    recorded = {(outcome["source"], figure["name"]): figure["value"] for figure in outcome["results"]}
    state = _Cell(str(list(facts["statuses"]).index(status)), "", "choice", tuple(facts["statuses"][status]), status)
    cells = [
        _Cell(str(outcome["run"]), str(outcome["run"])),
        state,
        _Cell(place, place),
        *(_Cell(text, text) for name, text in values.items() if name not in _OWN_COLUMNS),
        *(_figure(recorded.get(key), column) for key, column in figures.items()),
        _Cell(f"{outcome['seconds']:.2f}", f"{outcome['seconds']:.1f}", "number"),
    ]
    said = [outcome["run"], place, *values.values(), outcome["message"], *facts["provinces"].get(province, ())]
    return {
        "status": status,
        "province": province,
        "search": " ".join(map(str, said)),
        "source": outcome["source"],
        "earlier": "now" not in outcome,
        "cells": cells,
        "message": outcome["message"],
        "aside": quote(str(outcome["aside"])) + "/" if outcome["aside"] else "",
        **{kind: quote(str(outcome[kind])) if outcome[kind] else "" for kind in ("page", "notebook", "thumbnail")},
    }


def _figure(value: Any, column: Column) -> _Cell:
    if value is None:
        return _Cell("", "—", column.kind)
    if isinstance(value, str):
        return _Cell(_short(value), _short(value), column.kind)
    number = float(value)
    plain = f"{int(number):,}" if number == int(number) else f"{number:,.4g}"
    return _Cell(repr(number), f"{number:.1%}" if column.unit == SHARE else plain, column.kind)


def _place(outcome: Mapping[str, Any], places: Mapping[str, _Place]) -> tuple[str, str]:
    """Return how the region of a run is shown, and the two digits of its province; empty where it has none."""
    region, year = str(outcome.get("param_region") or ""), outcome.get("param_year")
    named = places.get(region)
    if not named and region.isdecimal():
        known = region_of(region, year if isinstance(year, int) else _LATEST)
        named = _Place(known.name if known else "", region)
    elif not named and region:
        found = find_region(region, year if isinstance(year, int) else _LATEST)
        named = _Place(region, found.code if found else "")
    if not named:
        return "", ""
    province = named.code[:2]
    shown = " ".join(filter(None, [named.name, named.code])) if named.name != region or region.isdecimal() else region
    return _short(shown), province if province in _facts()["provinces"] else ""


def _places(reports: pd.DataFrame | None) -> dict[str, _Place]:
    """Return what place each word is by which a run can name its region: a code, a name, an agency, a report's id."""
    found: dict[str, _Place] = {}
    whole = pd.DataFrame() if reports is None else reports
    said = whole.reindex(columns=["region", "region_code", "agency"])
    for name in [name for name in PLACES if name in whole]:
        rows = said.assign(key=whole[name]).dropna(subset="key").drop_duplicates("key")
        for row in rows.astype(object).where(rows.notna(), "").itertuples():
            own = row.agency if name in ("agency", "report") else row.region or row.agency
            found.setdefault(str(row.key), _Place(str(own), str(row.region_code)))
    return found


def _short(value: object) -> str:
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _policy(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


@cache
def _file(name: str) -> str:
    return files("gidtk").joinpath("templates", "index", name).read_text(encoding="utf-8")


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(_file("index.toml"))


@cache
def _template() -> Any:
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_file("index.html.j2"))
