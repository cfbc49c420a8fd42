"""Probes become pair features: means, levels of settings, reliability, and what is missing."""

import itertools

import numpy as np
import pandas as pd
import pytest

from harness.analysis.predictors.distance import Distance
from harness.analysis.predictors.networks import Optimisation, Representation, Transferability
from harness.plugins import load_registry

TASKS = ("a/x", "a/y", "b/z", "c/w")


def probes(value, probe="logme", folds=2, seeds=3, models=("cnn",)):
    """Rows for all directed pairs; ``value`` is a function of main, partner (indices), fold, seed and model."""
    rows = [
        {
            "probe": probe, "main": TASKS[i], "partner": TASKS[j], "feature": "log_mel", "model": model,
            "fold": fold, "seed": seed, "value": value(i, j, fold, seed, model), "note": None,
        }
        for i, j in itertools.permutations(range(4), 2)
        for fold, seed, model in itertools.product(range(folds), range(seeds), models)
    ]  # fmt: skip
    return {"probes": pd.DataFrame(rows)}


def features(predictor, tables):
    return predictor.pair_features(predictor.task_statistics(tables), tables)


def test_the_mean_over_folds_and_seeds_directed():
    found = features(Transferability(), probes(lambda i, j, fold, seed, _: 10 * i + j + fold + seed))
    value = found.set_index(["main", "partner", "predictor"])["value"]
    assert value["a/y", "c/w", "logme"] == pytest.approx(13 + 0.5 + 1)
    assert value["c/w", "a/y", "logme"] == pytest.approx(31 + 0.5 + 1)
    assert len(found) == 12


def test_reliability_is_that_of_pairs():
    exact = features(Transferability(), probes(lambda i, j, *_: 10 * i + j))
    assert exact["reliability"].tolist() == pytest.approx([1.0] * 12)
    generator = np.random.default_rng(0)
    noise = features(Transferability(), probes(lambda *_: generator.normal(), seeds=30))
    assert abs(noise["reliability"].iloc[0]) < 0.1
    once = features(Transferability(), probes(lambda i, j, *_: i + j, folds=1, seeds=1))
    assert once["reliability"].isna().all()


def test_a_setting_that_not_all_pairs_have_does_not_shift_those_that_do():
    tables = probes(lambda i, j, fold, seed, model: i - j + 100 * (model == "dnn"), models=("cnn", "dnn"))
    whole = features(Transferability(), tables).set_index(["main", "partner"])["value"]
    rows = tables["probes"]
    some = rows[(rows["model"] == "cnn") | (rows["main"] != "a/x") | (rows["partner"] != "b/z")]
    part = features(Transferability(), {"probes": some}).set_index(["main", "partner"])["value"]
    assert (part - part.mean()).tolist() == pytest.approx((whole - whole.mean()).tolist(), abs=0.5)


def test_probes_without_a_model_count():
    tables = probes(lambda i, j, *_: float(i + j), probe="mmd", models=(None,))
    found = features(Distance(), tables)
    assert found["value"].tolist() == [1, 2, 3, 1, 3, 4, 2, 3, 5, 3, 4, 5]
    assert set(found["predictor"]) == {"mmd"}


def test_only_finite_values_of_its_own_probes_between_two_tasks():
    rows = probes(lambda i, j, *_: float(i + j), folds=1, seeds=1)["probes"]
    rows.loc[(rows["main"] == "a/x") & (rows["partner"] == "a/y"), "value"] = np.nan
    alone = rows.iloc[[0]].assign(partner="a/x", value=1.0)
    tables = {"probes": pd.concat([rows, rows.assign(probe="rsa"), alone])}
    found = features(Transferability(), tables)
    assert set(found["predictor"]) == {"logme"}
    pairs = set(zip(found["main"], found["partner"], strict=True))
    assert len(found) == len(pairs) == 11
    assert not pairs & {("a/x", "a/y"), ("a/x", "a/x")}


@pytest.mark.parametrize(
    "tables", [{}, {"probes": pd.DataFrame(columns=["probe", "main", "partner", "value"])}]
)
def test_a_study_without_probes(tables):
    assert features(Optimisation(), tables).empty


@pytest.mark.parametrize("predictor", [Distance, Representation, Transferability, Optimisation])
def test_the_record_names_the_probes_that_are_read(predictor):
    record = load_registry().get("predictor", predictor.name).component
    assert isinstance(record.build(record.parameters()), predictor)
    assert record.probes == predictor.probes
