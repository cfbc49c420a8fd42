"""Gains over capacity-matched singles, on tables with such cells made from singles whose scores are moved."""

import pandas as pd
import pytest

from harness.analysis.capacity import capacity_gains, without_capacity
from harness.analysis.delta_m import delta_m
from harness.analysis.gains import gains
from harness.analysis.noise import noise
from tests.results.synthetic import as_loaded, synthetic_tables

BETTER = {"notes/family": 0.01, "speech/digit": -0.02, "percussion/piece": 0.03}


@pytest.fixture(scope="module")
def plain():
    return synthetic_tables(3, combiners=("sum",))


@pytest.fixture(scope="module")
def tables(plain):
    """A capacity-matched single for each main in each pair: the single's runs, better by ``BETTER`` of the partner."""
    singles = plain["cells"].query("group_size == 1")
    made = {name: [plain[name]] for name in ("cells", "runs", "scores", "selections")}
    for cell in singles.itertuples():
        for partner in set(BETTER) - {cell.tasks[0]}:
            suffix = f"/{partner}"
            row = singles[singles["cell_id"] == cell.cell_id]
            made["cells"].append(row.assign(cell_id=cell.cell_id + suffix, capacity_of=[[partner]]))
            for name in ("runs", "scores", "selections"):
                rows = plain[name][plain[name]["cell_id"] == cell.cell_id]
                rows = rows.assign(cell_id=rows["cell_id"] + suffix, run_id=rows["run_id"] + suffix)
                made[name].append(
                    rows.assign(value=rows["value"] + BETTER[partner]) if name == "scores" else rows
                )
    return plain | {name: as_loaded(name, pd.concat(frames)) for name, frames in made.items()}


def test_the_gain_over_it_is_the_gain_less_what_its_network_gives(tables):
    found = gains(tables, rope=0.01, confidence=0.95)
    pairs = found[(found["partners"].map(len) == 1)]
    expected = pairs["gain"] - pairs["partners"].str[0].map(BETTER)
    assert len(pairs) == 3 * 2 + 3
    assert pairs["capacity_gain"].to_numpy() == pytest.approx(expected.to_numpy())
    assert found.loc[found["partners"].map(len) == 2, "capacity_gain"].isna().all()


def test_everything_else_is_as_without_them(plain, tables):
    for answer in (
        lambda t: gains(t, rope=0.01, confidence=0.95),
        lambda t: delta_m(t, confidence=0.95),
        noise,
    ):
        with_them, without = answer(tables), answer(plain)
        columns = [name for name in without if name != "capacity_gain"]
        pd.testing.assert_frame_equal(with_them[columns], without[columns])


def test_they_are_taken_out_with_all_that_hangs_on_them(plain, tables):
    left = without_capacity(tables)
    for name in ("cells", "runs", "scores", "selections"):
        assert len(left[name]) == len(plain[name]) < len(tables[name])
    assert left["curves"] is tables["curves"] or len(left["curves"]) == len(tables["curves"])


def test_older_studies_have_none(plain):
    older = plain | {"cells": plain["cells"].drop(columns="capacity_of")}
    assert capacity_gains(older).empty
    assert without_capacity(older)["cells"] is older["cells"]
    assert gains(older, rope=0.01, confidence=0.95)["capacity_gain"].isna().all()
