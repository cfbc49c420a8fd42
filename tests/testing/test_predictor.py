"""Predictors that break a promise are caught."""

from __future__ import annotations

import pandas as pd
import pytest

from harness.api import Predictor, PredictorRecord
from harness.testing import PredictorContract, study_tables

COLUMNS = ["task", "statistic", "value", "unit", "reliability"]


class Sizes(Predictor):
    """The number of clips of a task; by default main, partner and difference."""

    def task_statistics(self, tables):
        tasks = tables["tasks"]
        found = pd.DataFrame({"task": tasks["task"], "value": tasks["n_clips"].astype(float)})
        return found.assign(statistic="size", unit="clips", reliability=None)[COLUMNS]


def contract(predictor):
    class Contract(PredictorContract):
        record = PredictorRecord(name="under_test", factory=predictor, summary="for tests")

    return Contract()


class TestSizes(PredictorContract):
    record = contract(Sizes).record


class NoUnit(Sizes):
    def task_statistics(self, tables):
        return super().task_statistics(tables).drop(columns="unit")


class Infinite(Sizes):
    def task_statistics(self, tables):
        return super().task_statistics(tables).assign(value=float("inf"))


class Silent(Sizes):
    def pair_features(self, statistics, tables):
        return super().pair_features(statistics, tables).iloc[:0]


class Twice(Sizes):
    def pair_features(self, statistics, tables):
        found = super().pair_features(statistics, tables)
        return pd.concat([found, found])


class Selfish(Sizes):
    def pair_features(self, statistics, tables):
        found = super().pair_features(statistics, tables)
        return found.assign(partner=found["main"], predictor=[f"p{i}" for i in range(len(found))])


class Peeks(Sizes):
    """The mean score of all trainings of a task, groups included."""

    def task_statistics(self, tables):
        mean = tables["scores"].groupby("task")["value"].mean()
        found = super().task_statistics(tables)
        return found.assign(value=found["task"].map(mean).astype(float))


class FirstRow(Sizes):
    def task_statistics(self, tables):
        return super().task_statistics(tables).assign(value=float(tables["clips"]["duration_s"].iloc[0]))


class Spoils(Sizes):
    def task_statistics(self, tables):
        tables["tasks"]["n_clips"] = 1
        return super().task_statistics(tables)


@pytest.mark.parametrize(
    ("predictor", "test"),
    [
        (NoUnit, "test_columns_are_those_of_the_tables"),
        (Infinite, "test_columns_are_those_of_the_tables"),
        (Silent, "test_it_tells_something"),
        (Twice, "test_rows_are_of_known_tasks_and_each_once"),
        (Selfish, "test_rows_are_of_known_tasks_and_each_once"),
        (Peeks, "test_the_outcome_is_not_seen"),
        (FirstRow, "test_order_of_rows_does_not_matter"),
        (Spoils, "test_tables_are_left_as_they_were"),
    ],
)
def test_broken_predictor_is_caught(predictor, test):
    with pytest.raises(AssertionError):
        getattr(contract(predictor), test)()


def test_one_that_needs_what_was_trained_is_caught():
    class Needs(Sizes):
        def task_statistics(self, tables):
            return super().task_statistics(tables).assign(value=tables["curves"]["value"].iloc[0])

    with pytest.raises(IndexError):
        contract(Needs).test_nothing_trained_yet_is_no_error()


def test_the_made_up_study_hangs_together():
    tables = study_tables(probes=("leep",))
    assert set(tables["curves"]["run_id"]) == set(tables["runs"]["run_id"])
    assert set(tables["runs"]["cell_id"]) == set(tables["cells"]["cell_id"])
    assert set(tables["labels"]["task"]) == set(tables["tasks"]["task"])
    assert len(tables["probes"]) == 12 * 2
