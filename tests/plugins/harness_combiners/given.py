"""Steps with given gradients and losses, for tests of one method's numbers."""

import torch

from tests.plugins.harness_combiners.records import RECORDS


class Given:
    """A step context whose ``gradients [tasks, parameters]``, losses and halves are what a test says."""

    def __init__(self, gradients, *, losses=None, halves=None, present=None, step=0):
        n = len(gradients)
        self.tasks = tuple(f"d/{task}" for task in range(n))
        self.present = torch.ones(n, dtype=torch.bool) if present is None else torch.tensor(present)
        self.step, self.ends_epoch, self.shapes = step, False, (gradients.shape[1:],)
        self._gradients, self._losses = gradients, torch.ones(n) if losses is None else losses
        self._halves = torch.stack([gradients] * 2) if halves is None else halves

    def losses(self):
        return self._losses

    def gradients(self):
        return self._gradients

    def halves(self):
        return self._halves


def built(name, tasks=3, **settings):
    """Return a combiner for tasks ``d/0``, ``d/1``, … in float64."""
    torch.manual_seed(0)
    record = RECORDS[name]
    return record.build(record.parameters(**settings), tuple(f"d/{task}" for task in range(tasks))).double()


def update(name, gradients, **settings):
    """Return the update ``[parameters]`` of an aggregator's first step."""
    return built(name, len(gradients), **settings).aggregate(gradients, Given(gradients))
