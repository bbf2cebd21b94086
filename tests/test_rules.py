"""Every rule that is a formula: a case that passes, one that fails, one that is not assessable (cases/rules)."""

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import gidtk as gid
from gidtk.across import check_across
from gidtk.form import FORM_IDS, labels, load_form, rules, rules_elsewhere
from gidtk.grammar import fill, mentions, parse
from gidtk.units import unit_of

FILE = Path(__file__).parent / "cases" / "rules" / "cases.toml"
CASES = tomllib.loads(FILE.read_text(encoding="utf-8"))
FORMULAE = {rule: facts for rule, facts in rules().items() if "formula" in facts}
OUTCOMES = ("pass", "fail", "not assessable")
SEVERITIES = ("error", "warning", "information")

TEXTS = {
    "overview": "{year}年，主动公开、依申请公开、信息管理、平台建设、监督保障。电话：010-12345678",
    "proactive_disclosure": "见下表。",
    "requests": "见下表。",
    "disputes": "见下表。",
    "problems": "存在的问题是公开不够及时，将改进。",
    "other_matters": "本年度没有收取信息处理费。",
}


def facts_of(year, form, id_):
    return {
        "report": id_,
        "form": form,
        "year": year,
        "agency": "甲县人民政府",
        "region_code": "360829",
        "level": "county",
        "kind": "government",
        "scope": "own",
        "title": f"甲县{year}年政府信息公开工作年度报告",
        "period": f"{year}-01-01/{year}-12-31",
        "published": f"{year + 1}-01-20",
    }


def blank_report(form, changes, id_):
    """The cells of a report whose figures are all 0, with some changed."""
    rows = []
    known = {f"{row}_{column}": n for n, (_, row, column) in enumerate(load_form(form).cells())}
    one, other = changes.get("swap", ("", ""))
    places = known | ({one: known[other], other: known[one]} if one else {})
    for table, row, column in load_form(form).cells():
        name = f"{row}_{column}"
        place = f"table 1, row {places[name] // 7 + 1}, column {places[name] % 7 + 1}"
        given = changes.get(name, 0)
        number = re.search(r"-?\d+(?:\.\d+)?", str(given))
        status = "ok" if number else ("absent" if given == "absent" else "blank")
        rows.append((id_, table, row, column, float(number[0]) if number else None, str(given), status, place))
    return rows


def frames(change, form):
    """The frames of a case: the report, those of three years before, and its sections."""
    year = load_form(form).years[0] + 1
    ids = {"": "now", "prev.": "1 before", "prev2.": "2 before", "prev3.": "3 before"}
    reports, cells = [], []
    for back, (prefix, id_) in enumerate(ids.items()):
        own = {k.removeprefix(prefix): v for k, v in change.items() if k.startswith(prefix)}
        if not prefix:
            own = {k: v for k, v in own.items() if "." not in k}
        reports.append(facts_of(year - back, form, id_))
        cells += blank_report(form, own, id_)
    for key, value in change.items():
        if key.startswith("report.") and key != "report.twice":
            reports[0][key.removeprefix("report.")] = value if value != "" else None
    if "report.twice" in change:
        reports.append({**reports[0], "report": "twin"})
    given = {k.removeprefix("text."): v for k, v in change.items() if k.startswith("text.")}
    texts = {key: given.get(key, text.format(year=year)) for key, text in TEXTS.items()}
    numbers = {key: change.get(f"number.{key}", labels().sections[key]["number"]) for key in TEXTS}
    sections = [("now", key, numbers[key], text) for key, text in texts.items() if text]
    earlier = {k.removeprefix("prev.text."): v for k, v in change.items() if k.startswith("prev.text.")}
    sections += [("1 before", key, labels().sections[key]["number"], text) for key, text in earlier.items()]
    columns = ["report", "table", "row", "column", "value", "raw", "status", "place"]
    return (
        pd.DataFrame(reports),
        pd.DataFrame(cells, columns=columns).astype({"value": "Float64"}),
        pd.DataFrame(sections, columns=["report", "key", "number", "text"]),
    )


def dropped(change, reports, cells, sections):
    what = change.get("drop", "")
    head, _, table = what.partition(":")
    if what in ("disclosure", "requests", "disputes"):
        cells = cells[(cells["table"] != what) | (cells["report"] != "now")]
    if head == "values":
        cells.loc[cells["table"] == table, ["value", "status"]] = [pd.NA, "blank"]
    if head == "absent":
        cells.loc[cells["table"] == table, ["value", "status"]] = [pd.NA, "absent"]
    if what == "raw":
        cells = cells.drop(columns="raw")
    if what == "sections":
        sections = sections[:0]
    if what == "prev":
        reports = reports[reports["report"] != "1 before"]
    return reports, cells, sections


def verdict(rule, outcome):
    case = CASES[rule]
    form, change = case.get("form", "f2021"), case[outcome]
    found = check_across(*dropped(change, *frames(change, form)))
    own = found[
        (found["report"] == "now") & (found["rule"] == rule) & (found["subject"] == case.get("subject", "report"))
    ]
    (line,) = own.itertuples(index=False)
    return line


@pytest.mark.parametrize(("rule", "outcome"), [(r, o) for r, case in CASES.items() for o in OUTCOMES if o in case])
def test_a_rule_gives_its_verdict(rule, outcome):
    found = verdict(rule, outcome)
    facts = rules()[rule]
    assert found.verdict == outcome, found.message
    assert found.severity == facts["severity"]
    assert found.message.startswith(f"{facts['zh']} / {facts['en']}")
    assert ("✗" in found.message) == (outcome == "fail")
    assert ("not assessable" in found.message) == (outcome == "not assessable")
    assert pd.isna(found.expected) == pd.isna(found.found)
    if outcome == "not assessable":
        assert pd.isna(found.found)
    assert found.message.endswith("; previous report 1 before") == (facts["each"] == "years")


def test_the_cases_hold_every_rule_with_every_verdict():
    assert set(CASES) == {
        rule for rule, facts in FORMULAE.items() if facts["each"] != "levels"
    }  # those: test_across.py
    for rule, case in CASES.items():
        assert {"pass", "fail", "never" if "never" in case else "not assessable"} <= set(case), rule


@pytest.mark.parametrize("form", ["f2019", "f2021"])
def test_a_report_of_zeros_with_a_sound_text_fails_nothing_but_that_all_is_zero(form):
    found = check_across(*frames({}, form))
    failed = found[(found["verdict"] == "fail") & (found["report"] == "now")]
    assert set(failed["rule"]) == {"c_all_zero"}


@pytest.mark.parametrize("rule", rules())
def test_a_rule_says_what_it_is_in_both_languages_with_its_source(rule):
    facts = rules()[rule]
    assert facts["severity"] in SEVERITIES
    assert facts["zh"]
    assert re.fullmatch(r"(?:[ -~]|[一二三四五六]|万元)+", facts["en"])
    if "formula" in facts:
        assert facts["source"]
        assert facts["each"] in ("report", "years", "levels")
        assert set(facts.get("forms", ())) <= set(FORM_IDS)


@pytest.mark.parametrize("rule", FORMULAE)
def test_every_variable_of_a_rule_is_printed_by_one_form_at_least(rule):
    facts = FORMULAE[rule]
    printed = {f: {f"{r}_{c}" for _, r, c in load_form(f).cells()} for f in FORM_IDS}
    ((hole, subjects),) = facts.get("over", {"": ["report"]}).items()
    for subject in subjects:
        thresholds = {k: v for k, v in facts.items() if isinstance(v, int | float)}
        for name in ("formula", "when"):
            formula = parse(fill(facts.get(name, "1 == 1"), **thresholds, **({hole: subject} if hole else {})))
            assert formula.truth
            own = {
                n for scope, n, pattern in mentions(formula) if not pattern and any(n in p for p in printed.values())
            }
            assert not own or any(own <= printed[f] for f in facts.get("forms", FORM_IDS)), (rule, subject)


def test_every_check_of_the_lists_is_a_rule_or_says_where_it_is_or_why_it_is_not():
    told = " ".join(facts.get("source", "") for facts in rules().values())
    ids = set(re.findall(r"(?:T2o|T2|T3|T4|C|X|N|S|H)-\d\d", told.replace("T4-01 to T4-03", "T4-01 T4-02 T4-03")))
    other = rules_elsewhere()
    assert not ids & {*other["elsewhere"], *other["left_out"]}
    lengths = {"T3": 15, "T4": 8, "T2": 7, "T2o": 8, "C": 7, "X": 11, "N": 16, "S": 14, "H": 3}
    asked = {f"{group}-{n:02}" for group, count in lengths.items() for n in range(1, count + 1)}
    assert ids | {*other["elsewhere"], *other["left_out"]} == asked
    for home in other["elsewhere"].values():
        assert home.removeprefix("gidtk.") in gid.__all__


def test_cells_that_do_not_say_where_they_stand_are_in_no_order():
    reports, cells, sections = frames({}, "f2021")
    assert "c_order" in set(check_across(reports, cells, sections)["rule"])
    assert "c_order" not in set(check_across(reports, cells.drop(columns="place"), sections)["rule"])


def test_a_unit_is_its_code_and_agency():
    assert unit_of(pd.DataFrame([facts_of(2022, "f2021", "a")])).tolist() == ["360829 甲县人民政府"]
