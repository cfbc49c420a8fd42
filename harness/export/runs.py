"""The kept networks of a study: the list of them, and one by the beginning of its identity."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from harness.errors import DataError, did_you_mean
from harness.revive.runs import KeptRun, kept_run, kept_runs
from harness.schedule.directory import open_for_reading


class Told(NamedTuple):
    """What a study's ledger says of a run: name and identity of the study, its resolved file, the run's result."""

    study: dict[str, str | None]
    config_json: str | None
    result: dict[str, Any]


def list_networks(directory: Path) -> list[dict[str, Any]]:
    """Return a row for every kept network of a study: its run, cell, fold and seed, each task's test score in its
    primary metric, and its size on the disk.

    Raises:
        StudyDirectoryError: there is no study in the directory.
    """
    ledger = open_for_reading(directory)
    try:
        runs = {row["run_id"]: row for row in ledger.query("SELECT run_id, fold, seed, key FROM runs")}
        results = {
            kept.run_id: (kept, ledger.result(runs[kept.run_id]["key"])) for kept in kept_runs(directory)
        }
    finally:
        ledger.close()
    return [_row(kept, runs[run_id], result or {}) for run_id, (kept, result) in results.items()]


def find_run(directory: Path, start: str) -> KeptRun:
    """Return the kept run whose identity is ``start``, or alone begins with it.

    Raises:
        StudyDirectoryError: there is no study in the directory.
        DataError: no run begins so, several do, or its network is not kept.
    """
    ledger = open_for_reading(directory)
    try:
        known = [row["run_id"] for row in ledger.query("SELECT run_id FROM runs ORDER BY rowid")]
    finally:
        ledger.close()
    found = [start] if start in known else [run_id for run_id in known if start and run_id.startswith(start)]
    if len(found) == 1:
        return kept_run(directory, found[0])
    if found:
        some = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")
        raise DataError(
            f"{directory}: {len(found)} runs begin with {start!r}: {some}; give more of the identity"
        )
    raise DataError(
        f"{directory}: no run {start!r}{did_you_mean(start, known)}; `harness model list {directory}` lists those with "
        "a kept network"
    )


def told_of(directory: Path, kept: KeptRun) -> Told:
    """Return what the study's ledger says of a run."""
    ledger = open_for_reading(directory)
    try:
        run = ledger.run(kept.run_id)
        result = ledger.result(run["key"]) if run is not None else None
        study = {"name": ledger.meta("study"), "study_id": _study_id(directory)}
        return Told(study, ledger.meta("config_json"), result or {"scores": [], "predictions": []})
    finally:
        ledger.close()


def _study_id(directory: Path) -> str | None:
    path = directory / "tables" / "study.parquet"
    if not path.is_file():
        return None
    import pyarrow.parquet as pq

    return str(pq.read_table(path, columns=["study_id"])["study_id"][0].as_py())


def _row(kept: KeptRun, run: Any, result: dict[str, Any]) -> dict[str, Any]:
    spec, bank = kept.unit["spec"], next(iter(kept.unit["data"]["banks"].values()))
    size = sum(path.stat().st_size for path in kept.network.directory.iterdir() if path.is_file())
    return {
        "run_id": kept.run_id,
        "tasks": list(kept.tasks),
        "feature": _feature(Path(bank)),
        "model": spec["model"]["name"],
        "combiner": spec["combiner"]["name"] if spec["combiner"] else None,
        "shuffled": list(kept.unit["data"]["shuffled"]),
        "capacity_of": list(spec["absent_heads"]),
        "fold": run["fold"],
        "seed": run["seed"],
        "metrics": [spec["metrics"][task][0] for task in kept.tasks],
        "test_scores": [_score(result, task, spec["metrics"][task][0]) for task in kept.tasks],
        "bytes": size,
    }


def _feature(bank: Path) -> str | None:
    """Return the feature's name; none where the feature bank is gone, without which nothing can be exported."""
    path = bank / "index.json"
    return str(json.loads(path.read_text(encoding="utf-8"))["feature"]) if path.is_file() else None


def _score(result: dict[str, Any], task: str, metric: str) -> float | None:
    for row in result.get("scores", []):
        if (row["task"], row["split"], row["metric"], row["label"]) == (task, "test", metric, None):
            return float(row["value"])
    return None
