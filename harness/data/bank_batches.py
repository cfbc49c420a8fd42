"""Rows of clips to batches, and batches to features: those of equal rows are computed together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING

import numpy as np

from harness.bases.feature import covariates_of, one_batch
from harness.data.bank_write import BankWriter, Rows
from harness.data.fit import Fit, row_samples
from harness.errors import PluginError

if TYPE_CHECKING:
    from torch import Tensor, nn

#: At most this many rows are one batch of a feature.
BATCH_ROWS = 256
#: At most this many samples are one batch: what stays in a core's cache, and what keeps a device busy.
BATCH_SAMPLES = {"cpu": 2**17, "cuda": 2**24}


#: What is known of a row's clip beside its audio, and the seconds of audio in the row.
Covariates = Mapping[str, float | None]


class BankBatches:
    """Fills the banks whose rows are cut in the same way: :meth:`add` clips in order, then :meth:`finish`.

    Batches have the same rows whatever the workers and threads, so that a bank's values depend on its clips alone.
    ``executor`` computes the batches, ``most`` of them may be in memory. ``failed`` is called with a bank's writer
    and the error that ends it: a value that is not finite, an output that is not what a feature gives, a full disk. If
    it does not raise, the other banks go on. ``asks`` says whether a feature asks for covariates.
    """

    def __init__(
        self,
        fit: Fit,
        writers: Sequence[BankWriter],
        rows: Rows,
        *,
        device: str,
        executor: Executor,
        most: int,
        failed: Callable[[BankWriter, Exception], None],
    ) -> None:
        self.writers, self.rows = list(writers), rows
        self.device, self.executor, self.most, self.failed = device, executor, most, failed
        self.samples = row_samples(fit)
        self.size = min(BATCH_ROWS, max(1, BATCH_SAMPLES[device.split(":")[0]] // self.samples))
        for writer in writers:
            writer.module = writer.module.to(device).eval()
        self.asks = any(covariates_of(writer.module) for writer in writers)
        self._batch, self._filled = self._new_batch(), 0
        self._about: list[Covariates] = []
        self._flying: deque[tuple[list[BankWriter], Future[list[np.ndarray | Exception]]]] = deque()

    def add(self, clip: str, rows: np.ndarray, about: Sequence[Covariates]) -> None:
        """Add a clip's ``rows [rows, samples]``, float32, with the covariates of each; they are copied."""
        self.rows.add(clip, len(rows))
        self._about += about
        while len(rows):
            some = rows[: self.size - self._filled]
            self._batch[self._filled : self._filled + len(some)] = some
            self._filled += len(some)
            rows = rows[len(some) :]
            if self._filled == self.size:
                self._compute()

    def finish(self) -> None:
        """Compute what is left, and finish the banks."""
        if self._filled:
            self._compute()
        while self._flying:
            self._write()
        for writer in tuple(self.writers):
            try:
                writer.finish(self.rows)
            except Exception as error:
                self._fail(writer, error)

    def cancel(self) -> None:
        """Compute nothing more."""
        for _, future in self._flying:
            future.cancel()

    def _new_batch(self) -> np.ndarray:
        return np.empty((self.size, self.samples), dtype=np.float32)

    def _compute(self) -> None:
        if self.writers:
            writers = list(self.writers)
            batch, about = self._batch[: self._filled], self._about[: self._filled]
            self._flying.append((writers, self.executor.submit(features, writers, batch, about, self.device)))
            self._batch = self._new_batch()
        self._about = self._about[self._filled :]
        self._filled = 0
        while self._flying and (self._flying[0][1].done() or len(self._flying) >= self.most):
            self._write()

    def _write(self) -> None:
        writers, future = self._flying.popleft()
        for writer, values in zip(writers, future.result(), strict=True):
            if writer not in self.writers:
                continue
            try:
                if isinstance(values, Exception):
                    raise values
                writer.write(values, self.rows)
            except Exception as error:
                self._fail(writer, error)

    def _fail(self, writer: BankWriter, error: Exception) -> None:
        self.writers.remove(writer)
        self.failed(writer, error)


def features(
    writers: Sequence[BankWriter], batch: np.ndarray, about: Sequence[Covariates], device: str
) -> list[np.ndarray | Exception]:
    """Return the features of ``batch [rows, samples]``, or what came in between, a writer."""
    import torch

    waveform = torch.from_numpy(batch).to(device)
    found: list[np.ndarray | Exception] = []
    with one_batch(), torch.inference_mode():
        for writer in writers:
            try:
                values = covariate_tensors(writer.module, about, device)
                found.append(_checked(writer.feature, writer.module(waveform, *values), batch))
            except Exception as error:
                found.append(error)
    return found


def covariate_tensors(module: nn.Module, about: Sequence[Covariates], device: str) -> tuple[Tensor, ...]:
    """Return what a feature is given beside the waveform: ``[rows, n]`` float32 if it asks for ``n`` covariates."""
    import torch

    names = covariates_of(module)
    if not names:
        return ()
    values = [[_number(one.get(name)) for name in names] for one in about]
    return (torch.tensor(values, dtype=torch.float32, device=device),)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _checked(feature: str, values: Tensor, batch: np.ndarray) -> np.ndarray:
    if values.ndim != 4 or str(values.dtype) != "torch.float32" or values.shape[0] != len(batch):
        raise PluginError(
            f"feature {feature!r} gave {list(values.shape)} {values.dtype} for samples {list(batch.shape)}; it must "
            f"give [{len(batch)}, channels, bins, frames] torch.float32"
        )
    array: np.ndarray = values.contiguous().cpu().numpy()
    return array
