"""A figure of one clip: its spectrogram, and the map on it."""

from __future__ import annotations

import re
from pathlib import Path

from harness_auscultation.cam.measure import Looked


def draw(looked: Looked, directory: Path) -> Path:
    """Draw feature and map one above the other, and write a PNG named by task, clip and window; return its path."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5), layout="constrained")
    above, below = figure.subplots(2, sharex=True)
    above.imshow(looked.features.numpy(), origin="lower", aspect="auto", cmap="magma")
    below.imshow(looked.features.numpy(), origin="lower", aspect="auto", cmap="gray")
    drawn = below.imshow(
        looked.cam.clamp(min=0).numpy(), origin="lower", aspect="auto", cmap="jet", alpha=0.5
    )
    figure.colorbar(drawn, ax=below, label="activation")
    for axes in (above, below):
        axes.axvline(float(looked.mask.sum()) - 0.5, color="white", linestyle="--")
        axes.set_ylabel("bin")
    share = "nothing activated" if looked.padding_share is None else f"{looked.padding_share:.0%} on padding"
    above.set_title(
        f"{looked.task}: {looked.clip}\nlabelled {looked.label}, decided {looked.decided}", fontsize=9
    )
    below.set_title(
        f"{looked.method}: {share}; {looked.padding_cells:.0%} of the cells are padding alone", fontsize=9
    )
    below.set_xlabel("frame")
    path = directory / f"{_safe(looked.task)}-{_safe(looked.clip)}-{looked.window}.png"
    figure.savefig(path, dpi=100)
    return path


def _safe(name: str) -> str:
    return re.sub(r"[^\w.]+", "_", name)
