"""Section ``tuning``: how hyperparameters are searched, the same for every cell."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.config.section import Section
from harness.config.space import DEFAULT_SPACE, Distribution


class Tuning(Section):
    """The budget and the space of the search. Singles and groups get the same."""

    trials: int = Field(
        default=8, ge=1, description="sets of hyperparameters that are tried for a cell (in a fold)"
    )
    batch: int = Field(
        default=4, ge=1, description="trials that are asked at once; part of what makes a resumed study equal"
    )
    sampler: Literal["tpe", "random", "grid"] = Field(
        default="tpe",
        description="how the next trials are chosen; grid: every combination of the choices once, in order",
    )
    pruner: Literal["none", "hyperband"] = Field(
        default="none",
        description="rule that ends poor trials early; hyperband: trials are compared after 1, 3, 9, … epochs, the"
        " same for singles and groups; final runs are never pruned",
    )
    scope: Literal["nested", "first_fold"] = Field(
        default="nested",
        description="nested: in each outer fold; first_fold: cheaper, but it sees other folds' test clips",
    )
    space: dict[str, Distribution] = Field(
        default_factory=lambda: dict(DEFAULT_SPACE),
        description="hyperparameter to distribution: a field of the optimizer or of a model, `batch_size`, or"
        " `combiner.<field>`",
    )
