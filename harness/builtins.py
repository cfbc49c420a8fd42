"""Components of the core itself, registered through the same hooks as everybody's."""

from __future__ import annotations

from harness.api import DatasetRecord, ExecutorRecord, FeatureRecord, PredictorRecord, hookimpl


@hookimpl
def harness_datasets() -> list[DatasetRecord]:
    """Data sets that are made of others."""
    from harness.datasets.parameters import UnionParameters

    return [
        DatasetRecord(
            name="union",
            factory="harness.datasets.union:Union",
            parameters=UnionParameters,
            summary="One task in several data sets: their clips together, classes merged by name.",
        )
    ]


@hookimpl
def harness_features() -> list[FeatureRecord]:
    """Features that are made of others."""
    from harness.features.parameters import StackParameters

    return [
        FeatureRecord(
            name="stack",
            factory="harness.features.stack:Stack",
            parameters=StackParameters,
            summary="Several features as the channels of one: spectrograms side by side, side vectors, masks.",
        )
    ]


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
            summary="Persistent actors on the nodes of a Ray cluster; needs the extra ray (docs/guides/cluster.md).",
            contract={"needs": ("ray",), "parameters": {"address": "local", "workers": 1}},
        ),
    ]


@hookimpl
def harness_predictors() -> list[PredictorRecord]:
    """The statistics of tasks that the literature names, those of audio, and the measures of pairs."""
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
        PredictorRecord(
            name="curves",
            factory="harness.analysis.predictors.learning:Curves",
            summary="Gradients, log fits and plateaus of training and validation loss, generalisation gap.",
            source="Bingel and Søgaard 2017, arXiv:1702.08303, and more of the same kind",
        ),
        PredictorRecord(
            name="overlap",
            factory="harness.analysis.predictors.overlap:Overlap",
            summary="Class names, clips and labels that two tasks share; same data set, same domain.",
            source="Strehl and Ghosh 2002, JMLR 3; Cramér 1946",
        ),
        PredictorRecord(
            name="distance",
            factory="harness.analysis.predictors.distance:Distance",
            summary="Fréchet distance, maximum mean discrepancy and domain classifier between two tasks' clips.",
            source="Kilgour et al. 2019, arXiv:1812.08466; Gretton et al. 2012, JMLR 13",
            probes=("frechet_distance", "mmd", "domain_accuracy"),
        ),
        PredictorRecord(
            name="representation",
            factory="harness.analysis.predictors.networks:Representation",
            summary="Linear CKA and RSA between the trunks of two tasks' single networks.",
            source="Kornblith et al. 2019, arXiv:1905.00414; Kriegeskorte et al. 2008",
            probes=("linear_cka", "rsa"),
        ),
        PredictorRecord(
            name="transferability",
            factory="harness.analysis.predictors.networks:Transferability",
            summary="LogME, LEEP and H-score of the partner's single network for the main task's labels.",
            source="You et al. 2021, arXiv:2102.11005; Nguyen et al. 2020, arXiv:2002.12462",
            probes=("logme", "leep", "h_score"),
        ),
        PredictorRecord(
            name="optimisation",
            factory="harness.analysis.predictors.networks:Optimisation",
            summary="TAG affinity and gradient cosine of two tasks, measured in one joint run.",
            source="Fifty et al. 2021, arXiv:2109.04617; Yu et al. 2020, arXiv:2001.06782",
            probes=("tag_affinity", "gradient_cosine"),
        ),
    ]
