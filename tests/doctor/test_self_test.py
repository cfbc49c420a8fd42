"""The self-test trains two tasks together, and says what went wrong where it cannot."""

from __future__ import annotations

from harness.doctor import self_test as module
from harness.doctor.self_test import self_test
from harness.plugins import Registry, load_registry


def test_it_learns():
    finding = self_test(load_registry())
    assert finding.status == "ok"
    assert "two tasks learned together in 72 steps" in finding.found


def test_a_training_that_cannot_start_is_a_problem():
    finding = self_test(Registry())
    assert finding.status == "problem"
    assert "unknown" in finding.found


def test_a_training_that_learns_nothing_is_a_problem(monkeypatch):
    monkeypatch.setattr(module, "ENOUGH", 1.01)
    assert "was expected" in self_test(load_registry()).found
