"""Looking around: what follows a choice, and what a page without a kernel shows."""

import json
import sys

import pandas as pd
import pytest

import gidtk as gid
from gidtk.choices import agencies
from gidtk.corpus import Corpus
from gidtk.errors import GidtkError
from gidtk.explore import MOST_ROWS, Explorer, explore

ANFU = "360829 安福县人民政府"
HOSTILE = '<img src=x onerror="alert(1)"></table><script>alert(2)</script>'


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return gid.open_corpus("sample")


@pytest.fixture
def here(corpus: Corpus) -> Explorer:
    return explore(corpus, "360829", 2020)


def rows(here: Explorer) -> list[list[str]]:
    """What the interactive table is given to show."""
    return json.loads(here.grid._dt_args["data_json"])


def test_it_begins_where_it_is_told(here):
    assert (here.agency.value, here.year.value, here.table.value) == (ANFU, 2020, "requests")
    assert len(here.frame) == len(rows(here)) == 161
    assert repr(here) == f"<Explorer {ANFU} 2020 requests: 161 rows>"


def test_without_a_region_or_year_it_begins_with_the_first_agency_and_all_its_years(corpus):
    here = explore(corpus)
    assert (here.agency.value, here.year.value) == (agencies(corpus.reports)[0], None)
    assert here.frame["year"].nunique() == 6


def test_another_table_gives_other_rows(here):
    here.table.value = "disputes"
    assert set(here.frame["row"]) == {"review", "suit_direct", "suit_after_review"}
    assert len(rows(here)) == 15
    assert "15 行" in here.said.value


def test_another_year_gives_the_rows_of_that_year_and_keeps_the_table(corpus):
    here = explore(corpus, "", 2019, "disputes")
    here.year.value = 2022
    assert here.frame["year"].unique().tolist() == [2022]
    assert here.table.value == "disputes"
    here.year.value = None
    assert here.frame["year"].unique().tolist() == [2019, 2020, 2021, 2022, 2023, 2024]


def test_another_agency_keeps_year_and_table_where_it_has_them(here, corpus):
    here.table.value = "verdicts"
    here.agency.value = agencies(corpus.reports)[0]
    assert (here.year.value, here.table.value) == (2020, "verdicts")
    assert [value for _, value in here.year.options] == [None, 2019, 2020, 2021, 2022, 2023, 2024]
    here.year.value = 2024
    here.agency.value = ANFU
    assert (here.year.value, [value for _, value in here.year.options]) == (None, [None, 2020])
    assert set(here.frame["agency"]) == {"安福县人民政府"}


def test_finding_narrows_the_list_and_goes_to_what_is_found(here, corpus):
    here.find.value = "模拟县001"
    assert here.agency.options == here.agency.options[:1]
    assert here.agency.value.endswith("模拟县001人民政府")
    assert set(here.frame["agency"]) == {"模拟县001人民政府"}
    here.find.value = ""
    assert len(here.agency.options) == len(agencies(corpus.reports))


def test_finding_nothing_leaves_what_is_chosen(here):
    here.find.value = "没有这个地方"
    assert here.agency.options == (ANFU,)
    assert len(here.frame) == 161


def test_finding_what_is_chosen_among_others_keeps_it(here):
    here.find.value = "人民政府"
    assert here.agency.value == ANFU


def test_the_reports_of_the_chosen_agency_are_at_hand_for_all_its_years(here):
    assert here.reports["year"].tolist() == [2020]
    here.agency.value = here.agency.options[0]
    here.year.value = 2021
    assert sorted(here.reports["year"]) == [2019, 2020, 2021, 2022, 2023, 2024]


def test_a_long_list_of_agencies_is_cut_and_the_rest_found_by_typing(corpus, monkeypatch):
    monkeypatch.setattr(sys.modules["gidtk.explore"], "MOST_AGENCIES", 3)
    here = explore(corpus, "360829")
    assert len(here.agency.options) == 4
    here.find.value = "024"
    assert here.agency.value.endswith("024人民政府")


def test_a_year_and_a_table_that_the_agency_does_not_have_give_no_rows_and_say_so(corpus):
    here = explore(corpus, "360829", 1999, "statistics", lang="en")
    assert len(here.frame) == len(rows(here)) == 0
    assert "Nothing is there." in here._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"region": "999999"}, "region '999999': the corpus has no report of it; there is 13"),
        ({"table": "request"}, "no table 'request': there is disclosure, "),
        ({"lang": "fr"}, "lang 'fr': give 'zh' or 'en'"),
    ],
)
def test_what_is_not_there_is_refused_at_once(arguments, message, corpus):
    with pytest.raises(GidtkError) as error:
        explore(corpus, **arguments)
    assert str(error.value).startswith(message)


def test_simulated_reports_are_said_to_be_so_beside_the_table_and_real_ones_are_not(here, corpus):
    assert "模拟数据" not in here.said.value
    here.agency.value = agencies(corpus.reports)[0]
    said = gid.notice(corpus.reports.query("agency == '模拟县001人民政府' and year == 2020"))
    assert said
    assert said in here.said.value
    assert said in here._repr_mimebundle_()["text/html"]


def test_jupyter_is_given_the_widget_and_a_page_without_a_kernel_the_table(here):
    bundle = here._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == here.box.model_id
    page = bundle["text/html"]
    assert page.count("<tr") == MOST_ROWS + 1
    assert f"前 {MOST_ROWS} 行，共 161 行" in page
    assert "<td>本年新收政府信息公开申请数量</td>" in page
    assert "line 157" not in page
    here.table.value = "disputes"
    page = here._repr_mimebundle_()["text/html"]
    assert page.count("<tr") == 16
    assert "行，共" not in page


def test_the_text_of_a_report_cannot_become_markup_or_script(tmp_path):
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    (tmp_path / "a.txt").write_text(text.replace("五、存在", f"{HOSTILE}\n五、存在"), encoding="utf-8")
    pd.DataFrame({"file": ["a.txt"], "agency": [HOSTILE]}).to_csv(tmp_path / "registry.csv", index=False)
    corpus = gid.build_corpus(tmp_path / "a.txt", tmp_path / "corpus", registry=tmp_path / "registry.csv", jobs=0)
    here = explore(corpus, "360829", None, "sections")
    assert HOSTILE in here.agency.value
    assert HOSTILE in "".join(here.frame["text"])
    page, said, shown = here._repr_mimebundle_()["text/html"], here.said.value, here.grid._dt_args["data_json"]
    for text in (page, said, shown):
        assert "&lt;img src=x" in text or "&lt;script" in text
        assert "<img" not in text
        assert "<script" not in text
    assert not here.agency.description_allow_html


def test_the_interactive_table_asks_for_no_markup_and_is_not_cut(here):
    here.agency.value = here.agency.options[0]
    here.year.value = None
    assert len(rows(here)) == len(here.frame) > 900
    assert "downsampling_warning" not in {key for key, value in here.grid._dt_args.items() if value}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_labels_and_the_words_of_the_table_are_in_the_language(lang, corpus):
    here = explore(corpus, "360829", 2020, lang=lang)
    words = [here.find.description, here.agency.description, here.year.description, here.table.description]
    words += [here.year.options[0][0], *(label for label, _ in here.table.options)]
    words += [here.grid._dt_args["language"]["search"]]
    assert all((lang == "en") == word.isascii() for word in words), words
