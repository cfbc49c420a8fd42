"""``percussion``: single strokes on sampled drum kits, rendered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from harness.api import Task
from harness_demo.design import BalancedDesign, Plan
from harness_demo.rendered import Render, RenderedDataset
from harness_demo.soundfont import DISTRIBUTIONS, SoundFont

#: Programs of the percussion channel. The SoundFont has eight kits, but Jazz is Standard under another name,
#: and Room, Power, Brush and Orchestra share most of the sounds below with Standard or Electronic; these
#: three share none.
KITS = {"standard": 0, "electronic": 24, "tr_808": 25}
#: General MIDI keys of each piece: those whose sounds differ audibly between every two of the kits.
PIECES: dict[str, tuple[int, ...]] = {
    "bass_drum": (36,),
    "snare": (38, 40),
    "tom": (41, 43, 45, 47, 48, 50),
    "closed_hi_hat": (42, 44),
    "open_hi_hat": (46,),
}
#: Three tunings of every drum, as a kit's toms are one sample in six tunings.
TUNINGS_SEMITONES = {"low": -1.5, "plain": 0.0, "high": 1.5}

VELOCITY = (50, 121)
DURATION_S = (0.1, 0.6)
DETUNE_SEMITONES = (-0.4, 0.4)


class Percussion(RenderedDataset):
    """Rendered strokes on 5 pieces of 3 drum kits, 12 keys a kit, each in 3 tunings.

    Pieces are balanced, kits within each piece, and keys and tunings within those. A clip varies in velocity,
    duration, tuning, start, level and noise.

    The group is the sound, for both tasks: kit, key and tuning. Strokes on one sound differ only in what is
    drawn for each clip, so they stay on one side of a split. What remains related across sides: a kit's toms
    are one sample in different tunings, and so is a drum in its three tunings. Kit-disjoint folds would leave
    no class of ``kit`` to be learned, and with three kits two for the training of ``piece``.
    """

    name = "percussion"
    distributions = DISTRIBUTIONS
    domain = "music"
    licence = "rendered on this machine with a GPL-2.0 SoundFont (TimGM6mb.sf2); nothing is distributed"
    citation = (
        "Rendered audio: the General MIDI drum kits of TimGM6mb.sf2 (T. Brechbill) as shipped by pretty_midi "
        "(Raffel & Ellis 2014, ISMIR late-breaking), rendered by midirenderer"
    )

    @property
    def tasks(self) -> tuple[Task, ...]:
        """``piece`` (5 classes), ``kit`` (3)."""
        return (
            Task(name="piece", kind="multiclass", classes=tuple(PIECES)),
            Task(name="kit", kind="multiclass", classes=tuple(KITS)),
        )

    def plans(self) -> list[Plan]:
        """Return what the clips are, in order."""
        design = BalancedDesign(self.parameters.seed, self.name)
        return [self._plan(index, design) for index in range(self.parameters.n_clips)]

    def _plan(self, index: int, design: BalancedDesign) -> Plan:
        piece = design.next("piece", tuple(PIECES))
        kit = design.next("kit", tuple(KITS), piece)
        drums = [(key, tuning) for key in PIECES[piece] for tuning in TUNINGS_SEMITONES]
        key, tuning = design.next("drum", drums, piece, kit)
        return Plan(
            index=index,
            labels={"piece": piece, "kit": kit},
            group=f"{kit}-{key}-{tuning}",
            sound={"program": KITS[kit], "key": key, "tuning_semitones": TUNINGS_SEMITONES[tuning]},
        )

    @contextmanager
    def renderer(self) -> Iterator[Render]:
        """Offer the function that renders one stroke."""
        soundfont = SoundFont()

        def render(plan: Plan, random: np.random.RandomState) -> tuple[np.ndarray, int]:
            return soundfont.note(
                plan.sound["program"],
                plan.sound["key"],
                velocity=random.randint(*VELOCITY),
                duration_s=random.uniform(*DURATION_S),
                length_s=self.parameters.clip_s,
                bend_semitones=plan.sound["tuning_semitones"] + random.uniform(*DETUNE_SEMITONES),
                drum=True,
            )

        yield render
