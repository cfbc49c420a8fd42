"""Stored epochs tested afterwards, by the command; and confusion matrices of every epoch."""

import json

import pandas as pd
import pytest

from harness.cli.main import main
from harness.errors import DataError, StudyLockedError
from harness.results import classification_report
from harness.results.writers import write_tables
from harness.revive.evaluate import evaluate_study
from harness.schedule.directory import open_study
from tests.probes.small import bench
from tests.revive.small import tables, write_study

CHANGES = ("training.keep=epochs", "training.reports=epochs", "tuning.trials=1")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("evaluate")


@pytest.fixture(scope="module")
def study(place):
    """The tables of a study that keeps and reports every epoch, as written."""
    with bench(write_study(place), place / "out", changes=CHANGES) as opened:
        opened.train()
        found = tables(opened)
    names = ("study", "scores", "selections", "confusions", "predictions", "curves", "runs")
    write_tables(place / "out", {name: found[name] for name in names})
    return {name: pd.read_parquet(place / "out" / "tables" / f"{name}.parquet") for name in names}


def command(*argv, capsys) -> dict:
    assert main(["study", "evaluate", *map(str, argv), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def read(place) -> pd.DataFrame:
    return pd.read_parquet(place / "out" / "tables" / "epoch_scores.parquet")


KEYS = ["run_id", "task", "split", "metric", "label"]


def test_the_chosen_epochs_scores_are_those_of_the_run(place, study, capsys) -> None:
    told = command(place / "out", capsys=capsys)
    found = read(place)
    assert told["rows"] == len(found)
    best = study["selections"].rename(columns={"best_epoch": "epoch"})[["run_id", "task", "epoch"]]
    mine = found.merge(best).drop(columns=["epoch"]).sort_values(KEYS)
    expected = study["scores"][study["scores"].split == "test"].sort_values(KEYS)
    pd.testing.assert_frame_equal(
        mine[[*KEYS, "value"]].reset_index(drop=True),
        expected[[*KEYS, "value"]].reset_index(drop=True),
        atol=1e-6,
    )
    assert set(found.epoch) == {1, 2, 3}


def test_validation_scores_of_every_epoch_are_those_of_the_curves(place, study, capsys) -> None:
    command(place / "out", "--part", "validation", capsys=capsys)
    found = read(place)
    assert set(found.split) == {"test", "validation"}  # the rows of the other part stay
    curves = study["curves"].query("split == 'validation' and metric != 'loss' and epoch % 1 == 0")
    curves = curves.astype({"epoch": "Int64"})
    merged = found.query("split == 'validation'").merge(curves, on=["run_id", "task", "epoch", "metric"])
    assert len(merged) == 3 * len(study["selections"])
    assert merged.value_x.to_numpy() == pytest.approx(merged.value_y.to_numpy(), abs=1e-6)


def test_evaluating_again_replaces(place, study, capsys) -> None:
    command(place / "out", capsys=capsys)
    before = read(place).sort_values([*KEYS, "epoch"]).reset_index(drop=True)
    command(place / "out", "--epochs", "1,3", capsys=capsys)
    after = read(place).sort_values([*KEYS, "epoch"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(before, after)


def test_confusions_of_every_epoch_give_the_macro_f1_of_the_curves(study) -> None:
    cells, keys = study["confusions"].query("split == 'validation'"), ["run_id", "task", "epoch"]
    report = classification_report(cells)
    by_class = report[~report.label.isin(["macro avg", "weighted avg"])].groupby(keys).f1.sum()
    curves = study["curves"].query("split == 'validation' and metric == 'macro_f1' and epoch % 1 == 0")
    assert len(curves) == len(by_class) == 3 * len(study["selections"])
    n_classes = {"a/pitch": 3, "a/loud": 2, "b/wave": 3}  # the metric's mean is over all of them
    for row in curves.to_dict(orient="records"):
        found = by_class[row["run_id"], row["task"], int(row["epoch"])] / n_classes[row["task"]]
        assert found == pytest.approx(row["value"], abs=1e-12)


def test_confusions_of_the_test_part_count_its_predictions(study) -> None:
    cells = study["confusions"].query("split == 'test'")
    assert cells.epoch.isna().all()
    assert cells.n.sum() == len(study["predictions"])
    expected = study["predictions"].groupby(["run_id", "task", "target", "prediction"]).size().sort_index()
    found = cells.set_index(["run_id", "task", "target", "prediction"]).n.sort_index()
    assert found.to_dict() == expected.to_dict()


def test_mistakes_are_said(place, study, tmp_path, capsys) -> None:
    out = place / "out"
    with pytest.raises(DataError, match=r"unknown part 'tests' \(did you mean 'test'"):
        evaluate_study(out, part="tests")
    with pytest.raises(DataError, match=r"none of the epochs \[9\] is kept; kept are: 1, 2, 3"):
        evaluate_study(out, epochs=[9])
    with open_study("kept", out), pytest.raises(StudyLockedError):
        evaluate_study(out)
    assert main(["study", "evaluate", str(out), "--epochs", "0,x"]) == 2
    assert "expected all, or epochs from 1" in capsys.readouterr().err
    assert main(["study", "evaluate", str(tmp_path)]) == 6


def test_nothing_kept_is_said(place, study) -> None:
    with bench(place / "study.yaml", place / "bare", changes=("tuning.trials=1",)) as opened:
        opened.train()
    with pytest.raises(DataError, match="no networks are kept; run the study with training"):
        evaluate_study(place / "bare")
