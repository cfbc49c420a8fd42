"""Contract tests that plugin authors subclass: what every component of a kind must do, once and for all.

.. code-block:: python

    from harness.testing import CombinerContract
    from my_plugin import MY_RECORD

    class TestMyCombiner(CombinerContract):
        record = MY_RECORD
        parameters = {"temperature": 1.0}

pytest collects the inherited tests. Where a promise does not hold by design, a class attribute says so.
"""

from __future__ import annotations

import pytest

MODULES = [
    "augmentation",
    "check",
    "combiner",
    "component",
    "dataset",
    "executor",
    "feature",
    "loss",
    "metric",
    "model",
    "optimizer",
    "predictor",
    "scaler",
    "schedule",
    "stacked",
    "steps",
    "stopping",
    "study_tables",
    "term",
    "tracker",
    "worker",
]
pytest.register_assert_rewrite(*(f"harness.testing.{name}" for name in MODULES))

from harness.testing.augmentation import AugmentationContract  # noqa: E402
from harness.testing.check import CheckContract  # noqa: E402
from harness.testing.combiner import CombinerContract  # noqa: E402
from harness.testing.component import ComponentContract  # noqa: E402
from harness.testing.dataset import DatasetContract  # noqa: E402
from harness.testing.executor import ExecutorContract  # noqa: E402
from harness.testing.feature import FeatureContract  # noqa: E402
from harness.testing.loss import LossContract  # noqa: E402
from harness.testing.metric import MetricContract  # noqa: E402
from harness.testing.model import ModelContract  # noqa: E402
from harness.testing.optimizer import OptimizerContract  # noqa: E402
from harness.testing.predictor import PredictorContract  # noqa: E402
from harness.testing.scaler import ScalerContract  # noqa: E402
from harness.testing.schedule import ScheduleContract  # noqa: E402
from harness.testing.steps import (  # noqa: E402
    PlainStep,
    Problem,
    first_gradient,
    linear_problem,
    quadratic_problem,
)
from harness.testing.stopping import StoppingContract  # noqa: E402
from harness.testing.study_tables import study_tables  # noqa: E402
from harness.testing.term import TermContract  # noqa: E402
from harness.testing.tracker import TrackerContract  # noqa: E402

__all__ = [
    "AugmentationContract",
    "CheckContract",
    "CombinerContract",
    "ComponentContract",
    "DatasetContract",
    "ExecutorContract",
    "FeatureContract",
    "LossContract",
    "MetricContract",
    "ModelContract",
    "OptimizerContract",
    "PlainStep",
    "PredictorContract",
    "Problem",
    "ScalerContract",
    "ScheduleContract",
    "StoppingContract",
    "TermContract",
    "TrackerContract",
    "first_gradient",
    "linear_problem",
    "quadratic_problem",
    "study_tables",
]
