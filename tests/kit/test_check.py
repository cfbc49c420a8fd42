"""What is told of promises: kept, broken, known to be broken with the reason, or not looked at with why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import Field

from harness.api import OptimizerRecord, Parameters, StoppingRecord, StoppingRule
from harness.errors import PluginError
from harness.kit.check import check_distribution
from harness.plugins import Registered, Registry


class Impatient(StoppingRule):
    """Stops at once, and says 1 for yes."""

    def update(self, score):
        return 1

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        pass


class FreeParameters(Parameters):
    lr: float = Field(gt=0)


RECORD = StoppingRecord(name="impatient", factory=Impatient, summary="stop at once")


def outcomes(monkeypatch, record) -> dict:
    """Return the promises of a plugin that offers this record, by their words."""
    found = {(record.kind, record.name): Registered(record, "mine", "mine", "1")}
    monkeypatch.setattr("harness.plugins.load_registry", lambda: Registry(components=found))
    return {one.promise: one for one in check_distribution("mine")}


def test_a_broken_promise_is_told_with_what_was_found(monkeypatch):
    found = outcomes(monkeypatch, RECORD)
    broken = found["rising score goes on"]
    assert (broken.outcome, broken.kind, broken.component) == ("broken", "stopping", "impatient")
    assert "found 1, expected True or False" in found["every epoch gets a yes or no[flat]"].detail
    assert found["which state is tested is said"].outcome == "kept"


def test_one_that_is_known_has_its_reason_and_is_broken_where_it_holds(monkeypatch):
    known = {"test_rising_score_goes_on": "it never goes on", "test_record_is_complete": "it is not"}
    found = outcomes(monkeypatch, replace(RECORD, contract={"known_failures": known}))
    told = found["rising score goes on"]
    assert (told.outcome, told.detail) == ("known", "it never goes on")
    assert found["record is complete"].outcome == "broken"
    assert "XPASS(strict)" in found["record is complete"].detail


def test_parameters_without_default_and_libraries_that_are_not_there_are_told(monkeypatch):
    record = OptimizerRecord(name="free", factory="x:Y", parameters=FreeParameters, summary="none")
    assert "lr has no default" in outcomes(monkeypatch, record)["loss falls"].detail
    needs = replace(record, contract={"needs": ("no_such_library",)})
    told = outcomes(monkeypatch, needs)["loss falls"]
    assert (told.outcome, told.detail) == ("skipped", "no_such_library is not installed")


def test_nothing_installed_is_an_error(monkeypatch):
    monkeypatch.setattr("harness.plugins.load_registry", lambda: Registry())
    with pytest.raises(PluginError, match="no plugin of distribution 'mine'"):
        check_distribution("mine")
