"""Merges the ledgers of one study that was run in several places into a new directory."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from harness.config.differing import Setting
from harness.errors import StudyDirectoryError
from harness.ledgers import files, units
from harness.ledgers.plan import united
from harness.ledgers.reading import Source, not_written
from harness.ledgers.searches import join
from harness.ledgers.trainings import Chosen, choose
from harness.ledgers.write import write_facts, write_notes, write_rows
from harness.schedule.directory import LEDGER
from harness.schedule.interruptions import disk_errors
from harness.schedule.ledger import Ledger


@dataclass
class Merged:
    """What a merge gave. ``trainings`` are counts by state; ``taken`` how many came from each directory."""

    study: str
    directory: str
    sources: list[str]
    trainings: dict[str, int]
    taken: list[int]
    in_several: int
    different_results: int
    different_trials: int
    runs: int
    networks: int
    checkpoints: int
    states: int
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def merge_studies(directories: Sequence[Path], out: Path) -> Merged:
    """Merge studies into ``out``, which appears when all of it is there; the directories are only read.

    A training that several have is kept once: a done one before a pruned, a failed and a pending one, then the first
    named. Where two done ones have different results, that is counted, and noted in the table ``failures``. Kept
    networks, checkpoints and states are copied. The same ``study run`` goes on with the merged directory.

    Raises:
        StudyDirectoryError: a directory holds no study, another study than the first, or other data; ``out`` is not
            empty, or cannot be written.
        StudyLockedError: another command is writing one of the studies.
    """
    _check(directories, out)
    with disk_errors(out), ExitStack() as stack:
        for directory in directories:
            stack.enter_context(not_written(directory))
        staging = stack.enter_context(_staging(out))
        opened = [
            stack.enter_context(Source.open(directory, staging / f"source_{number}"))
            for number, directory in enumerate(directories)
        ]
        merged = _merge(opened, staging / "merged", out)
        os.replace(staging / "merged", out)
        return merged


def _merge(sources: Sequence[Source], staging: Path, out: Path) -> Merged:
    plan, settings = _plan(sources)
    units.same_data(sources)
    trainings, probes, searches = choose(sources, "trainings"), choose(sources, "probes"), join(sources)
    staging.mkdir()
    write_rows(staging / LEDGER, sources, trainings, probes, searches)
    different = [*trainings.different, *probes.different]
    with closing(Ledger(staging / LEDGER)) as ledger:
        write_facts(ledger, sources, plan, settings)
        write_notes(ledger, sources, different, searches.conflicts)
        states = {row["status"]: row["n"] for row in ledger.query(_COUNTS)}
        copied = _copy(ledger, sources, trainings, staging)
    return Merged(
        study=str(plan.get("study")),
        directory=str(out),
        sources=[str(source.directory) for source in sources],
        trainings=states,
        taken=[list(trainings.source.values()).count(number) for number in range(len(sources))],
        in_several=len(trainings.several),
        different_results=len(different),
        different_trials=len(searches.conflicts),
        runs=len(searches.runs),
        **copied,
        notes=[*_told(settings), *units.versions(sources)],
    )


_COUNTS = "SELECT status, count(*) AS n FROM trainings GROUP BY status"


def _plan(sources: Sequence[Source]) -> tuple[dict[str, Any], list[Setting]]:
    """Return the plan of all, and the settings of which the first's were kept."""
    first, *others = [_config(source) for source in sources]
    plan = first
    kept: list[Setting] = []
    for config, source in zip(others, sources[1:], strict=True):
        plan, settings = united(plan, config, str(source.directory))
        kept += [one for one in settings if one.key not in {known.key for known in kept}]
    return plan, kept


def _config(source: Source) -> dict[str, Any]:
    text = source.meta("config_json")
    if text is None:
        raise StudyDirectoryError(f"{source.directory}: its ledger does not say which study it is of")
    found: dict[str, Any] = json.loads(text)
    return found


def _copy(ledger: Ledger, sources: Sequence[Source], chosen: Chosen, out: Path) -> dict[str, int]:
    """Copy what belongs to trainings; another ledger's network is taken only where it has the same result."""
    different = {(one.key, one.other) for one in chosen.different}
    counts = {"networks": 0, "checkpoints": 0, "states": 0}
    for row in ledger.query("SELECT key, status FROM trainings"):
        key, first = row["key"], chosen.source[row["key"]]
        equal = [number for number in chosen.done_in.get(key, []) if (key, number) not in different]
        places = [sources[number].directory for number in dict.fromkeys([first, *equal])]
        counts["networks"] += files.copy_networks(places, out, key)
        if row["status"] == "done":
            counts["states"] += files.copy_states(places, out, key)
        else:
            counts["checkpoints"] += files.copy_checkpoint(places[0], out, key)
    return counts


def _told(settings: Sequence[Setting]) -> list[str]:
    keys = ", ".join(one.key for one in settings)
    return [f"settings that differ and decide no result are the first's: {keys}"] if keys else []


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """Give a new folder beside ``out``, which is gone afterwards."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.merging-", dir=out.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check(directories: Sequence[Path], out: Path) -> None:
    real = [directory.resolve() for directory in directories]
    target = out.resolve()
    if len(set(real)) < max(2, len(real)):
        raise StudyDirectoryError(
            f"found {', '.join(map(str, directories))}; expected two or more different directories of studies"
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise StudyDirectoryError(f"{out}: is there already; give a directory with --out that is not")
    inside = [one for one in real if target == one or one in target.parents or target in one.parents]
    if inside:
        raise StudyDirectoryError(f"{out}: must lie outside of {inside[0]}, which is only read")
