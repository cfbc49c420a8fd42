"""Combiners that need a solver or a pseudoinverse, against independent solutions; and what is said without one."""

import numpy as np
import pytest
import torch
import torchjd._mixins
from scipy.optimize import nnls

from harness.api import PluginError
from tests.plugins.harness_combiners.given import update
from tests.plugins.harness_combiners.gradients import conflicting, drawn, unequal
from tests.plugins.harness_combiners.records import RECORDS, SOLVERS, skip_without_solver


@pytest.mark.parametrize("name", list(SOLVERS))
def test_without_its_solver_the_extra_is_named(name, monkeypatch):
    monkeypatch.setattr(torchjd._mixins, "find_spec", lambda package: None)
    with pytest.raises(
        PluginError, match=rf"combiner '{name}' needs a solver .*{SOLVERS[name][1]}.*mtl-harness\[gpl\]"
    ):
        RECORDS[name].build(RECORDS[name].parameters(), ("a/a", "b/b"))


@pytest.mark.parametrize("name", list(RECORDS))
def test_every_record_is_there_and_described_without_a_solver(name):
    record = RECORDS[name]
    assert record.summary
    assert record.source
    assert ("extra gpl" in record.summary) == (name in SOLVERS)


def projected(gradient, others):
    """The nearest vector that conflicts with none of ``others``: Moreau's decomposition, by non-negative squares."""
    weights, _ = nnls(others.T, -gradient)
    return gradient + weights @ others


@pytest.mark.parametrize("kind", [drawn, conflicting])
@pytest.mark.parametrize("tasks", [2, 3, 5])
@pytest.mark.parametrize("name", ["upgrad", "dualproj"])
def test_projections_are_those_of_non_negative_least_squares(name, tasks, kind):
    skip_without_solver(name)
    gradients = kind(tasks, 3) + 0.1 * drawn(tasks, 4)
    rows = gradients.numpy()
    if name == "upgrad":
        expected = np.mean([projected(row, rows) for row in rows], axis=0)
    else:
        expected = projected(rows.mean(0), rows)
    found = update(name, gradients, regularisation=1e-12)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("kind", [drawn, conflicting])
def test_fairgrads_weights_solve_its_equation(kind, alpha):
    gradients = kind(3, 2) + 0.3 * drawn(3, 5)
    found = update("fairgrad", gradients, alpha=alpha)
    weights = torch.linalg.lstsq(gradients.T, found.unsqueeze(1)).solution[:, 0]
    gains = gradients @ found
    torch.testing.assert_close(gains, weights ** (-1 / alpha), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("tasks", [2, 3, 5])
def test_configs_update_has_one_cosine_with_all_gradients_and_the_length_of_the_papers(tasks):
    gradients = unequal(tasks, 3)
    found = update("config", gradients)
    cosines = torch.cosine_similarity(gradients, found.unsqueeze(0))
    torch.testing.assert_close(cosines, cosines[:1].expand(tasks), rtol=1e-8, atol=1e-8)
    assert cosines[0] > 0
    assert found.norm() == pytest.approx(float((gradients @ found / found.norm()).sum()))
