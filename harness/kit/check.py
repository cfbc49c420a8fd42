"""Runs the contracts of an installed plugin, and says of every component which promises it keeps."""

from __future__ import annotations

import contextlib
import io
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from harness.errors import PluginError

if TYPE_CHECKING:
    import pytest

Outcome = Literal["kept", "broken", "known", "skipped"]

MODULE = """\
from harness.kit.contracts import contract_classes
from harness.plugins import load_registry

globals().update(contract_classes(load_registry(), {distribution!r}))
"""


@dataclass(frozen=True)
class Promise:
    """A promise of a component: kept, broken, known to be broken (with the reason), or not looked at (with why)."""

    kind: str
    component: str
    promise: str
    outcome: Outcome
    detail: str = ""

    def to_json(self) -> dict[str, str]:
        """Return plain JSON values."""
        return asdict(self)


def check_distribution(distribution: str) -> list[Promise]:
    """Run the contracts of every component that ``distribution`` offers.

    Raises:
        PluginError: pytest is not installed, the distribution offers nothing, or its contracts cannot be collected.
    """
    try:
        import pytest
    except ImportError as error:
        raise PluginError(
            "the contracts are run by pytest, which is not installed; pip install pytest"
        ) from error
    from harness.kit.contracts import contract_classes
    from harness.plugins import load_registry

    contract_classes(load_registry(), distribution)  # its errors are clearer here than in pytest's output
    seen, output = Collector(), io.StringIO()
    with tempfile.TemporaryDirectory() as place:
        module = Path(place, f"test_{Path(place).name}.py")  # a name that no module of this process has
        module.write_text(MODULE.format(distribution=distribution))
        options = ["-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", place, "-n", "0"]
        options = options if _has_xdist() else options[:-2]
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = pytest.main([*options, str(module)], plugins=[seen])
    if not seen.promises or code not in (0, 1):
        raise PluginError(f"the contracts of {distribution} could not be run:\n{output.getvalue()}")
    return seen.promises


class Collector:
    """Keeps what pytest reports of each test."""

    def __init__(self) -> None:
        self.promises: list[Promise] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """See one report; a failure before the test itself is a failure of the test."""
        if report.when != "call" and report.passed:
            return
        if report.when == "teardown" and not report.failed:
            return
        _, name, test = report.nodeid.split("::")
        _, kind, component = name.split("_", 2)
        outcome, detail = _outcome(report)
        self.promises.append(
            Promise(kind, component, test.removeprefix("test_").replace("_", " "), outcome, detail)
        )


def _outcome(report: pytest.TestReport) -> tuple[Outcome, str]:
    reason = getattr(report, "wasxfail", None)
    if reason is not None and report.skipped:
        return "known", str(reason)
    if report.passed:
        return "kept", ""
    if report.skipped:
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        return "skipped", str(text).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    return "broken", str(crash.message if crash is not None else report.longrepr)


def _has_xdist() -> bool:
    from importlib.util import find_spec

    return find_spec("xdist") is not None
