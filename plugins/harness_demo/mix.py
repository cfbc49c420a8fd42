"""From a rendered sound to a clip: resampled, placed, in noise, 16 bits."""

from __future__ import annotations

import numpy as np
import soxr
from scipy.signal import lfilter

from harness.api import DataError

FRAME_S = 0.02
ACTIVE_DB = 30.0
LATEST_START_S = 0.15
PEAK_DBFS = (-15.0, -1.0)
NOISE_POLE = (0.0, 0.9)
SILENT_POWER = 1e-12


def mix(
    sound: np.ndarray,
    rate: int,
    *,
    sample_rate: int,
    clip_s: float,
    snr_db: tuple[float, float],
    random: np.random.RandomState,
) -> np.ndarray:
    """Return a clip, int16 ``[round(clip_s * sample_rate)]``, of a mono ``sound [samples]`` at ``rate`` Hz.

    Drawn from ``random``: the start (up to 0.15 s late, as long as the active part of the sound still fits),
    the signal-to-noise ratio (uniform in ``snr_db``), the colour of the Gaussian noise (one pole, from white
    to low-pass) and the peak level. The ratio compares the noise with the power of the sound's active part
    (:func:`active_part`), so that it means the same for a drum stroke of 50 ms and for a held note. Sums are
    rounded to 16 bits last, which absorbs differences in the last bit between processors.

    Raises:
        DataError: the sound is silent.
    """
    length = round(clip_s * sample_rate)
    if rate != sample_rate:
        sound = soxr.resample(np.asarray(sound, dtype=np.float64), rate, sample_rate, quality="VHQ")
    sound = np.pad(sound[:length], (0, max(0, length - len(sound))))
    active, power = active_part(sound, sample_rate)
    if not power > SILENT_POWER:
        raise DataError(f"the rendered sound is silent in its first {clip_s} s")
    start = round(random.uniform() * min(length - active, LATEST_START_S * sample_rate))
    sound = np.concatenate([np.zeros(start), sound[: length - start]])
    ratio_db = random.uniform(*snr_db)
    noise = lfilter([1.0], [1.0, -random.uniform(*NOISE_POLE)], random.standard_normal(length))
    noise *= np.sqrt(power / np.mean(noise**2)) * 10 ** (-ratio_db / 20)
    mixed = sound + noise
    mixed *= 10 ** (random.uniform(*PEAK_DBFS) / 20) / np.abs(mixed).max()
    return np.round(mixed * 32767).astype(np.int16)


def active_part(signal: np.ndarray, sample_rate: int) -> tuple[int, float]:
    """Return where the active part of ``signal [samples]`` ends (in samples) and its mean power.

    Active are the frames of 20 ms that are within 30 dB of the loudest one.
    """
    frame = round(FRAME_S * sample_rate)
    powers = np.mean(signal[: len(signal) // frame * frame].reshape(-1, frame) ** 2, axis=1)
    active = powers >= powers.max() * 10 ** (-ACTIVE_DB / 10)
    return int(np.flatnonzero(active)[-1] + 1) * frame, float(powers[active].mean())
