"""``harness doctor``: what of a machine the harness can use, what it cannot, and what to do about it."""
