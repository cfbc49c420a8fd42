import numpy as np
import pandas as pd

from harness.report.figures.curves import curves, mean_curve
from tests.report.pages import Page


def run(name, epochs, values):
    return pd.DataFrame({"run_id": name, "epoch": epochs, "value": values})


def test_the_mean_is_over_the_runs_that_go_on():
    one, two = run("a", [0.0, 10.0], [0.0, 10.0]), run("b", [0.0, 5.0], [2.0, 7.0])
    epochs, mean, low, high = mean_curve(pd.concat([one, two]))
    inside = epochs <= 5
    np.testing.assert_allclose(mean[inside], epochs[inside] + 1)
    np.testing.assert_allclose(mean[~inside], epochs[~inside])
    np.testing.assert_allclose(high[inside] - low[inside], 2)


def test_runs_that_start_later_do_not_bend_the_beginning():
    epochs, mean, _, _ = mean_curve(
        pd.concat([run("a", [0.0, 4.0], [1.0, 1.0]), run("b", [2.0, 4.0], [3.0, 3.0])])
    )
    np.testing.assert_allclose(mean[epochs < 2], 1)
    np.testing.assert_allclose(mean[epochs >= 2], 2)


def test_nulls_are_left_out_and_nothing_is_empty():
    points = run("a", [0.0, None, 2.0, 3.0], [1.0, 1.0, None, 1.0])
    np.testing.assert_allclose(mean_curve(points)[1], 1)
    assert all(len(part) == 0 for part in mean_curve(points.assign(value=None)))


def test_thirty_tasks_have_a_panel_each():
    tasks = [f"set/{k:02}" for k in range(30)]
    frame = pd.concat([run("r", [0.0, 1.0], [1.0, 0.5]).assign(task=task) for task in tasks])
    frame = pd.concat([frame.assign(split=split, series="") for split in ("train", "validation", "other")])
    read = Page(curves(frame, tasks, "loss", "c"))
    assert read.errors == []
    assert all(read.text.count(task) == 1 for task in tasks)


def test_several_series_are_named():
    frame = run("r", [0.0, 1.0], [1.0, 0.5]).assign(task="a/x", split="train")
    text = Page(
        curves(pd.concat([frame.assign(series=name) for name in ("cnn", "dnn")]), ["a/x"], "loss", "c")
    ).text
    assert "cnn" in text
    assert "dnn" in text
