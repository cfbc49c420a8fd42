"""The way to a Ray cluster, and the nodes that it has at a moment."""

from __future__ import annotations

import logging
import math
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from harness.errors import HarnessError
from harness.schedule.ray_parameters import RayParameters

#: The object store of a cluster that lives on one machine holds only results: features are read from their paths.
LOCAL_STORE_BYTES = 200 * 2**20


@dataclass(frozen=True)
class NodeInfo:
    """A living node: its id, the name that a person knows it by, and how many units it has room for."""

    id: str
    name: str
    room: int


def import_ray() -> Any:
    """Return the module ``ray``.

    Raises:
        HarnessError: it is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing about a study leaves the machine
    try:
        import ray
    except ImportError as error:
        raise HarnessError(
            f"compute.executor: ray needs the package ray, which is not installed here ({error}); "
            "install the extra: pip install 'mtl-harness[ray]', or use executor: local"
        ) from error
    return ray


def connect(ray: Any, parameters: RayParameters) -> bool:
    """Join the cluster, or start one here; return whether this call did (``False``: the caller has joined already).

    Raises:
        HarnessError: there is no cluster at the address.
    """
    if ray.is_initialized():
        return False
    _keep_off_stdout(ray)
    quiet: dict[str, Any] = {
        "log_to_driver": False,
        "logging_level": logging.ERROR,
        "configure_logging": True,
    }
    with _own_signals():
        if parameters.address == "local":
            ray.init(
                address="local",
                num_cpus=_cpus(parameters),
                include_dashboard=False,
                object_store_memory=LOCAL_STORE_BYTES,
                **quiet,
            )
            return True
        try:
            _reach(parameters.address)
            ray.init(address=parameters.address, **quiet)
        except (OSError, RuntimeError, ValueError) as error:
            raise HarnessError(
                f"compute.executor.address: no Ray cluster at {parameters.address!r} ({error}); start one with "
                "'ray start --head', on every other machine 'ray start --address=HOST:PORT', and run the study on "
                "one of them, with the same RAY_AUTH_MODE as theirs; or use address: local"
            ) from error
    return True


def _reach(address: str) -> None:
    """Raise ``OSError`` where nobody listens at ``host:port``; Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=10).close()


def living_nodes(ray: Any, parameters: RayParameters) -> list[NodeInfo]:
    """Return the nodes that are alive and have room for a unit."""
    nodes = [_node(found, parameters) for found in ray.nodes() if found["Alive"]]
    return [node for node in nodes if node.room]


def describe_resources(ray: Any) -> str:
    """Return what the living nodes have, for an error message."""
    return "; ".join(
        f"{found['NodeManagerHostname']}: {found['Resources'].get('CPU', 0):g} CPUs, "
        f"{found['Resources'].get('GPU', 0):g} GPUs"
        for found in ray.nodes()
        if found["Alive"]
    )


def _node(found: dict[str, Any], parameters: RayParameters) -> NodeInfo:
    resources = found["Resources"]
    named = found["NodeName"] not in ("", found["NodeManagerAddress"])
    return NodeInfo(
        id=found["NodeID"],
        name=found["NodeName"] if named else found["NodeManagerHostname"],
        room=parameters.room(resources.get("CPU", 0.0), resources.get("GPU", 0.0)),
    )


def _keep_off_stdout(ray: Any) -> None:
    """Keep Ray's news of lost nodes off the standard output, where the study's events are; Ray has no option for it."""
    if hasattr(ray._private.worker, "_worker_logs_enabled"):
        ray._private.worker._worker_logs_enabled = False


def _cpus(parameters: RayParameters) -> int:
    if parameters.workers is None:
        return len(os.sched_getaffinity(0))
    return math.ceil(parameters.workers * parameters.cpus_per_unit)


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the handlers of Ctrl-C and SIGTERM, which Ray would replace."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            try:
                signal.signal(number, handler)
            except ValueError:  # not in the main thread, where Ray does not touch them either
                return
