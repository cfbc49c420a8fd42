"""Ordered map over worker processes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from harness.data.parallel import CHUNK, ordered_map


def double(value):
    return 2 * value


def die_on_70(value):
    if value == 70:
        os._exit(11)
    return value


def fail_on_3(value):
    if value == 3:
        raise ValueError("three")
    return value


def test_few_items_stay_in_this_process():
    assert set(ordered_map(lambda _: os.getpid(), range(63), n_items=63, workers=4, crashed=str)) == {
        os.getpid()
    }
    assert set(ordered_map(lambda _: os.getpid(), range(99), n_items=99, workers=1, crashed=str)) == {
        os.getpid()
    }


def test_order_is_kept_and_items_are_taken_as_needed():
    taken = []

    def items():
        for value in range(200):
            taken.append(value)
            yield value

    results = ordered_map(double, items(), n_items=200, workers=2, crashed=str)
    assert next(results) == 0
    assert len(taken) <= 4 * CHUNK
    assert list(results) == [2 * value for value in range(1, 200)]


def test_an_item_that_ends_its_process_is_named_and_the_others_survive():
    results = list(
        ordered_map(die_on_70, range(100), n_items=100, workers=1 + 1, crashed=lambda value: f"crash {value}")
    )
    assert results == [*range(70), "crash 70", *range(71, 100)]


def test_errors_of_the_function_are_raised():
    with pytest.raises(ValueError, match="three"):
        list(ordered_map(fail_on_3, range(100), n_items=100, workers=2, crashed=str))


def test_describing_a_clip_imports_neither_torch_nor_pandas():
    import subprocess

    code = "import sys, harness.data.describe; print({'torch', 'pandas'} & set(sys.modules))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "set()"
