"""What one step of the loop offers to a combiner: :class:`harness.api.StepContext`, implemented."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from harness.bases.outputs import ModelOutputs
from harness.errors import TrainingError
from harness.seeds import derive_seed
from harness.train.batches import Batch
from harness.train.guards import FiniteWatch, seed_default
from harness.train.network import Network, Sharing
from harness.train.objective import Objective


class LoopContext:
    """One object for all steps of a run; :meth:`begin` turns to the next batch.

    Forward passes and the combiner's own draws come from seeds of their own, derived from the step, so that
    any step can be repeated: after an interruption, and by :meth:`losses_after`.
    """

    def __init__(
        self,
        tasks: tuple[str, ...],
        network: Network,
        objective: Objective,
        optimizer: torch.optim.Optimizer,
        sharing: Sharing,
        watch: FiniteWatch,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.tasks, self.step, self.ends_epoch = tasks, 0, False
        self.network, self.objective, self.optimizer = network, objective, optimizer
        self.sharing, self.watch, self.seed, self.device = sharing, watch, seed, device
        self.shapes = tuple(parameter.shape for parameter in sharing.shared)
        self._zero = torch.zeros((), device=device)
        self._trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        self._present: dict[tuple[int, ...], Tensor] = {}

    def begin(self, batch: Batch, step: int, *, ends_epoch: bool) -> None:
        """Turn to the batch of step number ``step`` (from 0)."""
        self.batch, self.step, self.ends_epoch, self.updated = batch, step, ends_epoch, False
        self.present = self._flags(tuple(batch.spans))
        self.logits: dict[str, Tensor] = {}
        self._outputs = ModelOutputs({})
        self._each: list[Tensor] = []
        self._losses: Tensor | None = None
        self._gradients: Tensor | None = None
        self._forget_gradients()
        self._own_seed = derive_seed(self.seed, "combiner", step)
        seed_default(self.device, self._own_seed)

    def losses(self) -> Tensor:
        """Return the mean loss of every task, ``[tasks]``, differentiable; zero for absent tasks."""
        if self._losses is None:
            self._seed_forward()
            self._outputs = self._forward()
            self._each, self.logits = self._task_losses(self._outputs, self.batch), self._outputs.logits
            self._losses = torch.stack(self._each) if len(self._each) > 1 else self._each[0][None]
            seed_default(self.device, self._own_seed)
            self.watch.see(self.step, self._losses.detach())
        return self._losses

    def loss_alone(self) -> Tensor:
        """Return the mean loss of the only task, a scalar: ``losses()[0]``, but its gradient takes no detour."""
        self.losses()
        return self._each[0]

    def gradients(self) -> Tensor:
        """Return ``[tasks, parameters]``: each task's gradient for the parameters that several tasks share.

        Shared is what several tasks of the group use, present or not, so that the width is the same at every
        step. The gradients of parameters that one task alone uses go into ``.grad``. The graph is kept.
        """
        if self._gradients is None:
            self.losses()
            rows = [self._task_gradient(task) for task in range(len(self.tasks))]
            self._gradients = torch.stack(rows)
        return self._gradients

    def gramian(self) -> Tensor:
        """Return ``gradients() @ gradients().T``, ``[tasks, tasks]``."""
        gradients = self.gradients()
        return gradients @ gradients.T

    def halves(self) -> Tensor:
        """Return ``[2, tasks, parameters]``: the gradients of the two halves of each task's samples; see
        :meth:`harness.api.StepContext.halves`.
        """
        self.losses()
        each = [self._task_losses(self._outputs, half) for half in self.batch.halves()]
        return torch.stack([torch.stack([self._shared_gradient(loss) for loss in losses]) for losses in each])

    def backward(self, loss: Tensor) -> None:
        """Fill ``.grad`` of every parameter, the combiner's as well, from a scalar loss."""
        self._forget_gradients()
        loss.backward()

    def set_gradient(self, gradient: Tensor) -> None:
        """Fill ``.grad`` of the shared parameters from one vector, ``[parameters]``."""
        width = sum(parameter.numel() for parameter in self.sharing.shared)
        if gradient.shape != (width,):
            raise TrainingError(
                f"the combiner set a gradient of shape {tuple(gradient.shape)}; the shared parameters need "
                f"{(width,)}"
            )
        parts = gradient.detach().split([parameter.numel() for parameter in self.sharing.shared])
        for parameter, part in zip(self.sharing.shared, parts, strict=True):
            parameter.grad = part.view_as(parameter)

    def update(self) -> None:
        """Let the optimizer take its step with what is in ``.grad``."""
        self.optimizer.step()
        self.updated = True

    @torch.no_grad()
    def losses_after(self) -> Tensor:
        """Return the losses on the same batch after :meth:`update`, ``[tasks]``, without gradient.

        Same samples, same augmentation, same dropout masks, normalised by the batch: the difference to
        :meth:`losses` is the update alone. Running statistics are not touched.
        """
        self._seed_forward()
        x, segments = self.batch.x, self.batch.segments
        if self.objective.terms:
            outputs = self.network.outputs_unchanged(x, segments)
        else:
            outputs = ModelOutputs(self.network.unchanged(x, segments))
        losses = torch.stack(self._task_losses(outputs, self.batch))
        seed_default(self.device, derive_seed(self.seed, "combiner", self.step, "after"))
        return losses

    def _forget_gradients(self) -> None:
        # optimizer.zero_grad() does the same in ten times the time
        for parameter in self._trained:
            parameter.grad = None

    def _flags(self, present: tuple[int, ...]) -> Tensor:
        if present not in self._present:
            flags = [task in present for task in range(len(self.tasks))]
            self._present[present] = torch.tensor(flags, device=self.device)
        return self._present[present]

    def _seed_forward(self) -> None:
        seed_default(self.device, derive_seed(self.seed, "dropout", self.step))

    def _forward(self) -> ModelOutputs:
        """Return the network's outputs; more than logits is looked at where a term asks for it."""
        look = self.network.outputs if self.objective.terms else self.network.logits_alone
        return look(self.batch.x, self.batch.segments)

    def _task_losses(self, outputs: ModelOutputs, batch: Batch) -> list[Tensor]:
        losses, penalties = [self._zero] * len(self.tasks), self.network.penalty()
        for task in batch.spans:
            loss = self.objective.loss(task, batch, outputs)
            name = self.tasks[task]
            losses[task] = loss + penalties[name] if name in penalties else loss
        return losses

    def _shared_gradient(self, loss: Tensor) -> Tensor:
        shared = self.sharing.shared
        if not loss.requires_grad or not shared:
            return _flat(shared, [None] * len(shared), self.device)
        grads = torch.autograd.grad(loss, shared, retain_graph=True, allow_unused=True)
        return _flat(shared, grads, self.device)

    def _task_gradient(self, task: int) -> Tensor:
        shared, own = self.sharing.shared, self.sharing.own[task]
        if task not in self.batch.spans or not shared + own:
            return torch.zeros(sum(parameter.numel() for parameter in shared), device=self.device)
        grads = torch.autograd.grad(self._each[task], shared + own, retain_graph=True, allow_unused=True)
        for parameter, grad in zip(own, grads[len(shared) :], strict=True):
            parameter.grad = grad
        return _flat(shared, grads[: len(shared)], self.device)


def _flat(parameters: Sequence[nn.Parameter], grads: Sequence[Tensor | None], device: torch.device) -> Tensor:
    """Return the gradients as one vector; zeros for parameters that the task does not use."""
    pairs = zip(parameters, grads, strict=True)
    parts = [torch.zeros_like(p).flatten() if grad is None else grad.flatten() for p, grad in pairs]
    return torch.cat(parts) if parts else torch.zeros(0, device=device)
