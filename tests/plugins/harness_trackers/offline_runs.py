"""Reads what wandb writes offline: a log of its own protobuf records, in the layout of LevelDB's log.

wandb has no reader of its own in Python any more; the layout is that of
https://github.com/google/leveldb/blob/main/doc/log_format.md after a header of 7 bytes.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

BLOCK, HEADER = 32768, 7
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def records(path: Path) -> list[Any]:
    """Return the records of a ``run-*.wandb`` file."""
    from wandb.proto.wandb_internal_pb2 import Record

    data = path.read_bytes()
    assert data[:4] == b":W&B"
    found, parts, at = [], b"", HEADER
    while at + HEADER <= len(data):
        left = BLOCK - at % BLOCK
        if left < HEADER:  # padding at a block's end
            at += left
            continue
        _, length, kind = struct.unpack("<IHB", data[at : at + HEADER])
        parts += data[at + HEADER : at + HEADER + length]
        at += HEADER + length
        if kind in (FULL, LAST):
            found.append(Record.FromString(parts))
            parts = b""
    return found


def offline_run(folder: Path) -> dict[str, Any]:
    """Return the group, name, configuration, history and summary of an offline run."""
    [path] = folder.glob("run-*.wandb")
    run: dict[str, Any] = {"history": {}, "summary": {}, "config": {}, "artifacts": []}
    for record in records(path):
        kind = record.WhichOneof("record_type")
        if kind == "run":
            run |= {"group": record.run.run_group, "name": record.run.display_name, "id": record.run.run_id}
            run["config"] |= _values(record.run.config.update)
        elif kind == "history":
            values = _values(record.history.item)
            step = int(values.pop("_step"))
            for name, value in values.items():
                run["history"].setdefault(name, []).append((step, value))
        elif kind == "summary":
            run["summary"] |= _values(record.summary.update)
        elif kind == "exit":
            run["exit_code"] = record.exit.exit_code
        elif kind == "request" and record.request.WhichOneof("request_type") == "log_artifact":
            run["artifacts"].append(record.request.log_artifact.artifact)
        elif kind == "artifact":
            run["artifacts"].append(record.artifact)
    return run


def _values(items: Any) -> dict[str, Any]:
    return {item.key or ".".join(item.nested_key): json.loads(item.value_json) for item in items}
