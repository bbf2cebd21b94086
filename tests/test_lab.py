"""JupyterLab in a study folder: its options and language, and a real one driven in Chromium."""

import json
import locale
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import gidtk as gid
from gidtk import lab
from gidtk.choices import agencies, table_name
from gidtk.cli import main
from gidtk.errors import GidtkError, MissingExtraError
from gidtk.lab import lab_language, lab_options
from gidtk.study import START, new_study, notebooks

ROOT = Path(gid.__file__).parents[1]
OPENED = "lab/workspaces/{name}/tree/{name}.ipynb?token={token}"  # a workspace of its own: no tabs of other tests
SLOW = 120_000  # milliseconds; a loaded machine is given time
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
DONE = r"""() => {
    const prompts = [...document.querySelectorAll(".jp-Notebook .jp-CodeCell .jp-InputPrompt")];
    return prompts.length > 0 && prompts.every(prompt => /\[\d+\]/.test(prompt.textContent));
}"""


# --- options and language ---------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / START).write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def no_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    def distribution(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(lab, "distribution", distribution)


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "distribution", lambda name: object())


def test_jupyterlab_opens_the_folder_at_its_first_notebook_and_other_options_come_last(folder, monkeypatch):
    monkeypatch.chdir(folder)
    wanted = [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{START}", "--port=8899"]
    assert lab_options(".", ["--port=8899"]) == wanted


@pytest.mark.parametrize("name", ["", "nosuch"])
def test_a_folder_without_the_first_notebook_is_told_how_to_make_one(name, tmp_path):
    with pytest.raises(GidtkError) as error:
        lab_options(tmp_path / name)
    assert str(error.value) == f"{tmp_path / name} has no {START}: make a study folder with: gidtk new DIR"


@pytest.mark.parametrize(
    ("spoken", "lang"),
    [
        ("zh_CN", "zh"),
        ("zh_TW", "zh"),
        ("Chinese (Simplified)_China", "zh"),
        ("en_US", "en"),
        (None, "en"),
        ("C", "en"),
    ],
)
def test_the_language_is_that_of_the_system_where_the_pack_is_there(spoken, lang, pack, monkeypatch):
    monkeypatch.setattr(locale, "getlocale", lambda category: (spoken, "UTF-8"))
    assert lab_language() == lang


def test_without_the_pack_a_chinese_system_gets_english_unasked(no_pack, monkeypatch):
    monkeypatch.setattr(locale, "getlocale", lambda category: ("zh_CN", "UTF-8"))
    assert lab_language() == "en"


def test_chinese_that_is_asked_for_without_the_pack_says_how_to_get_it(no_pack, folder, monkeypatch):
    monkeypatch.setattr(lab.LabApp, "launch_instance", pytest.fail)
    with pytest.raises(MissingExtraError) as error:
        lab.open_lab(folder, lang="zh")
    assert str(error.value) == 'JupyterLab in Chinese needs its language pack: pip install "gidtk[zh]"'


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[list[str], list[Path]]]:
    """Call the command; return the options of JupyterLab and where it looks for settings besides the user's."""
    given: list[list[str]] = []
    monkeypatch.setattr(lab.LabApp, "launch_instance", given.append)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(Path("mine").absolute()))

    def call(*arguments: str) -> tuple[list[str], list[Path]]:
        assert main(["lab", *arguments]) == 0
        return given[-1], [Path(path) for path in os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)]

    return call


def test_the_command_hands_its_options_on(launched, folder):
    options, _ = launched(str(folder), "--no-browser", "--port", "8899", "--jupyter=--ip=0.0.0.0", "--lang", "en")
    assert options == [*lab_options(folder), "--no-browser", "--port=8899", "--ip=0.0.0.0"]


@pytest.mark.parametrize(("lang", "folders"), [("zh", ["mine", "lab-zh", "lab"]), ("en", ["mine", "lab"])])
def test_the_language_is_a_default_that_ranks_behind_what_the_user_has_set(lang, folders, launched, folder, pack):
    _, paths = launched(str(folder), "--lang", lang)
    assert [path.name for path in paths] == folders
    said = [path / "labconfig" / "default_setting_overrides.json" for path in paths[1:]]
    settings = {plugin: values for file in said for plugin, values in json.loads(file.read_text("utf-8")).items()}
    assert settings.get("@jupyterlab/translation-extension:plugin") == ({"locale": "zh_CN"} if lang == "zh" else None)
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_a_wrong_folder_ends_the_command_with_the_way_out(tmp_path, capsys):
    assert main(["lab", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"gidtk: {tmp_path} has no {START}: make a study folder with: gidtk new DIR\n"


# --- a real JupyterLab ------------------------------------------------------------------------------------


class Server(NamedTuple):
    """A JupyterLab that is running."""

    url: str
    token: str
    lang: str
    study: Path
    home: Path


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a server and the kernels that it started, whatever state they are in."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
    for child in family:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=20)


def _started(process: "subprocess.Popen[bytes]", home: Path) -> dict[str, Any]:
    """Wait for the server's note of address and token, and its first answer; without one its log is the message."""
    until = time.monotonic() + SLOW / 1000
    while time.monotonic() < until and process.poll() is None:
        for note in (home / "runtime").glob("jpserver-*.json"):
            try:
                found = dict(json.loads(note.read_text(encoding="utf-8")))
                urllib.request.urlopen(f"{found['url']}api/status?token={found['token']}").close()
                return found
            except (json.JSONDecodeError, urllib.error.URLError):  # it is being written, or not answering yet
                break
        time.sleep(0.2)
    raise AssertionError((home / "log").read_text(encoding="utf-8", errors="replace")[-3000:])


@pytest.fixture(scope="module")
def server(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run `gidtk lab` in a fresh study folder, with a home of its own; in Chinese where the pack is installed."""
    pytest.importorskip("playwright.sync_api")
    home = tmp_path_factory.mktemp("home")
    study = new_study(tmp_path_factory.mktemp("researcher") / "研究 study")
    lang = "zh" if lab._has_pack() else "en"
    command = [sys.executable, "-m", "gidtk.cli", "lab", str(study), "--no-browser", "--lang", lang]
    command += [
        f"--port={_free_port()}",
        *(["--jupyter=--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
    ]
    names = {"JUPYTER_RUNTIME_DIR": "runtime", "JUPYTER_DATA_DIR": "data", "JUPYTER_CONFIG_DIR": "config"}
    own = {name: str(home / path) for name, path in names.items()}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHONWARN"))}
    env |= own | {"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(ROOT)}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=home)
        try:
            note = _started(process, home)
            yield Server(note["url"], note["token"], lang, study, home)
        finally:
            _end(process)


def _asked(server: Server, what: str) -> Any:
    with urllib.request.urlopen(f"{server.url}api/{what}?token={server.token}") as answer:
        return json.load(answer)


def _wait_for_kernel(server: Server, notebook: str) -> None:
    """Wait until the page is connected to its kernel and that is idle; before, JupyterLab would ask which to start."""
    until = time.monotonic() + SLOW / 1000
    while time.monotonic() < until:
        kernels = [session["kernel"] for session in _asked(server, "sessions") if session["path"] == notebook]
        if any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels):
            return
        time.sleep(0.2)
    raise AssertionError(f"no kernel for {notebook} in {SLOW / 1000:g} s")


def _run_all(page: Any, server: Server, name: str) -> None:
    """Open a notebook, run all its cells from the menu, and wait until each has its number."""
    page.set_default_timeout(SLOW)
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.goto(server.url + OPENED.format(name=name, token=server.token))
    _wait_for_kernel(server, f"{name}.ipynb")
    page.locator(".lm-MenuBar-item", has_text="运行" if server.lang == "zh" else "Run").click()  # the menu speaks it
    page.locator('li[data-command="runmenu:run-all"]').click()
    page.wait_for_function(DONE)


def _said(page: Any, kind: str) -> list[str]:
    return [text.strip() for text in page.locator(f'.jp-OutputArea-output[data-mime-type="{kind}"]').all_inner_texts()]


def _assert_quiet(page: Any, server: Server) -> None:
    """No error, nothing on standard error (where a glyph that is missing would be named), no word to a network."""
    assert _said(page, "application/vnd.jupyter.error") == []
    assert _said(page, "application/vnd.jupyter.stderr") == []
    loud = [text for text in page.complaints if not text.startswith(("console: ", f"request: {server.url}"))]
    assert loud == []


def test_the_server_asks_for_its_token(server):
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{server.url}api/contents")
    assert error.value.code == 403
    error.value.close()
    listed = {item["name"] for item in _asked(server, "contents")["content"]}
    assert listed >= {START, "README.md", "registry.csv", "data"}


def test_the_address_that_it_opens_is_the_first_notebook(server):
    (address,) = (server.home / "runtime").glob("jpserver-*-open.html")
    assert f"lab/tree/{START}?token={server.token}" in address.read_text(encoding="utf-8")


def _figures(page: Any) -> list[bool]:
    """Tell of each figure whether it is drawn and wide."""
    shown = page.locator(".jp-OutputArea-output img")
    return list(shown.evaluate_all("images => images.map(image => image.complete && image.naturalWidth > 600)"))


def test_the_profile_runs_in_jupyterlab_with_its_figures_and_without_an_error(server, page):
    _run_all(page, server, "01-region-profile")
    _assert_quiet(page, server)
    assert _figures(page) == [True, True, True]


def test_the_first_notebook_runs_and_leads_to_each_of_the_others(server, page):
    _run_all(page, server, "00-start-here")
    _assert_quiet(page, server)
    assert _figures(page) == [True]
    links = page.locator(".jp-RenderedMarkdown.jp-OutputArea-output a[href*='.ipynb']")
    said, targets = links.all_text_contents(), links.evaluate_all("links => links.map(link => link.href)")
    assert said == notebooks()["file"].tolist()
    assert all((server.study / name).is_file() and name in target for name, target in zip(said, targets, strict=True))


@pytest.mark.skipif(not lab._has_pack(), reason="the language pack is not installed: pip install gidtk[zh]")
def test_the_settings_of_the_user_say_nothing_of_the_chinese_that_jupyterlab_speaks(server):
    assert server.lang == "zh"
    assert [path for path in (server.home / "config").rglob("*") if "translation" in path.name] == []


def test_another_choice_changes_the_interactive_table(server, page):
    expect = pytest.importorskip("playwright.sync_api").expect
    expect.set_options(timeout=SLOW)
    _run_all(page, server, "09-explore")
    info, first = page.locator(".dt-info"), page.locator(".dt-container tbody tr").first
    expect(info).to_have_text("第 1 至 15 行，共 161 行")
    expect(first).to_contain_text("本年新收")

    page.get_by_label("表", exact=True).select_option(label=table_name("disputes"))
    expect(info).to_have_text("第 1 至 15 行，共 15 行")
    expect(first).to_contain_text("行政复议")

    page.get_by_label("机关", exact=True).select_option(index=0)
    expect(page.locator(".widget-html").first).to_contain_text("模拟数据")
    page.get_by_label("年度", exact=True).select_option(label="全部年度")
    expect(info).to_have_text("第 1 至 15 行，共 90 行")

    page.get_by_label("查找", exact=True).fill("安福")
    page.get_by_label("查找", exact=True).press("Enter")
    expect(info).to_have_text("第 1 至 15 行，共 15 行")
    page.locator(".dt-search input").fill("直接起诉")
    expect(info).to_contain_text("共 5 行")
    page.locator(".dt-container thead th", has_text="数值").click()
    expect(first.locator("td").nth(3)).to_have_text("1")
    _assert_quiet(page, server)


def test_nothing_of_a_report_becomes_markup_in_the_interactive_table(server, page, tmp_path):
    hostile = '<img src="x" onerror="alert(1)">'
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8").replace("五、存在", f"{hostile}\n五、存在")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "registry.csv").write_text(f"file,agency\na.txt,{hostile.replace(chr(34), '')}\n", encoding="utf-8")
    corpus = gid.build_corpus(tmp_path / "a.txt", server.study / "hostile", registry=tmp_path / "registry.csv", jobs=0)
    assert "<img" in agencies(corpus.reports)[0]
    cell = new_code_cell('import gidtk as gid\ngid.explore("hostile", table="sections")')
    nbformat.write(new_notebook(cells=[cell], metadata=KERNEL), server.study / "hostile.ipynb")
    _run_all(page, server, "hostile")
    page.locator(".dt-container tbody tr", has_text="onerror").first.wait_for()
    assert page.locator('img[src="x"], .jp-OutputArea-output [onerror]').count() == 0
    _assert_quiet(page, server)
