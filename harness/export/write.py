"""Exporting a kept network of a study: written, loaded again, compared, and only then put in its place."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.errors import DataError, HarnessError, TrainingError, did_you_mean
from harness.export import onnx, torchscript
from harness.export.describe import describe
from harness.export.runs import find_run, told_of
from harness.export.source import Source, source_of
from harness.export.verify import Verified, verify

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
    about = describe(source, told.study, told.result)
    partial = to.with_name(f".{to.name}.{os.getpid()}.partial")
    try:
        _write(chosen, source, about, partial)
        verified = verify(source, FORMATS[chosen].load(partial), told, FORMATS[chosen].TOLERANCE)
        os.replace(partial, to)
    finally:
        partial.unlink(missing_ok=True)
    return {"file": str(to), "file_format": chosen, "verified": _told(verified, chosen), **about}


def _write(chosen: str, source: Source, about: dict[str, Any], path: Path) -> None:
    import torch

    module = source.module()
    example = torch.randn(2, module.fit.length + 1, generator=torch.Generator().manual_seed(0)) * 0.1
    try:
        FORMATS[chosen].write(module, about, example, path)
    except HarnessError:
        raise
    except Exception as error:  # of torch's exporters, which raise anything
        first = next((line for line in str(error).splitlines() if line.strip()), "")
        raise TrainingError(
            f"run {source.kept.run_id} cannot be exported as {chosen} (feature {source.feature_name}, model "
            f"{source.kept.unit['spec']['model']['name']}): {type(error).__name__}: {first}"
        ) from error


def _format(to: Path, asked: str | None) -> str:
    if asked is None:
        if to.suffix.lower() not in ENDINGS:
            raise DataError(
                f"{to}: which format? Give --format {'|'.join(FORMATS)}, or an ending of {_endings()}"
            )
        asked = ENDINGS[to.suffix.lower()]
    if asked not in FORMATS:
        raise DataError(
            f"unknown format {asked!r}{did_you_mean(asked, FORMATS)}; allowed: {', '.join(FORMATS)}"
        )
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
