"""The contract for combiners that came without stacked forms; their formulas are tested in files of their own."""

from typing import ClassVar

import pytest

from harness.testing import CombinerContract
from tests.plugins.harness_combiners.records import RECORDS, skip_without_solver


class TestFAMO(CombinerContract):
    record = RECORDS["famo"]
    sum_at_start = None


class TestCOSMOS(CombinerContract):
    record = RECORDS["cosmos"]
    sum_at_start = None
    homogeneous = False  # the reward does not grow with the losses


class TestCOSMOSDrawn(CombinerContract):
    record = RECORDS["cosmos"]
    parameters: ClassVar = {"draws": "dirichlet", "penalty": 0.0, "concentration": 0.3}
    sum_at_start = None


class TestPBI(CombinerContract):
    record = RECORDS["pbi"]
    sum_at_start = None


class TestPBIDrawn(CombinerContract):
    record = RECORDS["pbi"]
    parameters: ClassVar = {"draws": "dirichlet", "theta": 0.5}
    sum_at_start = None


class TestGradNorm(CombinerContract):
    record = RECORDS["gradnorm"]


class TestGradNormLast(CombinerContract):
    record = RECORDS["gradnorm"]
    parameters: ClassVar = {"layer": "last", "alpha": 0.12}


class TestDBMTL(CombinerContract):
    record = RECORDS["db_mtl"]
    sum_at_start = None
    homogeneous = False  # a loss times a constant is the same to it


class TestUPGrad(CombinerContract):
    record = RECORDS["upgrad"]
    sum_at_start = None

    @pytest.fixture(autouse=True)
    def solver(self):
        skip_without_solver(self.record.name)


class TestDualProj(TestUPGrad):
    record = RECORDS["dualproj"]


class TestNashMTL(CombinerContract):
    record = RECORDS["nash_mtl"]
    sum_at_start = None
    homogeneous = False  # the update is as long as the number of tasks says


class TestFairGrad(CombinerContract):
    record = RECORDS["fairgrad"]
    sum_at_start = None
    homogeneous = False


class TestConFIG(CombinerContract):
    record = RECORDS["config"]
    sum_at_start = None


class TestExcessMTL(CombinerContract):
    record = RECORDS["excess_mtl"]
    sum_at_start = None


class TestExcessMTLWarm(CombinerContract):
    record = RECORDS["excess_mtl"]
    parameters: ClassVar = {"warmup_steps": 5, "step_size": 0.1}
    sum_at_start = None


class TestSDMGrad(CombinerContract):
    record = RECORDS["sdmgrad"]
    sum_at_start = None


class TestMoDo(CombinerContract):
    record = RECORDS["modo"]
    sum_at_start = None
    homogeneous = False  # gamma is in the units of the gradients
