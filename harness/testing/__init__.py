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

pytest.register_assert_rewrite(
    *(f"harness.testing.{name}" for name in ("augmentation", "combiner", "component", "dataset", "feature")),
    *(
        f"harness.testing.{name}"
        for name in ("loss", "metric", "model", "schedule", "stacked", "steps", "term", "tracker")
    ),
)

from harness.testing.augmentation import AugmentationContract  # noqa: E402
from harness.testing.combiner import CombinerContract  # noqa: E402
from harness.testing.component import ComponentContract  # noqa: E402
from harness.testing.dataset import DatasetContract  # noqa: E402
from harness.testing.feature import FeatureContract  # noqa: E402
from harness.testing.loss import LossContract  # noqa: E402
from harness.testing.metric import MetricContract  # noqa: E402
from harness.testing.model import ModelContract  # noqa: E402
from harness.testing.schedule import ScheduleContract  # noqa: E402
from harness.testing.steps import (  # noqa: E402
    PlainStep,
    Problem,
    first_gradient,
    linear_problem,
    quadratic_problem,
)
from harness.testing.term import TermContract  # noqa: E402
from harness.testing.tracker import TrackerContract  # noqa: E402

__all__ = [
    "AugmentationContract",
    "CombinerContract",
    "ComponentContract",
    "DatasetContract",
    "FeatureContract",
    "LossContract",
    "MetricContract",
    "ModelContract",
    "PlainStep",
    "Problem",
    "ScheduleContract",
    "TermContract",
    "TrackerContract",
    "first_gradient",
    "linear_problem",
    "quadratic_problem",
]
