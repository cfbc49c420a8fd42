"""Δm against the formula of Maninis et al. 2019, written out from single scores."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.corrected import corrected_t
from harness.analysis.delta_m import delta_m
from harness.analysis.gains import gains
from tests.analysis.test_gains import cell_of, look_up
from tests.results.synthetic import synthetic_tables

PAIR = ["notes/family", "speech/rate"]


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(7, combiners=("sum",))


@pytest.fixture(scope="module")
def found(tables):
    return delta_m(tables, confidence=0.95).set_index("cell_id")


def relative(tables, task, metric, sign):
    """(-1)^l (M_m - M_b) / M_b of a task of the pair, by fold and seed; M_b is the mean alone."""
    alone = look_up(tables, cell_of(tables, [task]), task, metric)
    return sign * (look_up(tables, cell_of(tables, PAIR), task, metric) - alone) / alone.mean()


def test_it_is_the_mean_of_oriented_relative_differences(tables, found):
    row = found.loc[cell_of(tables, PAIR)]
    values = (relative(tables, PAIR[0], "macro_f1", 1) + relative(tables, PAIR[1], "rmse", -1)).to_numpy() / 2
    sizes = tables["selections"][tables["selections"]["task"].isin(PAIR)]
    test = corrected_t(values, float((sizes["n_test"] / sizes["n_train"]).max()))
    assert row["tasks"] == PAIR
    assert row["n"] == 6
    assert row["delta_m"] == pytest.approx(values.mean())
    assert (row["ci_low"], row["ci_high"], row["p"]) == pytest.approx((*test.interval(0.95), test.p))


def test_every_metric_counts_within_its_task(tables):
    row = delta_m(tables, confidence=0.95, metrics="all").set_index("cell_id").loc[cell_of(tables, PAIR)]
    family = [relative(tables, PAIR[0], metric, 1).mean() for metric in ("macro_f1", "accuracy")]
    rate = relative(tables, PAIR[1], "rmse", -1).mean()
    assert row["delta_m"] == pytest.approx((np.mean(family) + rate) / 2)
    assert row["note"] == "each task is the mean of its 1 to 2 metrics"


def test_it_is_the_mean_of_the_relative_gains(tables, found):
    rows = gains(tables, rope=0.01, confidence=0.95)
    rows = rows[rows["n"] == 6]
    whole = rows.groupby("cell_id").filter(lambda cell: cell["placebo"].all() or len(cell) > 1)
    for cell, part in whole[~whole["main"].eq("scenes/tags")].groupby("cell_id"):
        if found.loc[cell, "n"] == 6:
            assert found.loc[cell, "delta_m"] == pytest.approx(part["gain_relative"].mean())


def test_of_a_placebo_only_the_main_task_counts(tables, found):
    rows = gains(tables, rope=0.01, confidence=0.95).query("placebo and n == 6").set_index("cell_id")
    assert len(rows) == 6
    assert found.loc[rows.index, "delta_m"].to_numpy() == pytest.approx(rows["gain_relative"].to_numpy())


def test_a_task_with_a_fixed_split_leaves_no_interval(found):
    has_fixed = found["tasks"].map(lambda tasks: "scenes/tags" in tasks)
    mixed = found[has_fixed & ~found["placebo"].astype(bool)]
    assert len(mixed) == 6
    assert (mixed["n"] == 2).all()
    assert mixed["delta_m"].notna().all()
    assert mixed[["ci_low", "ci_high", "p"]].isna().all(axis=None)
    assert mixed["note"].str.contains("no between-fold variance").all()


def test_a_fold_and_seed_without_one_task_is_left_out_and_said():
    tables = synthetic_tables(2, combiners=("sum",))
    scores, cell = tables["scores"], cell_of(tables, ["notes/family", "speech/digit"])
    run = tables["runs"].query("cell_id == @cell")["run_id"].iloc[0]
    scores.loc[(scores["run_id"] == run) & (scores["task"] == "speech/digit"), "value"] = np.nan
    row = delta_m(tables, confidence=0.95).set_index("cell_id").loc[cell]
    assert (row["n"], row["note"]) == (5, "1 of 6 runs missing")
    tables["scores"] = scores[~((scores["cell_id"] == cell) & (scores["task"] == "speech/digit"))]
    row = delta_m(tables, confidence=0.95).set_index("cell_id").loc[cell]
    assert (row["n"], row["note"]) == (0, "6 of 6 runs missing")
    assert np.isnan(row["delta_m"])


def test_a_score_of_zero_alone_has_no_relative_gain():
    tables = synthetic_tables(2, combiners=("sum",))
    scores, single = tables["scores"], cell_of(tables, ["notes/family"])
    scores.loc[scores["cell_id"] == single, "value"] = 0.0
    row = (
        delta_m(tables, confidence=0.95)
        .set_index("cell_id")
        .loc[cell_of(tables, ["notes/family", "speech/digit"])]
    )
    assert np.isnan(row["delta_m"])
    assert row["note"] == "a score alone is zero: no relative gain"


def test_no_groups_no_rows():
    tables = synthetic_tables(1)
    assert delta_m(tables, confidence=0.95).empty
    assert isinstance(delta_m(tables, confidence=0.95), pd.DataFrame)
