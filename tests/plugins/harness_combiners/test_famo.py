import pytest
import torch
from torchjd import scalarization

from tests.plugins.harness_combiners.given import Given, built
from tests.plugins.harness_combiners.records import RECORDS


def losses_of(step, n=3):
    generator = torch.Generator().manual_seed(step)
    return torch.rand(n, generator=generator, dtype=torch.float64) * torch.tensor([1.0, 5.0, 0.1])[:n] + 0.01


@pytest.mark.parametrize(("lr", "weight_decay"), [(0.025, 1e-3), (0.3, 0.0), (0.1, 0.5)])
def test_many_steps_are_torchjds(lr, weight_decay):
    combiner = built("famo", lr=lr, weight_decay=weight_decay)
    other = scalarization.FAMO(3, lr=lr, weight_decay=weight_decay).double()
    for step in range(12):
        losses, after = losses_of(step).requires_grad_(), losses_of(step + 100)
        context = Given(torch.eye(3), losses=losses, step=step)
        slope = torch.autograd.grad(combiner.scalarize(losses, context), losses)[0]
        torch.testing.assert_close(
            slope, torch.autograd.grad(other(losses), losses)[0], rtol=1e-10, atol=1e-12
        )
        combiner.learn(losses.detach(), after, context)
        other.update(after)
        torch.testing.assert_close(combiner.logits, other._w.detach(), rtol=1e-10, atol=1e-12)
    assert combiner.logits.abs().min() > 1e-3


def test_absent_task_keeps_all_that_is_its_own():
    combiner = built("famo")
    combiner.learn(losses_of(0), losses_of(1), Given(torch.eye(3)))
    before = {name: value.clone() for name, value in combiner.state_dict().items()}
    combiner.learn(losses_of(2), losses_of(3), Given(torch.eye(3), present=[True, False, True]))
    for name, value in combiner.state_dict().items():
        assert (value != before[name]).tolist() == [True, False, True], name


def test_a_task_whose_loss_fell_least_gets_more_weight():
    combiner = built("famo")
    combiner.learn(torch.ones(3).double(), torch.tensor([0.5, 0.9, 1.0]).double(), Given(torch.eye(3)))
    weights = combiner.logits.softmax(0)
    assert weights[0] < weights[1]
    assert weights[0] < weights[2]


def test_nothing_of_it_joins_the_networks_optimizer():
    combiner = RECORDS["famo"].build(RECORDS["famo"].parameters(), ("a/a", "b/b"))
    assert not list(combiner.parameters())
    assert set(combiner.state_dict()) == {"logits", "mean", "square", "steps"}
