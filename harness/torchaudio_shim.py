"""torchaudio without its compiled extension.

The wheels of torchaudio on PyPI are linked against CUDA: beside a CPU build of torch, ``import torchaudio``
raises OSError for ``libc10_cuda.so``. The features need its transforms only, which are pure torch. The plain
import is tried first; when it fails, ``torchaudio._extension``, the module that loads the libraries, is
replaced by a stub that says the extension is not there, as torchaudio's own source build without it would.

Use it as ``from harness.api import torchaudio``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn

_EXTENSION = "torchaudio._extension"


def load_torchaudio() -> ModuleType:
    """Import torchaudio, with the stub in place of its extension where the libraries do not load.

    Raises:
        ModuleNotFoundError: torchaudio is not installed.
    """
    try:
        return importlib.import_module("torchaudio")
    except ModuleNotFoundError:
        raise
    except (OSError, ImportError, RuntimeError):
        _forget_torchaudio()
        sys.modules[_EXTENSION] = _stub()
        return importlib.import_module("torchaudio")


def _forget_torchaudio() -> None:
    """Drop what the failed import left behind, so that the next one does not find half a package."""
    for name in [name for name in sys.modules if name == "torchaudio" or name.startswith("torchaudio.")]:
        del sys.modules[name]


def _stub() -> ModuleType:
    """Return a module with the names of ``torchaudio._extension``, all of which say "not available"."""
    stub = ModuleType(_EXTENSION, "Stub of the harness: the compiled extension of torchaudio did not load.")
    values: dict[str, Any] = {
        "_IS_TORCHAUDIO_EXT_AVAILABLE": False,
        "_IS_ALIGN_AVAILABLE": False,
        "_IS_RIR_AVAILABLE": False,
        "_load_lib": lambda lib: False,
        "fail_if_no_align": _unavailable,
        "fail_if_no_rir": _unavailable,
        "lazy_import_sox_ext": lambda: ModuleType("sox_ext"),
    }
    for name, value in values.items():
        setattr(stub, name, value)
    return stub


def _unavailable(function: Callable[..., Any]) -> Callable[..., NoReturn]:
    """Replace a function that needs the extension by one that says so."""

    def fail(*args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(
            f"torchaudio's {function.__name__} needs its compiled extension, which did not load"
        )

    return fail


torchaudio = load_torchaudio()
