"""One headless Chromium a module, and the page of a study whose every number is known."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from harness.report.facts import Facts
from harness.report.html import page
from tests.browser.study import switched_study

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def study():
    return switched_study()


@pytest.fixture(scope="session")
def address(study, tmp_path_factory):
    """The page as a file, as a reader opens it."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page(Facts(study)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = os.environ.get("HARNESS_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on PATH, and HARNESS_BROWSER is not set")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def shown(browser, address):
    """The page in a browser, with what it said to the console and asked of the network."""
    tab = browser.new_page(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    tab.said, tab.asked = [], []
    tab.on("console", lambda message: tab.said.append(message.text))
    tab.on("pageerror", lambda error: tab.said.append(str(error)))
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.set_default_timeout(15_000)
    tab.goto(address)
    yield tab
    tab.close()


@pytest.fixture
def screenshots(tmp_path):
    """Where screenshots are kept: HARNESS_SCREENSHOTS, or the test's own folder."""
    folder = Path(os.environ.get("HARNESS_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
