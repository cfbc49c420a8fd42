"""Components of the core itself, registered through the same hooks as everybody's."""

from __future__ import annotations

from harness.api import ExecutorRecord, PredictorRecord, hookimpl


@hookimpl
def harness_executors() -> list[ExecutorRecord]:
    """The executors of one machine and of many."""
    from harness.schedule.local import LocalParameters
    from harness.schedule.ray_parameters import RayParameters

    return [
        ExecutorRecord(
            name="local",
            factory="harness.schedule.local:LocalExecutor",
            parameters=LocalParameters,
            summary="Persistent worker processes on this machine, one thread each on a CPU.",
        ),
        ExecutorRecord(
            name="ray",
            factory="harness.schedule.ray_executor:RayExecutor",
            parameters=RayParameters,
            summary="Persistent actors on the nodes of a Ray cluster; needs the extra ray (see docs/scaling.md).",
        ),
    ]


@hookimpl
def harness_predictors() -> list[PredictorRecord]:
    """The statistics of tasks that the literature names, and those of audio."""
    return [
        PredictorRecord(
            name="bingel",
            factory="harness.analysis.predictors.bingel:Bingel",
            summary="Data size, number of labels, label entropy, gradients and log fit of the single-task loss.",
            source="Bingel and Søgaard 2017, arXiv:1702.08303",
        ),
        PredictorRecord(
            name="audio",
            factory="harness.analysis.predictors.audio:Audio",
            summary="Duration, rate, bandwidth, signal-to-noise ratio, label kurtosis and imbalance, groups.",
            source="Label kurtosis: Martínez Alonso and Plank 2017, arXiv:1612.02251",
        ),
    ]
