"""What is known of tasks and pairs before they are trained together."""

from __future__ import annotations

from harness.results.schemas.columns import STUDY_ID, TASK, Column, F, S, Table, named

TABLES: dict[str, Table] = dict(
    [
        named(
            "task_stats",
            "a statistic of a task",
            STUDY_ID,
            TASK,
            Column("statistic", S, "name of the statistic (see docs/explanation/predictors.md)"),
            Column("value", F, "value"),
            Column("unit", S, "unit"),
            Column("reliability", F, "intraclass correlation over runs; null for statistics of data"),
        ),
        named(
            "pair_features",
            "a predictor of a directed pair",
            STUDY_ID,
            Column("main", S, "main task"),
            Column("partner", S, "partner task"),
            Column("predictor", S, "name of the pair feature (see docs/explanation/predictors.md)"),
            Column("value", F, "value"),
            Column(
                "reliability",
                F,
                "intraclass correlation over runs of the statistic, or of the pair's probe; null for features of data",
            ),
        ),
    ]
)
