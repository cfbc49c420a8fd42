"""What lies in the offline runs of Weights & Biases is what the tables say."""

import shutil
import sqlite3

import pytest

from tests.plugins.harness_trackers.offline_runs import offline_run
from tests.plugins.harness_trackers.told import tell

pytest.importorskip("wandb")


@pytest.fixture(scope="module")
def told(place, trained):
    out = shutil.copytree(trained, place / "wandb")
    return tell(place, out, "{name: wandb, project: mine}"), out


def runs_of(out):
    folders = list((out / "trackers" / "wandb" / "wandb").glob("offline-run-*"))
    found = {run["id"]: run for run in map(offline_run, folders)}
    assert len(found) == len(folders)
    return found


def test_curves_scores_and_parameters_are_those_of_the_tables(told) -> None:
    study, out = told
    assert study.said == []
    found = runs_of(out)
    assert set(found) == {run["run_id"] for run in study.runs} | {"study"}
    for run in study.runs:
        mine = found[run["run_id"]]
        curves = {name: points for name, points in mine["history"].items() if not name.startswith("_")}
        assert curves == study.curves(run["run_id"])
        scores = study.scores(run["run_id"])
        assert {name: mine["summary"][name] for name in scores} == scores
        for row in study.rows("selections", run["run_id"]):
            assert mine["summary"][f"best_epoch/{row['task']}"] == row["best_epoch"]
        assert mine["config"]["lr"] == run["params_lr"]
        assert mine["name"] == f"fold{run['fold']}_seed0"
        assert mine["exit_code"] == 0


def test_runs_are_grouped_by_cell(told) -> None:
    study, out = told
    groups = {run_id: run["group"] for run_id, run in runs_of(out).items()}
    cells = {run["run_id"]: run["cell_id"] for run in study.runs}
    assert len({groups[run] for run in cells}) == 3
    assert len({(groups[run], cell) for run, cell in cells.items()}) == 3
    assert "tones/loud + tones/pitch | log_mel | dnn | sum" in groups.values()


def test_the_gains_and_the_report_are_there(told) -> None:
    study, out = told
    run = runs_of(out)["study"]
    for gain in study.study.gains.gain:
        assert f"| {gain:.4g} |" in run["summary"]["gains"]
    [report] = run["artifacts"]
    assert report.name == "report"
    assert [entry.path for entry in report.manifest.contents] == ["report.html"]


def test_resuming_writes_no_run_twice(place, told) -> None:
    _, out = told
    folder = out / "trackers" / "wandb" / "wandb"
    before = {path for path in folder.glob("offline-run-*") if not path.name.endswith("-study")}
    tell(place, out, "{name: wandb, project: mine}")
    assert {path for path in folder.glob("offline-run-*") if not path.name.endswith("-study")} == before
    with sqlite3.connect(out / "ledger.sqlite") as ledger:  # as if killed before it was remembered
        ledger.execute("DELETE FROM tracked")
    tell(place, out, "{name: wandb, project: mine}")
    assert len(runs_of(out)) == len(before) + 1
