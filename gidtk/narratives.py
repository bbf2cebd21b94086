"""The prose of a corpus: one row a section, with what is known of its report."""

from collections.abc import Sequence

import pandas as pd

from gidtk.corpus import Corpus
from gidtk.errors import GidtkError
from gidtk.units import unit_of

__all__ = ["NARRATIVE_COLUMNS", "PROSE", "narratives"]

PROSE = ("overview", "problems", "other_matters")  # the sections that are prose, as in Report.narrative
_ABOUT = ("agency", "region", "region_code", "province", "level", "year", "form")
NARRATIVE_COLUMNS = ("report", "key", "text", "unit", *_ABOUT)


def narratives(corpus: Corpus, keys: Sequence[str] = PROSE, *, by: str = "section") -> pd.DataFrame:
    """Return the sections of prose with the variables of their reports.

    Parameters
    ----------
    corpus : Corpus
        As :func:`gidtk.open_corpus` or :func:`gidtk.choose` gives it.
    keys : sequence of str
        Which sections: ``overview``, ``problems`` and ``other_matters`` by default.
    by : str
        ``section``: one row a section. ``report``: one row a report, its sections joined; then there is no ``key``, and
        what counts documents counts reports.

    Returns
    -------
    DataFrame
        In the order of the corpus: ``report``, ``key``, ``text``; ``unit`` (region code and agency),
        ``agency``, ``region``, ``region_code``, ``province``, ``level``, ``year``, ``form`` of the report, missing
        where they are not known. Sections without text are left out. It is what :func:`gidtk.frequency`,
        :func:`gidtk.keyness`, :func:`gidtk.reuse` and :func:`gidtk.dyads` take.

    Raises
    ------
    GidtkError
        If no section is named, or `by` is another word.

    Examples
    --------
    >>> import tempfile
    >>> import gidtk as gid
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     corpus = gid.build_corpus(gid.sample("anfu_2020.txt"), folder, jobs=0)
    ...     narratives(corpus)[["key", "region", "year"]].values.tolist()
    [['overview', '安福县', 2020], ['problems', '安福县', 2020], ['other_matters', '安福县', 2020]]
    """
    if isinstance(keys, str) or not keys:
        raise GidtkError(f"keys {keys!r}: name sections in a list, such as {list(PROSE)}")
    if by not in ("section", "report"):
        raise GidtkError(f"by {by!r}: give section or report")
    sections, reports = corpus.sections, corpus.reports
    own = sections[sections["key"].isin(list(keys)) & (sections["text"].fillna("") != "")][["report", "key", "text"]]
    columns = list(NARRATIVE_COLUMNS)
    if by == "report":
        own = own.groupby("report", sort=False)["text"].agg("\n".join).reset_index().astype("str")
        columns.remove("key")
    about = reports[["report", *_ABOUT]].assign(unit=unit_of(reports))
    return own.merge(about, on="report", how="left")[columns]
