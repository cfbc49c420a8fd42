import numpy as np
import pandas as pd
import pytest

from harness.report.interactive.curves import curves_data, thinned
from tests.report.studies import cell_row, facts_of, study_of, task_row


def points(run, epochs, values):
    return pd.DataFrame(
        {"cell_id": "c", "task": "a/x", "split": "train", "metric": "loss", "run_id": run, "epoch": epochs,
         "value": values}
    )  # fmt: skip


def test_mean_lowest_and_highest_over_runs():
    epochs = [0.0, 1.0, 2.0, 3.0]
    both = pd.concat([points("r", epochs, [4, 3, 2, 1]), points("s", epochs, [6, 5, 2, 3])])
    found = thinned(both, 2)
    assert found["epoch"].tolist() == [0.5, 2.5]
    assert found["value"].tolist() == [4.5, 2.0]
    assert found["min"].tolist() == [3.5, 1.5]
    assert found["max"].tolist() == [5.5, 2.5]


def test_a_run_that_ended_counts_where_it_was():
    both = pd.concat([points("r", [0.0, 1.0], [1.0, 2.0]), points("s", [0.0], [3.0])])
    found = thinned(both, 2)
    assert found["value"].tolist() == [2.0, 2.0]


def test_no_more_points_than_asked_and_nulls_left_out():
    many = points("r", np.arange(100.0), np.where(np.arange(100) % 2, np.nan, 1.0))
    found = thinned(many, 7)
    assert len(found) == 7
    assert found["value"].tolist() == [1.0] * 7


@pytest.mark.parametrize("split", ["test", "validation"])
def test_loss_and_primary_metric_alone(split):
    rows = [
        {"cell_id": "a/x", "run_id": "r", "task": "a/x", "split": split, "metric": metric, "epoch": float(k),
         "value": 1.0}
        for metric in ("loss", "macro_f1", "accuracy") for k in range(3)
    ]  # fmt: skip
    found = curves_data(facts_of(study_of(tasks=[task_row("a/x")], cells=[cell_row(["a/x"])], curves=rows)))
    if split == "test":
        assert found is None
    else:
        assert found["metrics"] == ["loss", "macro_f1"]
        assert found["curves"]["metric"] == [0, 1]
