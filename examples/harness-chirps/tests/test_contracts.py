"""Each component keeps the contract of its kind; pytest collects the inherited tests."""

import harness_chirps

from harness.testing import DatasetContract, FeatureContract, MetricContract


class TestChirps(DatasetContract):
    record = harness_chirps.harness_datasets()[0]


class TestSpectralShape(FeatureContract):
    record = harness_chirps.harness_features()[0]
    parameters = {"sample_rate": 8000, "clip_s": 0.5}


class TestCohenKappa(MetricContract):
    record = harness_chirps.harness_metrics()[0]
