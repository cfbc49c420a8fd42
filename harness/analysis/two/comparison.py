"""The whole comparison of two studies, as plain values and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from harness.analysis.two import agreement, origins
from harness.analysis.two.pairs import compared, only_in
from harness.analysis.two.side import Side


@dataclass(frozen=True)
class Comparison:
    """What two studies have in common, and what not. ``pairs`` are the gains of both (a table); all else is plain."""

    a: dict[str, Any]
    b: dict[str, Any]
    warnings: list[str]
    confidence: float
    pairs: pd.DataFrame
    agreement: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    correlations: list[dict[str, Any]]
    only_in_a: list[dict[str, Any]]
    only_in_b: list[dict[str, Any]]
    settings: list[dict[str, Any]]
    versions: list[dict[str, Any]]
    data: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values; numbers that are not known are ``None``."""
        values = {name: value for name, value in vars(self).items() if name != "pairs"}
        rows = self.pairs.to_dict(orient="records")
        return {key: _plain(value) for key, value in (values | {"pairs": rows}).items()}


def compare(first: Path, second: Path) -> Comparison:
    """Compare the studies in two directories, complete or not. ``difference`` is always the second less the first.

    Raises:
        HarnessError: one of them holds no study.
    """
    a, b = Side.load("a", first), Side.load("b", second)
    folds = origins.same_folds(a, b)
    confidence = float(a.config.get("analysis", {}).get("confidence", 0.95))
    pairs = compared(a, b, folds, confidence)
    return Comparison(
        a=a.describe(),
        b=b.describe(),
        warnings=origins.warnings(a, b, folds),
        confidence=confidence,
        pairs=pairs,
        agreement=agreement.agreement(pairs),
        verdicts=agreement.verdicts(pairs),
        correlations=agreement.correlations(pairs, int(a.config.get("seed", 0))),
        only_in_a=only_in(a, b),
        only_in_b=only_in(b, a),
        settings=origins.settings(a, b),
        versions=origins.versions(a, b),
        data=origins.data(a, b),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value
