"""One forward pass beside LibMTL's (1.1.5, MIT), with copied weights on toy encoders.

Agreement is to 1e-5 (float32, sums in another order). LibMTL imports torchvision for the addresses of trained weights,
which nothing here uses: an empty stand-in takes its place while LibMTL is imported.
"""

from __future__ import annotations

import sys
import types
from importlib.util import find_spec

import pytest
import torch
from torch import nn

from harness_architectures.base import Base
from harness_architectures.mtan import attention
from harness_architectures.selectors import smooth_step
from tests.plugins.harness_architectures.common import RECORDS, SHAPE, batch, build

HEADS = {"a": 3, "b": 2}
CLOSE = {"rtol": 1e-5, "atol": 1e-5}


@pytest.fixture(scope="module")
def libmtl():
    if find_spec("LibMTL") is None:
        pytest.skip("LibMTL is not installed")
    with pytest.MonkeyPatch.context() as patch:
        if find_spec("torchvision") is None:
            names = ("torchvision", "torchvision.models", "torchvision.models.utils")
            for name in names:
                patch.setitem(sys.modules, name, types.ModuleType(name))
            sys.modules[names[-1]].load_state_dict_from_url = None
        return pytest.importorskip("LibMTL.architecture")


def theirs(kind, model, encoders, **kwargs):
    """Build LibMTL's architecture; it makes its encoders in the order in which ``encoders`` are given."""
    given = iter(encoders)
    decoders = nn.ModuleDict(dict(zip(model.tasks, model.heads, strict=True)))
    return kind(list(model.tasks), lambda: next(given), decoders, False, False, torch.device("cpu"), **kwargs)


def test_mmoe(libmtl):
    ours = build("mmoe", HEADS, experts=3)
    other = theirs(libmtl.MMoE, ours, ours.shared, img_size=SHAPE, num_experts=[3])
    for task, gate in zip(ours.tasks, ours.own, strict=True):
        other.gate_specific[task][0].load_state_dict(gate.linear.state_dict())
    torch.testing.assert_close(ours(batch()), other(batch()), **CLOSE)


def test_cgc(libmtl):
    ours = build("cgc", HEADS, shared_experts=2, own_experts=2)
    (shared,), owns = ours.shared, [own[0] for own in ours.own]
    # its base class makes the shared experts, then each task's are made
    encoders = [*shared.experts, *(expert for own in owns for expert in own.experts)]
    other = theirs(libmtl.CGC, ours, encoders, img_size=SHAPE, num_experts=[2, 2, 2])
    for task, own in zip(ours.tasks, owns, strict=True):
        # theirs has the shared experts first, ours the task's own
        linear = {name: value.roll(2, 0) for name, value in own.gate.linear.state_dict().items()}
        other.gate_specific[task][0].load_state_dict(linear)
    torch.testing.assert_close(ours(batch()), other(batch()), **CLOSE)


@pytest.mark.parametrize("experts", [4, 3])
def test_dselect_k(libmtl, experts):
    """Its binary codes are set by hand: with NumPy 2 LibMTL reads the character "0" as true, so that all experts have
    the same code."""
    ours = build("dselect_k", HEADS, experts=experts, k=2)
    other = theirs(
        libmtl.DSelect_k, ours, ours.shared, img_size=SHAPE, num_experts=[experts], num_nonzeros=2, kgamma=1.0
    )
    codes = [[bit == "1" for bit in format(expert, "02b")] for expert in range(experts)]
    other._binary_codes = torch.tensor(codes)[None]
    for task, gate in zip(ours.tasks, ours.own, strict=True):
        gate.z.weight.data.mul_(30)  # so that some steps are 0 or 1 and others between
        other._z_logits[task].load_state_dict(gate.z.state_dict())
        other._w_logits[task].load_state_dict(gate.w.state_dict())
    torch.testing.assert_close(ours.eval()(batch()), other.eval()(batch()), **CLOSE)
    t = torch.linspace(-1, 1, 41)
    torch.testing.assert_close(smooth_step(t, 0.8), other._smooth_step_fun(t, 0.8), **CLOSE)


class Stages(nn.Module):
    """Blocks under the names of a residual network, as LibMTL takes them apart: block 0, then the stages."""

    def __init__(self, blocks):
        super().__init__()
        self.conv1, self.layer1, self.layer2, self.layer3, self.layer4 = blocks
        self.bn1, self.relu, self.maxpool = nn.Identity(), nn.Identity(), nn.Identity()


DEEP = (1, 33, 40)


def deep(name, heads, **values):
    record = RECORDS[name]
    torch.manual_seed(0)
    return record.build(record.parameters(depth=5, width=4, dropout=0.0, **values), DEEP, heads)


def test_cross_stitch(libmtl):
    """LibMTL's unit has one weight a source, the same for all targets, none after the first block and the last:
    ours with such units gives the same."""
    ours = deep("cross_stitch", HEADS, units="block", start="own")
    other = theirs(libmtl.Cross_stitch, ours, [Stages(column.blocks) for column in ours.own])
    weights = torch.tensor([[0.7, 0.4], [0.2, 0.9], [0.5, -0.3], [1.0, 1.0]])
    other.encoder.cross_unit.data.copy_(weights)
    for index, unit in enumerate(ours.shared):
        alpha = torch.eye(2) if index in (0, 4) else weights[index - 1].expand(2, 2)
        unit.alpha.data.copy_(alpha[:, :, None])
    x = torch.randn(5, *DEEP)
    other.decoders = nn.ModuleDict(
        {
            task: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
            for task, head in other.decoders.items()
        }
    )
    torch.testing.assert_close(ours(x), other(x), **CLOSE)


def test_ple_of_one_task(libmtl):
    """LibMTL feeds the shared experts of upper levels with the task's own state and has no shared gate. For one
    task that is ours with the shared gate's weights equal to the task's; for more it is another network."""
    ours = deep("ple", {"a": 3}, levels=5, own_experts=2, shared_experts=1)
    shared, (own,) = list(ours.shared), ours.own
    for common, mine in zip(shared[:-1], own, strict=False):
        _copy_gate(mine.gate.linear, common.gate, mine.for_shared)
    experts = [
        Stages([level.experts[index].blocks[0] for level in levels])
        for levels, n in ((shared, 1), (own, 2))
        for index in range(n)
    ]
    other = theirs(libmtl.PLE, ours, experts, img_size=DEEP, num_experts=[1, 2])
    for index, mine in enumerate(own):
        linear = {name: value.roll(1, 0) for name, value in mine.gate.linear.state_dict().items()}
        other.encoder.gate_specific["a"][index][0].load_state_dict(linear)
    other.decoders = nn.ModuleDict({"a": nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), ours.heads[0])})
    x = torch.randn(5, *DEEP)
    torch.testing.assert_close(ours.eval()(x), other.eval()(x), **CLOSE)


def _copy_gate(gate, for_shared_experts, for_own_experts):
    """Give the shared gate the task's weights: first those of its two own experts, then that of the shared one."""
    for name in ("weight", "bias"):
        values = getattr(gate, name).data
        getattr(for_own_experts, name).data.copy_(values[:2])
        getattr(for_shared_experts, name).data.copy_(values[2:])


def test_attention_of_mtan(libmtl):
    """LibMTL's MTAN is tied to residual networks of 64 to 512 channels; its attention layer is ours."""
    from LibMTL.architecture.MTAN import _transform_resnet_MTAN

    other = _transform_resnet_MTAN._att_layer(None, 8, 4, 4)
    ours = attention(8, 4, "shared", pictures=True)
    for index in (1, 4):
        ours[index].load_state_dict(other[index].state_dict())
    for index in (0, 3):
        nn.init.zeros_(other[index].bias)  # ours has none before a normalisation
        ours[index].weight.data.copy_(other[index].weight)
    x = torch.randn(3, 8, 5, 6)
    torch.testing.assert_close(ours(x), other(x), **CLOSE)


def test_toy_encoders_are_trunks_of_the_base(libmtl):
    base = Base(RECORDS["mmoe"].parameters(depth=2, width=4), SHAPE)
    assert libmtl.HPS(["a"], base.segment, nn.ModuleDict({"a": nn.Linear(8, 3)}), False, False, None)(
        batch()
    )["a"].shape == (5, 3)
