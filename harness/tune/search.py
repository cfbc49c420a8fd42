"""One small hyperparameter search: trials asked in fixed batches, told in the order they were asked.

The search keeps no Optuna study between batches. Each batch is asked from a fresh in-memory study that has been told
everything before it, with a fresh sampler seeded from (study seed, cell, fold, batch); so an interrupted search
continues with the same trials. The first trial is the centre of the space, the others come from the sampler.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.seeds import derive_seed
from harness.tune.space import Space, centre, distributions, grid

if TYPE_CHECKING:
    from optuna import Study
    from optuna.samplers import BaseSampler


_STATES = {"done": "COMPLETE", "failed": "FAIL", "pruned": "PRUNED"}


@dataclass
class Trial:
    """One set of hyperparameters: ``value`` is the objective of the whole training (more is better).

    It is ``None`` while the trial is pending, and when it failed or was pruned; ``rungs`` maps the epochs at which a
    trial was compared with others to what it had reached.
    """

    number: int
    batch: int
    params: dict[str, Any]
    status: str = "pending"
    value: float | None = None
    rungs: dict[int, float] = field(default_factory=dict)


@dataclass
class Search:
    """The search of one cell (and fold): ``n_trials`` in batches of ``batch_size``."""

    space: Space
    n_trials: int
    batch_size: int
    sampler: str
    seed: int
    trials: list[Trial] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every trial has ended."""
        return len(self.trials) >= self.n_trials and all(trial.status != "pending" for trial in self.trials)

    def ask(self) -> list[Trial]:
        """Return the next batch of new trials; empty while the last batch is not told, or when all were asked."""
        if any(trial.status == "pending" for trial in self.trials) or len(self.trials) >= self.n_trials:
            return []
        first = len(self.trials)
        batch = first // self.batch_size
        size = min(self.batch_size - first % self.batch_size, self.n_trials - first)
        params = ask_batch(
            self.space, self.trials, self.sampler, derive_seed(self.seed, "batch", batch, first), size
        )
        asked = [Trial(first + i, batch, values) for i, values in enumerate(params)]
        self.trials.extend(asked)
        return asked

    def tell(self, number: int, value: float | None) -> None:
        """Record how a trial ended: its objective, or ``None`` (or a number that is not finite) when it failed."""
        trial = self.trials[number]
        failed = value is None or not math.isfinite(value)
        trial.status, trial.value = ("failed", None) if failed else ("done", value)

    def prune(self, number: int) -> None:
        """Record that a trial was pruned at the last of its rungs."""
        self.trials[number].status = "pruned"

    def best(self) -> Trial | None:
        """Return the done (never a pruned) trial with the highest value (the earliest of equals), or ``None``."""
        done = [trial for trial in self.trials if trial.status == "done"]
        return max(done, key=lambda trial: (trial.value, -trial.number), default=None)


def ask_batch(
    space: Space, history: Sequence[Trial], sampler: str, seed: int, size: int
) -> list[dict[str, Any]]:
    """Return ``size`` sets of hyperparameters, a function of the arguments alone.

    A grid with fewer points than trials starts again: equal trainings are trained once.
    """
    if sampler == "grid":
        points = grid(space)
        return [dict(points[(len(history) + i) % len(points)]) for i in range(size)]
    varied = distributions(space)
    study = _told(history, space, _sampler(sampler, seed))
    if not history and varied:
        study.enqueue_trial(centre(space))
    return [dict(study.ask(fixed_distributions=varied).params) for _ in range(size)]


def _told(history: Sequence[Trial], space: Space, sampler: BaseSampler) -> Study:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    varied = distributions(space)
    for trial in history:
        study.add_trial(
            optuna.trial.create_trial(
                params=trial.params,
                distributions=varied,
                value=trial.value,
                state=getattr(optuna.trial.TrialState, _STATES[trial.status]),
                intermediate_values=trial.rungs,
            )
        )
    return study


def _sampler(name: str, seed: int) -> BaseSampler:
    from optuna.samplers import RandomSampler, TPESampler

    seed %= 2**32
    if name == "random":
        return RandomSampler(seed=seed)
    return TPESampler(seed=seed, n_startup_trials=5)
