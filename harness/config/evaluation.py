"""Section ``evaluation``: folds, seeds, metric and validation part."""

from __future__ import annotations

from pydantic import Field

from harness.config.section import Section


class Evaluation(Section):
    """How results are measured."""

    folds: int = Field(
        default=3,
        ge=1,
        description="outer folds; of a data set with official folds the first ones are tested",
    )
    seeds: int = Field(
        default=2, ge=1, description="seeds with which the best setting is trained in every fold"
    )
    metric: str = Field(
        default="auto", description="metric of gains and tuning; auto: each task's own primary metric"
    )
    validation: float = Field(
        default=0.2, gt=0, le=0.5, description="share of the training part that is used for validation"
    )
    refit: bool = Field(
        default=False,
        description="train final runs a second time, with the validation part, for the epochs that it has chosen",
    )
