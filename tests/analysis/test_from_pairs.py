"""What pairs tell about larger groups, against hand-computed cases and scipy."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.analysis.from_pairs import COLUMNS, PREDICTIONS, group_predictions, groups_from_pairs
from tests.analysis.gain_tables import gain_rows, row, table

NAMES = [f"d/{i}" for i in range(5)]


def every_triple(pairs, groups):
    """Pairs of a matrix, and the gain of each main in each triple by ``groups(main, partners)``."""
    triples = [
        row(NAMES[m], [NAMES[p] for p in others], groups(m, others))
        for triple in itertools.combinations(range(len(pairs)), 3)
        for m in triple
        for others in [[p for p in triple if p != m]]
    ]
    return table(gain_rows(pairs, NAMES[: len(pairs)]), triples)


def judged(gains):
    return groups_from_pairs(gains, group_predictions(gains), seed=0).set_index("statistic")


def test_a_group_is_predicted_by_the_mean_of_its_pairs_in_the_same_setting():
    gains = table([
        row("a", ["b"], 0.1), row("a", ["c"], 0.3), row("a", ["c"], 9.0, combiner="other"),
        row("a", ["b"], 7.0, placebo=True), row("b", ["a"], 5.0), row("a", ["b", "c"], 0.25),
        row("b", ["a", "c"], 0.0),
    ])  # fmt: skip
    first, second = group_predictions(gains).to_dict("records")
    assert tuple(first) == PREDICTIONS
    assert (first["main"], first["gain"], first["n_pairs"]) == ("a", 0.25, 2)
    assert first["predicted"] == pytest.approx(0.2)
    assert first["predicted_relative"] == pytest.approx(0.4)
    assert (second["main"], second["n_pairs"]) == ("b", 1)  # b with c was not trained
    assert np.isnan(second["predicted"])


def test_statistics_by_hand():
    gains = table([
        *(row(main, [p], g) for main, p, g in (("a", "b", 0.1), ("a", "c", 0.3), ("b", "a", 0.0),
                                               ("b", "c", 0.2), ("c", "a", -0.1), ("c", "b", -0.3))),
        row("a", ["b", "c"], 0.3), row("b", ["a", "c"], 0.0), row("c", ["a", "b"], -0.1),
    ])  # fmt: skip
    found = judged(gains)["value"]  # predicted .2, .1, -.2; measured .3, 0, -.1
    assert found["mae"] == pytest.approx(0.1)
    assert found["rmse"] == pytest.approx(0.1)
    assert found["bias"] == pytest.approx((-0.1 + 0.1 - 0.1) / 3)
    assert found["mae_of_zero"] == pytest.approx(0.4 / 3)
    assert found["rmse_of_zero"] == pytest.approx((0.1 / 3) ** 0.5)
    assert np.isnan(found["pearson"])  # three values say nothing
    assert judged(gains)["note"]["pearson"] == "too few: 3 gains in larger groups"


@pytest.mark.parametrize(("name", "reference"), [("pearson", stats.pearsonr), ("spearman", stats.spearmanr)])
def test_correlation_is_scipy_s_and_p_is_brute_force(name, reference):
    generator = np.random.default_rng(0)
    pairs = generator.normal(size=(5, 5))
    gains = every_triple(pairs, lambda m, others: pairs[m, others].mean() + generator.normal())
    keys = [(NAMES.index(r.main), [NAMES.index(p) for p in r.partners]) for r in gains[20:].itertuples()]
    y = gains["gain"].to_numpy()[20:]

    def correlation(order, keys=keys):
        return reference([pairs[order[m], [order[p] for p in o]].mean() for m, o in keys], y).statistic

    expected = correlation(range(5))
    drawn = np.array([correlation(order) for order in itertools.permutations(range(5))])
    row = judged(gains).loc[name]
    assert (row["value"], row["n"]) == (pytest.approx(expected), 30)
    assert row["p"] == pytest.approx(np.mean(np.abs(drawn) >= abs(expected) - 1e-12))


def test_within_main_takes_the_main_s_mean_away():
    generator = np.random.default_rng(2)
    pairs = generator.normal(size=(5, 5)) + 10 * np.arange(5.0)[:, None]
    gains = every_triple(pairs, lambda m, others: 10 * m + generator.normal())
    known = group_predictions(gains)
    centred = known[["gain", "predicted"]] - known.groupby("main")[["gain", "predicted"]].transform("mean")
    found = judged(gains)
    assert found["value"]["pearson"] > 0.99
    assert found["value"]["pearson_within_main"] == pytest.approx(
        stats.pearsonr(centred["gain"], centred["predicted"]).statistic
    )
    assert found["p"]["pearson_within_main"] > found["p"]["pearson"]
    assert "same single scores" in found["note"]["pearson"]


def test_a_rule_that_holds_is_found_and_noise_is_not():
    generator = np.random.default_rng(3)
    pairs = generator.normal(size=(5, 5))
    exact = judged(every_triple(pairs, lambda m, others: pairs[m, others].mean()))
    assert exact["value"]["spearman"] == pytest.approx(1)
    assert exact["value"]["rmse"] == pytest.approx(0, abs=1e-12)
    assert exact["p"]["spearman"] <= 2 / 120
    assert exact["p"].isna().sum() == 5  # errors have no p


def test_missing_pairs_leave_their_groups_and_permutations_out():
    generator = np.random.default_rng(4)
    pairs = generator.normal(size=(5, 5))
    pairs[0, 1] = np.nan
    found = judged(every_triple(pairs, lambda m, others: generator.normal()))
    assert found["n"]["pearson"] == 27  # d/0 with d/1 is in three triples
    assert 0 < found["p"]["pearson"] <= 1
    assert 0 < found["p"]["spearman_within_main"] <= 1


def test_p_is_uniform_where_pairs_tell_nothing():
    generator = np.random.default_rng(5)
    p = []
    for _ in range(20):
        pairs = generator.normal(size=(5, 5)) + generator.normal(size=(5, 1))
        main = generator.normal(size=5)
        p.append(
            judged(every_triple(pairs, lambda m, o, main=main: main[m] + generator.normal()))["p"]["pearson"]
        )
    assert stats.kstest(p, "uniform").pvalue > 0.001
    assert np.mean(np.array(p) <= 0.05) < 0.15


def test_a_group_in_several_settings_counts_once():
    pairs = np.random.default_rng(6).normal(size=(4, 4))
    one = every_triple(pairs, lambda m, others: float(m))
    both = pd.concat([one, one.assign(model="other", gain=one["gain"] + 1.0)], ignore_index=True)
    assert judged(both)["n"]["mae"] == judged(one)["n"]["mae"] == 12
    assert judged(both)["value"]["pearson"] == pytest.approx(judged(one)["value"]["pearson"])


def test_different_metrics_are_judged_relative():
    pairs = np.random.default_rng(7).normal(size=(4, 4))
    gains = every_triple(pairs, lambda m, others: 1.0)
    gains.loc[gains["main"] == "d/0", "metric"] = "rmse"
    assert judged(gains)["value"]["mae_of_zero"] == pytest.approx(2.0)
    assert judged(gains)["note"].str.contains("relative gains").all()


def test_without_larger_groups_there_is_nothing():
    for gains in (pd.DataFrame(), table(gain_rows(np.ones((3, 3))))):
        predictions = group_predictions(gains)
        assert predictions.empty
        assert tuple(groups_from_pairs(gains, predictions, seed=0).columns) == COLUMNS


def test_groups_whose_pairs_were_not_trained_say_so():
    gains = table([row("a", ["b", "c"], 0.1)])
    found = judged(gains)
    assert found["value"].isna().all()
    assert found["note"]["mae"] == "no group whose pairs were all measured"
