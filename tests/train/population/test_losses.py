import pytest
import torch
from torch import nn

from harness.api import Task
from harness.bases.loss import Loss
from harness.train.population.losses import OneByOne, StackedLosses, stacked_losses
from harness_training import harness_losses

RECORDS = {record.name: record for record in harness_losses()}
BATCH = 7
MIXES = {
    "cross_entropy": [("cross_entropy", 3, {}), ("cross_entropy", 3, {"class_weights": "balanced"})],
    "smoothed": [("cross_entropy", 4, {"label_smoothing": 0.2}), ("cross_entropy", 4, {})],
    "classes": [
        ("cross_entropy", 3, {"label_smoothing": 0.1, "class_weights": "balanced"}),
        ("cross_entropy", 5, {"class_weights": "balanced"}),
        ("cross_entropy", 2, {}),
    ],
    "binary": [("binary_cross_entropy", 2, {}), ("binary_cross_entropy", 2, {"class_weights": "balanced"})],
    "multilabel": [
        ("multilabel_cross_entropy", 2, {}),
        ("multilabel_cross_entropy", 4, {"class_weights": "balanced"}),
    ],
    "regression": [("mean_squared_error", 0, {}), ("mean_squared_error", 0, {})],
    "everything": [
        ("mean_squared_error", 0, {}),
        ("cross_entropy", 3, {}),
        ("multilabel_cross_entropy", 4, {}),
        ("binary_cross_entropy", 2, {}),
        ("cross_entropy", 5, {"label_smoothing": 0.1}),
    ],
}
KINDS = {
    "cross_entropy": "multiclass",
    "binary_cross_entropy": "binary",
    "multilabel_cross_entropy": "multilabel",
    "mean_squared_error": "regression",
}


def targets_for(kind, classes, n, generator):
    """Return targets of a kind, about one in six of them missing."""
    missing = torch.rand(n, generator=generator) < 1 / 6
    if kind == "multiclass":
        return torch.randint(classes, (n,), generator=generator).masked_fill(missing, -1)
    if kind == "regression":
        return (3 * torch.randn(n, generator=generator) + 5).masked_fill(missing, torch.nan)
    shape = (n, classes) if kind == "multilabel" else (n,)
    values = (torch.rand(shape, generator=generator) < 0.3).float()
    return values.masked_fill(torch.rand(shape, generator=generator) < 1 / 6, torch.nan)


def problem(mix, seed=0):
    """Return the members' losses, fitted and in float64, and a batch of logits and targets of each."""
    generator = torch.Generator().manual_seed(seed)
    losses, logits, targets = [], [], []
    for number, (name, classes, options) in enumerate(MIXES[mix]):
        names = tuple(map(str, range(classes))) or None
        task = Task(name=f"t{number}", kind=KINDS[name], classes=names)
        loss = RECORDS[name].build(RECORDS[name].parameters(**options), task)
        loss.fit(targets_for(task.kind, classes, 40, generator))
        losses.append(loss.double())
        logits.append(torch.randn(BATCH, loss.outputs, generator=generator, dtype=torch.float64))
        wanted = targets_for(task.kind, classes, BATCH, generator)
        targets.append(wanted.double() if wanted.is_floating_point() else wanted)
    return losses, logits, targets


def padded(logits, targets):
    """Stack, with large numbers where nothing belongs: they must not matter."""
    width = max(own.shape[1] for own in logits)
    together = torch.full((len(logits), BATCH, width), 1e3, dtype=torch.float64)
    for m, own in enumerate(logits):
        together[m, :, : own.shape[1]] = own
    if len({(t.dtype, t.shape) for t in targets}) == 1:
        return together.requires_grad_(), torch.stack(targets)
    wide = torch.full((len(targets), BATCH, max(width, 2)), 7.0, dtype=torch.float64)
    for m, own in enumerate(targets):
        own = own.double().masked_fill(own == -1, torch.nan) if not own.is_floating_point() else own.double()
        own = own.unsqueeze(1) if own.ndim == 1 else own
        wide[m, :, : own.shape[1]] = own
    return together.requires_grad_(), wide


def assert_same(found, logits, losses, targets, together):
    expected, wanted = [], []
    for loss, own, target in zip(losses, logits, targets, strict=True):
        own = own.clone().requires_grad_()
        expected.append(loss(own, target).mean())
        wanted.append(torch.autograd.grad(expected[-1], own)[0])
    torch.testing.assert_close(found[:, 0], torch.stack(expected), rtol=1e-12, atol=1e-12)
    (gradient,) = torch.autograd.grad(found.sum(), together)
    for m, own in enumerate(wanted):
        width = own.shape[1]
        torch.testing.assert_close(gradient[m, :, :width], own, rtol=1e-12, atol=1e-12)
        assert not gradient[m, :, width:].any()


@pytest.mark.parametrize("mix", list(MIXES))
def test_values_and_gradients_are_the_members_own(mix):
    losses, logits, targets = problem(mix)
    together, stacked = padded(logits, targets)
    found = stacked_losses([losses], [together], [stacked])
    assert_same(found, logits, losses, targets, together)


@pytest.mark.parametrize("mix", list(MIXES))
def test_kept_members_keep_their_losses(mix):
    losses, logits, targets = problem(mix)
    kept = [len(losses) - 1, 0]
    form = StackedLosses([losses])
    form.keep(torch.tensor(kept))
    losses, logits, targets = ([values[m] for m in kept] for values in (losses, logits, targets))
    together, stacked = padded(logits, targets)
    assert_same(form([together], [stacked]), logits, losses, targets, together)


def test_losses_of_one_class_are_one_operation():
    losses, _, _ = problem("everything")
    form = StackedLosses([losses])
    assert not any(isinstance(module, OneByOne) for module in form.modules())
    assert sum(type(module).__name__ == "StackedCrossEntropy" for module in form.modules()) == 1


class Cubic(Loss):
    outputs = 1  # type: ignore[assignment]

    def forward(self, logits, targets):
        return (logits[:, 0] - targets).abs() ** 3


def test_a_loss_without_a_stacked_form_is_called_member_by_member():
    task = Task(name="t", kind="regression")
    losses = [Cubic(None, task), Cubic(None, task)]
    together = torch.randn(2, BATCH, 1, dtype=torch.float64, requires_grad=True)
    targets = torch.randn(2, BATCH, dtype=torch.float64)
    found = stacked_losses([losses], [together], [targets])
    assert_same(found, list(together.detach()), losses, list(targets), together)


def test_a_derived_loss_does_not_inherit_the_stacked_form():
    base = RECORDS["mean_squared_error"].resolve()

    class Halved(base):
        def forward(self, logits, targets):
            return super().forward(logits, targets) / 2

    losses = [Halved(None, Task(name="t", kind="regression")) for _ in range(2)]
    logits, targets = torch.ones(2, BATCH, 1), torch.zeros(2, BATCH)
    assert stacked_losses([losses], [logits], [targets]).tolist() == [[0.5], [0.5]]


def test_an_absent_task_costs_nothing_whatever_its_rows_hold():
    losses, logits, targets = problem("regression")
    together, stacked = padded(logits, targets)
    present = torch.tensor([[True, False], [False, True]])
    found = stacked_losses([losses, losses], [together, together], [stacked, stacked], present)
    assert (found != 0).tolist() == present.tolist()
    found[0, 1].backward()
    assert not together.grad.any()


def test_constants_move_to_a_device_together():
    form = StackedLosses([problem("everything")[0]])
    tensors = [*form.parameters(), *form.buffers()]
    moved = form.to("meta")
    assert {tensor.device.type for tensor in [*moved.parameters(), *moved.buffers()]} == {"meta"}
    assert len(tensors) > 5
    assert isinstance(moved, nn.Module)
