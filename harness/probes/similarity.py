"""The unit ``similarity``: how alike two single networks represent the pooled clips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.measures import linear_cka, rsa
from harness.probes.packed import unpack
from harness.probes.rows import measured, rows_of


def run_similarity(unit: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of ``unit["pairs"]`` from the embeddings ``unit["pools"]`` of the same clips by two networks."""
    x, y = (unpack(pool) for pool in unit["pools"])
    found = {
        "linear_cka": measured(lambda: linear_cka(x, y)),
        "rsa": measured(lambda: rsa(x, y)),
    }
    return {"rows": rows_of(unit["pairs"], found)}
