"""Figures of a contact sheet: one clip, the label counts, and whole pages of clips."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from harness.corpora.sample import Sheet, Shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 80
COLUMNS, ROWS = 4, 5
CLIP_INCHES = (3.0, 2.2)
#: Points of a waveform, and at most so many frames of a spectrogram.
POINTS, FRAMES = 300, 400
N_MELS = 48
_INK = "#2b5c8a"


def clip_figure(shown: Shown) -> Figure:
    """Return one clip's waveform above its spectrogram."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=CLIP_INCHES, dpi=DPI, layout="constrained")
    top, bottom = figure.subplots(2, 1, height_ratios=[1, 2])
    _draw(shown, top, bottom)
    return figure


def count_figure(sheet: Sheet) -> Figure:
    """Return the label counts as bars, stacked by the parts of the official split."""
    from matplotlib.figure import Figure

    labels = list(sheet.counts)
    parts = list(next(iter(sheet.counts.values())))
    width = COLUMNS * CLIP_INCHES[0]
    figure = Figure(figsize=(width, 1.1 + 0.22 * len(labels)), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    left = np.zeros(len(labels))
    for i, part in enumerate(parts):
        values = np.array([sheet.counts[label][part] for label in labels])
        shade = 0.85 * i / max(1, len(parts) - 1) if len(parts) > 1 else 0.3
        axes.barh(labels, values, left=left, color=_shade(shade), edgecolor="white", label=part)
        left += values
    axes.invert_yaxis()
    axes.set_title(f"{sheet.name}/{sheet.task.name}: {sheet.n_clips} clips", loc="left", fontsize=10)
    axes.set_xlabel("clips", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.bar_label(axes.containers[-1], labels=[f"{n:g}" for n in left], fontsize=7, padding=2)  # type: ignore[arg-type]
    if len(parts) > 1:
        axes.legend(fontsize=7, frameon=False, loc="upper left", bbox_to_anchor=(1.03, 1))
    return figure


def page_figures(sheet: Sheet) -> Iterator[Figure]:
    """Yield the counts, and then pages of clips."""
    from matplotlib.figure import Figure

    yield count_figure(sheet)
    for first in range(0, len(sheet.clips), COLUMNS * ROWS):
        clips = sheet.clips[first : first + COLUMNS * ROWS]
        rows = -(-len(clips) // COLUMNS)
        size = (COLUMNS * CLIP_INCHES[0], rows * CLIP_INCHES[1])
        figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        panels = figure.subfigures(rows, COLUMNS, squeeze=False).flat
        for shown, panel in zip(clips, panels, strict=False):
            _draw(shown, *panel.subplots(2, 1, height_ratios=[1, 2]))
        yield figure


def title(shown: Shown) -> str:
    """Return what is written above a clip."""
    group = "" if shown.group is None else f" · {shown.group}"
    return f"{shown.label}{group} · {shown.duration_s:.2f} s"


def _draw(shown: Shown, top: Axes, bottom: Axes) -> None:
    top.set_title(_short(title(shown), 46), fontsize=7, loc="left")
    for axes in (top, bottom):
        axes.set_xticks([])
        axes.set_yticks([])
    bottom.set_xlabel(_short(shown.clip, 46), fontsize=6)
    if shown.samples is None:
        bottom.text(0.5, 0.5, _short(shown.defect, 40), ha="center", fontsize=6, transform=bottom.transAxes)
        return
    low, high = envelope(shown.samples)
    top.fill_between(np.arange(len(low)), low, high, color=_INK, linewidth=0.5)
    top.margins(x=0)
    top.set_ylim(-1, 1)
    bottom.imshow(log_mel(shown.samples, shown.rate), origin="lower", aspect="auto", cmap="magma")


def envelope(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest sample in each of at most ``POINTS`` stretches."""
    stretches = np.array_split(samples, min(POINTS, len(samples)))
    return np.array([part.min() for part in stretches]), np.array([part.max() for part in stretches])


def log_mel(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return a log-mel spectrogram in decibels below its maximum, ``[N_MELS, frames]``."""
    import librosa

    window = 2 ** max(5, int(np.log2(0.03 * rate)))
    hop = max(window // 2, -(-len(samples) // FRAMES))
    padded = np.pad(samples, (0, max(0, window - len(samples))))
    power = librosa.feature.melspectrogram(y=padded, sr=rate, n_fft=window, hop_length=hop, n_mels=N_MELS)
    found: np.ndarray = librosa.power_to_db(power, ref=np.max)
    return found


def _shade(depth: float) -> tuple[float, float, float]:
    """Return a blue between dark (0) and pale (1), which stay apart in grey as well."""
    dark, pale = np.array([0.10, 0.27, 0.45]), np.array([0.80, 0.88, 0.95])
    red, green, blue = dark + depth * (pale - dark)
    return red, green, blue


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length // 2]}…{text[-length // 2 + 1 :]}"
