"""What a worker does with a unit: open its data, train, and give back plain values."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from harness.plugins import load_registry
from harness.probes.states import States
from harness.schedule.local_worker import is_broken_device
from harness.schedule.unit_data import load_data
from harness.train.checkpoint import Checkpoints
from harness.train.keeping import Keeper
from harness.train.kept import KeptNetwork
from harness.train.loop import Keep, train
from harness.train.population import Member, train_population, why_not
from harness.train.refit import train_again
from harness.train.types import RunResult, RunSpec

__all__ = ["load_data", "run_unit", "warm_up"]

Unit = Mapping[str, Any]


def warm_up(context: Mapping[str, Any]) -> None:
    """Load the components that ``context["components"]`` (kind, name) says, so that the first trainings do not wait."""
    import torch

    _set_threads(int(context["threads"]))
    torch.optim.SGD(
        [torch.zeros(1)], lr=1.0
    )  # the first optimizer imports torch's compiler, which takes seconds
    registry = load_registry()
    for kind, name in context.get("components", ()):
        with contextlib.suppress(Exception):  # a broken component is told of by the training that needs it
            registry.get(kind, name).component.resolve()


def run_unit(unit: Unit, context: Mapping[str, Any]) -> dict[str, Any]:
    """Train one unit, or a pack; or measure a probe.

    ``context`` has ``device``, ``engine`` (``loop`` or ``population``), ``threads``, ``memory_gb``, ``checkpoints`` and
    ``checkpoint_s``. A pack gives ``{"results": {key: …}}``, a training with ``status`` ``done`` and its ``result``, or
    ``failed`` (``lost`` where the device broke, which ``broken`` tells the worker) and its error.
    """
    _set_threads(int(context["threads"]))
    if "probe" in unit:
        from harness.probes.work import run_probe

        return run_probe(unit, context, partial(load_data, memory_gb=float(context["memory_gb"])))
    if "pack" in unit:
        return _pack(unit["pack"], context)
    member, keep = _member(unit, context), _keep(unit, context)
    keeper = _keeper(unit, context)
    if context.get("engine", "loop") == "loop":
        return _loop(member, keep, keeper).to_json()
    reason = why_not(member.spec, load_registry())
    if reason is not None:
        return replace(_loop(member, keep, keeper), engine=f"loop ({reason})").to_json()
    [answer] = train_population([member])
    if isinstance(answer, Exception):
        raise answer
    return answer.to_json()


def _pack(units: Sequence[Unit], context: Mapping[str, Any]) -> dict[str, Any]:
    members: dict[str, Member] = {}
    results: dict[str, dict[str, Any]] = {}
    for unit in units:
        try:
            members[unit["key"]] = _member(unit, context)
        except Exception as error:
            results[unit["key"]] = _answer(error)
    answers = train_population(list(members.values()))
    results |= {key: _answer(answer) for key, answer in zip(members, answers, strict=True)}
    return {"results": results, "broken": any(one["status"] == "lost" for one in results.values())}


def _member(unit: Unit, context: Mapping[str, Any]) -> Member:
    spec = RunSpec.from_json({**unit["spec"], "device": context["device"]})
    store = Checkpoints(Path(context["checkpoints"]), unit["key"], float(context["checkpoint_s"]))
    return Member(load_data(unit["data"], float(context["memory_gb"])), spec, store)


def _loop(member: Member, keep: Keep | None, keeper: Keeper | None) -> RunResult:
    engine = train_again if member.spec.refit else train
    checkpoints = _checkpoints(member)
    return engine(member.data, member.spec, checkpoints=checkpoints, keep=keep, keeper=keeper)


def _checkpoints(member: Member) -> Checkpoints | None:
    """Return the checkpoint of a training; one that writes something at every epoch does not go on from one of a time
    when it did not.
    """
    every = {"kept": member.spec.keep, "reported": member.spec.reports}
    name = "-".join(name for name, asked in every.items() if asked == "epochs")
    return member.checkpoints.beside(name) if name and member.checkpoints is not None else member.checkpoints


def _keeper(unit: Unit, context: Mapping[str, Any]) -> Keeper | None:
    """Return what stores the networks of a training whose study keeps them (``training.keep``)."""
    asked = unit["spec"].get("keep", "none")
    if asked == "none":
        return None
    kept = KeptNetwork.of(Path(context["checkpoints"]).parent, unit["key"])
    return Keeper(kept, every_epoch=asked == "epochs")


def _keep(unit: Unit, context: Mapping[str, Any]) -> Keep | None:
    """Return what keeps the state of a single network that probes will look at (``unit["keep"]``)."""
    if not unit.get("keep"):
        return None
    states = States.beside(Path(context["checkpoints"]))
    return lambda found: states.save(unit["key"], found[unit["spec"]["tasks"][0]])


def _answer(answer: RunResult | Exception) -> dict[str, Any]:
    if isinstance(answer, RunResult):
        return {"status": "done", "result": answer.to_json()}
    return {
        "status": "lost" if is_broken_device(answer) else "failed",
        "error_type": type(answer).__name__,
        "error": str(answer),
        "traceback": "".join(traceback.format_exception(answer)),
    }


def _set_threads(threads: int) -> None:
    import torch

    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
