"""The records of combiners that make one gradient of the tasks' gradients."""

from __future__ import annotations

from harness.api import CombinerRecord
from harness_combiners.parameters import (
    AlignedMTLParameters,
    CAGradParameters,
    GradDropParameters,
    GradVacParameters,
    MGDAParameters,
)

AGGREGATORS = (
    CombinerRecord(
        name="pcgrad",
        factory="harness_combiners.pcgrad:PCGrad",
        stacked="harness_combiners.stacked.surgery:StackedPCGrad",
        summary="the sum of the gradients, each without what conflicts with another task",
        source="Yu et al. 2020, arXiv:2001.06782, algorithm 1",
    ),
    CombinerRecord(
        name="gradvac",
        factory="harness_combiners.gradvac:GradVac",
        stacked="harness_combiners.stacked.surgery:StackedGradVac",
        parameters=GradVacParameters,
        summary="the sum of the gradients, turned to agree as much as they used to",
        source="Wang et al. 2021, arXiv:2010.05874",
    ),
    CombinerRecord(
        name="graddrop",
        factory="harness_combiners.graddrop:GradDrop",
        parameters=GradDropParameters,
        summary="in each coordinate, the gradients of one sign, drawn at random",
        source="Chen et al. 2020, arXiv:2010.06808, algorithm 1",
    ),
    CombinerRecord(
        name="mgda",
        factory="harness_combiners.mgda:MGDA",
        stacked="harness_combiners.stacked.mgda:StackedMGDA",
        parameters=MGDAParameters,
        summary="the shortest vector in the convex hull of the gradients",
        source="Désidéri 2012, doi:10.1016/j.crma.2012.03.014; Sener and Koltun 2018, arXiv:1810.04650, algorithm 2",
    ),
    CombinerRecord(
        name="cagrad",
        factory="harness_combiners.cagrad:CAGrad",
        stacked="harness_combiners.stacked.cagrad:StackedCAGrad",
        parameters=CAGradParameters,
        summary="near the mean gradient, the update that helps the worst-off task most",
        source="Liu et al. 2021, arXiv:2110.14048, algorithm 1",
    ),
    CombinerRecord(
        name="imtl_g",
        factory="harness_combiners.imtl_g:IMTLG",
        stacked="harness_combiners.stacked.spectral:StackedIMTLG",
        summary="the combination with equal projections onto all gradients",
        source="Liu et al. 2021, Towards Impartial Multi-task Learning, ICLR, openreview IMPnRXEWpvr",
    ),
    CombinerRecord(
        name="aligned_mtl",
        factory="harness_combiners.aligned_mtl:AlignedMTL",
        stacked="harness_combiners.stacked.spectral:StackedAlignedMTL",
        parameters=AlignedMTLParameters,
        summary="the mean of the gradients with their principal components made equally long",
        source="Senushkin et al. 2023, arXiv:2305.19000, algorithm 1",
    ),
)
