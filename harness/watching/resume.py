"""Going on with the study of a directory, as it was started."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from harness.errors import StudyDirectoryError, StudyFileError
from harness.schedule.stopping import Command
from harness.watching import words
from harness.watching.opening import opened
from harness.watching.reader import read_snapshot
from harness.watching.snapshot import Snapshot

if TYPE_CHECKING:
    from harness.config import StudyConfig


@dataclass(frozen=True)
class Started:
    """How a study was started: the resolved study file as JSON, where its file lay, and where relative paths began."""

    config_json: str
    study_file: Path
    working_directory: Path | None

    @classmethod
    def of(cls, directory: Path) -> Started:
        """Return it from a study's ledger.

        Raises:
            StudyDirectoryError: there is no study in the directory, or it was never started.
        """
        with opened(directory) as ledger:
            config, file = ledger.meta("config_json"), ledger.meta("study_file")
            command = Command.from_json(ledger.meta("command_json"))
        if config is None:
            raise StudyDirectoryError(
                f"{directory}: its ledger holds no study file, so it was never started; use: harness study run FILE"
            )
        return cls(
            config,
            Path(file) if file else directory.absolute() / "study.yaml",
            Path(command.working_directory) if command else None,
        )

    def load(self, directory: Path, overrides: list[str], data_root: Path | None) -> StudyConfig:
        """Return the study, checked against the plugins that there are now.

        Raises:
            StudyFileError: an override is wrong, or a component or data set is not there any more.
        """
        from harness.config import load_study_file

        with TemporaryDirectory() as folder:
            file = Path(folder) / "study.json"  # JSON is YAML; escapes beyond the 16-bit plane are not
            file.write_text(json.dumps(json.loads(self.config_json), ensure_ascii=False, indent=1))
            try:
                return load_study_file(file, overrides, data_root=data_root or self._root())
            except StudyFileError as error:
                text = str(error).replace(str(file), f"the study of {directory}")
                raise StudyFileError(text, error.problems) from error

    def _root(self) -> Path | None:
        """Return where relative paths start if the study says nothing and the command is started elsewhere."""
        there = self.working_directory
        unset = json.loads(self.config_json).get("data", {}).get("root") is None
        return there if unset and there is not None and there != Path.cwd() and there.is_dir() else None


def resume_study(
    directory: Path,
    *,
    data_root: Path | None = None,
    workers: int | None = None,
    events: bool = False,
    retry_failed: bool = False,
    report: bool = True,
) -> int:
    """Go on with a study and return the command's exit code; say on stderr what is left.

    Raises:
        HarnessError: there is no study in the directory, another command writes it, or it cannot be run.
    """
    started, snapshot = Started.of(directory), read_snapshot(directory)
    overrides = [f"compute.workers={workers}"] if workers else []
    config = started.load(directory, overrides, data_root)
    from harness.schedule.run import run_study

    print(f"{directory}: study {snapshot.study}: {_left(snapshot)}", file=sys.stderr)
    return run_study(
        config,
        study_file=started.study_file,
        out=directory,
        events=events,
        retry_failed=retry_failed,
        report=report,
    )


def _left(snapshot: Snapshot) -> str:
    left = snapshot.trainings.left
    if not snapshot.trainings.total:
        return "nothing is planned yet"
    if not left and not snapshot.probes.left:
        return f"nothing is left to train ({words.ended(snapshot.trainings)}); its tables are written anew"
    cells = f"{snapshot.cells.left} of {snapshot.cells.total} cells, " if snapshot.cells.total else ""
    probes = f", {snapshot.probes.left} probes" if snapshot.probes.left else ""
    return f"left are {cells}{left} of {snapshot.trainings.total} trainings{probes}"
