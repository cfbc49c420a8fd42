"""Executors that break a promise are caught; one that works in this very process keeps all but one."""

from __future__ import annotations

import importlib
import os
import traceback
from collections import deque
from typing import ClassVar

import pytest

from harness.api import Executor, ExecutorRecord
from harness.bases.executor import Outcome
from harness.testing import ExecutorContract
from harness.testing.executor import WORD, WORK


class Here(Executor):
    """Does a unit when it is waited for, in the process that waits."""

    slots = 1

    def start(self, function, context):
        module, _, name = function.partition(":")
        home = importlib.import_module(module)
        home._warmed.clear()
        home.warm_up(context)
        self.call, self.context, self.queue = getattr(home, name), context, deque()

    def submit(self, unit):
        self.queue.append(unit)

    def wait(self, timeout_s):
        if not self.queue:
            return []
        unit = self.queue.popleft()
        known = {"key": unit["key"], "worker": "here"}
        return [Outcome(status="started", **known), self.ended(unit, known)]

    def ended(self, unit, known):
        if unit["do"] == "end":
            return Outcome(status="lost", error="the process would have ended", **known)
        try:
            return Outcome(status="done", result=self.call(unit, self.context), **known)
        except Exception as error:
            told = {
                "error_type": type(error).__name__,
                "error": str(error),
                "traceback": traceback.format_exc(),
            }
            return Outcome(status="failed", **told, **known)

    def cancel(self):
        keys = [unit["key"] for unit in self.queue]
        self.queue.clear()
        return keys

    def stop(self, *, now):
        self.queue = deque()


def contract(executor):
    class Contract(ExecutorContract):
        record = ExecutorRecord(name="under_test", factory=executor, summary="for tests")
        patience_s: ClassVar = 0.5

    return Contract()


class TestHere(ExecutorContract):
    record = contract(Here).record
    same_machine = False  # the worker is this process, which stays


class Twice(Here):
    def wait(self, timeout_s):
        return [one for one in super().wait(timeout_s) for _ in range(2)]


class Unannounced(Here):
    def wait(self, timeout_s):
        return super().wait(timeout_s)[1:]


class Cold(Here):
    def start(self, function, context):
        super().start(function, context)
        importlib.import_module("harness.kit.units")._warmed.clear()


class Blames(Here):
    def ended(self, unit, known):
        return Outcome(status="failed", error_type="ValueError", error="unit bad cannot be done", **known)


class Stubborn(Here):
    def cancel(self):
        return [unit["key"] for unit in self.queue]


class Loses(Here):
    def submit(self, unit):
        if unit["key"] != "u3":
            super().submit(unit)


@pytest.mark.parametrize(
    ("executor", "test"),
    [
        (Twice, "test_units_are_done_once_and_results_come_back"),
        (Unannounced, "test_units_are_done_once_and_results_come_back"),
        (Cold, "test_units_are_done_once_and_results_come_back"),
        (Loses, "test_units_are_done_once_and_results_come_back"),
        (Blames, "test_failures_come_back_and_others_are_done"),
        (Stubborn, "test_what_is_cancelled_never_runs"),
    ],
)
def test_broken_executor_is_caught(executor, test):
    broken = contract(executor)
    started = broken.build()
    started.start(WORK, {"word": WORD})
    with pytest.raises(AssertionError):
        getattr(broken, test)(started)


def test_a_worker_that_lives_on_is_caught(monkeypatch):
    broken = contract(Here)
    started = broken.build()
    started.start(WORK, {"word": WORD})
    monkeypatch.setattr("harness.testing.executor._gone", lambda pid: pid != os.getpid())
    with pytest.raises(AssertionError, match="lives on after stop"):
        broken.test_nothing_is_left_running(started, now=True)
