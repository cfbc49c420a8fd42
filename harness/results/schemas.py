"""One pyarrow schema a table, with the meaning of every column: the only source of the data dictionary.

``params_*`` columns are added to ``trials`` and ``runs`` for every hyperparameter of the study, as strings, numbers or
booleans. Times are UTC timestamps in microseconds; durations are seconds; lists are Arrow lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

S, F, N, B = pa.string(), pa.float64(), pa.int64(), pa.bool_()
STRINGS, FLOATS = pa.list_(pa.string()), pa.list_(pa.float64())
TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Column:
    """A column: name, type, meaning, unit."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A table: what one row is, its columns, and whether hyperparameters are added as ``params_*``."""

    name: str
    row: str
    columns: tuple[Column, ...]
    params: bool = False

    @property
    def schema(self) -> pa.Schema:
        """The pyarrow schema, without ``params_*``."""
        return pa.schema(
            [pa.field(c.name, c.type, metadata={"meaning": c.meaning, "unit": c.unit}) for c in self.columns]
        )


STUDY_ID = Column("study_id", S, "identity of the study: its name and a hash of its resolved file")
CELL_ID = Column(
    "cell_id", S, "identity of the cell: a hash of its tasks, feature, model, combiner and placebo"
)
RUN_ID = Column("run_id", S, "identity of the run: a hash of its cell, fold and seed")
FOLD = Column("fold", N, "outer fold, from 0")
SEED = Column("seed", N, "index of the seed, from 0")
TASK = Column("task", S, "task, as dataset/task")
CELL_KEYS = (
    Column("feature", S, "name of the feature"),
    Column("model", S, "name of the model"),
    Column("combiner", S, "name of the combiner; null for a single task"),
    Column("placebo", B, "whether the partner's training and validation labels were permuted"),
)
STATUS = Column("status", S, "pending, running, done, failed or pruned")
WALL = Column("wall_time_s", F, "wall time of the training", "s")
ERROR_TYPE = Column("error_type", S, "class of the error; null when there was none")


def _table(name: str, row: str, *columns: Column, params: bool = False) -> tuple[str, Table]:
    return name, Table(name, row, columns, params)


TABLES: dict[str, Table] = dict(
    [
        _table(
            "study",
            "the study",
            STUDY_ID,
            Column("name", S, "name of the study"),
            Column("n_cells", N, "planned cells"),
            Column("n_cells_done", N, "cells whose every run is done"),
            Column("complete", B, "whether every planned cell is done"),
            Column("harness_version", S, "version of the harness"),
            Column("versions", S, "versions of Python, torch and the other libraries, as JSON"),
            Column("git_commit", S, "commit of the study file's repository; null outside one"),
            Column("git_dirty", B, "whether that repository had uncommitted changes"),
            Column("host", S, "name of the machine"),
            Column("device", S, "devices that the runs used"),
            Column("started_at_utc", TIME, "first start of the study"),
            Column("finished_at_utc", TIME, "when its last cell ended; null while it is not complete"),
            Column("config_json", S, "the resolved study file, as JSON"),
        ),
        _table(
            "tasks",
            "a task",
            STUDY_ID,
            TASK,
            Column("dataset", S, "name of the data set in the study"),
            Column("kind", S, "binary, multiclass, multilabel or regression"),
            Column("metric", S, "primary metric"),
            Column("metric_direction", S, "max or min: which way the primary metric is better"),
            Column("n_classes", N, "number of classes; null for regression"),
            Column("classes", STRINGS, "names of the classes, in the order of the probabilities"),
            Column("n_clips", N, "labelled clips, quarantined ones left out"),
            Column(
                "n_groups", N, "groups (speakers, patients, recordings) among them; null when there are none"
            ),
            Column("splits", S, "generated or official"),
            Column(
                "n_folds", N, "distinct outer folds tested; 1 means that there is no between-fold variance"
            ),
            Column("group_disjoint", B, "whether no group is on both sides of a split"),
            Column("licence", S, "licence of the data set"),
            Column("citation", S, "citation of the data set"),
            Column("data_hash", S, "fingerprint of the data set: clips, labels, groups and audio"),
        ),
        _table(
            "clips",
            "a clip of a data set",
            STUDY_ID,
            Column("dataset", S, "name of the data set in the study"),
            Column("clip", S, "identity of the clip in its data set"),
            Column("content_hash", S, "hash of the decoded samples"),
            Column("group", S, "speaker, patient or source recording"),
            Column("duration_s", F, "duration", "s"),
            Column("sample_rate_hz", F, "rate of the file", "Hz"),
            Column("bandwidth_hz", F, "frequency below which 99 % of the energy lies", "Hz"),
            Column("snr_db", F, "signal-to-noise estimate: loud frames' energy over quiet frames'", "dB"),
        ),
        _table(
            "labels",
            "a label of a clip",
            STUDY_ID,
            TASK,
            Column("clip", S, "identity of the clip in its data set"),
            Column(
                "label", S, "class name, or one row for each class of a multilabel clip; null for regression"
            ),
            Column("value", F, "target of a regression task; null otherwise"),
        ),
        _table(
            "cells",
            "a cell",
            STUDY_ID,
            CELL_ID,
            Column("tasks", STRINGS, "the task group"),
            Column("group_size", N, "number of tasks"),
            *CELL_KEYS,
            STATUS,
            Column("n_trials", N, "trials that ended, of all folds"),
            Column("n_runs", N, "runs that are done"),
        ),
        _table(
            "trials",
            "a trial",
            STUDY_ID,
            CELL_ID,
            FOLD,
            Column("number", N, "number of the trial in its cell and fold, from 0"),
            Column("batch", N, "batch in which it was asked"),
            Column(
                "value",
                F,
                "objective: mean of the tasks' validation scores, oriented so that more is better; null unless done",
            ),
            STATUS,
            Column("pruned_epoch", N, "epochs after which it was pruned; null when it was not"),
            Column("pruned_value", F, "objective of those epochs, for which it was pruned"),
            WALL,
            ERROR_TYPE,
            params=True,
        ),
        _table(
            "runs",
            "a final run",
            STUDY_ID,
            CELL_ID,
            RUN_ID,
            FOLD,
            SEED,
            STATUS,
            Column("attempts", N, "how many times the training was started"),
            Column("engine", S, "loop or population"),
            Column("device", S, "device it ran on"),
            Column("steps", N, "optimizer steps"),
            WALL,
            Column("started_at_utc", TIME, "when it was started"),
            ERROR_TYPE,
            Column("error", S, "message of the error; null when there was none"),
            Column("plugin_versions", S, "versions of the distributions that decided the result, as JSON"),
            Column("config_hash", S, "content key of the training: everything that decides its result"),
            params=True,
        ),
        _table(
            "selections",
            "a task of a run",
            STUDY_ID,
            CELL_ID,
            RUN_ID,
            TASK,
            Column("best_epoch", N, "epoch of the task chosen by validation, from 1"),
            Column("best_step", N, "optimizer step of that epoch's end"),
            Column("budget_steps", N, "steps with this task's data that its budget allows"),
            Column("stop_step", N, "step at which the task's stopping rule fired or its budget ended"),
            Column("n_train", N, "clips in the task's training part of this run"),
            Column("n_validation", N, "clips in its validation part"),
            Column("n_test", N, "clips in its test part"),
        ),
        _table(
            "scores",
            "a metric of a run",
            STUDY_ID,
            CELL_ID,
            RUN_ID,
            TASK,
            Column("split", S, "train, validation or test"),
            Column("metric", S, "name of the metric"),
            Column("label", S, "a class, or null for the whole task"),
            Column("value", F, "value of the metric"),
        ),
        _table(
            "curves",
            "a point of a curve",
            STUDY_ID,
            CELL_ID,
            RUN_ID,
            TASK,
            Column("split", S, "train or validation"),
            Column("step", N, "optimizer step"),
            Column("epoch", F, "epochs of the task's own data seen so far"),
            Column("metric", S, "loss, or the primary metric"),
            Column("value", F, "value"),
        ),
        _table(
            "predictions",
            "a test clip of a run",
            STUDY_ID,
            CELL_ID,
            RUN_ID,
            TASK,
            Column("clip", S, "identity of the clip in its data set"),
            Column("target", S, "true class (classes joined by | for multilabel), or the number, as text"),
            Column("prediction", S, "decided class (classes), or the number, as text"),
            Column(
                "probabilities",
                FLOATS,
                "a probability a class, in the order of tasks.classes; empty for regression",
            ),
        ),
        _table(
            "gains",
            "the gain of a main task in a cell",
            STUDY_ID,
            CELL_ID,
            Column("main", S, "task whose gain it is"),
            Column("partners", STRINGS, "the other tasks of the group"),
            *CELL_KEYS,
            Column("metric", S, "metric of the gain"),
            Column("n", N, "differences (folds times seeds)"),
            Column("n_folds", N, "distinct outer folds"),
            Column("n_seeds", N, "seeds"),
            Column(
                "detectable_gain",
                F,
                "smallest true gain found with 80 % power at this confidence; null without an interval",
            ),
            Column("single_mean", F, "mean test score alone"),
            Column("group_mean", F, "mean test score in the group"),
            Column("gain", F, "mean of the paired differences, oriented so that more is better"),
            Column("gain_relative", F, "gain over the absolute single mean"),
            Column("ci_low", F, "lower end of the corrected t interval; null for a fixed split"),
            Column("ci_high", F, "upper end of the corrected t interval; null for a fixed split"),
            Column("p", F, "two-sided p of the corrected t test"),
            Column("q", F, "Benjamini-Hochberg q over the gains of the same kind (placebos apart)"),
            Column("p_rope_below", F, "posterior probability that the gain is below the ROPE"),
            Column("p_rope_inside", F, "posterior probability that it is inside"),
            Column("p_rope_above", F, "posterior probability that it is above"),
            Column("note", S, "what the reader must know: a fixed split, missing runs, no variance"),
        ),
        _table(
            "task_stats",
            "a statistic of a task",
            STUDY_ID,
            TASK,
            Column("statistic", S, "name of the statistic"),
            Column("value", F, "value"),
            Column("unit", S, "unit"),
            Column("reliability", F, "intraclass correlation over runs; null for statistics of data"),
        ),
        _table(
            "pair_features",
            "a predictor of a directed pair",
            STUDY_ID,
            Column("main", S, "main task"),
            Column("partner", S, "partner task"),
            Column("predictor", S, "name of the predictor"),
            Column("value", F, "value"),
        ),
        _table(
            "regressions",
            "a term of a model",
            STUDY_ID,
            Column(
                "model",
                S,
                "pearson, spearman, ols (least squares) or mixed (crossed main and partner effects)",
            ),
            Column("term", S, "term of the model"),
            Column("estimate", F, "estimate (correlation, or standardised coefficient)"),
            Column("se", F, "standard error"),
            Column("se_method", S, "how the standard error was computed"),
            Column("ci_low", F, "lower end of the interval"),
            Column("ci_high", F, "upper end of the interval"),
            Column("p", F, "two-sided p"),
            Column("n", N, "gains"),
            Column("n_tasks", N, "tasks: the effective sample"),
            Column("note", S, "why a number is missing or must be read with care"),
        ),
        _table(
            "predictability",
            "a predictor set under a scheme",
            STUDY_ID,
            Column("target", S, "what is predicted: gain, or its sign"),
            Column("predictors", S, "name of the predictor set"),
            Column("estimator", S, "name of the estimator"),
            Column("scheme", S, "which tasks are held out"),
            Column("metric", S, "name of the metric"),
            Column("value", F, "value for the predictors"),
            Column("sd", F, "standard deviation of the value over the scheme's folds"),
            Column("baseline", S, "name of the baseline"),
            Column("baseline_value", F, "the same metric for the baseline"),
        ),
        _table(
            "failures",
            "something that failed",
            STUDY_ID,
            Column("unit", S, "what failed: the content key of a training, a plugin or a data set"),
            Column("kind", S, "training, worker, plugin, data or analysis"),
            ERROR_TYPE,
            Column("error", S, "message"),
            Column("traceback", S, "traceback"),
            Column("attempts", N, "how many times it was tried"),
        ),
        _table(
            "quarantine",
            "a clip left out",
            STUDY_ID,
            Column("dataset", S, "name of the data set in the study"),
            Column("clip", S, "identity of the clip"),
            Column(
                "reason", S, "corrupt, empty, silent, non-finite, wrong rate, wrong times or missing file, with details"
            ),
        ),
    ]
)
