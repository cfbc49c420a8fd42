"""``harness study watch`` and the screen of ``study run``."""

import io
import json

from rich.console import Console

from harness.cli.main import main
from harness.schedule.progress import ProgressWatcher
from harness.watching import screen as screens
from harness.watching.events import EVENTS
from harness.watching.pacing import Pacing
from harness.watching.screen import Screen, progress_of
from harness.watching.snapshot import Snapshot
from harness.watching.watch import watch_study
from tests.watching import made


def terminal(width: int = 100) -> Console:
    return Console(file=io.StringIO(), width=width, height=40, force_terminal=True, color_system=None)


def test_a_study_that_nobody_writes_is_shown_once(tmp_path, capsys) -> None:
    with made.study(tmp_path) as ledger:
        made.whole(ledger, "one", {"a": 0.5}, {"a": 0.6})
    assert main(["study", "watch", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "not running; last change 20" in shown
    assert "1 of 4" in shown


def test_json_is_a_snapshot_a_line(tmp_path, capsys) -> None:
    with made.study(tmp_path) as ledger:
        made.whole(ledger, "one", {"a": 0.5}, {"a": 0.6})
        assert main(["study", "watch", str(tmp_path), "--once", "--json"]) == 0
    (text,) = capsys.readouterr().out.splitlines()
    found = json.loads(text)
    assert (found["phase"], found["cells"]) == ("training", {"done": 1, "total": 4, "failed": 0, "pruned": 0})


def test_a_terminal_is_drawn_until_the_study_is_not_written_any_more(tmp_path, monkeypatch) -> None:
    console, waited = terminal(), []
    with made.study(tmp_path) as ledger:
        made.search(ledger, "one")
        study = [made.end, lambda ledger, key: ledger.close()]
        monkeypatch.setattr(
            "harness.watching.watch._wait", lambda *asked: waited.append(study.pop(0)(ledger, "one-0"))
        )
        monkeypatch.setattr("harness.watching.reader.owner", lambda directory: "pid 1" if study else None)
        watch_study(tmp_path, once=False, as_json=False, console=console)
    shown = console.file.getvalue()
    assert len(waited) == 2
    assert "0 of 8" in shown
    assert "1 of 8" in shown
    assert "not running" in shown


def test_a_directory_that_is_no_study_ends_with_the_code_of_a_directory(tmp_path, capsys) -> None:
    for command in ("watch", "status", "stop", "resume"):
        assert main(["study", command, str(tmp_path)]) == 6, command
    assert main(["study", "watch", str(tmp_path / "absent"), "--once"]) == 6


def test_the_screen_of_a_run_draws_the_snapshot_and_leaves_nothing(tmp_path) -> None:
    console = terminal()
    with made.study(tmp_path) as ledger:
        made.whole(ledger, "one", {"a": 0.5}, {"a": 0.6})
        screen = Screen(console, tmp_path, lambda snapshot: None)
        with screen.shown():
            screen.step = ("decode d", 3, 7)
            screen.look()
            drawn = console.file.getvalue()
    assert "decode d" in drawn
    assert "3 of 7" in drawn
    assert "1 of 4" in drawn
    assert console.file.getvalue().endswith("\x1b[2K"), "erased"


def test_without_a_terminal_a_line_and_an_event_at_a_slow_rate(tmp_path, capsys, monkeypatch) -> None:
    console = Console(file=io.StringIO(), force_terminal=False)
    with made.study(tmp_path) as ledger, ProgressWatcher(events=True, console=console) as watcher:
        made.whole(ledger, "one", {"a": 0.5}, {"a": 0.6})
        screen = Screen(console, tmp_path, lambda found: watcher.event("progress", progress_of(found)))
        screen.look()
        assert console.file.getvalue() == "", "not at once"
        monkeypatch.setattr(screens, "LINE_EVERY_S", 0.0)
        screen.look()
    assert "made: training, pid" in console.file.getvalue()
    (event,) = capsys.readouterr().out.splitlines()
    found = EVENTS["progress"].model_validate_json(event)
    assert (found.trainings.done, found.trainings.total) == (3, 12)


def test_a_ledger_that_cannot_be_read_now_is_passed_over(tmp_path) -> None:
    screen = Screen(terminal(), tmp_path, lambda snapshot: None)
    screen.look()
    assert screen.console.file.getvalue() == ""


def test_reading_takes_a_small_share_of_a_processor(monkeypatch) -> None:
    clock = iter([10.0, 10.5])
    monkeypatch.setattr("harness.watching.pacing.time.thread_time", lambda: next(clock))
    pacing = Pacing()
    assert pacing.call(lambda: Snapshot.__name__) == "Snapshot"
    assert pacing.wait_s == 25.0
