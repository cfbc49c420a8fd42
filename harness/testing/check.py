"""What every check of the doctor must do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar, get_args

import pytest

from harness.doctor.finding import Finding, Status
from harness.records import CheckRecord
from harness.testing.component import ComponentContract


class CheckContract(ComponentContract):
    """A check looks, says what it found and what to do, and changes nothing."""

    record: ClassVar[CheckRecord]

    def found(self) -> Finding:
        """Return what the check finds on this machine."""
        finding: Finding = self.record.build(self.settings())
        return finding

    def test_it_says_what_it_found(self) -> None:
        finding = self.found()
        assert isinstance(finding, Finding)
        assert finding.status in get_args(Status)
        assert finding.check
        assert finding.found

    def test_what_is_not_well_comes_with_an_advice(self) -> None:
        finding = self.found()
        assert finding.status == "ok" or finding.advice, "say what to do"

    def test_it_finds_the_same_again(self) -> None:
        assert self.found() == self.found()

    def test_it_leaves_nothing_behind(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        before = dict(os.environ)
        self.found()
        assert not list(tmp_path.iterdir()), "a check writes no file"
        assert dict(os.environ) == before, "a check changes no environment variable"
