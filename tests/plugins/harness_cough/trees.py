"""A small corpus in the layout of COUGHVID."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

HEADER = "uuid,datetime,cough_detected,SNR,latitude,longitude,age,gender,respiratory_condition,fever_muscle_pain,status"
ROWS = (
    "aa01,2020-04-13T21:30:59.801831+00:00,0.9609,16.15,31.3,34.8,25.0,female,False,False,healthy",
    "aa02,2020-04-13T21:30:59.801831+00:00,0.81,7.5,,,28.0,male,True,False,COVID-19",
    "aa03,2020-04-13T21:30:59.801831+00:00,0.7999,7.5,,,28.0,male,True,False,COVID-19",
    "aa04,2020-04-13T21:30:59.801831+00:00,0.99,12.0,,,,,,,",
    "aa05,2020-04-13T21:30:59.801831+00:00,0.95,3.25,,,61.0,other,False,True,symptomatic",
    "aa06,2020-04-13T21:30:59.801831+00:00,0.95,,,,,,,,symptomatic",
)


def coughvid_tree(root: Path, rows: tuple[str, ...] = ROWS, header: str = HEADER) -> Path:
    """Write the metadata, and a recording of half a second for each of :data:`ROWS`; return the directory."""
    directory = root / "public_dataset"
    directory.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for row in ROWS:
        noise = 0.1 * rng.standard_normal(4000)
        soundfile.write(directory / f"{row.split(',')[0]}.ogg", noise, 8000, format="OGG", subtype="OPUS")
        (directory / f"{row.split(',')[0]}.json").write_text("{}")
    (directory / "metadata_compiled.csv").write_text("\n".join((header, *rows)) + "\n")
    return directory
