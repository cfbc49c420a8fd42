"""Stopping rules: fed a task's validation score once an epoch."""

from __future__ import annotations

from typing import Any, ClassVar

from harness.records import Parameters


class StoppingRule:
    """Base of stopping rules, one instance a task of a run, the same alone and in every group.

    ``takes_last`` says which epoch's state is tested: the last one before the task stopped, or (the default) the first
    of those with the best validation score. ``averaged`` is how many epochs' states are averaged where the last is
    taken: the mean of the weights (and running statistics) at the ends of that many epochs is tested, in place of the
    last of them.
    """

    takes_last: ClassVar[bool] = False
    averaged: int = 1

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters

    def update(self, score: float) -> bool:
        """See the validation score of an epoch (more is better); return whether the task should stop now."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state as plain JSON values."""
        raise NotImplementedError

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what :meth:`state_dict` returned."""
        raise NotImplementedError
