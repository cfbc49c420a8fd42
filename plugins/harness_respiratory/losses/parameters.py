"""Parameters of the terms."""

from __future__ import annotations

from pydantic import Field

from harness.api import Parameters


class BranchLossesParameters(Parameters):
    """Parameters of ``branch_losses``."""

    weight: float = Field(1 / 3, ge=0, description="α, what each branch's loss weighs")


class ContrastiveParameters(Parameters):
    """Parameters of ``contrastive``."""

    weight: float = Field(1.0, ge=0, description="γ, what each branch's contrastive loss weighs")
    margin: float = Field(1.0, gt=0, description="distance beyond which unlike samples cost nothing")
