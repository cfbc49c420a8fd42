"""Rough answers for the synthetic study, until the analysis writes its own."""

from __future__ import annotations

import numpy as np
import pandas as pd


def rough_answers(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    generator = np.random.default_rng(0)
    gains, features = [], []
    for cell in tables["cells"].itertuples():
        if cell.group_size < 2:
            continue
        for main in cell.tasks[:1] if cell.placebo else cell.tasks:
            gain = generator.normal(0.01, 0.02)
            p = generator.uniform()
            gains.append(
                dict(cell_id=cell.cell_id, main=main, partners=[t for t in cell.tasks if t != main],
                     feature=cell.feature, model=cell.model, combiner=cell.combiner, placebo=cell.placebo,
                     metric="macro_f1", n=6, n_folds=3, n_seeds=2, detectable_gain=0.05, single_mean=0.7,
                     group_mean=0.7 + gain, gain=gain, gain_relative=gain / 0.7, ci_low=gain - 0.03,
                     ci_high=gain + 0.03, p=p, q=min(1, 2 * p), p_rope_below=0.2, p_rope_inside=0.3,
                     p_rope_above=0.5, note=None)
            )  # fmt: skip
    names = list(tables["tasks"]["task"])
    stats = [
        dict(task=t, statistic=s, value=generator.normal(), unit=u, reliability=r)
        for t in names
        for s, u, r in (
            ("n_clips", "clips", None),
            ("label_entropy", "nat", None),
            ("loss_gradient_50", "1/step", 0.8),
        )
    ]
    for main in names:
        for partner in names:
            if main != partner:
                for s in ("n_clips", "label_entropy", "loss_gradient_50"):
                    features.append(
                        dict(
                            main=main, partner=partner, predictor=f"{s}_difference", value=generator.normal()
                        )
                    )
    regressions = [
        dict(
            model=m,
            term=s,
            estimate=0.2,
            se=0.1,
            se_method="HC3",
            ci_low=0.0,
            ci_high=0.4,
            p=0.05,
            n=20,
            n_tasks=5,
            note=None,
        )
        for m in ("pearson", "spearman", "ols", "mixed")
        for s in ("n_clips_difference", "label_entropy_difference")
    ]
    predictability = [
        dict(target="gain", predictors="bingel", estimator="ridge", scheme="leave_main_out", metric=m, value=0.1, sd=0.2,
             baseline=b, baseline_value=0.0)
        for m in ("r2", "spearman")
        for b in ("majority", "random_features")
    ]  # fmt: skip
    return {
        "gains": pd.DataFrame(gains),
        "task_stats": pd.DataFrame(stats),
        "pair_features": pd.DataFrame(features),
        "regressions": pd.DataFrame(regressions),
        "predictability": pd.DataFrame(predictability),
    }
