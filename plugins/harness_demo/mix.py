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

    Drawn from ``random``: the start (up to 0.15 s late, as long as the sound still fits), the signal-to-noise
    ratio (uniform in ``snr_db``), the colour of the Gaussian noise (one pole, from white to low-pass) and the
    peak level. The ratio compares the noise with the sound's active level (:func:`active_power`), so that it
    means the same for a drum stroke of 50 ms and for a held note. Sums are rounded to 16 bits last, which
    absorbs differences in the last bit between processors.

    Raises:
        DataError: the sound is silent.
    """
    length = round(clip_s * sample_rate)
    if rate != sample_rate:
        sound = soxr.resample(np.asarray(sound, dtype=np.float64), rate, sample_rate, quality="VHQ")
    placed = _placed(sound, length, random.uniform(), sample_rate)
    power = active_power(placed, sample_rate)
    if not power > 1e-12:
        raise DataError(f"a rendered sound of {len(sound) / sample_rate:.3f} s is silent")
    ratio_db = random.uniform(*snr_db)
    noise = lfilter([1.0], [1.0, -random.uniform(*NOISE_POLE)], random.standard_normal(length))
    noise *= np.sqrt(power / np.mean(noise**2)) * 10 ** (-ratio_db / 20)
    mixed = placed + noise
    mixed *= 10 ** (random.uniform(*PEAK_DBFS) / 20) / np.abs(mixed).max()
    return np.round(mixed * 32767).astype(np.int16)


def active_power(signal: np.ndarray, sample_rate: int) -> float:
    """Return the mean power of the 20 ms frames that are within 30 dB of the loudest one; 0 for silence."""
    frame = max(1, round(FRAME_S * sample_rate))
    whole = signal[: len(signal) // frame * frame].reshape(-1, frame)
    powers = np.mean(whole**2, axis=1)
    active = powers[powers >= powers.max() * 10 ** (-ACTIVE_DB / 10)]
    return float(active.mean())


def _placed(sound: np.ndarray, length: int, late: float, sample_rate: int) -> np.ndarray:
    room = min(max(0, length - len(sound)), round(LATEST_START_S * sample_rate))
    start = round(late * room)
    kept = sound[: length - start]
    placed = np.zeros(length)
    placed[start : start + len(kept)] = kept
    return placed
