"""Features: waveforms ``[batch, samples]`` to ``[batch, channels, bins, frames]``."""
