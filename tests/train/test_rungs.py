"""A training that stops at rungs ends as one that never stopped, to the bit."""

from __future__ import annotations

import pytest

from harness.train.checkpoint import Checkpoints
from harness.train.loop import train

from .doubles import Choice, alone, pair, registry
from .test_resume import EXTRA, spec, timeless


def at(data, directory, rung, **changes):
    """Train to a rung (``None``: to the end) from what is in the directory."""
    checkpoints = Checkpoints(directory, "k", 1e9)
    return train(
        data,
        spec(data, epochs=6, stop_epoch=rung, **changes),
        registry=registry(*EXTRA),
        checkpoints=checkpoints,
    )


@pytest.mark.parametrize("combiner", ["sum", "learned"])
@pytest.mark.parametrize("schedule", ["mixed", "alternate"])
@pytest.mark.parametrize("rungs", [(1,), (1, 3), (2, 4, 5)])
def test_from_rung_to_rung_it_is_the_same(tmp_path, combiner, schedule, rungs):
    data = pair((60, 25))
    changes = {"combiner": Choice(name=combiner), "schedule": Choice(name=schedule)}
    whole = at(data, tmp_path / "whole", None, **changes)
    stopped = [at(data, tmp_path / "parts", rung, **changes) for rung in rungs]
    assert timeless(at(data, tmp_path / "parts", None, **changes)) == timeless(whole)
    assert [one.objective for one in stopped] == [whole.objectives[rung - 1] for rung in rungs]


def test_a_single_stops_at_the_end_of_its_epoch(tmp_path):
    data = alone(pair((60, 25)))
    whole = at(data, tmp_path / "whole", None, combiner=None)
    reached = at(data, tmp_path / "parts", 2, combiner=None)
    assert reached.steps * 6 == whole.steps * 2
    assert timeless(at(data, tmp_path / "parts", None, combiner=None)) == timeless(whole)


def test_a_lost_checkpoint_changes_nothing(tmp_path):
    data = pair((60, 25))
    whole = at(data, tmp_path / "whole", None)
    at(data, tmp_path / "parts", 3)
    Checkpoints(tmp_path / "parts", "k", 1e9).delete()
    assert timeless(at(data, tmp_path / "parts", None)) == timeless(whole)


def test_nothing_is_tested_at_a_rung(tmp_path):
    reached = at(pair((60, 25)), tmp_path, 3)
    assert (reached.scores, reached.predictions, reached.selections) == ([], [], [])
    assert (reached.stop_epoch, len(reached.objectives)) == (3, 3)
    assert reached.objective == reached.objectives[-1]


def test_without_checkpoints_it_stops_all_the_same():
    data = pair((60, 25))
    reached = train(data, spec(data, epochs=6, stop_epoch=3), registry=registry(*EXTRA))
    assert reached.stop_epoch == 3
    assert reached.wall_time_s >= reached.busy_s > 0


def test_wall_times_add_up(tmp_path):
    data = pair((60, 25))
    times = [at(data, tmp_path, rung).wall_time_s for rung in (1, 3, None)]
    assert times[0] < times[1] < times[2]


def test_the_last_objective_is_the_trainings_and_none_is_below_the_one_before(tmp_path):
    whole = at(pair((60, 25)), tmp_path, None)
    assert whole.objectives[-1] == whole.objective
    assert whole.objectives == sorted(whole.objectives)
    assert (len(whole.objectives), whole.stop_epoch) == (6, None)


def test_a_short_task_is_counted_up_to_the_rung_alone(tmp_path):
    """Mixed batches take the short task through all its epochs before the long one has seen two."""
    data = pair((120, 10))
    whole = at(data, tmp_path, None)
    best = {}
    for row in whole.curves:
        if row["split"] == "validation" and row["metric"] == "accuracy" and row["epoch"] <= 2:
            best[row["task"]] = max(best.get(row["task"], 0.0), row["value"])
    assert whole.objectives[1] == pytest.approx(sum(best.values()) / 2, rel=1e-12)


def test_a_training_that_its_rule_ended_before_the_rung_is_whole(tmp_path):
    data = pair((60, 25))
    impatient = {"stopping": Choice(name="wait", parameters={"epochs": 2})}
    ended = at(data, tmp_path / "a", 5, **impatient)
    assert ended.stop_epoch is None
    assert len(ended.objectives) < 5
    assert ended.predictions
    assert timeless(ended) == timeless(at(data, tmp_path / "b", None, **impatient))
