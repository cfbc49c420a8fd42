"""Whether the pattern of gains stays, and what pairs tell about larger groups."""

from __future__ import annotations

from harness.results.schemas.columns import (
    CELL_ID,
    CELL_KEYS,
    STRINGS,
    STUDY_ID,
    Column,
    F,
    N,
    S,
    Table,
    named,
)

SETTING = CELL_KEYS[:3]

TABLES: dict[str, Table] = dict(
    [
        named(
            "patterns",
            "a correlation of the gain matrices of two levels of a factor",
            STUDY_ID,
            Column("factor", S, "feature, model or combiner: what changes; the other two stay equal"),
            Column("a", S, "one level of the factor"),
            Column("b", S, "the other level"),
            Column(
                "statistic",
                S,
                "pearson or spearman over directed pairs; with _within_main, of gains less their main task's mean",
            ),
            Column("value", F, "the correlation; null where there are too few pairs or no variance"),
            Column("p", F, "two-sided node-permutation p: tasks are permuted, not pairs"),
            Column("p_method", S, "how p was made, and by how many permutations"),
            Column("n", N, "directed pairs measured with both levels"),
            Column("n_tasks", N, "tasks among them: the effective sample"),
            Column("note", S, "why a number is missing or must be read with care"),
        ),
        named(
            "group_predictions",
            "a main task in a group of three or more, with what its pairs tell",
            STUDY_ID,
            CELL_ID,
            Column("main", S, "main task"),
            Column("partners", STRINGS, "the other tasks of the group"),
            *SETTING,
            Column("metric", S, "metric of the gain"),
            Column("gain", F, "measured gain of the main task in the group, more is better"),
            Column(
                "predicted",
                F,
                "mean of the main task's gains in a pair with each partner; null unless all were measured",
            ),
            Column("gain_relative", F, "measured gain over the absolute single mean"),
            Column("predicted_relative", F, "the same mean, of relative gains"),
            Column("n_pairs", N, "how many of these pairs were measured"),
        ),
        named(
            "groups_from_pairs",
            "how well the mean of pairs tells the gain in larger groups",
            STUDY_ID,
            Column(
                "statistic",
                S,
                "pearson, spearman (also _within_main), mae, rmse, bias (predicted less measured), and "
                "mae_of_zero, rmse_of_zero: the errors of saying that no group gains",
            ),
            Column("value", F, "its value; errors in the metric's unit, or relative where the note says so"),
            Column("p", F, "two-sided p by permuting tasks in the pairs; null for errors"),
            Column("n", N, "main tasks in groups that have both numbers"),
            Column("note", S, "why a number is missing or must be read with care"),
        ),
    ]
)
