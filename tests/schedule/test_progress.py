import json

from harness.schedule.progress import ProgressWatcher

ENDED = {"key": "k", "objective": None, "wall_time_s": 1.0, "worker": "pid 1", "tasks": ["a/b", "c/d"]}


def test_lines_where_there_is_no_terminal(capsys) -> None:
    with ProgressWatcher(events=False) as watcher:
        watcher.trainings(1, 2)
        watcher.event("training_ended", ENDED | {"status": "done", "error": None})
    out, err = capsys.readouterr()
    assert out == ""
    assert "trainings: 2 of 2" in err


def test_an_error_is_shown_as_it_stands(capsys) -> None:
    with ProgressWatcher(events=False) as watcher:
        watcher.event(
            "training_ended", ENDED | {"status": "failed", "error": "found [red], allowed [channels, bins]"}
        )
    assert "failed a/b + c/d: found [red], allowed [channels, bins]" in capsys.readouterr().err


def test_events_are_json_lines_on_stdout(capsys) -> None:
    with ProgressWatcher(events=True) as watcher:
        watcher.trainings(0, 3)
        watcher.event("training_started", {"key": "k", "worker": "pid 1"})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["study_planned", "training_started"]
    assert lines[0]["trainings"] == 3
    assert lines[1]["key"] == "k"
