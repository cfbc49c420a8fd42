"""The probes by name, which unit of work measures them, and which of them a study wants."""

from __future__ import annotations

from collections.abc import Iterable

from harness.errors import HarnessError, did_you_mean
from harness.plugins import Registry
from harness.records import PredictorRecord

#: Raised whenever what a probe measures changes: earlier measurements are then made again.
PROBES_VERSION = 1
#: The unit of work that measures a probe: one single network; two of them; two data sets; all tasks in one network.
KINDS: dict[str, tuple[str, ...]] = {
    "trunk": ("logme", "leep", "h_score"),
    "similarity": ("linear_cka", "rsa"),
    "distance": ("frechet_distance", "mmd", "domain_accuracy"),
    "joint": ("tag_affinity", "gradient_cosine"),
}
PROBES = tuple(probe for probes in KINDS.values() for probe in probes)


def wanted_probes(predictors: Iterable[str], registry: Registry) -> frozenset[str]:
    """Return the probes that the predictors named read.

    Raises:
        HarnessError: a predictor's record names a probe that is not measured.
    """
    found: set[str] = set()
    for name in predictors:
        record = registry.get("predictor", name).component
        for probe in record.probes if isinstance(record, PredictorRecord) else ():
            if probe not in PROBES:
                raise HarnessError(
                    f"predictor {name!r} reads the probe {probe!r}{did_you_mean(probe, PROBES)}; "
                    f"allowed: {', '.join(PROBES)}"
                )
            found.add(probe)
    return frozenset(found)


def wants(kind: str, wanted: frozenset[str]) -> bool:
    """Tell whether a unit of a kind measures something that is wanted."""
    return not wanted.isdisjoint(KINDS[kind])


def keeps_networks(wanted: frozenset[str]) -> bool:
    """Tell whether the single networks are needed once they are trained."""
    return wants("trunk", wanted) or wants("similarity", wanted)
