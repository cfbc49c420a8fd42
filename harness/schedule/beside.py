"""What is written beside a run's result, and does not decide it: kept networks, and reports of every epoch."""

from __future__ import annotations

from typing import Any

from harness.schedule.ledger import Ledger
from harness.train.kept import KeptNetwork, remove_networks

Unit = dict[str, Any]


def keeps(unit: Unit) -> str:
    """Return which networks of a training are kept: none, final, epochs."""
    return str(unit.get("spec", {}).get("keep", "none"))


def reports(unit: Unit) -> str:
    """Return which epochs of a training are reported: final, epochs."""
    return str(unit.get("spec", {}).get("reports", "final"))


def lacking(unit: Unit, ledger: Ledger) -> bool:
    """Tell whether a training is done without something that its study asks for now."""
    if keeps(unit) == "none" and reports(unit) == "final":
        return False
    training = ledger.training(unit["key"])
    if training is None or training["status"] != "done":
        return False
    kept = KeptNetwork.of(ledger.path.parent, unit["key"])
    if keeps(unit) != "none" and not kept.is_whole(keeps(unit) == "epochs"):
        return True
    return reports(unit) == "epochs" and (ledger.result(unit["key"]) or {}).get("confusions") is None


def remove_not_chosen(ledger: Ledger, cell: str, fold: int) -> None:
    """Remove the networks of the trials of a search that has ended, but for those that are final runs."""
    rows = ledger.query(
        "SELECT key FROM trials WHERE cell_id = ? AND fold = ? AND key NOT IN (SELECT key FROM runs)",
        (cell, fold),
    )
    remove_networks(ledger.path.parent, [row["key"] for row in rows])
