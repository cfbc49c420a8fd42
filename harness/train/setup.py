"""Everything that a run is made of, built from its data and its specification."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from harness.bases.combiner import Combiner
from harness.bases.loss import Loss
from harness.bases.metric import Metric
from harness.bases.schedule import Schedule
from harness.data.types import RunData, TaskPart
from harness.errors import TrainingError
from harness.plugins import Registry
from harness.records import MetricRecord
from harness.seeds import derive_seed
from harness.train.batches import Batcher, make_sources
from harness.train.budgets import make_budget
from harness.train.components import build, component_of
from harness.train.context import LoopContext
from harness.train.guards import FiniteWatch, seed_default
from harness.train.network import Network, build_model, probe
from harness.train.objective import Objective
from harness.train.progress import TaskProgress
from harness.train.store import Banks, FeatureStore, rows_of
from harness.train.types import RunSpec


@dataclass(frozen=True)
class Run:
    """The parts of one training. ``metrics[task]`` are by name, the primary one first."""

    data: RunData
    spec: RunSpec
    device: torch.device
    network: Network
    criteria: tuple[Loss, ...]
    metrics: tuple[dict[str, Metric], ...]
    combiner: Combiner | None
    optimizer: torch.optim.Optimizer
    store: FeatureStore
    batcher: Batcher
    schedule: Schedule
    progress: tuple[TaskProgress, ...]
    context: LoopContext
    watch: FiniteWatch

    def state(self) -> dict[str, Any]:
        """Return everything that changes during the training; schedules and random draws depend on the step
        alone.
        """
        return {
            "model": dict(self.network.model.state_dict()),
            "optimizer": self.optimizer.state_dict(),
            "combiner": dict(self.combiner.state_dict()) if self.combiner is not None else None,
            "progress": [progress.state() for progress in self.progress],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from what :meth:`state` gave."""
        self.network.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.combiner is not None:
            self.combiner.load_state_dict(state["combiner"])
        for progress, saved in zip(self.progress, state["progress"], strict=True):
            progress.restore(saved, self.device)


def build_run(
    data: RunData, spec: RunSpec, registry: Registry, device: torch.device, banks: Banks | None = None
) -> Run:
    """Build a run's parts; raises :class:`TrainingError` for what does not fit together. Runs that are given
    the same ``banks`` share the copies of features on the device.
    """
    input_shape = _check(data, spec)
    names = tuple(part.name for part in data.tasks)
    criteria = tuple(_criterion(registry, spec, part).to(device) for part in data.tasks)
    heads = {name: criterion.outputs for name, criterion in zip(names, criteria, strict=True)}
    model = build_model(
        registry, spec.model, input_shape, _all_heads(heads, spec),
        n_datasets=len(data.datasets), seed=spec.seed, device=device,
    )  # fmt: skip
    sharing = probe(model, spec.model, input_shape, heads, device)
    combiner = _combiner(registry, spec, names, device)
    optimizer = _optimizer(registry, spec, model, combiner)
    sources = make_sources(data)
    store = feature_store(registry, data, spec, device, banks)
    augmentations = [build(registry, "augmentation", choice) for choice in spec.augmentations]
    draws = tuple(source.draw for source in sources)
    schedule = build(
        registry, "schedule", spec.schedule, draws, spec.batch_size, derive_seed(spec.seed, "batches")
    )
    metrics = tuple(_metrics(registry, spec, part) for part in data.tasks)
    watch = FiniteWatch(names, optimizer, device)
    network = Network(model)
    terms = tuple(build(registry, "term", choice).to(device) for choice in spec.terms)
    objective = Objective(tuple(part.task for part in data.tasks), names, criteria, terms)
    context = LoopContext(names, network, objective, optimizer, sharing, watch, seed=spec.seed, device=device)
    progress = tuple(
        _progress(registry, spec, part, criterion, metric)
        for part, criterion, metric in zip(data.tasks, criteria, metrics, strict=True)
    )
    return Run(
        data=data, spec=spec, device=device, network=network, criteria=criteria, metrics=metrics,
        combiner=combiner, optimizer=optimizer, store=store,
        batcher=Batcher(data, sources, store, augmentations, spec.seed),
        schedule=schedule, progress=progress, context=context, watch=watch,
    )  # fmt: skip


def _check(data: RunData, spec: RunSpec) -> tuple[int, int, int]:
    """Return the input shape that all data sets have; raise where data and specification do not fit."""
    names = tuple(part.name for part in data.tasks)
    if names != spec.tasks:
        raise TrainingError(f"the data has the tasks {names}, the specification {spec.tasks}")
    if len(names) > 1 and spec.combiner is None:
        raise TrainingError(f"a group of {len(names)} tasks needs a combiner")
    for part in data.tasks:
        for name in ("train", "validation", "test"):
            if len(getattr(part, name)) == 0:
                raise TrainingError(f"task {part.name} has no clips in its {name} part")
        for field in ("losses", "metrics"):
            if not getattr(spec, field).get(part.name):
                raise TrainingError(f"the specification names no {field} for task {part.name}")
    shapes = {rows.name: tuple(rows.features.shape[1:]) for rows in data.datasets}
    if len(set(shapes.values())) != 1:
        raise TrainingError(f"the data sets of a run must have features of one shape, found {shapes}")
    return cast(tuple[int, int, int], next(iter(shapes.values())))


def _all_heads(heads: dict[str, int], spec: RunSpec) -> dict[str, int]:
    """Return the heads of the tasks and of the absent ones, in the order of a group."""
    return dict(sorted((heads | spec.absent_heads).items())) if spec.absent_heads else heads


def _criterion(registry: Registry, spec: RunSpec, part: TaskPart) -> Loss:
    criterion: Loss = build(registry, "loss", spec.losses[part.name], part.task)
    criterion.fit(torch.from_numpy(part.targets[part.train]))
    return criterion


def _combiner(
    registry: Registry, spec: RunSpec, names: tuple[str, ...], device: torch.device
) -> Combiner | None:
    if spec.combiner is None:
        return None
    seed_default(device, derive_seed(spec.seed, "combiner"))
    combiner: Combiner = build(registry, "combiner", spec.combiner, names)
    return combiner.to(device)


def _optimizer(
    registry: Registry, spec: RunSpec, model: nn.Module, combiner: Combiner | None
) -> torch.optim.Optimizer:
    """Build the optimizer. The combiner's parameters join it, without weight decay: it would pull the tasks'
    weights.
    """
    optimizer: torch.optim.Optimizer = build(registry, "optimizer", spec.optimizer, list(model.parameters()))
    learned = list(combiner.parameters()) if combiner is not None else []
    if learned:
        decay = {"weight_decay": 0.0} if "weight_decay" in optimizer.defaults else {}
        optimizer.add_param_group({"params": learned} | decay)
    return optimizer


def feature_store(
    registry: Registry, data: RunData, spec: RunSpec, device: torch.device, banks: Banks | None = None
) -> FeatureStore:
    """Hold the features, scaled by what the training parts of this run's tasks have of each data set."""
    store = FeatureStore(data.datasets, device, banks)
    rows: list[np.ndarray] = []
    for index, dataset in enumerate(data.datasets):
        parts = [part.train for part in data.tasks if part.dataset == index]
        if not parts:
            raise TrainingError(f"no task of the run uses data set {dataset.name}")
        rows.append(rows_of(dataset, np.unique(np.concatenate(parts)))[0])
    store.fit_scalers(partial(build, registry, "scaler", spec.scaler), rows)
    return store


def _metrics(registry: Registry, spec: RunSpec, part: TaskPart) -> dict[str, Metric]:
    metrics: dict[str, Metric] = {}
    for name in spec.metrics[part.name]:
        component = component_of(registry, "metric", name)
        metrics[name] = component.build(component.parameters())
    return metrics


def _progress(
    registry: Registry, spec: RunSpec, part: TaskPart, criterion: Loss, metrics: dict[str, Metric]
) -> TaskProgress:
    primary, metric = next(iter(metrics.items()))
    record = cast(MetricRecord, component_of(registry, "metric", primary))
    budget = make_budget(
        part.own_n, batch_size=spec.batch_size, epochs=spec.epochs, curve_points=spec.curve_points
    )
    rule = build(registry, "stopping", spec.stopping)
    sign = 1.0 if record.direction == "max" else -1.0
    fixed = (spec.fixed_epochs or {}).get(part.name)
    return TaskProgress(part, budget, rule, criterion, metric, sign, fixed)
