"""Faults of the framework of 2021 that this one grew out of: each is shown on a small corpus, and is not repeated.

The corpus is two data sets: ``fixed`` has an official split into train and test; ``open`` has folds generated from its
groups, and two of its clips are the same audio as clips that ``fixed`` tests.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from harness.config import load_study_file
from harness.data.splits import make_splits
from harness.plugins import load_registry
from harness.schedule.cells import Cell, enumerate_cells
from harness.schedule.prepare import prepare
from harness.schedule.unit_data import _load_data, load_data
from harness.schedule.units import UnitFactory
from harness.schedule.work import run_unit
from harness.train.components import build
from harness.train.setup import feature_store
from harness.train.store import rows_of
from harness.train.types import RunSpec
from tests.data.helpers import RATE, tone

FOLDS = 3
FIXED_TESTED, OPEN = range(20, 30), 36
STUDY = """\
study: faults
seed: {seed}
datasets:
- {{as: fixed, use: folder, path: fixed, splits: official, tasks: {{letter: multiclass}}}}
- {{as: open, use: folder, path: open, limit_per_label: {{task: letter, n: 16}}, tasks: {{letter: multiclass}}}}
tasks: [fixed/letter, open/letter]
features: [{{name: log_mel, sample_rate: 8000, clip_s: 0.2, n_mels: 8, n_fft: 256}}]
models: [{{name: dnn, depth: 1, width: 8}}]
training: {{epochs: 2, batch_size: 8, schedule: {schedule}}}
evaluation: {{folds: 3, seeds: 1}}
compute: {{workers: 1}}
data: {{root: {place}, options: {{cache_dir: cache}}}}
"""


def write(place: Path, seeds: list[int], splits: list[str] | None) -> None:
    place.mkdir()
    with (place / "labels.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "letter", "group", "split"])
        for i, seed in enumerate(seeds):
            soundfile.write(place / f"{i}.wav", tone(seed), RATE, subtype="FLOAT")
            writer.writerow([f"{i}.wav", "ab"[i % 2], f"g{i // 2}", splits[i] if splits else ""])


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("faults")
    write(place / "fixed", list(range(30)), ["test" if i in FIXED_TESTED else "train" for i in range(30)])
    write(place / "open", [*FIXED_TESTED[:2], *range(100, 100 + OPEN - 2)], None)
    return place


def made(place: Path, seed: int = 0, schedule: str = "mixed") -> UnitFactory:
    file = place / f"study-{seed}-{schedule}.yaml"
    file.write_text(STUDY.format(place=place, seed=seed, schedule=schedule))
    return UnitFactory(prepare(load_study_file(file), load_registry(), lambda *a: None))


@pytest.fixture(scope="module")
def units(place) -> UnitFactory:
    return made(place)


def cell_of(units: UnitFactory, *tasks: str) -> Cell:
    return next(c for c in enumerate_cells(units.config) if c.tasks == tasks and not c.placebo)


PAIR = "fixed/letter", "open/letter"


def data_of(units: UnitFactory, fold: int, *tasks: str):
    return load_data(units.unit(cell_of(units, *(tasks or PAIR)), fold, {"lr": 0.01}, 0)["data"], 1.0)


def contents(units: UnitFactory, part, which: str) -> set[str]:
    catalog = units.prepared.catalogs[part.name.split("/")[0]]
    return set(catalog.frame["content_hash"].to_numpy()[getattr(part, which)])


# Fixed-split data in every fold: with k folds, a data set with one split was spread over all of them. So it was trained
# on what it tests, and its one result was counted k times.


@pytest.mark.parametrize("fold", range(FOLDS))
def test_a_fixed_split_tests_its_own_test_part_in_every_fold_and_trains_on_none_of_it(units, fold):
    part = data_of(units, fold).tasks[0]
    frame = units.prepared.catalogs["fixed"].frame
    assert set(frame["split"].to_numpy()[part.test]) == {"test"}
    assert len(part.test) == len(FIXED_TESTED)
    assert set(frame["split"].to_numpy()[np.concatenate([part.train, part.validation])]) == {"train"}


def test_its_result_is_counted_once(units):
    assert units.prepared.n_folds(("fixed/letter",)) == 1
    assert units.prepared.n_folds(("open/letter",)) == units.prepared.n_folds(PAIR) == FOLDS


# Scaler state over folds: one scaler was fitted again and again by partial_fit, so that in fold k it had seen the
# training parts of all folds before, and with them what fold k tests.


def stores(units: UnitFactory):
    for fold in range(FOLDS):
        spec = RunSpec.from_json(units.unit(cell_of(units, *PAIR), fold, {"lr": 0.01}, 0)["spec"])
        data = data_of(units, fold)
        yield data, spec, feature_store(load_registry(), data, spec, torch.device("cpu"))


def own_scaler(spec: RunSpec, data, index: int, seen=None):
    """Return a scaler that was fitted on a data set's training rows, after those that it had ``seen``."""
    scaler = seen or build(load_registry(), "scaler", spec.scaler)
    train = np.unique(data.tasks[index].train)
    features = torch.from_numpy(data.datasets[index].features[rows_of(data.datasets[index], train)[0]])
    scaler.partial_fit(features)
    scaler.finish()
    return scaler


def test_a_folds_scaler_has_seen_this_folds_training_part_and_nothing_else(units):
    for data, spec, store in stores(units):
        for index in range(2):
            found, expected = store.scaler(index).constants(), own_scaler(spec, data, index).constants()
            torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


def test_the_fault_would_have_been_seen(units):
    """One scaler over the folds is another scaler from the second fold on, as the training parts differ."""
    over_folds = None
    for fold, (data, spec, store) in enumerate(stores(units)):
        over_folds = own_scaler(spec, data, 1, over_folds)
        mean = store.scaler(1).constants()[0]
        assert torch.allclose(over_folds.constants()[0], mean, rtol=1e-6, atol=1e-6) == (fold == 0)


# Tests in the training set: clips of the test part were trained on, by another task of the group or as a copy in
# another data set.


@pytest.mark.parametrize("fold", range(FOLDS))
def test_no_clip_that_a_task_of_the_run_tests_is_trained_or_validated_on(units, fold):
    parts = data_of(units, fold).tasks
    tested = set().union(*(contents(units, part, "test") for part in parts))
    trained = set().union(*(contents(units, part, "train") for part in parts))
    validated = set().union(*(contents(units, part, "validation") for part in parts))
    assert tested
    assert not tested & trained
    assert not tested & validated
    assert not trained & validated


def test_alone_the_copies_are_trained_on_so_that_the_group_really_gives_them_up(units):
    fixed = contents(units, data_of(units, 0, "fixed/letter").tasks[0], "test")
    alone = [contents(units, data_of(units, f, "open/letter").tasks[0], "train") for f in range(FOLDS)]
    assert any(fixed & part for part in alone)


def test_no_group_of_generated_folds_is_on_two_sides(units):
    groups = units.prepared.catalogs["open"].frame["group"].to_numpy()
    for fold in range(FOLDS):
        part = data_of(units, fold, "open/letter").tasks[0]
        sides = [set(groups[clips]) for clips in (part.train, part.validation, part.test)]
        assert len(set().union(*sides)) == sum(map(len, sides))


# Unseeded sampling: limits, folds and batches were drawn from the global state, so that no study could be repeated.


def disturb(state: int) -> None:
    """Set the global generators, and forget what was drawn before."""
    random.seed(state)
    np.random.seed(state)
    torch.manual_seed(state)
    _load_data.cache_clear()
    make_splits.cache_clear()


def trained(place: Path, tmp_path: Path, schedule: str, state: int, seed: int = 0) -> list[float]:
    """Return the scores and the curve of a pair's training, all of it drawn anew in another global state."""
    disturb(state)
    units = made(place, seed, schedule)
    context = {"device": "cpu", "engine": "loop", "threads": 1, "memory_gb": 1.0}
    context |= {"checkpoints": str(tmp_path / str(state)), "checkpoint_s": 1e9}
    result = run_unit(units.unit(cell_of(units, *PAIR), 1, {"lr": 0.01}, 0), context)
    return [row["value"] for row in [*result["scores"], *result["curves"]]]


@pytest.mark.parametrize("schedule", ["mixed", "alternate", "proportional", "balanced", "undersampled"])
def test_the_state_of_the_global_generators_decides_nothing(place, tmp_path, schedule):
    assert trained(place, tmp_path, schedule, 1) == trained(place, tmp_path, schedule, 2)


def test_the_studys_seed_decides(place, tmp_path):
    assert trained(place, tmp_path, "mixed", 1) != trained(place, tmp_path, "mixed", 1, seed=1)


def test_limits_and_folds_are_the_seeds(place, units):
    disturb(5)
    again, other = made(place), made(place, seed=1)

    def drawn(units):
        clips = units.prepared.catalogs["open"].frame["clip"]
        return [clips.tolist(), *(part.test.tolist() for part in units.prepared.splits["open/letter"])]

    assert drawn(again) == drawn(units)
    assert len(drawn(units)[0]) == 32 < OPEN
    assert drawn(other)[0] != drawn(units)[0]
    assert drawn(other)[1:] != drawn(units)[1:]
