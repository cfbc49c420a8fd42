"""The data that a probe looks at: those of one task or of all, and seeded samples of their clips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.data.types import RunData
from harness.seeds import derive_seed

#: What a unit's data say by data set.
BY_DATASET = ("catalogs", "banks", "bank_keys", "schemes")


@dataclass(frozen=True)
class Parts:
    """The data of a probe's unit, which name all tasks of the study in one fold, and what opens them."""

    data: Mapping[str, Any]
    load: Callable[[Mapping[str, Any]], RunData]

    def alone(self, task: str) -> RunData:
        """Return what a network of one task alone is trained with."""
        dataset = task.split("/", 1)[0]
        only = {name: {dataset: self.data[name][dataset]} for name in BY_DATASET}
        one = {"tasks": [task], "fingerprints": {task: self.data["fingerprints"][task]}}
        return self.load({**self.data, **only, **one})

    def together(self) -> RunData:
        """Return what a network of all tasks is trained with."""
        return self.load(self.data)

    def sample(self, clips: np.ndarray, most: int, *names: object) -> np.ndarray:
        """Return at most ``most`` of the clips, in ascending order, drawn by the study's seed, the fold and names."""
        if len(clips) <= most:
            return np.sort(clips)
        seed = derive_seed(self.data["seed"], "probe", self.data["fold"], *names)
        return np.sort(np.random.default_rng(seed).choice(clips, most, replace=False))
