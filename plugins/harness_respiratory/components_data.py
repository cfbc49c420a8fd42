"""The records of features, readers and metrics."""

from __future__ import annotations

from harness.api import DatasetRecord, FeatureRecord, Fetch, MetricRecord
from harness_respiratory.datasets.parameters import IcbhiParameters, SprSoundParameters
from harness_respiratory.features.parameters import AmorParameters, GammatoneParameters, MorseParameters
from harness_respiratory.metrics.parameters import NormalClassParameters

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
DATASETS: list[DatasetRecord] = [
    DatasetRecord(
        name="sprsound2022",
        factory="harness_respiratory.datasets.sprsound:SprSound",
        parameters=SprSoundParameters,
        tasks=("event_type", "event_binary"),
        licence="as the LICENSE file of the corpus says",
        summary="children's lung sounds: events or (level: recordings) recordings, official split, by patient",
        source="Zhang et al. 2022, SPRSound, IEEE TBioCAS 16(5), 867-881; SJTU-YONGFU-RESEARCH-GRP/SPRSound",
        fetch=Fetch(
            homepage="https://github.com/SJTU-YONGFU-RESEARCH-GRP/SPRSound",
            steps="Clone the repository, or download it as an archive and unpack it; give its folder as path.",
        ),
    ),
    DatasetRecord(
        name="icbhi2017",
        factory="harness_respiratory.datasets.icbhi:Icbhi",
        parameters=IcbhiParameters,
        tasks=("cycle_type", "cycle_binary"),
        licence="free for research, as the database's page says",
        summary="lung sounds: cycles with crackles and wheezes, or (level: recordings) diagnoses, official split",
        source="Rocha et al. 2019, doi:10.1088/1361-6579/ab03ea",
        fetch=Fetch(
            homepage="https://bhichallenge.med.auth.gr/ICBHI_2017_Challenge",
            steps="Download ICBHI_final_database.zip, and beside it ICBHI_challenge_train_test.txt and the patients'"
            " diagnoses, from the page, and unpack the archive. No hashes are published.",
        ),
    ),
]


def _score(name: str, factory: str, summary: str) -> MetricRecord:
    return MetricRecord(
        name=name,
        factory=f"harness_respiratory.metrics.normal:{factory}",
        parameters=NormalClassParameters,
        task_kinds=("binary", "multiclass"),
        direction="max",
        low=0.0,
        high=1.0,
        family="normal_class",
        summary=summary,
        source="Zhang et al. 2022 (BioCAS grand challenge); Ngo et al. 2023, section on metrics",
    )


METRICS: list[MetricRecord] = [
    _score(
        "sensitivity", "Sensitivity", "share of the clips that are not normal and given their very class (SE)"
    ),
    _score(
        "specificity", "Specificity", "share of the normal clips found normal (SP); the first class is normal"
    ),
    _score("average_score", "AverageScore", "mean of sensitivity and specificity (AS)"),
    _score("harmonic_score", "HarmonicScore", "harmonic mean of sensitivity and specificity (HS)"),
    _score("respiratory_score", "RespiratoryScore", "mean of average and harmonic score (Score)"),
]
