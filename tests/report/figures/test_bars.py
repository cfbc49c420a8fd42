import pandas as pd

from harness.report.figures.bars import bars
from tests.report.pages import Page


def rows(label, value, sd, **baselines):
    given = baselines or {"": None}
    return [
        {"label": label, "value": value, "sd": sd, "baseline": name, "baseline_value": v}
        for name, v in given.items()
    ]


def test_values_and_baselines_are_written():
    read = Page(bars(pd.DataFrame(rows("audio", 0.123, 0.05, majority=-0.2, random=0.07)), "r2", "b"))
    assert read.errors == []
    for number in ("0.123", "−0.200", "0.070"):
        assert number in read.text
    for name in ("audio", "majority", "random", "r2"):
        assert name in read.text


def test_missing_values_say_so():
    read = Page(
        bars(pd.DataFrame(rows("audio", None, None, majority=None) + rows("bingel", 0.1, None)), "r2", "b")
    )
    assert read.errors == []
    assert read.text.count("no value") == 2
    assert "nan" not in read.text
