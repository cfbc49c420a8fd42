"""Corpora on this machine: which there are, what is wrong with them, how they sound, and where they come from."""
