import pytest
import torch
from torch import nn

from harness.api import DataSetNorm, ModelOutputs, ModelRecord, TrainingError
from harness.train.network import Network, build_model, probe
from harness.train.types import Choice

from .doubles import Small, registry

CPU = torch.device("cpu")
SHAPE = (1, 2, 2)


def model_of(name="small", heads=None, seed=0, *extra, n_datasets=1):
    return build_model(
        registry(*extra),
        Choice(name=name),
        SHAPE,
        heads or {"x": 3},
        n_datasets=n_datasets,
        seed=seed,
        device=CPU,
    )


def test_trunk_and_heads_start_the_same_alone_and_in_a_group():
    alone, other = model_of(heads={"x": 3}), model_of(heads={"y": 5})
    group = model_of(heads={"y": 5, "x": 3})
    for single in (alone, other):
        for name, value in single.trunk.state_dict().items():
            torch.testing.assert_close(group.trunk.state_dict()[name], value, rtol=0, atol=0)
    torch.testing.assert_close(group.heads[0].weight, other.heads[0].weight, rtol=0, atol=0)
    torch.testing.assert_close(group.heads[1].weight, alone.heads[0].weight, rtol=0, atol=0)
    torch.testing.assert_close(group.heads[1].bias, alone.heads[0].bias, rtol=0, atol=0)


def test_another_seed_gives_another_trunk_and_other_heads():
    first, second = model_of(seed=0), model_of(seed=1)
    assert not torch.equal(first.trunk[1].weight, second.trunk[1].weight)
    assert not torch.equal(first.heads[0].weight, second.heads[0].weight)


def test_a_data_set_is_normalised_as_if_it_were_alone():
    torch.manual_seed(0)
    network = Network(model_of(n_datasets=2))
    network.model.trunk[4].p = 0.0
    a, b = torch.randn(8, *SHAPE), 100 + 10 * torch.randn(8, *SHAPE)
    together = network(torch.cat([a, b]), ((0, 0, 8), (1, 8, 16)))["x"]
    torch.testing.assert_close(together[:8], network(a, ((0, 0, 8),))["x"])
    shared = network(torch.cat([a, b]), ((0, 0, 16),))["x"]
    assert not torch.allclose(together[:8], shared[:8], atol=1e-2)


def test_running_statistics_are_kept_a_data_set():
    network = Network(model_of(n_datasets=2))
    norm = network.model.trunk[2]
    network(torch.randn(8, *SHAPE), ((1, 0, 8),))
    assert torch.equal(norm.running_mean[0], torch.zeros(6))
    assert not torch.equal(norm.running_mean[1], torch.zeros(6))


def test_unchanged_leaves_every_buffer_as_it_is():
    network = Network(model_of())
    network.model.train()
    before = {name: value.clone() for name, value in network.model.state_dict().items()}
    network.unchanged(torch.randn(8, *SHAPE), ((0, 0, 8),))
    assert all(torch.equal(before[name], value) for name, value in network.model.state_dict().items())


def test_probe_tells_shared_from_own_parameters():
    model = model_of(heads={"x": 3, "y": 2})
    sharing = probe(model, Choice(name="small"), SHAPE, {"x": 3, "y": 2}, CPU)
    assert {id(p) for p in sharing.shared} == {id(p) for p in model.trunk.parameters()}
    for own, head in zip(sharing.own, model.heads):
        assert {id(p) for p in own} == {id(p) for p in head.parameters()}


def test_probe_of_a_single_task_has_nothing_shared():
    model = model_of()
    sharing = probe(model, Choice(name="small"), SHAPE, {"x": 3}, CPU)
    assert sharing.shared == ()
    assert len(sharing.own[0]) == len(list(model.parameters()))


class Branched(Small):
    """A branch beside the trunk, with a layer that both tasks use and one that ``x`` uses alone."""

    def __init__(self, parameters, input_shape, heads):
        super().__init__(parameters, input_shape, heads)
        self.both, self.of_x = nn.Linear(4, 2), nn.Linear(2, 3)

    def outputs(self, x):
        hidden = self.both(x.flatten(1))
        branch = {"x": self.of_x(hidden), "y": hidden}
        return ModelOutputs(self(x), branches={"branch": branch})


def test_probe_counts_what_branches_use():
    heads = {"x": 3, "y": 2}
    model = model_of("branched", heads, 0, ModelRecord(name="branched", factory=Branched))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    sharing = probe(model, Choice(name="branched"), SHAPE, heads, CPU)
    shared, own = {id(p) for p in sharing.shared}, {id(p) for p in sharing.own[0]}
    assert {id(p) for p in model.both.parameters()} < shared
    assert {id(p) for p in model.of_x.parameters()} < own
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


class Pooled(nn.Module):
    """Pools more often than the input allows."""

    def __init__(self, parameters, input_shape, heads):
        super().__init__()
        self.layers = nn.Sequential(nn.MaxPool2d(2), nn.MaxPool2d(2))

    def forward(self, x):
        return {"x": self.layers(x).flatten(1)}


class WrongHead(Small):
    def forward(self, x):
        return {"x": super().forward(x)["x"][:, :1]}


def test_a_feature_that_does_not_fit_names_shape_and_model():
    record = ModelRecord(name="pooled", factory=Pooled)
    model = model_of("pooled", None, 0, record)
    with pytest.raises(TrainingError, match=r"'pooled' .*\(1, 2, 2\)"):
        probe(model, Choice(name="pooled"), SHAPE, {"x": 3}, CPU)


def test_a_model_that_cannot_be_built_names_shape_and_model():
    def broken(parameters, input_shape, heads):
        raise ZeroDivisionError("no frames left")

    record = ModelRecord(name="broken", factory=broken)
    with pytest.raises(TrainingError, match=r"'broken' .*\(1, 2, 2\).*no frames left"):
        model_of("broken", None, 0, record)


def test_running_out_of_memory_is_left_to_the_scheduler():
    def hungry(parameters, input_shape, heads):
        raise torch.OutOfMemoryError("too much")

    with pytest.raises(torch.OutOfMemoryError):
        model_of("hungry", None, 0, ModelRecord(name="hungry", factory=hungry))


def test_logits_of_the_wrong_shape_or_task_are_refused():
    record = ModelRecord(name="wrong", factory=WrongHead)
    with pytest.raises(TrainingError, match=r"\(2, 1\) for x, expected \(2, 3\)"):
        probe(model_of("wrong", None, 0, record), Choice(name="wrong"), SHAPE, {"x": 3}, CPU)
    with pytest.raises(TrainingError, match="no logits of y"):
        probe(model_of(), Choice(name="small"), SHAPE, {"y": 3}, CPU)


def test_data_set_norm_without_segments_is_batch_norm():
    torch.manual_seed(0)
    x, ours, torchs = torch.randn(16, 6, 4), DataSetNorm(6), nn.BatchNorm1d(6)
    torch.testing.assert_close(ours(x), torchs(x))
    torch.testing.assert_close(ours.running_var[0], torchs.running_var)
    torch.testing.assert_close(ours.eval()(x), torchs.eval()(x))
