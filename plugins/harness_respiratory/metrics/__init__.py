"""Scores of the respiratory sound challenges."""
