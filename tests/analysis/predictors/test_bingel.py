"""The statistics of data and curves against direct computations."""

import numpy as np
import pytest
from scipy import stats

from harness.analysis.pairs import pairwise
from harness.analysis.predictors.bingel import CURVE_UNITS, Bingel
from harness.plugins import load_registry
from tests.results.synthetic import synthetic_tables


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(6, combiners=("sum",), seeds=1)


@pytest.fixture(scope="module")
def found(tables):
    return Bingel().task_statistics(tables).set_index(["task", "statistic"])


def test_data_statistics(tables, found):
    labels = tables["labels"].query("task == 'speech/digit'")["label"]
    assert found.loc[("speech/digit", "n_clips"), "value"] == 150
    assert found.loc[("speech/digit", "n_labels"), "value"] == labels.nunique()
    shares = labels.value_counts(normalize=True)
    assert found.loc[("speech/digit", "label_entropy"), "value"] == pytest.approx(
        -(shares * np.log(shares)).sum()
    )
    assert found.loc[("speech/digit", "label_entropy"), "value"] == pytest.approx(
        stats.entropy(labels.value_counts())
    )
    assert found.xs("n_clips", level="statistic")["reliability"].isna().all()


def test_regression_has_no_labels(found):
    assert np.isnan(found.loc[("speech/rate", "n_labels"), "value"])
    assert np.isnan(found.loc[("speech/rate", "label_entropy"), "value"])


def test_curves_give_back_their_slopes(found):
    """The synthetic loss of task i falls as ``-(0.2 + 0.03 i)·ln(step/2 + 1)``."""
    steep = found.xs("curve_b", level="statistic")
    assert steep["value"].tolist() == pytest.approx([-(0.2 + 0.03 * i) for i in range(6)], abs=0.02)
    assert (steep["reliability"] > 0.9).all()
    at = 12 + 0.3 * (600 - 12)
    slopes = [-(0.2 + 0.03 * i) * 0.5 / (0.5 * at + 1) for i in range(6)]
    assert found.xs("loss_grad_30", level="statistic")["value"].tolist() == pytest.approx(slopes, rel=0.25)


def test_only_single_runs_that_are_done_count(tables):
    spoiled = dict(tables)
    singles = tables["cells"].query("group_size == 1")["cell_id"]
    curves = tables["curves"].copy()
    curves.loc[~curves["cell_id"].isin(singles), "value"] = 99.0
    first = tables["runs"].query("cell_id in @singles")["run_id"].iloc[0]
    curves.loc[curves["run_id"] == first, "value"] = 99.0
    spoiled |= {"curves": curves, "runs": tables["runs"].copy()}
    spoiled["runs"].loc[tables["runs"]["run_id"] == first, "status"] = "failed"
    after = Bingel().task_statistics(spoiled).query("statistic == 'curve_b'")["value"].tolist()
    assert after == pytest.approx([-(0.2 + 0.03 * i) for i in range(6)], abs=0.03)


def test_models_are_put_on_one_level_first(tables):
    """A second model whose losses are all shifted moves every task alike, and costs no reliability."""
    both = synthetic_tables(4, combiners=("sum",), seeds=1, models=("cnn", "dnn"))
    before = Bingel().task_statistics(both).query("statistic == 'loss_grad_10'")
    dnn = both["cells"].query("model == 'dnn'")["cell_id"]
    curves = both["curves"].copy()
    moved = curves["cell_id"].isin(dnn)
    curves.loc[moved, "value"] -= 0.01 * curves.loc[moved, "step"].astype(float)
    after = Bingel().task_statistics(both | {"curves": curves}).query("statistic == 'loss_grad_10'")
    assert np.diff(after["value"]) == pytest.approx(np.diff(before["value"]), abs=1e-9)
    assert after["reliability"].tolist() == pytest.approx(before["reliability"].tolist())


def test_without_runs_the_data_statistics_stay(tables):
    empty = tables | {"runs": tables["runs"].iloc[:0], "curves": tables["curves"].iloc[:0]}
    found = Bingel().task_statistics(empty)
    assert set(found["statistic"]) == {"n_clips", "n_labels", "label_entropy"}


def test_pair_features_are_directed(tables, found):
    features = (
        Bingel()
        .pair_features(found.reset_index(), tables)
        .set_index(["main", "partner", "predictor"])["value"]
    )
    a, b = found.loc[("notes/family", "n_clips"), "value"], found.loc[("speech/digit", "n_clips"), "value"]
    assert features["notes/family", "speech/digit", "n_clips_main"] == a
    assert features["notes/family", "speech/digit", "n_clips_partner"] == b
    assert features["notes/family", "speech/digit", "n_clips_difference"] == a - b
    assert features["speech/digit", "notes/family", "n_clips_difference"] == b - a
    assert len(features) == 6 * 5 * 3 * (3 + len(CURVE_UNITS))
    assert pairwise(found.reset_index().iloc[:0]).empty


def test_it_is_registered():
    record = load_registry().get("predictor", "bingel").component
    assert isinstance(record.build(record.parameters()), Bingel)
