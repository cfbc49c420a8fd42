"""What the two TUT data sets of DCASE 2017 have in common: folds from lists of test files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from harness.api import DataError
from harness_audio.datasets.lines import read_lines

FOLDS = ("1", "2", "3", "4")
LICENCE = "academic, not commercial: EULA.pdf of the distribution"
CITATION = (
    "A. Mesaros, T. Heittola, A. Diment, B. Elizalde, A. Shah, E. Vincent, B. Raj, T. Virtanen, DCASE 2017 "
    "Challenge Setup: Tasks, Datasets and Baseline System, DCASE Workshop 2017"
)


def folds_of(directory: Path, prefix: str, files: Iterable[str]) -> dict[str, str]:
    """Return file to fold: the one of ``evaluation_setup/{prefix}fold{1 to 4}_test.txt`` that names it.

    The first value of a line is the file, the rest is not read.

    Raises:
        DataError: a list that is not there or names an unknown file, or a file that is not in one fold.
    """
    folds: dict[str, str] = {}
    known = dict.fromkeys(files)
    for fold in FOLDS:
        path = directory / "evaluation_setup" / f"{prefix}fold{fold}_test.txt"
        for row in read_lines(path, ["file", "scene"], separator="\t", required=1):
            file = row["file"]
            if file not in known:
                raise DataError(f"{row.where}: {file!r} is no recording of the data set")
            if folds.setdefault(file, fold) != fold:
                raise DataError(f"{row.where}: {file!r} is in fold {folds[file]} too")
    for file in known:
        if file not in folds:
            raise DataError(f"{directory / 'evaluation_setup'}: {file!r} is a test file of no fold")
    return folds
