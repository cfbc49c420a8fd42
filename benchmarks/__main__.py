"""``python -m benchmarks``: run benchmarks, print their tables, keep their results."""

from __future__ import annotations

import argparse
import ast
import importlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

_DESCRIPTION = """\
Measure what the harness claims about its speed, against named rivals, on this machine.

Each benchmark prints a table (medians over rounds, lowest to highest round, the target, whether it is reached) and
writes benchmarks/results/<name>-<device>.json with the versions and the machine. Ratios compare what was measured
in turns in the same run. Let nothing else run meanwhile, and leave OMP_NUM_THREADS unset: rivals run at torch's
default threads.

benchmarks:
"""

_EXAMPLES = """
examples:
  python -m benchmarks                     all of them, one after another
  python -m benchmarks schedule resume     two of them
  python -m benchmarks training --quick    a minute instead of many: shows that it runs, judges no target
  python -m benchmarks --table             fill docs/reference/performance.md from benchmarks/results/
"""


def available() -> dict[str, str]:
    """Return the benchmarks by name with a line about each: the modules beside this one that have ``run``."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").splitlines()[0]
    return found


def parser(names: dict[str, str]) -> argparse.ArgumentParser:
    """Return the command's arguments."""
    listing = "\n".join(f"  {name:10} {line}" for name, line in names.items())
    one = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=_DESCRIPTION + listing,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("names", nargs="*", metavar="name", help="which benchmarks (default: all)")
    one.add_argument("--quick", action="store_true", help="small sizes and one round; no target is judged")
    one.add_argument(
        "--table", action="store_true", help="only fill docs/reference/performance.md with the kept results"
    )
    return one


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or the code of the benchmark that failed."""
    names = available()
    command = parser(names)
    asked = command.parse_args(arguments)
    unknown = [name for name in asked.names if name not in names]
    if unknown:
        command.error(f"unknown benchmark {', '.join(unknown)}; there are: {', '.join(names)}")
    if asked.table:
        return _fill()
    chosen = asked.names or list(names)
    if len(chosen) == 1:
        return _run_one(chosen[0], quick=asked.quick)
    return _run_apart(chosen, quick=asked.quick)


def _run_one(name: str, *, quick: bool) -> int:
    from rich.console import Console

    from benchmarks import results
    from benchmarks.machine import describe_machine
    from benchmarks.show import show

    before = describe_machine()  # its load is that of others
    found = importlib.import_module(f"benchmarks.{name}").run(quick)
    found.machine, found.quick = before, quick
    console = Console()
    show(found, console)
    console.print(f"  written: {results.write(found)}", markup=False, highlight=False, soft_wrap=True)
    return 0


def _run_apart(names: list[str], *, quick: bool) -> int:
    """Run each benchmark in a process of its own: what one leaves in memory must not weigh on the next."""
    worst = 0
    for name in names:
        command = [sys.executable, "-m", "benchmarks", name, *(["--quick"] if quick else [])]
        worst = max(worst, subprocess.run(command, cwd=HERE.parent, check=False).returncode)
    return worst


def _fill() -> int:
    from benchmarks import results
    from benchmarks.show import DOCUMENT, fill

    missing = fill(results.read())
    for name in missing:
        print(
            f"{DOCUMENT}: no place for {name}; add <!-- results: {name} --> and <!-- end -->", file=sys.stderr
        )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
