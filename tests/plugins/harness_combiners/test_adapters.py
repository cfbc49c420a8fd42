"""A later combiner is a few lines: the adapters carry TorchJD's other methods through the same contract."""

from torchjd import aggregation, scalarization

from harness.api import CombinerRecord
from harness.testing import CombinerContract
from harness_combiners.adapters import TorchJDAggregator, TorchJDScalarizer


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
