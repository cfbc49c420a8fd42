"""Training: engines, steps, checkpoints."""
