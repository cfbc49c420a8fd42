"""A small study, timed and foretold: what the benchmark ``scaling`` compares with docs/guides/scaling.md."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

#: Three of the tasks of studies/audio_pairs.yaml, their pairs and placebos, without early stopping.
STUDY = (
    "studies/audio_pairs.yaml",
    *("--set", "tasks=[notes/family,notes/pitch_class,speech/digit]", "--set", "groups.include=[]"),
    *("--set", "training.epochs=8", "--set", "compute.device=cpu"),
)
QUICK = ("--set", "training.epochs=1", "--set", "evaluation.folds=2", "--set", "evaluation.seeds=1")
ROOT = Path(__file__).parents[1]


def foretold_s(workers: int, *, quick: bool) -> tuple[float, int]:
    """Return (what ``harness study plan`` says that the trainings take, in s; how many they are)."""
    done = subprocess.run(
        _command("plan", Path("nowhere"), {"workers": workers}, quick=quick),
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    plan = json.loads(done.stdout)
    return float(plan["estimate_s"]), int(plan["n_trainings"])


def measured_s(workers: int, executor: dict[str, str], *, quick: bool) -> float:
    """Run the study, and return the time from the first training's start to the last one's end, in s."""
    with tempfile.TemporaryDirectory() as folder:
        command = _command("run", Path(folder) / "study", {"workers": workers, **executor}, quick=quick)
        times = []
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if json.loads(line)["event"] in ("training_started", "training_ended"):
                    times.append(time.perf_counter())
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
    return times[-1] - times[0]


def _command(verb: str, out: Path, compute: dict[str, object], *, quick: bool) -> list[str]:
    sets = [part for name, value in compute.items() for part in ("--set", f"compute.{name}={value}")]
    harness = [sys.executable, "-m", "harness.cli.main", "study", verb]
    return [*harness, *STUDY, *(QUICK if quick else ()), *sets, "--out", str(out), "--json"]
