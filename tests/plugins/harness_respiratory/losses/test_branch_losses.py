"""Branch losses: α times the sum of the task's own losses."""

from __future__ import annotations

from typing import ClassVar

import pytest
import torch
from torch.nn import functional

from harness.api import TrainingError
from harness.testing import TermContract
from harness_respiratory.losses.branch_losses import BranchLosses
from harness_respiratory.losses.parameters import BranchLossesParameters
from tests.plugins.harness_respiratory.losses.seen import seen
from tests.plugins.harness_respiratory.records_networks import RECORDS

TARGETS = torch.tensor([0, 1, 2, 0])


class TestBranchLosses(TermContract):
    record = RECORDS["term", "branch_losses"]
    parameters: ClassVar = {"weight": 0.5}
    branches: ClassVar = ("branch_1", "branch_2")


def term(**values):
    return BranchLosses(BranchLossesParameters(**values))


def logits(seed):
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(seed))


def test_a_third_of_the_sum():
    branches = {name: {"d/m": logits(i), "d/other": logits(9)} for i, name in enumerate("abc")}
    found = term()(seen(TARGETS, branches=branches))
    each = [functional.cross_entropy(logits(i), TARGETS, reduction="none") for i in range(3)]
    torch.testing.assert_close(found, (each[0] + each[1] + each[2]) / 3)


def test_a_single_branch_adds_nothing():
    assert term()(seen(TARGETS, branches={"branch_1": {}})).tolist() == [0.0] * 4


@pytest.mark.parametrize("branches", [{}, {"a": {}, "b": {}}])
def test_a_network_without_classifiers_of_branches_is_refused(branches):
    with pytest.raises(TrainingError, match=f"d/m has {len(branches)} branches .* branch_heads: true"):
        term()(seen(TARGETS, branches=branches))
