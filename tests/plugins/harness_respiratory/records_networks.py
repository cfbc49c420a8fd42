"""The records of the network, the loss and the terms, by kind and name."""

from __future__ import annotations

from harness_respiratory.components_networks import LOSSES, MODELS

RECORDS = {(record.kind, record.name): record for record in [*MODELS, *LOSSES]}

#: Sizes that train in a moment.
SMALL = {
    "inception_width": 2,
    "channels": (4, 6),
    "heads": 2,
    "key_size": 4,
    "dense_width": 8,
    "dropout": 0.0,
    "dense_dropout": 0.0,
}
