"""The loop on a CUDA device; skipped where there is none."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from harness.errors import NonFiniteLossError, TrainingStopped
from harness.train.checkpoint import Checkpoints
from harness.train.loop import train

from .doubles import Choice, pair, registry, spec_for
from .test_resume import EXTRA, stop_after, timeless

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")


@pytest.mark.parametrize("combiner", ["sum", "gradient_sum"])
def test_cuda_agrees_with_the_cpu(combiner):
    data = pair((60, 40), windows=2)
    changes = {
        "model": Choice(name="smooth"),
        "combiner": Choice(name=combiner),
        "scaler": Choice(name="mean"),
    }
    host = train(data, spec_for(data, **changes), registry=registry())
    device = train(data, spec_for(data, device="cuda", **changes), registry=registry())
    assert device.device == "cuda:0"
    for one, other in zip(host.curves, device.curves, strict=True):
        if one["metric"] == "loss":
            np.testing.assert_allclose(one["value"], other["value"], rtol=1e-3)


def test_interrupted_is_uninterrupted_on_cuda(tmp_path):
    data = pair((60, 40), windows=2)
    optimizer = Choice(name="adamw", parameters={"lr": 0.01})
    spec = spec_for(data, device="cuda", deterministic=True, combiner=Choice(name="sum"), optimizer=optimizer)
    whole = train(data, spec, registry=registry(*EXTRA))
    with pytest.raises(TrainingStopped):
        train(
            data,
            spec,
            registry=registry(*EXTRA),
            checkpoints=Checkpoints(tmp_path, "k", 1e9),
            should_stop=stop_after(6),
        )
    result = train(data, spec, registry=registry(*EXTRA), checkpoints=Checkpoints(tmp_path, "k", 1e9))
    assert timeless(result) == timeless(whole)


def test_a_bad_loss_is_found_on_cuda():
    data = pair((60, 40))
    data.datasets[1].features[3] = np.nan
    with pytest.raises(NonFiniteLossError, match="loss of b/y is nan"):
        train(data, spec_for(data, device="cuda"), registry=registry())
