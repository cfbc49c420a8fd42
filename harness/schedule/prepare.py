"""Everything a study needs before its first training: catalogs, checked tasks, splits, feature banks."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.data.alongside import Alongside
from harness.data.bank import prepare_banks
from harness.data.catalog import Catalog, build_dataset, prepare_catalog
from harness.data.limit import Limit
from harness.data.splits import Split, check_task, make_splits
from harness.data.usage import InUse
from harness.errors import DataError, HarnessError, did_you_mean
from harness.plugins import Registered, Registry
from harness.records import LossRecord, MetricRecord, Task
from harness.schedule.clip_length import has_named_length, with_clip_lengths
from harness.train.types import Choice

if TYPE_CHECKING:
    from harness.bases.loss import Loss
    from harness.config import DatasetUse, StudyConfig

Progress = Callable[[int, int, str], None]


@dataclass
class Prepared:
    """A study whose data are ready. ``uses`` and ``catalogs`` are by data set; ``banks`` by data set and feature.

    ``config`` is the study with seconds where a feature's ``clip_s`` names a length: cells are enumerated from it.
    ``in_use`` keeps the catalogs and banks from being freed (``harness study clean --cache``) for as long as it lives.
    """

    config: StudyConfig
    registry: Registry
    uses: dict[str, DatasetUse]
    catalogs: dict[str, Catalog]
    splits: dict[str, tuple[Split, ...]]
    banks: dict[tuple[str, str], Path] = field(default_factory=dict)
    in_use: InUse = field(default_factory=InUse)
    _fingerprints: dict[str, str] = field(default_factory=dict)

    def task(self, name: str) -> Task:
        """Return a task by its full name, dataset/task."""
        dataset, short = name.split("/", 1)
        return self.catalogs[dataset].tasks[short]

    def fingerprint(self, name: str) -> str:
        """Return the hash of what decides a task's results: not of the data set's other tasks."""
        if name not in self._fingerprints:
            dataset, short = name.split("/", 1)
            self._fingerprints[name] = self.catalogs[dataset].task_fingerprint(short)
        return self._fingerprints[name]

    def n_folds(self, tasks: tuple[str, ...]) -> int:
        """Return how many folds a task group is trained in: those of its task with the most."""
        return max(len(self.splits[name]) for name in tasks)

    def loss(self, name: str) -> Choice:
        """Return the loss of a task: the study's, the task's own, or its kind's default, with default parameters."""
        task = self.task(name)
        chosen = self.config.training.losses.get(name) or task.loss or self._default_loss(task)
        record = self.registry.get("loss", chosen).component
        if not isinstance(record, LossRecord) or task.kind not in record.task_kinds:
            raise HarnessError(f"loss {chosen!r} is not for {task.kind} tasks such as {name}")
        return Choice(name=chosen, parameters=record.parameters().model_dump(mode="json"))

    def outputs(self, name: str) -> int:
        """Return how many logits a task's head has: what its loss asks for."""
        from harness.train.components import build

        loss: Loss = build(self.registry, "loss", self.loss(name), self.task(name))
        return loss.outputs

    def metrics(self, name: str) -> tuple[str, ...]:
        """Return the metrics of a task, the primary one first: the study's, the task's own, or its kind's.

        Others follow: those of its kind that are of no family, or of the primary one's.
        """
        task = self.task(name)
        fitting = [record for record in self._metric_records() if task.kind in record.task_kinds]
        asked = self.config.evaluation.metric
        chosen = (task.metric if asked == "auto" else asked) or next(
            (record.name for record in fitting if task.kind in record.primary_for), None
        )
        if chosen not in {record.name for record in fitting}:
            allowed = ", ".join(record.name for record in fitting)
            raise HarnessError(
                f"metric {chosen!r} is not for {task.kind} tasks such as {name}; allowed: {allowed}"
            )
        families = {None, self.metric_record(chosen).family}
        return (chosen, *(m.name for m in fitting if m.name != chosen and m.family in families))

    def metric_record(self, name: str) -> MetricRecord:
        """Return the record of a metric."""
        record = self.registry.get("metric", name).component
        assert isinstance(record, MetricRecord)
        return record

    def _metric_records(self) -> list[MetricRecord]:
        found = [entry.component for entry in self.registry.all("metric")]
        return [record for record in found if isinstance(record, MetricRecord)]

    def _default_loss(self, task: Task) -> str:
        for entry in self.registry.all("loss"):
            if isinstance(entry.component, LossRecord) and task.kind in entry.component.default_for:
                return entry.component.name
        raise HarnessError(f"no plugin offers a loss for {task.kind} tasks")


def prepare(config: StudyConfig, registry: Registry, progress: Progress, *, banks: bool = True) -> Prepared:
    """Decode, check and split the data of every task, and fill the feature banks.

    Raises:
        DataError: with every mistake that was found, one a line.
    """
    uses = config.dataset_uses()
    problems: list[str] = []
    alongside = _alongside(config, registry) if banks else None
    catalogs = {
        name: _catalog(name, use, config, registry, progress, problems, alongside)
        for name, use in uses.items()
    }
    splits = {name: _splits(name, uses, catalogs, config, problems) for name in config.tasks}
    if problems:
        raise DataError("\n".join(problems))
    found = {name: catalog for name, catalog in catalogs.items() if catalog is not None}
    prepared = Prepared(
        config=with_clip_lengths(config, found.values(), registry),
        registry=registry,
        uses=uses,
        catalogs=found,
        splits=splits,
    )
    for name in config.tasks:
        prepared.loss(name), prepared.metrics(name)
    if banks:
        _fill_banks(prepared, progress)
    prepared.in_use.hold([*(catalog.directory for catalog in found.values()), *prepared.banks.values()])
    return prepared


def _catalog(
    name: str,
    use: DatasetUse,
    config: StudyConfig,
    registry: Registry,
    progress: Progress,
    problems: list[str],
    alongside: Alongside | None,
) -> Catalog | None:
    try:
        return prepare_catalog(
            name,
            registry.get("dataset", use.use),
            use.parameters,
            root=config.data.root,
            options=config.data.options,
            progress=progress,
            workers=_workers(config),
            alongside=alongside,
            limit=_limit(use, config),
        )
    except HarnessError as error:
        problems.append(str(error) if name in str(error) else f"data set {name!r}: {error}")
    except Exception as error:  # a plugin's own code: say where it broke, do not hide it behind a traceback
        where = traceback.extract_tb(error.__traceback__)[-1]
        problems.append(
            f"data set {name!r}: {type(error).__name__}: {error} ({where.filename}:{where.lineno})"
        )
    return None


def _splits(
    name: str,
    uses: dict[str, DatasetUse],
    catalogs: dict[str, Catalog | None],
    config: StudyConfig,
    problems: list[str],
) -> tuple[Split, ...]:
    dataset, short = name.split("/", 1)
    catalog = catalogs[dataset]
    if catalog is None:
        return ()
    if short not in catalog.tasks:
        near = did_you_mean(short, catalog.tasks)
        problems.append(
            f"task {name!r}: data set {dataset!r} has no such task{near}; it has: {', '.join(catalog.tasks)}"
        )
        return ()
    scheme, evaluation = uses[dataset].splits, config.evaluation
    try:
        check_task(catalog, catalog.tasks[short], scheme=scheme, folds=evaluation.folds)
        return make_splits(
            catalog,
            catalog.tasks[short],
            scheme=scheme,
            folds=evaluation.folds,
            seed=config.seed,
            validation=evaluation.validation,
        )
    except DataError as error:
        problems.append(str(error) if name in str(error) else f"task {name!r}: {error}")
        return ()


def _fill_banks(prepared: Prepared, progress: Progress) -> None:
    config = prepared.config
    for name, catalog in prepared.catalogs.items():
        use = prepared.uses[name]
        component = prepared.registry.get("dataset", use.use)

        def dataset(component: Any = component, use: DatasetUse = use) -> Any:
            return build_dataset(
                component,
                use.parameters,
                root=config.data.root,
                options=config.data.options,
                limit=_limit(use, config),
            )

        features = _features(config, prepared.registry)
        found = prepare_banks(
            catalog,
            dataset,
            features,
            options=config.data.options,
            progress=progress,
            workers=_workers(config),
            device=_device(config),
        )
        for feature, directory in zip(config.features, found, strict=True):
            prepared.banks[name, feature.as_] = directory


def _limit(use: DatasetUse, config: StudyConfig) -> Limit | None:
    asked = use.limit_per_label
    return None if asked is None else Limit(task=asked.task, n=asked.n, seed=config.seed)


def _alongside(config: StudyConfig, registry: Registry) -> Alongside:
    """Return the banks that a data set fills where it is decoded for its catalog: those of a length that is known."""
    features = [one for one in _features(config, registry) if not has_named_length(one[1])]
    return Alongside(features, config.data.options, _device(config))


def _features(config: StudyConfig, registry: Registry) -> list[tuple[Registered, dict[str, Any]]]:
    return [(registry.get("feature", feature.name), feature.parameters) for feature in config.features]


def _device(config: StudyConfig) -> str:
    """Return where features are computed: on a CUDA device if this machine has one and the study allows it."""
    import torch

    return "cuda" if config.compute.device != "cpu" and torch.cuda.is_available() else "cpu"


def _workers(config: StudyConfig) -> int:
    import os

    return config.compute.workers if isinstance(config.compute.workers, int) else len(os.sched_getaffinity(0))
