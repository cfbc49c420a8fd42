"""How fast the report of a study of 1,000 cells opens, and how large it is.

The page is opened from its file in headless Chromium, each time in a new context; the clock runs from before the
navigation until the heatmap's cells are on the screen. Needs playwright and a Chromium (or ``HARNESS_BROWSER``).
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.results import Measurement, Result, figure
from tests.report.large import large_study

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def run(quick: bool) -> Result:
    """Run the benchmark: one page, opened again and again."""
    n_tasks, openings = (5, 1) if quick else (20, 5)
    study = large_study(n_tasks)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(_page(study), encoding="utf-8")
        size = path.stat().st_size / 1e6
        seconds = _openings(path, openings)
    opened = Measurement(name="opened", unit="s", values=seconds)
    written = Measurement(name="size", unit="MB", values=(size,))
    return Result(
        name="report", title="a report of 1,000 cells is opened", device="cpu",
        figures=[figure("load to heatmap", opened, at_most=2), figure("file", written, at_most=5)],
        settings={"cells": study.n_cells, "tasks": n_tasks, "openings": openings},
        notes=["A new browser context each time; tables without a training behind them."],
    )  # fmt: skip


def _page(study: Any) -> str:
    from harness.report.facts import Facts
    from harness.report.html import page

    return page(Facts(study))


def _openings(path: Path, n: int) -> tuple[float, ...]:
    from playwright.sync_api import sync_playwright

    from harness.report.formats.browser import find_browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        try:
            return tuple(_opening_s(browser, path) for _ in range(n))
        finally:
            browser.close()


def _opening_s(browser: Any, path: Path) -> float:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    tab, clock = context.new_page(), time.perf_counter()
    tab.goto(path.as_uri(), wait_until="commit")
    tab.locator("table.heat td.gain").first.wait_for(state="visible")
    took = time.perf_counter() - clock
    context.close()
    return took
