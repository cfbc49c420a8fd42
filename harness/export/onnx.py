"""Exported networks as ONNX: one file, which onnxruntime and others open."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from harness.errors import HarnessError
from harness.export.describe import NAME
from harness.export.module import Exported, InOrder

#: How far a probability (or a value, in its own scale) may be from the harness's own: other sums, other FFTs.
TOLERANCE = 1e-3
NEEDED = ("onnx", "onnxscript", "onnxruntime")


def check_installed() -> None:
    """Raise HarnessError where a library that writes or reads ONNX is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise HarnessError(
            f"ONNX needs {', '.join(missing)}: install the extra, pip install 'mtl-harness[onnx]', or take "
            "--format torchscript"
        )


def write(module: Exported, about: dict[str, Any], example: torch.Tensor, path: Path) -> None:
    """Export the module by torch's own exporter, samples dynamic, and the batch where ``about`` says any; write it."""
    free = torch.export.Dim.DYNAMIC
    dynamic = {"waveform": {1: free} if about["batch"] else {0: free, 1: free}}
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            InOrder(module),
            (example,),
            dynamo=True,
            verbose=False,
            dynamic_shapes=dynamic,
            input_names=["waveform"],
            output_names=list(module.ways),
        )
        assert program is not None
        program.model.metadata_props[NAME] = json.dumps(about)
        program.save(str(path), external_data=False)


def load(path: Path) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """Return what the file computes, from ``[batch, samples]`` to ``{task: [batch, classes]}``."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def compute(waveform: np.ndarray) -> dict[str, np.ndarray]:
        return dict(zip(names, session.run(names, {"waveform": waveform}), strict=True))

    return compute


@contextlib.contextmanager
def _quiet() -> Any:
    """The exporter tells its steps; an error carries its own report."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
