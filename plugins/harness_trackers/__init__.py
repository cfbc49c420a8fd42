"""Trackers: TensorBoard, MLflow, Weights & Biases. Each writes into the study's directory and asks no network."""

from __future__ import annotations

from harness.api import TrackerRecord, hookimpl
from harness_trackers import parameters as p


@hookimpl
def harness_trackers() -> list[TrackerRecord]:
    """The three trackers; their libraries are optional extras of the same names."""
    return [
        TrackerRecord(
            name="tensorboard",
            factory="harness_trackers.tensorboard:TensorBoard",
            parameters=p.TensorBoardParameters,
            summary="event files for TensorBoard: curves, scores and hyperparameters of every run, gains as text",
            source="TensorBoard, https://www.tensorflow.org/tensorboard",
            contract={"needs": ("tensorboard",)},
        ),
        TrackerRecord(
            name="mlflow",
            factory="harness_trackers.mlflow:MLflow",
            parameters=p.MLflowParameters,
            summary="an MLflow file store: runs nested in their cells, the report and the gains as artifacts",
            source="MLflow Tracking, https://mlflow.org/docs/latest/ml/tracking",
            contract={"needs": ("mlflow",)},
        ),
        TrackerRecord(
            name="wandb",
            factory="harness_trackers.wandb:WandB",
            parameters=p.WandBParameters,
            summary="offline runs of Weights & Biases, grouped by cell; `wandb sync` uploads them, if you wish",
            source="Weights & Biases, https://docs.wandb.ai",
            contract={"needs": ("wandb",)},
        ),
    ]
