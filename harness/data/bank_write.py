"""How a feature bank is written: values in, rows of an array and an index out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.bases.feature import plain_of
from harness.errors import DataError, PluginError
from harness.records import FeatureParameters

if TYPE_CHECKING:
    from torch import nn

FEATURES, INDEX = "features.npy", "index.json"


@dataclass
class Rows:
    """The clips of a bank in order, and how many rows each has."""

    dataset: str
    clips: list[str] = field(default_factory=list)
    count: list[int] = field(default_factory=list)

    def add(self, clip: str, count: int) -> None:
        """Add a clip."""
        self.clips.append(clip)
        self.count.append(count)

    def owner(self, row: int) -> str:
        """Return the clip that a row belongs to."""
        return self.clips[int(np.searchsorted(np.cumsum(self.count), row, side="right"))]


class BankWriter:
    """One bank that is being written into an existing folder: :meth:`write` in order, then :meth:`finish`."""

    def __init__(
        self, directory: Path, feature: str, module: nn.Module, parameters: FeatureParameters
    ) -> None:
        self.feature, self.module, self.parameters = feature, module, parameters
        self.directory = directory
        self.done = 0
        self._shape: tuple[int, ...] | None = None
        self._file = (directory / FEATURES).open("wb", buffering=0)

    def write(self, values: np.ndarray, rows: Rows) -> None:
        """Write the next ``values [rows, channels, bins, frames]`` float32, contiguous.

        Raises:
            DataError: a value is not finite; the message names the clip.
            PluginError: the rows have another shape than those before.
        """
        if self._shape is None:
            self._shape = values.shape[1:]
            self._write_header(0)
        if values.shape[1:] != self._shape:
            raise PluginError(
                f"feature {self.feature!r} gave rows of shape {list(values.shape[1:])}; those before had "
                f"{list(self._shape)}; it must give the same shape always"
            )
        if not np.isfinite(values).all():
            raise self._not_finite(values, rows)
        self._file.write(values.astype("<f4", copy=False).data)
        self.done += len(values)

    def finish(self, rows: Rows) -> None:
        """Write how many rows there are into the header, and the index."""
        with self._file as file:
            file.seek(0)
            self._write_header(self.done)
        about = {
            "dataset": rows.dataset,
            "feature": self.feature,
            "parameters": self.parameters.model_dump(mode="json"),
            "first": (np.cumsum(rows.count) - rows.count).tolist(),
            "count": rows.count,
            "clips": rows.clips,
            "plain": self._plain(),
        }
        (self.directory / INDEX).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    def _plain(self) -> list[int]:
        """Return the channels that no scaler touches. Raises PluginError where the feature has no such channel."""
        plain, channels = plain_of(self.module), (self._shape or (0,))[0]
        if any(channel not in range(channels) for channel in plain):
            raise PluginError(
                f"feature {self.feature!r} names plain channels {list(plain)}, and has {channels} channels"
            )
        return list(plain)

    def abandon(self) -> None:
        """Close the file of a bank that will not be finished."""
        self._file.close()

    def _write_header(self, rows: int) -> None:
        """Write the header; numpy leaves room in it for any number of rows."""
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, *(self._shape or ()))}
        np.lib.format.write_array_header_1_0(self._file, header)

    def _not_finite(self, values: np.ndarray, rows: Rows) -> DataError:
        bad = ~np.isfinite(values).all(axis=(1, 2, 3))
        return DataError(
            f"data set {rows.dataset!r}, clip {rows.owner(self.done + int(bad.argmax()))}: feature "
            f"{self.feature!r} is NaN or infinite ({int(bad.sum())} rows of the batch). Change the feature's "
            "parameters, or take the clip out of the data set"
        )
