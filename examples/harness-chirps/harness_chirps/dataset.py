"""Chirps: each clip has one or three sweeps between 600 and 3000 Hz, in noise."""

from collections.abc import Iterator

import numpy as np

from harness.api import Clip, Dataset, DatasetContext, Task
from harness_chirps.parameters import ChirpsParameters

RATE = 8000
SECONDS = 0.5
LOW_HZ, HIGH_HZ = 600.0, 3000.0
SWEEP_S = {"slow": 0.14, "fast": 0.05}


class Chirps(Dataset):
    """Four clips are of one "bird", whose pitch they share; no bird is on both sides of a split."""

    licence = "CC0-1.0"
    citation = "synthesised by harness-chirps"
    domain = "synthetic"
    tasks = (
        Task(name="direction", kind="binary", classes=("down", "up"), metric="cohen_kappa"),
        Task(name="pace", kind="binary", classes=("slow", "fast")),
        Task(name="count", kind="binary", classes=("one", "three")),
    )

    def __init__(self, parameters: ChirpsParameters, context: DatasetContext) -> None:
        self.parameters = parameters

    def clips(self) -> Iterator[Clip]:
        """Iterate the clips; a clip depends on the seed and its number alone."""
        for number in range(self.parameters.n_clips):
            bird = number // 4
            pitch = np.random.default_rng((self.parameters.seed, bird, 1)).uniform(0.8, 1.2)
            rng = np.random.default_rng((self.parameters.seed, number, 2))
            labels = {task.name: str(rng.choice(task.classes or ())) for task in self.tasks}
            samples = call(labels, pitch, rng) + self.parameters.noise * rng.standard_normal(
                round(RATE * SECONDS)
            )
            yield Clip(
                id=f"chirp {number:04}", labels=labels, samples=np.clip(samples, -1, 1), sample_rate=RATE,
                group=f"bird {bird}",
            )  # fmt: skip


def call(labels: dict[str, str], pitch: float, rng: np.random.Generator) -> np.ndarray:
    """Return ``[samples]``: the sweeps of a clip without noise."""
    samples, sweep = np.zeros(round(RATE * SECONDS)), tone(labels, pitch)
    for slot in range(3) if labels["count"] == "three" else [1]:
        start = round(RATE * (slot * SECONDS / 3 + rng.uniform(0, 0.02)))
        samples[start : start + len(sweep)] += 0.4 * sweep[: len(samples) - start]
    return samples


def tone(labels: dict[str, str], pitch: float) -> np.ndarray:
    """Return one sweep, faded in and out."""
    n = round(RATE * SWEEP_S[labels["pace"]])
    hertz = pitch * np.geomspace(LOW_HZ, HIGH_HZ, n)
    hertz = hertz if labels["direction"] == "up" else hertz[::-1]
    return np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.hanning(n)
