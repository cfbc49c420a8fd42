"""``synthetic``: sounds from a latent space, with one task whose relatedness to every other is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import NormalDist
from typing import ClassVar

import numpy as np

from harness.api import DatasetContext, Task
from harness_demo.design import BalancedDesign, Plan, draws
from harness_demo.rendered import Render, RenderedDataset
from harness_demo.synthetic_latent import direction
from harness_demo.synthetic_parameters import FACTORS, TASK, SyntheticParameters
from harness_demo.synthetic_sound import chord


class Synthetic(RenderedDataset):
    """Synthesised chords of 12 partials, whose levels are 12 independent standard normal factors ``z``.

    The task's label depends on ``s = w · z`` alone, where ``w`` is the unit vector of the parameter ``loads``:
    the quantile of ``s`` (of ``|s|`` where ``folded``) is cut into ``classes`` equal parts. So classes are
    equally frequent, and two tasks are related by the cosine of their directions
    (:func:`harness_demo.synthetic_judge.relatedness`). A share ``label_noise`` of the clips has the label of
    another class. Clips are independent: no groups.
    """

    name = "synthetic"
    distributions: ClassVar[tuple[str, ...]] = ()
    domain = "synthetic"
    licence = "synthesised on this machine by this package; no rights are claimed in the audio"
    citation = "Synthesised audio: chords with latent factors, made by mtl-harness"

    def __init__(self, parameters: SyntheticParameters, context: DatasetContext) -> None:
        super().__init__(parameters, context)
        self.law = parameters

    @property
    def tasks(self) -> tuple[Task, ...]:
        """``label``: the classes are ``c0``, ``c1``, …."""
        return (Task(name=TASK, kind="multiclass", classes=tuple(f"c{i}" for i in range(self.law.classes))),)

    def plans(self) -> list[Plan]:
        """Return what the clips are, in order."""
        design = BalancedDesign(self.law.seed, self.name)
        return [self._plan(index, design) for index in range(self.law.n_clips)]

    def _plan(self, index: int, design: BalancedDesign) -> Plan:
        n = self.law.classes
        truth = design.next("class", range(n))
        random = draws(self.law.seed, self.name, "factors", index)
        factors = self._factors((truth + random.uniform()) / n, random)
        label = (truth + 1 + random.randint(n - 1)) % n if random.uniform() < self.law.label_noise else truth
        return Plan(index=index, labels={TASK: f"c{label}"}, sound={"factors": factors, "truth": f"c{truth}"})

    def _factors(self, quantile: float, random: np.random.RandomState) -> np.ndarray:
        """Return standard normal factors whose ``s = w · z`` (or ``|s|``) is at ``quantile``."""
        w = direction(self.law)
        z = random.standard_normal(len(FACTORS))
        if self.law.folded:
            quantile = (1 + (quantile if random.uniform() < 0.5 else -quantile)) / 2
        s = NormalDist().inv_cdf(min(max(quantile, 1e-9), 1 - 1e-9))
        factors: np.ndarray = z + (s - w @ z) * w
        return factors

    @contextmanager
    def renderer(self) -> Iterator[Render]:
        """Offer the function that sounds one chord."""

        def render(plan: Plan, random: np.random.RandomState) -> tuple[np.ndarray, int]:
            rate = self.law.sample_rate
            factors = plan.sound["factors"]
            return chord(factors, length_s=self.law.clip_s, sample_rate=rate, random=random), rate

        yield render
