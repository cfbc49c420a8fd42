"""The stacked aggregators against TorchJD's weightings, in float64: updates agree to 1e-9 of the longest gradient."""

import pytest
import torch
from torchjd import aggregation

from harness.api import StackedStep, TrainingError, derive_seed
from harness.testing.stacked import stacked_form
from tests.plugins.harness_combiners.gradients import (
    KINDS,
    SEEDS,
    STEP,
    assert_same_updates,
    by_weighting,
    drawn,
    members,
    seeded,
    stacked_weights,
)
from tests.plugins.harness_combiners.records import RECORDS

WEIGHTINGS = {
    "pcgrad": ({}, aggregation.PCGradWeighting),
    "gradvac": ({"beta": 0.3}, lambda: aggregation.GradVacWeighting(beta=0.3)),
    "imtl_g": ({}, aggregation.IMTLGWeighting),
    "aligned_mtl": ({}, aggregation.AlignedMTLWeighting),
    "aligned_mtl median": ({"scale": "median"}, lambda: aggregation.AlignedMTLWeighting(scale_mode="median")),
    "aligned_mtl rmse": ({"scale": "rmse"}, lambda: aggregation.AlignedMTLWeighting(scale_mode="rmse")),
    "mgda": ({}, aggregation.MGDAWeighting),
    "mgda short": ({"max_iters": 3}, lambda: aggregation.MGDAWeighting(max_iters=3)),
    "mgda exact": ({"epsilon": 1e-9, "max_iters": 300}, lambda: aggregation.MGDAWeighting(1e-9, 300)),
}
AGGREGATORS = ("pcgrad", "gradvac", "imtl_g", "aligned_mtl", "mgda", "cagrad")


@pytest.mark.parametrize("tasks", [2, 3, 5])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", list(WEIGHTINGS))
def test_updates_are_torchjds(case, kind, tasks):
    name, (settings, make) = case.split()[0], WEIGHTINGS[case]
    gradients, present = members(kind, tasks)
    expected = []
    for seed, own, here in zip(SEEDS, gradients, present, strict=True):
        torch.manual_seed(derive_seed(seed, name, STEP))
        expected.append(by_weighting(make(), own, here))
    found = stacked_weights(name, gradients, present, **settings)
    assert_same_updates(found, torch.stack(expected), gradients, 1e-9)
    assert not found[~present].any()


@pytest.mark.parametrize("name", AGGREGATORS)
def test_one_task_is_trained_along_its_gradient(name):
    gradients = drawn(1, 0).expand(2, 1, 7)
    weights = stacked_weights(name, gradients, torch.ones(2, 1, dtype=torch.bool))
    expected = 1.5 if name == "cagrad" else 1.0  # the mean, lengthened by c
    torch.testing.assert_close(weights, torch.full((2, 1), expected, dtype=torch.float64))


@pytest.mark.parametrize("name", AGGREGATORS)
def test_a_member_that_is_not_finite_harms_no_other(name):
    gradients, present = members(drawn, 3)
    alone = stacked_weights(name, gradients, present)
    gradients[0, 1, 2], gradients[1, 2, 0] = torch.nan, torch.inf
    found = stacked_weights(name, gradients, present)
    assert found[:2].isnan().all()
    torch.testing.assert_close(found[2:], alone[2:])


@pytest.mark.parametrize("name", AGGREGATORS)
def test_all_zero_gradients_have_finite_weights(name):
    gradients, present = members(drawn, 3)
    assert torch.isfinite(stacked_weights(name, 0 * gradients, present)).all()


@pytest.mark.parametrize("name", ["pcgrad", "gradvac"])
def test_weights_without_drawn_orders_are_refused(name):
    form = stacked_form(RECORDS[name], [RECORDS[name].parameters()], 3)
    form.gather([seeded(name, 0, ("a", "b", "c"))])
    step = StackedStep(
        torch.ones(1, 3, dtype=torch.bool), torch.zeros(1, dtype=torch.int64), torch.zeros(1) > 0
    )
    with pytest.raises(TrainingError, match=rf"stacked {name} needs begin\(step\)"):
        form.weights(torch.eye(3, dtype=torch.float64)[None], step)


@pytest.mark.parametrize("name", AGGREGATORS)
def test_only_forms_without_solvers_of_linear_algebra_may_be_captured(name):
    """torch.linalg waits for the device to check its result."""
    form = stacked_form(RECORDS[name], [RECORDS[name].parameters()], 2)
    assert form.capturable == (name in ("pcgrad", "gradvac", "mgda"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
@pytest.mark.parametrize("name", AGGREGATORS)
def test_weights_on_cuda_are_those_on_the_cpu(name):
    """Those that may be captured are replayed from a graph, with the orders of another step."""
    gradients, present = members(drawn, 3)
    expected = stacked_weights(name, gradients, present)
    gramian = (gradients @ gradients.mT).cuda()
    form = stacked_form(RECORDS[name], [RECORDS[name].parameters()] * len(SEEDS), 3).cuda()
    form.gather([seeded(name, seed, ("d/0", "d/1", "d/2")) for seed in SEEDS])
    early = StackedStep(present, torch.full((len(SEEDS),), STEP - 1), torch.zeros(len(SEEDS)) > 0)
    late = StackedStep(present, torch.full((len(SEEDS),), STEP), torch.zeros(len(SEEDS)) > 0)
    moved = late.to("cuda")
    if not form.capturable:
        form.begin(late)
        found = form.weights(gramian, moved)
    else:
        form.begin(early)
        with torch.cuda.stream(torch.cuda.Stream()):
            form.weights(gramian, moved)
        torch.cuda.synchronize()
        if hasattr(form, "aims"):
            form.aims.zero_()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            found = form.weights(gramian, moved)
        form.begin(late)
        graph.replay()
    torch.testing.assert_close(found.cpu(), expected, rtol=1e-9, atol=1e-9)
