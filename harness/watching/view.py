"""A snapshot as a screen: what ``harness study run`` and ``harness study watch`` draw in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.watching import words
from harness.watching.ink import Ink
from harness.watching.lists import failures, gains, workers
from harness.watching.snapshot import Count, Snapshot

#: Narrower terminals get shorter bars.
NARROW = 80


def frame(snapshot: Snapshot, console: Console) -> RenderableType:
    """Return what is drawn of a snapshot; it fits the console's width, line by line."""
    ink = Ink.of(console)
    parts: list[RenderableType] = [_head(snapshot, ink), _bars(snapshot, ink, console.width)]
    parts += [ink.text(text) for text in _pace(snapshot, ink)]
    room = console.height if console.is_terminal else 1000
    for part in (workers(snapshot, ink, room), gains(snapshot, ink), failures(snapshot, ink)):
        parts += [Text(""), *part] if part else []
    return Group(*parts)


def _head(snapshot: Snapshot, ink: Ink) -> Text:
    head = ink.text(snapshot.study, "bold")
    elapsed = f" {ink.dot} {words.duration(snapshot.elapsed_s)}" if snapshot.elapsed_s is not None else ""
    return head.append_text(ink.text(f" {ink.dot} {words.standing(snapshot)}{elapsed}"))


def _bars(snapshot: Snapshot, ink: Ink, width: int) -> Table:
    grid = Table.grid(padding=(0, 1))
    for _ in range(3):
        grid.add_column(no_wrap=True, overflow=ink.overflow)
    for what, count in _counted(snapshot):
        bar = ProgressBar(total=max(count.total, 1), completed=count.done, width=12 if width < NARROW else 30)
        grid.add_row(ink.text(what), bar, ink.text(words.ended(count)))
    return grid


def _counted(snapshot: Snapshot) -> Iterator[tuple[str, Count]]:
    if snapshot.step is not None:
        what, done, total = snapshot.step
        yield what, Count(done, total)
    named = {"cells": snapshot.cells, "trials": snapshot.trials, "runs": snapshot.runs}
    for name, count in {**named, "trainings": snapshot.trainings, "probes": snapshot.probes}.items():
        if count.total:
            yield name, count


def _pace(snapshot: Snapshot, ink: Ink) -> Iterator[str]:
    if snapshot.running and snapshot.phase in ("training", "probing"):
        yield f"left      {words.time_left(snapshot.time_left, ink)}"
    pace = snapshot.throughput
    if pace.per_hour is not None:
        hourly = f"{pace.per_hour:.0f} trainings an hour, {pace.slots} at a time"
        share = f", workers used {pace.utilisation:.0%}" if pace.utilisation is not None else ""
        yield f"pace      {hourly}{share}"
