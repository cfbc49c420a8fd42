"""Every predictor of the core keeps what predictors promise."""

from __future__ import annotations

from harness.builtins import harness_predictors
from harness.testing import PredictorContract

RECORDS = {record.name: record for record in harness_predictors()}


def contract(name: str) -> type[PredictorContract]:
    return type(name, (PredictorContract,), {"record": RECORDS[name]})


TestBingel = contract("bingel")
TestAudio = contract("audio")
TestCurves = contract("curves")
TestOverlap = contract("overlap")
TestDistance = contract("distance")
TestRepresentation = contract("representation")
TestTransferability = contract("transferability")
TestOptimisation = contract("optimisation")
