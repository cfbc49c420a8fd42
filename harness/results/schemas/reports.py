"""Reports of a run: confusion matrices, and the scores of stored epochs."""

from __future__ import annotations

from harness.results.schemas.columns import CELL_ID, RUN_ID, STUDY_ID, TASK, Column, F, N, S, Table, named

TABLES: dict[str, Table] = dict(
    [
        named(
            "confusions",
            "a cell of a confusion matrix that is not zero",
            STUDY_ID,
            CELL_ID,
            RUN_ID,
            TASK,
            Column("split", S, "test, or validation at the end of an epoch (training.reports: epochs)"),
            Column("epoch", N, "epoch of the task, from 1; null for the chosen one"),
            Column(
                "label", S, "class of a multilabel task, each of which has a matrix; null for other tasks"
            ),
            Column("target", S, "true class; absent or present for a multilabel task"),
            Column("prediction", S, "decided class; absent or present for a multilabel task"),
            Column("n", N, "clips"),
        ),
        named(
            "epoch_scores",
            "a metric of a stored epoch, tested by `harness study evaluate`",
            STUDY_ID,
            CELL_ID,
            RUN_ID,
            TASK,
            Column("epoch", N, "epoch of the task, from 1"),
            Column("split", S, "test or validation"),
            Column("metric", S, "name of the metric"),
            Column("label", S, "a class, or null for the whole task"),
            Column("value", F, "value of the metric"),
        ),
    ]
)
