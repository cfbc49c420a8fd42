"""Checks of the doctor that break a promise are caught."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from harness.api import CheckRecord, Finding
from harness.testing import CheckContract


def fine(parameters):
    return Finding(check="library", status="ok", found="version 1")


def contract(check):
    class Contract(CheckContract):
        record = CheckRecord(name="under_test", factory=check, summary="for tests")

    return Contract()


class TestFine(CheckContract):
    record = contract(fine).record


NUMBERS = itertools.count()


def writes(parameters):
    Path("trace").touch()
    return fine(parameters)


def sets(parameters):
    os.environ["SET_BY_A_CHECK"] = str(next(NUMBERS))
    return fine(parameters)


@pytest.mark.parametrize(
    ("check", "test"),
    [
        (lambda p: "ok", "test_it_says_what_it_found"),
        (lambda p: Finding(check="c", status="good", found="f"), "test_it_says_what_it_found"),
        (
            lambda p: Finding(check="c", status="note", found="f"),
            "test_what_is_not_well_comes_with_an_advice",
        ),
        (lambda p: Finding(check="c", status="ok", found=str(next(NUMBERS))), "test_it_finds_the_same_again"),
    ],
)
def test_broken_check_is_caught(check, test):
    with pytest.raises(AssertionError):
        getattr(contract(check), test)()


@pytest.mark.parametrize("check", [writes, sets])
def test_traces_are_caught(check, tmp_path, monkeypatch):
    monkeypatch.setenv("SET_BY_A_CHECK", "before")
    with pytest.raises(AssertionError, match="a check"):
        contract(check).test_it_leaves_nothing_behind(tmp_path, monkeypatch)
