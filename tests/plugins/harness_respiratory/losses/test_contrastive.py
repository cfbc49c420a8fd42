"""The contrastive term, by hand and against a loop over pairs."""

from __future__ import annotations

from itertools import permutations
from typing import ClassVar

import pytest
import torch

from harness.api import DataError, Task, TrainingError
from harness.testing import TermContract
from harness_respiratory.losses.contrastive import Contrastive, pair_losses
from harness_respiratory.losses.parameters import ContrastiveParameters
from tests.plugins.harness_respiratory.losses.seen import BINARY, MULTICLASS, seen
from tests.plugins.harness_respiratory.records_networks import RECORDS


class TestContrastive(TermContract):
    record = RECORDS["term", "contrastive"]
    parameters: ClassVar = {"weight": 0.5, "margin": 2.0}
    embeddings: ClassVar = ("branch_1", "branch_2")


def term(**values):
    return Contrastive(ContrastiveParameters(**values))


#: Distances: a to b 5, a to c .6, b to c more than 1.
POINTS = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.6, 0.0]])


def test_three_samples_by_hand():
    """a and b are alike: 25. a and c are not: (1 − .6)² = .16. b and c are not, and far: 0. Mean of the pairs."""
    values = term()(seen(torch.tensor([0, 0, 1]), embeddings={"one": POINTS}))
    assert values.shape == (3,)
    assert values.mean().item() == pytest.approx((25 + 0.16 + 0) / 3, rel=1e-6)


def test_branches_are_summed_and_weighed():
    both = seen(torch.tensor([0, 0, 1]), embeddings={"one": POINTS, "two": POINTS})
    assert term(weight=0.5)(both).mean().item() == pytest.approx((25 + 0.16) / 3, rel=1e-6)


def test_margin():
    """With margin 2: a and c (2 − .6)²; b and c stay apart (4.66)."""
    values = term(margin=2.0)(seen(torch.tensor([0, 0, 1]), embeddings={"one": POINTS}))
    assert values.mean().item() == pytest.approx((25 + 1.96) / 3, rel=1e-6)


def test_mixed_labels_are_alike_as_often_as_draws_of_them_agree():
    """a is .7 of class 0 and .3 of 1, b is 0, c is .6 of class 2 and .4 of 0: Y_ab = .7, Y_ac = .28, Y_bc = .4."""
    mixing = (torch.tensor([1, 0, 0]), torch.tensor([0.7, 1.0, 0.6]))
    values = term()(seen(torch.tensor([0, 0, 2]), embeddings={"one": POINTS}, mixing=mixing))
    far = 2.4**2 + 16
    expected = (0.7 * 25 + 0.28 * 0.36 + 0.72 * 0.16 + 0.4 * far) / 3
    assert values.mean().item() == pytest.approx(expected, rel=1e-5)


def test_against_a_loop_over_pairs():
    generator = torch.Generator().manual_seed(0)
    points, classes = 0.3 * torch.randn(9, 4, generator=generator), torch.arange(9) % 3
    pairs = []
    for i, j in permutations(range(9), 2):
        d = torch.dist(points[i], points[j])
        pairs.append(d**2 if classes[i] == classes[j] else max(1 - d, torch.tensor(0.0)) ** 2)
    values = term()(seen(classes, embeddings={"one": points}))
    torch.testing.assert_close(values.mean(), torch.stack(pairs).mean())


def test_samples_without_label_are_in_no_pair():
    targets, extra = torch.tensor([0, 0, 1, -1]), torch.tensor([[9.0, 9.0]])
    values = term()(seen(targets, embeddings={"one": torch.cat([POINTS, extra])}))
    assert values.mean().item() == pytest.approx((25 + 0.16) / 3, rel=1e-6)
    assert values[3] == 0
    mixing = (torch.tensor([0, 0, -1, 0]), torch.full((4,), 0.8))
    two = term()(seen(torch.tensor([0, 0, 1, -1]), embeddings={"one": POINTS[[0, 1, 2, 2]]}, mixing=mixing))
    assert two.mean().item() == pytest.approx(25, rel=1e-6)


def test_binary_targets():
    values = term()(seen(torch.tensor([1.0, 1.0, 0.0]), embeddings={"one": POINTS}, task=BINARY))
    assert values.mean().item() == pytest.approx((25 + 0.16) / 3, rel=1e-6)


@pytest.mark.parametrize("targets", [[-1, -1], [0, -1]])
def test_fewer_than_two_labels_cost_nothing(targets):
    assert not term()(seen(torch.tensor(targets), embeddings={"one": POINTS[:2]})).any()


def test_gradient():
    points = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    labels = torch.softmax(torch.randn(5, 3, dtype=torch.float64), 1)
    points = (0.2 * points).requires_grad_()
    assert torch.autograd.gradcheck(lambda e: pair_losses(e, labels, 1.0), (points,))


def test_coincident_samples_have_a_finite_gradient():
    points = torch.zeros(3, 2, requires_grad=True)
    pair_losses(points, torch.eye(3), 1.0).sum().backward()
    assert torch.isfinite(points.grad).all()


def test_other_tasks_and_networks_without_embeddings_are_refused():
    with pytest.raises(TrainingError, match="d/m shows no embeddings"):
        term()(seen(torch.tensor([0, 1])))
    labels = Task(name="m", kind="multilabel", classes=MULTICLASS.classes)
    with pytest.raises(DataError, match="d/m is multilabel; contrastive is for binary and multiclass"):
        term()(seen(torch.zeros(2, 3), embeddings={"one": POINTS[:2]}, task=labels))
