"""All checks, in the order in which a person would look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.doctor.audio import check_codecs
from harness.doctor.devices import check_devices, check_torchaudio
from harness.doctor.finding import Finding
from harness.doctor.packages import check_packages, check_python
from harness.doctor.places import check_data_root, check_writable
from harness.doctor.plugin_health import check_components, check_plugins
from harness.doctor.self_test import self_test
from harness.plugins import Registry

ELSEWHERE = "choose another place with --out"
CACHE = "choose another place with the environment variable HARNESS_CACHE or data.options.cache_dir"


def examine(
    registry: Registry, *, cache: Path, out: Path, data_root: Path | None, trains: bool = True
) -> Iterator[Finding]:
    """Yield what is found as it is found; ``trains`` asks for the self-test at the end."""
    yield check_python()
    yield from check_packages()
    yield from check_devices()
    yield check_torchaudio()
    yield check_codecs()
    yield check_writable("cache", cache, CACHE)
    yield check_writable("results", out, ELSEWHERE)
    yield check_data_root(data_root)
    yield from check_plugins(registry)
    yield from check_components(registry)
    if trains:
        yield self_test(registry)
