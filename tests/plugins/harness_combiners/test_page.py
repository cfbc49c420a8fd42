"""The page on combiners lists what there is."""

import re
from pathlib import Path

from harness.api import Aggregator, Scalarizer
from tests.plugins.harness_combiners.records import RECORDS, SOLVERS, can_be_built

PAGE = Path(__file__).parents[3] / "docs" / "guides" / "choosing-combiners.md"
ROWS = {row[0]: row for row in re.findall(r"^\| `(\w+)` \| ([SA]) \|(.*)\|$", PAGE.read_text(), re.MULTILINE)}


def test_every_combiner_has_a_row():
    assert set(ROWS) == set(RECORDS)


def test_kinds_and_solvers_are_as_they_are_built():
    for name, (_, kind, rest) in ROWS.items():
        assert ("extra `gpl`" in rest) == (name in SOLVERS), name
        if can_be_built(name) and name not in ("gradnorm", "db_mtl"):  # both look at gradients and at losses
            made = RECORDS[name].build(RECORDS[name].parameters(), ("a", "b"))
            assert isinstance(made, {"S": Scalarizer, "A": Aggregator}[kind]), name
