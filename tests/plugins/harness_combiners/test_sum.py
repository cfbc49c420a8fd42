from harness.testing import CombinerContract
from tests.plugins.harness_combiners.records import RECORDS


class TestSum(CombinerContract):
    record = RECORDS["sum"]
