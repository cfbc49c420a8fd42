"""The states of trained networks that probes look at: one safetensors file a training, whole or absent."""

from __future__ import annotations

import contextlib
import os
import uuid
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the parent, which only removes states, needs no torch
    from torch import Tensor

#: The folder's name in a study's directory, beside that of the checkpoints.
FOLDER = "states"


class States:
    """The states in a folder, ``<training key>.safetensors`` each.

    They can always be had again by training again, so that a file that cannot be written, or is damaged, is told of
    in a warning, and nothing else.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def beside(cls, checkpoints: Path) -> States:
        """Return the states of the study whose checkpoints are in that folder."""
        return cls(checkpoints.parent / FOLDER)

    def save(self, key: str, state: Mapping[str, Tensor]) -> None:
        """Write the state of a training; it appears by one rename."""
        from safetensors.torch import save

        draft = self.directory / f"{key}.{uuid.uuid4().hex}.writing"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as stream:
                # clones, because safetensors refuses tensors that share memory
                stream.write(save({name: value.detach().cpu().clone() for name, value in state.items()}))
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self._path(key))
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            _warn(f"the state of training {key} is not kept: {error}")

    def load(self, key: str) -> dict[str, Tensor] | None:
        """Return the state of a training, or ``None``. A damaged one is removed."""
        from safetensors.torch import load_file

        path = self._path(key)
        if not path.is_file():
            return None
        try:
            return load_file(path)
        except Exception as error:
            _warn(f"{path} is damaged ({type(error).__name__}: {error}); it is removed")
            path.unlink(missing_ok=True)
            return None

    def retain(self, keys: Iterable[str]) -> None:
        """Remove every state but those of ``keys``, and what an interrupted writer left."""
        kept = {self._path(key) for key in keys}
        for path in self.directory.glob("*"):
            if path not in kept:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.directory / f"{key}.safetensors"


def _warn(text: str) -> None:
    warnings.warn(text, RuntimeWarning, stacklevel=3)
