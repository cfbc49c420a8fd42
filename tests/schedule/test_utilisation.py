import json
import sqlite3

import pytest

from harness.cli.main import main
from harness.schedule import ledger as ledger_module
from harness.schedule.directory import LEDGER
from harness.schedule.ledger import Ledger
from harness.schedule.status import study_status
from harness.schedule.utilisation import utilisation


class Hand:
    """A ledger written by hand, at times that the test says, s."""

    def __init__(self, path, monkeypatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(ledger_module, "_now", lambda: self.now)
        path.mkdir()
        self.ledger = Ledger(path / LEDGER)
        self.ledger.set_meta("study", "made")

    def command(self, at: float, slots: int) -> None:
        self.now = at
        self.ledger.begin_command(slots)

    def start(self, at: float, key: str) -> None:
        self.now = at
        self.ledger.add_training(key, {})
        self.ledger.start(key, "pid 1")

    def done(self, at: float, key: str, busy_s: float) -> None:
        self.now = at
        self.ledger.finish(key, {"objective": 1.0, "busy_s": busy_s, "wall_time_s": busy_s})


@pytest.fixture
def hand(tmp_path, monkeypatch):
    one = Hand(tmp_path / "out", monkeypatch)
    yield one
    one.ledger.close()


def test_two_workers_for_ten_seconds(hand) -> None:
    hand.command(100, slots=2)
    hand.start(103, "a")
    hand.start(103, "b")
    hand.done(108, "a", 4.0)
    hand.done(113, "b", 9.0)
    assert utilisation(hand.ledger) == pytest.approx((4 + 9) / (2 * 10))


def test_the_time_between_commands_does_not_count(hand) -> None:
    hand.command(100, slots=1)
    hand.start(100, "a")
    hand.done(110, "a", 9.0)
    hand.command(5000, slots=4)
    hand.start(5005, "b")
    hand.start(5005, "c")
    hand.done(5015, "b", 8.0)
    hand.now = 5016
    hand.ledger.fail("c", "ValueError", "bad", "")
    assert utilisation(hand.ledger) == pytest.approx((9 + 8) / (10 + 4 * 11))


def test_a_command_that_ended_nothing_is_left_out(hand) -> None:
    hand.command(100, slots=1)
    hand.start(100, "a")
    assert utilisation(hand.ledger) is None
    hand.command(200, slots=1)
    hand.start(200, "a")
    hand.done(210, "a", 5.0)
    assert utilisation(hand.ledger) == pytest.approx(0.5)


def test_it_is_never_more_than_everything(hand) -> None:
    hand.command(100, slots=1)
    hand.start(100, "a")
    hand.done(110, "a", 12.0)  # two seconds come from the checkpoint of a command that was killed
    assert utilisation(hand.ledger) == 1.0


def test_a_ledger_of_an_earlier_version_has_none(hand) -> None:
    hand.ledger.close()
    with sqlite3.connect(hand.ledger.path) as db:
        db.execute("DROP TABLE commands")
    hand.ledger = Ledger(hand.ledger.path, read_only=True)
    assert utilisation(hand.ledger) is None


def test_the_status_shows_it(hand, capsys) -> None:
    hand.command(100, slots=1)
    hand.start(100, "a")
    hand.done(110, "a", 8.77777)
    directory = hand.ledger.path.parent
    assert study_status(directory)["utilisation"] == 0.8778
    assert main(["study", "status", str(directory), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["utilisation"] == 0.8778
    assert main(["study", "status", str(directory)]) == 0
    assert "utilisation" in capsys.readouterr().out
