"""Trained networks brought back to life: what a study kept, with the data that it was trained on."""

from harness.revive.network import Revived, load_network

__all__ = ["Revived", "load_network"]
