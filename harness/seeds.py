"""Named seeds: every random draw has its own stream, derived from the study seed and a path of names."""

from __future__ import annotations

import hashlib


def derive_seed(root: int, *names: object) -> int:
    """Return a seed in [0, 2**63) that depends on ``root`` and on every name, in order."""
    text = "\x1f".join([str(root), *(str(name) for name in names)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1
