"""A trained network as one file that needs no harness: waveform in, probabilities out."""
