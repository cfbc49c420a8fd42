"""A later combiner is a few lines: the adapters carry TorchJD's other methods through the same contract."""

import pytest
import torch
import torchjd
from torch import nn
from torchjd import aggregation, scalarization

from harness.api import CombinerRecord, NonFiniteLossError
from harness.testing import CombinerContract, PlainStep, linear_problem
from harness_combiners.adapters import TorchJDAggregator, TorchJDScalarizer
from harness_combiners.aggregators import AGGREGATORS
from tests.plugins.harness_combiners.records import RECORDS, can_be_built, skip_without_solver


class TestMeanScalarizer(CombinerContract):
    record = CombinerRecord(
        name="mean_loss",
        factory=lambda parameters, tasks: TorchJDScalarizer(scalarization.Mean()),
        summary="mean of the losses",
    )
    sum_at_start = None


class TestGeometricMean(CombinerContract):
    record = CombinerRecord(
        name="gls",
        factory=lambda parameters, tasks: TorchJDScalarizer(scalarization.GeometricMean()),
        summary="geometric mean of the losses",
    )
    sum_at_start = None


class TestMeanAggregator(CombinerContract):
    record = CombinerRecord(
        name="mean_of_gradients",
        factory=lambda parameters, tasks: TorchJDAggregator(aggregation.Mean()),
        summary="mean of the gradients",
    )
    sum_at_start = None


class TestSumAggregator(CombinerContract):
    record = CombinerRecord(
        name="sum_of_gradients",
        factory=lambda parameters, tasks: TorchJDAggregator(aggregation.Sum()),
        summary="sum of the gradients",
    )


class Unfinite(PlainStep):
    """A step whose second task has a gradient that is not finite."""

    def gradients(self):
        found = super().gradients()
        found[1, 0] = self.value
        return found


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("name", [r.name for r in AGGREGATORS])
def test_gradients_that_are_not_finite_are_refused(name, value):
    skip_without_solver(name)
    problem = linear_problem([[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0])
    combiner = RECORDS[name].build(RECORDS[name].parameters(), problem.tasks)
    theta = nn.Parameter(problem.start.clone())
    context = Unfinite(problem, theta, torch.optim.SGD([theta]), step=6)
    context.value = value
    with pytest.raises(NonFiniteLossError, match="loss of data/task_1 is not finite at step 7"):
        combiner.step(context)


def test_first_party_aggregators_are_all_here():
    assert len(AGGREGATORS) == 16


def test_aggregators_with_a_fixed_state_have_none_that_they_could_lose():
    """TorchJD's modules whose state is outside ``state_dict()`` are not used as they are."""
    built = [r.build(r.parameters(), ("a", "b")) for r in RECORDS.values() if can_be_built(r.name)]
    used = {type(module) for combiner in built for module in combiner.modules()}
    stateful = {kind for kind in used if issubclass(kind, torchjd.Stateful)}
    assert stateful == {scalarization.UW, scalarization.IMTLL}
