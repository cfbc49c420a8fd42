"""What training together gained."""

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

TABLES: dict[str, Table] = dict(
    [
        named(
            "gains",
            "the gain of a main task in a cell",
            STUDY_ID,
            CELL_ID,
            Column("main", S, "task whose gain it is"),
            Column("partners", STRINGS, "the other tasks of the group"),
            *CELL_KEYS,
            Column("metric", S, "metric of the gain"),
            Column("n", N, "differences (folds times seeds)"),
            Column("n_folds", N, "distinct outer folds"),
            Column("n_seeds", N, "seeds"),
            Column(
                "detectable_gain",
                F,
                "smallest true gain found with 80 % power at this confidence; null without an interval",
            ),
            Column("single_mean", F, "mean test score alone"),
            Column("group_mean", F, "mean test score in the group"),
            Column("gain", F, "mean of the paired differences, oriented so that more is better"),
            Column("gain_relative", F, "gain over the absolute single mean"),
            Column("ci_low", F, "lower end of the corrected t interval; null for a fixed split"),
            Column("ci_high", F, "upper end of the corrected t interval; null for a fixed split"),
            Column("p", F, "two-sided p of the corrected t test"),
            Column("q", F, "Benjamini-Hochberg q over the gains of the same kind (placebos apart)"),
            Column("p_rope_below", F, "posterior probability that the gain is below the ROPE"),
            Column("p_rope_inside", F, "posterior probability that it is inside"),
            Column("p_rope_above", F, "posterior probability that it is above"),
            Column("note", S, "what the reader must know: a fixed split, missing runs, no variance"),
        ),
    ]
)
