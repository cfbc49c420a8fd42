"""Figures and their targets; results on disk."""

from __future__ import annotations

import pytest

from benchmarks.results import Figure, Measurement, Result, figure, read, write

FAST = Measurement(name="fast", unit="a minute", values=(30.0, 44.0, 60.0))
SLOW = Measurement(name="slow", unit="a minute", values=(10.0, 11.0, 30.0))
MACHINE = {"packages": {"torch": "2"}, "cores": 2}


def result(**changes) -> Result:
    values = {"name": "demo", "title": "t", "device": "cpu", "figures": [], "machine": MACHINE} | changes
    return Result(**values)


def test_a_ratio_is_the_median_of_the_rounds_ratios():
    one = figure("speed", FAST, over=SLOW, at_least=2)
    assert (one.value, one.low, one.high, one.unit) == (3.0, 2.0, 4.0, "×")
    assert one.reached


def test_ratios_need_rounds_in_pairs():
    with pytest.raises(ValueError, match="zip"):
        figure("speed", FAST, over=Measurement(name="short", unit="", values=(1.0,)))


@pytest.mark.parametrize(
    ("limits", "reached", "target"),
    [
        ({"at_least": 44}, True, "≥ 44 a minute"),
        ({"at_least": 44.1}, False, "≥ 44.1 a minute"),
        ({"at_most": 44}, True, "≤ 44 a minute"),
        ({"at_most": 43.9}, False, "≤ 43.9 a minute"),
        ({}, None, ""),
    ],
)
def test_targets(limits, reached, target):
    one = figure("rate", FAST, **limits)
    assert one.reached is reached
    assert one.target == target


def test_what_is_written_is_read_again(tmp_path):
    one = result(figures=[figure("speed", FAST, over=SLOW, at_least=2)], measurements=[FAST, SLOW])
    path = write(one, tmp_path)
    assert path.name == "demo-cpu.json"
    assert '"reached": true' in path.read_text()
    assert read(tmp_path) == [one]


def test_a_quick_result_does_not_replace_a_whole_one(tmp_path):
    write(result(), tmp_path)
    write(result(quick=True), tmp_path)
    assert [one.quick for one in read(tmp_path)] == [False]


def test_the_machine_is_described():
    about = Result(name="demo", title="t", device="cpu", figures=[]).machine
    assert about["cores"] >= 1
    assert about["memory_gib"] > 0
    assert {"torch", "numpy"} <= set(about["packages"])


def test_figures_without_target_are_neither_reached_nor_missed():
    assert Figure(name="x", value=1, low=1, high=1).reached is None
