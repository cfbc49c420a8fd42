"""A study of three tasks on two tiny data sets, learned by one network with batch normalisation, and its networks."""

from __future__ import annotations

import json
from pathlib import Path

from tests.probes.small import bench
from tests.revive.small import write_study

CHANGES = (
    "training.keep=final",
    "tuning.trials=1",
    "training.epochs=2",
    "groups.sizes=[]",
    "groups.include=[[a/pitch, a/loud, b/wave]]",
    "models=[{name: cnn, depth: 2, width: 4}]",
)


def kept_study(place: Path) -> Path:
    """Train the study in ``place``, and return its directory."""
    out = place / "out"
    with bench(write_study(place), out, changes=CHANGES) as opened:
        opened.ledger.set_meta("config_json", json.dumps(opened.factory.config.to_resolved_dict()))
        opened.train()
    return out
