import pandas as pd

from harness.report.figures.strip import strip
from tests.report.pages import Page

PAIRS = pd.DataFrame({"main": ["a/x", "a/x", "b/y"], "value": [0.1, 0.2, -0.1]})
NONE = PAIRS.iloc[:0]


def test_tasks_in_the_study_s_order():
    text = Page(strip(PAIRS, PAIRS.assign(value=0.0), {"a/x": 0.05}, ["b/y", "a/x"], "gain", "s")).text
    assert text.index("b/y") < text.index("a/x")
    assert "noise floor" in text


def test_without_placebos_pairs_or_floors():
    for pairs, placebos in ((PAIRS, NONE), (NONE, PAIRS), (NONE, NONE)):
        read = Page(strip(pairs, placebos, {}, ["a/x"], "gain", "s"))
        assert read.errors == []
        assert "noise floor" not in read.text
