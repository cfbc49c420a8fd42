"""One note at a time from the SoundFont that pretty_midi ships, rendered by midirenderer."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile

from harness.api import PluginError
from harness_demo.libraries import INSTALL, load

DISTRIBUTIONS = ("pretty_midi", "midirenderer")
BEND_RANGE_SEMITONES = 2.0


class SoundFont:
    """Renders single notes, each from a MIDI file of its own: its place in a file would change it."""

    def __init__(self) -> None:
        self._midi = load("pretty_midi")
        self._renderer = load("midirenderer")
        path = Path(str(self._midi.__file__)).parent / "TimGM6mb.sf2"
        if not path.is_file():
            raise PluginError(f"pretty_midi has no SoundFont at {path}; {INSTALL}")
        self._bytes = path.read_bytes()

    def note(
        self,
        program: int,
        key: int,
        *,
        velocity: int,
        duration_s: float,
        length_s: float,
        bend_semitones: float = 0.0,
        drum: bool = False,
    ) -> tuple[np.ndarray, int]:
        """Return a note as mono float64 ``[samples]`` and its sample rate (48,000 Hz).

        ``duration_s`` is the time until the key is released, ``length_s`` that until the rendering ends (a
        silent event at that time keeps the renderer from stopping at the release). ``drum`` plays ``key`` of
        the kit ``program`` on the percussion channel.
        """
        events = self._midi.Instrument(program, is_drum=drum)
        events.notes.append(self._midi.Note(velocity, key, 0.0, duration_s))
        bend = round(bend_semitones / BEND_RANGE_SEMITONES * 8191)
        events.pitch_bends.append(self._midi.PitchBend(bend, 0.0))
        events.control_changes.append(self._midi.ControlChange(7, 100, length_s))
        file = self._midi.PrettyMIDI(initial_tempo=120)
        file.instruments.append(events)
        buffer = io.BytesIO()
        file.write(buffer)
        samples, rate = soundfile.read(
            io.BytesIO(self._renderer.render_wave_from(self._bytes, buffer.getvalue()))
        )
        return samples.mean(axis=1), rate
