"""What every augmentation must do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from harness.bases.mixing import Mixed
from harness.records import AugmentationRecord
from harness.testing.component import ComponentContract


class AugmentationContract(ComponentContract):
    """An augmentation gives a batch like the one it gets, by the draws of its own generator alone."""

    record: ClassVar[AugmentationRecord]
    #: ``(batch, channels, bins, frames)`` of the batch that is shown.
    shape: ClassVar[tuple[int, int, int, int]] = (6, 1, 24, 40)

    def build(self) -> Callable[[Tensor, Generator], Tensor | Mixed]:
        """Return a fresh augmentation."""
        augmentation: Callable[[Tensor, Generator], Tensor | Mixed] = self.record.build(self.settings())
        return augmentation

    def batch(self) -> Tensor:
        """Return features, float32, of which no two entries are equal."""
        return torch.randn(self.shape, generator=Generator().manual_seed(1))

    def made(self, features: Tensor, seed: int = 0) -> Any:
        """Return what a fresh augmentation makes of features with a generator of this seed."""
        return self.build()(features, Generator().manual_seed(seed))

    def features(self, features: Tensor, seed: int = 0) -> Tensor:
        """Return the features of what is made."""
        made = self.made(features, seed)
        found: Tensor = made.features if isinstance(made, Mixed) else made
        return found

    def test_shape_and_type_stay(self) -> None:
        for features in (self.batch(), self.batch()[:1]):
            found = self.features(features)
            assert found.shape == features.shape, (
                f"found shape {tuple(found.shape)}, expected {tuple(features.shape)}"
            )
            assert found.dtype == features.dtype
            assert torch.isfinite(found).all()

    def test_input_is_left_as_it_was(self) -> None:
        features = self.batch()
        kept = features.clone()
        self.made(features)
        assert torch.equal(features, kept)

    def test_the_generator_decides(self) -> None:
        features = self.batch()
        first = self.features(features, 3)
        assert torch.equal(first, self.features(features, 3))
        others = [self.features(features, seed) for seed in range(4, 12)]
        assert not all(torch.equal(first, other) for other in others), "every seed gives the same"

    def test_the_global_generator_is_left_alone(self) -> None:
        features, before = self.batch(), torch.get_rng_state()
        self.made(features)
        assert torch.equal(torch.get_rng_state(), before)

    def test_mixing_is_what_the_record_says(self) -> None:
        features = self.batch()
        made = self.made(features)
        assert isinstance(made, Mixed) == self.record.mixes
        if isinstance(made, Mixed):
            assert made.partner.shape == made.weight.shape == (len(features),)
            assert made.partner.dtype == torch.int64
            assert set(made.partner.tolist()) <= set(range(len(features)))
            assert bool(((made.weight >= 0) & (made.weight <= 1)).all())
            scale = made.weight[:, None, None, None]
            assert_close(made.features, scale * features + (1 - scale) * features[made.partner])
