"""Class activation maps add up to the logit; Grad-CAM is the same map where the network has both."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from harness.api import HardSharing, TrainingError
from harness_auscultation.cam.maps import activation_maps, cam, grad_cam, method_of
from tests.plugins.harness_auscultation.records import MODELS


class Mean(nn.Module):
    """One convolution and the mean of its maps."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(1, 5, 3, padding=1)

    def forward(self, x):
        return self.convolution(x).mean(dim=(2, 3))


def small(outputs=3, **parameters):
    torch.manual_seed(0)
    record = MODELS["seal_cnn"]
    return record.build(record.parameters(widths=(4, 6), **parameters), (1, 8, 12), {"t": outputs}).eval()


@pytest.mark.parametrize("outputs", [1, 3])
def test_the_mean_of_the_map_is_the_logit_without_its_bias(outputs):
    model, x = small(outputs), torch.randn(20, 1, 8, 12)
    found, logits = activation_maps(model, lambda x: model(x)["t"], x, "t")
    assert found.shape == (20, 2, 3)
    chosen = logits.argmax(dim=1)
    expected = logits.gather(1, chosen[:, None])[:, 0] - model.heads[0].bias[chosen]
    if outputs == 1:
        expected = expected * torch.where(logits[:, 0] > 0, 1.0, -1.0)
    assert_close(found.mean(dim=(1, 2)), expected.detach(), rtol=1e-4, atol=1e-6)


def test_the_map_by_hand():
    """Two maps of two frames; the head of the class decided for weighs them 2 and −1, and a side value not at all."""
    maps = torch.tensor([[[[1.0, 0.0]], [[3.0, 4.0]]]])
    weight = torch.tensor([[2.0, -1.0, 50.0], [0.0, 1.0, -50.0]])
    assert cam(maps, weight, torch.tensor([[1.0, 0.5]])).tolist() == [[[-1.0, -4.0]]]
    assert cam(maps, weight, torch.tensor([[0.0, 0.5]])).tolist() == [[[3.0, 4.0]]]
    assert cam(maps, weight[:1], torch.tensor([[-0.1]])).tolist() == [
        [[1.0, 4.0]]
    ]  # against the negative class


def test_grad_cam_of_a_mean_of_maps_is_its_class_activation_map():
    """With global average pooling the weights are the head's over the cells (Selvaraju et al. 2017, section 3.1)."""
    torch.manual_seed(0)
    model, x = HardSharing(Mean(), 5, {"t": 3}).eval(), torch.randn(6, 1, 4, 7)
    assert method_of(model) == "grad_cam"
    found, logits = grad_cam(model, lambda x: model(x)["t"], x)
    expected = cam(model.trunk.convolution(x), model.heads[0].weight, logits).relu() / (4 * 7)
    assert_close(found, expected.detach())
    assert not found.requires_grad
    assert not model.trunk.convolution._forward_hooks


def test_networks_of_other_packages_get_grad_cam():
    from harness_audio.models.cnn import Cnn
    from harness_audio.models.parameters import CnnParameters

    model = Cnn(CnnParameters(depth=2, width=3), (1, 8, 12), {"t": 2}).eval()
    found, _ = activation_maps(model, lambda x: model(x)["t"], torch.randn(3, 1, 8, 12), "t")
    assert found.shape == (3, 4, 6)
    assert found.min() >= 0


def test_a_network_without_convolutions_is_refused():
    model = HardSharing(nn.Flatten(), 4, {"t": 2})
    with pytest.raises(TrainingError, match="HardSharing has no convolution"):
        activation_maps(model, lambda x: model(x)["t"], torch.randn(1, 1, 2, 2), "t")
