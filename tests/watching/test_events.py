"""Every event that is written is documented, and the page of events is what the models say."""

import ast
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

import harness
from harness.schedule.progress import ProgressWatcher
from harness.watching.events import EVENTS

SOURCES = Path(harness.__file__).parent / "schedule"


def emitted() -> set[str]:
    """Return the names that the schedule's code gives to ``….event(name, …)`` as they stand."""
    calls = [
        node
        for path in SOURCES.glob("*.py")
        if path.name not in ("tracking.py",)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "event"
    ]
    return {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}


def test_every_event_in_the_code_is_documented_and_the_other_way_round() -> None:
    names = emitted()
    assert len(names) > 8
    as_probes = {"probe_started", "probe_ended", "probe_lost", "probe_done"}
    assert names | as_probes == set(EVENTS)


def test_what_the_watcher_writes_fits_the_models(capsys) -> None:
    ended = {"key": "k", "objective": None, "wall_time_s": 1.0, "worker": "pid 1", "tasks": ["a/b"]}
    with ProgressWatcher(events=True) as watcher:
        watcher.preparing(0, 3, "decode d")
        watcher.trainings(0, 3)
        watcher.probes(0, 1)
        watcher.event("training_ended", ended | {"status": "failed", "error": "no"})
        watcher.event("probe_lost", {"key": "k", "trainings": 1, "error_type": "E", "error": "no"})
    lines = capsys.readouterr().out.splitlines()
    found = [EVENTS[json.loads(line)["event"]].model_validate_json(line) for line in lines]
    assert [one.event for one in found] == [
        "preparing", "study_planned", "probes_planned", "training_ended", "probe_lost",
    ]  # fmt: skip
    assert all(one.at_utc.utcoffset().total_seconds() == 0 for one in found)


def test_a_field_that_is_not_documented_is_refused() -> None:
    text = json.dumps({"event": "stopping", "at_utc": "2026-01-01T00:00:00+00:00", "why": "no"})
    with pytest.raises(ValidationError, match="why"):
        EVENTS["stopping"].model_validate_json(text)
