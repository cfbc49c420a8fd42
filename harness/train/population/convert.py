"""From the modules of many models, one structure, to layers that serve all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from harness.bases.dropout import Dropout
from harness.bases.norm import DataSetNorm
from harness.train.population import layers
from harness.train.population.layers import Layer
from harness.train.population.members import CannotStack
from harness.train.population.norms import batch_norm, data_set_norm

Modules = Sequence[nn.Module]
Names = Mapping[int, str]


def convert(modules: Modules, names: Names) -> Layer:
    """Return one layer for the modules that have the same place in their models; ``names`` maps the ids of
    the first model's tensors to their names.

    A module with a method ``in_layers()`` is converted as the layers that it returns, applied in order: that
    must be its forward pass. Raises :class:`CannotStack` for a module that is not known.
    """
    first = modules[0]
    if len({type(module) for module in modules}) > 1:
        raise CannotStack(f"models differ: {sorted({type(module).__name__ for module in modules})}")
    if type(first) in _CONVERTERS:
        return _CONVERTERS[type(first)](modules, names)
    if callable(getattr(first, "in_layers", None)):
        return _sequence([module.in_layers() for module in modules], names)  # type: ignore[operator]
    raise CannotStack(
        f"the layer {type(first).__name__} has no stacked form; allowed: "
        f"{', '.join(sorted(kind.__name__ for kind in _CONVERTERS))}, or a module with in_layers()"
    )


def _sequence(members: Sequence[Sequence[nn.Module]], names: Names) -> Layer:
    if len({len(list(layers_)) for layers_ in members}) > 1:
        raise CannotStack("models differ in their number of layers")
    return layers.in_order([convert(modules, names) for modules in zip(*members, strict=True)])


def _modules_in_order(modules: Modules, names: Names) -> Layer:
    return _sequence([list(module) for module in modules], names)  # type: ignore[call-overload]


def _linear(modules: Modules, names: Names) -> Layer:
    return layers.linear(_name(modules[0], "weight", names), _optional(modules[0], "bias", names))


def _conv(modules: Modules, names: Names) -> Layer:
    module = modules[0]
    assert isinstance(module, nn.Conv2d)
    if module.padding_mode != "zeros":
        raise CannotStack(f"Conv2d with padding_mode {module.padding_mode!r} has no stacked form")
    return layers.convolution(
        _name(module, "weight", names), _optional(module, "bias", names), module.groups,
        stride=module.stride, padding=module.padding, dilation=module.dilation,
    )  # fmt: skip


def _data_set_norm(modules: Modules, names: Names) -> Layer:
    module = modules[0]
    assert isinstance(module, DataSetNorm)
    own = {name: _name(module, name, names) for name in ("weight", "bias", "running_mean", "running_var")}
    return data_set_norm(own, module.eps, module.momentum)


def _batch_norm(modules: Modules, names: Names) -> Layer:
    module = modules[0]
    assert isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)
    if module.momentum is None or not module.affine or not module.track_running_stats:
        raise CannotStack("batch normalisation without momentum, weights or statistics has no stacked form")
    tensors = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    return batch_norm({name: _name(module, name, names) for name in tensors}, module.eps, module.momentum)


def _group_norm(modules: Modules, names: Names) -> Layer:
    module = modules[0]
    assert isinstance(module, nn.GroupNorm)
    weight, bias = (_optional(module, name, names) for name in ("weight", "bias"))
    return layers.group_norm(weight, bias, module.num_groups, module.eps)


def _dropout(modules: Modules, names: Names) -> Layer:
    return layers.dropout([module.p for module in modules])  # type: ignore[misc]


def _torch_dropout(modules: Modules, names: Names) -> Layer:
    if any(module.p for module in modules):
        raise CannotStack("torch.nn.Dropout has no stacked form; harness.api.Dropout has")
    return lambda x, step: x


def _flatten(modules: Modules, names: Names) -> Layer:
    module = modules[0]
    if (module.start_dim, module.end_dim) != (1, -1):
        raise CannotStack("Flatten has a stacked form for start_dim 1 and end_dim -1 alone")
    return layers.flattening()


def _global_pool(function: Callable[..., Tensor]) -> Callable[[Modules, Names], Layer]:
    def make(modules: Modules, names: Names) -> Layer:
        if modules[0].output_size not in (1, (1, 1)):
            raise CannotStack("adaptive pooling has a stacked form for the output size 1 alone")
        return layers.reduction(function)

    return make


def _name(module: nn.Module, tensor: str, names: Names) -> str:
    return names[id(getattr(module, tensor))]


def _optional(module: nn.Module, tensor: str, names: Names) -> str | None:
    return None if getattr(module, tensor) is None else _name(module, tensor, names)


_ELEMENTWISE = (
    nn.Identity, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish, nn.Hardswish,
    nn.Hardtanh, nn.Softplus, nn.Sigmoid, nn.Tanh,
)  # fmt: skip

_CONVERTERS: dict[type[nn.Module], Callable[[Modules, Names], Layer]] = {
    nn.Sequential: _modules_in_order,
    nn.Linear: _linear,
    nn.Conv2d: _conv,
    DataSetNorm: _data_set_norm,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.GroupNorm: _group_norm,
    Dropout: _dropout,
    nn.Dropout: _torch_dropout,
    nn.Flatten: _flatten,
    nn.AdaptiveAvgPool2d: _global_pool(torch.mean),
    nn.AdaptiveMaxPool2d: _global_pool(torch.amax),
    **{kind: (lambda modules, names: layers.pooling(modules[0])) for kind in (nn.MaxPool2d, nn.AvgPool2d)},
    **{kind: (lambda modules, names: layers.elementwise(modules[0])) for kind in _ELEMENTWISE},
}
