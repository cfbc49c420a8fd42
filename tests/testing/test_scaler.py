"""Scalers that break a promise are caught."""

from __future__ import annotations

import pytest
import torch

from harness.api import DataError, Scaler, ScalerRecord
from harness.testing import ScalerContract


class Centre(Scaler):
    """Subtract the mean of everything."""

    def __init__(self, parameters=None):
        super().__init__(parameters)
        self.register_buffer("total", torch.zeros((), dtype=torch.float64))
        self.register_buffer("n", torch.zeros((), dtype=torch.float64))

    def partial_fit(self, features):
        self.total += features.double().sum()
        self.n += features.numel()

    def forward(self, features):
        if not self.n:
            raise DataError("the scaler saw no clip")
        return features - (self.total / self.n).float()


def contract(scaler):
    class Contract(ScalerContract):
        record = ScalerRecord(name="under_test", factory=scaler, summary="for tests")

    return Contract()


class TestCentre(ScalerContract):
    record = contract(Centre).record


class LastBatch(Centre):
    def partial_fit(self, features):
        self.total, self.n = features.double().sum(), torch.tensor(float(features.numel()))


class OfTheBatch(Centre):
    def forward(self, features):
        return features - features.mean()


class Learns(Centre):
    def forward(self, features):
        self.partial_fit(features)
        return super().forward(features)


class InPlace(Centre):
    def forward(self, features):
        return features.sub_((self.total / self.n).float())


class Wide(Centre):
    def forward(self, features):
        return super().forward(features).double()


class Forgets(Centre):
    def __init__(self, parameters=None):
        super().__init__(parameters)
        self.register_buffer("total", torch.zeros((), dtype=torch.float64), persistent=False)


class Divides(Centre):
    def forward(self, features):
        return super().forward(features) / features.std()


class OtherConstants(Centre):
    def constants(self):
        return torch.zeros(()), torch.ones(())


class Guesses(Centre):
    def forward(self, features):
        return features - (self.total / self.n.clamp(min=1)).float()


class Weighs(Centre):
    def __init__(self, parameters=None):
        super().__init__(parameters)
        self.weight = torch.nn.Parameter(torch.ones(()))


@pytest.mark.parametrize(
    ("scaler", "test"),
    [
        (LastBatch, "test_batches_of_the_fit_do_not_matter"),
        (OfTheBatch, "test_clips_do_not_meet"),
        (Learns, "test_scaling_teaches_nothing"),
        (InPlace, "test_scaling_teaches_nothing"),
        (Wide, "test_shape_and_type_stay"),
        (Forgets, "test_state_is_whole"),
        (Divides, "test_constant_features_are_finite"),
        (OtherConstants, "test_constants_are_what_is_done"),
        (Guesses, "test_use_before_the_fit_is_told"),
        (Weighs, "test_nothing_is_learned_by_gradient"),
    ],
)
def test_broken_scaler_is_caught(scaler, test):
    with pytest.raises(AssertionError):
        getattr(contract(scaler), test)()
