"""A cluster of three nodes loses one in the middle of a study, and the tables are those of one machine."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.endtoend.corpus import events, harness, same_tables, trained_again, write_study
from tests.schedule.ray_clusters import add_node, cluster_of

pytest.importorskip("ray", reason="the extra ray is not installed")

TABLES = ("trials", "runs", "scores", "gains", "selections", "curves", "predictions", "cells")
TASKS = ("pitch", "loud")
#: A study that does not end by then is killed, s.
LIMIT_S = 240.0
LONGER = {"epochs: 4": "epochs: 12", "patience: 4": "patience: 12"}


@pytest.mark.slow
def test_a_lost_node_delays_only_its_units(tmp_path) -> None:
    study = write_study(tmp_path, TASKS, **LONGER)
    assert harness("study", "run", study, "--out", tmp_path / "local").returncode == 0
    on_ray = write_study(tmp_path, TASKS, **LONGER, **executor(tmp_path, "auto"))
    with cluster_of("first") as cluster:
        victim = add_node(cluster, "second")

        def lose(workers: list[str]) -> bool:
            ready = sum(name.startswith("second") for name in workers) >= 2
            if ready:
                cluster.remove_node(victim, allow_graceful=False)
            return ready

        started = run(on_ray, tmp_path / "ray", cluster.address, lose)
    assert {name.split()[0] for name in started} == {"head", "first", "second"}
    assert "lost" in [what for _, what in events(tmp_path / "ray")]
    assert trained_again(tmp_path / "ray") == set()
    same_tables(tmp_path / "local", tmp_path / "ray", TABLES)


def executor(place: Path, address: str) -> dict[str, str]:
    """Replacements in the study file: Ray, whose nodes do not share a folder, with a cache of their own."""
    ray = f"executor: {{name: ray, address: {address}, transfer: object_store, cache_dir: {place / 'node'}}}"
    return {"compute: {workers: 1}": f"compute: {{{ray}}}"}


def run(study: Path, out: Path, address: str, lose) -> list[str]:
    """Run the study on the cluster; call ``lose`` with the workers of the units started until it returns true."""
    command = [
        sys.executable,
        "-m",
        "harness.cli.main",
        "study",
        "run",
        str(study),
        "--out",
        str(out),
        "--json",
        "--no-report",
    ]
    command += ["--set", f"compute.executor.address={address}"]
    workers, lost = [], False
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        limit = threading.Timer(LIMIT_S, process.kill)
        limit.start()
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "training_started":
                workers.append(event["worker"])
                lost = lost or lose(workers)
        limit.cancel()
        assert process.wait(timeout=60) == 0, process.stderr.read()
    assert lost
    return workers
