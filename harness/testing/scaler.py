"""What every scaler must do."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Sequence
from typing import ClassVar

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from harness.bases.scaler import Scaler
from harness.errors import HarnessError
from harness.records import ScalerRecord
from harness.testing.component import ComponentContract


class ScalerContract(ComponentContract):
    """A scaler is fitted on a training part in batches, then scales each clip by itself, the same everywhere."""

    record: ClassVar[ScalerRecord]
    #: ``(batch, channels, bins, frames)`` of the training part that is shown.
    shape: ClassVar[tuple[int, int, int, int]] = (12, 2, 5, 7)
    #: How far results may differ where only the batches do.
    tolerance: ClassVar[float] = 1e-4

    def build(self) -> Scaler:
        """Return a fresh scaler."""
        scaler: Scaler = self.record.build(self.settings())
        return scaler

    def part(self, seed: int = 0, device: str = "cpu") -> Tensor:
        """Return features with an offset and a scale a bin, float32."""
        drawn = torch.randn(self.shape, generator=torch.Generator().manual_seed(seed))
        scale = torch.arange(1, self.shape[2] + 1)[None, None, :, None]
        return (40 + scale * drawn).to(device)

    def fitted(self, part: Tensor, sizes: Sequence[int] | None = None) -> Scaler:
        """Return a scaler that saw a part in batches of these sizes."""
        scaler = self.build().to(part.device)
        for batch in part.split(list(sizes or [len(part)])):
            scaler.partial_fit(batch)
        scaler.finish()
        return scaler

    def test_shape_and_type_stay(self) -> None:
        scaler = self.fitted(self.part())
        for features in (self.part(1), self.part(1)[:1]):
            scaled = scaler(features)
            assert scaled.shape == features.shape, f"found shape {tuple(scaled.shape)}"
            assert scaled.dtype == torch.float32
            assert torch.isfinite(scaled).all()

    def test_batches_of_the_fit_do_not_matter(self) -> None:
        n, part, other = self.shape[0], self.part(), self.part(1)
        whole = self.fitted(part)(other)
        for sizes in ([1] * n, [n - 1, 1], [0, n]):
            assert_close(self.fitted(part, sizes)(other), whole, rtol=0, atol=self.tolerance)

    def test_clips_do_not_meet(self) -> None:
        scaler, features = self.fitted(self.part()), self.part(1)
        alone = torch.cat([scaler(clip[None]) for clip in features])
        assert_close(scaler(features), alone, rtol=0, atol=self.tolerance)

    def test_scaling_teaches_nothing(self) -> None:
        """What is scaled (a validation or test part) leaves no trace, in the scaler or in itself."""
        scaler, features = self.fitted(self.part()), self.part(1) + 100
        state, kept = copy.deepcopy(scaler.state_dict()), features.clone()
        scaler(features)
        assert_close(scaler.state_dict(), state, rtol=0, atol=0)
        assert torch.equal(features, kept), "the features were changed in place"

    def test_state_is_whole(self) -> None:
        scaler, fresh = self.fitted(self.part()), self.build()
        fresh.load_state_dict(scaler.state_dict())
        assert_close(fresh(self.part(1)), scaler(self.part(1)), rtol=0, atol=0)

    def test_nothing_is_learned_by_gradient(self) -> None:
        assert not list(self.fitted(self.part()).parameters()), "what is fitted is kept in buffers"

    def test_constants_are_what_is_done(self) -> None:
        scaler, features = self.fitted(self.part()), self.part(1)
        constants = scaler.constants()
        if constants is None:
            pytest.skip(f"{self.record.name} is no subtraction and division by constants")
        mean, deviation = constants
        assert_close((features - mean) / deviation, scaler(features), rtol=0, atol=self.tolerance)

    def test_constant_features_are_finite(self) -> None:
        flat = torch.full(self.shape, -80.0)
        assert torch.isfinite(self.fitted(flat)(flat)).all()

    def test_use_before_the_fit_is_told(self) -> None:
        """Either the scaler needs no fit, or it says that it had none."""
        features = self.part(1)
        with contextlib.suppress(HarnessError):
            found = self.build()(features)
            assert_close(found, self.fitted(self.part())(features), rtol=0, atol=0)

    def test_another_device_gives_the_same(self) -> None:
        if not torch.cuda.is_available():
            pytest.skip("there is no GPU here")
        found = self.fitted(self.part(device="cuda"))(self.part(1, device="cuda"))
        assert found.device.type == "cuda"
        assert_close(found.cpu(), self.fitted(self.part())(self.part(1)), rtol=0, atol=self.tolerance)
