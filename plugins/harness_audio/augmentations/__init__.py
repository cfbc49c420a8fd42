"""Augmentations of feature batches, for training parts only."""
