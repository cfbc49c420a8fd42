"""One step's numbers beside LibMTL's (Lin and Zhang 2023, version 1.1.5), whose code is called as it is.

``docs/guides/choosing-combiners.md`` says method by method what agrees, how nearly, and what differs.
"""

import random
import sys
import types
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from torch import nn
from torch.testing import assert_close

from harness.testing import PlainStep, linear_problem
from tests.plugins.harness_combiners.records import RECORDS

#: Three gradients, two of which conflict, and their losses.
JACOBIAN = [[1.0, 2.0, -1.0, 0.3], [-2.0, 1.0, 0.5, -0.4], [0.5, -0.3, 0.9, 1.5]]
LOSSES = [0.5, 2.0, 1.2]


@pytest.fixture
def weighting(monkeypatch):
    """LibMTL's weightings. The package imports torchvision for networks that are not used here: a stand-in will do."""
    if find_spec("torchvision") is None:
        for name in ("torchvision", "torchvision.models", "torchvision.models.utils"):
            monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
        sys.modules["torchvision.models.utils"].load_state_dict_from_url = None
    return pytest.importorskip("LibMTL.weighting", reason="the reference is LibMTL")


def theirs(method, n=3, prepare=lambda net: None, **settings):
    """Make LibMTL's step on the linear problem; return the shared gradient, and the network with its weights."""

    class Net(method):
        def __init__(self):
            super().__init__()
            self.theta = nn.Parameter(torch.zeros(4))
            self.encoder = nn.ParameterList([self.theta])
            self.task_num, self.device, self.rep_grad = n, torch.device("cpu"), False
            self.epoch, self.train_loss_buffer = 0, np.zeros((n, 3))
            self.init_param()

        def get_share_params(self):
            return self.encoder.parameters()

        def zero_grad_share_params(self):
            self.theta.grad = torch.zeros(4)

    net = Net()
    prepare(net)
    net.theta.grad = torch.zeros(4)
    problem = linear_problem(JACOBIAN[:n], LOSSES[:n])
    net.backward(problem.losses(net.theta), **settings)
    return net.theta.grad, net


def ours(name, n=3, prepare=lambda combiner: None, **settings):
    """Make our step on the same problem; return the gradient and the combiner."""
    problem = linear_problem(JACOBIAN[:n], LOSSES[:n])
    torch.manual_seed(0)
    combiner = RECORDS[name].build(RECORDS[name].parameters(**settings), problem.tasks)
    prepare(combiner)
    theta = nn.Parameter(problem.start.clone())
    combiner.step(PlainStep(problem, theta, torch.optim.SGD([theta, *combiner.parameters()], lr=0.0)))
    return theta.grad, combiner


def learned(combiner):
    return torch.stack([parameter.grad for parameter in combiner.parameters()]).flatten()


def test_ew_is_sum(weighting):
    assert_close(ours("sum")[0], theirs(weighting.EW)[0])


def test_uw_is_uncertainty_and_its_variances_move_alike(weighting):
    """LibMTL starts at a log-variance of -0.5, ours at 0."""

    def start(combiner):
        for parameter in combiner.parameters():
            nn.init.constant_(parameter, -0.5)

    found, combiner = ours("uncertainty", prepare=start)
    expected, net = theirs(weighting.UW)
    assert_close(found, expected)
    assert_close(learned(combiner), net.loss_scale.grad)


def test_gls_is_gls(weighting):
    assert_close(ours("gls")[0], theirs(weighting.GLS)[0])


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_dwa_is_dwa(weighting, temperature):
    epochs = np.array([[1.0, 2.0, 3.0], [0.5, 1.9, 1.0]])

    def two_epochs(combiner):
        for losses in epochs:
            problem = linear_problem(JACOBIAN, losses.tolist())
            theta = nn.Parameter(problem.start.clone())
            combiner.step(PlainStep(problem, theta, torch.optim.SGD([theta], lr=0.0), ends_epoch=True))

    def remember(net):
        net.epoch, net.train_loss_buffer[:, :2] = 2, epochs.T

    found, _ = ours("dwa", prepare=two_epochs, temperature=temperature)
    assert_close(found, theirs(weighting.DWA, prepare=remember, T=temperature)[0])


def test_rlw_is_rlw_with_the_same_numbers(weighting):
    found, combiner = ours("rlw")
    numbers = torch.tensor(combiner.draws(0, [True] * 3))

    def draw(net):
        net.distribution = types.SimpleNamespace(sample=lambda: numbers)

    assert_close(found, theirs(weighting.RLW, prepare=draw, dist="Normal")[0])


def test_imtl_is_imtl_l_and_imtl_g_at_once(weighting):
    """At its start the scales are 0, so that the gradients are the losses' own; later the two are multiplied."""
    expected, net = theirs(weighting.IMTL)
    assert_close(ours("imtl_g")[0], expected)
    assert_close(learned(ours("imtl_l")[1]), net.loss_scale.grad)


@pytest.mark.parametrize("n", [2, 3])
def test_mgda_is_mgda(weighting, n):
    """Two tasks in closed form; with three LibMTL's search ends at a change of its weights of 1e-5."""
    assert_close(
        ours("mgda", n)[0], theirs(weighting.MGDA, n, mgda_gn="none")[0], rtol=0, atol=(1e-6, 1e-2)[n - 2]
    )


def test_cagrad_is_cagrad_without_rescaling(weighting):
    """LibMTL's default divides by 1 + c² at the end; it is written for three tasks."""
    expected, _ = theirs(weighting.CAGrad, calpha=0.5, rescale=0)
    assert_close(ours("cagrad", c=0.5)[0], expected, rtol=0, atol=1e-3)
    rescaled, _ = theirs(weighting.CAGrad, calpha=0.5, rescale=1)
    assert_close(rescaled * 1.25, expected, rtol=0, atol=1e-5)


def test_pcgrad_is_pcgrad(weighting):
    """With two tasks there is one order."""
    assert_close(ours("pcgrad", 2)[0], theirs(weighting.PCGrad, 2)[0])


def test_pcgrad_is_pcgrad_in_one_of_the_orders(weighting, monkeypatch):
    found, _ = ours("pcgrad")
    orders = ([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0])

    def of(order):
        monkeypatch.setattr(random, "shuffle", lambda tasks: tasks.sort(key=order.index))
        return theirs(weighting.PCGrad)[0]

    assert min(float((found - of(order)).abs().max()) for order in orders) < 1e-6


def test_gradvac_is_gradvac_at_its_first_step(weighting):
    """From then on it differs: LibMTL's aims follow only where it turned a gradient; the paper's always."""
    found, combiner = ours("gradvac", 2)
    expected, net = theirs(weighting.GradVac, 2, beta=0.5)
    assert_close(found, expected)
    assert_close(combiner.aims, net.rho_T)  # both pairs conflict, and so both were turned


@pytest.mark.parametrize("alpha", [0.12, 1.5])
def test_gradnorm_is_gradnorm(weighting, alpha):
    """LibMTL waits for an epoch, whose mean loss is its first; it starts at scales of 1, which weigh as 0 does."""
    first = np.array([1.0, 1.5, 2.0])

    def remember(net):
        net.epoch, net.train_loss_buffer[:, 0] = 1, first

    expected, net = theirs(weighting.GradNorm, prepare=remember, alpha=alpha)
    found, combiner = ours("gradnorm", prepare=lambda c: c.initial.copy_(torch.tensor(first)), alpha=alpha)
    assert_close(found, expected)
    assert_close(learned(combiner), net.loss_scale.grad, rtol=1e-4, atol=1e-5)
    assert learned(combiner).abs().min() > 0.01


def test_graddrop_is_for_representations_there(weighting):
    """LibMTL draws a sign for each number of the representation; ours, as TorchJD's, for each shared parameter."""
    with pytest.raises(ValueError, match="No support method GradDrop with parameter gradients"):
        theirs(weighting.GradDrop, leak=0.0)
