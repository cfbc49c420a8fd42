"""What failed, and what was left out."""

from __future__ import annotations

from harness.results.schemas.columns import ERROR_TYPE, STUDY_ID, Column, N, S, Table, named

TABLES: dict[str, Table] = dict(
    [
        named(
            "failures",
            "something that failed",
            STUDY_ID,
            Column("unit", S, "what failed: the content key of a training or probe, a plugin or a data set"),
            Column("kind", S, "training, probe, worker, plugin, tracker, data, analysis or merge"),
            ERROR_TYPE,
            Column("error", S, "message"),
            Column("traceback", S, "traceback"),
            Column("attempts", N, "how many times it was tried"),
        ),
        named(
            "quarantine",
            "a clip left out",
            STUDY_ID,
            Column("dataset", S, "name of the data set in the study"),
            Column("clip", S, "identity of the clip"),
            Column(
                "reason",
                S,
                "corrupt, empty, silent, non-finite, wrong rate, wrong times or missing file, with details",
            ),
        ),
    ]
)
