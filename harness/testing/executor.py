"""What every executor must do."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from harness.bases.executor import Executor, Outcome
from harness.records import ExecutorRecord
from harness.testing.component import ComponentContract

#: What workers are asked to do; they can import it.
WORK = "harness.kit.units:work"
WORD = "für alle ✓"
#: Values that come back as they went: plain JSON.
VALUE = {"text": "é\n", "number": 1.5, "whole": 7, "none": None, "list": [1, [2, {"deep": True}]]}


class ExecutorContract(ComponentContract):
    """An executor does every unit once, says what became of it, and survives units that do not."""

    record: ClassVar[ExecutorRecord]
    #: Whether workers run on this machine, so that their process ids mean something here.
    same_machine: ClassVar[bool] = True
    patience_s: ClassVar[float] = 120.0

    def build(self) -> Executor:
        """Return a fresh executor, not started."""
        executor: Executor = self.record.build(self.settings())
        return executor

    @pytest.fixture
    def executor(self, tmp_path: Path) -> Iterator[Executor]:
        """A started executor; its workers are ended, whatever happens."""
        executor = self.build()
        try:
            executor.start(WORK, {"word": WORD, "checkpoints": str(tmp_path)})
            yield executor
        finally:
            executor.stop(now=True)

    def outcomes(self, executor: Executor, keys: set[str]) -> list[Outcome]:
        """Return all outcomes until each of ``keys`` has ended."""
        found: list[Outcome] = []
        until = time.monotonic() + self.patience_s
        while keys - {one.key for one in found if one.status != "started"}:
            assert time.monotonic() < until, f"after {self.patience_s:g} s only {found}"
            found += executor.wait(0.2)
        return found

    def done(self, executor: Executor, units: list[dict[str, Any]]) -> dict[str, Outcome]:
        """Submit units and return how each ended."""
        for unit in units:
            executor.submit(unit)
        ended = self.outcomes(executor, {unit["key"] for unit in units})
        return {one.key: one for one in ended if one.status != "started"}

    def test_units_are_done_once_and_results_come_back(self, executor: Executor) -> None:
        assert executor.slots >= 1
        units = [{"key": f"u{i}", "do": "it", "value": [i, VALUE]} for i in range(5)]
        for unit in units:
            executor.submit(unit)
        found = self.outcomes(executor, {str(unit["key"]) for unit in units})
        ended = [one for one in found if one.status != "started"]
        assert sorted(one.key for one in ended) == [unit["key"] for unit in units], "each unit ends once"
        for one in ended:
            assert one.status == "done", one
            assert one.result["value"] == [int(one.key[1:]), VALUE]
            assert one.result["word"] == WORD, "the context is handed to every call"
            assert one.result["warmed"] == [WORD], "warm_up(context) is called once, before the first unit"
            json.dumps(one.result)
        self._started_first(found)

    def _started_first(self, found: list[Outcome]) -> None:
        for key in {one.key for one in found}:
            assert next(one.status for one in found if one.key == key) == "started", f"{key} ended unstarted"

    def test_failures_come_back_and_others_are_done(self, executor: Executor) -> None:
        units = [{"key": "bad", "do": "fail"}, {"key": "deadly", "do": "end"}]
        found = self.done(executor, [*units, {"key": "good", "do": "it", "value": 1}])
        bad = found["bad"]
        assert (bad.status, bad.error_type) == ("failed", "ValueError")
        assert "unit bad cannot be done" in (bad.error or "")
        assert "units.py" in (bad.traceback or ""), "the traceback comes back"
        assert found["deadly"].status == "lost", "a worker that ends is 'lost': the unit may be innocent"
        assert found["deadly"].error, "say how the worker ended"
        assert found["good"].status == "done"

    def test_what_is_cancelled_never_runs(self, executor: Executor) -> None:
        keys = {f"u{i}" for i in range(4 * executor.slots + 4)}
        for key in sorted(keys):
            executor.submit({"key": key, "do": "it", "value": 0})
        cancelled = set(executor.cancel())
        assert cancelled <= keys
        executor.submit({"key": "last", "do": "it", "value": 0})
        found = self.outcomes(executor, (keys - cancelled) | {"last"})
        assert not cancelled & {one.key for one in found}
        assert executor.cancel() == []

    @pytest.mark.parametrize("now", [True, False])
    def test_nothing_is_left_running(self, executor: Executor, now: bool) -> None:
        found = self.done(executor, [{"key": "u", "do": "it", "value": 0}])
        executor.stop(now=now)
        if self.same_machine:
            assert _gone(found["u"].result["pid"]), f"the worker lives on after stop(now={now})"


def _gone(pid: int, patience_s: float = 30.0) -> bool:
    """Tell whether a process ends."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
