"""Capacity-matched singles: which cells there are, what decides their key, and that no other key changes."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from harness.config import load_study_file
from harness.plugins import load_registry
from harness.schedule.cells import Cell, enumerate_cells
from harness.schedule.prepare import prepare
from harness.schedule.units import UnitFactory
from harness.schedule.work import load_data
from harness.train.population import why_not
from harness.train.setup import build_run
from harness.train.types import RunSpec
from tests.endtoend.corpus import write_study

ASKED = "groups.capacity_matched=true"
PARAMS = {"lr": 0.01}


@pytest.fixture(scope="module")
def units(tmp_path_factory) -> UnitFactory:
    study = write_study(tmp_path_factory.mktemp("capacity"))
    config = load_study_file(study, (ASKED, "groups.sizes=[1, 2, 3]"))
    return UnitFactory(prepare(config, load_registry(), lambda *a: None))


def capacity_cells(units: UnitFactory) -> list[Cell]:
    return [cell for cell in enumerate_cells(units.config) if cell.capacity_of]


def test_there_is_one_for_each_main_in_each_group_and_none_by_default(units) -> None:
    found = {(cell.tasks[0], cell.capacity_of) for cell in capacity_cells(units)}
    groups = [
        cell.tasks for cell in enumerate_cells(units.config) if len(cell.tasks) > 1 and not cell.placebo
    ]
    expected = {(main, tuple(t for t in group if t != main)) for group in groups for main in group}
    assert found == expected
    assert len(capacity_cells(units)) == 3 * 2 + 3
    assert not any(cell.is_single or cell.combiner or cell.placebo for cell in capacity_cells(units))
    plain = units.config.model_copy(
        update={"groups": units.config.groups.model_copy(update={"capacity_matched": False})}
    )
    others = [cell.id for cell in enumerate_cells(units.config) if not cell.capacity_of]
    assert [cell.id for cell in enumerate_cells(plain)] == others


def test_absent_heads_decide_the_key_and_are_not_hashed_where_there_are_none(units) -> None:
    cell = capacity_cells(units)[0]
    single = replace(cell, capacity_of=())
    keys = {units.unit(one, 0, PARAMS, 0)["key"] for one in (*capacity_cells(units)[:2], single)}
    assert len(keys) == 3
    spec = units.unit(single, 0, PARAMS, 0)["spec"]
    assert spec["absent_heads"] == {}
    older = {name: value for name, value in spec.items() if name != "absent_heads"}
    assert RunSpec.from_json(older) == RunSpec.from_json(spec)


def test_keys_of_before_stay(units) -> None:
    """The keys of a single and a pair are those of their specification without the new entry."""
    from harness.keys import NUMERICS_VERSION, content_key

    for cell in (one for one in enumerate_cells(units.config) if not one.capacity_of):
        unit = units.unit(cell, 0, PARAMS, 0)
        left_out = ("device", "stop_epoch", "fixed_epochs", "refit", "absent_heads", "terms", "auxiliary")
        left_out += ("keep", "reports")
        before = {
            "numerics": NUMERICS_VERSION,
            "spec": {name: value for name, value in unit["spec"].items() if name not in left_out},
            "data": {
                name: value for name, value in unit["data"].items() if name not in ("catalogs", "banks")
            },
            "plugins": unit["plugins"],
        }
        assert unit["key"] == content_key(before)


def test_its_network_is_the_groups_and_its_data_the_mains(units) -> None:
    matched = next(cell for cell in capacity_cells(units) if len(cell.capacity_of) == 2)
    group = next(cell for cell in enumerate_cells(units.config) if len(cell.tasks) == 3)
    single = replace(matched, capacity_of=())
    runs = {}
    for name, cell in (("matched", matched), ("group", group), ("single", single)):
        unit = units.unit(cell, 0, PARAMS, 0)
        data, spec = load_data(unit["data"], 1.0), RunSpec.from_json(unit["spec"])
        runs[name] = build_run(data, spec, load_registry(), torch.device("cpu"))
    states = {name: run.network.model.state_dict() for name, run in runs.items()}
    assert {k: v.shape for k, v in states["matched"].items()} == {
        k: v.shape for k, v in states["group"].items()
    }
    assert all(bool((states["matched"][name] == value).all()) for name, value in states["group"].items())
    assert len(states["single"]) < len(states["matched"])
    assert [part.name for part in runs["matched"].data.tasks] == list(matched.tasks)
    assert why_not(runs["matched"].spec, load_registry()) is not None
    assert why_not(runs["single"].spec, load_registry()) is None


def test_it_has_the_search_of_every_cell(units) -> None:
    cell = capacity_cells(units)[0]
    single = replace(cell, capacity_of=())
    assert units.cell_space(cell) == units.cell_space(single)
    assert units.search_id(cell, 0) != units.search_id(single, 0)


def test_study_file_takes_the_key(tmp_path: Path) -> None:
    assert load_study_file(write_study(tmp_path), (ASKED,)).groups.capacity_matched is True
    assert load_study_file(tmp_path / "study_3.yaml", ()).groups.capacity_matched is False
