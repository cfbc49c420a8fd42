"""Base of the embedded data sets: plans are rendered once into the cache, then yielded as clips."""

from __future__ import annotations

import hashlib
import json
import os
import wave
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

import numpy as np
from filelock import FileLock

from harness.api import Clip, DataError, Dataset, DatasetContext
from harness_demo.design import Plan, draws
from harness_demo.libraries import versions
from harness_demo.mix import mix
from harness_demo.parameters import RenderParameters

WAV_HEADER_BYTES = 44

#: Renders a plan with the clip's random numbers: a mono sound, float ``[samples]``, and its rate in Hz.
Render = Callable[[Plan, np.random.RandomState], tuple[np.ndarray, int]]


class RenderedDataset(Dataset):
    """A data set that is rendered clip by clip into ``context.cache_dir``, each file written atomically.

    The folder is named by what decides the audio: the parameters (but not ``n_clips``: a longer data set
    begins with the shorter one), this package's own code and the versions of the libraries. What an
    interrupted rendering finished is kept.
    """

    name: ClassVar[str]
    distributions: ClassVar[tuple[str, ...]]

    def __init__(self, parameters: RenderParameters, context: DatasetContext) -> None:
        self.parameters = parameters
        self.context = context
        self.directory = context.cache_dir / f"{self.name}-{self._key()}"

    def plans(self) -> list[Plan]:
        """Return what the clips are, in order."""
        raise NotImplementedError

    def renderer(self) -> AbstractContextManager[Render]:
        """Return a context that offers the function which renders a plan; entered if a clip is missing."""
        raise NotImplementedError

    def clips(self) -> Iterator[Clip]:
        """Render what is missing, then iterate the clips."""
        plans = self.plans()
        self._render(plans)
        for plan in plans:
            yield Clip(
                id=f"{plan.index:05d}",
                labels=dict(plan.labels),
                path=self._path(plan),
                group=plan.group,
                groups=dict(plan.groups),
            )

    def _key(self) -> str:
        content = {
            "code": _source_hash(),
            "parameters": self.parameters.model_dump(mode="json", exclude={"n_clips"}),
            "versions": versions(self.name, (*self.distributions, "soxr")),
        }
        return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=8).hexdigest()

    def _path(self, plan: Plan) -> Path:
        return self.directory / f"{plan.index:05d}.wav"

    def _render(self, plans: list[Plan]) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        with FileLock(self.directory / ".lock"):
            missing = [plan for plan in plans if not self._is_whole(self._path(plan))]
            if not missing:
                return
            done = len(plans) - len(missing)
            with self.renderer() as render:
                for number, plan in enumerate(missing, start=done + 1):
                    self._write(plan, render)
                    self.context.progress(number, len(plans), f"rendering {self.name}")

    def _is_whole(self, path: Path) -> bool:
        # a renamed file is whole, unless the machine lost power before its blocks were on the disk
        n_bytes = WAV_HEADER_BYTES + 2 * round(self.parameters.clip_s * self.parameters.sample_rate)
        return path.is_file() and path.stat().st_size == n_bytes

    def _write(self, plan: Plan, render: Render) -> None:
        p = self.parameters
        random = draws(p.seed, self.name, "clip", plan.index)
        sound, rate = render(plan, random)
        try:
            samples = mix(
                sound, rate, sample_rate=p.sample_rate, clip_s=p.clip_s, snr_db=p.snr_db, random=random
            )
        except DataError as error:
            raise DataError(f"{self.name}, clip {plan.index:05d} ({dict(plan.sound)}): {error}") from error
        part = self.directory / f".{plan.index:05d}.part"
        try:
            write_wav(part, samples, p.sample_rate)
            os.replace(part, self._path(plan))
        finally:
            part.unlink(missing_ok=True)


def _source_hash() -> str:
    # a number to raise by hand would be forgotten once, and then old audio would get new labels
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.blake2b(b"\0".join(path.read_bytes() for path in sources), digest_size=8).hexdigest()


def write_wav(path: Path, samples: np.ndarray, sample_rate: int) -> None:
    """Write int16 ``samples [samples]`` as a mono WAV file; its header has no date and no version."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(samples.astype("<i2").tobytes())
