"""Measured claims about the harness: one benchmark a module, run with ``python -m benchmarks``."""
