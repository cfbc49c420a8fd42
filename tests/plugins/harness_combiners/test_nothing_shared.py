"""A network whose tasks share nothing, as in soft sharing, trains with every combiner."""

import pytest
import torch

from tests.plugins.harness_combiners.records import RECORDS, skip_without_solver
from tests.train.doubles import Choice
from tests.train.test_context import begin, built  # noqa: F401


@pytest.mark.parametrize("name", list(RECORDS))
def test_heads_are_trained(built, name):  # noqa: F811
    skip_without_solver(name)
    run = built(model=Choice(name="linear"))
    combiner = RECORDS[name].build(RECORDS[name].parameters(), run.context.tasks)
    before = [parameter.clone() for parameter in run.network.model.parameters()]
    for step in range(2):
        context = begin(run, step=step)
        assert context.gradients().shape == (2, 0)
        combiner.step(context)
    for old, new in zip(before, run.network.model.parameters(), strict=True):
        assert torch.isfinite(new).all()
        assert not torch.equal(old, new)
