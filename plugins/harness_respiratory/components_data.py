"""The records of features, readers and metrics."""

from __future__ import annotations

from harness.api import DatasetRecord, FeatureRecord, MetricRecord
from harness_respiratory.features.parameters import AmorParameters, GammatoneParameters, MorseParameters

FEATURES: list[FeatureRecord] = [
    FeatureRecord(
        name="gammatone",
        factory="harness_respiratory.features.gammatone:Gammatone",
        parameters=GammatoneParameters,
        summary="gammatone spectrogram after a band-pass, as the gammatone package's: [1, bins, frames]",
        source="Slaney 1993, Apple Technical Report 35; Ngo et al. 2023, section on spectrograms",
    ),
    FeatureRecord(
        name="cwt_morse",
        factory="harness_respiratory.features.cwt:CwtMorse",
        parameters=MorseParameters,
        summary="scalogram with generalised Morse wavelets after a band-pass: [1, bins, frames]",
        source="Lilly & Olhede 2009, doi:10.1109/TSP.2008.2007607; Ngo et al. 2023, section on spectrograms",
    ),
    FeatureRecord(
        name="cwt_amor",
        factory="harness_respiratory.features.cwt:CwtAmor",
        parameters=AmorParameters,
        summary="scalogram with analytic Morlet wavelets after a band-pass: [1, bins, frames]",
        source="Mallat 2009, A Wavelet Tour of Signal Processing, 4.3; Ngo et al. 2023, section on spectrograms",
    ),
]
DATASETS: list[DatasetRecord] = []
METRICS: list[MetricRecord] = []
