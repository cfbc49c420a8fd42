import pytest

from harness.errors import TrainingError
from harness.train.budgets import make_budget


@pytest.mark.parametrize(
    ("own_n", "batch_size", "epochs", "steps_per_epoch"), [(64, 32, 20, 2), (65, 32, 20, 3), (1, 32, 3, 1)]
)
def test_budget_is_epochs_times_batches_that_hold_the_clips(own_n, batch_size, epochs, steps_per_epoch):
    budget = make_budget(own_n, batch_size=batch_size, epochs=epochs, curve_points=50)
    assert budget.steps_per_epoch == steps_per_epoch
    assert budget.steps == epochs * steps_per_epoch


@pytest.mark.parametrize(("own_n", "epochs"), [(3200, 20), (3200, 1), (320, 5), (3200, 60), (1000, 50)])
def test_curves_have_at_least_the_points_asked_for(own_n, epochs):
    budget = make_budget(own_n, batch_size=32, epochs=epochs, curve_points=50)
    counted = sum(budget.is_point(step) for step in range(1, budget.steps + 1))
    assert counted == budget.n_points >= min(50, budget.steps)
    assert counted <= 50 + epochs


def test_every_step_is_a_point_where_the_budget_is_small():
    budget = make_budget(64, batch_size=32, epochs=4, curve_points=50)
    assert all(budget.is_point(step) for step in range(1, budget.steps + 1))


def test_points_are_spread_evenly_and_hold_every_epochs_end():
    budget = make_budget(3200, batch_size=32, epochs=20, curve_points=50)
    steps = [step for step in range(1, budget.steps + 1) if budget.is_point(step)]
    gaps = [later - earlier for earlier, later in zip([0, *steps], steps)]
    assert max(gaps) - min(gaps) <= 1
    ends = [step for step in range(1, budget.steps + 1) if budget.ends_epoch(step)]
    assert ends == [100 * epoch for epoch in range(1, 21)]
    assert set(ends) <= set(steps)


@pytest.mark.parametrize("bad", [{"own_n": 0}, {"epochs": 0}, {"batch_size": 0}])
def test_empty_budgets_are_refused(bad):
    values = {"own_n": 5, "epochs": 5, "batch_size": 5} | bad
    with pytest.raises(TrainingError, match="at least one clip"):
        make_budget(values.pop("own_n"), curve_points=50, **values)
