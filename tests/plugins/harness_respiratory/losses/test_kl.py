"""The KL loss: against torch's and scipy's divergence, cross-entropy, and the source's sum with its L2."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import rel_entr
from torch import nn
from torch.nn import functional

from harness.api import DataError, Parameters, Task
from harness.testing import LossContract
from harness_respiratory.losses.kl import Kl
from tests.plugins.harness_respiratory.losses.seen import BINARY, MULTICLASS
from tests.plugins.harness_respiratory.records_networks import RECORDS


class TestKl(LossContract):
    record = RECORDS["loss", "kl"]


def kl(task=MULTICLASS):
    return Kl(Parameters(), task)


def rows(n=6, classes=3, seed=0):
    return torch.randn(n, classes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_a_label_of_one_class_gives_the_cross_entropy():
    logits, targets = rows(), torch.tensor([0, 1, 2, 2, 1, 0])
    expected = functional.cross_entropy(logits, targets, reduction="none")
    torch.testing.assert_close(kl()(logits, targets), expected)
    whole = kl().mixed(logits, targets, targets.flip(0), torch.ones(6, dtype=torch.float64))
    torch.testing.assert_close(whole, expected)
    torch.testing.assert_close(kl().mixed(logits, targets, targets, torch.full((6,), 0.3)), expected)


@pytest.mark.parametrize("task", [MULTICLASS, BINARY])
def test_mixed_labels_have_scipy_s_divergence(task):
    classes = len(task.classes)
    logits, weight = rows(classes=classes), torch.tensor([0.5, 0.6, 0.7, 0.8, 0.9, 1.0], dtype=torch.float64)
    own, other = torch.tensor([0, 1, 0, 1, 1, 0]), torch.tensor([1, 1, 1, 0, 0, 1])
    label = weight[:, None] * functional.one_hot(own, classes)
    label = label + (1 - weight[:, None]) * functional.one_hot(other, classes)
    expected = rel_entr(label.numpy(), torch.softmax(logits, 1).numpy()).sum(axis=1)
    typed = (own.float(), other.float()) if task.kind == "binary" else (own, other)
    found = kl(task).mixed(logits, *typed, weight)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


def test_a_mixed_label_met_exactly_costs_nothing():
    weight = torch.tensor([0.7])
    logits = torch.log(torch.tensor([[0.7, 0.3, 1e-12]]))
    assert kl().mixed(logits, torch.tensor([0]), torch.tensor([1]), weight).abs() < 1e-6
    wrong = torch.log(torch.tensor([[0.6, 0.4, 1e-12]]))
    assert kl().mixed(wrong, torch.tensor([0]), torch.tensor([1]), weight) > 0.01


def test_missing_labels():
    logits = rows(3).float()
    targets, others = torch.tensor([-1, 0, 1]), torch.tensor([0, -1, 2])
    weight = torch.tensor([0.7, 0.7, 0.7])
    assert kl()(logits, targets)[0] == 0
    mixed, single = kl().mixed(logits, targets, others, weight), functional.log_softmax(logits, 1)
    torch.testing.assert_close(mixed[:2], torch.stack([-0.3 * single[0, 0], -0.7 * single[1, 0]]))
    assert kl(BINARY)(logits[:, :2], torch.tensor([torch.nan, 1.0, 0.0]))[0] == 0


def test_a_binary_task_has_a_softmax_of_two():
    loss = kl(BINARY)
    assert loss.outputs == 2
    assert loss.probabilities(torch.zeros(1, 2)).tolist() == [[0.5, 0.5]]
    assert loss.decide(torch.tensor([[0.2, 0.8], [0.8, 0.2]])).tolist() == [1.0, 0.0]


def test_one_class_is_refused():
    with pytest.raises(DataError, match=r"at least 2 classes for kl, found \('a',\)"):
        kl(Task(name="m", kind="multiclass", classes=("a",)))


@pytest.mark.parametrize("n", [1, 8])
def test_l2_of_the_source_is_adam_s_weight_decay_over_the_batch(n):
    """Σ KL + (λ/2)‖Θ‖² is n times mean KL + (λ/n/2)‖Θ‖²: so is its gradient, and Adam's steps are the same."""
    decay, targets = 1e-2, torch.arange(n) % 3
    x = torch.randn(n, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    networks = [nn.Linear(5, 3).double() for _ in range(2)]
    networks[1].load_state_dict(networks[0].state_dict())
    values = {"lr": 1e-2, "eps": 0.0}
    source = torch.optim.Adam(networks[0].parameters(), **values)
    ours = torch.optim.Adam(networks[1].parameters(), weight_decay=decay / n, **values)
    for _ in range(5):
        source.zero_grad()
        squares = sum(p.square().sum() for p in networks[0].parameters())
        (kl()(networks[0](x), targets).sum() + decay / 2 * squares).backward()
        source.step()
        ours.zero_grad()
        kl()(networks[1](x), targets).mean().backward()
        ours.step()
    torch.testing.assert_close(networks[0].state_dict(), networks[1].state_dict(), rtol=1e-10, atol=1e-12)
