"""A CPU torch beside a CUDA-linked torchaudio is told, and so is a GPU that torch cannot use."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import torch

from harness.doctor import devices
from harness.doctor.devices import check_devices, check_torchaudio


def torchaudio_with(monkeypatch, *, extension: bool, transforms: object) -> str:
    """Put a module in place of the shim, with a torchaudio whose extension loads or not; return its name."""
    shim = ModuleType("pretended_shim")
    shim.torchaudio = SimpleNamespace(  # type: ignore[attr-defined]
        __version__="9.9+cu999",
        transforms=transforms,
        _extension=SimpleNamespace(_IS_TORCHAUDIO_EXT_AVAILABLE=extension),
    )
    monkeypatch.setitem(sys.modules, "pretended_shim", shim)
    return "pretended_shim"


WORKING = SimpleNamespace(MelSpectrogram=lambda rate: None)


def test_an_extension_that_does_not_load_is_a_note(monkeypatch):
    finding = check_torchaudio(torchaudio_with(monkeypatch, extension=False, transforms=WORKING))
    assert finding.status == "note"
    assert "9.9+cu999: its compiled extension does not load" in finding.found
    assert "the harness works without it" in finding.found
    assert "same build as torch" in finding.advice


def test_an_extension_that_loads_is_fine(monkeypatch):
    assert check_torchaudio(torchaudio_with(monkeypatch, extension=True, transforms=WORKING)).status == "ok"


def test_transforms_that_do_not_work_are_a_problem(monkeypatch):
    broken = SimpleNamespace(MelSpectrogram=lambda rate: 1 / 0)
    finding = check_torchaudio(torchaudio_with(monkeypatch, extension=False, transforms=broken))
    assert finding.status == "problem"
    assert "ZeroDivisionError" in finding.found


def test_the_real_torchaudio_is_told_as_it_is():
    from harness.torchaudio_shim import torchaudio

    finding = check_torchaudio()
    loads = torchaudio._extension._IS_TORCHAUDIO_EXT_AVAILABLE
    assert finding.status == ("ok" if loads else "note")


def test_a_gpu_that_the_cpu_build_cannot_use_is_a_note(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(devices.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    found = {finding.check: finding for finding in check_devices()}
    assert found["gpu"].status == "note"
    assert "CUDA build" in found["gpu"].advice


def test_no_gpu_is_fine(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(devices.shutil, "which", lambda name: None)
    found = {finding.check: finding for finding in check_devices()}
    assert found["gpu"].status == "ok"
    assert torch.__version__ in found["torch"].found
