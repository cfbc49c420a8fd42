"""What ``harness doctor`` says of the libraries behind the embedded data."""

from __future__ import annotations

import ctypes
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness.api import Finding, Parameters, PluginError
from harness_demo.libraries import INSTALL, load


def rendering(parameters: Parameters) -> Finding:
    """Return whether MIDI can be rendered: ``pretty_midi`` with its SoundFont, and ``midirenderer``."""
    missing = _missing("pretty_midi", "midirenderer")
    if missing:
        return _absent("rendering", missing, "notes and percussion")
    try:
        load("midirenderer")
    except PluginError as error:
        return Finding(check="rendering", status="problem", found=str(error), advice=INSTALL)
    return Finding(check="rendering", status="ok", found=f"midirenderer {version('midirenderer')}")


def espeak(parameters: Parameters) -> Finding:
    """Return whether the shared library of espeak-ng loads, and whether its voices are there."""
    missing = _missing("espeakng-loader")
    if missing:
        return _absent("espeak", missing, "speech")
    try:
        loader = load("espeakng_loader")
        library, voices = Path(loader.get_library_path()), Path(loader.get_data_path())
        ctypes.CDLL(str(library))
        if not (voices / "voices").is_dir():
            raise OSError(f"no voices in {voices}")
    except (PluginError, OSError) as error:
        again = "pip install --force-reinstall espeakng-loader"
        found = f"the library of espeak-ng does not load: {error}"
        return Finding(
            check="espeak", status="problem", found=found, advice=f"data set speech needs it; {again}"
        )
    return Finding(check="espeak", status="ok", found=f"espeak-ng {version('espeakng-loader')}")


def _missing(*names: str) -> list[str]:
    return [name for name in names if not _is_there(name)]


def _is_there(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _absent(check: str, missing: list[str], datasets: str) -> Finding:
    found = f"{', '.join(missing)} is not installed; {datasets} cannot be made here"
    return Finding(check=check, status="note", found=found, advice=INSTALL)
