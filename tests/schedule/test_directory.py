import pytest

from harness.errors import StudyDirectoryError, StudyLockedError
from harness.schedule.directory import (
    checkpoint_directory,
    open_for_reading,
    open_study,
    owner,
    remove_stale,
    study_directory,
)
from harness.schedule.status import study_status


def test_a_study_is_open_for_one_writer(tmp_path) -> None:
    with open_study("one", tmp_path / "out"):
        assert owner(tmp_path / "out") is not None
        with pytest.raises(StudyLockedError, match="another command"), open_study("one", tmp_path / "out"):
            pass
    assert owner(tmp_path / "out") is None


def test_status_can_be_asked_while_the_study_is_written(tmp_path) -> None:
    with open_study("one", tmp_path / "out") as ledger:
        ledger.set_meta("n_trainings", "3")
        for key in "abc":
            ledger.add_training(key, {})
        ledger.start("a", "pid 1")
        ledger.finish("a", {"objective": 1.0, "busy_s": 1.0, "wall_time_s": 2.0})
        ledger.start("b", "pid 2")
        status = study_status(tmp_path / "out")
    counts = {name: status[name] for name in ("trainings", "done", "running", "pending", "failed")}
    assert counts == {"trainings": 3, "done": 1, "running": 1, "pending": 1, "failed": 0}
    assert status["running_now"][0]["worker"] == "pid 2"
    assert status["left_s"] is None, "one training says nothing of the others"
    assert status["writer"] is not None


def test_a_directory_without_a_study_is_named(tmp_path) -> None:
    with pytest.raises(StudyDirectoryError, match="no study here"):
        open_for_reading(tmp_path)


def test_a_file_in_the_way_is_named(tmp_path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StudyDirectoryError, match="cannot be used"), open_study("one", tmp_path / "out"):
        pass


def test_the_default_directory() -> None:
    assert str(study_directory("one", None)) == "runs/one"


def test_checkpoints_that_a_killed_command_left_are_removed_unless_they_are_needed(tmp_path) -> None:
    checkpoints = checkpoint_directory(tmp_path)
    with open_study("one", tmp_path / "out") as ledger:
        for key in ("done", "pruned", "waits"):
            ledger.add_training(key, {})
            (checkpoints / key / "0").mkdir(parents=True)
        (checkpoints / "unknown").mkdir()
        ledger.finish("done", {"objective": 1.0, "busy_s": 1.0, "wall_time_s": 2.0})
        ledger.rungs.set_pruned("pruned", 0.0)
        remove_stale(checkpoints, ledger)
        remove_stale(tmp_path / "nowhere", ledger)
    assert {path.name for path in checkpoints.iterdir()} == {"waits", "unknown"}


def test_status_counts_what_was_pruned(tmp_path) -> None:
    with open_study("one", tmp_path / "out") as ledger:
        ledger.set_meta("n_trainings", "3")
        for key in "abc":
            ledger.add_training(key, {})
            ledger.start(key, "pid 1")
        ledger.finish("a", {"objective": 1.0, "busy_s": 1.0, "wall_time_s": 2.0})
        rung = {"objective": 0.5, "objectives": [0.5], "busy_s": 1.0, "wall_time_s": 1.0, "stop_epoch": 1}
        ledger.finish("b", rung)
        ledger.rungs.set_pruned("b", 0.0)
        status = study_status(tmp_path / "out")
    assert (status["done"], status["pruned"], status["running"]) == (1, 1, 1)
