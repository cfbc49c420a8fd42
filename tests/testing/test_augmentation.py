import pytest
import torch

from harness.api import AugmentationRecord, Mixed
from harness.testing import AugmentationContract


def contract(augment, mixes=False):
    class Contract(AugmentationContract):
        record = AugmentationRecord(
            name="under_test", factory=lambda parameters: augment, summary="for tests", mixes=mixes
        )

    return Contract()


def flip(features, generator):
    signs = torch.randint(2, (len(features), 1, 1, 1), generator=generator) * 2 - 1
    return features * signs


def mix(features, generator):
    weight = torch.rand(len(features), generator=generator)
    partner = torch.arange(len(features)).roll(1)
    scale = weight[:, None, None, None]
    return Mixed(scale * features + (1 - scale) * features[partner], partner, weight)


class TestFlip(AugmentationContract):
    record = contract(flip).record


class TestMix(AugmentationContract):
    record = contract(mix, mixes=True).record


@pytest.mark.parametrize(
    ("augment", "test"),
    [
        (lambda x, g: x[:, :, 1:], "test_shape_and_type_stay"),
        (lambda x, g: x.double(), "test_shape_and_type_stay"),
        (lambda x, g: x.mul_(2), "test_input_is_left_as_it_was"),
        (lambda x, g: x + torch.randn_like(x), "test_the_generator_decides"),
        (lambda x, g: 2 * x, "test_the_generator_decides"),
        (lambda x, g: x + torch.randn_like(x), "test_the_global_generator_is_left_alone"),
        (mix, "test_mixing_is_what_the_record_says"),
    ],
)
def test_what_breaks_the_contract_is_found(augment, test):
    with pytest.raises(AssertionError):
        getattr(contract(augment), test)()
