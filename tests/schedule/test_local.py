import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from harness.builtins import harness_executors
from harness.errors import HarnessError
from harness.schedule import local
from harness.schedule.local import LocalExecutor, LocalParameters
from harness.testing import ExecutorContract

WORK = "tests.schedule.units_for_workers:work"


class TestContract(ExecutorContract):
    record = next(one for one in harness_executors() if one.name == "local")
    parameters = {"workers": 1}  # noqa: RUF012


@pytest.fixture
def start(tmp_path):
    started = []

    def start(**parameters) -> LocalExecutor:
        executor = LocalExecutor(LocalParameters(**{"workers": 1} | parameters))
        executor.start(WORK, {"seen": str(tmp_path)})
        started.append(executor)
        return executor

    yield start
    for executor in started:
        executor.stop(now=True)


def ended(executor: LocalExecutor, n: int, timeout_s: float = 60) -> dict:
    """Wait for ``n`` units to end; return the outcomes by key."""
    found: dict = {}
    until = time.monotonic() + timeout_s
    while len(found) < n:
        assert time.monotonic() < until, f"only {found}"
        found |= {o.key: o for o in executor.wait(0.2) if o.status != "started"}
    return found


def test_units_are_done_by_persistent_workers(start) -> None:
    executor = start(workers=2)
    for i in range(6):
        executor.submit({"key": str(i), "do": "it", "value": i})
    outcomes = ended(executor, 6)
    assert {key: o.result["objective"] for key, o in outcomes.items()} == {str(i): float(i) for i in range(6)}
    assert len({o.result["pid"] for o in outcomes.values()}) <= 2


def test_a_worker_that_dies_loses_only_its_unit(start) -> None:
    executor = start()
    executor.submit({"key": "deadly", "do": "die"})
    executor.submit({"key": "good", "do": "it"})
    outcomes = ended(executor, 2)
    assert (outcomes["deadly"].status, outcomes["deadly"].error_type) == ("lost", "WorkerDied")
    assert "exit code 3" in outcomes["deadly"].error
    assert outcomes["good"].status == "done"


def test_a_worker_that_is_killed_says_by_what(start) -> None:
    executor = start()
    executor.submit({"key": "killed", "do": "kill"})
    outcome = ended(executor, 1)["killed"]
    assert (outcome.status, outcome.error_type) == ("lost", "WorkerDied")
    assert "signal 9 (SIGKILL; the system does that when memory runs out)" in outcome.error


def test_units_that_kill_their_workers_one_after_another_do_not_stop_the_others(start) -> None:
    executor = start()
    for number in range(local.MAX_BAD_STARTS + 1):
        executor.submit({"key": str(number), "do": "die"})
    executor.submit({"key": "good", "do": "it"})
    assert ended(executor, local.MAX_BAD_STARTS + 2, timeout_s=120)["good"].status == "done"


def test_a_worker_whose_gpu_is_broken_is_replaced_and_its_unit_lost(start) -> None:
    executor = start()
    executor.submit({"key": "broken", "do": "break the gpu"})
    executor.submit({"key": "good", "do": "it"})
    outcomes = ended(executor, 2)
    assert (outcomes["broken"].status, outcomes["broken"].error_type) == ("lost", "RuntimeError")
    assert outcomes["good"].worker != outcomes["broken"].worker


def test_devices_are_dealt_out_to_the_workers(tmp_path) -> None:
    executor = LocalExecutor(LocalParameters(workers=4))
    executor.start(WORK, {"seen": str(tmp_path), "device": "cuda", "devices": ["cuda:0", "cuda:1"]})
    try:
        for number in range(4):
            executor.submit({"key": str(number), "do": "meet", "n": 4})
        outcomes = ended(executor, 4)
    finally:
        executor.stop(now=True)
    devices = sorted(outcome.result["device"] for outcome in outcomes.values())
    assert devices == ["cuda:0", "cuda:0", "cuda:1", "cuda:1"]


def test_a_replaced_worker_keeps_its_device(tmp_path) -> None:
    executor = LocalExecutor(LocalParameters(workers=1))
    executor.start(WORK, {"seen": str(tmp_path), "devices": ["cuda:3"]})
    try:
        executor.submit({"key": "deadly", "do": "die"})
        executor.submit({"key": "good", "do": "it"})
        assert ended(executor, 2)["good"].result["device"] == "cuda:3"
    finally:
        executor.stop(now=True)


def test_a_unit_that_hangs_is_ended(start) -> None:
    executor = start(timeout_s=3)
    executor.submit({"key": "slow", "do": "hang"})
    outcome = ended(executor, 1)["slow"]
    assert (outcome.status, outcome.error_type) == ("lost", "WorkerTimeout")
    assert "compute.timeout_s (3 s)" in outcome.error


def test_cancel_returns_what_was_not_started(start) -> None:
    executor = start()
    for key in "abc":
        executor.submit({"key": key, "do": "wait"})
    while not executor.wait(0.2):
        pass
    assert executor.cancel() == ["b", "c"]
    assert set(ended(executor, 1)) == {"a"}


def test_workers_that_cannot_start_stop_the_command(monkeypatch) -> None:
    monkeypatch.setattr(local, "MAX_BAD_STARTS", 1)
    executor = LocalExecutor(LocalParameters(workers=1))
    executor.start("tests.schedule.no_such_module:work", {})
    with pytest.raises(HarnessError, match="do not get as far as their first unit"):
        ended(executor, 1)
    executor.stop(now=True)


def test_workers_end_when_the_parent_is_killed(tmp_path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os, time
            from harness.schedule.local import LocalExecutor, LocalParameters
            if __name__ == "__main__":
                executor = LocalExecutor(LocalParameters(workers=1))
                executor.start({WORK!r}, {{}})
                executor.submit({{"key": "slow", "do": "hang"}})
                while not (seen := executor.wait(0.2)):
                    pass
                print(seen[0].worker.split()[1], flush=True)
                time.sleep(3)
                os.kill(os.getpid(), 9)
            """
        )
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    worker = int(done.stdout.split()[0])
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        if "Z" in Path(f"/proc/{worker}/stat").read_text().split(")")[1][:3]:
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its parent")
