"""Predictor ``curves``: how the task's network alone learns, on its training and its validation part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from harness.analysis.predictors.curves import fall_share, gradients, log_fit, smoothed
from harness.analysis.predictors.statistics import STATISTICS, single_curves, summarised
from harness.bases.predictor import Predictor

PERCENTS = (10, 20, 30, 50, 70)
#: A curve has come to its plateau when it has done this share of its fall.
PLATEAU = 0.9

UNITS = {
    **{f"loss_grad_{at}": "1/step" for at in PERCENTS},
    "curve_a": "1",
    "curve_b": "1",
    "curve_c": "1/step",
    "loss_final": "1",
    "loss_plateau": "share of steps",
    **{f"validation_grad_{at}": "1/step" for at in PERCENTS},
    "validation_a": "1",
    "validation_b": "1",
    "validation_c": "1/step",
    "validation_plateau": "share of steps",
    "generalisation_gap": "1",
    "overfit": "1",
    "best_share": "share of budget",
}


class Curves(Predictor):
    """The learning curves of the task trained alone: training and validation loss by optimizer step.

    | statistic | formula | unit |
    | --- | --- | --- |
    | `loss_grad_10`, `loss_grad_20`, `loss_grad_30`, `loss_grad_50`, `loss_grad_70` | slope of the smoothed \
training loss at 10, … 70 % of the run's steps | 1/step |
    | `curve_a`, `curve_b`, `curve_c` | `a + b·ln(c·step + 1)` fitted to the training loss | 1, 1, 1/step |
    | `loss_final` | smoothed training loss at the last step | 1 |
    | `loss_plateau` | share of the steps after which 90 % of the smoothed training loss's fall is done | share \
of steps |
    | `validation_grad_10`, `validation_grad_20`, `validation_grad_30`, `validation_grad_50`, \
`validation_grad_70` | slope of the smoothed validation loss | 1/step |
    | `validation_a`, `validation_b`, `validation_c` | `a + b·ln(c·step + 1)` fitted to the validation loss | 1, \
1, 1/step |
    | `validation_plateau` | share of the steps after which 90 % of the smoothed validation loss's fall to its \
minimum is done | share of steps |
    | `generalisation_gap` | smoothed validation loss minus smoothed training loss, at the last step | 1 |
    | `overfit` | smoothed validation loss at the last step minus its minimum | 1 |
    | `best_share` | step that validation chose over the task's budget of steps | share of budget |

    Smoothing: the curve on an even grid of 101 points, local parabolas over a fifth of it (Savitzky and Golay
    1964, Analytical Chemistry 36). Each statistic is the median over the single-task runs (a fit's rate has
    outliers), with the mean of each feature and model taken out first; its reliability is ICC(1,1) over runs,
    that is over folds, seeds, features and models (Shrout and Fleiss 1979, Psychological Bulletin 86). A fit
    that fails is left out.

    Source: gradients, plateaus and the logarithmic fit of the training loss are Bingel and Søgaard's (2017,
    arXiv:1702.08303), who found that a main task gains when its own curve flattens early and its partner's does
    not; the validation curve, the gap and the chosen step are the harness's own additions.
    Cost: nothing beyond the single-task runs; the curves are kept anyway.
    Believe it: where `reliability` is high (a statistic whose runs disagree cannot tell a gain), and where all
    tasks were trained with like budgets: percentages are of a run's own steps. The training loss is the one that
    is optimised, with dropout and augmentation, so that the gap can be negative. Losses of other kinds of
    task (regression) have another unit.
    """

    name = "curves"

    def task_statistics(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return columns ``task, statistic, value, unit, reliability``."""
        curves = single_curves(tables)
        losses = curves[curves["metric"] == "loss"]
        chosen = _chosen(tables)
        rows = []
        for (task, feature, model, run), both in losses.groupby(["task", "feature", "model", "run_id"]):
            row = {
                "task": task,
                "feature": feature,
                "model": model,
                "best_share": chosen.get((str(run), str(task)), np.nan),
            }
            rows.append(row | _of_run(both))
        tasks = list(tables["tasks"]["task"])
        found = summarised(pd.DataFrame(rows), UNITS, tasks, pd.Series.median)
        return found[STATISTICS]


def _of_run(both: pd.DataFrame) -> dict[str, float]:
    """Return the statistics of the training and the validation loss of one run."""
    train, validation = _curve(both, "train"), _curve(both, "validation")
    smooth, held_out = smoothed(*train), smoothed(*validation)
    found = dict(zip((f"loss_grad_{at}" for at in PERCENTS), gradients(*train, PERCENTS), strict=True))
    found |= dict(zip(("curve_a", "curve_b", "curve_c"), log_fit(*train), strict=True))
    found |= dict(
        zip((f"validation_grad_{at}" for at in PERCENTS), gradients(*validation, PERCENTS), strict=True)
    )
    found |= dict(zip(("validation_a", "validation_b", "validation_c"), log_fit(*validation), strict=True))
    return {name: float(value) for name, value in found.items()} | {
        "loss_final": float(smooth[-1]),
        "loss_plateau": fall_share(smooth, PLATEAU),
        "validation_plateau": fall_share(held_out, PLATEAU),
        "generalisation_gap": float(held_out[-1] - smooth[-1]),
        "overfit": float(held_out[-1] - held_out.min()),
    }


def _curve(both: pd.DataFrame, split: str) -> tuple[np.ndarray, np.ndarray]:
    part = both[both["split"] == split]
    return part["step"].to_numpy(float), part["value"].to_numpy(float)


def _chosen(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], float]:
    """Return, by run and task, the chosen step as a share of the task's budget."""
    found = tables["selections"]
    share = found["best_step"].astype("Float64") / found["budget_steps"].astype("Float64")
    keys = zip(found["run_id"], found["task"], strict=True)
    return dict(zip(keys, share.to_numpy(float, na_value=np.nan), strict=True))
