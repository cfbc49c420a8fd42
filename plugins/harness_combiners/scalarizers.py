"""The records of combiners that make one loss of the tasks' losses."""

from __future__ import annotations

from harness.api import CombinerRecord
from harness_combiners.parameters import DWAParameters, STCHParameters, WeightedParameters

SCALARIZERS = (
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
        name="rlw",
        factory="harness_combiners.rlw:RLW",
        stacked="harness_combiners.stacked.losses:StackedRLW",
        summary="weights drawn at random at every step",
        source="Lin et al. 2022, arXiv:2111.10603, algorithm 2",
    ),
    CombinerRecord(
        name="gls",
        factory="harness_combiners.gls:GLS",
        stacked="harness_combiners.stacked.losses:StackedGLS",
        summary="the geometric mean of the losses",
        source="Chennupati et al. 2019, arXiv:1904.08492",
    ),
    CombinerRecord(
        name="imtl_l",
        factory="harness_combiners.imtl_l:IMTLL",
        stacked="harness_combiners.stacked.losses:StackedIMTLL",
        summary="weights learned so that all scaled losses become equal",
        source="Liu et al. 2021, Towards Impartial Multi-task Learning, ICLR, openreview IMPnRXEWpvr",
    ),
    CombinerRecord(
        name="stch",
        factory="harness_combiners.stch:STCH",
        stacked="harness_combiners.stacked.losses:StackedSTCH",
        parameters=STCHParameters,
        summary="a smooth maximum of the losses",
        source="Lin et al. 2024, arXiv:2402.19078",
    ),
)
