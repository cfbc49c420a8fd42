"""What computes: torch's build, GPUs, and whether torchaudio goes with torch."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Iterator
from types import ModuleType

from harness.doctor.finding import Finding, note, ok, problem


def check_devices() -> Iterator[Finding]:
    """Yield torch's build and the devices that it sees; a GPU that the CPU build cannot use is a note."""
    import torch

    build = torch.version.cuda
    yield ok("torch", f"{torch.__version__} ({f'CUDA {build}' if build else 'a CPU build'})")
    yield ok("cpu", f"{len(_cores())} cores")
    if torch.cuda.is_available():
        yield from (ok("gpu", _described(index)) for index in range(torch.cuda.device_count()))
    elif shutil.which("nvidia-smi"):
        yield note(
            "gpu",
            "there is a GPU driver, but torch cannot use it",
            "install a CUDA build of torch for this driver (see 'nvidia-smi' and pytorch.org)",
        )
    else:
        yield ok("gpu", "none: trainings run on the CPU, one a worker")


def check_torchaudio(load: str = "harness.torchaudio_shim") -> Finding:
    """Return whether torchaudio's transforms work, and whether its compiled extension loads beside this torch.

    The transforms are all that the harness needs; where the extension does not load, it is left out.
    """
    try:
        torchaudio: ModuleType = importlib.import_module(load).torchaudio
        torchaudio.transforms.MelSpectrogram(8000)
    except Exception as error:
        return problem(
            "torchaudio",
            f"its transforms do not work: {type(error).__name__}: {error}",
            "install torch and torchaudio of one release, through constraints.txt",
        )
    found = torchaudio.__version__
    if getattr(torchaudio._extension, "_IS_TORCHAUDIO_EXT_AVAILABLE", False):
        return ok("torchaudio", found)
    return note(
        "torchaudio",
        f"{found}: its compiled extension does not load beside this torch (a CUDA-linked torchaudio beside a CPU "
        "build of torch is such a pair); the harness works without it",
        "nothing has to be done; other programs that need it want a torchaudio of the same build as torch",
    )


def _cores() -> list[int]:
    affinity = getattr(os, "sched_getaffinity", None)
    return sorted(affinity(0)) if affinity is not None else list(range(os.cpu_count() or 1))


def _described(index: int) -> str:
    import torch

    properties = torch.cuda.get_device_properties(index)
    return f"cuda:{index} {properties.name}, {properties.total_memory / 2**30:.0f} GiB"
