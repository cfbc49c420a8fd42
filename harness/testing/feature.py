"""What every feature must do."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.testing import assert_close

from harness.bases.feature import covariates_of, plain_of
from harness.data.listing import DURATION
from harness.records import FeatureParameters, FeatureRecord
from harness.testing.component import ComponentContract


class FeatureContract(ComponentContract):
    """A feature gives float32 ``[batch, channels, bins, frames]``, each clip by itself."""

    record: ClassVar[FeatureRecord]
    #: How far a clip's feature may move with its batch, relative to the feature's largest value.
    tolerance: ClassVar[float] = 1e-5

    def build(self) -> nn.Module:
        """Return a fresh feature."""
        feature: nn.Module = self.record.build(self.settings())
        return feature

    def call(self, feature: nn.Module, waves: Tensor) -> Tensor:
        """Return the feature of ``waves [batch, samples]``, given the covariates that it asks for."""
        settings = self.settings()
        assert isinstance(settings, FeatureParameters), "parameters must derive from FeatureParameters"
        output: Tensor = feature(waves, *covariate_values(feature, len(waves), settings.clip_s))
        return output

    def waves(self, batch: int = 4) -> Tensor:
        """Return tones in noise, ``[batch, samples]`` in [-1, 1]."""
        settings = self.settings()
        assert isinstance(settings, FeatureParameters), "parameters must derive from FeatureParameters"
        samples = round(settings.sample_rate * settings.clip_s)
        generator = torch.Generator().manual_seed(0)
        time = torch.arange(samples) / settings.sample_rate
        tones = torch.stack([torch.sin(2 * math.pi * 110 * 2**k * time) for k in range(batch)])
        return 0.5 * tones + 0.05 * torch.randn(batch, samples, generator=generator)

    def test_shape_and_type(self) -> None:
        output = self.call(self.build(), self.waves())
        assert output.ndim == 4, (
            f"expected [batch, channels, bins, frames], found shape {tuple(output.shape)}"
        )
        assert output.shape[0] == 4
        assert output.dtype == torch.float32
        assert self.call(self.build(), self.waves(1)).shape == (1, *output.shape[1:])

    def test_clips_of_a_batch_do_not_meet(self) -> None:
        feature, waves = self.build(), self.waves()
        together = self.call(feature, waves)
        alone = torch.cat([self.call(feature, wave[None]) for wave in waves])
        assert_close(together, alone, rtol=0, atol=self.tolerance * float(together.abs().max()))

    def test_same_input_gives_same_output(self) -> None:
        waves = self.waves()
        first, second = self.call(self.build(), waves), self.call(self.build(), waves)
        assert_close(first, second, rtol=0, atol=0)

    def test_input_is_left_as_it_was(self) -> None:
        waves = self.waves()
        kept = waves.clone()
        self.call(self.build(), waves)
        assert torch.equal(waves, kept)

    def test_silence_and_full_scale_are_finite(self) -> None:
        waves = self.waves(2)
        extremes = torch.stack([torch.zeros_like(waves[0]), torch.sign(waves[1])])
        assert torch.isfinite(self.call(self.build(), extremes)).all()

    def test_nothing_is_learned(self) -> None:
        assert not list(self.build().parameters()), "a feature has no learned state; use buffers"

    def test_different_clips_differ(self) -> None:
        output = self.call(self.build(), self.waves(2))
        assert not torch.equal(output[0], output[1])

    def test_unknown_covariates_are_finite(self) -> None:
        feature, waves = self.build(), self.waves(2)
        names = covariates_of(feature)
        if names:
            unknown = torch.full((2, len(names)), torch.nan)
            assert torch.isfinite(feature(waves, unknown)).all(), "covariates may be NaN: unknown"

    def test_plain_channels_are_there(self) -> None:
        feature = self.build()
        channels = self.call(feature, self.waves(1)).shape[1]
        assert set(plain_of(feature)) <= set(range(channels)), f"plain channels of {channels} channels"


def covariate_values(feature: object, batch: int, seconds: float) -> tuple[Tensor, ...]:
    """Return what a feature is called with beside the waveform: ``values [batch, n]`` where it has ``n`` covariates.

    ``duration_s`` is ``seconds``; the others count up from 1, the same in every row.
    """
    names = covariates_of(feature)
    row = [seconds if name == DURATION else 1.0 + place for place, name in enumerate(names)]
    return (torch.tensor([row] * batch, dtype=torch.float32),) if names else ()
