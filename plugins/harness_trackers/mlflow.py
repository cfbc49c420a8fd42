"""MLflow: a file store in the study's directory, with a run for every cell and its runs nested in it."""

from __future__ import annotations

import os
import re
import time
from typing import Any

# no usage statistics are sent; and MLflow 3 wants to be told that a store of files is meant
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

from harness.api import Tracker
from harness_trackers.parameters import MLflowParameters
from harness_trackers.words import (
    best_epochs,
    cell_name,
    curve_points,
    gains_table,
    plain,
    run_name,
    score_values,
    settings,
)

#: Most metrics of one call, and the longest value of a parameter, that MLflow takes.
MOST_METRICS, LONGEST_PARAM = 1000, 6000
#: The tag by which a run is found again: it is never written twice.
IDENTITY = "harness.id"


class MLflow(Tracker):
    """Writes ``DIR`` as a file store. Look at it with ``mlflow ui --backend-store-uri DIR`` (and
    ``MLFLOW_ALLOW_FILE_STORE=true``).

    A run that is found there is removed and written anew. Characters of names that MLflow does not take become ``_``.
    """

    parameters: MLflowParameters

    def event(self, name: str, payload: dict[str, Any]) -> None:
        """Receive one event."""
        if name == "study_started":
            self._begin(payload)
        elif name == "run_done":
            self._run(payload)
        elif name == "run_failed":
            run = self._anew(payload)
            self.client.set_tag(run, "error", f"{payload['error_type']}: {payload['error']}"[:LONGEST_PARAM])
            self.client.set_terminated(run, "FAILED")
        elif name == "study_finished":
            self._finish(payload)

    def _begin(self, study: dict[str, Any]) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.client = MlflowClient(tracking_uri=self.directory.resolve().as_uri())
        name = self.parameters.experiment or study["study"]
        known = self.client.get_experiment_by_name(name)
        self.experiment = known.experiment_id if known else self.client.create_experiment(name)

    def _run(self, payload: dict[str, Any]) -> None:
        run = self._anew(payload)
        now = int(time.time() * 1000)
        metrics = [
            Metric(_key(name), value, now, step)
            for name, points in curve_points(payload).items()
            for step, value in points
        ]
        last = {**score_values(payload, per_class=self.parameters.per_class), **best_epochs(payload)}
        metrics += [Metric(_key(name), value, now, payload["steps"]) for name, value in last.items()]
        for start in range(0, len(metrics), MOST_METRICS):
            self.client.log_batch(run, metrics=metrics[start : start + MOST_METRICS])
        params = [
            Param(_key(name), plain(value)[:LONGEST_PARAM]) for name, value in settings(payload).items()
        ]
        self.client.log_batch(run, params=params)
        self.client.set_terminated(run)

    def _finish(self, study: dict[str, Any]) -> None:
        run = self._new("study", study["study"], {})
        self.client.log_text(run, gains_table(study["gains"]), "gains.md")
        self.client.log_dict(run, study["gains"], "gains.json")
        self.client.log_dict(run, study["config"], "config.json")
        if study["report"]:
            self.client.log_artifact(run, study["report"])
        self.client.set_terminated(run)

    def _anew(self, payload: dict[str, Any]) -> str:
        """Return a fresh run within that of its cell."""
        tags = {"mlflow.parentRunId": self._cell(payload["cell"]), "config_hash": payload["config_hash"]}
        return self._new(payload["run_id"], run_name(payload), tags)

    def _cell(self, cell: dict[str, Any]) -> str:
        found = self._find(cell["cell_id"])
        if found:
            return found[0]
        run = self._new(cell["cell_id"], cell_name(cell), {})
        tags = [RunTag(_key(name), plain(value)) for name, value in cell.items()]
        self.client.log_batch(run, tags=tags)
        self.client.set_terminated(run)
        return run

    def _new(self, identity: str, name: str, tags: dict[str, str]) -> str:
        for older in self._find(identity):
            self.client.delete_run(older)
        made = self.client.create_run(self.experiment, run_name=name, tags={IDENTITY: identity, **tags})
        return str(made.info.run_id)

    def _find(self, identity: str) -> list[str]:
        found = self.client.search_runs([self.experiment], f"tags.`{IDENTITY}` = '{identity}'")
        return [run.info.run_id for run in found]


def _key(name: str) -> str:
    return re.sub(r"[^\w.\-/ ]", "_", name)
