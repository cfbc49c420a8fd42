"""The rows of the synthetic study's measured tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from tests.results.synthetic import SyntheticTask

RATES = {"notes": 48000.0, "speech": 22050.0, "percussion": 48000.0, "scenes": 44100.0, "coughs": 16000.0}
POINTS = 50
STEPS = 600


def study(cells: pd.DataFrame, started: pd.Timestamp) -> pd.DataFrame:
    """The one row of ``study``."""
    done = int((cells["status"] == "done").sum())
    config = {
        "study": "synthetic",
        "seed": 0,
        "tasks": sorted({task for tasks in cells["tasks"] for task in tasks}),
        "features": [{"name": "log_mel", "as": "log_mel"}],
        "models": [{"name": name, "as": name} for name in cells["model"].unique()],
        "combiners": [{"name": name, "as": name} for name in cells["combiner"].dropna().unique()],
        "tuning": {"trials": 4},
        "analysis": {"rope": 0.01, "confidence": 0.95, "predictors": ["bingel", "audio"]},
    }
    complete = done == len(cells)
    return pd.DataFrame(
        [
            {
                "name": "synthetic", "n_cells": len(cells), "n_cells_done": done, "complete": complete,
                "harness_version": "0.1.0", "versions": '{"python":"3.11.7","torch":"2.9.0"}', "git_commit": None,
                "git_dirty": None, "host": "laboratory", "device": "cpu", "started_at_utc": started,
                "finished_at_utc": started + pd.Timedelta(hours=1) if complete else None,
                "config_json": json.dumps(config),
            }
        ]
    )  # fmt: skip


def tasks(found: Sequence[SyntheticTask], clips: pd.DataFrame, folds: int) -> pd.DataFrame:
    """The table ``tasks``."""
    groups = clips.groupby("dataset")["group"].nunique()
    return pd.DataFrame(
        {
            "task": task.name, "dataset": task.dataset, "kind": task.kind, "metric": task.metric,
            "metric_direction": task.direction, "n_classes": task.n_classes, "classes": task.classes,
            "n_clips": task.n_clips, "n_groups": groups[task.dataset],
            "splits": "official" if task.fixed else "generated", "n_folds": 1 if task.fixed else folds,
            "group_disjoint": True, "licence": "CC0-1.0", "citation": "Synthetic (2026)",
            "data_hash": f"hash-{task.dataset}",
        }
        for task in found
    )  # fmt: skip


def clips(found: Sequence[SyntheticTask], generator: np.random.Generator) -> pd.DataFrame:
    """The table ``clips``: clips of a data set differ in duration, bandwidth and noise."""
    frames = []
    for dataset, n in {task.dataset: task.n_clips for task in found}.items():
        rate = RATES[dataset]
        frames.append(
            pd.DataFrame(
                {
                    "dataset": dataset,
                    "clip": [f"{dataset[0]}{i:03d}" for i in range(n)],
                    "content_hash": [f"{dataset}-{i:016x}" for i in range(n)],
                    "group": [f"g{i % 12}" for i in range(n)],
                    "duration_s": generator.gamma(4.0, 0.3, n) + 0.2,
                    "sample_rate_hz": rate,
                    "bandwidth_hz": generator.uniform(0.2, 0.48, n) * rate,
                    "snr_db": generator.normal(25, 5, n),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def labels(
    found: Sequence[SyntheticTask], clips: pd.DataFrame, generator: np.random.Generator
) -> pd.DataFrame:
    """The table ``labels``: class frequencies fall off, so that tasks differ in entropy and imbalance."""
    frames = []
    for i, task in enumerate(found):
        ids = clips.loc[clips["dataset"] == task.dataset, "clip"].to_numpy()
        frame = pd.DataFrame({"task": task.name, "clip": ids, "label": None, "value": np.nan})
        if task.classes is None:
            frame["value"] = generator.normal(5, 2, len(ids))
        else:
            weights = np.arange(1, len(task.classes) + 1, dtype=float) ** (-0.2 * i)
            frame["label"] = generator.choice(task.classes, len(ids), p=weights / weights.sum())
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def trials(cells: pd.DataFrame, folds: int, generator: np.random.Generator) -> pd.DataFrame:
    """The table ``trials``: four a cell and fold."""
    grid = pd.DataFrame([(f, k) for f in range(folds) for k in range(4)], columns=["fold", "number"])
    found = cells.loc[cells["status"] != "pending", ["cell_id"]].merge(grid, how="cross")
    n = len(found)
    return found.assign(
        batch=0, value=generator.normal(0.7, 0.05, n), status="done", wall_time_s=generator.gamma(9, 1.2, n),
        error_type=None, params_lr=10 ** generator.uniform(-4, -2, n), params_dropout=generator.uniform(0, 0.5, n),
        params_batch_size=32,
    )  # fmt: skip


Part = tuple[dict[str, str], dict[str, Sequence[object] | np.ndarray]]


def stacked(parts: list[Part]) -> pd.DataFrame:
    """Return one frame of many small ones, each given as its keys and its columns."""
    names = list(parts[0][1])
    lengths = [len(columns[names[0]]) for _, columns in parts]
    keys = {key: np.repeat([part[0][key] for part in parts], lengths) for key in parts[0][0]}
    columns = {name: [value for _, found in parts for value in found[name]] for name in names}
    return pd.DataFrame(keys | columns)


def measured(
    found: Sequence[SyntheticTask],
    cells: pd.DataFrame,
    runs: pd.DataFrame,
    gain: np.ndarray,
    folds: int,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """``selections``, ``scores`` and ``curves`` of the runs that are done."""
    position = {task.name: i for i, task in enumerate(found)}
    generator = np.random.default_rng([seed, 4])
    fold_effect = generator.normal(0, 0.02, (len(found), folds))
    members = cells.set_index("cell_id").to_dict("index")
    tables: dict[str, list[Part]] = {"selections": [], "scores": [], "curves": []}
    for run in runs[runs["status"] == "done"].itertuples():
        cell = members[run.cell_id]
        for name in cell["tasks"]:
            i = position[name]
            task = found[i]
            partners = [position[other] for other in cell["tasks"] if other != name]
            effect = gain[i, partners].mean() if partners and not cell["placebo"] else 0.0
            effect *= 1.2 if cell["model"] == "cnn" else 0.8
            level = (
                task.score
                + fold_effect[i, 0 if task.fixed else run.fold]
                + effect
                + generator.normal(0, 0.01)
            )
            keys = {"cell_id": run.cell_id, "run_id": run.run_id, "task": name}
            tables["selections"].append((keys, _selection(task, folds)))
            tables["scores"].append((keys, _scores(task, float(level), generator)))
            tables["curves"].append((keys, _curves(task, i, float(level), generator)))
    return {name: stacked(parts) for name, parts in tables.items()}


def _selection(task: SyntheticTask, folds: int) -> dict[str, Sequence[object]]:
    n_test = task.n_clips // (folds if folds > 1 else 5)
    n_validation = (task.n_clips - n_test) // 5
    sizes = {"n_train": task.n_clips - n_test - n_validation, "n_validation": n_validation, "n_test": n_test}
    row = {"best_epoch": 15, "best_step": 450, "budget_steps": STEPS, "stop_step": STEPS, **sizes}
    return {name: [value] for name, value in row.items()}


def _oriented(task: SyntheticTask, level: float) -> float:
    return float(np.clip(level, 0, 1)) if task.direction == "max" else 1.6 - level


def _scores(task: SyntheticTask, level: float, generator: np.random.Generator) -> dict[str, Sequence[object]]:
    rows: list[tuple[str, str, str | None, float]] = [
        (split, task.metric, None, _oriented(task, level + shift))
        for split, shift in (("train", 0.1), ("validation", 0.01), ("test", 0.0))
    ]
    if task.classes is not None:
        rows.append(("test", "accuracy", None, min(1.0, level + 0.02)))
        noise = np.clip(generator.normal(level, 0.05, len(task.classes)), 0, 1)
        rows += [("test", task.metric, label, float(v)) for label, v in zip(task.classes, noise, strict=True)]
    return dict(zip(("split", "metric", "label", "value"), zip(*rows, strict=True), strict=True))


def _curves(
    task: SyntheticTask, i: int, level: float, generator: np.random.Generator
) -> dict[str, Sequence[object]]:
    """Losses fall with the logarithm of the step, at a rate of the task's own; scores rise to their level."""
    step = np.linspace(STEPS / POINTS, STEPS, POINTS).astype(int)
    values: list[np.ndarray] = []
    for noise, gap in ((0.02, 0.0), (0.03, 0.1)):
        values.append(
            2.0 - (0.2 + 0.03 * i) * np.log(0.5 * step + 1) + gap + generator.normal(0, noise, POINTS)
        )
        score = (level + 0.02 * (1 - gap * 2)) * (1 - np.exp(-step / (80 + 20 * i)))
        score += generator.normal(0, noise, POINTS)
        values.append(score if task.direction == "max" else 1.6 - score)
    return {
        "split": ["train"] * 2 * POINTS + ["validation"] * 2 * POINTS,
        "step": np.tile(step, 4).tolist(),
        "epoch": np.tile(step / (STEPS / 20), 4).tolist(),
        "metric": (["loss"] * POINTS + [task.metric] * POINTS) * 2,
        "value": np.concatenate(values).tolist(),
    }


def predictions(
    found: Sequence[SyntheticTask],
    runs: pd.DataFrame,
    labels: pd.DataFrame,
    scores: pd.DataFrame,
    folds: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """The table ``predictions``: every clip of the run's fold, right as often as the score says."""
    by_name = {task.name: task for task in found}
    fold_of = runs.set_index("run_id")["fold"].to_dict()
    test = scores[(scores["split"] == "test") & scores["label"].isna()].drop_duplicates(["run_id", "task"])
    columns = {name: part.reset_index(drop=True) for name, part in labels.groupby("task")}
    parts: list[Part] = []
    for row in test.itertuples():
        clips = columns[row.task].iloc[fold_of[row.run_id] :: folds]
        keys = {"cell_id": row.cell_id, "run_id": row.run_id, "task": row.task}
        parts.append((keys, _decided(by_name[row.task], clips, float(row.value), generator)))
    return stacked(parts)


def _decided(
    task: SyntheticTask, part: pd.DataFrame, score: float, generator: np.random.Generator
) -> dict[str, Sequence[object]]:
    clip, n = part["clip"].tolist(), len(part)
    if task.classes is None:
        target = part["value"].to_numpy(float)
        guess = target + generator.normal(0, score, n)
        text = {"target": [f"{v:.6g}" for v in target], "prediction": [f"{v:.6g}" for v in guess]}
        return {"clip": clip, **text, "probabilities": [[] for _ in range(n)]}
    right = generator.random(n) < score
    decided = np.where(right, part["label"].to_numpy(object), generator.choice(task.classes, n))
    odds = generator.gamma(1.0, 1.0, (n, len(task.classes)))
    odds[np.arange(n), [task.classes.index(label) for label in decided]] += odds.max(axis=1)
    probabilities = (odds / odds.sum(axis=1, keepdims=True)).tolist()
    return {
        "clip": clip,
        "target": part["label"].tolist(),
        "prediction": decided.tolist(),
        "probabilities": probabilities,
    }


def failures(runs: pd.DataFrame) -> pd.DataFrame:
    """The table ``failures``: one row a failed run."""
    failed = runs[runs["status"] == "failed"]
    return pd.DataFrame(
        {
            "unit": failed["config_hash"], "kind": "training", "error_type": failed["error_type"],
            "error": failed["error"], "traceback": "Traceback (most recent call last): …", "attempts": failed["attempts"],
        }
    )  # fmt: skip
