import io

import pytest
from rich.console import Console

from harness.watching.ink import Ink
from harness.watching.reader import read_snapshot
from harness.watching.view import frame
from harness.watching.words import duration, line
from tests.watching import made


@pytest.fixture
def snapshot(tmp_path):
    with made.study(tmp_path) as ledger:
        made.whole(ledger, "one", {"a": 0.5}, {"a": 0.6})
        made.whole(ledger, "two", {"b": 2.0}, {"b": 2.0})
        made.whole(ledger, "both", {"a": 0.6, "b": 2.5}, {"a": 0.9, "b": 1.0})
        first, second = made.search(ledger, "fake")
        ledger.start(first, "pid 8")
        ledger.start(second, "pid 9")
        ledger.fail(second, "ValueError", "found [red], naïve", "")
        return read_snapshot(tmp_path)


def drawn(snapshot, width: int, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(file=stream, width=width, force_terminal=False)
    console.print(frame(snapshot, console))
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [60, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_numbers_are_there_in_every_width_and_encoding(snapshot, width, encoding) -> None:
    text = drawn(snapshot, width, encoding)
    assert max(map(len, text.splitlines())) <= width
    for expected in (
        "made",
        "3 of 4",
        "7 of 8 (1 failed)",
        "6 of 8",
        "10 of 12 (1 failed)",
        "pid 8",
        "trial 1 of 2",
    ):
        assert expected in text
    for expected in (
        "+0.200",
        "2 of 2",
        "+0.250",
        "provisional",
        "1 failed; the last 1:",
        "ValueError",
        "[red]",
    ):
        assert expected in text


def test_a_wide_terminal_has_whole_lines(snapshot) -> None:
    text = drawn(snapshot, 120)
    assert "training d/a + d/b: ValueError: found [red], naïve" in text
    assert "d/b (log_mel, cnn, sum)" in text
    assert "interval)" in text
    assert "2 at a time" in text


def test_a_line_for_a_log(snapshot) -> None:
    text = line(snapshot, Ink("ascii"))
    assert "trainings 10 of 12 (1 failed); cells 3 of 4; left about" in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (59.6, "1 min 00 s"),
        (3599.6, "1 h 00 min"),
        (86399.0, "1 d 00 h"),
        (93600.0, "1 d 02 h"),
    ],
)
def test_durations(seconds, text) -> None:
    assert duration(seconds) == text
