"""MoDo and SDMGrad against TorchJD's weightings, and what they take of a batch's halves."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from torchjd import aggregation

from harness_combiners.halves import product_of_halves
from harness_combiners.simplex import onto_simplex, present_shares, with_present
from tests.plugins.harness_combiners.given import Given, built
from tests.plugins.harness_combiners.gradients import conflicting, drawn, unequal


def steps(kind, n=8):
    for step in range(n):
        halves = torch.stack([kind(3, 2 * step), kind(3, 2 * step) + 0.5 * drawn(3, 50 + step)])
        yield Given(halves.mean(0), halves=halves, step=step)


@pytest.mark.parametrize("kind", [drawn, conflicting, unequal])
@pytest.mark.parametrize(
    ("name", "settings", "weighting"),
    [
        ("modo", {"gamma": 0.01, "rho": 0.1}, aggregation.MoDoWeighting(0.01, 0.1)),
        ("modo", {"gamma": 0.3, "rho": 0.0}, aggregation.MoDoWeighting(0.3, 0.0)),
        ("sdmgrad", {}, aggregation.SDMGradWeighting()),
        (
            "sdmgrad",
            {"lr": 0.5, "momentum": 0.0, "iterations": 7, "pull": 0.6},
            aggregation.SDMGradWeighting(0.5, 0.0, 7, 0.6),
        ),
    ],
)
def test_many_steps_are_torchjds(kind, name, settings, weighting):
    combiner = built(name, **settings)
    weighting.reset()
    for context in steps(kind):
        first, second = context.halves()
        expected = weighting(first @ second.T) @ context.gradients()
        found = combiner.aggregate(context.gradients(), context)
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)
    assert combiner.weights.sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", ["modo", "sdmgrad"])
def test_absent_task_keeps_its_share(name):
    combiner = built(name)
    combiner.weights.copy_(torch.tensor([0.2, 0.5, 0.3]))
    halves = torch.stack([drawn(3, 0), drawn(3, 1)])
    combiner.aggregate(drawn(3, 0), Given(drawn(3, 0), halves=halves, present=[True, False, True]))
    assert combiner.weights[1] == 0.5
    assert combiner.weights.sum() == pytest.approx(1)
    assert combiner.weights[0] != pytest.approx(0.2, rel=1e-3)


@pytest.mark.parametrize("pull", [0.0, 0.3])
def test_sdmgrads_descent_ends_at_its_minimum(pull):
    """Many steps on one Gramian, against SciPy's solution of the quadratic program."""
    gradients = conflicting(3, 1)
    gramian = (gradients @ gradients.T).numpy()
    combiner = built("sdmgrad", pull=pull, lr=0.05, momentum=0.5, iterations=2000)
    found = combiner.aggregate(gradients, Given(gradients)).numpy() * (1 + pull)
    best = minimize(
        lambda w: (w + pull / 3) @ gramian @ (w + pull / 3), np.full(3, 1 / 3), bounds=[(0, 1)] * 3,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, tol=1e-14,
    )  # fmt: skip
    np.testing.assert_allclose(found, (best.x + pull / 3) @ gradients.numpy(), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_the_nearest_point_of_the_simplex(seed):
    """By its conditions: on the simplex, and no direction to a corner is nearer."""
    point = 2 * torch.randn(4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    found = onto_simplex(point)
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1)
    away = point - found
    assert (away - (away @ found)).max() < 1e-12


def test_shares_of_tasks_without_weight_are_equal():
    context = Given(torch.eye(3), present=[True, False, True])
    weights = torch.tensor([0.0, 1.0, 0.0])
    assert present_shares(weights, context).tolist() == [0.5, 0.5]
    assert with_present(weights, torch.tensor([0.9, 0.1]), context).tolist() == [0.0, 1.0, 0.0]


def test_the_product_of_halves_does_not_see_the_noise():
    """Gradients of mean 0 and variance 1 in 50 coordinates: a Gramian of the whole has 25 on its diagonal."""
    generator = torch.Generator().manual_seed(0)
    found, whole = [], []
    for _ in range(400):
        halves = torch.randn(2, 2, 50, generator=generator, dtype=torch.float64)
        found.append(product_of_halves(Given(halves.mean(0), halves=halves)))
        whole.append((halves.mean(0) @ halves.mean(0).T).diagonal())
    assert torch.stack(whole).mean() == pytest.approx(25, rel=0.05)
    assert torch.stack(found).mean(0).abs().max() < 4 * (50 / 400) ** 0.5
