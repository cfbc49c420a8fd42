"""The client of :mod:`harness_demo.espeak_server`: speech synthesised by espeak-ng."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np

from harness.api import PluginError
from harness_demo import espeak_server
from harness_demo.libraries import load

DISTRIBUTIONS = ("espeakng-loader",)


class Espeak:
    """A context in which :meth:`speak` works; the process that speaks is ended with it."""

    def __init__(self) -> None:
        if not hasattr(os, "fork"):
            raise PluginError(
                "data set 'speech' needs os.fork (Linux, macOS), which this system does not have"
            )
        loader = load("espeakng_loader")
        self.library = Path(loader.get_library_path())
        self.data = Path(loader.get_data_path())
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None

    def check_variants(self, variants: Iterable[str]) -> None:
        """Raise :class:`PluginError` for a variant without a file: espeak-ng would ignore it in silence."""
        folder = self.data / "voices" / "!v"
        allowed = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        for variant in variants:
            if variant not in allowed:
                raise PluginError(
                    f"espeak-ng has no voice variant {variant!r}; allowed: the files in {folder}"
                )

    def __enter__(self) -> Espeak:
        self._log = tempfile.TemporaryFile("w+")
        # a script and not "-m": the server must not import this package, and what this package imports
        command = [sys.executable, "-P", espeak_server.__file__, str(self.library), str(self.data)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._log is not None:
            self._log.close()

    def speak(
        self, voice: str, text: str, *, rate: int, pitch: int, pitch_range: int, seed: int
    ) -> tuple[np.ndarray, int]:
        """Return an utterance as mono float64 ``[samples]`` in [-1, 1) and its sample rate (22,050 Hz).

        ``voice`` is a language and a variant ("en+f3"), ``rate`` words a minute (80 to 450), ``pitch`` and
        ``pitch_range`` 0 to 100 (50 is normal). The same arguments give the same samples, whatever was said
        before.
        """
        request = {
            "voice": voice, "text": text, "rate": rate, "pitch": pitch, "range": pitch_range, "seed": seed,
        }  # fmt: skip
        reply = self._ask(request)
        if "error" in reply:
            raise PluginError(f"espeak-ng could not say {text!r} as {voice!r}: {reply['error']}")
        samples = np.frombuffer(base64.b64decode(reply["pcm"]), dtype=np.int16)
        return samples / 32768.0, int(reply["rate"])

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._process is None:
            raise RuntimeError("Espeak speaks only inside its 'with' block")
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            raise PluginError(f"the espeak-ng process ended: {self._last_words()}")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _last_words(self) -> str:
        assert self._log
        self._log.seek(0)
        lines = self._log.read().strip().splitlines()
        return lines[-1] if lines else "it gave no reason"
