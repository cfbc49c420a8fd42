"""The networks of a training that a study keeps: safetensors plus JSON in the study's directory, never unpickled.

``networks/<training key>/step_00000120.safetensors`` holds the model's state after that optimizer step (its header says
which epochs of which tasks ended there); ``network.json``, written last, says that the training is over, and which of
them each task was tested with.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import DataError

if TYPE_CHECKING:  # the parent, which only removes networks, needs no torch
    from torch import Tensor

#: The folder's name in a study's directory, beside that of the checkpoints.
FOLDER = "networks"
FORMAT = 1
INDEX = "network.json"


class KeptNetwork:
    """The states of one training, known by its content key, in ``directory``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def of(cls, study: Path, key: str) -> KeptNetwork:
        """Return the kept network of a training of the study in the directory ``study``."""
        return cls(study / FOLDER / key)

    def save(self, step: int, state: Mapping[str, Tensor], epochs: Mapping[str, int]) -> None:
        """Write the state after a step; ``epochs`` are those that ended there, by task. It appears by one rename."""
        from safetensors.torch import save

        # clones, because safetensors refuses tensors that share memory
        plain = {name: value.detach().cpu().clone().contiguous() for name, value in state.items()}
        self._write(_file(step), save(plain, {"epochs": json.dumps(dict(epochs))}))

    def finish(self, chosen: Mapping[str, Mapping[str, int]], every_epoch: bool) -> None:
        """Say that the training is over: ``chosen[task]`` is the ``epoch`` and ``step`` that the task was tested with.

        With ``every_epoch`` all epochs are kept, otherwise those that were chosen.
        """
        epochs: dict[str, dict[str, int]] = {task: {} for task in chosen}
        for step in self.steps():
            for task, epoch in self._epochs_at(step).items():
                epochs[task][str(epoch)] = step
        tasks = {task: {"chosen": dict(chosen[task]), "epochs": epochs[task]} for task in chosen}
        index = {"format": FORMAT, "every_epoch": every_epoch, "tasks": tasks}
        self._write(INDEX, json.dumps(index, indent=1).encode())

    def steps(self) -> list[int]:
        """Return the steps of which there is a state, ascending."""
        return sorted(int(path.stem.partition("_")[2]) for path in self.directory.glob("step_*.safetensors"))

    def forget_after(self, step: int) -> None:
        """Remove what is later than a step (what an interrupted training wrote after its checkpoint), and the index."""
        for path in [*self.directory.glob(f"{INDEX}*"), *self.directory.glob("*.writing")]:
            path.unlink(missing_ok=True)
        for later in self.steps():
            if later > step:
                (self.directory / _file(later)).unlink(missing_ok=True)

    def is_whole(self, every_epoch: bool) -> bool:
        """Tell whether all that a study asks for is there: the chosen states, or those of all epochs."""
        try:
            index = self.index()
        except DataError:
            return False
        needed = {step for task in index["tasks"].values() for step in task["epochs"].values()}
        needed |= {task["chosen"]["step"] for task in index["tasks"].values()}
        return (index["every_epoch"] or not every_epoch) and needed <= set(self.steps())

    def index(self) -> dict[str, Any]:
        """Return what ``network.json`` says.

        Raises:
            DataError: there is none, or it is damaged.
        """
        path = self.directory / INDEX
        if not path.is_file():
            raise DataError(f"{path.parent}: no network of this training is kept; set training.keep: final")
        try:
            found: dict[str, Any] = json.loads(path.read_bytes())
            if found["format"] != FORMAT:
                raise ValueError(f"format {found['format']}, this version reads {FORMAT}")
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{path} is damaged ({error}); remove {path.parent} and run the study again"
            ) from error
        return found

    def step_of(self, task: str, epoch: int | None) -> int:
        """Return the step at which a task's epoch ended; ``None`` is the epoch that the task was tested with.

        Raises:
            DataError: the task is not of this training, or that epoch is not kept.
        """
        tasks = self.index()["tasks"]
        if task not in tasks:
            raise DataError(f"{self.directory}: no task {task!r}; it has: {', '.join(tasks)}")
        if epoch is None:
            return int(tasks[task]["chosen"]["step"])
        kept = tasks[task]["epochs"]
        if str(epoch) not in kept:
            raise DataError(
                f"{self.directory}: epoch {epoch} of {task} is not kept; kept are: {', '.join(kept) or 'none'}"
            )
        return int(kept[str(epoch)])

    def epochs(self, task: str) -> list[int]:
        """Return the epochs of a task that are kept, ascending."""
        return sorted(int(epoch) for epoch in self.index()["tasks"][task]["epochs"])

    def load(self, step: int) -> dict[str, Tensor]:
        """Return the model's state after a step.

        Raises:
            DataError: it is not there, or it is damaged.
        """
        from safetensors.torch import load_file

        path = self.directory / _file(step)
        try:
            return load_file(path)
        except Exception as error:  # safetensors has an error class of its own for damaged files
            raise DataError(
                f"{path} is missing or damaged ({type(error).__name__}: {error}); remove {self.directory} and "
                "run the study again"
            ) from error

    def remove(self) -> None:
        """Remove the network."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def _epochs_at(self, step: int) -> dict[str, int]:
        from safetensors import safe_open

        with safe_open(self.directory / _file(step), framework="pt") as opened:
            found: dict[str, int] = json.loads(opened.metadata()["epochs"])
        return found

    def _write(self, name: str, content: bytes) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        draft = self.directory / f"{name}.{uuid.uuid4().hex}.writing"
        try:
            with draft.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.directory / name)
        finally:
            draft.unlink(missing_ok=True)


def remove_networks(study: Path, keys: Iterable[str]) -> None:
    """Remove the kept networks of trainings that turned out not to be final runs."""
    for key in keys:
        KeptNetwork.of(study, key).remove()


def _file(step: int) -> str:
    return f"step_{step:08d}.safetensors"
