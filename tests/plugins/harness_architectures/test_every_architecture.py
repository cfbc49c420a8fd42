"""What all architectures have in common, each trained as a study trains it."""

from __future__ import annotations

import copy

import pytest
import torch

from harness.api import OptimizerRecord, TrainingError
from harness.errors import TrainingStopped
from harness.train.checkpoint import Checkpoints
from harness.train.loop import train
from harness.train.network import probe
from harness.train.types import Choice
from tests.plugins.harness_architectures.common import PLAIN, RECORDS, SHAPE, batch, build
from tests.train.doubles import OptimizerParameters, alone, part, registry, rows, run_data, spec_for

SMALL = (1, 6, 5)
EXTRA = {"soft_sharing": {"l2": 0.1}, "sluice": {"orthogonality": 0.1}, "dselect_k": {"entropy_steps": 5}}


def adamw(parameters, tensors):
    return torch.optim.AdamW(tensors, lr=parameters.lr)


COMPONENTS = registry(
    *RECORDS.values(), OptimizerRecord(name="adamw", factory=adamw, parameters=OptimizerParameters)
)


def two_datasets():
    data = rows("a", 40, shape=SMALL), rows("b", 30, shape=SMALL, seed=1)
    return run_data(data, part("a/x", 0, 40), part("b/y", 1, 30, n_classes=2))


def one_dataset():
    return run_data((rows("a", 40, shape=SMALL),), part("a/x", 0, 40), part("a/z", 0, 40, n_classes=2))


def spec(data, name, **changes):
    values = {"depth": 2, "width": 4, "dropout": 0.2, **EXTRA.get(name, {})}
    usual = {
        "model": Choice(name=name, parameters=values),
        "optimizer": Choice(name="adamw", parameters={"lr": 0.01}),
        "epochs": 2,
        "curve_points": 3,
    }
    return spec_for(data, **(usual | changes))


def timeless(result):
    return {key: value for key, value in result.to_json().items() if key not in ("wall_time_s", "busy_s")}


def stop_after(steps):
    asked = iter(range(steps))
    return lambda: next(asked, None) is None


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize(("data", "combiner"), [(two_datasets, "sum"), (one_dataset, "gradient_sum")])
def test_trains_a_pair_and_interrupted_is_uninterrupted(tmp_path, name, data, combiner):
    made = data()
    what = spec(made, name, combiner=Choice(name=combiner))
    whole = train(made, what, registry=COMPONENTS)
    assert set(whole.validation) == set(what.tasks)
    with pytest.raises(TrainingStopped):
        train(
            made, what, registry=COMPONENTS,
            checkpoints=Checkpoints(tmp_path, "k", 1e9), should_stop=stop_after(4),
        )  # fmt: skip
    resumed = train(made, what, registry=COMPONENTS, checkpoints=Checkpoints(tmp_path, "k", 1e9))
    assert whole.steps > 4
    assert timeless(resumed) == timeless(whole)


@pytest.mark.parametrize("name", RECORDS)
def test_a_single_task_trains(name):
    data = alone(two_datasets())
    result = train(data, spec(data, name), registry=COMPONENTS)
    assert set(result.validation) == {"a/x"}


@pytest.mark.parametrize("name", RECORDS)
def test_summed_gradients_are_the_gradient_of_the_sum(name):
    """Aggregators get what scalarizers get: the sum of the tasks' gradients trains to what the sum of losses trains
    to (1e-4: rounding, over ten steps). Penalties included."""
    data = two_datasets()
    results = [
        train(
            data,
            spec(data, name, combiner=Choice(name=combiner), optimizer=Choice(name="sgd")),
            registry=COMPONENTS,
        )
        for combiner in ("sum", "gradient_sum")
    ]
    curves = [[row["value"] for row in result.curves if row["metric"] == "loss"] for result in results]
    assert curves[0] == pytest.approx(curves[1], rel=1e-4)


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_permuting_tasks_permutes_outputs(name, base):
    """The order of the tasks decides nothing: not the start, not the outputs (1e-5: order of sums)."""
    heads = {"a/x": 3, "b/y": 2, "c/z": 4}
    one = build(name, heads, base=base)
    other = build(name, dict(reversed(heads.items())), base=base)
    x = batch()
    for task, logits in one(x).items():
        torch.testing.assert_close(other(x)[task], logits, rtol=1e-5, atol=1e-5)


COLUMNS = ("soft_sharing", "cross_stitch", "sluice")


@pytest.mark.parametrize(
    ("name", "values"),
    [*((name, {}) for name in RECORDS), *((name, {"start": "own"}) for name in COLUMNS)],
)
def test_a_task_starts_from_the_same_numbers_alone_and_in_every_group(name, values):
    groups = [{"b/y": 2}, {"a/x": 3, "b/y": 2}, {"b/y": 2, "c/z": 4, "d/w": 5}]
    models = [build(name, heads, **values) for heads in groups]
    found = [
        (m.own[m.tasks.index("b/y")].state_dict(), m.heads[m.tasks.index("b/y")].state_dict()) for m in models
    ]
    for own, head in found[1:]:
        torch.testing.assert_close(own, found[0][0], rtol=0, atol=0)
        torch.testing.assert_close(head, found[0][1], rtol=0, atol=0)


@pytest.mark.parametrize("name", ["mmoe", "cgc", "ple", "mtan", "dselect_k"])
def test_what_tasks_share_starts_from_the_same_numbers_in_every_group(name):
    one, other = (build(name, heads).shared.state_dict() for heads in ({"a/x": 3}, {"b/y": 2, "c/z": 4}))
    torch.testing.assert_close(one, other, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("name", "shares"),
    [("soft_sharing", False), *((name, True) for name in RECORDS if name != "soft_sharing")],
)
def test_which_parameters_several_tasks_use(name, shares):
    heads = {"a/x": 3, "b/y": 2}
    model = build(name, heads)
    sharing = probe(model, Choice(name=name, parameters=PLAIN["cnn"]), SHAPE, heads, torch.device("cpu"))
    assert bool(sharing.shared) == shares
    for index, head in enumerate(model.heads):
        own = {id(p) for p in sharing.own[index]}
        assert {id(p) for p in head.parameters()} <= own
    known = {id(p) for group in (sharing.shared, *sharing.own) for p in group}
    assert known == {id(p) for p in model.parameters()}


@pytest.mark.parametrize("name", ["soft_sharing", "sluice", "dselect_k"])
def test_a_penalty_has_a_gradient_for_own_and_shared_parameters_alone(name):
    heads = {"a/x": 3, "b/y": 2}
    model = build(name, heads, **({"start": "own"} if name == "soft_sharing" else {}))
    model(batch())
    for index, penalty in enumerate(model.penalty().values()):
        assert penalty.item() > 0
        others = [p for i, own in enumerate(model.own) if i != index for p in own.parameters()]
        own = list(model.own[index].parameters())
        grads = torch.autograd.grad(penalty, [*own, *others], allow_unused=True, retain_graph=True)
        assert any(grad is not None for grad in grads[: len(own)])
        assert all(grad is None for grad in grads[len(own) :])


@pytest.mark.parametrize("name", RECORDS)
def test_outputs_are_the_logits_and_each_task_s_embedding(name):
    model, x = build(name, {"a/x": 3, "b/y": 2}).eval(), batch()
    outputs = model.outputs(x)
    torch.testing.assert_close(outputs.logits, model(x), rtol=0, atol=0)
    for task, head in zip(model.tasks, model.heads, strict=True):
        torch.testing.assert_close(head(outputs.embeddings[task]), outputs.logits[task], rtol=0, atol=0)


@pytest.mark.parametrize("name", RECORDS)
def test_a_trained_network_can_be_copied(name):
    model, x = build(name, {"a/x": 3, "b/y": 2}), batch()
    sum(value.sum() for value in model(x).values()).backward()
    torch.testing.assert_close(copy.deepcopy(model).eval()(x), model.eval()(x), rtol=0, atol=0)


@pytest.mark.parametrize("name", RECORDS)
def test_too_deep_for_the_feature(name):
    with pytest.raises(TrainingError, match="depth 9 does not fit the input"):
        build(name, {"a/x": 3}, depth=9)
