"""docs/guides/scaling.md: its formula counts what the harness counts. cluster.md: its batch script is one."""

import json
import re
import subprocess
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli.main import app
from harness.config import load_study_file
from harness.schedule.cells import count_trainings, enumerate_cells
from harness.schedule.ledger import Ledger
from harness.schedule.local import LocalExecutor, LocalParameters
from harness.schedule.pursuit import Pursuit
from harness.schedule.ray_parameters import RayParameters
from harness.schedule.scheduler import Scheduler
from tests.endtoend.corpus import write_study
from tests.schedule.fakes import FakeCell, FakeFactory, Silent

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
PAGE = (GUIDES / "scaling.md").read_text(encoding="utf-8")
CLUSTER = (GUIDES / "cluster.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def formula() -> dict:
    found: dict = {}
    for block in blocks(PAGE, "python"):
        exec(compile(block, "scaling.md", "exec"), found)
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("plans")


STUDIES = {
    "nested": ({}, {"groups": 3, "placebos": 3}),
    "first fold": (
        {"trials: 3": "scope: first_fold, trials: 5", "shuffled_partner: per_main": "shuffled_partner: none"},
        {"groups": 3, "placebos": 0, "trials": 5, "nested": False},
    ),
    "everything twice": (
        {
            "combiners: [{name: sum}]": "combiners: [{name: sum}, {name: uncertainty}]",
            "models: [{name: dnn, depth: 1, width: 16}]": "models: [{name: dnn, depth: 1, width: 16}, "
            "{name: dnn, as: wide, depth: 1, width: 32}]",
            "sizes: [1, 2]": "sizes: [1, 2, 3]",
            "shuffled_partner: per_main": "shuffled_partner: all",
            "folds: 2, seeds: 2": "folds: 3, seeds: 1",
        },
        {"groups": 4, "placebos": 6, "models": 2, "combiners": 2, "folds": 3, "seeds": 1},
    ),
}


@pytest.mark.parametrize("name", STUDIES)
def test_the_formula_is_what_the_plan_counts(name, formula, place) -> None:
    changes, numbers = STUDIES[name]
    study = write_study(place, **changes)
    done = CliRunner().invoke(app, ["study", "plan", str(study), "--out", str(place / "out"), "--json"])
    assert done.exit_code == 0, done.output
    expected = {"trials": 3, "folds": 2, "seeds": 2} | numbers
    assert json.loads(done.stdout)["n_trainings"] == formula["trainings"](3, **expected)


def test_the_number_that_the_page_gives_for_the_first_study(formula) -> None:
    config = load_study_file(ROOT / "studies" / "audio_pairs.yaml")
    cells = enumerate_cells(config)
    folds = dict.fromkeys((cell.id for cell in cells), config.evaluation.folds)
    assert formula["six_tasks"] == count_trainings(cells, folds, config)
    assert f"That is {formula['six_tasks']} for `studies/audio_pairs.yaml`" in PAGE


NAP_S = 0.2


def nap(unit: dict, context: dict) -> dict:
    """Train for a time that does not depend on what else the machine does."""
    time.sleep(NAP_S)
    return {"objective": -unit["params"]["lr"], "busy_s": NAP_S, "wall_time_s": NAP_S}


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_trainings_take_as_long_as_the_page_says(workers, formula, tmp_path) -> None:
    cells, trials, batch, seeds = 3, 4, 2, 2
    ledger, executor = Ledger(tmp_path / "ledger.sqlite"), LocalExecutor(LocalParameters(workers=workers))
    executor.start("tests.docs.test_scaling:nap", {})
    warm = set()
    while len(warm) < workers:  # each worker has loaded what it needs before the clock starts
        executor.submit({"key": f"warm {time.monotonic()}", "params": {"lr": 0}})
        warm |= {outcome.worker for outcome in executor.wait(0.1) if outcome.status == "started"}
    executor.cancel()
    while any(outcome.status == "done" for outcome in executor.wait(2 * NAP_S)):
        pass
    pursuits = [
        Pursuit(FakeCell(str(cell)), 0, (0,), FakeFactory(trials=trials, batch=batch), ledger, seeds)
        for cell in range(cells)
    ]
    clock = time.perf_counter()
    Scheduler(iter(pursuits), ledger, executor, Silent(), lambda: False, lambda key: None).run()
    took = time.perf_counter() - clock
    executor.stop(now=True)
    ledger.close()
    n, stages = cells * (trials - 1 + seeds), -(-trials // batch) + 1
    foretold = formula["seconds"](n, NAP_S, workers, stages=stages)
    assert foretold == pytest.approx(max(n / workers, stages) * NAP_S, rel=0.2)
    assert 0.9 * foretold < took < 1.6 * foretold + 0.3


def test_the_batch_script_is_one() -> None:
    [script] = blocks(CLUSTER, "bash")
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    for word in (
        'ray" start --head',
        'ray" start --address=',
        "RAY_AUTH_MODE=token",
        "compute.executor=$EXECUTOR",
    ):
        assert word in script


def test_the_executors_of_the_page_have_parameters_that_exist() -> None:
    found = re.findall(r"executor: \{name: ray([^}]*)\}", CLUSTER)
    assert len(found) > 1
    for asked in found:
        names = re.findall(r"(\w+):", asked)
        assert set(names) <= set(RayParameters.model_fields), asked
