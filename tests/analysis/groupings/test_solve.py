"""The choice of networks against trying every choice, and what any best choice must be."""

import numpy as np
import pytest

from harness.analysis.groupings.choice import cost
from harness.analysis.groupings.solve import objective_value, solve
from tests.analysis.groupings.worths import by_brute_force, made

CASES = {
    "pairs": made(4, 0),
    "pairs and triples": made(4, 1, triples=2),
    "unknown pairs": made(4, 2, missing=0.25, triples=1),
    "many unknown pairs": made(4, 6, missing=0.6),
}


@pytest.mark.parametrize("objective", ["total", "worst"])
@pytest.mark.parametrize("budget", [None, 4, 6])
@pytest.mark.parametrize("networks", [1, 2, 3])
@pytest.mark.parametrize("case", CASES)
def test_best_of_all_choices_of_four_tasks(case, networks, budget, objective):
    worth = CASES[case]
    best = by_brute_force(worth, networks, budget, objective)
    found = solve(worth, networks, budget=budget, objective=objective)
    assert (found is None) == (best is None)
    if found is not None:
        assert objective_value(worth, found, objective) == pytest.approx(best, abs=1e-9)
        assert len(found) <= networks
        assert budget is None or cost(found) <= budget


@pytest.mark.parametrize("objective", ["total", "worst"])
def test_best_of_all_choices_of_five_tasks_in_two_networks(objective):
    worth = made(5, 3, triples=2)
    for budget in (None, 6):
        found = solve(worth, 2, budget=budget, objective=objective)
        best = by_brute_force(worth, 2, budget, objective)
        assert objective_value(worth, found, objective) == pytest.approx(best, abs=1e-9)


def test_every_task_is_served_once_by_a_network_that_trains_it():
    found = solve(made(9, 4), 4, budget=13)
    assert sorted(task for network in found for task in network.served) == list(range(9))
    assert all(network.trained >> task & 1 for network in found for task in network.served)


def test_more_networks_and_more_budget_are_never_worse():
    worth = made(8, 5)
    by_networks = [objective_value(worth, solve(worth, k), "total") for k in range(1, 9)]
    assert (np.diff(by_networks) >= -1e-9).all()
    by_budget = [objective_value(worth, solve(worth, 4, budget=b), "total") for b in range(8, 14)]
    assert (np.diff(by_budget) >= -1e-9).all()


def test_with_a_network_a_task_each_has_its_best_partner_or_is_alone():
    worth = made(7, 6)
    best = np.maximum(np.nanmax(worth.pairs, axis=1), 0.0)
    assert objective_value(worth, solve(worth, 7), "total") == pytest.approx(best.sum(), abs=1e-9)
    assert objective_value(worth, solve(worth, 7, objective="worst"), "worst") == pytest.approx(
        best.min(), abs=1e-9
    )


def test_gains_of_any_size_give_the_same_choice():
    worth = made(6, 7)
    larger = type(worth)(worth.tasks, worth.pairs * 1e4, worth.measured_pairs)
    assert solve(worth, 3) == solve(larger, 3)
