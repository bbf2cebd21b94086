import csv
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gidtk as gid
from gidtk.errors import GidtkError
from gidtk.quantities import QUANTITY_COLUMNS, quantities

CASES = Path(__file__).parent / "cases" / "claims"
REPORTS = Path(gid.__file__).parents[2] / "shared" / "reports"

# text, what is found: value, relation, unit
SAID = [
    ("发布信息300余条", [(300, ">", "条")]),
    ("培训近百次", [(100, "<", "次")]),
    ("公开两万多件", [(20000, ">", "件")]),
    ("公开信息4.14万条", [(41400, "=", "条")]),
    ("同比增长12.3%", [(12.3, "=", "%")]),
    ("占6.7%", [(6.7, "=", "%")]),
    ("未发生行政复议", [(0, "=", "")]),
    ("工作中没有出现应公开而不公开的办件", [(0, "=", "")]),
    ("出现了一起确认违法的案件，大家一起学习", [(1, "=", "起")]),
    ("行政复议、行政诉讼均为0，依申请公开事项为零。", [(0, "=", ""), (0, "=", "")]),
    ("接听咨询电话300多个，电话：5818000", [(300, ">", "个")]),
    ("公开1万5千条", [(15000, "=", "条")]),
    ("现行有效件数14件，申请数为3件", [(14, "=", "件"), (3, "=", "件")]),
    ("全年未发生一起行政复议，未收到1件申请", [(0, "=", ""), (0, "=", "")]),
    ("2020年1月29日印发国办发〔2020〕12号文件", []),
    ("实行三审三校,从三个方面着手", []),
    ("开通7×24小时热线", []),
]


def annotated(name):
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def rates(report, rows):
    """Return precision and recall of (section, value, relation, unit), each as often as it stands."""
    wanted = sorted((row["section"], float(row["value"]), row["relation"], row["unit"]) for row in rows)
    found = sorted(
        (key, said.value, said.relation, said.unit)
        for key in ("overview", "problems", "other_matters")
        for said in quantities(report.text(key)).itertuples()
    )
    left = list(wanted)
    right = sum(one in left and not left.remove(one) for one in found)
    return right / len(found), right / len(wanted)


@pytest.mark.parametrize("name", ["anfu_2020", "hongze_2023"])
def test_the_quantities_of_real_narratives_are_found(name):
    path = gid.sample("anfu_2020.txt") if name == "anfu_2020" else REPORTS / f"{name}.pdf"
    if not Path(path).exists():
        pytest.skip(f"{path.name} is not there")
    precision, recall = rates(gid.read_report(path), annotated(name))
    assert precision >= 0.97
    assert recall >= 0.97


@pytest.mark.parametrize(("text", "said"), SAID, ids=[case[0] for case in SAID])
def test_a_quantity_has_value_relation_and_unit(text, said):
    frame = quantities(text)
    assert list(zip(frame["value"], frame["relation"], frame["unit"], strict=True)) == said


def test_columns_and_dtypes_are_the_same_with_quantities_and_without():
    assert tuple(quantities("").columns) == QUANTITY_COLUMNS
    assert quantities("").dtypes.to_dict() == quantities("收到3件").dtypes.to_dict()


@given(st.lists(st.sampled_from([*"0123456789.,%一二百万余近约件条未发生 。\n", "２", "百分之"])).map("".join))
def test_spans_are_printed_text_in_order(text):
    frame = quantities(text)
    spans = list(zip(frame["start"], frame["end"], strict=True))
    assert [text[a:b] for a, b in spans] == frame["raw"].tolist()
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@pytest.mark.parametrize("piece", ["1", "一", "1,111", "约近", "没有", "百万", "1件", "2020年"])
def test_hostile_text_takes_bounded_time(piece):
    text = piece * (60_000 // len(piece))
    begun = time.perf_counter()
    quantities(text)
    assert time.perf_counter() - begun < 20


def test_what_is_no_text_is_refused():
    with pytest.raises(GidtkError, match=r"int is no text: give a str, such as report.text\('overview'\)"):
        quantities(3)
