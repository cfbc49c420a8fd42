"""Correlations of gain matrices against scipy, their p against brute force."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.analysis.patterns import COLUMNS, patterns
from tests.analysis.gain_tables import gain_rows, row, table


def matrices(n, seed=0):
    generator = np.random.default_rng(seed)
    first = generator.normal(size=(n, n))
    return first, first + generator.normal(size=(n, n))


def found(gains, statistic, **where):
    rows = patterns(gains, seed=0)
    for name, value in ({"statistic": statistic} | where).items():
        rows = rows[rows[name] == value]
    return rows.iloc[0] if len(rows) == 1 else rows


@pytest.mark.parametrize(
    ("statistic", "reference"), [("pearson", stats.pearsonr), ("spearman", stats.spearmanr)]
)
def test_correlation_is_scipy_s_and_p_is_brute_force(statistic, reference):
    n = 5
    a, b = matrices(n)
    off = [(i, j) for i, j in itertools.permutations(range(n), 2)]
    row = found(table(gain_rows(a, model="x"), gain_rows(b, model="y")), statistic)
    expected = reference([a[p] for p in off], [b[p] for p in off]).statistic
    drawn = [
        reference([a[s[i], s[j]] for i, j in off], [b[p] for p in off]).statistic
        for s in itertools.permutations(range(n))
    ]
    assert row["value"] == pytest.approx(expected, abs=1e-12)
    assert row["p"] == pytest.approx(np.mean(np.abs(drawn) >= abs(expected) - 1e-12))
    assert (row["factor"], row["a"], row["b"], row["n"], row["n_tasks"]) == ("model", "x", "y", 20, 5)
    assert row["p_method"] == "node permutation (all 120)"


@pytest.mark.parametrize(("name", "reference"), [("pearson", stats.pearsonr), ("spearman", stats.spearmanr)])
def test_within_main_is_the_correlation_of_what_the_main_s_mean_leaves(name, reference):
    a, b = matrices(5)
    off = ~np.eye(5, dtype=bool)
    centred = [m[off].reshape(5, 4) - m[off].reshape(5, 4).mean(axis=1, keepdims=True) for m in (a, b)]
    row = found(table(gain_rows(a, feature="x"), gain_rows(b, feature="y")), f"{name}_within_main")
    assert row["value"] == pytest.approx(reference(*(m.ravel() for m in centred)).statistic, abs=1e-12)


def test_main_effects_alone_are_no_pattern_of_partners():
    """Two matrices that share only how much each main task gains."""
    generator = np.random.default_rng(1)
    main = 5 * generator.normal(size=(8, 1))
    gains = table(
        *(gain_rows(main + generator.normal(size=(8, 8)), combiner=name) for name in ("sum", "dwa"))
    )
    over_all, inside = found(gains, "pearson"), found(gains, "pearson_within_main")
    assert over_all["value"] > 0.8
    assert over_all["p"] < 0.01
    assert abs(inside["value"]) < 0.35
    assert "subtract the same single scores" in over_all["note"]
    assert pd.isna(inside["note"])


def test_a_pair_counts_once_with_its_mean_over_the_settings_that_both_levels_have():
    a, b = matrices(4)
    settings = [gain_rows(a + 1.0, model="x", feature="f"), gain_rows(a - 1.0, model="x", feature="g"),
                gain_rows(b, model="y", feature="f"), gain_rows(b, model="y", feature="g"),
                gain_rows(100 * b, model="y", feature="h")]  # fmt: skip
    off = ~np.eye(4, dtype=bool)
    row = found(table(*settings), "pearson", factor="model")
    assert row["n"] == 12
    assert row["value"] == pytest.approx(stats.pearsonr(a[off], b[off]).statistic)


def test_every_two_levels_have_a_row_a_statistic():
    a, b = matrices(4)
    rows = patterns(
        table(gain_rows(a, combiner="x"), gain_rows(b, combiner="y"), gain_rows(b, combiner="z")), seed=0
    )
    assert tuple(rows.columns) == COLUMNS
    assert set(zip(rows["a"], rows["b"], strict=True)) == {("x", "y"), ("x", "z"), ("y", "z")}
    assert len(rows) == 3 * 4


def test_pairs_that_were_not_measured_with_both_are_left_out():
    a, b = matrices(5)
    b[0, 1] = b[3, 2] = np.nan
    row = found(table(gain_rows(a, model="x"), gain_rows(b, model="y")), "spearman")
    both = np.isfinite(b) & ~np.eye(5, dtype=bool)
    assert row["n"] == 18
    assert row["value"] == pytest.approx(stats.spearmanr(a[both], b[both]).statistic)
    assert 0 < row["p"] <= 1


def test_metrics_of_different_scales_are_compared_relative():
    a, b = matrices(4)
    gains = table(gain_rows(a, model="x"), gain_rows(b, model="y"))
    gains.loc[gains["main"] == "d/0", "metric"] = "rmse"
    gains.loc[gains["main"] == "d/0", "gain_relative"] = gains["gain"] / 100
    rows = patterns(gains, seed=0)
    assert rows["note"].str.contains("relative gains").all()
    x, y = (gains.loc[gains["model"] == name, "gain_relative"] for name in ("x", "y"))
    assert rows["value"].iloc[0] == pytest.approx(stats.pearsonr(x, y).statistic)


def test_too_few_pairs_give_null_and_a_note():
    few = table(gain_rows([[0, 1.0], [2.0, 0]], model="x"), gain_rows([[0, 1.0], [3.0, 0]], model="y"))
    rows = patterns(few, seed=0)
    assert rows["value"].isna().all()
    assert rows["p"].isna().all()
    assert rows["note"].str.startswith("too few: ").all()
    assert rows["note"].iloc[0] == "too few: 2 directed pairs of 2 tasks"


def test_three_tasks_cannot_reach_a_small_p():
    a, b = matrices(3)
    row = found(table(gain_rows(a, model="x"), gain_rows(b, model="y")), "pearson")
    assert row["p"] >= 1 / 6 - 1e-12
    assert row["note"] == "3 tasks: no p below 0.17 is possible"


def test_equal_gains_have_no_correlation():
    a, _ = matrices(4)
    rows = patterns(table(gain_rows(a, model="x"), gain_rows(np.full((4, 4), 0.3), model="y")), seed=0)
    assert rows["value"].isna().all()
    assert (rows["note"] == "no variance").all()


def test_placebos_groups_missing_gains_and_nothing_are_no_pattern():
    a, _ = matrices(4)
    missing = row("d/1", ["d/0"], float("nan"), model="y")
    others = [row("d/0", ["d/1"], 1.0, model="y", placebo=True), row("d/0", ["d/1", "d/2"], 1.0, model="y")]
    assert patterns(table(gain_rows(a), [*others, missing]), seed=0).empty
    assert patterns(pd.DataFrame(), seed=0).empty
