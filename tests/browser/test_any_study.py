"""The report of a study that was really trained: the small one of the pages, or HARNESS_STUDY=DIRECTORY."""

from __future__ import annotations

import os
import re

import pandas as pd
import pytest

from harness.report import words
from harness.report.facts import Facts
from harness.report.html import page
from harness.report.reading import is_null
from harness.results.loader import load_study
from tests.browser.test_heatmap import told
from tests.browser.test_page import all_plots
from tests.docs.small_studies import shared_home, small_studies

NONE = pd.DataFrame({"metric": []})
CELLS = (
    "cells => cells.map((c) => ({...c.dataset, text: c.querySelector('b').textContent,"
    " label: c.getAttribute('aria-label')}))"
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    given = os.environ.get("HARNESS_STUDY")
    return load_study(given or small_studies(shared_home(tmp_path_factory)) / "runs" / "audio_pairs")


@pytest.fixture(scope="module")
def address(study, tmp_path_factory):
    path = tmp_path_factory.mktemp("real") / "report.html"
    path.write_text(page(Facts(study)), encoding="utf-8")
    return path.as_uri()


def metrics(tab) -> list[str]:
    """The names of the metrics that can be chosen; where there is one metric, there is nothing to choose."""
    return tab.locator("[data-live=heatmap] select[name=metric] option").all_inner_texts() or ["primary"]


def choose(tab, position) -> None:
    if len(metrics(tab)) > 1:
        tab.locator("[data-live=heatmap] select[name=metric]").select_option(index=position)


def gains(study, setting, metric):
    """The rows of pairs in one setting, by each task's primary metric or by another one."""
    primary = "primary" in metric
    table = study.tables["gains" if primary else "metric_gains"]
    rows = table[(table["partners"].map(len) == 1) & ~table["placebo"].astype(bool)]
    rows = rows if primary else rows[rows["metric"] == metric]
    for name, value in setting.items():
        rows = rows[rows[name] == value]
    return {(row["main"], row["partners"][0]): row for _, row in rows.iterrows()}


def first_setting(study):
    """What the heatmap shows at first: the first feature, model and combiner of the study file."""
    row = study.tables["gains"].iloc[0]
    return {name: row[name] for name in ("feature", "model", "combiner")}


def test_it_is_silent_and_fetches_nothing(shown, address):
    all_plots(shown)
    assert (shown.said, shown.asked) == ([], [address])


def test_every_cell_has_the_numbers_of_its_row_by_every_metric(shown, study):
    assert len(metrics(shown)) == 1 + study.tables.get("metric_gains", NONE)["metric"].nunique()
    for position, metric in enumerate(metrics(shown)):
        choose(shown, position)
        seen = {(one["main"], one["partner"]): one for one in shown.eval_on_selector_all("td.gain", CELLS)}
        rows = gains(study, first_setting(study), metric)
        assert seen.keys() == rows.keys()
        for pair, row in rows.items():
            value = words.NOTHING if is_null(row["gain"]) else words.signed(row["gain"])
            assert seen[pair]["text"].rstrip("*") == value
            for said in told(row):
                assert said in seen[pair]["label"].replace("*", "")


def test_a_cell_that_is_pointed_at_tells_its_row(shown, study):
    choose(shown, 0)
    (main, partner), row = next(iter(gains(study, first_setting(study), "primary").items()))
    shown.locator(f'td.gain[data-main="{main}"][data-partner="{partner}"]').hover()
    lines = shown.locator("#tip").inner_text().splitlines()
    assert lines[:2] == [f"{main} with {partner}", told(row)[0]]


def test_the_first_line_counts_the_cells(shown, study):
    cells = study.tables["cells"]
    done = int((cells["status"] == "done").sum())
    assert re.search(rf"\b{done:,} of {len(cells):,} cells", shown.inner_text(".status"))
