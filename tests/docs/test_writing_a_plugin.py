"""docs/guides/writing-a-plugin.md: its table has every hook and every contract, each with its own."""

from __future__ import annotations

import re

import harness.testing
from harness.kit.contracts import CONTRACTS
from harness.plugin_checks import RECORDS
from tests.docs.markdown import ROOT

PAGE = (ROOT / "docs" / "guides" / "writing-a-plugin.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(harness_\w+)` \|.*\| `(\w+Contract)` \|$", re.MULTILINE)


def test_every_hook_stands_beside_its_contract():
    expected = {(hook, CONTRACTS[record.kind].__name__) for hook, record in RECORDS.items()}
    assert set(ROW.findall(PAGE)) == expected | {("harness_losses", CONTRACTS["term"].__name__)}


def test_attributes_of_contracts_are_ones_that_they_have():
    table = PAGE.partition("| attribute | of |")[2].partition("\n\n")[0]
    contracts = [
        getattr(harness.testing, name) for name in harness.testing.__all__ if name.endswith("Contract")
    ]
    named = set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines()[2:])))
    assert named
    assert not {name for name in named if not any(hasattr(contract, name) for contract in contracts)}
