"""Trackers: TensorBoard, MLflow, Weights & Biases."""
