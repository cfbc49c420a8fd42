"""The table of gains against direct look-ups in the scores."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from harness.analysis.corrected import corrected_t
from harness.analysis.gains import gains, noise_floor
from tests.results.synthetic import synthetic_tables, true_gain


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(7)


@pytest.fixture(scope="module")
def found(tables):
    return gains(tables, rope=0.01, confidence=0.95)


def look_up(tables, cell_id, task, metric):
    """The test scores of a task in a cell, by fold and seed, straight from the tables."""
    runs = tables["runs"].query("cell_id == @cell_id and status == 'done'")
    scores = tables["scores"].query("task == @task and metric == @metric and split == 'test'")
    scores = scores[scores["label"].isna()]
    return runs.merge(scores, on="run_id").set_index(["fold", "seed"])["value"]


def cell_of(tables, tasks, combiner=None):
    cells = tables["cells"]
    same = cells["tasks"].map(lambda found: found == tasks)
    return cells[same & ~cells["placebo"] & ((cells["combiner"] == combiner) | (combiner is None))][
        "cell_id"
    ].item()


@pytest.mark.parametrize(
    ("main", "partner", "metric", "sign"),
    [("notes/family", "speech/digit", "macro_f1", 1), ("speech/rate", "speech/digit", "rmse", -1)],
)
def test_gain_is_the_mean_of_oriented_paired_differences(tables, found, main, partner, metric, sign):
    pair = [main, partner] if main < partner else [partner, main]
    cell = cell_of(tables, pair, "sum")
    differences = sign * (
        look_up(tables, cell, main, metric) - look_up(tables, cell_of(tables, [main]), main, metric)
    )
    row = found[(found["cell_id"] == cell) & (found["main"] == main)].iloc[0]
    sizes = tables["selections"].query("task == @main").iloc[0]
    test = corrected_t(differences.to_numpy(), sizes["n_test"] / sizes["n_train"])
    assert len(differences) == row["n"] == 6
    assert row["gain"] == pytest.approx(differences.mean())
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(test.interval(0.95))
    assert row["p"] == pytest.approx(test.p)
    assert row["detectable_gain"] == pytest.approx(test.detectable(0.95))
    assert (row["p_rope_below"], row["p_rope_inside"], row["p_rope_above"]) == pytest.approx(test.rope(0.01))
    assert row["gain_relative"] == pytest.approx(row["gain"] / abs(row["single_mean"]))
    assert row["gain"] == pytest.approx(sign * (row["group_mean"] - row["single_mean"]))


def test_there_is_a_row_for_every_main_and_one_for_a_placebo(tables, found):
    cells = tables["cells"].query("group_size > 1")
    expected = cells["tasks"].map(len).where(~cells["placebo"], 1).sum()
    assert len(found) == expected
    placebos = found[found["placebo"]].merge(cells[["cell_id", "tasks"]], on="cell_id")
    assert (placebos["main"] == placebos["tasks"].str[0]).all()
    assert (placebos["partners"].str[0] == placebos["tasks"].str[1]).all()
    triple = found[found["partners"].map(len) == 2]
    assert len(triple) == 2 * 3


def test_a_fixed_split_has_a_gain_but_no_interval(found):
    fixed = found[(found["main"] == "scenes/tags") & ~found["placebo"]]
    assert (fixed["n"] == 2).all()
    assert (fixed["n_folds"] == 1).all()
    assert fixed["gain"].notna().all()
    nulls = [
        "ci_low",
        "ci_high",
        "p",
        "q",
        "detectable_gain",
        "p_rope_below",
        "p_rope_inside",
        "p_rope_above",
    ]
    assert fixed[nulls].isna().all(axis=None)
    assert fixed["note"].str.contains("no between-fold variance").all()


def test_q_is_benjamini_hochberg_within_a_combiner_placebos_apart(found):
    for combiner in ("sum", "uncertainty"):
        for placebo in (False, True):
            family = found[
                (found["combiner"] == combiner) & (found["placebo"] == placebo) & found["p"].notna()
            ]
            assert family["q"].to_numpy() == pytest.approx(multipletests(family["p"], method="fdr_bh")[1])


def test_missing_runs_are_counted_and_the_rest_is_used():
    tables = synthetic_tables(3, incomplete=True)
    found = gains(tables, rope=0.01, confidence=0.95)
    cells = tables["cells"].set_index("cell_id")
    status = found["cell_id"].map(cells["status"])
    pending, failed, done = (found[status == s] for s in ("pending", "failed", "done"))
    assert (pending["note"] == "6 of 6 runs missing").all()
    assert pending[["gain", "ci_low", "p", "q"]].isna().all(axis=None)
    assert (failed["note"] == "1 of 6 runs missing").all()
    assert (failed["n"] == 5).all()
    assert failed["p"].notna().all()
    assert done["note"].isna().all()


def test_a_missing_single_leaves_no_pair():
    tables = synthetic_tables(2)
    single = cell_of(tables, ["notes/family"])
    tables["runs"].loc[tables["runs"]["cell_id"] == single, "status"] = "failed"
    found = gains(tables, rope=0.01, confidence=0.95)
    assert (found.loc[found["main"] == "notes/family", "n"] == 0).all()
    assert found.loc[found["main"] == "speech/digit", "gain"].notna().all()


def test_undefined_scores_and_unknown_sizes_give_notes_not_numbers():
    tables = synthetic_tables(2)
    group = tables["cells"].query("group_size == 2")["cell_id"].iloc[0]
    spoiled = (tables["scores"]["cell_id"] == group) & (tables["scores"]["task"] == "notes/family")
    tables["scores"].loc[spoiled, "value"] = np.nan
    tables["selections"]["n_train"] = pd.NA
    found = gains(tables, rope=0.01, confidence=0.95)
    row = found[(found["cell_id"] == group) & (found["main"] == "notes/family")].iloc[0]
    assert row["note"] == "6 of 6 runs missing"
    others = found[found["n"] == 6]
    assert others["gain"].notna().all()
    assert others["p"].isna().all()
    assert (others["note"] == "sizes of the parts unknown: no interval").all()


def test_equal_scores_have_no_variance():
    tables = synthetic_tables(2)
    tables["scores"]["value"] = 0.5
    found = gains(tables, rope=0.01, confidence=0.95)
    assert (found["gain"] == 0).all()
    assert found["p"].isna().all()
    assert (found["note"] == "no variance between the differences").all()


def test_gains_find_the_truth_and_placebos_do_not(found):
    truth = true_gain(7, 0)
    names = list(dict.fromkeys(found["main"]))
    order = ["notes/family", "speech/digit", "percussion/piece", "notes/pitch_class", "speech/voice"]
    order += ["speech/rate", "scenes/tags"]
    assert set(names) == set(order)
    pairs = found[~found["placebo"] & (found["partners"].map(len) == 1)]
    known = [truth[order.index(m), order.index(p[0])] * 1.2 for m, p in zip(pairs["main"], pairs["partners"])]
    assert np.corrcoef(known, pairs["gain"])[0, 1] > 0.9
    assert found.loc[found["placebo"], "gain"].abs().max() < 0.03


def test_noise_floor_is_the_spread_between_seeds():
    tables = synthetic_tables(2, seeds=3)
    floor = noise_floor(tables).set_index("task")
    scores = look_up(tables, cell_of(tables, ["notes/family"]), "notes/family", "macro_f1").unstack("seed")
    squares = [(scores[a] - scores[b]) ** 2 for a, b in ((0, 1), (0, 2), (1, 2))]
    assert floor.loc["notes/family", "n"] == 9
    assert floor.loc["notes/family", "sd"] == pytest.approx(np.sqrt(np.mean(squares)))
    assert noise_floor(synthetic_tables(1, seeds=1)).empty


@pytest.mark.parametrize(("main", "best"), [("notes/family", 1.0), ("speech/rate", 0.0)])
def test_error_reduction_is_over_what_the_single_leaves(found, main, best):
    rows = found[found["main"] == main]
    expected = rows["gain"] / (best - rows["single_mean"]).abs()
    assert len(rows) > 0
    assert rows["error_reduction"].to_numpy() == pytest.approx(expected.to_numpy())


def test_without_a_known_best_there_is_no_error_reduction():
    tables = synthetic_tables(2)
    tables["tasks"]["metrics_best"] = [[None, 1.0] for _ in range(2)]
    found = gains(tables, rope=0.01, confidence=0.95)
    assert found["gain"].notna().all()
    assert found["error_reduction"].isna().all()


def test_holm_is_added_when_asked(tables, found):
    assert "p_holm" not in found
    holm = gains(tables, rope=0.01, confidence=0.95, correction="holm")
    family = holm[(holm["combiner"] == "sum") & ~holm["placebo"] & holm["p"].notna()]
    assert family["p_holm"].to_numpy() == pytest.approx(multipletests(family["p"], method="holm")[1])
    assert holm["q"].equals(found["q"])


def test_placebo_and_noise_floor_stand_beside_a_gain(tables, found):
    row = found[~found["placebo"] & (found["main"] == "speech/digit")].iloc[0]
    same = found[
        found["placebo"] & (found["main"] == "speech/digit") & (found["combiner"] == row["combiner"])
    ]
    floor = noise_floor(tables).set_index("task")
    assert row["placebo_gain"] == pytest.approx(same["gain"].mean())
    assert row["noise_floor"] == pytest.approx(floor.loc["speech/digit", "sd"])
    assert found.loc[found["placebo"], "placebo_gain"].isna().all()
    assert found["capacity_gain"].isna().all()
