"""What goes with a gain, and whether it can be told beforehand."""

from __future__ import annotations

from harness.results.schemas.columns import STUDY_ID, Column, F, N, S, Table, named

TABLES: dict[str, Table] = dict(
    [
        named(
            "regressions",
            "a term of a model",
            STUDY_ID,
            Column(
                "model",
                S,
                "pearson, spearman, spearman_within_main (both centred within the main), "
                "spearman_mean_of_mains (mean of the mains' own), ols (least squares), mrqap (permutation, "
                "semi-partialed), mixed (crossed main and "
                "partner effects), mixed_shared (one effect a task for both ends) or logistic (sign of the gain)",
            ),
            Column("term", S, "term of the model"),
            Column("estimate", F, "correlation, standardised coefficient, or log odds a standard deviation"),
            Column("se", F, "standard error"),
            Column("se_method", S, "how the standard error was computed"),
            Column("ci_low", F, "lower end of the interval"),
            Column("ci_high", F, "upper end of the interval"),
            Column("p", F, "two-sided p"),
            Column("df", F, "degrees of freedom of t; null for a permutation"),
            Column("n", N, "gains"),
            Column("n_tasks", N, "tasks: the effective sample"),
            Column(
                "detectable_correlation",
                F,
                "smallest correlation of a task's value with its mean gain that so many tasks find with power .8",
            ),
            Column("note", S, "why a number is missing or must be read with care"),
        ),
        named(
            "predictability",
            "a predictor set under a scheme",
            STUDY_ID,
            Column("target", S, "what is predicted: gain, or its sign"),
            Column("predictors", S, "name of the predictor set"),
            Column("estimator", S, "name of the estimator"),
            Column("scheme", S, "which tasks are held out"),
            Column("metric", S, "name of the metric"),
            Column("value", F, "value for the predictors"),
            Column("sd", F, "standard deviation of the value over held-out mains, partners or data sets"),
            Column("baseline", S, "name of the baseline"),
            Column("baseline_value", F, "the same metric for the baseline"),
            Column("note", S, "draws of random features, and the share of them that reach the predictors"),
        ),
    ]
)
