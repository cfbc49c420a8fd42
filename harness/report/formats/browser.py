"""The browser that prints: of the Chromium family, found on PATH or named by HARNESS_BROWSER."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from harness.errors import HarnessError

#: What is looked for, in this order.
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
VARIABLE = "HARNESS_BROWSER"
#: Seconds that printing may take.
LIMIT_S = 300.0
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-pdf-header-footer",
)


class BrowserError(HarnessError):
    """There is no browser that can print, or it did not."""


def find_browser() -> str:
    """Return the program of a Chromium-family browser.

    Raises:
        BrowserError: there is none.
    """
    named = os.environ.get(VARIABLE)
    looked = (named,) if named else NAMES
    found = next((path for path in map(shutil.which, looked) if path), None)
    if found is None:
        where = f"{VARIABLE}={named} is no program" if named else f"none of {', '.join(NAMES)} is on PATH"
        raise BrowserError(
            f"no browser to print the report with: {where}. Install Chromium (on Debian: apt-get install chromium), "
            f"or set {VARIABLE} to a Chromium, Chrome or Edge, or take --format md"
        )
    return found


def print_page(page: Path, pdf: Path) -> None:
    """Print a page to ``pdf`` in a browser of its own, which keeps nothing and fetches nothing.

    Raises:
        BrowserError: there is no browser, or it did not print.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="harness-browser-", ignore_cleanup_errors=True) as profile:
        command = [browser, *FLAGS, *_as_root(), f"--user-data-dir={profile}"]
        command += [f"--print-to-pdf={pdf}", page.resolve().as_uri()]
        try:
            ended = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=LIMIT_S,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BrowserError(f"{browser} did not print the report within {LIMIT_S:g} s") from error
        except OSError as error:
            raise BrowserError(f"{browser} cannot be started: {error}") from error
    if ended.returncode != 0 or not pdf.is_file() or pdf.read_bytes()[:5] != b"%PDF-":
        lines = [line for line in ended.stderr.splitlines() if line.strip() and "dbus" not in line]
        said = " | ".join(lines[-3:]) or "nothing"
        raise BrowserError(
            f"{browser} did not print the report (exit code {ended.returncode}); it said: {said}"
        )


def _as_root() -> tuple[str, ...]:
    """Chromium's own sandbox does not start as root."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
