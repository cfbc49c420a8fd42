"""Diverging colours centred at zero, in steps; in grey, the signs written on them tell the sides apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.colors import BoundaryNorm, ListedColormap

STEPS = 11


def diverging(limit: float) -> tuple[ListedColormap, BoundaryNorm]:
    """Return red to blue in 11 steps from ``-limit`` to ``limit``.

    ColorBrewer's RdBu is safe for colour-blind readers. The darkest ends are left out, so that black text
    stays legible on every step.
    """
    import matplotlib
    import numpy as np
    from matplotlib.colors import BoundaryNorm, ListedColormap

    limit = limit if limit > 0 else 1.0
    wanted = matplotlib.colormaps["RdBu"](np.linspace(0.2, 0.8, STEPS))
    return ListedColormap(wanted), BoundaryNorm(np.linspace(-limit, limit, STEPS + 1), STEPS)


def rounded_up(value: float) -> float:
    """Return the next round number (1, 1.5, 2, 3, 5 or 7 times a power of ten): a limit that reads well."""
    import math

    if not value > 0:
        return 0.01
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 5, 7, 10) if value <= step * power * (1 + 1e-9))
