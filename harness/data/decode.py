"""Decode one clip to mono float32 samples; every defect of a clip is a typed reason, never a crash."""

from __future__ import annotations

import hashlib
import math
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import soundfile

if TYPE_CHECKING:
    from harness.data.stretch import Stretch
    from harness.records import Clip

DefectKind = Literal["missing file", "corrupt", "empty", "silent", "non-finite", "wrong rate", "wrong times"]

#: How far ``end_s`` may lie beyond the end of a file: tables give times rounded to a hundredth of a second.
END_TOLERANCE_S = 0.005


class ClipDefect(Exception):
    """Why a clip cannot be used: ``kind`` is one of a few words, ``detail`` says what was found."""

    def __init__(self, kind: DefectKind, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


@dataclass(frozen=True)
class Decoded:
    """``samples [samples]``: mono float32 at ``sample_rate`` Hz, the file's own rate."""

    samples: np.ndarray
    sample_rate: int

    @property
    def content_hash(self) -> str:
        """BLAKE2b (128 bit, hexadecimal) of the samples as little-endian float32, and of the rate."""
        digest = hashlib.blake2b(self.samples.astype("<f4", copy=False).data, digest_size=16)
        digest.update(str(self.sample_rate).encode())
        return digest.hexdigest()


def decode(clip: Clip | Stretch, *, silence_db: float = -math.inf) -> Decoded:
    """Decode a clip's stretch of a file, or take its samples, and mix the channels down by their mean.

    Raises:
        ClipDefect: the file is missing, corrupt or empty; the stretch does not lie in it; its rate is not
            ``Clip.sample_rate``; a sample is not finite; or the peak is below ``silence_db`` (dB, full
            scale is 0).
    """
    if clip.sample_rate is not None and (clip.sample_rate <= 0 or clip.sample_rate != int(clip.sample_rate)):
        raise ClipDefect("wrong rate", f"{clip.sample_rate} Hz; whole numbers above 0 are allowed")
    samples, rate = _read(clip, os.fspath(clip.path)) if clip.path is not None else _in_memory(clip)
    if not len(samples):
        raise ClipDefect("empty", "no samples")
    mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float64)
    decoded = Decoded(np.ascontiguousarray(mono, dtype=np.float32), rate)
    _check_values(decoded.samples, silence_db)
    return decoded


def resample(samples: np.ndarray, rate: int, target: int) -> np.ndarray:
    """Resample ``samples [samples]`` by soxr ("HQ"), to the length of :func:`resampled_length`."""
    if rate == target:
        return samples
    import soxr  # a worker that has nothing to resample starts without it

    length = resampled_length(len(samples), rate, target)
    return fit_length(soxr.resample(samples, rate, target, quality="HQ"), length)


def resampled_length(n: int, rate: int, target: int) -> int:
    """Return how many samples ``n`` samples become: ``round(n · target / rate)``, at least one."""
    return max(1, round(n * target / rate))


def fit_length(samples: np.ndarray, length: int) -> np.ndarray:
    """Cut ``samples [samples]`` at the end, or pad them there with zeros, to ``length``."""
    if len(samples) >= length:
        return samples[:length]
    return np.pad(samples, (0, length - len(samples)))


class _Forward(soundfile.SoundFile):
    """A file that is read once, from a place on: without the seeks that soundfile adds before and after a read."""

    def seekable(self) -> bool:
        return False


def _read(clip: Clip | Stretch, path: str) -> tuple[np.ndarray, int]:
    """Return ``[samples, channels]`` float32 of the clip's stretch of the file, and the file's rate."""
    try:
        with _Forward(path) as file:
            rate = int(file.samplerate)
            _check_rate(clip, rate)
            start, stop = _stretch(clip, file.frames, rate)
            if start:
                file.seek(start)
            samples = np.empty((stop - start, file.channels), dtype=np.float32)
            n = file.buffer_read_into(samples, dtype="float32") if len(samples) else 0
    except (soundfile.SoundFileError, OSError, ValueError, MemoryError) as error:
        _check_file(path)
        raise ClipDefect("corrupt", f"{path} cannot be decoded ({error}){_way_out(path)}") from error
    if n < len(samples):
        raise ClipDefect("corrupt", f"{path}: {n} of {len(samples)} samples could be decoded")
    return samples, rate


def _way_out(path: str) -> str:
    """Return what to do about a file of a kind that libsndfile does not read."""
    stem, suffix = os.path.splitext(path)
    if suffix.lower() not in (".webm", ".m4a", ".mp4", ".aac", ".wma", ".3gp", ".amr"):
        return ""
    name = os.path.basename(stem)
    return f"; {suffix} is not read here: convert it, as by `ffmpeg -i {name}{suffix} {name}.flac`"


def _check_file(path: str) -> None:
    """Tell a file that is not there, or empty, from one that is corrupt."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        found = None
    if found is None or not stat.S_ISREG(found.st_mode):
        raise ClipDefect("missing file", f"{path} is not there")
    if not found.st_size:
        raise ClipDefect("empty", f"{path} has 0 bytes")


def _in_memory(clip: Clip | Stretch) -> tuple[np.ndarray, int]:
    if clip.samples is None:
        raise ClipDefect("missing file", "the clip has neither a path nor samples")
    if clip.sample_rate is None:
        raise ClipDefect("wrong rate", "samples are given without a sample rate")
    samples = np.asarray(clip.samples)
    if not np.issubdtype(samples.dtype, np.floating):
        raise ClipDefect("corrupt", f"samples are {samples.dtype}; they must be float in [-1, 1]")
    if not samples.size:
        raise ClipDefect("empty", f"samples have shape {samples.shape}")
    if samples.ndim not in (1, 2) or (samples.ndim == 2 and samples.shape[1] > samples.shape[0]):
        raise ClipDefect(
            "corrupt", f"samples have shape {samples.shape}; [samples] or [samples, channels] is allowed"
        )
    start, stop = _stretch(clip, len(samples), clip.sample_rate)
    return samples.reshape(len(samples), -1)[start:stop], int(clip.sample_rate)


def _check_rate(clip: Clip | Stretch, rate: int) -> None:
    if clip.sample_rate is not None and clip.sample_rate != rate:
        raise ClipDefect("wrong rate", f"{clip.path} has {rate} Hz, the data set says {clip.sample_rate} Hz")


def _stretch(clip: Clip | Stretch, n: int, rate: int) -> tuple[int, int]:
    """Return the first sample and the one after the last of a clip in ``n`` samples."""
    if clip.start_s is None and clip.end_s is None:
        return 0, n
    length_s = n / rate
    start_s = 0.0 if clip.start_s is None else clip.start_s
    end_s = length_s if clip.end_s is None else clip.end_s
    if not 0 <= start_s < end_s <= length_s + END_TOLERANCE_S:
        raise ClipDefect(
            "wrong times",
            f"start_s {start_s:g}, end_s {end_s:g}; 0 <= start_s < end_s <= {length_s:g} (the file's "
            "length) is allowed",
        )
    return round(start_s * rate), min(n, round(end_s * rate))


def _check_values(samples: np.ndarray, silence_db: float) -> None:
    peak = float(max(samples.max(), -samples.min()))
    if not math.isfinite(peak):
        bad = int(np.count_nonzero(~np.isfinite(samples)))
        raise ClipDefect("non-finite", f"{bad} of {len(samples)} samples are NaN or infinite")
    peak_db = 20 * math.log10(peak) if peak > 0 else -math.inf
    if peak == 0 or peak_db < silence_db:
        raise ClipDefect(
            "silent", f"the peak is {peak_db:.1f} dB; at least {silence_db:g} dB (silence_db) is allowed"
        )
