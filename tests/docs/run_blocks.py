"""Runs the blocks of one page, in order, as a reader would paste them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.markdown import Block

SHELLS = ("sh", "bash")
TIMEOUT_S = 120


class Page:
    """A folder, an environment, and a namespace that all Python blocks of the page share."""

    def __init__(self, place: Path, environment: dict[str, str]) -> None:
        self.place = place
        self.environment = environment
        self.module = ModuleType("__page__")

    def run(self, block: Block) -> None:
        """Run a block of the shell or of Python; fail with its place, its lines and its output."""
        self._shell(block) if block.language in SHELLS else self._python(block)

    def _shell(self, block: Block) -> None:
        started = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", block.text],
            cwd=self.place,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, code = started.communicate(timeout=TIMEOUT_S)[0], started.returncode
        except subprocess.TimeoutExpired as late:
            output, code = late.output, f"nothing after {TIMEOUT_S} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)  # what a block leaves behind does not outlive it
        if code:
            pytest.fail(f"{block} ended with {code}:\n{block.text}\n{output}", pytrace=False)

    def _python(self, block: Block) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.place)
            patch.setitem(sys.modules, self.module.__name__, self.module)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            try:
                exec(compiled(block), vars(self.module))
            except Exception:
                pytest.fail(f"{block} failed:\n{block.text}\n{traceback.format_exc()}", pytrace=False)


def compiled(block: Block) -> object:
    """Return the code of a Python block; its line numbers are those of the page."""
    return compile("\n" * block.line + block.text, os.fspath(block.page), "exec")
