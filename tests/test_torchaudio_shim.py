"""torchaudio imports beside a CPU torch, and says what is missing."""

from __future__ import annotations

import sys

import pytest
import torch

from harness import torchaudio_shim


@pytest.fixture
def forgotten(monkeypatch):
    """Take torchaudio out of the loaded modules, and put it back afterwards."""
    for name in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
        monkeypatch.delitem(sys.modules, name)
    return monkeypatch


def test_transforms_work():
    from harness.api import torchaudio

    spectrum = torchaudio.transforms.Spectrogram(n_fft=64)(torch.zeros(2, 640))
    assert spectrum.shape[:2] == (2, 33)


@pytest.mark.parametrize("error", [OSError("libc10_cuda.so"), RuntimeError("other CUDA version")])
def test_stub_after_a_failed_import(forgotten, error):
    real, tried = torchaudio_shim.importlib.import_module, []

    def import_module(name):
        tried.append(name)
        if len(tried) == 1:
            raise error
        return real(name)

    forgotten.setattr(torchaudio_shim.importlib, "import_module", import_module)
    torchaudio = torchaudio_shim.load_torchaudio()
    assert tried == ["torchaudio", "torchaudio"]
    assert torchaudio._extension.__doc__.startswith("Stub of the harness")
    assert torchaudio._extension._IS_TORCHAUDIO_EXT_AVAILABLE is False
    with pytest.raises(RuntimeError, match="forced_align needs its compiled extension"):
        torchaudio.functional.forced_align(torch.zeros(1, 3, 2), torch.ones(1, 1))


def test_plain_import_comes_first(forgotten):
    plain = object()
    forgotten.setattr(torchaudio_shim.importlib, "import_module", lambda name: plain)
    assert torchaudio_shim.load_torchaudio() is plain


def test_missing_torchaudio_is_not_hidden(forgotten):
    forgotten.setitem(sys.modules, "torchaudio", None)
    with pytest.raises(ModuleNotFoundError):
        torchaudio_shim.load_torchaudio()
