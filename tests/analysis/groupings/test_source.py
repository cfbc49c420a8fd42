"""Gains of a study and of files."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.gains import gains
from harness.analysis.groupings.source import of_study, restricted, tasks_of, with_predicted, worth_of
from harness.errors import DataError
from tests.results.synthetic import synthetic_tables


def with_gains(n_tasks):
    found = synthetic_tables(n_tasks, combiners=("sum",))
    return found | {"gains": gains(found, rope=0.01, confidence=0.95)}


def assert_means(source):
    """Every gain is the mean of its differences."""
    means = source.differences.groupby(["main", "partners"], sort=False)["difference"].mean()
    known = dict(zip(means.index, means, strict=True))
    found = source.gains
    assert len(known) == len(found)
    for main, partners, gain in found[["main", "partners", "gain"]].to_numpy():
        assert known[main, partners] == pytest.approx(gain)


@pytest.fixture(scope="module")
def tables():
    return with_gains(5)


def test_gains_of_a_study_are_those_of_its_table(tables):
    source = of_study("made", tables)
    worth = worth_of(source)
    rows = tables["gains"][~tables["gains"]["placebo"]]
    for row in rows.itertuples():
        mask = worth.mask([row.main, *row.partners])
        assert worth.value(mask, worth.tasks.index(row.main)) == pytest.approx(row.gain)
    assert len(worth.groups) == 1  # the study's one triple


def test_differences_average_to_the_gains(tables):
    assert_means(of_study("made", tables))


def test_relative_gains_where_metrics_differ():
    source = of_study("made", with_gains(6))
    assert source.target == "gain_relative"
    assert_means(source)
    assert any("different metrics" in note for note in source.notes)


def test_one_setting(tables):
    assert of_study("made", tables, {"model": "cnn"}).gains.equals(of_study("made", tables).gains)
    with pytest.raises(DataError, match=r"no gain with model 'cnm' \(did you mean 'cnn'\?\); found: cnn"):
        of_study("made", tables, {"model": "cnm"})


def test_predicted_gains_fill_what_was_not_measured(tables):
    source = of_study("made", tables)
    first = source.gains["main"].iloc[0]
    other = next(iter(source.gains["partners"].iloc[0]))
    predicted = pd.DataFrame({"main": [first, "new/task"], "partner": [other, first], "gain": [9.0, 0.5]})
    worth = worth_of(with_predicted(source, predicted))
    at = worth.tasks.index
    assert worth.pairs[at(first), at(other)] != 9.0
    assert worth.pairs[at("new/task"), at(first)] == 0.5
    assert not worth.measured_pairs[at("new/task"), at(first)]
    assert np.isnan(worth.pairs[at(first), at("new/task")])


def test_restricted(tables):
    source = of_study("made", tables)
    first, second, *_ = tasks_of(source)
    assert tasks_of(restricted(source, [first, second])) == sorted([first, second])
    with pytest.raises(DataError, match="did you mean"):
        restricted(source, [first + "x"])


def test_too_many_tasks(tables):
    source = of_study("made", tables)
    with pytest.raises(DataError, match="21 tasks; a grouping is chosen for 2 to 20"):
        worth_of(source, [str(i) for i in range(21)])


def test_no_gain(tables):
    with pytest.raises(DataError, match="no measured gain"):
        of_study("made", {"gains": tables["gains"].iloc[:0]})
