"""What the workers of the executor's tests are asked to do."""

import os
import time
from pathlib import Path


def work(unit: dict, context: dict) -> dict:
    """Do what the unit says."""
    what = unit["do"]
    if what == "raise":
        raise ValueError(f"{unit['key']} is bad")
    if what == "die":
        os._exit(3)
    if what == "hang":
        time.sleep(60)
    if what == "die once" and not _seen(Path(context["seen"]) / unit["key"]):
        os._exit(4)
    if what == "memory" and not _seen(Path(context["seen"]) / unit["key"]):
        raise MemoryError("not enough")
    return {"objective": float(unit.get("value", 0)), "busy_s": 0.0, "wall_time_s": 0.0, "pid": os.getpid()}


def _seen(path: Path) -> bool:
    if path.exists():
        return True
    path.touch()
    return False
