"""Which tasks to train together, and what is predicted of pairs that were not trained."""

from __future__ import annotations

from harness.results.schemas.columns import FLOATS, STRINGS, STUDY_ID, B, Column, F, N, S, Table, named

TABLES: dict[str, Table] = dict(
    [
        named(
            "groupings",
            "a network of a grouping; one more row for the groupings at random",
            STUDY_ID,
            Column("grouping", S, "chosen (the best), all_in_one, all_alone, or random (the mean of many)"),
            Column("network", N, "number of the network in its grouping, from 0; null for random"),
            Column("tasks", STRINGS, "tasks that the network trains"),
            Column("served", STRINGS, "tasks that are served by it; the others only help them"),
            Column("gains", FLOATS, "gain of each served task, in their order"),
            Column("value", F, "sum of these gains"),
            Column("measured", B, "whether all these gains were measured in this very group"),
            Column("networks", N, "how many networks were allowed"),
            Column("budget", N, "how many tasks could be trained, over all networks; null without a limit"),
            Column("cost", N, "how many tasks are trained, over all networks of the grouping"),
            Column("objective", S, "total (sum of the gains) or worst (the least of them)"),
            Column(
                "target", S, "column that the gains are from: gain, gain_relative, or another table's own"
            ),
            Column("total", F, "objective of the whole grouping"),
            Column("ci_low", F, "lower end of its interval by resampling runs; the choice is held fixed"),
            Column("ci_high", F, "upper end of its interval"),
            Column("range_low", F, "2.5th percentile of the random groupings; null for the others"),
            Column("range_high", F, "97.5th percentile of the random groupings; null for the others"),
            Column("note", S, "what was not measured, why an interval is missing"),
        ),
        named(
            "predicted_gains",
            "a directed pair that was not trained",
            STUDY_ID,
            Column("main", S, "task whose gain it is"),
            Column("partner", S, "the other task"),
            Column(
                "kind",
                S,
                "who has no measured pair: new_main, new_partner, new_both, or known (neither)",
            ),
            Column("target", S, "what is predicted: gain or gain_relative"),
            Column("gain", F, "predicted gain; null where the prediction is declined"),
            Column("ci_low", F, "lower end of the conformal interval; null with too few tasks"),
            Column("ci_high", F, "upper end of the conformal interval"),
            Column("confidence", F, "level of the interval"),
            Column("n_tasks", N, "tasks that the prediction was learned from: the effective sample"),
            Column("r2_unseen", F, "R² of such predictions on main tasks left out"),
            Column(
                "r2_random_p95", F, "the 95th percentile of that R² with random features of the same number"
            ),
            Column("coverage_unseen", F, "share of the gains of tasks left out that such intervals held"),
            Column("note", S, "why a number is missing or must be read with care"),
        ),
    ]
)
