"""The workers of a Ray executor: one actor for each unit that a node has room for, on all nodes that are alive."""

from __future__ import annotations

import contextlib
import json
import time
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import Any

from harness.errors import HarnessError
from harness.schedule.ray_cluster import NodeInfo, living_nodes
from harness.schedule.ray_parameters import RayParameters
from harness.schedule.ray_shelf import Shelf
from harness.schedule.ray_work import Worker, versions_here

#: How often the cluster is asked which nodes it has, s.
LOOK_EVERY_S = 2.0
#: A node whose workers die in so many looks, with no unit ended in between, gets no more of them.
MAX_BAD_LOOKS = 10


@dataclass(eq=False)
class Member:
    """A worker: its actor, its node, and the unit that it has."""

    actor: Any
    node: NodeInfo
    name: str
    unit: dict[str, Any] | None = None
    shared: bool = False


class Crew:
    """Keeps an actor for each unit that the living nodes have room for."""

    def __init__(self, ray: Any, parameters: RayParameters, setup: bytes) -> None:
        self._ray, self._parameters, self._setup = ray, parameters, setup
        self.members: list[Member] = []
        self.greetings: dict[Any, Member] = {}
        self._idle: list[Member] = []
        self._refused: dict[str, str] = {}
        self._bad_looks: Counter[str] = Counter()
        self._died: set[str] = set()
        self._looked = 0.0
        self._versions = versions_here()
        self._shelf = self._put_shelf()

    def look_around(self, *, now: bool = False) -> int:
        """See which nodes there are, and fill their room with workers; return how many workers there are.

        Raises:
            HarnessError: every node was refused.
        """
        if now or time.monotonic() - self._looked > LOOK_EVERY_S:
            self._looked = time.monotonic()
            nodes = living_nodes(self._ray, self._parameters)
            self._drop_idle_elsewhere(nodes)
            self._judge(nodes)
            usable = [node for node in nodes if node.id not in self._refused]
            if self._refused and not usable:
                reasons = "\n".join(f"  {reason}" for reason in self._refused.values())
                raise HarnessError(
                    f"compute.executor: no node is left to train on:\n{reasons}\nNothing done is lost."
                )
            self._fill(usable)
        return len(self.members)

    def idle(self) -> Member | None:
        """Take a worker that is alive and has nothing to do."""
        return self._idle.pop() if self._idle else None

    def back(self, member: Member, blame: str | None) -> None:
        """Take a worker back that ended its unit; where the node is to ``blame``, it gets no more of them."""
        member.unit = None
        self._bad_looks.pop(member.node.id, None)
        if blame:
            self._refuse(member.node, blame)
        if member.node.id in self._refused:
            self._end(member)
        elif member in self.members:
            self._idle.append(member)

    def greet(self, greeting: Any) -> list[Any]:
        """Take in a worker that said hello, or the news that it could not; return no outcomes."""
        member = self.greetings.pop(greeting)
        try:
            hello = json.loads(self._ray.get(greeting))
        except self._ray.exceptions.RayError:
            self.dismiss(member)
            return []
        problem = hello.get("error") or self._differs(hello["versions"])
        if problem:
            self._refuse(member.node, problem)
        elif member in self.members:
            member.shared = hello["shared"]
            member.name = f"{member.node.name} pid {hello['pid']}"
            self._idle.append(member)
        return []

    def is_gone(self, node: NodeInfo) -> bool:
        """Tell whether a whole node is gone, and not only a worker on it."""
        return node.id not in {found["NodeID"] for found in self._ray.nodes() if found["Alive"]}

    def dismiss(self, member: Member) -> None:
        """End a worker, or note that it ended by itself; the others on its node say hello again before they get units.

        Otherwise the idle workers of a node that is gone would swallow the same unit one after another.
        """
        self._died.add(member.node.id)
        self._end(member)
        for other in [one for one in self._idle if one.node.id == member.node.id]:
            self._idle.remove(other)
            self.greetings[other.actor.hello.remote()] = other

    def end(self) -> None:
        """End all workers at once."""
        for member in list(self.members):
            self._end(member)
        if self._shelf is not None:
            self._ray.kill(self._shelf)

    def _end(self, member: Member) -> None:
        with contextlib.suppress(Exception):  # it is gone already
            self._ray.kill(member.actor)
        for crew in (self.members, self._idle):
            if member in crew:
                crew.remove(member)

    def _drop_idle_elsewhere(self, nodes: list[NodeInfo]) -> None:
        alive = {node.id for node in nodes}
        for member in [one for one in self._idle if one.node.id not in alive]:
            self._end(member)

    def _judge(self, nodes: list[NodeInfo]) -> None:
        """Count against a living node that its workers died; those of a node that is gone died with it."""
        for node in nodes:
            if node.id in self._died:
                self._bad_looks[node.id] += 1
                if self._bad_looks[node.id] >= MAX_BAD_LOOKS:
                    self._refuse(
                        node, f"{node.name}: its workers die one after another; is there enough memory?"
                    )
        self._died = set()

    def _fill(self, nodes: list[NodeInfo]) -> None:
        here = Counter(member.node.id for member in self.members)
        most = self._parameters.workers or sum(node.room for node in nodes)
        for place in range(max((node.room for node in nodes), default=0)):
            for node in nodes:
                if here[node.id] <= place < node.room and len(self.members) < most:
                    self._hire(node)

    def _hire(self, node: NodeInfo) -> None:
        options = {
            "num_cpus": self._parameters.cpus_per_unit,
            "num_gpus": self._parameters.gpus_per_unit,
            "scheduling_strategy": self._on(node.id),
        }
        actor = self._actor(Worker, **options).remote(self._setup, self._shelf)
        member = Member(actor, node, node.name)
        self.members.append(member)
        self.greetings[actor.hello.remote()] = member

    def _put_shelf(self) -> Any:
        if self._parameters.transfer == "shared":
            return None
        here = self._ray.get_runtime_context().get_node_id()
        return self._actor(Shelf, num_cpus=0, scheduling_strategy=self._on(here)).remote()

    def _actor(self, kind: type, **options: Any) -> Any:
        return self._ray.remote(kind).options(max_restarts=0, max_task_retries=0, **options)

    def _on(self, node: str) -> Any:
        return self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node, soft=False)

    def _differs(self, versions: dict[str, str]) -> str | None:
        other = {
            name: versions.get(name) for name in self._versions if versions.get(name) != self._versions[name]
        }
        if not other:
            return None
        found = ", ".join(f"{name} {value or 'not installed'}" for name, value in other.items())
        expected = ", ".join(f"{name} {self._versions[name]}" for name in other)
        return f"found {found}; expected {expected}, as on this machine"

    def _refuse(self, node: NodeInfo, reason: str) -> None:
        if node.id not in self._refused:
            self._refused[node.id] = f"{node.name}: {reason}"
            warnings.warn(f"node {node.name} is not used: {reason}", RuntimeWarning, stacklevel=2)
        for member in [one for one in self.members if one.node.id == node.id and one.unit is None]:
            self._end(member)
