"""The study file: models, YAML with line numbers, overrides."""
