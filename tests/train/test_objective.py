"""Terms, penalties and mixed labels join a task's loss in training, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from harness.api import AugmentationRecord, HardSharing, Mixed, ModelRecord, Parameters, Term, TermRecord
from harness.errors import TrainingError
from harness.train.guards import session
from harness.train.loop import train
from harness.train.setup import build_run

from .doubles import Choice, Smooth, alone, pair, registry, spec_for


class Length(Term):
    """How long the embedding is."""

    def forward(self, seen):
        return seen.outputs.embeddings["trunk"].square().sum(1)


class Again(Term):
    """The task's own loss once more."""

    def forward(self, seen):
        return seen.loss(seen.outputs.logits[seen.name])


class Pulled(Smooth):
    """A penalty on each task's head."""

    def penalty(self):
        return {task: head.weight.square().sum() for task, head in zip(self.tasks, self.heads, strict=True)}


def swap(parameters: Parameters):
    """Return a mixing augmentation: every sample is three quarters itself, a quarter its successor."""

    def mix(features, generator):
        partner = torch.arange(len(features)).roll(-1)
        weight = torch.full((len(features),), 0.75)
        return Mixed(0.75 * features + 0.25 * features[partner], partner, weight)

    return mix


REGISTRY = registry(
    TermRecord(name="length", factory=Length),
    TermRecord(name="again", factory=Again),
    ModelRecord(name="pulled", factory=Pulled),
    AugmentationRecord(name="swap", factory=swap, mixes=True),
)


def begun(data=None, **changes):
    """Return the context of a fresh run's first batch, and the run."""
    data = data or pair()
    changes.setdefault("model", Choice(name="smooth"))
    with session("cpu", deterministic=False) as device:
        run = build_run(data, spec_for(data, **changes), REGISTRY, device)
    batch = run.batcher.batch(next(run.schedule.steps()), [0] * len(data.tasks))
    run.context.begin(batch, 0, ends_epoch=False)
    return run.context, run


def test_a_term_is_added_to_each_tasks_loss():
    plain, run = begun()
    context, _ = begun(terms=(Choice(name="length"),))
    for task, (start, stop) in plain.batch.spans.items():
        length = run.network.model.embed(plain.batch.x[start:stop]).square().sum(1).mean()
        torch.testing.assert_close(context.losses()[task], plain.losses()[task] + length)


def test_a_term_can_ask_for_the_tasks_own_loss_of_other_logits():
    plain, _ = begun()
    context, _ = begun(terms=(Choice(name="again"), Choice(name="again")))
    torch.testing.assert_close(context.losses(), 3 * plain.losses())


def test_losses_after_have_the_terms_and_leave_the_statistics_alone():
    context, run = begun(model=Choice(name="small"), terms=(Choice(name="length"),))
    context.losses()
    before = {name: value.clone() for name, value in run.network.model.named_buffers()}
    torch.testing.assert_close(context.losses_after(), context.losses().detach())
    for name, value in run.network.model.named_buffers():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


def test_a_penalty_is_added_to_its_tasks_loss_and_is_part_of_the_gradients():
    plain, run = begun()
    context, pulled = begun(model=Choice(name="pulled"))
    heads = [head.weight.square().sum() for head in pulled.network.model.heads]
    torch.testing.assert_close(context.losses(), plain.losses() + torch.stack(heads))
    context.gradients()
    plain.gradients()
    for with_it, without in zip(pulled.network.model.heads, run.network.model.heads, strict=True):
        torch.testing.assert_close(with_it.weight.grad, without.weight.grad + 2 * with_it.weight)


def test_mixed_samples_have_mixed_features_and_mixed_losses():
    plain, run = begun()
    context, _ = begun(augmentations=(Choice(name="swap"),))
    for task, (start, stop) in plain.batch.spans.items():
        own, targets = plain.batch.x[start:stop], plain.batch.targets[task]
        mixed = 0.75 * own + 0.25 * own.roll(-1, 0)
        torch.testing.assert_close(context.batch.x[start:stop], mixed)
        log = nn.functional.log_softmax(run.network.model(mixed)[plain.tasks[task]], -1)
        labels = nn.functional.one_hot(targets, log.shape[1]).float()
        soft = 0.75 * labels + 0.25 * labels.roll(-1, 0)
        torch.testing.assert_close(context.losses()[task], -(soft * log).sum(1).mean())


def test_two_augmentations_that_mix_are_an_error():
    with pytest.raises(TrainingError, match="two augmentations mix samples"):
        begun(augmentations=(Choice(name="swap"), Choice(name="swap")))


def test_validation_losses_have_neither_terms_nor_mixing():
    data = alone(pair())
    still = {"optimizer": Choice(name="sgd", parameters={"lr": 1e-12}), "model": Choice(name="smooth")}
    plain = train(data, spec_for(data, **still), registry=REGISTRY)
    more = train(
        data,
        spec_for(data, terms=(Choice(name="length"),), augmentations=(Choice(name="swap"),), **still),
        registry=REGISTRY,
    )

    def losses(result, split):
        return [r["value"] for r in result.curves if r["split"] == split and r["metric"] == "loss"]

    np.testing.assert_allclose(losses(more, "validation"), losses(plain, "validation"), rtol=1e-6)
    assert min(np.subtract(losses(more, "train"), losses(plain, "train"))) > 0.01


def test_an_auxiliary_task_does_not_count_in_the_objective():
    data = pair()
    both = train(data, spec_for(data), registry=REGISTRY)
    one = train(data, spec_for(data, auxiliary=("b/y",)), registry=REGISTRY)
    assert one.validation == both.validation
    assert one.objective == one.validation["a/x"] == one.objectives[-1]
    assert both.objective == pytest.approx(np.mean(list(both.validation.values())))


def test_hard_sharing_gives_its_embedding_beside_the_logits():
    model = HardSharing(nn.Flatten(), 4, {"a": 2, "b": 3})
    x = torch.randn(5, 1, 2, 2)
    outputs = model.outputs(x)
    torch.testing.assert_close(outputs.embeddings["trunk"], model.embed(x))
    torch.testing.assert_close(outputs.logits, model(x))
    assert outputs.rows(1, 3).logits["b"].shape == (2, 3)
