"""Wilcoxon's test over tasks, against all signs counted by hand and against scipy."""

from itertools import product

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from harness.analysis.comparisons import comparisons, signed_rank
from harness.analysis.gains import gains
from tests.results.synthetic import synthetic_tables


def by_hand(differences):
    """The share of the 2^n signs whose smaller rank sum is at most the one found."""
    ranks = stats.rankdata(np.abs(differences))
    total = ranks.sum()
    smaller = [min(s, total - s) for s in (ranks[list(keep)].sum() for keep in _signs(len(ranks)))]
    found = min(ranks[differences > 0].sum(), ranks[differences < 0].sum())
    return found, np.mean(np.array(smaller) <= found + 1e-9)


def _signs(n):
    return (np.array(signs, dtype=bool) for signs in product((False, True), repeat=n))


@pytest.mark.parametrize(
    "differences",
    [[0.03, -0.01, 0.02, 0.05, 0.04, 0.06, -0.005], [0.02, 0.02, -0.02, 0.04, 0.04, 0.01], [1.0, 2.0, 3.0]],
)
def test_p_is_exact_for_few_tasks_with_and_without_ties(differences):
    statistic, p, _ = signed_rank(np.array(differences))
    assert (statistic, p) == pytest.approx(by_hand(np.array(differences)))


def test_many_tasks_are_scipys():
    values = np.random.default_rng(0).normal(0.3, 1, 20)
    found = stats.wilcoxon(values)
    assert signed_rank(values) == (found.statistic, pytest.approx(found.pvalue), "")


def test_too_few_tasks_are_told():
    _, p, note = signed_rank(np.array([0.1, 0.2, 0.3, 0.4, 0.5]))
    assert p == pytest.approx(2 / 2**5)
    assert note == "5 differences cannot reach p < .05; at least 6 can"
    _, p, note = signed_rank(np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]))
    assert p < 0.05
    assert note == ""


def test_tasks_without_a_difference_are_left_out_and_told():
    statistic, p, note = signed_rank(np.array([0.0, 0.0]))
    assert np.isnan(statistic)
    assert np.isnan(p)
    assert note.startswith("2 tasks without a difference left out; 0 differences")


@pytest.fixture(scope="module")
def study():
    tables = synthetic_tables(6, models=("cnn", "dnn"), folds=2, seeds=1)
    return tables, gains(tables, rope=0.01, confidence=0.95)


def test_tasks_have_the_mean_of_what_both_sides_measured(study):
    tables, found = study
    same_metric = {name: frame.copy() for name, frame in tables.items()}
    same_metric["tasks"] = tables["tasks"][tables["tasks"]["metric"] == "macro_f1"]
    known = found[~found["placebo"] & (found["metric"] == "macro_f1")]
    row = comparisons(same_metric, known).query("factor == 'combiner'").iloc[0]
    wide = known.assign(partner=known["partners"].map(str)).pivot(
        index=["main", "partner", "model"], columns="combiner", values="gain"
    )
    difference = (wide["sum"] - wide["uncertainty"]).groupby(level="main").mean()
    expected = stats.wilcoxon(difference)
    assert (row["a"], row["b"], row["quantity"], row["n_tasks"]) == ("sum", "uncertainty", "gain", 5)
    assert row["median_difference"] == pytest.approx(difference.median())
    assert (row["statistic"], row["p"]) == pytest.approx((expected.statistic, expected.pvalue))


def test_models_are_compared_alone_and_by_gain_with_q_and_common_units(study):
    tables, found = study
    table = comparisons(tables, found)
    models = table[table["factor"] == "model"]
    assert list(models["quantity"]) == ["single", "gain"]
    assert models["q"].to_numpy() == pytest.approx(multipletests(models["p"], method="fdr_bh")[1])
    assert table["note"].str.contains("relative differences").all()
    assert table.query("factor == 'feature'").empty


def test_the_better_model_is_on_the_positive_side(study):
    tables = {name: frame.copy() for name, frame in study[0].items()}
    scores, cells = tables["scores"], tables["cells"]
    cnn = set(cells.loc[(cells["model"] == "cnn") & (cells["group_size"] == 1), "cell_id"])
    lower_is_better = set(tables["tasks"].query("metric_direction == 'min'")["task"])
    step = np.where(scores["task"].isin(lower_is_better), -0.2, 0.2)
    scores["value"] = scores["value"] + step * scores["cell_id"].isin(cnn)
    row = comparisons(tables, study[1]).query("factor == 'model' and quantity == 'single'").iloc[0]
    assert (row["a"], row["b"]) == ("cnn", "dnn")
    assert row["median_difference"] > 0.1
    assert row["statistic"] == 0
    assert row["p"] == pytest.approx(2 / 2**6)


def test_without_gains_there_is_no_row():
    tables = synthetic_tables(1)
    assert comparisons(tables, gains(tables, rope=0.01, confidence=0.95)).empty
