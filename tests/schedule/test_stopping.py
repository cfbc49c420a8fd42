"""Requests to stop: taken once, by the command that they are for."""

import signal

from harness.schedule.interruptions import interrupts
from harness.schedule.stopping import REQUEST, Asked, Command, ask_to_stop, forget_requests, listening


def heard(directory, command, monkeypatch) -> tuple[Asked, list]:
    """A listener, and what it would have interrupted."""
    sent: list[str] = []
    monkeypatch.setattr("harness.schedule.stopping._interrupt", lambda: sent.append("interrupt"))
    asked = Asked(directory, command, lambda text, style: sent.append(text))
    asked.interrupts = False
    return asked, sent


def test_a_request_is_taken_once(tmp_path, monkeypatch) -> None:
    command = Command.this()
    asked, sent = heard(tmp_path, command, monkeypatch)
    asked.look()
    assert (asked.soon, sent) == (False, [])
    ask_to_stop(tmp_path, command, now=False)
    asked.look()
    assert (asked.soon, asked.now) == (True, False)
    assert not list(tmp_path.iterdir())
    asked.look()
    assert len(sent) == 1


def test_now_interrupts_what_is_running(tmp_path, monkeypatch) -> None:
    command = Command.this()
    asked, sent = heard(tmp_path, command, monkeypatch)
    ask_to_stop(tmp_path, command, now=False)
    asked.look()
    ask_to_stop(tmp_path, command, now=True)
    asked.look()
    assert asked.now
    assert sent[-1] == "interrupt"


def test_in_the_preparation_every_request_interrupts_as_ctrl_c_does(tmp_path, monkeypatch) -> None:
    command = Command.this()
    asked, sent = heard(tmp_path, command, monkeypatch)
    asked.interrupts = True
    ask_to_stop(tmp_path, command, now=False)
    asked.look()
    assert sent[-1] == "interrupt"


def test_a_request_for_another_command_stops_nothing(tmp_path, monkeypatch) -> None:
    asked, sent = heard(tmp_path, Command.this(), monkeypatch)
    ask_to_stop(tmp_path, Command.this(), now=True)
    asked.look()
    assert (asked.soon, asked.now, sent) == (False, False, [])


def test_a_damaged_request_stops_nothing(tmp_path, monkeypatch) -> None:
    asked, sent = heard(tmp_path, Command.this(), monkeypatch)
    (tmp_path / REQUEST).write_text("{")
    asked.look()
    assert (asked.soon, sent) == (False, [])


def test_a_stale_request_is_gone_when_a_command_begins(tmp_path) -> None:
    ask_to_stop(tmp_path, Command.this(), now=True)
    (tmp_path / f"{REQUEST}.draft").touch()
    with listening(tmp_path, Command.this(), lambda text, style: None) as asked:
        assert not list(tmp_path.iterdir())
    assert not asked.soon
    forget_requests(tmp_path)


def test_a_signal_that_another_process_asked_for_stops_at_once() -> None:
    at_once, raised = [False], []
    with interrupts(lambda text, style: None, lambda: at_once[0]) as stopping:
        signal.raise_signal(signal.SIGINT)
        assert stopping()
    at_once[0] = True
    with interrupts(lambda text, style: None, lambda: at_once[0]):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raised.append(True)
    assert raised
