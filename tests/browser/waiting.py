"""Waiting for the page. Playwright's own ``wait_for_function`` evaluates text, which the page's policy forbids."""

from __future__ import annotations

import time
from typing import Any

LIMIT_S = 20.0


def until(tab: Any, said: str, wanted: object = True) -> None:
    """Wait until an expression has the wanted value; raise an AssertionError where it never does."""
    end = time.monotonic() + LIMIT_S
    while (found := tab.evaluate(said)) != wanted:
        assert time.monotonic() < end, f"{said} stayed {found!r}, not {wanted!r}"
        tab.wait_for_timeout(30)
