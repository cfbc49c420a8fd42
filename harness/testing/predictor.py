"""What every predictor must do."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from harness.bases.predictor import Predictor
from harness.records import PredictorRecord
from harness.testing.component import ComponentContract
from harness.testing.study_tables import TASKS, empty_tables, study_tables

Tables = dict[str, pd.DataFrame]
STATISTIC, PAIR = ["task", "statistic"], ["main", "partner", "predictor"]


class PredictorContract(ComponentContract):
    """A predictor makes tidy statistics and pair features from tables, and never looks at what it shall predict."""

    record: ClassVar[PredictorRecord]

    def build(self) -> Predictor:
        """Return a fresh predictor."""
        predictor: Predictor = self.record.build(self.settings())
        return predictor

    def tables(self) -> Tables:
        """Return a study's tables, with what the record's ``probes`` measure."""
        return study_tables(probes=self.record.probes)

    def made(self, tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a fresh predictor's statistics and pair features, sorted."""
        predictor = self.build()
        statistics = predictor.task_statistics(tables)
        features = predictor.pair_features(statistics, tables)
        return _sorted(statistics, STATISTIC), _sorted(features, PAIR)

    def test_columns_are_those_of_the_tables(self) -> None:
        statistics, features = self.made(self.tables())
        assert list(statistics) == ["task", "statistic", "value", "unit", "reliability"]
        assert [name for name in features if name != "reliability"] == [
            "main",
            "partner",
            "predictor",
            "value",
        ]
        for frame in (statistics, features):
            for name in {"value", "reliability"} & set(frame):
                numbers = frame[name].astype(float)
                assert not np.isinf(numbers).any(), f"{name}: null where it is not known, never infinite"
            if "reliability" in frame:
                assert not (frame["reliability"].astype(float) > 1 + 1e-9).any(), "a reliability is at most 1"

    def test_it_tells_something(self) -> None:
        _, features = self.made(self.tables())
        assert features["value"].notna().any(), "no pair of a whole study has a feature"

    def test_rows_are_of_known_tasks_and_each_once(self) -> None:
        statistics, features = self.made(self.tables())
        assert {*statistics["task"], *features["main"], *features["partner"]} <= set(TASKS)
        assert (features["main"] != features["partner"]).all(), "a task is no partner of itself"
        assert not statistics.duplicated(STATISTIC).any()
        assert not features.duplicated(PAIR).any()

    def test_the_outcome_is_not_seen(self) -> None:
        """What groups scored is what shall be predicted: without any of it the features are the same."""
        seen, tables = self.made(self.tables()), self.tables()
        cells = tables["cells"]
        singles = set(cells.loc[cells["group_size"] == 1, "cell_id"])
        blind = {
            name: tables[name][tables[name]["cell_id"].isin(singles)]
            for name in tables
            if "cell_id" in tables[name]
        }
        self._same(self.made(tables | blind), seen)

    def test_order_of_rows_does_not_matter(self) -> None:
        tables = self.tables()
        turned = {name: table.iloc[::-1].reset_index(drop=True) for name, table in tables.items()}
        self._same(self.made(turned), self.made(tables))

    def test_tables_are_left_as_they_were(self) -> None:
        tables, kept = self.tables(), self.tables()
        self.made(tables)
        for name, table in tables.items():
            assert_frame_equal(table, kept[name])

    def test_nothing_trained_yet_is_no_error(self) -> None:
        """Data are known before the first run: tables of runs without a row."""
        tables = self.tables()
        data = {"tasks", "clips", "labels", "cells"}
        for frame in self.made(empty_tables(tuple(tables)) | {name: tables[name] for name in data}):
            assert isinstance(frame, pd.DataFrame)

    def _same(self, found: tuple[pd.DataFrame, ...], expected: tuple[pd.DataFrame, ...]) -> None:
        for one, other in zip(found, expected, strict=True):
            assert_frame_equal(one, other, check_dtype=False, rtol=1e-6)


def _sorted(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.sort_values(keys, ignore_index=True)
