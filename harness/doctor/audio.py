"""Which audio files can be read here."""

from __future__ import annotations

import io

import numpy as np

from harness.doctor.finding import Finding, ok, problem

#: Formats that data sets come in, and what soundfile calls them.
FORMATS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
RATE = 16000


def check_codecs() -> Finding:
    """Return which formats survive being written and read: a tenth of a second of a tone in each."""
    try:
        broken = [name for name in FORMATS if not _survives(name)]
    except (ImportError, OSError) as error:
        return problem(
            "codecs", f"soundfile does not work: {error}", "pip install --force-reinstall soundfile"
        )
    if not broken:
        return ok("codecs", f"{', '.join(FORMATS)} can be read")
    return problem(
        "codecs",
        f"{', '.join(broken)} cannot be read with the libsndfile that is here",
        "install a newer soundfile, whose wheel brings libsndfile 1.1 or newer, or convert such files to flac",
    )


def _survives(name: str) -> bool:
    import soundfile

    kind, subtype = FORMATS[name]
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE // 10) / RATE)
    file = io.BytesIO()
    try:
        soundfile.write(file, tone, RATE, format=kind, subtype=subtype)
        file.seek(0)
        samples, rate = soundfile.read(file)
    except (RuntimeError, ValueError):
        return False
    return rate == RATE and abs(np.abs(samples).max() - 0.5) < 0.1
