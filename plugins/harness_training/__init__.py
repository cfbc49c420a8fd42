"""First-party losses, metrics, optimizers, stopping rules, batch schedules and scalers."""

from __future__ import annotations

from harness.api import (
    LossRecord,
    MetricRecord,
    OptimizerRecord,
    ScalerRecord,
    ScheduleRecord,
    StoppingRecord,
    hookimpl,
)
from harness_training import parameters as p


@hookimpl
def harness_losses() -> list[LossRecord]:
    """Cross-entropies and the squared error, one default for each task kind."""
    return [
        LossRecord(
            name="cross_entropy",
            factory="harness_training.losses.cross_entropy:CrossEntropy",
            parameters=p.CrossEntropyParameters,
            task_kinds=("multiclass",),
            default_for=("multiclass",),
            summary="softmax cross-entropy, with label smoothing and balanced classes as options",
            source="Szegedy et al. 2016 (label smoothing), arXiv:1512.00567, section 7",
        ),
        LossRecord(
            name="binary_cross_entropy",
            factory="harness_training.losses.binary_cross_entropy:BinaryCrossEntropy",
            parameters=p.ClassificationLossParameters,
            task_kinds=("binary",),
            default_for=("binary",),
            summary="logistic loss of one logit",
            source="Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.90",
        ),
        LossRecord(
            name="multilabel_cross_entropy",
            factory="harness_training.losses.multilabel_cross_entropy:MultilabelCrossEntropy",
            parameters=p.ClassificationLossParameters,
            task_kinds=("multilabel",),
            default_for=("multilabel",),
            summary="logistic loss of one logit a class, averaged over the classes",
            source="Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.90, for each class",
        ),
        LossRecord(
            name="mean_squared_error",
            factory="harness_training.losses.mean_squared_error:MeanSquaredError",
            task_kinds=("regression",),
            default_for=("regression",),
            summary="squared error of the target, standardised on the training part",
            source="Bishop 2006, Pattern Recognition and Machine Learning, eq. 1.2",
        ),
    ]


@hookimpl
def harness_metrics() -> list[MetricRecord]:
    """Metrics of classification and regression, through scikit-learn and SciPy."""
    return [
        MetricRecord(
            name="macro_f1",
            factory="harness_training.metrics.f1:MacroF1",
            task_kinds=("binary", "multiclass", "multilabel"),
            direction="max",
            low=0.0,
            high=1.0,
            primary_for=("binary", "multiclass"),
            summary="mean over all classes of the harmonic mean of precision and recall",
            source="Opitz and Burst 2019, arXiv:1911.03347, averaged F1",
        ),
        MetricRecord(
            name="accuracy",
            factory="harness_training.metrics.accuracy:Accuracy",
            task_kinds=("binary", "multiclass"),
            direction="max",
            low=0.0,
            high=1.0,
            summary="share of clips whose class is right",
            source="sklearn.metrics.accuracy_score",
        ),
        MetricRecord(
            name="balanced_accuracy",
            factory="harness_training.metrics.accuracy:BalancedAccuracy",
            task_kinds=("binary", "multiclass"),
            direction="max",
            low=0.0,
            high=1.0,
            summary="mean recall of the classes that the clips have",
            source="Brodersen et al. 2010, doi:10.1109/ICPR.2010.764",
        ),
        MetricRecord(
            name="auroc",
            factory="harness_training.metrics.ranking:AUROC",
            task_kinds=("binary", "multiclass", "multilabel"),
            direction="max",
            low=0.0,
            high=1.0,
            summary="area under the ROC curve; macro one-vs-rest where there are several classes",
            source="Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747",
        ),
        MetricRecord(
            name="mean_average_precision",
            factory="harness_training.metrics.ranking:MeanAveragePrecision",
            task_kinds=("multiclass", "multilabel"),
            direction="max",
            low=0.0,
            high=1.0,
            primary_for=("multilabel",),
            summary="mean over the classes that the clips have of the average precision",
            source="sklearn.metrics.average_precision_score; Gemmeke et al. 2017 (AudioSet)",
        ),
        MetricRecord(
            name="spearman",
            factory="harness_training.metrics.regression:Spearman",
            task_kinds=("regression",),
            direction="max",
            low=-1.0,
            high=1.0,
            primary_for=("regression",),
            summary="rank correlation of target and prediction; has no unit, so that gains of tasks compare",
            source="Spearman 1904, doi:10.2307/1412159",
        ),
        MetricRecord(
            name="rmse",
            factory="harness_training.metrics.regression:RMSE",
            task_kinds=("regression",),
            direction="min",
            low=0.0,
            summary="root of the mean squared error, in the target's unit",
            source="sklearn.metrics.root_mean_squared_error",
        ),
    ]


@hookimpl
def harness_optimizers() -> list[OptimizerRecord]:
    """Adam, AdamW and SGD of torch."""
    return [
        OptimizerRecord(
            name="adam",
            factory="harness_training.optimizers:adam",
            parameters=p.AdamParameters,
            summary="Adam",
            source="Kingma and Ba 2015, arXiv:1412.6980, algorithm 1",
        ),
        OptimizerRecord(
            name="adamw",
            factory="harness_training.optimizers:adamw",
            parameters=p.AdamWParameters,
            summary="Adam with decoupled weight decay",
            source="Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2",
        ),
        OptimizerRecord(
            name="sgd",
            factory="harness_training.optimizers:sgd",
            parameters=p.SGDParameters,
            summary="stochastic gradient descent with momentum",
            source="Sutskever et al. 2013, On the importance of initialization and momentum in deep learning",
        ),
    ]


@hookimpl
def harness_stopping() -> list[StoppingRecord]:
    """Patience on a task's validation score, or none."""
    return [
        StoppingRecord(
            name="patience",
            factory="harness_training.stopping:Patience",
            parameters=p.PatienceParameters,
            summary="stop after some epochs without improvement",
            source="Prechelt 1998, Early stopping - but when?, criterion UP with strips of one epoch",
        ),
        StoppingRecord(
            name="never", factory="harness_training.stopping:Never", summary="use the whole budget"
        ),
        StoppingRecord(
            name="last",
            factory="harness_training.stopping:Last",
            summary="use the whole budget, and test the last epoch instead of the one with the best validation score",
        ),
        StoppingRecord(
            name="average",
            factory="harness_training.stopping:Average",
            parameters=p.AverageParameters,
            summary="use the whole budget, and test the mean of the last epochs' weights",
            source="Izmailov et al. 2018, arXiv:1803.05407, algorithm 1",
        ),
    ]


@hookimpl
def harness_schedules() -> list[ScheduleRecord]:
    """Which samples of which task make the next step."""
    return [
        ScheduleRecord(
            name="mixed",
            factory="harness_training.schedules.mixed:Mixed",
            summary="every step has a batch of every task",
        ),
        ScheduleRecord(
            name="alternate",
            factory="harness_training.schedules.alternate:Alternate",
            summary="one task a step, in turn",
        ),
        ScheduleRecord(
            name="proportional",
            factory="harness_training.schedules.proportional:Proportional",
            summary="one task a step, drawn by the size of its training part",
            source="Sanh et al. 2019, arXiv:1811.06031, section on proportional sampling",
        ),
        ScheduleRecord(
            name="balanced",
            factory="harness_training.schedules.balanced:Balanced",
            summary="every step has a batch of every task, its classes equally likely, with replacement",
        ),
        ScheduleRecord(
            name="undersampled",
            factory="harness_training.schedules.undersampled:Undersampled",
            summary="every step has a batch of every task; an epoch has as many of every class as its rarest has",
        ),
    ]


@hookimpl
def harness_scalers() -> list[ScalerRecord]:
    """Standardisation of features, or none."""
    return [
        ScalerRecord(
            name="standardise",
            factory="harness_training.scalers:Standardise",
            parameters=p.StandardiseParameters,
            summary="zero mean and unit deviation of each bin, each cell, or everything",
            source="Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm, eq. 2.1",
        ),
        ScalerRecord(
            name="none", factory="harness_training.scalers:Unscaled", summary="leave features as they are"
        ),
    ]
