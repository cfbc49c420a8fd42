"""Clips a second from FLAC files to catalog and banks, against librosa clip by clip; and banks that are there."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.results import Measurement, Result, figure
from harness.api import Clip, Dataset, DatasetRecord, Parameters, Task
from harness.plugins import Registered, load_registry

RATE = 16000
#: The settings of both features, as the harness and as librosa name them.
LOG_MEL = {"n_mels": 40, "win_ms": 25.0, "hop_ms": 10.0, "n_fft": 512}
MFCC = LOG_MEL | {"n_mfcc": 20}
LIBROSA: dict[str, Any] = {"sr": RATE, "n_mels": 40, "win_length": 400, "hop_length": 160, "n_fft": 512}
TASK = Task(name="letter", kind="multiclass", classes=("a", "b"))


def run(quick: bool) -> Result:
    """Measure; ``quick`` takes few clips and one round."""
    n_clips, rounds = (300, 1) if quick else (3000, 5)
    workers = len(os.sched_getaffinity(0))
    taken: dict[str, list[float]] = {"rival": [], "new": [], "there": []}
    with tempfile.TemporaryDirectory() as folder:
        paths = write_clips(Path(folder) / "clips", n_clips)
        warm_up(paths[:20], Path(folder))
        dataset = Letters(paths)
        for one in range(rounds):
            cache = Path(folder) / f"cache-{one}"
            taken["rival"].append(_seconds(librosa_clip_by_clip, paths))
            taken["new"].append(_seconds(harness_banks, dataset, cache, workers))
            taken["there"].append(_seconds(harness_banks, dataset, cache, workers))
    rival, new, there = (
        Measurement(name=name, unit="clips/s", values=tuple(n_clips / seconds for seconds in taken[key]))
        for key, name in (
            ("rival", "librosa, one process"),
            ("new", f"harness, {workers} workers"),
            ("there", "harness, banks that are there"),
        )
    )
    return Result(
        name="features",
        title="log_mel and mfcc of one-second FLAC clips, from the files to opened banks",
        device="cpu",
        figures=[
            figure("banks over librosa", new, over=rival, at_least=6),
            figure("banks that are there over librosa", there, over=rival, at_least=200),
        ],
        measurements=[rival, new, there],
        settings={
            "clips": n_clips, "rate_hz": RATE, "clip_s": 1.0, "workers": workers,
            "log_mel": LOG_MEL, "mfcc": MFCC,
        },
        notes=[
            "librosa: soundfile.read, melspectrogram with power_to_db, and mfcc, for each clip; warmed up; one decode "
            "for both features; one thread, which is its fastest; nothing is written.",
            "harness: the clips are listed, decoded, hashed and described, both banks are written and synced to disk, "
            "and opened; the start of the workers counts, imports of this process do not, as librosa's do not.",
        ],
    )  # fmt: skip


def write_clips(folder: Path, n: int) -> list[Path]:
    """Write ``n`` seeded clips of one second, a tone in noise each, as 16-bit FLAC."""
    import soundfile

    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    t = np.arange(RATE) / RATE
    paths = [folder / f"{i:05d}.flac" for i in range(n)]
    for path in paths:
        tone = 0.3 * np.sin(2 * np.pi * rng.uniform(100, 4000) * t)
        soundfile.write(path, tone + 0.02 * rng.standard_normal(RATE), RATE, subtype="PCM_16")
    return paths


def warm_up(paths: list[Path], folder: Path) -> None:
    """Import and compile what both sides need, and see that both give the same; no worker is started."""
    for theirs, ours in zip(
        librosa_clip_by_clip(paths), harness_banks(Letters(paths), folder / "warm", 1), strict=True
    ):
        np.testing.assert_allclose(ours[:, 0], theirs, atol=0.02)


def librosa_clip_by_clip(paths: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """The rival: decode and compute both features, one clip after another.

    Its matrix products are so small that a second thread slows them down, so it gets one.
    """
    import librosa
    import soundfile
    from threadpoolctl import threadpool_limits

    log_mels, mfccs = [], []
    with threadpool_limits(1):
        for path in paths:
            samples, _ = soundfile.read(path, dtype="float32")
            mel = librosa.feature.melspectrogram(y=samples, **LIBROSA)
            log_mels.append(librosa.power_to_db(mel))
            mfccs.append(librosa.feature.mfcc(y=samples, n_mfcc=MFCC["n_mfcc"], **LIBROSA))
    return np.stack(log_mels), np.stack(mfccs)


def harness_banks(dataset: Letters, cache: Path, workers: int) -> list[np.ndarray]:
    """Ours: the catalog and both banks, from the files or, a second time, from the cache."""
    from harness.config.data import DataOptions
    from harness.data.alongside import Alongside
    from harness.data.bank import open_bank, prepare_banks
    from harness.data.catalog import prepare_catalog

    options = DataOptions(cache_dir=cache)
    record = DatasetRecord(name="letters", factory=lambda parameters, context: dataset, parameters=Parameters)
    features = _features()
    catalog = prepare_catalog(
        "letters", Registered(record, "benchmarks", "benchmarks", "1"), {},
        root=None, options=options, workers=workers, alongside=Alongside(features, options),
    )  # fmt: skip
    banks = prepare_banks(catalog, dataset, features, options=options, workers=workers)
    return [open_bank(bank, memory_gb=0).rows.features for bank in banks]


class Letters(Dataset):
    """The clips of the benchmark, with a label that nobody learns; listed once, as the rival's paths are."""

    licence = "CC0"

    def __init__(self, paths: list[Path]) -> None:
        self.listed = [
            Clip(id=path.name, labels={"letter": "ab"[i % 2]}, path=path) for i, path in enumerate(paths)
        ]

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (TASK,)

    def clips(self) -> Iterator[Clip]:
        return iter(self.listed)


def _features() -> list[tuple[Registered, dict[str, Any]]]:
    registry = load_registry()
    return [
        (registry.get("feature", name), values) for name, values in (("log_mel", LOG_MEL), ("mfcc", MFCC))
    ]


def _seconds(function: Any, *arguments: Any) -> float:
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start
