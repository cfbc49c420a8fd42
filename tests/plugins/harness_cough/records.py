"""The package's records by name."""

from __future__ import annotations

import harness_cough

DATASETS = {record.name: record for record in harness_cough.harness_datasets()}
FEATURES = {record.name: record for record in harness_cough.harness_features()}
MODELS = {record.name: record for record in harness_cough.harness_models()}
