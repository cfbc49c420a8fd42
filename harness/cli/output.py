"""Plain values to the terminal: JSON for scripts, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


#: Columns of a table that goes to a file or a pipe.
FILE_WIDTH = 160


def write_json(value: Any) -> None:
    """Write a value as JSON on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def console() -> Console:
    """Return the terminal, or a wide page without colours where standard output is a file or a pipe."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else FILE_WIDTH)


def write_tables(values: Mapping[str, Any]) -> None:
    """Show a mapping: its plain entries as one table, each list of mappings as a table of its own."""
    terminal = console()
    lists = {key: entry for key, entry in values.items() if _is_rows(entry)}
    plain = [{"": key, " ": text_of(entry, key)} for key, entry in values.items() if key not in lists]
    if plain:
        terminal.print(rows_table(plain, header=False))
    for key, rows in lists.items():
        terminal.print(f"\n{key}")
        terminal.print(rows_table(rows))


def rows_table(rows: Sequence[Mapping[str, Any]], *, header: bool = True, whole: Sequence[str] = ()) -> Table:
    """Return a table with a column for every key; numbers to the right; ``whole`` ones are not wrapped."""
    from rich import box
    from rich.table import Table

    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = Table(box=box.SIMPLE_HEAD, show_header=header, pad_edge=False)
    for column in columns:
        numeric = header and all(isinstance(row.get(column), (int, float, type(None))) for row in rows)
        table.add_column(
            column, justify="right" if numeric else "left", overflow="fold", no_wrap=column in whole
        )
    for row in rows:
        table.add_row(*(_escaped(text_of(row.get(column), column)) for column in columns))
    return table


def text_of(value: Any, name: str = "") -> str:
    """Return a value as people read it; durations (names that end in ``_s``) in their usual units."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_s") and isinstance(value, (int, float)):
        return duration(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return " + ".join(map(str, value))
    return str(value)


def duration(seconds: float) -> str:
    """Return ``1 h 05 min``, ``3 min 20 s`` or ``4.2 s``."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
