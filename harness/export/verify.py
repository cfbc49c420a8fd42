"""Whether a written file computes what the harness does: on generated waveforms, and on the run's test clips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from harness.data.fit import fit_rows, row_samples
from harness.errors import DataError, TrainingError
from harness.export.audio import waveforms
from harness.export.runs import Told
from harness.export.source import Source

#: Clips of each task that are decoded and compared with the run's own predictions.
CLIPS = 4

Compute = Callable[[np.ndarray], dict[str, np.ndarray]]


@dataclass(frozen=True)
class Verified:
    """The largest difference found, over generated waveforms and over how many clips of the run's test part; ``note``
    says why there are none.
    """

    difference: float
    waveforms: int
    clips: int
    note: str | None


def verify(source: Source, compute: Compute, told: Told, tolerance: float) -> Verified:
    """Compare what a file computes with what the harness does.

    Raises:
        TrainingError: they differ by more than ``tolerance``.
    """
    worst, count = 0.0, 0
    for batch in _generated(source):
        for row, found in zip(batch, _by_row(compute(batch)), strict=True):
            worst = max(
                worst, _difference(found, source.probabilities(row), tolerance, "a generated waveform")
            )
            count += 1
    try:
        clips = list(_tested(source, told))
    except DataError as error:
        return Verified(worst, count, 0, str(error))
    for clip, task, waveform, expected in clips:
        found = {task: _clip(source, compute, waveform)[task]}
        worst = max(worst, _difference(found, {task: expected}, tolerance, f"test clip {clip}"))
    return Verified(
        worst, count, len(clips), None if clips else "the run was not tested with a clip of its own"
    )


def row_by_row(compute: Compute) -> Compute:
    """Return the same for a file that takes one row at a time."""

    def rows(batch: np.ndarray) -> dict[str, np.ndarray]:
        found = [compute(batch[row : row + 1]) for row in range(len(batch))]
        return {task: np.concatenate([one[task] for one in found]) for task in found[0]}

    return rows


def _generated(source: Source) -> Iterator[np.ndarray]:
    """Yield batches ``[batch, samples]`` of tones in noise: as long as a clip, shorter, longer; one or several rows."""
    rng, length = np.random.default_rng(0), row_samples(source.parameters)
    longer = length if source.parameters.fit == "windows" else 2 * length + 1
    for rows, samples in ((1, length), (3, max(1, length * 2 // 3)), (2, longer)):
        time = np.arange(samples) / source.parameters.sample_rate
        hz = rng.uniform(50, source.parameters.sample_rate / 4, (rows, 1))
        tones = 0.3 * np.sin(2 * np.pi * hz * time)
        yield (tones + 0.05 * rng.standard_normal((rows, samples))).astype(np.float32)


def _tested(source: Source, told: Told) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """Yield some test clips of each task that goes the way it was tested: clip, task, waveform, what was predicted."""
    wanted: dict[int, dict[str, dict[str, np.ndarray]]] = defaultdict(lambda: defaultdict(dict))
    parts = {part.name: part for part in source.run.data.tasks}
    for row in told.result["predictions"]:
        part = parts[row["task"]]
        way = source.ways.get(row["task"])
        if way is None or way.dataset != part.dataset or len(wanted[way.dataset][part.name]) >= CLIPS:
            continue
        value = row["probabilities"] or [float(row["prediction"])]
        wanted[way.dataset][part.name][row["clip"]] = np.array(value)
    if any(wanted.values()) and told.config_json is None:
        raise DataError("the study's ledger does not hold its study file")
    for dataset, tasks in wanted.items():
        ids = {clip for rows in tasks.values() for clip in rows}
        audio = waveforms(told.config_json or "", source.dataset(dataset), ids, source.parameters.sample_rate)
        for task, rows in tasks.items():
            yield from ((clip, task, audio[clip], expected) for clip, expected in rows.items())


def _clip(source: Source, compute: Compute, waveform: np.ndarray) -> dict[str, np.ndarray]:
    """Return what the file says of a clip; of one that is cut in windows the mean over them."""
    windows = source.parameters.fit == "windows"
    batch = fit_rows(waveform, source.parameters) if windows else waveform[None]
    found = compute(np.ascontiguousarray(batch, dtype=np.float32))
    return {task: values.mean(axis=0) for task, values in found.items()}


def _by_row(found: dict[str, np.ndarray]) -> Iterator[dict[str, np.ndarray]]:
    for row in range(len(next(iter(found.values())))):
        yield {task: values[row] for task, values in found.items()}


def _difference(
    found: dict[str, np.ndarray], expected: dict[str, np.ndarray], tolerance: float, where: str
) -> float:
    """Return the largest difference, relative where values are above 1; raise where it is above the tolerance."""
    worst = 0.0
    for task, values in found.items():
        aim = np.asarray(expected[task], dtype=np.float64)
        apart = float(np.max(np.abs(values - aim) / np.maximum(1.0, np.abs(aim))))
        if not apart <= tolerance:
            raise TrainingError(
                f"the exported network says {np.round(values, 5).tolist()} of {where}, the harness "
                f"{np.round(aim, 5).tolist()} ({task}): {apart:.2g} apart, at most {tolerance:g} is allowed; nothing "
                "was written. The feature or the model does something that this format cannot hold"
            )
        worst = max(worst, apart)
    return worst
