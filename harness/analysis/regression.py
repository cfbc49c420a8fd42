"""The table ``regressions``: what goes with a gain, with inference that knows that pairs share tasks."""

from __future__ import annotations

import pandas as pd

from harness.analysis.correlation import STATISTICS, correlation_rows
from harness.analysis.correlations import within_rows
from harness.analysis.design import Design, chosen_terms, spread
from harness.analysis.linear import ols_rows
from harness.analysis.mixed import mixed_rows, shared_rows
from harness.analysis.mrqap import coefficient_rows
from harness.analysis.power import detectable_correlation
from harness.analysis.rows import Row, null_row, said
from harness.analysis.signs import logistic_rows
from harness.seeds import derive_seed

#: Models of several terms, in the order of their rows.
MODELS = ("ols", "mrqap", "mixed", "mixed_shared", "logistic")


def regressions(design: Design, *, confidence: float, seed: int) -> pd.DataFrame:
    """Return Pearson's and Spearman's correlation of every predictor with the gain, and the models.

    Correlations have p values by node permutation; their errors and intervals are null, because pairs are not
    independent. The other models (:data:`MODELS`) have the terms of
    :func:`harness.analysis.design.chosen_terms`; ``ols`` has a row for each way to an error or p, told by
    ``se_method``.
    """
    if design.frame.empty or not design.predictors:
        return pd.DataFrame()
    stream = derive_seed(seed, "node permutation")
    rows = [found for model in STATISTICS for found in correlation_rows(design, model, stream)]
    rows += within_rows(design, stream)
    rows += _models(design, confidence, stream)
    table = pd.DataFrame(rows)
    detectable = {n: detectable_correlation(n, confidence) for n in table["n_tasks"].unique()}
    return table.assign(detectable_correlation=table["n_tasks"].map(detectable))


def _models(design: Design, confidence: float, seed: int) -> list[Row]:
    """Return the rows of the models with several terms."""
    frame, n_tasks = design.frame, design.n_tasks
    terms, left_out = chosen_terms(design)
    note = said(left_out, design.note)
    if not terms or spread(frame["gain"].to_numpy(float)) == 0:
        why = "no predictor is known for every pair and varies" if not terms else "all gains are equal"
        return [
            null_row(m, t, len(frame), n_tasks, said(why, note)) for m in MODELS for t in terms or ["none"]
        ]
    rows: list[Row] = []
    for model in (ols_rows, mixed_rows, shared_rows, logistic_rows):
        rows += model(frame, terms, n_tasks, confidence, note)
    rows += coefficient_rows(frame, terms, design.features, n_tasks, note, seed)
    return sorted(rows, key=lambda found: MODELS.index(found["model"]))
