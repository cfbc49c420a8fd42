"""Readers of corpora of lung sounds, in the layouts in which they are published."""
