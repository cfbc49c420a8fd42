"""One of two studies that are compared: its tables, its settings, and the runs that its gains are made of."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from harness.analysis.pairing import is_fixed, mains, paired
from harness.results.loader import IncompleteStudyWarning, Study, load_study

#: What makes two rows of ``gains`` the same question.
KEYS = ("main", "partners", "feature", "model", "combiner", "placebo", "metric")
RUN = ("cell_id", "fold", "seed")


@dataclass(frozen=True)
class Side:
    """A study, and which of the two it is (``a`` or ``b``)."""

    label: str
    study: Study

    @classmethod
    def load(cls, label: str, directory: Path) -> Side:
        """Load a study, complete or not.

        Raises:
            HarnessError: there is no study in the directory.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteStudyWarning)
            return cls(label, load_study(directory))

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved study file; empty where the study's table does not have it."""
        text = self.study.tables["study"]["config_json"].iloc[0]
        return dict(json.loads(text)) if isinstance(text, str) else {}

    @cached_property
    def gains(self) -> pd.DataFrame:
        """The table ``gains``, with sorted ``partners`` as a tuple, by which rows can be joined."""
        table = self.study.gains
        partners = [tuple(sorted(found)) for found in table["partners"]]
        return table.assign(
            partners=pd.Series(partners, index=table.index, dtype=object), placebo=table["placebo"].eq(True)
        )

    @cached_property
    def differences(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The differences of every (cell, main), one a fold and seed, with the two ``trainings`` they come from."""
        found = paired(self.study.tables)
        trainings = pd.Series(self._trainings(found), index=found.index, dtype=object)
        groups: Any = found.assign(trainings=trainings).groupby(["cell_id", "main"])
        return dict(iter(groups))

    @cached_property
    def fixed(self) -> dict[str, bool]:
        """Whether a task has one fixed split."""
        return {str(task): bool(fixed) for task, fixed in is_fixed(self.study.tables).items()}

    @cached_property
    def tested(self) -> dict[tuple[str, int], frozenset[str]]:
        """The clips that a task was tested on in a fold."""
        known = self.study.tables.get("predictions")
        if known is None:
            return {}
        runs = self.study.tables["runs"][["run_id", "fold"]]
        first = known[["run_id", "task"]].drop_duplicates().merge(runs, on="run_id")
        first = first.drop_duplicates(["task", "fold"])
        clips = known[["run_id", "task", "clip"]].merge(first, on=["run_id", "task"])
        groups: Any = clips.groupby(["task", "fold"])["clip"]
        return {(str(task), int(fold)): frozenset(part) for (task, fold), part in groups}

    @cached_property
    def data(self) -> dict[str, str]:
        """The hash of every task's data."""
        tasks = self.study.tables["tasks"]
        return dict(zip(tasks["task"].astype(str), tasks["data_hash"].astype(str), strict=True))

    def describe(self) -> dict[str, Any]:
        """Return what it is, as plain values."""
        names = ("directory", "name", "study_id", "n_cells", "n_cells_done", "complete")
        return {name: getattr(self.study, name) for name in names} | {"directory": str(self.study.directory)}

    def _trainings(self, found: pd.DataFrame) -> list[tuple[str, str]]:
        """Return the content keys of the group's and the single's training of every difference."""
        runs = self.study.tables["runs"].set_index(list(RUN))["config_hash"].astype(object).to_dict()
        rows = mains(self.study.tables)
        alone = rows[rows["group_size"] == 1].set_index(["main", "feature", "model"])["cell_id"].to_dict()
        return [
            (
                str(runs.get((row.cell_id, row.fold, row.seed))),
                str(runs.get((alone.get((row.main, row.feature, row.model)), row.fold, row.seed))),
            )
            for row in found.itertuples()
        ]
