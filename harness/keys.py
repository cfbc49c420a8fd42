"""Content keys: equal content gives equal keys, whatever the order of a mapping's entries."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel

#: Raised whenever a change to the engines changes the numbers that they produce.
NUMERICS_VERSION = 2


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no spaces; pydantic models are dumped, tuples become lists."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False)


def content_key(value: Any, *, length: int = 24) -> str:
    """Return ``length`` hexadecimal digits of the BLAKE2b hash of the value's canonical JSON."""
    return hashlib.blake2b(canonical_json(value).encode(), digest_size=32).hexdigest()[:length]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "item"):
        return value.item()
    return str(value)
