"""What an exported network says of itself: the JSON that travels in its file."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from harness.data.fit import row_samples
from harness.export.source import Source

#: The name of the extra file in TorchScript, and of the entry of ``metadata_props`` in ONNX.
NAME = "harness.json"
FORMAT = 1


def describe(source: Source, study: dict[str, str | None], result: dict[str, Any]) -> dict[str, Any]:
    """Return what a script needs to use the file (rate, tasks with their classes in order), and where it is from.

    ``study`` has its name and identity, ``result`` is what the run's training gave. ``batch`` (the rows that the file
    takes; any where it is none) is known when the file is written.
    """
    parameters, kept = source.parameters, source.kept
    return {
        "format": FORMAT,
        "sample_rate": parameters.sample_rate,
        "clip_samples": row_samples(parameters),
        "fit": parameters.fit,
        "hop_samples": _hop(source),
        "tasks": {task: _task(source, task, result) for task in source.ways},
        "study": study,
        "cell_id": kept.cell_id,
        "run_id": kept.run_id,
        "fold": kept.unit["data"]["fold"],
        "feature": {"name": source.feature_name, "parameters": parameters.model_dump(mode="json")},
        "model": kept.unit["spec"]["model"],
        "trained_with": list(kept.tasks),
        "shuffled": list(kept.unit["data"]["shuffled"]),
        "versions": {"harness": version("mtl-harness"), "torch": version("torch"), **kept.unit["plugins"]},
    }


def _hop(source: Source) -> int | None:
    """Return how far apart windows start; none where a clip is one row."""
    parameters = source.parameters
    if parameters.fit != "windows":
        return None
    hop_s = parameters.clip_s / 2 if parameters.hop_s is None else parameters.hop_s
    return max(1, round(hop_s * parameters.sample_rate))


def _task(source: Source, name: str, result: dict[str, Any]) -> dict[str, Any]:
    task = source.task(name)
    scores = {
        row["metric"]: row["value"]
        for row in result["scores"]
        if row["task"] == name and row["split"] == "test" and row["label"] is None
    }
    return {
        "kind": task.kind,
        "classes": None if task.classes is None else list(task.classes),
        "statistics_of": source.dataset(source.ways[name].dataset),
        "epoch": source.kept.network.index()["tasks"][name]["chosen"]["epoch"],
        "test_scores": scores,
    }
