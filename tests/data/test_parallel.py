"""Ordered map over worker processes."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from harness.data.crew import DEPTH
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
    assert len(taken) <= 2 * DEPTH * CHUNK
    assert list(results) == [2 * value for value in range(1, 200)]


def test_an_item_that_ends_its_process_is_named_and_the_others_survive():
    results = list(
        ordered_map(die_on_70, range(100), n_items=100, workers=1 + 1, crashed=lambda value: f"crash {value}")
    )
    assert results == [*range(70), "crash 70", *range(71, 100)]


def write_pid(path):
    (path / str(os.getpid())).touch()
    time.sleep(0.05)


def map_for_long(path):
    list(ordered_map(write_pid, itertools.repeat(path, 10_000), n_items=10_000, workers=2, crashed=str))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_workers_end_with_a_parent_that_was_killed(tmp_path):
    parent = multiprocessing.get_context("spawn").Process(target=map_for_long, args=(tmp_path,))
    parent.start()
    wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    os.kill(parent.pid, signal.SIGKILL)
    parent.join()
    wait_until(lambda: not any(alive(int(path.name)) for path in tmp_path.iterdir()))


def wait_until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_errors_of_the_function_are_raised():
    with pytest.raises(ValueError, match="three"):
        list(ordered_map(fail_on_3, range(100), n_items=100, workers=2, crashed=str))


def test_describing_a_clip_imports_neither_torch_nor_pandas():
    import subprocess

    code = "import sys, harness.data.describe; print({'torch', 'pandas'} & set(sys.modules))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "set()"
