import copy

import pytest
import torch
from torch import nn

from harness.errors import TrainingError
from harness.train.population.optim import stacked_optimizer, why_not_stacked

SHAPES = [(4, 3, 2), (4,), (5, 4), (5,)]
CASES = {
    "adamw": (
        torch.optim.AdamW,
        [{"lr": 1e-2}, {"lr": 3e-3, "weight_decay": 0.2, "betas": (0.8, 0.95)}, {"eps": 1e-3}],
    ),
    "adam": (
        torch.optim.Adam,
        [{"lr": 1e-2, "weight_decay": 0.1}, {"betas": (0.5, 0.9)}, {"lr": 0.1, "eps": 1e-4}],
    ),
    "sgd": (
        torch.optim.SGD,
        [{"lr": 1e-2}, {"lr": 0.1, "momentum": 0.9}, {"momentum": 0.5, "weight_decay": 0.1}],
    ),
    "nesterov": (torch.optim.SGD, [{"lr": 0.1, "momentum": 0.9, "nesterov": True}] * 2 + [{"momentum": 0.3}]),
}
CHOICES = [(name, fused) for name in CASES for fused in (False, True)]


def members(name, fused=False, shapes=SHAPES, dtype=torch.float64):
    """Return each member's own parameters, with a group of scalars beside, and its torch optimizer."""
    kind, settings = CASES[name]
    torch.manual_seed(0)
    found = []
    for options in settings:
        own = [nn.Parameter(torch.randn(shape, dtype=dtype)) for shape in shapes]
        learned = [nn.Parameter(torch.zeros((), dtype=dtype)) for _ in range(2)]
        optimizer = kind(own, fused=fused, **options)
        optimizer.add_param_group({"params": learned, "weight_decay": 0.0})
        found.append(([*own, *learned], optimizer))
    return found


def stack(owns):
    return [nn.Parameter(torch.stack([p.detach() for p in column])) for column in zip(*owns, strict=True)]


def gradients(owns, seed):
    generator = torch.Generator().manual_seed(seed)
    return [[torch.randn(p.shape, dtype=p.dtype, generator=generator) for p in own] for own in owns]


def give(owns, stacked, grads, present=None):
    for m, own in enumerate(owns):
        for i, p in enumerate(own):
            p.grad = None if present is not None and not present[i][m] else grads[m][i].clone()
    for i, p in enumerate(stacked):
        p.grad = torch.stack([grads[m][i] for m in range(len(owns))])


def assert_same(owns, stacked, tolerance=1e-12):
    for m, own in enumerate(owns):
        for p, all_members in zip(own, stacked, strict=True):
            torch.testing.assert_close(all_members[m], p, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("name", "fused"), CHOICES)
def test_twenty_steps_are_torchs(name, fused):
    owns, optimizers = zip(*members(name, fused), strict=True)
    stacked = stack(owns)
    together = stacked_optimizer(optimizers, stacked)
    for step in range(20):
        give(owns, stacked, gradients(owns, step))
        together.step()
        for optimizer in optimizers:
            optimizer.step()
    assert_same(owns, stacked)


@pytest.mark.parametrize(
    ("name", "fused"),
    # torch's fused SGD fails where some parameters have had their first gradient and others have not
    [(name, fused) for name, fused in CHOICES if not fused or CASES[name][0] is not torch.optim.SGD],
)
def test_members_without_a_gradient_stay_as_with_torch(name, fused):
    """Blocks 0 (trunk), 1 and 2 (heads), 3 and 4 (learned) come and go; what an absent member is given is NaN."""
    owns, optimizers = zip(*members(name, fused), strict=True)
    stacked, blocks = stack(owns), [0, 0, 1, 2, 3, 4]
    together = stacked_optimizer(optimizers, stacked, blocks)
    draws = torch.Generator().manual_seed(5)
    for step in range(20):
        active = [torch.rand(3, generator=draws) < 0.6 for _ in range(5)]
        give(owns, stacked, gradients(owns, step), [active[block] for block in blocks])
        for block, p in zip(blocks, stacked, strict=True):
            p.grad[~active[block]] = torch.nan
        together.step(active)
        for optimizer in optimizers:
            optimizer.step()
    assert_same(owns, stacked)
    for member, optimizer in enumerate(optimizers):
        assert_state(together.state_of(member), optimizer.state_dict())


def assert_state(found, expected):
    assert found["param_groups"] == expected["param_groups"]
    assert list(found["state"]) == sorted(expected["state"])
    for place, tensors in expected["state"].items():
        assert list(found["state"][place]) == list(tensors)
        for name, tensor in tensors.items():
            assert found["state"][place][name].dtype == tensor.dtype
            torch.testing.assert_close(found["state"][place][name], tensor, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "fused"), CHOICES)
def test_state_goes_to_torch_and_back(name, fused):
    """Ten steps together, ten alone from the state of that, against twenty alone; and the other way round."""
    owns, optimizers = zip(*members(name, fused), strict=True)
    alone, other = copy.deepcopy((owns, optimizers))
    stacked = stack(owns)
    together = stacked_optimizer(optimizers, stacked)
    for step in range(20):
        grads = gradients(owns, step)
        give(alone, [], grads)
        for optimizer in other:
            optimizer.step()
        if step < 10:
            give(owns, stacked, grads)
            together.step()
        else:
            if step == 10:
                for m, (own, optimizer) in enumerate(zip(owns, optimizers, strict=True)):
                    optimizer.load_state_dict(together.state_of(m))
                    for p, all_members in zip(own, stacked, strict=True):
                        p.data.copy_(all_members[m])
            give(owns, [], grads)
            for optimizer in optimizers:
                optimizer.step()
    for own, expected in zip(owns, alone, strict=True):
        torch.testing.assert_close(own, expected, rtol=1e-12, atol=1e-12)
    stacked = stack(owns)
    again = stacked_optimizer(optimizers, stacked)
    for step in range(20, 25):
        give(alone, stacked, gradients(owns, step))
        again.step()
        for optimizer in other:
            optimizer.step()
    assert_same(alone, stacked)


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("in_place", [True, False])
def test_kept_members_go_on(name, in_place):
    owns, optimizers = zip(*members(name), strict=True)
    stacked, kept = stack(owns), torch.tensor([2, 0])
    together = stacked_optimizer(optimizers, stacked)
    for step in range(8):
        if step == 4:
            owns, optimizers = [owns[m] for m in kept], [optimizers[m] for m in kept]
            if in_place:
                for p in stacked:
                    p.data, p.grad = p.data[kept], None
                together.keep(kept)
            else:
                stacked = [nn.Parameter(p.detach()[kept]) for p in stacked]
                together.keep(kept, stacked)
        give(owns, stacked, gradients(owns, step))
        together.step()
        for optimizer in optimizers:
            optimizer.step()
    assert_same(owns, stacked)
    assert_state(together.state_of(1), optimizers[1].state_dict())


def test_smaller_heads_lie_in_a_corner():
    kind = torch.optim.AdamW
    owns = [[nn.Parameter(torch.randn(n, 3, dtype=torch.float64))] for n in (2, 4)]
    optimizers = [kind(own, lr=0.1, weight_decay=0.1) for own in owns]
    stacked = [nn.Parameter(torch.zeros(2, 4, 3, dtype=torch.float64))]
    for m, (own,) in enumerate(owns):
        stacked[0].data[m, : len(own)] = own.detach()
    together = stacked_optimizer(optimizers, stacked)
    for step in range(5):
        grads = gradients(owns, step)
        stacked[0].grad = torch.zeros_like(stacked[0])
        for m, ((own,), (grad,)) in enumerate(zip(owns, grads, strict=True)):
            own.grad, stacked[0].grad[m, : len(own)] = grad, grad
            optimizers[m].step()
        together.step()
    for m, (own,) in enumerate(owns):
        torch.testing.assert_close(stacked[0][m, : len(own)], own, rtol=1e-12, atol=1e-12)
        assert_state(together.state_of(m), optimizers[m].state_dict())
    assert not stacked[0][0, 2:].any()


def test_state_lies_in_memory_as_the_members_parameter_does():
    own = nn.Parameter(torch.randn(4, 3, 3, 3).to(memory_format=torch.channels_last))
    optimizer = torch.optim.AdamW([own])
    stacked = nn.Parameter(own.detach()[None].contiguous())
    together = stacked_optimizer([optimizer], [stacked])
    stacked.grad = torch.randn(stacked.shape)
    together.step()
    moment = together.state_of(0)["state"][0]["exp_avg"]
    assert moment.stride() == own.stride()
    torch.testing.assert_close(moment, 0.1 * stacked.grad[0])


def test_what_does_not_fit_together_is_refused():
    (own, adam), (_, other) = members("adam")[:2]
    sgd = torch.optim.SGD(own)
    one, two = stack([own]), stack([own, own])
    with pytest.raises(TrainingError, match=r"Adam with .* and SGD with"):
        stacked_optimizer([adam, sgd], two)
    with pytest.raises(TrainingError, match="must have 2 members"):
        stacked_optimizer([adam, other], one)
    with pytest.raises(TrainingError, match="6 parameters, stacked are 5"):
        stacked_optimizer([adam], one[:5])
    with pytest.raises(TrainingError, match="block 0 must lie in one parameter group"):
        stacked_optimizer([adam], one, [0] * 6)
    with pytest.raises(TrainingError, match=r"\[0, 1, 2, 3\] have no gradient"):
        stacked_optimizer([adam], one).step()
    for p in own[:2]:
        p.grad = torch.ones_like(p)
    adam.step()
    with pytest.raises(TrainingError, match=r"the same steps, found \[0, 1\]"):
        stacked_optimizer([adam], one)


@pytest.mark.parametrize(
    ("optimizer", "reason"),
    [
        (torch.optim.Adam([torch.zeros(1)], amsgrad=True), "amsgrad=True of Adam"),
        (torch.optim.SGD([torch.zeros(1)], momentum=0.5, dampening=0.1), "dampening=0.1 of SGD"),
        (torch.optim.Adagrad([torch.zeros(1)]), "Adagrad has no stacked form"),
        (torch.optim.AdamW([torch.zeros(1)]), None),
    ],
)
def test_reasons(optimizer, reason):
    found = why_not_stacked(optimizer)
    assert found is None if reason is None else reason in found


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
@pytest.mark.parametrize("name", list(CASES))
def test_step_is_captured_as_a_graph(name):
    owns, optimizers = zip(*members(name), strict=True)
    stacked = [nn.Parameter(p.detach().cuda()) for p in stack(owns)]
    for p in stacked:
        p.grad = torch.zeros_like(p)
    together = stacked_optimizer(optimizers, stacked)
    start = [p.detach().clone() for p in stacked], [b.moments for b in together.blocks]
    active = [torch.ones(3, dtype=torch.bool, device="cuda")] * len(together.blocks)
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        together.step(active)
    torch.cuda.current_stream().wait_stream(stream)
    for p, first in zip(stacked, start[0], strict=True):
        p.data.copy_(first)
    for block in together.blocks:
        block.steps.zero_()
        for moment in block.moments.values():
            moment.zero_()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        together.step(active)
    for step in range(5):
        grads = gradients(owns, step)
        give(owns, [], grads)
        for i, p in enumerate(stacked):
            p.grad.copy_(torch.stack([grads[m][i] for m in range(3)]))
        graph.replay()
        for optimizer in optimizers:
            optimizer.step()
    assert_same(owns, [p.cpu() for p in stacked], 1e-10)
