"""The inception-residual network with attention, one branch a spectrogram."""
