"""Metrics that mean something for some tasks alone are measured for those."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from harness.plugins import Registered, Registry
from harness.records import MetricRecord, Task
from harness.schedule.prepare import Prepared


def record(name: str, **options) -> Registered:
    metric = MetricRecord(name=name, factory=dict, task_kinds=("binary",), direction="max", **options)
    return Registered(component=metric, plugin="test", version="1", distribution="test")


def measured(asked: str = "auto", own: str | None = None) -> tuple[str, ...]:
    registry = Registry()
    registry.add_all(
        [
            record("accuracy"),
            record("macro_f1", primary_for=("binary",)),
            record("sensitivity", family="normal_class"),
            record("specificity", family="normal_class"),
            record("eer", family="detection"),
        ]
    )
    task = Task(name="ill", kind="binary", classes=("no", "yes"), metric=own)
    return Prepared(
        config=SimpleNamespace(evaluation=SimpleNamespace(metric=asked)),
        registry=registry,
        uses={},
        catalogs={"data": SimpleNamespace(tasks={"ill": task})},
        splits={},
    ).metrics("data/ill")


def test_a_family_is_not_measured_unasked():
    assert measured() == ("macro_f1", "accuracy")


@pytest.mark.parametrize("how", [{"asked": "specificity"}, {"own": "specificity"}])
def test_the_primary_metrics_family_is_measured(how):
    assert measured(**how) == ("specificity", "accuracy", "macro_f1", "sensitivity")


def test_another_family_stays_out():
    assert measured("eer") == ("eer", "accuracy", "macro_f1")
