"""The machine that a benchmark ran on, so that a figure can be judged."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

#: Packages whose versions decide how fast things are.
PACKAGES = (
    "mtl-harness",
    "torch",
    "torchaudio",
    "numpy",
    "scipy",
    "scikit-learn",
    "librosa",
    "soundfile",
    "ray",
)


def describe_machine() -> dict[str, Any]:
    """Return versions, cores, CPU model, memory, torch's default threads, the accelerator, and how busy it was.

    ``load_1m`` is the mean number of running processes in the minute before; nothing but the benchmark should run.
    """
    import torch

    return {
        "measured_at_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name)) is not None},
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu_model(),
        "cores": cores(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "torch_threads": torch.get_num_threads(),
        "omp_num_threads": os.environ.get("OMP_NUM_THREADS"),
        "accelerator": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "load_1m": round(os.getloadavg()[0], 2),
    }


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


def device_label(device: str) -> str:
    """Return what names a device in a file's name: ``cpu``, or the accelerator's name in lower case."""
    if not device.startswith("cuda"):
        return device
    import torch

    return re.sub(r"[^a-z0-9]+", "-", torch.cuda.get_device_name(device).lower()).strip("-")


def _cpu_model() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1).strip() if found else platform.processor()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
