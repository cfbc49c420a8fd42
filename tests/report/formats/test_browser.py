"""The browser that prints: found, named, or missed with what to do about it."""

import os

import pytest

from harness.report.formats import browser
from harness.report.formats.browser import BrowserError, find_browser, print_page


@pytest.fixture
def path(tmp_path, monkeypatch):
    """An empty PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    return tmp_path


def program(path, name: str, text: str = "exit 0"):
    file = path / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_the_first_known_browser_is_taken(path, monkeypatch):
    program(path, "microsoft-edge")
    chrome = program(path, "google-chrome")
    assert find_browser() == str(chrome)
    mine = program(path, "mine")
    monkeypatch.setenv(browser.VARIABLE, str(mine))
    assert find_browser() == str(mine)


def test_no_browser_says_what_was_looked_for_and_what_to_do(path, monkeypatch):
    with pytest.raises(
        BrowserError, match=r"none of chromium, .* is on PATH\. Install Chromium .*--format md"
    ):
        find_browser()
    monkeypatch.setenv(browser.VARIABLE, "/no/such/browser")
    with pytest.raises(BrowserError, match="HARNESS_BROWSER=/no/such/browser is no program"):
        find_browser()


@pytest.mark.parametrize("text", ["echo it is broken >&2; exit 3", "echo it is broken >&2"])
def test_a_browser_that_does_not_print_is_told(path, text):
    program(path, "chromium", text)
    with pytest.raises(
        BrowserError, match=r"did not print the report \(exit code .\); it said: it is broken"
    ):
        print_page(path / "page.html", path / "page.pdf")


def test_the_browser_gets_a_profile_of_its_own_and_asks_nobody(path):
    said = path / "said"
    program(path, "chromium", f'for one in "$@"; do echo "$one" >> {said}; done; echo x >&2')
    with pytest.raises(BrowserError):
        print_page(path / "page.html", path / "page.pdf")
    flags = said.read_text().splitlines()
    assert {"--headless", "--disable-quic", "--disable-background-networking", "--disable-sync"} <= set(flags)
    assert ("--no-sandbox" in flags) == (os.geteuid() == 0)
    profile = next(flag.partition("=")[2] for flag in flags if flag.startswith("--user-data-dir="))
    assert not os.path.exists(profile)
    assert flags[-1] == (path / "page.html").as_uri()
