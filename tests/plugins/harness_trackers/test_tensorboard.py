"""What TensorBoard's own reader finds is what the tables say."""

import shutil
import sqlite3

import pytest

from tests.plugins.harness_trackers.told import tell

pytest.importorskip("tensorboard")


def read(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    found.Reload()
    return found


@pytest.fixture(scope="module")
def told(place, trained):
    out = shutil.copytree(trained, place / "tensorboard")
    return tell(place, out, "tensorboard"), out / "trackers" / "tensorboard"


def folder_of(board, run):
    [found] = board.glob(f"*_{run['cell_id'][:8]}/fold{run['fold']}_seed0_{run['run_id'][:8]}")
    return found


def test_nothing_is_trained_for_it(told) -> None:
    assert told[0].trainings == 0
    assert told[0].said == []


def test_curves_and_scores_are_those_of_the_tables(told) -> None:
    study, board = told
    assert len(study.runs) == 6
    for run in study.runs:
        events = read(folder_of(board, run))
        expected = study.curves(run["run_id"])
        expected |= {name: [(run["steps"], value)] for name, value in study.scores(run["run_id"]).items()}
        for row in study.rows("selections", run["run_id"]):
            expected[f"best_epoch/{row['task']}"] = [(run["steps"], row["best_epoch"])]
        assert set(events.Tags()["scalars"]) == set(expected)
        for name, points in expected.items():
            found = [(event.step, event.value) for event in events.Scalars(name)]
            assert found == [(step, pytest.approx(value, rel=1e-6)) for step, value in points], name


def test_hyperparameters_are_those_of_the_run(told) -> None:
    from tensorboard.plugins.hparams import plugin_data_pb2

    study, board = told
    run = study.runs[0]
    content = read(folder_of(board, run)).summary_metadata["_hparams_/session_start_info"].plugin_data.content
    found = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info.hparams
    assert found["lr"].number_value == run["params_lr"]
    assert found["fold"].number_value == run["fold"]


def test_the_gains_are_a_text(told) -> None:
    study, board = told
    events = read(board / "study")
    text = events.Tensors("gains/text_summary")[0].tensor_proto.string_val[0].decode()
    for gain in study.study.gains.to_dict(orient="records"):
        assert f"| {gain['main']} | {' + '.join(gain['partners'])} | log_mel | dnn | sum |" in text
        assert f"| {gain['gain']:.4g} |" in text


def test_a_run_is_written_anew_and_not_beside_the_old_one(place, told) -> None:
    _, board = told
    before = sorted(board.rglob("events*"))
    with sqlite3.connect(
        board.parent.parent / "ledger.sqlite"
    ) as ledger:  # as if killed before it was remembered
        ledger.execute("DELETE FROM tracked")
    tell(place, board.parent.parent, "tensorboard")
    after = sorted(board.rglob("events*"))
    assert [path.parent for path in after] == [path.parent for path in before]
