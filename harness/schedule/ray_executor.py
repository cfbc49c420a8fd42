"""The Ray executor: persistent actors on the nodes of a cluster, each doing one unit at a time.

A unit is handed to an actor that is alive and idle, so ``started`` is true when it is said, and what is not started
waits in the parent. Ray itself retries nothing: an actor that is gone, with its node or alone, gives ``lost``, and
what happens then is the scheduler's to decide.
"""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections import Counter, deque
from pathlib import Path
from typing import Any

from harness.bases.executor import NODE_LOST, Executor, Outcome
from harness.errors import HarnessError
from harness.schedule.limits import TimeLimit
from harness.schedule.ray_cluster import connect, describe_resources, import_ray
from harness.schedule.ray_crew import Crew, Member
from harness.schedule.ray_folders import as_text
from harness.schedule.ray_parameters import RayParameters

#: How long to wait for the first node with room, s: in a Slurm job the nodes come one after another.
FIRST_NODE_S = 60.0
#: A unit that was lost with more nodes than this may be what kills them.
MAX_NODES_LOST = 5
#: How the names of files begin by which nodes know that they see the study's folder.
MARK = ".seen-by-"


class RayExecutor(Executor):
    """Actors on the nodes of a Ray cluster."""

    parameters: RayParameters

    def __init__(self, parameters: RayParameters) -> None:
        super().__init__(parameters)
        self._queue: deque[dict[str, Any]] = deque()
        self._busy: dict[Any, Member] = {}
        self._listings: dict[str, dict[str, int]] = {}
        self._nodes_lost: Counter[str] = Counter()
        self._mark: Path | None = None
        self._joined, self._ended = False, False
        self._limit = TimeLimit(parameters.timeout_s)

    def start(self, function: str, context: dict[str, Any]) -> None:
        """Join the cluster, and put a worker wherever there is room for a unit.

        Raises:
            HarnessError: Ray is not installed, there is no cluster, or no node has room.
        """
        self._ray = import_ray()
        self._joined = connect(self._ray, self.parameters)
        checkpoints = context.get("checkpoints")
        self._limit = TimeLimit(self.parameters.timeout_s, Path(checkpoints) if checkpoints else None)
        setup = {
            "function": function,
            "context": context,
            "threads": self.parameters.threads,
            "transfer": self.parameters.transfer,
            "cache_dir": self.parameters.cache_dir,
            "mark": self._leave_mark(checkpoints),
        }
        self._crew = Crew(self._ray, self.parameters, json.dumps(setup).encode())
        self._wait_for_a_node()

    def _wait_for_a_node(self) -> None:
        until = time.monotonic() + FIRST_NODE_S
        while not self._crew.look_around(now=True):
            if time.monotonic() > until:
                raise HarnessError(
                    f"compute.executor: no node of the cluster has room for a unit of "
                    f"{self.parameters.cpus_per_unit:g} CPUs and {self.parameters.gpus_per_unit:g} GPUs "
                    f"({describe_resources(self._ray)})"
                )
            time.sleep(1)

    @property
    def slots(self) -> int:
        return len(self._crew.members)

    def submit(self, unit: dict[str, Any]) -> None:
        self._queue.append(unit)

    def wait(self, timeout_s: float) -> list[Outcome]:
        self._crew.look_around()
        outcomes = self._assign()
        calls = [*self._busy, *self._crew.greetings]
        if not calls:
            time.sleep(min(timeout_s, 0.2))  # nodes may join
            return outcomes
        self._ray.wait(calls, timeout=0 if outcomes else min(timeout_s, 0.5))
        ended, _ = self._ray.wait(calls, num_returns=len(calls), timeout=0)
        for call in ended:
            outcomes += self._collect(call) if call in self._busy else self._crew.greet(call)
        return outcomes + self._overdue()

    def cancel(self) -> list[str]:
        keys = [unit["key"] for unit in self._queue]
        self._queue.clear()
        return keys

    def stop(self, *, now: bool) -> None:
        self._queue.clear()
        if self._ended:  # whatever is asked of Ray now would make it start anew
            return
        self._ended = True
        with contextlib.suppress(Exception):  # a cluster that is gone, or never came, has nothing to end
            if self._busy and not now:
                self._ray.wait(list(self._busy), num_returns=len(self._busy), timeout=5)
            self._crew.end()
        self._busy = {}
        if self._joined:
            self._ray.shutdown()
            self._joined = False
        if self._mark is not None:
            self._mark.unlink(missing_ok=True)

    def _leave_mark(self, checkpoints: str | None) -> str:
        """Leave a file in the study's checkpoint folder; a node that finds it there sees the same folder."""
        mark = f"{MARK}{uuid.uuid4().hex}"
        if checkpoints is not None:
            folder = Path(checkpoints)
            folder.mkdir(parents=True, exist_ok=True)
            for left in folder.glob(f"{MARK}*"):  # by a parent that was killed
                left.unlink(missing_ok=True)
            self._mark = folder / mark
            self._mark.touch()
        return mark

    def _assign(self) -> list[Outcome]:
        """Give queued units to idle workers; what was started is an outcome too."""
        started = []
        while self._queue and (member := self._crew.idle()) is not None:
            unit = self._queue.popleft()
            member.unit = unit
            self._limit.begin(unit)
            self._busy[member.actor.work.remote(as_text(unit, self._listings))] = member
            started.append(Outcome(key=unit["key"], status="started", worker=member.name))
        return started

    def _collect(self, call: Any) -> list[Outcome]:
        member = self._busy.pop(call)
        try:
            answer = json.loads(self._ray.get(call))
        except self._ray.exceptions.RayError as error:
            return [
                self._lost(
                    member, self._to_blame(member, error), f"the worker is gone: {_first_lines(error)}"
                )
            ]
        outcome = Outcome(**{**answer["outcome"], "worker": member.name})
        assert member.unit is not None
        self._limit.end(member.unit, done=outcome.status == "done")
        if answer["usable"]:
            self._crew.back(member, answer["blame"])
        else:  # its device is broken: only a new process can go on
            self._crew.dismiss(member)
        return [outcome]

    def _overdue(self) -> list[Outcome]:
        """End units that took too long. Only where checkpoints are seen can one without a limit of its own be hung."""
        late = []
        for call, member in list(self._busy.items()):
            known = member.shared or self.parameters.timeout_s is not None
            reason = self._limit.passed(member.unit) if known and member.unit else None
            if reason is not None:
                late.append(self._lost(self._busy.pop(call), "WorkerTimeout", reason))
        return late

    def _to_blame(self, member: Member, error: Exception) -> str:
        """Tell a lost node from a worker that died; a unit that took several nodes with it is suspect itself.

        Where only a worker dies, its node says so at once; where nobody says why it does not answer, the node is lost,
        even before the cluster has noticed.
        """
        assert member.unit is not None
        key = member.unit["key"]
        died = isinstance(error, self._ray.exceptions.ActorDiedError)
        if died and not self._crew.is_gone(member.node):
            return "WorkerDied"
        self._nodes_lost[key] += 1
        return NODE_LOST if self._nodes_lost[key] <= MAX_NODES_LOST else "WorkerDied"

    def _lost(self, member: Member, error_type: str, error: str) -> Outcome:
        assert member.unit is not None
        key = member.unit["key"]
        self._limit.end(member.unit, done=False)
        self._crew.dismiss(member)
        return Outcome(key=key, status="lost", error_type=error_type, error=error, worker=member.name)


def _first_lines(error: Exception) -> str:
    return " ".join(str(error).split("\n\tclass_name")[0].split())[:500]
