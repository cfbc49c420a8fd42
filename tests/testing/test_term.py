import pytest
import torch

from harness.api import Term, TermRecord
from harness.testing import TermContract


class Pull(Term):
    def forward(self, seen):
        return seen.outputs.embeddings["trunk"].square().mean(1)


class Detached(Pull):
    def forward(self, seen):
        return super().forward(seen).detach().requires_grad_()


class Endless(Pull):
    def forward(self, seen):
        return super().forward(seen) / 0


class Wide(Pull):
    def forward(self, seen):
        return seen.outputs.embeddings["trunk"]


class Remembering(Pull):
    def __init__(self, parameters):
        super().__init__(parameters)
        self.register_buffer("seen", torch.zeros(()))


def contract(term):
    class Contract(TermContract):
        record = TermRecord(name="under_test", factory=term, summary="for tests")

    return Contract()


class TestPull(TermContract):
    record = contract(Pull).record


@pytest.mark.parametrize(
    ("term", "test"),
    [
        (Detached, "test_the_gradient_reaches_the_network"),
        (Endless, "test_values_are_finite_and_one_a_sample_or_one_for_all"),
        (Wide, "test_values_are_finite_and_one_a_sample_or_one_for_all"),
        (Remembering, "test_it_has_no_state"),
    ],
)
def test_what_breaks_the_contract_is_found(term, test):
    with pytest.raises(AssertionError):
        getattr(contract(term), test)()
