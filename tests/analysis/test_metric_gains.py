"""Gains by secondary metrics against look-ups in the scores, and against ``gains`` with the metrics exchanged."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from harness.analysis.corrected import corrected_t
from harness.analysis.gains import gains
from harness.analysis.metric_gains import KEPT, metric_gains
from tests.analysis.test_gains import cell_of, look_up
from tests.results.synthetic import synthetic_tables


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(7)


@pytest.fixture(scope="module")
def found(tables):
    return metric_gains(tables, rope=0.01, confidence=0.95)


def secondary(tables):
    return {
        (t, m) for t, found in tables["tasks"][["task", "metrics"]].itertuples(index=False) for m in found[1:]
    }


def test_every_main_has_a_row_by_every_other_metric_of_its_task(tables, found):
    wanted = secondary(tables)
    assert wanted
    primary = gains(tables, rope=0.01, confidence=0.95)
    assert set(zip(found["main"], found["metric"])) == wanted
    counts = {task: sum(one == task for one, _ in wanted) for task, _ in wanted}
    assert len(found) == sum(counts.get(main, 0) for main in primary["main"])


def test_a_gain_is_looked_up_and_tested(tables, found):
    row = found[(~found["placebo"].astype(bool)) & (found["partners"].map(len) == 1)].iloc[0]
    main, metric = row["main"], row["metric"]
    position = tables["tasks"].set_index("task").loc[main]
    sign = -1 if position["metrics_direction"][list(position["metrics"]).index(metric)] == "min" else 1
    alone = look_up(tables, cell_of(tables, [main]), main, metric)
    differences = sign * (look_up(tables, row["cell_id"], main, metric) - alone)
    sizes = tables["selections"].query("task == @main").iloc[0]
    test = corrected_t(differences.to_numpy(), sizes["n_test"] / sizes["n_train"])
    assert row["n"] == len(differences) > 1
    assert row["gain"] == pytest.approx(differences.mean())
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(test.interval(0.95))
    assert row["p"] == pytest.approx(test.p)


def test_it_is_what_gains_says_when_the_metric_is_the_primary_one(tables, found):
    """Exchange primary and secondary metric of every task that has two: the numbers exchange places, too."""
    exchanged = {name: frame.copy() for name, frame in tables.items()}
    tasks = exchanged["tasks"]
    for name in ("metrics", "metrics_direction", "metrics_best"):
        tasks[name] = tasks[name].map(lambda listed: [*listed[1:2], *listed[:1], *listed[2:]])
    tasks["metric"] = tasks["metrics"].map(lambda listed: listed[0])
    tasks["metric_direction"] = tasks["metrics_direction"].map(lambda listed: listed[0])
    keys = ["cell_id", "main", "metric"]
    direct = gains(exchanged, rope=0.01, confidence=0.95).merge(found[keys], on=keys)[[*keys, *KEPT]]
    ours = found.merge(direct[keys], on=keys)[[*keys, *KEPT]]
    assert len(direct) > 0
    pd.testing.assert_frame_equal(
        ours.sort_values(keys, ignore_index=True),
        direct.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


def test_q_is_over_the_gains_of_one_metric(found):
    for _, family in found.groupby(["feature", "model", "combiner", "placebo", "metric"], dropna=False):
        known = family[family["p"].notna()]
        if len(known):
            expected = multipletests(known["p"].to_numpy(float), method="fdr_bh")[1]
            assert known["q"].to_numpy(float) == pytest.approx(expected)
    assert np.isfinite(found["q"].astype(float)).any()


def test_without_secondary_metrics_there_are_no_rows(tables):
    old = tables | {"tasks": tables["tasks"].drop(columns=["metrics", "metrics_direction", "metrics_best"])}
    assert metric_gains(old, rope=0.01, confidence=0.95).empty
