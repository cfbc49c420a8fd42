"""Lengths that a study file names: what banks, cells and keys see is the number."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from harness.config import load_study_file
from harness.data.bank import open_bank
from harness.errors import HarnessError
from harness.plugins import load_registry
from harness.schedule.cells import enumerate_cells
from harness.schedule.clip_length import with_clip_lengths
from harness.schedule.prepare import prepare
from harness.schedule.units import UnitFactory
from tests.endtoend.corpus import write_study

CATALOGS = [
    SimpleNamespace(frame=pd.DataFrame({"duration_s": durations})) for durations in ([0.4, 2.0, 0.5], [0.9])
]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("lengths")


def study(place, *overrides):
    return load_study_file(write_study(place, ("pitch",)), overrides)


@pytest.mark.parametrize(("named", "seconds"), [("min", 0.4), ("median", 0.7), ("max", 2.0)])
def test_it_is_that_of_all_clips_of_all_data_sets(place, named, seconds):
    config = with_clip_lengths(study(place, f"features.0.clip_s={named}"), CATALOGS, load_registry())
    assert config.features[0].parameters["clip_s"] == pytest.approx(seconds)
    assert config.features[0].parameters["n_mels"] == 16


def test_numbers_stay(place):
    config = study(place)
    assert with_clip_lengths(config, CATALOGS, load_registry()) is config


def test_keys_and_cells_are_those_of_the_number(place):
    named, plain = (
        UnitFactory(prepare(study(place, f"features.0.clip_s={given}"), load_registry(), lambda *a: None))
        for given in ("max", 0.25)
    )
    cells = [enumerate_cells(units.prepared.config)[0] for units in (named, plain)]
    assert cells[0].id == cells[1].id
    units = [factory.unit(cell, 0, {"lr": 0.01}, 0) for factory, cell in zip((named, plain), cells)]
    assert units[0]["key"] == units[1]["key"]
    assert units[0]["data"] == units[1]["data"]


def test_the_parts_of_a_stack_have_it_too(place):
    part = "{name: log_mel, n_fft: 256, n_mels: 9}"
    feature = f"features=[{{name: stack, sample_rate: 8000, clip_s: min, parts: [{part}, {part}]}}]"
    prepared = prepare(study(place, feature), load_registry(), lambda *a: None)
    shape = open_bank(prepared.banks["tones", "stack"], memory_gb=1).input_shape
    assert shape == (2, 9, 1 + 2000 // 80)


def test_what_does_not_go_with_the_length_is_told(place):
    short = [SimpleNamespace(frame=pd.DataFrame({"duration_s": np.array([0.0])}))]
    with pytest.raises(HarnessError, match=r"feature 'log_mel', clip_s min = 0 s: clip_s: .*greater than 0"):
        with_clip_lengths(study(place, "features.0.clip_s=min"), short, load_registry())
