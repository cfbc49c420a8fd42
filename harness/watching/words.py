"""Numbers of a snapshot as people read them."""

from __future__ import annotations

from harness.watching.ink import Ink
from harness.watching.snapshot import Count, Snapshot, TimeLeft


def duration(seconds: float) -> str:
    """Return ``2 d 03 h``, ``1 h 05 min``, ``3 min 20 s`` or ``4 s``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(seconds / 60)
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    hours = round(seconds / 3600)
    return f"{hours // 24} d {hours % 24:02d} h"


def time_left(left: TimeLeft | None, ink: Ink) -> str:
    """Return the time left with its interval, or that nothing is known yet."""
    if left is None:
        return "not known yet"
    low, high = duration(left.low), duration(left.high)
    return f"about {duration(left.seconds)} ({low} to {high}, {left.level:.0%} interval)"


def ended(count: Count) -> str:
    """Return ``12 of 28``, with the failed and the pruned among them."""
    more = [f"{n} {what}" for n, what in ((count.failed, "failed"), (count.pruned, "pruned")) if n]
    return f"{count.done} of {count.total}" + (f" ({', '.join(more)})" if more else "")


def standing(snapshot: Snapshot) -> str:
    """Return who writes the study, or that nobody does."""
    if snapshot.writer is not None:
        return f"{snapshot.phase}, {snapshot.writer}" + (", asked to stop" if snapshot.stopping else "")
    if snapshot.phase == "finished":
        return f"finished {(snapshot.finished_at_utc or '')[:19]} UTC"
    return f"not running; last change {(snapshot.changed_at_utc or '')[:19]} UTC"


def line(snapshot: Snapshot, ink: Ink) -> str:
    """Return a snapshot in one line, for a log."""
    parts = [f"{snapshot.study}: {standing(snapshot)}"]
    if snapshot.step is not None:
        what, done, total = snapshot.step
        return f"{parts[0]}; {what}: {done} of {total}"
    parts += [f"trainings {ended(snapshot.trainings)}", f"cells {ended(snapshot.cells)}"]
    parts += [f"probes {ended(snapshot.probes)}"] if snapshot.probes.total else []
    parts += [f"left {time_left(snapshot.time_left, ink)}"] if snapshot.time_left is not None else []
    return "; ".join(parts)
