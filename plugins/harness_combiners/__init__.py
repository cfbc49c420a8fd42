"""First-party combiners, through TorchJD (Quinton and Rey 2024, arXiv:2406.16232)."""

from __future__ import annotations

from harness.api import CombinerRecord, hookimpl
from harness_combiners.parameters import DWAParameters, WeightedParameters


@hookimpl
def harness_combiners() -> list[CombinerRecord]:
    """A plain sum, fixed weights, a learned and a dynamic weighting, and gradient surgery."""
    return [
        CombinerRecord(
            name="sum",
            factory="harness_combiners.sum:Sum",
            stacked="harness_combiners.stacked.weights:StackedSum",
            summary="the sum of the losses",
            source="Caruana 1997, Multitask Learning, doi:10.1023/A:1007379606734",
        ),
        CombinerRecord(
            name="weighted",
            factory="harness_combiners.weighted:Weighted",
            stacked="harness_combiners.stacked.weights:StackedWeighted",
            parameters=WeightedParameters,
            summary="the sum of the losses with fixed weights",
            source="Xin et al. 2022, arXiv:2209.11379",
        ),
        CombinerRecord(
            name="uncertainty",
            factory="harness_combiners.uncertainty:Uncertainty",
            stacked="harness_combiners.stacked.weights:StackedUncertainty",
            summary="weights by a learned variance of each task",
            source="Kendall, Gal and Cipolla 2018, arXiv:1705.07115, section 3.2",
        ),
        CombinerRecord(
            name="dwa",
            factory="harness_combiners.dwa:DWA",
            stacked="harness_combiners.stacked.weights:StackedDWA",
            parameters=DWAParameters,
            summary="weights by how fast each task's loss fell in the last two epochs",
            source="Liu, Johns and Davison 2019, arXiv:1803.10704, eq. 7",
        ),
        CombinerRecord(
            name="pcgrad",
            factory="harness_combiners.pcgrad:PCGrad",
            stacked="harness_combiners.stacked.surgery:StackedPCGrad",
            summary="the sum of the gradients, each without what conflicts with another task",
            source="Yu et al. 2020, arXiv:2001.06782, algorithm 1",
        ),
    ]
