"""From a cell, a fold, hyperparameters and a seed to a unit of work: plain values with a content key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.keys import NUMERICS_VERSION, content_key
from harness.nesting import nested_entries
from harness.plugins import Registered
from harness.probes.names import keeps_networks, wanted_probes
from harness.seeds import derive_seed
from harness.train.types import Choice, RunSpec
from harness.tune.space import without_unknown

if TYPE_CHECKING:
    from harness.config import ComponentUse
    from harness.schedule.cells import Cell
    from harness.schedule.prepare import Prepared

Params = Mapping[str, Any]


class UnitFactory:
    """Builds the units of one prepared study."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.config = prepared.config
        self._tuning: dict[str, Any] = prepared.config.to_resolved_dict()["tuning"]
        self._plugins: dict[str, dict[str, str]] = {}
        self._datas: dict[tuple[str, int], dict[str, Any]] = {}
        predictors = prepared.config.analysis.predictors
        self.wanted_probes = wanted_probes(predictors, prepared.registry)
        self._keeps = keeps_networks(self.wanted_probes)
        self._loss, self._metrics = cache(prepared.loss), cache(prepared.metrics)
        self._outputs = cache(prepared.outputs)

    def cell_space(self, cell: Cell) -> dict[str, Any]:
        """Return the entries of the search space that this cell knows."""
        return without_unknown(self._tuning["space"], self._known(cell))

    def unit(
        self, cell: Cell, fold: int, params: Params, seed: int, *, final: bool = False
    ) -> dict[str, Any]:
        """Return the unit of one training, with its content key; only a final run is trained again (``refit``). The
        network of a single training that may be probed is kept (``keep``, which is no part of the key).
        """
        refit = final and self.config.evaluation.refit
        beside = self._beside() if refit or not self.config.evaluation.refit else {}
        spec = replace(self._spec(cell, fold, params, seed), refit=refit, **beside).to_json()
        data = self._data(cell, fold)
        plugins = self.plugin_versions(cell)
        decisive = {
            "numerics": NUMERICS_VERSION,
            "spec": {name: value for name, value in spec.items() if name not in left_out(spec)},
            "data": {name: value for name, value in data.items() if name not in ("catalogs", "banks")},
            "plugins": plugins,
        }
        unit = {"key": content_key(decisive), "cell": cell.id, "spec": spec, "data": data, "plugins": plugins}
        return {**unit, "keep": True} if self._is_kept(cell, seed, refit) else unit

    def _beside(self) -> dict[str, Any]:
        """What is written beside the result of what may be a final run: also of a trial, which may become one."""
        return {"keep": self.config.training.keep, "reports": self.config.training.reports}

    def _is_kept(self, cell: Cell, seed: int, refit: bool) -> bool:
        final = refit or not self.config.evaluation.refit
        return self._keeps and cell.is_single and seed == 0 and final

    def search_id(self, cell: Cell, fold: int) -> str:
        """Return the identity of the cell's search in a fold: everything that decides it but the number of trials."""
        decisive = {name: self._tuning[name] for name in ("batch", "sampler", "pruner", "scope")}
        space = self.cell_space(cell)
        return content_key(
            [self.unit(cell, fold, {}, 0)["key"], decisive, space, self.search_seed(cell, fold)]
        )

    def search_seed(self, cell: Cell, fold: int) -> int:
        """Return the seed of the cell's search in a fold."""
        return derive_seed(self.config.seed, "search", cell.id, fold)

    def plugin_versions(self, cell: Cell) -> dict[str, str]:
        """Return distribution to version, of everything that decides the cell's results."""
        if cell.id not in self._plugins:
            self._plugins[cell.id] = self._versions(cell)
        return self._plugins[cell.id]

    def _versions(self, cell: Cell) -> dict[str, str]:
        uses = [self.prepared.uses[name] for name in self._datasets(cell)]
        named = [(kind, use.name, use.parameters) for kind, use in self._components(cell)]
        named += [("dataset", use.use, use.parameters) for use in uses]
        used = [part for kind, name, own in named for part in self._with_parts(kind, name, own)]
        return {
            entry.distribution: entry.version for entry in sorted(used, key=lambda entry: entry.distribution)
        }

    def _with_parts(self, kind: str, name: str, parameters: Params) -> list[Registered]:
        """Return a component and those that it is made of."""
        entry = self._registered(kind, name)
        return [entry, *nested_entries(entry, parameters, self.prepared.registry)]

    def _registered(self, kind: str, name: str) -> Registered:
        return self.prepared.registry.get(kind, name)

    def _components(self, cell: Cell) -> list[tuple[str, ComponentUse | Choice]]:
        training = self.config.training
        found: list[tuple[str, ComponentUse | Choice]] = [
            ("feature", cell.feature),
            ("model", cell.model),
            ("optimizer", training.optimizer),
            ("schedule", training.schedule),
            ("stopping", training.stopping),
            ("scaler", training.scaler),
            *(("augmentation", use) for use in training.augmentations),
            *(("term", use) for use in training.terms),
            *(("loss", self.prepared.loss(task)) for task in cell.tasks),
            *(("metric", Choice(name=name)) for task in cell.tasks for name in self.prepared.metrics(task)),
        ]
        return [*found, ("combiner", cell.combiner)] if cell.combiner else found

    def _datasets(self, cell: Cell) -> list[str]:
        return sorted({task.split("/")[0] for task in cell.tasks})

    def _fields(self, kind: str, name: str) -> set[str]:
        return set(self._registered(kind, name).component.parameters.model_fields)

    def _known(self, cell: Cell) -> set[str]:
        known = {"batch_size"} | self._fields("optimizer", self.config.training.optimizer.name)
        known |= self._fields("model", cell.model.name)
        if cell.combiner:
            known |= {f"combiner.{field}" for field in self._fields("combiner", cell.combiner.name)}
        return known

    def _spec(self, cell: Cell, fold: int, params: Params, seed: int) -> RunSpec:
        training = self.config.training
        optimizer_fields = self._fields("optimizer", training.optimizer.name)
        chosen = {k: v for k, v in params.items() if k in optimizer_fields}
        model_fields = self._fields("model", cell.model.name)
        return RunSpec(
            tasks=cell.tasks,
            model=_choice(cell.model, {k: v for k, v in params.items() if k in model_fields - set(chosen)}),
            combiner=_choice(cell.combiner, _prefixed(params, "combiner.")) if cell.combiner else None,
            optimizer=_choice(training.optimizer, chosen),
            stopping=_choice(training.stopping),
            schedule=_choice(training.schedule),
            scaler=_choice(training.scaler),
            augmentations=tuple(_choice(use) for use in training.augmentations),
            losses={task: self._loss(task) for task in cell.tasks},
            metrics={task: self._metrics(task) for task in cell.tasks},
            epochs=training.epochs,
            batch_size=int(params.get("batch_size", training.batch_size)),
            seed=derive_seed(self.config.seed, "run", fold, seed),
            deterministic=self.config.compute.deterministic,
            absent_heads={task: self._outputs(task) for task in cell.capacity_of},
            terms=tuple(_choice(use) for use in training.terms),
            auxiliary=auxiliary_of(cell.tasks, self.config.groups.auxiliary),
        )

    def _data(self, cell: Cell, fold: int) -> dict[str, Any]:
        if (cell.id, fold) not in self._datas:
            self._datas[cell.id, fold] = self._data_of(cell, fold)
        return self._datas[cell.id, fold]

    def _data_of(self, cell: Cell, fold: int) -> dict[str, Any]:
        names = self._datasets(cell)
        banks = {name: self.prepared.banks[name, cell.feature.as_] for name in names}
        return {
            "tasks": list(cell.tasks),
            "fold": fold,
            "folds": self.config.evaluation.folds,
            "seed": self.config.seed,
            "validation": self.config.evaluation.validation,
            "schemes": {name: self.prepared.uses[name].splits for name in names},
            "shuffled": list(cell.shuffled),
            "shuffle_seed": derive_seed(self.config.seed, "shuffle", *cell.shuffled),
            "fingerprints": {task: self.prepared.fingerprint(task) for task in cell.tasks},
            "bank_keys": {name: banks[name].name for name in names},
            "catalogs": {name: str(self.prepared.catalogs[name].directory) for name in names},
            "banks": {name: str(Path(banks[name])) for name in names},
        }


def auxiliary_of(tasks: Sequence[str], auxiliary: Sequence[str]) -> tuple[str, ...]:
    """Return the tasks of a group that do not count in its objective: none where nothing else would be left."""
    found = tuple(task for task in tasks if task in auxiliary)
    return found if len(found) < len(tasks) else ()


def left_out(spec: Mapping[str, Any]) -> set[str]:
    """Return what of a specification does not decide the result; what came later is left out where it is not used, so
    that older trainings keep their keys.
    """
    return {"device", "stop_epoch", "fixed_epochs", "keep", "reports"} | {
        name for name in ("refit", "absent_heads", "terms", "auxiliary") if not spec[name]
    }


def _choice(use: ComponentUse, more: Params | None = None) -> Choice:
    return Choice(name=use.name, parameters={**use.parameters, **(more or {})})


def _prefixed(params: Params, prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in params.items() if name.startswith(prefix)}
