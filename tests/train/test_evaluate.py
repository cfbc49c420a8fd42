import numpy as np
import torch

from harness.train.evaluate import CPU_BYTES, predict, rows_a_pass
from harness.train.guards import session
from harness.train.setup import build_run

from .doubles import Choice, part, registry, rows, run_data, spec_for


def run_of(data, **changes):
    with session("cpu", deterministic=False) as device:
        return build_run(data, spec_for(data, **changes), registry(), device)


def predicted(run, tasks=(0,), clips=None):
    clips = run.data.tasks[0].test if clips is None else clips
    return predict(run.network, run.store, run.data, tasks, clips, run.criteria)


def test_probabilities_and_losses_of_windows_are_averaged_a_clip():
    data = run_data((rows("a", 30, windows=3),), part("a/x", 0, 30))
    run = run_of(data, model=Choice(name="linear"))
    clips = np.array([5, 0, 4])
    (found,) = predicted(run, clips=clips)
    head = run.network.model.heads[0]
    expected, losses = [], []
    for clip in clips:
        first, count = data.datasets[0].first[clip], data.datasets[0].count[clip]
        x = torch.from_numpy(data.datasets[0].features[first : first + count]).flatten(1)
        p = torch.softmax(x @ head.weight.T + head.bias, -1).detach().numpy()
        expected.append(p.mean(0))
        losses.append(-np.log(p[:, data.tasks[0].targets[clip]]).mean())
    np.testing.assert_allclose(found.probabilities, expected, rtol=1e-5)
    np.testing.assert_allclose(found.loss, np.mean(losses), rtol=1e-5)
    np.testing.assert_array_equal(found.decisions, np.argmax(expected, 1))
    np.testing.assert_array_equal(found.targets, data.tasks[0].targets[clips])


def test_evaluation_has_no_dropout_leaves_no_trace_and_returns_to_training():
    data = run_data((rows("a", 30),), part("a/x", 0, 30))
    run = run_of(data)
    run.network.model.train()
    before = {name: value.clone() for name, value in run.network.model.state_dict().items()}
    first, second = predicted(run), predicted(run)
    np.testing.assert_array_equal(first[0].probabilities, second[0].probabilities)
    assert run.network.model.training
    assert all(torch.equal(before[name], value) for name, value in run.network.model.state_dict().items())


def test_many_clips_are_predicted_as_one_by_one():
    data = run_data((rows("a", 35, shape=(1, 64, 64)),), part("a/x", 0, 35, train=5))
    run, clips = run_of(data), 35
    at_once = rows_a_pass(run.store, 0)
    assert at_once == CPU_BYTES // (4 * 64 * 64) == 16
    (found,) = predicted(run, clips=np.arange(clips))
    for clip in (0, at_once, clips - 1):
        (one,) = predicted(run, clips=np.array([clip]))
        np.testing.assert_allclose(found.probabilities[clip], one.probabilities[0], rtol=1e-5)


def test_tasks_share_a_forward_pass():
    data = run_data((rows("a", 30),), part("a/x", 0, 30), part("a/y", 0, 30, kind="regression"))
    run = run_of(data)
    calls = []
    run.network.model.register_forward_hook(lambda *_: calls.append(1))
    classes, numbers = predicted(run, (0, 1))
    assert len(calls) == 1
    assert classes.probabilities.shape == (6, 3)
    assert numbers.decisions.dtype == np.float32
    np.testing.assert_allclose(
        numbers.loss, ((numbers.decisions - numbers.targets) ** 2).mean() / 2, rtol=1e-5
    )


def test_regression_windows_are_averaged_in_the_tasks_unit():
    data = run_data((rows("a", 30, windows=2),), part("a/y", 0, 30, kind="regression"))
    run = run_of(data, model=Choice(name="linear"))
    (found,) = predicted(run, clips=np.array([1]))
    x = torch.from_numpy(data.datasets[0].features[1:3]).flatten(1)
    head = run.network.model.heads[0]
    expected = (x @ head.weight.T + head.bias).mean()
    np.testing.assert_allclose(found.decisions[0], expected.item(), rtol=1e-5)
