"""The synthetic study's tables that hang on a run: selections, scores, curves and predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from tests.results.synthetic import SyntheticTask

POINTS = 50
STEPS = 600
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
