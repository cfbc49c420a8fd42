"""What was measured on trained networks and on features, for predictors."""

from __future__ import annotations

from harness.results.schemas.columns import STUDY_ID, Column, F, N, S, Table, named

TABLES: dict[str, Table] = dict(
    [
        named(
            "probes",
            "a measurement for a directed pair of tasks",
            STUDY_ID,
            Column(
                "probe",
                S,
                "linear_cka, rsa (two single networks), logme, leep, h_score (the partner's single network, the main's "
                "labels), frechet_distance, mmd, domain_accuracy (features of the two data sets), tag_affinity, "
                "gradient_cosine (one network that learns all tasks)",
            ),
            Column("main", S, "task that would gain"),
            Column("partner", S, "task that would help it; tag_affinity is of its update on the main's loss"),
            Column("feature", S, "name of the feature"),
            Column("model", S, "name of the model; null where no network is involved"),
            Column("fold", N, "outer fold, from 0"),
            Column("seed", N, "index of the network's seed; null where no network is involved"),
            Column("value", F, "what was measured; null where it could not be"),
            Column("note", S, "why there is no value, or what the reader must know of it"),
        ),
    ]
)
