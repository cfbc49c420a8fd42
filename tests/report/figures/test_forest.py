import pandas as pd

from harness.report.figures.forest import forest
from tests.report.pages import Page

ROW = {
    "group": "ols",
    "term": "size",
    "method": "HC3",
    "estimate": 0.2,
    "ci_low": 0.1,
    "ci_high": 0.3,
    "p": 0.01,
}


def drawn(*rows):
    return Page(forest(pd.DataFrame([ROW | row for row in rows]), "coefficient", "f"))


def test_groups_and_terms_are_named_once():
    read = drawn({}, {"term": "entropy"}, {"group": "mixed"})
    assert read.errors == []
    assert [read.text.count(word) for word in ("ols", "mixed", "entropy", "size")] == [1, 1, 1, 2]
    assert "HC3" not in read.text  # one method a term needs no key


def test_several_methods_of_a_term_have_a_key():
    read = drawn({}, {"method": "dyadic"})
    assert read.text.count("HC3") == read.text.count("dyadic") == 1
    assert read.text.count("size") == 1


def test_what_was_not_estimated_says_so_once():
    missing = {"estimate": None, "ci_low": None, "ci_high": None, "p": None, "term": "none"}
    assert drawn({}, missing, missing | {"method": "dyadic"}).text.count("not estimated") == 1
    assert drawn(missing).errors == []


def test_a_correlation_has_no_interval():
    assert drawn({"ci_low": None, "ci_high": None}).errors == []


def test_the_alternative_text_has_the_numbers():
    (svg,) = [attrs for tag, attrs in drawn({}).tags if tag == "svg"]
    assert "size +0.200 [+0.100, +0.300]" in svg["aria-label"]
