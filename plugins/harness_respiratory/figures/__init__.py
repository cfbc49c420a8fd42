"""Figures of trained networks."""
