"""Losses, one a file; each comes with the decision that belongs to it."""
