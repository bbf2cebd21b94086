"""What the test files share: how they run side by side, and a browser, when there is one."""

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

_ASKED = "PYTHONWARNDEFAULTENCODING"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

settings.register_profile("gidtk", deadline=None)  # a property is no timed test: machines that run it are loaded
settings.load_profile("gidtk")


def pytest_configure(config: pytest.Config) -> None:
    """Hand ``-X warn_default_encoding`` on to the processes of pytest-xdist, but not to those that tests start."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.pop(_ASKED, None)
    elif sys.flags.warn_default_encoding and getattr(config.option, "numprocesses", None):
        os.environ[_ASKED] = "1"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of an installed Chromium or Chrome; without one the test is skipped, visibly."""
    named = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "chrome"]
    found = next(filter(None, map(shutil.which, filter(None, named))), None)
    return found or pytest.skip("no Chromium on this machine (name one in the variable CHROMIUM)")


def _networked(url: str) -> list[str]:
    return [] if url.startswith(("file:", "data:", "blob:", "about:")) else [f"request: {url}"]


@pytest.fixture
def page(chromium_path: str) -> Iterator[Any]:
    """Yield a fresh page of a fresh browser. `page.complaints` lists what it logged, asked and requested."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        page = browser.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: page.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (page.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: page.complaints.extend(_networked(request.url)))
        yield page
        browser.close()
