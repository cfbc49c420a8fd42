"""What a Ray worker does: see that a unit's data are on its node, call the function, answer. Only text travels."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from harness.config.data import DataOptions
from harness.data.cache import cache_root
from harness.keys import NUMERICS_VERSION
from harness.plugins import load_registry
from harness.schedule.local_worker import outcome
from harness.schedule.ray_folders import Folders

#: A node's own checkpoints of trainings that went elsewhere are removed after this long, s.
KEPT_S = 7 * 24 * 3600.0


class Worker:
    """An actor that does one unit at a time. ``setup`` is JSON: see :meth:`RayExecutor.start`."""

    def __init__(self, setup: bytes, shelf: Any) -> None:
        self._setup: dict[str, Any] = json.loads(setup)
        self._shelf = shelf

    def hello(self) -> bytes:
        """Load what units need; return JSON with ``pid``, ``versions`` and whether the node sees the study's folder
        (``shared``), or with an ``error``.
        """
        threads = str(self._setup["threads"])
        os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = threads
        found: dict[str, Any] = {"pid": os.getpid()}
        try:
            self._call, warm_up = load(self._setup["function"])
            root = cache_root(DataOptions(cache_dir=self._setup["cache_dir"]))
            self._folders = Folders(root / "received", self._setup["transfer"], self._fetch)
            self._own = None if self._sees_the_study() else _emptied(root / "checkpoints")
            self._context = {
                **self._setup["context"],
                **({"checkpoints": str(self._own)} if self._own else {}),
            }
            warm_up(self._context)
            found |= {"versions": versions_here(), "shared": self._own is None}
        except Exception as error:
            found["error"] = f"{type(error).__name__}: {error}"
        return json.dumps(found).encode()

    def work(self, unit: bytes) -> bytes:
        """Do a unit; return JSON with its ``outcome``, whether this worker is ``usable`` for another one, and ``blame``
        where the node could not get the unit's data: that is not the unit's fault, and another node may do it.
        """
        found: dict[str, Any] = json.loads(unit)
        try:
            placed = self._folders.on_this_node(found)
        except Exception as error:
            known = {"error_type": type(error).__name__, "error": str(error)}
            blamed = {"key": found["key"], "status": "lost", **known}
            return json.dumps(
                {"outcome": blamed, "usable": True, "blame": ": ".join(known.values())}
            ).encode()
        answer, usable = outcome(self._call, placed, self._context)
        self._tidy(json.loads(answer))
        return b'{"outcome": %b, "usable": %b, "blame": null}' % (answer, json.dumps(usable).encode())

    def _tidy(self, answer: dict[str, Any]) -> None:
        """Remove the node's own checkpoints of trainings that are done; at a rung they are what goes on."""
        results = answer.get("result", {})
        results = results.get("results", {answer["key"]: {"status": answer["status"], "result": results}})
        for key, one in results.items() if self._own else ():
            if one["status"] == "done" and one["result"].get("stop_epoch") is None:
                shutil.rmtree(self._own / key, ignore_errors=True)

    def _sees_the_study(self) -> bool:
        """Tell whether the study's checkpoint folder is on this node too: the parent's mark lies in it."""
        folder = self._setup["context"].get("checkpoints")
        return folder is None or (Path(folder) / self._setup["mark"]).exists()

    def _fetch(self, folder: str) -> tuple[list[str], list[Callable[[], bytes]]]:
        import ray

        get: Callable[[Any], Any] = ray.get
        names, references = get(self._shelf.pieces.remote(folder))
        return json.loads(names), [partial(get, reference) for reference in references]


def load(function: str) -> tuple[Callable[..., Any], Callable[[dict[str, Any]], None]]:
    """Return the function that ``"package.module:name"`` names, and its module's ``warm_up``, if it has one."""
    module, _, name = function.partition(":")
    home = importlib.import_module(module)
    return getattr(home, name), getattr(home, "warm_up", lambda context: None)


def _emptied(folder: Path) -> Path:
    """Make the folder of a node's own checkpoints, and remove from it what nobody came back for."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.iterdir():
        if time.time() - left.stat().st_mtime > KEPT_S:
            shutil.rmtree(left, ignore_errors=True)
    return folder


def versions_here() -> dict[str, str]:
    """Return the versions that decide a training's result: nodes must not differ in them."""
    found = {"numerics": str(NUMERICS_VERSION), "mtl-harness": _version("mtl-harness")}
    found["torch"] = _version("torch").split("+")[0]
    plugins = {entry.distribution: entry.version for entry in load_registry().all()}
    return {**plugins, **found}


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
