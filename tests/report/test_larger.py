"""What pairs tell about larger groups, in words and by group."""

import pytest

from harness.report.larger import by_group, larger
from tests.report.studies import facts_of, gain_row, judged_rows, pairs_study

GROUP = [
    gain_row("a/x", "b/y", 0.1), gain_row("a/x", "c/z", 0.3), gain_row("b/y", "a/x", 0.0),
    gain_row("b/y", "c/z", 0.2), gain_row("a/x", ["b/y", "c/z"], 0.25, cell_id="g"),
    gain_row("b/y", ["a/x", "c/z"], 0.05, cell_id="g"),
]  # fmt: skip


def said(gains=GROUP, **values):
    return larger(facts_of(pairs_study(gains, groups_from_pairs=judged_rows(**values) if values else [])))


def test_errors_stand_beside_saying_that_nothing_gains():
    errors, correlation = said(
        mae=0.012, mae_of_zero=0.02, bias=-0.003, spearman=0.7, spearman_within_main=0.2
    )
    assert errors == (
        "the mean of a main task's pairs misses its gain in a larger group by 0.012 on average (12 gains; better "
        "than saying that no group gains: 0.020; bias −0.003)"
    )
    assert correlation == (
        "predicted and measured gains correlate by +0.70 (Spearman; p .020), within a main task by +0.20 (p .020)"
    )


def test_no_better_than_nothing_is_said():
    errors, correlation = said(mae=0.03, mae_of_zero=0.02, bias=0.0, spearman=None)
    assert "no better than saying that no group gains: 0.020" in errors
    assert correlation == "a correlation is not defined (too few)"


def test_without_groups_and_without_analysis():
    assert said(GROUP[:4]) == [
        "no larger group was measured, so nothing is known of what pairs tell about them"
    ]
    assert said() == ["what pairs tell about larger groups was not analysed"]
    assert said(mae=None) == ["what pairs tell about larger groups cannot be said: too few"]


def test_groups_are_means_over_their_main_tasks():
    (row,) = by_group(facts_of(pairs_study(GROUP))).to_dict("records")  # analysed before the table was made
    assert row["tasks"] == "a/x + b/y + c/z"
    assert row["gain"] == pytest.approx(0.15)
    assert row["worst"] == pytest.approx(0.05)
    assert row["predicted"] == pytest.approx((0.2 + 0.1) / 2)
    assert row["n"] == 2


def test_the_best_group_comes_first_and_half_told_groups_are_not_told():
    worse = gain_row("a/x", ["b/y", "d/w"], 0.01, cell_id="h")
    first, second = by_group(facts_of(pairs_study([*GROUP, worse]))).to_dict("records")
    assert (first["gain"], second["gain"]) == (pytest.approx(0.15), pytest.approx(0.01))
    assert second["predicted"] != second["predicted"]  # a/x with d/w was not trained
