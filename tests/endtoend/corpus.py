"""A tiny corpus with three tasks that a small network learns in seconds, as a folder with a labels.csv."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from harness.cli.main import main

RATE = 8000
STUDY = """\
study: tones
seed: 1
datasets:
  - {{as: tones, use: folder, path: {corpus}, tasks: {tasks}}}
tasks: [{names}]
features: [{{name: log_mel, sample_rate: 8000, clip_s: 0.25, n_mels: 16, n_fft: 256, hop_length: 128}}]
models: [{{name: dnn, depth: 1, width: 16}}]
combiners: [{{name: sum}}]
groups: {{sizes: {sizes}}}
placebo: {{shuffled_partner: per_main}}
tuning: {{trials: 3, batch: 2, space: {{lr: {{log: [1e-3, 1e-1]}}}}}}
training: {{epochs: 4, batch_size: 16, patience: 4}}
evaluation: {{folds: 2, seeds: 2}}
compute: {{workers: 1}}
analysis: {{predictors: []}}
data: {{options: {{cache_dir: {cache}}}}}
"""
TASKS = {"pitch": "multiclass", "loud": "binary", "wave": "multiclass"}


def write_corpus(directory: Path, n: int = 72) -> Path:
    """Write ``n`` quarter-second tones: pitch (3), loudness (2), wave form (3), in 12 groups."""
    (directory / "clips").mkdir(parents=True)
    rng = np.random.default_rng(0)
    with (directory / "labels.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "pitch", "loud", "wave", "group"])
        for i in range(n):
            pitch, loud, wave = i % 3, (i // 3) % 2, (i // 6) % 3
            name = f"clips/{i:03d}.wav"
            soundfile.write(directory / name, tone(pitch, loud, wave, rng), RATE)
            writer.writerow(
                [name, ["low", "mid", "high"][pitch], ["no", "yes"][loud], f"w{wave}", f"g{i % 12}"]
            )
    return directory


def tone(pitch: int, loud: int, wave: int, rng: np.random.Generator) -> np.ndarray:
    """Return a tone with noise, ``[samples]``."""
    t = np.arange(RATE // 4) / RATE
    phase = 2 * np.pi * (200 * 2**pitch * rng.uniform(0.95, 1.05)) * t
    shape = (np.sin(phase), np.sign(np.sin(phase)) * 0.7, np.sin(phase) + 0.5 * np.sin(2 * phase))[wave]
    return (0.3 if loud else 0.1) * shape + 0.02 * rng.standard_normal(t.size)


def write_study(directory: Path, tasks: tuple[str, ...] = ("pitch", "loud", "wave"), **changes: str) -> Path:
    """Write the corpus (once) and a study file on some of its tasks; ``changes`` replace text of the file."""
    corpus = directory / "corpus"
    if not corpus.exists():
        write_corpus(corpus)
    named = json.dumps({task: TASKS[task] for task in tasks})
    names = ", ".join(f"tones/{task}" for task in tasks)
    text = STUDY.format(
        corpus=corpus, tasks=named, names=names, cache=directory / "cache", sizes=[1, 2][: len(tasks)]
    )
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    path = directory / f"study_{len(tasks)}.yaml"
    path.write_text(text)
    return path


def harness(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process, which has its libraries loaded; a study is run without a report."""
    command = [str(argument) for argument in arguments]
    command += ["--no-report"] if arguments[:2] == ("study", "run") else []
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(command)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def same_tables(first: Path, second: Path, names: tuple[str, ...]) -> None:
    """Assert that two studies have equal tables, times, attempts and hosts aside."""
    for name in names:
        left, right = (pd.read_parquet(d / "tables" / f"{name}.parquet") for d in (first, second))
        timed = {"wall_time_s", "started_at_utc", "attempts"}
        keep = [column for column in left if column not in timed]
        assert len(left), name
        pd.testing.assert_frame_equal(left[keep], right[keep], obj=name)


def events(directory: Path) -> list[tuple[str, str]]:
    """Return the ledger's events in order: (training key, what)."""
    with sqlite3.connect(directory / "ledger.sqlite") as ledger:
        return ledger.execute("SELECT key, what FROM events ORDER BY id").fetchall()


def trained_again(directory: Path) -> set[str]:
    """Return the keys of trainings that were started after they were done."""
    done: set[str] = set()
    again: set[str] = set()
    for key, what in events(directory):
        if what == "done":
            done.add(key)
        elif what == "started" and key in done:
            again.add(key)
    return again
