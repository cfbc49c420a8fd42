"""The records of combiners that make one loss of the tasks' losses."""

from __future__ import annotations

from harness.api import CombinerRecord
from harness_combiners.parameters import DWAParameters, STCHParameters, WeightedParameters
from harness_combiners.parameters_losses import (
    COSMOSParameters,
    FAMOParameters,
    GradNormParameters,
    PBIParameters,
)

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
    CombinerRecord(
        name="famo",
        factory="harness_combiners.famo:FAMO",
        parameters=FAMOParameters,
        summary="weights learned so that all losses fall at the same relative rate",
        source="Liu, Feng, Stone and Liu 2023, arXiv:2306.03792, algorithm 2",
    ),
    CombinerRecord(
        name="cosmos",
        factory="harness_combiners.cosmos:COSMOS",
        parameters=COSMOSParameters,
        summary="preferences and a reward for losses in their ratio; the network is not told the preferences",
        source="Ruchte and Grabocka 2021, arXiv:2103.13392",
    ),
    CombinerRecord(
        name="pbi",
        factory="harness_combiners.pbi:PBI",
        parameters=PBIParameters,
        summary="the losses along the direction of the preferences, and a penalty off it",
        source="Zhang and Li 2007, MOEA/D, doi:10.1109/TEVC.2007.892759",
    ),
    CombinerRecord(
        name="gradnorm",
        factory="harness_combiners.gradnorm:GradNorm",
        parameters=GradNormParameters,
        summary="weights learned so that the weighted gradients become equally long",
        source="Chen et al. 2018, arXiv:1711.02257, algorithm 1",
    ),
)
