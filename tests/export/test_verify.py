"""The comparison of a written file with the harness: windows, values above 1, and what is too far apart."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from harness.errors import TrainingError
from harness.export.runs import find_run, list_networks
from harness.export.source import source_of
from harness.export.verify import _clip, _difference


def test_windows_are_averaged(study):
    source = source_of(find_run(study, list_networks(study)[0]["run_id"]), tasks=["b/wave"])
    module = source.module()

    def compute(batch):
        with torch.no_grad():
            return {task: values.numpy() for task, values in module(torch.from_numpy(batch)).items()}

    windows = source.parameters.model_copy(update={"fit": "windows", "hop_s": 0.1})
    source = replace(source, parameters=windows)
    waveform = np.random.default_rng(0).standard_normal(5000).astype(np.float32)
    found, expected = _clip(source, compute, waveform)["b/wave"], source.probabilities(waveform)["b/wave"]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert not np.allclose(found, compute(waveform[None])["b/wave"][0], atol=1e-3)


def test_values_above_one_are_compared_by_their_size():
    assert _difference({"t": np.array([1000.001])}, {"t": np.array([1000.0])}, 1e-5, "x") == pytest.approx(
        1e-6
    )
    for values in ([0.5001, 0.4999], [float("nan"), 0.5]):
        with pytest.raises(TrainingError, match="of test clip c, the harness"):
            _difference({"t": np.array(values)}, {"t": np.array([0.5, 0.5])}, 1e-5, "test clip c")
