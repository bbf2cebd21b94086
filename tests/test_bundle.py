"""The research bundle: whole, hashed, and the panel rebuilt from it is the panel."""

import json
from pathlib import Path

import pandas as pd
import pytest

import gidtk as gid
from gidtk.bundle import check_bundle, rebuild, write_bundle
from gidtk.cli import main
from gidtk.corpus import Corpus
from gidtk.dyads import dyads
from gidtk.errors import GidtkError
from gidtk.export import FORMATS, write_table
from gidtk.narratives import narratives
from gidtk.registry import read_registry
from gidtk.schemas import TABLES
from gidtk.simulate import simulate


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("bundle")
    simulate(folder / "s", regions=3, years=(2019, 2022))
    (folder / "s" / "notes.txt").write_text("明天开会。", encoding="utf-8")
    return gid.build_corpus(folder / "s", folder / "c", jobs=0)


@pytest.fixture(scope="module")
def bundle(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(corpus, tmp_path_factory.mktemp("out") / "b", indicators=["grant_rate"])


def test_the_panel_rebuilt_is_the_panel_byte_for_byte(bundle: Path, tmp_path: Path) -> None:
    assert write_table(rebuild(bundle), tmp_path / "again.csv").read_bytes() == (bundle / "panel.csv").read_bytes()


def test_the_same_corpus_gives_the_same_bundle(corpus: Corpus, bundle: Path, tmp_path: Path) -> None:
    again = write_bundle(corpus, tmp_path / "b", indicators=["grant_rate"])
    assert (again / "sha256sums.txt").read_bytes() == (bundle / "sha256sums.txt").read_bytes()


def test_every_table_is_in_it(corpus: Corpus, bundle: Path) -> None:
    for table in ("reports", "sections", "cells", "verdicts", "issues", "failures"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(bundle / "tables" / f"{table}.parquet"), getattr(corpus, table).reset_index(drop=True)
        )


def test_what_was_changed_missing_or_added_is_found(corpus: Corpus, tmp_path: Path) -> None:
    bundle = write_bundle(corpus, tmp_path / "b")
    assert check_bundle(bundle) == []
    (bundle / "panel.csv").write_text("x", encoding="utf-8")
    (bundle / "methods.md").unlink()
    (bundle / "more.txt").write_text("x", encoding="utf-8")
    assert check_bundle(bundle) == ["methods.md", "more.txt", "panel.csv"]


def test_it_names_versions_and_parameters_and_no_path_of_this_machine(corpus: Corpus, bundle: Path) -> None:
    card = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    assert card["gidtk"] == gid.__version__
    assert card["panel"]["indicators"] == ["grant_rate"]
    texts = [
        file.read_text(encoding="utf-8-sig") for file in bundle.rglob("*") if file.suffix in (".md", ".csv", ".json")
    ]
    assert not any(str(corpus.path.parent) in text or str(bundle.parent) in text for text in texts)


def test_the_methods_say_the_numbers_of_the_data_in_both_languages(corpus: Corpus, bundle: Path) -> None:
    text = (bundle / "methods.md").read_text(encoding="utf-8")
    assert f"{len(corpus.reports)}份政府信息公开工作年度报告（3个机关，2019年至2022年）" in text
    assert f"come from {len(corpus.reports)} annual reports" in text
    assert "另有1个文件未能读出报告" in text


def test_sheets_filled_in_by_hand_travel_with_it(tmp_path: Path) -> None:
    corpus = gid.build_corpus(gid.sample(), tmp_path / "c", jobs=0)
    for name in ("decisions.csv", "corrections.csv"):
        (tmp_path / "c" / name).write_text("report,table,row,column,old,new,reason,who,source\n", encoding="utf-8")
    bundle = write_bundle(corpus, tmp_path / "b")
    assert (bundle / "decisions.csv").exists()
    assert (bundle / "corrections.csv").exists()


def test_its_registry_and_the_files_give_the_corpus_again(corpus: Corpus, bundle: Path, tmp_path: Path) -> None:
    registry = bundle / "registry.csv"
    again = gid.build_corpus(corpus.path.parent / "s", tmp_path / "c", registry=registry, jobs=0)
    listed = pd.read_csv(registry, encoding="utf-8-sig", dtype=str)
    assert sorted(listed["file"]) == sorted(corpus.reports["file"])
    for table in TABLES:
        pd.testing.assert_frame_equal(again.table(table), corpus.table(table))


def test_a_file_with_two_reports_is_in_no_registry(tmp_path: Path) -> None:
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "two.txt").write_text(f"{text}\n{text.replace('2020', '2021')}", encoding="utf-8")
    bundle = write_bundle(gid.build_corpus(tmp_path / "s", tmp_path / "c", jobs=0), tmp_path / "b")
    assert read_registry(bundle / "registry.csv").rows == {}


def test_the_citation_is_one_that_machines_read(bundle: Path) -> None:
    yaml = pytest.importorskip("yaml")
    facts = yaml.safe_load((bundle / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(facts)
    assert str(facts["version"]) == gid.__version__


def test_a_folder_in_use_is_left_alone(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(GidtkError, match="is not empty: give a folder that is not there yet"):
        write_bundle(corpus, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_is_no_bundle_says_so(tmp_path: Path) -> None:
    with pytest.raises(GidtkError, match="no bundle here"):
        rebuild(tmp_path)
    with pytest.raises(GidtkError, match=r"no sha256sums\.txt"):
        check_bundle(tmp_path)


def test_the_command_writes_a_panel_with_its_codebook(
    corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "p.csv"
    asked = ["--harmonised", "--indicators", "grant_rate", "--years", "2021-2022"]
    assert main(["export", str(corpus.path), "-o", str(out), *asked]) == 0
    assert "6 rows" in capsys.readouterr().out
    made = pd.read_csv(out, encoding="utf-8-sig", dtype={"region_code": str})
    assert sorted(set(made["year"])) == [2021, 2022]
    assert {"grant_rate", "h_norms_made"} <= set(made.columns)
    assert (tmp_path / "p_codebook.html").exists()


def test_the_command_writes_other_tables_and_bundles(corpus: Corpus, tmp_path: Path) -> None:
    assert main(["export", str(corpus.path), "-o", str(tmp_path / "c.parquet"), "--table", "cells"]) == 0
    assert len(pd.read_parquet(tmp_path / "c.parquet")) == len(corpus.cells)
    assert main(["export", str(corpus.path), "-o", str(tmp_path / "b"), "--bundle"]) == 0
    assert check_bundle(tmp_path / "b") == []


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("table", ["cells", "dyads"])
def test_the_command_writes_long_tables_in_every_format(
    corpus: Corpus, tmp_path: Path, table: str, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if ending == ".sav":
        pytest.importorskip("pyreadstat")
    out = tmp_path / f"t{ending}"
    assert main(["export", str(corpus.path), "-o", str(out), "--table", table, "--years", "2022-2022"]) == 0
    readers = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".dta": pd.read_stata, ".sav": pd.read_spss}
    back = readers.get(ending, pd.read_parquet)(out)
    own = corpus.select(years=2022)
    expected = own.cells if table == "cells" else dyads(narratives(own), lags=(0, 1))
    assert list(back) == list(expected)
    assert len(back) == len(expected) > 0
    numbers = [frame["value"].astype("Float64") for frame in (back, expected)]
    pd.testing.assert_series_equal(*numbers, check_exact=False, rtol=1e-12)


def test_the_command_writes_what_is_computed(corpus: Corpus, tmp_path: Path) -> None:
    asked = ["--table", "indicators", "--indicators", "grant_rate"]
    assert main(["export", str(corpus.path), "-o", str(tmp_path / "i.csv"), *asked]) == 0
    made = pd.read_csv(tmp_path / "i.csv", encoding="utf-8-sig")
    assert (set(made["id"]), len(made)) == ({"grant_rate"}, len(corpus.reports))
    assert main(["export", str(corpus.path), "-o", str(tmp_path / "q.csv"), "--table", "quality"]) == 0
    assert set(pd.read_csv(tmp_path / "q.csv", encoding="utf-8-sig")["id"]) >= {"check_pass_share", "read_share"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "-o", "x.csv"], "nowhere"),
        (["{corpus}", "-o", "x.pdf"], "x.pdf: tables are written as"),
        (["{corpus}", "-o", "b", "--bundle", "--table", "cells"], "--bundle holds every table: leave --table out"),
        (
            ["{corpus}", "-o", "p.csv", "--region", "99"],
            "no report of these years and this region: nothing was written",
        ),
    ],
)
def test_the_command_says_what_is_wrong(
    corpus: Corpus, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *[word.format(corpus=corpus.path) for word in arguments]]) == 1
    assert message in capsys.readouterr().err
