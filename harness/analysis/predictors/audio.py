"""Predictor ``audio``: what the clips of a task are like, and how its labels are spread."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from harness.analysis.predictors.bingel import label_counts
from harness.bases.predictor import Predictor


class Audio(Predictor):
    """What a task's clips are like and how its labels are spread; no run is involved, so reliability is null.

    | statistic | formula | unit |
    | --- | --- | --- |
    | `duration_total_s` | sum of the clips' durations | s |
    | `duration_clip_s` | mean duration of a clip | s |
    | `sample_rate_hz` | median rate of the files | Hz |
    | `bandwidth_hz` | mean over clips of the frequency below which 99 % of the energy lies | Hz |
    | `snr_db` | mean over clips of the signal-to-noise estimate (loud over quiet frames' energy) | dB |
    | `label_kurtosis` | excess kurtosis of the classes' counts (regression: targets); null if all equal | 1 |
    | `label_imbalance` | largest class over smallest class that occurs; null for regression | ratio |
    | `n_groups` | groups (speakers, patients, recordings) | groups |

    Source: kurtosis of labels (and `label_entropy`, in `bingel`) Martínez Alonso and Plank 2017, "When is multitask
    learning effective?" (EACL, arXiv:1612.02251), who found partners with compact and even label distributions
    helpful. The others are the plain description of audio data.
    Cost: one pass over the audio, which the catalog of a data set makes anyway.
    Believe it: as a description. Tasks of one data set share all but the labels' three, so that the effective sample
    is the number of data sets. Bandwidth and signal-to-noise ratio are estimates without a reference; kurtosis
    of few classes' counts says little.
    """

    name = "audio"

    def task_statistics(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return columns ``task, statistic, value, unit, reliability``."""
        rows = []
        counts = label_counts(tables)
        n_groups = tables["tasks"].set_index("task")["n_groups"].astype("Float64").astype(float)
        for task in tables["tasks"].itertuples():
            labels = tables["labels"][tables["labels"]["task"] == task.task]
            clips = tables["clips"][tables["clips"]["dataset"] == task.dataset]
            found = _clip_statistics(clips[clips["clip"].isin(labels["clip"])])
            found += _label_statistics(counts.get(str(task.task)), labels["value"].dropna().to_numpy(float))
            found.append(("n_groups", n_groups[str(task.task)], "groups"))
            rows += [(task.task, *statistic, np.nan) for statistic in found]
        return pd.DataFrame(rows, columns=["task", "statistic", "value", "unit", "reliability"])


def _clip_statistics(clips: pd.DataFrame) -> list[tuple[str, float, str]]:
    duration = clips["duration_s"].astype(float)
    return [
        ("duration_total_s", float(duration.sum()) if len(duration) else np.nan, "s"),
        ("duration_clip_s", float(duration.mean()), "s"),
        ("sample_rate_hz", float(clips["sample_rate_hz"].astype(float).median()), "Hz"),
        ("bandwidth_hz", float(clips["bandwidth_hz"].astype(float).mean()), "Hz"),
        ("snr_db", float(clips["snr_db"].astype(float).mean()), "dB"),
    ]


def _label_statistics(counts: np.ndarray | None, targets: np.ndarray) -> list[tuple[str, float, str]]:
    sample = targets if counts is None else counts
    spread = len(sample) > 1 and float(np.ptp(sample)) > 0
    kurtosis = float(stats.kurtosis(sample)) if spread else np.nan
    imbalance = np.nan if counts is None else float(counts.max() / counts.min())
    return [("label_kurtosis", kurtosis, "1"), ("label_imbalance", imbalance, "ratio")]
