"""Readers of cough recordings."""
