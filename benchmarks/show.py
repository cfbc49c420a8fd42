"""Results as tables: in the terminal, and in ``docs/reference/performance.md``."""

from __future__ import annotations

import re
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.results import Figure, Measurement, Result

#: Printed beside a figure that misses its target, and nowhere else.
MISSED = "below target"
DOCUMENT = Path(__file__).parent.parent / "docs" / "reference" / "performance.md"


def show(result: Result, console: Console) -> None:
    """Print a result: its figures against their targets, then what they were computed from."""
    table = Table(title=f"{result.name} on {result.device}: {result.title}", title_justify="left")
    for name, side in (
        ("figure", "left"),
        ("median", "right"),
        ("spread", "right"),
        ("target", "right"),
        ("", "left"),
    ):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    for one in result.figures:
        table.add_row(escape(one.name), *_figure_cells(one, result))
    for measured in result.measurements:
        table.add_row(escape(measured.name), *_measurement_cells(measured), "", "", style="dim")
    console.print(table)
    for note in [*_machine_lines(result), *result.notes]:
        console.print(f"  {note}", markup=False, highlight=False, style="dim", soft_wrap=True)


def markdown(result: Result) -> str:
    """Return a result as a Markdown table with the machine below it."""
    lines = [
        f"**{result.title}**",
        "",
        "| figure | median | spread | target | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    lines += ["| " + " | ".join([one.name, *_figure_cells(one, result)]) + " |" for one in result.figures]
    lines += ["", "| measured | median | spread |", "| --- | ---: | ---: |"] if result.measurements else []
    lines += ["| " + " | ".join([one.name, *_measurement_cells(one)]) + " |" for one in result.measurements]
    lines += ["", *(f"{line}  " for line in [*_machine_lines(result), *result.notes])]
    return "\n".join(line.rstrip() if not line.endswith(".  ") else line for line in lines)


def fill(results: list[Result], document: Path = DOCUMENT) -> list[str]:
    """Write each result's table between its markers in a document; return the names that have none there.

    The markers are ``<!-- results: NAME -->`` and ``<!-- end -->``; a benchmark's devices follow one another.
    """
    text = document.read_text(encoding="utf-8")
    missing = []
    for name in dict.fromkeys(result.name for result in results):
        found = [f"### On {result.device}\n\n{markdown(result)}" for result in results if result.name == name]
        pattern = re.compile(rf"(<!-- results: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        body = "\n".join(["", "\n\n".join(found), "", ""])
        text, n = pattern.subn(lambda match, body=body: match[1] + body + match[2], text)  # type: ignore[misc]
        missing += [] if n else [name]
    document.write_text(text, encoding="utf-8")
    return missing


def _figure_cells(one: Figure, result: Result) -> tuple[str, str, str, str]:
    """Return value, spread, target, and whether it is reached. A quick run is too small to be judged."""
    judged = one.reached is not None and not result.quick
    verdict = ("reached" if one.reached else MISSED) if judged else ""
    return f"{number(one.value)} {one.unit}", f"{number(one.low)} to {number(one.high)}", one.target, verdict


def _measurement_cells(measured: Measurement) -> tuple[str, str]:
    spread = f"{number(min(measured.values))} to {number(max(measured.values))}"
    return f"{number(measured.median)} {measured.unit}", spread


def number(value: float) -> str:
    """Return a number with three significant digits, large ones whole."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _machine_lines(result: Result) -> list[str]:
    about = result.machine
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items())
    where = f"{about['cpu']}, {about['cores']} cores, {about['memory_gib']:g} GiB"
    if result.device != "cpu" and about["accelerator"]:
        where = f"{about['accelerator']}; {where}"
    quick = "quick run, too small to be judged; " if result.quick else ""
    return [
        f"{quick}{where}; torch threads {about['torch_threads']}; load before the run {about['load_1m']:g}.",
        f"Python {about['python']}, {packages}; {about['measured_at_utc']}.",
    ]
