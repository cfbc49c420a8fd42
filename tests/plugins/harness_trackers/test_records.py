import subprocess
import sys

from harness.testing import TrackerContract
from harness_trackers import harness_trackers
from harness_trackers.parameters import MLflowParameters, TensorBoardParameters, WandBParameters

RECORDS = {record.name: record for record in harness_trackers()}


class TestTensorBoard(TrackerContract):
    record = RECORDS["tensorboard"]
    parameters = {"per_class": False}  # noqa: RUF012


class TestMLflow(TrackerContract):
    record = RECORDS["mlflow"]
    parameters = {"experiment": "mine"}  # noqa: RUF012


class TestWandB(TrackerContract):
    record = RECORDS["wandb"]
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
