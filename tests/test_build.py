"""Many files to a corpus: the same tables however they were read, nothing lost, nothing read twice."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import gidtk as gid
from gidtk import build
from gidtk.build import build_corpus
from gidtk.corpus import Corpus, open_corpus
from gidtk.errors import GidtkError
from gidtk.reading import read_batch
from gidtk.schemas import TABLES, empty_frame
from gidtk.simulate import simulate

ROOT = Path(gid.__file__).parents[1]
KEYS = ["file", "table", "row", "column"]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    simulate(folder, regions=40, years=(2020, 2022), formats=["html", "txt"])
    (folder / "notes.txt").write_text("明天开会。", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def corpus(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return build_corpus(sources, tmp_path_factory.mktemp("corpus"), jobs=0)


def contents(folder: Path) -> dict[str, str]:
    """Every file of a corpus but the working folder, by its hash."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".gidtk" not in path.parts)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_cell_of_the_answers_is_in_the_corpus_as_printed(corpus: Corpus, sources: Path) -> None:
    truth = pd.read_csv(sources / "answers.csv", encoding="utf-8-sig", dtype={"value": float})
    cells = corpus.cells.merge(corpus.reports[["report", "file"]], on="report")
    both = truth.merge(cells, on=KEYS, suffixes=("_true", ""), how="left", validate="1:1")
    read = both[both["status"] == "ok"]
    assert (read["value"].astype(float) == read["value_true"]).all()
    assert len(read) / (truth["status"] == "ok").sum() > 0.98


def test_what_holds_no_report_is_a_failure_with_the_way_out(corpus: Corpus) -> None:
    (row,) = corpus.failures.to_dict(orient="records")
    assert (row["file"], row["kind"]) == ("notes.txt", "not_a_report")
    assert "check that the page was saved with its text" in row["message"]
    listed = pd.read_csv(corpus.path / "failures.csv", encoding="utf-8-sig")
    assert listed["file"].tolist() == ["notes.txt"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_give_the_same_files_as_one(corpus: Corpus, sources: Path, tmp_path: Path, jobs: int) -> None:
    assert contents(build_corpus(sources, tmp_path / "other", jobs=jobs).path) == contents(corpus.path)


def test_the_order_of_the_sources_does_not_matter(corpus: Corpus, sources: Path, tmp_path: Path) -> None:
    files = [path for path in sources.iterdir() if path.suffix in (".html", ".txt")]
    built = build_corpus(sorted(files, reverse=True), tmp_path / "other", jobs=0)
    assert contents(built.path) == contents(corpus.path)


def test_what_was_read_is_not_read_again(
    corpus: Corpus, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(corpus.path, tmp_path / "c")
    read: list[str] = []

    def noting(items, *how):
        read.extend(item.name for item in items)
        return [read_batch(items, lambda: None)]

    monkeypatch.setattr(build, "read_guarded", noting)
    build_corpus(sources, tmp_path / "c", jobs=0)
    assert read == []
    moved = tmp_path / "moved"
    shutil.copytree(sources, moved)
    names = sorted(path.name for path in moved.glob("*.html"))
    (moved / names[0]).unlink()
    page = moved / names[1]
    page.write_text(page.read_text(encoding="utf-8") + "<p>附注</p>", encoding="utf-8")
    shutil.copy(gid.sample("anfu_2020.txt"), moved / "anfu.txt")
    changed = build_corpus(moved, tmp_path / "c", jobs=0)
    assert sorted(read) == sorted(["anfu.txt", names[1]])
    monkeypatch.undo()
    assert contents(changed.path) == contents(build_corpus(moved, tmp_path / "afresh", jobs=0).path)
    assert names[0] not in set(changed.reports["file"])


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_killed_at_ten_moments_the_next_call_finishes_with_the_same_files(
    corpus: Corpus, sources: Path, tmp_path: Path
) -> None:
    job = "import sys; from gidtk.build import build_corpus; build_corpus(sys.argv[1], sys.argv[2], jobs=2)"
    command = [sys.executable, "-c", job, str(sources), str(tmp_path / "c")]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = 0
    for moment in range(10):
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL, start_new_session=True) as process:
            try:
                process.wait(0.8 + 0.17 * moment)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
    assert killed >= 3
    for _ in range(100):  # the children of a killed call end by themselves
        done = subprocess.run(command, env=env, check=False, capture_output=True, encoding="utf-8")
        if "another build is at work" not in done.stderr:
            break
        time.sleep(0.1)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "c") == contents(corpus.path)


def hostile(items, started):
    """Read a batch as gidtk does, but for what a page tells to happen."""
    for item in items:
        started()
        if b"HANG" in item.data:
            while True:
                pass
        if b"CRASH" in item.data:
            os._exit(3)
    return read_batch(items, lambda: None)


@pytest.mark.skipif(os.name == "nt", reason="the limit of processor time is POSIX")
def test_a_file_that_hangs_or_crashes_is_a_failure_and_the_others_are_read(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    for page in sorted(sources.glob("*.html"))[:12]:
        shutil.copy(page, folder)
    (folder / "hang.txt").write_text("HANG", encoding="utf-8")
    (folder / "crash.txt").write_text("CRASH", encoding="utf-8")
    monkeypatch.setattr(build, "READER", "test_build:hostile")
    corpus = build_corpus(folder, tmp_path / "c", jobs=2, timeout=3)
    assert len(corpus.reports) == 12
    assert corpus.failures[["file", "kind"]].to_numpy().tolist() == [["crash.txt", "crashed"], ["hang.txt", "timeout"]]


def test_a_cluster_whose_worker_is_killed_gives_the_whole_corpus(corpus: Corpus, sources: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50, protocol="tcp"
    ) as cluster:
        victim = next(iter(cluster.workers.values())).pid
        job = "import sys; from gidtk.cli import main; sys.exit(main(sys.argv[1:]))"
        call = ["build", str(sources), "-o", str(tmp_path / "c"), "--quiet", "--scheduler", cluster.scheduler_address]
        command = [sys.executable, "-c", job, *call]
        with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}) as process:
            for _ in range(600):
                if list((tmp_path / "c" / ".gidtk" / "journal").glob("*/0*")):
                    break
                time.sleep(0.02)
            os.kill(victim, signal.SIGTERM)
            assert process.wait(90) == 0
    assert contents(tmp_path / "c") == contents(corpus.path)


def test_two_builds_do_not_write_into_one_folder(tmp_path: Path, sources: Path) -> None:
    store = build.Store(tmp_path, build.fingerprint())
    if os.name == "nt":
        pytest.skip("there are no such locks on Windows")
    with store.locked(), pytest.raises(GidtkError, match="another build is at work here: wait for its end"):
        build_corpus(sources, tmp_path, jobs=0)


def test_the_registry_wins_and_where_it_differs_is_an_issue(tmp_path: Path, sources: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    shutil.copy(gid.sample("anfu_2020.txt"), folder / "a.txt")
    sheet = tmp_path / "registry.csv"
    lines = ["file,agency,region_code,year,url,licence", "a.txt,吉安县人民政府,360821,2021,https://example.org/a,公开"]
    sheet.write_text("\n".join(lines), encoding="utf-8-sig")
    corpus = build_corpus(folder, tmp_path / "c", registry=sheet, jobs=0)
    report = corpus.reports.iloc[0]
    assert (report["agency"], report["region_code"], report["year"]) == ("吉安县人民政府", "360821", 2021)
    assert (report["province"], report["prefecture"], report["url"]) == ("江西省", "吉安市", "https://example.org/a")
    assert report["flags"] == "registry_differs"
    said = corpus.issues[corpus.issues["code"] == "registry_differs"]["message"].tolist()
    assert said == [
        "agency: the registry says 吉安县人民政府, the page 安福县人民政府",
        "region_code: the registry says 360821, the page 360829",
        "year: the registry says 2021, the page 2020",
    ]


def test_the_same_file_twice_and_two_reports_of_a_unit_are_kept_and_flagged(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    for name, content in (("a.txt", text), ("b.txt", text), ("c.txt", text + "\n")):
        (folder / name).write_text(content, encoding="utf-8")
    corpus = build_corpus(folder, tmp_path / "c", jobs=0)
    assert sorted(corpus.reports["flags"]) == ["same_bytes;same_unit_year", "same_unit_year"]
    assert corpus.files["file"].tolist() == ["a.txt", "b.txt", "c.txt"]
    assert corpus.files["reports"].tolist() == [1, 1, 1]


def test_two_reports_in_one_file_have_two_ids(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    (folder / "two.txt").write_text(f"{text}\n{text.replace('2020', '2021')}", encoding="utf-8")
    reports = build_corpus(folder, tmp_path / "c", jobs=0).reports
    first = reports["sha256"][0][:16]
    assert reports[["report", "year", "flags"]].to_numpy().tolist() == [
        [first, 2020, ""],
        [f"{first}-2", 2021, "second_report"],
    ]


def test_a_table_is_there_without_rows(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "notes.txt").write_text("明天开会。", encoding="utf-8")
    corpus = build_corpus(folder, tmp_path / "c", jobs=0)
    for table in TABLES:
        frame = getattr(corpus, table)
        assert len(frame) == (table in ("failures", "files"))
        assert frame.dtypes.to_dict() == empty_frame(table).dtypes.to_dict()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sources": "nowhere"}, "nowhere: no such file or folder: give files, folders, archives or a pattern"),
        ({"sources": []}, "no sources: give files, folders or archives"),
        ({"timeout": 0}, "timeout 0: give how many seconds a document may take"),
        ({"jobs": -1}, "jobs -1: give how many processes to use, 0 for none beside this one"),
        ({"scheduler": "tcp://127.0.0.1:9"}, "scheduler tcp://127.0.0.1:9: no answer"),
    ],
)
def test_a_call_that_cannot_be_carried_out_says_why(
    arguments: dict, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gidtk.workers.ANSWER", "0.5s")
    with pytest.raises(GidtkError) as caught:
        build_corpus(**{"sources": gid.sample("anfu_2020.txt"), "path": tmp_path / "c", "jobs": 0} | arguments)
    assert str(caught.value).startswith(message)


def test_what_else_lies_in_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "decisions.csv").write_text("report\n", encoding="utf-8")
    build_corpus(gid.sample("anfu_2020.txt"), tmp_path, jobs=0)
    assert (tmp_path / "decisions.csv").read_text(encoding="utf-8") == "report\n"


def test_opening_reads_nothing(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gidtk.store.ds.dataset", None)
    opened = open_corpus(corpus.path)
    monkeypatch.undo()
    assert repr(opened) == f"<Corpus {corpus.path.name}: 240 reports of 40 agencies, 2020 to 2022; 1 files not read>"
    assert "<td>f2021</td><td>80</td>" in opened._repr_html_()


def test_a_folder_without_any_document_is_a_corpus_without_reports(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    corpus = build_corpus(tmp_path / "s", tmp_path / "c", jobs=0)
    assert len(corpus) == len(corpus.cells) == len(corpus.failures) == 0
