"""How often a study may be looked at, so that looking costs next to nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

#: At most this often, s, and at most this share of one processor.
EVERY_S, SHARE = 1.0, 0.02

Result = TypeVar("Result")


class Pacing:
    """Calls a function and tells how long to wait before the next call: a large ledger is read less often."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self.every_s = self.wait_s = every_s

    def call(self, function: Callable[[], Result]) -> Result:
        """Return what the function returns."""
        began = time.thread_time()
        try:
            return function()
        finally:
            self.wait_s = max(self.every_s, (time.thread_time() - began) / SHARE)
