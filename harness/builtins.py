"""Components of the core itself, registered through the same hooks as everybody's."""

from __future__ import annotations

from harness.api import ExecutorRecord, hookimpl


@hookimpl
def harness_executors() -> list[ExecutorRecord]:
    """The executor of one machine."""
    from harness.schedule.local import LocalParameters

    return [
        ExecutorRecord(
            name="local",
            factory="harness.schedule.local:LocalExecutor",
            parameters=LocalParameters,
            summary="Persistent worker processes on this machine, one thread each on a CPU.",
        )
    ]
