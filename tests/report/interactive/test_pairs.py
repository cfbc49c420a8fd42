import pytest

from harness.report.interactive.order import clustered
from harness.report.interactive.pairs import pairs_data
from tests.report.studies import facts_of, gain_row, pairs_study, study_of


def test_without_pairs_there_is_nothing_to_switch():
    assert pairs_data(facts_of(study_of())) is None


def test_only_the_primary_metric_where_there_is_no_other():
    found = pairs_data(facts_of(pairs_study([gain_row("a/x", "b/y", 0.05), gain_row("b/y", "a/x", None)])))
    assert [choice["title"] for choice in found["metrics"]["choices"]] == ["macro_f1 (primary)"]
    assert found["rows"]["gain"] == [0.05, None]
    assert found["slices"] == [["log_mel", "cnn", "sum"]]


def test_other_metrics_come_after_the_primary_one_and_have_their_own_placebos():
    gains = [gain_row("a/x", "b/y", 0.05)]
    others = [
        gain_row("a/x", "b/y", 0.01, metric="accuracy"),
        gain_row("a/x", "c/z", 0.03, metric="accuracy", placebo=True),
        gain_row("a/x", ["b/y", "c/z"], 0.04, metric="accuracy"),
    ]
    found = pairs_data(facts_of(pairs_study(gains, metric_gains=others)))
    assert found["rows"]["gain"] == [0.05, 0.01]
    assert found["rows"]["primary"] == [1, 0]
    assert found["rows"]["placebo"][1] == pytest.approx(0.03)
    assert [choice["metric"] for choice in found["metrics"]["choices"]] == ["macro_f1", "accuracy"]


def test_where_tasks_have_different_metrics_each_can_be_chosen_and_all_primary_ones():
    gains = [gain_row("a/x", "b/y", 0.05), gain_row("b/y", "a/x", 0.02, metric="rmse")]
    found = pairs_data(facts_of(pairs_study(gains)))
    assert [choice["metric"] for choice in found["metrics"]["choices"]] == ["", "macro_f1", "rmse"]
    assert [choice["by"] for choice in found["metrics"]["choices"]] == ["gain_relative", "gain", "gain"]


def test_tasks_that_gain_alike_stand_beside_each_other():
    tasks = ["a", "b", "c", "d"]
    alike = {"a": 0, "c": 0, "b": 1, "d": 1}
    keys = [(main, partner) for main in tasks for partner in tasks if main != partner]
    gains = [0.1 if alike[main] == alike[partner] else -0.1 for main, partner in keys]
    order = [tasks[k] for k in clustered(tasks, [m for m, _ in keys], [p for _, p in keys], gains)]
    assert sorted(order) == tasks
    assert abs(order.index("a") - order.index("c")) == 1
    assert abs(order.index("b") - order.index("d")) == 1


def test_a_gain_that_is_missing_does_not_stop_the_clustering():
    assert sorted(clustered(["a", "b", "c"], ["a"], ["b"], [float("nan")])) == [0, 1, 2]
