import pytest
import torch
from torch import nn

from harness.api import FeatureRecord
from harness.testing import FeatureContract


class Frames(nn.Module):
    """The energy of frames of 100 samples."""

    def __init__(self, parameters):
        super().__init__()

    def forward(self, x):
        return x.unfold(-1, 100, 100).square().mean(-1)[:, None, None]


def contract(feature):
    class Contract(FeatureContract):
        record = FeatureRecord(name="under_test", factory=feature, summary="for tests")

    return Contract()


class TestFrames(FeatureContract):
    record = contract(Frames).record


class Flat(Frames):
    def forward(self, x):
        return super().forward(x)[:, 0]


class Double(Frames):
    def forward(self, x):
        return super().forward(x).double()


class BatchScaled(Frames):
    def forward(self, x):
        return super().forward(x) / x.abs().max()


class Dithered(Frames):
    def forward(self, x):
        return super().forward(x + 1e-3 * torch.randn_like(x))


class InPlace(Frames):
    def forward(self, x):
        return super().forward(x.mul_(2))


class Log(Frames):
    def forward(self, x):
        return super().forward(x).log()


class Learned(Frames):
    def __init__(self, parameters):
        super().__init__(parameters)
        self.gain = nn.Parameter(torch.ones(()))


class Constant(Frames):
    def forward(self, x):
        return torch.ones(len(x), 1, 1, 1)


@pytest.mark.parametrize(
    ("feature", "test"),
    [
        (Flat, "test_shape_and_type"),
        (Double, "test_shape_and_type"),
        (BatchScaled, "test_clips_of_a_batch_do_not_meet"),
        (Dithered, "test_same_input_gives_same_output"),
        (InPlace, "test_input_is_left_as_it_was"),
        (Log, "test_silence_and_full_scale_are_finite"),
        (Learned, "test_nothing_is_learned"),
        (Constant, "test_different_clips_differ"),
    ],
)
def test_broken_feature_is_caught(feature, test):
    with pytest.raises(AssertionError):
        getattr(contract(feature), test)()
