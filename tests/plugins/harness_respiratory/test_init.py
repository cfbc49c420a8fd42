"""The plugin's records: all there, light to list, described."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.config.load import load_study_file
from harness.plugins import load_registry

STUDIES = sorted((Path(__file__).parents[3] / "studies").glob("respiratory_*.yaml"))


def entries():
    return [entry for entry in load_registry().all() if entry.plugin == "harness_respiratory"]


def test_names():
    assert sorted((entry.component.kind, entry.component.name) for entry in entries()) == [
        ("dataset", "icbhi2017"),
        ("dataset", "sprsound2022"),
        ("feature", "cwt_amor"),
        ("feature", "cwt_morse"),
        ("feature", "gammatone"),
        ("loss", "kl"),
        ("metric", "average_score"),
        ("metric", "harmonic_score"),
        ("metric", "respiratory_score"),
        ("metric", "sensitivity"),
        ("metric", "specificity"),
        ("model", "inception_residual"),
        ("term", "branch_losses"),
        ("term", "contrastive"),
    ]


def test_listing_imports_nothing_heavy():
    code = (
        "import sys, harness_respiratory as plugin\n"
        "for hook in ('datasets', 'features', 'models', 'losses', 'metrics'):\n"
        "    assert getattr(plugin, 'harness_' + hook)()\n"
        "heavy = {'torch', 'numpy', 'pandas', 'scipy', 'sklearn', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_record_and_parameter_is_described():
    for entry in entries():
        component = entry.component
        assert component.summary
        assert component.source
        assert all(field.description for field in component.parameters.model_fields.values())


@pytest.mark.parametrize("file", STUDIES, ids=lambda file: file.stem)
def test_studies_are_valid(file):
    """And each names the task's losses and the terms: what a system is made of."""
    study = load_study_file(file, data_root=file.parent)
    assert {use.name for use in study.training.terms} >= {"branch_losses"}
    assert set(study.training.losses.values()) == {"kl"}
    assert study.training.keep == "final"


def test_every_system_has_a_study():
    terms = {
        file.stem: [use.name for use in load_study_file(file, data_root=file.parent).training.terms]
        for file in STUDIES
    }
    assert terms["respiratory_system_i"] == terms["respiratory_spectrograms"] == ["branch_losses"]
    assert (
        terms["respiratory_system_iii"] == terms["respiratory_sprsound"] == ["branch_losses", "contrastive"]
    )
