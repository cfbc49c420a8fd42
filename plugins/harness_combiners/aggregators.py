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
from harness_combiners.parameters_gradients import (
    DBMTLParameters,
    ExcessMTLParameters,
    FairGradParameters,
    MoDoParameters,
    NashMTLParameters,
    ProjectionParameters,
    SDMGradParameters,
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
    CombinerRecord(
        name="db_mtl",
        factory="harness_combiners.db_mtl:DBMTL",
        parameters=DBMTLParameters,
        summary="gradients of the losses' logarithms, averaged over steps and made equally long",
        source="Lin et al. 2023, arXiv:2308.12029",
    ),
    CombinerRecord(
        name="nash_mtl",
        factory="harness_combiners.nash_mtl:NashMTL",
        parameters=NashMTLParameters,
        summary="the agreement of a bargain between the tasks",
        source="Navon et al. 2022, arXiv:2202.01017, algorithm 1",
    ),
    CombinerRecord(
        name="upgrad",
        factory="harness_combiners.upgrad:UPGrad",
        parameters=ProjectionParameters,
        summary="the mean of the gradients, each projected to where it conflicts with none; needs the extra gpl",
        source="Quinton and Rey 2024, arXiv:2406.16232",
    ),
    CombinerRecord(
        name="dualproj",
        factory="harness_combiners.dualproj:DualProj",
        parameters=ProjectionParameters,
        summary="the mean gradient, projected to where it conflicts with none; needs the extra gpl",
        source="Lopez-Paz and Ranzato 2017, arXiv:1706.08840, eq. 11",
    ),
    CombinerRecord(
        name="fairgrad",
        factory="harness_combiners.fairgrad:FairGrad",
        parameters=FairGradParameters,
        summary="the update that shares the losses' decrease fairly",
        source="Ban and Ji 2024, arXiv:2402.15638, eq. 4",
    ),
    CombinerRecord(
        name="config",
        factory="harness_combiners.config:ConFIG",
        summary="the update with the same cosine to all gradients",
        source="Liu, Chu and Thuerey 2024, arXiv:2408.11104, eq. 2",
    ),
    CombinerRecord(
        name="excess_mtl",
        factory="harness_combiners.excess_mtl:ExcessMTL",
        parameters=ExcessMTLParameters,
        summary="weights by how far each task is from its own optimum",
        source="He et al. 2024, Robust Multi-Task Learning with Excess Risks, ICML, PMLR 235, eq. 6, 7 and 9",
    ),
    CombinerRecord(
        name="sdmgrad",
        factory="harness_combiners.sdmgrad:SDMGrad",
        parameters=SDMGradParameters,
        summary="between mgda and the mean, from gradients of independent halves of a batch",
        source="Xiao, Ban and Ji 2023, arXiv:2305.18409, algorithm 1",
    ),
    CombinerRecord(
        name="modo",
        factory="harness_combiners.modo:MoDo",
        parameters=MoDoParameters,
        summary="mgda by small steps of its weights, from gradients of independent halves of a batch",
        source="Chen et al. 2024, Three-Way Trade-Off in Multi-Objective Learning, JMLR 25, eq. 2.9",
    ),
)
