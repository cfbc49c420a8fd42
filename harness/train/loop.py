"""The loop engine: one training from beginning to end. This is the reference; read it from top to bottom, and
copy it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from harness.data.types import RunData
from harness.errors import TrainingError, TrainingStopped
from harness.plugins import Registry, load_registry
from harness.train.checkpoint import Checkpoints, Holder
from harness.train.confusions import confusion_rows
from harness.train.evaluate import Predictions, predict
from harness.train.guards import session
from harness.train.keeping import Keeper
from harness.train.progress import ModelState, TaskProgress
from harness.train.rungs import at_rung, objectives
from harness.train.scores import prediction_rows, score_rows
from harness.train.setup import Run, build_run
from harness.train.types import RunResult, RunSpec

#: Is given the chosen state of every task, by name, once a training has ended.
Keep = Callable[[Mapping[str, ModelState]], None]


@dataclass
class Tally:
    """What a training gathers beside its parts: steps made, points of the curves, seconds spent.

    ``busy_s`` is the time in forward, backward, optimizer and evaluation; on CUDA, where steps are only
    queued, the wait for them falls into the evaluations and is counted there.
    """

    step: int = 0
    curves: list[dict[str, Any]] = field(default_factory=list)
    busy_s: float = 0.0
    wall_s: float = 0.0
    confusions: list[dict[str, Any]] = field(default_factory=list)


def train(
    data: RunData,
    spec: RunSpec,
    *,
    checkpoints: Checkpoints | None = None,
    registry: Registry | None = None,
    should_stop: Callable[[], bool] | None = None,
    keep: Keep | None = None,
    keeper: Keeper | None = None,
) -> RunResult:
    """Train one network on a task group, choose each task's epoch by its validation part, and test it there.

    A training with ``checkpoints`` continues from the last one, with the same result to the bit as one that
    was never interrupted; the checkpoint is left for the caller to delete once the result is recorded.
    ``should_stop`` is asked before every step; when it says so, a checkpoint is written and
    :class:`TrainingStopped` raised. With a ``stop_epoch`` the training stops at that rung: it leaves a checkpoint to
    go on from, and what it has reached; no test clip is looked at.
    ``keep`` is given each task's chosen state at the end; ``keeper`` stores networks on the way.

    Raises :class:`TrainingError` (shapes or parts that do not fit), :class:`NonFiniteLossError`,
    ``MemoryError`` and ``torch.OutOfMemoryError``.
    """
    with session(spec.device, deterministic=spec.deterministic) as device:
        started = time.perf_counter()
        build = partial(build_run, data, spec, registry or load_registry(), device)
        run, tally = start(build, checkpoints)
        earlier_s = tally.wall_s

        def save() -> None:
            if checkpoints is not None:
                tally.wall_s = earlier_s + time.perf_counter() - started
                checkpoints.save({"run": run.state(), "tally": vars(tally)})

        if keeper is not None:
            keeper.begin(run, tally.step)
        run.network.model.train()
        steps = run.schedule.steps(tally.step)
        while not ended(run) and not at_rung(run):
            if should_stop is not None and should_stop():
                save()
                raise TrainingStopped(f"the training was asked to stop after {tally.step} steps")
            make_step(run, tally, next_positions(steps, tally.step))
            if keeper is not None:
                keeper.after_step(run, tally.step)
            if checkpoints is not None and checkpoints.due():
                save()

        if not ended(run):
            save()
            tally.wall_s = earlier_s + time.perf_counter() - started
            return rung_result(run, tally)
        rows = final_rows(run, tally)
        if keep is not None:
            keep({task.part.name: task.chosen().state for task in run.progress})
        if keeper is not None:
            keeper.end(run)
        tally.wall_s = earlier_s + time.perf_counter() - started
        return result_of(run, tally, rows)


def start(build: Callable[[], Run], checkpoints: Holder | None) -> tuple[Run, Tally]:
    """Build a run, and continue from its checkpoint; one that does not fit is ignored with a warning."""
    run, saved = build(), checkpoints.load() if checkpoints is not None else None
    if saved is None:
        return run, Tally()
    try:
        run.restore(saved["run"])
        return run, Tally(**saved["tally"])
    except Exception as error:
        text = f"the checkpoint does not fit its training ({type(error).__name__}: {error}); it starts again"
        warnings.warn(text, RuntimeWarning, stacklevel=2)
        return build(), Tally()


def make_step(run: Run, tally: Tally, positions: Mapping[int, np.ndarray], *, evaluated: bool = True) -> None:
    """Make one update, and evaluate the tasks whose curves have a point after it."""
    batch = run.batcher.batch(positions, [task.own_steps for task in run.progress])
    clock = time.perf_counter()
    run.context.begin(batch, tally.step, ends_epoch=ends_group_epoch(run, tuple(batch.spans)))
    try:
        update(run)
    except Exception:
        run.watch.check()  # a NaN may be why the combiner could not go on
        raise
    tally.step += 1
    losses = run.context.losses().detach()
    for task, (start, stop) in batch.spans.items():
        progress = run.progress[task]
        logits = run.context.logits[progress.part.name].detach()[start:stop]
        progress.record(losses[task], logits, batch.targets[task])
    for index in batch.spans:
        if run.progress[index].joins_average:
            run.progress[index].average.add(run.network.model.state_dict())
    due = [index for index in batch.spans if run.progress[index].is_due]
    if due and evaluated:
        evaluate(run, tally, due)
    tally.busy_s += time.perf_counter() - clock


def update(run: Run) -> None:
    """Forward, backward and optimizer: by the combiner, or plainly for a single task."""
    if run.combiner is None:
        run.context.backward(run.context.loss_alone())
        run.context.update()
        return
    run.combiner.step(run.context)
    if not run.context.updated:
        name = type(run.combiner).__name__
        raise TrainingError(f"the combiner {name} made no update: its step() must call context.update()")


def evaluate(run: Run, tally: Tally, due: list[int]) -> None:
    """Add a point to the curves of the tasks that are due."""
    run.watch.check()
    add_points(run, tally, predict_part(run, due, "validation"))


def add_points(run: Run, tally: Tally, validation: Mapping[int, Predictions]) -> None:
    """Add a point to the curves of the tasks whose validation part was predicted; where an epoch of a task
    ends, choose and stop by it.
    """
    improved: list[TaskProgress] = []
    for index, seen in validation.items():
        task, primary = run.progress[index], next(iter(run.metrics[index]))
        if not np.isfinite(seen.loss):
            run.watch.fail(task.part.name, "validation", tally.step, seen.loss)
        tally.curves += task.curve_rows(tally.step, "train", *task.training_point(), primary)
        score = task.validation_score(seen)
        tally.curves += task.curve_rows(tally.step, "validation", seen.loss, score, primary)
        if not task.budget.ends_epoch(task.own_steps):
            continue
        if run.spec.reports == "epochs":
            epoch = task.own_steps // task.budget.steps_per_epoch
            tally.confusions += confusion_rows(task.part, "validation", epoch, seen)
        if task.end_epoch(score, tally.step):
            improved.append(task)
    if improved:
        state = snapshot(run)
        for task in improved:
            task.take(state)


def predict_part(run: Run, tasks: list[int], part: str) -> dict[int, Predictions]:
    """Return predictions for a part ("train", "validation" or "test"); tasks with the same clips share a
    forward pass.
    """
    together: dict[tuple[int, bytes], list[int]] = {}
    for task in tasks:
        clips = getattr(run.data.tasks[task], part)
        together.setdefault((run.data.tasks[task].dataset, clips.tobytes()), []).append(task)
    found: dict[int, Predictions] = {}
    for group in together.values():
        clips = getattr(run.data.tasks[group[0]], part)
        seen = predict(run.network, run.store, run.data, tuple(group), clips, run.criteria)
        found |= dict(zip(group, seen, strict=True))
    return {task: found[task] for task in tasks}


def final_rows(run: Run, tally: Tally) -> dict[str, list[dict[str, Any]]]:
    """Give each task its own best state, and return its rows of ``scores`` and ``predictions``."""
    scores: list[dict[str, Any]] = []
    predictions: list[dict[str, Any]] = []
    clock = time.perf_counter()
    for index, task in enumerate(run.progress):
        run.network.model.load_state_dict(task.chosen().state)
        metrics = run.metrics[index]
        primary = dict([next(iter(metrics.items()))])
        for part, wanted in (("train", primary), ("validation", metrics), ("test", metrics)):
            seen = predict_part(run, [index], part)[index]
            scores += score_rows(task.part, part, seen, wanted, per_class=part == "test")
        predictions += prediction_rows(task.part, run.data.datasets[task.part.dataset].clip_ids, seen)
    tally.busy_s += time.perf_counter() - clock
    return {"scores": scores, "predictions": predictions}


def result_of(run: Run, tally: Tally, rows: dict[str, list[dict[str, Any]]]) -> RunResult:
    """Gather what the training gives back."""
    best = {task.part.name: task.chosen().score for task in run.progress}
    oriented = [
        task.sign * task.chosen().score for task in run.progress if task.part.name not in run.spec.auxiliary
    ]
    if not np.isfinite(oriented).all():
        raise undefined(run)
    return RunResult(
        objective=float(np.mean(oriented)),
        validation=best,
        selections=[task.selection_row() for task in run.progress],
        scores=rows["scores"],
        curves=tally.curves,
        predictions=rows["predictions"],
        steps=tally.step,
        wall_time_s=tally.wall_s,
        busy_s=tally.busy_s,
        engine="loop",
        device=str(run.device),
        objectives=objectives(run, tally.curves),
        confusions=tally.confusions if run.spec.reports == "epochs" else None,
    )


def undefined(run: Run) -> TrainingError:
    """Return what is told where a task has no validation score at any epoch: nothing could be chosen by it."""
    found = [
        f"{next(iter(metrics))} of {task.part.name} is not defined on its validation part ({len(task.part.validation)} "
        "clips) at any epoch"
        for task, metrics in zip(run.progress, run.metrics, strict=True)
        if not np.isfinite(task.chosen().score)
    ]
    advice = "a larger evaluation.validation, other splits, or another metric may help"
    return TrainingError(f"{'; '.join(found)}; {advice}")


def rung_result(run: Run, tally: Tally) -> RunResult:
    """Gather what a training gives back that stops at a rung."""
    rung = run.spec.stop_epoch
    reached = objectives(run, tally.curves)[:rung]
    return RunResult(
        objective=reached[-1],
        validation={},
        selections=[],
        scores=[],
        curves=[],
        predictions=[],
        steps=tally.step,
        wall_time_s=tally.wall_s,
        busy_s=tally.busy_s,
        engine="loop",
        device=str(run.device),
        objectives=reached,
        stop_epoch=rung,
    )


def ended(run: Run) -> bool:
    """Tell whether every task is done: stopped by its rule, or at the end of its budget."""
    return all(task.done for task in run.progress)


def ends_group_epoch(run: Run, present: tuple[int, ...]) -> bool:
    """Tell whether the step that comes is the last of the group's epoch: that of the task with the longest
    budget.
    """
    longest = max(range(len(run.progress)), key=lambda task: run.progress[task].budget.steps)
    progress = run.progress[longest]
    return longest in present and progress.budget.ends_epoch(progress.own_steps + 1)


def snapshot(run: Run) -> ModelState:
    """Copy the whole model's state."""
    return {name: value.detach().clone() for name, value in run.network.model.state_dict().items()}


def next_positions(steps: Iterator[Mapping[int, np.ndarray]], step: int) -> Mapping[int, np.ndarray]:
    """Return what the schedule gives for a step; raise :class:`TrainingError` where it gives nothing."""
    positions = next(steps, None)
    if not positions:
        raise TrainingError(f"the batch schedule gave no samples for step {step}; it must be endless")
    return positions
