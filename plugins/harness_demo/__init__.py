"""The embedded data: three data sets of rendered and synthesised audio, made here from PyPI packages, and one
from a latent space, made of nothing.

``pip install 'mtl-harness[demo]'`` brings what renders the three. Those packages are under the GPL; nothing of
them is part of this distribution, and none of the audio is a recording of a person or of a musician playing
for this data set.
"""

from __future__ import annotations

from harness.api import CheckRecord, DatasetRecord, hookimpl
from harness_demo.parameters import RenderParameters
from harness_demo.synthetic_parameters import SyntheticParameters


@hookimpl
def harness_datasets() -> list[DatasetRecord]:
    """Offer ``notes``, ``speech``, ``percussion`` and ``synthetic``."""
    return [_notes(), _speech(), _percussion(), _synthetic()]


@hookimpl
def harness_checks() -> list[CheckRecord]:
    """Whether the libraries that render and speak are there."""
    return [
        CheckRecord(name="rendering", factory="harness_demo.checks:rendering", summary="MIDI to audio"),
        CheckRecord(name="espeak", factory="harness_demo.checks:espeak", summary="the library of espeak-ng"),
    ]


def _notes() -> DatasetRecord:
    return DatasetRecord(
        name="notes",
        factory="harness_demo.notes:Notes",
        parameters=RenderParameters,
        summary="rendered audio: single notes of 37 sampled instruments of a General MIDI SoundFont",
        source="TimGM6mb.sf2 (as shipped by pretty_midi), rendered by midirenderer",
        tasks=("family", "pitch_class", "register"),
        licence="rendered on this machine with a GPL-2.0 SoundFont (TimGM6mb.sf2); nothing is distributed",
    )


def _speech() -> DatasetRecord:
    return DatasetRecord(
        name="speech",
        factory="harness_demo.speech:Speech",
        parameters=RenderParameters,
        summary="synthesised audio: the digits in four languages by twenty espeak-ng voice variants",
        source="espeak-ng (as shipped by espeakng-loader)",
        tasks=("digit", "voice", "language"),
        licence="synthesised on this machine with espeak-ng (GPL-3.0); nothing is distributed",
    )


def _percussion() -> DatasetRecord:
    return DatasetRecord(
        name="percussion",
        factory="harness_demo.percussion:Percussion",
        parameters=RenderParameters,
        summary="rendered audio: single strokes of three General MIDI drum kits of a SoundFont",
        source="TimGM6mb.sf2 (as shipped by pretty_midi), rendered by midirenderer",
        tasks=("piece", "kit"),
        licence="rendered on this machine with a GPL-2.0 SoundFont (TimGM6mb.sf2); nothing is distributed",
    )


def _synthetic() -> DatasetRecord:
    return DatasetRecord(
        name="synthetic",
        factory="harness_demo.synthetic:Synthetic",
        parameters=SyntheticParameters,
        summary="synthesised audio: chords from a latent space, for tasks whose relatedness is known",
        source="this package",
        tasks=("label",),
        licence="synthesised on this machine by this package; no rights are claimed in the audio",
    )
