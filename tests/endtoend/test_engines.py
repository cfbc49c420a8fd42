"""The engines give the same tables: a study trained in packs, and by the loop."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.endtoend.corpus import events, harness, write_study

#: Scores may part by this much: the engines sum in another order, in float32.
SCORES_WITHIN = 0.1


def table(out: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(out / "tables" / f"{name}.parquet")


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> tuple[Path, Path]:
    """The same study by the loop, and in packs of at most five."""
    place = tmp_path_factory.mktemp("engines")
    study = write_study(place, ("pitch", "loud"))
    found = []
    for engine in ("loop", "population"):
        out = place / engine
        changes = [
            f"compute.engine={engine}",
            "compute.population=5",
            "combiners=[{name: sum}, {name: graddrop}]",
        ]
        done = harness(
            "study", "run", study, "--out", out, *(part for change in changes for part in ("--set", change))
        )
        assert done.returncode == 0, done.stderr
        found.append(out)
    return found[0], found[1]


def test_they_train_the_same(both) -> None:
    loop, population = (
        table(out, "trials")[["cell_id", "fold", "number", "params_lr", "status"]] for out in both
    )
    first = population.number < 2  # later ones are asked with what the first scored
    pd.testing.assert_frame_equal(loop[first], population[first])
    started = [sorted({key for key, what in events(out) if what == "started"}) for out in both]
    assert len(started[0]) == len(started[1])


def test_scores_agree(both) -> None:
    keys = ["cell_id", "fold", "number"]
    trials = table(both[0], "trials").merge(table(both[1], "trials"), on=[*keys, "params_lr"])
    assert len(trials) >= (table(both[0], "trials").number < 2).sum()
    assert np.abs(trials.value_x - trials.value_y).max() < SCORES_WITHIN


def test_every_run_says_its_engine(both) -> None:
    loop, population = (table(out, "runs").merge(table(out, "cells"), on="cell_id") for out in both)
    assert set(loop.engine) == {"loop"}
    stacked = population[population.combiner != "graddrop"]
    assert set(stacked.engine) == {"population"}
    [alone] = set(population[population.combiner == "graddrop"].engine)
    assert alone.startswith("loop (")
    assert "graddrop" in alone
