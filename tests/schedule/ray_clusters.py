"""Ray clusters on this machine: small, without dashboard, without usage statistics."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Set before Ray is imported, and for the commands that tests start: others on the network must not reach a cluster.
os.environ |= {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),
}

SMALL = {"object_store_memory": 80 * 2**20, "include_dashboard": False}


@contextmanager
def cluster_of(*names: str, head_cpus: int = 1) -> Iterator[Any]:
    """Start a head and a node of one CPU for each name; yield the cluster, whose ``address`` others can join."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": head_cpus, "node_name": "head", **SMALL}
    )
    try:
        for name in names:
            add_node(cluster, name)
        yield cluster
    finally:
        cluster.shutdown()


def add_node(cluster: Any, name: str) -> Any:
    """Add a node of one CPU."""
    return cluster.add_node(num_cpus=1, node_name=name, **SMALL)
