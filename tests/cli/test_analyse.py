"""``harness analyse``: what it shows, writes and refuses."""

import json

import pandas as pd
import pytest

import harness
from harness.results.schemas import TABLES
from tests.analysis.outside.test_files import gains_frame, tasks_frame, written


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    gains = written(folder / "gains.csv", gains_frame(), "# from somewhere\n")
    return gains, written(folder / "tasks.csv", tasks_frame())


def test_tables_are_a_studys(command, files, tmp_path):
    gains, tasks = files
    options = ("--gain", "won", "--features", tasks, "--columns", "grad_*", "--draws", "4")
    ended = command("analyse", gains, *options, "--out", tmp_path / "out")
    assert ended.code == 0, ended.err
    positive = int((gains_frame()["won"] > 0).sum())
    assert f"{positive} of 20 gains are positive (5 tasks)" in ended.out
    assert f"F1 {2 * positive / (positive + 20):.3f}" in ended.out
    assert "random features: above the 95th percentile" in ended.out
    study = harness.load_study(tmp_path / "out")
    assert study.complete
    assert study.gains["gain"].tolist() == pytest.approx(gains_frame()["won"].tolist())
    for name in ("gains", "pair_features", "task_stats", "regressions", "predictability"):
        read = pd.read_parquet(tmp_path / "out" / "tables" / f"{name}.parquet")
        assert list(read.columns) == [column.name for column in TABLES[name].columns]
        assert len(read)
        assert set(read["study_id"]) == {study.study_id}
    again = command("analyze", gains, *options, "--out", tmp_path / "out", "--json")
    shown = json.loads(again.out)
    assert shown["gains"]["positive"] == positive
    assert len(shown["predictability"]) == len(study.predictability)
    assert len(shown["regressions"]) == len(study.regressions)
    own = command("analyse", tmp_path / "out", "--draws", "2", "--json")
    assert json.loads(own.out)["gains"]["pairs"] == 20


def test_without_features_gains_are_counted(command, files):
    ended = command("analyse", files[0], "--gain", "won")
    assert ended.code == 0
    assert "Predictability was not judged" in ended.out


def test_mistakes_have_their_exit_codes(command, files, tmp_path):
    gains, _ = files
    wrong = command("analyse", gains, "--gain", "wonn")
    assert (wrong.code, "did you mean 'won'" in wrong.err, wrong.out) == (2, True, "")
    assert command("analyse", tmp_path / "none.csv", "--gain", "won").code == 3
    assert command("analyse", gains, "--gain", "won", "--features", tmp_path / "none.csv").code == 3
    assert command("analyse", gains, "--gain", "won", "--protocol", "other").code == 2


def test_a_studys_tables_are_not_written_over(command, files, tmp_path):
    (tmp_path / "tables").mkdir()
    pd.DataFrame({"config_json": ['{"study": "x"}']}).to_parquet(tmp_path / "tables" / "study.parquet")
    ended = command("analyse", files[0], "--gain", "won", "--out", tmp_path)
    assert ended.code == 6
    assert "has the tables of a study" in ended.err
