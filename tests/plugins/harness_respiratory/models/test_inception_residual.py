"""The whole network: contract, shapes of the source, branches, and what a task's seed decides."""

from __future__ import annotations

from typing import ClassVar

import pytest
import torch
from pydantic import ValidationError
from torch.nn import functional

from harness.api import DataSetNorm
from harness.testing import ModelContract
from harness_respiratory.models.inception_residual import InceptionResidual
from harness_respiratory.models.parameters import InceptionResidualParameters
from tests.plugins.harness_respiratory.records_networks import RECORDS, SMALL

SHAPE = (3, 16, 21)


def build(heads, shape=SHAPE, **values):
    return InceptionResidual(InceptionResidualParameters(**(SMALL | values)), shape, heads)


class TestOneSpectrogram(ModelContract):
    record = RECORDS["model", "inception_residual"]
    parameters: ClassVar = SMALL | {"dropout": 0.1}
    input_shapes: ClassVar = ((1, 24, 31), (1, 3, 1))


class TestLinear(ModelContract):
    record = RECORDS["model", "inception_residual"]
    parameters: ClassVar = SMALL | {"combine": "linear", "branch_heads": False}
    input_shapes: ClassVar = ((3, 17, 20),)


class TestConcatenation(ModelContract):
    record = RECORDS["model", "inception_residual"]
    parameters: ClassVar = SMALL | {"combine": "concatenation", "branch_heads": False}
    input_shapes: ClassVar = ((2, 17, 20),)


@pytest.mark.parametrize(("shape", "width"), [((1, 128, 155), 532), ((1, 128, 512), 576)])
def test_the_source_s_sizes(shape, width):
    """Three poolings by 2 leave 20 or 64 frames; twice 256 channels of the other two attentions."""
    model = InceptionResidual(InceptionResidualParameters(), shape, {"a": 7}).eval()
    with torch.no_grad():
        seen = model.outputs(torch.randn(1, *shape))
    assert seen.logits["a"].shape == (1, 7)
    assert seen.embeddings["branch_1"].shape == (1, width)


@pytest.mark.parametrize("combine", ["linear", "concatenation"])
def test_outputs_of_three_branches(combine):
    model, x = build({"a": 3, "b": 2}, combine=combine).eval(), torch.randn(4, *SHAPE)
    seen = model.outputs(x)
    names = ["branch_1", "branch_2", "branch_3"]
    assert list(seen.embeddings) == list(seen.branches) == names
    for branch in seen.branches.values():
        assert {task: tuple(value.shape) for task, value in branch.items()} == {"a": (4, 3), "b": (4, 2)}
    torch.testing.assert_close(seen.logits, model(x))


def test_a_branch_sees_its_channel_alone():
    model, x = build({"a": 3}).eval(), torch.randn(4, *SHAPE)
    other = x.clone()
    other[:, 1] += 1.0
    one, two = model.outputs(x), model.outputs(other)
    for name, same in (("branch_1", True), ("branch_2", False), ("branch_3", True)):
        assert torch.equal(one.embeddings[name], two.embeddings[name]) is same
        assert torch.equal(one.branches[name]["a"], two.branches[name]["a"]) is same
    assert not torch.equal(one.logits["a"], two.logits["a"])


def test_everything_is_trained_by_all_outputs():
    model = build({"a": 3, "b": 2})
    seen = model.outputs(torch.randn(4, *SHAPE))
    every = [seen.logits, *seen.branches.values()]
    sum(value.square().sum() for logits in every for value in logits.values()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize(("shape", "values"), [((1, 16, 21), {}), (SHAPE, {"branch_heads": False})])
def test_without_classifiers_of_their_own_branches_are_empty(shape, values):
    model = build({"a": 3}, shape, **values)
    seen = model.outputs(torch.randn(4, *shape))
    assert list(seen.embeddings) == list(seen.branches)
    assert not any(seen.branches.values())


def test_the_trunk_does_not_depend_on_the_heads():
    trunks = []
    for heads in ({"a": 3}, {"a": 3, "b": 7}):
        torch.manual_seed(11)
        trunks.append(build(heads).trunk.state_dict())
    torch.testing.assert_close(trunks[0], trunks[1], rtol=0, atol=0)


def test_a_head_holds_every_layer_of_its_task():
    model = build({"a": 3, "b": 2})
    sizes = [sorted({p.shape[0] for p in head.parameters()}) for head in model.heads]
    assert sizes == [[3], [2]]
    assert len(list(model.heads[0].parameters())) == 2 * 4
    assert not [name for name in model.state_dict() if not name.startswith(("trunk.", "heads."))]


def test_batch_normalisation_keeps_data_sets_apart():
    """One in a batch of two data sets is normalised as if it were alone."""
    model, x = build({"a": 3}), torch.randn(8, *SHAPE)
    norms = [module for module in model.modules() if isinstance(module, DataSetNorm)]
    assert norms
    alone = model(x[:5])["a"]
    for norm in norms:
        norm.running_mean, norm.running_var = norm.running_mean.repeat(2, 1), norm.running_var.repeat(2, 1)
        norm.segments = ((0, 0, 5), (1, 5, 8))
    together = model(torch.cat([x[:5], 5 + x[5:]]))["a"]
    torch.testing.assert_close(together[:5], alone, rtol=1e-4, atol=1e-5)


def test_it_learns():
    torch.manual_seed(0)
    model, x, target = build({"a": 4}), torch.randn(8, *SHAPE), torch.arange(8) % 4
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(25):
        optimizer.zero_grad()
        functional.cross_entropy(model(x)["a"], target).backward()
        optimizer.step()
    assert (model(x)["a"].argmax(dim=1) == target).all()


def test_defaults_are_the_source_s():
    values = InceptionResidualParameters()
    assert (values.residual, values.heads, values.key_size, values.channels) == (0.4, 16, 32, (128, 256))


@pytest.mark.parametrize("name", ["kernel", "after_kernel", "inner_pool"])
def test_even_kernels_are_refused(name):
    with pytest.raises(ValidationError, match=f"{name} must be odd, found 4"):
        InceptionResidualParameters(**{name: 4})
