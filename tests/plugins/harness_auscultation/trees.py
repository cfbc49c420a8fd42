"""A small corpus in the layout of ``seal_auscultation``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

HEADER = "file,wheeze,rhonchus,survival,animal,side"
ROWS = (
    "wav/a_l.wav,0,0,alive,seal1,L",
    "wav/a_r.wav,1,1,alive,seal1,right",
    "wav/b_l.wav,positive,moderate,dead,seal2,left",
    "wav/b_r.wav,negative,Severe,dead,seal2,r",
    "wav/c_l.wav,,healthy,,seal3,left",
)


def seal_tree(root: Path, rows: tuple[str, ...] = ROWS, header: str = HEADER, rate: int = 4000) -> Path:
    """Write the CSV, and a wav of half a second for each of :data:`ROWS`; return the directory."""
    directory = root / "seals"
    (directory / "wav").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for row in ROWS:
        soundfile.write(directory / row.split(",")[0], 0.1 * rng.standard_normal(rate // 2), rate)
    (directory / "labels.csv").write_text("\n".join((header, *rows)) + "\n")
    return directory
