"""Correlations within main tasks: hand-made cases, scipy, and the published table of TAG."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from harness.analysis.correlations import spearman_mean_of_mains, spearman_within_main, within_rows
from harness.analysis.design import Design
from harness.analysis.outside.features import read_features
from harness.analysis.outside.gains import read_gains
from harness.analysis.outside.tables import outside_design
from harness.analysis.regression import regressions
from tests.analysis.pairs_of_tasks import design

TAG = Path(__file__).resolve().parents[3] / "shared" / "references" / "tag2021_celeba_72_pairs.csv"


def own_sides(n_tasks=5, seed=0):
    """A design with a predictor of the partner and of the pair."""
    made = design(n_tasks, seed)
    generator = np.random.default_rng(seed)
    of_partner = dict(zip(made.tasks, generator.normal(size=n_tasks), strict=True))
    frame = made.frame.assign(
        y=made.frame["partner"].map(of_partner), z=generator.normal(size=len(made.frame))
    )
    features = frame.set_index(["main", "partner"])[["x0", "y", "z"]]
    return Design(frame, ("x0", "y", "z"), features, "gain", "")


def test_agree_with_scipy_main_by_main():
    frame = own_sides().frame
    main = frame["main"].to_numpy()
    centred = frame[["z", "gain"]] - frame.groupby("main")[["z", "gain"]].transform("mean")
    x, gain = frame["z"].to_numpy()[None], frame["gain"].to_numpy()
    assert spearman_within_main(x, gain, main)[0] == pytest.approx(
        spearmanr(centred["z"], centred["gain"]).statistic
    )
    each = [spearmanr(part["z"], part["gain"]).statistic for _, part in frame.groupby("main")]
    assert spearman_mean_of_mains(x, gain, main)[0] == pytest.approx(np.mean(each))


def test_a_statistic_of_the_main_says_nothing_within_mains():
    rows = pd.DataFrame(within_rows(own_sides(), seed=0))
    assert list(rows["term"]) == ["y", "z", "y", "z"]
    assert set(rows["model"]) == {"spearman_within_main", "spearman_mean_of_mains"}
    assert (rows["se_method"] == "node permutation (all 120)").all()


def test_levels_of_mains_cannot_fool_it():
    """A predictor that is against the gains within every main, and with them over all pairs."""
    made = own_sides(6)
    level = made.frame["main"].map({task: 100.0 * k for k, task in enumerate(made.tasks)})
    within = made.frame["partner"].map({task: float(k) for k, task in enumerate(made.tasks)})
    made.frame["gain"], made.frame["z"] = level + within, level - within
    made.features["z"] = made.frame.set_index(["main", "partner"])["z"]
    table = regressions(made, confidence=0.95, seed=0).query("term == 'z'").set_index("model")["estimate"]
    assert table["spearman"] > 0.9
    assert table["spearman_within_main"] < -0.9
    assert table["spearman_mean_of_mains"] == pytest.approx(-1)


def test_no_p_where_pairs_are_missing():
    made = own_sides()
    made = Design(made.frame.iloc[1:], made.predictors, made.features, "gain", "")
    rows = pd.DataFrame(within_rows(made, seed=0))
    assert rows["p"].isna().all()
    assert (rows["note"] == "no p: not every directed pair was measured").all()


@pytest.mark.skipif(not TAG.is_file(), reason="the published table of TAG is not there")
def test_inter_task_affinity_of_tag():
    """Fifty et al. 2021 on CelebA: -.15 over all pairs, +.29 within mains, .255 the mean of nine (all to .01)."""
    gains = read_gains(TAG, "gain_pp")
    made = outside_design(gains, read_features(gains, [], ["tag_affinity"]))
    assert ((made.frame["gain"] > 0).sum(), len(made.frame)) == (20, 72)
    found = regressions(made, confidence=0.95, seed=0).set_index("model")["estimate"]
    assert found["spearman"] == pytest.approx(-0.15, abs=0.01)
    assert found["spearman_within_main"] == pytest.approx(0.29, abs=0.01)
    assert found["spearman_mean_of_mains"] == pytest.approx(0.255, abs=0.01)
