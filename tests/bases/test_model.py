"""Which modules of a model are a task's own."""

from __future__ import annotations

import torch
from torch import nn

from harness.api import HardSharing, HasTaskModules, ModelRecord
from harness.train.network import build_model
from harness.train.types import Choice
from tests.train.doubles import registry


class Towers(nn.Module):
    """A shared layer, and a layer and a head for each task."""

    def __init__(self, parameters, input_shape, heads):
        super().__init__()
        self.tasks, self.shared = tuple(heads), nn.Linear(4, 4)
        self.towers = nn.ModuleList(nn.Sequential(nn.Linear(4, 4), nn.ReLU()) for _ in heads)
        self.heads = nn.ModuleList(nn.Linear(4, outputs) for outputs in heads.values())

    def task_modules(self):
        parts = zip(self.tasks, self.towers, self.heads, strict=True)
        return {task: {"tower": tower, "head": head} for task, tower, head in parts}


def build(heads, seed=0, name="towers"):
    return build_model(
        registry(ModelRecord(name="towers", factory=Towers)), Choice(name=name), (1, 2, 2), heads,
        n_datasets=1, seed=seed, device=torch.device("cpu"),
    )  # fmt: skip


def test_own_modules_start_from_the_task_s_name_and_the_module_s():
    one, other = build({"b/y": 3}), build({"a/x": 2, "b/y": 3})
    assert torch.equal(one.shared.weight, other.shared.weight)
    assert torch.equal(one.towers[0][0].weight, other.towers[1][0].weight)
    assert torch.equal(one.heads[0].weight, other.heads[1].weight)
    assert not torch.equal(other.towers[0][0].weight, other.towers[1][0].weight)
    assert not torch.equal(build({"b/y": 3}, seed=1).towers[0][0].weight, one.towers[0][0].weight)


def test_a_head_starts_alike_in_models_of_the_same_width():
    hard = build({"b/y": 3}, name="linear")
    assert isinstance(hard, HardSharing)
    assert isinstance(hard, HasTaskModules)
    assert torch.equal(hard.heads[0].weight, build({"b/y": 3}).heads[0].weight)
    assert hard.task_modules() == {"b/y": {"head": hard.heads[0]}}


def test_a_model_without_the_protocol_has_none():
    assert not isinstance(nn.Linear(1, 1), HasTaskModules)
