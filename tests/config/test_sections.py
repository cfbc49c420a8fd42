"""Ranges and enumerated names of the sections."""

import pytest
from pydantic import BaseModel

from harness.config import StudyConfig

SMALL = "study: small\ntasks: [tones/pitch, words/digit]\n"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("study", "a b", "expected text that matches"),
        ("study", "../x", "expected text that matches"),
        ("seed", "-1", "expected at least 0"),
        ("tuning.trials", "0", "expected at least 1"),
        ("tuning.batch", "0", "expected at least 1"),
        ("tuning.sampler", "tp", "expected one of: tpe, random, grid (did you mean 'tpe'?)"),
        ("tuning.pruner", "median", "expected one of: none, hyperband"),
        ("tuning.scope", "nest", "expected one of: nested, first_fold"),
        ("training.epochs", "0", "expected at least 1"),
        ("training.epochs", "1e1", "found 10.0, expected an integer"),
        ("training.batch_size", "-2", "expected at least 1"),
        ("training.patience", "0", "expected at least 1"),
        ("evaluation.folds", "0", "expected at least 1"),
        ("evaluation.seeds", "0", "expected at least 1"),
        ("evaluation.validation", "0", "expected more than 0"),
        ("evaluation.validation", "0.51", "expected at most 0.5"),
        ("compute.workers", "0", "expected one of: auto or at least 1"),
        ("compute.workers", "all", "expected one of: auto or an integer"),
        ("compute.device", "gpu", "expected one of: auto, cpu, cuda, cuda:0"),
        ("compute.device", "cuda:x", "expected one of: auto, cpu, cuda, cuda:0"),
        (
            "compute.engine",
            "populaton",
            "expected one of: auto, loop, population (did you mean 'population'?)",
        ),
        ("compute.slots", "0", "expected one of: auto or at least 1"),
        ("compute.population", "many", "expected one of: auto or an integer"),
        ("compute.timeout_s", "0", "expected more than 0"),
        ("compute.deterministic", "1", "expected true or false"),
        ("analysis.rope", "-0.1", "expected at least 0"),
        ("analysis.confidence", "1", "expected less than 1"),
        ("analysis.confidence", "0", "expected more than 0"),
        ("analysis.rope", ".nan", "found NaN, expected at least 0"),
        ("data.options.memory_gb", "0", "expected more than 0"),
        ("data.options.max_quarantine", "1.1", "expected at most 1"),
        ("data.options.silence_db", "3", "expected less than 0"),
        ("data.options.memory", "3", "unknown key 'memory' (did you mean 'memory_gb'?)"),
        ("data.root", "3", "expected text"),
    ],
)
def test_wrong_values(mistakes, key, value, message):
    found = mistakes(SMALL, f"{key}={value}")
    assert len(found) == 1
    assert message in found[0]
    assert found[0].startswith(f"--set {key}={value}: ")


@pytest.mark.parametrize("value", ["auto", "cpu", "cuda", "cuda:1"])
def test_devices(load, value):
    assert load(SMALL, f"compute.device={value}").compute.device == value


def test_every_key_is_described():
    """The reference of the study file is generated from these descriptions."""
    assert _undescribed(StudyConfig, "study file") == []


def _undescribed(model: type[BaseModel], where: str) -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        found += [] if field.description else [f"{where}.{name}"]
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += _undescribed(field.annotation, f"{where}.{name}")
    return found
