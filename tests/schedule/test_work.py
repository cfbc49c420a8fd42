"""What a worker does with a unit: the loop, a population, a pack; and with what goes wrong in them."""

import json
import subprocess
import sys

import pytest
import torch

from harness.config import load_study_file
from harness.plugins import load_registry
from harness.schedule import work
from harness.schedule.cells import enumerate_cells
from harness.schedule.local_worker import outcome
from harness.schedule.packs import as_unit, population_key
from harness.schedule.prepare import prepare
from harness.schedule.units import UnitFactory
from harness.schedule.work import run_unit
from tests.endtoend.corpus import write_study


@pytest.fixture(scope="module")
def factory(tmp_path_factory) -> UnitFactory:
    study = write_study(tmp_path_factory.mktemp("work"), ("pitch", "loud"))
    combiners = "combiners=[{name: sum}, {name: graddrop}]"
    config = load_study_file(study, [combiners, "training.epochs=2"])
    return UnitFactory(prepare(config, load_registry(), lambda done, total, what: None))


@pytest.fixture
def units(factory) -> dict[str, list[dict]]:
    """Three units (other learning rates) of a single, of a pair, and of a pair whose combiner cannot be stacked."""
    cells = enumerate_cells(factory.config)
    pair = next(cell for cell in cells if len(cell.tasks) == 2 and cell.combiner.name == "sum")
    drop = next(cell for cell in cells if len(cell.tasks) == 2 and cell.combiner.name == "graddrop")
    return {
        name: [factory.unit(cell, 0, {"lr": lr}, 0) for lr in (0.01, 0.02, 0.03)]
        for name, cell in (("single", cells[0]), ("pair", pair), ("drop", drop))
    }


@pytest.fixture
def context(tmp_path) -> dict:
    return {
        "device": "cpu",
        "threads": 1,
        "memory_gb": 1.0,
        "checkpoints": str(tmp_path),
        "checkpoint_s": 1e9,
        "engine": "population",
    }


def scores(result: dict) -> list[float]:
    return [row["value"] for row in result["scores"]]


@pytest.mark.parametrize("kind", ["single", "pair"])
def test_a_pack_gives_what_its_trainings_give_one_by_one(units, context, kind) -> None:
    pack = json.loads(json.dumps(as_unit(units[kind])))
    answer = json.loads(json.dumps(run_unit(pack, context)))
    assert not answer["broken"]
    for unit in units[kind]:
        part = answer["results"][unit["key"]]
        alone = run_unit(unit, {**context, "engine": "loop"})
        assert (part["status"], part["result"]["engine"], alone["engine"]) == ("done", "population", "loop")
        assert scores(part["result"]) == pytest.approx(scores(alone), abs=0.05, nan_ok=True)


def test_one_training_in_a_study_of_populations(units, context) -> None:
    assert run_unit(units["single"][0], context)["engine"] == "population"
    assert run_unit(units["drop"][0], context)["engine"].startswith("loop (the combiner graddrop")


def test_what_can_be_in_one_pack(units) -> None:
    key_of = population_key(load_registry())
    assert len({key_of(unit) for unit in units["single"]}) == 1
    assert len({key_of(unit) for unit in units["pair"]}) == 1
    assert key_of(units["single"][0]) != key_of(units["pair"][0])
    assert key_of(units["drop"][0]) is None


def test_a_member_whose_data_are_gone_or_whose_loss_is_nan_fails_by_itself(units, context, tmp_path) -> None:
    gone, wild, good = json.loads(json.dumps(units["single"]))
    gone["data"]["banks"] = {name: str(tmp_path / "nothing") for name in gone["data"]["banks"]}
    wild["spec"]["optimizer"]["parameters"]["lr"] = 1e30
    results = run_unit(as_unit([gone, wild, good]), context)["results"]
    found = {key: (part["status"], part.get("error_type")) for key, part in results.items()}
    assert found == {
        gone["key"]: ("failed", "DataError"),
        wild["key"]: ("failed", "NonFiniteLossError"),
        good["key"]: ("done", None),
    }
    assert "Traceback" in results[wild["key"]]["traceback"]


def test_a_device_that_breaks_under_a_pack_loses_its_members_and_the_worker(
    units, context, monkeypatch
) -> None:
    def breaks(members):
        done = work.train(members[0].data, members[0].spec)
        return [done, *(RuntimeError("CUDA error: an illegal memory access") for _ in members[1:])]

    monkeypatch.setattr(work, "train_population", breaks)
    pack = as_unit(units["single"])
    text, usable = outcome(run_unit, pack, context)
    states = [part["status"] for part in json.loads(text)["result"]["results"].values()]
    assert states == ["done", "lost", "lost"]
    assert not usable


def test_an_out_of_memory_error_of_one_training_is_told_as_it_is(units, context, monkeypatch) -> None:
    monkeypatch.setattr(
        work, "train_population", lambda members: [torch.OutOfMemoryError("CUDA out of memory")]
    )
    text, usable = outcome(run_unit, units["single"][0], context)
    answer = json.loads(text)
    assert (answer["status"], answer["error_type"], usable) == ("failed", "OutOfMemoryError", True)


def test_warm_up_loads_what_the_first_training_would_wait_for(units, context, tmp_path) -> None:
    """In a process of its own, because this one has loaded everything."""
    named = {
        **context,
        "components": [["model", "dnn"], ["metric", "macro_f1"], ["model", "broken or unknown"]],
    }
    script = (
        "import json, sys; from harness.schedule.work import warm_up; warm_up(json.loads(sys.argv[1]));"
        "print(sorted(m for m in ('torch._dynamo', 'harness_audio.models.dnn', 'sklearn') if m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(named)], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "['harness_audio.models.dnn', 'sklearn', 'torch._dynamo']", done.stderr
