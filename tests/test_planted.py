"""A fault of every rule over many reports, planted in simulated panels: found, and nothing else reported.

Those that break a chain of years and nothing else stand in test_across.py, those of sums in test_checks.py.
"""

from functools import cache

import pandas as pd
import pytest
from test_across import PLANTERS, roomy, simulated, value
from test_rules import FORMULAE, TEXTS

from gidtk.across import check_across
from gidtk.form import labels, load_form

BLANK, ABSENT = "blank", "absent"


def placed(cells):
    """The cells with the places of a table that is printed as the form says."""
    orders = {form: {cell: n for n, cell in enumerate(load_form(form).cells())} for form in ("f2019", "f2021")}
    forms = simulated()[0].set_index("report")["form"]
    keys = zip(cells["report"].map(forms), cells["table"], cells["row"], cells["column"], strict=True)
    return cells.assign(place=[f"line {orders[form][*cell] + 1}" for form, *cell in keys])


def texts(reports):
    rows = [
        (report, key, labels().sections[key]["number"], text.format(year=year))
        for report, year in zip(reports["report"], reports["year"], strict=True)
        for key, text in TEXTS.items()
    ]
    return pd.DataFrame(rows, columns=["report", "key", "number", "text"])


def unit(number, change=None, only=(), zero=False):
    """The frames of a unit with a change: {(year, what): value}.

    `what` is a cell, ``=fact`` of the report, ``text.section``, ``number.section``; ``swap`` exchanges the places of
    two cells.
    """
    reports, cells = simulated()
    own = reports["report"].str.startswith(f"{number:03}-") & (reports["year"].isin(only) if only else True)
    reports = reports[own].astype(object).set_index("report", drop=False)
    cells = placed(cells[cells["report"].isin(reports["report"])]).reset_index(drop=True)
    sections = texts(reports)
    if zero:
        cells = cells.assign(value=0.0, raw="0")
    names = cells["row"] + "_" + cells["column"]
    at = {key: n for n, key in enumerate(zip(cells["report"], names, strict=True))}
    for (year, what), new in (change or {}).items():
        report = f"{number:03}-{year}"
        if what.startswith("="):
            reports.loc[report, what[1:]] = new
        elif what.startswith(("text.", "number.")):
            name, _, key = what.partition(".")
            own = (sections["report"] == report) & (sections["key"] == key)
            sections = sections[~own] if new is None else sections.assign(**{name: sections[name].mask(own, new)})
        elif what == "swap":
            one, other = (at[report, name] for name in new)
            cells.loc[[one, other], "place"] = cells.loc[[other, one], "place"].tolist()
        else:
            n = at[report, what]
            told = (None, "", new) if new in (BLANK, ABSENT) else (float(new), str(new), "ok")
            cells.loc[n, "value"] = pd.NA if told[0] is None else told[0]
            cells.loc[n, "raw"], cells.loc[n, "status"] = told[1:]
    return reports.reset_index(drop=True).astype({"year": "Int64"}), cells, sections


def failures(frames):
    found = check_across(*frames)
    failed = found[found["verdict"] == "fail"]
    return {(r.rule, r.subject, int(r.report[4:])) for r in failed.itertuples()}


@cache
def sound(number, only=(), zero=False):
    return failures(unit(number, None, only, zero))


def row_of(year, row, new):
    return {(year, f"{row}_{column}"): new for column in load_form("f2021").columns("requests", row)}


# Each planter returns what is changed, and what must then fail beside what fails in the sound panel.


def c_rows_present(n):
    return {(2023, "other_misc_legal"): ABSENT, (2023, "other_misc_other"): ABSENT}, {("requests", 2023)}


def c_order(n):
    return {(2023, "swap"): ("review_total", "suit_direct_upheld")}, {("disputes", 2023)}


def c_gaps(n):
    blank = row_of(2024, "declined_confirm", BLANK) | row_of(2024, "declined_publication", BLANK)
    return blank, {("requests", 2024)}


def t3_concluded_most(n):
    more = value(n, 2024, "received_legal") + value(n, 2024, "carried_in_legal") + 1
    change = {(2024, "carried_out_legal"): BLANK, (2024, "carried_out_other"): BLANK, (2024, "concluded_legal"): more}
    return change, {("legal", 2024)}


def t3_carried_out_most(n):
    more = value(n, 2024, "received_total") + value(n, 2024, "carried_in_total") + 1
    change = {(2024, "concluded_total"): BLANK, (2024, "concluded_other"): BLANK, (2024, "carried_out_total"): more}
    return change, {("total", 2024)}


def t3_result_most(n):
    more = value(n, 2024, "concluded_legal") + 1
    whole = max(more, value(n, 2024, "declined_petition_total"))
    return {(2024, "declined_petition_legal"): more, (2024, "declined_petition_total"): whole}, {("report", 2024)}


def t3_applicant_most(n):
    return {(2024, "granted_total"): value(n, 2024, "granted_natural") - 1}, {("report", 2024)}


def t3_derivable(n):
    return {(2024, "granted_legal"): BLANK}, {("report", 2024)}


def t4_parts(n):
    more = value(n, 2024, "review_total") + 1
    return {(2024, "review_upheld"): BLANK, (2024, "review_pending"): more}, {
        ("review", 2024),
        ("c_gaps", "disputes", 2024),
    }


def t2_in_force(n):
    more = value(n, 2024, "norms_in_force") + value(n, 2024, "norms_repealed") + 1
    return {(2024, "norms_issued"): more}, {("norms", 2024), ("x_in_force", "norms", 2024)}


def t2_rule_power(n):
    change = {(2024, "=level"): "county", (2024, "rules_in_force"): value(n, 2024, "rules_in_force") + 1}
    return change, {("report", 2024), ("x_in_force", "rules", 2024)}


def t2o_rule_power(n):
    return {(2020, "=level"): "county", (2020, "rules_made"): 3}, {("report", 2020)}


def t2o_disclosed_made(n):
    return {(2020, "norms_disclosed"): value(n, 2020, "norms_made") + 1}, {("norms", 2020)}


def t2o_disclosed_all(n):
    change = {(2020, "norms_total_disclosed"): 2, (2020, "norms_disclosed"): 3, (2020, "norms_made"): 3}
    return change, {("norms", 2020)}


def t2o_items(n):
    less = -value(n, 2020, "fees_items_before") - 1
    return {(2020, "fees_items_change"): less}, {("fees", 2020), ("t2o_change", "fees", 2020)}


def t2o_items_decisions(n):
    less = -value(n, 2020, "services_items_before")
    change = {(2020, "services_items_change"): less, (2020, "services_decisions"): 5}
    return change, {("services", 2020), ("t2o_change", "services", 2020)}


def t2o_procurement(n):
    return {(2020, "procurement_projects"): 0}, {("report", 2020)}


def x_suits_after_review(n):
    none = [(2022, "review_pending"), (2023, "review_total"), (2023, "review_pending"), (2024, "review_total")]
    change = dict.fromkeys([*none, (2023, "suit_after_review_pending"), (2023, "suit_after_review_total")], 0)
    return change | {(2024, "suit_after_review_total"): 1}, {("report", 2024)}


def x_text_copied(n):
    text = "2022年施行的规定落实到位，" + TEXTS["overview"].format(year=2023) + "。2023年继续改进。"
    return {(2022, "text.overview"): text, (2023, "text.overview"): text}, {
        ("overview", 2023), ("s_text_year", "report", 2022)
    }  # fmt: skip


def s_sections(n):
    return {(2023, "text.problems"): None}, {("report", 2023)}


def s_numbering(n):
    return {(2023, "number.problems"): "六"}, {("report", 2023)}


def s_text_year(n):
    return {(2023, "text.overview"): TEXTS["overview"].format(year=2018)}, {("report", 2023)}


def s_published_after(n):
    return {(2023, "=published"): "2023-12-30"}, {("report", 2023)}


def s_department_late(n):
    return {(2023, "=kind"): "department", (2023, "=published"): "2024-02-15"}, {("report", 2023)}


def s_problems_empty(n):
    return {(2023, "text.problems"): "无。"}, {("report", 2023)}


def s_fee_notice(n):
    return {(2023, "text.other_matters"): "无其他需要报告的事项。", (2023, "other_unpaid_total"): 0}, {("report", 2023)}


def s_unpaid_fee(n):
    change = {(2023, "text.other_matters"): "本年度按规定收费。", (2023, "other_unpaid_total"): 1}
    return change, {("report", 2023)}


def s_fee_tariff(n):
    return {(2023, "text.other_matters"): "全年收取信息处理费1,205元。"}, {("report", 2023)}


def s_topics(n):
    return {(2023, "text.overview"): "2023年，本机关依法公开信息。电话：010-12345678"}, {("report", 2023)}


def s_placeholders(n):
    return {(2023, "text.problems"): "存在的问题是某某工作不够及时，将加以改进。"}, {("report", 2023)}


def s_other_period(n):
    text = TEXTS["other_matters"] + "统计期限为2022年1月1日至12月31日。"
    return {(2023, "text.other_matters"): text}, {("report", 2023)}


def s_contact(n):
    text = TEXTS["overview"].format(year=2023).partition("电话")[0]
    return {(2023, "text.overview"): text}, {("report", 2023)}


def s_documents_told(n):
    text = TEXTS["overview"].format(year=2024) + "制发行政规范性文件3件。"
    none = dict.fromkeys([(2024, f"{row}_{c}") for row in ("rules", "norms") for c in ("issued", "repealed")], 0)
    stock = {(2024, f"{row}_in_force"): value(n, 2023, f"{row}_in_force") for row in ("rules", "norms")}
    return none | stock | {(2024, "text.overview"): text}, {("report", 2024)}


def s_table_unread(n):
    names = [f"{row}_{column}" for table, row, column in load_form("f2021").cells() if table == "disputes"]
    gone = {(2023, name): ABSENT for name in names}
    return gone, {("disputes", 2023), ("c_rows_present", "disputes", 2023)}


IN_A_CHAIN = [
    c_rows_present, c_order, c_gaps, t3_concluded_most, t3_carried_out_most, t3_result_most, t3_applicant_most,
    t3_derivable, t4_parts, t2_in_force, t2_rule_power, t2o_rule_power, t2o_disclosed_made, t2o_disclosed_all,
    t2o_items, t2o_items_decisions, t2o_procurement, x_suits_after_review, x_text_copied, s_sections, s_numbering,
    s_text_year, s_published_after, s_department_late, s_problems_empty, s_fee_notice, s_unpaid_fee, s_fee_tariff,
    s_topics, s_placeholders, s_other_period, s_contact, s_documents_told, s_table_unread,
]  # fmt: skip


def whole(planter, expected):
    return {item if len(item) == 3 else (planter.__name__, *item) for item in expected}


@pytest.mark.parametrize("planter", IN_A_CHAIN, ids=lambda planter: planter.__name__)
def test_a_planted_fault_is_found_and_nothing_else_is_reported(planter):
    for number in roomy()[:2]:
        change, expected = planter(number)
        assert failures(unit(number, change)) - sound(number) == whole(planter, expected)


# --- faults of reports that are otherwise empty -----------------------------------------------------------------------


def c_all_zero(n):
    return (2023,), {}, {("report", 2023)}


def t3_no_requests(n):
    names = ("granted_legal", "granted_total", "concluded_legal", "concluded_total")
    return (2023,), {(2023, name): 1 for name in names}, {("report", 2023)}


def x_disputes_without(n):
    change = {(year, "licences_decisions"): 50 for year in (2023, 2024)} | {(2024, "review_total"): 1}
    return (2023, 2024), change, {("report", 2024), ("x_disputes_concluded", "report", 2024)}


def s_form_year(n):
    change = {(2023, "licences_decisions"): 50, (2023, "=year"): 2020, (2023, "=published"): "2021-01-20"}
    return (2023,), change, {("report", 2023), ("s_text_year", "report", 2023)}


def t3_one_applicant(n):
    ends = {(2023, f"{row}_{c}"): 60 for row in ("received", "concluded") for c in ("legal", "total")}
    parts = {(2023, f"{row}_{c}"): 30 for row in ("granted", "partial") for c in ("legal", "total")}
    return (2023,), ends | parts, {("report", 2023)}


def t3_one_result(n):
    names = {"legal": 30, "natural": 31, "total": 61}
    return (2023,), {
        (2023, f"{row}_{c}"): k for row in ("received", "concluded", "granted") for c, k in names.items()
    }, {("report", 2023)}  # fmt: skip


def t3_remainder(n):
    names = {"legal": 15, "natural": 20, "total": 35}
    rows = {(2023, f"{row}_{c}"): k for row in ("received", "concluded") for c, k in names.items()}
    parts = {(2023, "granted_natural"): 20, (2023, "granted_total"): 20}
    return (2023,), rows | parts | {(2023, "other_misc_legal"): 15, (2023, "other_misc_total"): 15}, {("report", 2023)}


def t3_bulk(n):
    rows = ("received", "concluded", "declined_bulk")
    return (2023,), {(2023, f"{row}_{c}"): 5 for row in rows for c in ("legal", "total")}, {("report", 2023)}


def t3_twin_columns(n):
    rows = ("received", "carried_in", "concluded", "carried_out", "granted", "partial")
    number = {"received": 9, "carried_in": 1, "concluded": 7, "carried_out": 3, "granted": 5, "partial": 2}
    return (2023,), {
        (2023, f"{row}_{c}"): number[row] * (2 if c == "total" else 1)
        for row in rows for c in ("legal", "company", "total")
    }, {("report", 2023)}  # fmt: skip


def t2o_change(n):
    return (2020,), {(2020, "licences_items_before"): 4, (2020, "licences_items_change"): 5}, {("licences", 2020)}


def t2o_sign(n):
    return (2020,), {(2020, "licences_items_before"): 9, (2020, "licences_items_change"): 5}, {("report", 2020)}


def x_ratio(n):
    rows = ("received", "concluded", "granted")
    few = {(2023, f"{row}_{c}"): 4 for row in rows for c in ("legal", "total")}
    return (
        (2023, 2024),
        few | {(2024, f"{row}_{c}"): 31 for row in rows for c in ("legal", "total")},
        {("report", 2024)},
    )


def x_difference(n):
    rows = ("received", "concluded", "granted")
    few = {(2023, f"{row}_{c}"): 110 for row in rows for c in ("legal", "total")}
    many = {(2024, f"{row}_{c}"): 250 for row in rows for c in ("legal", "total")}
    lone = {(rule, "report", year) for rule in ("t3_one_applicant", "t3_one_result") for year in (2023, 2024)}
    return (2023, 2024), few | many, {("report", 2024)} | lone


def x_same_cells(n):
    numbers = {f"{row}_decisions": 40 + k for k, row in enumerate(("licences", "penalties", "coercion"))}
    rows = ("received", "concluded", "granted", "refused_secret")
    counts = dict(zip(rows, (18, 18, 11, 7), strict=True))
    numbers |= {f"{row}_{c}": counts[row] for row in rows for c in ("legal", "total")}
    change = {(year, name): number for year in (2023, 2024) for name, number in numbers.items()}
    return (2023, 2024), change | {(2024, "coercion_decisions"): 45}, {("report", 2024)}


EMPTY = [
    c_all_zero, t3_no_requests, x_disputes_without, s_form_year, t3_one_applicant, t3_one_result, t3_remainder, t3_bulk,
    t3_twin_columns, t2o_change, t2o_sign, x_ratio, x_difference, x_same_cells,
]  # fmt: skip


@pytest.mark.parametrize("planter", EMPTY, ids=lambda planter: planter.__name__)
def test_a_fault_in_empty_reports_is_found_and_nothing_else_is_reported(planter):
    only, change, expected = planter(1)
    reports, cells, sections = unit(1, change, only, zero=True)
    sign = "" if planter is t2o_sign else "增"
    cells["raw"] = cells["raw"].where(cells["column"] != "items_change", sign + cells["raw"])
    found = failures((reports, cells, sections))
    found -= {("c_all_zero", "report", year) for year in only} if planter is not c_all_zero else set()
    assert found == whole(planter, expected)


ELSEWHERE = {"x_profile", "x_missing_year", "x_one_report", "h_at_least_largest", "h_sum_of_parts"}  # test_across.py


def test_every_rule_has_a_planted_fault():
    here = {planter.__name__ for planter in (*IN_A_CHAIN, *EMPTY)}
    chains = set().union(*({rule for rule, _, _ in planter(roomy()[0])[1]} for planter in PLANTERS))
    assert here | chains | ELSEWHERE == set(FORMULAE)
