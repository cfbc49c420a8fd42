"""``harness data preview``: a contact sheet as HTML, PNG or PDF, written whole or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.corpora.page import page
from harness.corpora.pictures import page_figures
from harness.corpora.sample import Sheet
from harness.errors import DataError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".html", ".png", ".pdf")


def write_preview(sheets: Sequence[Sheet], path: Path, *, audio: bool = False) -> Path:
    """Write the sheets into one file, of the kind that its suffix says, and return its path.

    Raises:
        DataError: an unknown suffix, or a place that cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(f"{path}: found the suffix {suffix!r}; allowed: {', '.join(SUFFIXES)}")
    if suffix == ".html":
        data = page(sheets, audio=audio).encode("utf-8")
    else:
        figures = [figure for sheet in sheets for figure in page_figures(sheet)]
        data = _pdf(figures) if suffix == ".pdf" else _png(figures)
    try:
        write_whole(path, data)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error}") from error
    return path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file by a temporary one beside it, so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _pdf(figures: Iterable[Figure]) -> bytes:
    from matplotlib.backends.backend_pdf import PdfPages

    data = io.BytesIO()
    with PdfPages(data) as pages:
        for figure in figures:
            pages.savefig(figure)
    return data.getvalue()


def _png(figures: Iterable[Figure]) -> bytes:
    """Return the figures below each other as one picture."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.image import imsave

    arrays = []
    for figure in figures:
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        arrays.append(np.asarray(canvas.buffer_rgba()))
    width = max(array.shape[1] for array in arrays)
    padded = [np.pad(a, ((0, 0), (0, width - a.shape[1]), (0, 0)), constant_values=255) for a in arrays]
    data = io.BytesIO()
    imsave(data, np.vstack(padded), format="png")
    return data.getvalue()
