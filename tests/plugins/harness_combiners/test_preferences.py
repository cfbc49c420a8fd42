"""COSMOS and PBI: their formulas, and preferences that are fixed or drawn."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from harness.testing import PlainStep, quadratic_problem
from tests.plugins.harness_combiners.given import Given, built
from tests.plugins.harness_combiners.records import RECORDS

LOSSES = np.array([0.5, 2.0, 1.0])
PREFERENCES = {"d/0": 3.0, "d/2": 0.5}


def value(name, present=None, **settings):
    losses = torch.tensor(LOSSES) * (torch.tensor(present) if present else 1)
    return float(
        built(name, **settings).scalarize(losses, Given(torch.eye(3), losses=losses, present=present))
    )


def cosmos(losses, r, penalty):
    r = r / r.sum()
    return r @ losses - penalty * (r @ losses) / np.linalg.norm(r) / np.linalg.norm(losses)


def pbi(losses, r, theta):
    along = r / np.linalg.norm(r)
    return losses @ along + theta * np.linalg.norm(losses - (losses @ along) * along)


@pytest.mark.parametrize(
    ("name", "formula", "setting"), [("cosmos", cosmos, "penalty"), ("pbi", pbi, "theta")]
)
@pytest.mark.parametrize("strength", [0.0, 0.5, 5.0])
def test_formula(name, formula, setting, strength):
    settings = {setting: strength, "preferences": PREFERENCES}
    expected = formula(LOSSES, np.array([3.0, 1.0, 0.5]), strength)
    assert value(name, **settings) == pytest.approx(expected, rel=1e-9)
    expected = formula(LOSSES[[0, 2]], np.array([3.0, 0.5]), strength)
    assert value(name, [True, False, True], **settings) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", ["cosmos", "pbi"])
def test_unknown_task_is_refused_with_the_study(name):
    study = {"tasks": ("notes/family", "speech/digit")}
    with pytest.raises(ValidationError, match=r"'notes/famly'.*did you mean 'notes/family'.*speech/digit"):
        RECORDS[name].parameters.model_validate({"preferences": {"notes/famly": 2.0}}, context=study)


@pytest.mark.parametrize(
    "settings", [{"preferences": {"a/a": 0.0}}, {"draws": "often"}, {"concentration": 0.0}]
)
def test_preferences_are_positive(settings):
    with pytest.raises(ValidationError):
        RECORDS["cosmos"].parameters(**settings)


def drawn(name, order, steps, **settings):
    tasks = tuple(f"d/{task}" for task in order)
    torch.manual_seed(5)
    combiner = RECORDS[name].build(RECORDS[name].parameters(draws="dirichlet", **settings), tasks)
    problem = quadratic_problem(tasks)
    steps = [
        PlainStep(problem, problem.start, torch.optim.SGD([problem.start]), step=k) for k in range(steps)
    ]
    return torch.stack([combiner.preference(torch.ones(3), step) for step in steps])


@pytest.mark.parametrize("name", ["cosmos", "pbi"])
def test_drawn_preferences_go_to_tasks_by_name(name):
    one, other = drawn(name, (0, 1, 2), 4), drawn(name, (2, 0, 1), 4)
    torch.testing.assert_close(one[:, [2, 0, 1]], other)
    assert len({tuple(row) for row in one.tolist()}) == 4


@pytest.mark.parametrize("concentration", [0.2, 1.0, 10.0])
def test_drawn_preferences_are_dirichlets(concentration):
    """Mean 1/T and variance (T - 1) / (T² (T α + 1)), within four standard errors."""
    found = drawn("cosmos", (0, 1, 2), 500, concentration=concentration).double()
    variance = 2 / (9 * (3 * concentration + 1))
    torch.testing.assert_close(found.sum(1), torch.ones(500).double(), rtol=0, atol=1e-5)
    assert (found.mean(0) - 1 / 3).abs().max() < 4 * (variance / 500) ** 0.5
    spread = (found - 1 / 3).square()
    assert ((spread.mean(0) - variance).abs() < 4 * spread.std(0) / 500**0.5).all()
