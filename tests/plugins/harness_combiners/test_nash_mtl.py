import warnings

import pytest
import torch
from torchjd import aggregation

from harness_combiners.nash_mtl import bargain
from tests.plugins.harness_combiners.given import Given, built, update
from tests.plugins.harness_combiners.gradients import conflicting, dependent, drawn, extreme, opposed, unequal


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("tasks", [2, 3, 5])
@pytest.mark.parametrize("kind", [drawn, conflicting, unequal, extreme])
def test_the_agreement_is_the_papers(kind, tasks, seed):
    """Every task's gain is one over its weight, and the update is as long as the root of their number."""
    gradients = kind(tasks, seed) + 0.01 * drawn(tasks, seed + 9) * gradients_scale(kind, tasks, seed)
    found = update("nash_mtl", gradients, max_norm=0.0)
    alphas = torch.linalg.lstsq(gradients.T, found.unsqueeze(1), driver="gelsd").solution[:, 0]
    torch.testing.assert_close(alphas * (gradients @ found), torch.ones(tasks).double(), rtol=0, atol=1e-6)
    assert found.norm() == pytest.approx(tasks**0.5, rel=1e-9)


def gradients_scale(kind, tasks, seed):
    return kind(tasks, seed).norm(dim=1, keepdim=True)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("tasks", [2, 3])
def test_it_is_torchjds_where_gradients_do_not_conflict_much(tasks, seed):
    """Its solver is good to about 1e-4 there."""
    pytest.importorskip("cvxpy", reason="TorchJD's Nash-MTL needs cvxpy")
    pytest.importorskip("ecos", reason="TorchJD's Nash-MTL needs ecos")
    gradients = drawn(tasks, seed) + 0.5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = aggregation.NashMTL(tasks)(gradients)
    torch.testing.assert_close(update("nash_mtl", gradients), expected, rtol=0, atol=1e-3)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_no_loss_rises_where_gradients_depend_on_each_other(dtype):
    gradients = dependent(3, 0).to(dtype)
    found = built("nash_mtl").to(dtype).aggregate(gradients, Given(gradients))
    assert (gradients @ found).min() > 0


def test_opposed_gradients_move_next_to_nothing():
    assert update("nash_mtl", opposed(2, 0)).norm() < 1e-5


def test_it_is_cut_to_its_longest_length():
    found, cut = update("nash_mtl", drawn(3, 0), max_norm=0.0), update("nash_mtl", drawn(3, 0), max_norm=0.7)
    torch.testing.assert_close(cut, 0.7 * found / found.norm())
    assert update("nash_mtl", drawn(3, 0), max_norm=9.0).norm() == pytest.approx(3**0.5)


def test_a_task_without_gradient_takes_no_part():
    gradients = drawn(3, 0)
    gradients[1] = 0
    torch.testing.assert_close(update("nash_mtl", gradients), update("nash_mtl", gradients[[0, 2]]))
    assert not update("nash_mtl", torch.zeros(2, 5)).any()


def test_two_tasks_in_closed_form():
    """``β² (1 + c) = 1`` for a cosine ``c``."""
    for c in (-0.9, 0.0, 0.5, 1.0):
        cosines = torch.tensor([[1.0, c], [c, 1.0]], dtype=torch.float64)
        torch.testing.assert_close(
            bargain(cosines), torch.full((2,), (1 + c) ** -0.5, dtype=torch.float64), rtol=1e-9, atol=1e-9
        )
