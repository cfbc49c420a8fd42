"""A ledger that another machine writes is read as a copy."""

import os

import pytest

from harness.errors import StudyDirectoryError
from harness.schedule.directory import LEDGER, OWNER
from harness.watching import opening
from harness.watching.opening import copy_ledger, opened
from tests.watching import made


def test_a_ledger_of_this_machine_is_read_in_place(tmp_path) -> None:
    with made.study(tmp_path) as ledger, opened(tmp_path) as read:
        assert read.path == ledger.path


def test_one_of_another_machine_is_copied_with_what_is_only_in_its_log(tmp_path) -> None:
    with made.study(tmp_path) as ledger:
        made.search(ledger, "one")
        (tmp_path / OWNER).write_text("4711 on another")
        with opened(tmp_path) as read:
            assert read.path != ledger.path
            assert read.training("one-0")["status"] == "pending"
            made.end(ledger, "one-0")
            assert read.training("one-0")["status"] == "pending", "of one moment"


def test_a_copy_during_which_the_ledger_was_written_is_made_again(tmp_path, monkeypatch) -> None:
    with made.study(tmp_path):
        times = iter(range(1, 100))
        real = opening.shutil.copyfile

        def copied(source, target):
            if source.name == LEDGER and next(times) <= written:
                os.utime(source, ns=(0, next(times)))
            return real(source, target)

        monkeypatch.setattr(opening.shutil, "copyfile", copied)
        (tmp_path / "copy").mkdir()
        written = 3
        copy_ledger(tmp_path, tmp_path / "copy")
        written = 1000
        with pytest.raises(StudyDirectoryError, match="too fast"):
            copy_ledger(tmp_path, tmp_path / "copy")
