"""Predictor ``bingel``: data size, labels, and the learning curve of the task trained alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from harness.analysis.predictors.curves import gradients, log_fit
from harness.analysis.predictors.statistics import single_curves, summarised
from harness.bases.predictor import Predictor

PERCENTS = (10, 20, 30, 50, 70)
CURVE_UNITS = {f"loss_grad_{at}": "1/step" for at in PERCENTS} | {
    "curve_a": "1",
    "curve_b": "1",
    "curve_c": "1/step",
}


class Bingel(Predictor):
    """The statistics of Bingel and Søgaard 2017, as far as they exist for audio.

    | statistic | formula | unit |
    | --- | --- | --- |
    | `n_clips` | labelled clips | clips |
    | `n_labels` | classes that occur; null for regression | classes |
    | `label_entropy` | `-Σ p ln p` over the classes' shares; null for regression | nat |
    | `loss_grad_10`, `loss_grad_20`, `loss_grad_30`, `loss_grad_50`, `loss_grad_70` | slope of the smoothed \
training loss at 10, … 70 % of the run's steps | 1/step |
    | `curve_a`, `curve_b`, `curve_c` | `a + b·ln(c·step + 1)` fitted to the training loss | 1, 1, 1/step |

    Theirs in full, as their paper and their published notebook have it, and what became of each:

    | theirs | here |
    | --- | --- |
    | number of training sentences | `n_clips` |
    | number of labels | `n_labels` |
    | label entropy | `label_entropy` |
    | gradients of the loss at 10, 20, 30, 50, 70 % | `loss_grad_10` … `loss_grad_70`, of a smoothed curve |
    | `b` and `c` of the curve `a + b·ln(c·x + d)` | `curve_b`, `curve_c`; without `d`, a parameter too many |
    | tokens over types | none: clips have no words |
    | share of words outside the embeddings' vocabulary | none: clips have no vocabulary |
    | Jensen-Shannon divergence between words of training and test set | none: clips have no words |
    | Frobenius norm of the matrix of sentences and words | none: clips have no words |
    | main over partner of each | `<statistic>_difference`: a ratio has no bound where a gradient is near zero |

    Curve statistics are medians over the single-task runs, as a fit's rate has outliers. Where a study has
    several features or models, each one's mean over tasks is taken out first. Their reliability is ICC(1,1)
    over runs (folds, seeds, features and models); a fit that fails is left out.

    Source: Bingel and Søgaard 2017, "Identifying beneficial task relations for multi-task learning in deep neural
    networks" (EACL, arXiv:1702.08303), section 3; label entropy also Martínez Alonso and Plank 2017 (EACL,
    arXiv:1612.02251).
    Cost: nothing beyond labels and single-task runs.
    Believe it: no more than random numbers a task until the study's own table `predictability` says otherwise: on
    the authors' own 90 pairs these statistics do not beat them. Curve statistics only where `reliability` is high.
    """

    name = "bingel"

    def task_statistics(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return columns ``task, statistic, value, unit, reliability``."""
        return pd.concat([_data_statistics(tables), _curve_statistics(tables)], ignore_index=True)


def label_counts(tables: Mapping[str, pd.DataFrame]) -> dict[str, np.ndarray]:
    """Return, by task, how often each class that occurs is given. Regression tasks are not in it."""
    labels = tables["labels"].dropna(subset=["label"])
    return {str(task): part.value_counts().to_numpy(float) for task, part in labels.groupby("task")["label"]}


def _data_statistics(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    tasks = tables["tasks"]
    counts = label_counts(tables)
    names = tasks["task"].astype(str)
    columns = {
        ("n_clips", "clips"): tasks["n_clips"].astype("Float64").to_numpy(float, na_value=np.nan),
        ("n_labels", "classes"): [float(len(counts[t])) if t in counts else np.nan for t in names],
        ("label_entropy", "nat"): [float(stats.entropy(counts[t])) if t in counts else np.nan for t in names],
    }
    frames = [
        pd.DataFrame({"task": names, "statistic": name, "value": values, "unit": unit, "reliability": np.nan})
        for (name, unit), values in columns.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _curve_statistics(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    curves = single_curves(tables)
    losses = curves[(curves["split"] == "train") & (curves["metric"] == "loss")]
    rows = []
    for (task, feature, model, _), curve in losses.groupby(["task", "feature", "model", "run_id"]):
        step, value = curve["step"].to_numpy(float), curve["value"].to_numpy(float)
        found = np.concatenate([gradients(step, value, PERCENTS), log_fit(step, value)])
        rows.append(
            {"task": task, "feature": feature, "model": model} | dict(zip(CURVE_UNITS, found, strict=True))
        )
    return summarised(pd.DataFrame(rows), CURVE_UNITS, list(tables["tasks"]["task"]), pd.Series.median)
