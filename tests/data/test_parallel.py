"""Ordered map over worker processes."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from harness.data import crew
from harness.data.crew import DEPTH
from harness.data.parallel import CHUNK, ordered_map
from harness.errors import DataError


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


def blocks(value):
    return value, np.full(value, value, dtype=np.float32), np.arange(3)


@pytest.mark.parametrize("size", [10, crew.REGION // 8, crew.REGION // 2])
def test_arrays_come_through_shared_memory_or_beside_it(size):
    results = ordered_map(blocks, [size] * 70, n_items=70, workers=2, crashed=str)
    for value, array, small in results:
        assert value == len(array) == size
        assert (array == size).all()
        assert small.tolist() == [0, 1, 2]


def pid_and(value):
    return os.getpid(), value


def test_items_that_are_here_stay_in_this_process_and_in_order():
    found = list(
        ordered_map(
            pid_and, range(200), n_items=200, workers=2, crashed=str, here=lambda value: value % 3 == 0
        )
    )
    assert [value for _, value in found] == list(range(200))
    assert {pid for pid, value in found if value % 3 == 0} == {os.getpid()}
    assert os.getpid() not in {pid for pid, value in found if value % 3}


def crash_often(value):
    if value % 40 == 7:
        os._exit(11)
    return np.full(4, value)


def test_many_crashes_lose_their_items_alone():
    results = ordered_map(crash_often, range(400), n_items=400, workers=3, crashed=lambda value: None)
    found = [None if result is None else int(result[0]) for result in results]
    assert found == [None if value % 40 == 7 else value for value in range(400)]


SCRIPT = """
import sys
from harness.data.parallel import ordered_map
import os.path
print(list(ordered_map(os.path.basename, [f"/x/{i}" for i in range(100)], n_items=100, workers=2, crashed=str))[-1])
"""


def test_a_script_needs_no_guard_around_its_calls(tmp_path):
    script = tmp_path / "study.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("99\n", "")


def test_workers_that_cannot_start_are_an_error_at_once(monkeypatch):
    monkeypatch.setattr(crew, "get_executable", lambda: "/bin/false")
    with pytest.raises(DataError, match=r"/bin/false ended with exit status 1 .* compute\.workers: 1"):
        list(ordered_map(double, range(100), n_items=100, workers=2, crashed=str))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_ctrl_c_ends_parent_and_workers(tmp_path):
    default = (
        "signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell in the background has it ignored
    )
    code = f"import pathlib, signal, sys, tests.data.test_parallel as t; {default}; "
    code += "t.map_for_long(pathlib.Path(sys.argv[1]))"
    root = Path(__file__).resolve().parents[2]
    parent = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path],
        cwd=root,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    os.killpg(parent.pid, signal.SIGINT)
    _, errors = parent.communicate(timeout=60)
    assert errors.strip().endswith("KeyboardInterrupt")
    assert errors.count("Traceback") == 1
    wait_until(lambda: not any(alive(int(path.name)) for path in tmp_path.iterdir()))


def test_a_worker_imports_nothing_heavy():
    heavy = {"torch", "pandas", "scipy", "pydantic", "soxr"}
    code = f"import sys, harness.data.worker, harness.data.describe; print({heavy} & set(sys.modules))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "set()"
