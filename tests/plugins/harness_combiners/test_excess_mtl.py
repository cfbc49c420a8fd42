import pytest
import torch
from torchjd import aggregation

from tests.plugins.harness_combiners.given import Given, built
from tests.plugins.harness_combiners.gradients import drawn, unequal


@pytest.mark.parametrize("kind", [drawn, unequal])
@pytest.mark.parametrize(("warmup", "step_size"), [(1, 1.0), (1, 0.01), (4, 0.3)])
def test_many_steps_are_torchjds(kind, warmup, step_size):
    """Its warm-up gives the mean gradient as ours does; from there on the weights are the same."""
    combiner = built("excess_mtl", warmup_steps=warmup, step_size=step_size)
    other = aggregation.ExcessMTL(step_size, n_warmup_steps=warmup)
    for step in range(10):
        gradients = kind(3, step) * (1 + step)
        found = combiner.aggregate(gradients, Given(gradients, step=step))
        torch.testing.assert_close(found, other(gradients), rtol=1e-8, atol=1e-10)
    weights = combiner.logits.softmax(0)
    assert weights.max() - weights.min() > 1e-3


def test_absent_task_keeps_its_share_and_its_squares():
    combiner, here = built("excess_mtl"), [True, False, True]
    for step in range(3):
        combiner.aggregate(drawn(3, step), Given(drawn(3, step)))
    before = {name: value.clone() for name, value in combiner.state_dict().items()}
    weight = combiner.logits.softmax(0)[1]
    gradients = drawn(3, 9) * torch.tensor(here).unsqueeze(1)
    combiner.aggregate(gradients, Given(gradients, present=here))
    for name in ("logits", "steps"):
        assert (combiner.state_dict()[name] == before[name]).tolist() == [False, True, False]
    assert (combiner.squares == before["squares"]).all(1).tolist() == [False, True, False]
    assert combiner.logits.mean() == pytest.approx(float(before["logits"].mean()), abs=1e-12)
    assert weight > 0
