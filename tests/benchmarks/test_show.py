"""Tables of results, in the terminal and in the documentation."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from benchmarks.machine import describe_machine
from benchmarks.results import Measurement, Result, figure
from benchmarks.show import fill, markdown, number, show

MEASURED = Measurement(name="units", unit="ms", values=(2.0, 3.0, 4.0))


def result(*, quick=False, **limits) -> Result:
    return Result(
        name="demo", title="units", device="cpu", figures=[figure("a unit", MEASURED, **limits)],
        measurements=[MEASURED], machine=describe_machine(), quick=quick,
    )  # fmt: skip


def printed(one: Result) -> str:
    stream = io.StringIO()
    show(one, Console(file=stream, width=200))
    return stream.getvalue()


@pytest.mark.parametrize("as_text", [printed, markdown])
@pytest.mark.parametrize(
    ("limits", "missed"),
    [({"at_most": 2.9}, True), ({"at_most": 3}, False), ({"at_least": 3.1}, True), ({}, False)],
)
def test_a_missed_target_and_nothing_else_is_called_so(as_text, limits, missed):
    text = as_text(result(**limits))
    assert ("below target" in text) is missed
    assert "3 ms" in text
    assert "2 to 4" in text


def test_a_quick_run_is_not_judged():
    text = printed(result(quick=True, at_most=1))
    assert "below target" not in text
    assert "quick run" in text


def test_tables_go_between_their_markers_as_often_as_one_likes(tmp_path):
    document = tmp_path / "performance.md"
    document.write_text(
        "# A\n<!-- results: demo -->\nold\n<!-- end -->\nB\n<!-- results: other -->\n<!-- end -->\n"
    )
    assert fill([result(at_most=3)], document) == []
    once = document.read_text()
    assert "old" not in once
    assert "| a unit | 3 ms | 2 to 4 | ≤ 3 ms | reached |" in once
    fill([result(at_most=3)], document)
    assert document.read_text() == once
    assert once.startswith("# A\n")
    assert once.endswith("B\n<!-- results: other -->\n<!-- end -->\n")


def test_a_result_without_a_place_is_told(tmp_path):
    document = tmp_path / "performance.md"
    document.write_text("nothing")
    assert fill([result()], document) == ["demo"]


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1,234"), (12.345, "12.3"), (0.01234, "0.0123"), (2, "2")]
)
def test_numbers_have_three_digits(value, text):
    assert number(value) == text
