"""Two half-run studies are one whole one; what differs is refused or told; inputs are only read."""

import copy
import json
import shutil

import pytest
from filelock import FileLock

from harness.errors import StudyDirectoryError, StudyLockedError
from harness.ledgers.merge import merge_studies
from harness.schedule.directory import LOCK, open_study
from harness.schedule.ledger import Ledger
from tests.ledgers.made import CONFIG, files, rows, run
from tests.schedule.fakes import objective

RUNS = "SELECT run_id, cell_id, fold, seed, params, key FROM runs ORDER BY run_id"
TRIALS = "SELECT * FROM trials ORDER BY search_id, number"
STATES = "SELECT key, status, objective FROM trainings ORDER BY key"


@pytest.fixture
def whole(tmp_path):
    run(tmp_path / "whole")
    return tmp_path / "whole"


def changed(**sections):
    """Return the configuration with other values in some sections."""
    config = copy.deepcopy(CONFIG)
    for name, values in sections.items():
        config[name] = {**config[name], **values} if isinstance(values, dict) else values
    return config


def test_two_cells_run_in_two_places_are_the_whole_study(tmp_path, whole):
    run(tmp_path / "a", "a")
    run(tmp_path / "b", "b")
    merged = merge_studies([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert merged.trainings == {"done": 10}
    assert (merged.taken, merged.in_several, merged.different_results) == ([5, 5], 0, 0)
    for sql in (RUNS, TRIALS, STATES):
        assert rows(tmp_path / "out", sql) == rows(whole, sql)
    assert run(tmp_path / "out").done == []


@pytest.mark.parametrize(("first", "second"), [(3, 7), (7, 3), (1, 4), (10, 2)])
def test_half_run_ledgers_go_on_to_the_same_study(tmp_path, whole, first, second):
    done = run(tmp_path / "a", "ab", stop_after=first).done
    done += run(tmp_path / "b", "ba", stop_after=second).done
    merge_studies([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    later = run(tmp_path / "out").done
    keys = {unit["key"] for unit in done}
    assert not keys & {unit["key"] for unit in later}
    assert len(keys) + len(later) == 10
    for sql in (RUNS, TRIALS, STATES):
        assert rows(tmp_path / "out", sql) == rows(whole, sql)


def test_inputs_are_not_touched(tmp_path, whole):
    run(tmp_path / "b", "b")
    before = files(whole), files(tmp_path / "b")
    merge_studies([whole, tmp_path / "b"], tmp_path / "out")
    assert (files(whole), files(tmp_path / "b")) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_sqlite_has_not_written_back_is_read(tmp_path):
    """A killed command leaves its last trainings in ``ledger.sqlite-wal``."""
    with open_study("made", tmp_path / "live") as ledger:
        ledger.set_meta("config_json", json.dumps(CONFIG))
        ledger.add_training("0" * 24, {"key": "0" * 24})
        shutil.copytree(tmp_path / "live", tmp_path / "killed")
    assert (tmp_path / "killed" / "ledger.sqlite-wal").stat().st_size > 0
    run(tmp_path / "b", "b")
    merge_studies([tmp_path / "b", tmp_path / "killed"], tmp_path / "out")
    assert ("0" * 24, "pending", None) in rows(tmp_path / "out", STATES)


def test_done_wins_over_failed_and_pending(tmp_path, whole):
    run(tmp_path / "failed", answer=lambda unit: ValueError("no"))
    run(tmp_path / "begun", stop_after=1)
    merged = merge_studies([tmp_path / "failed", tmp_path / "begun", whole], tmp_path / "out")
    known = rows(whole, STATES)
    assert set(known) <= set(rows(tmp_path / "out", STATES))
    assert merged.different_results == 0
    assert run(tmp_path / "out").done == []
    assert rows(tmp_path / "out", RUNS) == rows(whole, RUNS)


def test_running_ones_are_pending_in_the_merged_ledger(tmp_path, whole):
    run(tmp_path / "b", "c", stop_after=0)
    with open_study("made", tmp_path / "b") as ledger:
        ledger.add_training("1" * 24, {"key": "1" * 24})
        ledger.start("1" * 24, "somebody")
    merge_studies([whole, tmp_path / "b"], tmp_path / "out")
    sql = f"SELECT status, worker FROM trainings WHERE key = '{'1' * 24}'"
    assert rows(tmp_path / "out", sql) == [("pending", None)]


def test_different_results_are_told_and_the_first_is_kept(tmp_path, whole):
    run(tmp_path / "other", "a", answer=lambda unit: objective(unit) - 0.001)
    merged = merge_studies([whole, tmp_path / "other"], tmp_path / "out")
    assert merged.in_several == merged.different_results == 5
    assert set(rows(whole, STATES)) <= set(rows(tmp_path / "out", STATES))
    noted = rows(tmp_path / "out", "SELECT unit, kind, error FROM problems")
    assert len(noted) == 5
    assert {kind for _, kind, _ in noted} == {"merge"}
    assert all("whole (kept)" in text for _, _, text in noted)
    assert run(tmp_path / "out").done == []


def test_other_numbers_keep_the_first_s_choice(tmp_path, whole):
    run(tmp_path / "other", "ab", answer=lambda unit: -objective(unit))
    merged = merge_studies([whole, tmp_path / "other"], tmp_path / "out")
    assert merged.different_results == 8
    assert rows(tmp_path / "out", RUNS) == rows(whole, RUNS)
    assert run(tmp_path / "out").done == []


def test_a_search_that_went_another_way_is_the_first_s(tmp_path, whole):
    run(tmp_path / "other", "ab")
    with open_study("made", tmp_path / "other") as ledger:
        ledger.query("UPDATE trials SET params = '{\"lr\": 0.5}' WHERE number = 2 AND cell_id = 'a'")
    merged = merge_studies([whole, tmp_path / "other"], tmp_path / "out")
    assert merged.different_trials == 1
    assert rows(tmp_path / "out", TRIALS) == rows(whole, TRIALS)
    assert rows(tmp_path / "out", RUNS) == rows(whole, RUNS)
    assert rows(tmp_path / "out", "SELECT kind, error_type FROM problems") == [("merge", "DifferentTrials")]
    assert run(tmp_path / "out").done == []


def test_final_runs_are_those_of_the_ledger_with_all_trials(tmp_path):
    run(tmp_path / "few", "a", trials=2, config=changed(tuning={"trials": 2}))
    run(tmp_path / "many", "a")
    merge_studies([tmp_path / "few", tmp_path / "many"], tmp_path / "out")
    assert rows(tmp_path / "out", RUNS) == rows(tmp_path / "many", RUNS)
    config = json.loads(rows(tmp_path / "out", "SELECT value FROM meta WHERE name='config_json'")[0][0])
    assert config["tuning"]["trials"] == 4
    assert run(tmp_path / "out", "a").done == []


def test_parts_of_a_plan_are_put_together(tmp_path, whole):
    other = changed(tasks=["d/b", "d/c"], features=[{"as": "mfcc", "n": 13}], evaluation={"seeds": 3})
    run(tmp_path / "b", "c", config=other)
    merge_studies([whole, tmp_path / "b"], tmp_path / "out")
    plan = json.loads(rows(tmp_path / "out", "SELECT value FROM meta WHERE name='config_json'")[0][0])
    assert plan["tasks"] == ["d/a", "d/b", "d/c"]
    assert [feature["as"] for feature in plan["features"]] == ["mel", "mfcc"]
    assert plan["evaluation"]["seeds"] == 3


def test_where_it_ran_is_the_first_s_and_told(tmp_path, whole):
    run(tmp_path / "b", "b", config=changed(compute={"workers": 9}, analysis={"rope": 0.5}))
    merged = merge_studies([whole, tmp_path / "b"], tmp_path / "out")
    assert any("compute.workers" in note and "analysis.rope" in note for note in merged.notes)


@pytest.mark.parametrize(
    ("section", "value", "key"),
    [
        ("seed", 1, "seed"),
        ("training", {"epochs": 4}, "training.epochs"),
        ("features", [{"as": "mel", "n_mels": 64}], "features.mel.n_mels"),
        ("evaluation", {"folds": 5}, "evaluation.folds"),
    ],
)
def test_another_study_is_refused_with_what_differs(tmp_path, whole, section, value, key):
    run(tmp_path / "b", "b", config=changed(**{section: value}))
    with pytest.raises(StudyDirectoryError, match=rf"(?s)b: another study than the first.*{key}"):
        merge_studies([whole, tmp_path / "b"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_other_data_are_refused(tmp_path, whole):
    run(tmp_path / "b", "b")
    with open_study("made", tmp_path / "b") as ledger:
        for row in ledger.query("SELECT unit FROM trainings"):
            unit = json.loads(row["unit"])
            unit["data"]["fingerprints"] = {"d/b": "another"}
            ledger.renew(unit)
    with pytest.raises(StudyDirectoryError, match="the data of d/b"):
        merge_studies([whole, tmp_path / "b"], tmp_path / "out")


def test_a_study_that_is_being_written_is_refused(tmp_path, whole):
    run(tmp_path / "b", "b")
    with FileLock(tmp_path / "b" / LOCK), pytest.raises(StudyLockedError, match="is writing this study"):
        merge_studies([whole, tmp_path / "b"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("key", ["../../x", "a" * 23, "A" * 24])
def test_names_that_are_no_content_keys_are_refused(tmp_path, whole, key):
    run(tmp_path / "b", "b")
    with open_study("made", tmp_path / "b") as ledger:
        ledger.add_training(key, {"key": key})
    with pytest.raises(StudyDirectoryError, match="content key is 24"):
        merge_studies([whole, tmp_path / "b"], tmp_path / "out")


def test_folders_that_are_not_the_data_s_are_refused(tmp_path, whole):
    run(tmp_path / "b", "b")
    with open_study("made", tmp_path / "b") as ledger:
        unit = json.loads(ledger.query("SELECT unit FROM trainings")[0]["unit"])
        unit["data"]["banks"]["d"] = "/etc"
        ledger.renew(unit)
    with pytest.raises(StudyDirectoryError, match="names /etc, which is not its own"):
        merge_studies([whole, tmp_path / "b"], tmp_path / "out")


def test_directories_that_cannot_be_merged(tmp_path, whole):
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    run(tmp_path / "b", "b")
    for directories, out, said in (
        ([whole, tmp_path / "empty"], "out", "no study here"),
        ([whole], "out", "two or more"),
        ([whole, whole], "out", "two or more different"),
        ([whole, tmp_path / "b"], "full", "is there already"),
        ([whole, tmp_path / "b"], "whole/out", "must lie outside"),
    ):
        with pytest.raises(StudyDirectoryError, match=said):
            merge_studies(directories, tmp_path / out)


def test_a_damaged_ledger_is_said(tmp_path, whole):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "ledger.sqlite").write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    with pytest.raises(StudyDirectoryError, match="cannot be read as a ledger"):
        merge_studies([whole, tmp_path / "b"], tmp_path / "out")


def test_networks_and_checkpoints_go_with_their_trainings(tmp_path, whole):
    run(tmp_path / "b", "b", stop_after=3)
    done = rows(whole, "SELECT key FROM trainings WHERE status='done'")[0][0]
    pending = rows(tmp_path / "b", "SELECT key FROM trainings WHERE status='pending'")
    run(tmp_path / "c", "c", stop_after=1)
    begun = rows(tmp_path / "c", "SELECT key FROM trainings WHERE status='pending'")[0][0]
    network, checkpoint = whole / "networks" / done, tmp_path / "c" / "checkpoints" / begun / "4"
    network.mkdir(parents=True)
    checkpoint.mkdir(parents=True)
    (network / "step_00000010.safetensors").write_bytes(b"weights")
    (network / "network.json").write_text("{}")
    (network / "step_00000020.safetensors.abc.writing").write_bytes(b"half")
    (network / "code.pkl").write_bytes(b"no")
    (network / "step_00000030.safetensors").symlink_to("/etc/hostname")
    (checkpoint / "state.json").write_text("{}")
    (checkpoint.parent / "writing-12").mkdir()
    (whole / "networks" / "not_a_key").mkdir()
    merged = merge_studies([whole, tmp_path / "b", tmp_path / "c"], tmp_path / "out")
    assert (merged.networks, merged.checkpoints) == (1, 1)
    kept = {path.name for path in (tmp_path / "out" / "networks" / done).iterdir()}
    assert kept == {"step_00000010.safetensors", "network.json"}
    assert [path.name for path in (tmp_path / "out" / "checkpoints" / begun).iterdir()] == ["4"]
    assert len(list((tmp_path / "out" / "networks").iterdir())) == 1
    assert pending is not None


def test_a_network_that_the_first_lacks_is_taken_where_the_result_is_the_same(tmp_path, whole):
    shutil.copytree(whole, tmp_path / "copy")
    key = rows(whole, "SELECT key FROM trainings")[0][0]
    network = tmp_path / "copy" / "networks" / key
    network.mkdir(parents=True)
    (network / "network.json").write_text("{}")
    assert merge_studies([whole, tmp_path / "copy"], tmp_path / "out").networks == 1
    with open_study("made", tmp_path / "copy") as ledger:
        ledger.finish(key, {"objective": -9.0, "busy_s": 0.0, "wall_time_s": 0.0})
    assert merge_studies([whole, tmp_path / "copy"], tmp_path / "again").networks == 0


def test_rungs_and_verdicts_of_the_one_that_went_further(tmp_path):
    for name, epochs in (("a", [0.1]), ("b", [0.1, 0.2, 0.3])):
        run(tmp_path / name, "a", stop_after=0)
        with open_study("made", tmp_path / name) as ledger:
            key = "2" * 24
            ledger.add_training(key, {"key": key})
            ledger.rungs.reach(key, epochs)
    merge_studies([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    ledger = Ledger(tmp_path / "out" / "ledger.sqlite", read_only=True)
    assert ledger.rungs.reached("2" * 24) == [0.1, 0.2, 0.3]
    ledger.close()
