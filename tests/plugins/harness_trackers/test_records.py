import subprocess
import sys

import pytest

from harness.testing import ComponentContract
from harness_trackers import harness_trackers
from harness_trackers.parameters import MLflowParameters, TensorBoardParameters, WandBParameters

RECORDS = {record.name: record for record in harness_trackers()}


class Tracked(ComponentContract):
    """The library of a tracker is optional."""

    library = ""

    def test_record_is_complete(self) -> None:
        pytest.importorskip(self.library)
        super().test_record_is_complete()


class TestTensorBoard(Tracked):
    record, library = RECORDS["tensorboard"], "tensorboard"
    parameters = {"per_class": False}  # noqa: RUF012


class TestMLflow(Tracked):
    record, library = RECORDS["mlflow"], "mlflow"
    parameters = {"experiment": "mine"}  # noqa: RUF012


class TestWandB(Tracked):
    record, library = RECORDS["wandb"], "wandb"
    parameters = {"project": "mine"}  # noqa: RUF012


def test_every_tracker_has_a_contract() -> None:
    kinds = {TensorBoardParameters, MLflowParameters, WandBParameters}
    assert {record.parameters for record in RECORDS.values()} == kinds
    assert set(RECORDS) == {"tensorboard", "mlflow", "wandb"}


def test_listing_them_loads_none_of_their_libraries() -> None:
    code = "import sys, harness_trackers; harness_trackers.harness_trackers(); "
    code += "print([name for name in ('torch', 'tensorboard', 'mlflow', 'wandb') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
