"""A few clips of every label, drawn by a seed, and the label counts of all: what a contact sheet shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.data.decode import ClipDefect, decode
from harness.data.listing import Listing, list_clips
from harness.errors import DataError
from harness.records import Dataset, Task
from harness.seeds import derive_seed

#: The part of clips of which no official split says anything.
WHOLE = "clips"
NO_LABEL = "no label"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One clip of a sheet: ``samples [samples]``, or the ``defect`` that keeps it from being decoded."""

    clip: str
    label: str
    group: str | None
    samples: np.ndarray | None = None
    rate: int = 0
    defect: str = ""

    @property
    def duration_s(self) -> float:
        """The clip's length."""
        return 0.0 if self.samples is None else len(self.samples) / self.rate


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is shown of a task of a data set: some clips, and by label and part of the official split how many."""

    name: str
    task: Task
    licence: str
    n_clips: int
    counts: dict[str, dict[str, int]]
    clips: tuple[Shown, ...]
    left_out: int


def sheet(name: str, dataset: Dataset, task: str | None, *, per_class: int, at_most: int, seed: int) -> Sheet:
    """Draw ``per_class`` clips of every label of a task (default: the first), ``at_most`` in all.

    Raises:
        DataError: the lists are wrong, or there is no such task.
    """
    listing = list_clips(name, dataset)
    chosen = next(iter(listing.tasks)) if task is None else task
    if chosen not in listing.tasks:
        raise DataError(f"data set {name!r} has no task {chosen!r}; it has: {', '.join(listing.tasks)}")
    labels = [labels_of(row["labels"][chosen]) for row in listing.rows]
    drawn, left_out = _drawn(labels, per_class, at_most, derive_seed(seed, "preview", name, chosen))
    return Sheet(
        name=name,
        task=listing.tasks[chosen],
        licence=dataset.licence,
        n_clips=len(listing.rows),
        counts=_counts(listing, chosen, labels),
        clips=tuple(_decoded(dataset, listing, drawn)),
        left_out=left_out,
    )


def labels_of(label: Any) -> tuple[str, ...]:
    """Return the names that a label stands for; numbers of a regression are no names."""
    if label is None:
        return (NO_LABEL,)
    if isinstance(label, list):
        return tuple(label) or ("none of them",)
    return (label,) if isinstance(label, str) else ("any value",)


def _drawn(
    labels: Sequence[tuple[str, ...]], per_class: int, at_most: int, seed: int
) -> tuple[dict[int, str], int]:
    """Return place in the list to the label that it was drawn for, and how many were left out for ``at_most``."""
    order = np.random.default_rng(seed).permutation(len(labels))
    names = sorted({name for found in labels for name in found} - {NO_LABEL})
    drawn: dict[int, str] = {}
    for name in names:
        fitting = (int(place) for place in order if name in labels[place] and int(place) not in drawn)
        drawn |= {place: name for place, _ in zip(fitting, range(per_class), strict=False)}
    kept = dict(list(drawn.items())[:: max(1, -(-len(drawn) // at_most))])
    return kept, len(drawn) - len(kept)


def _counts(listing: Listing, task: str, labels: Sequence[tuple[str, ...]]) -> dict[str, dict[str, int]]:
    part = next((name for name in ("fold", "split") if any(row[name] for row in listing.rows)), None)
    counted = Counter(
        (name, f"{part} {row[part] or 'none'}" if part else WHOLE)
        for row, names in zip(listing.rows, labels, strict=True)
        for name in names
    )
    classes = [*(listing.tasks[task].classes or ()), *sorted({name for name, _ in counted})]
    parts = sorted({part for _, part in counted})
    return {name: {part: counted[name, part] for part in parts} for name in dict.fromkeys(classes)}


def _decoded(dataset: Dataset, listing: Listing, drawn: dict[int, str]) -> Iterator[Shown]:
    """Yield the drawn clips in the order of their labels."""
    found: dict[int, Shown] = {}
    for place, (row, clip) in enumerate(zip(listing.rows, dataset.clips(), strict=True)):
        if place not in drawn:
            continue
        about = {"clip": row["clip"], "label": drawn[place], "group": row["group"]}
        try:
            decoded = decode(clip)
            found[place] = Shown(**about, samples=decoded.samples, rate=decoded.sample_rate)
        except ClipDefect as defect:
            found[place] = Shown(**about, defect=str(defect))
    return (found[place] for place in drawn)
