"""What a training is asked for, and what it gives back; both are plain JSON values when they travel."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A component by name with its parameters, as plain values."""

    name: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """One training: everything but the data. ``seed`` is a derived seed, not an index.

    ``losses`` maps a task to its loss, ``metrics`` a task to its metrics, the primary one first; ``combiner``
    is ``None`` for a single task. ``deterministic`` asks torch for deterministic algorithms. ``stop_epoch`` is a
    rung: the training stops after that many epochs of each task's budget, and its checkpoint stays. ``refit`` asks for
    a second training on the training and the validation part (:mod:`harness.train.refit`); ``fixed_epochs`` is what
    that one is told: the epoch of each task that is taken, whatever the validation part says. ``absent_heads`` are
    heads (task to number of outputs) that the network has besides, as in a group, and that nothing trains. ``terms``
    are added to every task's loss. ``auxiliary`` are tasks of the group whose validation does not count in its
    objective. ``keep`` (none, final, epochs) and ``reports`` (final, epochs) say what is written beside the result,
    which they do not change.
    """

    tasks: tuple[str, ...]
    model: Choice
    combiner: Choice | None
    optimizer: Choice
    stopping: Choice
    schedule: Choice
    scaler: Choice
    augmentations: tuple[Choice, ...]
    losses: dict[str, Choice]
    metrics: dict[str, tuple[str, ...]]
    epochs: int
    batch_size: int
    seed: int
    device: str = "cpu"
    deterministic: bool = False
    curve_points: int = 50
    stop_epoch: int | None = None
    refit: bool = False
    fixed_epochs: dict[str, int] | None = None
    absent_heads: dict[str, int] = field(default_factory=dict)
    terms: tuple[Choice, ...] = ()
    auxiliary: tuple[str, ...] = ()
    keep: str = "none"
    reports: str = "final"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; a study has thousands of units, and ``asdict`` takes four times as long."""
        return {name: _plain(value) for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> RunSpec:
        """Rebuild what :meth:`to_json` gave."""
        one = {
            name: Choice(**values[name]) for name in ("model", "optimizer", "stopping", "schedule", "scaler")
        }
        return cls(
            **(
                values
                | one
                | {
                    "tasks": tuple(values["tasks"]),
                    "combiner": Choice(**values["combiner"]) if values["combiner"] else None,
                    "augmentations": tuple(Choice(**value) for value in values["augmentations"]),
                    "terms": tuple(Choice(**value) for value in values.get("terms", ())),
                    "auxiliary": tuple(values.get("auxiliary", ())),
                    "losses": {task: Choice(**value) for task, value in values["losses"].items()},
                    "metrics": {task: tuple(value) for task, value in values["metrics"].items()},
                }
            )
        )


def _plain(value: Any) -> Any:
    """Return an entry of a specification, of which choices become mappings."""
    if isinstance(value, Choice):
        return {"name": value.name, "parameters": dict(value.parameters)}
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


@dataclass(kw_only=True)
class RunResult:
    """What one training gives back. Lists of rows have the columns of the tables of the same names, without
    their keys.

    ``validation`` is each task's selected validation score in the primary metric's own direction;
    ``objective`` is the mean of the oriented ones (more is better). ``busy_s`` is the time in forward,
    backward, optimizer and evaluation. ``objectives`` is the objective after each epoch (see
    :func:`harness.train.rungs.objectives`). A result with a ``stop_epoch`` is that of a training that stopped at a
    rung: its objective is that of its epochs so far, and it has neither scores nor predictions. ``confusions`` are
    those of the validation part at the end of every epoch, ``None`` where they were not asked for.
    """

    objective: float
    validation: dict[str, float]
    selections: list[dict[str, Any]]
    scores: list[dict[str, Any]]
    curves: list[dict[str, Any]]
    predictions: list[dict[str, Any]]
    steps: int
    wall_time_s: float
    busy_s: float
    engine: str
    device: str
    objectives: list[float] = field(default_factory=list)
    stop_epoch: int | None = None
    confusions: list[dict[str, Any]] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)
