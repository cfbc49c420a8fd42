"""Checkpoints of an interrupted training: safetensors plus JSON, whole or absent, never unpickled."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import warnings
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors.torch import load, save
from torch import Tensor

FORMAT = 1
TENSORS, VALUES = "tensors.safetensors", "state.json"


class Holder(Protocol):
    """What holds the state of a training that goes on."""

    def load(self) -> dict[str, Any] | None:
        """Return the state, or ``None``."""


class Checkpoints:
    """The checkpoint of one training, in ``directory/key/N``; ``key`` is the training's content key.

    A checkpoint is written beside the last one, flushed to the disk, and appears by one rename of its
    directory, so that its two files always belong together. Delete it once the training's result is recorded
    elsewhere: until then the training can be continued from it.
    """

    def __init__(self, directory: Path, key: str, every_s: float) -> None:
        self.directory, self.every_s = Path(directory) / key, every_s
        self._saved_at = time.monotonic()

    def beside(self, name: str) -> Checkpoints:
        """Return the checkpoint of another part of the same training, kept within this one's directory."""
        return Checkpoints(self.directory, name, self.every_s)

    def due(self) -> bool:
        """Tell whether ``every_s`` seconds have passed since the last checkpoint (or the start)."""
        return time.monotonic() - self._saved_at >= self.every_s

    def save(self, state: dict[str, Any]) -> None:
        """Write a state: nested dicts, lists and tuples of tensors and plain JSON values. Older ones are
        removed.

        Where it cannot be written (a full disk), a warning says so, the last one stays, and the training goes
        on.
        """
        contents = encode(state)
        try:
            self._write(contents)
        except OSError as error:
            warnings.warn(
                f"no checkpoint written in {self.directory}: {error}; the training goes on without it",
                RuntimeWarning,
                stacklevel=2,
            )
            shutil.rmtree(self._draft, ignore_errors=True)
        self._saved_at = time.monotonic()

    @property
    def _draft(self) -> Path:
        return self.directory / f"writing-{os.getpid()}"

    def _write(self, contents: dict[str, bytes]) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        older = self._numbered()
        number = older[-1][0] + 1 if older else 0
        shutil.rmtree(self._draft, ignore_errors=True)
        self._draft.mkdir()
        for name, content in contents.items():
            _write_file(self._draft / name, content)
        _flush(self._draft)
        os.rename(self._draft, self.directory / str(number))
        _flush(self.directory)
        for _, path in older:
            shutil.rmtree(path, ignore_errors=True)

    def load(self) -> dict[str, Any] | None:
        """Return the newest state, or ``None``. A damaged one is ignored with a warning, and removed."""
        for _, path in reversed(self._numbered()):
            try:
                return decode({name: (path / name).read_bytes() for name in (TENSORS, VALUES)})
            except Exception as error:
                warnings.warn(
                    f"checkpoint {path} is damaged ({type(error).__name__}: {error}); it is removed, and the "
                    "training starts again",
                    RuntimeWarning,
                    stacklevel=2,
                )
                shutil.rmtree(path, ignore_errors=True)
        return None

    def delete(self) -> None:
        """Remove the checkpoint, and what an interrupted writer left."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def _numbered(self) -> list[tuple[int, Path]]:
        return sorted((int(path.name), path) for path in self.directory.glob("*") if path.name.isdigit())


def encode(state: dict[str, Any]) -> dict[str, bytes]:
    """Return the contents of the two files. A tensor that occurs twice is kept once."""
    tensors: dict[str, Tensor] = {}
    text = json.dumps(_pack(state, tensors, {}))
    # clones, because safetensors refuses tensors that share memory
    blob = save({name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()})
    values = {"format": FORMAT, "digest": _digest(blob, text), "state": text}
    return {TENSORS: blob, VALUES: json.dumps(values).encode()}


def decode(files: dict[str, bytes]) -> dict[str, Any]:
    """Return the state from the contents of the two files; raises where they are damaged or do not belong
    together.
    """
    values = json.loads(files[VALUES])
    if values["format"] != FORMAT:
        raise ValueError(f"format {values['format']}, this version reads {FORMAT}")
    if values["digest"] != _digest(files[TENSORS], values["state"]):
        raise ValueError("its digest does not fit its content")
    state: dict[str, Any] = _unpack(json.loads(values["state"]), load(files[TENSORS]))
    return state


def _pack(value: Any, tensors: dict[str, Tensor], names: dict[int, str]) -> Any:
    """Return JSON values in which tensors, tuples and dicts whose keys are not text are marked by one-letter
    objects.
    """
    if isinstance(value, torch.Tensor):
        name = names.setdefault(id(value), str(len(names)))
        tensors[name] = value
        return {"$": "tensor", "of": name}
    if isinstance(value, dict):
        items = [[_pack(k, tensors, names), _pack(v, tensors, names)] for k, v in value.items()]
        return {"$": "dict", "of": items}
    if isinstance(value, (list, tuple)):
        entries = [_pack(entry, tensors, names) for entry in value]
        return entries if isinstance(value, list) else {"$": "tuple", "of": entries}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a checkpoint holds tensors and plain JSON values, found {type(value).__name__}")


def _unpack(value: Any, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, list):
        return [_unpack(entry, tensors) for entry in value]
    if not isinstance(value, dict):
        return value
    if value["$"] == "tensor":
        return tensors[value["of"]]
    if value["$"] == "tuple":
        return tuple(_unpack(entry, tensors) for entry in value["of"])
    return {_unpack(k, tensors): _unpack(v, tensors) for k, v in value["of"]}


def _digest(blob: bytes, text: str) -> str:
    return hashlib.blake2b(blob + text.encode(), digest_size=16).hexdigest()


def _write_file(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(directory: Path) -> None:
    """Flush a directory's entries to the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
