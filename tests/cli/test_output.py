"""Values as people read them."""

import io

import pytest
from rich.console import Console

from harness.cli.output import duration, rows_table, text_of


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (4.24, "4.2 s"),
        (59.99, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3599.6, "1 h 00 min"),
        (7500, "2 h 05 min"),
    ],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (True, "yes"), (3, "3"), (0.123456, "0.1235"), (["a", 1], "a + 1"), ("x", "x")],
)
def test_text_of(value, text):
    assert text_of(value) == text


def test_markup_in_values_is_shown_as_it_is():
    out = io.StringIO()
    Console(file=out, width=80).print(rows_table([{"name": "[bold]x[/bold]", "n": 1}, {"name": "y"}]))
    assert "[bold]x[/bold]" in out.getvalue()
    assert "–" in out.getvalue()
