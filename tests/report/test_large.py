"""A study of a thousand cells has a page that can be sent."""

import base64
import gzip
import json

import pytest

from harness.report.facts import Facts
from harness.report.html import page
from tests.report.large import COMBINERS, METRICS, large_study
from tests.report.pages import Page


@pytest.fixture(scope="module")
def markup():
    return page(Facts(large_study()))


@pytest.fixture(scope="module")
def data(markup):
    return json.loads(next(text for text in Page(markup).scripts if text.startswith('{"')))


def test_a_thousand_cells_stay_below_five_megabytes(markup):
    assert "1,000 of 1,000 cells" in markup[:200]
    assert len(markup.encode()) < 5_000_000


def test_static_heatmaps_are_few_and_the_rest_is_said(markup):
    assert markup.count('aria-label="Heatmap of gains,') == 2
    assert f"{len(COMBINERS) - 2} more heatmaps" in markup


def test_large_tables_are_packed_whole(markup):
    read = Page(markup)
    at = next(i for i, (_, found) in enumerate(read.tags) if found.get("data-table") == "gains")
    assert at
    assert "table-gains" not in read.tables
    packed = [
        gzip.decompress(base64.b64decode(text)).decode() for text in read.scripts if text.startswith("H4sI")
    ]
    table = next(Page(text) for text in packed if 'id="table-gains"' in text[:600])
    assert len(table.rows("table-gains")) == 1900
    assert table.errors == []


def test_every_gain_is_in_the_data(data):
    rows = data["pairs"]["rows"]
    assert len(rows["gain"]) == 1900 * (1 + len(METRICS))
    assert [choice["title"] for choice in data["pairs"]["metrics"]["choices"]] == [
        "macro_f1 (primary)",
        *METRICS,
    ]


def test_curves_are_thinned(data):
    assert len(data["curves"]["cells"]) == 1000
    assert sum(len(curve) for curve in data["curves"]["curves"]["y"]) <= 80_000
    assert "low" not in data["curves"]["curves"]
