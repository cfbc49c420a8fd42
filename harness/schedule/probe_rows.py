"""From the ledger to the rows of the table ``probes``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.probes.names import KINDS
from harness.schedule.ledger import Ledger
from harness.schedule.probe_phase import unmet
from harness.schedule.probe_plan import FIRST_FOLD, Probe, ProbePlan
from harness.schedule.units import UnitFactory

#: What two tasks of one data set are apart: nothing, and no classifier can tell them apart.
SAME_DATASET = {"frechet_distance": 0.0, "mmd": 0.0, "domain_accuracy": 0.5}
BY_DEFINITION = "by definition: the tasks are on one data set"


def probe_rows(factory: UnitFactory, ledger: Ledger) -> list[dict[str, Any]]:
    """Return the rows of every probe that the study wants: what was measured, or a note why not.

    A probe that is still to be measured has no rows.
    """
    if not factory.wanted_probes:
        return []
    plan = ProbePlan(factory, ledger)
    found = [row for probe in plan.all for row in _rows(probe, ledger)] + list(_same_dataset(plan))
    return [row for row in found if row["probe"] in factory.wanted_probes]


def _rows(probe: Probe, ledger: Ledger) -> list[dict[str, Any]]:
    keys = {"feature": probe.feature, "model": probe.model, "fold": probe.fold, "seed": probe.seed}
    result = ledger.probes.result(probe.unit["key"]) if probe.unit is not None else None
    if result is not None:
        return [keys | row for row in result["rows"]]
    why = _why(probe, ledger)
    return [keys | _nothing(*names, why) for names in probe.rows] if why else []


def _why(probe: Probe, ledger: Ledger) -> str | None:
    if probe.unit is None:
        return probe.why
    row = ledger.probes.training(probe.unit["key"])
    if row is not None and row["status"] == "failed":
        return f"{row['error_type']}: {row['error']}"
    return "; ".join(unmet(probe, ledger)) or None


def _nothing(probe: str, main: str, partner: str, why: str) -> dict[str, Any]:
    return {"probe": probe, "main": main, "partner": partner, "value": None, "note": why}


def _same_dataset(plan: ProbePlan) -> Iterator[dict[str, Any]]:
    for feature in plan.config.features:
        for main, partner in plan.directed():
            if main.split("/", 1)[0] == partner.split("/", 1)[0]:
                keys = {"feature": feature.as_, "model": None, "fold": FIRST_FOLD, "seed": None}
                for probe in KINDS["distance"]:
                    names = {"probe": probe, "main": main, "partner": partner}
                    yield keys | names | {"value": SAME_DATASET[probe], "note": BY_DEFINITION}
