"""Spectrograms of respiratory sound: gammatone and wavelet, batched on any device."""
