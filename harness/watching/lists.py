"""The lists of a screen: what workers do, the best gains so far, the last failures."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table

from harness.watching import words
from harness.watching.ink import Ink
from harness.watching.snapshot import Failure, Gain, Snapshot, Worker

#: Lines of a terminal that are not for workers.
OTHER_LINES = 24
#: Columns that are never cut.
WHOLE = 2


def workers(snapshot: Snapshot, ink: Ink, height: int) -> list[RenderableType]:
    """Return the lines about workers, as many as there is room for."""
    if not snapshot.workers:
        return []
    room = max(height - OTHER_LINES, 4)
    grid = _grid(ink, "worker", "for", "now", "tasks")
    for worker in snapshot.workers[:room]:
        cells = (worker.worker, words.duration(worker.for_s), _doing(worker), " + ".join(worker.tasks))
        grid.add_row(*(ink.text(cell) for cell in cells))
    more = len(snapshot.workers) - room
    return [grid, *([ink.text(f"and {more} more", "dim")] if more > 0 else [])]


def gains(snapshot: Snapshot, ink: Ink) -> list[RenderableType]:
    """Return the lines about gains; above them, that they are provisional."""
    if not snapshot.gains:
        return []
    whole = snapshot.phase == "finished"
    note = "see the report for intervals" if whole else "provisional: means of the folds and seeds so far"
    title = f"best gains{'' if whole else ' so far'}, {len(snapshot.gains)} of {snapshot.n_gains} ({note})"
    grid = _grid(ink, "gain", "n", "of main", "by", "metric")
    for gain in snapshot.gains:
        n = f"{gain.n} of {gain.expected}"
        cells = (f"{gain.gain:+.3f}", n, gain.main, _by(gain), gain.metric)
        grid.add_row(*(ink.text(cell) for cell in cells))
    return [ink.text(title, "dim"), grid]


def failures(snapshot: Snapshot, ink: Ink) -> list[RenderableType]:
    """Return the lines about failures, the latest first."""
    if not snapshot.n_failures:
        return []
    title = f"{snapshot.n_failures} failed; the last {len(snapshot.failures)}:"
    return [ink.text(title, "red"), *(ink.text(_failure(one)) for one in snapshot.failures)]


def _grid(ink: Ink, *names: str) -> Table:
    """Return a table whose first columns are shown whole; the others are cut where the terminal is narrow."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1))
    for position, name in enumerate(names):
        table.add_column(name, no_wrap=position < WHOLE, overflow=ink.overflow)
    return table


def _doing(worker: Worker) -> str:
    fold = f", fold {worker.fold}" if worker.fold is not None else ""
    epoch = f", epoch {worker.epoch}" if worker.epoch is not None else ""
    epoch += f" of {worker.epochs}" if epoch and worker.epochs is not None else ""
    return f"{worker.doing}{fold}{epoch}"


def _by(gain: Gain) -> str:
    settings = ", ".join(filter(None, (gain.feature, gain.model, gain.combiner)))
    return f"{' + '.join(gain.partners)} ({settings})"


def _failure(failure: Failure) -> str:
    return f"{failure.kind} {failure.what}: {failure.error_type}: {failure.error}"
