"""Which probes a study takes, from what its predictors read and what its ledger knows of the single networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

from harness.errors import UnknownComponentError
from harness.keys import NUMERICS_VERSION, content_key
from harness.probes.names import KINDS, PROBES_VERSION, wants
from harness.schedule.cells import Cell
from harness.schedule.ledger import Ledger
from harness.schedule.probe_networks import SEED, Networks
from harness.schedule.units import UnitFactory
from harness.tune.space import centre, constants

if TYPE_CHECKING:
    from harness.config import ComponentUse

#: Clips of the pool that networks are compared on: of a data set, and of all, at most.
POOL_OF_A_DATASET, POOL = 128, 1024
#: Training clips of a main that a partner's network looks at, at most.
TRANSFER_CLIPS = 1024
#: Training clips of a data set whose features are compared, at most.
DISTANCE_CLIPS = 512
#: How often the tasks' updates are compared in the joint training.
MEASUREMENTS = 50
#: What the joint training takes, whatever the study takes: all tasks in every step, added up.
JOINT_COMBINER, JOINT_SCHEDULE = "sum", "mixed"
#: The fold of what is measured in one fold alone.
FIRST_FOLD = 0

Unit = dict[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Probe:
    """A unit of work, and the rows of the table that it fills: (probe, main, partner) in ``feature``, ``model``,
    ``fold`` and ``seed``. ``unit`` is ``None`` where it cannot be made, and ``why`` says why, if that is known.
    ``needs`` are the keys of the units whose pools travel with it.
    """

    kind: str
    unit: Unit | None
    pairs: tuple[Pair, ...]
    feature: str
    model: str | None
    fold: int
    seed: int | None
    why: str | None = None
    needs: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """The rows that the unit gives."""
        return [(probe, *pair) for pair in self.pairs for probe in KINDS[self.kind]]


class ProbePlan:
    """The probes of a study in which the trainings have ended (or as far as they have)."""

    def __init__(self, factory: UnitFactory, ledger: Ledger) -> None:
        self.factory, self.ledger = factory, ledger
        self.config, self.wanted = factory.config, factory.wanted_probes
        self.tasks = tuple(sorted(self.config.tasks))
        self.networks = Networks(factory, ledger)
        self._datas: dict[tuple[str, int], dict[str, Any]] = {}

    @cached_property
    def first(self) -> list[Probe]:
        """The probes that need no other: the joint trainings, which take longest, then networks and data sets."""
        found: list[Probe] = []
        if len(self.tasks) > 1:
            found += self._joint() if wants("joint", self.wanted) else ()
            found += self._trunks() if wants("trunk", self.wanted) or self._compares else ()
            found += self._distances() if wants("distance", self.wanted) else ()
        return found

    @cached_property
    def second(self) -> list[Probe]:
        """The probes that compare what the first have found."""
        return list(self._similarities()) if self._compares and len(self.tasks) > 1 else []

    @property
    def all(self) -> list[Probe]:
        """All probes."""
        return [*self.first, *self.second]

    @property
    def _compares(self) -> bool:
        return wants("similarity", self.wanted)

    @cached_property
    def representatives(self) -> dict[str, str]:
        """The first task of each data set: its split tells which clips of the data set are drawn."""
        return {task.split("/", 1)[0]: task for task in reversed(self.tasks)}

    def _settings(self) -> Iterator[tuple[ComponentUse, ComponentUse]]:
        for feature in self.config.features:
            for model in self.config.models:
                yield feature, model

    def _data(self, feature: ComponentUse, fold: int) -> dict[str, Any]:
        """Return the data of all tasks, of which a probe looks at some."""
        name = feature.as_, fold
        if name not in self._datas:
            cell = Cell(self.tasks, feature, self.config.models[0], None)
            self._datas[name] = self.factory.unit(cell, fold, {}, SEED)["data"]
        return self._datas[name]

    def _joint(self) -> Iterator[Probe]:
        for feature, model in self._settings():
            try:
                unit, why = self._joint_unit(feature, model), None
            except UnknownComponentError as error:
                unit, why = None, str(error)
            yield Probe("joint", unit, self.directed(), feature.as_, model.as_, FIRST_FOLD, SEED, why)

    def _joint_unit(self, feature: ComponentUse, model: ComponentUse) -> Unit:
        """Return the training of all tasks with the middle of the search space."""
        from harness.config import ComponentUse as Use

        cell = Cell(self.tasks, feature, model, Use(name=JOINT_COMBINER))
        space = self.factory.cell_space(cell)
        training = self.factory.unit(cell, FIRST_FOLD, {**constants(space), **centre(space)}, SEED)
        spec = dict(training["spec"])
        if spec["schedule"]["name"] != JOINT_SCHEDULE:
            spec["schedule"] = {"name": JOINT_SCHEDULE, "parameters": {}}
        decisive = [training["key"], spec["schedule"]]
        return _unit("joint", training["data"], decisive, spec=spec, measurements=MEASUREMENTS)

    def _trunks(self) -> Iterator[Probe]:
        transfers = wants("trunk", self.wanted)
        for feature, model in self._settings():
            for fold in range(self._folds(self.tasks)):
                for partner in self.tasks:
                    mains = [t for t in self.tasks if t != partner and fold < self._folds((t, partner))]
                    if mains:
                        yield self._trunk(feature, model, fold, partner, mains if transfers else [])

    def _trunk(
        self, feature: ComponentUse, model: ComponentUse, fold: int, partner: str, mains: list[str]
    ) -> Probe:
        training, why = self.networks.of(partner, feature, model, fold)
        pairs = tuple((main, partner) for main in mains)
        if training is None:
            return Probe("trunk", None, pairs, feature.as_, model.as_, fold, SEED, why)
        each = min(POOL_OF_A_DATASET, POOL // len(self.representatives))
        unit = _unit(
            "trunk",
            self._data(feature, fold),
            training["key"],
            mine=partner,
            training={"key": training["key"], "spec": training["spec"]},
            mains=mains,
            clips=TRANSFER_CLIPS,
            pool={"tasks": sorted(self.representatives.values()), "clips": each},
        )
        return Probe("trunk", unit, pairs, feature.as_, model.as_, fold, SEED)

    def _similarities(self) -> Iterator[Probe]:
        trunks = {
            (p.feature, p.model, p.fold, p.unit["mine"]): p
            for p in self.first
            if p.kind == "trunk" and p.unit
        }
        for feature, model in self._settings():
            for fold in range(self._folds(self.tasks)):
                for pair in combinations(self.tasks, 2):
                    if fold < self._folds(pair):
                        both = [trunks.get((feature.as_, model.as_, fold, task)) for task in pair]
                        yield self._similarity(feature, model, fold, pair, both)

    def _similarity(
        self, feature: ComponentUse, model: ComponentUse, fold: int, pair: Pair, trunks: list[Probe | None]
    ) -> Probe:
        pairs = (pair, pair[::-1])
        needs = tuple(trunk.unit["key"] for trunk in trunks if trunk is not None and trunk.unit is not None)
        if len(needs) < len(pair):
            whys = [self.networks.of(task, feature, model, fold)[1] for task in pair]
            why = "; ".join(filter(None, whys)) or None
            return Probe("similarity", None, pairs, feature.as_, model.as_, fold, SEED, why)
        unit = _unit("similarity", {"tasks": list(pair)}, list(needs), pairs=[list(one) for one in pairs])
        return Probe("similarity", unit, pairs, feature.as_, model.as_, fold, SEED, needs=needs)

    def _distances(self) -> Iterator[Probe]:
        for feature in self.config.features:
            for first, second in combinations(sorted(self.representatives), 2):
                pairs = tuple(
                    pair for pair in self.directed() if {t.split("/", 1)[0] for t in pair} == {first, second}
                )
                tasks = [self.representatives[name] for name in (first, second)]
                data = _of_datasets(self._data(feature, FIRST_FOLD), tasks, (first, second))
                unit = _unit(
                    "distance",
                    data,
                    None,
                    tasks=tasks,
                    clips=DISTANCE_CLIPS,
                    pairs=[list(pair) for pair in pairs],
                )
                yield Probe("distance", unit, pairs, feature.as_, None, FIRST_FOLD, None)

    def directed(self) -> tuple[Pair, ...]:
        """Return the directed pairs of the study's tasks."""
        return tuple((a, b) for a in self.tasks for b in self.tasks if a != b)

    def _folds(self, tasks: tuple[str, ...]) -> int:
        return self.factory.prepared.n_folds(tasks)


def _unit(kind: str, data: dict[str, Any], decisive: object, **details: Any) -> Unit:
    """Return a unit with its content key; what a training is made of is in ``decisive`` by its own key."""
    known = {name: value for name, value in data.items() if name not in ("catalogs", "banks")}
    counted = {name: value for name, value in details.items() if name not in ("spec", "training")}
    key = content_key([PROBES_VERSION, NUMERICS_VERSION, kind, decisive, known, counted])
    return {"key": key, "probe": kind, "data": data, **details}


def _of_datasets(data: dict[str, Any], tasks: list[str], names: tuple[str, str]) -> dict[str, Any]:
    """Return the data of a unit without the other data sets and tasks."""
    kept = {
        kind: {name: data[kind][name] for name in names}
        for kind in ("catalogs", "banks", "bank_keys", "schemes")
    }
    prints = {task: data["fingerprints"][task] for task in tasks}
    return {**data, **kept, "tasks": tasks, "fingerprints": prints}
