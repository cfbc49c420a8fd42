"""Statistics of training and validation curves against curves whose shape is known."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.predictors.bingel import Bingel
from harness.analysis.predictors.curves import fall_share, smoothed
from harness.analysis.predictors.learning import PERCENTS, UNITS, Curves
from harness.plugins import load_registry
from tests.results.synthetic import synthetic_tables

STEP = np.arange(10, 610, 10).astype(float)


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(3, combiners=("sum",), seeds=2)


def with_losses(tables, train, validation):
    """The study with these losses, a function of step and run's number, in all single runs."""
    rows = []
    singles = tables["cells"].query("group_size == 1").set_index("cell_id")["tasks"]
    runs = tables["runs"].query("cell_id in @singles.index")
    for number, run in enumerate(runs.itertuples()):
        for split, curve in (("train", train), ("validation", validation)):
            values = curve(STEP, number)
            keys = {"cell_id": run.cell_id, "run_id": run.run_id, "task": singles[run.cell_id][0]}
            rows += [
                keys | {"split": split, "step": int(s), "metric": "loss", "value": v}
                for s, v in zip(STEP, values, strict=True)
            ]
    return tables | {"curves": pd.DataFrame(rows)}


def test_known_curves(tables):
    """Training falls as 2 - .3 ln(.05 s + 1); validation is a parabola with its minimum at step 400."""

    def train(step, _):
        return 2 - 0.3 * np.log(0.05 * step + 1)

    def validation(step, _):
        return 1.0 + 1e-6 * (step - 400) ** 2

    found = Curves().task_statistics(with_losses(tables, train, validation))
    first = found[found["task"] == "speech/digit"].set_index("statistic")["value"]
    assert first[["curve_a", "curve_b", "curve_c"]].tolist() == pytest.approx([2, -0.3, 0.05], rel=1e-3)
    assert first["loss_final"] == pytest.approx(train(600, 0), abs=2e-3)
    at = [10 + 590 * p / 100 for p in PERCENTS]
    slopes = [first[f"validation_grad_{p}"] for p in PERCENTS]
    assert slopes == pytest.approx([2e-6 * (a - 400) for a in at], abs=2e-6)
    assert first["overfit"] == pytest.approx(1e-6 * 200**2, abs=1e-4)
    assert first["generalisation_gap"] == pytest.approx(1.04 - train(600, 0), abs=3e-3)
    fallen = 390 * (1 - np.sqrt(0.1))  # the parabola has done 90 % of its fall where (s - 400)² is a tenth
    assert first["validation_plateau"] == pytest.approx(fallen / 590, abs=0.01)
    assert first["best_share"] == pytest.approx(450 / 600)


def test_reliability_is_high_for_what_belongs_to_the_task_and_low_for_noise(tables):
    generator = np.random.default_rng(0)
    found = Curves().task_statistics(
        with_losses(tables, lambda s, i: 2 - (0.1 + 0.05 * (i // 6)) * np.log(0.05 * s + 1),
                    lambda s, i: 1 + generator.normal() * s / 600)
    ).set_index("statistic")["reliability"].groupby(level=0).first()  # fmt: skip
    assert found["curve_b"] > 0.99
    assert found["loss_final"] > 0.99
    assert abs(found["validation_grad_50"]) < 0.4
    assert np.isnan(found["best_share"])  # the same in every run of every task


def test_training_statistics_are_those_of_bingel(tables):
    ours = Curves().task_statistics(tables).set_index(["task", "statistic"])
    theirs = Bingel().task_statistics(tables).dropna(subset=["reliability"]).set_index(["task", "statistic"])
    pd.testing.assert_frame_equal(ours.loc[theirs.index], theirs)


def test_the_median_over_runs_is_taken(tables):
    """One of six runs of a task far off does not move it."""
    found = Curves().task_statistics(
        with_losses(tables, lambda s, i: 2 - 0.001 * s + 5 * (i % 6 == 0), lambda s, i: 3 - 0.001 * s)
    )
    off = found[found["statistic"] == "loss_final"]["value"]
    assert off.tolist() == pytest.approx([1.4] * 3, abs=1e-6)


def test_no_runs_give_no_statistics(tables):
    found = Curves().task_statistics(tables | {"runs": tables["runs"].assign(status="pending")})
    assert found.empty
    assert Curves().pair_features(found, tables).empty


def test_every_statistic_for_every_task(tables):
    found = Curves().task_statistics(tables)
    assert found.groupby("statistic")["task"].nunique().to_dict() == dict.fromkeys(UNITS, 3)


def test_fall_share():
    assert fall_share(np.linspace(1, 0, 11), 0.9) == pytest.approx(0.9)
    assert fall_share(np.array([2.0, 1, 1, 1, 1]), 0.9) == 0.25
    assert np.isnan(fall_share(np.linspace(0, 1, 5), 0.9))
    assert np.isnan(fall_share(np.full(5, np.nan), 0.9))


def test_smoothing_keeps_a_parabola_and_takes_off_noise():
    parabola = 3 - 0.01 * STEP + 1e-5 * STEP**2
    grid = np.linspace(10, 600, 101)
    assert smoothed(STEP, parabola) == pytest.approx(3 - 0.01 * grid + 1e-5 * grid**2, abs=5e-4)
    noise = np.random.default_rng(0).normal(0, 0.1, len(STEP))
    assert np.std(smoothed(STEP, noise)[10:-10]) < 0.07
    assert np.isnan(smoothed(STEP[:4], STEP[:4])).all()


def test_it_is_registered():
    record = load_registry().get("predictor", "curves").component
    assert isinstance(record.build(record.parameters()), Curves)
