"""Every combiner in real trainings: interrupted in the loop, and in a population."""

import numpy as np
import pytest

from harness.train.checkpoint import Checkpoints
from harness.train.loop import train
from tests.plugins.harness_combiners.records import RECORDS
from tests.train.population.conftest import float64  # noqa: F401
from tests.train.population.tools import DNN, Choice, after_steps, largest_difference, pair_of_two
from tests.train.population.tools import spec as spec_of_pair
from tests.train.test_resume import TrainingStopped, stop_after, timeless
from tests.train.test_with_plugins import data_of, spec

NEW = ("rlw", "gls", "imtl_l", "stch", "gradvac", "graddrop", "mgda", "cagrad", "imtl_g", "aligned_mtl")
STACKED = sorted(name for name, record in RECORDS.items() if record.stacked)


@pytest.mark.parametrize("schedule", ["mixed", "alternate"])
@pytest.mark.parametrize("name", NEW)
def test_interrupted_is_uninterrupted(tmp_path, name, schedule):
    data = data_of("multiclass", "regression", "multilabel")
    what = spec(data, schedule=Choice(name=schedule), combiner=Choice(name=name))
    whole = train(data, what)
    for steps in (1, 6):
        with pytest.raises(TrainingStopped):
            train(data, what, checkpoints=Checkpoints(tmp_path, "k", 1e9), should_stop=stop_after(steps))
    result = train(data, what, checkpoints=Checkpoints(tmp_path, "k", 1e9))
    assert timeless(result) == timeless(whole)
    assert np.isfinite([row["value"] for row in result.curves if row["metric"] == "loss"]).all()


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", STACKED)
def test_a_population_makes_the_steps_of_the_loop(tmp_path, name):
    changes = {"combiner": Choice(name=name), "model": DNN}
    members = [(pair_of_two(seed=n), spec_of_pair(pair_of_two(), seed=n, **changes)) for n in range(3)]
    for loop, population in after_steps(members, tmp_path, 50):
        assert largest_difference(loop, population) < 1e-10
