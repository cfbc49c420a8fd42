"""The table of parameter counts in the documentation is what the command prints."""

from __future__ import annotations

from pathlib import Path

import torch

from harness_architectures.counts import PAIR, SHAPE, counts, hard_sharing, rows
from harness_audio.models.cnn import Cnn
from harness_audio.models.dnn import Dnn
from harness_audio.models.parameters import CnnParameters, DnnParameters

PAGE = Path(__file__).parents[3] / "docs" / "guides" / "choosing-architectures.md"


def test_the_page_has_the_command_s_table():
    lines = PAGE.read_text().splitlines()
    missing = [row for row in rows() if row not in lines]
    assert not missing, f"{PAGE} lacks these rows; run python -m harness_architectures.counts: {missing}"


def test_hard_sharing_is_cnn_and_dnn():
    torch.manual_seed(0)
    for base, model in (
        ("cnn", Cnn(CnnParameters(), SHAPE, PAIR)),
        ("dnn", Dnn(DnnParameters(), SHAPE, PAIR)),
    ):
        assert hard_sharing(base, PAIR) == sum(p.numel() for p in model.parameters())


def test_a_single_of_soft_sharing_and_cross_stitch_is_as_large_as_hard_sharing_s():
    table = counts()
    for base in ("cnn", "dnn"):
        alone = {name: table[name][base][1] for name in ("hard sharing", "soft_sharing", "cross_stitch")}
        assert len(set(alone.values())) == 1
