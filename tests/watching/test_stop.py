"""Asking a command to stop, in one process: who can be asked, and what a request does."""

import time

import pytest

from harness.errors import StudyDirectoryError
from harness.schedule.interruptions import interrupts
from harness.schedule.stopping import REQUEST, Command, ask_to_stop, listening
from harness.watching.stop import stop_study
from tests.watching import made


def test_the_command_that_writes_the_study_is_asked(tmp_path) -> None:
    with made.study(tmp_path):
        (told,) = stop_study(tmp_path, now=True, wait=False)
        assert "asked pid" in told
        assert "to stop at once" in told
        assert (tmp_path / REQUEST).exists()


def test_another_command_that_writes_it_cannot_be_asked(tmp_path) -> None:
    with made.study(tmp_path, command=False):
        with pytest.raises(StudyDirectoryError, match="no 'harness study run'"):
            list(stop_study(tmp_path, now=False, wait=False))
        assert not (tmp_path / REQUEST).exists()


def test_now_is_the_second_ctrl_c(tmp_path) -> None:
    command, said = Command.this(), []
    with (
        listening(tmp_path, command, lambda text, style: said.append(text)) as asked,
        interrupts(lambda text, style: None, lambda: asked.now),
    ):
        asked.interrupts = False
        ask_to_stop(tmp_path, command, now=True)
        with pytest.raises(KeyboardInterrupt):
            time.sleep(20.0)
    assert said == ["asked by 'harness study stop': stops now"]
