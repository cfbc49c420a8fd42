"""Every hook of the harness, as its reference manual.

A plugin is a module, named by an entry point of group ``harness``, with functions marked ``@harness.api.hookimpl``
that have the names below. Every hook takes nothing and returns a list of records; it is called once, when a command
first needs to know which components exist. Import nothing heavy at the top of such a module: give a record's factory
as ``"package.module:Name"`` and it is imported when the component is first built.

Each record has a ``name``, a ``parameters`` model (a subclass of :class:`harness.api.Parameters`; its fields are
what a study file may set), a ``factory``, a one-line ``summary`` and a ``source`` (the publication it follows).
"""

from __future__ import annotations

import pluggy

from harness.records import (
    AugmentationRecord,
    CheckRecord,
    CombinerRecord,
    DatasetRecord,
    ExecutorRecord,
    FeatureRecord,
    LossRecord,
    MetricRecord,
    ModelRecord,
    OptimizerRecord,
    PredictorRecord,
    ScalerRecord,
    ScheduleRecord,
    StoppingRecord,
    TrackerRecord,
)

hookspec = pluggy.HookspecMarker("harness")


@hookspec
def harness_datasets() -> list[DatasetRecord]:
    """Data sets: ``factory(parameters, context) -> Dataset``.

    The data set iterates :class:`~harness.api.Clip` (the same clips in the same order every time), and knows its
    tasks, licence, citation and, where a clip has ``fold`` or ``split``, its official folds. What is known of a clip
    beside its audio goes into ``Clip.covariates``, for features that ask for it. Called in the parent process when a
    study that names the data set is planned; audio is decoded by the harness.

    A record's ``fetch`` (:class:`~harness.api.Fetch`) says where a published corpus is to be had, with the hashes of
    its files as published (:class:`~harness.api.Download`): ``harness data fetch`` downloads nothing that it cannot
    check.
    """
    raise NotImplementedError


@hookspec
def harness_features() -> list[FeatureRecord]:
    """Features: ``factory(parameters) -> nn.Module`` with ``[batch, samples] → [batch, channels, bins, frames]``.

    Batched, on any device, float32, without learned state. ``parameters`` derives from
    :class:`~harness.api.FeatureParameters`, whose ``sample_rate``, ``clip_s`` and ``fit`` say what ``samples`` holds.
    Called once a data set and feature, to fill the feature bank.

    A module with an attribute ``covariates: tuple[str, ...]`` is called ``module(waveform, values)``: ``values [batch,
    n]`` float32 has the ``n`` covariates of each row's clip (``Clip.covariates``), NaN where unknown or where the data
    set has none of this name. ``duration_s``, which every clip has, is the seconds of audio in the row, before padding
    or repetition. A module's attribute ``plain: tuple[int, ...]`` names channels that no scaler touches (masks);
    augmentations still see them.
    """
    raise NotImplementedError


@hookspec
def harness_models() -> list[ModelRecord]:
    """Models: ``factory(parameters, input_shape, heads) -> nn.Module`` with ``forward(x) -> {task: logits}``.

    ``input_shape`` is ``(channels, bins, frames)``; ``heads`` maps a task to its number of outputs; ``x`` is
    ``[batch, channels, bins, frames]`` and every logits tensor ``[batch, outputs]``. Derive from
    :class:`~harness.api.HardSharing` to give a trunk alone. Called at the start of every training.

    A model may also have ``embed(x) -> [batch, width]``, ``outputs(x) -> ModelOutputs`` (logits, embeddings, branches:
    what extra terms of the objective see), and ``penalty() -> {task: scalar}``, which joins the tasks' losses in
    training; a task's penalty has a gradient for parameters that this task uses, and for no others. ``task_modules()``
    says which of its modules are one task's own, and start from its name (:class:`~harness.api.HasTaskModules`).
    """
    raise NotImplementedError


@hookspec
def harness_combiners() -> list[CombinerRecord]:
    """Combiners: ``factory(parameters, tasks) -> Combiner``, whose ``step(context)`` makes one update.

    The context offers ``losses() [tasks]``, ``gradients() [tasks, parameters]``, ``gramian() [tasks, tasks]`` and
    ``losses_after() [tasks]``. Derive from :class:`~harness.api.Scalarizer` (losses to one loss) or
    :class:`~harness.api.Aggregator` (per-task gradients to one gradient). ``state_dict()`` holds its whole state.
    Called at the start of every training of a group.
    """
    raise NotImplementedError


@hookspec
def harness_losses() -> list[LossRecord]:
    """Losses: ``factory(parameters, task) -> Loss``: logits and targets to a value a sample, and the decision.

    ``default_for`` says for which task kinds the loss is taken when the task names none. A plugin may return
    :class:`~harness.api.TermRecord` here, too: ``factory(parameters) -> Term``, an extra term of the objective, which
    sees embeddings and branches of the network and is named in ``training.terms``.
    """
    raise NotImplementedError


@hookspec
def harness_schedules() -> list[ScheduleRecord]:
    """Batch schedules: ``factory(parameters, draws, batch_size, seed) -> Schedule``.

    A schedule says which samples of which task make the next step. It must be able to start at any step, because an
    interrupted training continues there.
    """
    raise NotImplementedError


@hookspec
def harness_optimizers() -> list[OptimizerRecord]:
    """Optimizers: ``factory(parameters, tensors) -> torch.optim.Optimizer``; its parameters have ``lr``."""
    raise NotImplementedError


@hookspec
def harness_stopping() -> list[StoppingRecord]:
    """Stopping rules: ``factory(parameters) -> StoppingRule``, fed a task's validation score once an epoch."""
    raise NotImplementedError


@hookspec
def harness_scalers() -> list[ScalerRecord]:
    """Scalers: ``factory(parameters) -> Scaler``, fitted on the training part, applied anywhere."""
    raise NotImplementedError


@hookspec
def harness_augmentations() -> list[AugmentationRecord]:
    """Augmentations: ``factory(parameters) -> callable(features, generator) -> features``; training batches only.

    One that mixes samples and their labels says so in its record (``mixes``) and returns :class:`harness.api.Mixed`.
    """
    raise NotImplementedError


@hookspec
def harness_metrics() -> list[MetricRecord]:
    """Metrics: ``factory(parameters) -> Metric``, from targets, predictions and probabilities to a number.

    ``direction`` and range are stated; ``primary_for`` says for which task kinds it is the primary metric. One of a
    ``family`` is measured for tasks whose primary metric is of that family, and for no others.
    """
    raise NotImplementedError


@hookspec
def harness_predictors() -> list[PredictorRecord]:
    """Predictors: ``factory(parameters) -> Predictor``: task statistics and pair features, from tables alone."""
    raise NotImplementedError


@hookspec
def harness_executors() -> list[ExecutorRecord]:
    """Executors: ``factory(parameters) -> Executor``, which runs units of work and reports what became of them."""
    raise NotImplementedError


@hookspec
def harness_trackers() -> list[TrackerRecord]:
    """Trackers: ``factory(parameters, directory) -> Tracker``, which receives the events of a study.

    Called in the parent process when a study that names the tracker (``compute.trackers``) is run; ``directory`` is the
    tracker's own. :class:`harness.api.Tracker` lists the events.
    """
    raise NotImplementedError


@hookspec
def harness_checks() -> list[CheckRecord]:
    """Checks: ``factory(parameters) -> Finding``: whether what a plugin needs beside Python packages is there.

    ``harness doctor`` calls them: a library, a program, a device. A finding says what is found and what to do; it is
    ``ok``, a ``note`` (studies without the plugin go on) or a ``problem``. Nothing may be downloaded or installed.
    """
    raise NotImplementedError
