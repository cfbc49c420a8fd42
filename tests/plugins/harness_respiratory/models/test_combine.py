"""The combiner block, by hand."""

from __future__ import annotations

import torch

from harness_respiratory.models.combine import Concatenation, LinearCombination, combiner_block

EMBEDDINGS = [torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, -4.0]]), torch.tensor([[0.5, 1.0]])]


def test_linear_combination_by_hand():
    """1·2 + 3·1 + .5·(−2) + .5 = 4.5; 2·1 + (−4)·1 + 1·1 + .25 = −.75, which ReLU makes 0."""
    block = LinearCombination(3, 2)
    with torch.no_grad():
        block.weight.copy_(torch.tensor([[2.0, 1.0], [1.0, 1.0], [-2.0, 1.0]]))
        block.bias.copy_(torch.tensor([0.5, 0.25]))
    torch.testing.assert_close(block(EMBEDDINGS), torch.tensor([[4.5, 0.0]]))


def test_it_starts_as_the_mean():
    block = LinearCombination(3, 2)
    torch.testing.assert_close(block(EMBEDDINGS), torch.tensor([[1.5, 0.0]]))


def test_its_weights_have_gradients():
    block = LinearCombination(3, 2)
    block(EMBEDDINGS).sum().backward()
    torch.testing.assert_close(block.weight.grad[:, 0], torch.tensor([1.0, 3.0, 0.5]))
    torch.testing.assert_close(block.bias.grad, torch.tensor([1.0, 0.0]))


def test_concatenation():
    block = combiner_block("concatenation", 3, 2)
    assert block.width == 6
    torch.testing.assert_close(block(EMBEDDINGS), torch.tensor([[1.0, 2.0, 3.0, -4.0, 0.5, 1.0]]))


def test_one_branch_is_taken_as_it_is():
    block = combiner_block("linear", 1, 2)
    assert isinstance(block, Concatenation)
    torch.testing.assert_close(block(EMBEDDINGS[1:2]), EMBEDDINGS[1])
