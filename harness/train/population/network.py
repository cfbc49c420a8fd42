"""One network of many: a model's forward pass for all members at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from harness.bases.dropout import Dropout
from harness.bases.model import HardSharing
from harness.bases.norm import set_segments
from harness.train.population.convert import convert
from harness.train.population.layers import Pass, flatten
from harness.train.population.members import CannotStack
from harness.train.population.stack import Stacks

#: From ``x [M, batch, channels, bins, frames]`` to the logits of every task, ``[M, batch, outputs]``.
StackedNetwork = Callable[[Tensor, Pass], list[Tensor]]

PROBE_ROWS = 2


def stacked_network(stacks: Stacks, tasks: Sequence[str]) -> StackedNetwork:
    """Return the network of the stacked models; ``tasks`` are those of the first.

    A model with a shared trunk is converted layer by layer, any other is run by ``torch.func.vmap``. Raises
    :class:`CannotStack` where neither is possible.
    """
    try:
        return _hard_sharing(stacks)
    except CannotStack as reason:
        return _by_vmap(stacks, tasks, reason)


def rehearse(network: StackedNetwork, stacks: Stacks, input_shape: Sequence[int]) -> None:
    """Send zeros through the network in evaluation mode; raises :class:`CannotStack` where that fails."""
    some = next(iter(stacks.values.values()))
    x = torch.zeros(stacks.members_n, PROBE_ROWS, *input_shape, device=some.device, dtype=some.dtype)
    values = stacks.of(range(stacks.members_n))
    try:
        with torch.no_grad():
            network(x, Pass(values, stacks.members_n, ((0, 0, PROBE_ROWS),), None))
    except (MemoryError, torch.OutOfMemoryError, CannotStack):
        raise
    except Exception as error:
        raise CannotStack(f"the stacked model fails: {type(error).__name__}: {error}") from error


def _hard_sharing(stacks: Stacks) -> StackedNetwork:
    models = [model for model in stacks.models if isinstance(model, HardSharing) and _is_plain(model)]
    if len(models) < stacks.members_n:
        raise CannotStack(f"{type(stacks.models[0]).__name__} has a forward pass of its own")
    if wider := sorted(name for name in stacks.padded if not name.startswith("heads.")):
        raise CannotStack(f"the members' trunks have different shapes: {', '.join(wider)}")
    names = stacks.names()
    trunk = convert([model.trunk for model in models], names)
    heads = [convert([model.heads[task] for model in models], names) for task in range(len(models[0].heads))]

    def run(x: Tensor, step: Pass) -> list[Tensor]:
        embedding = trunk(x, step)
        if embedding.dim() != 3:
            embedding = flatten(embedding, step.members_n)
        return [head(embedding, step) for head in heads]

    return run


def _is_plain(model: HardSharing) -> bool:
    kind = type(model)
    return kind.forward is HardSharing.forward and kind.embed is HardSharing.embed


def _by_vmap(stacks: Stacks, tasks: Sequence[str], reason: CannotStack) -> StackedNetwork:
    model = stacks.models[0]
    if stacks.padded:
        raise CannotStack(f"{reason}; and the members' heads have different shapes")
    if any(_drops(each) for each in stacks.models):
        raise CannotStack(f"{reason}; and torch.func.vmap cannot draw each member's own dropout masks")

    def one(values: Mapping[str, Tensor], x: Tensor) -> list[Tensor]:
        logits = functional_call(model, dict(values), (x,))
        return [logits[task] for task in tasks]

    every = vmap(one, randomness="error")

    def run(x: Tensor, step: Pass) -> list[Tensor]:
        model.train(step.training)
        set_segments(model, step.segments)
        logits: list[Tensor] = every(dict(step.values), x)
        return logits

    return run


def _drops(model: nn.Module) -> bool:
    return any(
        module.p > 0
        for module in model.modules()
        if isinstance(module, Dropout | nn.modules.dropout._DropoutNd)
    )
