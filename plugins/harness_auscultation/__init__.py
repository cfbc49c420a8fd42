"""Auscultation of seals (Rosiu 2021): a reader, PCEN with a mask of the padding, and a network that heeds it."""

from __future__ import annotations

from harness.api import DatasetRecord, FeatureRecord, ModelRecord, hookimpl
from harness_auscultation.datasets.parameters import SealAuscultationParameters
from harness_auscultation.features.parameters import PaddingMaskParameters, PcenParameters
from harness_auscultation.models.parameters import SealCnnParameters

_ROSIU = "Rosiu 2021, auscultation of seals"


@hookimpl
def harness_datasets() -> list[DatasetRecord]:
    """The reader of stethoscope recordings."""
    return [
        DatasetRecord(
            name="seal_auscultation",
            factory="harness_auscultation.datasets.seal_auscultation:SealAuscultation",
            parameters=SealAuscultationParameters,
            summary="stethoscope recordings at 4 kHz with a CSV: wheeze, rhonchus, survival, side; groups are animals",
            source=_ROSIU,
            tasks=("wheeze", "rhonchus", "survival", "side"),
            licence="not published; ask the authors",
        )
    ]


@hookimpl
def harness_features() -> list[FeatureRecord]:
    """Features that can tell audio from padding."""
    return [
        FeatureRecord(
            name="pcen",
            factory="harness_auscultation.features.pcen:Pcen",
            parameters=PcenParameters,
            summary="mel spectrogram with per-channel energy normalisation, as librosa's: [1 or 2, n_mels, frames]",
            source="Wang et al. 2017, arXiv:1607.05666, eq. 1",
        ),
        FeatureRecord(
            name="padding_mask",
            factory="harness_auscultation.features.padding_mask:PaddingMask",
            parameters=PaddingMaskParameters,
            summary="1 where there is audio, 0 in zero padding; beside any feature in a `stack`: [1, bins, frames]",
            source=_ROSIU + " (whose network was found to look at the padding)",
            contract={"known_failures": {"test_different_clips_differ": "clips of one length have one mask"}},
        ),
    ]


@hookimpl
def harness_models() -> list[ModelRecord]:
    """The source's own network."""
    return [
        ModelRecord(
            name="seal_cnn",
            factory="harness_auscultation.models.seal_cnn:SealCnn",
            parameters=SealCnnParameters,
            summary="shared convolution blocks with dropout, global average pooling without the padding, a head a task",
            source=_ROSIU + ", section on the convolutional network",
        )
    ]
