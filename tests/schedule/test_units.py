"""What decides a training's key, and what does not; on a real, tiny corpus."""

from pathlib import Path

import pytest

from harness.config import load_study_file
from harness.plugins import load_registry
from harness.schedule.cells import Cell, enumerate_cells
from harness.schedule.prepare import prepare
from harness.schedule.tables import TableBuilder
from harness.schedule.units import UnitFactory
from harness.schedule.work import load_data
from harness.train.types import RunSpec
from tests.endtoend.corpus import write_study

PARAMS = {"lr": 0.01}


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("units")


def factory(place: Path, *overrides: str, tasks=("pitch", "loud", "wave")) -> UnitFactory:
    config = load_study_file(write_study(place, tasks), overrides)
    return UnitFactory(prepare(config, load_registry(), lambda *a: None))


def cell(units: UnitFactory, *tasks: str, placebo: bool = False) -> Cell:
    wanted = {f"tones/{task}" for task in tasks}
    return next(c for c in enumerate_cells(units.config) if set(c.tasks) == wanted and c.placebo == placebo)


def key(units: UnitFactory, *tasks: str, fold: int = 0, seed: int = 0, params=PARAMS) -> str:
    return units.unit(cell(units, *tasks), fold, params, seed)["key"]


@pytest.fixture(scope="module")
def units(place) -> UnitFactory:
    return factory(place)


@pytest.mark.parametrize(
    "override",
    [
        "training.epochs=5",
        "training.batch_size=8",
        "training.optimizer=sgd",
        "training.schedule=alternate",
        "training.scaler={name: standardise, scope: cell}",
        "evaluation.validation=0.3",
        "evaluation.folds=3",
        "seed=2",
        "features.0.n_mels=20",
        "models.0.width=8",
        "combiners=[uncertainty]",
    ],
)
def test_what_decides_the_result_decides_the_key(place, units, override) -> None:
    assert key(factory(place, override), "pitch", "loud") != key(units, "pitch", "loud")


@pytest.mark.parametrize(
    "override",
    [
        "study=another",
        "tuning.trials=9",
        "evaluation.seeds=5",
        "compute.workers=1",
        "analysis.rope=0.05",
        "features.0.as=mel",
        "placebo.shuffled_partner=none",
        "data.options.memory_gb=0.001",
    ],
)
def test_what_does_not_decide_it_does_not(place, units, override) -> None:
    assert key(factory(place, override), "pitch", "loud") == key(units, "pitch", "loud")


def test_only_final_runs_are_trained_again(place, units) -> None:
    again = factory(place, "evaluation.refit=true")
    wanted = cell(again, "pitch", "loud")
    assert again.unit(wanted, 0, PARAMS, 0)["key"] == key(units, "pitch", "loud")
    final = again.unit(wanted, 0, PARAMS, 0, final=True)
    assert final["key"] != key(units, "pitch", "loud")
    assert final["spec"]["refit"]
    plain = units.unit(cell(units, "pitch", "loud"), 0, PARAMS, 0, final=True)
    assert plain["key"] == key(units, "pitch", "loud")


def test_another_task_of_the_data_set_changes_nothing(place, units) -> None:
    assert key(factory(place, tasks=("pitch", "loud")), "pitch", "loud") == key(units, "pitch", "loud")


def test_fold_seed_and_hyperparameters_decide(units) -> None:
    keys = {
        key(units, "pitch"),
        key(units, "pitch", fold=1),
        key(units, "pitch", seed=1),
        key(units, "pitch", params={"lr": 0.02}),
        key(units, "loud"),
    }
    assert len(keys) == 5


def test_hyperparameters_go_where_they_belong(place) -> None:
    units = factory(place, "combiners=[dwa]", "training.optimizer=sgd")
    params = {
        "lr": 0.02,
        "momentum": 0.5,
        "width": 8,
        "dropout": 0.1,
        "batch_size": 4,
        "combiner.temperature": 3.0,
    }
    spec = RunSpec.from_json(units.unit(cell(units, "pitch", "loud"), 0, params, 0)["spec"])
    assert spec.combiner is not None
    assert (spec.optimizer.parameters["lr"], spec.optimizer.parameters["momentum"]) == (0.02, 0.5)
    assert (spec.model.parameters["width"], spec.model.parameters["dropout"]) == (8, 0.1)
    assert (spec.batch_size, spec.combiner.parameters["temperature"]) == (4, 3.0)


def test_a_unit_opens_its_data_and_shuffles_the_placebos_partner_alone(units) -> None:
    plain = load_data(units.unit(cell(units, "pitch"), 0, PARAMS, 0)["data"], 1.0).tasks[0]
    placebo = cell(units, *placebo_of(units, "pitch"), placebo=True)
    data = load_data(units.unit(placebo, 0, PARAMS, 0)["data"], 1.0)
    main, partner = data.tasks
    assert main.name == "tones/pitch"
    assert (main.targets == plain.targets).all()
    real = load_data(units.unit(cell(units, partner.task.name), 0, PARAMS, 0)["data"], 1.0).tasks[0]
    assert (partner.targets[real.train] != real.targets[real.train]).any()
    assert (partner.targets[real.test] == real.targets[real.test]).all()


def placebo_of(units: UnitFactory, main: str) -> list[str]:
    found = [c for c in enumerate_cells(units.config) if c.placebo and c.tasks[0] == f"tones/{main}"]
    return [task.removeprefix("tones/") for task in found[0].tasks]


def test_tables_before_anything_was_trained_say_so(units, tmp_path) -> None:
    from harness.schedule.ledger import Ledger

    ledger = Ledger(tmp_path / "ledger.sqlite")
    tables = TableBuilder(units.prepared, units, enumerate_cells(units.config), ledger, "tones-1").build({})
    ledger.close()
    assert {row["status"] for row in tables["runs"]} == {"pending"}
    assert {row["status"] for row in tables["cells"]} == {"pending"}
    assert tables["study"][0]["complete"] is False
    assert len(tables["labels"]) == 3 * 72
    assert [row["n_clips"] for row in tables["tasks"]] == [72] * 3


def test_a_rung_is_a_stop_of_the_same_training(units) -> None:
    unit = units.unit(cell(units, "pitch"), 0, PARAMS, 0)
    assert unit["spec"]["stop_epoch"] is None
    stopped = RunSpec.from_json({**unit["spec"], "stop_epoch": 3})
    assert stopped.stop_epoch == 3


def test_the_pruner_decides_the_search(place, units) -> None:
    pruned = factory(place, "tuning.pruner=hyperband")
    assert pruned.search_id(cell(pruned, "pitch"), 0) != units.search_id(cell(units, "pitch"), 0)
    assert key(pruned, "pitch") == key(units, "pitch")
