"""Combiners from TorchJD's scalarizers and aggregators, in a few lines each.

Both adapters hand on only what belongs to tasks that the step has labels of, so that a task that is absent
from a batch changes nothing. TorchJD's modules become submodules: what they learn joins the optimizer and
their tensors are in ``state_dict()``. A method that needs one entry for every task at every step derives from
the harness's own :class:`~harness.api.Scalarizer` or :class:`~harness.api.Aggregator` instead (see
``uncertainty`` and ``dwa``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torchjd import aggregation, scalarization

from harness.api import (
    Aggregator,
    NonFiniteLossError,
    Scalarizer,
    StepContext,
    derive_seed,
    present_only,
)


class TorchJDScalarizer(Scalarizer):
    """A scalarizer of TorchJD, for any number of values, on the losses of the present tasks."""

    def __init__(self, method: scalarization.Scalarizer) -> None:
        super().__init__()
        self.method = method

    def scalarize(self, losses: Tensor, context: StepContext) -> Tensor:
        loss: Tensor = self.method(present_only(losses, context))
        return loss


class TorchJDAggregator(Aggregator):
    """An aggregator of TorchJD on the gradients of the present tasks."""

    def __init__(self, method: aggregation.Aggregator) -> None:
        super().__init__()
        self.method = method

    def aggregate(self, gradients: Tensor, context: StepContext) -> Tensor:
        check_finite(gradients, context)
        gradient: Tensor = self.method(present_only(gradients, context))
        return gradient


def check_finite(gradients: Tensor, context: StepContext) -> None:
    """Raise :class:`NonFiniteLossError` where a row of ``gradients [tasks, parameters]`` is NaN or infinite;
    solvers would fail on it with other words, or never end.
    """
    finite = torch.isfinite(gradients).all(1)
    if not bool(finite.all()):
        task = context.tasks[int((~finite).nonzero()[0])]
        raise NonFiniteLossError(
            f"the gradient of the training loss of {task} is not finite at step {context.step + 1}; "
            "a smaller learning rate, or data without extreme values, may help"
        )


class Drawing(nn.Module):
    """Mixin of combiners that draw random numbers: those of a step depend on the run's seed
    (``torch.initial_seed()`` where the combiner is built), the combiner's name and the number of the step
    alone. So a restored run goes on as an uninterrupted one.
    """

    #: The combiner's name, with which its draws are seeded.
    name: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seed = torch.initial_seed()

    def generator(self, step: int) -> torch.Generator:
        """Return the generator of a step, on the CPU."""
        return torch.Generator().manual_seed(derive_seed(self.seed, self.name, step))

    @contextmanager
    def drawing(self, step: int, device: torch.device) -> Iterator[None]:
        """Seed torch's global generators for a step of a method that draws from them on ``device``, and leave
        them as they were found: dropout sees the same numbers as with ``sum``.
        """
        with torch.random.fork_rng([device] if device.type == "cuda" else [], device_type="cuda"):
            seed = derive_seed(self.seed, self.name, step)
            torch.default_generator.manual_seed(seed)
            if device.type == "cuda":
                torch.cuda.default_generators[device.index or 0].manual_seed(seed)
            yield

    def get_extra_state(self) -> dict[str, Any]:
        return {"seed": self.seed}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        self.seed = int(state["seed"])
