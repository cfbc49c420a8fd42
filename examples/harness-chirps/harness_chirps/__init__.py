"""The hooks: which components the package offers. Nothing heavy is imported here; factories are given by name."""

from harness.api import DatasetRecord, FeatureRecord, MetricRecord, hookimpl
from harness_chirps.parameters import ChirpsParameters, ShapeParameters

#: The API of the harness that the package was written for.
HARNESS_API = "1.0"


@hookimpl
def harness_datasets() -> list[DatasetRecord]:
    """One data set: synthesised, so that nothing has to be downloaded."""
    return [
        DatasetRecord(
            name="chirps",
            factory="harness_chirps.dataset:Chirps",
            parameters=ChirpsParameters,
            summary="synthesised chirps in noise: sweeping up or down, slowly or fast, one or several in a clip",
            source="made up for this package; no animal was recorded",
            tasks=("direction", "pace", "count"),
            licence="CC0-1.0",
            contract={"parameters": {"n_clips": 24}},
        )
    ]


@hookimpl
def harness_features() -> list[FeatureRecord]:
    """One feature."""
    return [
        FeatureRecord(
            name="spectral_shape",
            factory="harness_chirps.feature:SpectralShape",
            parameters=ShapeParameters,
            summary="log energy, centroid and spread of the power spectrum of each frame: [1, 3, frames]",
            source="Peeters 2004, A large set of audio features for sound description, section 6",
        )
    ]


@hookimpl
def harness_metrics() -> list[MetricRecord]:
    """One metric."""
    return [
        MetricRecord(
            name="cohen_kappa",
            factory="harness_chirps.metric:CohenKappa",
            task_kinds=("binary", "multiclass"),
            direction="max",
            low=-1.0,
            high=1.0,
            summary="agreement of decision and label beyond what chance gives",
            source="Cohen 1960, doi:10.1177/001316446002000104",
        )
    ]
