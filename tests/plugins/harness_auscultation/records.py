"""The package's records by name."""

from __future__ import annotations

import harness_auscultation

DATASETS = {record.name: record for record in harness_auscultation.harness_datasets()}
FEATURES = {record.name: record for record in harness_auscultation.harness_features()}
MODELS = {record.name: record for record in harness_auscultation.harness_models()}
