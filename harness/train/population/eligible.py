"""Which trainings can be members of one population, told from their specifications alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from harness.bases.schedule import Schedule
from harness.keys import content_key
from harness.plugins import Registry
from harness.records import AugmentationRecord
from harness.train.components import build, component_of
from harness.train.population.combine import form_of
from harness.train.types import RunSpec

#: Parameters that members of a population may differ in: of the model, and of the optimizer.
OWN_MODEL, OWN_OPTIMIZER = ("dropout",), ("lr", "weight_decay", "betas", "momentum")


def why_not(spec: RunSpec, registry: Registry) -> str | None:
    """Return the reason why a training cannot be stacked, or ``None``.

    What shows only when the parts are built (a model with an unknown layer) is not seen here:
    :func:`train_population` trains such members by the loop.
    """
    if spec.refit:
        return "it is trained twice (evaluation.refit)"
    mixing = [choice.name for choice in spec.augmentations if _mixes(registry, choice.name)]
    if mixing:
        return f"the augmentation {mixing[0]} mixes samples and labels"
    if spec.terms:
        return f"its objective has the term {spec.terms[0].name}"
    if build(registry, "stopping", spec.stopping).averaged > 1:
        return f"its rule {spec.stopping.name} averages states"
    if spec.auxiliary:
        return "a task of it is auxiliary (groups.auxiliary)"
    if spec.keep != "none":
        return f"its network is kept (training.keep: {spec.keep})"
    if spec.reports == "epochs":
        return "every epoch is reported (training.reports: epochs)"
    if spec.absent_heads:
        return "its network has heads of absent tasks (groups.capacity_matched)"
    if len(spec.tasks) > 1:
        schedule = component_of(registry, "schedule", spec.schedule.name).resolve()
        if not (isinstance(schedule, type) and issubclass(schedule, Schedule) and schedule.every_draw):
            return f"the steps of the schedule {spec.schedule.name} do not have a batch of every task"
        if spec.combiner is not None and form_of(registry, spec.combiner.name) is None:
            return f"the combiner {spec.combiner.name} has no stacked form"
    return None


def pack_key(spec: RunSpec, input_shape: Sequence[int]) -> str:
    """Return a key that is equal for trainings that may be members of one population.

    The seed, epochs, tasks, data sets, folds, numbers of classes, the model's dropout, learning rate and
    weight decay, the combiner's and the stopping rule's parameters may differ.
    """
    combiner = None if spec.combiner is None else spec.combiner.name
    decides = {
        "input_shape": list(input_shape),
        "model": [spec.model.name, _without(spec.model.parameters, OWN_MODEL)],
        "combiner": combiner,
        "optimizer": [spec.optimizer.name, _without(spec.optimizer.parameters, OWN_OPTIMIZER)],
        "losses": [spec.losses[task].name for task in spec.tasks],
        "schedule": spec.schedule.name,
        "augmentations": [choice.name for choice in spec.augmentations],
        "batch_size": spec.batch_size,
        "device": spec.device,
        "deterministic": spec.deterministic,
    }
    return content_key(decides)


def _mixes(registry: Registry, name: str) -> bool:
    return cast(AugmentationRecord, component_of(registry, "augmentation", name)).mixes


def _without(parameters: dict[str, object], names: Sequence[str]) -> dict[str, object]:
    return {name: value for name, value in parameters.items() if name not in names}
