"""Multi-task architectures beyond hard sharing: what tasks share is learned, softened, gated or attended to.

Hard sharing itself is ``cnn`` and ``dnn`` of ``harness_audio``; every architecture here is put together from the same
blocks (``base: cnn`` or ``base: dnn``).
"""

from __future__ import annotations

from harness.api import ModelRecord, hookimpl
from harness_architectures import parameters as own


@hookimpl
def harness_models() -> list[ModelRecord]:
    """Whole architectures: ``forward(x) -> {task: logits}``."""
    return [*_columns(), *_mixtures(), _attention()]


def _columns() -> list[ModelRecord]:
    return [
        ModelRecord(
            name="soft_sharing",
            factory="harness_architectures.soft_sharing:SoftSharing",
            parameters=own.SoftSharingParameters,
            summary="a network for each task, held together by the squared distance of their parameters",
            source="Duong et al. 2015, doi:10.3115/v1/P15-2139",
        ),
        ModelRecord(
            name="cross_stitch",
            factory="harness_architectures.cross_stitch:CrossStitch",
            parameters=own.CrossStitchParameters,
            summary="a network for each task; after every block each takes a learned mixture of all",
            source="Misra et al. 2016, arXiv:1604.03539, section on cross-stitch units",
        ),
        ModelRecord(
            name="sluice",
            factory="harness_architectures.sluice:Sluice",
            parameters=own.SluiceParameters,
            summary="cross-stitch between two subspaces of each task's blocks, and a mixture over blocks",
            source="Ruder et al. 2019, arXiv:1705.08142",
        ),
    ]


def _mixtures() -> list[ModelRecord]:
    return [
        ModelRecord(
            name="mmoe",
            factory="harness_architectures.mmoe:Mmoe",
            parameters=own.MmoeParameters,
            summary="shared expert networks, mixed by a softmax gate of each task",
            source="Ma et al. 2018, doi:10.1145/3219819.3220007",
        ),
        ModelRecord(
            name="cgc",
            factory="harness_architectures.ple:Cgc",
            parameters=own.CgcParameters,
            summary="shared experts and experts of each task, mixed by a softmax gate of each task",
            source="Tang et al. 2020, doi:10.1145/3383313.3412236, section on customized gate control",
        ),
        ModelRecord(
            name="ple",
            factory="harness_architectures.ple:Ple",
            parameters=own.PleParameters,
            summary="customized gate control at several levels of blocks, with a gate of the shared experts",
            source="Tang et al. 2020, doi:10.1145/3383313.3412236, section on progressive layered extraction",
        ),
        ModelRecord(
            name="dselect_k",
            factory="harness_architectures.dselect_k:DselectK",
            parameters=own.DselectKParameters,
            summary="shared expert networks, of which each task selects at most k by smooth-step gates",
            source="Hazimeh et al. 2021, arXiv:2106.03760",
        ),
    ]


def _attention() -> ModelRecord:
    return ModelRecord(
        name="mtan",
        factory="harness_architectures.mtan:Mtan",
        parameters=own.MtanParameters,
        summary="one shared network; each task attends to the outputs of its blocks",
        source="Liu et al. 2019, arXiv:1803.10704",
    )
