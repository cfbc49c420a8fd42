"""Whatever changes in a combiner from step to step is in its ``state_dict()``, and comes back from it."""

import copy

import pytest
import torch
from torch import Tensor

from harness.testing import quadratic_problem
from harness.testing.combiner import portable
from harness.testing.steps import PlainTraining
from tests.plugins.harness_combiners.records import RECORDS, skip_without_solver

TASKS = ("d/a", "d/b", "d/c")
#: Made anew from what is saved, or from what a step has.
SCRATCH = {"graddrop": "method._leak", "dwa": "_method"}


def training_of(name):
    torch.manual_seed(0)
    combiner = RECORDS[name].build(RECORDS[name].parameters(), TASKS)
    return PlainTraining(combiner, quadratic_problem(TASKS))


def contents(combiner):
    """Return all buffers, parameters and plain attributes by path."""
    found = {}
    for path, module in combiner.named_modules():
        held = {k: v for k, v in vars(module).items() if k not in ("_parameters", "_buffers", "_modules")}
        for values in (held, module._parameters, module._buffers):
            found |= {f"{path}.{name}".lstrip("."): copy.deepcopy(value) for name, value in values.items()}
    return found


def differing(name, one, other):
    """Return where two contents differ, but for what is made anew."""
    paths = {path for path in one | other if not same(one.get(path), other.get(path))}
    return {path for path in paths if name not in SCRATCH or not path.startswith(SCRATCH[name])}


def same(one, other):
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.shape == other.shape and bool(torch.equal(one.nan_to_num(-1.0), other.nan_to_num(-1.0)))
    return type(one) is type(other) and (callable(one) or repr(one) == repr(other))


@pytest.mark.parametrize("name", list(RECORDS))
def test_what_changes_is_saved(name):
    skip_without_solver(name)
    training = training_of(name)
    before = contents(training.combiner)
    training.run(9)
    assert differing(name, before, contents(training.combiner)) <= set(training.combiner.state_dict())


@pytest.mark.parametrize("name", list(RECORDS))
def test_what_is_saved_comes_back(name):
    skip_without_solver(name)
    training, other = training_of(name), training_of(name)
    training.run(9)
    other.combiner.load_state_dict(portable(training.combiner.state_dict()))
    assert not differing(name, contents(training.combiner), contents(other.combiner))


def test_the_stateful_ones_change():
    """Or the first test would see nothing."""
    for name in ("dwa", "famo", "gradnorm", "gradvac", "db_mtl", "excess_mtl", "sdmgrad", "modo"):
        training = training_of(name)
        before = contents(training.combiner)
        training.run(9)
        assert differing(name, before, contents(training.combiner)), name
