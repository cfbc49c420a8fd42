"""Which probes a study wants."""

from types import SimpleNamespace

import pytest

from harness.errors import HarnessError
from harness.probes.names import PROBES, keeps_networks, wanted_probes, wants
from harness.records import PredictorRecord


def registry(**probes: tuple[str, ...]) -> SimpleNamespace:
    records = {
        name: PredictorRecord(name=name, factory="x:Y", probes=named) for name, named in probes.items()
    }
    return SimpleNamespace(get=lambda kind, name: SimpleNamespace(component=records[name]))


def test_only_what_the_named_predictors_read_is_wanted() -> None:
    found = registry(plain=(), far=("mmd",), near=("rsa", "leep"))
    assert wanted_probes(["plain"], found) == frozenset()
    assert wanted_probes(["plain", "far"], found) == {"mmd"}
    assert wanted_probes(["far", "near"], found) == {"mmd", "rsa", "leep"}


def test_networks_are_kept_for_what_looks_at_them() -> None:
    assert not keeps_networks(frozenset({"mmd", "tag_affinity"}))
    assert keeps_networks(frozenset({"rsa"}))
    assert keeps_networks(frozenset({"h_score"}))
    assert wants("joint", frozenset({"gradient_cosine"}))


def test_a_probe_that_nobody_measures_is_an_error_with_a_hint() -> None:
    with pytest.raises(HarnessError, match=r"logmee.*logme.*allowed"):
        wanted_probes(["odd"], registry(odd=("logmee",)))


def test_the_predictors_that_ship_read_every_probe() -> None:
    from harness.plugins import load_registry

    names = [entry.component.name for entry in load_registry().all("predictor")]
    assert wanted_probes(names, load_registry()) == set(PROBES)
