import pandas as pd
import pytest

from harness.report.figures.heatmap import ROOM_FOR_INTERVALS, heatmap
from tests.report.pages import Page


def pairs(n, **other):
    tasks = [f"set/{k:02}" for k in range(n)]
    rows = [
        {"main": a, "partner": b, "gain": (i - j) / 100, "ci_low": (i - j) / 100 - 0.04,
         "ci_high": (i - j) / 100 + 0.04, "q": 0.5} | other
        for i, a in enumerate(tasks) for j, b in enumerate(tasks) if i != j
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["main", "partner", "gain", "ci_low", "ci_high", "q"]), tasks


@pytest.mark.parametrize("n", [1, 2, ROOM_FOR_INTERVALS, 30])
def test_every_task_and_gain_is_written(n):
    frame, tasks = pairs(n)
    read = Page(heatmap(frame, tasks, dict.fromkeys(tasks, 0.876), 0.3, "h"))
    assert read.errors == []
    digits = 3 if n <= ROOM_FOR_INTERVALS else 2
    for task in tasks if n > 1 else []:
        assert read.text.count(task) == 2
    for gain in frame["gain"]:
        assert f"{gain:+.{digits}f}".replace("-", "−") in read.text
    assert ("±0.040" in read.text) is (1 < n <= ROOM_FOR_INTERVALS)
    assert read.text.count("0.88") == (n if n > 1 else 0)


def test_a_mark_needs_q_below_the_level():
    frame, tasks = pairs(2)
    frame["q"] = [0.05, 0.0]
    text = Page(heatmap(frame, tasks, {}, 0.3, "h")).text
    assert text.count("*") == 1
    assert "+0.010*" in text


def test_missing_intervals_colours_and_singles():
    frame, tasks = pairs(3, ci_low=None, q=None)
    text = Page(
        heatmap(frame.assign(gain_relative=None), tasks, {tasks[0]: None}, 0.3, "h", "gain_relative")
    ).text
    assert "±" not in text
    assert "nan" not in text
    assert "+0.010" in text


def test_gains_beyond_the_limit_take_the_last_colour():
    frame, tasks = pairs(2)
    assert Page(heatmap(frame.assign(gain=5.0), tasks, {}, 0.1, "h")).errors == []


def test_tasks_that_the_study_does_not_list_are_shown_last():
    frame, tasks = pairs(3)
    text = Page(heatmap(frame, tasks[2:], {}, 0.3, "h")).text
    assert text.index(tasks[2]) < text.index(tasks[0])


def test_interval_and_q_are_under_the_gain_and_controls_beside_it():
    frame, tasks = pairs(3)
    beside = [("placebos", {tasks[0]: 0.0123}), ("noise floor", {tasks[0]: 0.456, tasks[2]: 0.789})]
    read = Page(heatmap(frame.assign(q=0.321), tasks, {}, 0.3, "h", beside=beside))
    assert read.errors == []
    assert read.text.count("q .321") == read.text.count("±0.040") == 6
    for written in ("placebos", "noise floor", "0.012", "0.456", "0.789"):
        assert read.text.count(written) == 1
    assert "q " not in Page(heatmap(frame.assign(q=None), tasks, {}, 0.3, "h")).text
