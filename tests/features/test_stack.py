"""Several features as the channels of one."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import interpolate
from torch.testing import assert_close

from harness.builtins import harness_features
from harness.errors import HarnessError
from harness.features import stack as stack_module
from harness.features.parameters import StackParameters
from harness.features.resize import as_channel, resized
from harness.features.stack import Stack
from harness.plugins import Registered, Registry
from harness.records import FeatureParameters, FeatureRecord
from harness.testing import FeatureContract

(RECORD,) = harness_features()
ROWS = {"sample_rate": 8000, "clip_s": 0.5, "fit": "repeat"}


REAL = {
    **ROWS,
    "size": (200, 40),
    "parts": [{"name": "log_mel", "n_mels": 24}, {"name": "mfcc", "n_mfcc": 13}, {"name": "logbank_summary"}],
}


class BinParameters(FeatureParameters):
    bins: int = 4


class Frames(nn.Module):
    """``[batch, 1, bins, samples / bins]``: the samples themselves."""

    def __init__(self, parameters):
        super().__init__()
        self.parameters = parameters

    def forward(self, waveform):
        return waveform.reshape(len(waveform), 1, self.parameters.bins, -1)


class Age(Frames):
    """A side vector of age and twice the age, 0 where unknown."""

    covariates = ("age",)

    def forward(self, waveform, values):
        age = torch.nan_to_num(values[:, 0])
        return torch.stack([age, 2 * age], dim=1)[:, None, :, None]


class Masked(Frames):
    """The samples, and a plain channel that is 1 in the seconds of audio."""

    covariates = ("duration_s", "age")
    plain = (1,)

    def forward(self, waveform, values):
        rows = super().forward(waveform)
        frames = torch.arange(rows.shape[3]) / rows.shape[3] * self.parameters.clip_s
        mask = (frames < values[:, :1]).float()[:, None, None].expand_as(rows)
        return torch.cat([rows, mask], dim=1)


FAKES = {"frames": Frames, "age": Age, "masked": Masked}


@pytest.fixture
def fakes(monkeypatch):
    registry = Registry()
    for name, factory in FAKES.items():
        record = FeatureRecord(name=name, factory=factory, parameters=BinParameters)
        registry.add(Registered(record, "tests", "tests", "1"))
    monkeypatch.setattr(stack_module, "load_registry", lambda: registry)


def stack(*parts, **options):
    return Stack(StackParameters.model_validate({**ROWS, "parts": parts, **options}))


def waves(n=3):
    return torch.from_numpy(np.random.default_rng(0).normal(size=(n, 4000)).astype(np.float32))


class TestStackOfReal(FeatureContract):
    record = RECORD
    parameters = REAL


def test_parts_are_the_channels_in_order_and_see_the_same_rows(fakes):
    found = stack({"name": "frames", "bins": 4}, "frames")(waves())
    assert found.shape == (3, 2, 4, 1000)
    assert torch.equal(found[:, 0], waves().reshape(3, 4, 1000))
    assert torch.equal(found[:, 0], found[:, 1])


def test_parts_take_the_stacks_rows(fakes):
    module = stack("frames", hop_s=0.1)
    (part,) = module.parts
    assert (part.parameters.sample_rate, part.parameters.clip_s) == (8000, 0.5)
    assert (part.parameters.fit, part.parameters.hop_s) == ("repeat", 0.1)


@pytest.mark.parametrize("antialias", [False, True])
def test_parts_of_several_shapes_are_resized(fakes, antialias):
    module = stack(
        {"name": "frames", "bins": 4}, {"name": "frames", "bins": 10}, size=(5, 7), antialias=antialias
    )
    found = module(waves())
    assert found.shape == (3, 2, 5, 7)
    for channel, bins in ((0, 4), (1, 10)):
        alone = waves().reshape(3, 1, bins, -1)
        expected = interpolate(alone, (5, 7), mode="bilinear", align_corners=False, antialias=antialias)
        assert torch.equal(found[:, channel : channel + 1], expected)


def test_bilinear_is_what_it_says():
    """Against the definition: the mean of the two nearest values, weighted by their distance."""
    x = torch.arange(8.0).reshape(1, 1, 1, 8)
    found = resized(x, (1, 4), antialias=False)
    assert_close(found.flatten(), torch.tensor([0.5, 2.5, 4.5, 6.5]), rtol=0, atol=0)


def test_several_shapes_without_a_size_are_refused(fakes):
    with pytest.raises(HarnessError, match=r"frames 4 × 1000, frames 10 × 400; give size"):
        stack({"name": "frames", "bins": 4}, {"name": "frames", "bins": 10})


def test_a_side_vector_is_a_channel_and_covariates_go_where_they_are_asked_for(fakes):
    module = stack("frames", "age", "masked")
    assert module.covariates == ("age", "duration_s")
    values = torch.tensor([[3.0, 0.25], [torch.nan, 0.5], [7.0, 0.0]])
    found = module(waves(), values)
    assert found.shape == (3, 4, 4, 1000)
    expected = torch.tensor([3.0, 6.0, 0.0, 0.0])[:, None].expand(4, 1000)
    assert torch.equal(found[0, 1], expected)
    assert not found[1, 1].any()
    assert found[:, 3].mean(dim=(1, 2)).tolist() == [0.5, 1.0, 0.0]


def test_plain_channels_are_the_stacks_and_stay_masks(fakes):
    module = stack("frames", "age", "masked", "masked", size=(3, 6))
    assert module.plain == (3, 5)
    found = module(waves(), torch.tensor([[1.0, 0.25]] * 3))
    assert set(found[:, [3, 5]].unique().tolist()) == {0.0, 1.0}
    assert torch.equal(found[0, 3, 0], torch.tensor([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]))


def test_vectors_alone_stay_vectors(fakes):
    assert stack("age", "age")(waves(), torch.ones(3, 1)).shape == (3, 2, 2, 1)
    assert as_channel(torch.ones(2, 1, 3, 1), (3, 1)).shape == (2, 1, 3, 1)


def test_a_vector_longer_than_the_bins_is_refused(fakes):
    with pytest.raises(HarnessError, match=r"as many bins as it has values, and there are 1: .*age 2 × 1"):
        stack("frames", "age", size=(1, 10))


def test_parameters_of_a_part_are_checked(fakes):
    with pytest.raises(HarnessError, match=r"stack, part 1 \(frames\): bin: Extra inputs"):
        stack("frames", {"name": "frames", "bin": 3})


def test_a_stack_may_be_a_part(monkeypatch, fakes):
    registry = stack_module.load_registry()
    registry.add(Registered(RECORD, "tests", "tests", "1"))
    module = stack("frames", {"name": "stack", "parts": ["masked", "frames"]})
    assert module.plain == (2,)
    assert module(waves(), torch.ones(3, 2)).shape == (3, 4, 4, 1000)
    assert isinstance(module.parts[1], Stack)


@pytest.mark.parametrize("size", [(0, 4), (3, -1)])
def test_sizes_of_nothing_are_refused(size):
    with pytest.raises(ValueError, match="is nothing"):
        StackParameters.model_validate({"parts": ["a"], "size": size})
