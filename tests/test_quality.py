"""Indicators of quality: by hand, over a corpus, missing where a report does not say."""

from importlib import import_module
from typing import NamedTuple

import pandas as pd
import pytest

import gidtk as gid
from gidtk.indicators import INDICATOR_COLUMNS
from gidtk.intervals import wilson
from gidtk.measures import facts, measures
from gidtk.quality import quality, quality_facts
from gidtk.schemas import empty_frame


class Frames(NamedTuple):
    """What quality asks for."""

    reports: pd.DataFrame
    cells: pd.DataFrame
    sections: pd.DataFrame
    verdicts: pd.DataFrame


def filled(table, rows):
    empty = empty_frame(table)
    return pd.DataFrame(rows, columns=list(empty)).astype(empty.dtypes.to_dict()) if rows else empty


def frames(reports, statuses=(), verdicts=(), keys=()):
    whole = [
        {"report": "a", "form": "f2021", "year": 2021, "agency": "甲", "region_code": "360829", **r} for r in reports
    ]
    return Frames(
        filled("reports", whole),
        filled("cells", [{"report": "a", "table": "requests", "status": status} for status in statuses]),
        filled("sections", [{"report": "a", "key": key} for key in keys]),
        filled("verdicts", [{"report": "a", "rule": "r", "verdict": v, "severity": s} for v, s in verdicts]),
    )


def one(id_, *args, **kwargs):
    found = quality(frames(*args, **kwargs))
    return found[found["id"] == id_].iloc[0]


def test_checks_that_hold_and_those_that_could_be_assessed_are_two_things():
    verdicts = [("pass", "error")] * 6 + [("fail", "warning")] * 2 + [("not assessable", "error")] * 2
    held = one("check_pass_share", [{}], verdicts=[*verdicts, ("fail", "information")])
    assert (held["count"], held["n"], held["value"], held["flag"]) == (6, 8, 0.75, "small_n")
    assert (held["low"], held["high"]) == pytest.approx(wilson(6, 8))
    able = one("check_assessable_share", [{}], verdicts=verdicts)
    assert (able["count"], able["n"], able["value"]) == (8, 10, 0.8)


def test_without_verdicts_there_is_no_share():
    row = one("check_pass_share", [{}])
    assert (row["count"], row["n"], row["flag"]) == (0, 0, "n_is_0")
    assert pd.isna(row["value"])


@pytest.mark.parametrize(
    ("id_", "count"),
    [("blank_share_requests", 2), ("dash_share_requests", 1), ("unreadable_share_requests", 3), ("read_share", 7)],
)
def test_gaps_are_of_the_cells_on_the_page(id_, count):
    statuses = ["ok"] * 3 + ["corrected", "blank", "blank", "dash"] + ["unreadable"] * 3 + ["absent"] * 5
    row = one(id_, [{}], statuses=statuses)
    assert (row["count"], row["n"]) == (count, 10)
    assert row["value"] == pytest.approx(count / 10)


@pytest.mark.parametrize(
    ("kind", "published", "lag", "in_time"),
    [
        ("government", "2022-03-31", 90, 1),
        ("government", "2022-04-01", 91, 0),
        ("department", "2022-01-31", 31, 1),
        ("department", "2022-02-01", 32, 0),
        (None, "2022-02-01", 32, 1),
        ("government", "2023-01-05", 370, 0),
        ("government", "2021-12-31", 0, 0),
    ],
)
def test_publication_is_held_against_the_last_day_of_the_kind_of_agency(kind, published, lag, in_time):
    given = [{"kind": kind, "published": published}]
    assert one("publication_lag", given)["value"] == lag
    row = one("published_in_time", given)
    assert (row["count"], row["n"], row["value"]) == (in_time, 1, in_time)


def test_a_report_that_does_not_say_when_it_was_published_has_no_lag():
    for id_ in ("publication_lag", "published_in_time"):
        row = one(id_, [{"published": None}])
        assert row["flag"] == "missing_input"
        assert pd.isna(row["value"])


def test_statutory_sections_count_once_and_only_for_the_forms_that_have_them():
    keys = ["overview", "overview", "requests", "front"]
    row = one("sections_share", [{}], keys=keys)
    assert (row["count"], row["n"]) == (2, 6)
    assert one("sections_share", [{"form": "f2014"}], keys=keys)["flag"] == "not_in_form"


def test_claims_are_linked_and_borne_out():
    rows = [("a", "received", "x", "pass"), ("a", "received", "x", "fail"), ("a", "received", "y", "not assessable"),
            ("a", "", "", "not assessable"), ("a", "parts", "", "pass"), ("a", "repeated", "", "fail")]  # fmt: skip
    claims = pd.DataFrame(rows, columns=["report", "claim", "cells", "verdict"])
    found = quality(frames([{}]), claims).set_index("id")
    assert found.loc["claims_verified_share", ["count", "n"]].tolist() == [1, 2]
    assert found.loc["claims_linked_share", ["count", "n"]].tolist() == [3, 4]
    assert not quality(frames([{}]))["id"].str.startswith("claims").any()


def test_over_a_corpus_each_report_has_a_row_an_indicator(tmp_path):
    corpus = gid.build_corpus(gid.sample(), tmp_path, jobs=0)
    found = quality(corpus, gid.claims(corpus))
    assert list(found) == list(INDICATOR_COLUMNS)
    assert found["id"].tolist() == list(quality_facts())
    assert found.dtypes.equals(quality(frames([])).dtypes)
    rates = gid.pooled(found, ["year"]).set_index("id")
    assert rates.loc["published_in_time", ["count", "n"]].tolist() == [1, 1]
    assert len(quality(frames([]))) == 0


def test_every_indicator_of_the_dictionary_has_a_home_or_a_reason():
    codes = {m.code for m in measures().values()}
    homes, reasons = facts()["elsewhere"], facts()["left_out"]
    assert sorted([*codes, *homes, *reasons]) == [f"I-{n:02}" for n in range(1, 56)]
    for home in homes.values():
        module, _, name = home.rpartition(".")
        assert name in import_module(module).__all__
    assert all(entry["code"] in homes for entry in quality_facts().values())
    assert not set(quality_facts()) & set(measures())
