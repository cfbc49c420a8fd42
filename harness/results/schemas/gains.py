"""What training together gained."""

from __future__ import annotations

from harness.results.schemas.columns import (
    CELL_ID,
    CELL_KEYS,
    STRINGS,
    STUDY_ID,
    TASK,
    Column,
    F,
    N,
    S,
    Table,
    named,
)

#: Whose gain it is, by which metric, and how many differences it is the mean of.
OF_A_GAIN = (
    STUDY_ID,
    CELL_ID,
    Column("main", S, "task whose gain it is"),
    Column("partners", STRINGS, "the other tasks of the group"),
    *CELL_KEYS,
    Column("metric", S, "metric of the gain"),
    Column("n", N, "differences (folds times seeds)"),
    Column("n_folds", N, "distinct outer folds"),
    Column("n_seeds", N, "seeds"),
)
MEANS = (
    Column("single_mean", F, "mean test score alone"),
    Column("group_mean", F, "mean test score in the group"),
    Column("gain", F, "mean of the paired differences, oriented so that more is better"),
)
TEST = (
    Column("ci_low", F, "lower end of the corrected t interval; null for a fixed split"),
    Column("ci_high", F, "upper end of the corrected t interval; null for a fixed split"),
    Column("p", F, "two-sided p of the corrected t test"),
)

TABLES: dict[str, Table] = dict(
    [
        named(
            "gains",
            "the gain of a main task in a cell",
            *OF_A_GAIN,
            Column(
                "detectable_gain",
                F,
                "smallest true gain found with 80 % power at this confidence; null without an interval",
            ),
            *MEANS,
            Column("gain_relative", F, "gain over the absolute single mean"),
            Column(
                "error_reduction",
                F,
                "gain over the distance of the single mean from the metric's best; null where there is no best",
            ),
            *TEST,
            Column("q", F, "Benjamini-Hochberg q over the gains of the same kind (placebos apart)"),
            Column("p_holm", F, "Holm's p over the same gains as q; null unless analysis.correction is holm"),
            Column("p_rope_below", F, "posterior probability that the gain is below the ROPE"),
            Column("p_rope_inside", F, "posterior probability that it is inside"),
            Column("p_rope_above", F, "posterior probability that it is above"),
            Column(
                "placebo_gain",
                F,
                "mean gain of the main's placebos with this feature, model and combiner; null in their own rows",
            ),
            Column(
                "noise_floor",
                F,
                "standard deviation of one difference single against single, other seed; null with one seed",
            ),
            Column(
                "capacity_gain",
                F,
                "mean of the differences from the capacity-matched single; null where there is none",
            ),
            Column("note", S, "what the reader must know: a fixed split, missing runs, no variance"),
        ),
        named(
            "metric_gains",
            "the gain of a main task in a cell, by a metric that is not its primary one",
            *OF_A_GAIN,
            *MEANS,
            *TEST,
            Column("q", F, "Benjamini-Hochberg q over the gains of the same kind in the same metric"),
            Column("note", S, "what the reader must know: a fixed split, missing runs, no variance"),
        ),
        named(
            "delta_m",
            "a cell of more than one task, as a whole",
            STUDY_ID,
            CELL_ID,
            Column("tasks", STRINGS, "the task group; of a placebo only the first counts"),
            *CELL_KEYS,
            Column("n", N, "folds times seeds in which every task has its difference"),
            Column("delta_m", F, "mean over tasks of the relative gain"),
            *TEST,
            Column("note", S, "what the reader must know: metrics averaged, a fixed split, missing runs"),
        ),
        named(
            "noise",
            "a task alone, trained again with another seed",
            STUDY_ID,
            TASK,
            Column("feature", S, "name of the feature"),
            Column("model", S, "name of the model"),
            Column("metric", S, "metric of the differences"),
            Column("sd", F, "root mean square of the differences between seeds of the same fold"),
            Column("n", N, "such differences"),
        ),
        named(
            "comparisons",
            "two combiners, models or features, compared over tasks",
            STUDY_ID,
            Column("factor", S, "combiner, model or feature"),
            Column("a", S, "one of them"),
            Column("b", S, "the other one"),
            Column("quantity", S, "gain, or single: the score alone"),
            Column("n_tasks", N, "tasks that have the quantity with both"),
            Column("median_difference", F, "median over tasks of a less b; positive: a is better"),
            Column("statistic", F, "Wilcoxon's signed rank statistic: the smaller sum of ranks"),
            Column("p", F, "two-sided p of Wilcoxon's signed rank test over tasks"),
            Column("q", F, "Benjamini-Hochberg q over the comparisons of the same factor"),
            Column("note", S, "too few tasks, ties, relative differences"),
        ),
    ]
)
