"""Statistics of clips and labels against direct computations."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.analysis.predictors.audio import Audio
from harness.plugins import load_registry
from tests.results.synthetic import synthetic_tables


@pytest.fixture(scope="module")
def tables():
    return synthetic_tables(6, combiners=("sum",), seeds=1, folds=2)


@pytest.fixture(scope="module")
def found(tables):
    return Audio().task_statistics(tables).set_index(["task", "statistic"])["value"]


def test_clips(tables, found):
    clips = tables["clips"].query("dataset == 'speech'")
    assert found["speech/digit", "duration_total_s"] == pytest.approx(clips["duration_s"].sum())
    assert found["speech/digit", "duration_clip_s"] == pytest.approx(clips["duration_s"].mean())
    assert found["speech/digit", "sample_rate_hz"] == 22050
    assert found["speech/digit", "bandwidth_hz"] == pytest.approx(clips["bandwidth_hz"].mean())
    assert found["speech/digit", "snr_db"] == pytest.approx(clips["snr_db"].mean())
    assert found["speech/digit", "n_groups"] == 12


def test_labels(tables, found):
    counts = tables["labels"].query("task == 'notes/pitch_class'")["label"].value_counts()
    centred = counts - counts.mean()
    kurtosis = (centred**4).mean() / (centred**2).mean() ** 2 - 3
    assert found["notes/pitch_class", "label_kurtosis"] == pytest.approx(kurtosis)
    assert found["notes/pitch_class", "label_imbalance"] == counts.max() / counts.min()
    targets = tables["labels"].query("task == 'speech/rate'")["value"]
    assert found["speech/rate", "label_kurtosis"] == pytest.approx(stats.kurtosis(targets))
    assert np.isnan(found["speech/rate", "label_imbalance"])


def test_only_clips_with_a_label_count(tables):
    labels = tables["labels"]
    some = labels[(labels["task"] != "speech/digit") | labels["clip"].isin(["s000", "s001"])]
    found = Audio().task_statistics(tables | {"labels": some}).set_index(["task", "statistic"])["value"]
    clips = tables["clips"].query("clip in ['s000', 's001']")
    assert found["speech/digit", "duration_total_s"] == pytest.approx(clips["duration_s"].sum())


def test_nothing_known_gives_nulls(tables):
    unknown = tables["clips"].assign(snr_db=np.nan)
    tasks = tables["tasks"].assign(n_groups=pd.NA)
    empty = {"labels": tables["labels"].iloc[:0], "clips": unknown, "tasks": tasks}
    found = Audio().task_statistics(tables | empty)
    assert found["value"].isna().all()
    assert len(found) == 6 * 8


def test_it_is_registered():
    record = load_registry().get("predictor", "audio").component
    assert isinstance(record.build(record.parameters()), Audio)
