"""The blocks are those of ``cnn`` and ``dnn``: same numbers from the same seed, same defaults, same outputs."""

from __future__ import annotations

import pytest
import torch

from harness_architectures.base import Base, gate_view
from harness_architectures.parameters import BaseParameters
from harness_audio.models.cnn import Cnn
from harness_audio.models.dnn import Dnn
from harness_audio.models.parameters import CnnParameters, DnnParameters

SHAPE = (2, 19, 35)
HARD = {"cnn": (Cnn, CnnParameters), "dnn": (Dnn, DnnParameters)}


@pytest.mark.parametrize(
    ("base", "values"),
    [
        ("cnn", {}),
        (
            "cnn",
            {
                "depth": 3,
                "width": 5,
                "norm": "group",
                "growth": "double",
                "pool": "avg",
                "global_pool": "max",
            },
        ),
        ("cnn", {"norm": "none", "growth": "none", "dropout": 0.0}),
        ("dnn", {}),
        ("dnn", {"depth": 3, "width": 7, "norm": "shared", "dropout": 0.4}),
    ],
)
def test_a_trunk_is_that_of_the_hard_sharing_model(base, values):
    kind, parameters = HARD[base]
    torch.manual_seed(3)
    hard = kind(parameters(**values), SHAPE, {"a": 2})
    torch.manual_seed(3)
    own = Base(BaseParameters(base=base, **values), SHAPE)
    trunk, x = own.segment(), torch.randn(6, *SHAPE)
    assert own.width == hard.heads[0].in_features
    for model in (trunk, hard):
        model.train()
    torch.manual_seed(5)  # dropout
    expected = hard.embed(x)
    torch.manual_seed(5)
    torch.testing.assert_close(trunk(x), expected, rtol=0, atol=0)


@pytest.mark.parametrize("base", ["cnn", "dnn"])
def test_shapes_are_what_enters_each_block(base):
    own = Base(BaseParameters(base=base, depth=3, width=4), SHAPE)
    h = own.prepare(torch.randn(2, *SHAPE))
    for index in range(3):
        assert tuple(h.shape[1:]) == own.shapes[index]
        for view in ("all", "mean"):
            seen = gate_view(h if index else torch.randn(2, *SHAPE), view)
            assert seen.shape == (2, own.gate_width(index, view))
        h = own.block(index)(h)
    assert tuple(h.shape[1:]) == own.shapes[3]
    assert own.readout(h).shape == (2, own.width)


def test_a_gate_sees_the_mean_over_frames():
    x = torch.randn(3, 2, 4, 5)
    expected = torch.stack([x[:, c, b].mean(1) for c in range(2) for b in range(4)], dim=1)
    torch.testing.assert_close(gate_view(x, "mean"), expected)
    torch.testing.assert_close(gate_view(x, "all")[:, 7], x[:, 0, 1, 2])
