"""Respiratory anomalies: spectrograms, networks, losses and readers after Ngo et al. 2023."""
