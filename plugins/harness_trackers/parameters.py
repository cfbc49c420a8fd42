"""What a study file may set of the trackers."""

from __future__ import annotations

from pydantic import Field

from harness.api import Parameters


class TensorBoardParameters(Parameters):
    """Parameters of the TensorBoard tracker."""

    per_class: bool = Field(True, description="write the scores of single classes, too")


class MLflowParameters(Parameters):
    """Parameters of the MLflow tracker."""

    experiment: str | None = Field(
        None, description="name of the MLflow experiment (default: the study's name)"
    )
    per_class: bool = Field(True, description="write the scores of single classes, too")


class WandBParameters(Parameters):
    """Parameters of the Weights & Biases tracker."""

    project: str | None = Field(None, description="name of the project (default: the study's name)")
    per_class: bool = Field(True, description="write the scores of single classes, too")
