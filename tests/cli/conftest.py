"""Running the command in this process, with what it wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.api import DatasetRecord, FeatureRecord, ModelRecord, Parameters
from harness.cli.main import main
from harness.plugins import PluginFailure, Registered, Registry


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return ``command("study", "run", …)``."""

    def _command(*argv: str | Path) -> Ended:
        code = main([str(part) for part in argv])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return _command


class NetParameters(Parameters):
    """Parameters of the test's network."""

    width: int = 8


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Let the commands see a registry made by hand."""
    made = Registry()
    for record in (
        DatasetRecord(
            name="words", factory="nowhere:Words", tasks=("digit", "voice"), summary="spoken [digits]"
        ),
        FeatureRecord(name="same", factory="nowhere:F"),
        ModelRecord(name="same", factory="nowhere:M", source="Someone 2020"),
        ModelRecord(name="net", factory=NetParameters, parameters=NetParameters),
    ):
        made.add(Registered(record, "fake", "fake-dist", "1.2"))
    made.failures.append(
        PluginFailure("broken", "broken-dist", "0.1", "OSError: gone", "Traceback …\nOSError: gone\n")
    )
    monkeypatch.setattr("harness.plugins.load_registry", lambda: made)
    return made
