"""A study of three tasks on two tiny data sets, pairs included, that keeps its networks; trained in this process."""

from __future__ import annotations

from pathlib import Path

from harness.config import load_study_file
from harness.plugins import load_registry
from harness.schedule.cells import enumerate_cells
from harness.schedule.prepare import prepare
from harness.schedule.tables import TableBuilder
from harness.schedule.units import UnitFactory
from tests.endtoend.corpus import write_corpus
from tests.probes.small import Bench

STUDY = """\
study: kept
seed: 1
datasets:
  - {{as: a, use: folder, path: {place}/a, tasks: {{pitch: multiclass, loud: binary}}}}
  - {{as: b, use: folder, path: {place}/b, tasks: {{wave: multiclass}}}}
tasks: [a/pitch, a/loud, b/wave]
features: [{{name: log_mel, sample_rate: 8000, clip_s: 0.25, n_mels: 16, n_fft: 256, hop_length: 128}}]
models: [{{name: dnn, depth: 1, width: 8}}]
groups: {{sizes: [1], include: [[a/pitch, b/wave]]}}
placebo: {{shuffled_partner: none}}
tuning: {{trials: 2, batch: 2, space: {{lr: {{log: [1e-3, 1e-1]}}}}}}
training: {{epochs: 3, batch_size: 4, patience: 3}}
evaluation: {{folds: 2, seeds: 1}}
compute: {{workers: 1}}
analysis: {{predictors: []}}
data: {{options: {{cache_dir: {place}/cache}}}}
"""


def write_study(place: Path) -> Path:
    """Write two corpora (once) and the study file; ``b`` has fewer clips, so that its epochs are shorter."""
    for name, n in (("a", 48), ("b", 36)):
        if not (place / name).exists():
            write_corpus(place / name, n)
    path = place / "study.yaml"
    path.write_text(STUDY.format(place=place))
    return path


def tables(bench: Bench) -> dict:
    """Return the tables of what is trained, as rows."""
    factory = bench.factory
    builder = TableBuilder(
        factory.prepared, factory, enumerate_cells(factory.config), bench.ledger, "kept-00000000"
    )
    names = ("name", "harness_version", "versions", "git_commit", "git_dirty", "config_json")
    return builder.build(dict.fromkeys(names) | {"started_at_utc": None, "finished_at_utc": None})


def factory_of(study: Path, *changes: str) -> UnitFactory:
    """Return what builds the units of a study with some keys changed."""
    return UnitFactory(
        prepare(load_study_file(study, list(changes)), load_registry(), lambda done, total, what: None)
    )
