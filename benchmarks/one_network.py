"""The practical limit of a population: one network of the same trunk at the batch size that fills the device."""

from __future__ import annotations

import time

import torch

from benchmarks.corpus import SHAPE, Plan, spec
from benchmarks.results import Measurement
from harness.plugins import load_registry
from harness.train.network import build_model

#: Classes of the one head.
CLASSES = 10


def best_rate(plan: Plan, *, quick: bool, rounds: int, device: str = "cuda") -> Measurement:
    """Return the samples a second that one network is trained with at its best batch size, in float32.

    The batch is doubled until the memory does not suffice. A step is forward, backward and a fused AdamW step on a
    batch that is on the device already: nothing is drawn, scaled or evaluated.
    """
    values = []
    for _ in range(rounds):
        best, size = 0.0, 256
        while size <= (512 if quick else 2**17):
            try:
                best = max(best, _rate(plan, size, device, steps=3 if quick else 20))
            except torch.OutOfMemoryError:
                break
            size *= 2
        values.append(best)
    return Measurement(
        name=f"{plan.model}: one network, best batch size", unit="samples a second", values=tuple(values)
    )


def _rate(plan: Plan, size: int, device: str, *, steps: int) -> float:
    """Return the samples a second of one batch size."""
    choice = spec(("sounds/sound",), 0, plan).model
    model = build_model(
        load_registry(), choice, SHAPE, {"x": CLASSES}, n_datasets=1, seed=0, device=torch.device(device)
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=plan.lr, fused=True)
    x = torch.randn(size, *SHAPE, device=device)
    y = torch.randint(CLASSES, (size,), device=device)
    started = 0.0
    for step in range(steps + 3):  # the first ones allocate, and choose algorithms
        if step == 3:
            _wait(device)
            started = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(model(x)["x"], y).backward()
        optimizer.step()
    _wait(device)
    return size * steps / (time.perf_counter() - started)


def _wait(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize()
