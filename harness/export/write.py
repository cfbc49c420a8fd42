"""Exporting a kept network of a study: written, loaded again, compared, and only then put in its place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.errors import DataError, HarnessError, TrainingError, check_choice
from harness.export import onnx, torchscript
from harness.export.describe import describe
from harness.export.runs import Told, find_run, told_of
from harness.export.source import Source, source_of
from harness.export.verify import Verified, row_by_row, verify

FORMATS: dict[str, ModuleType] = {"torchscript": torchscript, "onnx": onnx}
ENDINGS = {".pt": "torchscript", ".ts": "torchscript", ".pth": "torchscript", ".onnx": "onnx"}


def export_network(
    directory: Path,
    run_id: str,
    to: Path,
    *,
    format_: str | None = None,
    tasks: Sequence[str] = (),
    dataset: str | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Write the network of a run as one file that takes a waveform and gives probabilities, and return what it says of
    itself, with ``file``, ``file_format`` and ``verified``.

    ``run_id`` may be the unique beginning of one; ``format_`` is by default what the file's ending says. ``tasks``
    leaves others out; ``dataset`` takes all tasks by that data set's statistics instead of each by its own.

    Raises:
        StudyDirectoryError: there is no study in the directory.
        DataError: no such run, task, data set or format; its network or its features are gone, or it reads more than a
            waveform; the file is there already.
        TrainingError: what was written does not compute what the harness does; no file is left.
    """
    chosen = _format(to, format_)
    _check(to, force)
    kept = find_run(directory, run_id)
    source = source_of(kept, tasks, dataset)
    told = told_of(directory, kept)
    partial = to.with_name(f".{to.name}.{os.getpid()}.partial")
    try:
        about, verified = _checked(chosen, source, told, partial)
        os.replace(partial, to)
    finally:
        partial.unlink(missing_ok=True)
    return {"file": str(to), "file_format": chosen, "verified": _told(verified, chosen), **about}


def _checked(chosen: str, source: Source, told: Told, path: Path) -> tuple[dict[str, Any], Verified]:
    """Write the file and compare it: for batches of any size, or of one row where feature or model count rows."""
    about = describe(source, told.study, told.result)
    try:
        return _attempt(chosen, source, told, about | {"batch": None}, path)
    except TrainingError as error:
        try:
            return _attempt(chosen, source, told, about | {"batch": 1}, path)
        except TrainingError:
            raise error from None


def _attempt(
    chosen: str, source: Source, told: Told, about: dict[str, Any], path: Path
) -> tuple[dict[str, Any], Verified]:
    import torch

    module, rows = source.module(), about["batch"] or 2
    example = torch.randn(rows, module.fit.length + 1, generator=torch.Generator().manual_seed(0)) * 0.1
    tools = FORMATS[chosen]
    with _explained(chosen, source):
        tools.write(module, about, example, path)
        compute = tools.load(path)
        one_row = about["batch"] == 1
        return about, verify(source, row_by_row(compute) if one_row else compute, told, tools.TOLERANCE)


@contextmanager
def _explained(chosen: str, source: Source) -> Iterator[None]:
    """Raise TrainingError for what torch's exporters raise, which is anything."""
    try:
        yield
    except HarnessError:
        raise
    except Exception as error:
        raise TrainingError(
            f"run {source.kept.run_id} cannot be exported as {chosen} (feature {source.feature_name}, model "
            f"{source.kept.unit['spec']['model']['name']}): {_first(error)}"
        ) from error


def _first(error: Exception) -> str:
    """Return what the error that began it says first: exporters wrap it in pages, in colours."""
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    lines = (line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", str(error)).splitlines())
    return f"{type(error).__name__}: {next((line for line in lines if line), '')}"


def _format(to: Path, asked: str | None) -> str:
    if asked is None:
        if to.suffix.lower() not in ENDINGS:
            raise DataError(
                f"{to}: which format? Give --format {'|'.join(FORMATS)}, or an ending of {_endings()}"
            )
        asked = ENDINGS[to.suffix.lower()]
    check_choice("format", asked, FORMATS)
    if asked == "onnx":
        onnx.check_installed()
    return asked


def _endings() -> str:
    return ", ".join(ENDINGS)


def _check(to: Path, force: bool) -> None:
    if to.is_dir():
        raise DataError(f"{to} is a directory; give the name of the file to write")
    if not to.parent.is_dir():
        raise DataError(f"{to.parent} is no directory, so that {to.name} cannot be written there")
    if to.exists() and not force:
        raise DataError(f"{to} is there already; give another name, or --force to replace it")


def _told(verified: Verified, chosen: str) -> dict[str, Any]:
    return asdict(verified) | {"tolerance": FORMATS[chosen].TOLERANCE}
