"""Hyperparameter search: one small Optuna study a cell and fold, asked and told by the parent alone."""
