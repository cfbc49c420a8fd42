"""What a table is made of, and the columns that several tables share.

``params_*`` columns are added to ``trials`` and ``runs`` for every hyperparameter of the study, as strings, numbers or
booleans. Times are UTC timestamps in microseconds; durations are seconds; lists are Arrow lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

S, F, N, B = pa.string(), pa.float64(), pa.int64(), pa.bool_()
STRINGS, FLOATS = pa.list_(pa.string()), pa.list_(pa.float64())
TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Column:
    """A column: name, type, meaning, unit."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A table: what one row is, its columns, and whether hyperparameters are added as ``params_*``."""

    name: str
    row: str
    columns: tuple[Column, ...]
    params: bool = False

    @property
    def schema(self) -> pa.Schema:
        """The pyarrow schema, without ``params_*``."""
        return pa.schema(
            [pa.field(c.name, c.type, metadata={"meaning": c.meaning, "unit": c.unit}) for c in self.columns]
        )


STUDY_ID = Column("study_id", S, "identity of the study: its name and a hash of its resolved file")
CELL_ID = Column(
    "cell_id", S, "identity of the cell: a hash of its tasks, feature, model, combiner and placebo"
)
RUN_ID = Column("run_id", S, "identity of the run: a hash of its cell, fold and seed")
FOLD = Column("fold", N, "outer fold, from 0")
SEED = Column("seed", N, "index of the seed, from 0")
TASK = Column("task", S, "task, as dataset/task")
CELL_KEYS = (
    Column("feature", S, "name of the feature"),
    Column("model", S, "name of the model"),
    Column("combiner", S, "name of the combiner; null for a single task"),
    Column("placebo", B, "whether the partner's training and validation labels were permuted"),
)
STATUS = Column("status", S, "pending, running, done, failed or pruned")
WALL = Column("wall_time_s", F, "wall time of the training", "s")
ERROR_TYPE = Column("error_type", S, "class of the error; null when there was none")


def named(name: str, row: str, *columns: Column, params: bool = False) -> tuple[str, Table]:
    return name, Table(name, row, columns, params)
