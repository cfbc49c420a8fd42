"""What the workers of the executor's tests are asked to do."""

import os
import signal
import time
from pathlib import Path


def work(unit: dict, context: dict) -> dict:
    """Do what the unit says."""
    what = unit["do"]
    if what == "raise":
        raise ValueError(f"{unit['key']} is bad")
    if what == "die":
        os._exit(3)
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "break the gpu":
        raise RuntimeError("CUDA error: device-side assert triggered")
    if what == "wait":
        time.sleep(0.5)
    if what == "meet":
        _meet(Path(context["seen"]), unit)
    if what == "hang":
        time.sleep(60)
    if what == "die once" and not _seen(Path(context["seen"]) / unit["key"]):
        os._exit(4)
    if what == "memory" and not _seen(Path(context["seen"]) / unit["key"]):
        raise MemoryError("not enough")
    known = {"pid": os.getpid(), "device": context.get("device")}
    return {"objective": float(unit.get("value", 0)), "busy_s": 0.0, "wall_time_s": 0.0, **known}


def _meet(place: Path, unit: dict) -> None:
    """Return when ``n`` units have come here: each is done by another worker."""
    (place / f"met-{unit['key']}").touch()
    while len(list(place.glob("met-*"))) < unit["n"]:
        time.sleep(0.05)


def _seen(path: Path) -> bool:
    if path.exists():
        return True
    path.touch()
    return False
