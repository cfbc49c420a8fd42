"""Diverging colours centred at zero, in steps; in grey, the signs written on them tell the sides apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.colors import BoundaryNorm, ListedColormap

STEPS = 11
#: The darkest steps: black text stays legible on them. Orange and blue are told apart by colour-blind readers.
HARMS, ZERO, HELPS = (0xF0, 0x8A, 0x24), (0xF7, 0xF7, 0xF7), (0x4B, 0x9C, 0xD3)


def hex_steps() -> list[str]:
    """Return orange to blue in 11 steps, the middle one grey."""
    middle = STEPS // 2
    down = [_between(HARMS, ZERO, place / middle) for place in range(middle)]
    return down + [_between(ZERO, HELPS, place / middle) for place in range(middle + 1)]


def _between(start: tuple[int, ...], end: tuple[int, ...], share: float) -> str:
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(start, end, strict=True))


def diverging(limit: float) -> tuple[ListedColormap, BoundaryNorm]:
    """Return orange to blue in 11 steps from ``-limit`` to ``limit``."""
    import numpy as np
    from matplotlib.colors import BoundaryNorm, ListedColormap

    limit = limit if limit > 0 else 1.0
    return ListedColormap(hex_steps()), BoundaryNorm(np.linspace(-limit, limit, STEPS + 1), STEPS)


def rounded_up(value: float) -> float:
    """Return the next round number (1, 1.5, 2, 3, 5 or 7 times a power of ten): a limit that reads well."""
    import math

    if not value > 0:
        return 0.01
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 5, 7, 10) if value <= step * power * (1 + 1e-9))
