import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from harness.api import CombinerRecord, MetricRecord, OptimizerRecord, Scalarizer
from harness.bases.metric import Metric
from harness.errors import HarnessError, NonFiniteLossError, TrainingError
from harness.results.schemas import TABLES
from harness.train.loop import train
from harness.train.network import build_model

from .doubles import (
    Choice,
    OptimizerParameters,
    alone,
    pair,
    part,
    registry,
    rows,
    run_data,
    spec_for,
)


def trained(data, *extra, **changes):
    return train(data, spec_for(data, **changes), registry=registry(*extra))


def curve(result, task, split="validation", metric="loss"):
    return [
        (row["step"], row["value"])
        for row in result.curves
        if (row["task"], row["split"], row["metric"]) == (task, split, metric)
    ]


def regression(clips=20, train=8):
    return run_data((rows("a", clips),), part("a/y", 0, clips, kind="regression", train=train))


def test_one_step_of_a_linear_model_is_the_hand_computation():
    data = regression()
    spec = spec_for(data, model=Choice(name="linear"), epochs=1, scaler=Choice(name="mean"))
    result = train(data, spec, registry=registry())

    model = build_model(
        registry(),
        spec.model,
        (1, 2, 2),
        {"a/y": 1},
        n_datasets=1,
        seed=spec.seed,
        device=torch.device("cpu"),
    )
    w, b = (value.detach().double().numpy() for value in model.heads[0].parameters())
    task, features = data.tasks[0], data.datasets[0].features.astype(float)
    x = (features - features[task.train].mean()).reshape(20, 4)
    residual = x[task.train] @ w[0] + b[0] - task.targets[task.train]
    w1, b1 = w[0] - 0.1 * residual @ x[task.train] / 8, b[0] - 0.1 * residual.mean()

    assert result.steps == 1
    predictions = [float(row["prediction"]) for row in result.predictions]
    np.testing.assert_allclose(predictions, x[task.test] @ w1 + b1, atol=1e-5)
    np.testing.assert_allclose(curve(result, "a/y", "train"), [(1, (residual**2).mean() / 2)], rtol=1e-5)
    validation = ((x[task.validation] @ w1 + b1 - task.targets[task.validation]) ** 2).mean()
    np.testing.assert_allclose(curve(result, "a/y"), [(1, validation / 2)], rtol=1e-4)
    np.testing.assert_allclose(result.validation["a/y"], validation, rtol=1e-4)
    np.testing.assert_allclose(result.objective, -validation, rtol=1e-4)  # less is better, turned around


@pytest.mark.parametrize(
    ("schedule", "steps", "stops"),
    [("mixed", 15, {"a/x": 15, "b/y": 9}), ("alternate", 29, {"a/x": 29, "b/y": 18})],
)
def test_budgets_count_a_tasks_own_steps(schedule, steps, stops):
    data = pair((60, 40))  # 36 and 24 training clips: 5 and 3 steps of 8 an epoch
    result = trained(data, schedule=Choice(name=schedule))
    assert result.steps == steps
    selections = {row["task"]: row for row in result.selections}
    assert {task: row["stop_step"] for task, row in selections.items()} == stops
    assert {task: row["budget_steps"] for task, row in selections.items()} == {"a/x": 15, "b/y": 9}
    for task, budget in (("a/x", 15), ("b/y", 9)):
        points = curve(result, task)
        assert len(points) == budget  # fewer than 50 steps: every one is a point
        assert points[-1][0] == stops[task]
        epochs = [row["epoch"] for row in result.curves if row["task"] == task]
        assert max(epochs) == 3.0


def test_a_budget_comes_from_the_clips_that_the_task_has_alone():
    data = pair()
    fewer = replace(data.tasks[0], train=data.tasks[0].train[:9])
    result = trained(replace(data, tasks=(fewer, data.tasks[1])))
    assert result.selections[0]["budget_steps"] == 3 * math.ceil(24 / 8)


class Watching(Scalarizer):
    """The sum, which notes the steps, who was there and where epochs end."""

    seen: list

    def __init__(self, parameters, tasks):
        super().__init__()
        type(self).seen = []

    def scalarize(self, losses, context):
        self.seen.append((context.step, context.present.tolist(), context.ends_epoch))
        return losses.sum()


WATCHING = CombinerRecord(name="watching", factory=Watching)


def test_a_stopped_task_stays_in_training_but_no_longer_counts():
    data = pair((60, 40))
    stopping = Choice(name="wait", parameters={"epochs": 2})
    result = trained(data, WATCHING, stopping=stopping, combiner=Choice(name="watching"), epochs=9)
    selections = {row["task"]: row for row in result.selections}
    assert (selections["a/x"]["stop_step"], selections["b/y"]["stop_step"]) == (10, 6)
    assert result.steps == 10  # all have stopped
    assert [present for _, present, _ in Watching.seen] == [[True, True]] * 10
    assert len(curve(result, "b/y")) == 6
    assert selections["b/y"]["best_epoch"] <= 2


def test_a_combiner_is_told_steps_and_the_ends_of_the_groups_epochs():
    trained(pair((60, 40)), WATCHING, combiner=Choice(name="watching"))
    assert [step for step, _, _ in Watching.seen] == list(range(15))
    assert [step for step, _, ends in Watching.seen if ends] == [4, 9, 14]
    trained(pair((60, 40)), WATCHING, combiner=Choice(name="watching"), schedule=Choice(name="alternate"))
    assert [step for step, _, ends in Watching.seen if ends] == [8, 18, 28]
    assert Watching.seen[1][1] == [False, True]


def test_the_rule_sees_the_ends_of_the_tasks_epochs_alone_and_in_a_group():
    for data in (pair((60, 40)), alone(pair((60, 40)))):
        result = trained(data, stopping=Choice(name="wait", parameters={"epochs": 2}))
        assert result.selections[0]["stop_step"] == 10


def test_the_best_epochs_state_is_tested():
    data = run_data((rows("a", 60),), part("a/x", 0, 60))
    whole = trained(data, epochs=12, optimizer=Choice(name="sgd", parameters={"lr": 0.7}))
    best = whole.selections[0]
    assert 1 < best["best_epoch"] < 12  # otherwise this test shows nothing
    until_then = trained(
        data, epochs=best["best_epoch"], optimizer=Choice(name="sgd", parameters={"lr": 0.7})
    )
    assert until_then.predictions == whole.predictions
    assert until_then.validation == whole.validation
    by_step = dict(curve(whole, "a/x", metric="accuracy"))
    assert by_step[best["best_step"]] == whole.validation["a/x"]
    ends = [by_step[5 * epoch] for epoch in range(1, 13)]
    assert whole.validation["a/x"] == max(ends)
    assert best["best_epoch"] == 1 + ends.index(max(ends))
    scores = {(row["split"], row["label"]): row["value"] for row in whole.scores}
    assert scores["validation", None] == whole.validation["a/x"]
    hits = [row["target"] == row["prediction"] for row in whole.predictions]
    np.testing.assert_allclose(scores["test", None], np.mean(hits))


def test_aggregating_by_the_sum_trains_as_the_sum_of_the_losses():
    by_losses = trained(pair((60, 40)), model=Choice(name="smooth"))
    by_gradients = trained(pair((60, 40)), model=Choice(name="smooth"), combiner=Choice(name="gradient_sum"))
    for one, other in zip(by_losses.curves, by_gradients.curves, strict=True):
        np.testing.assert_allclose(one["value"], other["value"], rtol=1e-4)


def test_shuffled_targets_reach_the_loss_and_test_targets_do_not_change():
    data = run_data((rows("a", 60),), part("a/x", 0, 60))
    task = data.tasks[0]
    targets = task.targets.copy()
    targets[task.train] = np.roll(targets[task.train], 1)
    placebo = replace(data, tasks=(replace(task, targets=targets),))
    original, shuffled = trained(data), trained(placebo)
    assert curve(original, "a/x", "train")[0] != curve(shuffled, "a/x", "train")[0]
    assert [row["target"] for row in original.predictions] == [row["target"] for row in shuffled.predictions]


def test_labels_outside_the_parts_change_nothing():
    data = pair()
    scrambled = data.tasks[0].targets.copy()
    unused = np.setdiff1d(np.arange(30), np.concatenate([data.tasks[0].train[:10], data.tasks[0].validation]))
    first = replace(data.tasks[0], train=data.tasks[0].train[:10], test=data.tasks[0].test[:1])
    unused = np.setdiff1d(unused, first.test)
    scrambled[unused] = (scrambled[unused] + 1) % 3
    one = trained(replace(data, tasks=(first, data.tasks[1])))
    other = trained(replace(data, tasks=(replace(first, targets=scrambled), data.tasks[1])))
    assert one.curves == other.curves
    assert one.predictions == other.predictions


def test_runs_repeat_to_the_bit_and_seeds_differ():
    data = pair(windows=2)
    changes = {"augmentations": (Choice(name="noise"),)}
    first, again, other = trained(data, **changes), trained(data, **changes), trained(data, seed=8, **changes)
    assert first.curves == again.curves
    assert first.predictions == again.predictions
    assert first.curves != other.curves


def test_the_first_losses_of_a_task_are_the_same_alone_and_in_a_group():
    data = pair((60, 40), windows=2)
    together = trained(data, model=Choice(name="smooth"), augmentations=(Choice(name="noise"),))
    for index, task in enumerate(data.tasks):
        single = trained(
            alone(data, index), model=Choice(name="smooth"), augmentations=(Choice(name="noise"),)
        )
        np.testing.assert_allclose(
            curve(single, task.name, "train")[0], curve(together, task.name, "train")[0], rtol=1e-6
        )


def test_rows_have_the_columns_of_their_tables():
    result = trained(pair())
    keys = {"study_id", "cell_id", "run_id"}
    for name in ("scores", "curves", "predictions", "selections"):
        expected = {column.name for column in TABLES[name].columns} - keys
        assert all(set(row) == expected for row in getattr(result, name)), name
    assert {row["split"] for row in result.scores} == {"train", "validation", "test"}
    assert 0 < result.busy_s <= result.wall_time_s
    assert (result.engine, result.device) == ("loop", "cpu")


def explode(parameters, tensors):
    return torch.optim.SGD(tensors, lr=1e30)


EXPLODE = OptimizerRecord(name="explode", factory=explode, parameters=OptimizerParameters)


def test_a_training_that_diverges_names_task_step_and_lr():
    data = regression(40, 24)
    with pytest.raises(NonFiniteLossError, match=r"loss of a/y is (nan|inf) at step \d+ with lr 1e\+30"):
        trained(data, EXPLODE, optimizer=Choice(name="explode"), model=Choice(name="linear"))


class Fragile(Scalarizer):
    def __init__(self, parameters, tasks):
        super().__init__()

    def scalarize(self, losses, context):
        raise ValueError("no solution")


def test_a_combiner_that_fails_on_its_own_is_not_blamed_on_the_loss():
    record = CombinerRecord(name="fragile", factory=Fragile)
    with pytest.raises(ValueError, match="no solution"):
        trained(pair(), record, combiner=Choice(name="fragile"))


class Idle(Scalarizer):
    def __init__(self, parameters, tasks):
        super().__init__()

    def step(self, context):
        context.losses()


def test_a_combiner_that_makes_no_update_is_refused():
    with pytest.raises(TrainingError, match=r"Idle made no update.*context\.update"):
        trained(pair(), CombinerRecord(name="idle", factory=Idle), combiner=Choice(name="idle"))


class Undefined(Metric):
    def __call__(self, *_):
        return math.nan


def test_a_metric_that_is_never_defined_fails_the_training_and_says_where():
    record = MetricRecord(name="accuracy", factory=Undefined, task_kinds=("multiclass",), direction="max")
    message = r"accuracy of a/x is not defined on its validation part \(8 clips\) at any epoch; a larger"
    with pytest.raises(TrainingError, match=message):
        trained(alone(pair()), record)


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_an_empty_part_is_refused(split):
    data = alone(pair())
    empty = replace(data.tasks[0], **{split: np.array([], dtype=np.int64)})
    with pytest.raises(TrainingError, match=f"a/x has no clips in its {split} part"):
        trained(replace(data, tasks=(empty,)))


def test_what_does_not_fit_together_is_refused():
    data = pair()
    with pytest.raises(TrainingError, match="needs a combiner"):
        trained(data, combiner=None)
    with pytest.raises(TrainingError, match="specification"):
        trained(data, tasks=("a/x",))
    with pytest.raises(TrainingError, match="no metrics for task b/y"):
        trained(data, metrics={"a/x": ("accuracy",)})
    other = replace(data, datasets=(data.datasets[0], rows("b", 40, shape=(1, 3, 2))))
    with pytest.raises(TrainingError, match=r"one shape.*\(1, 3, 2\)"):
        trained(other)
    with pytest.raises(TrainingError, match=r"optimizer 'sgd'.*rate"):
        trained(data, optimizer=Choice(name="sgd", parameters={"rate": 1}))
    with pytest.raises(HarnessError, match="did you mean 'mixed'"):
        trained(data, schedule=Choice(name="mixd"))


def test_one_clip_in_each_part():
    data = run_data((rows("a", 3),), replace(part("a/x", 0, 3, train=1), test=np.array([2])))
    data = replace(data, tasks=(replace(data.tasks[0], validation=np.array([1])),))
    result = trained(data, epochs=2)
    assert result.steps == 2
    assert len(result.predictions) == 1


def test_one_class_only():
    data = run_data((rows("a", 30),), part("a/x", 0, 30, n_classes=1))
    assert trained(data).validation == {"a/x": 1.0}
