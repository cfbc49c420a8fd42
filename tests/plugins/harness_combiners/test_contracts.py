"""The contract for the combiners that promise little beside it; their formulas are tested in files of their own."""

from typing import ClassVar

from harness.testing import CombinerContract
from tests.plugins.harness_combiners.records import RECORDS


class TestRLW(CombinerContract):
    record = RECORDS["rlw"]
    sum_at_start = None


class TestGLS(CombinerContract):
    record = RECORDS["gls"]
    sum_at_start = None


class TestIMTLL(CombinerContract):
    record = RECORDS["imtl_l"]


class TestSTCH(CombinerContract):
    record = RECORDS["stch"]
    sum_at_start = None
    homogeneous = False  # mu is in the units of the losses
    members = ({"mu": 0.1}, {"mu": 0.5}, {"mu": 0.01})


class TestGradVac(CombinerContract):
    record = RECORDS["gradvac"]
    permuted_tasks = 2  # with three, the random order of the visits matters
    members = ({"beta": 0.5}, {"beta": 0.01}, {"beta": 1.0})


class TestGradDrop(CombinerContract):
    record = RECORDS["graddrop"]


class TestGradDropLeaking(CombinerContract):
    record = RECORDS["graddrop"]
    parameters: ClassVar = {"leak": 0.3}


class TestMGDA(CombinerContract):
    record = RECORDS["mgda"]
    sum_at_start = None
    members = ({}, {"max_iters": 3}, {"epsilon": 0.1})


class TestCAGrad(CombinerContract):
    record = RECORDS["cagrad"]
    sum_at_start = None
    members = ({"c": 0.4}, {"c": 0.0}, {"c": 2.0})


class TestIMTLG(CombinerContract):
    record = RECORDS["imtl_g"]
    sum_at_start = None


class TestAlignedMTL(CombinerContract):
    record = RECORDS["aligned_mtl"]
    sum_at_start = None
    members = ({"scale": "min"}, {"scale": "median"}, {"scale": "rmse"})
