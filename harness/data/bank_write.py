"""How a feature bank is written: rows in, features in batches of a fixed size, rows of an array out, as they come."""

from __future__ import annotations

import json
from collections import deque
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.data.fit import Fit, fit_of, row_samples
from harness.errors import DataError, PluginError
from harness.records import FeatureParameters

if TYPE_CHECKING:
    from torch import Tensor, nn

FEATURES, INDEX = "features.npy", "index.json"
#: At most this many rows are one batch of a feature.
BATCH_ROWS = 256
#: At most this many samples are one batch: what stays in a core's cache, and what keeps a device busy.
BATCH_SAMPLES = {"cpu": 2**17, "device": 2**24}


class BankWriter:
    """One bank that is being written into an existing folder: :meth:`add` clips in order, then :meth:`finish`.

    Batches have the same rows whatever the workers and threads, so that a bank's values depend on its clips alone.
    ``executor`` computes the batches; ``batches`` of them may be in memory.
    """

    def __init__(
        self,
        directory: Path,
        dataset: str,
        feature: str,
        module: nn.Module,
        parameters: FeatureParameters,
        *,
        device: str,
        executor: Executor,
        batches: int,
    ) -> None:
        self.directory, self.dataset, self.feature = directory, dataset, feature
        self.module, self.device = module.to(device).eval(), device
        self.parameters, self.executor, self.batches = parameters, executor, batches
        most = BATCH_SAMPLES["cpu" if device == "cpu" else "device"] // row_samples(parameters)
        self.size = min(BATCH_ROWS, max(1, most))
        self.clips: list[str] = []
        self.count: list[int] = []
        self.done = 0
        self._batch, self._filled = self._new_batch(), 0
        self._flying: deque[Future[np.ndarray]] = deque()
        self._shape: tuple[int, ...] | None = None
        self._file = (directory / FEATURES).open("wb", buffering=0)

    @property
    def fit(self) -> Fit:
        """How clips become this bank's rows."""
        return fit_of(self.parameters)

    def add(self, clip: str, rows: np.ndarray) -> None:
        """Add a clip's ``rows [rows, samples]``, float32; they are copied.

        Raises:
            DataError: a feature is not finite; the message names the clip.
            PluginError: the feature's output is not ``[batch, channels, bins, frames]`` float32.
        """
        self.clips.append(clip)
        self.count.append(len(rows))
        while len(rows):
            some = rows[: self.size - self._filled]
            self._batch[self._filled : self._filled + len(some)] = some
            self._filled += len(some)
            rows = rows[len(some) :]
            if self._filled == self.size:
                self._compute()

    def finish(self) -> None:
        """Compute what is left, and write the header and the index. Raises as :meth:`add` does."""
        if self._filled:
            self._compute()
        while self._flying:
            self._write(self._flying.popleft().result())
        with self._file as file:
            file.seek(0)
            self._write_header(self.done)
        about = {
            "dataset": self.dataset,
            "feature": self.feature,
            "parameters": self.parameters.model_dump(mode="json"),
            "first": (np.cumsum(self.count) - self.count).tolist(),
            "count": self.count,
            "clips": self.clips,
        }
        (self.directory / INDEX).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    def abandon(self) -> None:
        """Close the file of a bank that will not be finished."""
        for future in self._flying:
            future.cancel()
        self._file.close()

    def _new_batch(self) -> np.ndarray:
        return np.empty((self.size, row_samples(self.parameters)), dtype=np.float32)

    def _compute(self) -> None:
        batch = self._batch[: self._filled]
        self._flying.append(self.executor.submit(compute, self.feature, self.module, batch, self.device))
        self._batch, self._filled = self._new_batch(), 0
        while self._flying and (self._flying[0].done() or len(self._flying) >= self.batches):
            self._write(self._flying.popleft().result())

    def _write(self, values: np.ndarray) -> None:
        if self._shape is None:
            self._shape = values.shape[1:]
            self._write_header(0)
        if values.shape[1:] != self._shape:
            raise PluginError(
                f"feature {self.feature!r} gave rows of shape {list(values.shape[1:])}; those before had "
                f"{list(self._shape)}"
            )
        if not np.isfinite(values).all():
            raise self._not_finite(values)
        self._file.write(memoryview(values.astype("<f4", copy=False)))
        self.done += len(values)

    def _write_header(self, rows: int) -> None:
        """Write the header; numpy leaves room in it for any number of rows."""
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, *(self._shape or ()))}
        np.lib.format.write_array_header_1_0(self._file, header)

    def _not_finite(self, values: np.ndarray) -> DataError:
        """``values [rows, channels, bins, frames]`` follow the rows that are written."""
        bad = ~np.isfinite(values).all(axis=(1, 2, 3))
        row = self.done + int(bad.argmax())
        clip = self.clips[int(np.searchsorted(np.cumsum(self.count), row, side="right"))]
        return DataError(
            f"data set {self.dataset!r}, clip {clip}: feature {self.feature!r} is NaN or infinite "
            f"({int(bad.sum())} rows of the batch). Change the feature's parameters, or take the clip out of the "
            "data set"
        )


def compute(feature: str, module: nn.Module, batch: np.ndarray, device: str) -> np.ndarray:
    """Return the feature ``[rows, channels, bins, frames]`` of ``batch [rows, samples]``, contiguous.

    Raises:
        PluginError: the feature's output is not ``[rows, channels, bins, frames]`` float32.
    """
    import torch

    with torch.inference_mode():
        values: Tensor = module(torch.from_numpy(batch).to(device))
    if values.ndim != 4 or values.dtype != torch.float32 or values.shape[0] != len(batch):
        raise PluginError(
            f"feature {feature!r} gave {list(values.shape)} {values.dtype} for samples {list(batch.shape)}; it must "
            f"give [{len(batch)}, channels, bins, frames] torch.float32"
        )
    array: np.ndarray = values.contiguous().cpu().numpy()
    return array
