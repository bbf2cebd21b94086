"""The quality of reports as documents: checks that hold, gaps in tables, publication, claims borne out."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Protocol

import numpy as np
import pandas as pd

from gidtk.form import labels, rules
from gidtk.indicators import INDICATOR_COLUMNS, SMALL_N, UNIT_COLUMNS
from gidtk.intervals import wilson_limits
from gidtk.measures import facts
from gidtk.structure import identity_facts

__all__ = ["HasVerdicts", "quality", "quality_facts"]

COUNTED = ("error", "warning")  # severities of rules that count
DEADLINES = {"department": "s_department_late", None: "s_published_late"}  # by the kind of agency, None for the others
WITH_SECTIONS = ("f2019", "f2021")  # the forms that say which sections there are
_ABSENT = "absent"
_READ = ("ok", "corrected", "blank", "dash")
_NOT_A_CLAIM = ("parts", "repeated")  # what is held against other numbers of the text


class HasVerdicts(Protocol):
    """A corpus, or anything else with these frames."""

    @property
    def reports(self) -> pd.DataFrame:
        """One row a report."""

    @property
    def cells(self) -> pd.DataFrame:
        """One row a cell."""

    @property
    def sections(self) -> pd.DataFrame:
        """One row a section."""

    @property
    def verdicts(self) -> pd.DataFrame:
        """One row a rule and what it was held against."""


@cache
def quality_facts() -> dict[str, dict[str, str]]:
    """Return code, labels and caveats of the indicators of quality, by id, in their order.

    Examples
    --------
    >>> quality_facts()["blank_share_requests"]["en"]
    'Blank cells: requests'
    """
    found: dict[str, dict[str, str]] = {}
    tables: Mapping[str, Mapping[str, str]] = facts()["quality_tables"]
    for id_, given in facts()["quality"].items():
        for table, names in tables.items() if "{table}" in id_ else [("", {"zh": "", "en": ""})]:
            told = {key: text.format(table_zh=names["zh"], table_en=names["en"]) for key, text in given.items()}
            found[id_.format(table=table)] = told
    return found


def quality(corpus: HasVerdicts, claims: pd.DataFrame | None = None) -> pd.DataFrame:
    """Compute the indicators of quality of every report, beside those of what it reports.

    Parameters
    ----------
    corpus : Corpus
        Or anything with the frames ``reports``, ``cells``, ``sections`` and ``verdicts``.
    claims : DataFrame, optional
        From :func:`gidtk.claims` of the same corpus, for the two shares of claims; without it they are left out.

    Returns
    -------
    DataFrame
        As :func:`gidtk.indicators` gives it, one row a report and indicator of :func:`quality_facts`: ``report``,
        ``region_code``, ``agency``, ``year``, ``form``, ``id``, ``count``, ``n``, ``value``, ``low``, ``high`` (shares
        with their Wilson interval), ``flag``. ``publication_lag`` is in days from 31 December of the report year, with
        no n; ``published_in_time`` is 1 or 0, with an n of 1, so that :func:`gidtk.pooled` gives the share of units.

    Notes
    -----
    ``check_pass_share`` is of the checks that could be assessed, ``check_assessable_share`` says how many those are;
    only rules of the severities error and warning count, in the corpus's own verdicts. The shares of cells are of those
    that are on the page. A report of high quality may still report little, and the reverse.

    Examples
    --------
    >>> import tempfile
    >>> import gidtk as gid
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     frame = quality(gid.build_corpus(gid.sample(), folder, jobs=0)).set_index("id")
    >>> frame.loc[["publication_lag", "published_in_time", "read_share"], "value"].tolist()
    [29.0, 1.0, 1.0]
    """
    reports = corpus.reports.reset_index(drop=True)
    ids = reports["report"]
    parts = dict(_checks(corpus.verdicts, ids))
    parts |= dict(_gaps(corpus.cells, ids))
    parts |= dict(_publication(reports))
    sections = corpus.sections
    statutory = sections[sections["key"].isin(labels().sections)].drop_duplicates(["report", "key"])
    due = np.where(reports["form"].isin(WITH_SECTIONS), float(len(labels().sections)), np.nan)
    parts["sections_share"] = (_counted(statutory, ids), due)
    if claims is not None:
        parts |= dict(_claims(claims, ids))
    known = [id_ for id_ in quality_facts() if id_ in parts]
    frame = pd.concat([_rows(id_, *parts[id_], reports) for id_ in known])
    texts = dict.fromkeys(("report", "region_code", "agency", "form", "id", "flag"), "str")
    numbers = dict.fromkeys(("count", "n", "value", "low", "high"), "Float64")
    frame = frame.astype({**texts, "year": "Int64", **numbers})
    return frame.sort_index(kind="stable").reset_index(drop=True)[list(INDICATOR_COLUMNS)]


Parts = tuple[Any, Any]


def _counted(frame: pd.DataFrame, ids: pd.Series) -> Any:
    return ids.map(frame["report"].value_counts()).fillna(0).to_numpy(dtype=np.float64)


def _checks(verdicts: pd.DataFrame, ids: pd.Series) -> Iterator[tuple[str, Parts]]:
    own = verdicts[verdicts["severity"].isin(COUNTED)]
    assessed = own[own["verdict"].isin(["pass", "fail"])]
    n = _counted(assessed, ids)
    yield "check_pass_share", (_counted(assessed[assessed["verdict"] == "pass"], ids), n)
    yield "check_assessable_share", (n, _counted(own, ids))


def _gaps(cells: pd.DataFrame, ids: pd.Series) -> Iterator[tuple[str, Parts]]:
    there = cells[cells["status"] != _ABSENT]
    for table in facts()["quality_tables"]:
        own = there[there["table"] == table]
        n = _counted(own, ids)
        for status in ("blank", "dash", "unreadable"):
            yield f"{status}_share_{table}", (_counted(own[own["status"] == status], ids), n)
    yield "read_share", (_counted(there[there["status"].isin(_READ)], ids), _counted(there, ids))


def _publication(reports: pd.DataFrame) -> Iterator[tuple[str, Parts]]:
    told = identity_facts(reports)
    yield "publication_lag", (told["days_after_year"], None)
    kinds = reports["kind"].where(reports["kind"].isin(list(filter(None, DEADLINES)))).astype(object)
    last = [rules()[DEADLINES[None if pd.isna(kind) else kind]]["last"] for kind in kinds]
    day = told["published_day"]
    in_time = np.where(np.isnan(day), np.nan, (day <= np.array(last)) & (told["days_after_year"] > 0))
    yield "published_in_time", (in_time, np.where(np.isnan(day), np.nan, 1.0))


def _claims(claims: pd.DataFrame, ids: pd.Series) -> Iterator[tuple[str, Parts]]:
    own = claims[~claims["claim"].isin(_NOT_A_CLAIM)]
    linked = own[own["cells"] != ""]
    assessed = linked[linked["verdict"].isin(["pass", "fail"])]
    yield "claims_verified_share", (_counted(assessed[assessed["verdict"] == "pass"], ids), _counted(assessed, ids))
    yield "claims_linked_share", (_counted(linked, ids), _counted(own, ids))


def _rows(id_: str, count: Any, n: Any, reports: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one indicator; without n the count is the value."""
    units = reports[list(UNIT_COLUMNS)]
    nothing = np.full(len(units), np.nan)
    if n is None:
        flag = np.where(np.isnan(count), "missing_input", "")
        parts = {"count": nothing, "n": nothing, "value": count, "low": nothing, "high": nothing}
        return units.assign(id=id_, flag=flag, **parts)
    n = np.asarray(n, dtype=np.float64)
    count = np.where(np.isnan(n), np.nan, count)
    with np.errstate(all="ignore"):
        value = np.where(n > 0, count / n, np.nan)
    low, high = wilson_limits(count, n)
    small = (n > 0) & (n < SMALL_N)
    due = reports["form"].isin(WITH_SECTIONS).to_numpy(dtype=bool) | (id_ != "sections_share")
    flag = np.select([~due, np.isnan(n), n == 0, small], ["not_in_form", "missing_input", "n_is_0", "small_n"], "")
    return units.assign(id=id_, flag=flag, count=count, n=n, value=value, low=low, high=high)
