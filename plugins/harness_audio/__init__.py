"""General audio: features, small networks, augmentations, and readers of folders and published corpora."""

from __future__ import annotations

from harness.api import AugmentationRecord, DatasetRecord, FeatureRecord, ModelRecord, hookimpl
from harness_audio.augmentations.parameters import (
    MixupParameters,
    RandomCropParameters,
    SpecMaskParameters,
    TimeWarpParameters,
)
from harness_audio.datasets.records import RECORDS
from harness_audio.features.parameters import (
    LogbankParameters,
    LogbankSummaryParameters,
    LogMelParameters,
    MfccParameters,
)
from harness_audio.models.parameters import Cnn5Parameters, CnnParameters, DnnParameters

_DAVIS = "Davis & Mermelstein 1980, doi:10.1109/TASSP.1980.1163420"


@hookimpl
def harness_datasets() -> list[DatasetRecord]:
    """Readers of data sets on disk."""
    return list(RECORDS)


@hookimpl
def harness_features() -> list[FeatureRecord]:
    """Features of a waveform."""
    return [
        FeatureRecord(
            name="log_mel",
            factory="harness_audio.features.log_mel:LogMel",
            parameters=LogMelParameters,
            summary="log-mel spectrogram, as librosa's: [1, n_mels, frames]",
            source=_DAVIS,
        ),
        FeatureRecord(
            name="mfcc",
            factory="harness_audio.features.mfcc:Mfcc",
            parameters=MfccParameters,
            summary="mel-frequency cepstral coefficients, as librosa's: [1, n_mfcc, frames]",
            source=_DAVIS,
        ),
        FeatureRecord(
            name="logbank",
            factory="harness_audio.features.logbank:Logbank",
            parameters=LogbankParameters,
            summary="log filterbank with pre-emphasis: [1, n_filters, frames]",
            source="Young et al., The HTK Book, section 5.4 (filterbank)",
        ),
        FeatureRecord(
            name="logbank_summary",
            factory="harness_audio.features.logbank_summary:LogbankSummary",
            parameters=LogbankSummaryParameters,
            summary="log filterbank: min, max, std, mean, median, p25 and p75 over time: [1, n_filters, 7]",
            source="Young et al., The HTK Book, section 5.4 (filterbank)",
        ),
    ]


@hookimpl
def harness_models() -> list[ModelRecord]:
    """Networks with a shared trunk and one linear head a task."""
    return [
        ModelRecord(
            name="dnn",
            factory="harness_audio.models.dnn:Dnn",
            parameters=DnnParameters,
            summary="shared hidden layers on the flattened feature",
            source="Caruana 1997, doi:10.1023/A:1007379606734",
        ),
        ModelRecord(
            name="cnn5",
            factory="harness_audio.models.cnn:Cnn",
            parameters=Cnn5Parameters,
            summary="4 × 64 channels of 5×5, batch normalisation, ReLU, 2×2 pooling; global maximum pooling",
            source="Callebaut 2021, framework and thesis plan",
        ),
        ModelRecord(
            name="cnn",
            factory="harness_audio.models.cnn:Cnn",
            parameters=CnnParameters,
            summary="blocks of 3×3 convolution, normalisation, ReLU, 2×2 pooling and dropout; global pooling",
            source="after Kong et al. 2020, arXiv:1912.10211",
        ),
    ]


@hookimpl
def harness_augmentations() -> list[AugmentationRecord]:
    """Augmentations of feature batches."""
    return [
        AugmentationRecord(
            name="spec_mask",
            factory="harness_audio.augmentations.spec_mask:SpecMask",
            parameters=SpecMaskParameters,
            summary="frequency and time masks on training batches",
            source="Park et al. 2019, arXiv:1904.08779",
        ),
        AugmentationRecord(
            name="time_warp",
            factory="harness_audio.augmentations.time_warp:TimeWarp",
            parameters=TimeWarpParameters,
            summary="a frame of each training spectrogram moved, and time stretched around it",
            source="Park et al. 2019, arXiv:1904.08779, section 2",
        ),
        AugmentationRecord(
            name="random_crop",
            factory="harness_audio.augmentations.random_crop:RandomCrop",
            parameters=RandomCropParameters,
            summary="spectrograms cut at random places in both axes, at the size they had",
            source="Ngo et al. 2023, section on data augmentation",
        ),
        AugmentationRecord(
            name="mixup",
            factory="harness_audio.augmentations.mixup:Mixup",
            parameters=MixupParameters,
            mixes=True,
            summary="every sample mixed with another of its batch, features and labels alike",
            source="Zhang et al. 2018, arXiv:1710.09412, eq. 1",
        ),
    ]
