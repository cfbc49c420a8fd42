"""The network of a run: seeded initialisation, a check that shapes fit, and which parameters tasks share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from harness.bases.model import HasTaskModules
from harness.bases.norm import Segments, set_n_datasets, set_segments
from harness.bases.outputs import ModelOutputs
from harness.errors import HarnessError, TrainingError
from harness.plugins import Registry
from harness.seeds import derive_seed
from harness.train.components import build
from harness.train.guards import seed_default
from harness.train.types import Choice

#: Rows of the batch of zeros that is sent through a fresh network.
PROBE_ROWS = 2


class Network:
    """A model, told which slices of a batch belong to which data set."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self._segments: Segments | None = None

    def __call__(self, x: Tensor, segments: Segments) -> dict[str, Tensor]:
        """Return ``{task: logits [batch, outputs]}`` for ``x [batch, channels, bins, frames]``."""
        self._tell(segments)
        logits: dict[str, Tensor] = self.model(x)
        return logits

    def embed(self, x: Tensor, segments: Segments) -> Tensor:
        """Return the model's embedding ``[batch, width]``; raises :class:`TrainingError` for a model without one."""
        if not self.embeds:
            name = type(self.model).__name__
            raise TrainingError(f"{name} has no embed(x), so that there is no embedding to look at")
        self._tell(segments)
        embedding: Tensor = self.model.embed(x)  # type: ignore[operator]
        return embedding

    @property
    def embeds(self) -> bool:
        """Whether the model has an ``embed(x)``, as every :class:`~harness.bases.model.HardSharing` does."""
        return callable(getattr(self.model, "embed", None))

    def outputs(self, x: Tensor, segments: Segments) -> ModelOutputs:
        """Return logits, embeddings and branches; a model without ``outputs(x)`` has logits alone."""
        self._tell(segments)
        if not callable(getattr(self.model, "outputs", None)):
            return ModelOutputs(self.model(x))
        outputs: ModelOutputs = self.model.outputs(x)  # type: ignore[operator]
        return outputs

    def logits_alone(self, x: Tensor, segments: Segments) -> ModelOutputs:
        """Return the logits of a plain forward pass."""
        return ModelOutputs(self(x, segments))

    @torch.no_grad()
    def outputs_unchanged(self, x: Tensor, segments: Segments) -> ModelOutputs:
        """As :meth:`outputs`, without gradient; running statistics are put back afterwards."""
        before = {name: buffer.clone() for name, buffer in self.model.named_buffers()}
        outputs = self.outputs(x, segments)
        for name, buffer in self.model.named_buffers():
            buffer.copy_(before[name])
        return outputs

    def branches_of_copies(self, x: Tensor, segments: Segments) -> list[dict[str, Tensor]]:
        """Return the logits of the model's branches, if it has some; its own running statistics stay as they are."""
        self._tell(segments)
        if not callable(getattr(self.model, "outputs", None)):
            return []
        copies = {f"model.{name}": buffer.clone() for name, buffer in self.model.named_buffers()}
        outputs: ModelOutputs = functional_call(_Outputs(self.model), copies, (x,))
        return list(outputs.branches.values())

    def penalty(self) -> dict[str, Tensor]:
        """Return what the model adds to the losses of some tasks, scalars."""
        if not callable(getattr(self.model, "penalty", None)):
            return {}
        penalties: dict[str, Tensor] = self.model.penalty()  # type: ignore[operator]
        return penalties

    def unchanged(self, x: Tensor, segments: Segments) -> dict[str, Tensor]:
        """As a call, but running statistics are those of copies: the model's own buffers stay as they are."""
        self._tell(segments)
        copies = {name: buffer.clone() for name, buffer in self.model.named_buffers()}
        logits: dict[str, Tensor] = functional_call(self.model, copies, (x,))
        return logits

    def _tell(self, segments: Segments) -> None:
        if segments != self._segments:
            set_segments(self.model, segments)
            self._segments = segments


class _Outputs(nn.Module):
    """A model whose call is its ``outputs(x)``."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> ModelOutputs:
        outputs: ModelOutputs = self.model.outputs(x)  # type: ignore[operator]
        return outputs


@dataclass(frozen=True)
class Sharing:
    """The parameters that several tasks use, and those that one task alone uses, ``own[task]`` by index."""

    shared: tuple[nn.Parameter, ...]
    own: tuple[tuple[nn.Parameter, ...], ...]


def build_model(
    registry: Registry,
    choice: Choice,
    input_shape: tuple[int, int, int],
    heads: Mapping[str, int],
    *,
    n_datasets: int,
    seed: int,
    device: torch.device,
) -> nn.Module:
    """Build and initialise a model, on the CPU so that it starts the same on every device, and move it there.

    What tasks share is seeded by the run alone, and what is a task's own (:class:`HasTaskModules`: the heads of
    hard sharing) by its name too: a task starts from the same numbers alone and in every group. Raises
    :class:`TrainingError` where the feature's shape does not fit.
    """
    seed_default(torch.device("cpu"), derive_seed(seed, "init"))
    try:
        model: nn.Module = build(registry, "model", choice, input_shape, dict(heads))
    except (HarnessError, MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        raise _misfit(choice, input_shape, error) from error
    if isinstance(model, HasTaskModules):
        for task, own in model.task_modules().items():
            for name, module in own.items():
                _initialise(module, derive_seed(seed, name, task))
    set_n_datasets(model, n_datasets)
    return model.to(device)


def probe(
    model: nn.Module,
    choice: Choice,
    input_shape: tuple[int, int, int],
    heads: Mapping[str, int],
    device: torch.device,
) -> Sharing:
    """Send a batch of zeros through a fresh model: check its logits, and find out which tasks use which
    parameters.

    Raises :class:`TrainingError` with the feature's shape and the model's name.
    """
    x = torch.zeros(PROBE_ROWS, *input_shape, device=device)
    try:
        logits = Network(model).unchanged(x, ((0, 0, PROBE_ROWS),))
        branches = Network(model).branches_of_copies(x, ((0, 0, PROBE_ROWS),))
    except (HarnessError, MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        raise _misfit(choice, input_shape, error) from error
    _check_logits(choice, logits, heads)
    # branches as well: terms of the objective train them
    every = [torch.cat([logits[task], *(own[task] for own in branches if task in own)], 1) for task in heads]
    return _sharing(list(model.parameters()), every)


def _initialise(own: nn.Module, seed: int) -> None:
    seed_default(torch.device("cpu"), seed)
    for module in own.modules():
        reset = getattr(module, "reset_parameters", None)
        if reset is not None:
            reset()


def _misfit(choice: Choice, input_shape: tuple[int, int, int], error: Exception) -> TrainingError:
    return TrainingError(
        f"model {choice.name!r} with {choice.parameters} does not fit a feature of shape {input_shape} "
        f"(channels, bins, frames): {type(error).__name__}: {error}; choose another model, or change its "
        "parameters or the feature's"
    )


def _check_logits(choice: Choice, logits: object, heads: Mapping[str, int]) -> None:
    if not isinstance(logits, Mapping):
        raise TrainingError(
            f"model {choice.name!r} must return {{task: logits}}, found {type(logits).__name__}"
        )
    for task, outputs in heads.items():
        if task not in logits:
            raise TrainingError(
                f"model {choice.name!r} returned no logits of {task}; found {', '.join(logits)}"
            )
        found = tuple(logits[task].shape)
        if found != (PROBE_ROWS, outputs):
            raise TrainingError(
                f"model {choice.name!r} returned logits of shape {found} for {task}, expected "
                f"{(PROBE_ROWS, outputs)}"
            )


def _sharing(parameters: Sequence[nn.Parameter], logits: Sequence[Tensor]) -> Sharing:
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    used = [_used(trained, output) for output in logits]
    counts = [sum(task[index] for task in used) for index in range(len(trained))]
    shared = tuple(p for p, count in zip(trained, counts, strict=True) if count > 1)
    own = tuple(
        tuple(p for p, n, u in zip(trained, counts, task, strict=True) if n == 1 and u) for task in used
    )
    return Sharing(shared=shared, own=own)


def _used(parameters: list[nn.Parameter], output: Tensor) -> list[bool]:
    if not output.requires_grad:
        return [False] * len(parameters)
    grads = torch.autograd.grad(output.sum(), parameters, retain_graph=True, allow_unused=True)
    return [grad is not None for grad in grads]
