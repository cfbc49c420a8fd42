"""Combiners for many trainings at once: each namesake's formula with one dimension more, one family a file."""
