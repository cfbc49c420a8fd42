"""``notes``: single notes of sampled instruments, rendered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from harness.api import Task
from harness_demo.design import BalancedDesign, Plan
from harness_demo.rendered import Render, RenderedDataset
from harness_demo.soundfont import DISTRIBUTIONS, SoundFont

#: Families by how the sound is made, with General MIDI programs. Chosen from the SoundFont's tables: within
#: the keys that are played every program sounds, no two programs use the same sample (so a group is an
#: instrument in fact and not only in name), and each sounds at the pitch that its key says (not so the
#: organs, which play an octave lower).
INSTRUMENTS: dict[str, dict[str, int]] = {
    "mallet": {
        "celesta": 8, "music_box": 10, "vibraphone": 11, "marimba": 12, "tubular_bells": 14,
        "kalimba": 108, "steel_drums": 114,
    },
    "plucked": {
        "nylon_guitar": 24, "steel_guitar": 25, "jazz_guitar": 26, "clean_guitar": 27, "muted_guitar": 28,
        "banjo": 105, "shamisen": 106, "koto": 107,
    },
    "bowed": {
        "violin": 40, "cello": 42, "contrabass": 43, "string_ensemble": 48, "synth_strings": 50,
    },
    "brass": {
        "trumpet": 56, "trombone": 57, "tuba": 58, "muted_trumpet": 59, "french_horn": 60,
        "brass_section": 61,
    },
    "reed": {
        "soprano_sax": 64, "tenor_sax": 66, "oboe": 68, "english_horn": 69, "bassoon": 70, "clarinet": 71,
    },
    "pipe": {"piccolo": 72, "flute": 73, "recorder": 74, "pan_flute": 75, "ocarina": 79},
}  # fmt: skip
FAMILIES = tuple(INSTRUMENTS)
PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
#: The C that each register starts with, as a MIDI key: C3 (131 Hz), C4 (262 Hz), C5 (523 Hz).
REGISTERS = {"low": 48, "mid": 60, "high": 72}

VELOCITY = (50, 121)
DURATION_S = (0.45, 0.9)
DETUNE_SEMITONES = (-0.25, 0.25)


class Notes(RenderedDataset):
    """Rendered notes of 37 instruments in 6 families, 3 octaves and 12 pitch classes.

    Families are balanced; within each family the instruments are, and the pitch classes crossed with the
    registers. A clip varies in velocity, duration, tuning, start, level and noise.

    The group is the instrument (General MIDI program), for all three tasks: a family is told from instruments
    that were never heard in training, and so is a pitch.
    """

    name = "notes"
    distributions = DISTRIBUTIONS
    domain = "music"
    licence = "rendered on this machine with a GPL-2.0 SoundFont (TimGM6mb.sf2); nothing is distributed"
    citation = (
        "Rendered audio: TimGM6mb.sf2 (T. Brechbill) as shipped by pretty_midi (Raffel & Ellis 2014, "
        "ISMIR late-breaking), rendered by midirenderer"
    )

    @property
    def tasks(self) -> tuple[Task, ...]:
        """``family`` (6 classes), ``pitch_class`` (12), ``register`` (3)."""
        return (
            Task(name="family", kind="multiclass", classes=FAMILIES),
            Task(name="pitch_class", kind="multiclass", classes=PITCH_CLASSES),
            Task(name="register", kind="multiclass", classes=tuple(REGISTERS)),
        )

    def plans(self) -> list[Plan]:
        """Return what the clips are, in order."""
        design = BalancedDesign(self.parameters.seed, self.name)
        return [self._plan(index, design) for index in range(self.parameters.n_clips)]

    def _plan(self, index: int, design: BalancedDesign) -> Plan:
        family = design.next("family", FAMILIES)
        instrument = design.next("instrument", tuple(INSTRUMENTS[family]), family)
        pitch_class, register = design.next_pair("key", PITCH_CLASSES, tuple(REGISTERS), family)
        return Plan(
            index=index,
            labels={"family": family, "pitch_class": pitch_class, "register": register},
            group=instrument,
            sound={
                "program": INSTRUMENTS[family][instrument],
                "key": REGISTERS[register] + PITCH_CLASSES.index(pitch_class),
            },
        )

    @contextmanager
    def renderer(self) -> Iterator[Render]:
        """Offer the function that renders one note."""
        soundfont = SoundFont()

        def render(plan: Plan, random: np.random.RandomState) -> tuple[np.ndarray, int]:
            return soundfont.note(
                **plan.sound,
                velocity=random.randint(*VELOCITY),
                duration_s=random.uniform(*DURATION_S),
                length_s=self.parameters.clip_s,
                bend_semitones=random.uniform(*DETUNE_SEMITONES),
            )

        yield render
