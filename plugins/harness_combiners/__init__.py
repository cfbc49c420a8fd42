"""First-party combiners, through TorchJD (Quinton and Rey 2024, arXiv:2406.16232)."""

from __future__ import annotations

from harness.api import CombinerRecord, hookimpl
from harness_combiners.aggregators import AGGREGATORS
from harness_combiners.scalarizers import SCALARIZERS


@hookimpl
def harness_combiners() -> list[CombinerRecord]:
    """Scalarizers, which weigh the losses, and aggregators, which work on the tasks' gradients."""
    return [*SCALARIZERS, *AGGREGATORS]
