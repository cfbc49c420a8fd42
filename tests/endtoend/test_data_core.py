"""A whole study on a union of two data sets, with a stack of a spectrogram, a side vector and a mask channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import harness
from harness.config import load_study_file
from harness.data.bank import open_bank
from harness.plugins import Registered, load_registry
from harness.records import Clip, Dataset, DatasetRecord, FeatureParameters, FeatureRecord, Parameters, Task
from harness.schedule.cells import enumerate_cells
from harness.schedule.packs import as_unit
from harness.schedule.prepare import prepare
from harness.schedule.run import run_study
from harness.schedule.unit_data import load_data
from harness.schedule.units import UnitFactory
from harness.schedule.work import run_unit
from harness.train.store import FeatureStore
from harness_training.parameters import StandardiseParameters
from harness_training.scalers import Standardise

RATE = 8000
STUDY = """\
study: core
seed: 3
datasets:
- as: words
  use: union
  of: [{{as: a, use: north}}, {{as: b, use: south}}]
  tasks: {{word: {{kind: multiclass, from: {{a: word, b: term}}}}}}
  limit_per_label: {{task: word, n: 24}}
tasks: [words/word, north/old]
features:
- name: stack
  sample_rate: 8000
  clip_s: max
  size: [12, 16]
  parts: [{{name: log_mel, n_mels: 16, n_fft: 256, hop_length: 128}}, age, audio_mask]
models: [{{name: dnn, depth: 1, width: 16}}]
placebo: {{shuffled_partner: none}}
tuning: {{trials: 1, batch: 1, space: {{lr: {{log: [1e-3, 1e-1]}}}}}}
training: {{epochs: 6, batch_size: 16, patience: 6, schedule: undersampled}}
evaluation: {{folds: 2, seeds: 1}}
compute: {{workers: 1}}
analysis: {{predictors: []}}
data: {{options: {{cache_dir: {cache}}}}}
"""


class Words(Dataset):
    """Clips of 0.1 to 0.3 s; the pitch is the word, the age (known of most) decides whether the speaker is old."""

    licence = "CC0"

    def __init__(self, parameters: Parameters, first: int, task: str, classes: tuple[str, ...]) -> None:
        self.first, self.task, self.classes = first, task, classes

    @property
    def tasks(self) -> tuple[Task, ...]:
        old = Task(name="old", kind="binary", classes=("no", "yes"))
        return Task(name=self.task, kind="multiclass", classes=self.classes), old

    def clips(self) -> Iterator[Clip]:
        rng = np.random.default_rng(self.first)
        for i in range(60):
            place, age = i % len(self.classes), float(rng.uniform(5, 90))
            t = np.arange(round(RATE * rng.uniform(0.1, 0.3))) / RATE
            hertz = 300 * (1 + "abc".index(self.classes[place])) * rng.uniform(0.95, 1.05)
            yield Clip(
                id=f"{i}",
                labels={self.task: self.classes[place], "old": "yes" if age > 45 else "no"},
                samples=(0.3 * np.sin(2 * np.pi * hertz * t) + 0.01 * rng.standard_normal(t.size)).astype(
                    "f4"
                ),
                sample_rate=RATE,
                group=f"g{i // 3}",
                covariates={"age": None if i % 10 == 9 else age},
            )


class Age(nn.Module):
    """Age in centuries, and whether it is known: a side vector, ``[batch, 1, 2, 1]``."""

    covariates = ("age",)

    def __init__(self, parameters: FeatureParameters) -> None:
        super().__init__()

    def forward(self, waveform, values):
        known = values.isfinite()
        return torch.cat([torch.nan_to_num(values) / 100, known.float()], dim=1)[:, None, :, None]


class AudioMask(nn.Module):
    """1 in the part of the row that is audio, 0 in the padding: ``[batch, 1, 1, 50]``, plain."""

    covariates = ("duration_s",)
    plain = (0,)

    def __init__(self, parameters: FeatureParameters) -> None:
        super().__init__()
        self.register_buffer("middle", (torch.arange(50) + 0.5) / 50 * parameters.clip_s)

    def forward(self, waveform, values):
        return (self.middle < values).float()[:, None, None]


RECORDS = (
    DatasetRecord(name="north", factory=lambda p, c: Words(p, 0, "word", ("a", "b")), tasks=("word", "old")),
    DatasetRecord(name="south", factory=lambda p, c: Words(p, 1, "term", ("b", "c")), tasks=("term", "old")),
    FeatureRecord(name="age", factory=Age),
    FeatureRecord(name="audio_mask", factory=AudioMask),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Path]:
    components = load_registry().components
    for record in RECORDS:
        components[record.kind, record.name] = Registered(record, "tests", "tests-of-data", "7")
    place = tmp_path_factory.mktemp("core")
    (place / "study.yaml").write_text(STUDY.format(cache=place / "cache"))
    yield place
    for record in RECORDS:
        del components[record.kind, record.name]


@pytest.fixture(scope="module")
def units(place) -> UnitFactory:
    return UnitFactory(prepare(load_study_file(place / "study.yaml"), load_registry(), lambda *a: None))


@pytest.fixture(scope="module")
def pair(units):
    return next(cell for cell in enumerate_cells(units.config) if len(cell.tasks) == 2)


def test_the_bank_has_the_spectrogram_the_side_vector_and_the_mask(units):
    longest = max(catalog.frame["duration_s"].max() for catalog in units.prepared.catalogs.values())
    assert units.config.features[0].parameters["clip_s"] == longest
    rows = open_bank(units.prepared.banks["words", "stack"], memory_gb=1).rows
    assert rows.features.shape[1:] == (3, 12, 16)
    assert rows.plain == (2,)
    durations = units.prepared.catalogs["words"].frame["duration_s"].to_numpy()
    share = rows.features[:, 2].mean(axis=(1, 2))
    assert set(np.unique(rows.features[:, 2])) == {0.0, 1.0}
    np.testing.assert_allclose(share, durations / longest, atol=1.5 / 16)
    ages = units.prepared.catalogs["words"].frame["covariate:age"].to_numpy()
    np.testing.assert_allclose(rows.features[:, 1, 0, 0], np.nan_to_num(ages) / 100, rtol=1e-6)
    np.testing.assert_array_equal(rows.features[:, 1, 1, 15], np.isfinite(ages))
    assert not rows.features[:, 1, 2:].any()


def test_labels_are_limited_and_merged(units):
    labels = units.prepared.catalogs["words"].frame["label:word"]
    assert labels.value_counts().to_dict() == {"a": 24, "b": 24, "c": 24}


def test_who_made_the_parts_is_in_the_unit(units, pair):
    assert units.unit(pair, 0, {"lr": 0.01}, 0)["plugins"]["tests-of-data"] == "7"


def test_what_one_task_tests_no_task_of_the_run_trains_on(units, pair):
    """The union's clips of the north are those of the other task's data set."""
    for fold in range(2):
        data = load_data(units.unit(pair, fold, {"lr": 0.01}, 0)["data"], 1.0)
        contents = {
            name: catalog.frame["content_hash"].to_numpy()
            for name, catalog in units.prepared.catalogs.items()
        }
        tested = {c for part in data.tasks for c in contents[data.datasets[part.dataset].name][part.test]}
        trained = {c for part in data.tasks for c in contents[data.datasets[part.dataset].name][part.train]}
        assert tested
        assert not tested & trained


def test_the_mask_reaches_the_network_as_it_is(units, pair):
    data = load_data(units.unit(pair, 0, {"lr": 0.01}, 0)["data"], 1.0)
    store = FeatureStore(data.datasets, torch.device("cpu"))
    store.fit_scalers(lambda: Standardise(StandardiseParameters()), [np.arange(20) for _ in data.datasets])
    scaled = store.scaled(0, np.arange(30))
    np.testing.assert_array_equal(scaled[:, 2], data.datasets[0].features[:30, 2])
    assert float(scaled[:20, 0].mean().abs()) < 1e-4


def test_both_engines_agree(units, tmp_path):
    cell = next(cell for cell in enumerate_cells(units.config) if cell.tasks == ("words/word",))
    two = [units.unit(cell, 0, {"lr": lr}, 0) for lr in (0.01, 0.02)]
    context = {
        "device": "cpu",
        "threads": 1,
        "memory_gb": 1.0,
        "checkpoints": str(tmp_path),
        "checkpoint_s": 1e9,
    }
    packed = run_unit(as_unit(two), {**context, "engine": "population"})["results"]
    for unit in two:
        one, alone = packed[unit["key"]]["result"], run_unit(unit, {**context, "engine": "loop"})
        assert (one["engine"], alone["engine"]) == ("population", "loop")
        assert values(one) == pytest.approx(values(alone), rel=1e-4)


def values(result):
    return [row["value"] for row in result["scores"]]


def test_the_study_runs_and_learns(place):
    config = load_study_file(place / "study.yaml", ["groups.sizes=[2]"])
    assert run_study(config, study_file=place / "study.yaml", out=place / "out", report=False) == 0
    study = harness.load_study(place / "out")
    assert set(study.runs["status"]) == {"done"}
    scores = study.scores
    accuracy = scores[(scores["metric"] == "accuracy") & (scores["split"] == "test") & scores["label"].isna()]
    best = accuracy.groupby("task")["value"].mean()
    assert best["words/word"] > 0.6  # three classes: chance is a third
    assert best["north/old"] > 0.6  # the age alone tells: chance is a half
    assert set(study.tasks["n_clips"]) == {60, 72}
