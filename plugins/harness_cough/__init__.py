"""COVID-19 coughs: a reader of COUGHVID, a spectrogram, a side vector, ResNet and the Audio Spectrogram Transformer."""

from __future__ import annotations

from harness.api import DatasetRecord, FeatureRecord, Fetch, ModelRecord, hookimpl
from harness_cough.datasets.parameters import CoughvidParameters
from harness_cough.features.parameters import SideVectorParameters, SpectrogramParameters
from harness_cough.models.parameters import AstParameters, ResNetParameters

_COUGHVID = "Orlandic et al. 2021, doi:10.1038/s41597-021-00937-4"


@hookimpl
def harness_datasets() -> list[DatasetRecord]:
    """The reader of COUGHVID."""
    return [
        DatasetRecord(
            name="coughvid",
            factory="harness_cough.datasets.coughvid:Coughvid",
            parameters=CoughvidParameters,
            summary="crowdsourced coughs: healthy, symptomatic or COVID-19; covariates age, gender, snr_db",
            source=_COUGHVID,
            tasks=("status",),
            licence="CC BY 4.0",
            fetch=Fetch(
                homepage="https://zenodo.org/record/4498364",
                steps="Download public_dataset.zip of the version that you want from the page, compare its MD5 with the"
                " one that the page shows, unpack it, and convert its .webm files (see the README of harness_cough).",
            ),
        )
    ]


@hookimpl
def harness_features() -> list[FeatureRecord]:
    """A spectrogram, and numbers beside it."""
    return [
        FeatureRecord(
            name="spectrogram",
            factory="harness_cough.features.spectrogram:Spectrogram",
            parameters=SpectrogramParameters,
            summary="spectrogram in decibels, linear in frequency, silence removed on request: [1, bins, frames]",
            source="Allen & Rabiner 1977, doi:10.1109/PROC.1977.10770 (short-time Fourier analysis)",
        ),
        FeatureRecord(
            name="side_vector",
            factory="harness_cough.features.side_vector:SideVector",
            parameters=SideVectorParameters,
            summary="zero-crossing rate, RMS, spectral centroid, and covariates with a known flag each: [1, values, 1]",
            source="the three measures as librosa defines them (McFee et al. 2015)",
        ),
    ]


@hookimpl
def harness_models() -> list[ModelRecord]:
    """Networks through the optional library transformers."""
    return [
        ModelRecord(
            name="resnet",
            factory="harness_cough.models.resnet:ResNet",
            parameters=ResNetParameters,
            summary="ResNet-18, 34 or 50 without its top; random or local weights; mask of padding, side vector",
            source="He et al. 2016, arXiv:1512.03385, table 1",
        ),
        ModelRecord(
            name="ast",
            factory="harness_cough.models.ast:Ast",
            parameters=AstParameters,
            summary="Audio Spectrogram Transformer; random or local weights; side vector",
            source="Gong et al. 2021, arXiv:2104.01778, section 2",
        ),
    ]
