import sqlite3

import pytest

from harness.errors import StudyDirectoryError
from harness.schedule.ledger import Ledger
from harness.tune.pruning import Report

RESULT = {"objective": 0.5, "busy_s": 1.0, "wall_time_s": 2.0, "scores": [{"value": float("nan")}]}


@pytest.fixture
def ledger(tmp_path):
    one = Ledger(tmp_path / "ledger.sqlite")
    yield one
    one.close()


def test_a_training_goes_from_pending_to_done_with_its_result(ledger) -> None:
    assert ledger.add_training("k", {"key": "k"}) == "pending"
    ledger.start("k", "pid 1")
    assert ledger.training("k")["status"] == "running"
    ledger.finish("k", RESULT)
    assert ledger.add_training("k", {"key": "k"}) == "done"
    assert ledger.training("k")["attempts"] == 1
    stored = ledger.result("k")
    assert stored["objective"] == 0.5
    assert stored["scores"][0]["value"] != stored["scores"][0]["value"]


def test_what_was_running_is_pending_after_an_interruption(ledger) -> None:
    ledger.add_training("k", {})
    ledger.start("k", "pid 1")
    assert ledger.reset_running() == 1
    assert ledger.training("k")["status"] == "pending"


def test_losses_are_counted_and_failures_kept(ledger) -> None:
    ledger.add_training("k", {})
    assert ledger.lose("k", "WorkerDied", "exit code -9") == 1
    assert ledger.lose("k", "WorkerDied", "exit code -9") == 2
    ledger.fail("k", "WorkerDied", "exit code -9", "trace")
    assert tuple(ledger.training("k")[name] for name in ("status", "error_type", "traceback")) == (
        "failed",
        "WorkerDied",
        "trace",
    )
    assert ledger.retry_failed() == 1
    assert ledger.training("k")["status"] == "pending"


def test_trials_come_back_in_the_order_they_were_asked(ledger) -> None:
    for key in "ab":
        ledger.add_training(key, {})
    ledger.add_trials("s", "cell", 0, [(1, 0, {"lr": 2}, "b"), (0, 0, {"lr": 1}, "a")])
    assert [row["key"] for row in ledger.trials("s")] == ["a", "b"]


def test_a_transaction_is_all_or_nothing(ledger) -> None:
    def half() -> None:
        with ledger.transaction():
            ledger.add_training("k", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert ledger.training("k") is None


def test_a_reader_sees_what_the_writer_wrote_and_cannot_write(ledger) -> None:
    ledger.add_training("k", {})
    reader = Ledger(ledger.path, read_only=True)
    assert reader.training("k")["status"] == "pending"
    with pytest.raises(sqlite3.OperationalError):
        reader.start("k", "pid 1")


def test_a_file_that_is_no_ledger_is_refused(tmp_path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("not a database, and long enough to have a header that is none " * 40)
    with pytest.raises(StudyDirectoryError, match="cannot be opened"):
        Ledger(path)


def test_a_training_that_stopped_at_a_rung_waits_to_go_on(ledger) -> None:
    ledger.add_training("k", {})
    ledger.start("k", "pid 1")
    ledger.finish("k", RESULT | {"objectives": [0.2, float("nan"), 0.5], "stop_epoch": 3})
    row = ledger.training("k")
    assert (row["status"], row["objective"], row["wall_time_s"], row["attempts"]) == ("pending", None, 2.0, 1)
    assert ledger.result("k") is None
    assert ledger.rungs.reached("k")[::2] == [0.2, 0.5]
    ledger.start("k", "pid 2")
    assert ledger.training("k")["attempts"] == 1
    ledger.lose("k", "WorkerDied", "exit code -9")
    ledger.start("k", "pid 3")
    assert ledger.training("k")["attempts"] == 2
    ledger.finish("k", RESULT | {"objectives": [0.2, 0.3, 0.5, 0.5], "stop_epoch": None})
    assert ledger.training("k")["status"] == "done"
    assert ledger.rungs.reached("k") == [0.2, 0.3, 0.5, 0.5]


def test_verdicts_keep_their_order(ledger) -> None:
    first, second = Report(2, 1, 0.5), Report(0, 1, 0.25)
    ledger.rungs.judge("s", [(first, False), (second, True)])
    ledger.rungs.judge("other", [(second, False)])
    assert ledger.rungs.verdicts("s") == [(first, False), (second, True)]
