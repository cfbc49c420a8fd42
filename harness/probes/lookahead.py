"""What one task's step would do to every task's loss, without making it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from harness.train.loop import snapshot
from harness.train.setup import Run


def look_ahead(
    run: Run, step: int, positions: Mapping[int, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ``losses_before [tasks]``, ``losses_after [tasks, tasks]`` and the gramian ``[tasks, tasks]``, float64.

    ``losses_after[i, j]`` is the loss of task ``j`` on the batch of this step when the shared parameters have made the
    plain step ``θ - lr · ∇L_i``, with the optimizer's learning rate and nothing else of it, and the tasks' own
    parameters stay (Fifty et al. 2021, "Efficiently identifying task groupings for multi-task learning", NeurIPS,
    arXiv:2109.04617, section 4). Same dropout masks, batch statistics of the batch; the gramian is that of the tasks'
    gradients for the shared parameters. The network is left as it was found.
    """
    before = snapshot(run)
    batch = run.batcher.batch(positions, [task.own_steps for task in run.progress])
    run.context.begin(batch, step, ends_epoch=False)
    losses = run.context.losses().detach()
    gradients = run.context.gradients().detach()
    lr = float(run.optimizer.param_groups[0]["lr"])
    after = torch.stack([_losses_after(run, lr * gradient) for gradient in gradients])
    run.network.model.load_state_dict(before)
    return _host(losses), _host(after), _host(gradients.double() @ gradients.double().T)


@torch.no_grad()
def _losses_after(run: Run, step: Tensor) -> Tensor:
    """Return the losses ``[tasks]`` with ``step`` taken off the shared parameters, which are then put back."""
    shared = run.context.sharing.shared
    before = [parameter.clone() for parameter in shared]
    parts = step.split([parameter.numel() for parameter in shared])
    for parameter, part in zip(shared, parts, strict=True):
        parameter.sub_(part.view_as(parameter))
    losses = run.context.losses_after()
    for parameter, value in zip(shared, before, strict=True):
        parameter.copy_(value)
    return losses


def _host(values: Tensor) -> np.ndarray:
    array: np.ndarray = values.cpu().double().numpy()
    return array
