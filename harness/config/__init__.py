"""The study file: read with the line of every mistake, checked, and resolved to a :class:`StudyConfig`."""

from harness.config.component import ComponentUse
from harness.config.data import DataOptions
from harness.config.datasets import DatasetUse
from harness.config.load import load_study_file
from harness.config.nodes import Place, Problem
from harness.config.space import Distribution
from harness.config.study import StudyConfig, study_hash

__all__ = [
    "ComponentUse",
    "DataOptions",
    "DatasetUse",
    "Distribution",
    "Place",
    "Problem",
    "StudyConfig",
    "load_study_file",
    "study_hash",
]
