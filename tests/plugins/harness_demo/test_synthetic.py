import hashlib
import platform
from collections import Counter
from statistics import NormalDist
from typing import ClassVar

import numpy as np
import pytest
import soundfile
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from harness.testing.dataset import DatasetContract
from harness_demo import harness_datasets
from harness_demo.synthetic import Synthetic
from harness_demo.synthetic_latent import direction
from harness_demo.synthetic_parameters import SyntheticParameters
from tests.plugins.harness_demo.helpers import context, hashes


def synthetic(folder, **parameters):
    return Synthetic(
        SyntheticParameters(**{"sample_rate": 8000, "clip_s": 0.25, **parameters}), context(folder)
    )


class TestSyntheticContract(DatasetContract):
    record = next(record for record in harness_datasets() if record.name == "synthetic")
    parameters: ClassVar = {"n_clips": 12, "label_noise": 0.25}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the hash was taken on x86-64")
def test_bytes_are_those_of_every_other_machine(tmp_path):
    found = hashes(synthetic(tmp_path, n_clips=12, seed=5))
    assert hashlib.sha256("".join(found.values()).encode()).hexdigest()[:16] == "cef7088d014238bd"


def test_same_bytes_and_labels_in_another_folder_and_for_more_clips(tmp_path):
    few, many = synthetic(tmp_path / "a", n_clips=7), synthetic(tmp_path / "b", n_clips=11)
    few_hashes, many_hashes = hashes(few), hashes(many)
    assert {clip: many_hashes[clip] for clip in few_hashes} == few_hashes
    assert [p.labels for p in many.plans()][:7] == [p.labels for p in few.plans()]
    assert len(set(many_hashes.values())) == 11


def test_size_length_and_no_groups(tmp_path):
    clips = list(synthetic(tmp_path, n_clips=9).clips())
    assert len(clips) == 9
    assert {clip.group for clip in clips} == {None}
    assert {soundfile.info(clip.path).frames for clip in clips} == {2000}


@pytest.mark.parametrize(("classes", "folded"), [(2, False), (3, False), (2, True), (3, True)])
def test_label_is_the_stated_function_of_the_factors(tmp_path, classes, folded):
    dataset = synthetic(tmp_path, n_clips=120, classes=classes, folded=folded)
    w = direction(dataset.parameters)
    for plan in dataset.plans():
        u = NormalDist().cdf(w @ plan.sound["factors"])
        quantile = abs(2 * u - 1) if folded else u  # P(|s| < x) = 2 Φ(x) - 1
        assert plan.labels["label"] == f"c{int(quantile * classes)}"
    above = np.mean([w @ plan.sound["factors"] > 0 for plan in dataset.plans()])
    assert abs(above - 0.5) < 0.19  # four standard errors
    assert set(Counter(p.labels["label"] for p in dataset.plans()).values()) == {120 // classes}


def test_factors_are_independent_and_standard_normal(tmp_path):
    z = np.array([plan.sound["factors"] for plan in synthetic(tmp_path, n_clips=1500).plans()])
    # standard errors: mean .026, covariance .026 (off the diagonal) and .037 (on it): five of them
    assert np.abs(z.mean(0)).max() < 0.13
    assert np.abs(np.cov(z.T) - np.eye(z.shape[1])).max() < 0.18


def test_label_noise_is_the_share_of_other_labels_and_changes_no_sound(tmp_path):
    noisy = synthetic(tmp_path, n_clips=1500, classes=3, label_noise=0.2).plans()
    clean = synthetic(tmp_path, n_clips=1500, classes=3).plans()
    wrong = [a.labels != b.labels for a, b in zip(noisy, clean)]
    assert abs(np.mean(wrong) - 0.2) < 0.042  # four standard errors
    assert [p.labels["label"] for p in clean] == [p.sound["truth"] for p in noisy]
    pairs = Counter((p.sound["truth"], p.labels["label"]) for p in noisy)
    others = [n for (truth, label), n in pairs.items() if truth != label]
    assert len(others) == 6
    assert max(others) < 2 * min(others)  # 50 each are expected, with a standard deviation of 7
    np.testing.assert_array_equal(noisy[7].sound["factors"], clean[7].sound["factors"])


def test_no_noise_means_that_every_label_is_true(tmp_path):
    assert all(p.labels["label"] == p.sound["truth"] for p in synthetic(tmp_path, n_clips=50).plans())


def test_what_is_heard_tells_the_label_of_a_related_task_and_not_of_another(tmp_path):
    """A linear model of one task's sounds, applied to other tasks' sounds."""
    loads = {"own": {"f2": 1, "f5": 1}, "same": {"f2": 2, "f5": 2}, "other": {"f7": 1, "f9": 1}}
    data = {
        name: _heard(synthetic(tmp_path, n_clips=240, seed=seed, loads=one))
        for seed, (name, one) in enumerate(loads.items())
    }
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.03, max_iter=1000))
    assert 0.7 < cross_val_score(model, *data["own"], cv=3).mean() < 1
    model.fit(*data["own"])
    assert model.score(*data["same"]) > 0.75
    assert abs(model.score(*data["other"]) - 0.5) < 0.12


def _heard(dataset):
    """Return the power in 32 equal bands, dB, ``[clips, 32]``, and the labels."""
    clips = list(dataset.clips())
    spectra = [np.abs(np.fft.rfft(soundfile.read(clip.path)[0])[1:1001]) ** 2 for clip in clips]
    bands = [[band.sum() for band in np.array_split(spectrum, 32)] for spectrum in spectra]
    return 10 * np.log10(bands), [clip.labels["label"] for clip in clips]
