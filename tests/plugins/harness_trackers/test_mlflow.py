"""What MLflow's own client finds is what the tables say."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.plugins.harness_trackers.told import tell

pytest.importorskip("mlflow")


@pytest.fixture(scope="module")
def told(place, trained):
    out = shutil.copytree(trained, place / "mlflow")
    return tell(place, out, "mlflow"), out


def runs_of(out):
    from harness_trackers.mlflow import MlflowClient  # it says that a store of files is meant

    client = MlflowClient(tracking_uri=(out / "trackers" / "mlflow").as_uri())
    [experiment] = [one for one in client.search_experiments() if one.name == "tones"]
    found = client.search_runs([experiment.experiment_id], max_results=1000)
    return client, {run.data.tags["harness.id"]: run for run in found}, len(found)


def test_runs_are_nested_in_their_cells(told) -> None:
    study, out = told
    _, found, n = runs_of(out)
    assert n == len(found) == 6 + 3 + 1  # runs, cells, the study
    for run in study.runs:
        cell = found[run["cell_id"]]
        assert found[run["run_id"]].data.tags["mlflow.parentRunId"] == cell.info.run_id
        assert json.loads(cell.data.tags["tasks"]) == run["tasks"]
        assert found[run["run_id"]].info.status == "FINISHED"


def test_curves_and_scores_are_those_of_the_tables(told) -> None:
    study, out = told
    client, found, _ = runs_of(out)
    for run in study.runs:
        mine = found[run["run_id"]]
        for name, points in study.curves(run["run_id"]).items():
            history = client.get_metric_history(mine.info.run_id, name)
            assert sorted((point.step, point.value) for point in history) == points, name
        scores = study.scores(run["run_id"])
        assert {name: mine.data.metrics[name] for name in scores} == scores
        best = {row["task"]: row["best_epoch"] for row in study.rows("selections", run["run_id"])}
        assert {task: mine.data.metrics[f"best_epoch/{task}"] for task in best} == best


def test_parameters_are_those_of_the_run(told) -> None:
    study, out = told
    _, found, _ = runs_of(out)
    for run in study.runs:
        params = found[run["run_id"]].data.params
        assert float(params["lr"]) == run["params_lr"]
        assert (params["fold"], params["seed"]) == (str(run["fold"]), "0")


def test_gains_and_report_are_artifacts(told, tmp_path) -> None:
    study, out = told
    client, found, _ = runs_of(out)
    run = found["study"].info.run_id
    names = {artifact.path for artifact in client.list_artifacts(run)}
    assert names == {"gains.md", "gains.json", "config.json", "report.html"}
    gains = json.loads(Path(client.download_artifacts(run, "gains.json", str(tmp_path))).read_text())
    expected = study.study.gains.set_index("main").gain.to_dict()
    assert {row["main"]: row["gain"] for row in gains} == pytest.approx(expected, rel=1e-12)


def test_resuming_writes_no_run_twice(place, told) -> None:
    _, out = told
    before = {run.info.run_id for name, run in runs_of(out)[1].items() if name != "study"}
    tell(place, out, "mlflow")
    assert {run.info.run_id for name, run in runs_of(out)[1].items() if name != "study"} == before
    assert runs_of(out)[2] == 10
    with sqlite3.connect(out / "ledger.sqlite") as ledger:  # as if killed before it was remembered
        ledger.execute("DELETE FROM tracked")
    tell(place, out, "mlflow")
    assert runs_of(out)[2] == 10
