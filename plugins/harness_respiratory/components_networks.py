"""The records of the network, the loss and the terms."""

from __future__ import annotations

from harness.api import LossRecord, ModelRecord, TermRecord
from harness_respiratory.losses.parameters import BranchLossesParameters, ContrastiveParameters
from harness_respiratory.models.parameters import InceptionResidualParameters

_NGO = "Ngo et al. 2023, arXiv:2303.04104"

MODELS = [
    ModelRecord(
        name="inception_residual",
        factory="harness_respiratory.models.inception_residual:InceptionResidual",
        parameters=InceptionResidualParameters,
        summary="inception-residual backbone with attention for each spectrogram, combined; heads a task",
        source=_NGO,
    )
]

LOSSES: list[LossRecord] = [
    LossRecord(
        name="kl",
        factory="harness_respiratory.losses.kl:Kl",
        task_kinds=("binary", "multiclass"),
        summary="KL divergence of a softmax from the label, 0 for a mixed label met exactly",
        source=f"{_NGO}, section on the loss",
    ),
    TermRecord(
        name="branch_losses",
        factory="harness_respiratory.losses.branch_losses:BranchLosses",
        parameters=BranchLossesParameters,
        summary="the task's loss of each branch's own classifier, weighted by α",
        source=f"{_NGO}, section on the loss",
        contract={"branches": ("branch_1", "branch_2")},
    ),
    TermRecord(
        name="contrastive",
        factory="harness_respiratory.losses.contrastive:Contrastive",
        parameters=ContrastiveParameters,
        task_kinds=("binary", "multiclass"),
        summary="pairs of one class near each other, others a margin apart, in each branch's embedding",
        source="Hadsell et al. 2006, doi:10.1109/CVPR.2006.100, eq. 4",
    ),
]
