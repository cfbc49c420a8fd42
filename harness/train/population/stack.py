"""Models of one structure as stacked tensors, of which their own tensors become views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from harness.train.population.members import CannotStack


class Stacks:
    """Parameters and buffers of ``M`` models of one structure, by name, each ``[M, …]``.

    Parameters of different shapes (heads of tasks with different numbers of classes) are padded with zeros,
    and their names are in ``padded``. The models' own tensors become views of the stacked ones: what the
    population learns is in each model at once, and what is loaded into a model is in the population.
    """

    def __init__(self, models: Sequence[nn.Module]) -> None:
        self.models = list(models)
        own = [dict(model.named_parameters()) for model in models]
        buffers = [dict(model.named_buffers()) for model in models]
        self.padded = {name for name in own[0] if len({each[name].shape for each in own}) > 1}
        self.parameters = {
            name: nn.Parameter(_stacked(name, [each[name] for each in own]), first.requires_grad)
            for name, first in own[0].items()
        }
        self.buffers = {
            name: _outside(_stacked(name, [each[name] for each in buffers], pad=False)) for name in buffers[0]
        }
        self._bind()

    @property
    def members_n(self) -> int:
        """The number of members."""
        return len(self.models)

    @property
    def values(self) -> dict[str, Tensor]:
        """All stacked tensors by name."""
        return self.parameters | self.buffers

    def names(self) -> dict[int, str]:
        """Return the names of the first model's tensors by their ids."""
        first = self.models[0]
        return {id(tensor): name for name, tensor in (*first.named_parameters(), *first.named_buffers())}

    def of(self, members: Sequence[int]) -> Mapping[str, Tensor]:
        """Return the tensors of some members without gradient, ``[members, …]``; copies, unless it is all."""
        values = {name: value.detach() for name, value in self.values.items()}
        if list(members) == list(range(self.members_n)):
            return values
        return {name: value.index_select(0, _index(members, value)) for name, value in values.items()}

    def keep(self, members: Sequence[int]) -> None:
        """Keep some members, in that order. Parameters stay the same objects."""
        self.models = [self.models[member] for member in members]
        for parameter in self.parameters.values():
            parameter.grad, parameter.data = None, parameter.data.index_select(0, _index(members, parameter))
        for name, value in self.buffers.items():
            self.buffers[name] = _outside(value.index_select(0, _index(members, value)))
        self._bind()

    def _bind(self) -> None:
        for member, model in enumerate(self.models):
            for name, parameter in model.named_parameters():
                parameter.data = cut(self.parameters[name].data[member], parameter.shape)
            for name, buffer in model.named_buffers():
                buffer.data = self.buffers[name][member]


@torch.no_grad()
def _stacked(name: str, tensors: Sequence[Tensor], *, pad: bool = True) -> Tensor:
    shapes = {tuple(tensor.shape) for tensor in tensors}
    if len({len(shape) for shape in shapes}) > 1 or (len(shapes) > 1 and not pad):
        raise CannotStack(f"{name} has different shapes: {sorted(shapes)}")
    largest = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    stacked = tensors[0].new_zeros((len(tensors), *largest))
    for row, tensor in zip(stacked, tensors, strict=True):
        cut(row, tensor.shape).copy_(tensor)
    return stacked


def cut(padded: Tensor, shape: Sequence[int]) -> Tensor:
    """Return the part of a padded tensor that is a member's own, a view."""
    return padded[tuple(slice(size) for size in shape)]


def _outside(buffer: Tensor) -> Tensor:
    """Lay out ``[M, data sets, …]`` such that the entries of one data set are contiguous over members: batch
    normalisation updates them in place.
    """
    return buffer.transpose(0, 1).contiguous().transpose(0, 1) if buffer.dim() > 2 else buffer


def _index(members: Sequence[int], like: Tensor) -> Tensor:
    return torch.tensor(members, device=like.device)
